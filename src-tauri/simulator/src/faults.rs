//! Faults on demand: what a young API behind a CDN does on a bad day.

use std::{collections::VecDeque, convert::Infallible, future::Future, io, time::Duration};

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{api::gate::whole, app::App, server::Connection, world::luck::Luck};

/// How many requests the log keeps.
const LOGGED: usize = 2_000;

/// How many faults can wait at once.
const WAITING: usize = 500;

/// A fault: what goes wrong, where and how often. The first that fits a request strikes.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Fault {
    /// Method and path: `POST /v1/leases`, `GET /v1/deployments/{dseq}`, `* /v1/**`.
    /// `*` and anything in braces stand for one part of the path, `**` at the end for all the rest.
    pub endpoint: String,
    /// How often it strikes; without it, until it is cleared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// Its chance in a hundred at each request that fits; 100 when missing.
    #[serde(default = "always")]
    pub percent: u8,
    /// What goes wrong.
    #[serde(flatten)]
    pub kind: FaultKind,
}

fn always() -> u8 {
    100
}

/// What goes wrong.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(
    tag = "fault",
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case"
)]
pub enum FaultKind {
    /// Everything happens, later.
    Delay {
        /// Milliseconds of real time before anything happens.
        ms: u64,
    },
    /// Nothing happens and nothing is answered.
    Hang,
    /// Nothing happens, and the connection is closed.
    Close,
    /// It happens, and the connection is closed instead of an answer.
    ApplyThenClose,
    /// It happens, and nothing is answered.
    ApplyThenHang,
    /// Another answer.
    Answer {
        /// HTTP status.
        status: u16,
        /// The body: a text as it is, anything else as JSON.
        #[serde(default)]
        body: Value,
        /// Its type; by default JSON, or plain text for a text.
        #[serde(default)]
        content_type: Option<String>,
        /// Whether it happens nevertheless.
        #[serde(default)]
        apply: bool,
    },
    /// A page of the CDN in front of the API, in HTML.
    CdnPage {
        /// HTTP status, e.g. 403, 502 or 524.
        status: u16,
        /// Whether it happens nevertheless.
        #[serde(default)]
        apply: bool,
    },
    /// 429.
    RateLimit {
        /// The header `Retry-After`, if there is to be one.
        #[serde(default)]
        retry_after: Option<String>,
    },
    /// It happens, and the answer breaks off in the middle with the connection.
    Truncate,
    /// It happens, and half of the answer is sent as if it were all of it.
    Malformed,
    /// It happens, and the answer comes in small pieces.
    SlowBody {
        /// Milliseconds of real time between pieces (of which there are 16).
        ms: u64,
    },
    /// It happens, and the answer has another content type.
    ContentType {
        /// The type.
        value: String,
    },
}

impl Fault {
    /// A fault that strikes every time.
    pub fn new(endpoint: &str, kind: FaultKind) -> Self {
        Self {
            endpoint: endpoint.to_owned(),
            times: None,
            percent: 100,
            kind,
        }
    }

    /// A fault that strikes once.
    pub fn once(endpoint: &str, kind: FaultKind) -> Self {
        Self {
            times: Some(1),
            ..Self::new(endpoint, kind)
        }
    }

    fn fits(&self, method: &Method, path: &str) -> bool {
        let Some((wanted, pattern)) = self.endpoint.trim().split_once(' ') else {
            return false;
        };
        if wanted != "*" && !wanted.eq_ignore_ascii_case(method.as_str()) {
            return false;
        }
        let mut parts = path.trim_end_matches('/').split('/');
        for wanted in pattern.trim().trim_end_matches('/').split('/') {
            if wanted == "**" {
                return true;
            }
            let Some(part) = parts.next() else {
                return false;
            };
            let any = wanted == "*" || wanted.starts_with('{') && wanted.ends_with('}');
            if !any && wanted != part {
                return false;
            }
        }
        parts.next().is_none()
    }
}

