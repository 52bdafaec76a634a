//! What is known beside the text of a file.

use rust_decimal::Decimal;

/// Which Console reads the file, and the rates of the moment. The default knows nothing: then a check gives the verdict
/// of chain-sdk alpha.40, and says where Consoles differ.
#[derive(Clone, Debug)]
pub struct Context {
    /// The Console that the file goes to; `None` where it is not known.
    pub edition: Option<Edition>,
    /// US dollars for one AKT; `None` where it is not known.
    pub akt_usd: Option<Decimal>,
    /// Seconds from one block to the next. By default 6.098, as the web Console counts.
    pub block_seconds: Decimal,
    /// Names of GPU models on the network, e.g. those of `GET /v1/gpu-prices`. Names that the crate knows need not be here.
    pub gpu_models: Vec<String>,
    /// Passwords that were made up for this file alone, so that there is no need to warn of them.
    pub made_secrets: Vec<String>,
}

impl Default for Context {
    fn default() -> Self {
        Self {
            edition: None,
            akt_usd: None,
            block_seconds: Decimal::new(6098, 3),
            gpu_models: Vec::new(),
            made_secrets: Vec::new(),
        }
    }
}

/// A state of the Console, as far as it matters to what an SDL means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Edition {
    /// Until August 2026 (chain-sdk alpha.40): every denomination is replaced by `uact` and the amount kept, http timeouts
    /// are whole milliseconds up to 60000.
    Summer2026,
    /// Since September 2026: prices in `uakt` are converted at the price of AKT and rounded up, http timeouts may be
    /// durations such as `120s` and have no such limit, `ac-secret://NAME` stands for a sealed secret.
    Autumn2026,
}

impl Context {
    /// Whether it is known that the Console is of the autumn of 2026 or later.
    pub(crate) fn is_autumn(&self) -> bool {
        self.edition == Some(Edition::Autumn2026)
    }

    /// What so many `uakt` are in `uact`, rounded up as the Console does; `None` where the rate is unknown.
    pub fn uact_for_uakt(&self, uakt: Decimal) -> Option<Decimal> {
        let rate = self
            .akt_usd
            .filter(|rate| rate.is_sign_positive() && !rate.is_zero())?;
        Some(uakt.checked_mul(rate)?.ceil())
    }

    /// US dollars a month (30.437 days, as the Console counts) for a price per block in `uact`.
    pub(crate) fn usd_per_month(&self, uact: Decimal) -> Option<Decimal> {
        let seconds = Decimal::from(86_400).checked_mul(Decimal::new(30_437, 3))?;
        let blocks = seconds.checked_div(self.block_seconds)?;
        uact.checked_mul(blocks)?
            .checked_div(Decimal::from(1_000_000))
    }
}
