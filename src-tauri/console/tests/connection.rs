//! What travels, where to, and what becomes of connections that go wrong.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::time::{Duration, Instant};

use akash_console::{Client, Dseq, Error, Kind, Options, Outcome, Usd};
use common::{KEY, Reply, Stub, client};
use serde_json::json;
use tokio::io::AsyncWriteExt;

const DSEQ: Dseq = Dseq::new(1_787_385_600_123);

fn half() -> Usd {
    "0.5".parse().unwrap()
}

fn options(url: &str, key: &str) -> Options {
    Options {
        base_url: url.parse().unwrap(),
        api_key: Some(key.to_owned().into()),
        user_agent: "tests".into(),
    }
}

fn told(error: &Error) -> (Kind, Outcome, bool) {
    (error.kind(), error.outcome(), error.retry_safe())
}

#[tokio::test]
async fn a_create_sends_what_the_api_takes() {
    let answer =
        json!({ "data": { "dseq": "1787385600123", "manifest": "[]", "signTx": { "code": 0 } } });
    let stub = Stub::always(Reply::json(201, &answer)).await;
    let created = stub
        .client()
        .create("version: \"2.0\"\n# äöü 🚀", half())
        .await
        .unwrap();
    assert_eq!(
        (created.dseq, created.manifest.as_deref()),
        (DSEQ, Some("[]"))
    );
    let requests = stub.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(
        (requests[0].method.as_str(), requests[0].target.as_str()),
        ("POST", "/v1/deployments")
    );
    assert_eq!(
        requests[0].body,
        json!({ "data": { "sdl": "version: \"2.0\"\n# äöü 🚀", "deposit": 0.5 } })
    );
    let headers = requests[0].headers.to_lowercase();
    for wanted in [
        &format!("x-api-key: {KEY}"),
        "content-type: application/json",
        "user-agent: akash-console-tests/1.0",
        "accept-encoding: ",
    ] {
        assert!(headers.contains(wanted), "{wanted} in {headers}");
    }
    assert!(
        !headers.contains("authorization"),
        "both together are refused"
    );
}

#[tokio::test]
async fn money_is_sent_as_the_number_it_is() {
    let stub = Stub::always(Reply::json(402, &json!({ "error": "E", "message": "no" }))).await;
    for (typed, sent) in [
        ("0.5", "0.5"),
        ("4.18", "4.18"),
        ("0.3", "0.3"),
        ("5", "5.0"),
        ("1234567.123456", "1234567.123456"),
        ("0.1234567", "0.123457"),
    ] {
        stub.client()
            .deposit(DSEQ, typed.parse().unwrap())
            .await
            .unwrap_err();
        let body = stub.requests().last().unwrap().body.clone();
        assert_eq!(body["data"]["deposit"].to_string(), sent);
        assert_eq!(body["data"]["dseq"], "1787385600123");
    }
}

#[tokio::test]
async fn a_base_with_a_path_keeps_it_and_arguments_are_escaped() {
    let stub = Stub::always(Reply::json(404, &json!({ "error": "NotFoundError" }))).await;
    let client = client(&format!("{}/console/", stub.url));
    let _ = client.provider("akash1/../x?y#z").await;
    let _ = client.wallets("a&b=c d").await;
    let targets: Vec<_> = stub.requests().into_iter().map(|r| r.target).collect();
    assert_eq!(
        targets,
        [
            "/console/v1/providers/akash1%2F..%2Fx%3Fy%23z",
            "/console/v1/wallets?userId=a%26b%3Dc+d"
        ]
    );
}

#[tokio::test]
async fn one_connection_serves_many_calls() {
    let stub = Stub::always(Reply::json(200, &json!({ "data": [] }))).await;
    let client = stub.client();
    for _ in 0..20 {
        client.bids(DSEQ).await.unwrap();
    }
    assert_eq!(*stub.connections.lock().unwrap(), 1);
}

#[tokio::test]
async fn a_redirect_does_not_carry_the_key_away() {
    let other = Stub::always(Reply::json(200, &json!({ "data": [] }))).await;
    for status in [301, 302, 303, 307, 308] {
        let to = other.url.clone();
        let stub =
            Stub::start(move |_, _| Reply::json(status, &json!({})).with("location", &to)).await;
        let error = stub.client().bids(DSEQ).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.status()),
            (Kind::Redirected, Some(status))
        );
        let error = stub.client().create("x", half()).await.unwrap_err();
        assert_eq!(told(&error), (Kind::Redirected, Outcome::No, true));
    }
    assert!(other.requests().is_empty());
}

