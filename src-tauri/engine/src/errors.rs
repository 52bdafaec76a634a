//! From what went wrong to what a person is told: what happened, what it means for money and deployment, what to do next.

use akash_console::{Error, Happened, Kind};

use crate::{
    journal::JournalError,
    view::{AppError, Code, ConnectionState, Link},
    words,
};

/// What was being done; the same failure means different things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doing {
    Connect,
    Read,
    Create,
    Lease,
    Close,
    AddFunds,
    Setting,
}

impl AppError {
    pub(crate) fn new(code: Code, title: impl Into<String>) -> Self {
        Self {
            code,
            title: title.into(),
            meaning: None,
            next: None,
            retry: false,
            link: None,
            details: None,
        }
    }

    pub(crate) fn meaning(mut self, text: impl Into<String>) -> Self {
        self.meaning = Some(text.into());
        self
    }

    pub(crate) fn next(mut self, text: impl Into<String>) -> Self {
        self.next = Some(text.into());
        self
    }

    pub(crate) fn retry(mut self) -> Self {
        self.retry = true;
        self
    }

    pub(crate) fn link(mut self, link: Link) -> Self {
        self.link = Some(link);
        self
    }

    pub(crate) fn details(mut self, text: impl Into<String>) -> Self {
        self.details = Some(text.into());
        self
    }

    pub(crate) fn input(title: impl Into<String>) -> Self {
        Self::new(Code::Input, title)
    }

    /// The disk refused before anything was sent. Said only by who knows that: a record that fails after a call went out says nothing of the kind.
    pub(crate) fn unsent(mut self) -> Self {
        if self.code == Code::Disk {
            self.meaning =
                Some("Nothing was sent. Aloft records each step before it takes it.".into());
        }
        self
    }

    /// What was asked for is done, and only its record failed: doing it again would do it twice.
    pub(crate) fn done(mut self, what: &str) -> Self {
        self.meaning = Some(format!("{what}. Only Aloft’s record of it is missing."));
        self.next = Some(
            "Don’t repeat it. Free some disk space, and Aloft reads it back on its own.".into(),
        );
        self.retry = false;
        self
    }

    /// The record is not there (any more).
    pub(crate) fn gone() -> Self {
        Self::new(Code::Gone, "Aloft has no record of this deployment.")
            .next("Go back to Deployments.")
    }

    /// A provider named an address on this computer or in its network.
    pub(crate) fn inside() -> Self {
        Self::input("This address leads into your own network, so Aloft does not open it.")
            .next("An address of a provider should lead to the provider. If you know better, copy it into your browser.")
    }

    /// The state does not allow it; what the person saw was older.
    pub(crate) fn not_now(title: impl Into<String>) -> Self {
        Self::new(Code::NotNow, title)
    }

    /// It is not known yet whose key it is, so nothing may be done with it.
    pub(crate) fn unconfirmed(line: ConnectionState) -> Self {
        let (code, title) = match line {
            ConnectionState::Refused => (
                Code::BadKey,
                "The Console does not accept the key of this account.",
            ),
            ConnectionState::Offline => (Code::Offline, "The Console cannot be reached."),
            _ => (
                Code::NotNow,
                "Aloft is still asking the Console whose key this is.",
            ),
        };
        Self::new(code, title)
            .meaning("Nothing was sent.")
            .next(match line {
                ConnectionState::Refused => "Connect again with a key that it accepts.",
                _ => "Try again when the connection is back.",
            })
    }

    pub(crate) fn not_connected() -> Self {
        Self::new(Code::NotConnected, "No account is connected.")
            .next("Connect your Console account, or try the demo.")
    }
}

impl From<JournalError> for AppError {
    fn from(error: JournalError) -> Self {
        tracing::error!(%error, "journal");
        Self::new(Code::Disk, "Aloft could not write to its journal.")
            .next("Free some disk space, then try again.")
            .retry()
            .details(error.to_string())
    }
}

/// Words for a failed call.
pub(crate) fn say(error: &Error, doing: Doing) -> AppError {
    let base = kind(error, doing);
    let mut said = match base.meaning {
        Some(_) => base,
        None => match meaning(error, doing) {
            Some(text) => base.meaning(text),
            None => base,
        },
    };
    said.retry = error.retry_safe() && said.code != Code::BadKey;
    said.details = Some(details(error));
    said
}

fn details(error: &Error) -> String {
    let mut parts = vec![error.request().to_owned()];
    parts.extend(error.status().map(|status| format!("answered {status}")));
    parts.extend(error.server_message().map(|text| clip(text, 600)));
    parts.extend(error.cause().map(|text| clip(text, 300)));
    parts.extend(error.request_id().map(|id| format!("request {id}")));
    parts.join(" · ")
}

fn clip(text: &str, most: usize) -> String {
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

/// What it means for money and deployment, by what was being done and whether it happened.
fn meaning(error: &Error, doing: Doing) -> Option<&'static str> {
    Some(match (doing, error.happened()) {
        (Doing::Connect, _) => "Your key was not stored.",
        (Doing::Create, Happened::No) => "No deployment was created and nothing was set aside.",
        (Doing::Create, _) => {
            "It may have been created. Aloft is finding out and sends nothing twice."
        }
        (Doing::Lease, Happened::No) => "No lease started. Nothing is charged.",
        (Doing::Lease, Happened::Yes) => {
            "The lease is active and charged, but the provider does not have the manifest yet."
        }
        (Doing::Lease, Happened::Unknown) => "The lease may have started. Aloft is finding out.",
        (Doing::Close, Happened::Yes) => return None,
        (Doing::Close, _) => "The deployment may still run and be charged. Aloft keeps trying.",
        (Doing::AddFunds, Happened::No) => "Nothing was added.",
        (Doing::AddFunds, _) => {
            "It may have been added. Aloft reads the amount back and adds nothing twice."
        }
        (Doing::Read | Doing::Setting, _) => return None,
    })
}

