//! What the Console adds to a deployment by itself, from the account's credit: what is known of it before it happens.

use akash_console::{PricePerBlock, Usd};

use crate::{
    record::Record,
    state::{
        State,
        funding::{BLOCKS_PER_HOUR, Funding},
    },
    view::AccountKind,
};

/// Whether a deployment's automatic funding is on, as set. `None`: it is not known.
pub(crate) fn automatic(state: &State, record: &Record) -> Option<bool> {
    match state.market.funding {
        Funding::Fixed(_) if !trial(state) => Some(true),
        _ => record.auto_funding,
    }
}

/// Whether the Console adds to a deployment by itself. `None`: it is not known.
pub(crate) fn funds(state: &State, record: &Record) -> Option<bool> {
    if trial(state) {
        return Some(false);
    }
    automatic(state, record)
}

/// Whether what a deployment costs is taken from the credit in the end.
pub(crate) fn from_credit(state: &State, record: &Record) -> bool {
    funds(state, record) != Some(false)
}

pub(crate) fn trial(state: &State) -> bool {
    let session = state.session.as_ref();
    session.is_some_and(|session| session.kind == AccountKind::Trial)
}

/// What a price means for what is set aside.
pub(crate) struct Outlook {
    /// Chain seconds that what is set aside lasts.
    pub(crate) seconds: Option<i64>,
    /// What the Console adds at the start, USD; zero where it adds only later, `None` where it never adds.
    pub(crate) adds: Option<Usd>,
    /// The Console would add, but leaves what credit there is alone.
    pub(crate) nothing_free: bool,
}

/// What a price means for a deployment that has no lease yet; `None` where the rate is not known.
pub(crate) fn outlook(state: &State, record: &Record, price: &PricePerBlock) -> Option<Outlook> {
    let held = held(state, record)?;
    let per_block = price.usd_per_block(&state.rates)?;
    let blocks = held.ratio(per_block);
    let seconds = blocks.and_then(|blocks| {
        let blocks = u64::try_from(blocks.trunc()).unwrap_or(u64::MAX);
        i64::try_from(state.pace().seconds(blocks).trunc()).ok()
    });
    let adds = (funds(state, record) != Some(false)).then(|| {
        let funding = state.market.funding;
        let hours = blocks.and_then(|blocks| blocks.checked_div(BLOCKS_PER_HOUR));
        if hours.is_none_or(|hours| hours >= funding.window()) {
            return Usd::ZERO;
        }
        let rent = funding.target().saturating_mul(BLOCKS_PER_HOUR);
        let wanted = per_block
            .checked_mul(rent)
            .unwrap_or_default()
            .saturating_sub(held);
        free(state)
            .map_or(wanted, |free| wanted.min(free))
            .max(Usd::ZERO)
    });
    Some(Outlook {
        seconds,
        adds,
        nothing_free: adds.is_some() && !credit_pays(state),
    })
}

/// Credit that the Console may use, USD, below zero where it is less than what it leaves alone. `None`: the credit is not known.
fn free(state: &State) -> Option<Usd> {
    let credit = state.session.as_ref()?.balances?.balance;
    Some(credit.saturating_sub(state.market.funding.headroom()))
}

/// Whether there is credit that the Console may use; where it is not known, there may be.
pub(crate) fn credit_pays(state: &State) -> bool {
    free(state).is_none_or(|free| free > Usd::ZERO)
}

/// What is set aside for a deployment, USD: as read back, else as asked for.
pub(crate) fn held(state: &State, record: &Record) -> Option<Usd> {
    match &record.escrow {
        Some(escrow) => escrow.amount(escrow.funds).usd(&state.rates),
        None => record.deposit,
    }
}

impl Outlook {
    /// What the Console adds at the start, where that is more than what is set aside: so much is not spent in passing. USD.
    pub(crate) fn takes(&self, state: &State, record: &Record) -> Option<Usd> {
        let adds = self.adds.filter(|_| !self.nothing_free)?;
        (adds > held(state, record)?).then_some(adds)
    }
}
