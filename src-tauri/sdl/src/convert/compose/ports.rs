//! `ports` and `expose`, and the labels by which proxies find a port.

use crate::convert::merge::pairs;
use crate::convert::names::is_host;
use crate::convert::notes::Losses;
use crate::convert::plan::{Port, Proto, Published, Service};
use crate::convert::syntax::{is_loopback, ports, protocol, range};
use crate::convert::value::{Map, Value};

/// Reads the ports of a service.
pub(super) fn read(service: &mut Service, map: &Map, losses: &mut Losses) {
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
        .map(|name| matches!(name.to_ascii_lowercase().as_str(), "http" | "https"));
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

/// Most host names of one service.
const MOST_HOSTS: usize = 20;

/// Takes over what the labels of Traefik and the variables of nginx-proxy say: which port is a web page, at which names.
pub(super) fn routes(service: &mut Service, map: &Map) {
    let labels = map.get("labels").and_then(pairs).unwrap_or_default();
    let mut open: Option<(u16, String)> = None;
    let mut hosts = Vec::new();
    for (key, value) in &labels.entries {
        let Some(value) = value.text() else { continue };
        if key.starts_with("traefik.") && key.ends_with(".loadbalancer.server.port") {
            open = value
                .parse::<u16>()
                .ok()
                .filter(|port| *port > 0)
                .map(|port| (port, format!("labels: {key}={value}")));
        } else if key.starts_with("traefik.http.routers.") && key.ends_with(".rule") {
            // Host(`a.example.com`) || Host(`b.example.com`)
            hosts.extend(value.split('`').skip(1).step_by(2).map(str::to_owned));
        }
    }
    let variable = |name: &str| {
        service
            .env
            .iter()
            .find(|env| env.name == name)
            .map(|env| env.value.clone())
    };
    if let Some(names) = variable("VIRTUAL_HOST") {
        hosts.extend(names.split(',').map(|name| name.trim().to_owned()));
        let port = variable("VIRTUAL_PORT")
            .and_then(|port| port.parse::<u16>().ok())
            .filter(|port| *port > 0);
        open = open.or(port.map(|port| (port, format!("VIRTUAL_PORT={port}"))));
    }
    hosts.retain(|host| is_host(host));
    hosts.truncate(MOST_HOSTS);
    if let Some((port, from)) = open {
        service.ports.push(Port {
            port,
            proto: Proto::Tcp,
            published: Published::Everyone(None),
            http: Some(true),
            from,
        });
    } else if !hosts.is_empty() {
        // The proxy would find the port that the image names.
        let first = service
            .ports
            .iter_mut()
            .find(|port| port.published == Published::No);
        if let Some(port) = first {
            port.published = Published::Everyone(None);
        }
    }
    service.hosts.extend(hosts);
}
