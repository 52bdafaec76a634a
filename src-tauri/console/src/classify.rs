//! From an answer or a broken connection to its meaning.

use std::{error::Error as StdError, io, time::Duration};

use akash_market::Usd;
use serde_json::Value;

use crate::{Kind, Outcome, call::Op, json::Fields};

/// An answer's body: JSON if it is JSON, else what it looks like.
pub(crate) enum Body {
    Json(Value),
    /// A page, or what stands before the server says instead of one to who accepts JSON.
    Html,
    Text(String),
    Empty,
}

/// How much of a message is kept.
const MESSAGE: usize = 2000;

impl Body {
    pub(crate) fn new(content_type: Option<&str>, bytes: &[u8]) -> Self {
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Self::Empty;
        }
        if let Ok(value) = serde_json::from_slice(bytes) {
            return if of_the_edge(&value) {
                Self::Html
            } else {
                Self::Json(value)
            };
        }
        let text = String::from_utf8_lossy(bytes);
        let start = text
            .trim_start()
            .chars()
            .take(200)
            .collect::<String>()
            .to_ascii_lowercase();
        let html = content_type.is_some_and(|kind| kind.contains("html"))
            || start.starts_with("<!doctype")
            || start.starts_with("<html");
        if html {
            Self::Html
        } else {
            Self::Text(shortened(text.trim()))
        }
    }

    /// The server's words: `message`, else `error`, else short plain text.
    pub(crate) fn message(&self) -> Option<String> {
        match self {
            Self::Json(value) => {
                let text = value.text("message").or_else(|| value.text("error"))?;
                let details = value.at("data").as_array().into_iter().flatten();
                let details: Vec<String> = details.take(5).filter_map(complaint).collect();
                let all = match details.as_slice() {
                    [] => text,
                    details => format!("{text}: {}", details.join("; ")),
                };
                Some(shortened(&all))
            }
            Self::Text(text) => Some(text.clone()),
            Self::Html | Self::Empty => None,
        }
    }

    pub(crate) fn code(&self) -> Option<String> {
        match self {
            Self::Json(value) => value.text("code").map(|code| shortened(&code)),
            _ => None,
        }
    }
}

/// Whether an answer is the CDN's: `{"type":"https://developers.cloudflare.com/…","title":"Error 502: Bad gateway","status":502}`.
fn of_the_edge(value: &Value) -> bool {
    let page = value
        .text("type")
        .is_some_and(|kind| kind.starts_with("https://"));
    page && value.text("title").is_some() && value.text("message").is_none()
}

/// What a validation has to say of one field: `data.deposit: Required`.
fn complaint(value: &Value) -> Option<String> {
    let message = value.text("message")?;
    let path: Vec<String> = value.lossy("path");
    Some(if path.is_empty() {
        message
    } else {
        format!("{}: {message}", path.join("."))
    })
}

fn shortened(text: &str) -> String {
    text.chars().take(MESSAGE).collect()
}

/// What an answer other than a success means.
pub(crate) fn answer(
    op: Op,
    status: u16,
    body: &Body,
    retry_after: Option<Duration>,
) -> (Kind, Outcome) {
    let message = body.message().unwrap_or_default().to_lowercase();
    let says = |words: &str| message.contains(words);
    let code = body.code();
    let json = matches!(body, Body::Json(_));

    // What a code says counts before the status: a provider's own status may come with it.
    if let Some(meaning) = code
        .as_deref()
        .and_then(|code| coded(code, op, status, retry_after))
    {
        return meaning;
    }
    // The words of the chain and of providers, which come with more than one status.
    let told = if !json {
        None
    } else if says("invalid sdl") {
        let trial = says("not available on free trial");
        Some(if trial {
            Kind::TrialLimit
        } else {
            Kind::InvalidSdl
        })
    } else if says("trial limit reached") || says("console trial expired") {
        Some(Kind::TrialLimit)
    } else if says("bid is no longer open") || says("bid not open") || says("bid not found") {
        Some(Kind::BidGone)
    } else if says("order has already been matched") || says("order not open") {
        Some(Kind::OrderGone)
    } else if status < 500 && says("deployment closed") {
        Some(Kind::DeploymentClosed)
    } else if says("insufficient balance") || (status == 400 && says("insufficient funds")) {
        Some(Kind::NeedsCredit)
    } else if code.as_deref() == Some("wallet_provisioning") {
        Some(Kind::Provisioning)
    } else if says("endpoint has been removed") {
        Some(Kind::NoLongerNeeded)
    } else {
        None
    };
    if let Some(kind) = told.filter(|_| status >= 400) {
        return (kind, Outcome::No);
    }
    // A lease is on the chain before its manifest goes to the provider: from there on, the
    // provider's failures leave a lease that costs money.
    if matches!(op, Op::Lease | Op::Update) && json {
        // The Console recorded no manifest and got none: it sent nothing at all.
        if status == 422 && says("no manifest to send") {
            return (Kind::InvalidRequest, Outcome::No);
        }
        let kind = if says("no lease for deployment") || says("jwt") {
            Some(Kind::NoLeaseYet)
        } else if says("temporarily unavailable") && says("provider")
            || says("invalid certificate")
            || says("tls connection")
        {
            Some(Kind::ProviderUnreachable)
        } else if status == 422 {
            Some(Kind::ProviderRefused)
        } else {
            None
        };
        if let Some(kind) = kind.filter(|_| status >= 400) {
            return (kind, Outcome::Yes);
        }
    }

    let edge = !json;
    match status {
        300..=399 => (Kind::Redirected, Outcome::No),
        401 if json => (Kind::BadKey, Outcome::No),
        402 => (Kind::NeedsCredit, Outcome::No),
        403 if json => (Kind::Forbidden, Outcome::No),
        404 if json => (Kind::NotFound, Outcome::No),
        404 if message.starts_with("404 not found") => (Kind::Unsupported, Outcome::No),
        // The one text of the server's own. Any other may be somebody else's, and "there is no such
        // deployment" is not a thing to believe of a stranger.
        404 if message.starts_with("provider not found") => (Kind::NotFound, Outcome::No),
        405 => (Kind::Unsupported, Outcome::No),
        // Something gave up waiting; the server may not have.
        408 | 499 => (Kind::TimedOut, Outcome::Unknown),
        413 => (Kind::TooLarge, Outcome::No),
        429 => (Kind::RateLimited { retry_after }, Outcome::No),
        400..=499 if edge => (Kind::CdnPage, Outcome::No),
        400 if code.as_deref() == Some("validation_error") || says("validation error") => {
            (Kind::InvalidRequest, Outcome::No)
        }
        // The provider's words about a manifest can't be told from others'.
        400..=499 if op == Op::Lease => (Kind::Rejected, Outcome::Unknown),
        400 if code.is_none() => (Kind::InvalidRequest, Outcome::No),
        400..=499 => (Kind::Rejected, Outcome::No),
        // The platform's own wallet is empty: nothing was signed.
        503 if json && message == "service temporarily unavailable" => {
            (Kind::ServerDown, Outcome::No)
        }
        500..=599 if edge => (Kind::CdnPage, Outcome::Unknown),
        500..=599 => (Kind::ServerDown, Outcome::Unknown),
        _ => (Kind::NotUnderstood, Outcome::Unknown),
    }
}

