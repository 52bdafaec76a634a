//! Older and newer versions of the API.

use akash_simulator::{ApiVersion, Change, Config, Derivation};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::client::{Client, WEB, config};

async fn as_of(day: &str) -> Client {
    Client::with(Config {
        api_version: day.parse().unwrap(),
        ..config()
    })
    .await
}

#[test]
fn editions_begin_somewhere() {
    assert!("2025-09-15".parse::<ApiVersion>().is_err());
    assert!("yesterday".parse::<ApiVersion>().is_err());
    assert!("2025-09-16".parse::<ApiVersion>().unwrap() == ApiVersion::OLDEST);
    assert!("2031-01-01".parse::<ApiVersion>().unwrap() > ApiVersion::LATEST);
}

#[tokio::test]
async fn numbers_were_heights_before_they_were_times() {
    let old = as_of("2026-06-01").await;
    let (dseq, _) = old.create(WEB).await;
    assert_eq!(dseq.len(), 8);
    let again = old
        .post(
            "/v1/deployments",
            json!({ "data": { "sdl": WEB, "deposit": 5 } }),
        )
        .await;
    again.refused(
        400,
        "Failed to create deployment: Deployment with provided dseq and owner already exists",
    );
    // The refused create cost nothing.
    assert_eq!(old.credit().await, 45_000_000);
    let new = as_of("2026-06-02").await;
    assert_eq!(new.create(WEB).await.0.len(), 13);
    new.create(WEB).await;
}

#[tokio::test]
async fn leasing_again_was_refused_before_it_was_safe() {
    for (day, status) in [("2026-06-29", 400), ("2026-06-30", 200)] {
        let client = as_of(day).await;
        let (dseq, manifest) = client.create(WEB).await;
        client.wait(60);
        let chosen = client.choose(&dseq, &manifest).await;
        assert_eq!(client.post("/v1/leases", chosen.clone()).await.status, 200);
        assert_eq!(
            client.post("/v1/leases", chosen).await.status,
            status,
            "{day}"
        );
    }
}

#[tokio::test]
async fn closing_again_was_refused_before_it_was_safe() {
    for (day, status) in [("2026-07-28", 400), ("2026-07-29", 200)] {
        let client = as_of(day).await;
        let (dseq, _) = client.create(WEB).await;
        let path = format!("/v1/deployments/{dseq}");
        assert_eq!(client.delete(&path).await.status, 200);
        assert_eq!(client.delete(&path).await.status, status, "{day}");
    }
}

#[tokio::test]
async fn the_older_chain_had_other_shapes() {
    let client = as_of("2025-10-26").await;
    let (dseq, _) = client.create(WEB).await;
    client.wait(60);
    let bids = client.get(&format!("/v1/bids?dseq={dseq}")).await.data();
    assert_eq!(bids[0]["bid"]["bid_id"]["dseq"], json!(dseq));
    assert_eq!(bids[0]["isCertificateRequired"], false);
    assert_eq!(bids[0]["bid"]["bid_id"].get("bseq"), None);
    assert!(
        bids[0]["bid"]["price"]["denom"]
            .as_str()
            .unwrap()
            .starts_with("ibc/")
    );
    let detail = client.detail(&dseq).await;
    assert_eq!(
        detail["deployment"]["version"],
        "b4zglCzSL9/VVZRp/RFfcVm5N9ljFqiYxMgUh38ZSn4="
    );
    assert_eq!(detail["deployment"].get("hash"), None);
    let escrow = &detail["escrow_account"];
    assert_eq!(
        (&escrow["state"], &escrow["funds"]["amount"]),
        (&json!("open"), &json!("5000000.000000000000000000"))
    );
    assert_eq!(escrow["balance"]["amount"], "0.000000000000000000");
}

#[tokio::test]
async fn certificates_were_demanded_once() {
    let client = as_of("2025-10-02").await;
    let (dseq, manifest) = client.create(WEB).await;
    let lease = json!({ "manifest": manifest, "leases": [{ "dseq": dseq, "gseq": 1, "oseq": 1, "provider": "x" }] });
    let refused = client.post("/v1/leases", lease).await;
    assert_eq!(refused.body["data"][0]["path"], json!(["certificate"]));
    let made = client.post("/v1/certificates", json!({})).await.data();
    assert!(
        made["certPem"]
            .as_str()
            .unwrap()
            .starts_with("-----BEGIN CERTIFICATE-----")
    );
    assert_eq!(
        client.post("/v1/create-jwt-token", json!({})).await.status,
        404
    );
}

