//! What a provider runs after it received a manifest: services that start, become ready and answer requests.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::{
    encoding::hex,
    rng::SeededRng,
    time::{later, seconds_between},
};

/// Chain seconds from the manifest's arrival until the provider reports a status.
const STATUS_DELAY: i64 = 3;
/// Chain seconds from the manifest's arrival until the status has addresses.
const ADDRESS_DELAY: i64 = 8;
/// Chain seconds from ready containers until the address answers.
const WARM_UP_DELAY: i64 = 6;
/// Chain seconds until the containers of an image named `slow-start` are ready.
const SLOW_START_SECONDS: i64 = 240;
/// Chain seconds for which the containers of an image named `keeps-restarting` are ready, and then are not.
const RESTART_PERIOD: i64 = 60;

/// What runs for one lease.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub(crate) struct Workload {
    /// When the manifest arrived.
    pub(crate) delivered: Timestamp,
    /// Its services, ordered by name.
    pub(crate) services: Vec<Service>,
}

/// A service.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub(crate) struct Service {
    /// Its name.
    pub(crate) name: String,
    /// Its image.
    pub(crate) image: String,
    /// How many replicas it has.
    pub(crate) count: u64,
    /// Whether it has an HTTP address: a global TCP port that is exposed as 80.
    pub(crate) http: bool,
    /// The ports that the provider forwards to it.
    pub(crate) ports: Vec<Port>,
    /// Its ports at a leased IP address.
    pub(crate) ips: Vec<Port>,
    /// When its containers were last started.
    pub(crate) started: Timestamp,
    /// Chain seconds from the start of its containers until they are ready.
    #[serde(rename = "takes")]
    pub(crate) startup_seconds: i64,
    /// The number of its version; the first is 1, and each update adds 1.
    pub(crate) generation: u64,
    /// Whether containers from before an update still serve until the new ones are ready.
    #[serde(rename = "stand_in")]
    pub(crate) previous_serves: bool,
    /// The hash of its part of the manifest, to find what an update changes.
    #[serde(rename = "print")]
    fingerprint: String,
}

/// A port that is reachable from outside.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub(crate) struct Port {
    /// The port in the container.
    pub(crate) inside: u16,
    /// The port outside.
    pub(crate) outside: u16,
    /// `TCP` or `UDP`.
    pub(crate) proto: String,
}

/// How a service behaves, by the name of its image. For tests and demonstrations of failures.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ImageBehavior {
    Fine,
    NeverReady,
    BadGateway,
    KeepsRestarting,
}

