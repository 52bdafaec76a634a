//! The life of a deployment, from the file to the returned credit.

use akash_simulator::Change;
use serde_json::{Value, json};

use crate::client::{Client, TWO_GROUPS, WEB};

#[tokio::test]
async fn a_deployment_lives_and_its_money_adds_up() {
    let client = Client::new().await;
    assert_eq!(client.credit().await, 50_000_000);
    let (dseq, manifest) = client.create(WEB).await;
    let golden = r#"[{"name":"akash","services":[{"args":null,"command":null,"count":1,"credentials":null,"env":null,"expose":[{"endpointSequenceNumber":0,"externalPort":0,"global":true,"hosts":null,"httpOptions":{"maxBodySize":1048576,"nextCases":["error","timeout"],"nextTimeout":0,"nextTries":3,"readTimeout":60000,"sendTimeout":60000},"ip":"","port":80,"proto":"TCP","service":""}],"image":"nginx:1.25.3","name":"web","resources":{"cpu":{"units":{"val":"500"}},"endpoints":[{"sequence_number":0}],"gpu":{"units":{"val":"0"}},"id":1,"memory":{"size":{"val":"536870912"}},"storage":[{"name":"default","size":{"val":"536870912"}}]}}]}]"#;
    assert_eq!(manifest, golden);
    assert_eq!(client.credit().await, 45_000_000);

    let fresh = client.detail(&dseq).await;
    assert_eq!(fresh["deployment"]["state"], "active");
    assert_eq!(
        fresh["deployment"]["hash"],
        "b4zglCzSL9/VVZRp/RFfcVm5N9ljFqiYxMgUh38ZSn4="
    );
    assert_eq!(fresh["leases"], json!([]));
    assert_eq!(
        fresh["escrow_account"]["state"]["funds"][0]["amount"],
        "5000000.000000000000000000"
    );
    assert_eq!(
        fresh["escrow_account"]["state"]["deposits"][0]["source"],
        "grant"
    );

    client.wait(55);
    let chosen = client.choose(&dseq, &manifest).await;
    let leased = client.post("/v1/leases", chosen.clone()).await.data();
    let lease = leased["leases"][0].clone();
    assert_eq!(lease["state"], "active");
    assert_eq!(lease["status"], Value::Null);
    assert_eq!(
        (&lease["closed_on"], &lease["reason"]),
        (&json!("0"), &json!("lease_closed_invalid"))
    );
    let states: Vec<Value> = client
        .get(&format!("/v1/bids/{dseq}"))
        .await
        .data()
        .as_array()
        .unwrap()
        .iter()
        .map(|bid| bid["bid"]["state"].clone())
        .collect();
    assert_eq!(states.iter().filter(|state| **state == "active").count(), 1);
    assert!(
        states
            .iter()
            .all(|state| *state == "active" || *state == "lost"),
        "{states:?}"
    );

    // Leasing again only sends the manifest again.
    assert_eq!(
        client.post("/v1/leases", chosen).await.data()["leases"]
            .as_array()
            .unwrap()
            .len(),
        1
    );

    client.wait(60);
    let up = client.detail(&dseq).await;
    let web = &up["leases"][0]["status"]["services"]["web"];
    assert_eq!((&web["available"], &web["total"]), (&json!(1), &json!(1)));
    let uri = web["uris"][0].as_str().unwrap();
    let page = client
        .send(crate::client::http().get(format!("http://{uri}")))
        .await;
    assert_eq!(page.status, 200);
    assert!(
        page.body.as_str().unwrap().contains("nginx:1.25.3"),
        "{page:?}"
    );

    let more = client
        .post(
            "/v1/deposit-deployment",
            json!({ "data": { "dseq": dseq, "deposit": 0.5 } }),
        )
        .await
        .data();
    assert_eq!(
        more["escrow_account"]["state"]["deposits"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert_eq!(client.credit().await, 44_500_000);

    assert_eq!(
        client
            .delete(&format!("/v1/deployments/{dseq}"))
            .await
            .data(),
        json!({ "success": true })
    );
    let closed = client.detail(&dseq).await;
    assert_eq!(closed["deployment"]["state"], "closed");
    assert_eq!(closed["leases"][0]["reason"], "lease_closed_owner");
    let escrow = &closed["escrow_account"]["state"];
    assert_eq!(
        (&escrow["state"], &escrow["deposits"]),
        (&json!("closed"), &json!([]))
    );
    let spent: f64 = escrow["transferred"][0]["amount"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    let blocks: f64 = closed["leases"][0]["closed_on"]
        .as_str()
        .unwrap()
        .parse::<f64>()
        .unwrap()
        - closed["leases"][0]["created_at"]
            .as_str()
            .unwrap()
            .parse::<f64>()
            .unwrap();
    let rate: f64 = closed["leases"][0]["price"]["amount"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    assert_eq!(spent, (rate * blocks).trunc());
    assert_eq!(client.credit().await, 50_000_000 - spent as i64);

    // Closing twice succeeds, and the list no longer has it.
    assert_eq!(
        client
            .delete(&format!("/v1/deployments/{dseq}"))
            .await
            .status,
        200
    );
    assert_eq!(
        client.get("/v1/deployments").await.data()["deployments"],
        json!([])
    );
    assert_eq!(
        client
            .get(&format!("/at/{}", uri.split("/at/").nth(1).unwrap()))
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn bids_come_one_by_one_and_lapse() {
    let client = Client::new().await;
    let (dseq, manifest) = client.create(WEB).await;
    assert!(client.bids(&dseq).await.is_empty());
    let mut seen = 0;
    for _ in 0..6 {
        client.wait(10);
        let now = client.bids(&dseq).await.len();
        assert!(now >= seen);
        seen = now;
    }
    assert_eq!(seen, 20);
    let chosen = client.choose(&dseq, &manifest).await;
    client.wait(320);
    assert!(client.bids(&dseq).await.is_empty());
    client.post("/v1/leases", chosen).await.refused(
        400,
        "Failed to create lease: Cannot create lease: The selected bid is no longer open. Please refresh and select an available bid.",
    );
    assert_eq!(client.detail(&dseq).await["deployment"]["state"], "active");
}

#[tokio::test]
async fn bids_are_below_the_ceiling_and_of_audited_providers() {
    let client = Client::new().await;
    let (dseq, _) = client.create(TWO_GROUPS).await;
    client.wait(60);
    let bids = client.bids(&dseq).await;
    for gseq in [1, 2] {
        assert!(bids.iter().any(|bid| bid["bid"]["id"]["gseq"] == gseq));
    }
    let providers = client.get("/v1/providers").await.body;
    for bid in bids {
        let price: f64 = bid["bid"]["price"]["amount"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        let ceiling = if bid["bid"]["id"]["gseq"] == 1 {
            200.0
        } else {
            100.0
        };
        assert!(price > 0.0 && price <= ceiling);
        let provider = providers
            .as_array()
            .unwrap()
            .iter()
            .find(|provider| provider["owner"] == bid["bid"]["id"]["provider"])
            .unwrap();
        assert_eq!(provider["isAudited"], true);
    }
}

#[tokio::test]
async fn two_groups_are_leased_in_one_call() {
    let client = Client::new().await;
    let dseq = client.launch(TWO_GROUPS).await;
    client.wait(60);
    let detail = client.detail(&dseq).await;
    assert_eq!(detail["leases"].as_array().unwrap().len(), 2);
    assert_eq!(
        detail["leases"][0]["status"]["services"]["web"]["available"],
        2
    );
    assert_eq!(
        detail["leases"][1]["status"]["services"]["web"]["available"],
        1
    );
}

#[tokio::test]
async fn an_update_changes_the_hash_and_rolls_over() {
    let client = Client::new().await;
    let dseq = client.launch(WEB).await;
    client.wait(60);
    let before = client.detail(&dseq).await;
    let same = client
        .call(
            "PUT",
            &format!("/v1/deployments/{dseq}"),
            json!({ "data": { "sdl": WEB } }),
        )
        .await
        .data();
    assert_eq!(same["deployment"]["hash"], before["deployment"]["hash"]);
    let sdl = WEB.replace(
        "image: nginx:1.25.3",
        "image: nginx:1.25.3\n    env:\n      - ALOFT_JOURNEY=1",
    );
    let after = client
        .call(
            "PUT",
            &format!("/v1/deployments/{dseq}"),
            json!({ "data": { "sdl": sdl } }),
        )
        .await
        .data();
    assert_ne!(after["deployment"]["hash"], before["deployment"]["hash"]);
    assert_eq!(
        after["leases"][0]["status"]["services"]["web"]["observed_generation"],
        2
    );
    let bigger = WEB.replace("units: 0.5", "units: 2");
    let refused = client
        .call(
            "PUT",
            &format!("/v1/deployments/{dseq}"),
            json!({ "data": { "sdl": bigger } }),
        )
        .await;
    assert_eq!(refused.status, 422, "{refused:?}");
}

#[tokio::test]
async fn money_that_runs_out_ends_everything() {
    let client = Client::new().await;
    let dseq = client.launch(WEB).await;
    client.change(Change::EscrowRunsOut {
        dseq: dseq.parse().unwrap(),
    });
    assert_eq!(client.detail(&dseq).await["deployment"]["state"], "active");
    client.wait(30);
    let detail = client.detail(&dseq).await;
    assert_eq!(detail["deployment"]["state"], "closed");
    assert_eq!(detail["escrow_account"]["state"]["state"], "overdrawn");
    assert!(
        detail["escrow_account"]["state"]["funds"][0]["amount"]
            .as_str()
            .unwrap()
            .starts_with('-')
    );
    assert_eq!(detail["leases"][0]["state"], "insufficient_funds");
    assert_eq!(
        detail["leases"][0]["reason"],
        "lease_closed_reason_insufficient_funds"
    );
}

#[tokio::test]
async fn automatic_funding_makes_it_last() {
    let client = Client::new().await;
    // Half a dollar for a deployment that costs far more in a day.
    let sdl = WEB
        .replace("units: 0.5", "units: 16")
        .replace(
            "size: 512Mi\n        storage",
            "size: 64Gi\n        storage",
        )
        .replace("amount: 1000", "amount: 100000");
    let made = client
        .post(
            "/v1/deployments",
            json!({ "data": { "sdl": sdl, "deposit": 0.5 } }),
        )
        .await
        .data();
    let (dseq, manifest) = (
        made["dseq"].as_str().unwrap().to_owned(),
        made["manifest"].as_str().unwrap().to_owned(),
    );
    client.wait(60);
    let chosen = client.choose(&dseq, &manifest).await;
    client.post("/v1/leases", chosen).await.data();
    let funds = |detail: Value| -> f64 {
        detail["escrow_account"]["state"]["funds"][0]["amount"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap()
    };
    assert!(funds(client.detail(&dseq).await) > 5_000_000.0);
    // The first read creates the setting, switched on.
    let setting = client
        .get(&format!("/v2/deployment-settings/{dseq}"))
        .await
        .data();
    assert_eq!(setting["autoTopUpEnabled"], true);
    assert!(setting["estimatedTopUpAmount"].as_i64().unwrap() > 0);
    client.wait(3 * 86_400);
    assert_eq!(client.detail(&dseq).await["deployment"]["state"], "active");
    let off = json!({ "data": { "autoTopUpEnabled": false } });
    assert_eq!(
        client
            .call("PATCH", &format!("/v2/deployment-settings/{dseq}"), off)
            .await
            .data()["autoTopUpEnabled"],
        false
    );
    client.wait(4 * 86_400);
    assert_eq!(client.detail(&dseq).await["deployment"]["state"], "closed");
}

#[tokio::test]
async fn the_cleaner_closes_what_has_no_lease() {
    let client = Client::new().await;
    let (dseq, _) = client.create(WEB).await;
    // Started at 09:00; the cleaner runs at 10:30.
    client.wait(89 * 60);
    assert_eq!(client.detail(&dseq).await["deployment"]["state"], "active");
    client.wait(2 * 60);
    assert_eq!(client.detail(&dseq).await["deployment"]["state"], "closed");
    assert_eq!(client.credit().await, 50_000_000);
}

#[tokio::test]
async fn a_trial_has_its_limits() {
    let client = Client::with(akash_simulator::Config {
        trial: true,
        ..crate::client::config()
    })
    .await;
    let gpu = WEB.replace(
        "        storage:\n          size: 512Mi\n",
        "        storage:\n          size: 512Mi\n        gpu:\n          units: 1\n          attributes:\n            vendor:\n              nvidia:\n                - model: h100\n",
    );
    let body = json!({ "data": { "sdl": gpu, "deposit": 5 } });
    client.post("/v1/deployments", body).await.refused(
        400,
        "Invalid SDL: Nvidia H100 not available on free trial: Add funds to unlock GPU access",
    );
    let (first, _) = client.create(WEB).await;
    let (second, _) = client.create(WEB).await;
    assert_eq!(client.detail(&first).await["deployment"]["state"], "closed");
    assert_eq!(
        client.detail(&second).await["deployment"]["state"],
        "active"
    );
    let leased = client.launch(WEB).await;
    client.wait(86_400);
    assert_eq!(
        client.detail(&leased).await["deployment"]["state"],
        "closed"
    );
}
