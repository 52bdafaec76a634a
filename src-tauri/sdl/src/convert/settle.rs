//! From what a source asks for to what an SDL says: names, who reaches whom, sizes and prices.

use std::collections::{BTreeMap, BTreeSet};

use super::emit::{Output, Ready};
use super::hosts::{is_hostlike, mentions, renamed};
use super::known;
use super::names::{Names, is_env_name, valid};
use super::notes::{Losses, Note, Noted};
use super::plan::{Env, Keep, MOST_SERVICES, Plan, Service};
use super::types::{Certainty, Conversion, ConvertError};
use super::{emit, hints, ports, sizes, volumes};
use crate::finding::Severity;

/// Most replicas; the rest of what a source asks for would find no provider.
const MOST_REPLICAS: u64 = 20;
/// Most other names of one service.
const MOST_ALIASES: usize = 8;
/// Most variables of one service.
const MOST_ENV: usize = 1_000;

/// Writes the SDL.
///
/// # Errors
/// Nothing is left to run, or more is asked for than a deployment can hold.
pub(super) fn settle(mut plan: Plan) -> Result<Conversion, ConvertError> {
    if plan.services.is_empty() {
        return Err(plan.nothing("Nothing in it can run on Akash."));
    }
    if plan.services.len() > MOST_SERVICES {
        return Err(ConvertError::TooMuch(format!(
            "it has {} services, and Aloft converts {MOST_SERVICES} at the most.",
            plan.services.len()
        )));
    }
    let kind = plan.kind;
    let names = names(&plan.services);
    let reached = reach(&mut plan.services, &names);
    // Databases that start only in an empty folder find one below their volume's root.
    for service in &mut plan.services {
        data_folder(service);
    }
    hints::read(&mut plan.services);
    let exposes = ports::settle(&mut plan, &names, &reached);
    let mut losses = plan.losses;
    let mut owners: BTreeMap<String, String> = BTreeMap::new();
    let mut output = Output::default();
    for ((service, name), exposes) in plan.services.into_iter().zip(&names).zip(exposes) {
        let ready = ready(service, name, &mut losses, &mut owners);
        output.services.push(Ready { exposes, ..ready });
    }
    let (sdl, decisions) = emit::write(&output);
    let checked = crate::check(&sdl);
    if let Some(finding) = checked
        .findings
        .iter()
        .find(|finding| finding.severity != Severity::Warning)
    {
        return Err(ConvertError::TooMuch(format!("{}.", finding.message)));
    }
    Ok(Conversion {
        kind,
        sdl,
        decisions,
        lost: losses.into_list(),
    })
}

/// A valid name for each service.
fn names(services: &[Service]) -> Vec<String> {
    let mut names = Names::default();
    // Names that are valid already stay, whatever stands before them.
    let keep: BTreeSet<&str> = services
        .iter()
        .map(|service| service.key.as_str())
        .filter(|key| !key.is_empty() && valid(key, "") == *key)
        .collect();
    let mut given = BTreeSet::new();
    for name in &keep {
        names.reserve(name);
    }
    let mut list = Vec::new();
    for service in services {
        if keep.contains(service.key.as_str()) && given.insert(service.key.as_str()) {
            list.push(service.key.clone());
            continue;
        }
        let path = known::repository(&service.image.value);
        let from_image = valid(path.rsplit('/').next().unwrap_or_default(), "app");
        let name = if service.key.is_empty() {
            from_image
        } else {
            valid(&service.key, &from_image)
        };
        list.push(names.unique(name));
    }
    list
}

/// Who reaches whom, and at which ports: for each service, the services that need it with the ports they name.
pub(super) type Reached = Vec<BTreeMap<usize, BTreeSet<u16>>>;

/// Finds which services need which, and writes the names of the SDL where a value names a host.
fn reach(services: &mut [Service], names: &[String]) -> Reached {
    let hosts: Vec<Vec<String>> = services
        .iter()
        .map(|service| {
            std::iter::once(service.key.clone())
                .chain(service.aliases.iter().take(MOST_ALIASES).cloned())
                .filter(|name| !name.is_empty())
                .collect()
        })
        .collect();
    let mut reached: Reached = vec![BTreeMap::new(); services.len()];
    for (from, service) in services.iter_mut().enumerate() {
        for need in &service.needs {
            let target = hosts.iter().position(|hosts| hosts.contains(need));
            if let Some(slot) = target
                .filter(|to| *to != from)
                .and_then(|to| reached.get_mut(to))
            {
                slot.entry(from).or_default();
            }
        }
        for (to, (hosts, name)) in hosts.iter().zip(names).enumerate() {
            if to == from {
                continue;
            }
            for host in hosts {
                let mut hits = BTreeSet::new();
                let mut found = false;
                for env in &mut service.env {
                    let places = mentions(&env.value, host, is_hostlike(&env.name));
                    found |= !places.is_empty();
                    hits.extend(places.iter().filter_map(|place| place.port));
                    if !places.is_empty() && host != name {
                        let value = renamed(&env.value, &places, name);
                        env.notes.push(Note::sure(host.clone(), name.clone(), format!("The service `{}` is called `{name}` in the SDL, and that is its host name.", super::notes::short(host))));
                        env.value = value;
                    }
                }
                for list in [&mut service.command.value, &mut service.args.value] {
                    let mut before = String::new();
                    for word in list.iter_mut() {
                        let flag =
                            before == "-h" || before.starts_with("--") && is_hostlike(&before);
                        let places = mentions(word, host, flag);
                        found |= !places.is_empty();
                        hits.extend(places.iter().filter_map(|place| place.port));
                        before.clone_from(word);
                        if !places.is_empty() && host != name {
                            *word = renamed(word, &places, name);
                        }
                    }
                }
                if found && let Some(slot) = reached.get_mut(to) {
                    slot.entry(from).or_default().extend(hits);
                }
            }
        }
    }
    reached
}