impl Workload {
    /// Reads the part of a manifest that belongs to one group.
    ///
    /// # Errors
    /// The provider's text for a manifest that it cannot use.
    pub(crate) fn read(
        manifest: &str,
        gseq: u32,
        now: Timestamp,
        rng: &mut SeededRng,
    ) -> Result<Self, &'static str> {
        let groups: Value = serde_json::from_str(manifest).map_err(|_| "invalid manifest")?;
        let position = usize::try_from(gseq).unwrap_or_default().wrapping_sub(1);
        let services = groups
            .get(position)
            .and_then(|group| group["services"].as_array());
        let services = services.ok_or("invalid manifest: group not found")?;
        let services = services
            .iter()
            .map(|service| Service::read(service, now, rng))
            .collect::<Option<_>>();
        Ok(Self {
            delivered: now,
            services: services.ok_or("invalid manifest")?,
        })
    }

    /// Applies a new manifest. Services that changed start again, while their old containers serve. The others run on.
    pub(crate) fn update(&mut self, new: Self) {
        let old = std::mem::replace(&mut self.services, new.services);
        for service in &mut self.services {
            let Some(before) = old.iter().find(|before| before.name == service.name) else {
                continue;
            };
            if before.fingerprint == service.fingerprint {
                *service = before.clone();
            } else {
                service.previous_serves = before.is_ready(service.started);
                service.generation = before.generation + 1;
                service.ports.clone_from(&before.ports);
            }
        }
    }

    /// The status that the provider reports; `None` while it reports none. `address_of` gives the address of a service.
    pub(crate) fn status(
        &self,
        now: Timestamp,
        address_of: impl Fn(&Service) -> String,
        ip: &str,
        host: &str,
    ) -> Option<Value> {
        let age = seconds_between(self.delivered, now);
        if age < STATUS_DELAY {
            return None;
        }
        let has_addresses = age >= ADDRESS_DELAY;
        let mut services = Map::new();
        let (mut forwarded, mut ips) = (Map::new(), Map::new());
        for service in &self.services {
            let ready = if service.is_available(now) {
                service.count
            } else {
                0
            };
            let updated = if service.is_ready(now) {
                service.count
            } else {
                0
            };
            let uris = if service.http && has_addresses {
                json!([address_of(service)])
            } else {
                Value::Null
            };
            services.insert(
                service.name.clone(),
                json!({
                    "name": service.name, "available": ready, "total": service.count, "uris": uris,
                    "observed_generation": service.generation, "replicas": service.count,
                    "updated_replicas": updated, "ready_replicas": ready, "available_replicas": ready,
                }),
            );
            if has_addresses && !service.ports.is_empty() {
                let ports = service.ports.iter().map(|port| {
                    json!({
                        "host": host, "port": port.inside, "externalPort": port.outside,
                        "proto": port.proto, "name": service.name,
                    })
                });
                forwarded.insert(service.name.clone(), ports.collect());
            }
            if has_addresses && !service.ips.is_empty() {
                let ports = service.ips.iter().map(|port| {
                    json!({ "Port": port.inside, "ExternalPort": port.outside, "Protocol": port.proto, "IP": ip })
                });
                ips.insert(service.name.clone(), ports.collect());
            }
        }
        let or_null = |map: Map<String, Value>| {
            if map.is_empty() {
                Value::Null
            } else {
                Value::Object(map)
            }
        };
        Some(
            json!({ "services": services, "forwarded_ports": or_null(forwarded), "ips": or_null(ips) }),
        )
    }
}

impl Service {
    fn read(service: &Value, now: Timestamp, rng: &mut SeededRng) -> Option<Self> {
        let image = service["image"].as_str()?.to_owned();
        let mut read = Self {
            name: service["name"].as_str()?.to_owned(),
            count: service["count"].as_u64()?,
            http: false,
            ports: Vec::new(),
            ips: Vec::new(),
            started: now,
            startup_seconds: if image.contains("slow-start") {
                SLOW_START_SECONDS
            } else {
                rng.seconds(16, 32)
            },
            generation: 1,
            previous_serves: false,
            fingerprint: hex(&Sha256::digest(service.to_string())),
            image,
        };
        for expose in service["expose"].as_array().into_iter().flatten() {
            if expose["global"] != json!(true) {
                continue;
            }
            let number = |key: &str| {
                expose[key]
                    .as_u64()
                    .and_then(|port| u16::try_from(port).ok())
            };
            let inside = number("port")?;
            let outside = number("externalPort")
                .filter(|port| *port != 0)
                .unwrap_or(inside);
            let proto = expose["proto"].as_str().unwrap_or("TCP").to_owned();
            if expose["ip"].as_str().is_some_and(|ip| !ip.is_empty()) {
                read.ips.push(Port {
                    inside,
                    outside,
                    proto,
                });
            } else if proto == "TCP" && outside == 80 {
                read.http = true;
            } else {
                let outside = u16::try_from(rng.between(30_000, 32_767)).unwrap_or(30_000);
                read.ports.push(Port {
                    inside,
                    outside,
                    proto,
                });
            }
        }
        Some(read)
    }

    fn behavior(&self) -> ImageBehavior {
        if self.image.contains("never-ready") {
            ImageBehavior::NeverReady
        } else if self.image.contains("bad-gateway") {
            ImageBehavior::BadGateway
        } else if self.image.contains("keeps-restarting") {
            ImageBehavior::KeepsRestarting
        } else {
            ImageBehavior::Fine
        }
    }

    /// Whether the newest containers are ready.
    fn is_ready(&self, now: Timestamp) -> bool {
        let age = seconds_between(later(self.started, self.startup_seconds), now);
        match self.behavior() {
            ImageBehavior::NeverReady => false,
            ImageBehavior::KeepsRestarting => age >= 0 && age / RESTART_PERIOD % 2 == 0,
            ImageBehavior::Fine | ImageBehavior::BadGateway => age >= 0,
        }
    }

