//! What is logged. Alone in its program: other tests' clients would decide what is of interest.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::sync::{Arc, Mutex};

use common::{KEY, Reply, Stub};
use serde_json::json;

/// What is logged, at every level, by every part of the client.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_says_what_was_asked_and_keeps_secrets() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .with_ansi(false)
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let me = json!({ "data": { "id": "6f1c", "username": "maxmustermann", "email": "max@example.com" } });
    let stub = Stub::start(move |request, _| match request.target.as_str() {
        "/v1/user/me" => Reply::json(200, &me).with("cf-ray", "8f1-FRA"),
        _ => Reply::json(
            400,
            &json!({ "error": "E", "message": format!("bad {KEY}") }),
        ),
    })
    .await;
    let client = stub.client();
    client.user().await.unwrap();
    client.wallets("somebody").await.unwrap_err();
    client
        .create("version: secret-sdl", "0.5".parse().unwrap())
        .await
        .unwrap_err();
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for wanted in [
        "method=\"GET\" path=\"/v1/user/me\" status=200 ms=",
        "id=\"8f1-FRA\"",
        "path=\"/v1/deployments\"",
        "status=400",
    ] {
        assert!(text.contains(wanted), "no `{wanted}` in {text}");
    }
    for secret in [KEY, "max@example.com", "maxmustermann", "secret-sdl"] {
        assert!(!text.contains(secret), "`{secret}` in {text}");
    }
}
