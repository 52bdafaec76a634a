//! Providers, their attributes, and their capacity in total.

use std::{collections::BTreeMap, sync::Arc};

use axum::extract::{Path, State};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{
    answer::{Answer, ok},
    extract::Query,
};
use crate::{
    app::{App, LatencyClass},
    catalogue::{GPUS, LOCATIONS},
    error::Error,
    money::json_number,
    providers::{CONSOLE_AUDITOR, Provider, Stock},
    time::{iso, later},
    world::World,
};

/// `GET /v1/providers`.
pub(crate) async fn list(State(app): State<Arc<App>>, query: Query) -> Answer {
    app.delay(LatencyClass::Read).await;
    let wanted: Option<Vec<&str>> = query.get("addresses").map(|list| list.split(',').collect());
    if wanted.as_ref().is_some_and(|wanted| wanted.len() > 20) {
        return Err(Error::validation(vec![json!({
            "code": "too_big", "maximum": 20, "type": "array", "inclusive": true, "exact": false,
            "message": "Array must contain at most 20 element(s)", "path": ["addresses"],
        })]));
    }
    let trial = query.get("scope") == Some("trial");
    ok(app.read(|world| {
        let providers = world.providers.iter();
        providers
            .filter(|provider| !trial || provider.is_audited())
            .filter(|provider| {
                wanted
                    .as_ref()
                    .is_none_or(|wanted| wanted.contains(&provider.owner.as_str()))
            })
            .map(|provider| view(world, provider))
            .collect()
    }))
}

/// `GET /v1/providers/{address}`.
pub(crate) async fn one(State(app): State<Arc<App>>, Path(address): Path<String>) -> Answer {
    app.delay(LatencyClass::Read).await;
    let view = app.read(|world| {
        let provider = world.provider(&address)?;
        let mut view = view(world, provider);
        view["uptime"] = online_checks(world, provider);
        Some(view)
    });
    ok(view.ok_or_else(|| Error::text(404, "Provider not found."))?)
}

/// The online checks of the last day: one every 15 minutes, newest first.
fn online_checks(world: &World, provider: &Provider) -> Value {
    const QUARTERS: i64 = 96;
    let down = i64::from(10_000 - provider.uptime[0]) * QUARTERS / 10_000;
    (0..QUARTERS)
        .map(|quarter| {
            let online = if provider.dark {
                quarter >= down
            } else {
                quarter >= down || quarter == 0
            };
            json!({
                "id": format!("{}-{quarter}", provider.owner),
                "isOnline": online && !(provider.dark && quarter == 0),
                "checkDate": iso(later(world.now, -900 * quarter)),
            })
        })
        .collect()
}

