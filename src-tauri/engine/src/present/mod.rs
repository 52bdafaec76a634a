//! From state to snapshot. Pure: what the window shows follows from what is known and the time.

mod bids;
mod detail;
pub(crate) mod errors;
pub(crate) mod leaving;
mod notices;
mod provider;
mod row;
pub(crate) mod screening;
pub(crate) mod summary;
pub(crate) mod words;

use akash_market::Usd;
use jiff::{SignedDuration, Timestamp};

use crate::{
    derive::funding,
    record::Record,
    state::State,
    view::{Connection, Lasts, Price, SCHEMA, Snapshot},
    workflow::draft,
    workflow::session,
};

pub(crate) use bids::{
    age_days, area, facts, lapses, last_days, of_provider, outages, past as past_words, quote, up,
};
pub(crate) use detail::past;
pub(crate) use row::{host, name, no_bids, place_url, region, seconds_left};

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
    Snapshot {
        schema: SCHEMA,
        rev: 0,
        now: now.to_string(),
        pace: state.session.as_ref().map_or(1, |session| session.pace),
        account: state.session.as_ref().map(session::account),
        connection: Connection {
            state: state.connection.state,
            since: state.connection.since.map(|since| since.to_string()),
            problem: state.connection.problem.clone(),
        },
        key_note: session::key_note(state.keychain),
        draft: state.draft.as_ref().map(|draft| draft::paint(state, draft)),
        total: total(&living, state),
        credit_lasts: credit_lasts(&living, state, now),
        rows: living
            .iter()
            .map(|record| row::row(state, record, now))
            .collect(),
        closed: state.past,
        open: looked.map(|record| detail::open(state, record, now)),
        notices: state.notices.iter().cloned().collect(),
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
        let (escrow, usd) = row::escrow(state, record, now)?;
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

/// Credit that lasts no longer than this is said to be low, chain seconds.
const LOW: i64 = 48 * 3_600;

/// What everything that runs costs; `None` when nothing runs, or a part of it is not known: a sum that leaves one out would be wrong. It is the
/// sum of what each row shows, so that whoever adds them up finds the same.
pub(crate) fn total(living: &[&Record], state: &State) -> Option<Price> {
    let prices = living
        .iter()
        .filter(|record| record.running().next().is_some())
        .map(|record| words::price(&record.price()?, &state.rates, record.gpu()))
        .collect::<Option<Vec<_>>>()?;
    if prices.is_empty() {
        return None;
    }
    let sum = |shown: fn(&Price) -> &str| {
        prices
            .iter()
            .map(|price| shown(price).parse::<Usd>().ok())
            .sum::<Option<Usd>>()
    };
    let by_hour = prices.iter().any(|price| price.by_hour);
    Some(Price {
        hour: sum(|price| &price.hour)?.round_up(4),
        day: words::day(sum(|price| &price.day)?),
        month: sum(|price| &price.month)?.round_up(2),
        by_hour,
    })
}
