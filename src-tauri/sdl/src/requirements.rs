//! What bid screening needs to know of a group.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::group::SignedBy;

/// What one group demands of a provider, as bid screening asks for it.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct Requirements {
    /// Number of the group.
    pub gseq: u32,
    /// Name of its placement.
    pub name: String,
    /// Auditors that must have signed the provider.
    pub signed_by: SignedBy,
    /// What the provider must declare.
    pub attributes: BTreeMap<String, String>,
    /// What is asked for.
    pub resources: Vec<RequiredResource>,
    /// Longest notice before a provider takes the resources back, as written (e.g. `24h`).
    pub reclamation_window: Option<String>,
}

/// Resources that are asked for `count` times.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct RequiredResource {
    /// Number within the group, from 1.
    pub id: u32,
    /// Replicas, at least 1.
    pub count: u32,
    /// CPU in thousandths of a core.
    pub cpu_milli: u64,
    /// Memory in bytes.
    pub memory_bytes: u64,
    /// Number of GPUs, 0 for none.
    pub gpu_units: u64,
    /// GPU attributes in the chain's form, e.g. `vendor/nvidia/model/a100` = `true`.
    pub gpu_attributes: BTreeMap<String, String>,
    /// Volumes.
    pub storage: Vec<RequiredVolume>,
    /// The most that one replica may cost per block, rounded up to a whole unit of `denom`.
    pub price_amount: u64,
    /// Denomination of the price as the file says it.
    pub price_denom: String,
}

/// A volume that is asked for.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct RequiredVolume {
    /// Its name.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// `class` and `persistent`, where given.
    pub attributes: BTreeMap<String, String>,
}
