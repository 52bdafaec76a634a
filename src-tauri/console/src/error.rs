//! What went wrong, what became of the action, and whether to try again.

use std::{fmt, time::Duration};

use akash_market::Usd;

use crate::call::Call;

/// A call that failed.
///
/// Never holds the API key, an address's query or a body; [`Error::server_message`] is the server's
/// own words, for "details".
pub struct Error(pub(crate) Box<Report>);

pub(crate) struct Report {
    pub(crate) kind: Kind,
    pub(crate) outcome: Outcome,
    pub(crate) repeatable: bool,
    /// Method and path template.
    pub(crate) request: String,
    pub(crate) status: Option<u16>,
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) cause: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) missing: Option<Usd>,
}

impl Report {
    /// What is known before there is an answer.
    pub(crate) fn of(call: &Call, kind: Kind, outcome: Outcome) -> Self {
        Self {
            kind,
            outcome,
            repeatable: call.op.repeatable(),
            request: format!("{} {}", call.method, call.template),
            status: None,
            code: None,
            message: None,
            cause: None,
            request_id: None,
            missing: None,
        }
    }
}

/// What a failed call means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The API key is malformed, unknown, revoked or expired; the Console doesn't say which.
    BadKey,
    /// The key is good but may not do this.
    Forbidden,
    /// There is not enough credit.
    NeedsCredit,
    /// The account is on trial and this is beyond it, or the trial is over.
    TrialLimit,
    /// The account's wallet is being set up; it takes a minute.
    Provisioning,
    /// The account's card is being charged for more credit; it takes a moment.
    TopUpPending {
        /// How long the server asks to wait, when it says so.
        retry_after: Option<Duration>,
    },
    /// A trial must accept the fair-use policy in the web Console first.
    FairUsePolicy,
    /// The SDL was refused.
    InvalidSdl,
    /// The request was refused as malformed.
    InvalidRequest,
    /// The chosen bid is no longer open.
    BidGone,
    /// The order was matched or closed; only a new deployment gives a new one.
    OrderGone,
    /// The deployment is closed.
    DeploymentClosed,
    /// There is no such thing, or it belongs to somebody else.
    NotFound,
    /// This server does not have the endpoint (yet).
    Unsupported,
    /// The endpoint was removed because it is not needed any more.
    NoLongerNeeded,
    /// The provider refused the manifest.
    ProviderRefused,
    /// The provider can't be reached, or its certificate is bad.
    ProviderUnreachable,
    /// The provider does not know the new lease yet; the same call works in a moment.
    NoLeaseYet,
    /// Something in between asks to slow down.
    RateLimited {
        /// How long it asks to wait, when it says so.
        retry_after: Option<Duration>,
    },
    /// The request is larger than the server takes.
    TooLarge,
    /// The server or the chain refused, for a reason of its own words.
    Rejected,
    /// The server, or what stands behind it, does not work.
    ServerDown,
    /// What stands before the server answered in its place, with a page of its own.
    CdnPage,
    /// The server points elsewhere. Not followed: the key belongs to the address it was given for.
    Redirected,
    /// This computer has no way to the network.
    Offline,
    /// The server's name has no address.
    Dns,
    /// No trusted connection came about.
    Tls,
    /// The proxy refused or failed.
    Proxy,
    /// The connection broke before the answer was whole.
    ConnectionLost,
    /// No answer in time.
    TimedOut,
    /// An answer came, and it makes no sense.
    NotUnderstood,
}

/// What became of the action that was asked for. For calls that only read it is always
/// [`Outcome::No`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// It did not take place.
    No,
    /// There is no telling from the answer. Look before asking again.
    Unknown,
    /// It took place, at least in the part that costs money, though the call failed.
    Yes,
}

