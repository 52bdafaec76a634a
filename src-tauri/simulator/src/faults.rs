//! Faults on demand, like those of an API behind a CDN. This module has the faults that wait and the log of requests;
//! `api::fault_responses` has what they do.

use std::collections::VecDeque;

use axum::http::{Method, Uri};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::rng::SeededRng;

/// The largest number of requests in the log.
const MAX_LOGGED: usize = 2_000;

/// The largest number of waiting faults.
const MAX_FAULTS: usize = 500;

/// A fault: what goes wrong, where and how often. A request gets the first fault that matches it.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Fault {
    /// The method and path: `POST /v1/leases`, `GET /v1/deployments/{dseq}`, `* /v1/**`.
    /// A `*` and anything in braces match one part of the path. A `**` at the end matches the rest.
    pub endpoint: String,
    /// How many requests get it. `None`: all until it is cleared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// The probability in percent that a matching request gets it. The default is 100.
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
    /// The request is handled after a delay.
    Delay {
        /// The delay in milliseconds of real time, at most 600,000.
        ms: u64,
    },
    /// The request is not handled and not answered.
    Hang,
    /// The request is not handled, and the connection is closed.
    Close,
    /// The request is handled, and the connection is closed without an answer.
    ApplyThenClose,
    /// The request is handled and not answered.
    ApplyThenHang,
    /// The request gets another answer.
    Answer {
        /// The HTTP status.
        status: u16,
        /// The body. A string is sent as text, anything else as JSON.
        #[serde(default)]
        body: Value,
        /// The content type. The default is that of JSON, or of plain text for a string.
        #[serde(default)]
        content_type: Option<String>,
        /// Whether the request is handled nevertheless.
        #[serde(default)]
        apply: bool,
    },
    /// The request gets an HTML page of the CDN in front of the API.
    CdnPage {
        /// The HTTP status, such as 403, 502 or 524.
        status: u16,
        /// Whether the request is handled nevertheless.
        #[serde(default)]
        apply: bool,
    },
    /// The request gets status 429.
    RateLimit {
        /// The header `Retry-After`, if wanted.
        #[serde(default)]
        retry_after: Option<String>,
    },
    /// The request is handled, and the connection closes in the middle of the answer.
    Truncate,
    /// The request is handled, and half of the answer is sent as if it were complete.
    Malformed,
    /// The request is handled, and the answer comes slowly in 16 pieces.
    SlowBody {
        /// The time between two pieces in milliseconds of real time.
        ms: u64,
    },
    /// The request is handled, and the answer has another content type.
    ContentType {
        /// The content type.
        value: String,
    },
}

impl Fault {
    /// A fault for all requests to an endpoint.
    pub fn new(endpoint: &str, kind: FaultKind) -> Self {
        Self {
            endpoint: endpoint.to_owned(),
            times: None,
            percent: 100,
            kind,
        }
    }

    /// A fault for the next request to an endpoint.
    pub fn once(endpoint: &str, kind: FaultKind) -> Self {
        Self {
            times: Some(1),
            ..Self::new(endpoint, kind)
        }
    }

    fn matches(&self, method: &Method, path: &str) -> bool {
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

/// A request of the log.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Its number; the first is 1.
    pub number: u64,
    /// Its method.
    pub method: String,
    /// Its path with its query.
    pub path: String,
    /// The status of the answer; `None` until there is one.
    pub status: Option<u16>,
}

/// The waiting faults and the log of requests.
pub(crate) struct Faults {
    pending: Vec<(u64, Fault)>,
    last_number: u64,
    rng: SeededRng,
    log: VecDeque<Request>,
    requests: u64,
}

impl Faults {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            pending: Vec::new(),
            last_number: 0,
            rng: SeededRng::new(seed, "faults"),
            log: VecDeque::new(),
            requests: 0,
        }
    }

    /// Adds a fault and returns its number; `None` when there are too many.
    pub(crate) fn add(&mut self, fault: Fault) -> Option<u64> {
        if self.pending.len() >= MAX_FAULTS {
            return None;
        }
        self.last_number += 1;
        self.pending.push((self.last_number, fault));
        Some(self.last_number)
    }

    /// Removes one fault, or all.
    pub(crate) fn clear(&mut self, number: Option<u64>) {
        self.pending
            .retain(|(other, _)| number.is_some_and(|number| number != *other));
    }

    /// The waiting faults with their numbers.
    pub(crate) fn pending(&self) -> Vec<(u64, Fault)> {
        self.pending.clone()
    }

    /// The fault for a request, if any. It counts as used.
    pub(crate) fn next_for(&mut self, method: &Method, path: &str) -> Option<FaultKind> {
        let rng = &mut self.rng;
        let position = self.pending.iter().position(|(_, fault)| {
            fault.matches(method, path) && rng.percent(u64::from(fault.percent))
        })?;
        let fault = &mut self.pending.get_mut(position)?.1;
        let kind = fault.kind.clone();
        if let Some(times) = &mut fault.times {
            *times = times.saturating_sub(1);
            if *times == 0 {
                self.pending.remove(position);
            }
        }
        Some(kind)
    }

    /// Adds a request to the log and returns its number.
    pub(crate) fn log(&mut self, method: &Method, uri: &Uri) -> u64 {
        self.requests += 1;
        if self.log.len() >= MAX_LOGGED {
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

    /// Adds the status of the answer to a logged request.
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

    /// The logged requests, oldest first.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.log.iter().cloned().collect()
    }

    /// Empties the log.
    pub(crate) fn clear_log(&mut self) {
        self.log.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(endpoint: &str, method: &Method, path: &str) -> bool {
        Fault::new(endpoint, FaultKind::Hang).matches(method, path)
    }

    #[test]
    fn endpoints_are_matched_by_part() {
        assert!(matches("POST /v1/leases", &Method::POST, "/v1/leases"));
        assert!(!matches("POST /v1/leases", &Method::GET, "/v1/leases"));
        assert!(matches(
            "GET /v1/deployments/{dseq}",
            &Method::GET,
            "/v1/deployments/123"
        ));
        assert!(!matches(
            "GET /v1/deployments/{dseq}",
            &Method::GET,
            "/v1/deployments"
        ));
        assert!(!matches(
            "GET /v1/deployments",
            &Method::GET,
            "/v1/deployments/123"
        ));
        assert!(matches("* /v1/**", &Method::DELETE, "/v1/deployments/123"));
        assert!(matches("* **", &Method::GET, "/status"));
    }

    #[test]
    fn a_fault_strikes_as_often_as_it_says() {
        let mut faults = Faults::new(1);
        faults.add(Fault {
            times: Some(2),
            ..Fault::new("GET /a", FaultKind::Close)
        });
        let mut hit = || faults.next_for(&Method::GET, "/a").is_some();
        assert!(hit() && hit() && !hit());
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
