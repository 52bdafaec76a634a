//! The settings of deployments (v1 and v2) and of the wallet.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::IntoResponse,
};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde_json::{Map, Value, json};

use super::{
    answer::{Answer, created, data},
    extract::{Caller, Json, Query},
    validate::{self, Checks},
};
use crate::{
    api_version::ApiChange,
    app::{App, LatencyClass},
    error::Error,
    money::{json_number, owed},
    time::iso,
    world::{
        World,
        account::{DeploymentSetting, WalletSetting},
        funding::{CREDIT_HEADROOM, TARGET_HOURS},
        limits::MOST,
    },
};

/// The blocks that a top-up pays for: it happens when 24 hours are left and fills up to 48.
const TOP_UP_BLOCKS: u64 = 600 * 24;
/// The largest number of rows. Each dseq that somebody asks about makes one.
const MAX_ROWS: usize = 10_000;

fn view(world: &World, dseq: u64, setting: &DeploymentSetting) -> Value {
    let deployment = world.deployments.get(&dseq);
    let rate = deployment
        .map(crate::chain::Deployment::rate)
        .unwrap_or_default();
    let mut view = json!({
        "id": setting.id, "userId": world.account.user_id, "dseq": dseq.to_string(),
        "autoTopUpEnabled": setting.auto_top_up, "closed": deployment.is_some_and(|deployment| !deployment.active),
        "estimatedTopUpAmount": owed(rate, TOP_UP_BLOCKS).to_u64(), "topUpFrequencyMs": 86_400_000,
        "createdAt": iso(setting.created), "updatedAt": iso(setting.updated),
    });
    if world.has(ApiChange::RuntimeLimits) {
        view["runtimeLimitHours"] = json!(setting.runtime_limit);
        let ends = deployment.and_then(|deployment| world.runtime_ends(deployment));
        view["runtimeEndsAt"] = json!(ends.map(iso));
        view["sdl"] = Value::Null;
    }
    view
}

/// What the list of deployments shows of a deployment's settings; null where there are none.
pub(super) fn in_list(world: &World, deployment: &crate::chain::Deployment) -> Value {
    let Some(setting) = world.account.deployments.get(&deployment.dseq) else {
        return Value::Null;
    };
    let mut view = json!({ "name": deployment.name, "closed": !deployment.active });
    if world.has(ApiChange::RuntimeLimits) {
        view["runtimeLimitHours"] = json!(setting.runtime_limit);
        view["runtimeEndsAt"] = json!(world.runtime_ends(deployment).map(iso));
    }
    view
}

fn missing() -> Error {
    Error::not_found("Deployment setting not found")
}

/// The row of a deployment. A missing row is created with `auto_top_up`. As at the real Console, nothing checks that the
/// deployment exists.
pub(super) fn row(
    world: &mut World,
    dseq: u64,
    auto_top_up: bool,
) -> Result<&mut DeploymentSetting, Error> {
    if world.account.deployments.len() >= MAX_ROWS && !world.account.deployments.contains_key(&dseq)
    {
        return Err(Error::internal());
    }
    let (id, now) = (world.rng.uuid(), world.now);
    Ok(world
        .account
        .deployments
        .entry(dseq)
        .or_insert(DeploymentSetting {
            id,
            auto_top_up,
            runtime_limit: None,
            created: now,
            updated: now,
        }))
}

async fn read(app: &App, caller: Caller, user: Option<&str>, dseq: &str) -> Answer {
    let dseq = validate::dseq(Some(dseq))?;
    caller.require()?;
    app.delay(LatencyClass::Read).await;
    let creates_missing = !app.api_version.has(ApiChange::FundingConfig);
    let view = app.update(|world| {
        let foreign = user.is_some_and(|user| user != world.account.user_id);
        let known = world.account.deployments.contains_key(&dseq);
        if foreign || !(known || creates_missing) {
            return Err(missing());
        }
        let setting = row(world, dseq, true)?.clone();
        Ok(view(world, dseq, &setting))
    })?;
    data(view)
}

