//! One service of a compose file.

use super::keys::{self, Key};
use super::{Project, env, place, ports, sizes};
use crate::convert::merge;
use crate::convert::notes::{Losses, Note, Noted, short};
use crate::convert::plan::Service;
use crate::convert::types::{Asked, Certainty};
use crate::convert::value::{Map, Value};

/// Reads a service; nothing where it can't run on Akash, which is then said.
pub(super) fn read(
    name: &str,
    map: &Map,
    project: &Project<'_>,
    losses: &mut Losses,
) -> Option<Service> {
    said(name, map, keys::service, "", losses);
    let image = image(name, map, losses)?;
    let mut service = Service {
        key: name.to_owned(),
        image,
        count: Noted::plain(1),
        ..Service::default()
    };
    if !replicas(&mut service, map, losses) {
        return None;
    }
    for key in ["container_name", "hostname"] {
        service
            .aliases
            .extend(map.text(key).filter(|alias| alias != name));
    }
    networks(&mut service, map, losses);
    commands(&mut service, map, losses);
    env::read(&mut service, map, project, losses);
    ports::read(&mut service, map, losses);
    ports::routes(&mut service, map);
    needs(&mut service, map);
    place::read(&mut service, map, &project.volumes, losses);
    sizes::read(&mut service, map, losses);
    env::secrets(&mut service, map, project, losses);
    odds(&service, map, losses);
    Some(service)
}

/// Names the keys that are not carried over, by the table.
fn said(name: &str, map: &Map, table: fn(&str) -> Option<Key>, before: &str, losses: &mut Losses) {
    for (key, value) in &map.entries {
        let what = || format!("{before}{key}: {}", value.shown());
        let off = matches!(value, Value::Bool(false) | Value::Null);
        match table(key) {
            Some(Key::Read) => {}
            // What is switched off is no loss.
            Some(_) if off => {}
            Some(Key::Minor(why, instead)) => losses.minor(Some(name), what(), why, instead),
            Some(Key::Matters(why, instead)) => losses.matters(Some(name), what(), why, instead),
            None if key.starts_with("x-") => {}
            None => losses.minor(
                Some(name),
                what(),
                "Compose knows no such key.",
                "Check its spelling.",
            ),
        }
    }
}

fn image(name: &str, map: &Map, losses: &mut Losses) -> Option<Noted<String>> {
    let given = map
        .get("image")
        .and_then(|value| Some((value.text()?, value.unset().to_vec())));
    let build = map
        .get("build")
        .filter(|build| !matches!(build, Value::Null))
        .or_else(|| map.get("dockerfile"));
    let Some((text, unset)) = given.filter(|(text, _)| !text.trim().is_empty()) else {
        let Some(build) = build else {
            let what = if map.get("provider").is_some() {
                "provider"
            } else {
                "image"
            };
            losses.matters(Some(name), format!("services: {name}: no image"), "The service has no image, so there is nothing to run.", format!("Name an image, or do without the service. (It has the key `{what}` at the most.)"));
            return None;
        };
        losses.matters(
            Some(name),
            format!("build: {}", build.shown()),
            "A provider can't build an image: it must be published in a registry first.",
            "Build the image, publish it (`docker build`, `docker push`), and write its name under `image`.",
        );
        let placeholder = format!(
            "example/{}:1.0.0",
            crate::convert::names::valid(name, "app")
        );
        let note = Note::new(
            Certainty::Lost,
            format!("build: {}", build.shown()),
            placeholder.clone(),
            "This is not an image that exists. The file builds one on your machine: publish it, and write its name here.",
        );
        return Some(Noted::with(
            placeholder.clone(),
            note.ask(Asked::Image, name, placeholder),
        ));
    };
    let text = text.trim().to_owned();
    if let Some(build) = build {
        losses.matters(
            Some(name),
            format!("build: {}", build.shown()),
            "A provider can't build an image. The SDL takes the published image of this name.",
            format!(
                "Publish your image as `{}` if it is not there yet.",
                short(&text)
            ),
        );
    }
    let mut image = Noted::plain(text.clone());
    if !unset.is_empty() {
        let names = unset.join(", ");
        // `nginx:${TAG}` without a tag would be no name at all.
        let kept = text.trim_end_matches([':', '@', '-', '/']).to_owned();
        let kept = if kept.is_empty() {
            format!(
                "example/{}:1.0.0",
                crate::convert::names::valid(name, "app")
            )
        } else {
            kept
        };
        let note = Note::guess(
            map.get("image").map(Value::shown).unwrap_or_default(),
            kept.clone(),
            format!(
                "{} has no value, so a part of the image's name is missing.",
                short(&names)
            ),
        );
        image = Noted::with(kept.clone(), note.ask(Asked::Image, name, kept));
    }
    Some(image)
}

