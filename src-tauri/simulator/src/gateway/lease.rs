//! What runs for a lease: its pods, their logs and events, and how tests change them.

use std::sync::{Arc, Mutex};

use fastrand::Rng;
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use tokio::sync::watch;

use super::{
    chatter::Chatter,
    log::Log,
    sh::Machine,
    spec::{LeaseId, Service, World},
    start::Start,
};
use crate::{sync::lock, time::later};

/// How many events are kept.
const MAX_EVENTS: usize = 1_000;
/// How many pods a lease has at most, dead ones included.
const MAX_PODS: usize = 200;
/// How many lines a container logs at most between two looks.
pub(super) const MAX_LINES_A_LOOK: usize = 5_000;

/// A lease.
pub(crate) struct Lease {
    inner: Mutex<Inner>,
    /// Changes with each change of the lease.
    changed: watch::Sender<u64>,
}

/// What changes of a lease.
pub(super) struct Inner {
    id: LeaseId,
    pub(super) world: World,
    pub(super) pods: Vec<Pod>,
    pub(super) events: Vec<Arc<Value>>,
    /// How many events were before those in `events`.
    pub(super) forgotten_events: u64,
    pub(super) closed: bool,
    pub(super) rng: Rng,
    pub(super) next_uid: u64,
}

/// A pod with one container.
pub(crate) struct Pod {
    /// Its number, which no other pod of the lease has.
    pub(crate) uid: u64,
    /// Its name.
    pub(crate) name: String,
    /// Its service.
    pub(crate) service: String,
    /// The number of its replica, from 0.
    pub(crate) replica: u32,
    /// How it is.
    pub(crate) state: PodState,
    /// When its container starts, or started.
    pub(super) starts: Timestamp,
    /// What its container said since it started.
    pub(crate) log: Log,
    pub(super) chatter: Option<Chatter>,
    /// When its container ends, if it does.
    pub(super) ends: Option<Timestamp>,
    /// Whether it was said why its container cannot run.
    pub(super) told: bool,
    /// Its inside.
    pub(crate) machine: Arc<Machine>,
}

/// How a pod is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PodState {
    /// Its container does not run yet.
    Waiting,
    /// Its container runs.
    Running,
    /// Its container ended and will start again. Its log is that of the container that ended.
    Ended,
    /// It failed, was evicted for instance, and is still listed.
    Failed,
    /// It is deleted: only streams that began earlier know it.
    Gone,
}

/// Some lines of a pod, for a stream.
pub(crate) struct Batch {
    /// The lines.
    pub(crate) lines: Vec<Arc<str>>,
    /// The number of the line after them.
    pub(crate) next: u64,
    /// Whether the pod will say no more.
    pub(crate) over: bool,
}

impl Lease {
    pub(crate) fn new(id: &LeaseId, world: World, now: Timestamp) -> Self {
        let mut inner = Inner {
            id: id.clone(),
            world: World::default(),
            pods: Vec::new(),
            events: Vec::new(),
            forgotten_events: 0,
            closed: false,
            rng: Rng::with_seed(id.dseq.rotate_left(17) ^ u64::from(id.gseq)),
            next_uid: 0,
        };
        inner.adopt(&world, now);
        Self {
            inner: Mutex::new(inner),
            changed: watch::Sender::new(0),
        }
    }

    /// Looks at the lease.
    pub(super) fn read<T>(&self, look: impl FnOnce(&Inner) -> T) -> T {
        look(&lock(&self.inner))
    }

    /// Changes the lease and wakes the streams.
    pub(super) fn update<T>(&self, change: impl FnOnce(&mut Inner) -> T) -> T {
        let done = change(&mut lock(&self.inner));
        self.changed
            .send_modify(|count| *count = count.wrapping_add(1));
        done
    }

