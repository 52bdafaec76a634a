//! From state to snapshot. Pure: what the window shows follows from what is known and the time.

use akash_market::Usd;
use jiff::{SignedDuration, Timestamp};

use super::{account, detail, draft, errors, keychain, notices, row, total::total, words};
use crate::{
    derive::{
        funding,
        runway::{LOW, escrow},
    },
    record::Record,
    state::State,
    view::{Connection, Lasts, SCHEMA, Snapshot},
};

/// The whole snapshot at chain time `now`; its `rev` is set when it is sent.
pub(crate) fn snapshot(state: &State, now: Timestamp) -> Snapshot {
    let mut living: Vec<_> = state.living().collect();
    living.sort_unstable_by(|a, b| b.created.cmp(&a.created).then(b.id.cmp(&a.id)));
    let looked = state.focused.and_then(|id| {
        living
            .iter()
            .copied()
            .find(|record| record.id == id)
            .or(state.focused_past.as_ref().filter(|record| record.id == id))
    });
    let lasts = credit_lasts(&living, state, now);
    Snapshot {
        schema: SCHEMA,
        rev: 0,
        now: now.to_string(),
        pace: state.session.as_ref().map_or(1, |session| session.pace),
        account: state.session.as_ref().map(account::account),
        connection: Connection {
            state: state.connection.state,
            since: state.connection.since.map(|since| since.to_string()),
            problem: state.connection.problem.as_ref().map(errors::error),
        },
        key_note: keychain::key_note(state.keychain),
        draft: state.draft.as_ref().map(|held| {
            let lasts = lasts.as_ref().map(|lasts| lasts.text.as_str());
            draft::draft(state, held, lasts)
        }),
        total: total(&living, state),
        credit_lasts: lasts.clone(),
        rows: living
            .iter()
            .map(|record| row::row(state, record, now))
            .collect(),
        closed: state.past,
        open: looked.map(|record| detail::open(state, record, now)),
        notices: state.notices.iter().map(notices::notice).collect(),
        recent: state.recent.clone(),
        areas: state.market.areas.clone(),
        settings: state.settings.clone(),
    }
}

/// How long the credit pays for all that the Console funds from it, with what is set aside for these; `None` when that is nothing, or a part of
/// it is not known.
fn credit_lasts(living: &[&Record], state: &State, now: Timestamp) -> Option<Lasts> {
    let balances = state.session.as_ref()?.balances?;
    let leaves = state.market.funding.headroom();
    let mut purse = balances.balance.saturating_sub(leaves).max(Usd::ZERO);
    let mut rate = Usd::ZERO;
    for record in living {
        let runs = record.running().next().is_some();
        if !runs || !funding::from_credit(state, record) {
            continue;
        }
        rate = rate.saturating_add(record.price()?.usd_per_block(&state.rates)?);
        let (escrow, usd) = escrow(state, record, now)?;
        purse = purse.saturating_add(usd(escrow.left)?);
    }
    let blocks = u64::try_from(purse.ratio(rate)?.trunc()).ok()?;
    let left = i64::try_from(state.pace().seconds(blocks).trunc()).ok()?;
    let until = now.checked_add(SignedDuration::from_secs(left)).ok();
    Some(Lasts {
        until: until.map(|until| until.to_string()),
        text: words::duration(left),
        low: left < LOW,
    })
}
