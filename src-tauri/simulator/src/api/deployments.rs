//! `/v1/deployments`, `/v1/leases`, `/v1/deposit-deployment` and the removed `/v1/certificates`.

use std::sync::Arc;

use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::{
    Answer, created, data,
    gate::{Caller, Json, Query},
    validate::{self, Checks},
    views,
};
use crate::{
    app::{App, Pace},
    chain::{Deployment, life::LeaseRef},
    edition::Since,
    error::Error,
    world::{World, luck},
};

/// POST: makes a deployment.
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    caller: Caller,
    Json(body): Json,
) -> Answer {
    let mut checks = Checks::default();
    let sent = checks.object(body.get("data"), &["data"]);
    let sdl = sent.and_then(|sent| checks.string(sent.get("sdl"), &["data", "sdl"]));
    let deposit = match sent.and_then(|sent| sent.get("deposit")) {
        None if app.edition.has(Since::DepositOptional) => None,
        deposit => checks.number(deposit, &["data", "deposit"]),
    };
    checks.done()?;
    caller.require()?;
    app.pause(Pace::Sign).await;
    let made = app.change(|world| world.create(&sdl.unwrap_or_default(), deposit.as_ref()))?;
    app.pause(Pace::Sign).await;
    created(json!({
        "dseq": made.dseq.to_string(),
        "manifest": made.manifest,
        "signTx": { "code": 0, "hash": made.transaction, "transactionHash": made.transaction, "rawLog": "" },
    }))
}

/// GET: active deployments, oldest first. With its two known faults: `total` is the length of the page,
/// and leases may hang on the wrong deployment.
pub(crate) async fn list(State(app): State<Arc<App>>, caller: Caller, query: Query) -> Answer {
    let mut checks = Checks::default();
    let mut number = |name: &str, min: u64| {
        let value = query.get(name).map(|text| Value::String(text.to_owned()));
        value
            .as_ref()
            .and_then(|value| checks.integer(Some(value), &[name], min, None))
    };
    let (skip, limit) = (number("skip", 0), number("limit", 1));
    checks.done()?;
    caller.require()?;
    app.pause(Pace::Read).await;
    let status = (!app.edition.has(Since::ListWithoutStatus)).then_some(app.authority.as_str());
    let wanted = Wanted::read(&app, &query);
    let all = app.touch(|world| rows(world, wanted, status));
    let (skip_by, paged) = (skip.unwrap_or(0), skip.is_some() || limit.is_some());
    let take = limit.unwrap_or(if paged { 1000 } else { u64::MAX });
    let rows: Vec<Value> = all
        .into_iter()
        .skip(usize::try_from(skip_by).unwrap_or(usize::MAX))
        .take(usize::try_from(take).unwrap_or(usize::MAX))
        .collect();
    let limit = if paged { take } else { rows.len() as u64 };
    let pagination =
        json!({ "total": rows.len(), "skip": skip_by, "limit": limit, "hasMore": false });
    data(json!({ "deployments": rows, "pagination": pagination }))
}

/// Which deployments a list is of.
struct Wanted {
    active: bool,
    reverse: bool,
}

impl Wanted {
    /// Only the newest editions let choose.
    fn read(app: &App, query: &Query) -> Self {
        let may = app.edition.has(Since::ListByState);
        Self {
            active: !(may && query.get("state") == Some("closed")),
            reverse: may && query.get("reverse") == Some("true"),
        }
    }
}

fn rows(world: &mut World, wanted: Wanted, authority: Option<&str>) -> Vec<Value> {
    let deployments = world
        .deployments
        .values()
        .filter(|deployment| deployment.active == wanted.active);
    let mut rows: Vec<Value> = deployments
        .map(|deployment| {
            let mut row = views::deployment(world, deployment, authority);
            if world.has(Since::ListByState) {
                row["groups"] = deployment
                    .groups
                    .iter()
                    .map(|group| views::group(world, deployment, group))
                    .collect();
            }
            row
        })
        .collect();
    if wanted.reverse {
        rows.reverse();
    }
    // The Console matches leases by which query came back first: sometimes two rows trade them.
    if rows.len() > 1 && world.shuffle.percent(33) {
        let (one, other) = (
            world.shuffle.index(rows.len()),
            world.shuffle.index(rows.len()),
        );
        if one != other {
            let leases = rows[one]["leases"].take();
            rows[one]["leases"] = std::mem::replace(&mut rows[other]["leases"], leases);
        }
    }
    rows
}

/// GET: one deployment, closed ones too.
pub(crate) async fn one(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(dseq): Path<String>,
) -> Answer {
    let dseq = validate::dseq(Some(&dseq))?;
    caller.require()?;
    detail(&app, dseq).await
}

/// The answer of everything that ends with reading a deployment.
async fn detail(app: &App, dseq: u64) -> Answer {
    let dark = app.read(|world| Ok(views::waits_for_dark(world, find(world, dseq)?)))?;
    app.pause(if dark { Pace::Dark } else { Pace::Detail })
        .await;
    let view = app.read(|world| {
        let deployment = find(world, dseq)?;
        let mut view = views::deployment(world, deployment, Some(&app.authority));
        if world.has(Since::ConsoleSettings) {
            view["consoleSettings"] =
                json!({ "sdl": deployment.sdl, "manifestVersion": deployment.hash });
        }
        Ok(view)
    })?;
    data(view)
}

