//! Smaller endpoints, headers and the known defects of lists.

use serde_json::{Value, json};

use crate::client::{Client, WEB};

#[tokio::test]
async fn the_account_is_found_by_its_key() {
    let client = Client::new().await;
    let me = client.get("/v1/user/me").await.data();
    let wallets = client
        .get(&format!(
            "/v1/wallets?userId={}",
            me["id"].as_str().unwrap()
        ))
        .await
        .data();
    assert_eq!(wallets[0]["creditAmount"], 50_000_000);
    assert_eq!(wallets[0]["denom"], "uact");
    assert_eq!(
        client
            .get("/v1/wallets?userId=8c7d4f4e-2f0b-4a3b-9a51-6d0f4c1f9f11")
            .await
            .data(),
        json!([])
    );
    assert_eq!(client.get("/v1/wallets?userId=auth0").await.status, 400);
    assert_eq!(client.get("/v1/wallet-settings").await.status, 404);
    assert_eq!(
        client.get("/v1/weekly-cost").await.data(),
        json!({ "weeklyCost": 0 })
    );
}

#[tokio::test]
async fn balances_are_old_once() {
    let client = Client::new().await;
    let balance = || async {
        client.get("/v1/balances").await.data()["balance"]
            .as_i64()
            .unwrap()
    };
    assert_eq!(balance().await, 50_000_000);
    client.create(WEB).await;
    assert_eq!(balance().await, 50_000_000);
    client.wait(7);
    assert_eq!(balance().await, 50_000_000);
    assert_eq!(balance().await, 45_000_000);
}

#[tokio::test]
async fn every_date_is_chain_time() {
    let client = Client::new().await;
    client.wait(365 * 86_400);
    let (dseq, _) = client.create(WEB).await;
    let made = dseq.parse::<i64>().unwrap();
    assert_eq!(
        jiff::Timestamp::from_millisecond(made)
            .unwrap()
            .to_string()
            .get(..10),
        Some("2027-08-21")
    );
    let response = client.request("GET", "/status").send().await.unwrap();
    let date = response.headers()["date"].to_str().unwrap().to_owned();
    assert!(date.contains("21 Aug 2027"), "{date}");
    let blocks = client.get("/v1/blocks?limit=2").await.body;
    let created = client.detail(&dseq).await["deployment"]["created_at"]
        .as_str()
        .unwrap()
        .parse::<u64>()
        .unwrap();
    let newest = blocks[0]["height"].as_u64().unwrap();
    assert!(newest - created < 3);
    assert_eq!(blocks[1]["height"].as_u64(), Some(newest - 1));
}

#[tokio::test]
async fn lists_have_their_known_faults() {
    let client = Client::new().await;
    let mut made = Vec::new();
    for _ in 0..3 {
        made.push(client.launch(WEB).await);
    }
    let all = client.get("/v1/deployments").await.data();
    assert_eq!(
        all["pagination"],
        json!({ "total": 3, "skip": 0, "limit": 3, "hasMore": false })
    );
    let page = client.get("/v1/deployments?skip=1&limit=1").await.data();
    assert_eq!(
        page["pagination"],
        json!({ "total": 1, "skip": 1, "limit": 1, "hasMore": false })
    );
    assert_eq!(
        page["deployments"][0]["deployment"]["id"]["dseq"],
        json!(made[1])
    );
    // Leases sometimes appear under the wrong deployment, but none is missing and each has its own dseq.
    let mut wrong = 0;
    for _ in 0..60 {
        let rows = client.get("/v1/deployments").await.data()["deployments"].clone();
        let mut named: Vec<Value> = Vec::new();
        for row in rows.as_array().unwrap() {
            for lease in row["leases"].as_array().unwrap() {
                wrong += usize::from(lease["id"]["dseq"] != row["deployment"]["id"]["dseq"]);
                assert_eq!(lease.get("status"), None);
                named.push(lease["id"]["dseq"].clone());
            }
        }
        named.sort_by_key(Value::to_string);
        assert_eq!(
            named,
            made.iter().map(|dseq| json!(dseq)).collect::<Vec<_>>()
        );
    }
    assert!(wrong > 0);
}

