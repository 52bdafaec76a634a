//! Cores, memory and graphics cards.

use crate::convert::notes::{Losses, Note, Noted};
use crate::convert::plan::{Gpu, Service};
use crate::convert::sizes::cores_text;
use crate::convert::syntax::{bytes, cores, scaled};
use crate::convert::value::{Map, Value};

/// Reads what a service may use.
pub(super) fn read(service: &mut Service, map: &Map, losses: &mut Losses) {
    let resources = map.map("deploy").and_then(|deploy| deploy.map("resources"));
    let part = |name: &str, key: &str| {
        resources
            .and_then(|map| map.map(name))
            .and_then(|map| map.text(key))
            .map(|text| (format!("deploy: resources: {name}: {key}: {text}"), text))
    };
    let own = |key: &str| map.text(key).map(|text| (format!("{key}: {text}"), text));
    let quota = own("cpu_quota").and_then(|(from, quota)| {
        let period: u64 = map
            .text("cpu_period")
            .and_then(|text| text.trim().parse().ok())
            .filter(|period| *period > 0)
            .unwrap_or(100_000);
        let quota: u64 = quota.trim().parse().ok().filter(|quota| *quota > 0)?;
        Some((
            from,
            format!("{}m", quota.saturating_mul(1000).div_ceil(period)),
        ))
    });
    let cpu = part("limits", "cpus")
        .or_else(|| own("cpus"))
        .or_else(|| own("cpu_count"))
        .or(quota)
        .or_else(|| part("reservations", "cpus"));
    if let Some((from, text)) = cpu {
        match cores(&text) {
            Some(milli) => {
                service.cpu = Some(Noted::with(
                    milli,
                    Note::sure(from, cores_text(milli), "It is given."),
                ))
            }
            None if text.trim().trim_matches(['0', '.']).is_empty() => {}
            None => losses.minor(
                Some(&service.key),
                from,
                "This is no number of cores.",
                "Write a number such as `0.5`.",
            ),
        }
    }
    let memory = part("limits", "memory")
        .or_else(|| own("mem_limit"))
        .or_else(|| part("reservations", "memory"))
        .or_else(|| own("mem_reservation"));
    if let Some((from, text)) = memory {
        match bytes(&text) {
            Some(bytes) => {
                let whole = bytes.div_ceil(1 << 20).saturating_mul(1 << 20);
                service.memory = Some(Noted::with(
                    whole,
                    Note::sure(from, crate::quantity::size_text(whole), "It is given."),
                ));
            }
            None if text.trim().trim_matches(['0', '.']).is_empty() => {}
            None => losses.minor(
                Some(&service.key),
                from,
                "This is no size that Docker knows.",
                "Write a size such as `512m`.",
            ),
        }
    }
    gpus(service, map, resources, losses);
}

fn gpus(service: &mut Service, map: &Map, resources: Option<&Map>, losses: &mut Losses) {
    let mut found: Option<(u64, String, bool)> = None;
    let mut add = |count: Option<u64>, from: String| {
        let (old, _, sure) = found.clone().unwrap_or((0, String::new(), true));
        found = Some((
            old.saturating_add(count.unwrap_or(1)),
            from,
            sure && count.is_some(),
        ));
    };
    let devices = resources
        .and_then(|map| map.map("reservations"))
        .map(|map| map.list("devices"))
        .unwrap_or_default();
    let listed = map.list("gpus");
    for (item, is_gpus) in devices
        .iter()
        .map(|item| (item, false))
        .chain(listed.iter().map(|item| (item, true)))
    {
        let Some(device) = item.map() else { continue };
        let capabilities = device
            .get("capabilities")
            .map(Value::texts)
            .unwrap_or_default();
        let nested = device.list("capabilities").iter().flat_map(Value::texts);
        let driver = device.text("driver").unwrap_or_default();
        let is_gpu = is_gpus
            || driver == "nvidia"
            || capabilities
                .iter()
                .cloned()
                .chain(nested)
                .any(|capability| capability == "gpu" || capability == "nvidia");
        if !is_gpu {
            losses.matters(
                Some(&service.key),
                format!("deploy: resources: devices: {}", item.shown()),
                "Providers lend no devices but graphics cards.",
                "Use a program that does without.",
            );
            continue;
        }
        let ids = device
            .get("device_ids")
            .map(Value::texts)
            .unwrap_or_default();
        let count = match device.text("count") {
            Some(text) => text.parse::<u64>().ok(),
            None if !ids.is_empty() => u64::try_from(ids.len()).ok(),
            None => None,
        };
        add(
            count,
            format!(
                "devices: {}",
                device
                    .text("count")
                    .map_or("gpu".to_owned(), |count| format!("count {count}"))
            ),
        );
    }
    if let Some(text) = map.text("gpus") {
        add(text.parse().ok(), format!("gpus: {text}"));
    }
    for item in resources
        .and_then(|map| map.map("reservations"))
        .map(|map| map.list("generic_resources"))
        .unwrap_or_default()
    {
        let spec = item
            .map()
            .and_then(|item| item.map("discrete_resource_spec"));
        let kind = spec.and_then(|spec| spec.text("kind")).unwrap_or_default();
        if kind.to_ascii_lowercase().contains("gpu") {
            add(
                spec.and_then(|spec| spec.text("value"))
                    .and_then(|value| scaled(&value, 1)),
                format!("generic_resources: {kind}"),
            );
        }
    }
    let runtime = map.text("runtime").unwrap_or_default();
    if found.is_none() && runtime == "nvidia" {
        found = Some((1, "runtime: nvidia".to_owned(), false));
    } else if !matches!(runtime.as_str(), "" | "nvidia" | "runc") {
        losses.minor(
            Some(&service.key),
            format!("runtime: {runtime}"),
            "The provider chooses what runs its containers.",
            "Nothing is to be done.",
        );
    }
    service.gpu = found
        .filter(|(units, ..)| *units > 0)
        .map(|(units, from, sure)| gpu(units, from, sure));
}

/// Graphics cards of any model.
pub(in crate::convert) fn gpu(units: u64, from: String, sure: bool) -> Noted<Gpu> {
    let gpu = Gpu {
        units,
        models: Vec::new(),
    };
    let to = format!("{units} of any NVIDIA model");
    let note = if sure {
        Note::guess(
            from,
            to,
            "Nothing says which graphics card. Name the models that will do, since any may bid.",
        )
    } else {
        Note::guess(
            from,
            to,
            "All graphics cards of a machine are wanted. This is one, of any model; name the models that will do.",
        )
    };
    Noted::with(gpu, note)
}
