//! Which providers bid on a group, when, and at what price.

use jiff::Timestamp;
use rust_decimal::Decimal;

use crate::{
    catalogue::GpuKind,
    chain::{Bid, BidState, Group, Model, Resource, Spec},
    providers::{GpuStock, Provider},
    rng::SeededRng,
    time::later,
};

/// The largest number of bids on one order: the chain's default for `OrderMaxBids`.
const BIDS_PER_ORDER: usize = 20;

/// Blocks in a month of 30.437 days, times 1000.
const BLOCKS_PER_MONTH_MILLI: i64 = 431_249_070;

const GIB: i64 = 1 << 30;

/// The bids on a group of a deployment that was created at `created`. They come 5 to 60 seconds later, as measured at the
/// real network, and the provider withdraws each after about five minutes.
pub(crate) fn bids(
    rng: &mut SeededRng,
    providers: &[Provider],
    group: &Group,
    created: Timestamp,
) -> Vec<Bid> {
    let ceiling = group.spec.ceiling();
    let mut bids: Vec<Bid> = providers
        .iter()
        .filter(|provider| !provider.dark && can_run(provider, &group.spec))
        .filter_map(|provider| {
            let price = price(provider, &group.spec);
            // Every provider draws its times, so that the others' times do not depend on who bids.
            let opens = later(created, rng.seconds(5, 60));
            let closes = later(opens, rng.seconds(296, 306));
            (price <= ceiling).then(|| Bid {
                gseq: group.gseq,
                oseq: 1,
                provider: provider.owner.clone(),
                price,
                state: BidState::Pending,
                opens,
                closes,
                height: 0,
            })
        })
        .collect();
    bids.sort_by_key(|bid| bid.opens);
    bids.truncate(BIDS_PER_ORDER);
    bids
}

/// Whether a provider has everything that a group requires.
pub(crate) fn can_run(provider: &Provider, spec: &Spec) -> bool {
    let declares = |(key, value): &(String, String)| provider.attributes.get(key) == Some(value);
    let signed = |auditor: &String| provider.auditors.contains(auditor);
    spec.attributes.iter().all(declares)
        && spec.all_of.iter().all(signed)
        && (spec.any_of.is_empty() || spec.any_of.iter().any(signed))
        && has_capacity(provider, &spec.resources)
}

fn has_capacity(provider: &Provider, resources: &[Resource]) -> bool {
    let sum = |of: fn(&Resource) -> u64| {
        resources
            .iter()
            .map(|resource| of(resource).saturating_mul(resource.count.into()))
            .fold(0, u64::saturating_add)
    };
    let volumes = |resource: &Resource, persistent: bool| {
        resource
            .storage
            .iter()
            .filter(|volume| volume.persistent == persistent)
            .map(|volume| volume.bytes)
            .fold(0, u64::saturating_add)
    };
    let of_volumes = |persistent: bool| {
        resources
            .iter()
            .map(|resource| volumes(resource, persistent).saturating_mul(resource.count.into()))
            .fold(0, u64::saturating_add)
    };
    let has_class = |resource: &Resource| {
        // A provider supports at most four volumes for one container.
        resource.storage.len() <= 4
            && resource
                .storage
                .iter()
                .filter(|volume| volume.persistent)
                .all(|volume| {
                    volume
                        .class
                        .as_ref()
                        .is_none_or(|class| provider.classes.contains(class))
                })
    };
    let wants_ip = resources
        .iter()
        .any(|resource| resource.endpoints.iter().any(|(kind, _)| *kind == 2));
    sum(|resource| resource.cpu) <= provider.cpu.available()
        && sum(|resource| resource.memory) <= provider.memory.available()
        && of_volumes(false) <= provider.ephemeral.available()
        && of_volumes(true) <= provider.persistent.available()
        && resources.iter().all(has_class)
        && (!wants_ip || provider.ip_leases)
        && resources
            .iter()
            .all(|resource| resource.gpus == 0 || gpu_for(provider, resource).is_some())
}

/// The GPUs that a provider would use for a resource: the cheapest model that matches and has enough free.
pub(crate) fn gpu_for<'a>(provider: &'a Provider, resource: &Resource) -> Option<&'a GpuStock> {
    let wanted = resource.gpus.saturating_mul(resource.count.into());
    provider
        .gpus
        .iter()
        .filter(|gpu| gpu.stock.available() >= wanted)
        .filter(|gpu| {
            resource.models.is_empty()
                || resource
                    .models
                    .iter()
                    .any(|model| gpu_matches(gpu.kind(), model))
        })
        .min_by_key(|gpu| gpu.kind().milli_usd_per_hour)
}

