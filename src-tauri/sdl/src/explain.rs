//! A valid file as groups, as a summary for people and as what bid screening needs.

use std::collections::{BTreeMap, HashMap};

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::derive::{self, Derivation, Placing};
use crate::group::{Ceiling, Gpu, GpuModel, Group, ResourceUnit, SignedBy, Volume};
use crate::model::{Amount, Compute, Expose, Model, Placed, Service};
use crate::requirements::{RequiredResource, RequiredVolume, Requirements};
use crate::summary::{
    PlacementSummary, PortSummary, Reach, ServicePlacement, ServiceSummary, Summary, VolumeSummary,
};

/// What the Console writes into every price.
const CONSOLE_DENOM: &str = "uact";

pub(crate) fn groups(model: &Model) -> Vec<Group> {
    let derivation = Derivation::default();
    let numbers = derive::endpoint_numbers(model);
    let placings = derive::placings(model, derivation);
    (1..)
        .zip(&placings)
        .map(|(gseq, placing)| group(model, gseq, placing, &numbers, derivation))
        .collect()
}

fn group(
    model: &Model,
    gseq: u32,
    placing: &Placing<'_>,
    numbers: &HashMap<String, u32>,
    derivation: Derivation,
) -> Group {
    let placement = model.placement(placing.placement);
    let mut attributes: BTreeMap<String, String> = placement
        .iter()
        .flat_map(|placement| &placement.attributes)
        .map(|(key, value)| (key.value.clone(), value.clone()))
        .collect();
    let mut resources: Vec<ResourceUnit> = Vec::new();
    let ids = placing.unit_ids();
    for (service, placed, compute) in &placing.services {
        if let Some(tee) = service
            .params
            .as_ref()
            .and_then(|params| params.tee.as_ref())
        {
            attributes.insert("tee/type".to_owned(), tee.value.clone());
        }
        let endpoints = derive::endpoints_of(service, numbers, derivation);
        let id = ids.get(compute.name.as_str()).copied().unwrap_or(1);
        match resources.iter_mut().find(|unit| unit.id == id) {
            Some(unit) => {
                unit.count = unit.count.saturating_add(placed.replicas());
                unit.endpoints.extend(endpoints);
            }
            None => resources.push(ResourceUnit {
                id,
                count: placed.replicas(),
                cpu_milli: amount(compute.cpu.as_ref()),
                memory_bytes: amount(compute.memory.as_ref()),
                storage: volumes(compute),
                gpu: gpu(compute),
                endpoints,
                price: price(model, placing.placement, &compute.name),
            }),
        }
    }
    for unit in &mut resources {
        unit.endpoints.sort();
    }
    Group {
        gseq,
        name: placing.placement.to_owned(),
        services: placing
            .services
            .iter()
            .map(|(service, ..)| service.name.clone())
            .collect(),
        attributes,
        signed_by: signed_by(model, placing.placement),
        resources,
    }
}

pub(crate) fn amount(amount: Option<&Amount>) -> u64 {
    amount.map_or(0, Amount::value)
}

pub(crate) fn volumes(compute: &Compute) -> Vec<Volume> {
    let volumes = compute.storage.iter().flatten();
    volumes
        .map(|volume| Volume {
            name: volume.label().to_owned(),
            bytes: amount(volume.size.as_ref()),
            class: volume
                .attributes
                .as_ref()
                .map(|attributes| attributes.class.value.clone()),
            persistent: volume.persistent(),
        })
        .collect()
}

pub(crate) fn gpu(compute: &Compute) -> Option<Gpu> {
    let gpu = compute.gpu.as_ref()?;
    let units = amount(gpu.units.as_ref());
    let vendors = gpu
        .attributes
        .iter()
        .flat_map(|attributes| &attributes.vendors);
    let models = vendors.flat_map(|(vendor, models)| {
        let any = || {
            vec![GpuModel {
                vendor: vendor.clone(),
                model: "*".to_owned(),
                ram: None,
                interface: None,
            }]
        };
        models.as_ref().map_or_else(any, |models| {
            let named = models.iter().map(|wish| GpuModel {
                vendor: vendor.clone(),
                model: wish
                    .model
                    .as_ref()
                    .map_or_else(|| "undefined".to_owned(), |model| model.text.value.clone()),
                ram: wish
                    .ram
                    .as_ref()
                    .map(|ram| ram.text.value.clone())
                    .filter(|ram| !ram.is_empty()),
                interface: wish.interface.clone(),
            });
            named.collect()
        })
    });
    (units > 0).then(|| Gpu {
        units,
        models: models.collect(),
    })
}

