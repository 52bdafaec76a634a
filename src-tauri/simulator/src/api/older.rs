//! Answers of today, told as an older Console told them.

use axum::{
    body::Body,
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

use super::{Edition, Since};
use crate::{
    api::{gate::whole, views::rename},
    error::Error,
    money::DENOM,
    world::templates::TEMPLATES,
};

/// What wallets paid with before ACT: USDC by way of Noble.
const USDC: &str = "ibc/170C677610AC31DF0904FFE09CD3B5C657492170E7E52372E48756B71E56F2F1";

/// The answer of an endpoint that was not there yet, or not gone yet.
pub(crate) fn elsewhere(edition: Edition, method: &Method, path: &str) -> Option<Response> {
    let since = match path {
        "/v1/create-jwt-token" => Since::CreateToken,
        "/v1/wallet-settings" => Since::DseqValidated,
        "/v1/weekly-cost" => Since::WeeklyCost,
        "/v1/blockchain-status" => Since::BlockchainStatus,
        "/v1/bid-screening" => Since::Screening,
        path if path.starts_with("/v1/bids/") => Since::BidsByPath,
        path if path.starts_with("/v2/deployment-settings") => Since::SettingsV2,
        "/v1/certificates" if *method == Method::POST && !edition.has(Since::NoCertificates) => {
            let part = |label: &str| {
                format!("-----BEGIN {label}-----\nc2ltdWxhdGVk\n-----END {label}-----\n")
            };
            let body = json!({ "data": {
                "certPem": part("CERTIFICATE"), "pubkeyPem": part("PUBLIC KEY"), "encryptedKey": part("ENCRYPTED PRIVATE KEY"),
            } });
            return Some(axum::Json(body).into_response());
        }
        _ => return None,
    };
    (!edition.has(since)).then(|| Error::text(404, "404 Not Found").into_response())
}

/// Rewrites an answer.
pub(crate) async fn age(
    edition: Edition,
    method: &Method,
    path: &str,
    response: Response,
) -> Response {
    let is_json = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if !is_json {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let bytes = whole(body).await;
    let Ok(mut value) = serde_json::from_slice::<Value>(&bytes) else {
        return Response::from_parts(parts, Body::from(bytes));
    };
    if parts.status.is_success() {
        success(edition, method, path, &mut value);
        if !edition.has(Since::Act) {
            replace_denom(&mut value);
        }
    } else {
        refusal(edition, path, &mut parts.status, &mut value);
    }
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(value.to_string()))
}

fn success(edition: Edition, method: &Method, path: &str, value: &mut Value) {
    let under = |prefix: &str| {
        path == prefix
            || path
                .strip_prefix(prefix)
                .is_some_and(|rest| rest.starts_with('/'))
    };
    if path == "/v1/deployments" && method == Method::GET {
        for row in items(&mut value["data"]["deployments"]) {
            deployment(edition, row);
        }
    } else if (under("/v1/deployments") && [Method::GET, Method::PUT].contains(method))
        || path == "/v1/deposit-deployment"
        || path == "/v1/leases"
    {
        // Without certificate or token the providers say nothing.
        if !edition.has(Since::ProviderTokens) && method == Method::GET {
            for lease in items(&mut value["data"]["leases"]) {
                lease["status"] = Value::Null;
            }
        }
        deployment(edition, &mut value["data"]);
    } else if under("/v1/bids") {
        items(&mut value["data"]).for_each(|row| bid(edition, row));
    } else if path == "/v1/wallets" {
        for wallet in items(&mut value["data"]).filter_map(Value::as_object_mut) {
            if !edition.has(Since::NoCertificates) {
                wallet.remove("denom");
            }
            if !edition.has(Since::NoTrialLimit) {
                wallet.remove("topUpMinAmountUsd");
            }
        }
    } else if path == "/v1/user/me" {
        if !edition.has(Since::OnboardingSkipped) {
            remove(&mut value["data"], "onboardingSkippedAt");
        }
    } else if path == "/v1/wallet-settings" {
        if !edition.has(Since::Thresholds) {
            remove(&mut value["data"], "autoReloadThreshold");
            remove(&mut value["data"], "autoReloadAmount");
        }
        if !edition.has(Since::DepositOptional) {
            remove(&mut value["data"], "autoReloadMode");
        }
    } else if path == "/v1/templates-list" {
        if !edition.has(Since::SlimTemplates) {
            items(&mut value["data"])
                .flat_map(|group| items(&mut group["templates"]))
                .for_each(full_template);
        }
    } else if path == "/v1/network-capacity" {
        if !edition.has(Since::BodiesLimited) {
            *value = flat_capacity(value);
        }
    } else if under("/v1/providers") {
        if !edition.has(Since::BodiesLimited) {
            match value {
                Value::Array(rows) => rows.iter_mut().for_each(|row| {
                    flat_stats(row);
                    remove(row, "stats");
                }),
                one => flat_stats(one),
            }
        }
    } else if path == "/v1/gpu-models" {
        if !edition.has(Since::GpuNames) {
            for vendor in items(value) {
                items(&mut vendor["models"]).for_each(|model| remove(model, "displayName"));
                remove(vendor, "displayName");
            }
        }
    } else if path == "/v1/usage/history" && !edition.has(Since::ActUsage) {
        for day in items(value) {
            day["dailyUsdcSpent"] = day["dailyActSpent"].take();
            day["totalUsdcSpent"] = day["totalActSpent"].take();
            remove(day, "dailyActSpent");
            remove(day, "totalActSpent");
        }
    }
}

fn items(value: &mut Value) -> impl Iterator<Item = &mut Value> {
    value.as_array_mut().into_iter().flatten()
}

fn remove(value: &mut Value, key: &str) {
    if let Some(object) = value.as_object_mut() {
        object.remove(key);
    }
}

fn deployment(edition: Edition, row: &mut Value) {
    if edition.has(Since::NewShapes) {
        return;
    }
    rename(&mut row["deployment"], "id", "deployment_id");
    rename(&mut row["deployment"], "hash", "version");
    for lease in items(&mut row["leases"]) {
        rename(lease, "id", "lease_id");
        remove(&mut lease["lease_id"], "bseq");
        remove(lease, "reason");
    }
    flat_escrow(&mut row["escrow_account"]);
}

fn bid(edition: Edition, row: &mut Value) {
    if !edition.has(Since::Reclamation) {
        remove(&mut row["bid"], "reclamation_window");
    }
    if edition.has(Since::BidsByPath) && !edition.has(Since::NoCertificates) {
        row["isCertificateRequired"] = json!(!edition.has(Since::ProviderTokens));
    }
    if !edition.has(Since::NewShapes) {
        rename(&mut row["bid"], "id", "bid_id");
        remove(&mut row["bid"]["bid_id"], "bseq");
        flat_escrow(&mut row["escrow_account"]);
    }
}

/// The escrow of the older chain: one amount each, and what the platform granted apart from the owner's own.
fn flat_escrow(escrow: &mut Value) {
    let state = escrow["state"].take();
    let scope = escrow["id"]["scope"].clone();
    let granted = scope == "deployment";
    let none = json!({ "denom": DENOM, "amount": "0.000000000000000000" });
    let first = |list: &Value| list.get(0).cloned().unwrap_or_else(|| none.clone());
    let funds = first(&state["funds"]);
    let depositor = match state["deposits"].get(0) {
        Some(deposit) => deposit["owner"].clone(),
        None => state["owner"].clone(),
    };
    let (balance, funds) = if granted {
        (none.clone(), funds)
    } else {
        (funds, none.clone())
    };
    *escrow = json!({
        "id": escrow["id"], "owner": state["owner"], "state": state["state"], "balance": balance,
        "transferred": first(&state["transferred"]), "settled_at": state["settled_at"], "depositor": depositor,
        "funds": funds,
    });
}

fn replace_denom(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(replace_denom),
        Value::Object(object) => {
            for (key, value) in object {
                if key == "denom" && value == DENOM {
                    *value = USDC.into();
                } else {
                    replace_denom(value);
                }
            }
        }
        _ => {}
    }
}