fn view(world: &World, provider: &Provider) -> Value {
    let location = provider.location();
    let attribute = |key: &str| provider.attributes.get(key).cloned();
    let fraction = |share: u32| json_number(Decimal::new(share.into(), 4));
    let online = !provider.dark;
    let checked = iso(later(world.now, -(world.now.as_second() % 900)));
    let online_at = if online {
        checked.clone()
    } else {
        iso(later(world.now, -7 * 3600))
    };
    let attributes: Vec<Value> = provider
        .attributes
        .iter()
        .map(|(key, value)| json!({ "key": key, "value": value, "auditedBy": provider.auditors }))
        .collect();
    let gpus: Vec<Value> = provider
        .gpus
        .iter()
        .map(|gpu| {
            let kind = gpu.kind();
            json!({ "vendor": "nvidia", "model": kind.model, "ram": kind.ram, "interface": kind.interface })
        })
        .collect();
    let classes: Vec<&str> = provider
        .classes
        .iter()
        .map(|class| if class == "beta3" { "nvme" } else { "ssd" })
        .collect();
    let speed = |key: &str| {
        attribute(key)
            .and_then(|text| text.parse::<u64>().ok())
            .unwrap_or_default()
    };
    let mut view = json!({
        "owner": provider.owner,
        "name": online.then_some(&provider.name),
        "hostUri": provider.host_uri(),
        "createdHeight": provider.created,
        "email": attribute("email"),
        "website": attribute("website"),
        "lastCheckDate": checked,
        "deploymentCount": provider.leases,
        "leaseCount": provider.leases,
        "cosmosSdkVersion": online.then_some("v0.53.4"),
        "akashVersion": online.then_some("v0.10.5"),
        "ipRegion": location.region,
        "ipRegionCode": location.region_code,
        "ipCountry": location.country,
        "ipCountryCode": location.code,
        "ipLat": location.lat,
        "ipLon": location.lon,
        "uptime1d": fraction(provider.uptime[0]),
        "uptime7d": fraction(provider.uptime[1]),
        "uptime30d": fraction(provider.uptime[2]),
        "isValidVersion": online,
        "isOnline": online,
        "lastOnlineDate": online_at,
        "isAudited": provider.is_audited(),
        "attributes": attributes,
        "gpuModels": gpus,
        "stats": stats(provider),
        "host": attribute("host"),
        "organization": attribute("organization"),
        "statusPage": attribute("status-page"),
        "locationRegion": attribute("location-region"),
        "country": attribute("country"),
        "city": attribute("city"),
        "timezone": attribute("timezone"),
        "locationType": attribute("location-type"),
        "hostingProvider": attribute("hosting-provider"),
        "hardwareCpu": attribute("hardware-cpu"),
        "hardwareCpuArch": attribute("hardware-cpu-arch"),
        "hardwareGpuVendor": attribute("hardware-gpu"),
        "hardwareGpuModels": provider.gpus.iter().map(|gpu| gpu.kind().model).collect::<Vec<_>>(),
        "hardwareDisk": attribute("hardware-disk").into_iter().collect::<Vec<_>>(),
        "featPersistentStorage": !provider.classes.is_empty(),
        "featPersistentStorageType": classes,
        "hardwareMemory": attribute("hardware-memory"),
        "networkProvider": attribute("network-provider"),
        "networkSpeedDown": speed("network-speed-down"),
        "networkSpeedUp": speed("network-speed-up"),
        "tier": attribute("tier"),
        "featEndpointCustomDomain": true,
        "workloadSupportChia": false,
        "workloadSupportChiaCapabilities": [],
        "featEndpointIp": provider.ip_leases,
    });
    // The real API omits these numbers for providers without leases.
    if provider.leases == 0
        && let Some(view) = view.as_object_mut()
    {
        view.remove("deploymentCount");
        view.remove("leaseCount");
    }
    view
}

fn stock_view(stock: Stock) -> Value {
    json!({ "active": stock.active, "available": stock.available(), "pending": 0, "total": stock.total })
}

fn stats(provider: &Provider) -> Value {
    json!({
        "cpu": stock_view(provider.cpu),
        "gpu": stock_view(provider.gpu_stock(|_| true)),
        "memory": stock_view(provider.memory),
        "storage": {
            "ephemeral": stock_view(provider.ephemeral),
            "persistent": stock_view(provider.persistent),
            "total": stock_view(provider.ephemeral + provider.persistent),
        },
    })
}

/// `GET /v1/network-capacity`.
pub(crate) async fn capacity(State(app): State<Arc<App>>) -> Answer {
    app.delay(LatencyClass::Read).await;
    ok(app.read(|world| {
        let online = || world.providers.iter().filter(|provider| !provider.dark);
        let sum = |of: fn(&Provider) -> Stock| online().map(of).sum::<Stock>();
        let (ephemeral, persistent) = (
            sum(|provider| provider.ephemeral),
            sum(|provider| provider.persistent),
        );
        json!({
            "activeProviderCount": online().count(),
            "resources": {
                "cpu": stock_view(sum(|provider| provider.cpu)),
                "gpu": stock_view(sum(|provider| provider.gpu_stock(|_| true))),
                "memory": stock_view(sum(|provider| provider.memory)),
                "storage": {
                    "ephemeral": stock_view(ephemeral), "persistent": stock_view(persistent),
                    "total": stock_view(ephemeral + persistent),
                },
            },
        })
    }))
}

/// `GET /v1/auditors`: a constant of the Console.
pub(crate) async fn auditors() -> Answer {
    ok(json!([{
        "id": "akash-network", "name": "Akash Network", "address": CONSOLE_AUDITOR, "website": "https://akash.network",
    }]))
}

