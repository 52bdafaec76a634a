//! What GPUs usually cost.

use akash_console::GpuPrice;
use akash_market::{GpuMarketRate, Usd};
use akash_sdl::Group;

use crate::state::State;

/// What the GPUs of a file usually cost an hour, with the CPU and memory that come along: the going rate of the cheapest model that will do.
/// `None` without GPUs, or where a rate can't be told.
pub(crate) fn gpus_an_hour(prices: &[GpuPrice], groups: &[Group]) -> Option<Usd> {
    let mut sum = None;
    for unit in groups.iter().flat_map(|group| &group.resources) {
        let Some(gpu) = &unit.gpu else { continue };
        let units = gpu.units.saturating_mul(unit.count.into());
        let each = cheapest(prices, gpu)?.median;
        let hour = each.checked_mul(units.into())?;
        sum = Some(sum.unwrap_or(Usd::ZERO).saturating_add(hour));
    }
    sum.filter(|hour| *hour > Usd::ZERO)
}

/// The going rate of the cheapest model that will do.
pub(crate) fn cheapest(prices: &[GpuPrice], gpu: &akash_sdl::Gpu) -> Option<GpuMarketRate> {
    prices
        .iter()
        .filter(|price| gpu.models.is_empty() || gpu.models.iter().any(|model| fits(price, model)))
        .filter_map(GpuPrice::market_rate)
        .min_by_key(|rate| rate.median)
}

fn fits(price: &GpuPrice, model: &akash_sdl::GpuModel) -> bool {
    let same = |a: &Option<String>, b: &Option<String>| {
        a.is_none()
            || b.is_none()
            || a.as_deref().map(str::to_lowercase) == b.as_deref().map(str::to_lowercase)
    };
    (model.model == "*" || model.model.eq_ignore_ascii_case(&price.model))
        && same(&model.ram, &price.ram)
        && same(&model.interface, &price.interface)
}

/// Whether the price of GPUs is worth reading.
pub(crate) fn asks_for_gpus(state: &State) -> bool {
    let draft = state
        .draft
        .as_ref()
        .and_then(|draft| draft.checked.sdl.as_ref());
    draft.is_some_and(|sdl| sdl.summary().services.iter().any(|s| s.gpu.is_some()))
        || state
            .living()
            .any(|record| record.gpu() && !record.bids.is_empty())
}
