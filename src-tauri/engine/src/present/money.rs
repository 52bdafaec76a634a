//! Money of one deployment.

use akash_market::Decimal;
use jiff::Timestamp;

use super::{funding, stop};
use crate::{
    derive::{actions::auto_funding, runway::escrow},
    record::Record,
    state::State,
    view::Money,
};

/// Money of one deployment.
pub(super) fn money(state: &State, record: &Record, now: Timestamp) -> Money {
    let escrow = escrow(state, record, now);
    let usd = |amount: Decimal| escrow.as_ref().and_then(|(_, usd)| usd(amount));
    Money {
        set_aside: usd(record.put_in).map(|usd| usd.round_down(2)),
        left: escrow
            .as_ref()
            .and_then(|(at, usd)| usd(at.left))
            .map(|usd| usd.round_down(2)),
        spent: escrow
            .as_ref()
            .and_then(|(at, usd)| usd(at.spent))
            .map(|usd| usd.round_up(2)),
        added: usd(record.added)
            .filter(|added| !added.is_zero())
            .map(|usd| usd.round_up(2)),
        ceiling: record.ceiling.map(|usd| usd.round_up(2)),
        stop: stop::of(record),
        ahead: funding::rule(state, record).filter(|_| !record.phase.is_over()),
        auto_funding: auto_funding(state, record),
        basis: basis(state),
    }
}

fn basis(state: &State) -> String {
    let measured = state
        .market
        .block_seconds
        .filter(|s| *s != state.rates.block_seconds);
    let measured = measured.map(|s| format!(" Times assume the current {s} s a block."));
    format!(
        "Prices assume {} s a block and {} days a month, as the Console does, and are rounded up.{}",
        state.rates.block_seconds,
        akash_market::DAYS_PER_MONTH,
        measured.unwrap_or_default()
    )
}
