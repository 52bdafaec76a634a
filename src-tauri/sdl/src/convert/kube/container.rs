//! What a container runs: its words, variables and sizes.

use super::Cluster;
use super::storage::size;
use crate::convert::compose::{asked, gpu};
use crate::convert::notes::{Losses, Note, Noted, short};
use crate::convert::plan::{Env, Service};
use crate::convert::sizes::cores_text;
use crate::convert::syntax::cores;
use crate::convert::value::{Map, Value};
use crate::quantity;

/// ConfigMaps and Secrets of one container.
const MOST_SOURCES: usize = 30;

pub(super) fn list(container: &Map, key: &str) -> Noted<Vec<String>> {
    Noted::plain(container.get(key).map(Value::texts).unwrap_or_default())
}

pub(super) fn env(service: &mut Service, container: &Map, cluster: &Cluster, losses: &mut Losses) {
    for item in container
        .list("envFrom")
        .iter()
        .take(MOST_SOURCES)
        .filter_map(Value::map)
    {
        for (kind, key) in [("ConfigMap", "configMapRef"), ("Secret", "secretRef")] {
            let Some(name) = item.map(key).and_then(|reference| reference.text("name")) else {
                continue;
            };
            let prefix = item.text("prefix").unwrap_or_default();
            match cluster.values.get(&(kind, name.clone())) {
                Some(map) => {
                    for (name, value) in &map.entries {
                        service.env.push(Env::new(
                            format!("{prefix}{name}"),
                            value.text().unwrap_or_default(),
                        ));
                    }
                }
                None => losses.matters(
                    Some(&service.key),
                    format!("envFrom: {kind} {name}"),
                    "The object was not given, so its variables are missing.",
                    "Give it too, or add its variables under `env`.",
                ),
            }
        }
    }
    for item in container.list("env").iter().filter_map(Value::map) {
        let name = item.text("name").unwrap_or_default();
        if let Some(value) = item.get("value") {
            service
                .env
                .push(Env::new(name, value.text().unwrap_or_default()));
            continue;
        }
        let Some(source) = item.map("valueFrom") else {
            service.env.push(Env::new(name, ""));
            continue;
        };
        let reference = [("ConfigMap", "configMapKeyRef"), ("Secret", "secretKeyRef")]
            .into_iter()
            .find_map(|(kind, key)| {
                let reference = source.map(key)?;
                Some((kind, reference.text("name")?, reference.text("key")?))
            });
        match reference {
            Some((kind, object, key)) => {
                let found = cluster
                    .values
                    .get(&(kind, object.clone()))
                    .and_then(|map| map.text(&key));
                service.env.push(match found {
                    Some(value) => Env::new(name, value),
                    None => asked(
                        &name,
                        "",
                        format!("{kind} {object}: {key}"),
                        format!(
                            "Its value is in the {kind} `{}`, which was not given.",
                            short(&object)
                        ),
                    ),
                });
            }
            None => losses.matters(
                Some(&service.key),
                format!("env: {name}: valueFrom"),
                "Kubernetes would fill it in from what it knows of the pod.",
                "Give the variable a value of its own if the program needs it.",
            ),
        }
    }
}

pub(super) fn resources(service: &mut Service, container: &Map, losses: &mut Losses) {
    let resources = container.map("resources");
    let part = |key: &str| {
        ["limits", "requests"].into_iter().find_map(|part| {
            let text = resources?.map(part)?.text(key)?;
            Some((format!("resources: {part}: {key}: {text}"), text))
        })
    };
    if let Some((from, text)) = part("cpu") {
        match cores(&text) {
            Some(milli) => {
                service.cpu = Some(Noted::with(
                    milli,
                    Note::sure(from, cores_text(milli), "It is given."),
                ))
            }
            None => losses.minor(
                Some(&service.key),
                from,
                "This is no number of cores.",
                "Write a number such as `0.5` or `500m`.",
            ),
        }
    }
    let mut bytes = |key: &str| {
        let (from, text) = part(key)?;
        match size(&text) {
            Some(bytes) => Some(Noted::with(
                bytes,
                Note::sure(from, quantity::size_text(bytes), "It is given."),
            )),
            None => {
                losses.minor(
                    Some(&service.key),
                    from,
                    "This is no size.",
                    "Write a size such as `512Mi`.",
                );
                None
            }
        }
    };
    service.memory = bytes("memory");
    service.disk = bytes("ephemeral-storage");
    if let Some((from, text)) = part("nvidia.com/gpu") {
        service.gpu = text
            .parse::<u64>()
            .ok()
            .filter(|units| *units > 0)
            .map(|units| gpu(units, from, true));
    }
}
