//! Prices, denoms and run-way of Akash leases, with units in the type.
//!
//! Everything here is pure: no input or output, no clock. Block heights, exchange rates and the
//! current time are arguments. Money is decimal ([`rust_decimal::Decimal`]), never a float, and
//! what is not known is `None`, never zero.

mod choose;
mod compare;
mod denom;
mod escrow;
mod market_rate;
mod money;
mod offer;
mod rates;
mod reason;
mod reliability;

pub use choose::{Choice, Rule, choose};
pub use compare::{RankBy, Ranked, Wish, compare};
pub use denom::{Amount, Denom, DenomMismatch, PricePerBlock, UsdcDenom};
pub use escrow::{Escrow, EscrowNow, Runway, days_bought};
pub use market_rate::{GpuMarketRate, Standing};
pub use money::{ParseMoneyError, Usd, grouped, parse_decimal};
pub use offer::{GpuModel, Offer, Past, ProviderFacts};
pub use rates::{BLOCK_SECONDS, DAYS_PER_MONTH, MICRO, Rates};
pub use reason::Reason;
pub use reliability::Reliability;

pub use rust_decimal::Decimal;
