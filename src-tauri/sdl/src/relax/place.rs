//! Where a requirement stands in the text, and how it is written there.

use serde_json::{Value, json};

use super::list::service_profiles;
use super::{Instead, Relaxation, Requirement};
use crate::check::limits;
use crate::draft::Span;
use crate::edit::{self, EditError, pointer};
use crate::group::GpuModel;
use crate::model::{Amount, Model, To, Volume};
use crate::quantity;

/// Where a requirement stands.
pub(super) enum Place {
    /// In entries that go, one after the other, with all that would be empty around them.
    Gone(Vec<String>),
    /// In a number.
    Number(Number),
    /// In a list of GPU models.
    Models { path: String, named: Vec<GpuModel> },
    /// In a storage class; what goes for an ordinary volume, where that asks for no class and nothing else.
    Class { path: String, gone: Vec<String> },
}

/// A number in the text.
pub(super) struct Number {
    path: String,
    span: Span,
    unit: Unit,
    /// The weakest that the chain takes.
    weakest: u64,
    /// The largest that the chain takes.
    most: u64,
}

/// How a number is written.
enum Unit {
    Plain,
    Milli,
    Cores,
    Bytes,
}

impl Number {
    fn of(amount: &Amount, unit: Unit, (weakest, most): (u64, u64)) -> Place {
        Place::Number(Self {
            path: amount.path.clone(),
            span: amount.text.span,
            unit,
            weakest,
            most,
        })
    }

    /// The text with another number, in quotes where it was so.
    fn write(&self, text: &str, number: u64) -> Result<String, EditError> {
        let new = match self.unit {
            Unit::Plain => number.to_string(),
            Unit::Milli => format!("{number}m"),
            Unit::Cores => quantity::cores(number),
            Unit::Bytes => quantity::size_text(number),
        };
        let is_quoted = self.span.slice(text).starts_with(['"', '\'']);
        let plain = serde_json::from_str(&new).ok().filter(|_| !is_quoted);
        edit::set(text, &self.path, plain.unwrap_or(Value::String(new)))
    }
}

/// Where a requirement of a valid file stands.
pub(super) fn find(model: &Model, relaxation: &Relaxation) -> Option<Place> {
    let placement = relaxation.placement.as_str();
    let demands = pointer(&["profiles", "placement", placement]);
    let place = match &relaxation.what {
        Requirement::Attribute { key, .. } => {
            Place::Gone(vec![demands + &pointer(&["attributes", key])])
        }
        Requirement::SignedBy { .. } => Place::Gone(vec![demands + "/signedBy"]),
        Requirement::Reclamation { .. } => Place::Gone(vec!["/reclamation".to_owned()]),
        Requirement::Tee { services, .. } => {
            let paths = services
                .iter()
                .map(|service| pointer(&["services", service, "params", "tee"]));
            Place::Gone(paths.collect())
        }
        Requirement::GpuModels {
            profile, models, ..
        } => Place::Models {
            path: pointer(&["profiles", "compute", profile])
                + "/resources/gpu/attributes/vendor/nvidia",
            named: models.clone(),
        },
        Requirement::GpuUnits { profile, .. } => {
            let units = model.compute(profile)?.gpu.as_ref()?.units.as_ref()?;
            Number::of(units, Unit::Plain, (1, limits::GPUS))
        }
        Requirement::Cpu { profile, .. } => {
            let cpu = model.compute(profile)?.cpu.as_ref()?;
            let is_milli = cpu.text.value.ends_with(['m', 'M']);
            let unit = if is_milli { Unit::Milli } else { Unit::Cores };
            Number::of(cpu, unit, limits::CPU)
        }
        Requirement::Memory { profile, .. } => {
            let memory = model.compute(profile)?.memory.as_ref()?;
            Number::of(memory, Unit::Bytes, limits::MEMORY)
        }
        Requirement::Disk {
            profile, volume, ..
        } => {
            let size = find_volume(model, profile, volume)?.size.as_ref()?;
            Number::of(size, Unit::Bytes, limits::VOLUME)
        }
        Requirement::StorageClass {
            profile,
            volume,
            class,
        } => Place::Class {
            path: volume_attributes(model, profile, volume)? + "/class",
            gone: if class == "ram" {
                ordinary(model, profile, volume)?
            } else {
                Vec::new()
            },
        },
        Requirement::Persistent { profile, volume } => {
            Place::Gone(ordinary(model, profile, volume)?)
        }
        Requirement::Price { profile, .. } => {
            let price = model.placement(placement)?.price(profile)?;
            Place::Number(Number {
                path: demands + &pointer(&["pricing", profile, "amount"]),
                span: price.amount.as_ref()?.span,
                unit: Unit::Plain,
                weakest: limits::PRICE.into(),
                most: limits::PRICE.into(),
            })
        }
        Requirement::Replicas { service, .. } => {
            let mut placed = model.deployed(service)?.placements.iter().flatten();
            let placed = placed.find(|placed| placed.placement.value == placement)?;
            Place::Number(Number {
                path: pointer(&["deployment", service, placement, "count"]),
                span: placed.count_at,
                unit: Unit::Plain,
                weakest: 1,
                most: u32::MAX.into(),
            })
        }
        Requirement::LeasedIp { service, endpoint } => {
            Place::Gone(leased_ip(model, service, endpoint)?)
        }
    };
    Some(place)
}

