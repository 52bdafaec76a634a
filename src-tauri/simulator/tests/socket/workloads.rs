//! Failures at the provider.

use akash_simulator::Change;
use serde_json::{Value, json};

use crate::client::{Client, WEB, http};

fn image(name: &str) -> String {
    WEB.replace("nginx:1.25.3", name)
}

#[tokio::test]
async fn some_images_never_get_ready_or_never_answer() {
    let client = Client::new().await;
    let never = client.launch(&image("acme/never-ready")).await;
    let silent = client.launch(&image("acme/bad-gateway:2")).await;
    client.wait(3_600);
    let service = |detail: Value| detail["leases"][0]["status"]["services"]["web"].clone();
    assert_eq!(service(client.detail(&never).await)["available"], 0);
    let service = service(client.detail(&silent).await);
    assert_eq!(service["available"], 1);
    let uri = service["uris"][0].as_str().unwrap();
    assert_eq!(
        client
            .send(http().get(format!("http://{uri}")))
            .await
            .status,
        502
    );
}

#[tokio::test]
async fn a_lease_that_is_lost_leaves_the_deployment_and_its_money() {
    let client = Client::new().await;
    let dseq = client.launch(&image("acme/lease-lost")).await;
    client.wait(150);
    let detail = client.detail(&dseq).await;
    assert_eq!(detail["leases"][0]["state"], "closed");
    assert_eq!(
        detail["leases"][0]["reason"],
        "lease_closed_reason_unstable"
    );
    assert_eq!(detail["deployment"]["state"], "active");
    assert_eq!(detail["escrow_account"]["state"]["state"], "open");
    let settled = detail["escrow_account"]["state"]["funds"].clone();
    client.wait(86_000);
    assert_eq!(
        client.detail(&dseq).await["escrow_account"]["state"]["funds"],
        settled
    );
}

#[tokio::test]
async fn an_undelivered_manifest_leaves_a_lease_that_costs() {
    let client = Client::new().await;
    let (dseq, manifest) = client.create(WEB).await;
    client.wait(60);
    let chosen = client.choose(&dseq, &manifest).await;
    client.change(Change::ManifestFails {
        times: 2,
        status: None,
        message: None,
    });
    for _ in 0..2 {
        client
            .post("/v1/leases", chosen.clone())
            .await
            .refused(404, "no lease for deployment");
        let detail = client.detail(&dseq).await;
        assert_eq!(detail["leases"][0]["state"], "active");
        assert_eq!(detail["leases"][0]["status"], Value::Null);
    }
    // The same call again delivers the manifest without a second lease.
    let leased = client.post("/v1/leases", chosen).await.data();
    assert_eq!(leased["leases"].as_array().unwrap().len(), 1);
    client.wait(60);
    assert_eq!(
        client.detail(&dseq).await["leases"][0]["status"]["services"]["web"]["available"],
        1
    );
}

#[tokio::test]
async fn a_provider_without_manifest_gives_up() {
    let client = Client::new().await;
    let (dseq, manifest) = client.create(WEB).await;
    client.wait(60);
    let chosen = client.choose(&dseq, &manifest).await;
    client.change(Change::ManifestFails {
        times: 1,
        status: Some(503),
        message: Some("Provider service is temporarily unavailable".into()),
    });
    client
        .post("/v1/leases", chosen)
        .await
        .refused(503, "Provider service is temporarily unavailable");
    client.wait(301);
    let detail = client.detail(&dseq).await;
    assert_eq!(
        detail["leases"][0]["reason"],
        "lease_closed_reason_manifest_timeout"
    );
    assert_eq!(detail["deployment"]["state"], "active");
}

#[tokio::test]
async fn a_dark_provider_says_nothing() {
    let client = Client::new().await;
    let dseq = client.launch(WEB).await;
    client.wait(60);
    let before = client.detail(&dseq).await;
    let provider = before["leases"][0]["id"]["provider"]
        .as_str()
        .unwrap()
        .to_owned();
    client.change(Change::ProviderDark {
        provider: provider.clone(),
        dark: true,
    });
    let dark = client.detail(&dseq).await;
    assert_eq!(dark["leases"][0]["status"], Value::Null);
    assert_eq!(dark["leases"][0]["state"], "active");
    let facts = client.get(&format!("/v1/providers/{provider}")).await.body;
    assert_eq!(facts["isOnline"], false);
    assert_eq!(
        client
            .delete(&format!("/v1/deployments/{dseq}"))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_wrong_manifest_is_refused_by_the_provider() {
    let client = Client::new().await;
    let (dseq, manifest) = client.create(WEB).await;
    client.wait(60);
    let chosen = client
        .choose(&dseq, &manifest.replace("nginx:1.25.3", "nginx:1.25.4"))
        .await;
    client
        .post("/v1/leases", chosen)
        .await
        .refused(422, "manifest version validation failed");
}

#[tokio::test]
async fn what_nobody_has_gets_no_bids() {
    let client = Client::new().await;
    let nowhere = WEB.replace(
        "    akash:\n      pricing",
        "    akash:\n      attributes:\n        region: atlantis\n      pricing",
    );
    let stingy = WEB.replace("amount: 1000", "amount: 1");
    for sdl in [nowhere, stingy] {
        let (dseq, _) = client.create(&sdl).await;
        client.wait(200);
        assert_eq!(
            client.get(&format!("/v1/bids?dseq={dseq}")).await.data(),
            json!([])
        );
    }
}

#[tokio::test]
async fn the_node_can_be_down() {
    let client = Client::new().await;
    let (dseq, _) = client.create(WEB).await;
    client.change(Change::NodeDown { down: true });
    assert_eq!(
        client.get("/v1/blockchain-status").await.body,
        json!({ "isBlockchainReachable": false })
    );
    assert_eq!(
        client.get(&format!("/v1/bids?dseq={dseq}")).await.status,
        500
    );
    let body = json!({ "data": { "sdl": WEB, "deposit": 5 } });
    client
        .post("/v1/deployments", body)
        .await
        .refused(503, "Service temporarily unavailable");
}