fn full_template(row: &mut Value) {
    let Some(template) = TEMPLATES.iter().find(|template| row["id"] == template.id) else {
        return;
    };
    *row = crate::api::templates::view(template);
}

fn flat_capacity(capacity: &Value) -> Value {
    let mut flat = Map::new();
    let resources = &capacity["resources"];
    for state in ["active", "available", "pending", "total"] {
        for (name, amount) in [
            ("CPU", &resources["cpu"]),
            ("GPU", &resources["gpu"]),
            ("Memory", &resources["memory"]),
            ("Storage", &resources["storage"]["total"]),
            ("EphemeralStorage", &resources["storage"]["ephemeral"]),
            ("PersistentStorage", &resources["storage"]["persistent"]),
        ] {
            flat.insert(format!("{state}{name}"), amount[state].clone());
        }
    }
    flat.insert(
        "activeProviderCount".to_owned(),
        capacity["activeProviderCount"].clone(),
    );
    Value::Object(flat)
}

fn flat_stats(provider: &mut Value) {
    let stats = provider["stats"].clone();
    for (key, state) in [
        ("activeStats", "active"),
        ("pendingStats", "pending"),
        ("availableStats", "available"),
    ] {
        provider[key] = json!({
            "cpu": stats["cpu"][state], "gpu": stats["gpu"][state], "memory": stats["memory"][state],
            "storage": stats["storage"]["total"][state],
        });
    }
}

/// Refusals in older words.
fn refusal(edition: Edition, path: &str, status: &mut StatusCode, value: &mut Value) {
    let message = value["message"].as_str().unwrap_or_default().to_owned();
    if !edition.has(Since::NoCertificates) && message.starts_with("Invalid SDL: ") {
        value["message"] = "Invalid SDL".into();
    }
    if !edition.has(Since::MalformedIs400) && message == "Malformed JSON in request body" {
        internal(
            status,
            value,
            "Internal server error",
            "internal_server_error",
        );
    }
    if !edition.has(Since::DseqValidated) && value["data"][0]["path"] == json!(["dseq"]) {
        internal(
            status,
            value,
            "Request failed with status code 400",
            "unknown_error",
        );
    }
    if !edition.has(Since::CreditWords)
        && *status == StatusCode::PAYMENT_REQUIRED
        && message.starts_with("Not enough balance")
    {
        if path == "/v1/deployments" {
            // The API looks before it asks the chain.
            value["message"] = "Not enough funds to cover the deployment costs".into();
        } else if edition.has(Since::NoFundsIs402) {
            value["message"] = "Insufficient balance".into();
        } else {
            internal(
                status,
                value,
                "Insufficient balance: insufficient balance",
                "unknown_error",
            );
        }
    }
}

fn internal(status: &mut StatusCode, value: &mut Value, message: &str, code: &str) {
    *status = StatusCode::INTERNAL_SERVER_ERROR;
    *value = json!({ "error": "InternalServerError", "message": message, "code": code, "type": "server_error" });
}
