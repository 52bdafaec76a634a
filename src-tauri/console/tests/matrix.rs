//! Every operation against every fault: what it is said to mean, whether it is said to have
//! happened, whether that is true, and that nothing is done twice.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::time::Duration;

use akash_console::{
    BidState, Client, Dseq, Error, Kind, LeaseTarget, Options, Outcome, TokenScope, Usd,
};
use akash_simulator::{Change, Config, Control, Fault, FaultKind, Latency, Simulator};
use futures_util::{StreamExt, stream};
use serde_json::json;

const SDL: &str = r#"version: "2.0"
services:
  web:
    image: nginx:1.27
    expose:
      - port: 80
        to: [{ global: true }]
profiles:
  compute:
    web:
      resources:
        cpu: { units: 0.1 }
        memory: { size: 128Mi }
        storage: { size: 256Mi }
  placement:
    here:
      pricing: { web: { denom: uact, amount: 10000 } }
deployment:
  web:
    here: { profile: web, count: 1 }
"#;

/// When a call is given up whose answer will not come.
const SHORT: Duration = Duration::from_millis(700);
/// When one is given up whose answer will come, on however busy a machine.
const LONG: Duration = Duration::from_secs(30);

fn half() -> Usd {
    "0.5".parse().unwrap()
}

fn client(simulator: &Simulator) -> Client {
    Client::new(Options {
        base_url: simulator.url().parse().unwrap(),
        api_key: Some(simulator.api_key().into()),
        user_agent: "matrix".into(),
    })
    .unwrap()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Op {
    Create,
    Deposit,
    NewKey,
    Lease,
    Update,
    Close,
    TopUp,
    User,
    Balances,
    Deployments,
    Deployment,
    Bids,
    Providers,
    Token,
}

const OPS: &[Op] = &[
    Op::Create,
    Op::Deposit,
    Op::NewKey,
    Op::Lease,
    Op::Update,
    Op::Close,
    Op::TopUp,
    Op::User,
    Op::Balances,
    Op::Deployments,
    Op::Deployment,
    Op::Bids,
    Op::Providers,
    Op::Token,
];

impl Op {
    fn endpoint(self) -> &'static str {
        match self {
            Self::Create => "POST /v1/deployments",
            Self::Deposit => "POST /v1/deposit-deployment",
            Self::NewKey => "POST /v1/api-keys",
            Self::Lease => "POST /v1/leases",
            Self::Update => "PUT /v1/deployments/{dseq}",
            Self::Close => "DELETE /v1/deployments/{dseq}",
            Self::TopUp => "PATCH /v2/deployment-settings/{dseq}",
            Self::User => "GET /v1/user/me",
            Self::Balances => "GET /v1/balances",
            Self::Deployments => "GET /v1/deployments",
            Self::Deployment => "GET /v1/deployments/{dseq}",
            Self::Bids => "GET /v1/bids",
            Self::Providers => "GET /v1/providers",
            Self::Token => "POST /v1/create-jwt-token",
        }
    }

    /// Twice is twice: never to be repeated.
    fn adds(self) -> bool {
        matches!(self, Self::Create | Self::Deposit | Self::NewKey)
    }

    fn reads(self) -> bool {
        matches!(
            self,
            Self::User
                | Self::Balances
                | Self::Deployments
                | Self::Deployment
                | Self::Bids
                | Self::Providers
        )
    }
}

/// A world with a deployment that has bids, or a lease where one is needed.
struct World {
    simulator: Simulator,
    control: Control,
    client: Client,
    dseq: Dseq,
    manifest: String,
    target: LeaseTarget,
}

impl World {
    async fn new(op: Op) -> Self {
        let config = Config {
            latency: Latency::none(),
            api_version: "2026-08-22".parse().unwrap(),
            ..Config::default()
        };
        let simulator = akash_simulator::start(config).await.unwrap();
        let (control, client) = (simulator.control(), client(&simulator));
        let created = client.create(SDL, half()).await.unwrap();
        control.change(Change::Jump { seconds: 90 }).unwrap();
        let bids = client.bids(created.dseq).await.unwrap();
        let bid = bids
            .iter()
            .find(|bid| bid.state == BidState::Open)
            .expect("an open bid");
        let (target, manifest) = (LeaseTarget::from(&bid.id), created.manifest.unwrap());
        if op != Op::Lease {
            client
                .lease(&manifest, std::slice::from_ref(&target))
                .await
                .unwrap();
        }
        Self {
            simulator,
            control,
            client,
            dseq: created.dseq,
            manifest,
            target,
        }
    }

