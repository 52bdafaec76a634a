//! Words for a failed call to the Console.

use super::words;
use crate::{
    record::{
        Outcome, Problem,
        problem::{Doing, Failure},
    },
    view::{AppError, Code, Link},
};

/// A failed call, with what it means for money and deployment.
pub(super) fn call(problem: &Problem, doing: Doing, failure: Failure) -> AppError {
    let mut said = happened(problem, doing, failure);
    said.meaning = meaning(doing, problem.outcome).map(str::to_owned);
    said
}

/// What it means, by what was being done and whether it took place.
fn meaning(doing: Doing, outcome: Outcome) -> Option<&'static str> {
    Some(match (doing, outcome) {
        (Doing::Connect, _) => "Your key was not stored.",
        (Doing::Create, Outcome::No) => "No deployment was created and nothing was set aside.",
        (Doing::Create, _) => {
            "It may have been created. Aloft is finding out and sends nothing twice."
        }
        (Doing::Lease, Outcome::No) => "No lease started. Nothing is charged.",
        (Doing::Lease, Outcome::Yes) => {
            "The lease is active and charged, but the provider does not have the manifest yet."
        }
        (Doing::Lease, Outcome::Unknown) => "The lease may have started. Aloft is finding out.",
        (Doing::Close, Outcome::Yes) => return None,
        (Doing::Close, _) => "The deployment may still run and be charged. Aloft keeps trying.",
        (Doing::AddFunds, Outcome::No) => "Nothing was added.",
        (Doing::AddFunds, _) => {
            "It may have been added. Aloft reads the amount back and adds nothing twice."
        }
        (Doing::Read | Doing::Setting, _) => return None,
    })
}

fn happened(problem: &Problem, doing: Doing, failure: Failure) -> AppError {
    let say = |code, next: &str| AppError::new(code, title(failure)).next(next);
    match failure {
        Failure::BadKey => say(Code::BadKey, "It may be mistyped or cut off, revoked, expired, or made for another Console address. Make a new one and paste it whole.").link(Link::ApiKeys),
        Failure::Forbidden | Failure::Rejected => say(Code::Provider, "See Details for the reason."),
        Failure::NeedsCredit { missing } => {
            let next = match missing {
                Some(missing) => format!("Add ${} or more, then try again.", words::cost(missing)),
                None => "Add credit, then try again.".to_owned(),
            };
            say(Code::NeedsCredit, &next).link(Link::AddCredit)
        }
        Failure::TopUpPending => say(Code::NeedsCredit, "This takes a moment. Try again then."),
        Failure::FairUsePolicy => {
            say(Code::Trial, "Accept it in the web Console, then try again.").link(Link::Console)
        }
        Failure::UnreachableBeforeLease => say(Code::Provider, "Choose another bid."),
        Failure::TrialLimit => say(Code::Trial, "Add credit to lift the trial’s limits.").link(Link::AddCredit),
        Failure::Provisioning => say(Code::Provisioning, "This takes a minute. Try again then."),
        Failure::InvalidSdl => say(Code::Sdl, problem.server_text.as_deref().filter(|text| !text.is_empty()).unwrap_or("See Details for the reason.")),
        Failure::BidGone => say(Code::BidGone, "Choose another one."),
        Failure::OrderGone => say(Code::BidGone, "Ask for prices again."),
        Failure::DeploymentClosed | Failure::NotFound => AppError::new(Code::Gone, title(failure)),
        Failure::ProviderRefused => say(Code::Provider, "See Details for the provider’s message. Another provider may help."),
        Failure::ProviderUnreachable => say(Code::Provider, "Aloft keeps trying. You can stop the deployment and choose another provider."),
        Failure::NoLeaseYet => say(Code::Provider, "Aloft sends the manifest again in a moment."),
        Failure::RateLimited => say(Code::RateLimited, "Aloft waits and tries again."),
        Failure::Offline => say(Code::Offline, "Check your network. Aloft reconnects on its own."),
        Failure::Dns => say(Code::Offline, "Its name was not found. Check your network, and the Console address in Settings."),
        Failure::Proxy => say(Code::Offline, "Your network’s proxy failed. Check the system’s proxy settings."),
        Failure::Tls => say(Code::Offline, "A proxy or a wrong clock may be the cause. Check the date of this computer."),
        Failure::NoAnswer => say(Code::Unclear, "Aloft is finding out what happened."),
        Failure::TimedOut => say(Code::ServerDown, "Try again in a moment."),
        Failure::ConnectionLost => say(Code::Offline, "Try again in a moment."),
        Failure::CdnPage => say(Code::ServerDown, "This usually passes within minutes. On a company network or behind a sign-in page, open the Console in your browser once."),
        Failure::Unreachable => say(Code::Offline, "It may be down, or your network may block it. Aloft reconnects on its own."),
        Failure::ServerDown => say(Code::ServerDown, "This usually passes within minutes."),
        Failure::Redirected => say(Code::NotUnderstood, "Check the Console address in Settings."),
        Failure::NotUnderstood => say(Code::NotUnderstood, match doing {
            Doing::Connect => "Check the Console address in Settings: is it the address of the API?",
            _ => "Try again. If it keeps failing, copy a report from Help.",
        }),
        Failure::TooLarge => AppError::new(Code::File, title(failure)),
        Failure::Unsupported => say(Code::NotUnderstood, "Check the Console address in Settings, or update Aloft."),
    }
}

/// What happened, one sentence.
pub(super) const fn title(failure: Failure) -> &'static str {
    match failure {
        Failure::BadKey => "The Console does not accept this key.",
        Failure::Forbidden => "The Console does not allow this.",
        Failure::NeedsCredit { .. } => "There is not enough credit.",
        Failure::TopUpPending => "Your card is being charged for more credit.",
        Failure::FairUsePolicy => "A trial must accept the fair-use policy first.",
        Failure::UnreachableBeforeLease => "The provider cannot be reached, so no lease started.",
        Failure::TrialLimit => "The trial does not allow this.",
        Failure::Provisioning => "Your account is still being set up.",
        Failure::InvalidSdl => "The Console refused the file.",
        Failure::BidGone => "This bid is no longer open.",
        Failure::OrderGone => "These bids belong to a request that has ended.",
        Failure::DeploymentClosed => "The deployment is already closed.",
        Failure::NotFound => "The Console does not find this deployment.",
        Failure::ProviderRefused => "The provider refused it.",
        Failure::ProviderUnreachable => "The provider cannot be reached.",
        Failure::NoLeaseYet => "The provider does not see the lease yet.",
        Failure::RateLimited => "The Console asks Aloft to slow down.",
        Failure::Offline | Failure::Dns | Failure::Proxy | Failure::Unreachable => {
            "The Console cannot be reached."
        }
        Failure::Tls => "No secure connection to the Console could be made.",
        Failure::NoAnswer => "No answer came in time.",
        Failure::TimedOut => "The Console did not answer in time.",
        Failure::ConnectionLost => "The connection to the Console broke.",
        Failure::CdnPage => "Something between Aloft and the Console answered instead.",
        Failure::ServerDown => "The Console has a fault right now.",
        Failure::Redirected => {
            "This address redirects elsewhere. Aloft did not follow it, to protect your key."
        }
        Failure::NotUnderstood => "The Console’s answer could not be read.",
        Failure::TooLarge => "The file is larger than the Console accepts.",
        Failure::Rejected => "The Console or the chain refused it.",
        Failure::Unsupported => "This Console does not understand Aloft’s request.",
    }
}
