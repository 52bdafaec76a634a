//! Gateways for the simulator's own providers, which show what runs for the simulator's own leases.

use std::sync::Arc;

use serde_json::Value;

use super::{
    options::{CertificateMode, GatewayOptions},
    server::{ChainNode, Gateway, GatewayError},
    spec::{LeaseId, Service, Volume, World},
};
use crate::{app::App, chain::LeaseState, workload::Workload, world};

/// A gateway for each provider that is not offline, and the node of the chain that knows their certificates.
pub(crate) struct Gateways {
    /// By the providers' addresses.
    gateways: Vec<Gateway>,
    chain: ChainNode,
}

impl Gateways {
    /// Starts them, and makes the providers' `host_uri` lead there.
    ///
    /// # Errors
    /// A port or a certificate could not be had.
    pub(crate) async fn start(app: &Arc<App>) -> Result<Self, GatewayError> {
        let providers: Vec<(String, String)> = app.read(|world| {
            let online = world.providers.iter().filter(|provider| !provider.dark);
            online
                .map(|provider| {
                    (
                        provider.owner.clone(),
                        format!("provider.{}", provider.domain),
                    )
                })
                .collect()
        });
        let mut gateways = Vec::new();
        for (owner, host) in providers {
            gateways.push(Gateway::without_chain(options(app, owner, host)).await?);
        }
        let chain = ChainNode::start(&gateways).await?;
        app.update_unsaved(|world| {
            for provider in &mut world.providers {
                let own = gateways
                    .iter()
                    .find(|gateway| gateway.provider() == provider.owner);
                provider.gateway = own.map(Gateway::addr);
            }
        });
        Ok(Self { gateways, chain })
    }

    /// The gateway of a provider.
    pub(crate) fn of(&self, provider: &str) -> Option<&Gateway> {
        self.gateways
            .iter()
            .find(|gateway| gateway.provider() == provider)
    }

    /// The URL of the chain's node.
    pub(crate) fn chain_url(&self) -> String {
        self.chain.url()
    }
}

fn options(app: &Arc<App>, owner: String, host: String) -> GatewayOptions {
    let (for_time, for_leases, for_state) = (app.clone(), app.clone(), app.clone());
    let (provider, own) = (owner.clone(), owner.clone());
    GatewayOptions {
        host,
        provider: owner,
        // An address with a number for a host has no name to send, so every client gets this one.
        certificate: CertificateMode::ChainOnly,
        clock: Some(Arc::new(move || for_time.read(|world| world.now))),
        source: Some(Arc::new(move |lease| {
            for_leases.read(|world| runs(world, &provider, lease))
        })),
        is_down: Some(Arc::new(move || {
            for_state.read(|world| world.provider(&own).is_none_or(|provider| provider.dark))
        })),
        ..GatewayOptions::default()
    }
}

/// What runs for a lease of the simulator; `None` if it is not active at this provider or has no manifest yet.
fn runs(world: &world::World, provider: &str, id: &LeaseId) -> Option<World> {
    if id.owner != world.account.owner {
        return None;
    }
    let deployment = world.deployments.get(&id.dseq)?;
    let lease = deployment.leases.iter().rfind(|lease| {
        lease.state == LeaseState::Active
            && lease.provider == provider
            && (lease.gseq, lease.oseq) == (id.gseq, id.oseq)
    })?;
    let workload = lease.workload.as_ref()?;
    let manifest: Value = serde_json::from_str(&deployment.manifest).ok()?;
    let group = usize::try_from(id.gseq)
        .ok()?
        .checked_sub(1)
        .and_then(|index| manifest.get(index));
    Some(world_of(workload, group.unwrap_or(&Value::Null)))
}