fn find(world: &World, dseq: u64) -> Result<&Deployment, Error> {
    world
        .deployments
        .get(&dseq)
        .ok_or_else(|| Error::not_found("Deployment not found"))
}

/// PUT: a new SDL for a deployment.
pub(crate) async fn update(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(dseq): Path<String>,
    Json(body): Json,
) -> Answer {
    let dseq = validate::dseq(Some(&dseq))?;
    let mut checks = Checks::default();
    let sent = checks.object(body.get("data"), &["data"]);
    let sdl = sent.and_then(|sent| checks.string(sent.get("sdl"), &["data", "sdl"]));
    certificate(
        &app,
        sent.and_then(|sent| sent.get("certificate")),
        &["data", "certificate"],
        &mut checks,
    );
    checks.done()?;
    caller.require()?;
    app.pause(Pace::Sign).await;
    app.change(|world| world.update(dseq, &sdl.unwrap_or_default()))?;
    detail(&app, dseq).await
}

/// DELETE: closes a deployment.
pub(crate) async fn close(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(dseq): Path<String>,
) -> Answer {
    let dseq = validate::dseq(Some(&dseq))?;
    caller.require()?;
    // The Console reads the deployment first, lease status included.
    let dark =
        app.read(|world| Ok::<_, Error>(views::waits_for_dark(world, find(world, dseq)?)))?;
    if dark {
        app.pause(Pace::Dark).await;
    }
    app.pause(Pace::Sign).await;
    app.change(|world| world.close(dseq))?;
    app.pause(Pace::Sign).await;
    data(json!({ "success": true }))
}

/// POST: adds money to a deployment.
pub(crate) async fn deposit(
    State(app): State<Arc<App>>,
    caller: Caller,
    Json(body): Json,
) -> Answer {
    let mut checks = Checks::default();
    let sent = checks.object(body.get("data"), &["data"]);
    let dseq = sent.and_then(|sent| checks.dseq(sent.get("dseq"), &["data", "dseq"]));
    let usd = sent.and_then(|sent| checks.number(sent.get("deposit"), &["data", "deposit"]));
    checks.done()?;
    caller.require()?;
    let (Some(dseq), Some(usd)) = (dseq, usd) else {
        return Err(Error::internal());
    };
    app.pause(Pace::Sign).await;
    app.change(|world| world.deposit(dseq, &usd))?;
    detail(&app, dseq).await
}

/// Formerly a certificate had to come along.
fn certificate(app: &App, sent: Option<&Value>, path: validate::Path<'_>, checks: &mut Checks) {
    if app.edition.has(Since::ProviderTokens) {
        return;
    }
    if let Some(certificate) = checks.object(sent, path) {
        for part in ["certPem", "keyPem"] {
            checks.string(certificate.get(part), &[path, &[part]].concat());
        }
    }
}

/// POST: leases bids and sends the manifest.
pub(crate) async fn lease(State(app): State<Arc<App>>, caller: Caller, Json(body): Json) -> Answer {
    let mut checks = Checks::default();
    let manifest = checks.string(body.get("manifest"), &["manifest"]);
    certificate(&app, body.get("certificate"), &["certificate"], &mut checks);
    let mut leases = Vec::new();
    for (index, sent) in checks
        .array(body.get("leases"), &["leases"])
        .into_iter()
        .flatten()
        .enumerate()
    {
        let index = index.to_string();
        let dseq = checks.dseq(sent.get("dseq"), &["leases", &index, "dseq"]);
        let gseq = checks.number(sent.get("gseq"), &["leases", &index, "gseq"]);
        let oseq = checks.number(sent.get("oseq"), &["leases", &index, "oseq"]);
        let provider = checks.string(sent.get("provider"), &["leases", &index, "provider"]);
        if app.edition.has(Since::ProviderChecked)
            && provider
                .as_ref()
                .is_some_and(|provider| !luck::is_address(provider))
        {
            checks.custom(&["leases", &index, "provider"], "Invalid address");
        }
        let small = |number: Option<serde_json::Number>| {
            number
                .and_then(|number| number.as_u64())
                .and_then(|number| u32::try_from(number).ok())
                .unwrap_or_default()
        };
        leases.push(LeaseRef {
            dseq: dseq.unwrap_or_default(),
            gseq: small(gseq),
            oseq: small(oseq),
            provider: provider.unwrap_or_default(),
        });
    }
    checks.done()?;
    caller.require()?;
    app.pause(Pace::Sign).await;
    let dseq = app.change(|world| world.lease(&manifest.unwrap_or_default(), &leases))?;
    app.pause(Pace::Sign).await;
    detail(&app, dseq).await
}

/// POST: gone, for everybody.
pub(crate) async fn certificates() -> Answer {
    Err(Error::bare(
        400,
        "This endpoint has been removed. mTLS certificates are no longer required as identity is now verified via API key.",
    ))
}
