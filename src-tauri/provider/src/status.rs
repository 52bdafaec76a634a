//! What a provider says about a lease.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use crate::{ConnectError, Lease, Scope};

/// What a provider says about a lease. Go's empty lists arrive as `null`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct LeaseStatus {
    /// The services by name.
    #[serde(default, deserialize_with = "or_empty")]
    pub services: BTreeMap<String, ServiceStatus>,
    /// The ports that lead in from outside, by service.
    #[serde(default, deserialize_with = "or_empty")]
    pub forwarded_ports: BTreeMap<String, Vec<ForwardedPort>>,
}

/// What a provider says about a service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ServiceStatus {
    /// How many replicas answer.
    pub available: u32,
    /// How many there should be.
    pub total: u32,
    /// How many run.
    pub ready_replicas: u32,
    /// Its host names.
    #[serde(deserialize_with = "or_empty")]
    pub uris: Vec<String>,
}

/// A port that leads in from outside.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ForwardedPort {
    /// The host name to reach it at.
    #[serde(default)]
    pub host: String,
    /// The port inside of the container.
    pub port: u16,
    /// The port outside.
    pub external_port: u16,
    /// `TCP` or `UDP`.
    #[serde(default)]
    pub proto: String,
}

fn or_empty<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    from: D,
) -> Result<T, D::Error> {
    Ok(Option::<T>::deserialize(from)?.unwrap_or_default())
}

impl Lease {
    /// What the provider says about this lease.
    ///
    /// # Errors
    /// See [`ConnectError`]; without a manifest at the provider it is [`crate::Refusal::NoLease`].
    pub async fn status(&self) -> Result<LeaseStatus, ConnectError> {
        let body = self.get(Scope::Status, "status").await?;
        serde_json::from_slice(&body)
            .map_err(|_| ConnectError::Malformed("the status cannot be read".to_owned()))
    }
}