async fn set(app: &App, caller: Caller, user: Option<&str>, dseq: &str, body: &Value) -> Answer {
    let dseq = validate::dseq(Some(dseq))?;
    let mut checks = Checks::default();
    let sent = checks.object(body.get("data"), &["data"]);
    let limits = app.api_version.has(ApiChange::RuntimeLimits);
    let member = |name: &str| sent.and_then(|sent| sent.get(name));
    let enabled = match member("autoTopUpEnabled") {
        None if limits => None,
        value => checks.boolean(value, &["data", "autoTopUpEnabled"]),
    };
    let limit = member("runtimeLimitHours").filter(|_| limits);
    let hours = limit.filter(|limit| !limit.is_null()).and_then(|limit| {
        checks.integer(Some(limit), &["data", "runtimeLimitHours"], 1, Some(MOST))
    });
    checks.done()?;
    caller.require()?;
    app.delay(LatencyClass::Read).await;
    if enabled == Some(false) && app.api_version.has(ApiChange::FundingConfig) {
        return Err(Error::bad_request(
            "Automatic funding cannot be switched off",
        ));
    }
    let view = app.update(|world| {
        if user.is_some_and(|user| user != world.account.user_id) {
            return Err(missing());
        }
        let now = world.now;
        let hours = hours.and_then(|hours| u32::try_from(hours).ok());
        if limit.is_some() {
            world.check_limit(dseq, hours)?;
        }
        let setting = row(world, dseq, true)?;
        setting.auto_top_up = enabled.unwrap_or(setting.auto_top_up);
        if limit.is_some() {
            setting.runtime_limit = hours;
        }
        setting.updated = now;
        let setting = setting.clone();
        Ok(view(world, dseq, &setting))
    })?;
    data(view)
}

async fn create(app: &App, caller: Caller, body: &Value, user_required: bool) -> Answer {
    let mut checks = Checks::default();
    let sent = checks.object(body.get("data"), &["data"]);
    let dseq = sent.and_then(|sent| checks.dseq(sent.get("dseq"), &["data", "dseq"]));
    let enabled = match sent.and_then(|sent| sent.get("autoTopUpEnabled")) {
        None => Some(false),
        value => checks.boolean(value, &["data", "autoTopUpEnabled"]),
    };
    let user = match sent.and_then(|sent| sent.get("userId")) {
        None if !user_required => None,
        user => checks.string(user, &["data", "userId"]),
    };
    checks.done()?;
    caller.require()?;
    app.delay(LatencyClass::Read).await;
    let view = app.update(|world| {
        if user.is_some_and(|user| user != world.account.user_id) {
            return Err(Error::forbidden("Forbidden"));
        }
        let dseq = dseq.unwrap_or_default();
        // A second row violates a unique key, and the Console does not handle that.
        if world.account.deployments.contains_key(&dseq) {
            return Err(Error::internal());
        }
        let setting = row(world, dseq, enabled.unwrap_or_default())?.clone();
        Ok(view(world, dseq, &setting))
    })?;
    created(view)
}

/// `GET /v1/deployment-settings/{user}/{dseq}`.
pub(crate) async fn get_v1(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((user, dseq)): Path<(String, String)>,
) -> Answer {
    read(&app, caller, Some(&user), &dseq).await
}

/// `PATCH /v1/deployment-settings/{user}/{dseq}`.
pub(crate) async fn set_v1(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((user, dseq)): Path<(String, String)>,
    Json(body): Json,
) -> Answer {
    set(&app, caller, Some(&user), &dseq, &body).await
}

/// `POST /v1/deployment-settings`.
pub(crate) async fn create_v1(
    State(app): State<Arc<App>>,
    caller: Caller,
    Json(body): Json,
) -> Answer {
    create(&app, caller, &body, true).await
}

/// `GET /v2/deployment-settings/{dseq}`.
pub(crate) async fn get_v2(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(dseq): Path<String>,
    query: Query,
) -> Answer {
    read(&app, caller, query.get("userId"), &dseq).await
}

/// `PATCH /v2/deployment-settings/{dseq}`.
pub(crate) async fn set_v2(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(dseq): Path<String>,
    query: Query,
    Json(body): Json,
) -> Answer {
    set(&app, caller, query.get("userId"), &dseq, &body).await
}

/// `POST /v2/deployment-settings`.
pub(crate) async fn create_v2(
    State(app): State<Arc<App>>,
    caller: Caller,
    Json(body): Json,
) -> Answer {
    create(&app, caller, &body, false).await
}

