//! Is this price usual?

use rust_decimal::Decimal;

use crate::{Denom, Offer, PricePerBlock, Rates, Usd};

/// What one GPU of a model costs on the network, in dollars per hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GpuMarketRate {
    /// The lowest that was asked.
    pub min: Usd,
    /// What half of them ask less than.
    pub median: Usd,
    /// The highest that was asked.
    pub max: Usd,
}

/// A price against the going rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Lower than a tenth below the median.
    Cheap,
    /// Within a tenth of the median.
    Usual,
    /// Higher than a tenth above the median.
    Dear,
}

impl GpuMarketRate {
    /// How a price for one GPU, in dollars per hour, stands.
    #[must_use]
    pub fn stands(&self, per_gpu_hour: Usd) -> Standing {
        let tenth = Decimal::new(1, 1);
        let margin = self.median.checked_mul(tenth).unwrap_or_default();
        if per_gpu_hour < self.median.saturating_sub(margin) {
            Standing::Cheap
        } else if per_gpu_hour > self.median.saturating_add(margin) {
            Standing::Dear
        } else {
            Standing::Usual
        }
    }

    /// Whether a file's ceiling for `gpus` GPUs lies below the lowest that anybody asked: then no
    /// bid can be expected. `ceiling` is what the file says per block; it is counted in `uact`
    /// whatever denom the file names, because the Console rewrites it.
    #[must_use]
    pub fn shuts_out(&self, ceiling: Decimal, gpus: u64, rates: &Rates) -> bool {
        let offered = PricePerBlock::new(ceiling, Denom::Uact).usd_per_hour(rates);
        let least = self.min.checked_mul(Decimal::from(gpus));
        offered
            .zip(least)
            .is_some_and(|(offered, least)| offered < least)
    }
}

impl Offer {
    /// Dollars per hour and GPU; `None` without GPUs or when the denom's rate is unknown. The CPU and
    /// memory that come along are in it, as they are in the Console's going rates.
    #[must_use]
    pub fn usd_per_gpu_hour(&self, rates: &Rates) -> Option<Usd> {
        let hour = self.price.usd_per_hour(rates)?;
        let each = hour.decimal().checked_div(Decimal::from(self.gpu_count))?;
        Some(Usd::new(each))
    }
}
