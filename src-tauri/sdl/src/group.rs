//! What a deployment asks of the market: its groups and the resources in them.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Serialize;

/// One group: what a single provider bids on and one lease covers.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Number of the group in its deployment, from 1 in order of placement names.
    pub gseq: u32,
    /// Name of the placement profile it comes from.
    pub name: String,
    /// Names of the services that run in it, sorted.
    pub services: Vec<String>,
    /// What a provider must declare, by name.
    pub attributes: BTreeMap<String, String>,
    /// Which auditors must have signed a provider.
    pub signed_by: SignedBy,
    /// What it asks for, one unit per compute profile.
    pub resources: Vec<ResourceUnit>,
}

/// Auditors (addresses) that must have signed a provider's attributes.
#[derive(Serialize, Clone, Debug, Default, PartialEq, Eq)]
pub struct SignedBy {
    /// All of these.
    pub all_of: Vec<String>,
    /// At least one of these.
    pub any_of: Vec<String>,
}

/// Resources that are asked for `count` times.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct ResourceUnit {
    /// Number within the group, from 1.
    pub id: u32,
    /// How many replicas, over all services that use it.
    pub count: u32,
    /// CPU of one replica in thousandths of a core.
    pub cpu_milli: u64,
    /// Memory of one replica in bytes.
    pub memory_bytes: u64,
    /// Volumes of one replica.
    pub storage: Vec<Volume>,
    /// GPUs of one replica; `None` when it asks for none.
    pub gpu: Option<Gpu>,
    /// Endpoints over all services that use it.
    pub endpoints: Vec<Endpoint>,
    /// The most that one replica may cost, per block.
    pub price: Ceiling,
}

/// A volume that is asked for.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct Volume {
    /// Name in the compute profile; `default` where it has none.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Storage class, e.g. `beta3` or `ram`.
    pub class: Option<String>,
    /// Whether the contents survive a restart (they never survive the lease).
    pub persistent: bool,
}

/// GPUs that are asked for.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct Gpu {
    /// How many per replica.
    pub units: u64,
    /// The models that will do; any one of them.
    pub models: Vec<GpuModel>,
}

/// A GPU model that will do.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct GpuModel {
    /// Vendor, e.g. `nvidia`.
    pub vendor: String,
    /// Model, e.g. `a100`; `*` for any.
    pub model: String,
    /// Memory of the card as written, e.g. `80Gi`.
    pub ram: Option<String>,
    /// `pcie` or `sxm`.
    pub interface: Option<String>,
}

/// An endpoint of a group.
#[derive(Serialize, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Endpoint {
    /// How it is reached.
    pub kind: EndpointKind,
    /// Which leased IP it belongs to, from 1; 0 for the other kinds.
    pub sequence_number: u32,
}

/// How an endpoint is reached.
#[derive(Serialize, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[serde(rename_all = "snake_case")]
pub enum EndpointKind {
    /// By host name through the provider's HTTP ingress (0 on chain).
    SharedHttp,
    /// By a port that the provider assigns (1 on chain).
    RandomPort,
    /// By an IP address leased for the deployment (2 on chain).
    LeasedIp,
}

/// The most that a person is ready to pay.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct Ceiling {
    /// Amount per block.
    pub amount: Decimal,
    /// Denomination as the file says it (the Console replaces it by `uact`).
    pub denom: String,
}
