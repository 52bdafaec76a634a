//! What every request passes: the log, the faults, the key, the date.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    body::{Body, to_bytes},
    extract::{ConnectInfo, FromRequest, FromRequestParts, Request, State},
    http::{HeaderMap, HeaderValue, Method, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use jiff::fmt::rfc2822::DateTimePrinter;
use serde_json::Value;

use crate::{
    Edition,
    app::{App, lock},
    edition::{Since, past},
    error::Error,
    faults,
    server::Connection,
};

/// What a route takes at most, in bytes, unless it says otherwise.
const BODY_LIMIT: usize = 512 * 1024;

/// What any route takes at most, in bytes, before there were limits.
const UNLIMITED: usize = 16 * 1024 * 1024;

/// Whether a good key came with the request.
#[derive(Clone, Copy)]
pub(crate) struct Caller {
    known: bool,
}

impl Caller {
    /// Refuses a request that came without a key.
    pub(crate) fn require(self) -> Result<(), Error> {
        if self.known {
            Ok(())
        } else {
            Err(Error::unauthorized("Unauthorized"))
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        Ok(parts
            .extensions
            .get::<Self>()
            .copied()
            .unwrap_or(Self { known: false }))
    }
}

/// The query, the last of several values of one name.
pub(crate) struct Query(pub(crate) BTreeMap<String, String>);

impl Query {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let query =
            axum::extract::Query::<Vec<(String, String)>>::from_request_parts(parts, state).await;
        Ok(Self(
            query
                .map(|query| query.0.into_iter().collect())
                .unwrap_or_default(),
        ))
    }
}

/// A JSON body of at most `LIMIT` bytes.
pub(crate) struct Json<const LIMIT: usize = BODY_LIMIT>(pub(crate) Value);

impl<const LIMIT: usize> FromRequest<Arc<App>> for Json<LIMIT> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Error> {
        let limited = app.edition.has(Since::BodiesLimited);
        let (parts, body) = request.into_parts();
        let limit = if limited { LIMIT } else { UNLIMITED };
        let bytes = to_bytes(body, limit)
            .await
            .map_err(|_| Error::too_large())?;
        let kind = parts
            .headers
            .get(header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok());
        if limited {
            let kind = kind.ok_or_else(|| Error::bare(400, "Content-Type header is required"))?;
            if !kind.to_ascii_lowercase().starts_with("application/json") {
                return Err(Error::bare(400, "Unsupported Content-Type"));
            }
        }
        serde_json::from_slice(&bytes)
            .map(Self)
            .map_err(|_| Error::malformed_json())
    }
}

/// The middleware around all routes.
pub(crate) async fn pass(
    State(app): State<Arc<App>>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path().to_owned();
    // The controls and the pages are not the Console: no faults, no key, no log.
    if path.starts_with("/_sim/") || path.starts_with("/at/") {
        return next.run(request).await;
    }
    let method = request.method().clone();
    let number = lock(&app.faults).log(&method, request.uri());
    let fault = lock(&app.faults).strike(&method, &path);
    let work = {
        let app = app.clone();
        let (method, path) = (method.clone(), path.clone());
        async move {
            let mut response = admitted(&app, request, next).await;
            finish(&app, &method, &path, response.headers_mut());
            response
        }
    };
    let mut response = match fault {
        // A server that has begun goes on when its client hangs up.
        None => match tokio::spawn(work).await {
            Ok(response) => response,
            Err(_) => Error::internal().into_response(),
        },
        Some(fault) => faults::commit(fault, connection, work).await,
    };
    if !response.headers().contains_key(header::DATE) {
        finish(&app, &method, &path, response.headers_mut());
    }
    lock(&app.faults).answered(number, response.status().as_u16());
    response
}

async fn admitted(app: &App, mut request: Request, next: Next) -> Response {
    let known = match key(app, request.headers()) {
        Ok(known) => known,
        Err(refused) => return refused.into_response(),
    };
    request.extensions_mut().insert(Caller { known });
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    if let Some(response) = past::elsewhere(app.edition, &method, &path) {
        return response;
    }
    let mut response = next.run(request).await;
    if app.edition < Edition::LATEST {
        response = past::age(app.edition, &method, &path, response).await;
    }
    if response.status().is_success() && !response.headers().contains_key(header::CACHE_CONTROL) {
        let value = if known {
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

/// Whether a good key came; a bad one is refused everywhere.
fn key(app: &App, headers: &HeaderMap) -> Result<bool, Error> {
    let Some(key) = headers.get("x-api-key") else {
        return Ok(false);
    };
    if headers.contains_key(header::AUTHORIZATION) {
        if !app.edition.has(Since::OneCredential) {
            // The bearer token won, and none is good here.
            return Ok(false);
        }
        return Err(Error::bad_request(
            "Authorization and X-Api-Key headers are mutually exclusive",
        ));
    }
    let key = key.to_str().unwrap_or_default();
    let admitted = app.touch(|world| {
        let now = world.now;
        world.account.admit(key, now)
    });
    if admitted {
        Ok(true)
    } else {
        Err(Error::unauthorized("Invalid API key"))
    }
}

/// Chain time as the answer's date, and how long it may be kept.
fn finish(app: &App, method: &Method, path: &str, headers: &mut HeaderMap) {
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

/// How long the Console lets some public answers be kept.
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

/// Reads a whole body, for faults that damage it.
pub(crate) async fn whole(body: Body) -> Vec<u8> {
    to_bytes(body, 16 * 1024 * 1024)
        .await
        .map(|bytes| bytes.to_vec())
        .unwrap_or_default()
}
