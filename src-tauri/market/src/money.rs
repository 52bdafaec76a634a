//! US dollars, exact.

use std::{fmt, iter::Sum, str::FromStr};

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// An exact amount of US dollars.
///
/// Arithmetic saturates at the limits of a 96-bit decimal (about 7.9 × 10²⁸ dollars) and never
/// panics. Rounding happens only at the edge, in [`Usd::round_up`] and [`Usd::round_down`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Usd(Decimal);

impl Usd {
    /// Nothing.
    pub const ZERO: Usd = Usd(Decimal::ZERO);

    /// Nothing.
    #[must_use]
    pub const fn zero() -> Self {
        Self::ZERO
    }

    /// From whole dollars with any number of decimals.
    #[must_use]
    pub const fn new(dollars: Decimal) -> Self {
        Self(dollars)
    }

    /// From micro-dollars: 1 uact is 0.000001 USD, and so is what the Console calls a credit.
    #[must_use]
    pub fn from_micro(micro: impl Into<Decimal>) -> Self {
        // Dividing by a power of ten can't overflow; a result too small for the type becomes 0.
        Self(
            micro
                .into()
                .checked_div(Decimal::from(1_000_000))
                .unwrap_or_default(),
        )
    }

    /// The amount in dollars, unrounded.
    #[must_use]
    pub const fn decimal(self) -> Decimal {
        self.0
    }

    /// The amount in micro-dollars (uact), unrounded; saturates.
    #[must_use]
    pub fn micro(self) -> Decimal {
        self.0.saturating_mul(Decimal::from(1_000_000))
    }

    /// Whether this is exactly zero.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    /// Whether this is below zero.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.0.is_sign_negative() && !self.0.is_zero()
    }

    /// The sum, or `None` on overflow.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference, or `None` on overflow.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// The product with a plain number, or `None` on overflow.
    #[must_use]
    pub fn checked_mul(self, factor: Decimal) -> Option<Self> {
        self.0.checked_mul(factor).map(Self)
    }

    /// The sum, held at the type's limits.
    #[must_use]
    pub fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The difference, held at the type's limits.
    #[must_use]
    pub fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// How many times `other` fits into this, or `None` when `other` is zero or the result
    /// overflows.
    #[must_use]
    pub fn ratio(self, other: Self) -> Option<Decimal> {
        self.0.checked_div(other.0)
    }

    /// For people, rounded up: what something costs. `round_up(2)` of 4.171 is `"4.18"`.
    #[must_use]
    pub fn round_up(self, places: u32) -> String {
        fixed(self.0, places, RoundingStrategy::ToPositiveInfinity)
    }

    /// For people, rounded down: what is left or comes back. `round_down(2)` of 4.179 is `"4.17"`.
    #[must_use]
    pub fn round_down(self, places: u32) -> String {
        fixed(self.0, places, RoundingStrategy::ToNegativeInfinity)
    }
}

/// Thousands separators for an amount in a sentence: `1234567.50` becomes `1,234,567.50`.
#[must_use]
pub fn grouped(plain: &str) -> String {
    let (whole, cents) = plain.split_at(plain.find('.').unwrap_or(plain.len()));
    let digits = whole.trim_start_matches('-').len();
    let mut text = String::with_capacity(plain.len() + digits / 3);
    for (index, c) in whole.chars().enumerate() {
        let left = whole.len() - index;
        if left < digits && left % 3 == 0 {
            text.push(',');
        }
        text.push(c);
    }
    text + cents
}

fn fixed(value: Decimal, places: u32, strategy: RoundingStrategy) -> String {
    let places = places.min(Decimal::MAX_SCALE);
    let mut rounded = value.round_dp_with_strategy(places, strategy);
    if rounded.is_zero() {
        rounded.set_sign_positive(true); // -0.001 rounded up is "0.00", not "-0.00"
    }
    // Padded by hand: the decimal's own `{:.n}` panics on long numbers.
    let mut text = rounded.to_string();
    let have = text.find('.').map_or(0, |point| text.len() - point - 1);
    if have == 0 && places > 0 {
        text.push('.');
    }
    text.extend(std::iter::repeat_n(
        '0',
        (places as usize).saturating_sub(have),
    ));
    text
}

impl fmt::Display for Usd {
    /// The exact amount without a currency sign and without trailing zeros: `4.1729`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0.normalize(), f)
    }
}

/// Text that is not a decimal number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a decimal number")]
pub struct ParseMoneyError(String);

impl FromStr for Usd {
    type Err = ParseMoneyError;

    /// Digits with an optional sign and decimal point; no currency sign, no group separators.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse_decimal(text.trim())
            .map(Self)
            .ok_or_else(|| ParseMoneyError(text.chars().take(40).collect()))
    }
}

impl Sum for Usd {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::ZERO, Self::saturating_add)
    }
}

impl Serialize for Usd {
    /// As a string, so that no reader takes it for a float.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Usd {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// Reads a plain decimal number: optional sign, digits, optional point and digits, optional
/// exponent. The chain writes up to 18 decimal places; beyond 28 significant digits the last ones
/// are rounded. `None` for anything else, for white space, and for what does not fit.
#[must_use]
pub fn parse_decimal(text: &str) -> Option<Decimal> {
    let plain = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E');
    if text.is_empty() || text.len() > 80 || !text.chars().all(plain) {
        return None;
    }
    if text.contains(['e', 'E']) {
        Decimal::from_scientific(text).ok()
    } else {
        Decimal::from_str(text).ok()
    }
}