    /// A receiver that sees each change.
    pub(crate) fn watch(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Takes over what runs now. Services of another generation get new pods.
    pub(crate) fn adopt(&self, world: &World, now: Timestamp) {
        let same = self.read(|inner| inner.world == *world);
        if !same {
            self.update(|inner| inner.adopt(world, now));
        }
    }

    /// Starts what is due and writes what was said since the last look.
    pub(crate) fn advance(&self, now: Timestamp) {
        let changed = lock(&self.inner).advance(now);
        if changed {
            self.changed
                .send_modify(|count| *count = count.wrapping_add(1));
        }
    }

    /// Ends the lease: its streams end, and it is found no more.
    pub(crate) fn close(&self) {
        self.update(|inner| {
            inner.closed = true;
            for pod in &mut inner.pods {
                pod.state = PodState::Gone;
            }
        });
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.read(|inner| inner.closed)
    }

    /// Whether its containers log by themselves, so that a stream has to look again and again.
    pub(crate) fn is_chatty(&self) -> bool {
        self.read(|inner| {
            inner.pods.iter().any(|pod| {
                pod.chatter.is_some() || pod.ends.is_some() || pod.state != PodState::Running
            })
        })
    }

    /// The pods of some services, or of all: the number, the name, and where a log with this tail begins.
    ///
    /// # Errors
    /// `Err(true)` if a pod cannot give its log yet, `Err(false)` if no pod runs.
    pub(crate) fn logs(
        &self,
        services: &[String],
        tail: i64,
    ) -> Result<Vec<(u64, String, u64)>, bool> {
        self.read(|inner| {
            let wanted = |pod: &&Pod| services.is_empty() || services.contains(&pod.service);
            let pods: Vec<_> = inner.listed().into_iter().filter(wanted).collect();
            if pods.iter().any(|pod| pod.state == PodState::Waiting) {
                return Err(true);
            }
            if pods.is_empty() {
                return Err(false);
            }
            Ok(pods
                .iter()
                .map(|pod| (pod.uid, pod.name.clone(), pod.log.start_of(tail)))
                .collect())
        })
    }

    /// Up to `most` lines of a pod from a number on.
    pub(crate) fn lines(&self, uid: u64, from: u64, most: usize) -> Batch {
        self.read(|inner| {
            let Some(pod) = inner.pods.iter().find(|pod| pod.uid == uid) else {
                return Batch {
                    lines: Vec::new(),
                    next: from,
                    over: true,
                };
            };
            let (lines, next) = pod.log.read(from, most);
            let over = pod.state != PodState::Running && next >= pod.log.end();
            Batch { lines, next, over }
        })
    }

    /// The events from a number on, and the number after the last.
    pub(crate) fn events(&self, from: u64) -> (Vec<Arc<Value>>, u64) {
        self.read(|inner| {
            let skip =
                usize::try_from(from.saturating_sub(inner.forgotten_events)).unwrap_or(usize::MAX);
            let events = inner.events.iter().skip(skip).cloned().collect();
            (events, inner.forgotten_events + inner.events.len() as u64)
        })
    }

    /// What it describes a service as.
    pub(crate) fn service(&self, name: &str) -> Option<Service> {
        self.read(|inner| {
            inner
                .world
                .services
                .iter()
                .find(|service| service.name == name)
                .cloned()
        })
    }

    /// The pods of a service, by name, as the shell counts them: dead ones included.
    pub(crate) fn pods_of(&self, service: &str) -> Vec<(PodState, Arc<Machine>)> {
        self.read(|inner| {
            let pods = inner
                .listed()
                .into_iter()
                .filter(|pod| pod.service == service);
            pods.map(|pod| (pod.state, pod.machine.clone())).collect()
        })
    }

    /// The manifest of the lease: an array with one group.
    pub(crate) fn manifest(&self) -> Value {
        self.read(|inner| {
            let services = inner.world.services.iter().map(|service| {
                let env: Vec<String> = service.env.iter().map(|(name, value)| format!("{name}={value}")).collect();
                json!({ "name": service.name, "image": service.image, "count": service.replicas, "env": env })
            });
            json!([{ "name": "group", "services": services.collect::<Vec<_>>() }])
        })
    }

    /// The status of the lease.
    pub(crate) fn status(&self) -> Value {
        self.read(|inner| {
            if let Some(status) = &inner.world.status {
                return status.clone();
            }
            let services: Map<String, Value> = inner
                .world
                .services
                .iter()
                .map(|service| (service.name.clone(), inner.service_status(service)))
                .collect();
            let services = if services.is_empty() {
                Value::Null
            } else {
                Value::Object(services)
            };
            json!({ "services": services, "forwarded_ports": null, "ips": null })
        })
    }
}

impl Inner {
    /// The pods that Kubernetes lists, sorted by name.
    pub(super) fn listed(&self) -> Vec<&Pod> {
        let mut pods: Vec<_> = self
            .pods
            .iter()
            .filter(|pod| pod.state != PodState::Gone)
            .collect();
        pods.sort_by(|a, b| a.name.cmp(&b.name));
        pods
    }

    fn service_status(&self, service: &Service) -> Value {
        let running = self
            .pods
            .iter()
            .filter(|pod| pod.service == service.name && pod.state == PodState::Running);
        let ready = running.count();
        json!({
            "name": service.name, "available": ready, "total": service.replicas, "uris": null,
            "observed_generation": service.generation, "replicas": service.replicas,
            "updated_replicas": ready, "ready_replicas": ready, "available_replicas": ready,
        })
    }

