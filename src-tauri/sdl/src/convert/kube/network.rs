//! Ports of a container, and the Services and Ingresses that lead to them.

use super::Cluster;
use crate::convert::names;
use crate::convert::notes::Losses;
use crate::convert::plan::{Port, Proto, Published, Service};
use crate::convert::value::{Map, Value};

/// The number of a port, by number or by the name that the container gives it.
fn port_number(container: &Map, value: Option<&Value>) -> Option<u16> {
    let text = value?.text()?;
    let named = |port: &&Map| port.text("name").as_deref() == Some(text.as_str());
    text.parse()
        .ok()
        .or_else(|| {
            container
                .list("ports")
                .iter()
                .filter_map(Value::map)
                .find(named)?
                .text("containerPort")?
                .parse()
                .ok()
        })
        .filter(|port| *port > 0)
}

fn proto(map: &Map) -> Proto {
    let udp = map
        .text("protocol")
        .is_some_and(|name| name.eq_ignore_ascii_case("udp"));
    if udp { Proto::Udp } else { Proto::Tcp }
}

pub(super) fn ports(
    service: &mut Service,
    container: &Map,
    labels: &Map,
    cluster: &Cluster,
    losses: &mut Losses,
) {
    for port in container.list("ports").iter().filter_map(Value::map) {
        let Some(number) = port_number(container, port.get("containerPort")) else {
            continue;
        };
        let http = port
            .text("name")
            .filter(|name| name.starts_with("http") || name == "web")
            .map(|_| true);
        service.ports.push(Port {
            port: number,
            proto: proto(port),
            published: if port.get("hostPort").is_some() {
                Published::Everyone(None)
            } else {
                Published::No
            },
            http,
            from: format!("containerPort: {number}"),
        });
    }
    for object in &cluster.services {
        let Some(spec) = object.map.map("spec") else {
            continue;
        };
        let selector = spec.map("selector").cloned().unwrap_or_default();
        let matches = !selector.entries.is_empty()
            && selector
                .entries
                .iter()
                .all(|(key, value)| labels.text(key) == value.text());
        if !matches {
            continue;
        }
        if object.name != service.key {
            service.aliases.push(object.name.clone());
        }
        let space = object
            .map
            .map("metadata")
            .and_then(|meta| meta.text("namespace"))
            .unwrap_or_else(|| "default".to_owned());
        for suffix in [".svc.cluster.local", ".svc", ""] {
            service
                .aliases
                .push(format!("{}.{space}{suffix}", object.name));
        }
        let kind = spec.text("type").unwrap_or_default();
        let ingress: Vec<&Map> = cluster
            .ingresses
            .iter()
            .filter_map(|ingress| ingress.map.map("spec"))
            .filter(|spec| backends(spec).any(|name| name == object.name))
            .collect();
        for ingress in &ingress {
            service.hosts.extend(
                ingress
                    .list("rules")
                    .iter()
                    .filter_map(|rule| rule.map()?.text("host"))
                    .filter(|host| names::is_host(host)),
            );
        }
        for port in spec.list("ports").iter().filter_map(Value::map) {
            let outer = port_number(container, port.get("port"));
            let inner = port_number(container, port.get("targetPort")).or(outer);
            let Some(number) = inner else { continue };
            // A Service belongs to the container that has its port.
            let listed = container.list("ports");
            let has = listed
                .iter()
                .filter_map(Value::map)
                .any(|port| port_number(container, port.get("containerPort")) == Some(number));
            if !listed.is_empty() && !has {
                continue;
            }
            let open = matches!(kind.as_str(), "LoadBalancer" | "NodePort") || !ingress.is_empty();
            if outer.is_some_and(|outer| outer != number) && !open {
                losses.matters(
                    Some(&service.key),
                    format!(
                        "Service {}: port {} to {number}",
                        object.name,
                        outer.unwrap_or_default()
                    ),
                    "On Akash other services reach a program at the port that it listens on.",
                    format!("Use port {number} in the programs that reach it."),
                );
            }
            service.ports.push(Port {
                port: number,
                proto: proto(port),
                published: if open {
                    Published::Everyone(outer)
                } else {
                    Published::No
                },
                http: (!ingress.is_empty()
                    || port
                        .text("name")
                        .is_some_and(|name| name.starts_with("http")))
                .then_some(true),
                from: format!(
                    "Service {}: {}",
                    object.name,
                    if kind.is_empty() { "ClusterIP" } else { &kind }
                ),
            });
        }
    }
    service.hosts.sort();
    service.hosts.dedup();
}

/// Names of the Services that an Ingress leads to.
fn backends(spec: &Map) -> impl Iterator<Item = String> {
    let name = |backend: &Map| {
        backend
            .map("service")
            .and_then(|service| service.text("name"))
            .or_else(|| backend.text("serviceName"))
    };
    let paths = spec
        .list("rules")
        .iter()
        .filter_map(|rule| rule.map()?.map("http"))
        .flat_map(|http| http.list("paths"));
    let backends = paths.filter_map(|path| path.map()?.map("backend"));
    let default = spec.map("defaultBackend").or_else(|| spec.map("backend"));
    backends
        .chain(default)
        .filter_map(name)
        .collect::<Vec<_>>()
        .into_iter()
}
