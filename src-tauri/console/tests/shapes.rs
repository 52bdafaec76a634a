//! Every shape an answer has had, and what is made of it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use akash_console::{
    BidState, CloseReason, Denom, DeploymentState, Dseq, EscrowState, Kind, LeaseState,
};
use akash_market::{Decimal, Rates, parse_decimal};
use common::{Reply, Stub};
use proptest::prelude::*;
use serde_json::{Value, json};

const OWNER: &str = "akash1qqzwc5d7hynl67nsmn9jukvwqp3vzdl6j2t7lk";
const PROVIDER: &str = "akash18ga02jzaq8cw52anyhzkwta5wygufgu6zsz6xc";
const DSEQ: Dseq = Dseq::new(1_787_385_600_123);

fn dec(text: &str) -> Decimal {
    parse_decimal(text).unwrap()
}

async fn stub(body: Value) -> Stub {
    Stub::always(Reply::json(200, &body)).await
}

fn lease(dseq: &str) -> Value {
    json!({
        "id": { "owner": OWNER, "dseq": dseq, "gseq": 1, "oseq": 1, "provider": PROVIDER, "bseq": 0 },
        "state": "active",
        "price": { "denom": "uact", "amount": "1.607717000000000000" },
        "created_at": "27811014",
        "closed_on": "0",
        "reason": "lease_closed_invalid",
    })
}

fn escrow() -> Value {
    json!({
        "id": { "scope": "deployment", "xid": format!("{OWNER}/1787385600123") },
        "state": {
            "owner": OWNER,
            "state": "open",
            "transferred": [{ "denom": "uact", "amount": "877.000000000000000000" }],
            "settled_at": "27811560",
            "funds": [{ "denom": "uact", "amount": "4999123.000000000000000000" }],
            "deposits": [{ "owner": "akash1platform", "height": "27811003", "source": "grant", "balance": { "denom": "uact", "amount": "4999123.000000000000000000" } }],
        },
    })
}

fn detail(status: Value) -> Value {
    let mut lease = lease("1787385600123");
    lease["status"] = status;
    json!({ "data": {
        "deployment": { "id": { "owner": OWNER, "dseq": "1787385600123" }, "state": "active", "hash": "b4zglCzSL9/VVZRp/RFfcVm5N9ljFqiYxMgUh38ZSn4=", "created_at": "27811003" },
        "leases": [lease],
        "escrow_account": escrow(),
    } })
}

#[tokio::test]
async fn a_detail_of_today() {
    let status = json!({
        "services": { "web": { "name": "web", "available": 1, "total": 1, "uris": ["abc.ingress.example.com"], "observed_generation": 1, "replicas": 1, "updated_replicas": 1, "ready_replicas": 1, "available_replicas": 1 } },
        "forwarded_ports": { "web": [{ "port": 80, "externalPort": 30000, "host": "example.com", "available": 1 }] },
        "ips": { "web": [{ "IP": "192.168.1.1", "Port": 80, "ExternalPort": 30000, "Protocol": "tcp" }] },
    });
    let stub = stub(detail(status)).await;
    let detail = stub.client().deployment(DSEQ).await.unwrap();
    assert_eq!(
        (detail.id.dseq, detail.state.clone()),
        (DSEQ, DeploymentState::Active)
    );
    assert_eq!(detail.created_at, Some(27_811_003));
    assert_eq!(
        detail.hash.as_deref(),
        Some("b4zglCzSL9/VVZRp/RFfcVm5N9ljFqiYxMgUh38ZSn4=")
    );
    assert_eq!(detail.escrow.state, EscrowState::Open);
    assert_eq!(detail.escrow.deposits[0].source, "grant");
    let lease = &detail.leases[0];
    assert_eq!(
        (lease.closed_on, lease.reason.clone(), lease.created_at),
        (None, None, Some(27_811_014))
    );
    let status = lease.status.as_ref().unwrap();
    assert!(status.ready());
    assert_eq!(status.services["web"].uris, ["abc.ingress.example.com"]);
    assert_eq!(status.forwarded_ports["web"][0].external_port, 30000);
    assert_eq!(status.ips["web"][0].ip, "192.168.1.1");
    // The escrow goes over to counting: settled at 27811560, 1.607717 a block.
    let account = detail.escrow().unwrap();
    assert_eq!(account.at(27_811_560).left, dec("4999123"));
    assert_eq!(account.at(27_811_660).left, dec("4998963"));
    assert_eq!(
        detail
            .price()
            .unwrap()
            .usd_per_month(&Rates::default())
            .unwrap()
            .round_up(2),
        "0.70"
    );
}

