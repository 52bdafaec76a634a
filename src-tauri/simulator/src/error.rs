//! The Console's error answers, in its own envelope: `error`, `message`, `code`, `type` and sometimes `data`. Status,
//! codes and texts are those of the error handler in the Console's `apps/api`.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

/// An error answer.
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

    /// 400 with a text of the API or the chain.
    pub(crate) fn bad_request(message: &str) -> Self {
        Self::envelope(
            400,
            "BadRequestError",
            message,
            "bad_request",
            "client_error",
        )
    }

    /// 400 with the issues that validation found.
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

    /// An answer that has only `error`.
    pub(crate) fn bare(status: u16, error: &str) -> Self {
        Self {
            status,
            body: Body::Json(json!({ "error": error })),
        }
    }

    /// 401: no key, or a bad key.
    pub(crate) fn unauthorized(message: &str) -> Self {
        Self::envelope(
            401,
            "UnauthorizedError",
            message,
            "unauthorized",
            "client_error",
        )
    }

    /// 402: the credit is too low. The Console's code for it is `unknown_error`.
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

    /// 409 with its own code.
    pub(crate) fn conflict(message: &str, code: &str) -> Self {
        Self::envelope(409, "ConflictError", message, code, "client_error")
    }

    /// 413: the body is too large.
    pub(crate) fn too_large() -> Self {
        Self::envelope(413, "Error", "", "unknown_error", "client_error")
    }

    /// 422 with the provider's text about a manifest.
    pub(crate) fn unprocessable(message: &str) -> Self {
        Self::envelope(
            422,
            "UnprocessableEntityError",
            message,
            "unknown_error",
            "client_error",
        )
    }

    /// 500 with the chain's raw text.
    pub(crate) fn chain(message: &str) -> Self {
        Self::envelope(
            500,
            "InternalServerError",
            message,
            "unknown_error",
            "server_error",
        )
    }

    /// 500 for a failure in the API itself.
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

    /// A provider's error that the Console passes on.
    pub(crate) fn from_provider(status: u16, message: &str) -> Self {
        match status {
            404 => Self::not_found(message),
            422 => Self::unprocessable(message),
            503 => Self::unavailable(message),
            500.. => Self::chain(message),
            _ => Self::bad_request(message),
        }
    }

    /// Plain text instead of JSON.
    pub(crate) fn text(status: u16, text: &str) -> Self {
        Self {
            status,
            body: Body::Text(text.to_owned()),
        }
    }

    /// The same error with a prefix before its message, such as `Failed to create lease: `.
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
