//! `/v1/api-keys`. A key can do everything that its owner can: it can also create and revoke keys.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::IntoResponse,
};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    answer::{Answer, created, data},
    extract::{Caller, Json},
    validate::Checks,
};
use crate::{
    app::{App, LatencyClass},
    error::Error,
    time::iso,
    world::{
        World,
        account::{ApiKey, MAX_KEYS, new_key},
    },
};

fn view(world: &World, key: &ApiKey) -> Value {
    json!({
        "id": key.id, "name": key.name, "expiresAt": key.expires.map(iso), "createdAt": iso(key.created),
        "updatedAt": iso(key.updated), "lastUsedAt": key.used.map(iso), "keyFormat": key.mask,
        "userId": world.account.user_id, "hashedKey": key.hash,
    })
}

/// `GET /v1/api-keys`: all keys.
pub(crate) async fn list(State(app): State<Arc<App>>, caller: Caller) -> Answer {
    caller.require()?;
    app.delay(LatencyClass::Read).await;
    data(app.read(|world| {
        world
            .account
            .keys
            .iter()
            .map(|key| view(world, key))
            .collect()
    }))
}

/// `POST /v1/api-keys`: creates a key. Only this answer has its plain text.
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    caller: Caller,
    Json(body): Json,
) -> Answer {
    let mut checks = Checks::default();
    let sent = checks.object(body.get("data"), &["data"]);
    let name = sent.and_then(|sent| checks.string(sent.get("name"), &["data", "name"]));
    let path = ["data", "expiresAt"];
    let expires = match sent.and_then(|sent| sent.get("expiresAt")) {
        None => None,
        value => checks.string(value, &path).and_then(|text| {
            let time = text.parse::<Timestamp>().ok();
            if time.is_none() {
                checks.issue(json!({
                    "code": "invalid_string", "validation": "datetime", "message": "Invalid datetime", "path": path,
                }));
            }
            time
        }),
    };
    if expires.is_some_and(|expires| app.read(|world| expires <= world.now)) {
        checks.custom(&path, "Expiration date must be in the future");
    }
    checks.done()?;
    caller.require()?;
    app.delay(LatencyClass::Read).await;
    let made = app.update(|world| {
        if world.account.keys.len() >= MAX_KEYS {
            return Err(Error::internal());
        }
        let plain = new_key(&mut world.rng);
        let key = ApiKey::new(
            &name.unwrap_or_default(),
            &plain,
            expires,
            world.now,
            &mut world.rng,
        );
        let mut made = view(world, &key);
        world.account.keys.push(key);
        made["apiKey"] = Value::String(plain);
        Ok(made)
    })?;
    created(made)
}

fn id(text: &str) -> Result<String, Error> {
    let mut checks = Checks::default();
    let id = checks.uuid(Some(text), &["id"]);
    checks.done()?;
    id.ok_or_else(Error::internal)
}

fn missing() -> Error {
    Error::not_found("API key not found")
}

/// `GET /v1/api-keys/{id}`.
pub(crate) async fn one(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(text): Path<String>,
) -> Answer {
    let id = id(&text)?;
    caller.require()?;
    app.delay(LatencyClass::Read).await;
    let found = |world: &World| {
        world
            .account
            .keys
            .iter()
            .find(|key| key.id == id)
            .map(|key| view(world, key))
    };
    data(app.read(found).ok_or_else(missing)?)
}

/// `PATCH /v1/api-keys/{id}`: renames a key.
pub(crate) async fn rename(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(text): Path<String>,
    Json(body): Json,
) -> Answer {
    let id = id(&text)?;
    let mut checks = Checks::default();
    let sent = checks.object(body.get("data"), &["data"]);
    let name = match sent.and_then(|sent| sent.get("name")) {
        None => None,
        name => checks.string(name, &["data", "name"]),
    };
    checks.done()?;
    caller.require()?;
    app.delay(LatencyClass::Read).await;
    let view = app.update(|world| {
        let now = world.now;
        let key = world
            .account
            .keys
            .iter_mut()
            .find(|key| key.id == id)
            .ok_or_else(missing)?;
        if let Some(name) = name {
            key.name = name;
            key.updated = now;
        }
        let key = key.clone();
        Ok::<_, Error>(view(world, &key))
    })?;
    data(view)
}

/// `DELETE /v1/api-keys/{id}`: revokes a key. An unknown id also gets 204.
pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(text): Path<String>,
) -> Answer {
    let id = id(&text)?;
    caller.require()?;
    app.delay(LatencyClass::Read).await;
    app.update(|world| world.account.keys.retain(|key| key.id != id));
    Ok(StatusCode::NO_CONTENT.into_response())
}
