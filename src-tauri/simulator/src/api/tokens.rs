//! `POST /v1/create-jwt-token`: tokens for a provider's gateway. Form and claims are right; the signature is random.

use std::sync::Arc;

use axum::extract::State;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{
    answer::{Answer, created},
    extract::{Caller, Json},
    validate::Checks,
};
use crate::{
    app::{App, LatencyClass},
    error::Error,
};

const SCOPES: [&str; 10] = [
    "send-manifest",
    "get-manifest",
    "logs",
    "shell",
    "events",
    "status",
    "restart",
    "hostname-migrate",
    "ip-migrate",
    "attestation",
];

/// `POST /v1/create-jwt-token`.
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    caller: Caller,
    Json(body): Json,
) -> Answer {
    let mut checks = Checks::default();
    let sent = checks.object(body.get("data"), &["data"]);
    let ttl = sent.and_then(|sent| checks.integer(sent.get("ttl"), &["data", "ttl"], 1, None));
    let leases = sent
        .and_then(|sent| checks.object(sent.get("leases"), &["data", "leases"]))
        .cloned();
    checks.done()?;
    caller.require()?;
    let leases = Value::Object(leases.unwrap_or_default());
    let problems = problems(&leases);
    if !problems.is_empty() {
        return Err(Error::bad_request(&problems.join("\n")));
    }
    app.delay(LatencyClass::Read).await;
    let token = app.update(|world| {
        let issued = world.now.as_second();
        let claims = json!({
            "version": "v1", "iss": world.account.owner, "iat": issued, "nbf": issued,
            "exp": issued.saturating_add(i64::try_from(ttl.unwrap_or(1)).unwrap_or(i64::MAX)),
            "jti": world.rng.uuid(), "leases": leases,
        });
        let header = json!({ "alg": "ES256K", "typ": "JWT" });
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signature = URL_SAFE_NO_PAD.encode(world.rng.bytes::<64>());
        format!("{}.{}.{signature}", part(&header), part(&claims))
    });
    created(json!({ "token": token }))
}

/// What the chain's validator objects to in the requested permissions, in its words.
fn problems(leases: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let access = leases["access"].as_str().unwrap_or_default();
    let allowed: &[&str] = match access {
        "full" => &["access"],
        "scoped" => &["access", "scope"],
        "granular" => &["access", "permissions"],
        _ => {
            found.push(
                "\"access\" at \"/leases/access\" should be one of: full, scoped, granular."
                    .to_owned(),
            );
            return found;
        }
    };
    for key in leases
        .as_object()
        .into_iter()
        .flat_map(|leases| leases.keys())
    {
        if !allowed.contains(&key.as_str()) {
            found.push(format!(
                "Additional property \"{key}\" is not allowed at \"/leases\"."
            ));
        }
    }
    match access {
        "scoped" => check_scopes(&leases["scope"], "/leases/scope", &mut found),
        "granular" => match leases["permissions"].as_array() {
            None => {
                found.push("Missing required field: \"permissions\" at \"/leases\".".to_owned())
            }
            Some(permissions) => {
                for (index, permission) in permissions.iter().enumerate() {
                    check_permission(
                        permission,
                        &format!("/leases/permissions/{index}"),
                        &mut found,
                    );
                }
            }
        },
        _ => {}
    }
    found
}

fn check_permission(permission: &Value, at: &str, found: &mut Vec<String>) {
    if !permission["provider"].is_string() {
        found.push(format!("Missing required field: \"provider\" at \"{at}\"."));
    }
    match permission["access"].as_str() {
        Some("full") => {}
        Some("scoped") => check_scopes(&permission["scope"], &format!("{at}/scope"), found),
        Some("granular") => {
            for (index, deployment) in permission["deployments"]
                .as_array()
                .into_iter()
                .flatten()
                .enumerate()
            {
                let at = format!("{at}/deployments/{index}");
                if !deployment["dseq"].is_u64() {
                    found.push(format!("\"dseq\" at \"{at}\" should be integer."));
                }
                check_scopes(&deployment["scope"], &format!("{at}/scope"), found);
            }
        }
        _ => found.push(format!(
            "\"access\" at \"{at}/access\" should be one of: full, scoped, granular."
        )),
    }
}

fn check_scopes(scope: &Value, at: &str, found: &mut Vec<String>) {
    let Some(scopes) = scope.as_array() else {
        found.push(format!(
            "Missing required field: \"scope\" at \"{}\".",
            at.trim_end_matches("/scope")
        ));
        return;
    };
    for scope in scopes {
        if !scope.as_str().is_some_and(|scope| SCOPES.contains(&scope)) {
            found.push(format!("\"{at}\" should be one of: {}.", SCOPES.join(", ")));
        }
    }
}