/// What the Console's codes of since September 2026 mean, whatever status they come with.
fn coded(
    code: &str,
    op: Op,
    status: u16,
    retry_after: Option<Duration>,
) -> Option<(Kind, Outcome)> {
    Some(match code {
        // The lease stands and costs money; the status is the provider's.
        "manifest_not_delivered" if op == Op::Lease => {
            let kind = match status {
                422 => Kind::ProviderRefused,
                404 => Kind::NoLeaseYet,
                _ => Kind::ProviderUnreachable,
            };
            (kind, Outcome::Yes)
        }
        // Asked before the lease: there is none.
        "provider_unreachable" => (Kind::ProviderUnreachable, Outcome::No),
        "insufficient_balance" => (Kind::NeedsCredit, Outcome::No),
        "balance_top_up_pending" => (Kind::TopUpPending { retry_after }, Outcome::No),
        "fair_use_policy_required" => (Kind::FairUsePolicy, Outcome::No),
        _ => return None,
    })
}

/// How much credit is missing, where the answer says what is required and what is there.
pub(crate) fn missing(body: &Body) -> Option<Usd> {
    let Body::Json(value) = body else {
        return None;
    };
    let amount = |name: &str| -> Option<Usd> {
        let number = value.at("data").at(name);
        number
            .as_str()
            .map_or_else(|| number.to_string(), str::to_owned)
            .parse()
            .ok()
    };
    let missing = amount("requiredAmountUsd")?.saturating_sub(amount("availableAmountUsd")?);
    (missing > Usd::ZERO).then_some(missing)
}

/// What a request that got no whole answer means. The request was not sent when the connection
/// never came about.
pub(crate) fn broken(error: &reqwest::Error) -> (Kind, Outcome) {
    if error.is_builder() {
        return (Kind::InvalidRequest, Outcome::No);
    }
    if !error.is_connect() {
        let kind = if error.is_timeout() {
            Kind::TimedOut
        } else {
            Kind::ConnectionLost
        };
        return (kind, Outcome::Unknown);
    }
    let mut kind = if error.is_timeout() {
        Kind::TimedOut
    } else {
        Kind::Offline
    };
    let mut next = error.source();
    while let Some(cause) = next {
        if let Some(found) = connecting(cause) {
            kind = found;
        }
        next = cause.source();
    }
    (kind, Outcome::No)
}

fn connecting(cause: &(dyn StdError + 'static)) -> Option<Kind> {
    if cause.is::<rustls::Error>() {
        return Some(Kind::Tls);
    }
    if let Some(io) = cause.downcast_ref::<io::Error>() {
        // What an I/O error wraps is not its source, and it may wrap another.
        if let Some(inner) = io.get_ref() {
            return connecting(inner);
        }
        return match io.kind() {
            io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset => {
                Some(Kind::ServerDown)
            }
            io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkDown
            | io::ErrorKind::AddrNotAvailable => Some(Kind::Offline),
            io::ErrorKind::TimedOut => Some(Kind::TimedOut),
            _ => None,
        };
    }
    let text = cause.to_string();
    if text.contains("dns error") || text.contains("failed to lookup") {
        Some(Kind::Dns)
    } else if text.contains("tunnel") || text.contains("proxy") || text.contains("socks") {
        Some(Kind::Proxy)
    } else {
        None
    }
}

/// The innermost cause in words, without addresses.
pub(crate) fn root(error: &reqwest::Error) -> Option<String> {
    let mut next = error.source();
    let mut last = None;
    while let Some(cause) = next {
        last = Some(cause);
        next = cause.source();
    }
    last.map(|cause| shortened(&cause.to_string()))
}
