//! Words for requirements: what the file asks, and what a button would ask instead.

use akash_sdl::{GpuModel, Instead, Requirement};

use crate::words;

/// What the file asks, as a heading: `Region us-west`.
pub(super) fn asks(what: &Requirement) -> String {
    match what {
        Requirement::Attribute { key, value } if is_region(key) => format!("Region {value}"),
        Requirement::Attribute { key, value } => format!("`{key}` is {value}"),
        Requirement::SignedBy { .. } => "Auditors of the file’s own".into(),
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
            format!("Volume “{volume}” outlives a restart")
        }
        Requirement::Price { .. } => "The most it may cost".into(),
        Requirement::Replicas { service, count } => format!("{count} copies of “{service}”"),
        Requirement::LeasedIp { service, .. } => {
            format!("An IP address of its own for “{service}”")
        }
    }
}

/// The change, for a button: `Any region`.
pub(super) fn label(what: &Requirement, instead: &Instead) -> String {
    match (what, instead) {
        (Requirement::Attribute { key, .. }, _) if is_region(key) => "Any region".into(),
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
        (Requirement::LeasedIp { .. }, _) => "Without an IP address of its own".into(),
        (Requirement::Cpu { .. }, _) => "Less CPU".into(),
        (Requirement::Memory { .. }, _) => "Less memory".into(),
        (Requirement::Disk { volume, .. }, _) => format!("A smaller “{volume}”"),
        (Requirement::Price { .. }, _) => "A higher limit".into(),
    }
}

/// What is lost by it, where the button does not say it.
pub(super) fn about(what: &Requirement, instead: &Instead) -> Option<String> {
    match (what, instead) {
        (Requirement::Persistent { .. }, _) | (Requirement::StorageClass { .. }, Instead::Drop) => {
            Some("What is in it is then lost with every restart.".into())
        }
        (Requirement::SignedBy { .. }, _) => {
            Some("Akash’s own auditor has to have signed it all the same.".into())
        }
        (Requirement::LeasedIp { .. }, _) => {
            Some("Its ports then get numbers that the provider chooses.".into())
        }
        (Requirement::GpuModels { units, .. }, Instead::Drop) if *units > 0 => {
            Some("What it costs differs much between models.".into())
        }
        _ => None,
    }
}

/// Why nobody fits, behind "0 of 61 providers: ".
pub(super) fn nobody(what: &Requirement) -> String {
    match what {
        Requirement::Attribute { key, value } if is_region(key) => {
            format!("none in {value} fits the rest")
        }
        Requirement::Attribute { key, value } => format!("none says that `{key}` is {value}"),
        Requirement::SignedBy { .. } => "none is signed by the auditors that the file names".into(),
        Requirement::Reclamation { window } => format!("none gives {window} of notice"),
        Requirement::Tee { .. } => "none has such a trusted environment".into(),
        Requirement::GpuModels {
            units: 1, models, ..
        } => format!("none has a free {}", gpus(models)),
        Requirement::GpuModels { units, models, .. } => {
            format!("none has {units} free {}", gpus(models))
        }
        Requirement::GpuUnits { units, .. } => format!("none has {units} such GPUs free"),
        Requirement::Cpu { milli, .. } => format!("none has {} free", words::cpu(*milli)),
        Requirement::Memory { bytes, .. } => {
            format!("none has {} memory free", words::bytes(*bytes))
        }
        Requirement::Disk {
            bytes, persistent, ..
        } => {
            let kind = if *persistent { "for volumes" } else { "disk" };
            format!("none has {} {kind} free", words::bytes(*bytes))
        }
        Requirement::StorageClass { class, .. } => format!("none has volumes of class {class}"),
        Requirement::Persistent { .. } => "none has volumes that outlive a restart".into(),
        Requirement::Price { .. } => "the limit is too low".into(),
        Requirement::Replicas { count, .. } => format!("none has room for {count} copies"),
        Requirement::LeasedIp { .. } => "none leases IP addresses".into(),
    }
}

pub(super) fn is_region(key: &str) -> bool {
    matches!(key, "region" | "location-region")
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

/// `rtx4090 24Gi or a100`.
fn gpus(models: &[GpuModel]) -> String {
    let mut names: Vec<String> = models
        .iter()
        .take(4)
        .map(|gpu| {
            let model = if gpu.model == "*" { "GPU" } else { &gpu.model };
            let parts = [Some(model), gpu.ram.as_deref(), gpu.interface.as_deref()];
            parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
        })
        .collect();
    if models.len() > names.len() {
        names.push(format!("{} more", models.len() - names.len()));
    }
    names.join(" or ")
}