    async fn ask(&self, client: &Client, op: Op) -> Result<(), Error> {
        match op {
            Op::Create => client.create(SDL, half()).await.map(drop),
            Op::Deposit => client.deposit(self.dseq, half()).await.map(drop),
            Op::NewKey => client.create_api_key("another", None).await.map(drop),
            Op::Lease => client
                .lease(&self.manifest, std::slice::from_ref(&self.target))
                .await
                .map(drop),
            Op::Update => client
                .update(self.dseq, &SDL.replace("1.27", "1.28"))
                .await
                .map(drop),
            Op::Close => client.close(self.dseq).await,
            Op::TopUp => client.set_auto_top_up(self.dseq, false).await.map(drop),
            Op::User => client.user().await.map(drop),
            Op::Balances => client.balances().await.map(drop),
            Op::Deployments => client.deployments().await.map(drop),
            Op::Deployment => client.deployment(self.dseq).await.map(drop),
            Op::Bids => client.bids(self.dseq).await.map(drop),
            Op::Providers => client.providers().await.map(drop),
            Op::Token => client.provider_token(TokenScope::Watch, 60).await.map(drop),
        }
    }

    /// What can be seen of an operation, to tell whether it took place.
    async fn trace(&self, op: Op) -> String {
        let detail = self.client.deployment(self.dseq).await.unwrap();
        match op {
            Op::Create => self.client.deployments().await.unwrap().len().to_string(),
            Op::Deposit => {
                let sum: Usd = detail
                    .escrow
                    .funds
                    .iter()
                    .map(|f| Usd::from_micro(f.amount))
                    .sum();
                // Rent runs on meanwhile, in fractions of a cent.
                sum.round_up(1)
            }
            Op::NewKey => self.client.api_keys().await.unwrap().len().to_string(),
            Op::Lease => detail.leases.len().to_string(),
            Op::Update => detail.hash.unwrap_or_default(),
            Op::Close => detail.state.to_string(),
            Op::TopUp => {
                let settings = self.client.deployment_settings(self.dseq).await.unwrap();
                settings.auto_top_up_enabled.to_string()
            }
            _ => String::new(),
        }
    }

    fn asked(&self, op: Op) -> usize {
        let (method, path) = op.endpoint().split_once(' ').unwrap();
        let path = path.replace("{dseq}", &self.dseq.to_string());
        let requests = self.control.requests();
        requests
            .iter()
            .filter(|r| r.method == method && r.path.split('?').next() == Some(&path))
            .count()
    }
}

/// What to expect: no error, or this meaning; and whether the outcome of an action may be unclear.
#[derive(Clone, Copy, Debug)]
enum Expect {
    Fine,
    Clear(Kind),
    Unclear(Kind),
}

use Expect::{Clear, Fine, Unclear};

fn faults() -> Vec<(&'static str, FaultKind, Expect)> {
    let answer = |status, body, apply| FaultKind::Answer {
        status,
        body,
        content_type: None,
        apply,
    };
    let down = json!({ "error": "InternalServerError", "message": "Internal server error", "code": "internal_server_error", "type": "server_error" });
    let long = 60_000;
    vec![
        ("late", FaultKind::Delay { ms: 50 }, Fine),
        (
            "much too late",
            FaultKind::Delay { ms: long },
            Unclear(Kind::TimedOut),
        ),
        ("hangs", FaultKind::Hang, Unclear(Kind::TimedOut)),
        ("closes", FaultKind::Close, Unclear(Kind::ConnectionLost)),
        (
            "does it and closes",
            FaultKind::ApplyThenClose,
            Unclear(Kind::ConnectionLost),
        ),
        (
            "does it and hangs",
            FaultKind::ApplyThenHang,
            Unclear(Kind::TimedOut),
        ),
        (
            "500",
            answer(500, down.clone(), false),
            Unclear(Kind::ServerDown),
        ),
        (
            "does it and says 500",
            answer(500, down.clone(), true),
            Unclear(Kind::ServerDown),
        ),
        (
            "does it and says 503",
            answer(503, down, true),
            Unclear(Kind::ServerDown),
        ),
        (
            "401",
            answer(
                401,
                json!({ "error": "UnauthorizedError", "message": "Invalid API key" }),
                false,
            ),
            Clear(Kind::BadKey),
        ),
        (
            "402",
            answer(
                402,
                json!({ "error": "PaymentRequiredError", "message": "Not enough" }),
                false,
            ),
            Clear(Kind::NeedsCredit),
        ),
        (
            "page 403",
            FaultKind::CdnPage {
                status: 403,
                apply: false,
            },
            Clear(Kind::CdnPage),
        ),
        (
            "page 502",
            FaultKind::CdnPage {
                status: 502,
                apply: false,
            },
            Unclear(Kind::CdnPage),
        ),
        (
            "does it, page 524",
            FaultKind::CdnPage {
                status: 524,
                apply: true,
            },
            Unclear(Kind::CdnPage),
        ),
        (
            "slow down",
            FaultKind::RateLimit {
                retry_after: Some("7".into()),
            },
            Clear(Kind::RateLimited {
                retry_after: Some(Duration::from_secs(7)),
            }),
        ),
        (
            "breaks off",
            FaultKind::Truncate,
            Unclear(Kind::ConnectionLost),
        ),
        (
            "half an answer",
            FaultKind::Malformed,
            Unclear(Kind::NotUnderstood),
        ),
        (
            "trickles",
            FaultKind::SlowBody { ms: long },
            Unclear(Kind::TimedOut),
        ),
        (
            "another content type",
            FaultKind::ContentType {
                value: "text/html".into(),
            },
            Fine,
        ),
    ]
}

