//! `/v1/deployments`, `/v1/leases`, `/v1/deposit-deployment` and the removed `/v1/certificates`.

use std::sync::Arc;

use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::{
    answer::{Answer, created, data},
    extract::{Caller, Json, Query},
    settings,
    validate::{self, Checks},
    views,
};
use crate::{
    api_version::ApiChange,
    app::{App, LatencyClass},
    chain::Deployment,
    encoding,
    error::Error,
    world::{World, lease::LeaseRef, limits::MOST_AT_ONCE},
};

/// `POST /v1/deployments`: creates a deployment.
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    caller: Caller,
    Json(body): Json,
) -> Answer {
    let mut checks = Checks::default();
    let sent = checks.object(body.get("data"), &["data"]);
    let sdl = sent.and_then(|sent| checks.string(sent.get("sdl"), &["data", "sdl"]));
    let deposit = match sent.and_then(|sent| sent.get("deposit")) {
        None if app.api_version.has(ApiChange::DepositOptional) => None,
        deposit => checks.number(deposit, &["data", "deposit"]),
    };
    let name = match sent.and_then(|sent| sent.get("name")) {
        Some(name) if app.api_version.has(ApiChange::Names) => self::name(name, &mut checks),
        _ => None,
    };
    let limit = match sent.and_then(|sent| sent.get("runtimeLimitHours")) {
        Some(limit) if app.api_version.has(ApiChange::RuntimeLimits) => checks.integer(
            Some(limit),
            &["data", "runtimeLimitHours"],
            1,
            Some(MOST_AT_ONCE),
        ),
        _ => None,
    };
    checks.done()?;
    caller.require()?;
    app.delay(LatencyClass::Sign).await;
    let created_deployment = app.update(|world| {
        let created = world.create(&sdl.unwrap_or_default(), deposit.as_ref(), name)?;
        if let Some(hours) = limit.and_then(|hours| u32::try_from(hours).ok()) {
            settings::row(world, created.dseq, true)?.runtime_limit = Some(hours);
        }
        Ok::<_, Error>(created)
    })?;
    app.delay(LatencyClass::Sign).await;
    created(json!({
        "dseq": created_deployment.dseq.to_string(),
        "manifest": created_deployment.manifest,
        "signTx": { "code": 0, "hash": created_deployment.transaction, "transactionHash": created_deployment.transaction, "rawLog": "" },
    }))
}

/// The longest name, characters.
const LONGEST_NAME: usize = 256;

/// A deployment's name, trimmed.
fn name(sent: &Value, checks: &mut Checks) -> Option<String> {
    let name = checks.string(Some(sent), &["data", "name"])?;
    let name = name.trim();
    if (1..=LONGEST_NAME).contains(&name.chars().count()) {
        return Some(name.to_owned());
    }
    checks.custom(
        &["data", "name"],
        "String must contain between 1 and 256 character(s)",
    );
    None
}

/// `PATCH /v1/deployments/{dseq}`: renames a deployment. A rename sends nothing to the chain.
pub(crate) async fn patch(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(dseq): Path<String>,
    Json(body): Json,
) -> Answer {
    let dseq = validate::dseq(Some(&dseq))?;
    let mut checks = Checks::default();
    let sent = checks.object(body.get("data"), &["data"]);
    let name = sent
        .and_then(|sent| sent.get("name"))
        .and_then(|sent| self::name(sent, &mut checks));
    checks.done()?;
    caller.require()?;
    let name = name.ok_or_else(|| Error::bad_request("At least one change is required"))?;
    app.delay(LatencyClass::Read).await;
    app.update(|world| {
        world.deployment(dseq)?.name = Some(name);
        Ok::<_, Error>(())
    })?;
    detail(&app, dseq).await
}

/// The most deployments on a page, and how many it has unless asked otherwise.
const MOST_ROWS: u64 = 100;

