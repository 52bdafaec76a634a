//! What a file says will run, kept so that it reads the same for ever.

use serde::{Deserialize, Serialize};

/// What the SDL says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Plan {
    pub(crate) gpu: bool,
    pub(crate) groups: Vec<PlanGroup>,
    pub(crate) services: Vec<PlanService>,
    /// Volumes that only the provider holds.
    pub(crate) volumes: Vec<PlanVolume>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct PlanGroup {
    pub(crate) gseq: u32,
    pub(crate) name: String,
    pub(crate) services: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct PlanService {
    pub(crate) name: String,
    pub(crate) image: String,
    pub(crate) replicas: u32,
    pub(crate) ports: Vec<PlanPort>,
}

/// A volume whose content survives a restart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "StoredVolume")]
pub(crate) struct PlanVolume {
    pub(crate) name: String,
    pub(crate) size: VolumeSize,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum VolumeSize {
    Bytes(u64),
    /// As version 0.1 stored it, in words.
    Said(String),
}

/// As stored now, or as version 0.1 stored it: name and size in words.
#[derive(Deserialize)]
#[serde(untagged)]
enum StoredVolume {
    Facts { name: String, size: VolumeSize },
    Said(String, String),
}

impl From<StoredVolume> for PlanVolume {
    fn from(stored: StoredVolume) -> Self {
        match stored {
            StoredVolume::Facts { name, size } => Self { name, size },
            StoredVolume::Said(name, size) => Self {
                name,
                size: VolumeSize::Said(size),
            },
        }
    }
}

/// A port that a service opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "StoredPort")]
pub(crate) struct PlanPort {
    /// The number outside.
    pub(crate) number: u32,
    /// The number in the container.
    pub(crate) inside: u32,
    pub(crate) proto: Proto,
    pub(crate) reach: PortReach,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Proto {
    Tcp,
    Udp,
}

/// Who can reach a port.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum PortReach {
    /// Everybody, by these host names of the person's own.
    Internet(Vec<String>),
    /// Everybody, at a leased IP address: the endpoint's name.
    Ip(String),
    /// Only these services; nobody where there are none.
    Services(Vec<String>),
    /// The whole port as version 0.1 stored it, in words of another form.
    Said(String),
}

impl PlanPort {
    /// Whether the provider's ingress serves it: then a web address will come.
    pub(crate) const fn is_web(&self) -> bool {
        self.number == 80
            && matches!(self.proto, Proto::Tcp)
            && matches!(self.reach, PortReach::Internet(_))
    }
}

/// As stored now, or as version 0.1 stored it: in words.
#[derive(Deserialize)]
#[serde(untagged)]
enum StoredPort {
    Facts {
        number: u32,
        inside: u32,
        proto: Proto,
        reach: PortReach,
    },
    Said(String),
}

impl From<StoredPort> for PlanPort {
    fn from(stored: StoredPort) -> Self {
        match stored {
            StoredPort::Facts {
                number,
                inside,
                proto,
                reach,
            } => Self {
                number,
                inside,
                proto,
                reach,
            },
            StoredPort::Said(text) => said_port(&text),
        }
    }
}

/// A port in the words of version 0.1: `port 80 (inside: 3000) → the internet, as a.example, b.example`. What has another form is kept as
/// it is.
fn said_port(text: &str) -> PlanPort {
    let unknown = || PlanPort {
        number: 0,
        inside: 0,
        proto: Proto::Tcp,
        reach: PortReach::Said(text.to_owned()),
    };
    let read = || {
        let (port, reach) = text.strip_prefix("port ")?.split_once(" → ")?;
        let (port, inside) = match port.split_once(" (inside: ") {
            Some((port, inside)) => (port, Some(inside.strip_suffix(')')?.parse().ok()?)),
            None => (port, None),
        };
        let (number, proto) = match port.strip_suffix(" (UDP)") {
            Some(number) => (number, Proto::Udp),
            None => (port, Proto::Tcp),
        };
        let names = |text: &str| text.split(", ").map(str::to_owned).collect();
        let ip = reach
            .strip_prefix("the internet, at an IP of its own (“")
            .and_then(|rest| rest.strip_suffix("”)"));
        let reach = if let Some(endpoint) = ip {
            PortReach::Ip(endpoint.to_owned())
        } else if let Some(hosts) = reach.strip_prefix("the internet, as ") {
            PortReach::Internet(names(hosts))
        } else {
            match reach {
                "the internet" => PortReach::Internet(Vec::new()),
                "nowhere" => PortReach::Services(Vec::new()),
                other => PortReach::Services(names(other.strip_suffix(" only")?)),
            }
        };
        let number = number.parse().ok()?;
        Some(PlanPort {
            number,
            inside: inside.unwrap_or(number),
            proto,
            reach,
        })
    };
    read().unwrap_or_else(unknown)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn only_a_tcp_port_80_to_the_internet_is_a_web_address() {
        let web = |text: &str| said_port(text).is_web();
        assert!(web("port 80 → the internet"));
        assert!(web(
            "port 80 (inside: 3000) → the internet, as a.example, b.example"
        ));
        for other in [
            "port 8080 → the internet",
            "port 80 → the internet, at an IP of its own (“one”)",
            "port 80 → web only",
            "something else",
        ] {
            assert!(!web(other), "{other}");
        }
    }

    #[test]
    fn a_port_is_stored_as_facts() {
        let port = said_port("port 53 (UDP) → web, db only");
        assert_eq!((port.number, port.inside, port.proto), (53, 53, Proto::Udp));
        assert_eq!(
            port.reach,
            PortReach::Services(vec!["web".into(), "db".into()])
        );
        let text = serde_json::to_string(&port).unwrap();
        assert_eq!(serde_json::from_str::<PlanPort>(&text).unwrap(), port);
    }
}