#[tokio::test]
async fn a_status_may_be_nothing_or_partly_there() {
    for (status, known) in [
        (Value::Null, false),
        (json!("offline"), false),
        (json!({}), true),
        (
            json!({ "services": null, "forwarded_ports": null, "ips": null }),
            true,
        ),
        (
            json!({ "services": { "web": { "uris": null } }, "forwarded_ports": { "web": null } }),
            true,
        ),
        (
            json!({ "services": { "web": { "available": "0", "total": "2", "uris": [] } }, "forwarded_ports": { "web": [{ "port": 1 }, 5] } }),
            true,
        ),
    ] {
        let stub = stub(detail(status.clone())).await;
        let detail = stub.client().deployment(DSEQ).await.unwrap();
        let found = &detail.leases[0].status;
        assert_eq!(found.is_some(), known, "{status}");
        assert!(
            !found.as_ref().is_some_and(|status| status.ready()),
            "{status} is not ready"
        );
    }
}

#[tokio::test]
async fn a_detail_of_2025() {
    let flat = json!({ "data": {
        "deployment": { "deployment_id": { "owner": OWNER, "dseq": "21000000" }, "state": "active", "version": "AAAA", "created_at": "21000000" },
        "leases": [{ "lease_id": { "owner": OWNER, "dseq": "21000000", "gseq": 1, "oseq": 1, "provider": PROVIDER }, "state": "active", "price": { "denom": "uakt", "amount": "2.5" }, "created_at": "21000004", "closed_on": "0", "status": null }],
        "escrow_account": { "id": { "scope": "deployment", "xid": "x/21000000" }, "owner": OWNER, "state": "open", "balance": { "denom": "uakt", "amount": "100.5" }, "transferred": { "denom": "uakt", "amount": "10.0" }, "settled_at": "21000010", "depositor": "akash1platform", "funds": { "denom": "uakt", "amount": "5000000.0" } },
    } });
    let stub = stub(flat).await;
    let detail = stub
        .client()
        .deployment(Dseq::new(21_000_000))
        .await
        .unwrap();
    assert_eq!(
        (detail.id.dseq.get(), detail.hash.as_deref()),
        (21_000_000, Some("AAAA"))
    );
    assert_eq!(
        detail.id.dseq.created_unix_ms(),
        None,
        "a height is no time"
    );
    let account = detail.escrow().unwrap();
    assert_eq!(
        account.funds,
        dec("5000100.5"),
        "what was granted counts too"
    );
    assert_eq!(
        (account.transferred, account.denom),
        (dec("10"), Denom::Uakt)
    );
}

#[tokio::test]
async fn numbers_come_as_text_or_as_numbers() {
    let numbers = json!({ "data": {
        "deployment": { "id": { "owner": OWNER, "dseq": 1_787_385_600_123_u64 }, "state": "active", "hash": "", "created_at": 27_811_003 },
        "leases": [{ "id": { "owner": OWNER, "dseq": 1_787_385_600_123_u64, "gseq": "2", "oseq": "1", "provider": PROVIDER }, "state": "closed", "price": { "denom": "uact", "amount": 1.607717 }, "created_at": 27_811_014, "closed_on": 27_811_100, "reason": "lease_closed_owner" }],
        "escrow_account": { "state": { "state": "closed", "transferred": [{ "denom": "uact", "amount": 877 }], "settled_at": 27_811_100, "funds": [{ "denom": "uact", "amount": 0 }] } },
    } });
    let stub = stub(numbers).await;
    let detail = stub.client().deployment(DSEQ).await.unwrap();
    assert_eq!((detail.id.dseq, detail.hash.as_deref()), (DSEQ, None));
    let lease = &detail.leases[0];
    assert_eq!((lease.id.gseq, lease.closed_on), (2, Some(27_811_100)));
    assert_eq!(lease.price.as_ref().unwrap().amount, dec("1.607717"));
    assert_eq!(lease.reason, Some(CloseReason::Owner));
    let account = detail.escrow().unwrap();
    assert_eq!(
        (account.funds, account.transferred, account.rates.len()),
        (dec("0"), dec("877"), 0)
    );
}

