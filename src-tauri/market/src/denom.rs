//! What an amount is counted in.

use std::{convert::Infallible, fmt, str::FromStr};

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A coin's denomination, in micro-units.
///
/// Parsing never fails and [`Denom::as_str`] gives back the text that was read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Denom {
    /// `uact`, a millionth of a US dollar: what the Console's credit is counted in.
    Uact,
    /// `uakt`, a millionth of an AKT, whose dollar price moves.
    Uakt,
    /// A millionth of a USDC, in one of the forms it is written.
    Usdc(UsdcDenom),
    /// Any other text, kept as it came. Its worth is unknown.
    Other(String),
}

/// The texts that stand for USDC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UsdcDenom {
    /// `ibc/170C…56F2F1`, on the main network.
    Mainnet,
    /// `ibc/028C…25B06E`, on the sandbox and test networks.
    Sandbox,
    /// `uusdc`, as SDL files and some answers write it.
    Plain,
}

const USDC_MAINNET: &str = "ibc/170C677610AC31DF0904FFE09CD3B5C657492170E7E52372E48756B71E56F2F1";
const USDC_SANDBOX: &str = "ibc/028CD1864059EEFB48A6048376165318E3E82C234390AE5A6D7B22001725B06E";

impl Denom {
    /// The text on the chain.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Uact => "uact",
            Self::Uakt => "uakt",
            Self::Usdc(UsdcDenom::Mainnet) => USDC_MAINNET,
            Self::Usdc(UsdcDenom::Sandbox) => USDC_SANDBOX,
            Self::Usdc(UsdcDenom::Plain) => "uusdc",
            Self::Other(text) => text,
        }
    }
}

impl From<&str> for Denom {
    fn from(text: &str) -> Self {
        match text {
            "uact" => Self::Uact,
            "uakt" => Self::Uakt,
            "uusdc" => Self::Usdc(UsdcDenom::Plain),
            USDC_MAINNET => Self::Usdc(UsdcDenom::Mainnet),
            USDC_SANDBOX => Self::Usdc(UsdcDenom::Sandbox),
            other => Self::Other(other.to_owned()),
        }
    }
}

impl FromStr for Denom {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(text.into())
    }
}

impl fmt::Display for Denom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Denom {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Denom {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(String::deserialize(deserializer)?.as_str().into())
    }
}

/// Two amounts of different denoms met where only one can be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DenomMismatch {
    /// The denoms differ; there is no sum of them.
    #[error("can't add `{1}` to `{0}`")]
    Differ(Denom, Denom),
    /// The sum does not fit.
    #[error("the sum of the amounts is too large")]
    Overflow,
}

fn add(a: Decimal, ad: &Denom, b: Decimal, bd: &Denom) -> Result<Decimal, DenomMismatch> {
    if ad != bd {
        return Err(DenomMismatch::Differ(ad.clone(), bd.clone()));
    }
    a.checked_add(b).ok_or(DenomMismatch::Overflow)
}

/// An amount of coins in micro-units of its denom, with up to 18 decimal places as the chain
/// keeps them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Amount {
    /// Micro-units: 5000000 `uact` is 5 USD.
    pub amount: Decimal,
    /// What they are micro-units of.
    pub denom: Denom,
}

impl Amount {
    /// An amount of `denom` in micro-units.
    #[must_use]
    pub const fn new(amount: Decimal, denom: Denom) -> Self {
        Self { amount, denom }
    }

    /// The sum of two amounts of one denom.
    ///
    /// # Errors
    /// When the denoms differ or the sum does not fit.
    pub fn add(&self, other: &Self) -> Result<Self, DenomMismatch> {
        let amount = add(self.amount, &self.denom, other.amount, &other.denom)?;
        Ok(Self::new(amount, self.denom.clone()))
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.amount.normalize(), self.denom)
    }
}

/// A price for one block, in micro-units of its denom. Leases are paid by the block.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PricePerBlock {
    /// Micro-units per block.
    pub amount: Decimal,
    /// What they are micro-units of.
    pub denom: Denom,
}

impl PricePerBlock {
    /// A price of `amount` micro-units of `denom` for each block.
    #[must_use]
    pub const fn new(amount: Decimal, denom: Denom) -> Self {
        Self { amount, denom }
    }

    /// The sum of two prices of one denom.
    ///
    /// # Errors
    /// When the denoms differ or the sum does not fit.
    pub fn add(&self, other: &Self) -> Result<Self, DenomMismatch> {
        let amount = add(self.amount, &self.denom, other.amount, &other.denom)?;
        Ok(Self::new(amount, self.denom.clone()))
    }
}

impl fmt::Display for PricePerBlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}/block", self.amount.normalize(), self.denom)
    }
}