fn gpu_matches(gpu: &GpuKind, model: &Model) -> bool {
    model.vendor == "nvidia"
        && (model.model == "*" || model.model == gpu.model)
        && model.ram.as_ref().is_none_or(|ram| ram == gpu.ram)
        && model
            .interface
            .as_ref()
            .is_none_or(|interface| interface == gpu.interface)
}

/// The price that a provider asks for a group, in uact per block with six decimal places.
fn price(provider: &Provider, spec: &Spec) -> Decimal {
    let month: Decimal = spec
        .resources
        .iter()
        .map(|resource| {
            usd_per_month(provider, resource).saturating_mul(Decimal::from(resource.count))
        })
        .fold(Decimal::ZERO, Decimal::saturating_add);
    let asked = month.saturating_mul(Decimal::new(provider.price_percent.into(), 2));
    per_block(asked).round_dp(6)
}

/// Converts USD per month to uact per block.
pub(crate) fn per_block(usd_per_month: Decimal) -> Decimal {
    let blocks = Decimal::new(BLOCKS_PER_MONTH_MILLI, 3);
    usd_per_month
        .saturating_mul(Decimal::from(1_000_000))
        .checked_div(blocks)
        .unwrap_or(Decimal::MAX)
}

/// The market price of one replica, in USD per month.
fn usd_per_month(provider: &Provider, resource: &Resource) -> Decimal {
    let gib = |bytes: u64| {
        Decimal::from(bytes)
            .checked_div(Decimal::from(GIB))
            .unwrap_or_default()
    };
    let cores = Decimal::from(resource.cpu) / Decimal::from(1_000);
    let mut usd = cores * Decimal::new(32, 1) + gib(resource.memory) * Decimal::new(16, 1);
    for volume in &resource.storage {
        let rate = if volume.persistent {
            Decimal::new(5, 2)
        } else {
            Decimal::new(2, 2)
        };
        usd += gib(volume.bytes) * rate;
    }
    for (kind, _) in &resource.endpoints {
        usd += match kind {
            2 => Decimal::from(4),
            1 => Decimal::new(5, 2),
            _ => Decimal::ZERO,
        };
    }
    if resource.gpus > 0
        && let Some(gpu) = gpu_for(provider, resource)
    {
        let per_hour = Decimal::new(gpu.kind().milli_usd_per_hour.into(), 3);
        usd += Decimal::from(resource.gpus).saturating_mul(per_hour * Decimal::from(730));
    }
    usd
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        chain::{GroupState, OrderState, Volume},
        providers::{CONSOLE_AUDITOR, generate::providers},
    };

    fn web(price: i64) -> Group {
        let resource = Resource {
            id: 1,
            count: 1,
            cpu: 500,
            memory: 512 << 20,
            storage: vec![Volume {
                name: "default".into(),
                bytes: 512 << 20,
                ..Default::default()
            }],
            endpoints: vec![(0, 0)],
            price: Decimal::from(price),
            ..Default::default()
        };
        let spec = Spec {
            any_of: vec![CONSOLE_AUDITOR.into()],
            resources: vec![resource],
            ..Default::default()
        };
        Group {
            gseq: 1,
            name: "g".into(),
            state: GroupState::Open,
            order: OrderState::Open,
            spec,
        }
    }

    fn asked(group: &Group) -> Vec<Bid> {
        bids(
            &mut SeededRng::new(3, "t"),
            &providers(3, 27_000_000),
            group,
            Timestamp::UNIX_EPOCH,
        )
    }

    #[test]
    fn a_small_web_service_costs_a_few_dollars() {
        let bids = asked(&web(1_000));
        assert_eq!(bids.len(), BIDS_PER_ORDER);
        for bid in &bids {
            let month = bid.price * Decimal::new(431_249, 6);
            assert!(
                month > Decimal::new(19, 1) && month < Decimal::from(6),
                "{month} USD a month"
            );
        }
    }

    #[test]
    fn nobody_bids_above_the_ceiling_or_without_what_is_asked() {
        assert!(asked(&web(2)).is_empty());
        let mut group = web(1_000);
        group
            .spec
            .attributes
            .push(("region".into(), "atlantis".into()));
        assert!(asked(&group).is_empty());
    }

    #[test]
    fn gpus_are_matched_by_model() {
        let mut group = web(100_000);
        group.spec.resources[0].gpus = 1;
        group.spec.resources[0].models = vec![Model {
            vendor: "nvidia".into(),
            model: "h100".into(),
            ..Default::default()
        }];
        let bids = asked(&group);
        assert!(!bids.is_empty());
        for bid in bids {
            let hour = bid.price * Decimal::new(590_357, 9);
            assert!(
                hour > Decimal::new(13, 1) && hour < Decimal::from(4),
                "{hour} USD an hour"
            );
        }
    }
}