/// `GET /v1/deployments`: the active deployments, oldest first. It has the known defects of the real one: leases may appear
/// under the wrong deployment, and before lists had pages, `total` was the length of the page.
pub(crate) async fn list(State(app): State<Arc<App>>, caller: Caller, query: Query) -> Answer {
    let mut checks = Checks::default();
    let mut number = |name: &str, min: u64, most: Option<u64>| {
        let value = query.get(name).map(|text| Value::String(text.to_owned()));
        value
            .as_ref()
            .and_then(|value| checks.integer(Some(value), &[name], min, most))
    };
    let pages = app.api_version.has(ApiChange::ListByState);
    let (skip, limit) = (
        number("skip", 0, None),
        number("limit", 1, pages.then_some(MOST_ROWS)),
    );
    checks.done()?;
    caller.require()?;
    app.delay(LatencyClass::Read).await;
    let status =
        (!app.api_version.has(ApiChange::ListWithoutStatus)).then_some(app.authority.as_str());
    let list_query = ListQuery::read(&app, &query);
    let all = app.update_unsaved(|world| rows(world, list_query, status));
    let (skip_by, paged) = (skip.unwrap_or(0), skip.is_some() || limit.is_some());
    let take = limit.unwrap_or(match (pages, paged) {
        (true, _) => MOST_ROWS,
        (false, true) => 1000,
        (false, false) => u64::MAX,
    });
    let every = all.len() as u64;
    let rows: Vec<Value> = all
        .into_iter()
        .skip(usize::try_from(skip_by).unwrap_or(usize::MAX))
        .take(usize::try_from(take).unwrap_or(usize::MAX))
        .collect();
    let pagination = if pages {
        let more = skip_by.saturating_add(rows.len() as u64) < every;
        json!({ "total": every, "skip": skip_by, "limit": take, "hasMore": more })
    } else {
        let limit = if paged { take } else { rows.len() as u64 };
        json!({ "total": rows.len(), "skip": skip_by, "limit": limit, "hasMore": false })
    };
    data(json!({ "deployments": rows, "pagination": pagination }))
}

/// Which deployments to list, and in which order.
struct ListQuery {
    active: bool,
    reverse: bool,
}

impl ListQuery {
    /// Reads the query. Only the newest versions have these parameters.
    fn read(app: &App, query: &Query) -> Self {
        let supported = app.api_version.has(ApiChange::ListByState);
        Self {
            active: !(supported && query.get("state") == Some("closed")),
            reverse: supported && query.get("reverse") == Some("true"),
        }
    }
}