    /// Whether any containers are ready, old or new.
    fn is_available(&self, now: Timestamp) -> bool {
        self.previous_serves || self.is_ready(now)
    }

    /// Whether its address answers requests.
    pub(crate) fn answers(&self, now: Timestamp) -> bool {
        self.behavior() != ImageBehavior::BadGateway
            && (self.previous_serves
                || self.is_ready(now)
                    && now >= later(self.started, self.startup_seconds + WARM_UP_DELAY))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn manifest(image: &str, env: &str) -> String {
        format!(
            r#"[{{"name":"g","services":[{{"name":"web","image":"{image}","count":2,"env":["{env}"],"expose":[
            {{"port":3000,"externalPort":80,"proto":"TCP","global":true,"ip":""}},
            {{"port":22,"externalPort":22,"proto":"TCP","global":true,"ip":""}},
            {{"port":5432,"externalPort":0,"proto":"TCP","global":false,"ip":""}}]}}]}}]"#
        )
    }

    fn read(image: &str, env: &str, at: i64) -> Workload {
        let at = later(Timestamp::UNIX_EPOCH, at);
        Workload::read(&manifest(image, env), 1, at, &mut SeededRng::new(1, "t")).unwrap()
    }

    fn status(workload: &Workload, at: i64) -> Option<Value> {
        workload.status(
            later(Timestamp::UNIX_EPOCH, at),
            |service| format!("x/{}", service.name),
            "203.0.113.1",
            "h",
        )
    }

    #[test]
    fn a_service_comes_up_in_steps() {
        let workload = read("nginx", "A=1", 0);
        assert_eq!(status(&workload, 1), None);
        let early = status(&workload, 4).unwrap();
        assert_eq!(early["services"]["web"]["available"], 0);
        assert_eq!(early["services"]["web"]["uris"], Value::Null);
        assert_eq!(early["forwarded_ports"], Value::Null);
        let addressed = status(&workload, 10).unwrap();
        assert_eq!(addressed["services"]["web"]["uris"], json!(["x/web"]));
        assert_eq!(addressed["services"]["web"]["available"], 0);
        assert_eq!(addressed["forwarded_ports"]["web"][0]["port"], 22);
        let up = status(&workload, 60).unwrap();
        assert_eq!(up["services"]["web"]["available"], 2);
        let ready = workload.services[0].startup_seconds;
        assert!(!workload.services[0].answers(later(Timestamp::UNIX_EPOCH, ready)));
        assert!(workload.services[0].answers(later(Timestamp::UNIX_EPOCH, ready + WARM_UP_DELAY)));
    }

    #[test]
    fn names_of_images_decide_behavior() {
        let year = 31_536_000;
        assert_eq!(
            status(&read("never-ready", "A=1", 0), year).unwrap()["services"]["web"]["available"],
            0
        );
        let bad = read("bad-gateway:1", "A=1", 0);
        assert_eq!(status(&bad, 60).unwrap()["services"]["web"]["available"], 2);
        assert!(!bad.services[0].answers(later(Timestamp::UNIX_EPOCH, year)));
        let restarting = read("keeps-restarting:2", "A=1", 0);
        let first = restarting.services[0].startup_seconds;
        for (after, ready) in [(0, 2), (59, 2), (60, 0), (119, 0), (120, 2), (180, 0)] {
            let status = status(&restarting, first + after).unwrap();
            assert_eq!(status["services"]["web"]["available"], ready, "{after}");
        }
        let slow = read("acme/slow-start", "A=1", 0);
        assert_eq!(
            status(&slow, 239).unwrap()["services"]["web"]["available"],
            0
        );
        assert_eq!(
            status(&slow, 241).unwrap()["services"]["web"]["available"],
            2
        );
    }

    #[test]
    fn an_update_rolls_over_and_an_equal_one_changes_nothing() {
        let mut workload = read("nginx", "A=1", 0);
        workload.update(read("nginx", "A=1", 100));
        assert_eq!(workload.services, read("nginx", "A=1", 0).services);
        workload.update(read("nginx", "A=2", 100));
        let rolling = status(&workload, 101).unwrap();
        assert_eq!(rolling["services"]["web"]["available"], 2);
        assert_eq!(rolling["services"]["web"]["updated_replicas"], 0);
        assert_eq!(rolling["services"]["web"]["observed_generation"], 2);
    }
}