#[test]
fn only_safe_addresses_and_keys_are_taken() {
    let kind = |url: &str, key: &str| Client::new(options(url, key)).err().map(|e| e.kind());
    for url in [
        "https://console-api.akash.network",
        "http://127.0.0.1:80",
        "http://[::1]:80",
        "http://localhost:1",
        "https://example.com/console/",
    ] {
        assert_eq!(kind(url, KEY), None, "{url}");
    }
    for url in [
        "http://console-api.akash.network",
        "http://127.0.0.1.example.com",
        "http://192.168.1.2",
        "ftp://localhost",
        "https://max:secret@example.com",
        "file:///etc/passwd",
        "http://localhost.example.com",
        "http://0.0.0.0",
    ] {
        assert_eq!(kind(url, KEY), Some(Kind::InvalidRequest), "{url}");
    }
    assert_eq!(
        kind("https://example.com", &format!(" {KEY}\n")),
        None,
        "pasted with its line"
    );
    assert_eq!(kind("https://example.com", "an\nother"), Some(Kind::BadKey));
    assert_eq!(
        kind("https://example.com", "köy"),
        None,
        "bytes that a header can carry are the server's to judge"
    );
}

#[tokio::test]
async fn nobody_there() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let client = client(&url);
    assert_eq!(
        told(&client.user().await.unwrap_err()),
        (Kind::ServerDown, Outcome::No, true)
    );
    let error = client.create("x", half()).await.unwrap_err();
    assert_eq!(told(&error), (Kind::ServerDown, Outcome::No, true));
    assert_eq!(error.status(), None);
}

#[tokio::test]
async fn a_name_without_an_address() {
    let client = Client::new(options("https://nowhere.invalid", KEY)).unwrap();
    let error = client.create("x", half()).await.unwrap_err();
    assert!(matches!(error.kind(), Kind::Dns | Kind::Proxy), "{error:?}");
    assert_eq!((error.outcome(), error.retry_safe()), (Outcome::No, true));
}

#[tokio::test]
async fn a_server_that_does_not_speak_tls() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            stream
                .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                .await
                .unwrap();
        }
    });
    let error = client(&url).create("x", half()).await.unwrap_err();
    assert_eq!(told(&error), (Kind::Tls, Outcome::No, true), "{error:?}");
}

#[tokio::test]
async fn closed_before_an_answer() {
    for reply in [
        Reply::Bytes(Vec::new()),
        Reply::Reset,
        Reply::Bytes(b"HTTP/1.1 201 Cre".to_vec()),
    ] {
        let stub = Stub::always(reply.clone()).await;
        let client = stub.client();
        let error = client.create("x", half()).await.unwrap_err();
        assert_eq!(
            told(&error),
            (Kind::ConnectionLost, Outcome::Unknown, false),
            "{reply:?}: {error:?}"
        );
        assert_eq!(stub.requests().len(), 1, "never sent twice");
        let error = client.user().await.unwrap_err();
        assert_eq!(
            told(&error),
            (Kind::ConnectionLost, Outcome::No, true),
            "{reply:?}"
        );
        assert_eq!(stub.requests().len(), 4, "a read is tried three times");
    }
}

#[tokio::test]
async fn cut_off_in_the_middle_of_a_success() {
    let bytes = b"HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: 400\r\n\r\n{\"data\":{\"ds";
    let stub = Stub::always(Reply::Bytes(bytes.to_vec())).await;
    let error = stub.client().create("x", half()).await.unwrap_err();
    assert_eq!(
        told(&error),
        (Kind::ConnectionLost, Outcome::Unknown, false)
    );
    assert_eq!(error.status(), Some(201));
}

