//! `/_sim/`: the controls over HTTP, for programs on this machine and not for web pages in its browser.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, Request, State},
    http::{StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{delete, get, post},
};
use serde_json::json;

use super::{
    answer::{Answer, ok},
    extract::Json,
};
use crate::{
    app::App,
    control::{Change, Control, ControlError},
    error::Error,
    faults::Fault,
};

/// The routes below `/_sim`.
pub(crate) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/faults", get(faults).post(add_fault).delete(clear_faults))
        .route("/faults/{number}", delete(clear_fault))
        .route("/change", post(change))
        .route("/requests", get(requests).delete(forget_requests))
        .route("/world", get(world))
        .layer(middleware::from_fn(not_from_a_browser))
}

/// Refuses requests with an `Origin`: a web page can reach a loopback port through its browser, which then sends the
/// page's origin.
async fn not_from_a_browser(request: Request, next: Next) -> Response {
    if request.headers().contains_key(header::ORIGIN) {
        return Error::bare(
            403,
            "the controls of the simulator are for programs of this machine",
        )
        .into_response();
    }
    next.run(request).await
}

fn refused(error: &ControlError) -> Error {
    Error::bare(400, &error.to_string())
}

fn read<T: serde::de::DeserializeOwned>(body: serde_json::Value) -> Result<T, Error> {
    serde_json::from_value(body).map_err(|error| Error::bare(400, &error.to_string()))
}

async fn faults(State(app): State<Arc<App>>) -> Answer {
    let waiting = Control { app }.faults();
    ok(waiting
        .into_iter()
        .map(|(number, fault)| json!({ "number": number, "fault": fault }))
        .collect())
}

async fn add_fault(State(app): State<Arc<App>>, Json(body): Json) -> Answer {
    let fault: Fault = read(body)?;
    let number = Control { app }
        .fault(fault)
        .map_err(|error| refused(&error))?;
    ok(json!({ "number": number }))
}

async fn clear_faults(State(app): State<Arc<App>>) -> StatusCode {
    Control { app }.clear_faults();
    StatusCode::NO_CONTENT
}

async fn clear_fault(State(app): State<Arc<App>>, Path(number): Path<u64>) -> StatusCode {
    Control { app }.clear_fault(number);
    StatusCode::NO_CONTENT
}

async fn change(State(app): State<Arc<App>>, Json(body): Json) -> Answer {
    let change: Change = read(body)?;
    let now = app.clone();
    Control { app }
        .change(change)
        .map_err(|error| refused(&error))?;
    ok(json!({ "now": now.read(|world| world.now) }))
}

async fn requests(State(app): State<Arc<App>>) -> Answer {
    ok(json!(Control { app }.requests()))
}

async fn forget_requests(State(app): State<Arc<App>>) -> StatusCode {
    Control { app }.forget_requests();
    StatusCode::NO_CONTENT
}

async fn world(State(app): State<Arc<App>>) -> Answer {
    ok(Control { app }.world())
}
