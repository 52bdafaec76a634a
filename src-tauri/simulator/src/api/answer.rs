//! The answers of handlers.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::error::Error;

/// The result of a handler.
pub(crate) type Answer = Result<Response, Error>;

/// 200 with a JSON body.
pub(crate) fn ok(body: Value) -> Answer {
    Ok(Json(body).into_response())
}

/// 200 with `{"data": …}`.
pub(crate) fn data(body: Value) -> Answer {
    ok(json!({ "data": body }))
}

/// 201 with `{"data": …}`.
pub(crate) fn created(body: Value) -> Answer {
    Ok((StatusCode::CREATED, Json(json!({ "data": body }))).into_response())
}
