//! The file being checked, as the window shows it.

use super::{funding, made, screening, stop, summary, typed::typed, words};
use crate::{
    derive::{
        blocked::{blocked as blocker, decided_by_console, sets_aside},
        gpu_cost::gpus_an_hour,
        typed::amount,
    },
    record::{LEAST, problem::Blocker},
    state::{State, draft::DraftState},
    view::{AccountKind, Blocked, BlockedBy, Draft, DraftMoney, Link},
};

/// The draft as the window shows it.
pub(crate) fn draft(state: &State, draft: &DraftState, credit_lasts: Option<&str>) -> Draft {
    let findings = summary::findings(&draft.checked);
    let asked = amount(&draft.saved.deposit);
    let session = state.session.as_ref();
    let trial = session.filter(|session| session.kind == AccountKind::Trial);
    let decided = decided_by_console(state);
    let credit = session
        .and_then(|session| session.balances)
        .map(|b| b.balance);
    let hour = draft
        .checked
        .sdl
        .as_ref()
        .and_then(|sdl| gpus_an_hour(&state.market.gpu_prices, &sdl.groups()));
    let lasts = |usd| {
        summary::lasts(
            draft.checked.sdl.as_ref()?,
            usd,
            hour,
            state.market.funding,
            &state.rates,
        )
    };
    Draft {
        id: draft.id,
        rev: draft.rev,
        restored: draft.restored,
        name: draft.saved.name.clone(),
        source: draft.saved.source.clone(),
        errors: u32::try_from(findings.iter().filter(|finding| finding.error).count()).unwrap_or(u32::MAX),
        findings,
        summary: draft.checked.sdl.as_ref().map(|sdl| summary::summary(sdl, state.market.funding, &state.rates)),
        fit: screening::of_draft(state, draft.id, draft.rev),
        money: DraftMoney {
            deposit: draft.saved.deposit.clone(),
            problem: asked.as_ref().err().map(|why| typed(*why).to_owned()),
            lasts: asked.as_ref().ok().copied().and_then(lasts),
            proposal: asked
                .ok()
                .zip(hour)
                .filter(|_| !decided)
                .and_then(|(usd, hour)| summary::propose(usd, hour, credit)),
            funding: session.filter(|session| session.kind != AccountKind::Trial).map(|_| {
                if let Some(said) = funding::decided(state, credit_lasts) {
                    return said;
                }
                let said = funding::general(state.market.funding);
                let off = if state.market.funding.can_switch() { " You can switch that off before you start." } else { "" };
                format!("{said}{off}")
            }),
            credit: credit.map(|usd| usd.round_down(2)),
            decided_by_console: decided,
            sets_aside: sets_aside(state, draft).map(|usd| usd.round_up(2)),
            trial: trial.map(|_| "On trial, Akash stops a deployment 24 hours after its lease begins, and the largest GPUs are not included.".to_owned()),
        },
        made: draft.made.as_ref().map(made::made),
        stop: stop::of_draft(state, draft.saved.stop),
        blocked: blocker(state, draft).as_ref().map(blocked),
    }
}

/// What stops asking for prices, in words.
pub(super) fn blocked(blocker: &Blocker) -> Blocked {
    let by = |by, text: String| Blocked {
        by,
        text,
        link: None,
        instead: None,
    };
    match blocker {
        Blocker::Findings(count) => {
            let stop = if *count == 1 { "stops" } else { "stop" };
            let problems = words::count(*count, "problem");
            by(BlockedBy::Findings, format!("{problems} {stop} this."))
        }
        Blocker::NoImage(count) => by(
            BlockedBy::Questions,
            if *count == 1 {
                "One image does not exist yet. Publish it, and write its name above.".into()
            } else {
                format!("{count} images do not exist yet. Publish them, and write their names above.")
            },
        ),
        Blocker::NotConnected => by(
            BlockedBy::NotConnected,
            "Connect your Console account to ask for prices, or try this in the demo.".into(),
        ),
        Blocker::Offline => by(
            BlockedBy::Offline,
            "The Console cannot be reached right now. The file stays here.".into(),
        ),
        Blocker::Unconfirmed => by(
            BlockedBy::Offline,
            "Aloft is asking the Console whose key this is. The file stays here.".into(),
        ),
        Blocker::Amount(why) => by(BlockedBy::Amount, typed(*why).into()),
        Blocker::Credit {
            credit,
            needs,
            less,
        } => Blocked {
            by: BlockedBy::Credit,
            text: if *needs <= LEAST || *credit < LEAST {
                format!("Needs about $0.50; you have ${}.", words::left(*credit))
            } else {
                format!(
                    "You have ${}: {}add credit.",
                    words::left(*credit),
                    if *less { "set aside less, or " } else { "" }
                )
            },
            link: Some(Link::AddCredit),
            instead: less.then(|| credit.round_down(2)),
        },
        Blocker::CreatingAnother => by(
            BlockedBy::Busy,
            "Another deployment is being created. Aloft creates one at a time, so that nothing is created twice."
                .into(),
        ),
    }
}
