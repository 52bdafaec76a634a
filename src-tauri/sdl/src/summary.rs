//! What a file asks for, told for people.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::group::{Ceiling, Gpu, SignedBy};

/// What a file asks for.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Services, in the order of the file.
    pub services: Vec<ServiceSummary>,
    /// Placements that are used, by `gseq`.
    pub placements: Vec<PlacementSummary>,
}

/// One service.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct ServiceSummary {
    /// Its name.
    pub name: String,
    /// Its container image, as written.
    pub image: String,
    /// Replicas over all placements.
    pub replicas: u32,
    /// CPU of one replica in thousandths of a core (the largest, where placements differ).
    pub cpu_milli: u64,
    /// Memory of one replica in bytes (the largest, where placements differ).
    pub memory_bytes: u64,
    /// GPUs of one replica; `None` when it asks for none.
    pub gpu: Option<Gpu>,
    /// Volumes of one replica.
    pub storage: Vec<VolumeSummary>,
    /// Ports and who can reach them.
    pub ports: Vec<PortSummary>,
    /// Names of its environment variables; values stay in the file.
    pub env_names: Vec<String>,
    /// Where it runs.
    pub placements: Vec<ServicePlacement>,
}

/// Where a service runs.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct ServicePlacement {
    /// Name of the placement.
    pub name: String,
    /// Group of the placement.
    pub gseq: u32,
    /// Replicas there.
    pub count: u32,
}

/// A volume of a service.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct VolumeSummary {
    /// Name in the compute profile; `default` where it has none.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Storage class, e.g. `beta3` or `ram`.
    pub class: Option<String>,
    /// Whether the contents survive a restart.
    pub persistent: bool,
    /// Where it is mounted.
    pub mount: Option<String>,
    /// Whether the service may only read it.
    pub read_only: bool,
}

/// A port of a service, towards one audience.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct PortSummary {
    /// Port that the container listens on.
    pub port: u16,
    /// Port that it is asked to be reached at (`as`, or the same).
    pub external_port: u16,
    /// `TCP` or `UDP`.
    pub proto: String,
    /// Who can reach it.
    pub reach: Reach,
    /// Whether the provider's ingress serves it as http(s) by host name.
    pub http: bool,
    /// Host names of the person's own that it answers to.
    pub hosts: Vec<String>,
}

/// Who can reach a port.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// Everybody, at an address the provider gives.
    Internet,
    /// Everybody, at a leased IP: the name of the endpoint.
    Ip(String),
    /// Only these services of the deployment; nobody when empty.
    Services(Vec<String>),
}

/// A placement: what is demanded of a provider.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct PlacementSummary {
    /// Its name.
    pub name: String,
    /// Number of its group.
    pub gseq: u32,
    /// What a provider must declare.
    pub attributes: BTreeMap<String, String>,
    /// Which auditors must have signed the provider.
    pub signed_by: SignedBy,
    /// The most that all replicas in it together may cost per block; `None` when denominations are mixed.
    pub ceiling: Option<Ceiling>,
    /// Services that run in it, sorted.
    pub services: Vec<String>,
}
