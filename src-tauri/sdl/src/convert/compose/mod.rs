//! Compose files: version 1, 2 and 3, and the Compose Specification.
//!
//! Source: <https://github.com/compose-spec/compose-spec>, its chapters Interpolation, Merge, Extend, Include, Profiles, and
//! the schema.

mod env;
mod files;
pub(super) mod keys;
mod place;
mod ports;
mod service;
mod sizes;

use std::collections::BTreeSet;

use super::interpolate::{Vars, dotenv};
use super::notes::Losses;
use super::plan::{MOST_SERVICES, Plan, Service};
use super::types::{ConvertError, Kind, Options, Source};
use super::value::{Map, Value};
use crate::yaml::Limits;

pub(super) use env::asked;
pub(super) use sizes::gpu;

/// Bytes of all files beside the compose files.
const MOST_BESIDE: usize = 16 * 1024 * 1024;

/// What all services of a file share while they are read.
struct Project<'a> {
    vars: &'a Vars,
    options: &'a Options,
    volumes: Map,
    secrets: Map,
    configs: Map,
}

/// Reads compose files, later ones over earlier ones.
///
/// # Errors
/// A file can't be read, or nothing of it runs.
pub(super) fn plan(
    files: &[Source],
    env: Option<&str>,
    options: &Options,
) -> Result<Plan, ConvertError> {
    let beside: usize = options.beside.iter().map(|source| source.text.len()).sum();
    if env.is_some_and(|env| env.len() > Limits::TEXT) || beside > MOST_BESIDE {
        return Err(ConvertError::TooLarge);
    }
    let vars = env.map(dotenv).unwrap_or_default();
    let mut plan = Plan::new(Kind::Compose);
    let mut root = files::merged(files, &vars, options, &mut plan.losses)?;
    let take = |root: &mut Map, key: &str| {
        let value = root.get(key).and_then(Value::map).cloned();
        value.unwrap_or_default()
    };
    let services = take(&mut root, "services");
    let project = Project {
        vars: &vars,
        options,
        volumes: take(&mut root, "volumes"),
        secrets: take(&mut root, "secrets"),
        configs: take(&mut root, "configs"),
    };
    top(&root, &mut plan.losses);
    let wanted = wanted(&services, &options.profiles, &mut plan.losses);
    if wanted.len() > MOST_SERVICES {
        return Err(ConvertError::TooMuch(format!(
            "it has {} services, and Aloft converts {MOST_SERVICES} at the most.",
            wanted.len()
        )));
    }
    for (name, value) in &services.entries {
        if !wanted.contains(name.as_str()) {
            continue;
        }
        let Some(map) = value.map() else {
            plan.losses.matters(
                Some(name),
                format!("services: {name}"),
                "A service is a mapping with an `image`, and this one has nothing below it.",
                "Write `image: NAME` below it.",
            );
            continue;
        };
        if let Some(service) = service::read(name, map, &project, &mut plan.losses) {
            plan.services.push(service);
        }
    }
    if plan.services.is_empty() {
        let why = if services.entries.is_empty() {
            "The compose file has no services."
        } else {
            "No service of the compose file can run on Akash as it is."
        };
        return Err(plan.nothing(why));
    }
    Ok(plan)
}

/// Reads one service by itself; nothing where it can't run on Akash, which is then said.
pub(super) fn service(
    name: &str,
    map: &Map,
    vars: &Vars,
    options: &Options,
    losses: &mut Losses,
) -> Option<Service> {
    let project = Project {
        vars,
        options,
        volumes: Map::default(),
        secrets: Map::default(),
        configs: Map::default(),
    };
    service::read(name, map, &project, losses)
}

/// Says what of the top of the file is not carried over.
fn top(root: &Map, losses: &mut Losses) {
    for (key, value) in &root.entries {
        match keys::top(key) {
            Some(keys::Key::Read) => {}
            Some(keys::Key::Minor(why, instead)) => {
                losses.minor(None, format!("{key}: {}", value.shown()), why, instead)
            }
            Some(keys::Key::Matters(why, instead)) => {
                losses.matters(None, format!("{key}: {}", value.shown()), why, instead)
            }
            None if key.starts_with("x-") => {}
            None => losses.minor(
                None,
                format!("{key}: {}", value.shown()),
                "Compose files have no such section.",
                "Check its spelling.",
            ),
        }
    }
    let networks = root.get("networks").and_then(Value::map);
    for (name, value) in networks.iter().flat_map(|map| &map.entries) {
        let Some(map) = value.map() else { continue };
        if map
            .get("external")
            .is_some_and(|value| value.is_true() || value.map().is_some())
        {
            losses.matters(
                None,
                format!("networks: {name}: external"),
                "The network belongs to other programs on your machine, which are not part of this deployment.",
                "Add those programs to the deployment, or let the service reach them over the internet.",
            );
        }
    }
}

/// Services of the wanted profiles, and those that they need.
fn wanted<'m>(services: &'m Map, profiles: &[String], losses: &mut Losses) -> BTreeSet<&'m str> {
    let mut wanted = BTreeSet::new();
    for (name, value) in &services.entries {
        let own = value
            .map()
            .map(|map| map.get("profiles").map(Value::texts).unwrap_or_default())
            .unwrap_or_default();
        if own.is_empty()
            || own.iter().any(|profile| {
                profiles.contains(profile) || profiles.iter().any(|wanted| wanted == "*")
            })
        {
            wanted.insert(name.as_str());
        } else {
            losses.matters(
                Some(name),
                format!("services: {name}: profiles: {}", own.join(", ")),
                "Compose starts the service only when one of its profiles is asked for.",
                "Convert with that profile if you want the service.",
            );
        }
    }
    wanted
}