impl Kind {
    const fn words(self) -> &'static str {
        match self {
            Self::BadKey => "the API key was refused",
            Self::Forbidden => "the API key may not do this",
            Self::NeedsCredit => "there is not enough credit",
            Self::TrialLimit => "this is beyond the trial",
            Self::Provisioning => "the wallet is being set up",
            Self::TopUpPending { .. } => "the card is being charged",
            Self::FairUsePolicy => "the fair-use policy is not accepted yet",
            Self::InvalidSdl => "the SDL was refused",
            Self::InvalidRequest => "the request was refused as malformed",
            Self::BidGone => "the bid is no longer open",
            Self::OrderGone => "the order was matched or closed",
            Self::DeploymentClosed => "the deployment is closed",
            Self::NotFound => "there is no such thing",
            Self::Unsupported => "this server does not have the endpoint",
            Self::NoLongerNeeded => "the endpoint was removed, it is no longer needed",
            Self::ProviderRefused => "the provider refused",
            Self::ProviderUnreachable => "the provider can't be reached",
            Self::NoLeaseYet => "the provider does not know the lease yet",
            Self::RateLimited { .. } => "too many requests",
            Self::TooLarge => "the request is too large",
            Self::Rejected => "the server refused",
            Self::ServerDown => "the server does not work",
            Self::CdnPage => "something before the server answered in its place",
            Self::Redirected => "the server points to another address",
            Self::Offline => "there is no network",
            Self::Dns => "the server's name was not found",
            Self::Tls => "no trusted connection came about",
            Self::Proxy => "the proxy failed",
            Self::ConnectionLost => "the connection broke",
            Self::TimedOut => "no answer in time",
            Self::NotUnderstood => "the answer was not understood",
        }
    }
}

impl Error {
    /// What it means.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// What became of the action.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.0.outcome
    }

    /// Whether the same call can be made again without doing anything twice. That it is safe does
    /// not mean that it helps: see [`Error::passing`].
    #[must_use]
    pub fn retry_safe(&self) -> bool {
        self.0.repeatable || self.0.outcome == Outcome::No
    }

    /// Whether this may be over by itself in a while.
    #[must_use]
    pub fn passing(&self) -> bool {
        matches!(
            self.0.kind,
            Kind::Provisioning
                | Kind::TopUpPending { .. }
                | Kind::ProviderUnreachable
                | Kind::NoLeaseYet
                | Kind::RateLimited { .. }
                | Kind::ServerDown
                | Kind::CdnPage
                | Kind::Offline
                | Kind::Dns
                | Kind::Proxy
                | Kind::ConnectionLost
                | Kind::TimedOut
        )
    }

    /// The server's own words, for "details". Comes from outside: show it as text, never as markup.
    #[must_use]
    pub fn server_message(&self) -> Option<&str> {
        self.0.message.as_deref()
    }

    /// The server's code for it (`wallet_provisioning`), when it gave one.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// How much credit is missing, USD, where the server says so with [`Kind::NeedsCredit`].
    #[must_use]
    pub fn missing(&self) -> Option<Usd> {
        self.0.missing
    }

    /// The HTTP status, when there was an answer.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// Method and path template of the call (`GET /v1/deployments/{dseq}`).
    #[must_use]
    pub fn request(&self) -> &str {
        &self.0.request
    }

    /// What the server or what stands before it calls the request, for support.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// The technical cause, where there is one beyond the server's words.
    #[must_use]
    pub fn cause(&self) -> Option<&str> {
        self.0.cause.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report {
            kind,
            request,
            status,
            cause,
            ..
        } = &*self.0;
        write!(f, "{request}: {}", kind.words())?;
        if let Some(status) = status {
            write!(f, " ({status})")?;
        }
        if let Some(cause) = cause {
            write!(f, ": {cause}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("request", &self.0.request)
            .field("kind", &self.0.kind)
            .field("outcome", &self.0.outcome)
            .field("status", &self.0.status)
            .field("code", &self.0.code)
            .field("cause", &self.0.cause)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for Error {}
