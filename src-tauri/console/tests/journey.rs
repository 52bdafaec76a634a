//! The example `journey` against the Console of every day that matters: each stored document's, and
//! either side of each break in what the API means.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{path::PathBuf, process::Stdio};

use akash_simulator::{ApiVersion, Config, Latency};
use futures_util::{StreamExt, stream};
use serde_json::Value;

const SDL: &str = r#"version: "2.0"
services:
  web:
    image: nginx:1.27
    expose:
      - port: 80
        to: [{ global: true }]
profiles:
  compute:
    web:
      resources:
        cpu: { units: 0.1 }
        memory: { size: 128Mi }
        storage: { size: 256Mi }
  placement:
    here:
      pricing: { web: { denom: uact, amount: 10000 } }
deployment:
  web:
    here: { profile: web, count: 1 }
"#;

/// Documents, and the days before and of the breaks: the deployment's number, the repeatable lease,
/// the repeatable close.
const DAYS: &[&str] = &[
    "2025-09-16",
    "2025-10-03",
    "2025-10-27",
    "2025-11-14",
    "2025-12-16",
    "2026-03-10",
    "2026-06-01",
    "2026-06-02",
    "2026-06-10",
    "2026-06-29",
    "2026-06-30",
    "2026-07-28",
    "2026-07-29",
    "2026-08-21",
];

const STEPS: &[&str] = &[
    "user", "create", "bids", "lease", "live", "deposit", "update", "close",
];

/// The example, which cargo builds beside the tests.
fn example(name: &str) -> PathBuf {
    let mut path = std::env::current_exe().unwrap();
    path.pop();
    path.pop();
    path.join("examples")
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

async fn travel(url: &str, key: &str, sdl: &str, more: &[&str]) -> (Option<i32>, Vec<Value>) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("deploy.yml");
    std::fs::write(&file, sdl).unwrap();
    let output = tokio::process::Command::new(example("journey"))
        .args(["--base-url", url, "--sdl"])
        .arg(&file)
        .args(more)
        .env("AKASH_API_KEY", key)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .expect("the example journey is built with the tests");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(!text.contains(key) && !String::from_utf8_lossy(&output.stderr).contains(key));
    (
        output.status.code(),
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect(),
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_day_that_matters() {
    stream::iter(DAYS)
        .map(|day| async move {
            let api_version: ApiVersion = day.parse().unwrap();
            let config = Config {
                api_version,
                speed: 10,
                latency: Latency::none(),
                ..Config::default()
            };
            let simulator = akash_simulator::start(config).await.unwrap();
            let (code, lines) = travel(&simulator.url(), &simulator.api_key(), SDL, &[]).await;
            let steps: Vec<_> = lines
                .iter()
                .map(|line| line["step"].as_str().unwrap())
                .collect();
            assert_eq!(
                (code, steps.as_slice()),
                (Some(0), STEPS),
                "{day}: {lines:#?}"
            );
            assert!(
                lines.iter().all(|line| line["ok"] == true),
                "{day}: {lines:#?}"
            );
            simulator.stop().await;
        })
        .buffer_unordered(4)
        .collect::<()>()
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_opened_is_closed_when_a_step_fails() {
    let config = Config {
        speed: 10,
        latency: Latency::none(),
        api_version: "2026-08-22".parse().unwrap(),
        ..Config::default()
    };
    let simulator = akash_simulator::start(config).await.unwrap();
    let fault = |endpoint: &str, kind| {
        simulator
            .control()
            .fault(akash_simulator::Fault::once(endpoint, kind))
            .unwrap();
    };
    // The answer to the create is lost: what it left is found and closed.
    fault(
        "POST /v1/deployments",
        akash_simulator::FaultKind::ApplyThenClose,
    );
    let (code, lines) = travel(&simulator.url(), &simulator.api_key(), SDL, &[]).await;
    assert_eq!(code, Some(1));
    let last = lines.last().unwrap();
    assert_eq!(
        (&last["step"], &last["ok"]),
        (&"close".into(), &true.into()),
        "{lines:#?}"
    );
    // A deposit that is refused.
    let body =
        serde_json::json!({ "error": "PaymentRequiredError", "message": "Not enough balance" });
    let refused = akash_simulator::FaultKind::Answer {
        status: 402,
        body,
        content_type: None,
        apply: false,
    };
    fault("POST /v1/deposit-deployment", refused);
    let (code, lines) = travel(&simulator.url(), &simulator.api_key(), SDL, &[]).await;
    assert_eq!(code, Some(1));
    let said: Vec<_> = lines
        .iter()
        .map(|l| (l["step"].as_str().unwrap(), l["ok"] == true))
        .collect();
    assert_eq!(
        said[said.len() - 2..],
        [("deposit", false), ("close", true)],
        "{lines:#?}"
    );
    let world = simulator.control().world().to_string();
    assert!(
        !world.contains("\"state\":\"active\""),
        "something is still open: {world}"
    );
}

#[tokio::test]
async fn other_peoples_computers_need_a_word() {
    let (code, lines) = travel("https://console-api.example", "a-secret-key", SDL, &[]).await;
    assert_eq!((code, lines.len()), (Some(2), 0));
}
