//! All that crosses to the window, and nothing else does.
//!
//! The window gets a whole [`Snapshot`] and draws it; it sends intents back. Money and dseq are text here, already rounded for people
//! (up; months 2 decimals, hours 4), so that JavaScript only formats. Every date is RFC 3339 in chain time: the window counts on from
//! [`Snapshot::now`] at [`Snapshot::pace`]. `ui/types.d.ts` is generated from this module.

mod account;
mod basics;
mod bids;
mod deployment;
mod draft;
mod edit;
mod error;
mod notice;
mod price;
mod screening;

pub use account::*;
pub use basics::*;
pub use bids::*;
pub use deployment::*;
pub use draft::*;
pub use edit::*;
pub use error::*;
pub use notice::*;
pub use price::*;
pub use screening::*;

use serde::Serialize;

/// Version of the shape of [`Snapshot`]; a window of another version reloads.
pub const SCHEMA: u32 = 2;

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

/// A ready-made SDL file of the Console's gallery.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Template {
    /// What `open_template` takes.
    pub id: String,
    /// `Ghost`.
    pub name: String,
    /// What it is, as the Console says.
    pub about: String,
    /// `Blogging`.
    pub category: String,
    /// Words to find it by.
    pub tags: Vec<String>,
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