async fn case(op: Op, name: &str, fault: FaultKind, expect: Expect) {
    let case = format!("{op:?} × {name}");
    let world = World::new(op).await;
    let before = world.trace(op).await;
    world.control.forget_requests();
    world
        .control
        .fault(Fault::new(op.endpoint(), fault))
        .unwrap();
    let limit = if matches!(expect, Unclear(Kind::TimedOut)) {
        SHORT
    } else {
        LONG
    };
    let impatient = world
        .client
        .clone()
        .without_retries()
        .with_time_limit(limit);
    let outcome = world.ask(&impatient, op).await;
    assert_eq!(world.asked(op), 1, "{case}: asked once");
    world.control.clear_faults();
    // Another client: this one may hold its reads back.
    let world = World {
        client: client(&world.simulator),
        ..world
    };
    let after = world.trace(op).await;
    let took_place = !op.reads() && op != Op::Token && before != after;

    match (&outcome, expect) {
        (Ok(()), Fine) => assert!(took_place || op.reads() || op == Op::Token, "{case}"),
        // Any success closes: its answer has nothing to say.
        (Ok(()), Unclear(Kind::NotUnderstood)) if op == Op::Close => assert!(took_place, "{case}"),
        (Err(error), Clear(kind) | Unclear(kind)) => {
            assert_eq!(error.kind(), kind, "{case}: {error:?}");
            let unclear = matches!(expect, Unclear(_)) && !op.reads();
            let expected = if unclear {
                Outcome::Unknown
            } else {
                Outcome::No
            };
            assert_eq!(error.outcome(), expected, "{case}: {error:?}");
            if error.outcome() == Outcome::No {
                assert!(!took_place, "{case}: it did happen");
            }
            assert_eq!(error.retry_safe(), !op.adds() || !unclear, "{case}");
        }
        (outcome, expect) => panic!("{case}: {outcome:?}, expected {expect:?}"),
    }
    world.simulator.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_operation_against_every_fault() {
    let cases = OPS
        .iter()
        .flat_map(|op| faults().into_iter().map(move |fault| (*op, fault)));
    stream::iter(cases)
        .map(|(op, (name, fault, expect))| {
            tokio::spawn(async move { case(op, name, fault, expect).await })
        })
        .buffer_unordered(4)
        .for_each(|done| async { done.unwrap() })
        .await;
}

/// With the client's own retries: what adds is asked once whatever goes wrong, what is safe to
/// repeat recovers by itself from a single failure.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_done_twice() {
    let single = [
        FaultKind::ApplyThenClose,
        FaultKind::CdnPage {
            status: 502,
            apply: true,
        },
    ];
    let cases = OPS
        .iter()
        .flat_map(|op| single.iter().map(move |fault| (*op, fault.clone())));
    stream::iter(cases)
        .map(|(op, fault)| {
            tokio::spawn(async move {
                let world = World::new(op).await;
                world.control.forget_requests();
                world
                    .control
                    .fault(Fault::once(op.endpoint(), fault.clone()))
                    .unwrap();
                let outcome = world.ask(&world.client, op).await;
                let never = op.adds() || op == Op::Lease;
                assert_eq!(outcome.is_err(), never, "{op:?} × {fault:?}: {outcome:?}");
                assert_eq!(
                    world.asked(op),
                    if never { 1 } else { 2 },
                    "{op:?} × {fault:?}"
                );
            })
        })
        .buffer_unordered(4)
        .for_each(|done| async { done.unwrap() })
        .await;
}
