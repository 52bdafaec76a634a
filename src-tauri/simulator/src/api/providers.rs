//! Providers, what they declare, and what all of them have together.

use std::{collections::BTreeMap, sync::Arc};

use axum::extract::{Path, State};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{Answer, gate::Query, ok, wallet::number};
use crate::{
    app::{App, Pace},
    error::Error,
    time::{iso, later},
    world::{
        World,
        catalogue::{GPUS, GpuKind, PLACES},
        providers::{CONSOLE_AUDITOR, Provider, Stock},
    },
};

/// GET `/v1/providers`.
pub(crate) async fn list(State(app): State<Arc<App>>, query: Query) -> Answer {
    app.pause(Pace::Read).await;
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

/// GET `/v1/providers/{address}`.
pub(crate) async fn one(State(app): State<Arc<App>>, Path(address): Path<String>) -> Answer {
    app.pause(Pace::Read).await;
    let view = app.read(|world| {
        let provider = world.provider(&address)?;
        let mut view = view(world, provider);
        view["uptime"] = checks(world, provider);
        Some(view)
    });
    ok(view.ok_or_else(|| Error::text(404, "Provider not found."))?)
}

/// The checks of the last day, every quarter of an hour.
fn checks(world: &World, provider: &Provider) -> Value {
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
    let place = provider.place();
    let said = |key: &str| provider.attributes.get(key).cloned();
    let fraction = |share: u32| number(Decimal::new(share.into(), 4));
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
        said(key)
            .and_then(|text| text.parse::<u64>().ok())
            .unwrap_or_default()
    };
    let mut view = json!({
        "owner": provider.owner,
        "name": online.then_some(&provider.name),
        "hostUri": provider.host_uri(),
        "createdHeight": provider.created,
        "email": said("email"),
        "website": said("website"),
        "lastCheckDate": checked,
        "deploymentCount": provider.leases,
        "leaseCount": provider.leases,
        "cosmosSdkVersion": online.then_some("v0.53.4"),
        "akashVersion": online.then_some("v0.10.5"),
        "ipRegion": place.region,
        "ipRegionCode": place.region_code,
        "ipCountry": place.country,
        "ipCountryCode": place.code,
        "ipLat": place.lat,
        "ipLon": place.lon,
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
        "host": said("host"),
        "organization": said("organization"),
        "statusPage": said("status-page"),
        "locationRegion": said("location-region"),
        "country": said("country"),
        "city": said("city"),
        "timezone": said("timezone"),
        "locationType": said("location-type"),
        "hostingProvider": said("hosting-provider"),
        "hardwareCpu": said("hardware-cpu"),
        "hardwareCpuArch": said("hardware-cpu-arch"),
        "hardwareGpuVendor": said("hardware-gpu"),
        "hardwareGpuModels": provider.gpus.iter().map(|gpu| gpu.kind().model).collect::<Vec<_>>(),
        "hardwareDisk": said("hardware-disk").into_iter().collect::<Vec<_>>(),
        "featPersistentStorage": !provider.classes.is_empty(),
        "featPersistentStorageType": classes,
        "hardwareMemory": said("hardware-memory"),
        "networkProvider": said("network-provider"),
        "networkSpeedDown": speed("network-speed-down"),
        "networkSpeedUp": speed("network-speed-up"),
        "tier": said("tier"),
        "featEndpointCustomDomain": true,
        "workloadSupportChia": false,
        "workloadSupportChiaCapabilities": [],
        "featEndpointIp": provider.ip_leases,
    });
    // Providers without leases have no such numbers.
    if provider.leases == 0
        && let Some(view) = view.as_object_mut()
    {
        view.remove("deploymentCount");
        view.remove("leaseCount");
    }
    view
}

fn amounts(stock: Stock) -> Value {
    json!({ "active": stock.active, "available": stock.available(), "pending": 0, "total": stock.total })
}

fn stats(provider: &Provider) -> Value {
    json!({
        "cpu": amounts(provider.cpu),
        "gpu": amounts(gpus_of(provider, |_| true)),
        "memory": amounts(provider.memory),
        "storage": {
            "ephemeral": amounts(provider.ephemeral),
            "persistent": amounts(provider.persistent),
            "total": amounts(add(provider.ephemeral, provider.persistent)),
        },
    })
}

