//! The file's ceiling against what is usual.

use akash_console::{Client, GpuPrice};
use akash_market::{Decimal, Denom, PricePerBlock, Rates, Usd};
use akash_sdl::{Group, Instead, Requirement, Sdl};

use super::{RelaxedFound, edits};
use crate::words;

/// Hours in a month, as the ceilings are counted.
const HOURS: Decimal = Decimal::from_parts(730_488, 0, 0, false, 3);

/// What a group usually costs, and where that is from.
pub(super) struct Usual {
    per_month: Usd,
    /// The least that anybody asks, where that is known.
    least: Option<Usd>,
}

/// What a group usually costs: CPU, memory and disk by the Console's formula, GPUs by the going rate of the cheapest model that will do.
/// `None` where a part can't be told.
pub(super) async fn usual(client: &Client, prices: &[GpuPrice], group: &Group) -> Option<Usual> {
    let sum = |of: fn(&akash_sdl::ResourceUnit) -> u64| {
        group
            .resources
            .iter()
            .map(|unit| of(unit).saturating_mul(unit.count.into()))
            .fold(0, u64::saturating_add)
    };
    let cpu = sum(|unit| unit.cpu_milli);
    let memory = sum(|unit| unit.memory_bytes);
    let disk = sum(|unit| {
        unit.storage
            .iter()
            .map(|volume| volume.bytes)
            .fold(0, u64::saturating_add)
    });
    let machine = client.pricing(cpu, memory, disk).await.ok()?.akash;
    let (mut median, mut least) = (machine, Some(Usd::ZERO));
    for unit in &group.resources {
        let Some(gpu) = &unit.gpu else { continue };
        let units = Decimal::from(gpu.units.saturating_mul(unit.count.into()));
        let rates: Vec<_> = prices
            .iter()
            .filter(|price| {
                gpu.models.is_empty() || gpu.models.iter().any(|model| fits(price, model))
            })
            .filter_map(|price| price.going_rate())
            .collect();
        let over = |rate: Usd| rate.checked_mul(HOURS)?.checked_mul(units);
        median = median.saturating_add(over(rates.iter().map(|rate| rate.median).min()?)?);
        let low = rates.iter().map(|rate| rate.min).min().and_then(over);
        least = least.zip(low).map(|(a, b)| a.saturating_add(b));
    }
    Some(Usual {
        per_month: median,
        least: least.filter(|least| !least.is_zero()),
    })
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

/// A ceiling is called low below this share of what is usual.
const LOW: Decimal = Decimal::from_parts(6, 0, 0, false, 1);
/// And is then raised to this many times of it.
const RAISED: Decimal = Decimal::TWO;

/// The change that raises a ceiling which shuts providers out; `None` where it does not.
pub(super) fn raise(
    sdl: &Sdl,
    group: &Group,
    text: &str,
    usual: &Usual,
    rates: &Rates,
) -> Option<RelaxedFound> {
    let ceiling = group
        .resources
        .iter()
        .map(|unit| unit.price.amount.saturating_mul(unit.count.into()))
        .fold(Decimal::ZERO, Decimal::saturating_add);
    // Whatever denom the file names, the Console counts it in uact.
    let allowed = PricePerBlock::new(ceiling, Denom::Uact).usd_per_month(rates)?;
    let low = allowed < usual.per_month.checked_mul(LOW)?
        || usual.least.is_some_and(|least| allowed < least);
    if !low || allowed.is_zero() {
        return None;
    }
    let times = usual.per_month.checked_mul(RAISED)?.ratio(allowed)?;
    let prices = sdl
        .relaxations()
        .into_iter()
        .filter(|one| one.gseq == group.gseq && matches!(one.what, Requirement::Price { .. }));
    let mut raised = text.to_owned();
    for price in prices {
        let Requirement::Price { amount, .. } = &price.what else {
            continue;
        };
        let amount = amount.checked_mul(times)?.ceil();
        let amount = Instead::Amount(u64::try_from(amount).ok()?);
        // Listed for the file as it was: the prices raised before this one are no part of it.
        raised = price.apply(&raised, &amount).ok()?;
    }
    let month = usual.per_month.checked_mul(RAISED)?;
    Some(RelaxedFound {
        asks: format!("At most ${} a month", words::cost(allowed)),
        label: format!("Pay up to ${} a month", words::cost(month)),
        fits: None,
        about: Some(format!(
            "Something like this usually costs about ${} a month. Providers bid below the limit; you choose.",
            words::cost(usual.per_month)
        )),
        edits: edits(text, &raised),
        text: raised,
    })
}

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
pub(super) fn ram(prices: &[GpuPrice], model: &akash_sdl::GpuModel) -> Option<u64> {
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
