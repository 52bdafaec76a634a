//! The Console's answers when it refuses, in its own envelope and words.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

/// An answer that is not a success.
#[derive(Debug, Clone)]
pub(crate) struct Error {
    status: u16,
    body: Body,
}

#[derive(Debug, Clone)]
enum Body {
    Json(Value),
    Text(String),
}

impl Error {
    fn envelope(status: u16, error: &str, message: &str, code: &str, kind: &str) -> Self {
        let body = json!({ "error": error, "message": message, "code": code, "type": kind });
        Self {
            status,
            body: Body::Json(body),
        }
    }

    /// 400 with a text of the API or of the chain.
    pub(crate) fn bad_request(message: &str) -> Self {
        Self::envelope(
            400,
            "BadRequestError",
            message,
            "bad_request",
            "client_error",
        )
    }

    /// 400 of the validation of what was sent.
    pub(crate) fn validation(issues: Vec<Value>) -> Self {
        let mut error = Self::envelope(
            400,
            "BadRequestError",
            "Validation error",
            "validation_error",
            "validation_error",
        );
        if let Body::Json(body) = &mut error.body {
            body["data"] = Value::Array(issues);
        }
        error
    }

    /// 400 for a body that is not JSON.
    pub(crate) fn malformed_json() -> Self {
        Self::envelope(
            400,
            "Error",
            "Malformed JSON in request body",
            "bad_request",
            "client_error",
        )
    }

    /// An answer with nothing but `error`.
    pub(crate) fn bare(status: u16, error: &str) -> Self {
        Self {
            status,
            body: Body::Json(json!({ "error": error })),
        }
    }

    /// 401 in its two wordings.
    pub(crate) fn unauthorized(message: &str) -> Self {
        Self::envelope(
            401,
            "UnauthorizedError",
            message,
            "unauthorized",
            "client_error",
        )
    }

    /// 402: the credit does not cover it. Its code really is `unknown_error`.
    pub(crate) fn payment_required(message: &str) -> Self {
        Self::envelope(
            402,
            "PaymentRequiredError",
            message,
            "unknown_error",
            "client_error",
        )
    }

    /// 403 with a text.
    pub(crate) fn forbidden(message: &str) -> Self {
        Self::envelope(403, "ForbiddenError", message, "forbidden", "client_error")
    }

    /// 404 with a text.
    pub(crate) fn not_found(message: &str) -> Self {
        Self::envelope(404, "NotFoundError", message, "not_found", "client_error")
    }

    /// 409 with a code of its own.
    pub(crate) fn conflict(message: &str, code: &str) -> Self {
        Self::envelope(409, "ConflictError", message, code, "client_error")
    }

    /// 413: more than the route takes.
    pub(crate) fn too_large() -> Self {
        Self::envelope(413, "Error", "", "unknown_error", "client_error")
    }

    /// 422: what the provider said about a manifest.
    pub(crate) fn unprocessable(message: &str) -> Self {
        Self::envelope(
            422,
            "UnprocessableEntityError",
            message,
            "unknown_error",
            "client_error",
        )
    }

    /// 500 with the raw text of the chain.
    pub(crate) fn chain(message: &str) -> Self {
        Self::envelope(
            500,
            "InternalServerError",
            message,
            "unknown_error",
            "server_error",
        )
    }

    /// 500 of a fault in the API itself.
    pub(crate) fn internal() -> Self {
        Self::envelope(
            500,
            "InternalServerError",
            "Internal server error",
            "internal_server_error",
            "server_error",
        )
    }

    /// 503 with a text.
    pub(crate) fn unavailable(message: &str) -> Self {
        Self::envelope(
            503,
            "ServiceUnavailableError",
            message,
            "service_unavailable",
            "service_unavailable",
        )
    }

    /// An answer of a provider passed on with a status chosen by a test.
    pub(crate) fn from_provider(status: u16, message: &str) -> Self {
        match status {
            404 => Self::not_found(message),
            422 => Self::unprocessable(message),
            503 => Self::unavailable(message),
            500.. => Self::chain(message),
            _ => Self::bad_request(message),
        }
    }

    /// A text without JSON.
    pub(crate) fn text(status: u16, text: &str) -> Self {
        Self {
            status,
            body: Body::Text(text.to_owned()),
        }
    }

    /// The same with its message put behind a prefix: `Failed to create lease: …`.
    pub(crate) fn prefixed(mut self, prefix: &str) -> Self {
        if let Body::Json(body) = &mut self.body
            && let Some(message) = body["message"].as_str()
        {
            body["message"] = Value::String(format!("{prefix}{message}"));
        }
        self
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        match self.body {
            Body::Json(body) => (status, axum::Json(body)).into_response(),
            Body::Text(text) => (
                status,
                [(header::CONTENT_TYPE, "text/plain; charset=UTF-8")],
                text,
            )
                .into_response(),
        }
    }
}
