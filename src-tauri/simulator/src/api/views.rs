//! Chain objects in the API's form: 64-bit numbers as strings, decimals with 18 places, states by name (the JSON of
//! cosmos REST).

use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    api_version::ApiChange,
    bidding,
    catalogue::GPUS,
    chain::{Bid, BidState, Deployment, Group, Lease, LeaseState, Resource, escrow::AccountState},
    money::{DENOM, coin, dec18},
    time::iso,
    world::World,
};

/// A state by its name.
pub(crate) fn name(state: impl Serialize) -> Value {
    serde_json::to_value(state).unwrap_or_default()
}

/// A deployment with its leases and escrow. With `authority`, the simulator's host and port, each lease has a status;
/// without it the key `status` is missing.
pub(crate) fn deployment(world: &World, deployment: &Deployment, authority: Option<&str>) -> Value {
    let leases: Vec<Value> = deployment
        .leases
        .iter()
        .map(|lease| self::lease(world, deployment, lease, authority))
        .collect();
    json!({
        "deployment": {
            "id": { "owner": world.account.owner, "dseq": deployment.dseq.to_string() },
            "state": if deployment.active { "active" } else { "closed" },
            // Without a node the Console answers from its index, which does not have the hash.
            "hash": if world.disruptions.node_down { "unknown_value" } else { &deployment.hash },
            "created_at": deployment.height.to_string(),
        },
        "leases": leases,
        "escrow_account": escrow(world, deployment),
    })
}

fn escrow(world: &World, deployment: &Deployment) -> Value {
    let account = &deployment.escrow;
    let deposits: Vec<Value> = account
        .deposits
        .iter()
        .map(|deposit| {
            json!({
                "owner": world.account.funder, "height": deposit.height.to_string(), "source": "grant",
                "balance": coin(deposit.balance),
            })
        })
        .collect();
    json!({
        "id": { "scope": "deployment", "xid": format!("{}/{}", world.account.owner, deployment.dseq) },
        "state": {
            "owner": world.account.owner,
            "state": name(account.state),
            "transferred": [coin(account.transferred)],
            "settled_at": account.settled_at.to_string(),
            "funds": [coin(account.funds)],
            "deposits": deposits,
        },
    })
}

fn lease(world: &World, deployment: &Deployment, lease: &Lease, authority: Option<&str>) -> Value {
    let mut view = json!({
        "id": {
            "owner": world.account.owner, "dseq": deployment.dseq.to_string(), "gseq": lease.gseq,
            "oseq": lease.oseq, "provider": lease.provider, "bseq": 0,
        },
        "state": name(lease.state),
        "price": { "denom": DENOM, "amount": dec18(lease.payment.rate) },
        "created_at": lease.height.to_string(),
        "closed_on": lease.closed_on.to_string(),
        "reason": lease.reason,
    });
    if world.disruptions.node_down
        && let Some(view) = view.as_object_mut()
    {
        view.remove("reason");
    }
    if world.has(ApiChange::ListByState) {
        if let Some(reclaim) = &lease.reclaim {
            view["reclamation"] = json!({
                "started_at": reclaim.started.as_second().to_string(),
                "deadline": reclaim.deadline.as_second().to_string(),
                "reason": reclaim.reason,
            });
        }
        view["detectedGpus"] = detected_gpus(world, deployment, lease).unwrap_or_default();
    }
    if let Some(authority) = authority {
        view["status"] = status(world, deployment, lease, authority).unwrap_or_default();
    }
    view
}

/// The GPUs that were found in the running services of a lease. `None` where there are none.
fn detected_gpus(world: &World, deployment: &Deployment, lease: &Lease) -> Option<Value> {
    let workload = lease.workload.as_ref()?;
    let group = deployment
        .groups
        .iter()
        .find(|group| group.gseq == lease.gseq)?;
    let provider = world.provider(&lease.provider)?;
    let resource = group
        .spec
        .resources
        .iter()
        .find(|resource| resource.gpus > 0)?;
    let offered = bidding::gpu_for(provider, resource)?.kind();
    let kind = match &lease.gpu_found {
        Some(model) => GPUS.iter().find(|kind| kind.model == model)?,
        None => offered,
    };
    let memory: u64 = kind.ram.trim_end_matches("Gi").parse().unwrap_or_default();
    let gpu = json!({
        "vendor": "nvidia", "model": kind.model, "displayName": kind.display, "memoryMb": memory * 1024,
        "interface": kind.interface, "count": resource.gpus,
    });
    let service = workload.services.first()?;
    Some(json!({
        "services": [{ "service": service.name, "gpus": [gpu] }],
        "driverVersion": "570.133.20", "detectedAt": iso(lease.created),
    }))
}

/// The status that the provider reports for a lease. `None` when it reports none; the services may still run.
fn status(world: &World, deployment: &Deployment, lease: &Lease, authority: &str) -> Option<Value> {
    let provider = world
        .provider(&lease.provider)
        .filter(|provider| !provider.dark)?;
    let workload = lease
        .workload
        .as_ref()
        .filter(|_| lease.state == LeaseState::Active)?;
    let address = |service: &crate::workload::Service| {
        format!(
            "{authority}/at/{}",
            provider.ingress_host(deployment.dseq, &service.name)
        )
    };
    // An address from the range for documentation. Its last number depends on the deployment.
    let ip = format!("203.0.113.{}", deployment.dseq % 250 + 1);
    workload.status(world.now, address, &ip, "127.0.0.1")
}