/// What a workload and its part of the manifest look like inside.
fn world_of(workload: &Workload, group: &Value) -> World {
    let described = |name: &str| {
        let mut all = group["services"].as_array().into_iter().flatten();
        all.find(|service| service["name"] == name)
    };
    let services = workload.services.iter().map(|running| {
        let mut service = Service::new(&running.name, &running.image);
        service.replicas = u32::try_from(running.count)
            .unwrap_or(u32::MAX)
            .min(MAX_REPLICAS);
        service.created = Some(running.started);
        service.startup_seconds = u32::try_from(running.startup_seconds).unwrap_or(0);
        service.generation = running.generation;
        if let Some(described) = described(&running.name) {
            describe(&mut service, described);
        }
        service.files.push((
            "/app/README".to_owned(),
            b"This container is simulated: nothing runs here.\n".to_vec(),
        ));
        for volume in service.volumes.iter().filter(|volume| volume.persistent) {
            let mount = volume.mount.trim_end_matches('/');
            let files = [
                (
                    "/notes.txt",
                    "Files on a persistent volume outlive the container.\n",
                ),
                ("/.keep", ""),
            ];
            service.files.extend(
                files.map(|(name, text)| (format!("{mount}{name}"), text.as_bytes().to_vec())),
            );
            service.large_files.push((
                format!("{mount}/backup.bin"),
                (volume.size / 50).min(64 << 20),
            ));
        }
        service
    });
    World {
        services: services.collect(),
        status: None,
    }
}

/// How many containers of a service exist at most: a manifest may ask for any number.
const MAX_REPLICAS: u32 = 20;

/// Takes over what a manifest says about a service.
fn describe(service: &mut Service, described: &Value) {
    let number = |value: &Value| {
        value["val"]
            .as_str()
            .and_then(|text| text.parse::<u64>().ok())
    };
    let resources = &described["resources"];
    service.cpu_millis = number(&resources["cpu"]["units"]).unwrap_or(service.cpu_millis);
    service.memory = number(&resources["memory"]["size"]).unwrap_or(service.memory);
    for pair in described["env"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
    {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        service.env.push((name.to_owned(), value.to_owned()));
    }
    let count = number(&resources["gpu"]["units"]).unwrap_or(0).min(16);
    let attributes = resources["gpu"]["attributes"].as_array();
    let key = attributes
        .and_then(|all| all.first())
        .and_then(|attribute| attribute["key"].as_str());
    let model = key
        .and_then(|key| key.split('/').nth(3))
        .filter(|model| *model != "*")
        .unwrap_or("rtx4090");
    service.gpus = (0..count).map(|_| model.to_owned()).collect();
    for storage in resources["storage"].as_array().into_iter().flatten() {
        let (name, size) = (
            storage["name"].as_str().unwrap_or_default(),
            number(&storage["size"]).unwrap_or(0),
        );
        let mut mounts = described["params"]["storage"]
            .as_array()
            .into_iter()
            .flatten();
        let mount = mounts
            .find(|mount| mount["name"] == name)
            .and_then(|mount| mount["mount"].as_str());
        match mount.filter(|mount| !mount.trim_matches('/').is_empty()) {
            Some(mount) => {
                let mut attributes = storage["attributes"].as_array().into_iter().flatten();
                let persistent =
                    attributes.any(|one| one["key"] == "persistent" && one["value"] == "true");
                service.volumes.push(Volume {
                    name: name.to_owned(),
                    mount: mount.to_owned(),
                    size,
                    persistent,
                });
            }
            None => service.storage = size.max(1 << 20),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_manifest_describes_the_inside() {
        let mut service = Service::new("db", "postgres:16");
        describe(
            &mut service,
            &json!({
                "env": ["A=b=c", "EMPTY="],
                "params": { "storage": [{ "name": "data", "mount": "/data", "readOnly": false }] },
                "resources": {
                    "cpu": { "units": { "val": "250" } }, "memory": { "size": { "val": "1024" } },
                    "gpu": { "units": { "val": "2" }, "attributes": [{ "key": "vendor/nvidia/model/h100/ram/80Gi", "value": "true" }] },
                    "storage": [
                        { "name": "default", "size": { "val": "5000000" } },
                        { "name": "data", "size": { "val": "7000000" }, "attributes": [{ "key": "persistent", "value": "true" }] },
                    ],
                },
            }),
        );
        assert_eq!(
            service.env,
            [
                ("A".to_owned(), "b=c".to_owned()),
                ("EMPTY".to_owned(), String::new())
            ]
        );
        assert_eq!(
            (service.cpu_millis, service.memory, service.storage),
            (250, 1_024, 5_000_000)
        );
        assert_eq!(service.gpus, ["h100", "h100"]);
        assert_eq!(service.volumes.len(), 1);
        assert!(service.is_stateful());
    }
}
