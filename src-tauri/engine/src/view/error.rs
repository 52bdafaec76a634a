//! The one error that crosses to the window.

use serde::{Deserialize, Serialize};

use super::basics::Link;

/// The one error that crosses to the window. Library messages appear in `details` only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
#[error("{title}")]
pub struct AppError {
    /// What kind, for tests and for choosing an icon; never shown.
    pub code: Code,
    /// What happened, one sentence.
    pub title: String,
    /// What it means for the person's money and deployment.
    pub meaning: Option<String>,
    /// What to do next.
    pub next: Option<String>,
    /// Whether doing the same again is safe.
    pub retry: bool,
    /// A page that helps.
    pub link: Option<Link>,
    /// For people who search for it: the other side's words, redacted.
    pub details: Option<String>,
}

/// Kinds of [`AppError`] the window or a test tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Code {
    /// The key is malformed, unknown, revoked or expired: the API does not say which.
    BadKey,
    /// The account has no wallet yet.
    NoWallet,
    /// The account's wallet is being made.
    Provisioning,
    /// Not enough credit.
    NeedsCredit,
    /// The trial ended or forbids it.
    Trial,
    /// No line to the Console.
    Offline,
    /// The Console answers with faults.
    ServerDown,
    /// Too many requests.
    RateLimited,
    /// An answer that could not be read.
    NotUnderstood,
    /// It was sent and no answer came: it may have happened.
    Unclear,
    /// The bid or its order is gone.
    BidGone,
    /// The deployment is closed or does not exist.
    Gone,
    /// The provider refused or could not be reached.
    Provider,
    /// The file cannot be used.
    File,
    /// The SDL was refused.
    Sdl,
    /// What was typed cannot be used.
    Input,
    /// There is no account to do this with.
    NotConnected,
    /// Not possible in this state.
    NotNow,
    /// The disk refused.
    Disk,
    /// A fault of Aloft.
    Internal,
}
