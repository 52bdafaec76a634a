//! What each answer of the Console means, and what became of the action.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use akash_console::{Client, Dseq, Error, Kind, LeaseTarget, Outcome};
use common::{Reply, Stub};
use serde_json::{Value, json};

const DSEQ: Dseq = Dseq::new(1_787_385_600_123);

#[derive(Clone, Copy, Debug)]
enum Op {
    Read,
    Create,
    Lease,
    Update,
    Close,
    Deposit,
}

use Op::{Close, Create, Deposit, Lease, Read, Update};

async fn ask(client: &Client, op: Op) -> Error {
    let half = "0.5".parse().unwrap();
    let target = LeaseTarget {
        dseq: DSEQ,
        gseq: 1,
        oseq: 1,
        provider: "akash1x".into(),
    };
    match op {
        Read => client.deployment(DSEQ).await.unwrap_err(),
        Create => client.create("x", half).await.unwrap_err(),
        Lease => client.lease("[]", &[target]).await.unwrap_err(),
        Update => client.update(DSEQ, "x").await.unwrap_err(),
        Close => client.close(DSEQ).await.unwrap_err(),
        Deposit => client.deposit(DSEQ, half).await.unwrap_err(),
    }
}

fn body(error: &str, message: &str, code: &str) -> Value {
    json!({ "error": error, "message": message, "code": code, "type": "client_error" })
}

