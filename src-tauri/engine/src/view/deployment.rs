//! A deployment, in the list and on its own screen.

use serde::{Deserialize, Serialize};

use super::{
    basics::{DeploymentId, Moment, Tone, Usd},
    bids::{Auto, Group},
    error::AppError,
    price::{Fact, Price},
    screening::Eligibility,
};

/// A deployment in the list.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// What commands take.
    pub id: DeploymentId,
    /// Its name.
    pub name: String,
    /// Made with Aloft (or taken over), or found on the account.
    pub ours: bool,
    /// How it is.
    pub state: State,
    /// `Europlots · Kyiv, UA`; `null` before a lease.
    pub provider: Option<String>,
    /// What its running leases cost; `null` before a lease or when the rate is unknown.
    pub price: Option<Price>,
    /// What is left of what was set aside; `null` when not known.
    pub left: Option<Usd>,
    /// How long that lasts.
    pub lasts: Option<Lasts>,
    /// Where it answers.
    pub addresses: Vec<Address>,
    /// The one thing to do now, if it needs one.
    pub action: Option<Action>,
    /// Whether `close` can be asked for now.
    pub closable: bool,
}

/// How a deployment is: a word, a tone and what there is to say.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct State {
    /// Which.
    pub code: StateCode,
    /// Colour and icon.
    pub tone: Tone,
    /// `Answering`.
    pub word: String,
    /// `1 of 2 services ready`; `sending its manifest again; already charging`.
    pub detail: Option<String>,
    /// Since when.
    pub since: Option<Moment>,
}

/// The states of a deployment's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum StateCode {
    /// The create is on its way.
    Creating,
    /// No answer came to the create; Aloft is finding out. Nothing is sent again.
    Unclear,
    /// Nothing stands and nothing is set aside: the create did not happen, or what it made was closed again before anybody looked.
    NotSent,
    /// The Console refused the create.
    Refused,
    /// Waiting for bids, or bids are there to choose from.
    Choosing,
    /// Every bid lapsed before one was chosen. Nothing ran.
    Lapsed,
    /// The lease is on its way.
    Leasing,
    /// The lease stands and charges, its manifest did not arrive yet.
    Undelivered,
    /// Containers are starting.
    Starting,
    /// All containers are ready.
    Running,
    /// Ready, and its web address answers.
    Answering,
    /// Ready for three minutes, and its web address still does not answer.
    NotAnswering,
    /// Its containers stopped being ready three times or more within ten minutes. It charges all the same.
    KeepsRestarting,
    /// The provider cannot be asked how it is.
    Dark,
    /// The provider ended the lease.
    LeaseLost,
    /// What was set aside is used up.
    OutOfFunds,
    /// The close is on its way.
    Closing,
    /// Over.
    Closed,
    /// Over before a lease was taken: nothing ran, and what was set aside came back.
    Abandoned,
}

/// How long what is set aside lasts.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Lasts {
    /// Until when, if nothing is added; `null` when credit is added automatically.
    pub until: Option<Moment>,
    /// `paid for 5 d 3 h`, `paid for 5 d 3 h, then from credit`.
    pub text: String,
    /// It is running out and the person should act.
    pub low: bool,
}

/// Where a deployment can be reached. `open_address` takes its index.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Address {
    /// Web address, forwarded port or IP.
    pub kind: AddressKind,
    /// The service behind it.
    pub service: String,
    /// As shown: `web.ingress.europlots.com`, `host:31234 → 22/tcp`.
    pub label: String,
    /// As copied.
    pub copy: String,
    /// Whether a browser can open it.
    pub opens: bool,
    /// Whether it answered when last asked; `null` where Aloft makes no claim.
    pub answers: Option<bool>,
}

/// Kinds of [`Address`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum AddressKind {
    /// Served at the provider's ingress.
    Web,
    /// A port of the provider.
    Port,
    /// An IP of its own.
    Ip,
}

/// The one thing a row asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Action {
    /// Choose among the bids.
    Choose,
    /// Ask for prices again, or close.
    AskAgain,
    /// Look at what went wrong.
    Look,
    /// Stop *Deploy for me*.
    Stop,
    /// Add to what is set aside.
    AddFunds,
    /// Close it: it only holds money.
    Close,
}

/// A deployment as its own screen shows it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Open {
    /// As in the list.
    pub row: Row,
    /// Which screen shows it.
    pub screen: OpenScreen,
    /// When it was made.
    pub created: Moment,
    /// The steps from lease to answering.
    pub steps: Vec<Step>,
    /// Bids by group, in order of gseq.
    pub groups: Vec<Group>,
    /// 60 seconds passed without a bid.
    pub no_bids: bool,
    /// Why that may be, and what could be asked instead; `null` while bids are there or it is not known.
    pub why: Option<Eligibility>,
    /// *Deploy for me* is at work; `null` where the person chooses.
    pub auto: Option<Auto>,
    /// *Deploy for me* took nothing, and would with this limit a month; `null` where it was not the limit.
    pub raise: Option<Usd>,
    /// When the first of the open bids is likely to lapse: an estimate.
    pub lapses: Option<Moment>,
    /// What runs.
    pub services: Vec<Running>,
    /// Money of this deployment.
    pub money: Money,
    /// Who runs it, one a lease.
    pub providers: Vec<ProviderCard>,
    /// What is lost on closing, a sentence each.
    pub losses: Vec<String>,
    /// Numbers and addresses of the chain, for *Details*.
    pub facts: Vec<Fact>,
    /// How it ended.
    pub receipt: Option<Receipt>,
    /// What went wrong last and still stands.
    pub problem: Option<AppError>,
    /// What can be done now.
    pub can: Can,
}