/// `GET /v1/provider-regions`.
pub(crate) async fn regions(State(app): State<Arc<App>>) -> Answer {
    app.delay(LatencyClass::Read).await;
    ok(app.read(|world| {
        let mut areas: BTreeMap<&str, Vec<&str>> = LOCATIONS.iter().map(|location| (location.akash_region, Vec::new())).collect();
        for provider in world.providers.iter().filter(|provider| !provider.dark) {
            areas.entry(provider.location().akash_region).or_default().push(&provider.owner);
        }
        areas
            .into_iter()
            .map(|(area, providers)| json!({ "key": area, "description": region_description(area), "providers": providers }))
            .collect()
    }))
}

fn region_description(area: &str) -> String {
    let (continent, direction) = area.split_once('-').unwrap_or((area, ""));
    let continent = match continent {
        "us" => "United States",
        "ca" => "Canada",
        "eu" => "Europe",
        "as" => "Asia",
        "oc" => "Oceania",
        "sa" => "South America",
        other => other,
    };
    format!("{continent} {direction}")
}

/// `GET /v1/provider-attributes-schema`: the attributes that providers can declare.
pub(crate) async fn attributes_schema() -> Answer {
    let text = |key: &str| json!({ "key": key, "type": "string", "required": false, "description": key, "values": null });
    let boolean = |key: &str| json!({ "key": key, "type": "boolean", "required": false, "description": key, "values": null });
    let number = |key: &str| json!({ "key": key, "type": "number", "required": false, "description": key, "values": null });
    let option = |kind: &str, key: &str, values: &[(&str, &str)]| {
        let values: Vec<Value> = values
            .iter()
            .map(|(value, description)| json!({ "key": value, "description": description, "value": value }))
            .collect();
        json!({ "key": key, "type": kind, "required": false, "description": key, "values": values })
    };
    let mut areas: Vec<&str> = LOCATIONS
        .iter()
        .map(|location| location.akash_region)
        .collect();
    areas.sort_unstable();
    areas.dedup();
    let described: Vec<(&str, String)> = areas
        .iter()
        .map(|area| (*area, region_description(area)))
        .collect();
    let areas: Vec<(&str, &str)> = described
        .iter()
        .map(|(area, text)| (*area, text.as_str()))
        .collect();
    let models: Vec<(&str, &str)> = GPUS.iter().map(|kind| (kind.model, kind.display)).collect();
    let disks = [("hdd", "HDD"), ("ssd", "SSD"), ("nvme", "NVMe")];
    ok(json!({
        "host": text("host"),
        "email": text("email"),
        "organization": text("organization"),
        "website": text("website"),
        "status-page": text("status-page"),
        "location-region": option("option", "location-region", &areas),
        "country": text("country"),
        "city": text("city"),
        "timezone": text("timezone"),
        "location-type": option("option", "location-type", &[("datacenter", "Datacenter"), ("colo", "Colocation"), ("home", "Home"), ("office", "Office")]),
        "hosting-provider": text("hosting-provider"),
        "hardware-cpu": option("option", "hardware-cpu", &[("intel", "Intel"), ("amd", "AMD"), ("arm", "ARM")]),
        "hardware-cpu-arch": option("option", "hardware-cpu-arch", &[("x86-64", "x86-64"), ("arm64", "ARM64")]),
        "hardware-gpu": option("option", "hardware-gpu", &[("nvidia", "Nvidia"), ("amd", "AMD")]),
        "hardware-gpu-model": option("multiple-option", "hardware-gpu-model", &models),
        "hardware-disk": option("multiple-option", "hardware-disk", &disks),
        "hardware-memory": option("option", "hardware-memory", &[("ddr4", "DDR4"), ("ddr5ecc", "DDR5 ECC")]),
        "feat-persistent-storage": boolean("feat-persistent-storage"),
        "feat-persistent-storage-type": option("multiple-option", "feat-persistent-storage-type", &disks),
        "network-provider": text("network-provider"),
        "network-speed-up": number("network-speed-up"),
        "network-speed-down": number("network-speed-down"),
        "tier": option("option", "tier", &[("community", "Community"), ("premium", "Premium")]),
        "feat-endpoint-custom-domain": boolean("feat-endpoint-custom-domain"),
        "workload-support-chia": boolean("workload-support-chia"),
        "workload-support-chia-capabilities": option("multiple-option", "workload-support-chia-capabilities", &[("bladebit", "Bladebit")]),
        "feat-endpoint-ip": boolean("feat-endpoint-ip"),
    }))
}