    fn adopt(&mut self, world: &World, now: Timestamp) {
        let before = std::mem::replace(&mut self.world, world.clone());
        for service in &world.services {
            let old = before.services.iter().find(|old| old.name == service.name);
            let same = old.is_some_and(|old| {
                old.generation == service.generation
                    && old.replicas == service.replicas
                    && old.created == service.created
            });
            if same {
                continue;
            }
            let starts = later(
                service.created.unwrap_or(now),
                i64::from(service.startup_seconds),
            );
            for replica in 0..service.replicas {
                let machine = self.end_pod(&service.name, replica);
                self.add_pod(service, replica, starts, machine);
            }
            self.end_pods(|pod| pod.service == service.name && pod.replica >= service.replicas);
        }
        self.end_pods(|pod| {
            world
                .services
                .iter()
                .all(|service| service.name != pod.service)
        });
        self.advance(now);
    }

    fn end_pods(&mut self, which: impl Fn(&Pod) -> bool) {
        for pod in self.pods.iter_mut().filter(|pod| which(pod)) {
            pod.state = PodState::Gone;
        }
    }

    /// Ends the pod of a replica and gives its machine, whose volumes the next one takes over.
    pub(super) fn end_pod(&mut self, service: &str, replica: u32) -> Option<Arc<Machine>> {
        let mut machine = None;
        for pod in &mut self.pods {
            if pod.service == service && pod.replica == replica && pod.state != PodState::Gone {
                pod.state = PodState::Gone;
                machine = Some(pod.machine.clone());
            }
        }
        machine
    }

    pub(super) fn add_pod(
        &mut self,
        service: &Service,
        replica: u32,
        starts: Timestamp,
        before: Option<Arc<Machine>>,
    ) -> u64 {
        const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
        let letters = |count: usize, rng: &mut Rng| -> String {
            (0..count)
                .map(|_| char::from(LETTERS[rng.usize(..LETTERS.len())]))
                .collect()
        };
        let name = if service.is_stateful() {
            format!("{}-{replica}", service.name)
        } else {
            // The first part belongs to the version of the service: all its replicas share it.
            let mut version = Rng::with_seed(self.id.dseq ^ service.generation.rotate_left(40));
            let version = letters(9, &mut version);
            format!("{}-{version}-{}", service.name, letters(5, &mut self.rng))
        };
        let uid = self.next_uid;
        self.next_uid += 1;
        let machine = Arc::new(Machine::new(
            &name,
            &self.id,
            service,
            starts,
            before.as_deref(),
        ));
        let chatter = service
            .chatty
            .then(|| Chatter::new(service, starts, self.rng.u64(..)));
        let log = Log::default();
        let service_name = service.name.clone();
        let state = PodState::Waiting;
        self.pods.push(Pod {
            uid,
            name,
            service: service_name,
            replica,
            state,
            starts,
            log,
            chatter,
            ends: None,
            told: false,
            machine,
        });
        if self.pods.len() > MAX_PODS {
            let dead = self.pods.iter().position(|pod| pod.state == PodState::Gone);
            self.pods.remove(dead.unwrap_or(0));
        }
        let index = self.pods.len() - 1;
        if Start::of(service) != Start::NoRoom {
            let assigned = format!("Successfully assigned {} to node1", self.pods[index].name);
            self.pod_event(index, "Normal", "Scheduled", &assigned);
            let pulling = format!("Pulling image \"{}\"", service.image);
            self.pod_event(index, "Normal", "Pulling", &pulling);
        }
        uid
    }

    pub(super) fn pod_event(&mut self, pod: usize, kind: &str, reason: &str, note: &str) {
        let Some(name) = self.pods.get(pod).map(|pod| pod.name.clone()) else {
            return;
        };
        let (controller, instance) = match reason {
            "Scheduled" | "FailedScheduling" => ("default-scheduler", None),
            _ => ("kubelet", Some("node1")),
        };
        let mut event = json!({ "type": kind, "reportingController": controller });
        if let Some(instance) = instance {
            event["reportingInstance"] = json!(instance);
        }
        event["reason"] = json!(reason);
        event["note"] = json!(note);
        let namespace = namespace_of(&self.id);
        event["object"] = json!({ "kind": "Pod", "namespace": namespace, "name": name });
        self.event(event);
    }

    fn event(&mut self, event: Value) {
        self.events.push(Arc::new(event));
        if self.events.len() > MAX_EVENTS {
            self.events.remove(0);
            self.forgotten_events += 1;
        }
    }
}

/// The namespace of a lease, which looks like a hash.
fn namespace_of(id: &LeaseId) -> String {
    use sha2::{Digest, Sha256};
    let hash = Sha256::digest(format!("{}/{}/{}/{}", id.owner, id.dseq, id.gseq, id.oseq));
    crate::encoding::hex(&hash).chars().take(45).collect()
}
