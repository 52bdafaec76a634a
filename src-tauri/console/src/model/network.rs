//! The network as a whole: prices, blocks, capacity, spending over time.

use akash_market::{Decimal, GpuMarketRate, Usd};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::json::{Fields, Mismatch, Read};

/// The AKT's market.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MarketData {
    /// Dollars for an AKT.
    pub price: Decimal,
    /// Change over the last day, in per cent, where told.
    pub price_change_percentage_24h: Option<Decimal>,
}

impl Read for MarketData {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        Ok(Self {
            price: value.must("price")?,
            price_change_percentage_24h: value.opt("priceChangePercentage24"),
        })
    }
}

/// A block, by the server's index, which lags some seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Block {
    /// Its height.
    pub height: u64,
    /// When it was made.
    pub datetime: Timestamp,
}

impl Read for Block {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        Ok(Self {
            height: value.must("height")?,
            datetime: value.must("datetime")?,
        })
    }
}

/// Of one resource: how much there is, is used, is asked for and is free. `None` where not told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ResourceStat {
    /// In use.
    pub active: Option<Decimal>,
    /// Free.
    pub available: Option<Decimal>,
    /// Asked for and not yet given.
    pub pending: Option<Decimal>,
    /// All there is.
    pub total: Option<Decimal>,
}

impl Read for ResourceStat {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        if !value.is_object() {
            return Err(Mismatch::new("a resource", value));
        }
        Ok(Self {
            active: value.opt("active"),
            available: value.opt("available"),
            pending: value.opt("pending"),
            total: value.opt("total"),
        })
    }
}

/// What all providers have together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct NetworkCapacity {
    /// Providers that answer.
    pub active_provider_count: Option<u64>,
    /// Thousandths of a CPU.
    pub cpu: ResourceStat,
    /// GPUs.
    pub gpu: ResourceStat,
    /// Bytes.
    pub memory: ResourceStat,
    /// Bytes.
    pub storage: ResourceStat,
}

impl Read for NetworkCapacity {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        if !value.is_object() {
            return Err(Mismatch::new("the network's capacity", value));
        }
        let resources = value.at("resources");
        // Flat names until January 2026.
        let flat = |name: &str| ResourceStat {
            active: value.opt(&format!("active{name}")),
            available: value.opt(&format!("available{name}")),
            pending: value.opt(&format!("pending{name}")),
            total: value.opt(&format!("total{name}")),
        };
        let of = |name, old| resources.opt(name).unwrap_or_else(|| flat(old));
        Ok(Self {
            active_provider_count: value.opt("activeProviderCount"),
            cpu: of("cpu", "CPU"),
            gpu: of("gpu", "GPU"),
            memory: of("memory", "Memory"),
            storage: resources
                .at("storage")
                .opt("total")
                .unwrap_or_else(|| flat("Storage")),
        })
    }
}

/// What GPUs cost on the network.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct GpuPrices {
    /// An entry for each model, memory and interface.
    pub models: Vec<GpuPrice>,
}

impl Read for GpuPrices {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        if !value.at("models").is_array() {
            return Err(Mismatch::new("a list", value.at("models")).within("models"));
        }
        Ok(Self {
            models: value.lossy("models"),
        })
    }
}

/// What one GPU model costs, in dollars per hour.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GpuPrice {
    /// `nvidia`
    pub vendor: String,
    /// `rtx4090`
    pub model: String,
    /// `24Gi`
    pub ram: Option<String>,
    /// `PCIe`
    pub interface: Option<String>,
    /// How many are free.
    pub available: Option<u64>,
    /// How many there are.
    pub total: Option<u64>,
    /// The lowest that was asked.
    pub min: Option<Usd>,
    /// The highest that was asked.
    pub max: Option<Usd>,
    /// The mean.
    pub avg: Option<Usd>,
    /// The mean, weighted by how many there are.
    pub weighted_average: Option<Usd>,
    /// The median.
    pub med: Option<Usd>,
}

impl GpuPrice {
    /// What to hold an offer against; `None` while nobody asks a price for the model.
    #[must_use]
    pub fn market_rate(&self) -> Option<GpuMarketRate> {
        let median = self.med.or(self.weighted_average).or(self.avg)?;
        let (min, max) = (self.min.unwrap_or(median), self.max.unwrap_or(median));
        Some(GpuMarketRate { min, median, max })
    }
}

impl Read for GpuPrice {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        let price = value.at("price");
        let usd = |name| price.opt(name).map(Usd::new);
        let availability = value.at("availability");
        Ok(Self {
            vendor: value.must("vendor")?,
            model: value.must("model")?,
            ram: value.text("ram"),
            interface: value.text("interface"),
            available: availability.opt("available"),
            total: availability.opt("total"),
            min: usd("min"),
            max: usd("max"),
            avg: usd("avg"),
            weighted_average: usd("weightedAverage"),
            med: usd("med"),
        })
    }
}

/// What the same machine costs elsewhere, in dollars per month, by a fixed formula of the Console.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PriceComparison {
    /// On Akash.
    pub akash: Usd,
    /// On AWS.
    pub aws: Usd,
    /// On Google Cloud.
    pub gcp: Usd,
    /// On Azure.
    pub azure: Usd,
}

impl Read for PriceComparison {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        let usd = |name| value.must(name).map(Usd::new);
        Ok(Self {
            akash: usd("akash")?,
            aws: usd("aws")?,
            gcp: usd("gcp")?,
            azure: usd("azure")?,
        })
    }
}

/// Who vouches for providers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Auditor {
    /// Its `akash1…` address.
    pub address: String,
    /// Its name.
    pub name: String,
    /// Its site.
    pub website: Option<String>,
}

impl Read for Auditor {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        Ok(Self {
            address: value.must("address")?,
            name: value.opt("name").unwrap_or_default(),
            website: value.text("website"),
        })
    }
}

/// A region and the providers in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Region {
    /// `us-west`
    pub key: String,
    /// In words.
    pub description: Option<String>,
    /// `akash1…` addresses.
    pub providers: Vec<String>,
}

impl Read for Region {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        Ok(Self {
            key: value.must("key")?,
            description: value.text("description"),
            providers: value.lossy("providers"),
        })
    }
}

/// What was spent on a day, and until then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UsageDay {
    /// `2026-08-21`
    pub date: String,
    /// Leases that ran (the server calls them deployments).
    pub active_leases: Option<u64>,
    /// Dollars on that day.
    pub daily_usd: Option<Usd>,
    /// Dollars until then.
    pub total_usd: Option<Usd>,
}

impl Read for UsageDay {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        Ok(Self {
            date: value.must("date")?,
            active_leases: value.opt("activeDeployments"),
            daily_usd: value.opt("dailyUsdSpent").map(Usd::new),
            total_usd: value.opt("totalUsdSpent").map(Usd::new),
        })
    }
}

/// What was spent over a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UsageStats {
    /// Dollars in all.
    pub total_spent: Usd,
    /// Dollars a day.
    pub average_spent_per_day: Option<Usd>,
    /// Deployments in all.
    pub total_deployments: Option<u64>,
    /// Deployments a day.
    pub average_deployments_per_day: Option<Decimal>,
}

impl Read for UsageStats {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        Ok(Self {
            total_spent: Usd::new(value.must("totalSpent")?),
            average_spent_per_day: value.opt("averageSpentPerDay").map(Usd::new),
            total_deployments: value.opt("totalDeployments"),
            average_deployments_per_day: value.opt("averageDeploymentsPerDay"),
        })
    }
}
