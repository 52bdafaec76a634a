//! `/v1/api-keys`. A key can do all that its owner can, also make and revoke keys.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::IntoResponse,
};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    Answer, created, data,
    gate::{Caller, Json},
    validate::Checks,
};
use crate::{
    app::{App, Pace},
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

/// GET: all keys.
pub(crate) async fn list(State(app): State<Arc<App>>, caller: Caller) -> Answer {
    caller.require()?;
    app.pause(Pace::Read).await;
    data(app.read(|world| {
        world
            .account
            .keys
            .iter()
            .map(|key| view(world, key))
            .collect()
    }))
}

/// POST: a new key, shown in plain this once.
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
    app.pause(Pace::Read).await;
    let made = app.change(|world| {
        if world.account.keys.len() >= MAX_KEYS {
            return Err(Error::internal());
        }
        let plain = new_key(&mut world.luck);
        let key = ApiKey::new(
            &name.unwrap_or_default(),
            &plain,
            expires,
            world.now,
            &mut world.luck,
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

/// GET one.
pub(crate) async fn one(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(text): Path<String>,
) -> Answer {
    let id = id(&text)?;
    caller.require()?;
    app.pause(Pace::Read).await;
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

/// PATCH: another name.
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
    app.pause(Pace::Read).await;
    let view = app.change(|world| {
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

/// DELETE: revokes a key; also one that is not there.
pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(text): Path<String>,
) -> Answer {
    let id = id(&text)?;
    caller.require()?;
    app.pause(Pace::Read).await;
    app.change(|world| world.account.keys.retain(|key| key.id != id));
    Ok(StatusCode::NO_CONTENT.into_response())
}