pub(crate) fn price(model: &Model, placement: &str, profile: &str) -> Ceiling {
    let placement = model.placement(placement);
    let price = placement.and_then(|placement| placement.price(profile));
    Ceiling {
        amount: price.map_or(Decimal::ZERO, |price| price.decimal()),
        denom: price
            .and_then(|price| price.denom.as_ref())
            .map_or(CONSOLE_DENOM.to_owned(), |denom| denom.value.clone()),
    }
}

fn signed_by(model: &Model, placement: &str) -> SignedBy {
    model
        .placement(placement)
        .map_or_else(SignedBy::default, |placement| SignedBy {
            all_of: placement.all_of.clone(),
            any_of: placement.any_of.clone(),
        })
}

pub(crate) fn requirements(model: &Model) -> Vec<Requirements> {
    let derivation = Derivation::default();
    let placings = derive::placings(model, derivation);
    groups(model)
        .into_iter()
        .zip(&placings)
        .map(|(group, placing)| Requirements {
            gseq: group.gseq,
            name: group.name,
            signed_by: group.signed_by,
            attributes: group.attributes,
            resources: group
                .resources
                .into_iter()
                .zip(placing.computes())
                .map(|(unit, compute)| {
                    let gpu = compute.gpu.as_ref();
                    let attributes = gpu.and_then(|gpu| gpu.attributes.as_ref());
                    RequiredResource {
                        id: unit.id,
                        count: unit.count.max(1),
                        cpu_milli: unit.cpu_milli,
                        memory_bytes: unit.memory_bytes,
                        gpu_units: unit.gpu.as_ref().map_or(0, |gpu| gpu.units),
                        gpu_attributes: attributes
                            .map(|attributes| {
                                derive::gpu_attributes(attributes, derivation)
                                    .into_iter()
                                    .collect()
                            })
                            .unwrap_or_default(),
                        storage: unit.storage.into_iter().map(required_volume).collect(),
                        price_amount: unit.price.amount.ceil().to_u64().unwrap_or(u64::MAX),
                        price_denom: unit.price.denom,
                    }
                })
                .collect(),
            reclamation_window: model.min_window.clone(),
        })
        .collect()
}

fn required_volume(volume: Volume) -> RequiredVolume {
    let attributes = volume.class.map(|class| {
        BTreeMap::from([
            ("class".to_owned(), class),
            ("persistent".to_owned(), volume.persistent.to_string()),
        ])
    });
    RequiredVolume {
        name: volume.name,
        bytes: volume.bytes,
        attributes: attributes.unwrap_or_default(),
    }
}

pub(crate) fn summary(model: &Model) -> Summary {
    let groups = groups(model);
    let gseq = |name: &str| {
        groups
            .iter()
            .find(|group| group.name == name)
            .map_or(0, |group| group.gseq)
    };
    Summary {
        services: model
            .services()
            .iter()
            .map(|service| service_summary(model, service, gseq))
            .collect(),
        placements: groups
            .iter()
            .map(|group| PlacementSummary {
                name: group.name.clone(),
                gseq: group.gseq,
                attributes: group.attributes.clone(),
                signed_by: group.signed_by.clone(),
                ceiling: ceiling(&group.resources),
                services: group.services.clone(),
            })
            .collect(),
    }
}

