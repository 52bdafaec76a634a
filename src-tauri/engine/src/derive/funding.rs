//! What the Console adds to a deployment by itself, from the account's credit: what is known of it before it happens.

use akash_console::{FundingConfig, PricePerBlock, Usd};
use akash_market::{Decimal, Denom};

use crate::{present::words, record::Record, state::State, view::AccountKind};

/// Blocks in an hour, as the Console's funding counts them (10 blocks a minute).
const BLOCKS_PER_HOUR: Decimal = Decimal::from_parts(600, 0, 0, false, 0);

/// How the connected Console funds what runs.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Funding {
    /// It was not asked yet.
    #[default]
    Unknown,
    /// A Console of before September 2026: it funds what has fewer than 24 hours left, and each deployment's funding can be switched off.
    Switchable,
    /// It says how it funds everything, and nothing of it can be switched off.
    Fixed(FundingConfig),
}

impl From<Option<FundingConfig>> for Funding {
    fn from(config: Option<FundingConfig>) -> Self {
        config.map_or(Self::Switchable, Self::Fixed)
    }
}

impl Funding {
    /// What the Console sets aside for a new deployment whatever is asked for; `None` where it takes what is asked for.
    pub(crate) const fn deposit(self) -> Option<Usd> {
        match self {
            Self::Fixed(config) => Some(config.default_deposit),
            Self::Unknown | Self::Switchable => None,
        }
    }

    /// What the Console counts a file's ceiling in: until August 2026 it replaced every denom by `uact` and kept the number, since then it
    /// converts `uakt` at the price of AKT. `None` for `uakt` while it is not known which Console this is.
    pub(crate) fn counts_in(self, denom: &str) -> Option<Denom> {
        match (denom, self) {
            ("uakt", Self::Unknown) => None,
            ("uakt", Self::Fixed(_)) => Some(Denom::Uakt),
            _ => Some(Denom::Uact),
        }
    }

    /// Whether a deployment's funding can be switched off.
    pub(crate) const fn can_switch(self) -> bool {
        matches!(self, Self::Switchable)
    }

    /// Credit that the Console leaves alone.
    pub(crate) const fn headroom(self) -> Usd {
        match self {
            Self::Fixed(config) => config.balance_headroom,
            Self::Unknown | Self::Switchable => Usd::new(Decimal::from_parts(5, 0, 0, false, 0)),
        }
    }

    /// Hours of rent that it keeps set aside.
    fn target(self) -> Decimal {
        match self {
            Self::Fixed(config) => config.target_runway_hours.clamp(Decimal::ZERO, MOST_HOURS),
            Self::Unknown | Self::Switchable => Decimal::from(48),
        }
    }

    /// It adds when fewer hours than these are left.
    fn window(self) -> Decimal {
        match self {
            Self::Fixed(_) => self.target(),
            Self::Unknown | Self::Switchable => Decimal::from(24),
        }
    }

    /// `2 days`, `36 hours`.
    fn ahead(self) -> String {
        let hours = u32::try_from(self.target().trunc()).unwrap_or(u32::MAX);
        match (hours, hours % 24) {
            (24.., 0) => words::count((hours / 24) as usize, "day"),
            _ => words::count(hours as usize, "hour"),
        }
    }
}

/// A target above this is a mistake: a year.
const MOST_HOURS: Decimal = Decimal::from_parts(8_760, 0, 0, false, 0);

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

fn trial(state: &State) -> bool {
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
fn held(state: &State, record: &Record) -> Option<Usd> {
    match &record.escrow {
        Some(escrow) => escrow.amount(escrow.funds).usd(&state.rates),
        None => record.deposit,
    }
}

impl Outlook {
    /// What the Console adds at the start, where that is more than what is set aside: so much is not spent in passing.
    pub(crate) fn takes(&self, state: &State, record: &Record) -> Option<String> {
        let adds = self.adds.filter(|_| !self.nothing_free)?;
        (adds > held(state, record)?).then(|| adds.round_up(2))
    }

    /// `The Console adds about $19.96 at the start; $5.00 lasts 4 h 48 min`. What is the same for every bid is said by [`rule`].
    pub(crate) fn sentence(&self, state: &State, record: &Record) -> Option<String> {
        let lasts = format!(
            "${} lasts {}",
            words::left(held(state, record)?),
            words::duration(self.seconds?)
        );
        if self.nothing_free {
            let leaves = words::cost(state.market.funding.headroom());
            return Some(format!(
                "{lasts}, then it ends: the Console leaves ${leaves} of your credit alone"
            ));
        }
        Some(match self.adds {
            Some(adds) if !adds.is_zero() => format!(
                "The Console adds about ${} at the start; {lasts}",
                words::cost(adds)
            ),
            Some(_) => lasts,
            None => format!("{lasts}, then it ends"),
        })
    }
}

/// What the Console will do once a deployment runs, for who is about to start it.
pub(crate) fn rule(state: &State, record: &Record) -> Option<String> {
    state.session.as_ref()?;
    if trial(state) {
        return Some("On trial, the Console adds nothing to what is set aside.".into());
    }
    if funds(state, record) == Some(false) {
        let held = held(state, record).map_or_else(
            || "what is set aside".to_owned(),
            |held| format!("the ${} set aside", words::left(held)),
        );
        return Some(format!(
            "The Console adds nothing. The deployment ends when {held} is used up, even while Aloft is closed."
        ));
    }
    Some(general(state.market.funding))
}

/// The same before anything is asked for.
pub(crate) fn general(funding: Funding) -> String {
    let leaves = words::cost(funding.headroom());
    let ahead = funding.ahead();
    match funding {
        Funding::Fixed(_) => format!(
            "Once it runs, the Console keeps about {ahead} of rent set aside. It takes that from your credit and leaves ${leaves} of it."
        ),
        Funding::Switchable | Funding::Unknown => format!(
            "Once it runs, the Console adds from your credit whenever less than a day is paid, up to {ahead} ahead. It leaves ${leaves} of your credit."
        ),
    }
}
