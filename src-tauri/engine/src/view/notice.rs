//! What a person should hear about.

use serde::{Deserialize, Serialize};

use super::basics::{DeploymentId, Link, Moment, Tone};

/// Something to say once: in the top bar, and by the desktop while the window is hidden.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// Unique in a run; what `dismiss` takes.
    pub id: u32,
    /// What it is about.
    pub kind: NoticeKind,
    /// How it is meant.
    pub tone: Tone,
    /// One short sentence.
    pub title: String,
    /// What it means and what to do, when there is more to say.
    pub body: Option<String>,
    /// The deployment it is about; a click leads there.
    pub deployment: Option<DeploymentId>,
    /// A page of the Console that helps, e.g. the one to add credit.
    pub link: Option<Link>,
    /// When.
    pub at: Moment,
    /// Worth a desktop notification while the window is hidden.
    pub desktop: bool,
}

/// What a notice is about; each but `App` and `File` can be switched off for the desktop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum NoticeKind {
    /// Bids arrive, are about to lapse, lapsed.
    Bids,
    /// Something answers.
    Live,
    /// Something stopped: silent, lost, closed elsewhere.
    Trouble,
    /// What is set aside or the credit runs low.
    Money,
    /// Of Aloft itself.
    App,
    /// A file that was given from outside the window and could not be used: said where files are dropped.
    File,
}