/// A request that came, and what was answered.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Number of the request, from 1.
    pub number: u64,
    /// Its method.
    pub method: String,
    /// Its path, with its query.
    pub path: String,
    /// The status answered; none while it is answered or when it never was.
    pub status: Option<u16>,
}

/// The faults that wait and the requests that came.
pub(crate) struct Faults {
    waiting: Vec<(u64, Fault)>,
    made: u64,
    luck: Luck,
    log: VecDeque<Request>,
    requests: u64,
}

impl Faults {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            waiting: Vec::new(),
            made: 0,
            luck: Luck::new(seed, "faults"),
            log: VecDeque::new(),
            requests: 0,
        }
    }

    /// Adds one; `None` when there are too many.
    pub(crate) fn add(&mut self, fault: Fault) -> Option<u64> {
        if self.waiting.len() >= WAITING {
            return None;
        }
        self.made += 1;
        self.waiting.push((self.made, fault));
        Some(self.made)
    }

    /// Takes one away, or all.
    pub(crate) fn clear(&mut self, number: Option<u64>) {
        self.waiting
            .retain(|(other, _)| number.is_some_and(|number| number != *other));
    }

    /// What waits.
    pub(crate) fn waiting(&self) -> Vec<(u64, Fault)> {
        self.waiting.clone()
    }

    /// The fault that strikes a request.
    pub(crate) fn strike(&mut self, method: &Method, path: &str) -> Option<FaultKind> {
        let luck = &mut self.luck;
        let struck = self.waiting.iter().position(|(_, fault)| {
            fault.fits(method, path) && luck.percent(u64::from(fault.percent))
        })?;
        let fault = &mut self.waiting.get_mut(struck)?.1;
        let kind = fault.kind.clone();
        if let Some(times) = &mut fault.times {
            *times = times.saturating_sub(1);
            if *times == 0 {
                self.waiting.remove(struck);
            }
        }
        Some(kind)
    }

    /// Notes a request.
    pub(crate) fn log(&mut self, method: &Method, uri: &Uri) -> u64 {
        self.requests += 1;
        if self.log.len() >= LOGGED {
            self.log.pop_front();
        }
        self.log.push_back(Request {
            number: self.requests,
            method: method.to_string(),
            path: uri.to_string(),
            status: None,
        });
        self.requests
    }

    /// Notes what was answered.
    pub(crate) fn answered(&mut self, number: u64, status: u16) {
        if let Some(request) = self
            .log
            .iter_mut()
            .rev()
            .find(|request| request.number == number)
        {
            request.status = Some(status);
        }
    }

    /// The log, oldest first.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.log.iter().cloned().collect()
    }

    /// Empties the log.
    pub(crate) fn forget(&mut self) {
        self.log.clear();
    }
}

