//! Generates the providers of a world from its seed.

use std::collections::{BTreeMap, BTreeSet};

use super::{CONSOLE_AUDITOR, GpuStock, Provider, Stock};
use crate::{
    catalogue::{GPUS, LOCATIONS},
    rng::SeededRng,
};

const GIB: u64 = 1 << 30;

/// The number of providers in a world.
const PROVIDERS: usize = 60;

const FIRST: [&str; 20] = [
    "north", "river", "granite", "cinder", "polar", "harbor", "juniper", "quiet", "copper",
    "lumen", "fjord", "prairie", "orbit", "maple", "delta", "basalt", "coral", "ember", "tundra",
    "willow",
];
const SECOND: [&str; 12] = [
    "rack", "forge", "grid", "compute", "node", "cloud", "byte", "host", "stack", "cores", "metal",
    "cell",
];
const LEGAL: [&str; 6] = ["Ltd", "GmbH", "LLC", "Labs", "Collective", "Oy"];

/// Generates the providers of a world at a height. Each has its own random numbers, so that a change to one provider
/// does not affect the others.
pub(crate) fn providers(seed: u64, height: u64) -> Vec<Provider> {
    let mut names = SeededRng::new(seed, "names");
    let mut taken = BTreeSet::new();
    (0..PROVIDERS)
        .map(|number| {
            let (first, second) = loop {
                let first = names.pick(&FIRST).copied().unwrap_or("north");
                let second = names.pick(&SECOND).copied().unwrap_or("rack");
                if taken.insert((first, second)) {
                    break (first, second);
                }
            };
            provider(seed, height, number, first, second)
        })
        .collect()
}

fn provider(seed: u64, height: u64, number: usize, first: &str, second: &str) -> Provider {
    let mut rng = SeededRng::new(seed, &format!("provider {number}"));
    // The number decides the kind of provider, so that every world has all kinds.
    let dark = number == 17;
    let audited = number % 6 != 5;
    let other_auditor = number % 12 == 11;
    let has_gpus = number % 5 < 2;
    let shaky = number % 10 == 3;
    let big = rng.percent(30);

    let name = format!("{first}{second}");
    let organization = format!(
        "{}{} {}",
        capital(first),
        capital(second),
        rng.pick(&LEGAL).copied().unwrap_or("")
    );
    let domain = format!("{name}.example");
    let location = rng.index(LOCATIONS.len());

    let cores = if big {
        rng.between(256, 1024)
    } else {
        rng.between(24, 192)
    };
    let used = rng.between(10, 75);
    let stock = |total: u64, used: u64| Stock {
        active: total / 100 * used,
        total,
    };
    let gpus = if has_gpus {
        gpus(&mut rng, number)
    } else {
        Vec::new()
    };
    let classes: Vec<String> = match rng.between(1, 4) {
        1 => Vec::new(),
        2 => vec!["beta2".to_owned()],
        3 => vec!["beta3".to_owned()],
        _ => vec!["beta2".to_owned(), "beta3".to_owned()],
    };
    let ip_leases = rng.percent(40);
    let persistent = if classes.is_empty() {
        0
    } else {
        rng.between(1, 40) * 1024 * GIB
    };

    let uptime = if dark {
        [0, 4_200, 8_100]
    } else if shaky {
        let day = rng.between(8_700, 9_500);
        [day, rng.between(9_000, 9_600), rng.between(9_200, 9_800)].map(|share| share as u32)
    } else {
        let month = rng.between(9_930, 10_000);
        [10_000, rng.between(month, 10_000), month].map(|share| share as u32)
    };

    let mut provider = Provider {
        owner: rng.address(),
        name,
        organization,
        domain,
        location,
        attributes: BTreeMap::new(),
        auditors: Vec::new(),
        gateway: None,
        dark,
        uptime,
        price_percent: rng.between(88, 215) as u32,
        cpu: stock(cores * 1000, used),
        memory: stock(cores * rng.between(2, 6) * GIB, used),
        ephemeral: stock(cores * rng.between(8, 30) * GIB, used / 2),
        persistent: stock(persistent, used / 3),
        classes,
        gpus,
        ip_leases,
        leases: rng.between(0, if big { 140 } else { 30 }),
        created: height.saturating_sub(rng.between(40_000, 9_000_000)),
    };
    provider.attributes = attributes(&provider, &mut rng);
    if audited {
        provider.auditors.push(CONSOLE_AUDITOR.to_owned());
    } else if other_auditor {
        provider
            .auditors
            .push(SeededRng::new(seed, "another auditor").address());
    }
    provider
}