#[tokio::test]
async fn silence_ends_at_the_time_limit() {
    let slow =
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 4000\r\n\r\n{"
            .to_vec();
    for reply in [
        Reply::Hang(Vec::new()),
        Reply::Hang(b"HTTP/1.1 2".to_vec()),
        Reply::Hang(slow),
    ] {
        let stub = Stub::always(reply.clone()).await;
        let client = stub.client().with_time_limit(Duration::from_millis(300));
        let started = Instant::now();
        let error = client.create("x", half()).await.unwrap_err();
        assert_eq!(
            told(&error),
            (Kind::TimedOut, Outcome::Unknown, false),
            "{reply:?}"
        );
        assert_eq!(
            told(&client.bids(DSEQ).await.unwrap_err()),
            (Kind::TimedOut, Outcome::No, true)
        );
        assert_eq!(
            told(&client.close(DSEQ).await.unwrap_err()),
            (Kind::TimedOut, Outcome::Unknown, true)
        );
        assert!(started.elapsed() < Duration::from_secs(5));
    }
}

#[tokio::test]
async fn an_endless_answer_is_cut() {
    let mut head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n".to_vec();
    head.resize(64 << 10, b' ');
    let stub = Stub::always(Reply::Flood(head)).await;
    let error = stub.client().without_retries().user().await.unwrap_err();
    assert_eq!(error.kind(), Kind::NotUnderstood);
    assert!(error.cause().unwrap().contains("larger than"), "{error}");
}

#[tokio::test]
async fn garbage_is_not_understood() {
    let stub = Stub::always(Reply::Bytes(vec![
        0x16, 3, 1, 0, 255, 254, 10, 13, 10, 13, 10,
    ]))
    .await;
    let error = stub.client().without_retries().user().await.unwrap_err();
    assert!(
        matches!(error.kind(), Kind::NotUnderstood | Kind::ConnectionLost),
        "{error:?}"
    );
    for (body, outcome) in [
        ("{\"data\":{\"dse", Outcome::Unknown),
        ("[]", Outcome::Unknown),
        ("null", Outcome::Unknown),
        ("", Outcome::Unknown),
        ("{\"data\":{}}", Outcome::Yes),
        ("{\"data\":{\"dseq\":\"x\"}}", Outcome::Yes),
        ("{\"error\":\"no\"}", Outcome::Unknown),
    ] {
        let stub = Stub::always(Reply::text(201, "application/json", body)).await;
        let error = stub.client().create("x", half()).await.unwrap_err();
        assert_eq!(
            told(&error),
            (Kind::NotUnderstood, outcome, false),
            "{body}"
        );
    }
}

#[tokio::test]
async fn json_under_a_wrong_name_is_still_json() {
    let stub = Stub::always(Reply::text(200, "text/html", "{\"data\":[]}")).await;
    assert!(stub.client().bids(DSEQ).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_page_from_in_between_is_not_an_answer() {
    let page = "<!DOCTYPE html><title>Attention Required!</title>";
    for (status, outcome) in [
        (200, Outcome::Unknown),
        (403, Outcome::No),
        (503, Outcome::Unknown),
        (524, Outcome::Unknown),
    ] {
        let stub = Stub::always(Reply::text(status, "text/html; charset=UTF-8", page)).await;
        let client = stub.client().without_retries();
        let error = client.create("x", half()).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome()),
            (Kind::CdnPage, outcome),
            "{status}"
        );
        assert_eq!(
            client.close(DSEQ).await.unwrap_err().kind(),
            Kind::CdnPage,
            "no success either"
        );
        assert_eq!(error.server_message(), None, "a page is nothing to show");
    }
}

#[tokio::test]
async fn reads_are_repeated_and_recover() {
    let stub = Stub::start(|_, n| match n {
        0 => Reply::json(503, &json!({ "error": "ServiceUnavailableError" })),
        1 => Reply::Bytes(Vec::new()),
        _ => Reply::json(200, &json!({ "data": [] })),
    })
    .await;
    assert!(stub.client().bids(DSEQ).await.unwrap().is_empty());
    assert_eq!(stub.requests().len(), 3);
}

#[tokio::test]
async fn refusals_are_not_repeated() {
    for status in [400, 401, 402, 403, 404, 422] {
        let stub = Stub::always(Reply::json(
            status,
            &json!({ "error": "E", "message": "no" }),
        ))
        .await;
        assert!(stub.client().bids(DSEQ).await.is_err());
        assert_eq!(stub.requests().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn spending_is_never_repeated() {
    let target = akash_console::LeaseTarget {
        dseq: DSEQ,
        gseq: 1,
        oseq: 1,
        provider: "akash1x".into(),
    };
    for status in [429, 500, 502, 503, 504, 520, 524] {
        let stub = Stub::always(Reply::json(
            status,
            &json!({ "error": "E", "message": "raw" }),
        ))
        .await;
        let client = stub.client();
        assert!(client.create("x", half()).await.is_err());
        assert!(client.deposit(DSEQ, half()).await.is_err());
        assert!(
            client
                .lease("[]", std::slice::from_ref(&target))
                .await
                .is_err()
        );
        assert!(client.create_api_key("k", None).await.is_err());
        assert_eq!(stub.requests().len(), 4, "{status}");
    }
}

#[tokio::test]
async fn a_close_that_may_have_happened_stays_so() {
    let stub = Stub::start(|_, n| match n {
        0 => Reply::Bytes(Vec::new()),
        _ => Reply::json(
            401,
            &json!({ "error": "UnauthorizedError", "message": "Invalid API key" }),
        ),
    })
    .await;
    let error = stub.client().close(DSEQ).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (Kind::BadKey, Outcome::Unknown)
    );
}

#[tokio::test]
async fn a_wallet_being_set_up_is_waited_for() {
    let busy = json!({ "error": "ConflictError", "message": "Wallet is still being provisioned, please retry shortly", "code": "wallet_provisioning", "type": "client_error" });
    let stub = Stub::start(move |_, n| match n {
        0 => Reply::json(409, &busy),
        _ => Reply::json(
            201,
            &json!({ "data": { "dseq": "1787385600123", "manifest": "[]" } }),
        ),
    })
    .await;
    assert_eq!(stub.client().create("x", half()).await.unwrap().dseq, DSEQ);
    assert_eq!(stub.requests().len(), 2);
}

#[tokio::test]
async fn retry_after_is_honoured_and_slows_everything() {
    let stub = Stub::start(|_, n| match n {
        0 => Reply::json(429, &json!({})).with("retry-after", "1"),
        _ => Reply::json(200, &json!({ "data": [] })),
    })
    .await;
    let client = stub.client();
    let started = Instant::now();
    let (first, second) = tokio::join!(client.bids(DSEQ), async {
        // Asked while the first is told to wait: held back as well.
        while stub.requests().is_empty() {
            tokio::task::yield_now().await;
        }
        client.clone().api_keys().await
    });
    assert!(first.is_ok() && second.is_ok());
    assert!(
        started.elapsed() >= Duration::from_millis(950),
        "{:?}",
        started.elapsed()
    );

    let stub = Stub::always(Reply::json(429, &json!({})).with("retry-after", "3600")).await;
    let client = stub.client();
    let error = client.bids(DSEQ).await.unwrap_err();
    assert_eq!(
        error.kind(),
        Kind::RateLimited {
            retry_after: Some(Duration::from_secs(3600))
        }
    );
    let error = client.bids(DSEQ).await.unwrap_err();
    assert!(matches!(
        error.kind(),
        Kind::RateLimited {
            retry_after: Some(_)
        }
    ));
    assert_eq!(stub.requests().len(), 1, "nothing is sent during the pause");
}

#[tokio::test]
async fn retry_after_may_be_a_date() {
    let reply = Reply::json(429, &json!({}))
        .with("date", "Fri, 21 Aug 2026 10:00:00 GMT")
        .with("retry-after", "Fri, 21 Aug 2026 10:01:30 GMT");
    let stub = Stub::always(reply).await;
    let error = stub.client().create("x", half()).await.unwrap_err();
    assert_eq!(
        told(&error),
        (
            Kind::RateLimited {
                retry_after: Some(Duration::from_secs(90))
            },
            Outcome::No,
            true
        )
    );
}

#[tokio::test]
async fn the_servers_clock_is_heard() {
    let reply = Reply::json(200, &json!({ "data": [] }))
        .with("date", "Fri, 21 Aug 2026 10:00:00 GMT")
        .with("age", "30");
    let stub = Stub::always(reply).await;
    let client = stub.client();
    assert!(client.server_time().is_none());
    client.bids(DSEQ).await.unwrap();
    assert_eq!(
        client.server_time().unwrap().at.to_string(),
        "2026-08-21T10:00:30Z"
    );
    assert!(client.server_time().unwrap().now() >= client.server_time().unwrap().at);
}

#[tokio::test]
async fn the_key_is_in_no_error() {
    let echo = format!("bad key {KEY}");
    let bodies = [
        json!({ "error": "E", "message": echo, "code": KEY }),
        json!(echo),
        json!({ "data": echo }),
    ];
    for status in [200, 400, 401, 500] {
        for body in &bodies {
            let stub = Stub::always(Reply::json(status, body).with("cf-ray", KEY)).await;
            let client = stub.client().without_retries();
            let error = client.create("x", half()).await.unwrap_err();
            let all = format!(
                "{error} {error:?} {:?} {:?} {:?} {:?}",
                error.server_message(),
                error.code(),
                error.cause(),
                error.request_id()
            );
            assert!(!all.contains(KEY), "{all}");
            assert!(!format!("{client:?}").contains(KEY));
        }
    }
}

#[tokio::test]
async fn a_dropped_call_is_given_up() {
    let stub = Stub::always(Reply::Hang(Vec::new())).await;
    let client = stub.client();
    let call = client.user();
    assert!(
        tokio::time::timeout(Duration::from_millis(100), call)
            .await
            .is_err()
    );
}
