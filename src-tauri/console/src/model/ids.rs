//! What deployments, orders, bids and leases are called.

use std::{fmt, num::ParseIntError, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value;

use crate::json::{Fields, Mismatch, Read};

/// A deployment's number, unique for its owner. Text in JSON: it does not fit a float.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dseq(u64);

impl Dseq {
    /// From the number.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// When it was made, in unix milliseconds, where the number tells: since June 2026 the Console
    /// takes its clock for it; before that it was a block height, and so it is with other tools.
    #[must_use]
    pub const fn created_unix_ms(self) -> Option<i64> {
        if self.0 >= 1_700_000_000_000 && self.0 < 10_000_000_000_000 {
            Some(self.0.cast_signed())
        } else {
            None
        }
    }
}

impl From<u64> for Dseq {
    fn from(number: u64) -> Self {
        Self(number)
    }
}

impl fmt::Display for Dseq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Dseq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Dseq({})", self.0)
    }
}

/// Text that is no deployment number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a deployment number is 1 to 20 digits: {0}")]
pub struct ParseDseqError(#[from] ParseIntError);

impl FromStr for Dseq {
    type Err = ParseDseqError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.trim().parse()?))
    }
}

impl Serialize for Dseq {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Dseq {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Self::read(&value).map_err(de::Error::custom)
    }
}

impl Read for Dseq {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        u64::read(value).map(Self)
    }
}

/// A deployment: whose, and which.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DeploymentId {
    /// The wallet's `akash1…` address. Empty when the answer did not say.
    pub owner: String,
    /// Its number.
    pub dseq: Dseq,
}

impl Read for DeploymentId {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        Ok(Self {
            owner: value.opt("owner").unwrap_or_default(),
            dseq: value.must("dseq")?,
        })
    }
}

/// A lease, or the bid it comes of: they have the same name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LeaseId {
    /// The wallet's `akash1…` address. Empty when the answer did not say.
    pub owner: String,
    /// The deployment.
    pub dseq: Dseq,
    /// The group, from 1: its place among the sorted placement names.
    pub gseq: u32,
    /// The order, from 1.
    pub oseq: u32,
    /// The provider's `akash1…` address.
    pub provider: String,
    /// The bid's number, in newer answers.
    pub bseq: Option<u32>,
}

/// A bid's name.
pub type BidId = LeaseId;

impl Read for LeaseId {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        Ok(Self {
            owner: value.opt("owner").unwrap_or_default(),
            dseq: value.must("dseq")?,
            gseq: value.opt("gseq").unwrap_or(1),
            oseq: value.opt("oseq").unwrap_or(1),
            provider: value.must("provider")?,
            bseq: value.opt("bseq"),
        })
    }
}

/// Which bid to take.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LeaseTarget {
    /// The deployment.
    pub dseq: Dseq,
    /// The group.
    pub gseq: u32,
    /// The order.
    pub oseq: u32,
    /// The provider's `akash1…` address.
    pub provider: String,
}

impl From<&LeaseId> for LeaseTarget {
    fn from(id: &LeaseId) -> Self {
        Self {
            dseq: id.dseq,
            gseq: id.gseq,
            oseq: id.oseq,
            provider: id.provider.clone(),
        }
    }
}
