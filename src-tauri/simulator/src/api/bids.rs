//! `/v1/bids`.

use std::sync::Arc;

use axum::extract::{Path, State};
use serde_json::Value;

use super::{
    Answer, data,
    gate::{Caller, Query},
    validate, views,
};
use crate::{
    app::{App, Pace},
    chain::{Bid, BidState, market},
    edition::Since,
    error::Error,
    world::World,
};

/// At most so many in one answer.
const ROWS: usize = 100;

/// GET with the deployment in the query.
pub(crate) async fn by_query(State(app): State<Arc<App>>, caller: Caller, query: Query) -> Answer {
    bids(&app, caller, query.get("dseq")).await
}

/// GET with the deployment in the path.
pub(crate) async fn by_path(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(dseq): Path<String>,
) -> Answer {
    bids(&app, caller, Some(&dseq)).await
}

async fn bids(app: &App, caller: Caller, dseq: Option<&str>) -> Answer {
    let dseq = validate::dseq(dseq)?;
    caller.require()?;
    app.pause(Pace::Read).await;
    let rows = app.read(|world| {
        if world.trouble.node_down {
            return Err(Error::chain("Request failed with status code 503"));
        }
        let Some(deployment) = world.deployments.get(&dseq) else {
            return Ok(Vec::new());
        };
        let mut bids: Vec<&Bid> = deployment
            .bids
            .iter()
            .filter(|bid| bid.state != BidState::Coming && shown(world, deployment, bid))
            .collect();
        bids.sort_by(|one, other| {
            (one.gseq, one.oseq, &one.provider).cmp(&(other.gseq, other.oseq, &other.provider))
        });
        Ok(bids
            .into_iter()
            .take(ROWS)
            .map(|bid| views::bid(world, deployment, bid))
            .collect())
    })?;
    data(Value::Array(rows))
}

/// The Console hides bids of providers its auditor did not sign and, on trial, of GPUs a trial may not have.
fn shown(world: &World, deployment: &crate::chain::Deployment, bid: &Bid) -> bool {
    let Some(provider) = world.provider(&bid.provider) else {
        return false;
    };
    let blocked = || {
        let groups = deployment
            .groups
            .iter()
            .filter(|group| group.gseq == bid.gseq);
        groups
            .flat_map(|group| &group.spec.resources)
            .filter(|resource| resource.gpus > 0)
            .filter_map(|resource| market::gpu_for(provider, resource))
            .any(|gpu| !gpu.kind().on_trial)
    };
    (provider.is_audited() || !world.has(Since::AuditedOnly)) && !(world.account.trial && blocked())
}
