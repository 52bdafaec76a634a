//! Kubernetes objects: what runs containers, and the Services, Ingresses, ConfigMaps, Secrets and claims around it.
//!
//! Source: the API reference of Kubernetes (apps/v1, batch/v1, core/v1, networking.k8s.io/v1).

use std::collections::BTreeMap;

use super::compose::{asked, gpu};
use super::notes::{Losses, Note, Noted, short};
use super::plan::{Env, Keep, MOST_SERVICES, Plan, Port, Proto, Published, Service, Volume};
use super::types::{Certainty, ConvertError, Kind};
use super::value::{self, Map, Value};
use super::{known, names};
use crate::quantity;

/// ConfigMaps and Secrets of one container.
const MOST_SOURCES: usize = 30;
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
            let size = storage(&object.map);
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

/// Bytes of a claim.
fn storage(map: &Map) -> Option<u64> {
    let requests = map.map("spec")?.map("resources")?.map("requests")?;
    size(&requests.text("storage")?)
}

fn size(text: &str) -> Option<u64> {
    let text = text.trim();
    if text.chars().all(|c| c.is_ascii_digit()) {
        return text.parse().ok();
    }
    quantity::size(text)
        .map(|size| size.value())
        .filter(|bytes| *bytes > 0)
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
    pod_losses(object, pod, &mut plan.losses);
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
        service.command = list(container, "command");
        service.args = list(container, "args");
        env(&mut service, container, cluster, &mut plan.losses);
        ports(&mut service, container, &labels, cluster, &mut plan.losses);
        mounts(
            &mut service,
            container,
            pod,
            spec,
            cluster,
            &mut plan.losses,
        );
        resources(&mut service, container, &mut plan.losses);
        container_losses(&service.key, container, &mut plan.losses);
        plan.services.push(service);
    }
}

fn list(container: &Map, key: &str) -> Noted<Vec<String>> {
    Noted::plain(container.get(key).map(Value::texts).unwrap_or_default())
}