/// Answers as the Console words them, with what they mean and what became of the action.
#[tokio::test]
async fn the_consoles_own_words() {
    let bad_key = body("UnauthorizedError", "Invalid API key", "unauthorized");
    let broke = body(
        "PaymentRequiredError",
        "Not enough balance to cover the deployment deposit. Add credits or turn on auto recharge to continue.",
        "unknown_error",
    );
    let lease = |message: &str| body("BadRequestError", message, "bad_request");
    let no = Outcome::No;
    let table: Vec<(Op, u16, Value, Kind, Outcome)> = vec![
        (Read, 401, bad_key.clone(), Kind::BadKey, no),
        (Create, 401, bad_key, Kind::BadKey, no),
        (
            Create,
            401,
            json!({ "statusCode": 401, "message": "Unauthorized" }),
            Kind::BadKey,
            no,
        ),
        (
            Create,
            403,
            json!({ "error": "ForbiddenError", "message": "Forbidden", "code": "forbidden", "type": "authorization_error" }),
            Kind::Forbidden,
            no,
        ),
        (Create, 402, broke.clone(), Kind::NeedsCredit, no),
        (Deposit, 402, broke, Kind::NeedsCredit, no),
        (
            Create,
            402,
            body(
                "PaymentRequiredError",
                "Not enough funds to cover the transaction fee",
                "unknown_error",
            ),
            Kind::NeedsCredit,
            no,
        ),
        (
            Create,
            500,
            body(
                "InternalServerError",
                "Failed to create deployment: Insufficient balance",
                "unknown_error",
            ),
            Kind::NeedsCredit,
            no,
        ),
        (
            Create,
            400,
            lease("Insufficient funds"),
            Kind::NeedsCredit,
            no,
        ),
        (
            Create,
            402,
            body(
                "PaymentRequiredError",
                "Trial limit reached. Add funds to your account to deploy more.",
                "unknown_error",
            ),
            Kind::TrialLimit,
            no,
        ),
        (
            Create,
            400,
            lease("Console trial expired"),
            Kind::TrialLimit,
            no,
        ),
        (
            Create,
            400,
            lease(
                "Invalid SDL: Nvidia H100 not available on free trial: Add funds to unlock GPU access",
            ),
            Kind::TrialLimit,
            no,
        ),
        (
            Create,
            400,
            lease("Invalid SDL: Missing required field: \"image\" at \"/services/web\"."),
            Kind::InvalidSdl,
            no,
        ),
        (Update, 400, lease("Invalid SDL"), Kind::InvalidSdl, no),
        (
            Create,
            400,
            json!({ "error": "BadRequestError", "message": "Validation error", "code": "validation_error", "type": "validation_error", "data": [{ "code": "invalid_type", "path": ["dseq"], "message": "Expected bigint, received string" }] }),
            Kind::InvalidRequest,
            no,
        ),
        (
            Create,
            400,
            json!({ "error": "Unsupported Content-Type" }),
            Kind::InvalidRequest,
            no,
        ),
        (
            Create,
            400,
            lease("Failed to create deployment: Deposit too low"),
            Kind::Rejected,
            no,
        ),
        (
            Create,
            413,
            json!({ "error": "Error", "message": "", "code": "unknown_error" }),
            Kind::TooLarge,
            no,
        ),
        (
            Create,
            429,
            json!({}),
            Kind::RateLimited { retry_after: None },
            no,
        ),
        (
            Create,
            503,
            body(
                "ServiceUnavailableError",
                "Service temporarily unavailable",
                "service_unavailable",
            ),
            Kind::ServerDown,
            no,
        ),
        (
            Create,
            503,
            body(
                "ServiceUnavailableError",
                "connect ECONNREFUSED",
                "service_unavailable",
            ),
            Kind::ServerDown,
            Outcome::Unknown,
        ),
        (
            Create,
            500,
            body(
                "InternalServerError",
                "Internal server error",
                "internal_server_error",
            ),
            Kind::ServerDown,
            Outcome::Unknown,
        ),
        (
            Create,
            500,
            body(
                "InternalServerError",
                "Sign and broadcast succeeded but the transaction could not be found on-chain",
                "unknown_error",
            ),
            Kind::ServerDown,
            Outcome::Unknown,
        ),
        (
            Deposit,
            504,
            body("Error", "timeout", "unknown_error"),
            Kind::ServerDown,
            Outcome::Unknown,
        ),
        (
            Deposit,
            400,
            lease("Deployment closed"),
            Kind::DeploymentClosed,
            no,
        ),
        (
            Close,
            400,
            lease("Deployment closed"),
            Kind::DeploymentClosed,
            no,
        ),
        (
            Close,
            400,
            lease("Deployment escrow cannot be settled yet"),
            Kind::Rejected,
            no,
        ),
        (
            Read,
            404,
            body("NotFoundError", "Deployment not found", "not_found"),
            Kind::NotFound,
            no,
        ),
        (
            Lease,
            400,
            lease(
                "Failed to create lease: Cannot create lease: The selected bid is no longer open. Please refresh and select an available bid.",
            ),
            Kind::BidGone,
            no,
        ),
        (
            Lease,
            500,
            body(
                "InternalServerError",
                "query failed: invalid bid: bid not found: akash1...",
                "unknown_error",
            ),
            Kind::BidGone,
            no,
        ),
        (
            Lease,
            400,
            lease(
                "Failed to create lease: Cannot create lease: The associated order has already been matched or closed. Re-create the deployment to generate a new order and try again.",
            ),
            Kind::OrderGone,
            no,
        ),
        (
            Lease,
            403,
            body("ForbiddenError", "Provider not authorized.", "forbidden"),
            Kind::Forbidden,
            no,
        ),
        (
            Lease,
            404,
            body("NotFoundError", "Provider akash1x not found", "not_found"),
            Kind::NotFound,
            no,
        ),
        // From here on the lease stands and costs money.
        (
            Lease,
            404,
            body("NotFoundError", "no lease for deployment", "not_found"),
            Kind::NoLeaseYet,
            Outcome::Yes,
        ),
        (
            Lease,
            400,
            lease("JWT has invalid claims"),
            Kind::NoLeaseYet,
            Outcome::Yes,
        ),
        (
            Lease,
            400,
            lease("Invalid provider jwt credentials"),
            Kind::NoLeaseYet,
            Outcome::Yes,
        ),
        (
            Lease,
            503,
            body(
                "ServiceUnavailableError",
                "Provider https://p.example.com:8443 is temporarily unavailable",
                "service_unavailable",
            ),
            Kind::ProviderUnreachable,
            Outcome::Yes,
        ),
        (
            Lease,
            503,
            body(
                "ServiceUnavailableError",
                "Provider service is temporarily unavailable",
                "service_unavailable",
            ),
            Kind::ProviderUnreachable,
            Outcome::Yes,
        ),
        (
            Lease,
            495,
            body(
                "BadRequestError",
                "Invalid certificate error: expired",
                "unknown_error",
            ),
            Kind::ProviderUnreachable,
            Outcome::Yes,
        ),
        (
            Lease,
            400,
            lease(
                "Could not establish tls connection since server responded with non-tls response",
            ),
            Kind::ProviderUnreachable,
            Outcome::Yes,
        ),
        (
            Lease,
            422,
            body(
                "UnprocessableEntityError",
                "manifest cross-validation error",
                "unknown_error",
            ),
            Kind::ProviderRefused,
            Outcome::Yes,
        ),
        (
            Update,
            422,
            body(
                "UnprocessableEntityError",
                "manifest cross-validation error",
                "unknown_error",
            ),
            Kind::ProviderRefused,
            Outcome::Yes,
        ),
        (
            Lease,
            400,
            lease("something a provider said"),
            Kind::Rejected,
            Outcome::Unknown,
        ),
        (
            Lease,
            500,
            body(
                "InternalServerError",
                "Internal server error",
                "internal_server_error",
            ),
            Kind::ServerDown,
            Outcome::Unknown,
        ),
    ];
    for (op, status, body, kind, outcome) in table {
        let stub = Stub::always(Reply::json(status, &body)).await;
        let error = ask(&stub.client().without_retries(), op).await;
        let case = format!("{op:?} {status} {body}");
        assert_eq!((error.kind(), error.outcome()), (kind, outcome), "{case}");
        assert_eq!(error.status(), Some(status), "{case}");
        let twice_is_twice = matches!(op, Create | Deposit);
        assert_eq!(
            error.retry_safe(),
            !twice_is_twice || outcome == Outcome::No,
            "{case}"
        );
    }
}

