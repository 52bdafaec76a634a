//! From what a source asks for to what an SDL says: names, who reaches whom, sizes and prices.

use std::collections::{BTreeMap, BTreeSet};

use super::emit::{Output, Ready, Storage};
use super::hosts::{is_hostlike, mentions, renamed};
use super::known;
use super::names::{Names, is_env_name, valid};
use super::notes::{Losses, Note, Noted};
use super::plan::{Env, Keep, MOST_SERVICES, Plan, Service, Volume};
use super::types::{Asked, Certainty, Conversion, ConvertError};
use super::{emit, ports, sizes};
use crate::check::limits::VOLUME;
use crate::finding::Severity;

/// Volumes of one service beside its disk; no provider bids on more than four volumes in all.
const MOST_VOLUMES: usize = 3;
/// Most replicas; the rest of what a source asks for would find no provider.
const MOST_REPLICAS: u64 = 20;
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
        .filter(|key| valid(key, "") == *key)
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
                .chain(service.aliases.iter().cloned())
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
            "",
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
    let volumes = volumes(&service.image.value, service.volumes, &key, losses, owners);
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
            format!("The file asks for {} replicas, and more than {MOST_REPLICAS} of one service hardly find a provider.", count.value),
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

fn volumes(
    image: &str,
    list: Vec<Volume>,
    key: &str,
    losses: &mut Losses,
    owners: &mut BTreeMap<String, String>,
) -> Vec<Noted<Storage>> {
    let known = known::find(image);
    let mut names = Names::default();
    names.reserve("default");
    let mut mounts = BTreeSet::new();
    let mut list: Vec<Volume> = list;
    // What lasts is more important than what is in memory.
    list.sort_by_key(|volume| volume.keep == Keep::Ram);
    let mut out = Vec::new();
    for volume in list {
        let mount = mount_path(&volume.mount);
        let Some(mount) = mount else {
            losses.matters(
                Some(key),
                &volume.from,
                "The folder must be an absolute path, and not the root of the container.",
                "Write the full path of the folder in the container.",
            );
            continue;
        };
        if !mounts.insert(mount.clone()) {
            continue;
        }
        if out.len() == MOST_VOLUMES {
            losses.matters(
                Some(key),
                &volume.from,
                "No provider bids on a service with more than four volumes, its disk among them.",
                "Let the program keep its files in one of the other folders, or do without a volume for this one.",
            );
            continue;
        }
        out.push(storage(
            volume, mount, known, key, &mut names, losses, owners,
        ));
    }
    out
}

/// An absolute path without a slash at its end; nothing for the root.
fn mount_path(path: &str) -> Option<String> {
    let trimmed = path.trim_end_matches('/');
    let usable = trimmed.starts_with('/')
        && trimmed.len() > 1
        && trimmed.len() < 1024
        && !trimmed.chars().any(char::is_control);
    usable.then(|| trimmed.to_owned())
}

fn storage(
    volume: Volume,
    mount: String,
    known: Option<&known::Known>,
    key: &str,
    names: &mut Names,
    losses: &mut Losses,
    owners: &mut BTreeMap<String, String>,
) -> Noted<Storage> {
    let ram = volume.keep == Keep::Ram;
    let fallback = valid(&mount, "data");
    let name = names.unique(valid(&volume.name, &fallback));
    let mut notes = volume.notes;
    if !ram && !volume.name.is_empty() {
        if let Some(owner) = owners.get(&volume.name).filter(|owner| *owner != key) {
            notes.push(Note::new(
                Certainty::Lost,
                format!("{} is shared with {owner}", volume.name),
                "a volume of its own",
                format!("In the file, `{}` and `{}` share this volume. On Akash each has its own and does not see the other's files.", super::notes::short(owner), super::notes::short(key)),
            ));
            losses.matters(
                Some(key),
                format!("volume {} shared with {owner}", volume.name),
                "A volume on Akash belongs to one service.",
                "Run both programs in one service, or let them exchange files over the network or a store of objects.",
            );
        } else {
            owners.insert(volume.name.clone(), key.to_owned());
        }
    }
    let (size, why) = match volume.size {
        Some(size) => (size, None),
        None if ram => (
            64 << 20,
            Some("Nothing says how large this folder in memory may grow.".to_owned()),
        ),
        None => sizes::volume(known, &mount),
    };
    let size = size.clamp(VOLUME.0, VOLUME.1).div_ceil(1 << 20) << 20;
    let text = crate::quantity::size_text(size);
    notes.push(match why {
        Some(why) => Note::guess(volume.from, format!("{name}: {text}"), why).ask(
            Asked::VolumeSize,
            name.clone(),
            text,
        ),
        None => Note::sure(
            volume.from,
            format!("{name}: {text}"),
            "The file says how large it is.",
        ),
    });
    Noted {
        value: Storage {
            name,
            mount,
            read_only: volume.read_only && !ram,
            size,
            ram,
        },
        notes,
    }
}
