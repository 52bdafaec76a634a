//! What several types have in common.

use serde::{Deserialize, Serialize};

/// USD as decimal text, rounded for people: `"4.18"`. Never a float.
pub type Usd = String;

/// A moment in chain time, RFC 3339.
pub type Moment = String;

/// A deployment's id: a UUIDv7 made with its first intent.
pub type DeploymentId = String;

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
