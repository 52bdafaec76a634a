//! What the client makes of recorded answers, for bug reports and for checking a new server.
//!
//! ```text
//! cargo run -p akash-console --example decode < answers.jsonl
//! ```
//!
//! Reads JSON lines `{"request":"GET /v1/bids","status":200,"content_type":"application/json",
//! "body":"…"}` and prints, for each, `{"request","ok","value"}` or `{"request","ok","meaning",
//! "detail"}`. Every answer goes over a real connection to the real client: a server in this
//! program, on this computer, plays it back. Nothing leaves this computer.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../tests/common/mod.rs"]
mod common;

use std::{
    io::{BufRead, Write},
    process::ExitCode,
    time::Duration,
};

use akash_console::Error;
use common::{Reply, Stub, operations};
use serde_json::{Value, json};

#[tokio::main]
async fn main() -> ExitCode {
    let mut all_read = true;
    for line in std::io::stdin().lock().lines() {
        let Ok(line) = line else {
            return ExitCode::FAILURE;
        };
        if line.trim().is_empty() {
            continue;
        }
        let said = match serde_json::from_str::<Value>(&line) {
            Ok(recorded) => decode(&recorded).await,
            Err(error) => Err(
                json!({ "ok": false, "meaning": "unreadable", "detail": format!("the line is no JSON: {error}") }),
            ),
        };
        all_read &= said.is_ok();
        let said = said.unwrap_or_else(|said| said);
        if writeln!(std::io::stdout(), "{said}").is_err() {
            return ExitCode::FAILURE;
        }
    }
    if all_read {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// What the client makes of an answer; an error when the line does not hold one.
async fn decode(recorded: &Value) -> Result<Value, Value> {
    let request = recorded["request"].as_str().unwrap_or_default().to_owned();
    let failed = |detail: &str| json!({ "request": request, "ok": false, "meaning": "unreadable", "detail": detail });
    let template =
        operations::template(&request).ok_or_else(|| failed("the client makes no such request"))?;
    let status = recorded["status"]
        .as_u64()
        .and_then(|status| u16::try_from(status).ok());
    let status = status.filter(|status| (200..=599).contains(status));
    let status = status.ok_or_else(|| failed("`status` has to be from 200 to 599"))?;
    let body = match &recorded["body"] {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let kind = recorded["content_type"]
        .as_str()
        .unwrap_or("application/json");
    let mut reply = Reply::text(status, &plain(kind), &body);
    if let Some(after) = recorded["retry_after"].as_str() {
        reply = reply.with("retry-after", &plain(after));
    }
    let stub = Stub::always(reply).await;
    let client = stub
        .client()
        .without_retries()
        .with_time_limit(Duration::from_secs(10));
    let outcome = operations::run(&client, template).await;
    Ok(
        match outcome.ok_or_else(|| failed("the client makes no such request"))? {
            Ok(value) => json!({ "request": request, "ok": true, "value": value }),
            Err(error) => {
                json!({ "request": request, "ok": false, "meaning": meaning(&error), "detail": detail(&error) })
            }
        },
    )
}

/// A header's value on one line.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

fn meaning(error: &Error) -> String {
    let debug = format!("{:?}", error.kind());
    debug
        .split([' ', '{'])
        .next()
        .unwrap_or_default()
        .to_owned()
}

fn detail(error: &Error) -> Value {
    json!({
        "error": error.to_string(),
        "happened": format!("{:?}", error.outcome()).to_lowercase(),
        "retry_safe": error.retry_safe(),
        "server_message": error.server_message(),
        "code": error.code(),
    })
}
