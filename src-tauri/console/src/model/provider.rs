//! Who offers machines.

use akash_market::{Decimal, GpuModel};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::ResourceStat;
use crate::json::{Fields, Mismatch, Read};

/// A word about a provider or a resource.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Attribute {
    /// `region`
    pub key: String,
    /// `us-west`
    pub value: String,
    /// Addresses of the auditors that signed it.
    pub audited_by: Vec<String>,
}

impl Read for Attribute {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        Ok(Self {
            key: value.must("key")?,
            value: value.opt("value").unwrap_or_default(),
            audited_by: value.lossy("auditedBy"),
        })
    }
}

/// A provider, as the Console knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Provider {
    /// Its `akash1…` address.
    pub owner: String,
    /// The name it gives itself; missing while it is offline.
    pub name: Option<String>,
    /// Who runs it.
    pub organization: Option<String>,
    /// `https://provider.example.com:8443`
    pub host_uri: String,
    /// Region in its own words (`us-west`).
    pub location_region: Option<String>,
    /// Region its address belongs to.
    pub ip_region: Option<String>,
    /// Code of that region (`CA`).
    pub ip_region_code: Option<String>,
    /// Country in its own words.
    pub country: Option<String>,
    /// Country its address belongs to.
    pub ip_country: Option<String>,
    /// Two-letter code of that country.
    pub ip_country_code: Option<String>,
    /// City in its own words.
    pub city: Option<String>,
    /// Share of the last day it answered, 0 to 1.
    pub uptime_1d: Option<Decimal>,
    /// Share of the last 7 days it answered, 0 to 1.
    pub uptime_7d: Option<Decimal>,
    /// Share of the last 30 days it answered, 0 to 1.
    pub uptime_30d: Option<Decimal>,
    /// Whether it answered when it was last asked.
    pub is_online: Option<bool>,
    /// Whether an auditor signed its attributes.
    pub is_audited: Option<bool>,
    /// What it says of itself.
    pub attributes: Vec<Attribute>,
    /// What it has, uses and could still give.
    pub stats: Option<ProviderStats>,
    /// The GPUs it has.
    pub gpu_models: Vec<GpuModel>,
    /// Whom to write to.
    pub email: Option<String>,
    /// Its site.
    pub website: Option<String>,
    /// Where it tells of outages.
    pub status_page: Option<String>,
    /// Leases it runs.
    pub lease_count: Option<u64>,
    /// Deployments it runs.
    pub deployment_count: Option<u64>,
    /// The height it joined at.
    pub created_height: Option<u64>,
    /// When it last answered.
    pub last_online: Option<Timestamp>,
    /// Version of its software.
    pub akash_version: Option<String>,
    /// Processor, in its own words.
    pub hardware_cpu: Option<String>,
    /// Memory, in its own words.
    pub hardware_memory: Option<String>,
    /// Disks, in its own words.
    pub hardware_disk: Vec<String>,
    /// Network speed down, in its own count (Mbit/s).
    pub network_speed_down: Option<Decimal>,
    /// Network speed up, in its own count (Mbit/s).
    pub network_speed_up: Option<Decimal>,
    /// Whether it keeps volumes over restarts.
    pub persistent_storage: Option<bool>,
    /// Whether it leases addresses.
    pub leases_ips: Option<bool>,
    /// Whether it serves domains of the tenant's own.
    pub custom_domains: Option<bool>,
    /// Single checks, newest last, where one provider was asked for.
    pub uptime: Vec<UptimeCheck>,
}