fn add(one: Stock, other: Stock) -> Stock {
    Stock {
        active: one.active + other.active,
        total: one.total + other.total,
    }
}

fn gpus_of(provider: &Provider, which: impl Fn(usize) -> bool) -> Stock {
    let gpus = provider.gpus.iter().filter(|gpu| which(gpu.kind));
    gpus.map(|gpu| gpu.stock).fold(Stock::default(), add)
}

/// GET `/v1/network-capacity`.
pub(crate) async fn capacity(State(app): State<Arc<App>>) -> Answer {
    app.pause(Pace::Read).await;
    ok(app.read(|world| {
        let online = || world.providers.iter().filter(|provider| !provider.dark);
        let sum = |of: fn(&Provider) -> Stock| online().map(of).fold(Stock::default(), add);
        let (ephemeral, persistent) = (
            sum(|provider| provider.ephemeral),
            sum(|provider| provider.persistent),
        );
        json!({
            "activeProviderCount": online().count(),
            "resources": {
                "cpu": amounts(sum(|provider| provider.cpu)),
                "gpu": amounts(sum(|provider| gpus_of(provider, |_| true))),
                "memory": amounts(sum(|provider| provider.memory)),
                "storage": {
                    "ephemeral": amounts(ephemeral), "persistent": amounts(persistent),
                    "total": amounts(add(ephemeral, persistent)),
                },
            },
        })
    }))
}

/// GET `/v1/auditors`: the list is a constant of the Console.
pub(crate) async fn auditors() -> Answer {
    ok(json!([{
        "id": "akash-network", "name": "Akash Network", "address": CONSOLE_AUDITOR, "website": "https://akash.network",
    }]))
}

/// GET `/v1/provider-regions`.
pub(crate) async fn regions(State(app): State<Arc<App>>) -> Answer {
    app.pause(Pace::Read).await;
    ok(app.read(|world| {
        let mut areas: BTreeMap<&str, Vec<&str>> = PLACES.iter().map(|place| (place.area, Vec::new())).collect();
        for provider in world.providers.iter().filter(|provider| !provider.dark) {
            areas.entry(provider.place().area).or_default().push(&provider.owner);
        }
        areas
            .into_iter()
            .map(|(area, providers)| json!({ "key": area, "description": described(area), "providers": providers }))
            .collect()
    }))
}

fn described(area: &str) -> String {
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

/// GET `/v1/provider-attributes-schema`: what providers may declare.
pub(crate) async fn attributes_schema() -> Answer {
    let text = |key: &str| json!({ "key": key, "type": "string", "required": false, "description": key, "values": null });
    let truth = |key: &str| json!({ "key": key, "type": "boolean", "required": false, "description": key, "values": null });
    let number = |key: &str| json!({ "key": key, "type": "number", "required": false, "description": key, "values": null });
    let option = |kind: &str, key: &str, values: &[(&str, &str)]| {
        let values: Vec<Value> = values
            .iter()
            .map(|(value, description)| json!({ "key": value, "description": description, "value": value }))
            .collect();
        json!({ "key": key, "type": kind, "required": false, "description": key, "values": values })
    };
    let mut areas: Vec<&str> = PLACES.iter().map(|place| place.area).collect();
    areas.sort_unstable();
    areas.dedup();
    let described: Vec<(&str, String)> =
        areas.iter().map(|area| (*area, described(area))).collect();
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
        "feat-persistent-storage": truth("feat-persistent-storage"),
        "feat-persistent-storage-type": option("multiple-option", "feat-persistent-storage-type", &disks),
        "network-provider": text("network-provider"),
        "network-speed-up": number("network-speed-up"),
        "network-speed-down": number("network-speed-down"),
        "tier": option("option", "tier", &[("community", "Community"), ("premium", "Premium")]),
        "feat-endpoint-custom-domain": truth("feat-endpoint-custom-domain"),
        "workload-support-chia": truth("workload-support-chia"),
        "workload-support-chia-capabilities": option("multiple-option", "workload-support-chia-capabilities", &[("bladebit", "Bladebit")]),
        "feat-endpoint-ip": truth("feat-endpoint-ip"),
    }))
}