/// Whether any replica runs.
fn replicas(service: &mut Service, map: &Map, losses: &mut Losses) -> bool {
    let deploy = map.map("deploy");
    if let Some(deploy) = deploy {
        said(&service.key, deploy, keys::deploy, "deploy: ", losses);
    }
    let given = deploy
        .and_then(|deploy| deploy.text("replicas"))
        .or_else(|| map.text("scale"));
    if let Some(text) = given {
        match text.trim().parse::<u64>() {
            Ok(0) => {
                losses.matters(
                    Some(&service.key),
                    "replicas: 0",
                    "The file starts no container of the service.",
                    "Give it a replica if you want it.",
                );
                return false;
            }
            Ok(1) => {}
            Ok(count) => {
                service.count = Noted::with(
                    count,
                    Note::sure(
                        format!("replicas: {text}"),
                        count.to_string(),
                        "It is given.",
                    ),
                )
            }
            Err(_) => losses.minor(
                Some(&service.key),
                format!("replicas: {text}"),
                "This is no number.",
                "Write how many replicas run.",
            ),
        }
    }
    if deploy
        .and_then(|deploy| deploy.text("mode"))
        .is_some_and(|mode| mode.starts_with("global"))
    {
        losses.minor(
            Some(&service.key),
            "deploy: mode: global",
            "One container for each machine makes no sense at a provider. The SDL runs one.",
            "Raise `count` if you want more.",
        );
    }
    true
}

fn networks(service: &mut Service, map: &Map, losses: &mut Losses) {
    if let Some(value) = map.get("networks") {
        service.networks = value.texts();
        for (_, value) in value.map().iter().flat_map(|map| &map.entries) {
            let Some(network) = value.map() else { continue };
            service
                .aliases
                .extend(network.get("aliases").map(Value::texts).unwrap_or_default());
            for key in ["ipv4_address", "ipv6_address"] {
                if let Some(address) = network.text(key) {
                    losses.matters(
                        Some(&service.key),
                        format!("networks: {key}: {address}"),
                        "Services on Akash have no fixed addresses.",
                        format!(
                            "Use the host name `{}` instead of the address.",
                            short(&service.key)
                        ),
                    );
                }
            }
        }
    }
    let Some(mode) = map.text("network_mode").or_else(|| map.text("net")) else {
        return;
    };
    let what = format!("network_mode: {mode}");
    match mode.as_str() {
        "bridge" | "default" => {}
        "host" => losses.matters(
            Some(&service.key),
            what,
            "The network of the machine is the provider's, and containers have one of their own.",
            "Name the ports that the program uses, and choose under `expose` who reaches them.",
        ),
        "none" => losses.minor(
            Some(&service.key),
            what,
            "Every container on Akash has a network.",
            "Open no port of the service.",
        ),
        _ => {
            let other = mode.split_once(':').map(|(_, name)| name.to_owned());
            losses.matters(Some(&service.key), what, "Two services on Akash can't share one network address.", "Run both programs in one container, or let them reach each other by their host names.");
            service.needs.extend(other);
        }
    }
}

/// The words of a command: a list as it is, a text as a shell splits it.
pub(super) fn words(value: &Value) -> Result<Vec<String>, String> {
    match value {
        Value::List(_) => Ok(value.texts()),
        Value::Null => Ok(Vec::new()),
        other => {
            let text = other.text().unwrap_or_default();
            shlex::split(&text).ok_or(text)
        }
    }
}

