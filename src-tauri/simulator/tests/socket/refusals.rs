//! Errors: the Console's order of checks, its envelope and its texts.

use akash_simulator::Change;
use rust_decimal::Decimal;
use serde_json::json;

use crate::client::{Client, WEB};

#[tokio::test]
async fn keys_are_asked_for_and_checked() {
    let client = Client::new().await;
    let none = client.send(client.request("GET", "/v1/user/me")).await;
    assert_eq!(
        (none.status, none.body),
        (
            401,
            json!({ "error": "UnauthorizedError", "message": "Unauthorized", "code": "unauthorized", "type": "client_error" })
        )
    );
    // A bad key is refused on every route, also on public ones.
    for path in ["/v1/user/me", "/v1/providers", "/v1/nowhere"] {
        client
            .send(
                client
                    .request("GET", path)
                    .header("x-api-key", "ac.sk.test.00"),
            )
            .await
            .refused(401, "Invalid API key");
    }
    assert_eq!(
        client
            .send(client.request("GET", "/v1/providers"))
            .await
            .status,
        200
    );
    let both = client
        .request("GET", "/v1/user/me")
        .header("x-api-key", client.simulator.api_key())
        .header("authorization", "Bearer x");
    client.send(both).await.refused(
        400,
        "Authorization and X-Api-Key headers are mutually exclusive",
    );
    // Parameters are validated before the key is required.
    assert_eq!(
        client
            .send(client.request("GET", "/v1/deployments/abc"))
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn keys_can_be_made_and_revoked() {
    let client = Client::new().await;
    let made = client
        .post("/v1/api-keys", json!({ "data": { "name": "laptop" } }))
        .await;
    assert_eq!(made.status, 201);
    let made = made.data();
    let key = made["apiKey"].as_str().unwrap();
    assert!(key.starts_with("ac.sk.test.") && key.len() == 75, "{key}");
    let me = || {
        client.send(
            client
                .request("GET", "/v1/user/me")
                .header("x-api-key", key),
        )
    };
    assert_eq!(me().await.status, 200);
    let listed = client.get("/v1/api-keys").await.data();
    assert_eq!(listed.as_array().unwrap().len(), 2);
    assert!(!listed.to_string().contains(key));
    assert_eq!(
        client
            .delete(&format!("/v1/api-keys/{}", made["id"].as_str().unwrap()))
            .await
            .status,
        204
    );
    me().await.refused(401, "Invalid API key");
    client.change(Change::RevokeKey { id: None });
    client
        .get("/v1/user/me")
        .await
        .refused(401, "Invalid API key");
}

#[tokio::test]
async fn bodies_are_checked_in_order() {
    let client = Client::new().await;
    let key = client.simulator.api_key();
    let post = |path: &str| client.request("POST", path).header("x-api-key", &key);
    let answer = client.send(post("/v1/deployments").body("{}")).await;
    assert_eq!(
        (answer.status, answer.body),
        (400, json!({ "error": "Content-Type header is required" }))
    );
    let answer = client
        .send(
            post("/v1/deployments")
                .header("content-type", "text/plain")
                .body("{}"),
        )
        .await;
    assert_eq!(answer.body, json!({ "error": "Unsupported Content-Type" }));
    let broken = client
        .send(
            post("/v1/deployments")
                .header("content-type", "application/json")
                .body("{"),
        )
        .await;
    broken.refused(400, "Malformed JSON in request body");
    let large = "x".repeat(513 * 1024);
    let large = client
        .send(
            post("/v1/deployments")
                .header("content-type", "application/json")
                .body(large),
        )
        .await;
    large.refused(413, "");
    let invalid = client
        .post("/v1/deployments", json!({ "data": { "deposit": 5 } }))
        .await;
    invalid.refused(400, "Validation error");
    assert_eq!(invalid.body["data"][0]["path"], json!(["data", "sdl"]));
    let sdl = WEB.replace("    image: nginx:1.25.3\n", "");
    let sdl = json!({ "data": { "sdl": sdl, "deposit": 5 } });
    let text = "Invalid SDL: Missing required field: \"image\" at \"/services/web\".";
    client.post("/v1/deployments", sdl).await.refused(400, text);
    let answer = client.get("/v1/nowhere").await;
    assert_eq!((answer.status, answer.body), (404, json!("404 Not Found")));
}

#[tokio::test]
async fn deployment_numbers_are_validated() {
    let client = Client::new().await;
    let answer = client.get("/v1/deployments/abc").await;
    let issue = json!({ "code": "invalid_type", "expected": "bigint", "received": "string", "path": ["dseq"], "message": "Expected bigint, received string" });
    assert_eq!(answer.body["data"][0], issue);
    client
        .get("/v1/deployments/1787385600123")
        .await
        .refused(404, "Deployment not found");
    client
        .delete("/v1/deployments/1787385600123")
        .await
        .refused(404, "Deployment not found");
    assert_eq!(
        client.get("/v1/bids?dseq=1787385600123").await.data(),
        json!([])
    );
    assert_eq!(
        client.get("/v1/bids").await.body["data"][0]["message"],
        "Required"
    );
}

#[tokio::test]
async fn money_is_asked_for_before_anything_is_made() {
    let client = Client::new().await;
    let create = |deposit: serde_json::Value| {
        client.post(
            "/v1/deployments",
            json!({ "data": { "sdl": WEB, "deposit": deposit } }),
        )
    };
    client.change(Change::Credit {
        usd: Decimal::from(1),
    });
    let text = "Not enough balance to cover the deployment deposit. Add credits or turn on auto recharge to continue.";
    let refused = create(json!(5)).await;
    refused.refused(402, text);
    assert_eq!(refused.body["code"], "unknown_error");
    create(json!(0.1))
        .await
        .refused(400, "Failed to create deployment: Deposit too low");
    client
        .post("/v1/deployments", json!({ "data": { "sdl": WEB } }))
        .await
        .refused(400, "deposit is required");
    assert_eq!(
        client.get("/v1/deployments").await.data()["deployments"],
        json!([])
    );
    client.change(Change::WalletProvisioning { times: 1 });
    let provisioning = create(json!(0.5)).await;
    provisioning.refused(
        409,
        "Wallet is still being provisioned, please retry shortly",
    );
    assert_eq!(provisioning.body["code"], "wallet_provisioning");
    // Where the platform funds deployments, the client's deposit has no effect.
    client.change(Change::PlatformFunds { on: true });
    let dseq = create(json!(300)).await.data()["dseq"]
        .as_str()
        .unwrap()
        .to_owned();
    let funds = client.detail(&dseq).await["escrow_account"]["state"]["funds"][0]["amount"].clone();
    assert_eq!(funds, "500000.000000000000000000");
}

#[tokio::test]
async fn leases_are_refused_in_the_consoles_words() {
    let client = Client::new().await;
    let (dseq, manifest) = client.create(WEB).await;
    client.wait(60);
    let lease = |provider: &str, gseq: u32| json!({ "manifest": manifest, "leases": [{ "dseq": dseq, "gseq": gseq, "oseq": 1, "provider": provider }] });
    let stranger = "akash1365yvmc4s7awdyj3n2sav7xfx76adc6dnmlx63";
    client
        .post("/v1/leases", lease(stranger, 1))
        .await
        .refused(404, &format!("Provider {stranger} not found"));
    assert_eq!(
        client.post("/v1/leases", lease("nobody", 1)).await.status,
        400
    );
    let providers = client.get("/v1/providers").await.body;
    let owner = |audited: bool| {
        let found = providers
            .as_array()
            .unwrap()
            .iter()
            .find(|provider| provider["isAudited"] == audited);
        found.unwrap()["owner"].as_str().unwrap().to_owned()
    };
    client
        .post("/v1/leases", lease(&owner(false), 1))
        .await
        .refused(403, "Provider not authorized.");
    let missing = client.post("/v1/leases", lease(&owner(true), 7)).await;
    assert_eq!(missing.status, 500);
    assert!(
        missing.body["message"]
            .as_str()
            .unwrap()
            .contains("bid not found"),
        "{missing:?}"
    );
    assert_eq!(
        client
            .post("/v1/leases", json!({ "manifest": manifest, "leases": [] }))
            .await
            .status,
        500
    );
}
