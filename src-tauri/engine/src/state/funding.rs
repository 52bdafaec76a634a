//! How the connected Console funds what runs.

use akash_console::{FundingConfig, Usd};
use akash_market::{Decimal, Denom};

/// Blocks in an hour, as the Console's funding counts them (10 blocks a minute).
pub(crate) const BLOCKS_PER_HOUR: Decimal = Decimal::from_parts(600, 0, 0, false, 0);

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
    pub(crate) fn target(self) -> Decimal {
        match self {
            Self::Fixed(config) => config.target_runway_hours.clamp(Decimal::ZERO, MOST_HOURS),
            Self::Unknown | Self::Switchable => Decimal::from(48),
        }
    }

    /// It adds when fewer hours than these are left.
    pub(crate) fn window(self) -> Decimal {
        match self {
            Self::Fixed(_) => self.target(),
            Self::Unknown | Self::Switchable => Decimal::from(24),
        }
    }
}

/// A target above this is a mistake: a year.
const MOST_HOURS: Decimal = Decimal::from_parts(8_760, 0, 0, false, 0);
