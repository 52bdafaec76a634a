//! The system's proxy: used for what is far away, never for this computer, never shown the key.
//!
//! The proxy is chosen by the environment, so each case is a process of its own: an example.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::{path::PathBuf, process::Stdio};

use common::{KEY, Reply, Stub};
use serde_json::Value;
use tokio::{io::AsyncWriteExt, process::Command};

/// An example, which cargo builds beside the tests.
fn example(name: &str, proxy: &str) -> Command {
    let mut path: PathBuf = std::env::current_exe().unwrap();
    path.pop();
    path.pop();
    let mut command = Command::new(path.join("examples").join(name));
    for name in [
        "HTTP_PROXY",
        "http_proxy",
        "HTTPS_PROXY",
        "https_proxy",
        "ALL_PROXY",
        "all_proxy",
    ] {
        command.env(name, proxy);
    }
    command.env_remove("NO_PROXY").env_remove("no_proxy");
    command
        .env("AKASH_API_KEY", KEY)
        .stdout(Stdio::piped())
        .kill_on_drop(true);
    command
}

#[tokio::test]
async fn this_computer_is_reached_directly() {
    let proxy = Stub::always(Reply::Reset).await;
    let mut decode = example("decode", &proxy.url)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let line = "{\"request\":\"GET /v1/bids\",\"status\":200,\"body\":\"{\\\"data\\\":[]}\"}\n";
    decode
        .stdin
        .take()
        .unwrap()
        .write_all(line.as_bytes())
        .await
        .unwrap();
    let output = decode.wait_with_output().await.unwrap();
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(said["ok"], true, "{said}");
    assert!(
        proxy.requests().is_empty(),
        "the proxy would have had the key in the clear"
    );
}

#[tokio::test]
async fn a_proxy_is_asked_for_a_tunnel_and_sees_no_key() {
    let folder = tempfile::tempdir().unwrap();
    let sdl = folder.path().join("deploy.yml");
    std::fs::write(&sdl, "version: \"2.0\"").unwrap();
    for (answer, meaning) in [
        ("407 Proxy Authentication Required", "the proxy failed"),
        ("502 Bad Gateway", "the proxy failed"),
    ] {
        let answer = format!("HTTP/1.1 {answer}\r\ncontent-length: 0\r\n\r\n");
        let proxy = Stub::always(Reply::Bytes(answer.into_bytes())).await;
        let journey = example("journey", &proxy.url)
            .args([
                "--base-url",
                "https://console-api.example",
                "--spend",
                "--sdl",
            ])
            .arg(&sdl)
            .output();
        let output = journey.await.unwrap();
        let said: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(said["detail"].as_str().unwrap().contains(meaning), "{said}");
        let asked = proxy.requests();
        assert_eq!(asked[0].method, "CONNECT");
        assert!(asked.iter().all(|request| !request.headers.contains(KEY)));
    }
}
