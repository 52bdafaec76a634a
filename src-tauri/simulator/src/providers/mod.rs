//! The providers of the world: their identity, capacity and prices.

pub(crate) mod generate;

use std::{collections::BTreeMap, iter::Sum, net::SocketAddr, ops::Add};

use serde::{Deserialize, Serialize};

use crate::catalogue::{GPUS, GpuKind, LOCATIONS, Location};

/// The auditor whose signature the Console requires of every provider that it leases from (since 2025-12-09).
pub(crate) const CONSOLE_AUDITOR: &str = "akash1365yvmc4s7awdyj3n2sav7xfx76adc6dnmlx63";

/// A provider.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub(crate) struct Provider {
    /// Its account address.
    pub(crate) owner: String,
    /// Its short name, which is the first part of its domain.
    pub(crate) name: String,
    /// The organization that runs it.
    pub(crate) organization: String,
    /// Its domain. It ends in `.example`, so it never resolves to a real host.
    pub(crate) domain: String,
    /// Its location: an index into [`LOCATIONS`].
    #[serde(rename = "place")]
    pub(crate) location: usize,
    /// The attributes that it declares, by key. Auditors sign all of them.
    pub(crate) attributes: BTreeMap<String, String>,
    /// The addresses of the auditors that signed its attributes.
    pub(crate) auditors: Vec<String>,
    /// Whether it is offline: it answers no request and makes no bids.
    pub(crate) dark: bool,
    /// Its uptime in the last day, week and month, in hundredths of a percent.
    pub(crate) uptime: [u32; 3],
    /// Its prices, in percent of the market price.
    #[serde(rename = "dearness")]
    pub(crate) price_percent: u32,
    /// CPU in thousandths of a core.
    pub(crate) cpu: Stock,
    /// Memory in bytes.
    pub(crate) memory: Stock,
    /// Ephemeral storage in bytes.
    pub(crate) ephemeral: Stock,
    /// Persistent storage in bytes.
    pub(crate) persistent: Stock,
    /// Its classes of persistent storage.
    pub(crate) classes: Vec<String>,
    /// Its GPUs, one entry for each model.
    pub(crate) gpus: Vec<GpuStock>,
    /// Whether it leases IP addresses.
    pub(crate) ip_leases: bool,
    /// How many leases other people have there.
    pub(crate) leases: u64,
    /// The height at which it was registered.
    pub(crate) created: u64,
    /// Where its simulated gateway listens, if it has one. It is another address at each start.
    #[serde(skip)]
    pub(crate) gateway: Option<SocketAddr>,
}

/// An amount of a resource, and how much of it other tenants use.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, Default)]
pub(crate) struct Stock {
    /// The part in use.
    pub(crate) active: u64,
    /// The total.
    pub(crate) total: u64,
}

impl Stock {
    /// The part that is free.
    pub(crate) fn available(self) -> u64 {
        self.total.saturating_sub(self.active)
    }
}

impl Add for Stock {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            active: self.active + other.active,
            total: self.total + other.total,
        }
    }
}

impl Sum for Stock {
    fn sum<I: Iterator<Item = Self>>(stocks: I) -> Self {
        stocks.fold(Self::default(), Add::add)
    }
}

/// The GPUs of one model at a provider.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub(crate) struct GpuStock {
    /// The model: an index into [`GPUS`].
    pub(crate) kind: usize,
    /// The number of GPUs.
    pub(crate) stock: Stock,
}

impl GpuStock {
    /// The model.
    pub(crate) fn kind(&self) -> &'static GpuKind {
        GPUS.get(self.kind).unwrap_or(&GPUS[0])
    }
}

impl Provider {
    /// Its location.
    pub(crate) fn location(&self) -> &'static Location {
        LOCATIONS.get(self.location).unwrap_or(&LOCATIONS[0])
    }

    /// The URL of its gateway.
    pub(crate) fn host_uri(&self) -> String {
        match self.gateway {
            Some(address) => format!("https://{address}"),
            None => format!("https://provider.{}:8443", self.domain),
        }
    }

    /// The host name under which a service of a lease answers: `<dseq>-<service>.ingress.<domain>`.
    pub(crate) fn ingress_host(&self, dseq: u64, service: &str) -> String {
        format!("{dseq}-{service}.ingress.{}", self.domain)
    }

    /// Its GPUs of the models that `which` picks, by their indices into [`GPUS`].
    pub(crate) fn gpu_stock(&self, which: impl Fn(usize) -> bool) -> Stock {
        let gpus = self.gpus.iter().filter(|gpu| which(gpu.kind));
        gpus.map(|gpu| gpu.stock).sum()
    }

    /// Whether the Console's auditor signed it.
    pub(crate) fn is_audited(&self) -> bool {
        self.auditors
            .iter()
            .any(|auditor| auditor == CONSOLE_AUDITOR)
    }
}