#[tokio::test]
async fn a_deployment_number_is_never_rounded() {
    for (text, number) in [
        ("9007199254740993", 9_007_199_254_740_993),
        ("18446744073709551615", u64::MAX),
    ] {
        for body in [
            format!("{{\"data\":{{\"dseq\":\"{text}\",\"manifest\":\"[]\"}}}}"),
            format!("{{\"data\":{{\"dseq\":{text},\"manifest\":\"[]\"}}}}"),
        ] {
            let stub = Stub::always(Reply::text(201, "application/json", &body)).await;
            let created = stub
                .client()
                .create("x", "1".parse().unwrap())
                .await
                .unwrap();
            assert_eq!(created.dseq.get(), number, "{body}");
        }
    }
    for text in [
        "18446744073709551616",
        "1.5",
        "-1",
        "1e300",
        "\"\"",
        "\"abc\"",
        "null",
        "[]",
    ] {
        let body = format!("{{\"data\":{{\"dseq\":{text},\"manifest\":\"[]\"}}}}");
        let stub = Stub::always(Reply::text(201, "application/json", &body)).await;
        let error = stub
            .client()
            .create("x", "1".parse().unwrap())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), Kind::NotUnderstood, "{text}");
    }
}

#[tokio::test]
async fn words_that_are_not_known_are_kept() {
    let mut body = detail(Value::Null);
    body["data"]["deployment"]["state"] = json!("hibernating");
    body["data"]["leases"][0]["state"] = json!("frozen");
    body["data"]["leases"][0]["reason"] = json!("lease_closed_by_moonlight");
    body["data"]["leases"][0]["price"]["denom"] = json!("ibc/NEW");
    body["data"]["surprise"] = json!({ "deep": [1, 2, 3] });
    let stub = stub(body).await;
    let detail = stub.client().deployment(DSEQ).await.unwrap();
    assert_eq!(detail.state, DeploymentState::Other("hibernating".into()));
    let lease = &detail.leases[0];
    assert_eq!(lease.state, LeaseState::Other("frozen".into()));
    assert_eq!(
        lease.reason.as_ref().unwrap().as_str(),
        "lease_closed_by_moonlight"
    );
    assert_eq!(
        lease.price.as_ref().unwrap().denom,
        Denom::Other("ibc/NEW".into())
    );
    assert_eq!(
        lease
            .price
            .as_ref()
            .unwrap()
            .usd_per_hour(&Rates::default()),
        None
    );
}

#[tokio::test]
async fn an_index_that_does_not_know_says_nothing() {
    let mut body = detail(Value::Null);
    body["data"]["deployment"]["hash"] = json!("unknown_value");
    body["data"]["groups"] = json!([{ "id": { "gseq": 1 }, "group_spec": { "name": "unknown_value" }, "state": "open" }]);
    let stub = stub(body).await;
    let detail = stub.client().deployment(DSEQ).await.unwrap();
    assert_eq!(detail.hash, None);
    assert_eq!(detail.groups.unwrap()[0].name, None);
}

#[tokio::test]
async fn money_of_several_denoms_is_never_added_up() {
    let mut body = detail(Value::Null);
    let mut other = lease("1787385600123");
    other["id"]["gseq"] = json!(2);
    other["price"]["denom"] = json!("uakt");
    body["data"]["leases"].as_array_mut().unwrap().push(other);
    let stub_two = stub(body.clone()).await;
    let detail = stub_two.client().deployment(DSEQ).await.unwrap();
    assert!(detail.price().is_none() && detail.escrow().is_none());

    body["data"]["leases"].as_array_mut().unwrap().pop();
    body["data"]["escrow_account"]["state"]["funds"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "denom": "uakt", "amount": "77" }));
    let stub = stub(body).await;
    let detail = stub.client().deployment(DSEQ).await.unwrap();
    assert_eq!(
        detail.escrow().unwrap().funds,
        dec("4999123"),
        "only what the lease is paid in"
    );
    assert_eq!(detail.escrow.funds.len(), 2);
}