fn commands(service: &mut Service, map: &Map, losses: &mut Losses) {
    let read = |key: &str| -> Option<Noted<Vec<String>>> {
        let value = map.get(key).filter(|value| !matches!(value, Value::Null))?;
        let mut notes = Vec::new();
        let words = words(value).unwrap_or_else(|text| {
            notes.push(Note::guess(
                format!("{key}: {text}"),
                text.clone(),
                "A quote is not closed, so the command is passed on in one piece to a shell.",
            ));
            vec!["sh".to_owned(), "-c".to_owned(), text]
        });
        let unset: Vec<String> = match value {
            Value::List(items) => items.iter().flat_map(Value::unset).cloned().collect(),
            other => other.unset().to_vec(),
        };
        if !unset.is_empty() {
            notes.push(Note::guess(
                format!("{key}: {}", value.shown()),
                words.join(" "),
                format!(
                    "{} has no value and is empty here.",
                    short(&unset.join(", "))
                ),
            ));
        } else if notes.is_empty() && !words.is_empty() && !matches!(value, Value::List(_)) {
            notes.push(Note::sure(
                format!("{key}: {}", value.shown()),
                words.join(" | "),
                "The line is split into words as a shell does.",
            ));
        }
        Some(Noted {
            value: words,
            notes,
        })
    };
    let entrypoint = read("entrypoint");
    let command = read("command");
    match (entrypoint, command) {
        // An empty entry point drops that of the image, so that the command is the program.
        (Some(entrypoint), Some(command)) if entrypoint.value.iter().all(String::is_empty) => {
            service.command = command
        }
        (Some(entrypoint), command) if entrypoint.value.iter().any(|word| !word.is_empty()) => {
            service.command = entrypoint;
            service.args = command.unwrap_or_default();
        }
        (Some(_), None) => losses.matters(
            Some(&service.key),
            "entrypoint: empty",
            "An SDL can't take the program of an image away without naming another one.",
            "Name the program under `command`.",
        ),
        (_, command) => service.args = command.unwrap_or_default(),
    }
}

fn needs(service: &mut Service, map: &Map) {
    let restart = map.text("restart").unwrap_or_default();
    service.once = matches!(restart.as_str(), "no" | "false") || restart.starts_with("on-failure");
    match map.get("depends_on") {
        Some(Value::Map(map)) => {
            // Who waits for the end of another does not reach it over the network.
            let ends = |value: &Value| {
                let condition = value.map().and_then(|map| map.text("condition"));
                condition.is_some_and(|condition| condition == "service_completed_successfully")
            };
            let needed = map.entries.iter().filter(|(_, value)| !ends(value));
            service.needs.extend(needed.map(|(name, _)| name.clone()));
        }
        Some(other) => service.needs.extend(other.texts()),
        None => {}
    }
    for link in map.get("links").map(Value::texts).unwrap_or_default() {
        let (name, _) = link.split_once(':').unwrap_or((&link, ""));
        service.needs.push(name.to_owned());
    }
}

/// What else is not carried over, and depends on its value.
fn odds(service: &Service, map: &Map, losses: &mut Losses) {
    let key = Some(service.key.as_str());
    let policy = map
        .map("deploy")
        .and_then(|deploy| deploy.map("restart_policy"))
        .and_then(|policy| policy.text("condition"));
    let restart = map.text("restart").or(policy).unwrap_or_default();
    match restart.split(':').next().unwrap_or_default() {
        "" | "always" | "unless-stopped" | "any" => {}
        // An unquoted `no` is text, and `false` is what older readers made of it.
        "no" | "none" | "false" => losses.matters(key, format!("restart: {restart}"), "Akash starts a program again whenever it ends.", "If it is to run only once, let it wait at its end, e.g. with `sleep infinity`, and close the deployment when it is done."),
        _ => losses.minor(key, format!("restart: {restart}"), "Akash starts a program again whenever it ends, for whatever reason.", "Nothing is to be done unless the program is to end for good."),
    }
    for device in map.list("devices") {
        let what = format!("devices: {}", device.shown());
        losses.matters(key, what, "Providers lend no devices but graphics cards.", "Ask for a graphics card under `gpu` if that is what it is for; else use a program that does without.");
    }
    if let Some(platform) = map.text("platform").filter(|platform| {
        !platform.starts_with("linux/amd64") && !platform.starts_with("linux/x86_64")
    }) {
        losses.matters(
            key,
            format!("platform: {platform}"),
            "Nearly all providers have machines of the kind linux/amd64.",
            "Make sure that the image exists for linux/amd64.",
        );
    }
    let conditions = map.get("depends_on").and_then(Value::map);
    let waits = conditions
        .iter()
        .flat_map(|map| &map.entries)
        .any(|(_, value)| {
            value
                .map()
                .and_then(|map| map.text("condition"))
                .is_some_and(|condition| condition != "service_started")
        });
    if waits {
        losses.matters(key, "depends_on: condition", "Akash starts all services at once and waits for none.", "Let the program try again until the other service answers; most do, or end and are started again.");
    }
    if let Some(links) = merge::names(map.get("links").unwrap_or(&Value::Null)) {
        for name in links.keys() {
            if let Some((service, alias)) = name.split_once(':')
                && service != alias
            {
                losses.matters(
                    key,
                    format!("links: {name}"),
                    format!("A service has one host name only, `{}`.", short(service)),
                    format!("Use `{}` instead of `{}`.", short(service), short(alias)),
                );
            }
        }
    }
}