fn gpus(rng: &mut SeededRng, number: usize) -> Vec<GpuStock> {
    // The number decides the first model, so that each model exists somewhere. There may be a second one.
    let first = (number * 7 / 5) % GPUS.len();
    let second = rng.index(GPUS.len());
    let mut kinds = vec![first];
    if second != first && rng.percent(40) {
        kinds.push(second);
    }
    kinds
        .into_iter()
        .map(|kind| {
            let total = rng.between(1, 4) * if GPUS[kind].interface == "sxm" { 8 } else { 4 };
            GpuStock {
                kind,
                stock: Stock {
                    active: rng.between(0, total * 3 / 4),
                    total,
                },
            }
        })
        .collect()
}

fn attributes(provider: &Provider, rng: &mut SeededRng) -> BTreeMap<String, String> {
    let location = provider.location();
    let mut attributes = BTreeMap::new();
    let mut set = |key: &str, value: &str| {
        attributes.insert(key.to_owned(), value.to_owned());
    };
    set("host", "akash");
    set("tier", "community");
    set("organization", &provider.organization);
    set("region", location.akash_region);
    set("location-region", location.akash_region);
    set("country", location.code);
    set("city", location.city);
    set("timezone", location.timezone);
    set(
        "location-type",
        if rng.percent(70) {
            "datacenter"
        } else {
            "office"
        },
    );
    set("hosting-provider", &capital(&provider.name));
    set("network-provider", "Interlink Transit");
    set(
        "network-speed-up",
        &rng.between(1, 10).saturating_mul(1000).to_string(),
    );
    set(
        "network-speed-down",
        &rng.between(1, 10).saturating_mul(1000).to_string(),
    );
    set(
        "hardware-cpu",
        if rng.percent(60) { "amd" } else { "intel" },
    );
    set("hardware-cpu-arch", "x86-64");
    set(
        "hardware-memory",
        if rng.percent(60) { "ddr4" } else { "ddr5ecc" },
    );
    set(
        "hardware-disk",
        if rng.percent(60) { "nvme" } else { "ssd" },
    );
    set("email", &format!("support@{}", provider.domain));
    set("website", &format!("https://{}", provider.domain));
    set(
        "status-page",
        &format!("https://status.{}", provider.domain),
    );
    set("feat-endpoint-custom-domain", "true");
    set(
        "feat-endpoint-ip",
        if provider.ip_leases { "true" } else { "false" },
    );
    set(
        "feat-persistent-storage",
        if provider.classes.is_empty() {
            "false"
        } else {
            "true"
        },
    );
    for (number, class) in (1..).zip(&provider.classes) {
        set(&format!("capabilities/storage/{number}/class"), class);
        set(&format!("capabilities/storage/{number}/persistent"), "true");
        set(
            "feat-persistent-storage-type",
            if class == "beta3" { "nvme" } else { "ssd" },
        );
    }
    for gpu in &provider.gpus {
        let kind = gpu.kind();
        set("capabilities/gpu", "nvidia");
        set("hardware-gpu", "nvidia");
        let key = format!("capabilities/gpu/vendor/nvidia/model/{}", kind.model);
        set(&format!("{key}/ram/{}", kind.ram), "true");
        set(&format!("{key}/interface/{}", kind.interface), "true");
        set(&key, "true");
        set("hardware-gpu-model", kind.model);
    }
    attributes
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_ascii_uppercase().to_string() + letters.as_str()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_world_has_every_kind_of_provider() {
        for seed in 0..20 {
            let providers = providers(seed, 27_000_000);
            assert_eq!(providers.len(), PROVIDERS);
            assert_eq!(providers.iter().filter(|provider| provider.dark).count(), 1);
            assert!(
                providers
                    .iter()
                    .filter(|provider| !provider.is_audited())
                    .count()
                    >= 5
            );
            assert!(
                providers
                    .iter()
                    .any(|provider| provider.uptime[1] < 9_700 && !provider.dark)
            );
            for (kind, gpu) in GPUS.iter().enumerate() {
                let has = |provider: &Provider| {
                    provider.is_audited()
                        && !provider.dark
                        && provider.gpus.iter().any(|gpu| gpu.kind == kind)
                };
                assert!(
                    providers.iter().any(has),
                    "seed {seed}: nobody has {}",
                    gpu.model
                );
            }
            let mut owners: Vec<_> = providers.iter().map(|provider| &provider.owner).collect();
            owners.sort();
            owners.dedup();
            assert_eq!(owners.len(), PROVIDERS);
        }
    }
}
