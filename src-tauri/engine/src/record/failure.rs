//! How a call to the Console failed, as facts.

use akash_console::{Error, Kind, Usd};
use serde::{Deserialize, Serialize};

/// What became of what was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Outcome {
    /// It did not take place.
    No,
    /// There is no telling.
    Unknown,
    /// It took place.
    Yes,
}

/// What was being done; the same failure means different things.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Doing {
    Connect,
    Read,
    Create,
    Lease,
    Close,
    AddFunds,
    Setting,
}

/// How a call failed, see [`akash_console::Kind`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Failure {
    BadKey,
    Forbidden,
    /// With what is missing, USD, where the Console says it.
    NeedsCredit {
        missing: Option<Usd>,
    },
    /// The person's card is being charged for more credit.
    TopUpPending,
    /// A trial has to accept the fair-use policy first.
    FairUsePolicy,
    TrialLimit,
    Provisioning,
    InvalidSdl,
    BidGone,
    OrderGone,
    DeploymentClosed,
    NotFound,
    ProviderRefused,
    ProviderUnreachable,
    /// No lease started, because the provider cannot be reached.
    UnreachableBeforeLease,
    NoLeaseYet,
    RateLimited,
    Offline,
    Dns,
    Proxy,
    Tls,
    /// No answer came to what may have taken place.
    NoAnswer,
    TimedOut,
    ConnectionLost,
    CdnPage,
    /// Nobody answers at the server's address.
    Unreachable,
    ServerDown,
    Redirected,
    NotUnderstood,
    TooLarge,
    Rejected,
    Unsupported,
}

impl From<akash_console::Outcome> for Outcome {
    fn from(outcome: akash_console::Outcome) -> Self {
        match outcome {
            akash_console::Outcome::No => Self::No,
            akash_console::Outcome::Unknown => Self::Unknown,
            akash_console::Outcome::Yes => Self::Yes,
        }
    }
}

/// Which failure a call ended with.
pub(super) fn failure(error: &Error, doing: Doing) -> Failure {
    match error.kind() {
        Kind::BadKey => Failure::BadKey,
        Kind::Forbidden => Failure::Forbidden,
        Kind::NeedsCredit => Failure::NeedsCredit {
            missing: error.missing(),
        },
        Kind::TopUpPending { .. } => Failure::TopUpPending,
        Kind::FairUsePolicy => Failure::FairUsePolicy,
        Kind::TrialLimit => Failure::TrialLimit,
        Kind::Provisioning => Failure::Provisioning,
        Kind::InvalidSdl => Failure::InvalidSdl,
        Kind::BidGone => Failure::BidGone,
        Kind::OrderGone => Failure::OrderGone,
        Kind::DeploymentClosed => Failure::DeploymentClosed,
        Kind::NotFound => Failure::NotFound,
        Kind::ProviderRefused => Failure::ProviderRefused,
        Kind::ProviderUnreachable
            if doing == Doing::Lease && error.outcome() == akash_console::Outcome::No =>
        {
            Failure::UnreachableBeforeLease
        }
        Kind::ProviderUnreachable => Failure::ProviderUnreachable,
        Kind::NoLeaseYet => Failure::NoLeaseYet,
        Kind::RateLimited { .. } => Failure::RateLimited,
        Kind::Offline => Failure::Offline,
        Kind::Dns => Failure::Dns,
        Kind::Proxy => Failure::Proxy,
        Kind::Tls => Failure::Tls,
        Kind::TimedOut | Kind::ConnectionLost
            if error.outcome() == akash_console::Outcome::Unknown =>
        {
            Failure::NoAnswer
        }
        Kind::TimedOut => Failure::TimedOut,
        Kind::ConnectionLost => Failure::ConnectionLost,
        Kind::CdnPage => Failure::CdnPage,
        Kind::ServerDown if error.status().is_none() => Failure::Unreachable,
        Kind::ServerDown => Failure::ServerDown,
        Kind::Redirected => Failure::Redirected,
        Kind::NotUnderstood => Failure::NotUnderstood,
        Kind::TooLarge => Failure::TooLarge,
        Kind::Rejected => Failure::Rejected,
        Kind::InvalidRequest | Kind::Unsupported | Kind::NoLongerNeeded => Failure::Unsupported,
    }
}

/// The call, the status and the words of the other side, for people who search for them.
pub(super) fn details(error: &Error) -> String {
    let mut parts = vec![error.request().to_owned()];
    parts.extend(error.status().map(|status| format!("answered {status}")));
    parts.extend(error.server_message().map(|text| clip(text, 600)));
    parts.extend(error.cause().map(|text| clip(text, 300)));
    parts.extend(error.request_id().map(|id| format!("request {id}")));
    parts.join(" · ")
}

/// At most `most` characters, without control characters.
pub(super) fn clip(text: &str, most: usize) -> String {
    let clean: String = text
        .chars()
        .filter(|c| !c.is_control() || *c == '\n')
        .take(most)
        .collect();
    if text.chars().count() > most {
        format!("{clean}…")
    } else {
        clean
    }
}
