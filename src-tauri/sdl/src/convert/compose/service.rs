//! One service of a compose file.

use super::keys::{self, Key};
use super::{Project, env, place};
use crate::convert::merge;
use crate::convert::notes::{Losses, Note, Noted, short};
use crate::convert::plan::{Gpu, Port, Published, Service};
use crate::convert::syntax::{bytes, cores, is_loopback, ports, protocol, range, scaled};
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
    port_list(&mut service, map, losses);
    needs(&mut service, map);
    place::read(&mut service, map, &project.volumes, losses);
    resources(&mut service, map, losses);
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
                        "The file says so.",
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

fn port_list(service: &mut Service, map: &Map, losses: &mut Losses) {
    let mut wrong = |what: String, why: String| {
        losses.matters(
            Some(&service.key),
            what,
            why,
            "Add the port under `expose` in the SDL if it is needed.",
        )
    };
    for item in map.list("ports") {
        match item {
            Value::Map(long) => match long_port(long) {
                Ok(found) => service.ports.extend(found),
                Err(why) => wrong(format!("ports: {}", item.shown()), why),
            },
            other => {
                let Some(text) = other.text() else { continue };
                // `${PORT}:80` without a value publishes at any port, as compose does.
                match ports(text.trim_start_matches(':')) {
                    Ok(found) => service.ports.extend(found),
                    Err(why) => wrong(format!("ports: {text}"), why),
                }
            }
        }
    }
    for text in map.get("expose").map(Value::texts).unwrap_or_default() {
        match ports(&text) {
            Ok(found) => service.ports.extend(found.into_iter().map(|port| Port {
                published: Published::No,
                from: format!("expose: {text}"),
                ..port
            })),
            Err(why) => wrong(format!("expose: {text}"), why),
        }
    }
}

fn long_port(map: &Map) -> Result<Vec<Port>, String> {
    let target = map.text("target").unwrap_or_default();
    let (first, last) =
        range(&target).ok_or("The port of the container (`target`) is missing or is no port.")?;
    if last - first >= 200 {
        return Err("The range is too large.".to_owned());
    }
    let proto = protocol(&map.text("protocol").unwrap_or_default())?;
    let outside = map
        .text("published")
        .and_then(|text| range(&text))
        .map(|(from, _)| from);
    let loopback = map.text("host_ip").is_some_and(|ip| is_loopback(&ip));
    let http = map
        .text("app_protocol")
        .map(|name| name.to_ascii_lowercase().starts_with("http"));
    let shown = map.text("published").map_or_else(
        || target.clone(),
        |published| format!("{published}:{target}"),
    );
    let ports = (first..=last).map(|port| Port {
        port,
        proto,
        published: if loopback {
            Published::Loopback
        } else {
            Published::Everyone(outside.map(|outside| outside.saturating_add(port - first)))
        },
        http,
        from: format!("{shown}/{}", proto.name()),
    });
    Ok(ports.collect())
}

fn needs(service: &mut Service, map: &Map) {
    service
        .needs
        .extend(map.get("depends_on").map(Value::texts).unwrap_or_default());
    for link in map.get("links").map(Value::texts).unwrap_or_default() {
        let (name, _) = link.split_once(':').unwrap_or((&link, ""));
        service.needs.push(name.to_owned());
    }
}

fn resources(service: &mut Service, map: &Map, losses: &mut Losses) {
    let resources = map.map("deploy").and_then(|deploy| deploy.map("resources"));
    let part = |name: &str, key: &str| {
        resources
            .and_then(|map| map.map(name))
            .and_then(|map| map.text(key))
            .map(|text| (format!("deploy: resources: {name}: {key}: {text}"), text))
    };
    let own = |key: &str| map.text(key).map(|text| (format!("{key}: {text}"), text));
    let quota = own("cpu_quota").and_then(|(from, quota)| {
        let period: u64 = map
            .text("cpu_period")
            .and_then(|text| text.trim().parse().ok())
            .filter(|period| *period > 0)
            .unwrap_or(100_000);
        let quota: u64 = quota.trim().parse().ok().filter(|quota| *quota > 0)?;
        Some((
            from,
            format!("{}m", quota.saturating_mul(1000).div_ceil(period)),
        ))
    });
    let cpu = part("limits", "cpus")
        .or_else(|| own("cpus"))
        .or_else(|| own("cpu_count"))
        .or(quota)
        .or_else(|| part("reservations", "cpus"));
    if let Some((from, text)) = cpu {
        match cores(&text) {
            Some(milli) => {
                service.cpu = Some(Noted::with(
                    milli,
                    Note::sure(
                        from,
                        format!("{} cores", crate::quantity::cores(milli)),
                        "The file says so.",
                    ),
                ))
            }
            None if text.trim().trim_matches(['0', '.']).is_empty() => {}
            None => losses.minor(
                Some(&service.key),
                from,
                "This is no number of cores.",
                "Write a number such as `0.5`.",
            ),
        }
    }
    let memory = part("limits", "memory")
        .or_else(|| own("mem_limit"))
        .or_else(|| part("reservations", "memory"))
        .or_else(|| own("mem_reservation"));
    if let Some((from, text)) = memory {
        match bytes(&text) {
            Some(bytes) => {
                let whole = bytes.div_ceil(1 << 20).saturating_mul(1 << 20);
                service.memory = Some(Noted::with(
                    whole,
                    Note::sure(from, crate::quantity::size_text(whole), "The file says so."),
                ));
            }
            None if text.trim().trim_matches(['0', '.']).is_empty() => {}
            None => losses.minor(
                Some(&service.key),
                from,
                "This is no size that Docker knows.",
                "Write a size such as `512m`.",
            ),
        }
    }
    gpus(service, map, resources, losses);
}