/// Which screen shows a deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum OpenScreen {
    /// *Choose*: bids arrive, one is taken.
    Choose,
    /// *Go live*: from lease to answering.
    GoLive,
    /// The deployment's own screen.
    Detail,
    /// The receipt.
    Receipt,
}

/// One step from lease to answering.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// What: `Lease taken`, `Manifest delivered`, `Containers ready`, `Answering`.
    pub title: String,
    /// How far.
    pub state: StepState,
    /// `1 of 2`; what is going on.
    pub detail: Option<String>,
    /// When it began.
    pub began: Option<Moment>,
    /// How long it took, whole seconds.
    pub seconds: Option<u32>,
}

/// How far a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum StepState {
    /// Not begun.
    Todo,
    /// Under way.
    Doing,
    /// Done.
    Done,
    /// Failed, or waiting too long.
    Stuck,
}

/// A service of a running deployment.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Running {
    /// Its name.
    pub name: String,
    /// Its image; `null` where no SDL is known.
    pub image: Option<String>,
    /// Ready copies; `null` when the provider did not say.
    pub ready: Option<u32>,
    /// Copies asked for; `null` when not known.
    pub total: Option<u32>,
    /// GPUs that were found in it: `1 × NVIDIA GeForce RTX 4090, 24 GB`.
    pub gpus: Vec<String>,
    /// What was found is not what the provider offered, in words.
    pub gpu_differs: Option<String>,
    /// `port 80 → the internet`.
    pub ports: Vec<String>,
}

/// Money of one deployment. What is not spent returns to the credit, not to a card.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Money {
    /// What was set aside in all, USD; `null` when not known.
    pub set_aside: Option<Usd>,
    /// What is left of it now.
    pub left: Option<Usd>,
    /// What was spent until now.
    pub spent: Option<Usd>,
    /// What of it was not set aside from here: the Console adds by itself; `null` where that is nothing.
    pub added: Option<Usd>,
    /// It is closed once it has spent so much in all; `null` where it is not.
    pub ceiling: Option<Usd>,
    /// It stops by itself; `null` where it does not.
    pub stop: Option<Stop>,
    /// What the Console does once it runs, in words; `null` when it is over.
    pub ahead: Option<String>,
    /// Whether the Console adds credit by itself; `null` when not known or not ours to ask.
    pub auto_funding: Option<bool>,
    /// How prices are counted, in words.
    pub basis: String,
}

/// When a deployment stops by itself.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Stop {
    /// `24 hours after its lease starts`, before that has one.
    pub text: String,
    /// When that is; `null` before its lease.
    pub at: Option<Moment>,
    /// Who stops it then, in words.
    pub note: String,
}

/// A provider that runs a part.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ProviderCard {
    /// Group number it runs.
    pub gseq: u32,
    /// Organization or host.
    pub name: String,
    /// Host name.
    pub host: String,
    /// Where.
    pub region: Option<String>,
    /// Percent over 7 days.
    pub uptime: Option<String>,
    /// What its lease costs.
    pub price: Option<Price>,
}

/// How a deployment ended.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// `5 d 3 h`; `null` when nothing ran.
    pub ran: Option<String>,
    /// Exact, from the settled escrow, USD; `null` while it is not read back.
    pub spent: Option<Usd>,
    /// What came back to the credit, USD.
    pub returned: Option<Usd>,
    /// The amount returned is approximate: the Console also adds credit by itself.
    pub about: bool,
    /// The Console knows it no more: what it spent and what came back can't be read, now or later.
    pub unknown: bool,
    /// When it closed.
    pub closed: Option<Moment>,
    /// Why: `You closed it`, `The provider ended the lease`.
    pub why: String,
}

/// What can be done now. A button exists only where its flag is set.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Can {
    /// `start`: take bids.
    pub start: bool,
    /// `close`.
    pub close: bool,
    /// Closing ends something that runs: ask first.
    pub close_asks: bool,
    /// `add_funds`.
    pub add_funds: bool,
    /// `set_auto_funding`.
    pub auto_funding: bool,
    /// `set_ceiling`.
    pub ceiling: bool,
    /// `set_stop`.
    pub stop: bool,
    /// `resend`: send the manifest again.
    pub resend: bool,
    /// `ask_again`: close what holds money, and ask for prices with the same file.
    pub ask_again: bool,
    /// `relax_again`: the same with a requirement relaxed, see [`Open::why`].
    pub relax: bool,
    /// `take_over`: treat as made here.
    pub take_over: bool,
    /// `again`: its SDL is known, deploy it again.
    pub again: bool,
    /// `forget`: remove the record from this computer.
    pub forget: bool,
    /// `open_web_console`: the official web Console has a page for it.
    pub web_console: bool,
}

/// A record of the history.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Past {
    /// What commands take.
    pub id: DeploymentId,
    /// Its name.
    pub name: String,
    /// How it ended.
    pub state: State,
    /// Who ran it.
    pub provider: Option<String>,
    /// The receipt.
    pub receipt: Option<Receipt>,
    /// Whether it can be deployed again.
    pub again: bool,
}
