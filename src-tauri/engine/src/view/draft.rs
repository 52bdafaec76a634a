//! The file on the check screen.

use serde::Serialize;

use super::{
    basics::{Link, Usd},
    edit::Fix,
    screening::Eligibility,
};

/// The file being checked: what it would run, what is wrong with it, what it takes. Its text comes by `draft_text`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Draft {
    /// Changes when another file takes its place: the window then shows the check screen.
    pub id: u32,
    /// Changes with each edit of the text.
    pub rev: u32,
    /// Left by an earlier run: offered, not brought up.
    pub restored: bool,
    /// The deployment's name, from the file's unless changed.
    pub name: String,
    /// Where it came from, in words: `blog.yaml`, `Pasted text`, `Sample`.
    pub source: String,
    /// In text order.
    pub findings: Vec<Finding>,
    /// How many of them stop it.
    pub errors: u32,
    /// What will run; `null` while errors hide it.
    pub summary: Option<Summary>,
    /// Who could run it; `null` while that is not known.
    pub fit: Option<Eligibility>,
    /// What is set aside.
    pub money: DraftMoney,
    /// How it was made of something else than an SDL; `null` where it was not.
    pub made: Option<Made>,
    /// When it stops by itself.
    pub stop: DraftStop,
    /// What stops asking for prices, in the order to clear it; `null` when nothing does.
    pub blocked: Option<Blocked>,
}

/// Text and position of the draft.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct DraftText {
    /// See [`Draft::id`].
    pub id: u32,
    /// See [`Draft::rev`].
    pub rev: u32,
    /// The SDL.
    pub text: String,
}

/// One thing about the text. Lines and columns are 1-based characters; `from`, `to` are UTF-16 offsets for the editor.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// Stable name of the rule.
    pub code: String,
    /// Whether it stops the deployment.
    pub error: bool,
    /// Line.
    pub line: u32,
    /// Column.
    pub column: u32,
    /// Start.
    pub from: u32,
    /// End.
    pub to: u32,
    /// What is wrong, in plain words.
    pub message: String,
    /// What to write instead.
    pub hint: Option<String>,
    /// The official library's words, for people who search for them.
    pub official: Option<String>,
    /// A change that mends it; the editor applies it, so that Ctrl+Z takes it back.
    pub fix: Option<Fix>,
}

/// What the file would run.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Sorted by name.
    pub services: Vec<Service>,
    /// Sorted by name, which is the order of gseq.
    pub placements: Vec<Placement>,
    /// Whether any service asks for a GPU: prices are then shown per hour first.
    pub gpu: bool,
}

/// One service.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Service {
    /// Its name.
    pub name: String,
    /// Its image.
    pub image: String,
    /// How many copies run, over all placements.
    pub replicas: u32,
    /// Of one copy, in words: `0.5 CPU`, `512 MiB memory`, `1 GiB disk`, `1 × nvidia rtx4090`.
    pub resources: Vec<String>,
    /// `port 80 → the internet`.
    pub ports: Vec<String>,
    /// Volumes that outlive a restart but not the lease: `data, 10 GiB at /var/lib/mysql`.
    pub volumes: Vec<String>,
    /// How many environment variables it is given; the provider can read them.
    pub env: u32,
}

/// One placement: where a part may run.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Placement {
    /// Group number, by sorted name.
    pub gseq: u32,
    /// Its name.
    pub name: String,
    /// What it demands of a provider, in words; empty: anywhere.
    pub demands: Vec<String>,
    /// Names of the services in it.
    pub services: Vec<String>,
    /// The most the file would pay, in words; a limit, not a price.
    pub ceiling: Option<String>,
}

/// What is set aside for the draft, and how long it lasts.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct DraftMoney {
    /// What will be set aside, as typed; USD.
    pub deposit: Usd,
    /// What is wrong with the amount, in words.
    pub problem: Option<String>,
    /// How long it lasts, in words; `null` when neither a usual price nor a ceiling is known to count by.
    pub lasts: Option<String>,
    /// A larger amount that lasts a day, where this one does not; `null` where the Console decides the amount.
    pub proposal: Option<Proposal>,
    /// What the Console adds by itself, in words; `null` where it adds nothing.
    pub funding: Option<String>,
    /// The account's credit; `null` when not known.
    pub credit: Option<Usd>,
    /// The Console decides the amount on this account: the field goes away.
    pub decided_by_console: bool,
    /// What asking for prices sets aside; `null` where that is not known.
    pub sets_aside: Option<Usd>,
    /// What a trial account should know first.
    pub trial: Option<String>,
}

/// How the draft was made of a compose file, a `docker run` line or the like.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Made {
    /// `a compose file`.
    pub of: String,
    /// What only a person knows.
    pub questions: Vec<MadeQuestion>,
    /// What was guessed, and what was carried over in part.
    pub guesses: Vec<MadeGuess>,
    /// What could not be carried over, what matters first.
    pub lost: Vec<MadeLost>,
}

/// A question about what was made.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct MadeQuestion {
    /// What `answer_made` takes.
    pub index: u32,
    /// `Size of the volume “db”`.
    pub label: String,
    /// Why it is asked.
    pub why: String,
    /// How it is answered.
    pub field: MadeField,
    /// What stands in the text now.
    pub value: String,
    /// Nothing runs, or not as meant, before it is answered.
    pub needed: bool,
    /// Where it stands in the text.
    pub line: u32,
}

/// How a question about what was made is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum MadeField {
    /// With text.
    Text,
    /// With text that nobody should read.
    Secret,
    /// With a number.
    Number,
    /// With `true` or `false`.
    YesNo,
}

/// A guess that was made.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct MadeGuess {
    /// The service that it is about.
    pub service: Option<String>,
    /// What was written: `0.5 cores`.
    pub to: String,
    /// Why.
    pub why: String,
    /// It was carried over in part.
    pub part: bool,
    /// Where it stands in the text; `null` where that does not say it any more.
    pub line: Option<u32>,
}

/// Something that could not be carried over.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct MadeLost {
    /// What was given: `build: ./web`.
    pub what: String,
    /// Why it is not here.
    pub why: String,
    /// What to do instead.
    pub instead: String,
    /// The program may behave differently without it.
    pub matters: bool,
}

/// When what the draft becomes stops by itself.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct DraftStop {
    /// Hours after its lease; `null`: it runs until somebody closes it. `set_draft_stop`.
    pub hours: Option<u32>,
    /// Who stops it then, in words.
    pub note: String,
}

/// An amount to set aside instead.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Proposal {
    /// The amount.
    pub usd: Usd,
    /// Why, in words.
    pub text: String,
}

/// What stops asking for prices.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Blocked {
    /// What kind.
    pub by: BlockedBy,
    /// In words.
    pub text: String,
    /// A page that helps.
    pub link: Option<Link>,
    /// What could be set aside instead, USD; `null` where that is not what stops it.
    pub instead: Option<Usd>,
}

/// Kinds of [`Blocked`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum BlockedBy {
    /// The text has errors.
    Findings,
    /// What the file was made of leaves something open.
    Questions,
    /// There is no account.
    NotConnected,
    /// The Console cannot be reached.
    Offline,
    /// Not enough credit.
    Credit,
    /// The amount to set aside cannot be used.
    Amount,
    /// Another deployment is being created: one at a time.
    Busy,
}