/// Codes of since September 2026 say what happened, whatever status they come with.
#[tokio::test]
async fn a_code_counts_before_the_status() {
    let coded = |code: &str| body("Error", "something a provider said", code);
    let pending = Kind::TopUpPending { retry_after: None };
    let (no, yes) = (Outcome::No, Outcome::Yes);
    let undelivered = "manifest_not_delivered";
    let table = [
        (Lease, 404, undelivered, Kind::NoLeaseYet, yes),
        (Lease, 422, undelivered, Kind::ProviderRefused, yes),
        (Lease, 400, undelivered, Kind::ProviderUnreachable, yes),
        (Lease, 500, undelivered, Kind::ProviderUnreachable, yes),
        (
            Lease,
            502,
            "provider_unreachable",
            Kind::ProviderUnreachable,
            no,
        ),
        (Create, 402, "insufficient_balance", Kind::NeedsCredit, no),
        (Deposit, 500, "insufficient_balance", Kind::NeedsCredit, no),
        (Create, 402, "balance_top_up_pending", pending, no),
        (
            Create,
            403,
            "fair_use_policy_required",
            Kind::FairUsePolicy,
            no,
        ),
        // One that is not known falls back to the status.
        (Create, 403, "something_new", Kind::Forbidden, no),
        (
            Create,
            500,
            "something_new",
            Kind::ServerDown,
            Outcome::Unknown,
        ),
    ];
    for (op, status, code, kind, outcome) in table {
        let stub = Stub::always(Reply::json(status, &coded(code))).await;
        let error = ask(&stub.client().without_retries(), op).await;
        assert_eq!(
            (error.kind(), error.outcome()),
            (kind, outcome),
            "{op:?} {status} {code}"
        );
        assert_eq!(error.code(), Some(code));
    }
    let nothing = json!({ "message": "No manifest to send for deployment 1" });
    let stub = Stub::always(Reply::json(422, &nothing)).await;
    let error = ask(&stub.client().without_retries(), Lease).await;
    assert_eq!((error.kind(), error.outcome()), (Kind::InvalidRequest, no));
}

#[tokio::test]
async fn what_is_missing_is_said_in_dollars() {
    for (required, available, missing) in [
        (json!(10.5), json!(3), Some("7.5")),
        (json!("10.50"), json!("3.00"), Some("7.5")),
        (json!(1), json!(3), None),
        (json!(null), json!(3), None),
    ] {
        let mut body = body("PaymentRequiredError", "x", "insufficient_balance");
        body["data"] = json!({ "requiredAmountUsd": required, "availableAmountUsd": available });
        let stub = Stub::always(Reply::json(402, &body)).await;
        let error = ask(&stub.client(), Create).await;
        assert_eq!(error.missing(), missing.map(|usd| usd.parse().unwrap()));
    }
}

#[tokio::test]
async fn a_card_that_is_being_charged_is_waited_for() {
    let body = body(
        "PaymentRequiredError",
        "Top-up pending",
        "balance_top_up_pending",
    );
    let pending = Reply::json(402, &body).with("retry-after", "1");
    let made = json!({ "data": { "dseq": "1", "manifest": "[]", "signTx": { "code": 0, "transactionHash": "A", "rawLog": "" } } });
    let stub = Stub::start(move |_, count| match count {
        0 | 1 => pending.clone(),
        _ => Reply::json(201, &made),
    })
    .await;
    let half = "0.5".parse().unwrap();
    assert_eq!(
        stub.client().create("x", half).await.unwrap().dseq,
        Dseq::new(1)
    );
    assert_eq!(stub.requests().len(), 3);
}

