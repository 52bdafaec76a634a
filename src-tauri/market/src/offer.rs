//! What is compared: offers, and what is known of who makes them.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::PricePerBlock;

/// A provider's open bid for one group of a deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The provider's `akash1…` address.
    pub provider: String,
    /// The group it is for, counted from 1.
    pub gseq: u32,
    /// The order it answers.
    pub oseq: u32,
    /// What it asks.
    pub price: PricePerBlock,
    /// The GPU models it offers, empty for none.
    pub gpus: Vec<GpuModel>,
    /// How many GPUs it offers, replicas counted.
    pub gpu_count: u64,
    /// Seconds of notice before the provider may take the machine back, when it promises any.
    pub reclamation_seconds: Option<u64>,
}

/// A GPU as providers describe it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct GpuModel {
    /// `nvidia`
    pub vendor: String,
    /// `rtx4090`
    pub model: String,
    /// `24Gi`, when told.
    pub ram: Option<String>,
    /// `PCIe`, when told.
    pub interface: Option<String>,
}

/// What is known of a provider. `None` is "not known", and is never taken for good or bad.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProviderFacts {
    /// Its `akash1…` address.
    pub owner: String,
    /// Region, in the words of the provider's attributes (`us-west`).
    pub region: Option<String>,
    /// Two-letter country code.
    pub country: Option<String>,
    /// Share of the last day it answered, from 0 to 1.
    pub uptime_1d: Option<Decimal>,
    /// Share of the last 7 days it answered, from 0 to 1.
    pub uptime_7d: Option<Decimal>,
    /// Share of the last 30 days it answered, from 0 to 1.
    pub uptime_30d: Option<Decimal>,
    /// Whether it answers now.
    pub online: Option<bool>,
    /// Whether an auditor signed its attributes.
    pub audited: Option<bool>,
    /// Days since it joined the network.
    pub age_days: Option<u32>,
    /// Leases it runs now, for everybody.
    pub leases: Option<u64>,
    /// Whether the person marked it as a favourite.
    pub favourite: bool,
    /// The person's own leases with it.
    pub past: Past,
}

/// How the person's own leases with a provider ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Past {
    /// Leases that ran until the person closed them, or still run.
    pub lived: u32,
    /// Leases that the provider closed, or that never came up.
    pub died: u32,
}
