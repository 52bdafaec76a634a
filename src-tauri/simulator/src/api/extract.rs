//! What handlers read from a request: the caller, the query, the JSON body.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    body::to_bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::{header, request::Parts},
};
use serde_json::Value;

use crate::{api_version::ApiChange, app::App, error::Error};

/// The default limit of a request body, in bytes.
const BODY_LIMIT: usize = 512 * 1024;

/// The limit of a request body in bytes for versions that had none.
const UNLIMITED: usize = 16 * 1024 * 1024;

/// The caller: whether the request has a valid API key.
#[derive(Clone, Copy)]
pub(crate) struct Caller {
    /// Whether it has.
    pub(super) has_valid_key: bool,
}

impl Caller {
    /// Requires a valid API key; otherwise 401.
    pub(crate) fn require(self) -> Result<(), Error> {
        if self.has_valid_key {
            Ok(())
        } else {
            Err(Error::unauthorized("Unauthorized"))
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        Ok(parts.extensions.get::<Self>().copied().unwrap_or(Self {
            has_valid_key: false,
        }))
    }
}

/// The query. When a name occurs several times, the last value counts.
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
        let limited = app.api_version.has(ApiChange::BodiesLimited);
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
