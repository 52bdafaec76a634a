//! The providers of the world: who they are, what they have, what they ask for it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    catalogue::{GPUS, GpuKind, PLACES, Place},
    luck::Luck,
};

/// The auditor that the Console demands of every provider it leases from.
pub(crate) const CONSOLE_AUDITOR: &str = "akash1365yvmc4s7awdyj3n2sav7xfx76adc6dnmlx63";

const GIB: u64 = 1 << 30;

/// How many providers a world has.
const PROVIDERS: usize = 60;

/// A provider.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub(crate) struct Provider {
    /// Its address.
    pub(crate) owner: String,
    /// Short name, the first part of its domain.
    pub(crate) name: String,
    /// Who runs it.
    pub(crate) organization: String,
    /// Domain under which everything of it answers. Never one that exists (`.example`).
    pub(crate) domain: String,
    /// Where it is: position in [`PLACES`].
    pub(crate) place: usize,
    /// What it declares, by key; auditors sign all of it.
    pub(crate) attributes: BTreeMap<String, String>,
    /// Who signed it.
    pub(crate) auditors: Vec<String>,
    /// Whether it answers nobody.
    pub(crate) dark: bool,
    /// Share of the time that it answered, in hundredths of a percent: last day, week, month.
    pub(crate) uptime: [u32; 3],
    /// Its prices, in percent of the going rate.
    pub(crate) dearness: u32,
    /// CPU: thousandths of a core in use and in all.
    pub(crate) cpu: Stock,
    /// Memory in bytes.
    pub(crate) memory: Stock,
    /// Ephemeral storage in bytes.
    pub(crate) ephemeral: Stock,
    /// Persistent storage in bytes.
    pub(crate) persistent: Stock,
    /// Classes of persistent storage it has.
    pub(crate) classes: Vec<String>,
    /// GPUs.
    pub(crate) gpus: Vec<GpuStock>,
    /// Whether it leases IP addresses.
    pub(crate) ip_leases: bool,
    /// Leases of other people.
    pub(crate) leases: u64,
    /// Height at which it appeared.
    pub(crate) created: u64,
}

/// How much there is of something, and how much of it others use.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, Default)]
pub(crate) struct Stock {
    /// In use.
    pub(crate) active: u64,
    /// In all.
    pub(crate) total: u64,
}

impl Stock {
    /// What is free.
    pub(crate) fn available(self) -> u64 {
        self.total.saturating_sub(self.active)
    }
}

/// GPUs of one kind.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub(crate) struct GpuStock {
    /// Position in [`GPUS`].
    pub(crate) kind: usize,
    /// How many.
    pub(crate) stock: Stock,
}

impl GpuStock {
    /// What they are.
    pub(crate) fn kind(&self) -> &'static GpuKind {
        GPUS.get(self.kind).unwrap_or(&GPUS[0])
    }
}

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

impl Provider {
    /// Where it is.
    pub(crate) fn place(&self) -> &'static Place {
        PLACES.get(self.place).unwrap_or(&PLACES[0])
    }

    /// The address of its gateway.
    pub(crate) fn host_uri(&self) -> String {
        format!("https://provider.{}:8443", self.domain)
    }

    /// Whether the Console leases from it.
    pub(crate) fn is_audited(&self) -> bool {
        self.auditors
            .iter()
            .any(|auditor| auditor == CONSOLE_AUDITOR)
    }
}