/// PostgreSQL refuses a folder that is not empty, and a new volume holds `lost+found`.
fn data_folder(service: &mut Service) {
    const FOLDER: &str = "/var/lib/postgresql/data";
    let is_postgres =
        known::find(&service.image.value).is_some_and(|known| known.names.contains(&"postgres"));
    let is_mounted = service
        .volumes
        .iter()
        .any(|volume| volume.keep == Keep::Disk && volume.mount.trim_end_matches('/') == FOLDER);
    if is_postgres && is_mounted && !service.env.iter().any(|env| env.name == "PGDATA") {
        let mut env = Env::new("PGDATA", format!("{FOLDER}/pgdata"));
        env.notes.push(Note::guess(
            "no PGDATA",
            format!("PGDATA={FOLDER}/pgdata"),
            "A new volume holds a folder `lost+found`, and PostgreSQL starts only in an empty one: its files go one folder below.",
        ));
        service.env.push(env);
    }
}

fn ready(
    service: Service,
    name: &str,
    losses: &mut Losses,
    owners: &mut BTreeMap<String, String>,
) -> Ready {
    let key = if service.key.is_empty() {
        name
    } else {
        &service.key
    }
    .to_owned();
    let mut named = Noted::plain(name.to_owned());
    if key != name {
        named.notes.push(Note::sure(
            key.clone(),
            name,
            "Providers take only small letters, digits and `-` in the name of a service.",
        ));
    }
    let mut service = service;
    let env = env(std::mem::take(&mut service.env), &key, losses);
    let words = service.env_words(&env);
    let volumes = volumes::settle(&service.image.value, service.volumes, &key, losses, owners);
    let sized = sizes::Wanted {
        image: &service.image.value,
        words,
        cpu: service.cpu,
        memory: service.memory,
        disk: service.disk,
        gpu: service.gpu,
    }
    .settle();
    let mut count = service.count;
    if count.value > MOST_REPLICAS {
        count.notes.push(Note::new(
            Certainty::Lost,
            format!("{} replicas", count.value),
            MOST_REPLICAS.to_string(),
            format!("{} replicas are wanted, and more than {MOST_REPLICAS} of one service hardly find a provider.", count.value),
        ));
    }
    count.value = count.value.clamp(1, MOST_REPLICAS);
    let amount = Noted::plain(sizes::ceiling(&sized, &volumes));
    Ready {
        name: named,
        image: service.image,
        command: service.command,
        args: service.args,
        env,
        exposes: Vec::new(),
        volumes,
        cpu: sized.cpu,
        memory: sized.memory,
        disk: sized.disk,
        gpu: sized.gpu,
        amount,
        count,
    }
}

impl Service {
    /// The words that may name a model: of the command and of the variables.
    fn env_words(&self, env: &[Noted<String>]) -> Vec<String> {
        let words = self.command.value.iter().chain(&self.args.value).cloned();
        let values = env.iter().map(|env| env.value.clone());
        words
            .chain(values)
            .filter(|word| word.len() < 300)
            .take(500)
            .collect()
    }
}

fn env(list: Vec<Env>, key: &str, losses: &mut Losses) -> Vec<Noted<String>> {
    let mut out: Vec<(String, Noted<String>)> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for env in list {
        if !is_env_name(&env.name) {
            losses.matters(
                Some(key),
                format!("environment: {}", env.name),
                "Providers refuse a variable of that name.",
                "Give the variable a name of letters, digits and `_`, if the program allows another one.",
            );
            continue;
        }
        let entry = Noted {
            value: format!("{}={}", env.name, env.value),
            notes: env.notes,
        };
        if let Some((_, old)) = places.get(&env.name).and_then(|at| out.get_mut(*at)) {
            *old = entry;
            continue;
        }
        if out.len() == MOST_ENV {
            losses.matters(
                Some(key),
                "environment",
                format!("There are more than {MOST_ENV} variables."),
                "Put them into a file in the image.",
            );
            break;
        }
        places.insert(env.name.clone(), out.len());
        out.push((env.name, entry));
    }
    out.into_iter().map(|(_, entry)| entry).collect()
}
