//! Runtime limits: the Console closes a deployment some hours after its first lease.

use akash_simulator::Config;
use serde_json::{Value, json};

use crate::client::{Client, WEB, config};

async fn limited(hours: u32) -> (Client, String, String) {
    let client = Client::with(Config {
        api_version: "2026-09-17".parse().unwrap(),
        ..config()
    })
    .await;
    let body = json!({ "data": { "sdl": WEB, "runtimeLimitHours": hours } });
    let created = client.post("/v1/deployments", body).await.data();
    let dseq = created["dseq"].as_str().unwrap().to_owned();
    let manifest = created["manifest"].as_str().unwrap().to_owned();
    (client, dseq, manifest)
}

async fn leased(hours: u32) -> (Client, String, String) {
    let (client, dseq, manifest) = limited(hours).await;
    client.wait(60);
    let chosen = client.choose(&dseq, &manifest).await;
    client.post("/v1/leases", chosen).await.data();
    let settings = format!("/v2/deployment-settings/{dseq}");
    (client, dseq, settings)
}

async fn state(client: &Client, dseq: &str) -> Value {
    client.detail(dseq).await["deployment"]["state"].clone()
}

#[tokio::test]
async fn the_console_closes_what_has_run_its_hours() {
    let (client, dseq, settings) = leased(4).await;
    let read = client.get(&settings).await.data();
    assert_eq!(read["runtimeLimitHours"], 4);
    assert!(read["runtimeEndsAt"].is_string());
    client.wait(4 * 3_600 - 120);
    assert_eq!(state(&client, &dseq).await, "active");
    client.wait(240);
    assert_eq!(state(&client, &dseq).await, "closed");
}

#[tokio::test]
async fn hours_count_from_the_lease() {
    let (client, dseq, _) = limited(1).await;
    let settings = format!("/v2/deployment-settings/{dseq}");
    let read = client.get(&settings).await.data();
    assert_eq!(read["runtimeEndsAt"], Value::Null);
}

#[tokio::test]
async fn a_limit_only_grows_or_goes() {
    let (client, dseq, settings) = leased(4).await;
    let set = async |hours: Value| {
        let body = json!({ "data": { "runtimeLimitHours": hours } });
        client.call("PATCH", &settings, body).await
    };
    assert_eq!(set(json!(3)).await.status, 400);
    assert_eq!(set(json!(53)).await.status, 400);
    assert_eq!(set(json!(28)).await.data()["runtimeLimitHours"], 28);
    client.wait(5 * 3_600);
    assert_eq!(state(&client, &dseq).await, "active");
    assert_eq!(set(Value::Null).await.data()["runtimeEndsAt"], Value::Null);
    client.wait(40 * 3_600);
    assert_eq!(state(&client, &dseq).await, "active");
    assert_eq!(set(json!(72)).await.status, 400);
}

#[tokio::test]
async fn too_long_a_limit_is_refused() {
    let client = limited(48).await.0;
    for hours in [json!(0), json!(49), json!("soon")] {
        let body = json!({ "data": { "sdl": WEB, "runtimeLimitHours": hours } });
        assert_eq!(client.post("/v1/deployments", body).await.status, 400);
    }
}
