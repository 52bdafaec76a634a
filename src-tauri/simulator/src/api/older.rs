//! Rewrites answers into the form that older versions of the API gave them.

use axum::{
    body::Body,
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

use super::{body::read_body, templates, views::rename};
use crate::{
    api_version::{ApiChange, ApiVersion},
    error::Error,
    money::DENOM,
    templates::TEMPLATES,
};

/// The denomination in which wallets paid before ACT: USDC from Noble.
const USDC: &str = "ibc/170C677610AC31DF0904FFE09CD3B5C657492170E7E52372E48756B71E56F2F1";

/// The answer of an endpoint that this version does not have yet, or still has. `None` when today's handler answers.
pub(crate) fn missing_endpoint(
    version: ApiVersion,
    method: &Method,
    path: &str,
) -> Option<Response> {
    let since = match path {
        "/v1/create-jwt-token" => ApiChange::CreateToken,
        "/v1/wallet-settings" => ApiChange::DseqValidated,
        "/v1/weekly-cost" => ApiChange::WeeklyCost,
        "/v1/blockchain-status" => ApiChange::BlockchainStatus,
        "/v1/bid-screening" => ApiChange::Screening,
        "/v1/deployment-funding-config" => ApiChange::FundingConfig,
        path if path.starts_with("/v1/deployments/") && *method == Method::PATCH => {
            ApiChange::Names
        }
        path if path.starts_with("/v1/bids/") => ApiChange::BidsByPath,
        path if path.starts_with("/v2/deployment-settings") => ApiChange::SettingsV2,
        "/v1/certificates"
            if *method == Method::POST && !version.has(ApiChange::NoCertificates) =>
        {
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
    (!version.has(since)).then(|| Error::text(404, "404 Not Found").into_response())
}

/// Rewrites an answer for a version.
pub(crate) async fn rewrite(
    version: ApiVersion,
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
    let bytes = read_body(body).await;
    let Ok(mut value) = serde_json::from_slice::<Value>(&bytes) else {
        return Response::from_parts(parts, Body::from(bytes));
    };
    if parts.status.is_success() {
        success(version, method, path, &mut value);
        if !version.has(ApiChange::Act) {
            replace_denom(&mut value);
        }
    } else {
        refusal(version, path, &mut parts.status, &mut value);
    }
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(value.to_string()))
}

fn success(version: ApiVersion, method: &Method, path: &str, value: &mut Value) {
    let under = |prefix: &str| {
        path == prefix
            || path
                .strip_prefix(prefix)
                .is_some_and(|rest| rest.starts_with('/'))
    };
    if path == "/v1/deployments" && method == Method::GET {
        for row in items(&mut value["data"]["deployments"]) {
            deployment(version, row);
        }
    } else if (under("/v1/deployments") && [Method::GET, Method::PUT].contains(method))
        || path == "/v1/deposit-deployment"
        || path == "/v1/leases"
    {
        // Without a certificate or token, providers report no status.
        if !version.has(ApiChange::ProviderTokens) && method == Method::GET {
            for lease in items(&mut value["data"]["leases"]) {
                lease["status"] = Value::Null;
            }
        }
        deployment(version, &mut value["data"]);
    } else if under("/v1/bids") {
        items(&mut value["data"]).for_each(|row| bid(version, row));
    } else if path == "/v1/wallets" {
        for wallet in items(&mut value["data"]).filter_map(Value::as_object_mut) {
            if !version.has(ApiChange::NoCertificates) {
                wallet.remove("denom");
            }
            if !version.has(ApiChange::NoTrialLimit) {
                wallet.remove("topUpMinAmountUsd");
            }
        }
    } else if path == "/v1/user/me" {
        if !version.has(ApiChange::OnboardingSkipped) {
            remove(&mut value["data"], "onboardingSkippedAt");
        }
    } else if path == "/v1/wallet-settings" {
        if !version.has(ApiChange::Thresholds) {
            remove(&mut value["data"], "autoReloadThreshold");
            remove(&mut value["data"], "autoReloadAmount");
        }
        if !version.has(ApiChange::DepositOptional) {
            remove(&mut value["data"], "autoReloadMode");
        }
    } else if path == "/v1/templates-list" {
        if !version.has(ApiChange::SlimTemplates) {
            items(&mut value["data"])
                .flat_map(|group| items(&mut group["templates"]))
                .for_each(full_template);
        }
    } else if path == "/v1/network-capacity" {
        if !version.has(ApiChange::BodiesLimited) {
            *value = flat_capacity(value);
        }
    } else if under("/v1/providers") {
        if !version.has(ApiChange::BodiesLimited) {
            match value {
                Value::Array(rows) => rows.iter_mut().for_each(|row| {
                    flat_stats(row);
                    remove(row, "stats");
                }),
                one => flat_stats(one),
            }
        }
    } else if path == "/v1/gpu-models" {
        if !version.has(ApiChange::GpuNames) {
            for vendor in items(value) {
                items(&mut vendor["models"]).for_each(|model| remove(model, "displayName"));
                remove(vendor, "displayName");
            }
        }
    } else if path == "/v1/usage/history" && !version.has(ApiChange::ActUsage) {
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

fn deployment(version: ApiVersion, row: &mut Value) {
    if version.has(ApiChange::NewShapes) {
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

fn bid(version: ApiVersion, row: &mut Value) {
    if !version.has(ApiChange::Reclamation) {
        remove(&mut row["bid"], "reclamation_window");
    }
    if version.has(ApiChange::BidsByPath) && !version.has(ApiChange::NoCertificates) {
        row["isCertificateRequired"] = json!(!version.has(ApiChange::ProviderTokens));
    }
    if !version.has(ApiChange::NewShapes) {
        rename(&mut row["bid"], "id", "bid_id");
        remove(&mut row["bid"]["bid_id"], "bseq");
        flat_escrow(&mut row["escrow_account"]);
    }
}

/// The escrow in the older chain's form: single amounts instead of lists, with the platform's part in `funds` and the
/// owner's part in `balance`.
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
    *row = templates::view(template);
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

/// Rewrites an error into the status and text of an older version.
fn refusal(version: ApiVersion, path: &str, status: &mut StatusCode, value: &mut Value) {
    let message = value["message"].as_str().unwrap_or_default().to_owned();
    if !version.has(ApiChange::NoCertificates) && message.starts_with("Invalid SDL: ") {
        value["message"] = "Invalid SDL".into();
    }
    if !version.has(ApiChange::MalformedIs400) && message == "Malformed JSON in request body" {
        internal(
            status,
            value,
            "Internal server error",
            "internal_server_error",
        );
    }
    if !version.has(ApiChange::DseqValidated) && value["data"][0]["path"] == json!(["dseq"]) {
        internal(
            status,
            value,
            "Request failed with status code 400",
            "unknown_error",
        );
    }
    if !version.has(ApiChange::CreditWords)
        && *status == StatusCode::PAYMENT_REQUIRED
        && message.starts_with("Not enough balance")
    {
        if path == "/v1/deployments" {
            // Here the API checks the balance before it asks the chain.
            value["message"] = "Not enough funds to cover the deployment costs".into();
        } else if version.has(ApiChange::NoFundsIs402) {
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
