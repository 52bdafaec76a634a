//! What stops asking for prices, and what that would set aside.

use akash_market::Usd;
use akash_sdl::{
    convert::{Asked, Conversion, Decision},
    edit::Found,
};

use super::typed;
use crate::{
    record::{LEAST, Phase, Record, problem::Blocker},
    state::{State, draft::DraftState},
    view::ConnectionState,
};

/// Whether the Console sets aside what it thinks right: it says so, or was seen to.
pub(crate) fn decided_by_console(state: &State) -> bool {
    let session = state.session.as_ref();
    session.is_some_and(|session| session.note.deposit_ignored)
        || state.market.funding.deposit().is_some()
}

/// What asking for prices sets aside, USD; `None` where that is not known.
pub(crate) fn sets_aside(state: &State, draft: &DraftState) -> Option<Usd> {
    match state.market.funding.deposit() {
        Some(usd) => Some(usd),
        None if decided_by_console(state) => None,
        None => typed::amount(&draft.saved.deposit).ok(),
    }
}

/// How many images stand for one that still has to be built and published: nothing would run.
fn missing_images(made: &Conversion, found: &[Option<Found>]) -> usize {
    let asked = made.decisions.iter().zip(found);
    let stands = |(decision, found): &(&Decision, &Option<Found>)| {
        let question = decision.question.as_ref();
        let found = found.as_ref().and_then(|found| found.value.as_str());
        question.is_some_and(|question| {
            question.asked == Asked::Image && found == Some(&question.suggestion)
        })
    };
    asked.filter(stands).count()
}

/// What stops asking for prices with a draft: the first of what has to be cleared.
pub(crate) fn blocked(state: &State, draft: &DraftState) -> Option<Blocker> {
    let errors = draft
        .checked
        .findings
        .iter()
        .filter(|f| f.severity.stops())
        .count();
    if errors > 0 {
        return Some(Blocker::Findings(errors));
    }
    let unnamed = draft
        .made
        .as_ref()
        .map_or(0, |made| missing_images(&made.conversion, &made.found));
    if unnamed > 0 {
        return Some(Blocker::NoImage(unnamed));
    }
    let Some(session) = &state.session else {
        return Some(Blocker::NotConnected);
    };
    if matches!(
        state.connection.state,
        ConnectionState::Offline | ConnectionState::Refused
    ) {
        return Some(Blocker::Offline);
    }
    if !session.confirmed {
        return Some(Blocker::Unconfirmed);
    }
    let needs = match sets_aside(state, draft) {
        Some(usd) => usd,
        None if decided_by_console(state) => LEAST,
        None => match typed::amount(&draft.saved.deposit) {
            Ok(amount) => amount,
            Err(why) => return Some(Blocker::Amount(why)),
        },
    };
    if let Some(credit) = session.balances.map(|b| b.balance)
        && credit < needs
    {
        let less = credit >= LEAST && !decided_by_console(state);
        return Some(Blocker::Credit {
            credit,
            needs,
            less,
        });
    }
    let creating = |record: &Record| matches!(record.phase, Phase::Creating | Phase::Unclear);
    state
        .living()
        .any(creating)
        .then_some(Blocker::CreatingAnother)
}