fn gpus(service: &mut Service, map: &Map, resources: Option<&Map>, losses: &mut Losses) {
    let mut found: Option<(u64, String, bool)> = None;
    let mut add = |count: Option<u64>, from: String| {
        let (old, _, sure) = found.clone().unwrap_or((0, String::new(), true));
        found = Some((
            old.saturating_add(count.unwrap_or(1)),
            from,
            sure && count.is_some(),
        ));
    };
    let devices = resources
        .and_then(|map| map.map("reservations"))
        .map(|map| map.list("devices"))
        .unwrap_or_default();
    let listed = map.list("gpus");
    for (item, is_gpus) in devices
        .iter()
        .map(|item| (item, false))
        .chain(listed.iter().map(|item| (item, true)))
    {
        let Some(device) = item.map() else { continue };
        let capabilities = device
            .get("capabilities")
            .map(Value::texts)
            .unwrap_or_default();
        let nested = device.list("capabilities").iter().flat_map(Value::texts);
        let driver = device.text("driver").unwrap_or_default();
        let is_gpu = is_gpus
            || driver == "nvidia"
            || capabilities
                .iter()
                .cloned()
                .chain(nested)
                .any(|capability| capability == "gpu" || capability == "nvidia");
        if !is_gpu {
            losses.matters(
                Some(&service.key),
                format!("deploy: resources: devices: {}", item.shown()),
                "Providers lend no devices but graphics cards.",
                "Use a program that does without.",
            );
            continue;
        }
        let ids = device
            .get("device_ids")
            .map(Value::texts)
            .unwrap_or_default();
        let count = match device.text("count") {
            Some(text) => text.parse::<u64>().ok(),
            None if !ids.is_empty() => u64::try_from(ids.len()).ok(),
            None => None,
        };
        add(
            count,
            format!(
                "devices: {}",
                device
                    .text("count")
                    .map_or("gpu".to_owned(), |count| format!("count {count}"))
            ),
        );
    }
    if let Some(text) = map.text("gpus") {
        add(text.parse().ok(), format!("gpus: {text}"));
    }
    for item in resources
        .and_then(|map| map.map("reservations"))
        .map(|map| map.list("generic_resources"))
        .unwrap_or_default()
    {
        let spec = item
            .map()
            .and_then(|item| item.map("discrete_resource_spec"));
        let kind = spec.and_then(|spec| spec.text("kind")).unwrap_or_default();
        if kind.to_ascii_lowercase().contains("gpu") {
            add(
                spec.and_then(|spec| spec.text("value"))
                    .and_then(|value| scaled(&value, 1)),
                format!("generic_resources: {kind}"),
            );
        }
    }
    let runtime = map.text("runtime").unwrap_or_default();
    if found.is_none() && runtime == "nvidia" {
        found = Some((1, "runtime: nvidia".to_owned(), false));
    } else if !matches!(runtime.as_str(), "" | "nvidia" | "runc") {
        losses.minor(
            Some(&service.key),
            format!("runtime: {runtime}"),
            "The provider chooses what runs its containers.",
            "Nothing is to be done.",
        );
    }
    service.gpu = found
        .filter(|(units, ..)| *units > 0)
        .map(|(units, from, sure)| gpu(units, from, sure));
}

/// Graphics cards of any model.
pub(in crate::convert) fn gpu(units: u64, from: String, sure: bool) -> Noted<Gpu> {
    let gpu = Gpu {
        units,
        models: Vec::new(),
    };
    let to = format!("{units} of any NVIDIA model");
    let note = if sure {
        Note::guess(
            from,
            to,
            "The file does not say which graphics card. Name the models that will do, since any may bid.",
        )
    } else {
        Note::guess(
            from,
            to,
            "The file asks for all graphics cards of a machine. This is one, of any model; name the models that will do.",
        )
    };
    Noted::with(gpu, note)
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
