//! Words for requirements: what the file asks, and what a button would ask instead.

use akash_sdl::{GpuModel, Instead, Requirement};

use crate::present::words;
use crate::screening::Subject;

/// What the file asks, as a heading: `Region us-west`.
pub(crate) fn asks(what: &Requirement) -> String {
    match what {
        Requirement::Attribute { key, value } if key == "region" => format!("Region {value}"),
        Requirement::Attribute { key, value } => format!("`{key}` is {value}"),
        Requirement::SignedBy { .. } => "Auditors named in the file".into(),
        Requirement::Reclamation { window } => format!("{window} of notice"),
        Requirement::Tee { tee, .. } => format!("A trusted environment ({tee})"),
        Requirement::GpuModels { units, models, .. } => format!("{units} × {}", gpus(models)),
        Requirement::GpuUnits { units, .. } => format!("{units} GPUs in one container"),
        Requirement::Cpu { milli, .. } => words::cpu(*milli),
        Requirement::Memory { bytes, .. } => format!("{} memory", words::bytes(*bytes)),
        Requirement::Disk {
            volume,
            bytes,
            persistent,
            ..
        } => format!("{} {}", words::bytes(*bytes), disk(volume, *persistent)),
        Requirement::StorageClass { volume, class, .. } => {
            format!("Volume “{volume}” of class {class}")
        }
        Requirement::Persistent { volume, .. } => {
            format!("Volume “{volume}” survives restarts")
        }
        Requirement::Price { .. } => "The most it may cost".into(),
        Requirement::Replicas { service, count } => format!("{count} copies of “{service}”"),
        Requirement::LeasedIp { service, .. } => {
            format!("A leased IP address for “{service}”")
        }
    }
}

/// The change, for a button: `Any region`.
pub(crate) fn label(what: &Requirement, instead: &Instead) -> String {
    match (what, instead) {
        (Requirement::Attribute { key, .. }, _) if key == "region" => "Any region".into(),
        (Requirement::Attribute { key, .. }, _) => format!("Without `{key}`"),
        (Requirement::SignedBy { .. }, _) => "Any audited provider".into(),
        (Requirement::Reclamation { .. }, _) => "Without notice".into(),
        (Requirement::Tee { .. }, _) => "Without a trusted environment".into(),
        (Requirement::GpuModels { .. }, Instead::Models(models)) => {
            format!("Also {}", gpus(models))
        }
        (Requirement::GpuModels { .. }, _) => "Any GPU model".into(),
        (Requirement::GpuUnits { .. }, Instead::Amount(units)) => {
            words::count(*units as usize, "GPU")
        }
        (Requirement::GpuUnits { .. }, _) => "1 GPU".into(),
        (Requirement::Cpu { .. }, Instead::Amount(milli)) => words::cpu(*milli),
        (Requirement::Memory { .. }, Instead::Amount(bytes)) => {
            format!("{} memory", words::bytes(*bytes))
        }
        (
            Requirement::Disk {
                volume, persistent, ..
            },
            Instead::Amount(bytes),
        ) => format!("{} {}", words::bytes(*bytes), disk(volume, *persistent)),
        (Requirement::StorageClass { volume, .. }, Instead::Class(class)) => {
            format!("Volume “{volume}” of class {class}")
        }
        (Requirement::StorageClass { volume, .. } | Requirement::Persistent { volume, .. }, _) => {
            format!("“{volume}” as an ordinary folder")
        }
        (Requirement::Replicas { service, .. }, Instead::Amount(count)) => {
            format!("{} of “{service}”", copies(*count))
        }
        (Requirement::Replicas { service, .. }, _) => format!("1 copy of “{service}”"),
        (Requirement::LeasedIp { .. }, _) => "Without a leased IP address".into(),
        (Requirement::Cpu { .. }, _) => "Less CPU".into(),
        (Requirement::Memory { .. }, _) => "Less memory".into(),
        (Requirement::Disk { volume, .. }, _) => format!("A smaller “{volume}”"),
        (Requirement::Price { .. }, _) => "A higher limit".into(),
    }
}

/// What is lost by it, where the button does not say it.
pub(crate) fn about(what: &Requirement, instead: &Instead) -> Option<String> {
    match (what, instead) {
        (Requirement::Persistent { .. }, _) | (Requirement::StorageClass { .. }, Instead::Drop) => {
            Some("Its content is then lost at every restart.".into())
        }
        (Requirement::SignedBy { .. }, _) => {
            Some("Akash’s own auditor must still have signed it.".into())
        }
        (Requirement::LeasedIp { .. }, _) => {
            Some("The provider then chooses its port numbers.".into())
        }
        (Requirement::GpuModels { units, .. }, Instead::Drop) if *units > 0 => {
            Some("Prices differ widely between models.".into())
        }
        _ => None,
    }
}