/// Makes the providers of a world. Each is drawn from its own luck, so a change to one leaves the rest.
pub(crate) fn providers(seed: u64, height: u64) -> Vec<Provider> {
    let mut names = Luck::new(seed, "names");
    let mut taken = std::collections::BTreeSet::new();
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
    let mut luck = Luck::new(seed, &format!("provider {number}"));
    // The kinds are dealt out by number, so that every world has all of them.
    let dark = number == 17;
    let audited = number % 6 != 5;
    let other_auditor = number % 12 == 11;
    let has_gpus = number % 5 < 2;
    let shaky = number % 10 == 3;
    let big = luck.percent(30);

    let name = format!("{first}{second}");
    let organization = format!(
        "{}{} {}",
        capital(first),
        capital(second),
        luck.pick(&LEGAL).copied().unwrap_or("")
    );
    let domain = format!("{name}.example");
    let place = luck.index(PLACES.len());

    let cores = if big {
        luck.between(256, 1024)
    } else {
        luck.between(24, 192)
    };
    let used = luck.between(10, 75);
    let stock = |total: u64, used: u64| Stock {
        active: total / 100 * used,
        total,
    };
    let gpus = if has_gpus {
        gpus(&mut luck, number)
    } else {
        Vec::new()
    };
    let classes: Vec<String> = match luck.between(1, 4) {
        1 => Vec::new(),
        2 => vec!["beta2".to_owned()],
        3 => vec!["beta3".to_owned()],
        _ => vec!["beta2".to_owned(), "beta3".to_owned()],
    };
    let ip_leases = luck.percent(40);
    let persistent = if classes.is_empty() {
        0
    } else {
        luck.between(1, 40) * 1024 * GIB
    };

    let uptime = if dark {
        [0, 4_200, 8_100]
    } else if shaky {
        let day = luck.between(8_700, 9_500);
        [day, luck.between(9_000, 9_600), luck.between(9_200, 9_800)].map(|share| share as u32)
    } else {
        let month = luck.between(9_930, 10_000);
        [10_000, luck.between(month, 10_000), month].map(|share| share as u32)
    };

    let mut provider = Provider {
        owner: luck.address(),
        name,
        organization,
        domain,
        place,
        attributes: BTreeMap::new(),
        auditors: Vec::new(),
        dark,
        uptime,
        dearness: luck.between(88, 215) as u32,
        cpu: stock(cores * 1000, used),
        memory: stock(cores * luck.between(2, 6) * GIB, used),
        ephemeral: stock(cores * luck.between(8, 30) * GIB, used / 2),
        persistent: stock(persistent, used / 3),
        classes,
        gpus,
        ip_leases,
        leases: luck.between(0, if big { 140 } else { 30 }),
        created: height.saturating_sub(luck.between(40_000, 9_000_000)),
    };
    provider.attributes = attributes(&provider, &mut luck);
    if audited {
        provider.auditors.push(CONSOLE_AUDITOR.to_owned());
    } else if other_auditor {
        provider
            .auditors
            .push(Luck::new(seed, "another auditor").address());
    }
    provider
}

fn gpus(luck: &mut Luck, number: usize) -> Vec<GpuStock> {
    // One kind by number, so that each exists somewhere, and perhaps another.
    let first = (number * 7 / 5) % GPUS.len();
    let second = luck.index(GPUS.len());
    let mut kinds = vec![first];
    if second != first && luck.percent(40) {
        kinds.push(second);
    }
    kinds
        .into_iter()
        .map(|kind| {
            let total = luck.between(1, 4) * if GPUS[kind].interface == "sxm" { 8 } else { 4 };
            GpuStock {
                kind,
                stock: Stock {
                    active: luck.between(0, total * 3 / 4),
                    total,
                },
            }
        })
        .collect()
}

fn attributes(provider: &Provider, luck: &mut Luck) -> BTreeMap<String, String> {
    let place = provider.place();
    let mut attributes = BTreeMap::new();
    let mut set = |key: &str, value: &str| {
        attributes.insert(key.to_owned(), value.to_owned());
    };
    set("host", "akash");
    set("tier", "community");
    set("organization", &provider.organization);
    set("region", place.area);
    set("location-region", place.area);
    set("country", place.code);
    set("city", place.city);
    set("timezone", place.timezone);
    set(
        "location-type",
        if luck.percent(70) {
            "datacenter"
        } else {
            "office"
        },
    );
    set("hosting-provider", &capital(&provider.name));
    set("network-provider", "Interlink Transit");
    set(
        "network-speed-up",
        &luck.between(1, 10).saturating_mul(1000).to_string(),
    );
    set(
        "network-speed-down",
        &luck.between(1, 10).saturating_mul(1000).to_string(),
    );
    set(
        "hardware-cpu",
        if luck.percent(60) { "amd" } else { "intel" },
    );
    set("hardware-cpu-arch", "x86-64");
    set(
        "hardware-memory",
        if luck.percent(60) { "ddr4" } else { "ddr5ecc" },
    );
    set(
        "hardware-disk",
        if luck.percent(60) { "nvme" } else { "ssd" },
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