/// Answers a request the way its fault has it. What is to happen happens in `work`, to its end.
pub(crate) async fn commit<W>(kind: FaultKind, connection: Connection, work: W) -> Response
where
    W: Future<Output = Response> + Send + 'static,
{
    let done = || async {
        tokio::spawn(work)
            .await
            .unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
    };
    match kind {
        FaultKind::Delay { ms } => {
            tokio::time::sleep(Duration::from_millis(ms).min(App::HANG)).await;
            done().await
        }
        FaultKind::Hang => {
            tokio::time::sleep(App::HANG).await;
            connection.cut()
        }
        FaultKind::Close => connection.cut(),
        FaultKind::ApplyThenClose => {
            done().await;
            connection.cut()
        }
        FaultKind::ApplyThenHang => {
            done().await;
            tokio::time::sleep(App::HANG).await;
            connection.cut()
        }
        FaultKind::Answer {
            status,
            body,
            content_type,
            apply,
        } => {
            if apply {
                done().await;
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
                done().await;
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
            let (mut parts, body) = done().await.into_parts();
            let mut bytes = whole(body).await;
            parts
                .headers
                .insert(header::CONTENT_LENGTH, bytes.len().into());
            bytes.truncate(bytes.len() / 2);
            // The end comes a moment after the first half, so that it is sent at all.
            let broken = futures_util::stream::once(async {
                tokio::time::sleep(Duration::from_millis(50)).await;
                Err(io::Error::from(io::ErrorKind::ConnectionReset))
            });
            let pieces = futures_util::stream::once(async { Ok(bytes) }).chain(broken);
            Response::from_parts(parts, Body::from_stream(pieces))
        }
        FaultKind::Malformed => {
            let (mut parts, body) = done().await.into_parts();
            let mut bytes = whole(body).await;
            bytes.truncate(bytes.len() / 2);
            parts.headers.remove(header::CONTENT_LENGTH);
            Response::from_parts(parts, Body::from(bytes))
        }
        FaultKind::SlowBody { ms } => {
            let (parts, body) = done().await.into_parts();
            let bytes = whole(body).await;
            let size = bytes.len().div_ceil(16).max(1);
            let pieces: VecDeque<Vec<u8>> = bytes.chunks(size).map(<[u8]>::to_vec).collect();
            let pause = Duration::from_millis(ms).min(App::HANG);
            let stream = futures_util::stream::unfold(pieces, move |mut pieces| async move {
                let piece = pieces.pop_front()?;
                tokio::time::sleep(pause).await;
                Some((Ok::<_, Infallible>(piece), pieces))
            });
            Response::from_parts(parts, Body::from_stream(stream))
        }
        FaultKind::ContentType { value } => {
            let mut response = done().await;
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
    let said = match status {
        403 => "Attention Required! | Cloudflare",
        429 => "You are being rate limited",
        520 => "Web server is returning an unknown error",
        522 => "Connection timed out",
        524 => "A timeout occurred",
        _ => "Bad gateway",
    };
    let body = format!(
        "<!DOCTYPE html>\n<html lang=\"en-US\">\n<head><title>console-api.akash.network | {status}: {said}</title></head>\n<body><div id=\"cf-wrapper\"><h1>{said} <span>Error code {status}</span></h1></div></body>\n</html>\n"
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

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(endpoint: &str, method: &Method, path: &str) -> bool {
        Fault::new(endpoint, FaultKind::Hang).fits(method, path)
    }

    #[test]
    fn endpoints_are_matched_by_part() {
        assert!(fits("POST /v1/leases", &Method::POST, "/v1/leases"));
        assert!(!fits("POST /v1/leases", &Method::GET, "/v1/leases"));
        assert!(fits(
            "GET /v1/deployments/{dseq}",
            &Method::GET,
            "/v1/deployments/123"
        ));
        assert!(!fits(
            "GET /v1/deployments/{dseq}",
            &Method::GET,
            "/v1/deployments"
        ));
        assert!(!fits(
            "GET /v1/deployments",
            &Method::GET,
            "/v1/deployments/123"
        ));
        assert!(fits("* /v1/**", &Method::DELETE, "/v1/deployments/123"));
        assert!(fits("* **", &Method::GET, "/status"));
    }

    #[test]
    fn a_fault_strikes_as_often_as_it_says() {
        let mut faults = Faults::new(1);
        faults.add(Fault {
            times: Some(2),
            ..Fault::new("GET /a", FaultKind::Close)
        });
        let mut strikes = || faults.strike(&Method::GET, "/a").is_some();
        assert!(strikes() && strikes() && !strikes());
    }

    #[test]
    fn faults_read_from_json() {
        let text =
            r#"{"endpoint":"POST /v1/leases","times":1,"fault":"rate-limit","retry-after":"5"}"#;
        let fault: Result<Fault, _> = serde_json::from_str(text);
        let kind = FaultKind::RateLimit {
            retry_after: Some("5".to_owned()),
        };
        assert_eq!(fault.ok(), Some(Fault::once("POST /v1/leases", kind)));
    }
}