/// The compute profile that a requirement is of.
pub(crate) fn profile(what: &Requirement) -> Option<&str> {
    match what {
        Requirement::GpuModels { profile, .. }
        | Requirement::GpuUnits { profile, .. }
        | Requirement::Cpu { profile, .. }
        | Requirement::Memory { profile, .. }
        | Requirement::Disk { profile, .. }
        | Requirement::StorageClass { profile, .. }
        | Requirement::Persistent { profile, .. }
        | Requirement::Price { profile, .. } => Some(profile),
        _ => None,
    }
}

/// How many fit of how many, where that is known.
pub(crate) fn count(of: Subject, fits: usize, providers: Option<usize>) -> String {
    let all = providers.map(|all| format!(" of {}", words::count(all.max(fits), "provider")));
    let who = match all {
        Some(all) => format!("{fits}{all}"),
        None => words::count(fits, "provider"),
    };
    match of {
        Subject::Record(_) if fits > 0 => format!("{who} could run this, but none bid."),
        _ => format!("{who} could run this."),
    }
}

/// Said of a group whose GPUs a trial does not include.
pub(crate) const NOT_ON_TRIAL: &str = "A trial includes none of the GPUs in this file.";

/// Nobody fits, and no requirement by itself is why.
pub(crate) fn together(providers: Option<usize>) -> String {
    let who = nobody_of(providers);
    format!(
        "{who}: several requirements together rule out every provider. No single change is enough."
    )
}

/// Nobody fits, and a requirement by itself is why.
pub(crate) fn nobody(providers: Option<usize>, what: &Requirement) -> String {
    format!("{}: {}.", nobody_of(providers), lacks(what))
}

fn nobody_of(providers: Option<usize>) -> String {
    match providers {
        Some(all) => format!("0 of {}", words::count(all, "provider")),
        None => "No provider fits".into(),
    }
}

fn lacks(what: &Requirement) -> String {
    let has = |what: String| format!("none that fits the rest has {what}");
    match what {
        Requirement::Attribute { key, value } if key == "region" => {
            format!("none in {value} fits the rest")
        }
        Requirement::Attribute { key, value } => {
            format!("none that fits the rest says that `{key}` is {value}")
        }
        Requirement::SignedBy { .. } => {
            "none that fits the rest is signed by the auditors that the file names".into()
        }
        Requirement::Reclamation { window } => {
            format!("none that fits the rest gives {window} of notice")
        }
        Requirement::Tee { .. } => has("such a trusted environment".into()),
        Requirement::GpuModels {
            units: 1, models, ..
        } => has(format!("a free {}", gpus(models))),
        Requirement::GpuModels { units, models, .. } => {
            has(format!("{units} free {}", gpus(models)))
        }
        Requirement::GpuUnits { units, .. } => has(format!("{units} such GPUs free")),
        Requirement::Cpu { milli, .. } => has(format!("{} free", words::cpu(*milli))),
        Requirement::Memory { bytes, .. } => has(format!("{} memory free", words::bytes(*bytes))),
        Requirement::Disk {
            bytes, persistent, ..
        } => {
            let kind = if *persistent { "for volumes" } else { "disk" };
            has(format!("{} {kind} free", words::bytes(*bytes)))
        }
        Requirement::StorageClass { class, .. } => has(format!("volumes of class {class}")),
        Requirement::Persistent { .. } => has("volumes that survive restarts".into()),
        Requirement::Price { .. } => "the limit is too low".into(),
        Requirement::Replicas { count, .. } => has(format!("room for {count} copies")),
        Requirement::LeasedIp { .. } => has("IP addresses to lease".into()),
    }
}

fn copies(count: u64) -> String {
    if count == 1 {
        "1 copy".into()
    } else {
        format!("{count} copies")
    }
}

fn disk(volume: &str, persistent: bool) -> String {
    match (volume, persistent) {
        ("default", false) => "disk".into(),
        (name, false) => format!("disk “{name}”"),
        (name, true) => format!("volume “{name}”"),
    }
}

/// `rtx4090 24 GiB or a100`.
fn gpus(models: &[GpuModel]) -> String {
    let mut names: Vec<String> = models
        .iter()
        .take(4)
        .map(|gpu| {
            let model = if gpu.model == "*" { "GPU" } else { &gpu.model };
            let ram = gpu.ram.as_deref().map(words::ram);
            let parts = [Some(model), ram.as_deref(), gpu.interface.as_deref()];
            parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
        })
        .collect();
    if models.len() > names.len() {
        names.push(format!("{} more", models.len() - names.len()));
    }
    names.join(" or ")
}
