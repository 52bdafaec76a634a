//! Which requirements could be relaxed.

use std::collections::HashSet;

use super::{Relaxation, Requirement};
use crate::check::limits;
use crate::derive::{self, Derivation, Placing};
use crate::explain;
use crate::group::{Ceiling, Gpu, GpuModel};
use crate::model::{Compute, Model, Placement};

/// Most that are listed; no one reads more.
const MOST: usize = 200;

/// All that apply, by group: first what is asked of the provider, then by profile, then by service.
pub(crate) fn relaxations(model: &Model) -> Vec<Relaxation> {
    let placings = derive::placings(model, Derivation::default());
    let groups = (1..).zip(&placings);
    let relaxations = groups.flat_map(|(gseq, placing)| {
        of_group(model, placing).map(move |what| Relaxation {
            gseq,
            placement: placing.placement.to_owned(),
            what,
        })
    });
    relaxations.take(MOST).collect()
}

fn of_group<'m>(
    model: &'m Model,
    placing: &'m Placing<'m>,
) -> impl Iterator<Item = Requirement> + 'm {
    let placement = model.placement(placing.placement);
    let of_provider = placement.into_iter().flat_map(|placement| {
        let window = model.min_window.clone();
        let tee = tee(placing).filter(|_| !declares(placement, "tee/type"));
        attributes(placing, placement)
            .chain(signed_by(placement))
            .chain(window.map(|window| Requirement::Reclamation { window }))
            .chain(tee)
    });
    let computes = placing.computes().into_iter();
    let of_computes = computes.flat_map(|compute| {
        of_compute(model, compute)
            .into_iter()
            .chain(price(model, placing.placement, compute))
    });
    of_provider.chain(of_computes).chain(of_services(placing))
}

fn declares(placement: &Placement, name: &str) -> bool {
    let mut keys = placement.attributes.iter().map(|(key, _)| &key.value);
    keys.any(|key| key == name)
}

fn attributes<'m>(
    placing: &'m Placing<'m>,
    placement: &'m Placement,
) -> impl Iterator<Item = Requirement> + 'm {
    let connects = |compute: &&Compute| {
        let gpu = compute.gpu.as_ref().filter(|gpu| gpu.asked());
        gpu.and_then(|gpu| gpu.attributes.as_ref()?.interconnect.as_ref())
            .is_some()
    };
    let needed = [
        ("tee/type", tee(placing).is_some()),
        (
            "capabilities/gpu-interconnect",
            placing.computes().iter().any(connects),
        ),
    ];
    // What another part of the file asks for can't be dropped here.
    let is_free = move |key: &str| !needed.contains(&(key, true));
    let attributes = placement.attributes.iter();
    attributes
        .filter(move |(key, _)| is_free(&key.value))
        .map(|(key, value)| Requirement::Attribute {
            key: key.value.clone(),
            value: value.clone(),
        })
}

fn signed_by(placement: &Placement) -> Option<Requirement> {
    let auditors = [placement.all_of.as_slice(), &placement.any_of].concat();
    (!auditors.is_empty()).then_some(Requirement::SignedBy { auditors })
}

fn tee(placing: &Placing<'_>) -> Option<Requirement> {
    let asked = placing.services.iter().filter_map(|(service, ..)| {
        let tee = service.params.as_ref()?.tee.as_ref()?;
        Some((service.name.clone(), tee.value.clone()))
    });
    let (services, mut tees): (Vec<_>, Vec<_>) = asked.unzip();
    tees.pop().map(|tee| Requirement::Tee { services, tee })
}

fn of_compute(model: &Model, compute: &Compute) -> Vec<Requirement> {
    let profile = || compute.name.clone();
    let mut list = Vec::new();
    if let Some(Gpu { units, models }) = explain::gpu(compute) {
        if !models.is_empty() && !models.iter().any(is_any) {
            list.push(Requirement::GpuModels {
                profile: profile(),
                units,
                models,
            });
        }
        if units > 1 {
            list.push(Requirement::GpuUnits {
                profile: profile(),
                units,
            });
        }
    }
    let milli = explain::amount(compute.cpu.as_ref());
    if milli > limits::CPU.0 {
        list.push(Requirement::Cpu {
            profile: profile(),
            milli,
        });
    }
    let bytes = explain::amount(compute.memory.as_ref());
    if bytes > limits::MEMORY.0 {
        list.push(Requirement::Memory {
            profile: profile(),
            bytes,
        });
    }
    let needed = needed_mounts(model, compute);
    for volume in explain::volumes(compute) {
        let is_free = !needed.contains(volume.name.as_str());
        if volume.bytes > limits::VOLUME.0 {
            list.push(Requirement::Disk {
                profile: profile(),
                volume: volume.name.clone(),
                bytes: volume.bytes,
                persistent: volume.persistent,
            });
        }
        if let Some(class) = volume.class.filter(|_| volume.persistent || is_free) {
            list.push(Requirement::StorageClass {
                profile: profile(),
                volume: volume.name.clone(),
                class,
            });
        }
        if volume.persistent && is_free {
            list.push(Requirement::Persistent {
                profile: profile(),
                volume: volume.name,
            });
        }
    }
    list
}

fn is_any(model: &GpuModel) -> bool {
    model.model == "*" && model.ram.is_none() && model.interface.is_none()
}

/// Volumes whose mounts must stay, because a service runs elsewhere with another profile that has them too.
fn needed_mounts<'m>(model: &'m Model, compute: &Compute) -> HashSet<&'m str> {
    let users = model.services().iter().filter(|service| {
        let profiles = || service_profiles(model, &service.name);
        profiles().any(|profile| profile == compute.name)
            && profiles().any(|profile| profile != compute.name)
    });
    users
        .filter_map(|service| service.params.as_ref())
        .flat_map(|params| &params.mounts)
        .map(|mount| mount.volume.value.as_str())
        .collect()
}

/// The profiles that a service runs with.
pub(super) fn service_profiles<'m>(
    model: &'m Model,
    service: &str,
) -> impl Iterator<Item = &'m str> {
    let deployed = model.deployed(service).into_iter();
    deployed
        .flat_map(|deployed| deployed.placements.iter().flatten())
        .filter_map(|placed| Some(placed.profile.as_ref()?.value.as_str()))
}

fn price(model: &Model, placement: &str, compute: &Compute) -> Option<Requirement> {
    let Ceiling { amount, denom } = explain::price(model, placement, &compute.name);
    (amount < limits::PRICE.into()).then(|| Requirement::Price {
        profile: compute.name.clone(),
        amount,
        denom,
    })
}

fn of_services<'m>(placing: &'m Placing<'m>) -> impl Iterator<Item = Requirement> + 'm {
    placing.services.iter().flat_map(|(service, placed, _)| {
        let count = placed.replicas();
        let replicas = (count > 1).then(|| Requirement::Replicas {
            service: service.name.clone(),
            count,
        });
        let mut seen = HashSet::new();
        let targets = service.exposes.iter().flat_map(|expose| &expose.to);
        let ips = targets.filter_map(|to| Some(to.ip.as_ref()?.value.as_str()));
        let ips = ips.filter(move |ip| seen.insert(*ip));
        let ips = ips.map(|ip| Requirement::LeasedIp {
            service: service.name.clone(),
            endpoint: ip.to_owned(),
        });
        replicas.into_iter().chain(ips)
    })
}