#[tokio::test]
async fn leases_go_to_the_deployment_they_name() {
    let row = |dseq: &str, leases: Value| {
        json!({
            "deployment": { "id": { "owner": OWNER, "dseq": dseq }, "state": "active", "hash": "x", "created_at": "1" },
            "leases": leases,
            "escrow_account": escrow(),
        })
    };
    let body = json!({ "data": {
        "deployments": [row("100", json!([lease("200")])), row("200", json!([lease("100"), lease("200")])), row("300", json!([]))],
        "pagination": { "total": 1, "skip": 0, "limit": 1, "hasMore": false },
    } });
    let stub = stub(body).await;
    let all = stub.client().deployments().await.unwrap();
    let leases: Vec<Vec<u64>> = all
        .iter()
        .map(|d| d.leases.iter().map(|l| l.id.dseq.get()).collect())
        .collect();
    assert_eq!(leases, [vec![100], vec![200], vec![]]);
    assert_eq!(
        stub.requests()[0].target,
        "/v1/deployments",
        "no paging: its totals lie"
    );
}

#[tokio::test]
async fn a_broken_list_is_not_an_empty_account() {
    for body in [
        json!({ "data": {} }),
        json!({ "data": { "deployments": null } }),
        json!({ "data": { "deployments": "x" } }),
        json!({ "data": { "deployments": [{ "deployment": {} }] } }),
        json!({}),
    ] {
        let stub = stub(body.clone()).await;
        let error = stub.client().deployments().await.unwrap_err();
        assert_eq!(error.kind(), Kind::NotUnderstood, "{body}");
    }
    let stub_bids = stub(json!({ "data": { "bids": [] } })).await;
    assert_eq!(
        stub_bids.client().bids(DSEQ).await.unwrap_err().kind(),
        Kind::NotUnderstood
    );
    let stub = stub(json!({ "data": { "deployments": [] } })).await;
    assert!(stub.client().deployments().await.unwrap().is_empty());
}

#[tokio::test]
async fn an_error_says_where_it_did_not_understand() {
    let mut body = detail(Value::Null);
    body["data"]["leases"][0]["id"]["provider"] = json!(null);
    let stub = stub(body).await;
    let error = stub.client().deployment(DSEQ).await.unwrap_err();
    assert_eq!(
        error.cause(),
        Some("expected text at `data.leases.0.id.provider`, found nothing")
    );
}

#[tokio::test]
async fn bids_of_both_generations() {
    let bid = |id: &str, state: &str, window: Value| {
        json!({
            "bid": {
                id: { "owner": OWNER, "dseq": "1787385600123", "gseq": 1, "oseq": 1, "provider": PROVIDER },
                "state": state,
                "price": { "denom": "uact", "amount": "1.607717000000000000" },
                "created_at": "27811007",
                "resources_offer": [{ "resources": {
                    "cpu": { "units": { "val": "500" }, "attributes": [] },
                    "memory": { "quantity": { "val": "536870912" }, "attributes": [] },
                    "storage": [{ "name": "default", "quantity": { "val": "536870912" }, "attributes": [] }],
                    "gpu": { "units": { "val": "1" }, "attributes": [{ "key": "vendor/nvidia/model/rtx4090/ram/24Gi/interface/pcie", "value": "true" }] },
                    "endpoints": [{ "kind": "SHARED_HTTP", "sequence_number": 0 }],
                }, "count": 2 }],
                "reclamation_window": window,
            },
            "isCertificateRequired": false,
            "escrow_account": {},
        })
    };
    let body = json!({ "data": [bid("id", "open", json!("86400s")), bid("bid_id", "lost", Value::Null), bid("id", "shy", json!("1.5s"))] });
    let stub = stub(body).await;
    let bids = stub.client().bids(DSEQ).await.unwrap();
    assert_eq!(
        bids.iter().map(|b| b.state.clone()).collect::<Vec<_>>(),
        [
            BidState::Open,
            BidState::Lost,
            BidState::Other("shy".into())
        ]
    );
    assert_eq!(
        bids.iter()
            .map(|b| b.reclamation_window)
            .collect::<Vec<_>>(),
        [Some(86_400), None, Some(1)]
    );
    let offer = &bids[0].resources_offer[0];
    assert_eq!(
        (offer.count, offer.cpu_milli, offer.memory, offer.gpu),
        (2, Some(500), Some(536_870_912), Some(1))
    );
    let gpus = bids[0].gpus();
    assert_eq!(
        (gpus[0].model.as_str(), gpus[0].ram.as_deref()),
        ("rtx4090", Some("24Gi"))
    );
}

