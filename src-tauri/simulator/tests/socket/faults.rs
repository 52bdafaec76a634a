//! Faults as a client sees them.

use std::time::Duration;

use akash_simulator::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::client::{Client, WEB, http};

async fn count(client: &Client) -> usize {
    client.get("/v1/deployments").await.data()["deployments"]
        .as_array()
        .unwrap()
        .len()
}

fn create(client: &Client) -> reqwest::RequestBuilder {
    client
        .request("POST", "/v1/deployments")
        .header("x-api-key", client.simulator.api_key())
        .timeout(Duration::from_millis(500))
        .json(&json!({ "data": { "sdl": WEB, "deposit": 1 } }))
}

#[tokio::test]
async fn it_closes_or_hangs_before_or_after_it_happened() {
    let client = Client::new().await;
    let control = client.simulator.control();
    for (kind, happened) in [
        (FaultKind::Close, false),
        (FaultKind::ApplyThenClose, true),
        (FaultKind::Hang, false),
        (FaultKind::ApplyThenHang, true),
    ] {
        let before = count(&client).await;
        let hangs = matches!(kind, FaultKind::Hang | FaultKind::ApplyThenHang);
        control
            .fault(Fault::once("POST /v1/deployments", kind.clone()))
            .unwrap();
        let error = create(&client).send().await.unwrap_err();
        assert_eq!(error.is_timeout(), hangs, "{kind:?}: {error:?}");
        assert_eq!(
            count(&client).await - before,
            usize::from(happened),
            "{kind:?}"
        );
    }
    let created = control
        .requests()
        .into_iter()
        .filter(|request| request.method == "POST")
        .count();
    assert_eq!(created, 4);
}

#[tokio::test]
async fn answers_are_broken_in_many_ways() {
    let client = Client::new().await;
    let control = client.simulator.control();
    let strike = async |kind: FaultKind| {
        control
            .fault(Fault::once("GET /v1/deployments", kind))
            .unwrap();
        client
            .request("GET", "/v1/deployments")
            .header("x-api-key", client.simulator.api_key())
            .send()
            .await
            .unwrap()
    };
    assert!(strike(FaultKind::Truncate).await.bytes().await.is_err());
    let half = strike(FaultKind::Malformed).await;
    assert_eq!(half.status(), 200);
    assert!(serde_json::from_str::<Value>(&half.text().await.unwrap()).is_err());
    let page = strike(FaultKind::CdnPage {
        status: 524,
        apply: false,
    })
    .await;
    assert_eq!(page.status(), 524);
    assert!(
        page.headers()["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/html")
    );
    let limited = strike(FaultKind::RateLimit {
        retry_after: Some("7".into()),
    })
    .await;
    assert_eq!(
        (
            limited.status().as_u16(),
            limited.headers()["retry-after"].to_str().unwrap()
        ),
        (429, "7")
    );
    let body = json!({ "error": "X", "message": "y" });
    let answer = strike(FaultKind::Answer {
        status: 418,
        body: body.clone(),
        content_type: None,
        apply: false,
    })
    .await;
    assert_eq!(
        (
            answer.status().as_u16(),
            answer.json::<Value>().await.unwrap()
        ),
        (418, body)
    );
    let text = strike(FaultKind::ContentType {
        value: "text/html".into(),
    })
    .await;
    assert_eq!(text.headers()["content-type"], "text/html");
    let slow = strike(FaultKind::SlowBody { ms: 1 }).await;
    assert_eq!(
        slow.json::<Value>().await.unwrap()["data"]["deployments"],
        json!([])
    );
    assert_eq!(client.get("/v1/deployments").await.status, 200);
}

#[tokio::test]
async fn an_act_can_happen_behind_an_error() {
    let client = Client::new().await;
    let fault = Fault::once(
        "POST /v1/deployments",
        FaultKind::CdnPage {
            status: 524,
            apply: true,
        },
    );
    client.simulator.control().fault(fault).unwrap();
    assert_eq!(create(&client).send().await.unwrap().status(), 524);
    assert_eq!(count(&client).await, 1);
}

#[tokio::test]
async fn the_controls_work_over_http_but_not_from_a_page() {
    let client = Client::new().await;
    let fault = json!({ "endpoint": "GET /v1/user/me", "times": 1, "fault": "answer", "status": 500, "body": "no" });
    assert_eq!(
        client.post("/_sim/faults", fault.clone()).await.body,
        json!({ "number": 1 })
    );
    assert_eq!(
        client.get("/_sim/faults").await.body[0]["fault"]["endpoint"],
        "GET /v1/user/me"
    );
    assert_eq!(client.get("/v1/user/me").await.status, 500);
    assert_eq!(client.get("/v1/user/me").await.status, 200);
    assert_eq!(
        client
            .post("/_sim/change", json!({ "change": "credit", "usd": "3.5" }))
            .await
            .status,
        200
    );
    assert_eq!(
        client.get("/v1/balances").await.data()["balance"],
        3_500_000
    );
    let jumped = client
        .post(
            "/_sim/change",
            json!({ "change": "jump", "seconds": 86_400 }),
        )
        .await
        .body;
    assert!(jumped["now"].as_str().unwrap().starts_with("2026-08-22"));
    assert_eq!(
        client
            .post("/_sim/change", json!({ "change": "nonsense" }))
            .await
            .status,
        400
    );
    assert_eq!(
        client
            .post(
                "/_sim/faults",
                json!({ "endpoint": "nowhere", "fault": "hang" })
            )
            .await
            .status,
        400
    );
    assert_eq!(
        client
            .get("/_sim/requests")
            .await
            .body
            .as_array()
            .unwrap()
            .len(),
        3
    );
    let page = client
        .request("POST", "/_sim/faults")
        .header("origin", "https://example.com")
        .json(&fault);
    assert_eq!(client.send(page).await.status, 403);
}

#[tokio::test]
async fn stopping_ends_hanging_requests() {
    let client = Client::new().await;
    client
        .simulator
        .control()
        .fault(Fault::new("* /v1/**", FaultKind::Hang))
        .unwrap();
    let url = format!("{}/v1/blocks", client.simulator.url());
    let hanging = tokio::spawn(async move { http().get(url).send().await });
    while client.simulator.control().requests().is_empty() {
        tokio::task::yield_now().await;
    }
    client.simulator.stop().await;
    let ended = tokio::time::timeout(Duration::from_secs(5), hanging)
        .await
        .expect("still hanging")
        .unwrap();
    assert!(ended.is_err());
}