#[tokio::test]
async fn want_of_credit_was_told_in_other_words() {
    let poor = async |day: &str| {
        let client = as_of(day).await;
        client.change(Change::Credit { usd: Decimal::ONE });
        client
            .post(
                "/v1/deployments",
                json!({ "data": { "sdl": WEB, "deposit": 5 } }),
            )
            .await
    };
    poor("2026-08-20")
        .await
        .refused(402, "Not enough funds to cover the deployment costs");
    let words = "Not enough balance to cover the deployment deposit. Add credits or turn on auto recharge to continue.";
    poor("2026-08-21").await.refused(402, words);
}

#[tokio::test]
async fn newer_consoles_choose_the_deposit_and_keep_the_file() {
    let client = as_of("2026-09-15").await;
    let (dseq, _) = client.create(WEB).await;
    assert_eq!(client.credit().await, 49_500_000);
    client.wait(60);
    // The stored manifest is used instead of the client's.
    let chosen = client.choose(&dseq, "[]").await;
    client.post("/v1/leases", chosen).await.data();
    assert_eq!(client.detail(&dseq).await["consoleSettings"]["sdl"], WEB);
    client
        .delete(&format!("/v1/deployments/{dseq}"))
        .await
        .data();
    let listed = async |query: &str| {
        client.get(&format!("/v1/deployments{query}")).await.data()["deployments"].clone()
    };
    assert_eq!(listed("").await, json!([]));
    let closed = listed("?state=closed").await;
    assert_eq!(closed[0]["groups"][0]["group_spec"]["name"], "akash");
    assert_eq!(closed[0]["groups"][0]["state"], "closed");
}

#[tokio::test]
async fn unaudited_providers_could_once_be_leased() {
    for (day, hidden) in [("2025-12-08", false), ("2025-12-09", true)] {
        let client = as_of(day).await;
        let providers = client.get("/v1/providers").await.body;
        let audited = |owner: &Value| {
            providers
                .as_array()
                .unwrap()
                .iter()
                .any(|one| one["owner"] == *owner && one["isAudited"] == true)
        };
        let (dseq, _) = client.create(WEB).await;
        client.wait(60);
        let all = client
            .bids(&dseq)
            .await
            .iter()
            .all(|bid| audited(&bid["bid"]["id"]["provider"]));
        assert_eq!(all, hidden, "{day}");
    }
}

#[tokio::test]
async fn manifests_are_derived_as_chosen() {
    let gpus = WEB.replace(
        "        storage:\n          size: 512Mi\n",
        "        storage:\n          size: 512Mi\n        gpu:\n          units: 1\n          attributes:\n            vendor:\n              nvidia:\n                - model: t4\n                - model: a100\n",
    );
    let mut made = Vec::new();
    for derivation in [Derivation::Alpha39, Derivation::Alpha40] {
        let client = Client::with(Config {
            derivation,
            ..config()
        })
        .await;
        let (dseq, manifest) = client.create(&gpus).await;
        made.push((
            client.detail(&dseq).await["deployment"]["hash"].clone(),
            manifest,
        ));
    }
    assert_ne!(made[0], made[1]);
}

#[tokio::test]
async fn newer_consoles_tell_how_they_fund_and_always_do() {
    let old = as_of("2026-09-15").await;
    assert_eq!(old.get("/v1/deployment-funding-config").await.status, 404);
    let new = as_of("2026-09-16").await;
    let config = new.get("/v1/deployment-funding-config").await;
    assert_eq!(
        config.body["data"],
        json!({ "targetRunwayHours": 48, "balanceHeadroomUsd": 5, "defaultDepositUsd": 0.5 })
    );
    let (dseq, manifest) = new.create(WEB).await;
    let settings = format!("/v2/deployment-settings/{dseq}");
    assert_eq!(
        new.get(&settings).await.status,
        404,
        "reading creates no settings"
    );
    let off = json!({ "data": { "autoTopUpEnabled": false } });
    assert_eq!(new.call("PATCH", &settings, off).await.status, 400);
    // The requested deposit is ignored: the escrow starts with 0.50 USD, and the lease is funded for two days.
    new.wait(60);
    let chosen = new.choose(&dseq, &manifest).await;
    assert_eq!(new.post("/v1/leases", chosen).await.status, 200);
    let before = new.credit().await;
    new.wait(60 * 60 * 24 * 40);
    assert!(
        new.credit().await < before,
        "hourly funding needs no settings"
    );
}