#[tokio::test]
async fn the_account() {
    let me = json!({ "data": { "id": "6f1c", "userId": "auth0|123", "username": "max", "email": "max@example.com", "lastIp": "10.0.0.1", "trial": false, "userWallets": { "isTrialing": false } } });
    let stub_me = stub(me).await;
    let user = stub_me.client().user().await.unwrap();
    assert_eq!((user.id.as_str(), user.trial), ("6f1c", Some(false)));
    assert!(
        !format!("{user:?}").contains("max"),
        "a person's name is not for logs"
    );

    let wallets = json!({ "data": [{ "id": 42, "userId": "6f1c", "creditAmount": 25_500_000, "address": OWNER, "denom": "uact", "isTrialing": false, "topUpMinAmountUsd": 20, "createdAt": "2026-08-01T10:00:00.000Z" }] });
    let wallet = &stub(wallets).await.client().wallets("6f1c").await.unwrap()[0];
    assert_eq!(
        (
            wallet.credit.unwrap().to_string(),
            wallet.address.as_deref()
        ),
        ("25.5".into(), Some(OWNER))
    );

    let balances =
        json!({ "data": { "balance": 25_500_000.5, "deployments": "4500000", "total": null } });
    let balances = stub(balances).await.client().balances().await.unwrap();
    assert_eq!(
        (balances.balance.to_string(), balances.total.to_string()),
        ("25.5000005".into(), "30.0000005".into())
    );

    let settings = json!({ "data": { "dseq": "1", "autoTopUpEnabled": "false", "estimatedTopUpAmount": 23151, "topUpFrequencyMs": 86_400_000 } });
    let settings = stub(settings)
        .await
        .client()
        .deployment_settings(Dseq::new(1))
        .await
        .unwrap();
    assert_eq!(
        (
            settings.auto_top_up_enabled,
            settings.estimated_top_up.unwrap().to_string()
        ),
        (false, "0.023151".into())
    );

    let funding = json!({ "data": { "targetRunwayHours": 48, "balanceHeadroomUsd": 5, "defaultDepositUsd": 0.5 } });
    let funding = stub(funding).await.client().funding_config().await;
    let funding = funding.unwrap().expect("the Console says it");
    assert_eq!(
        (
            funding.target_runway_hours.to_string(),
            funding.balance_headroom.to_string(),
            funding.default_deposit.to_string()
        ),
        ("48".into(), "5".into(), "0.5".into())
    );

    let never = Stub::always(Reply::json(
        404,
        &json!({ "error": "NotFoundError", "message": "WalletSetting Not Found" }),
    ))
    .await;
    assert_eq!(never.client().wallet_settings().await.unwrap(), None);
    let key = json!({ "data": { "id": "k", "name": "Test", "expiresAt": null, "keyFormat": "ac.sk.production.abcdef***123456", "apiKey": "ac.sk.production.secret" } });
    let new = stub(key)
        .await
        .client()
        .create_api_key("Test", None)
        .await
        .unwrap();
    assert!(!format!("{new:?}").contains("ac.sk.production.secret"));
}

