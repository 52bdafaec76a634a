//! What everything that runs costs.

use akash_market::Usd;

use super::words;
use crate::{record::Record, state::State, view::Price};

/// What everything that runs costs; `None` when nothing runs, or a part of it is not known: a sum that leaves one out would be wrong. It is the
/// sum of what each row shows, so that whoever adds them up finds the same.
pub(super) fn total(living: &[&Record], state: &State) -> Option<Price> {
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
