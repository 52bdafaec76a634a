//! Which ports are opened to other services.

use std::collections::{BTreeMap, BTreeSet};

use super::emit::Expose;
use super::known::{self, Talk};
use super::notes::{Losses, Note, Noted, short};
use super::plan::{Port, Proto, Published, Service};
use super::ports::{FEW, MOST};
use super::settle::Reached;
use super::types::Asked;

/// The services that reach a service, with the ports they name, and whether that is a guess.
pub(super) fn needers(
    services: &[Service],
    reached: &Reached,
    index: usize,
    open: &[Vec<Noted<Expose>>],
) -> (BTreeMap<usize, BTreeSet<u16>>, bool) {
    let named = reached.get(index).cloned().unwrap_or_default();
    let is_open = open
        .get(index)
        .is_some_and(|entries| entries.iter().any(|entry| entry.value.global == Some(true)));
    if !named.is_empty() || is_open || services.len() > FEW {
        return (named, false);
    }
    let Some(service) = services.get(index) else {
        return (named, false);
    };
    let shares = |other: &Service| {
        let open_to_all = service.networks.is_empty() && other.networks.is_empty();
        open_to_all
            || other
                .networks
                .iter()
                .any(|network| service.networks.contains(network))
    };
    let others = services
        .iter()
        .enumerate()
        .filter(|(at, other)| *at != index && shares(other));
    (others.map(|(at, _)| (at, BTreeSet::new())).collect(), true)
}

/// Opens ports to the services that need them.
pub(super) fn open(
    service: &Service,
    names: &[String],
    (needers, guessed): (BTreeMap<usize, BTreeSet<u16>>, bool),
    entries: &mut Vec<Noted<Expose>>,
    losses: &mut Losses,
) {
    if needers.is_empty() {
        let is_open = |port: &Port| {
            let key = (port.port, port.proto);
            let has = |entry: &Noted<Expose>| (entry.value.port, entry.value.proto) == key;
            entries.iter().any(has)
        };
        // What is published and yet not open was named where that was decided.
        let is_inner = |port: &&Port| matches!(port.published, Published::No | Published::Loopback);
        for port in service
            .ports
            .iter()
            .filter(is_inner)
            .filter(|port| !is_open(port))
        {
            losses.minor(
                Some(&service.key),
                &port.from,
                "No other service names this one, so the port is open to nobody.",
                "Add it under `expose`, with `to` and `- service: NAME` for a service or `- global: true` for everyone.",
            );
        }
        return;
    }
    let mut ports: Vec<(u16, Proto)> = service
        .ports
        .iter()
        .map(|port| (port.port, port.proto))
        .collect();
    let from = if ports.is_empty() {
        "the image's usual port"
    } else {
        "the ports that are given"
    };
    // What the image is known for is there as well, whether it is given or not.
    for (port, talk) in known::ports(&service.image.value) {
        if ports.is_empty() || talk == Talk::Inner && !ports.contains(&(port, talk.proto())) {
            ports.push((port, talk.proto()));
        }
    }
    let mut wanted: BTreeMap<(u16, Proto), BTreeSet<usize>> = BTreeMap::new();
    for (needer, named) in &needers {
        for port in &ports {
            wanted.entry(*port).or_default().insert(*needer);
        }
        for port in named.iter().take(MOST) {
            if !ports.iter().any(|(number, _)| number == port) {
                wanted
                    .entry((*port, Proto::Tcp))
                    .or_default()
                    .insert(*needer);
            }
        }
    }
    if wanted.is_empty() && !guessed {
        let who: Vec<String> = needers
            .keys()
            .filter_map(|at| names.get(*at))
            .cloned()
            .collect();
        unknown(service, who, entries, losses);
        return;
    }
    for ((port, proto), who) in wanted.into_iter().take(MOST) {
        let services: Vec<String> = who
            .iter()
            .filter_map(|at| names.get(*at))
            .cloned()
            .collect();
        let list = services.join(", ");
        let note = if guessed {
            Note::guess(
                format!("{} on a common network", service.key),
                format!("{port}/{} for {list}", proto.name()),
                "Nothing names this service, but in the file all services of a network reach each other. Delete the services that don't need it.",
            )
        } else {
            Note::sure(
                format!("{list} needs {}", service.key),
                format!("{port}/{} for {list}", proto.name()),
                format!("The port comes from {from}; it is open to these services only."),
            )
        };
        // A port that is another one outside is that one for services too, so they get an entry of their own. So do they
        // beside host names, which providers refuse twice; the same port can't stand there once more, and needs not.
        let same = entries.iter_mut().find(|entry| {
            let key = (entry.value.port, entry.value.proto);
            key == (port, proto) && entry.value.outside.is_none()
        });
        match same {
            Some(entry) => {
                if entry.value.accept.is_empty() {
                    entry.value.services = services;
                }
                entry.notes.push(note);
            }
            None => entries.push(Noted::with(
                Expose {
                    port,
                    outside: None,
                    proto,
                    accept: Vec::new(),
                    global: None,
                    services,
                },
                note,
            )),
        }
    }
}

/// Parts of names of services that nobody reaches over the network.
const SILENT: [&str; 12] = [
    "worker",
    "beat",
    "migrat",
    "init",
    "seed",
    "cron",
    "job",
    "scheduler",
    "setup",
    "consumer",
    "backup",
    "bootstrap",
];

/// Others need the service, and nothing says at which port it listens.
fn unknown(
    service: &Service,
    who: Vec<String>,
    entries: &mut Vec<Noted<Expose>>,
    losses: &mut Losses,
) {
    let list = short(&who.join(", "));
    let key = service.key.to_ascii_lowercase();
    if service.once || SILENT.iter().any(|part| key.contains(part)) {
        losses.minor(
            Some(&service.key),
            format!("depends_on: {list} needs {}", short(&service.key)),
            "Akash starts all services at once, in no order.",
            "Let the program try again until the other one is ready; most do, or end and are started again.",
        );
        return;
    }
    let note = Note::guess(
        format!("{list} needs {}", short(&service.key)),
        format!("80/tcp for {list}"),
        format!("{list} may reach this service over the network, and nothing says at which port it listens. Write the right one, or delete this if nobody reaches it."),
    )
    .ask(Asked::Port, "80/tcp", "80");
    entries.push(Noted::with(
        Expose {
            port: 80,
            outside: None,
            proto: Proto::Tcp,
            accept: Vec::new(),
            global: None,
            services: who,
        },
        note,
    ));
}