#[tokio::test]
async fn the_edges_json_is_not_the_consoles() {
    for status in [403, 404, 502, 524] {
        let body = json!({
            "type": "https://developers.cloudflare.com/support/troubleshooting/http-status-codes/",
            "title": format!("Error {status}: something"), "status": status, "detail": "The origin did not answer.",
        });
        let stub = Stub::always(Reply::json(status, &body)).await;
        let error = ask(&stub.client().without_retries(), Create).await;
        assert_eq!(error.kind(), Kind::CdnPage, "{status}");
    }
}

/// Before October 2025 a lease needed a certificate; since March 2026 there are none.
#[tokio::test]
async fn a_certificate_is_made_where_one_is_asked_for() {
    let wanted = json!({ "error": "BadRequestError", "message": "Validation error", "data": [{ "code": "invalid_type", "path": ["certificate"], "message": "Required" }] });
    let made = json!({ "data": { "certPem": "CERT", "pubkeyPem": "PUB", "encryptedKey": "KEY" } });
    let stub = Stub::start(move |request, _| match request.target.as_str() {
        "/v1/certificates" => Reply::json(200, &made),
        _ if request.body.pointer("/certificate/keyPem").is_none() => Reply::json(400, &wanted),
        _ => Reply::json(
            404,
            &body("NotFoundError", "Deployment not found", "not_found"),
        ),
    })
    .await;
    let client = stub.client();
    assert_eq!(ask(&client, Lease).await.kind(), Kind::NotFound);
    assert_eq!(ask(&client, Lease).await.kind(), Kind::NotFound);
    let made: Vec<_> = stub.requests().into_iter().map(|r| r.target).collect();
    assert_eq!(
        made,
        ["/v1/leases", "/v1/certificates", "/v1/leases", "/v1/leases"],
        "made once, and kept"
    );
    assert_eq!(
        stub.requests()[2].body["certificate"],
        json!({ "certPem": "CERT", "keyPem": "KEY" })
    );

    let removed = json!({ "error": "This endpoint has been removed. mTLS certificates are no longer required as identity is now verified via API key." });
    let stub = Stub::always(Reply::json(400, &removed)).await;
    assert!(
        stub.client().create_certificate().await.unwrap().is_none(),
        "not needed is no failure"
    );
}

#[tokio::test]
async fn answers_that_are_not_json() {
    for (status, kind, text, meaning) in [
        (404, "text/plain", "404 Not Found", Kind::Unsupported),
        (404, "text/plain", "Provider not found.", Kind::NotFound),
        (404, "text/plain", "404 page not found", Kind::CdnPage),
        (404, "text/html", "<html>not here</html>", Kind::CdnPage),
        (
            405,
            "application/json",
            "{\"error\":\"MethodNotAllowed\"}",
            Kind::Unsupported,
        ),
        (403, "text/plain", "error code: 1020", Kind::CdnPage),
        (502, "text/plain", "error code: 502", Kind::CdnPage),
        (401, "text/html", "<html>login</html>", Kind::CdnPage),
    ] {
        let stub = Stub::always(Reply::text(status, kind, text)).await;
        let error = ask(&stub.client().without_retries(), Read).await;
        assert_eq!(error.kind(), meaning, "{status} {text}");
    }
}

#[tokio::test]
async fn details_carry_the_servers_words_and_no_more() {
    let long = "x".repeat(100_000);
    let reply =
        Reply::json(400, &body("BadRequestError", &long, "bad_request")).with("cf-ray", "8f1-FRA");
    let stub = Stub::always(reply).await;
    let error = ask(&stub.client(), Create).await;
    assert_eq!(error.server_message().unwrap().len(), 2000);
    assert_eq!(error.request_id(), Some("8f1-FRA"));
    assert_eq!(error.code(), Some("bad_request"));
    assert_eq!(
        error.to_string(),
        "POST /v1/deployments: the server refused (400)"
    );
    let nested = json!({ "message": "Validation error", "code": "validation_error", "data": [{ "message": "Required", "path": ["a"] }] });
    let stub = Stub::always(Reply::json(400, &nested)).await;
    assert_eq!(
        ask(&stub.client(), Create).await.server_message(),
        Some("Validation error: a: Required")
    );
}
