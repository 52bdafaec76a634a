//! All that crosses to the window, and nothing else does.
//!
//! The window gets a whole [`Snapshot`] and draws it; it sends intents back. Money and dseq are text here, already rounded for people
//! (up; months 2 decimals, hours 4), so that JavaScript only formats. Every date is RFC 3339 in chain time: the window counts on from
//! [`Snapshot::now`] at [`Snapshot::pace`]. `ui/types.d.ts` is generated from this module.

mod account;
mod bids;
mod deployment;
mod draft;
mod error;
mod screening;

pub use account::*;
pub use bids::*;
pub use deployment::*;
pub use draft::*;
pub use error::*;
pub use screening::*;

use serde::{Deserialize, Serialize};

/// Version of the shape of [`Snapshot`]; a window of another version reloads.
pub const SCHEMA: u32 = 2;

/// USD as decimal text, rounded for people: `"4.18"`. Never a float.
pub type Usd = String;

/// A moment in chain time, RFC 3339.
pub type Moment = String;

/// A deployment's id: a UUIDv7 made with its first intent.
pub type DeploymentId = String;

/// Everything the window shows, whole. The window drops one whose `rev` is older than the last it drew.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    /// [`SCHEMA`].
    pub schema: u32,
    /// Grows with every snapshot of one run.
    #[cfg_attr(test, ts(type = "number"))]
    pub rev: u64,
    /// Chain time when this was made.
    pub now: Moment,
    /// Chain seconds per second of the machine: 1, more in the demo.
    pub pace: u32,
    /// The active account, `null` before one is connected.
    pub account: Option<Account>,
    /// How the line to the Console is.
    pub connection: Connection,
    /// What to know before an API key is entered, when the keychain could not be used the last time.
    pub key_note: Option<String>,
    /// The file being checked.
    pub draft: Option<Draft>,
    /// Deployments that are not over, newest first.
    pub rows: Vec<Row>,
    /// What all running leases cost together; `null` when nothing runs or a rate is unknown.
    pub total: Option<Price>,
    /// How long the credit, with what is set aside, pays for all that is funded from it; `null` when that is nothing or not known.
    pub credit_lasts: Option<Lasts>,
    /// How many records the history holds.
    pub closed: u32,
    /// The deployment the window is looking at, see the `look` command.
    pub open: Option<Open>,
    /// What the person should hear about, oldest first, at most 20.
    pub notices: Vec<Notice>,
    /// Files that wait, then texts that are kept (at most 50), then files given before (at most 12), each newest first.
    pub recent: Vec<Recent>,
    /// Keys of the regions that providers are in, sorted.
    pub areas: Vec<String>,
    /// What the person has set.
    pub settings: Settings,
}

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

/// What a colour and an icon stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Tone {
    /// Nothing to do.
    Quiet,
    /// Under way.
    Busy,
    /// As it should be.
    Good,
    /// A decision is needed.
    Attention,
    /// Failed or destroyed.
    Bad,
}

/// A file given before, or a text that is kept.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Recent {
    /// What `open_recent` takes.
    pub id: String,
    /// The file's name; of a kept text where it came from.
    pub name: String,
    /// When it was last given, or gave way.
    pub at: Moment,
    /// What it is.
    pub kind: RecentKind,
}

/// Kinds of [`Recent`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum RecentKind {
    /// A file that was given together with others and was not looked at yet.
    Waiting,
    /// A text that was typed, pasted or changed here and gave way to another file: it is nowhere else.
    Kept,
    /// A file given before.
    File,
}

/// A file that comes with the program.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Sample {
    /// What `open_sample` takes.
    pub id: String,
    /// "WordPress and its database".
    pub title: String,
    /// One sentence on what one gets.
    pub about: String,
}

/// Something that happened to a deployment.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// When, chain time.
    pub at: Moment,
    /// In words.
    pub text: String,
    /// How it is meant.
    pub tone: Tone,
}

/// What the program is and where it keeps things.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct About {
    /// Version of Aloft.
    pub version: String,
    /// The folder of journal, settings and logs.
    pub data_dir: String,
    /// Licences of the libraries, one a line.
    pub licences: Vec<String>,
}

/// A page that may be opened in the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Link {
    /// The Console's front page, where an account is made.
    SignUp,
    /// Where credit is added.
    AddCredit,
    /// Where API keys are made and deleted.
    ApiKeys,
    /// The Console itself.
    Console,
    /// What an SDL is.
    SdlDocs,
    /// The community's chat.
    Discord,
    /// Where faults of Akash are reported.
    Issues,
    /// Where people ask for help.
    Support,
}