fn find_volume<'m>(model: &'m Model, profile: &str, name: &str) -> Option<&'m Volume> {
    let mut volumes = model.compute(profile)?.storage.iter().flatten();
    volumes.find(|volume| volume.label() == name)
}

fn volume_attributes(model: &Model, profile: &str, name: &str) -> Option<String> {
    let size = find_volume(model, profile, name)?.size.as_ref()?;
    Some(size.path.strip_suffix("/size")?.to_owned() + "/attributes")
}

/// What goes when a volume becomes an ordinary one: its attributes, and its mounts, which providers refuse without them.
fn ordinary(model: &Model, profile: &str, name: &str) -> Option<Vec<String>> {
    let attributes = volume_attributes(model, profile, name)?;
    let users = model.services().iter().filter(|service| {
        let mut mounts = service.params.iter().flat_map(|params| &params.mounts);
        mounts.any(|mount| mount.volume.value == name)
            && service_profiles(model, &service.name).any(|used| used == profile)
    });
    let mounts =
        users.map(|service| pointer(&["services", &service.name, "params", "storage", name]));
    Some(std::iter::once(attributes).chain(mounts).collect())
}

/// What goes with a leased IP: every use in the service, and the endpoint when it is the last that uses it.
fn leased_ip(model: &Model, service: &str, endpoint: &str) -> Option<Vec<String>> {
    let uses = |to: &To| to.ip.as_ref().is_some_and(|ip| ip.value == endpoint);
    let target = |to: &To| to.service.as_ref().map(|service| service.value.clone());
    let mut paths = Vec::new();
    for expose in &model.service(service)?.exposes {
        // From the last, since what goes moves what follows.
        let targets = expose.to.iter().enumerate().rev();
        for (index, to) in targets.filter(|(_, to)| uses(to)) {
            let mut others = expose.to.iter();
            let is_twin = others
                .any(|other| other.global && other.ip.is_none() && target(other) == target(to));
            let end = if is_twin { "" } else { "/ip" };
            paths.push(format!("{}/to/{index}{end}", expose.path));
        }
    }
    let others = model
        .services()
        .iter()
        .filter(|other| other.name != service);
    let exposes = others.flat_map(|other| &other.exposes);
    if !exposes.flat_map(|expose| &expose.to).any(uses) {
        paths.push(pointer(&["endpoints", endpoint]));
    }
    Some(paths)
}

impl Place {
    pub(super) fn path(&self) -> &str {
        match self {
            Self::Gone(paths) => paths.first().map_or("", String::as_str),
            Self::Number(Number { path, .. })
            | Self::Models { path, .. }
            | Self::Class { path, .. } => path,
        }
    }

    /// The text with the requirement relaxed.
    pub(super) fn write(&self, text: &str, instead: &Instead) -> Result<String, EditError> {
        match (self, instead) {
            (Self::Gone(gone), Instead::Drop) => without(text, gone),
            (Self::Class { gone, .. }, Instead::Drop) if !gone.is_empty() => without(text, gone),
            (Self::Class { path, .. }, Instead::Class(class)) => {
                edit::set(text, path, class.as_str())
            }
            (Self::Models { path, .. }, Instead::Drop) => edit::set(text, path, Value::Null),
            (Self::Models { path, named }, Instead::Models(wanted))
                if !wanted.is_empty() && wanted.iter().all(|model| model.vendor == "nvidia") =>
            {
                with_models(text, path, named, wanted)
            }
            (Self::Number(number), Instead::Drop) => number.write(text, number.weakest),
            (Self::Number(number), Instead::Amount(amount)) if *amount <= number.most => {
                number.write(text, *amount)
            }
            _ => Err(EditError::Unfit(self.path().to_owned())),
        }
    }
}

fn without(text: &str, paths: &[String]) -> Result<String, EditError> {
    let mut paths = paths.iter();
    paths.try_fold(text.to_owned(), |text, path| edit::prune(&text, path))
}

/// Makes a list of models hold what is wanted; what stays is not touched.
fn with_models(
    text: &str,
    path: &str,
    named: &[GpuModel],
    wanted: &[GpuModel],
) -> Result<String, EditError> {
    let mut text = text.to_owned();
    let new = wanted.iter().filter(|model| !named.contains(model));
    for (index, model) in (named.len()..).zip(new) {
        text = edit::push(&text, path, json!({ "model": model.model }))?;
        for (key, value) in [("ram", &model.ram), ("interface", &model.interface)] {
            if let Some(value) = value {
                text = edit::set(&text, &format!("{path}/{index}/{key}"), value.as_str())?;
            }
        }
    }
    for (index, model) in named.iter().enumerate().rev() {
        if !wanted.contains(model) {
            text = edit::remove(&text, &format!("{path}/{index}"))?;
        }
    }
    Ok(text)
}
