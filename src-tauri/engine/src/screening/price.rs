//! What a file usually costs, and its ceiling against that.

use akash_console::{Client, GpuPrice};
use akash_market::{Decimal, Denom, GpuMarketRate, PricePerBlock, Rates, Usd};
use akash_sdl::{Group, Instead, Requirement, ResourceUnit, Sdl};

use super::edits::edits;
use crate::{
    derive::gpu_cost::cheapest,
    state::{
        funding::Funding,
        screening::{Change, OfferedChange},
    },
};

/// Hours in a month, as the ceilings are counted.
const HOURS: Decimal = Decimal::from_parts(730_488, 0, 0, false, 3);

/// What a group usually costs.
pub(super) struct Usual {
    per_month: Usd,
    /// Going rates of what GPUs it asks for, and how many.
    gpus: Vec<(GpuMarketRate, u64)>,
}

impl Usual {
    /// All of it a month.
    pub(super) const fn per_month(&self) -> Usd {
        self.per_month
    }
}

/// What a group usually costs: GPUs by the going rate of the cheapest model that will do, with the CPU and memory that come along; what has
/// none by the Console's formula. `None` where a part can't be told.
pub(super) async fn usual(client: &Client, prices: &[GpuPrice], group: &Group) -> Option<Usual> {
    let plain = || group.resources.iter().filter(|unit| unit.gpu.is_none());
    let sum = |of: fn(&ResourceUnit) -> u64| {
        plain()
            .map(|unit| of(unit).saturating_mul(unit.count.into()))
            .fold(0, u64::saturating_add)
    };
    let mut per_month = Usd::ZERO;
    if plain().next().is_some() {
        let cpu = sum(|unit| unit.cpu_milli);
        let memory = sum(|unit| unit.memory_bytes);
        let disk = sum(|unit| {
            let sizes = unit.storage.iter().map(|volume| volume.bytes);
            sizes.fold(0, u64::saturating_add)
        });
        per_month = client.pricing(cpu, memory, disk).await.ok()?.akash;
    }
    let mut gpus = Vec::new();
    for unit in &group.resources {
        let Some(gpu) = &unit.gpu else { continue };
        let units = gpu.units.saturating_mul(unit.count.into());
        let rate = cheapest(prices, gpu)?;
        let month = rate.median.checked_mul(HOURS)?.checked_mul(units.into())?;
        per_month = per_month.saturating_add(month);
        gpus.push((rate, units));
    }
    Some(Usual { per_month, gpus })
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
    funding: Funding,
    rates: &Rates,
) -> Option<OfferedChange> {
    // Where the Console converts another denom, the price of AKT moves the limit: no amount is offered that would be wrong tomorrow.
    let in_uact = |unit: &ResourceUnit| funding.counts_in(&unit.price.denom) == Some(Denom::Uact);
    if !group.resources.iter().all(in_uact) {
        return None;
    }
    let ceiling = group
        .resources
        .iter()
        .map(|unit| unit.price.amount.saturating_mul(unit.count.into()))
        .fold(Decimal::ZERO, Decimal::saturating_add);
    let allowed = PricePerBlock::new(ceiling, Denom::Uact).usd_per_month(rates)?;
    let mut gpus = usual.gpus.iter();
    let low = allowed < usual.per_month.checked_mul(LOW)?
        || gpus.any(|(rate, units)| rate.shuts_out(ceiling, *units, rates));
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
    Some(OfferedChange {
        change: Change::Raise {
            allowed,
            to: usual.per_month.checked_mul(RAISED)?,
            usual: usual.per_month,
        },
        profile: None,
        fits: None,
        edits: edits(text, &raised),
        text: raised,
    })
}
