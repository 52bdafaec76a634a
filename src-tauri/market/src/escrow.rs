//! What is set aside for a deployment, and how long it lasts.

use rust_decimal::Decimal;

use crate::{Amount, Denom, PricePerBlock, Rates, Usd};

/// A deployment's escrow account as it was last settled on the chain, with the rates of the leases
/// that still run.
///
/// The chain moves money only when it settles (a lease starts, a provider withdraws, something
/// closes). In between `funds`, `transferred` and `settled_at` stand still; [`Escrow::at`] says
/// what a settlement would give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Escrow {
    /// Micro-units left at the last settlement. Negative when overdrawn.
    pub funds: Decimal,
    /// Micro-units paid out by then.
    pub transferred: Decimal,
    /// The height of the last settlement.
    pub settled_at: u64,
    /// What all of these are counted in.
    pub denom: Denom,
    /// Micro-units per block of each lease that runs, one entry each: the chain truncates each
    /// payment by itself.
    pub rates: Vec<Decimal>,
}

/// An escrow account at a height.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EscrowNow {
    /// Micro-units left, never below 0.
    pub left: Decimal,
    /// Micro-units spent since the deployment began.
    pub spent: Decimal,
    /// Blocks from this height that can still be paid in full; `None` when nothing drains it.
    pub blocks_left: Option<u64>,
}

/// An escrow account for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runway {
    /// What is left, in dollars; `None` when the denom's rate is unknown.
    pub left: Option<Usd>,
    /// What was spent, in dollars.
    pub spent: Option<Usd>,
    /// What a day costs, in dollars.
    pub per_day: Option<Usd>,
    /// Seconds until it runs out; `None` when nothing drains it.
    pub seconds_left: Option<Decimal>,
}

impl Escrow {
    /// Micro-units per block that all running leases take together.
    #[must_use]
    pub fn rate_per_block(&self) -> Decimal {
        self.drains().fold(Decimal::ZERO, Decimal::saturating_add)
    }

    /// What a settlement at `height` would give: each running payment takes its rate times the
    /// blocks since the last settlement, cut to whole micro-units. A height before the last
    /// settlement counts as that settlement.
    #[must_use]
    pub fn at(&self, height: u64) -> EscrowNow {
        let blocks = height.saturating_sub(self.settled_at);
        let funds = self.funds.max(Decimal::ZERO);
        let taken = self.taken(blocks).min(funds);
        EscrowNow {
            left: funds.saturating_sub(taken),
            spent: self.transferred.saturating_add(taken),
            blocks_left: self.lasts().map(|all| all.saturating_sub(blocks)),
        }
    }

    /// The first height at which the account can no longer pay, or `None` when nothing drains it.
    #[must_use]
    pub fn runs_out_at(&self) -> Option<u64> {
        Some(
            self.settled_at
                .saturating_add(self.lasts()?)
                .saturating_add(1),
        )
    }

    /// What [`Escrow::at`] says, in dollars and seconds.
    #[must_use]
    pub fn runway(&self, height: u64, rates: &Rates) -> Runway {
        let now = self.at(height);
        let usd = |micro| Amount::new(micro, self.denom.clone()).usd(rates);
        Runway {
            left: usd(now.left),
            spent: usd(now.spent),
            per_day: PricePerBlock::new(self.rate_per_block(), self.denom.clone())
                .usd_per_day(rates),
            seconds_left: now.blocks_left.map(|blocks| rates.seconds(blocks)),
        }
    }

    fn drains(&self) -> impl Iterator<Item = Decimal> + '_ {
        self.rates
            .iter()
            .copied()
            .filter(|rate| *rate > Decimal::ZERO)
    }

    /// Micro-units that `blocks` since the last settlement take.
    fn taken(&self, blocks: u64) -> Decimal {
        let blocks = Decimal::from(blocks);
        self.drains()
            .map(|rate| rate.saturating_mul(blocks).trunc())
            .fold(Decimal::ZERO, Decimal::saturating_add)
    }

    /// The most blocks after the last settlement that can be paid in full.
    fn lasts(&self) -> Option<u64> {
        let rate = self.rate_per_block();
        if rate.is_zero() {
            return None;
        }
        let funds = self.funds.max(Decimal::ZERO);
        let whole = |d: Option<Decimal>| {
            d.map_or(u64::MAX, |d| u64::try_from(d.trunc()).unwrap_or(u64::MAX))
        };
        // Truncation can only spare less than one micro-unit per payment, so the answer lies
        // between these two.
        let mut low = whole(funds.checked_div(rate));
        let spared = Decimal::from(self.rates.len() as u64);
        let mut high = whole(funds.saturating_add(spared).checked_div(rate));
        while low < high {
            let middle = low + (high - low).div_ceil(2);
            if self.taken(middle) <= funds {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        Some(low)
    }
}

/// Days that a deposit of `deposit` dollars pays for at `price`, or `None` when the price is zero
/// or its denom's rate is unknown.
#[must_use]
pub fn days_bought(deposit: Usd, price: &PricePerBlock, rates: &Rates) -> Option<Decimal> {
    deposit.ratio(price.usd_per_day(rates)?)
}