/// Whether reading a deployment has to wait for a provider that does not answer.
pub(crate) fn waits_for_dark_provider(world: &World, deployment: &Deployment) -> bool {
    deployment.leases.iter().any(|lease| {
        world
            .provider(&lease.provider)
            .is_none_or(|provider| provider.dark)
    })
}

/// A bid with its escrow.
pub(crate) fn bid(world: &World, deployment: &Deployment, bid: &Bid) -> Value {
    let owner = &world.account.owner;
    let offers: Vec<Value> = deployment
        .groups
        .iter()
        .filter(|group| group.gseq == bid.gseq)
        .flat_map(|group| &group.spec.resources)
        .map(|resource| offer(resource, gpu_offered(world, bid, resource)))
        .collect();
    let open = matches!(bid.state, BidState::Open | BidState::Active);
    let deposit = if open {
        Decimal::from(500_000)
    } else {
        Decimal::ZERO
    };
    let height = bid.height.to_string();
    let deposits = if open {
        json!([{ "owner": bid.provider, "height": height, "source": "balance", "balance": coin(deposit) }])
    } else {
        json!([])
    };
    json!({
        "bid": {
            "id": {
                "owner": owner, "dseq": deployment.dseq.to_string(), "gseq": bid.gseq, "oseq": bid.oseq,
                "provider": bid.provider, "bseq": 0,
            },
            "state": name(bid.state),
            "price": { "denom": DENOM, "amount": dec18(bid.price) },
            "created_at": height,
            "resources_offer": offers,
            "reclamation_window": null,
        },
        "escrow_account": {
            "id": {
                "scope": "bid",
                "xid": format!("{owner}/{}/{}/{}/{}", deployment.dseq, bid.gseq, bid.oseq, bid.provider),
            },
            "state": {
                "owner": bid.provider,
                "state": name(if open { AccountState::Open } else { AccountState::Closed }),
                "transferred": [coin(Decimal::ZERO)],
                "settled_at": height,
                "funds": [coin(deposit)],
                "deposits": deposits,
            },
        },
    })
}

fn offer(resource: &Resource, gpu: Vec<Value>) -> Value {
    let volume = |volume: &crate::chain::Volume| {
        let mut attributes = Vec::new();
        if let Some(class) = &volume.class {
            attributes.push(json!({ "key": "class", "value": class }));
            attributes.push(json!({ "key": "persistent", "value": volume.persistent.to_string() }));
        }
        json!({ "name": volume.name, "quantity": { "val": volume.bytes.to_string() }, "attributes": attributes })
    };
    let endpoint = |(kind, number): &(u32, u32)| {
        let kind = ["SHARED_HTTP", "RANDOM_PORT", "LEASED_IP"]
            .get(*kind as usize)
            .copied()
            .unwrap_or("SHARED_HTTP");
        json!({ "kind": kind, "sequence_number": number })
    };
    json!({
        "resources": {
            "id": resource.id,
            "cpu": { "units": { "val": resource.cpu.to_string() }, "attributes": [] },
            "memory": { "quantity": { "val": resource.memory.to_string() }, "attributes": [] },
            "storage": resource.storage.iter().map(volume).collect::<Vec<_>>(),
            "gpu": { "units": { "val": resource.gpus.to_string() }, "attributes": gpu },
            "endpoints": resource.endpoints.iter().map(endpoint).collect::<Vec<_>>(),
        },
        "count": resource.count,
    })
}

/// The attributes of the GPU that a bid offers.
fn gpu_offered(world: &World, bid: &Bid, resource: &Resource) -> Vec<Value> {
    if resource.gpus == 0 {
        return Vec::new();
    }
    let provider = world.provider(&bid.provider);
    let gpu = provider.and_then(|provider| bidding::gpu_for(provider, resource));
    gpu.map(|gpu| {
        let kind = gpu.kind();
        let key = format!(
            "vendor/nvidia/model/{}/ram/{}/interface/{}",
            kind.model, kind.ram, kind.interface
        );
        json!({ "key": key, "value": "true" })
    })
    .into_iter()
    .collect()
}

/// A group.
pub(crate) fn group(world: &World, deployment: &Deployment, group: &Group) -> Value {
    let pairs = group
        .spec
        .attributes
        .iter()
        .map(|(key, value)| json!({ "key": key, "value": value }));
    let resources = group.spec.resources.iter().map(|resource| {
        let models = resource.models.iter().map(|model| {
            json!({ "key": format!("vendor/{}/model/{}", model.vendor, model.model), "value": "true" })
        });
        let mut unit = offer(resource, models.collect());
        rename(&mut unit, "resources", "resource");
        unit["price"] = coin(resource.price);
        unit
    });
    json!({
        "id": { "owner": world.account.owner, "dseq": deployment.dseq.to_string(), "gseq": group.gseq },
        "state": name(group.state),
        "group_spec": {
            "name": group.name,
            "requirements": {
                "signed_by": { "all_of": group.spec.all_of, "any_of": group.spec.any_of },
                "attributes": pairs.collect::<Vec<_>>(),
            },
            "resources": resources.collect::<Vec<_>>(),
        },
        "created_at": deployment.height.to_string(),
    })
}

/// Renames a member of an object.
pub(crate) fn rename(value: &mut Value, from: &str, to: &str) {
    if let Some(object) = value.as_object_mut()
        && let Some(moved) = object.remove(from)
    {
        object.insert(to.to_owned(), moved);
    }
}
