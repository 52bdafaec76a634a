//! Leases, and what providers say of them.

use std::collections::BTreeMap;

use akash_market::PricePerBlock;
use serde::Serialize;
use serde_json::Value;

use super::{CloseReason, LeaseId, LeaseState};
use crate::json::{Fields, Mismatch, Read};

/// A lease: a provider runs a group for a price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lease {
    /// Which.
    pub id: LeaseId,
    /// What became of it.
    pub state: LeaseState,
    /// What it costs; `None` when the answer did not say.
    pub price: Option<PricePerBlock>,
    /// The height it began at.
    pub created_at: Option<u64>,
    /// The height it ended at.
    pub closed_on: Option<u64>,
    /// Why it ended; `None` while it runs.
    pub reason: Option<CloseReason>,
    /// What the provider says of it. `None` means that nothing is known, not that it is down.
    pub status: Option<LeaseStatus>,
    /// When a provider that reclaims its machine will end it, in unix seconds.
    pub reclaim_deadline: Option<u64>,
    /// The GPUs that were found in what runs, where the server looked.
    pub detected_gpus: Option<DetectedGpus>,
}

/// The GPUs that were found in what a lease runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DetectedGpus {
    /// By service, in the server's order.
    pub services: Vec<(String, Vec<DetectedGpu>)>,
    /// The driver's version, when told.
    pub driver: Option<String>,
}

/// A GPU that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DetectedGpu {
    /// As an SDL names it (`rtx4090`), where the server knows that.
    pub model: Option<String>,
    /// `NVIDIA GeForce RTX 4090`.
    pub name: String,
    /// Megabytes of memory, when told.
    pub memory_mb: Option<u64>,
    /// How many.
    pub count: u32,
}

impl Read for DetectedGpus {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        let services = value.at("services").as_array();
        let services = services.ok_or_else(|| Mismatch::new("detected GPUs", value))?;
        let of = |service: &Value| Some((service.text("service")?, service.lossy("gpus")));
        Ok(Self {
            services: services.iter().filter_map(of).collect(),
            driver: value.text("driverVersion"),
        })
    }
}

impl Read for DetectedGpu {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        let model = value.text("model");
        let name = value.text("displayName").or_else(|| model.clone());
        Ok(Self {
            name: name.ok_or_else(|| Mismatch::new("a GPU", value))?,
            model,
            memory_mb: value.opt("memoryMb"),
            count: value.opt("count").unwrap_or(1),
        })
    }
}

impl Read for Lease {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        Ok(Self {
            id: value.must_any(&["id", "lease_id"])?,
            state: value.must("state")?,
            price: value.opt("price"),
            created_at: value.opt("created_at"),
            closed_on: value.opt("closed_on").filter(|height| *height > 0),
            reason: value
                .opt("reason")
                .filter(|reason| *reason != CloseReason::None),
            status: value.opt("status"),
            reclaim_deadline: value.at("reclamation").opt("deadline").filter(|at| *at > 0),
            detected_gpus: value.opt("detectedGpus"),
        })
    }
}

/// What a provider says of a lease.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LeaseStatus {
    /// By service name.
    pub services: BTreeMap<String, ServiceStatus>,
    /// By service name.
    pub forwarded_ports: BTreeMap<String, Vec<ForwardedPort>>,
    /// By service name.
    pub ips: BTreeMap<String, Vec<LeaseIp>>,
}

impl Read for LeaseStatus {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        if !value.is_object() {
            return Err(Mismatch::new("a lease's status", value));
        }
        Ok(Self {
            services: value.map("services"),
            forwarded_ports: value
                .map::<Lossy<_>>("forwarded_ports")
                .into_iter()
                .map(open)
                .collect(),
            ips: value.map::<Lossy<_>>("ips").into_iter().map(open).collect(),
        })
    }
}

/// A list without the entries that can't be read.
struct Lossy<T>(Vec<T>);

impl<T: Read> Read for Lossy<T> {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        let items = value
            .as_array()
            .ok_or_else(|| Mismatch::new("a list", value))?;
        Ok(Self(
            items.iter().filter_map(|item| T::read(item).ok()).collect(),
        ))
    }
}

fn open<T>((name, list): (String, Lossy<T>)) -> (String, Vec<T>) {
    (name, list.0)
}

impl LeaseStatus {
    /// Whether every service has all its replicas.
    #[must_use]
    pub fn ready(&self) -> bool {
        !self.services.is_empty() && self.services.values().all(ServiceStatus::ready)
    }
}

/// A service at a provider.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ServiceStatus {
    /// Replicas that are up.
    pub available: u32,
    /// Replicas asked for.
    pub total: u32,
    /// Replicas whose probes pass, where told.
    pub ready_replicas: Option<u32>,
    /// Host names it answers at, most often without a scheme.
    pub uris: Vec<String>,
}

impl ServiceStatus {
    /// Whether all its replicas are up.
    #[must_use]
    pub const fn ready(&self) -> bool {
        self.total > 0 && self.available >= self.total
    }
}

impl Read for ServiceStatus {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        if !value.is_object() {
            return Err(Mismatch::new("a service's status", value));
        }
        let either = |a, b| value.opt(a).or_else(|| value.opt(b)).unwrap_or(0);
        Ok(Self {
            available: either("available", "available_replicas"),
            total: either("total", "replicas"),
            ready_replicas: value.opt("ready_replicas"),
            uris: value.lossy("uris"),
        })
    }
}

/// A port that a provider forwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ForwardedPort {
    /// Where to reach it, when told.
    pub host: Option<String>,
    /// The port inside the container.
    pub port: u32,
    /// The port at `host`.
    pub external_port: u32,
    /// `TCP` or `UDP`, when told.
    pub proto: Option<String>,
}

impl Read for ForwardedPort {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        let external_port = value.must("externalPort")?;
        Ok(Self {
            host: value.text("host"),
            port: value.opt("port").unwrap_or(external_port),
            external_port,
            proto: value.text("proto"),
        })
    }
}

/// An address leased for a service alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeaseIp {
    /// The address.
    pub ip: String,
    /// The port inside the container.
    pub port: u32,
    /// The port at the address.
    pub external_port: u32,
    /// `TCP` or `UDP`, when told.
    pub protocol: Option<String>,
}

impl Read for LeaseIp {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        let port = value.opt("Port").or_else(|| value.opt("port")).unwrap_or(0);
        let external = value
            .opt("ExternalPort")
            .or_else(|| value.opt("externalPort"));
        Ok(Self {
            ip: value.must_any(&["IP", "ip"])?,
            port,
            external_port: external.unwrap_or(port),
            protocol: value.text("Protocol").or_else(|| value.text("protocol")),
        })
    }
}
