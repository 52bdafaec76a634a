//! `ports` and `expose`.

use crate::convert::notes::Losses;
use crate::convert::plan::{Port, Published, Service};
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
