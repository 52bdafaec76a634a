//! Words for what is not possible now, and for what was typed and cannot be used.

use super::{draft, typed::typed, words};
use crate::{
    record::problem::{Input, Ours, Refusal},
    view::{AppError, Code, Link},
};

/// The state does not allow it; what the person saw was older.
pub(super) fn refused(refusal: &Refusal) -> AppError {
    fn no(title: &str) -> AppError {
        AppError::not_now(title)
    }
    match refusal {
        Refusal::NoRecord => AppError::gone(),
        Refusal::OtherAccount => {
            no("This deployment belongs to another account.").next("Connect that account first.")
        }
        Refusal::AccountChanged => {
            no("The account changed meanwhile.").meaning("Nothing was sent.")
        }
        Refusal::OtherAccountListed => AppError::new(
            Code::NotUnderstood,
            "The Console listed deployments of another account.",
        )
        .meaning("Nothing was sent.")
        .next("Disconnect in Settings, and connect again."),
        Refusal::UnderWay => no("Something is on its way for this deployment already.")
            .next("Wait until it is done."),
        Refusal::CreatingAnother => no(
            "Another deployment is being created. Aloft creates one at a time, so that nothing is created twice.",
        ),
        Refusal::NothingToClose => no("There is nothing to close."),
        Refusal::BidsNotExpired => no("Its bids are open again."),
        Refusal::KeptLonger => no("It is to run longer now."),
        Refusal::MaySpendMore => no("Its spending limit was raised."),
        Refusal::NoFileKept => no("Aloft does not have the file of this deployment."),
        Refusal::NoManifest => {
            no("Aloft does not have the file of this deployment, so it can’t start it.")
                .next("Start it in the Console, or cancel the request here.")
        }
        Refusal::StillRuns => no("This deployment still runs."),
        Refusal::RuleStopped => no("It was stopped."),
        Refusal::AlreadyAccepted => no("It has already accepted a bid.")
            .meaning("The lease is starting.")
            .next("Stop the deployment to end it."),
        Refusal::NoLimitToRaise => no("There is no limit to raise any more."),
        Refusal::NoLease => no("There is no active lease to send the manifest to."),
        Refusal::NothingToChoose => no("There is nothing to choose right now.")
            .next("Something changed in the meantime. Check its status."),
        Refusal::NoBidYet => no("No bid has arrived yet."),
        Refusal::BidNotOpen => AppError::new(Code::BidGone, "This bid is no longer open.")
            .meaning("No lease started. Nothing is charged.")
            .next("Choose another one."),
        Refusal::NotOurs(Ours::Ceiling) => {
            no("Only a deployment made with Aloft can have a spending limit.")
        }
        Refusal::NotOurs(Ours::Stop) => {
            no("Only a deployment made with Aloft can stop by itself.").next("Take it over first.")
        }
        Refusal::NotOurs(Ours::Funding) => {
            no("Automatic funding can be switched only for deployments made with Aloft.")
                .next("Take it over first.")
        }
        Refusal::Over => no("This deployment has ended; nothing can be set aside for it."),
        Refusal::StillAdding(usd) => AppError::not_now(format!(
            "Aloft is still finding out whether the ${} before arrived.",
            words::cost(*usd)
        ))
        .meaning("Nothing was added now.")
        .next("Try again when its amount is shown."),
        Refusal::NeedsCredit(credit) => AppError::new(
            Code::NeedsCredit,
            format!("You have ${} credit.", words::left(*credit)),
        )
        .next("Set aside less, or add credit.")
        .link(Link::AddCredit),
        Refusal::HoldsMoney => no("This deployment still holds money. Close it first."),
        Refusal::DemoHasNoKey => no("The demo has no API key."),
        Refusal::KeyBeingReplaced => {
            no("An earlier replacement of the key is not finished: the Console did not say which keys there are.")
                .next("Try again in a minute.")
        }
        Refusal::KeyInUse => no("Something is still being sent with this key.")
            .next("Wait until it is done, then try again."),
        Refusal::KeyGone => no("The key is not in the keychain any more."),
        Refusal::KeyNotListed => no("The Console does not list the key that Aloft uses.")
            .next("Make a new key in the Console, disconnect here, and connect with it.")
            .link(Link::ApiKeys),
        Refusal::KeyOfAnother => AppError::new(
            Code::NotUnderstood,
            "The Console made a key of another account.",
        ),
        Refusal::DraftGone => no("This file is no longer open."),
        Refusal::DraftBlocked(blocker) => AppError::not_now(draft::blocked(blocker).text),
        Refusal::DraftHasProblems => no("The file has problems that stop it."),
        Refusal::ChangeNotOffered => no("This change is not offered any more."),
        Refusal::Connected => {
            no("The Console address can be changed only while no account is connected.")
                .next("Disconnect first: a key belongs to the address it was entered for.")
        }
    }
}

/// What was typed cannot be used.
pub(super) fn input(input: Input) -> AppError {
    let said = AppError::input(typed(input));
    match input {
        Input::NoKey => said.link(Link::ApiKeys),
        Input::SpentAlready => said.next("Type more, or close it."),
        Input::Address(_) => said.next("The official one is https://console-api.akash.network."),
        _ => said,
    }
}
