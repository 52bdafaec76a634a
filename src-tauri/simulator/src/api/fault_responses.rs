//! What each kind of fault does to a request and its response.

use std::{collections::VecDeque, convert::Infallible, future::Future, io, time::Duration};

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::StreamExt;
use serde_json::Value;

use super::body::read_body;
use crate::{connection::Connection, faults::FaultKind};

/// The longest time for which a fault keeps a request open.
const MAX_HANG: Duration = Duration::from_secs(600);

/// Answers a request that has a fault. `work` handles the request; once started, it runs to its end.
pub(crate) async fn respond<W>(kind: FaultKind, connection: Connection, work: W) -> Response
where
    W: Future<Output = Response> + Send + 'static,
{
    let handled = || async {
        tokio::spawn(work)
            .await
            .unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
    };
    match kind {
        FaultKind::Delay { ms } => {
            tokio::time::sleep(Duration::from_millis(ms).min(MAX_HANG)).await;
            handled().await
        }
        FaultKind::Hang => {
            tokio::time::sleep(MAX_HANG).await;
            connection.close()
        }
        FaultKind::Close => connection.close(),
        FaultKind::ApplyThenClose => {
            handled().await;
            connection.close()
        }
        FaultKind::ApplyThenHang => {
            handled().await;
            tokio::time::sleep(MAX_HANG).await;
            connection.close()
        }
        FaultKind::Answer {
            status,
            body,
            content_type,
            apply,
        } => {
            if apply {
                handled().await;
            }
            let (text, usual) = match body {
                Value::String(text) => (text, "text/plain; charset=UTF-8"),
                Value::Null => (String::new(), "text/plain; charset=UTF-8"),
                other => (other.to_string(), "application/json"),
            };
            plain(status, content_type.as_deref().unwrap_or(usual), text)
        }
        FaultKind::CdnPage { status, apply } => {
            if apply {
                handled().await;
            }
            cdn_page(status)
        }
        FaultKind::RateLimit { retry_after } => {
            let body = r#"{"error":"TooManyRequestsError","message":"Too many requests","code":"rate_limited","type":"client_error"}"#;
            let mut response = plain(429, "application/json", body.to_owned());
            if let Some(value) = retry_after.and_then(|value| HeaderValue::from_str(&value).ok()) {
                response.headers_mut().insert(header::RETRY_AFTER, value);
            }
            response
        }
        FaultKind::Truncate => {
            let (mut parts, body) = handled().await.into_parts();
            let mut bytes = read_body(body).await;
            parts
                .headers
                .insert(header::CONTENT_LENGTH, bytes.len().into());
            bytes.truncate(bytes.len() / 2);
            // The connection breaks a moment later, so that the first half is sent.
            let broken = futures_util::stream::once(async {
                tokio::time::sleep(Duration::from_millis(50)).await;
                Err(io::Error::from(io::ErrorKind::ConnectionReset))
            });
            let chunks = futures_util::stream::once(async { Ok(bytes) }).chain(broken);
            Response::from_parts(parts, Body::from_stream(chunks))
        }
        FaultKind::Malformed => {
            let (mut parts, body) = handled().await.into_parts();
            let mut bytes = read_body(body).await;
            bytes.truncate(bytes.len() / 2);
            parts.headers.remove(header::CONTENT_LENGTH);
            Response::from_parts(parts, Body::from(bytes))
        }
        FaultKind::SlowBody { ms } => {
            let (parts, body) = handled().await.into_parts();
            let bytes = read_body(body).await;
            let size = bytes.len().div_ceil(16).max(1);
            let chunks: VecDeque<Vec<u8>> = bytes.chunks(size).map(<[u8]>::to_vec).collect();
            let pause = Duration::from_millis(ms).min(MAX_HANG);
            let stream = futures_util::stream::unfold(chunks, move |mut chunks| async move {
                let chunk = chunks.pop_front()?;
                tokio::time::sleep(pause).await;
                Some((Ok::<_, Infallible>(chunk), chunks))
            });
            Response::from_parts(parts, Body::from_stream(stream))
        }
        FaultKind::ContentType { value } => {
            let mut response = handled().await;
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(header::CONTENT_TYPE, value);
            }
            response
        }
    }
}

fn plain(status: u16, content_type: &str, body: String) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (
        status,
        [(header::CONTENT_TYPE, content_type.to_owned())],
        body,
    )
        .into_response()
}

fn cdn_page(status: u16) -> Response {
    let title = match status {
        403 => "Attention Required! | Cloudflare",
        429 => "You are being rate limited",
        520 => "Web server is returning an unknown error",
        522 => "Connection timed out",
        524 => "A timeout occurred",
        _ => "Bad gateway",
    };
    let body = format!(
        "<!DOCTYPE html>\n<html lang=\"en-US\">\n<head><title>console-api.akash.network | {status}: {title}</title></head>\n<body><div id=\"cf-wrapper\"><h1>{title} <span>Error code {status}</span></h1></div></body>\n</html>\n"
    );
    let mut response = plain(status, "text/html; charset=UTF-8", body);
    for (name, value) in [("server", "cloudflare"), ("cf-ray", "8f2a1c0de4b7a1f3-FRA")] {
        response.headers_mut().insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    response
}
