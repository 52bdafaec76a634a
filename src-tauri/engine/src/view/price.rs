//! Prices, and single facts.

use serde::Serialize;

use super::basics::Usd;

/// A price that is fixed for a lease, rounded up for people.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Price {
    /// USD per hour, 4 decimals.
    pub hour: Usd,
    /// USD per day, 2 decimals, under a dollar 3.
    pub day: Usd,
    /// USD per month if it runs all month, 2 decimals.
    pub month: Usd,
    /// Which comes first: per hour where a GPU is asked for, else per month.
    pub by_hour: bool,
}

/// A number or address for *Details*.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Fact {
    /// What it is.
    pub label: String,
    /// Its value, copyable.
    pub value: String,
}
