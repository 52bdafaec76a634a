//! From a price per block to dollars per hour, day and month.

use rust_decimal::Decimal;

use crate::{Amount, Denom, PricePerBlock, Usd};

/// Seconds from one block to the next, as the web Console counts: 6.098. Other parts of the
/// Console count 6, which reads 1.6 % dearer.
pub const BLOCK_SECONDS: Decimal = Decimal::from_parts(6098, 0, 0, false, 3);

/// Days in the month that every monthly price means: 30.437, as the Console counts.
pub const DAYS_PER_MONTH: Decimal = Decimal::from_parts(30437, 0, 0, false, 3);

/// Micro-units in a coin: 10⁶ for ACT, AKT and USDC alike.
pub const MICRO: Decimal = Decimal::from_parts(1_000_000, 0, 0, false, 0);

const SECONDS_PER_HOUR: Decimal = Decimal::from_parts(3600, 0, 0, false, 0);
const SECONDS_PER_DAY: Decimal = Decimal::from_parts(86_400, 0, 0, false, 0);

/// What turns prices per block into dollars over time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    /// US dollars for one AKT, when known. ACT and USDC are a dollar by definition.
    pub akt_usd: Option<Decimal>,
    /// Seconds per block. [`BLOCK_SECONDS`], or as measured.
    pub block_seconds: Decimal,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            akt_usd: None,
            block_seconds: BLOCK_SECONDS,
        }
    }
}

impl Rates {
    /// Rates with a block time measured between two blocks, `(height, unix milliseconds)` each.
    /// Stays as it is when the two say nothing sensible (under a second or over a minute a block).
    #[must_use]
    pub fn measured(mut self, older: (u64, i64), newer: (u64, i64)) -> Self {
        let blocks = newer.0.saturating_sub(older.0);
        let millis = newer.1.saturating_sub(older.1);
        let seconds = Decimal::from(millis).checked_div(Decimal::from(1000));
        let each = seconds.and_then(|s| s.checked_div(Decimal::from(blocks)));
        if let Some(each) = each.filter(|e| (Decimal::ONE..=Decimal::from(60)).contains(e)) {
            self.block_seconds = each;
        }
        self
    }

    /// US dollars for one whole coin (10⁶ micro-units), or `None` when it is not known.
    #[must_use]
    pub fn usd_per_coin(&self, denom: &Denom) -> Option<Decimal> {
        match denom {
            Denom::Uact | Denom::Usdc(_) => Some(Decimal::ONE),
            Denom::Uakt => self.akt_usd.filter(|rate| *rate > Decimal::ZERO),
            Denom::Other(_) => None,
        }
    }

    /// Seconds that `blocks` take.
    #[must_use]
    pub fn seconds(&self, blocks: u64) -> Decimal {
        Decimal::from(blocks).saturating_mul(self.block_seconds)
    }

    /// Whole blocks made in `seconds`; 0 for a negative time.
    #[must_use]
    pub fn blocks(&self, seconds: Decimal) -> u64 {
        let blocks = seconds.checked_div(self.block_seconds).unwrap_or_default();
        u64::try_from(blocks.trunc()).unwrap_or(0)
    }
}

impl Amount {
    /// Worth in US dollars, or `None` when the denom's rate is unknown.
    #[must_use]
    pub fn usd(&self, rates: &Rates) -> Option<Usd> {
        let coins = self.amount.checked_div(MICRO)?;
        Some(Usd::new(
            coins.checked_mul(rates.usd_per_coin(&self.denom)?)?,
        ))
    }
}

impl PricePerBlock {
    /// US dollars per block, or `None` when the denom's rate is unknown.
    #[must_use]
    pub fn usd_per_block(&self, rates: &Rates) -> Option<Usd> {
        Amount::new(self.amount, self.denom.clone()).usd(rates)
    }

    /// US dollars per hour of running, or `None` when the denom's rate is unknown.
    #[must_use]
    pub fn usd_per_hour(&self, rates: &Rates) -> Option<Usd> {
        self.over(SECONDS_PER_HOUR, rates)
    }

    /// US dollars per day of running, or `None` when the denom's rate is unknown.
    #[must_use]
    pub fn usd_per_day(&self, rates: &Rates) -> Option<Usd> {
        self.over(SECONDS_PER_DAY, rates)
    }

    /// US dollars per month ([`DAYS_PER_MONTH`]) of running, or `None` when the denom's rate is
    /// unknown.
    #[must_use]
    pub fn usd_per_month(&self, rates: &Rates) -> Option<Usd> {
        self.over(SECONDS_PER_DAY.checked_mul(DAYS_PER_MONTH)?, rates)
    }

    /// The price per block that a price per month comes to, in `denom`; the inverse of
    /// [`Self::usd_per_month`], for limits that a person gives by the month.
    #[must_use]
    pub fn from_usd_per_month(month: Usd, denom: Denom, rates: &Rates) -> Option<Self> {
        let seconds = SECONDS_PER_DAY.checked_mul(DAYS_PER_MONTH)?;
        let coins = month.decimal().checked_div(rates.usd_per_coin(&denom)?)?;
        let micro = coins.checked_mul(MICRO)?.checked_mul(rates.block_seconds)?;
        Some(Self::new(micro.checked_div(seconds)?, denom))
    }

    fn over(&self, seconds: Decimal, rates: &Rates) -> Option<Usd> {
        if rates.block_seconds <= Decimal::ZERO {
            return None;
        }
        // Multiplied before it is divided: 1/6.098 has no end.
        let spent = self.usd_per_block(rates)?.decimal().checked_mul(seconds)?;
        Some(Usd::new(spent.checked_div(rates.block_seconds)?))
    }
}
