//! What a provider runs once it has the manifest: services that start, get ready and answer.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::{
    time::{later, seconds_between},
    world::luck::{Luck, hex},
};

/// Chain seconds until a provider has anything to say about a lease.
const SILENT: i64 = 3;
/// Chain seconds until the addresses are known.
const ADDRESSED: i64 = 8;
/// Chain seconds from ready containers to an address that answers.
const WARM_UP: i64 = 6;
/// Chain seconds that an image named `slow-start` takes.
const SLOW: i64 = 240;
/// Chain seconds for which an image named `keeps-restarting` is ready, and then is not.
const TURN: i64 = 60;

/// What runs for a lease.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub(crate) struct Workload {
    /// When the manifest arrived.
    pub(crate) delivered: Timestamp,
    /// Its services, by name.
    pub(crate) services: Vec<Service>,
}

/// A service.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub(crate) struct Service {
    /// Its name.
    pub(crate) name: String,
    /// Its image.
    pub(crate) image: String,
    /// Replicas.
    pub(crate) count: u64,
    /// Whether it has an address for browsers.
    pub(crate) http: bool,
    /// Ports forwarded from the provider.
    pub(crate) ports: Vec<Port>,
    /// Ports at a leased IP.
    pub(crate) ips: Vec<Port>,
    /// When its containers were (last) started.
    pub(crate) started: Timestamp,
    /// Chain seconds its containers take.
    pub(crate) takes: i64,
    /// How many times it was changed, from 1.
    pub(crate) generation: u64,
    /// Whether containers of before an update stand in until the new ones are ready.
    pub(crate) stand_in: bool,
    /// Hash of its part of the manifest.
    print: String,
}

/// A port that can be reached from outside.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub(crate) struct Port {
    /// In the container.
    pub(crate) inside: u16,
    /// Outside.
    pub(crate) outside: u16,
    /// `TCP` or `UDP`.
    pub(crate) proto: String,
}

/// What an image's name makes of it. For tests and demonstrations of bad luck.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Fine,
    NeverReady,
    BadGateway,
    KeepsRestarting,
}

impl Workload {
    /// Reads the part of a manifest that is one group's.
    ///
    /// # Errors
    /// What a provider says of a manifest it can't use.
    pub(crate) fn read(
        manifest: &str,
        gseq: u32,
        now: Timestamp,
        luck: &mut Luck,
    ) -> Result<Self, &'static str> {
        let groups: Value = serde_json::from_str(manifest).map_err(|_| "invalid manifest")?;
        let position = usize::try_from(gseq).unwrap_or_default().wrapping_sub(1);
        let services = groups
            .get(position)
            .and_then(|group| group["services"].as_array());
        let services = services.ok_or("invalid manifest: group not found")?;
        let services = services
            .iter()
            .map(|service| Service::read(service, now, luck))
            .collect::<Option<_>>();
        Ok(Self {
            delivered: now,
            services: services.ok_or("invalid manifest")?,
        })
    }

    /// Takes a new manifest: services that it changes start again behind what ran before; the rest goes on.
    pub(crate) fn update(&mut self, new: Self) {
        let old = std::mem::replace(&mut self.services, new.services);
        for service in &mut self.services {
            let Some(before) = old.iter().find(|before| before.name == service.name) else {
                continue;
            };
            if before.print == service.print {
                *service = before.clone();
            } else {
                service.stand_in = before.is_ready(service.started);
                service.generation = before.generation + 1;
                service.ports.clone_from(&before.ports);
            }
        }
    }

    /// What the provider says of it; `None` while it says nothing. `address_of` gives a service's address.
    pub(crate) fn status(
        &self,
        now: Timestamp,
        address_of: impl Fn(&Service) -> String,
        ip: &str,
        host: &str,
    ) -> Option<Value> {
        let age = seconds_between(self.delivered, now);
        if age < SILENT {
            return None;
        }
        let addressed = age >= ADDRESSED;
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
            let uris = if service.http && addressed {
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
            if addressed && !service.ports.is_empty() {
                let ports = service.ports.iter().map(|port| {
                    json!({
                        "host": host, "port": port.inside, "externalPort": port.outside,
                        "proto": port.proto, "name": service.name,
                    })
                });
                forwarded.insert(service.name.clone(), ports.collect());
            }
            if addressed && !service.ips.is_empty() {
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
    fn read(service: &Value, now: Timestamp, luck: &mut Luck) -> Option<Self> {
        let image = service["image"].as_str()?.to_owned();
        let mut read = Self {
            name: service["name"].as_str()?.to_owned(),
            count: service["count"].as_u64()?,
            http: false,
            ports: Vec::new(),
            ips: Vec::new(),
            started: now,
            takes: if image.contains("slow-start") {
                SLOW
            } else {
                luck.seconds(16, 32)
            },
            generation: 1,
            stand_in: false,
            print: hex(&Sha256::digest(service.to_string())),
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
                let outside = u16::try_from(luck.between(30_000, 32_767)).unwrap_or(30_000);
                read.ports.push(Port {
                    inside,
                    outside,
                    proto,
                });
            }
        }
        Some(read)
    }

    fn fate(&self) -> Fate {
        if self.image.contains("never-ready") {
            Fate::NeverReady
        } else if self.image.contains("bad-gateway") {
            Fate::BadGateway
        } else if self.image.contains("keeps-restarting") {
            Fate::KeepsRestarting
        } else {
            Fate::Fine
        }
    }

    /// Whether the newest containers are ready.
    fn is_ready(&self, now: Timestamp) -> bool {
        let age = seconds_between(later(self.started, self.takes), now);
        match self.fate() {
            Fate::NeverReady => false,
            Fate::KeepsRestarting => age >= 0 && age / TURN % 2 == 0,
            Fate::Fine | Fate::BadGateway => age >= 0,
        }
    }

    /// Whether any containers are ready.
    fn is_available(&self, now: Timestamp) -> bool {
        self.stand_in || self.is_ready(now)
    }

    /// Whether its address answers.
    pub(crate) fn answers(&self, now: Timestamp) -> bool {
        self.fate() != Fate::BadGateway
            && (self.stand_in
                || self.is_ready(now) && now >= later(self.started, self.takes + WARM_UP))
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
        Workload::read(&manifest(image, env), 1, at, &mut Luck::new(1, "t")).unwrap()
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
        let ready = workload.services[0].takes;
        assert!(!workload.services[0].answers(later(Timestamp::UNIX_EPOCH, ready)));
        assert!(workload.services[0].answers(later(Timestamp::UNIX_EPOCH, ready + WARM_UP)));
    }

    #[test]
    fn names_of_images_are_fates() {
        let year = 31_536_000;
        assert_eq!(
            status(&read("never-ready", "A=1", 0), year).unwrap()["services"]["web"]["available"],
            0
        );
        let bad = read("bad-gateway:1", "A=1", 0);
        assert_eq!(status(&bad, 60).unwrap()["services"]["web"]["available"], 2);
        assert!(!bad.services[0].answers(later(Timestamp::UNIX_EPOCH, year)));
        let restarting = read("keeps-restarting:2", "A=1", 0);
        let first = restarting.services[0].takes;
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