fn kind(error: &Error, doing: Doing) -> AppError {
    use AppError as E;
    let text = error.server_message().unwrap_or_default();
    match error.kind() {
        Kind::BadKey => E::new(Code::BadKey, "The Console does not accept this key.")
            .next("It may be mistyped or cut off, revoked, expired, or made for another Console address. Make a new one and paste it whole.")
            .link(Link::ApiKeys),
        Kind::Forbidden => E::new(Code::Provider, "The Console does not allow this.").next("See Details for the reason."),
        Kind::NeedsCredit => E::new(Code::NeedsCredit, "There is not enough credit.").next(match error.missing() {
            Some(missing) => format!("Add ${} or more, then try again.", words::cost(missing)),
            None => "Add credit, then try again.".into(),
        }).link(Link::AddCredit),
        Kind::TopUpPending { .. } => E::new(Code::NeedsCredit, "Your card is being charged for more credit.").next("This takes a moment. Try again then.").retry(),
        Kind::FairUsePolicy => E::new(Code::Trial, "A trial must accept the fair-use policy first.").next("Accept it in the web Console, then try again.").link(Link::Console),
        Kind::TrialLimit => E::new(Code::Trial, "The trial does not allow this.").next("Add credit to lift the trial’s limits.").link(Link::AddCredit),
        Kind::Provisioning => E::new(Code::Provisioning, "Your account is still being set up.").next("This takes a minute. Try again then."),
        Kind::InvalidSdl => E::new(Code::Sdl, "The Console refused the file.").next(if text.is_empty() { "See Details for the reason.".to_owned() } else { clip(text, 300) }),
        Kind::BidGone => E::new(Code::BidGone, "This bid is no longer open.").next("Choose another one."),
        Kind::OrderGone => E::new(Code::BidGone, "These bids belong to a request that is over.").next("Ask for prices again."),
        Kind::DeploymentClosed => E::new(Code::Gone, "The deployment is already closed."),
        Kind::NotFound => E::new(Code::Gone, "The Console does not find this deployment."),
        Kind::ProviderRefused => E::new(Code::Provider, "The provider refused it.").next("See Details for the provider’s message. Another provider may help."),
        Kind::ProviderUnreachable if doing == Doing::Lease && error.happened() == Happened::No => E::new(Code::Provider, "The provider cannot be reached, so no lease started.").next("Choose another bid."),
        Kind::ProviderUnreachable => E::new(Code::Provider, "The provider cannot be reached.").next("Aloft keeps trying. You can stop the deployment and choose another provider."),
        Kind::NoLeaseYet => E::new(Code::Provider, "The provider does not see the lease yet.").next("Aloft sends the manifest again in a moment."),
        Kind::RateLimited { .. } => E::new(Code::RateLimited, "The Console asks Aloft to slow down.").next("Aloft waits and tries again."),
        Kind::Offline | Kind::Dns | Kind::Proxy => E::new(Code::Offline, "The Console cannot be reached.").next(match error.kind() {
            Kind::Dns => "Its name was not found. Check your network, and the Console address in Settings.",
            Kind::Proxy => "Your network’s proxy failed. Check the system’s proxy settings.",
            _ => "Check your network. Aloft reconnects on its own.",
        }),
        Kind::Tls => E::new(Code::Offline, "No secure connection to the Console could be made.").next("A proxy or a wrong clock may be the cause. Check the date of this computer."),
        Kind::TimedOut | Kind::ConnectionLost if error.happened() == Happened::Unknown => {
            E::new(Code::Unclear, "No answer came in time.").next("Aloft is finding out what happened.")
        }
        Kind::TimedOut => E::new(Code::ServerDown, "The Console did not answer in time.").next("Try again in a moment."),
        Kind::ConnectionLost => E::new(Code::Offline, "The connection to the Console broke.").next("Try again in a moment."),
        Kind::CdnPage => E::new(Code::ServerDown, "Something in front of the Console answered instead.").next("This usually passes within minutes. On a company network or behind a sign-in page, open the Console in your browser once."),
        Kind::ServerDown if error.status().is_none() => E::new(Code::Offline, "The Console cannot be reached.").next("It may be down, or your network may block it. Aloft reconnects on its own."),
        Kind::ServerDown => E::new(Code::ServerDown, "The Console has a fault right now.").next("This usually passes within minutes."),
        Kind::Redirected => E::new(Code::NotUnderstood, "This address redirects elsewhere. Aloft did not follow it, to protect your key.").next("Check the Console address in Settings."),
        Kind::NotUnderstood => E::new(Code::NotUnderstood, "The Console’s answer could not be read.").next(match doing {
            Doing::Connect => "Check the Console address in Settings: is it the address of the API?",
            _ => "Try again. If it keeps failing, copy a report from Help.",
        }),
        Kind::TooLarge => E::new(Code::File, "The file is larger than the Console accepts."),
        Kind::Rejected => E::new(Code::Provider, "The Console or the chain refused it.").next("See Details for the reason."),
        Kind::InvalidRequest | Kind::Unsupported | Kind::NoLongerNeeded => {
            E::new(Code::NotUnderstood, "This Console does not understand Aloft’s request.").next("Check the Console address in Settings, or update Aloft.")
        }
    }
}
