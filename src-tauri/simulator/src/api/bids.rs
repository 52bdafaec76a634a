//! `/v1/bids`.

use std::sync::Arc;

use axum::extract::{Path, State};
use serde_json::Value;

use super::{
    answer::{Answer, data},
    extract::{Caller, Query},
    validate, views,
};
use crate::{
    api_version::ApiChange,
    app::{App, LatencyClass},
    bidding,
    chain::{Bid, BidState},
    error::Error,
    world::World,
};

/// The largest number of bids in one answer.
const ROWS: usize = 100;

/// `GET /v1/bids?dseq=`.
pub(crate) async fn by_query(State(app): State<Arc<App>>, caller: Caller, query: Query) -> Answer {
    bids(&app, caller, query.get("dseq")).await
}

/// `GET /v1/bids/{dseq}`.
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
    app.delay(LatencyClass::Read).await;
    let rows = app.read(|world| {
        if world.disruptions.node_down {
            return Err(Error::chain("Request failed with status code 503"));
        }
        let Some(deployment) = world.deployments.get(&dseq) else {
            return Ok(Vec::new());
        };
        let mut bids: Vec<&Bid> = deployment
            .bids
            .iter()
            .filter(|bid| bid.state != BidState::Pending && shown(world, deployment, bid))
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

/// Whether the Console shows a bid. It hides bids of providers without its auditor's signature, and from a trial
/// account also bids with GPUs that a trial cannot use.
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
            .filter_map(|resource| bidding::gpu_for(provider, resource))
            .any(|gpu| !gpu.kind().on_trial)
    };
    (provider.is_audited() || !world.has(ApiChange::AuditedOnly))
        && !(world.account.trial && blocked())
}