impl Read for Provider {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        Ok(Self {
            owner: value.must("owner")?,
            name: value.text("name"),
            organization: value.text("organization"),
            host_uri: value.opt("hostUri").unwrap_or_default(),
            location_region: value.text("locationRegion"),
            ip_region: value.text("ipRegion"),
            ip_region_code: value.text("ipRegionCode"),
            country: value.text("country"),
            ip_country: value.text("ipCountry"),
            ip_country_code: value.text("ipCountryCode"),
            city: value.text("city"),
            uptime_1d: value.opt("uptime1d"),
            uptime_7d: value.opt("uptime7d"),
            uptime_30d: value.opt("uptime30d"),
            is_online: value.opt("isOnline"),
            is_audited: value.opt("isAudited"),
            attributes: value.lossy("attributes"),
            stats: value.opt("stats"),
            gpu_models: value.lossy("gpuModels"),
            email: value.text("email"),
            website: value.text("website"),
            status_page: value.text("statusPage"),
            lease_count: value.opt("leaseCount"),
            deployment_count: value.opt("deploymentCount"),
            created_height: value.opt("createdHeight"),
            last_online: value.opt("lastOnlineDate"),
            akash_version: value.text("akashVersion"),
            hardware_cpu: value.text("hardwareCpu"),
            hardware_memory: value.text("hardwareMemory"),
            hardware_disk: value.lossy("hardwareDisk"),
            network_speed_down: value.opt("networkSpeedDown"),
            network_speed_up: value.opt("networkSpeedUp"),
            persistent_storage: value.opt("featPersistentStorage"),
            leases_ips: value.opt("featEndpointIp"),
            custom_domains: value.opt("featEndpointCustomDomain"),
            uptime: value.lossy("uptime"),
        })
    }
}

impl Read for GpuModel {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        Ok(Self {
            vendor: value.must("vendor")?,
            model: value.must("model")?,
            ram: value.text("ram"),
            interface: value.text("interface"),
        })
    }
}

/// What a provider has. CPU in thousandths, memory and storage in bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ProviderStats {
    /// Thousandths of a CPU.
    pub cpu: ResourceStat,
    /// GPUs.
    pub gpu: ResourceStat,
    /// Bytes.
    pub memory: ResourceStat,
    /// Bytes that go with the container.
    pub ephemeral: ResourceStat,
    /// Bytes that stay over restarts.
    pub persistent: ResourceStat,
}

impl Read for ProviderStats {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        if !value.is_object() {
            return Err(Mismatch::new("resources", value));
        }
        let storage = value.at("storage");
        let of = |from: &Value, name| from.opt(name).unwrap_or_default();
        Ok(Self {
            cpu: of(value, "cpu"),
            gpu: of(value, "gpu"),
            memory: of(value, "memory"),
            ephemeral: of(storage, "ephemeral"),
            persistent: of(storage, "persistent"),
        })
    }
}

/// Whether a provider answered at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UptimeCheck {
    /// When.
    pub at: Timestamp,
    /// Whether it answered.
    pub online: bool,
}

impl Read for UptimeCheck {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        Ok(Self {
            at: value.must("checkDate")?,
            online: value.must("isOnline")?,
        })
    }
}

/// Who could run something, before anything is paid.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Screening {
    /// Providers that fit. Advice: they may still not bid.
    pub providers: Vec<ScreenedProvider>,
}

impl Read for Screening {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        if !value.at("providers").is_array() {
            return Err(Mismatch::new("a list", value.at("providers")).within("providers"));
        }
        Ok(Self {
            providers: value.lossy("providers"),
        })
    }
}

/// A provider that fits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ScreenedProvider {
    /// Its `akash1…` address.
    pub owner: String,
    /// `https://provider.example.com:8443`
    pub host_uri: Option<String>,
    /// Whether an auditor signed its attributes.
    pub is_audited: Option<bool>,
    /// Where it stands, in its own words.
    pub location: Option<String>,
    /// Who runs it.
    pub organization: Option<String>,
    /// When it joined.
    pub created_at: Option<Timestamp>,
    /// Days with outages.
    pub incidents: Vec<Incident>,
}

impl Read for ScreenedProvider {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        Ok(Self {
            owner: value.must("owner")?,
            host_uri: value.text("hostUri"),
            is_audited: value.opt("isAudited"),
            location: value.text("location"),
            organization: value.text("organization"),
            created_at: value.opt("createdAt"),
            incidents: value.lossy("incidents"),
        })
    }
}

/// A day on which a provider was out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Incident {
    /// The day, `2026-08-21`.
    pub date: String,
    /// Whether it goes on.
    pub open: bool,
    /// How often.
    pub count: u32,
    /// Seconds it was out.
    pub downtime_seconds: u64,
}

impl Read for Incident {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        Ok(Self {
            date: value.must("date")?,
            open: value.opt("hasOpenIncident").unwrap_or(false),
            count: value.opt("incidentCount").unwrap_or(0),
            downtime_seconds: value.opt("downtimeSeconds").unwrap_or(0),
        })
    }
}