/// The sum over all replicas; `None` when denominations are mixed or the sum is beyond all bounds.
fn ceiling(resources: &[ResourceUnit]) -> Option<Ceiling> {
    let denom = &resources.first()?.price.denom;
    let mut sum = Decimal::ZERO;
    for unit in resources {
        if unit.price.denom != *denom {
            return None;
        }
        sum = sum.checked_add(unit.price.amount.checked_mul(unit.count.into())?)?;
    }
    Some(Ceiling {
        amount: sum,
        denom: denom.clone(),
    })
}

fn service_summary(model: &Model, service: &Service, gseq: impl Fn(&str) -> u32) -> ServiceSummary {
    let placed: Vec<&Placed> = model
        .deployed(&service.name)
        .and_then(|deployed| deployed.placements.as_ref())
        .into_iter()
        .flatten()
        .collect();
    let computes: Vec<&Compute> = placed
        .iter()
        .filter_map(|placed| model.compute(&placed.profile.as_ref()?.value))
        .collect();
    let largest = |value: fn(&Compute) -> u64| {
        computes
            .iter()
            .map(|compute| value(compute))
            .max()
            .unwrap_or_default()
    };
    ServiceSummary {
        name: service.name.clone(),
        image: service
            .image
            .as_ref()
            .map_or(String::new(), |image| image.value.clone()),
        replicas: placed
            .iter()
            .fold(0, |sum: u32, placed| sum.saturating_add(placed.replicas())),
        cpu_milli: largest(|compute| amount(compute.cpu.as_ref())),
        memory_bytes: largest(|compute| amount(compute.memory.as_ref())),
        gpu: computes
            .iter()
            .filter_map(|compute| gpu(compute))
            .max_by_key(|gpu| gpu.units),
        storage: computes
            .first()
            .map(|compute| mounted(service, compute))
            .unwrap_or_default(),
        ports: service.exposes.iter().flat_map(ports).collect(),
        env_names: service
            .env
            .iter()
            .map(|env| env_name(&env.value).to_owned())
            .collect(),
        placements: placed
            .iter()
            .map(|placed| ServicePlacement {
                name: placed.placement.value.clone(),
                gseq: gseq(&placed.placement.value),
                count: placed.replicas(),
            })
            .collect(),
    }
}

/// The name in `NAME=value`.
pub(crate) fn env_name(entry: &str) -> &str {
    entry.split_once('=').map_or(entry, |(name, _)| name)
}

fn mounted(service: &Service, compute: &Compute) -> Vec<VolumeSummary> {
    let mounts = service
        .params
        .as_ref()
        .map(|params| params.mounts.as_slice())
        .unwrap_or_default();
    let summaries = volumes(compute).into_iter().map(|volume| {
        let mount = mounts
            .iter()
            .find(|mount| mount.volume.value == volume.name);
        VolumeSummary {
            mount: mount
                .and_then(|mount| mount.mount.as_ref())
                .map(|path| path.value.clone()),
            read_only: mount.is_some_and(|mount| mount.read_only),
            name: volume.name,
            bytes: volume.bytes,
            class: volume.class,
            persistent: volume.persistent,
        }
    });
    summaries.collect()
}

/// A port once for each audience: the internet, each leased IP, and the services.
fn ports(expose: &Expose) -> Vec<PortSummary> {
    let mut reaches = Vec::new();
    let mut services = Vec::new();
    for to in &expose.to {
        let reach = match (&to.ip, to.global, &to.service) {
            (Some(ip), true, _) => Reach::Ip(ip.value.clone()),
            (_, true, _) => Reach::Internet,
            (_, false, Some(service)) => {
                services.push(service.value.clone());
                continue;
            }
            (_, false, None) => continue,
        };
        if !reaches.contains(&reach) {
            reaches.push(reach);
        }
    }
    if !services.is_empty() || reaches.is_empty() {
        reaches.push(Reach::Services(services));
    }
    let one = |reach: Reach| PortSummary {
        port: expose.port.unwrap_or_default(),
        external_port: expose.outside(),
        proto: expose.proto.clone(),
        http: expose.is_http() && !matches!(reach, Reach::Services(_)),
        reach,
        hosts: expose.hosts.iter().map(|host| host.value.clone()).collect(),
    };
    reaches.into_iter().map(one).collect()
}
