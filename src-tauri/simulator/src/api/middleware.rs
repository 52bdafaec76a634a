//! The middleware of all requests: the log, the faults, the API key, older versions and the headers.

use std::sync::Arc;

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderValue, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use jiff::fmt::rfc2822::DateTimePrinter;

use super::{extract::Caller, fault_responses, older};
use crate::{
    api_version::{ApiChange, ApiVersion},
    app::App,
    connection::Connection,
    error::Error,
    sync::lock,
};

/// Handles a request.
pub(crate) async fn handle(
    State(app): State<Arc<App>>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path().to_owned();
    // The controls and the service pages are not part of the Console: they have no faults, key or log.
    if path.starts_with("/_sim/") || path.starts_with("/at/") {
        return next.run(request).await;
    }
    let method = request.method().clone();
    let number = lock(&app.faults).log(&method, request.uri());
    let fault = lock(&app.faults).next_for(&method, &path);
    let work = {
        let app = app.clone();
        let (method, path) = (method.clone(), path.clone());
        async move {
            let mut response = authenticated(&app, request, next).await;
            add_headers(&app, &method, &path, response.headers_mut());
            response
        }
    };
    let mut response = match fault {
        // The server finishes a request even when its client disconnects.
        None => match tokio::spawn(work).await {
            Ok(response) => response,
            Err(_) => Error::internal().into_response(),
        },
        Some(fault) => fault_responses::respond(fault, connection, work).await,
    };
    if !response.headers().contains_key(header::DATE) {
        add_headers(&app, &method, &path, response.headers_mut());
    }
    lock(&app.faults).answered(number, response.status().as_u16());
    response
}

async fn authenticated(app: &App, mut request: Request, next: Next) -> Response {
    let has_valid_key = match key(app, request.headers()) {
        Ok(has_valid_key) => has_valid_key,
        Err(refused) => return refused.into_response(),
    };
    request.extensions_mut().insert(Caller { has_valid_key });
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    if let Some(response) = older::missing_endpoint(app.api_version, &method, &path) {
        return response;
    }
    let mut response = next.run(request).await;
    if app.api_version < ApiVersion::LATEST {
        response = older::rewrite(app.api_version, &method, &path, response).await;
    }
    if response.status().is_success() && !response.headers().contains_key(header::CACHE_CONTROL) {
        let value = if has_valid_key {
            "private, no-store"
        } else {
            "public, no-store"
        };
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, HeaderValue::from_static(value));
    }
    response
}

/// Whether the request has a valid API key. A bad key is refused on every route, also on public ones.
fn key(app: &App, headers: &HeaderMap) -> Result<bool, Error> {
    let Some(key) = headers.get("x-api-key") else {
        return Ok(false);
    };
    if headers.contains_key(header::AUTHORIZATION) {
        if !app.api_version.has(ApiChange::OneCredential) {
            // The bearer token had precedence, and the simulator accepts none.
            return Ok(false);
        }
        return Err(Error::bad_request(
            "Authorization and X-Api-Key headers are mutually exclusive",
        ));
    }
    let key = key.to_str().unwrap_or_default();
    let is_valid = app.update_unsaved(|world| {
        let now = world.now;
        world.account.authenticate(key, now)
    });
    if is_valid {
        Ok(true)
    } else {
        Err(Error::unauthorized("Invalid API key"))
    }
}

/// Adds chain time as the date, and the cache control of public answers.
fn add_headers(app: &App, method: &Method, path: &str, headers: &mut HeaderMap) {
    let now = app.read(|world| world.now);
    if let Ok(date) = DateTimePrinter::new().timestamp_to_rfc9110_string(&now)
        && let Ok(date) = HeaderValue::from_str(&date)
    {
        headers.insert(header::DATE, date);
    }
    if method == Method::GET
        && let Some(age) = max_age(path)
        && headers.contains_key(header::CACHE_CONTROL)
    {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(age));
    }
}

/// The cache control of public answers that may be cached.
fn max_age(path: &str) -> Option<&'static str> {
    let starts = |prefix: &str| path == prefix || path.starts_with(&format!("{prefix}/"));
    if starts("/v1/providers") {
        Some("public, max-age=60, stale-while-revalidate=120")
    } else if [
        "/v1/gpu",
        "/v1/gpu-models",
        "/v1/gpu-breakdown",
        "/v1/gpu-prices",
    ]
    .contains(&path)
    {
        Some("public, max-age=120, stale-while-revalidate=300")
    } else if starts("/v1/market-data") || starts("/v1/templates-list") || starts("/v1/templates") {
        Some("public, max-age=300, stale-while-revalidate=600")
    } else if path == "/v1/network-capacity" {
        Some("public, max-age=15, stale-while-revalidate=60")
    } else {
        None
    }
}
