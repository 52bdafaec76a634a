//! GPU models: which a trial includes, how much memory they have, which there are.

use akash_console::GpuPrice;
use akash_sdl::{GpuModel, Group};

/// GPU models that a trial does not include, as the Console's code lists them.
const NOT_ON_TRIAL: [&str; 10] = [
    "b300",
    "b200",
    "h200",
    "h100",
    "pro6000se",
    "pro6000we",
    "a100",
    "rtx5090",
    "rtx4090",
    "rtx3090",
];

pub(super) fn on_trial(model: &str) -> bool {
    !NOT_ON_TRIAL
        .iter()
        .any(|not| not.eq_ignore_ascii_case(model))
}

/// The memory of a model in whole GiB, as prices name it.
pub(super) fn ram(prices: &[GpuPrice], model: &GpuModel) -> Option<u64> {
    let said = model.ram.clone().or_else(|| {
        prices
            .iter()
            .find(|price| price.model.eq_ignore_ascii_case(&model.model))
            .and_then(|price| price.ram.clone())
    });
    gib(&said?)
}

/// `24Gi` → 24.
pub(super) fn gib(text: &str) -> Option<u64> {
    text.strip_suffix("Gi")?.parse().ok()
}

/// Whether a group asks for GPUs, and names only models of which `which` holds.
pub(super) fn asks_only(group: &Group, which: impl Fn(&str) -> bool) -> bool {
    let mut gpus = group.resources.iter().filter_map(|unit| unit.gpu.as_ref());
    gpus.any(|gpu| {
        !gpu.models.is_empty()
            && gpu
                .models
                .iter()
                .all(|model| model.model != "*" && which(&model.model))
    })
}

/// Models that there are on the network, by name alone.
pub(super) fn named(prices: &[GpuPrice], which: impl Fn(&GpuPrice) -> bool) -> Vec<GpuModel> {
    models(prices, which, |_| None)
}

/// Models with so much memory or more, in whole GiB. Their memory is named too: of some there are cards with less.
pub(super) fn with_memory(prices: &[GpuPrice], least: u64) -> Vec<GpuModel> {
    let enough = |price: &GpuPrice| {
        let has = price.ram.as_deref().and_then(gib);
        has.is_some_and(|has| has >= least)
    };
    models(prices, enough, |price| price.ram.clone())
}

fn models(
    prices: &[GpuPrice],
    which: impl Fn(&GpuPrice) -> bool,
    ram: impl Fn(&GpuPrice) -> Option<String>,
) -> Vec<GpuModel> {
    let mut models: Vec<GpuModel> = prices
        .iter()
        .filter(|price| which(price))
        .map(|price| GpuModel {
            vendor: price.vendor.clone(),
            model: price.model.clone(),
            ram: ram(price),
            interface: None,
        })
        .collect();
    models.sort_by(|a, b| (&a.model, &a.ram).cmp(&(&b.model, &b.ram)));
    models.dedup();
    models
}