fn env(service: &mut Service, container: &Map, cluster: &Cluster, losses: &mut Losses) {
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

fn ports(
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

fn mounts(
    service: &mut Service,
    container: &Map,
    pod: &Map,
    spec: &Map,
    cluster: &Cluster,
    losses: &mut Losses,
) {
    for mount in container.list("volumeMounts").iter().filter_map(Value::map) {
        let name = mount.text("name").unwrap_or_default();
        let path = mount.text("mountPath").unwrap_or_default();
        let from = format!("volumeMounts: {name} at {path}");
        let key = Some(service.key.as_str());
        let volume = pod
            .list("volumes")
            .iter()
            .filter_map(Value::map)
            .find(|volume| volume.text("name").as_deref() == Some(name.as_str()));
        let template = spec
            .list("volumeClaimTemplates")
            .iter()
            .filter_map(Value::map)
            .find(|claim| {
                claim
                    .map("metadata")
                    .and_then(|meta| meta.text("name"))
                    .as_deref()
                    == Some(name.as_str())
            });
        let claim = volume
            .and_then(|volume| volume.map("persistentVolumeClaim"))
            .and_then(|claim| claim.text("claimName"));
        let empty = volume.and_then(|volume| volume.get("emptyDir"));
        let mut disk = |name: String, size: Option<u64>, notes: Vec<Note>| {
            service.volumes.push(Volume {
                name,
                mount: path.clone(),
                keep: Keep::Disk,
                size,
                read_only: mount.get("readOnly").is_some_and(Value::is_true),
                from: from.clone(),
                notes,
            });
        };
        if let Some(template) = template {
            disk(name, storage(template), Vec::new());
        } else if let Some(claim) = claim {
            let size = cluster.claims.get(&claim).copied().flatten();
            disk(claim, size, Vec::new());
        } else if let Some(empty) = empty {
            let in_memory = empty
                .map()
                .and_then(|map| map.text("medium"))
                .is_some_and(|medium| medium == "Memory");
            if in_memory {
                service.volumes.push(Volume {
                    name,
                    mount: path,
                    keep: Keep::Ram,
                    size: empty
                        .map()
                        .and_then(|map| map.text("sizeLimit"))
                        .and_then(|text| size(&text)),
                    read_only: false,
                    from,
                    notes: Vec::new(),
                });
            } else {
                losses.minor(
                    key,
                    from,
                    "The folder is on the disk of the service, which is as empty at each start.",
                    "Nothing is to be done.",
                );
            }
        } else if volume.is_some_and(|volume| volume.get("hostPath").is_some()) {
            let is_data = known::find(&service.image.value).is_some_and(|known| {
                known
                    .volumes
                    .iter()
                    .any(|(folder, _)| *folder == path.trim_end_matches('/'))
            });
            losses.matters(
                key,
                &from,
                "A folder of the machine can't be mounted at a provider.",
                "Use a volume, or put the files into the image.",
            );
            if is_data {
                disk(
                    String::new(),
                    None,
                    vec![Note::new(
                        Certainty::Lost,
                        from.clone(),
                        "a volume of its own",
                        "The folder was on a machine of the cluster. A volume, empty at first, takes its place.",
                    )],
                );
            }
        } else {
            losses.matters(key, from, "Akash puts no files of a ConfigMap, a Secret or another source into a container.", "Put the files into the image, or let the program read what is in them from variables.");
        }
    }
}

fn resources(service: &mut Service, container: &Map, losses: &mut Losses) {
    let resources = container.map("resources");
    let part = |key: &str| {
        ["limits", "requests"].into_iter().find_map(|part| {
            let text = resources?.map(part)?.text(key)?;
            Some((format!("resources: {part}: {key}: {text}"), text))
        })
    };
    if let Some((from, text)) = part("cpu") {
        match super::syntax::cores(&text) {
            Some(milli) => {
                service.cpu = Some(Noted::with(
                    milli,
                    Note::sure(from, super::sizes::cores_text(milli), "It is given."),
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

fn pod_losses(object: &Object, pod: &Map, losses: &mut Losses) {
    let key = Some(object.name.as_str());
    for container in pod.list("initContainers").iter().filter_map(Value::map) {
        losses.matters(key, format!("initContainers: {}", container.text("name").unwrap_or_default()), "Akash runs nothing before a program starts.", "Do it in the command before the program starts, e.g. `sh -c \"prepare && exec program\"`.");
    }
    for name in ["hostNetwork", "hostPID", "hostIPC"] {
        if pod.get(name).is_some_and(Value::is_true) {
            losses.matters(
                key,
                format!("{name}: true"),
                "Providers run every container isolated from the machine.",
                "Use a program, or settings of it, that does without.",
            );
        }
    }
    for name in ["imagePullSecrets"] {
        if pod.get(name).is_some() {
            losses.matters(key, name, "The registry asks for a name and a password.", "Add `credentials` to the service, with the registry's `host`, a `username` and a `password`.");
        }
    }
    for name in [
        "nodeSelector",
        "affinity",
        "tolerations",
        "topologySpreadConstraints",
        "securityContext",
        "serviceAccountName",
        "terminationGracePeriodSeconds",
        "restartPolicy",
        "dnsPolicy",
        "dnsConfig",
        "priorityClassName",
    ] {
        if pod.get(name).is_some() {
            losses.minor(
                key,
                name,
                "It is about the cluster, and the cluster is the provider's.",
                "Nothing is to be done unless the program depends on it.",
            );
        }
    }
    if pod.get("hostAliases").is_some() {
        losses.matters(
            key,
            "hostAliases",
            "Akash has no way to add names to a container.",
            "Write the address where the program is given the name.",
        );
    }
}

fn container_losses(key: &str, container: &Map, losses: &mut Losses) {
    for name in ["livenessProbe", "readinessProbe", "startupProbe"] {
        if container.get(name).is_some() {
            losses.minor(
                Some(key),
                name,
                "Akash has no health checks. A container that ends is started again.",
                "Let the program end when it no longer works.",
            );
        }
    }
    if container.get("workingDir").is_some() {
        losses.matters(
            Some(key),
            "workingDir",
            "Akash starts a program in the folder that its image says.",
            "Set it in the image, or begin the command with `sh -c \"cd FOLDER && exec program\"`.",
        );
    }
    if container.get("lifecycle").is_some() {
        losses.matters(
            Some(key),
            "lifecycle",
            "Akash runs nothing beside the program of the container.",
            "Do it in the command before the program starts.",
        );
    }
    if let Some(context) = container.map("securityContext") {
        let privileged = context.get("privileged").is_some_and(Value::is_true)
            || context
                .map("capabilities")
                .is_some_and(|capabilities| capabilities.get("add").is_some());
        if privileged {
            losses.matters(
                Some(key),
                "securityContext",
                "Providers give a container no rights beyond its own.",
                "Use a program, or settings of it, that does without.",
            );
        } else {
            losses.minor(
                Some(key),
                "securityContext",
                "Providers start the container with the user of its image.",
                "Set the user in the image.",
            );
        }
    }
    for name in [
        "imagePullPolicy",
        "terminationMessagePath",
        "terminationMessagePolicy",
        "stdin",
        "tty",
    ] {
        if container.get(name).is_some() {
            losses.minor(
                Some(key),
                name,
                "The provider decides this by itself.",
                "Nothing is to be done.",
            );
        }
    }
}