fn rows(world: &mut World, query: ListQuery, authority: Option<&str>) -> Vec<Value> {
    let deployments = world
        .deployments
        .values()
        .filter(|deployment| deployment.active == query.active);
    let mut rows: Vec<Value> = deployments
        .map(|deployment| {
            let mut row = views::deployment(world, deployment, authority);
            if world.has(ApiChange::ListByState) {
                row["groups"] = deployment
                    .groups
                    .iter()
                    .map(|group| views::group(world, deployment, group))
                    .collect();
            }
            if world.has(ApiChange::Names) {
                row["name"] = json!(deployment.name);
                row["settings"] = settings::in_list(world, deployment);
            }
            row
        })
        .collect();
    if query.reverse {
        rows.reverse();
    }
    // The Console assigns leases in the order in which its queries finish, so two rows sometimes swap their leases.
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

/// `GET /v1/deployments/{dseq}`: one deployment, active or closed.
pub(crate) async fn one(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(dseq): Path<String>,
) -> Answer {
    let dseq = validate::dseq(Some(&dseq))?;
    caller.require()?;
    detail(&app, dseq).await
}

/// Reads a deployment, for all endpoints that answer with one.
async fn detail(app: &App, dseq: u64) -> Answer {
    let dark = app.read(|world| Ok(views::waits_for_dark_provider(world, find(world, dseq)?)))?;
    app.delay(if dark {
        LatencyClass::DarkProvider
    } else {
        LatencyClass::Detail
    })
    .await;
    let view = app.read(|world| {
        let deployment = find(world, dseq)?;
        let mut view = views::deployment(world, deployment, Some(&app.authority));
        if world.has(ApiChange::ConsoleSettings) {
            view["consoleSettings"] =
                json!({ "sdl": deployment.sdl, "manifestVersion": deployment.hash });
        }
        if world.has(ApiChange::Names) {
            view["name"] = json!(deployment.name);
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

/// `PUT /v1/deployments/{dseq}`: updates a deployment from a new SDL file.
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
    check_certificate(
        &app,
        sent.and_then(|sent| sent.get("certificate")),
        &["data", "certificate"],
        &mut checks,
    );
    checks.done()?;
    caller.require()?;
    app.delay(LatencyClass::Sign).await;
    app.update(|world| world.update(dseq, &sdl.unwrap_or_default()))?;
    detail(&app, dseq).await
}

/// `DELETE /v1/deployments/{dseq}`: closes a deployment.
pub(crate) async fn close(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(dseq): Path<String>,
) -> Answer {
    let dseq = validate::dseq(Some(&dseq))?;
    caller.require()?;
    // The Console reads the deployment first, with the status of its leases.
    let dark = app
        .read(|world| Ok::<_, Error>(views::waits_for_dark_provider(world, find(world, dseq)?)))?;
    if dark {
        app.delay(LatencyClass::DarkProvider).await;
    }
    app.delay(LatencyClass::Sign).await;
    app.update(|world| world.close(dseq))?;
    app.delay(LatencyClass::Sign).await;
    data(json!({ "success": true }))
}

/// `POST /v1/deposit-deployment`: adds money to a deployment.
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
    app.delay(LatencyClass::Sign).await;
    app.update(|world| world.deposit(dseq, &usd))?;
    detail(&app, dseq).await
}

/// Checks that a certificate was sent, where the version requires one.
fn check_certificate(
    app: &App,
    sent: Option<&Value>,
    path: validate::Path<'_>,
    checks: &mut Checks,
) {
    if app.api_version.has(ApiChange::ProviderTokens) {
        return;
    }
    if let Some(certificate) = checks.object(sent, path) {
        for part in ["certPem", "keyPem"] {
            checks.string(certificate.get(part), &[path, &[part]].concat());
        }
    }
}

/// `POST /v1/leases`: leases bids and sends the manifest to their providers.
pub(crate) async fn lease(State(app): State<Arc<App>>, caller: Caller, Json(body): Json) -> Answer {
    let mut checks = Checks::default();
    let manifest = checks.string(body.get("manifest"), &["manifest"]);
    check_certificate(&app, body.get("certificate"), &["certificate"], &mut checks);
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
        if app.api_version.has(ApiChange::ProviderChecked)
            && provider
                .as_ref()
                .is_some_and(|provider| !encoding::is_address(provider))
        {
            checks.custom(&["leases", &index, "provider"], "Invalid address");
        }
        let to_u32 = |number: Option<serde_json::Number>| {
            number
                .and_then(|number| number.as_u64())
                .and_then(|number| u32::try_from(number).ok())
                .unwrap_or_default()
        };
        leases.push(LeaseRef {
            dseq: dseq.unwrap_or_default(),
            gseq: to_u32(gseq),
            oseq: to_u32(oseq),
            provider: provider.unwrap_or_default(),
        });
    }
    checks.done()?;
    caller.require()?;
    app.delay(LatencyClass::Sign).await;
    let dseq = app.update(|world| world.lease(&manifest.unwrap_or_default(), &leases))?;
    app.delay(LatencyClass::Sign).await;
    detail(&app, dseq).await
}

/// `POST /v1/certificates`: removed. `older` answers it for older versions.
pub(crate) async fn certificates() -> Answer {
    Err(Error::bare(
        400,
        "This endpoint has been removed. mTLS certificates are no longer required as identity is now verified via API key.",
    ))
}