#[tokio::test]
async fn screening_finds_who_could_bid() {
    let client = Client::new().await;
    let screen = |attributes: Value| {
        json!({
            "requirements": { "signedBy": { "allOf": ["akash1365yvmc4s7awdyj3n2sav7xfx76adc6dnmlx63"] }, "attributes": attributes },
            "resources": [{ "count": 1, "price": { "denom": "uact", "amount": "1000" }, "resource": {
                "id": 1, "cpu": { "units": { "val": "500" } }, "memory": { "quantity": { "val": "536870912" } },
                "gpu": { "units": { "val": "0" } }, "storage": [{ "name": "default", "quantity": { "val": "536870912" }, "attributes": [] }],
            } }],
            "timezone": "Europe/Berlin",
        })
    };
    let found = client.post("/v1/bid-screening", screen(json!([]))).await;
    assert_eq!(found.status, 200, "{found:?}");
    let providers = found.body["providers"].as_array().unwrap().clone();
    assert!(providers.len() > 20);
    assert!(
        providers
            .iter()
            .all(|provider| provider["isAudited"] == true)
    );
    let none = client
        .post(
            "/v1/bid-screening",
            screen(json!([{ "key": "region", "value": "atlantis" }])),
        )
        .await;
    assert_eq!(none.body, json!({ "providers": [] }));
}

#[tokio::test]
async fn a_token_names_the_wallet() {
    let client = Client::new().await;
    let me = client.get("/v1/user/me").await.data();
    let wallet = client
        .get(&format!(
            "/v1/wallets?userId={}",
            me["id"].as_str().unwrap()
        ))
        .await
        .data();
    let ask = |leases: Value| {
        client.post(
            "/v1/create-jwt-token",
            json!({ "data": { "ttl": 300, "leases": leases } }),
        )
    };
    let token = ask(json!({ "access": "full" })).await;
    assert_eq!(token.status, 201);
    let token = token.data()["token"].as_str().unwrap().to_owned();
    let claims = token.split('.').nth(1).unwrap();
    let claims =
        base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, claims).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(claims["iss"], wallet[0]["address"]);
    assert_eq!(
        claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(),
        300
    );
    assert_eq!(
        ask(json!({ "access": "full", "scope": [] })).await.status,
        400
    );
}

#[tokio::test]
async fn the_rest_answers() {
    let client = Client::new().await;
    for path in [
        "/v1/auditors",
        "/v1/provider-regions",
        "/v1/provider-attributes-schema",
        "/v1/gpu-prices",
        "/v1/gpu-models",
        "/v1/gpu",
        "/v1/network-capacity",
        "/v1/market-data",
        "/v1/market-data/akt",
        "/v1/templates-list",
        "/v1/blockchain-status",
        "/v1/predicted-block-date/30000000",
    ] {
        let answer = client.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
    }
    let list = client.get("/v1/templates-list").await.data();
    let id = list[0]["templates"][0]["id"].as_str().unwrap();
    assert!(
        client.get(&format!("/v1/templates/{id}")).await.data()["deploy"]
            .as_str()
            .unwrap()
            .contains("version")
    );
    client
        .get("/v1/templates/none")
        .await
        .refused(404, "Template not found");
    let price = client
        .post(
            "/v1/pricing",
            json!({ "cpu": 1000, "memory": 1_000_000_000, "storage": 1_000_000_000 }),
        )
        .await;
    assert_eq!(price.body["akash"], 5.83);
    assert_eq!(client.get("/v1/market-data/usdc").await.status, 400);
    assert_eq!(client.post("/v1/certificates", json!({})).await.status, 400);
    let address = client.get("/v1/providers").await.body[0]["owner"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(
        !client.get(&format!("/v1/providers/{address}")).await.body["uptime"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        client.get("/v1/providers/akash1x").await.body,
        json!("Provider not found.")
    );
}
