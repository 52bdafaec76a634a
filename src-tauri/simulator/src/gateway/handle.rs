//! How tests change what runs for a lease.

use std::sync::Arc;

use jiff::Timestamp;

use super::{
    lease::{Lease, Pod, PodState},
    log::Log,
    sh::Machine,
};
use crate::time::{later, seconds_between};

/// Changes what runs for a lease, in a test.
#[derive(Clone)]
pub struct LeaseHandle {
    pub(crate) lease: Arc<Lease>,
    pub(crate) now: Timestamp,
}

impl LeaseHandle {
    fn with_pod<T>(
        &self,
        service: &str,
        replica: u32,
        change: impl FnOnce(&mut Pod) -> T,
    ) -> Option<T> {
        self.lease.update(|inner| {
            let pods = inner.pods.iter_mut();
            let mut own = pods.filter(|pod| {
                pod.service == service && pod.replica == replica && pod.state != PodState::Gone
            });
            own.next().map(change)
        })
    }

    /// A container says lines. Returns whether there is such a container.
    pub fn say<'a>(
        &self,
        service: &str,
        replica: u32,
        lines: impl IntoIterator<Item = &'a str>,
    ) -> bool {
        self.with_pod(service, replica, |pod| {
            lines.into_iter().for_each(|line| pod.log.push(line))
        })
        .is_some()
    }

    /// A container says many numbered lines at once: `line 0` and so on.
    pub fn flood(&self, service: &str, replica: u32, lines: u64) -> bool {
        self.with_pod(service, replica, |pod| {
            (0..lines).for_each(|line| pod.log.push(&format!("line {line}")))
        })
        .is_some()
    }

    /// The names of the pods that a service has now, sorted.
    pub fn pod_names(&self, service: &str) -> Vec<String> {
        self.lease.read(|inner| {
            let pods = inner
                .listed()
                .into_iter()
                .filter(|pod| pod.service == service);
            pods.map(|pod| pod.name.clone()).collect()
        })
    }

    /// A pod dies, and another takes its place: under a new name, unless the service has a persistent volume. Files outside
    /// of persistent volumes are lost. Streams that are open do not see the new one.
    pub fn replace_pod(&self, service: &str, replica: u32) -> bool {
        let now = self.now;
        self.lease.update(|inner| {
            let Some(spec) = inner
                .world
                .services
                .iter()
                .find(|one| one.name == service)
                .cloned()
            else {
                return false;
            };
            let dying = inner.pods.iter().position(|pod| {
                pod.service == service && pod.replica == replica && pod.state != PodState::Gone
            });
            let Some(dying) = dying else {
                return false;
            };
            inner.pod_event(
                dying,
                "Normal",
                "Killing",
                &format!("Stopping container {service}"),
            );
            let machine = inner.end_pod(service, replica);
            inner.add_pod(&spec, replica, now, machine);
            inner.advance(now);
            true
        })
    }

    /// A pod fails and stays listed, as an evicted one does; another takes its place. It may come first by name.
    pub fn evict_pod(&self, service: &str, replica: u32) -> bool {
        let now = self.now;
        let found = self.with_pod(service, replica, |pod| {
            pod.state = PodState::Failed;
            // The dead one comes first by name: the case that breaks shells at real providers (akash-network/node#1570).
            pod.name = format!("{}-0000000000-00000", pod.service);
            pod.replica = u32::MAX;
        });
        found.is_some()
            && self.lease.update(|inner| {
                let Some(spec) = inner
                    .world
                    .services
                    .iter()
                    .find(|one| one.name == service)
                    .cloned()
                else {
                    return false;
                };
                inner.add_pod(&spec, replica, now, None);
                inner.advance(now);
                true
            })
    }

    /// A container starts again in the same pod: its log begins anew, and streams of it end.
    pub fn restart_container(&self, service: &str, replica: u32) -> bool {
        self.lease.update(|inner| {
            let own = |pod: &Pod| {
                pod.service == service && pod.replica == replica && pod.state == PodState::Running
            };
            let Some(index) = inner.pods.iter().position(own) else {
                return false;
            };
            let note = format!(
                "Back-off restarting failed container {service} in pod {}",
                inner.pods[index].name
            );
            inner.pod_event(index, "Warning", "BackOff", &note);
            let uid = inner.next_uid;
            inner.next_uid += 1;
            let pod = &mut inner.pods[index];
            pod.uid = uid;
            pod.log = Log::default();
            true
        })
    }

    /// One more pod of a service, which streams that are open do not see. It runs after some chain seconds; until then no
    /// log of the service can be had.
    pub fn add_replica(&self, service: &str, runs_after: u32) -> bool {
        let now = self.now;
        self.lease.update(|inner| {
            let Some(spec) = inner
                .world
                .services
                .iter_mut()
                .find(|one| one.name == service)
            else {
                return false;
            };
            let replica = spec.replicas;
            spec.replicas += 1;
            let spec = spec.clone();
            inner.add_pod(&spec, replica, later(now, i64::from(runs_after)), None);
            inner.advance(now);
            true
        })
    }

    /// Something happens to a pod: an event with a type (`Normal` or `Warning`), a reason and a note.
    pub fn event(&self, service: &str, replica: u32, kind: &str, reason: &str, note: &str) -> bool {
        self.lease.update(|inner| {
            let own = |pod: &Pod| {
                pod.service == service && pod.replica == replica && pod.state != PodState::Gone
            };
            let Some(index) = inner.pods.iter().position(own) else {
                return false;
            };
            inner.pod_event(index, kind, reason, note);
            true
        })
    }

    /// Kubernetes forgets all events, as it does after an hour.
    pub fn forget_events(&self) {
        self.lease.update(|inner| {
            inner.forgotten_events += inner.events.len() as u64;
            inner.events.clear();
        });
    }

    /// The inside of a pod.
    fn machine(&self, service: &str, replica: u32) -> Option<Arc<Machine>> {
        self.with_pod(service, replica, |pod| pod.machine.clone())
    }

    /// The content of a file in a container; `None` if there is none. Files of more than 64 MiB are not read.
    pub fn read_file(&self, service: &str, replica: u32, path: &str) -> Option<Vec<u8>> {
        self.machine(service, replica)?.read_file(path)
    }

    /// Writes a file of a container. Its folder is made if it is missing.
    pub fn write_file(&self, service: &str, replica: u32, path: &str, content: &[u8]) -> bool {
        self.machine(service, replica)
            .is_some_and(|machine| machine.write_file(path, content))
    }

    /// Makes a file of any size with made-up content. It takes no memory.
    pub fn make_large_file(&self, service: &str, replica: u32, path: &str, size: u64) -> bool {
        self.machine(service, replica)
            .is_some_and(|machine| machine.make_large_file(path, size))
    }

    /// Makes a symbolic link.
    pub fn make_link(&self, service: &str, replica: u32, path: &str, target: &str) -> bool {
        self.machine(service, replica)
            .is_some_and(|machine| machine.make_link(path, target))
    }

    /// Makes files whose names try to harm who lists or downloads them, in a folder. Returns the names, as bytes.
    pub fn make_hostile_files(&self, service: &str, replica: u32, folder: &str) -> Vec<Vec<u8>> {
        self.machine(service, replica)
            .map(|machine| machine.make_hostile_files(folder))
            .unwrap_or_default()
    }

    /// A container runs on a node that has version 1 of the control groups.
    pub fn use_old_control_groups(&self, service: &str, replica: u32) -> bool {
        self.machine(service, replica)
            .map(|machine| machine.use_old_control_groups())
            .is_some()
    }

    /// The lease ends: its streams end, and each new request finds no lease.
    pub fn close(&self) {
        self.lease.close();
    }

    /// Chain seconds since a pod's container started; negative while it has not.
    pub fn age(&self, service: &str, replica: u32) -> Option<i64> {
        let now = self.now;
        self.with_pod(service, replica, |pod| seconds_between(pod.starts, now))
    }
}