/// Prices of a kind of GPU at the providers that have it, in thousandths of a USD per hour.
fn asked(world: &World, kind: usize) -> Vec<u64> {
    let has =
        |provider: &&Provider| !provider.dark && provider.gpus.iter().any(|gpu| gpu.kind == kind);
    let rate = |kind: &GpuKind, provider: &Provider| {
        u64::from(kind.milli_usd_per_hour) * u64::from(provider.dearness) / 100
    };
    let mut asked: Vec<u64> = world
        .providers
        .iter()
        .filter(has)
        .map(|provider| rate(&GPUS[kind], provider))
        .collect();
    asked.sort_unstable();
    asked
}

/// GET `/v1/gpu-prices`: USD per hour.
pub(crate) async fn gpu_prices(State(app): State<Arc<App>>) -> Answer {
    app.pause(Pace::Read).await;
    ok(app.read(|world| {
        let online = || world.providers.iter().filter(|provider| !provider.dark);
        let availability = |stock: Stock| json!({ "total": stock.total, "available": stock.available() });
        let all = online().map(|provider| gpus_of(provider, |_| true)).fold(Stock::default(), add);
        let models: Vec<Value> = GPUS
            .iter()
            .enumerate()
            .map(|(index, kind)| {
                let stock = online().map(|provider| gpus_of(provider, |other| other == index)).fold(Stock::default(), add);
                let has = online().filter(|provider| gpus_of(provider, |other| other == index).total > 0);
                let free = has.clone().filter(|provider| gpus_of(provider, |other| other == index).available() > 0);
                let asked = asked(world, index);
                let usd = |milli: u64| number(Decimal::from(milli) / Decimal::from(1_000));
                let price = asked.first().zip(asked.last()).map(|(min, max)| {
                    let average = asked.iter().sum::<u64>() / asked.len() as u64;
                    json!({
                        "currency": "USD", "min": usd(*min), "max": usd(*max), "avg": usd(average),
                        "weightedAverage": usd(average), "med": usd(asked[asked.len() / 2]),
                    })
                });
                json!({
                    "vendor": "nvidia", "model": kind.model, "ram": kind.ram, "interface": kind.interface,
                    "availability": availability(stock),
                    "providerAvailability": { "total": has.count(), "available": free.count() },
                    "price": price,
                })
            })
            .collect();
        json!({ "availability": availability(all), "models": models })
    }))
}

/// GET `/v1/gpu-models`.
pub(crate) async fn gpu_models(State(app): State<Arc<App>>) -> Answer {
    app.pause(Pace::Read).await;
    let models: Vec<Value> = GPUS
        .iter()
        .map(|kind| {
            json!({
                "name": kind.model, "displayName": kind.display, "memory": [kind.ram], "interface": [kind.interface],
            })
        })
        .collect();
    ok(json!([{ "name": "nvidia", "displayName": "NVIDIA", "models": models }]))
}

/// GET `/v1/gpu`.
pub(crate) async fn gpus(State(app): State<Arc<App>>, query: Query) -> Answer {
    app.pause(Pace::Read).await;
    ok(app.read(|world| {
        let counts =
            |stock: Stock| json!({ "allocatable": stock.total, "allocated": stock.active });
        let wanted = |index: usize| {
            let kind = &GPUS[index];
            query.get("vendor").is_none_or(|vendor| vendor == "nvidia")
                && query.get("model").is_none_or(|model| model == kind.model)
                && query.get("memory_size").is_none_or(|ram| ram == kind.ram)
        };
        let providers = || {
            let one = query.get("provider");
            world.providers.iter().filter(move |provider| {
                !provider.dark
                    && one.is_none_or(|one| one == provider.owner || one == provider.host_uri())
            })
        };
        let sum = |index: usize| {
            providers()
                .map(|provider| gpus_of(provider, |other| other == index))
                .fold(Stock::default(), add)
        };
        let mut total = Stock::default();
        let mut details = Vec::new();
        for (index, kind) in GPUS.iter().enumerate().filter(|(index, _)| wanted(*index)) {
            let stock = sum(index);
            total = add(total, stock);
            let mut detail = counts(stock);
            detail["model"] = kind.model.into();
            detail["ram"] = kind.ram.into();
            detail["interface"] = kind.interface.into();
            details.push(detail);
        }
        json!({ "gpus": { "total": counts(total), "details": { "nvidia": details } } })
    }))
}