/// `GET /v1/deployment-funding-config`. Needs no key.
pub(crate) async fn funding_config(State(app): State<Arc<App>>) -> Answer {
    app.delay(LatencyClass::Read).await;
    data(json!({
        "targetRunwayHours": TARGET_HOURS,
        "balanceHeadroomUsd": CREDIT_HEADROOM / 1_000_000,
        "defaultDepositUsd": 0.5,
    }))
}

fn wallet_view(world: &World, setting: &WalletSetting) -> Value {
    json!({
        "id": setting.id, "userId": world.account.user_id, "walletId": 42, "autoReloadEnabled": setting.enabled,
        "autoReloadMode": setting.mode, "autoReloadThreshold": json_number(setting.threshold),
        "autoReloadAmount": json_number(setting.amount), "createdAt": iso(setting.created),
        "updatedAt": iso(setting.updated),
    })
}

fn no_wallet_setting() -> Error {
    Error::not_found("WalletSetting Not Found")
}

/// `GET /v1/wallet-settings`: 404 until somebody has set them.
pub(crate) async fn wallet(State(app): State<Arc<App>>, caller: Caller) -> Answer {
    caller.require()?;
    app.delay(LatencyClass::Read).await;
    let view = app.read(|world| {
        world
            .account
            .wallet
            .as_ref()
            .map(|setting| wallet_view(world, setting))
    });
    data(view.ok_or_else(no_wallet_setting)?)
}

/// `POST` and `PUT /v1/wallet-settings`: both create or change them.
pub(crate) async fn set_wallet(
    State(app): State<Arc<App>>,
    caller: Caller,
    Json(body): Json,
) -> Answer {
    let mut checks = Checks::default();
    let sent = checks.object(body.get("data"), &["data"]);
    let enabled = sent.and_then(|sent| {
        checks.boolean(
            sent.get("autoReloadEnabled"),
            &["data", "autoReloadEnabled"],
        )
    });
    let mode = sent
        .and_then(|sent| sent.get("autoReloadMode"))
        .and_then(Value::as_str)
        .map(str::to_owned);
    if mode
        .as_ref()
        .is_some_and(|mode| mode != "threshold" && mode != "prediction")
    {
        checks.issue(json!({
            "code": "invalid_enum_value", "options": ["threshold", "prediction"], "received": mode,
            "path": ["data", "autoReloadMode"],
            "message": "Invalid enum value. Expected 'threshold' | 'prediction'",
        }));
    }
    let threshold = usd(&mut checks, sent, "autoReloadThreshold", 5);
    let amount = usd(&mut checks, sent, "autoReloadAmount", 20);
    checks.done()?;
    caller.require()?;
    app.delay(LatencyClass::Read).await;
    let view = app.update(|world| {
        let (id, now) = (world.rng.uuid(), world.now);
        let mut setting = world
            .account
            .wallet
            .take()
            .unwrap_or_else(|| WalletSetting {
                id,
                enabled: false,
                mode: "prediction".to_owned(),
                threshold: Decimal::from(20),
                amount: Decimal::from(100),
                created: now,
                updated: now,
            });
        setting.enabled = enabled.unwrap_or_default();
        setting.mode = mode.unwrap_or(setting.mode);
        setting.threshold = threshold.unwrap_or(setting.threshold);
        setting.amount = amount.unwrap_or(setting.amount);
        setting.updated = now;
        let view = wallet_view(world, &setting);
        world.account.wallet = Some(setting);
        view
    });
    data(view)
}

fn usd(
    checks: &mut Checks,
    sent: Option<&Map<String, Value>>,
    name: &str,
    min: u64,
) -> Option<Decimal> {
    let value = sent?.get(name)?;
    checks.integer(Some(value), &["data", name], min, Some(10_000))?;
    value.to_string().parse().ok()
}

/// `DELETE /v1/wallet-settings`.
pub(crate) async fn delete_wallet(State(app): State<Arc<App>>, caller: Caller) -> Answer {
    caller.require()?;
    app.delay(LatencyClass::Read).await;
    app.update(|world| world.account.wallet.take())
        .ok_or_else(no_wallet_setting)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
