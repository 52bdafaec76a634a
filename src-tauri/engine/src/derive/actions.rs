//! What can be done with a deployment now.

use jiff::Timestamp;

use super::{bids::no_bids, funding, pages};
use crate::{
    record::{BidSeen, Intent, Phase, Record, What},
    state::{State, funding::Funding},
    view::{AccountKind, Can},
};

/// What can be done now.
pub(crate) fn can(state: &State, record: &Record, now: Timestamp) -> Can {
    // Until it is known whose key it is, nothing can be asked of the Console.
    let confirmed = state
        .session
        .as_ref()
        .is_some_and(|session| session.confirmed);
    let asks = confirmed && !state.busy.contains(&record.id);
    // An addition whose outcome is not known is not made again.
    let adding = |intent: &Intent| matches!(intent.what, What::AddFunds { .. });
    let adds = !record.intent.as_ref().is_some_and(adding);
    let runs = record.running().next().is_some();
    let known = record.plan.is_some();
    let over = record.phase.is_over();
    let made = record.dseq.is_some() && !over;
    Can {
        start: record.phase == Phase::Choosing
            && known
            && asks
            && record.bids.iter().any(BidSeen::open),
        close: made && record.phase != Phase::Closing && asks,
        close_asks: runs,
        // Where the Console funds everything by itself there is nothing to add.
        add_funds: made && runs && asks && adds && state.market.funding.deposit().is_none(),
        auto_funding: asks && made && switchable(state, record),
        ceiling: made && record.ours && record.phase != Phase::Closing,
        stop: made && record.ours && asks && record.phase != Phase::Closing,
        resend: record.phase == Phase::Up
            && record.ours
            && record.run.delivered.is_none()
            && (record.run.refused > 0 || record.imported)
            && asks,
        ask_again: known
            && asks
            && !(record.phase == Phase::NotSent && record.imported)
            && (no_bids(record, now)
                || matches!(
                    record.phase,
                    Phase::Lapsed | Phase::NotSent | Phase::LeaseLost
                )),
        relax: known && asks && no_bids(record, now),
        take_over: !record.ours && !over,
        again: known
            && (over
                || record.phase == Phase::Refused
                || record.run.restarting.is_some()
                || record.reclaimed().is_some()),
        forget: over
            || matches!(record.phase, Phase::NotSent | Phase::Refused)
            // Until Aloft has to leave it to the person, the record is what finds the money again.
            || record.phase == Phase::Unclear
                && record.intent.as_ref().is_some_and(|intent| {
                    matches!(intent.what, What::Create { seen: true, .. })
                }),
        web_console: state
            .session
            .as_ref()
            .is_some_and(|session| pages::deployment_page(&session.console, record.dseq).is_some()),
    }
}

/// As it is set; before a lease it is on where nothing else was said.
pub(crate) fn auto_funding(state: &State, record: &Record) -> Option<bool> {
    let before = switchable(state, record) && record.running().next().is_none();
    funding::automatic(state, record).or(before.then_some(true))
}

/// Whether the Console's funding of a deployment can be switched, before its lease too.
fn switchable(state: &State, record: &Record) -> bool {
    let trial = state
        .session
        .as_ref()
        .is_some_and(|session| session.kind == AccountKind::Trial);
    let waits = matches!(record.phase, Phase::Choosing | Phase::Lapsed);
    record.ours && !trial && state.market.funding.can_switch() && waits
        || record.ours
            && record.running().next().is_some()
            && record.auto_funding.is_some()
            && !matches!(state.market.funding, Funding::Fixed(_))
}
