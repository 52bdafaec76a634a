//! Kubernetes objects: what runs containers, and the Services, Ingresses, ConfigMaps, Secrets and claims around it.
//!
//! Source: the API reference of Kubernetes (apps/v1, batch/v1, core/v1, networking.k8s.io/v1).

mod container;
mod lost;
mod network;
mod storage;

use std::collections::BTreeMap;

use super::notes::{Losses, Note, Noted};
use super::plan::{MOST_SERVICES, Plan, Service};
use super::types::{ConvertError, Kind};
use super::value::{self, Map, Value};

/// Most objects of one text.
const MOST: usize = 300;

/// The documents of a text with several of them: YAML parts them by lines of `---`.
fn documents(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    for line in text
        .strip_prefix('\u{feff}')
        .unwrap_or(text)
        .split_inclusive('\n')
    {
        let bare = line.trim_end();
        if bare == "---" || line.starts_with("--- ") {
            parts.push(line.get(3..).unwrap_or_default().to_owned());
        } else if bare == "..." {
            parts.push(String::new());
        } else if let Some(last) = parts.last_mut() {
            last.push_str(line);
        }
    }
    parts.retain(|part| {
        part.lines()
            .any(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
    });
    parts
}

/// Whether a text holds Kubernetes objects.
pub(super) fn is_objects(text: &str) -> bool {
    let top = |line: &str, key: &str| {
        line.strip_prefix(key)
            .is_some_and(|rest| rest.starts_with(':'))
    };
    documents(text).iter().any(|part| {
        part.lines().any(|line| top(line, "apiVersion"))
            && part.lines().any(|line| top(line, "kind"))
    }) || (text.trim_start().starts_with('{')
        && text.contains("\"apiVersion\"")
        && text.contains("\"kind\""))
}

/// One object.
struct Object {
    kind: String,
    name: String,
    map: Map,
}

#[derive(Default)]
struct Cluster {
    services: Vec<Object>,
    ingresses: Vec<Object>,
    /// Values of ConfigMaps and Secrets by kind and name.
    values: BTreeMap<(&'static str, String), Map>,
    /// Bytes of claims by name.
    claims: BTreeMap<String, Option<u64>>,
}

/// Reads the objects.
///
/// # Errors
/// A document can't be read, or nothing in it runs containers.
pub(super) fn plan(text: &str) -> Result<Plan, ConvertError> {
    if text.len() > crate::yaml::Limits::TEXT {
        return Err(ConvertError::TooLarge);
    }
    let mut plan = Plan::new(Kind::Kubernetes);
    let mut objects = Vec::new();
    let parts = documents(text);
    if parts.len() > MOST {
        return Err(ConvertError::TooMuch(format!(
            "it has more than {MOST} objects."
        )));
    }
    for part in &parts {
        if let Value::Map(map) = value::load("the objects", part)? {
            if map.text("kind").is_some_and(|kind| kind.ends_with("List")) {
                let items = map.list("items").iter().filter_map(Value::map).cloned();
                objects.extend(items.take(MOST));
            } else {
                objects.push(map);
            }
        }
        if objects.len() > MOST {
            return Err(ConvertError::TooMuch(format!(
                "it has more than {MOST} objects."
            )));
        }
    }
    let mut cluster = Cluster::default();
    let mut workloads = Vec::new();
    for map in objects {
        let name = map
            .map("metadata")
            .and_then(|meta| meta.text("name"))
            .unwrap_or_default();
        let kind = map.text("kind").unwrap_or_default();
        let object = Object { kind, name, map };
        sort(object, &mut cluster, &mut workloads, &mut plan.losses);
    }
    for workload in &workloads {
        read(workload, &cluster, &mut plan);
        if plan.services.len() > MOST_SERVICES {
            return Err(ConvertError::TooMuch(format!(
                "it has more than {MOST_SERVICES} containers."
            )));
        }
    }
    if plan.services.is_empty() {
        return Err(plan.nothing("No object in it runs containers that Akash can run."));
    }
    Ok(plan)
}

fn sort(object: Object, cluster: &mut Cluster, workloads: &mut Vec<Object>, losses: &mut Losses) {
    let what = format!("{} {}", object.kind, object.name);
    match object.kind.as_str() {
        "Deployment" | "StatefulSet" | "ReplicaSet" | "ReplicationController" | "Pod" => workloads.push(object),
        "DaemonSet" => {
            losses.minor(Some(&object.name), &what, "One container for each machine makes no sense at a provider. The SDL runs one.", "Raise `count` if you want more.");
            workloads.push(object);
        }
        "Service" => cluster.services.push(object),
        "Ingress" => cluster.ingresses.push(object),
        "ConfigMap" => {
            let data = object.map.map("data").cloned().unwrap_or_default();
            cluster.values.insert(("ConfigMap", object.name), data);
        }
        "Secret" => {
            let mut data = object.map.map("stringData").cloned().unwrap_or_default();
            for (key, value) in object.map.map("data").into_iter().flat_map(|map| &map.entries) {
                let decoded = value.text().and_then(|text| decoded(&text));
                data.put(key, decoded.map_or(Value::Null, Value::from_text));
            }
            cluster.values.insert(("Secret", object.name), data);
        }
        "PersistentVolumeClaim" => {
            let size = storage::claimed(&object.map);
            cluster.claims.insert(object.name, size);
        }
        "Job" | "CronJob" => losses.matters(
            Some(&object.name),
            what,
            "Akash runs programs that go on; it starts one again whenever it ends, and has no times at which to start one.",
            "Let a service do it that waits in between, or run it elsewhere.",
        ),
        "Namespace" | "ServiceAccount" | "Role" | "RoleBinding" | "ClusterRole" | "ClusterRoleBinding" | "NetworkPolicy" | "PodDisruptionBudget" | "PriorityClass" | "LimitRange" | "ResourceQuota" | "StorageClass" | "PersistentVolume" | "ServiceMonitor" | "PodMonitor" => {
            losses.minor(None, what, "It is about the cluster, and the cluster is the provider's.", "Nothing is to be done unless the program asks Kubernetes for something.");
        }
        "HorizontalPodAutoscaler" | "VerticalPodAutoscaler" => {
            losses.matters(None, what, "Akash does not change the number or size of replicas by itself.", "Set `count` and the sizes to what is needed.");
        }
        _ => losses.matters(None, what, "Aloft does not know this kind of object, and Akash has nothing like it.", "Look up what it does, and do that in a service if it is needed."),
    }
}

fn decoded(text: &str) -> Option<String> {
    use base64::Engine as _;
    let clean: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let bytes = base64::engine::general_purpose::STANDARD
        .decode(clean)
        .ok()?;
    String::from_utf8(bytes).ok()
}

/// Reads a workload: each of its containers is a service.
fn read(object: &Object, cluster: &Cluster, plan: &mut Plan) {
    let empty = Map::default();
    let spec = object.map.map("spec").unwrap_or(&empty);
    let (meta, pod) = if object.kind == "Pod" {
        (object.map.map("metadata"), spec)
    } else {
        let template = spec.map("template");
        (
            template.and_then(|template| template.map("metadata")),
            template
                .and_then(|template| template.map("spec"))
                .unwrap_or(&empty),
        )
    };
    let labels = meta
        .and_then(|meta| meta.map("labels"))
        .cloned()
        .unwrap_or_default();
    let count = spec
        .text("replicas")
        .and_then(|text| text.parse::<u64>().ok())
        .unwrap_or(1);
    if count == 0 {
        plan.losses.matters(
            Some(&object.name),
            "replicas: 0",
            "The file starts no container of it.",
            "Give it a replica if you want it.",
        );
        return;
    }
    lost::of_pod(object, pod, &mut plan.losses);
    let containers = pod.list("containers");
    if containers.len() > 1 {
        plan.losses.matters(
            Some(&object.name),
            format!("{} containers of one pod", containers.len()),
            "The containers of a pod share one address and their folders; services on Akash do not.",
            "Let the programs reach each other by the names of their services instead of `localhost`.",
        );
    }
    for (index, container) in containers.iter().take(MOST_SERVICES + 1).enumerate() {
        let Some(container) = container.map() else {
            continue;
        };
        let own = container.text("name").unwrap_or_default();
        let is_named = !own.is_empty() && (index > 0 || object.name.is_empty());
        let key = if is_named { own } else { object.name.clone() };
        let Some(image) = container
            .text("image")
            .filter(|image| !image.trim().is_empty())
        else {
            plan.losses.matters(
                Some(&key),
                "container without an image",
                "There is nothing to run.",
                "Name its image.",
            );
            continue;
        };
        let mut service = Service {
            key,
            image: Noted::plain(image.trim().to_owned()),
            count: if count == 1 {
                Noted::plain(1)
            } else {
                Noted::with(
                    count,
                    Note::sure(
                        format!("replicas: {count}"),
                        count.to_string(),
                        "It is given.",
                    ),
                )
            },
            ..Service::default()
        };
        service.command = container::list(container, "command");
        service.args = container::list(container, "args");
        container::env(&mut service, container, cluster, &mut plan.losses);
        network::ports(&mut service, container, &labels, cluster, &mut plan.losses);
        storage::mounts(
            &mut service,
            container,
            pod,
            spec,
            cluster,
            &mut plan.losses,
        );
        container::resources(&mut service, container, &mut plan.losses);
        lost::of_container(&service.key, container, &mut plan.losses);
        plan.services.push(service);
    }
}