#[tokio::test]
async fn the_going_rate_of_a_gpu() {
    let model = |price: Value| json!({ "vendor": "nvidia", "model": "rtx4090", "ram": "24Gi", "interface": "PCIe", "availability": { "total": 9, "available": 2 }, "price": price });
    let body = json!({ "availability": { "total": 9, "available": 2 }, "models": [model(json!({ "currency": "USD", "min": 0.25, "max": 0.9, "avg": 0.5, "weightedAverage": 0.45, "med": 0.4 })), model(Value::Null), model(json!({ "avg": 0.5 }))] });
    let prices = stub(body).await.client().gpu_prices().await.unwrap();
    let rates: Vec<_> = prices
        .models
        .iter()
        .map(|model| {
            model
                .market_rate()
                .map(|rate| (rate.min.to_string(), rate.median.to_string()))
        })
        .collect();
    assert_eq!(
        rates,
        [
            Some(("0.25".into(), "0.4".into())),
            None,
            Some(("0.5".into(), "0.5".into()))
        ]
    );
}

#[tokio::test]
async fn one_bad_row_does_not_hide_the_other_providers() {
    let good = json!({ "owner": PROVIDER, "hostUri": "https://p.example.com:8443", "isOnline": true, "uptime7d": 0.998, "name": null, "gpuModels": [{ "vendor": "nvidia", "model": "a100", "ram": "80Gi", "interface": "SXM4" }, {}], "stats": { "cpu": { "active": 1000, "available": 5000, "pending": 0 } } });
    let body = json!([{ "hostUri": "nameless" }, good]);
    let providers = stub(body).await.client().providers().await.unwrap();
    assert_eq!(providers.len(), 1);
    let provider = &providers[0];
    assert_eq!(
        (
            provider.uptime_7d,
            provider.uptime_30d,
            provider.name.as_deref()
        ),
        (Some(dec("0.998")), None, None)
    );
    assert_eq!(provider.gpu_models.len(), 1);
    assert_eq!(
        provider.stats.as_ref().unwrap().cpu.available,
        Some(dec("5000"))
    );
    let stub = stub(json!([{ "hostUri": "nameless" }])).await;
    assert_eq!(
        stub.client().providers().await.unwrap_err().kind(),
        Kind::NotUnderstood
    );
}

/// Any JSON, with the names the client looks for sprinkled in.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[0-9.eE+-]{0,30}".prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    let name = prop_oneof![
        prop::sample::select(vec![
            "data",
            "id",
            "dseq",
            "gseq",
            "provider",
            "owner",
            "state",
            "funds",
            "amount",
            "denom",
            "leases",
            "deployment",
            "deployments",
            "escrow_account",
            "status",
            "services",
            "uris",
            "price",
            "bid",
            "resources_offer",
            "resources",
            "val",
            "balance",
            "models",
            "providers",
            "templates"
        ])
        .prop_map(str::to_owned),
        "[a-zA-Z_]{1,8}",
    ];
    leaf.prop_recursive(6, 96, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::hash_map(name.clone(), inner, 0..8)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Whatever comes, every operation ends in a value or an error.
#[test]
fn any_answer_is_survived() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let next = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let answer = next.clone();
    let stub = runtime.block_on(Stub::start(move |_, _| Reply::Answer {
        status: 200,
        headers: vec![("content-type", "application/json".into())],
        body: answer.lock().unwrap().clone(),
    }));
    let client = stub.client().without_retries();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 96,
        ..ProptestConfig::default()
    });
    let cases = prop_oneof![
        any_json().prop_map(|json| json.to_string().into_bytes()),
        (any_json(), any::<prop::sample::Index>(), any::<u8>()).prop_map(|(json, at, byte)| {
            let mut bytes = json.to_string().into_bytes();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            bytes
        }),
        prop::collection::vec(any::<u8>(), 0..200),
    ];
    runner
        .run(&cases, |bytes| {
            *next.lock().unwrap() = bytes;
            for (template, ..) in common::operations::OPERATIONS {
                let outcome = runtime.block_on(common::operations::run(&client, template));
                prop_assert!(outcome.is_some(), "{} has no call", template);
            }
            Ok(())
        })
        .unwrap();
}

#[tokio::test]
async fn deep_nesting_does_not_overflow() {
    let body = format!(
        "{{\"data\":{}{}}}",
        "[".repeat(200_000),
        "]".repeat(200_000)
    );
    let stub = Stub::always(Reply::text(200, "application/json", &body)).await;
    assert_eq!(
        stub.client().bids(DSEQ).await.unwrap_err().kind(),
        Kind::NotUnderstood
    );
}
