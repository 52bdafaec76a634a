//! Bad luck, injected at the socket or in the simulated world: nothing is lost, nothing is done twice, and a person is told what it means.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::time::Duration;

use akash_simulator::{Change, Fault, FaultKind};
use aloft_engine::view::*;
use secrecy::SecretString;
use support::{HELLO, House};

const CREATE: &str = "POST /v1/deployments";
const LEASE: &str = "POST /v1/leases";

fn fault(house: &House, endpoint: &str, kind: FaultKind) {
    house
        .sim
        .control()
        .fault(Fault::once(endpoint, kind))
        .unwrap();
}

fn change(house: &House, change: Change) {
    house.sim.control().change(change).unwrap();
}

fn dseq(snapshot: &Snapshot) -> u64 {
    let facts = &snapshot.open.as_ref().unwrap().facts;
    facts
        .iter()
        .find(|fact| fact.label.contains("dseq"))
        .unwrap()
        .value
        .parse()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_create_whose_answer_was_lost_is_found_again() {
    let house = House::connected().await;
    fault(&house, CREATE, FaultKind::ApplyThenClose);
    house.ask(HELLO).await;
    house
        .until("its bids", |s| s.open.as_ref().is_some_and(|o| o.can.start))
        .await;
    assert_eq!(house.creates(), 1, "it is never created again by itself");
    let rows = house.engine.snapshots().borrow().rows.len();
    assert_eq!(rows, 1, "and it is not taken for one made elsewhere");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_create_that_never_arrived_is_said_to_be_so_and_asked_again() {
    let house = House::connected().await;
    fault(&house, CREATE, FaultKind::Close);
    let id = house.ask(HELLO).await;
    let unclear = house.state(StateCode::Unclear).await;
    assert!(
        !unclear.open.as_ref().unwrap().can.ask_again,
        "not before it is certain"
    );
    house.clock.forward(200);
    let not_sent = house.state(StateCode::NotSent).await;
    assert!(not_sent.open.as_ref().unwrap().can.ask_again);
    assert_eq!(
        house.engine.ask_again(&id).await.unwrap(),
        id,
        "nothing was made: it is the same one"
    );
    house
        .until("its bids", |s| s.open.as_ref().is_some_and(|o| o.can.start))
        .await;
    let rows = house.engine.snapshots().borrow().rows.len();
    assert_eq!(rows, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_create_keeps_the_file() {
    let house = House::connected().await;
    let body = serde_json::json!({"error": "PaymentRequiredError", "message": "Not enough balance to cover the deployment deposit. Add credits or turn on auto recharge to continue.", "code": "unknown_error", "type": "client_error"});
    fault(
        &house,
        CREATE,
        FaultKind::Answer {
            status: 402,
            body,
            content_type: None,
            apply: false,
        },
    );
    let id = house.ask(HELLO).await;
    let refused = house.state(StateCode::Refused).await;
    let problem = refused.open.as_ref().unwrap().problem.clone().unwrap();
    assert_eq!(problem.code, Code::NeedsCredit);
    assert_eq!(
        problem.meaning.as_deref(),
        Some("No deployment was created and nothing was set aside.")
    );
    house.engine.again(&id).await.unwrap();
    assert_eq!(house.engine.draft_text().unwrap().text, HELLO);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lease_whose_answer_was_lost_stands_once() {
    let house = House::connected().await;
    let id = house.ask(HELLO).await;
    fault(&house, LEASE, FaultKind::ApplyThenClose);
    house.choose(&id).await;
    house.state(StateCode::Answering).await;
    let open = house.engine.snapshots().borrow().open.clone().unwrap();
    assert_eq!(open.providers.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undelivered_manifest_is_sent_again_by_itself() {
    let house = House::connected().await;
    let id = house.ask(HELLO).await;
    change(
        &house,
        Change::ManifestFails {
            times: 2,
            status: None,
            message: None,
        },
    );
    house.choose(&id).await;
    let stuck = house.state(StateCode::Undelivered).await;
    let open = stuck.open.as_ref().unwrap();
    assert_eq!(open.row.state.tone, Tone::Attention);
    assert!(
        open.problem
            .as_ref()
            .unwrap()
            .meaning
            .as_ref()
            .unwrap()
            .contains("charged"),
        "{:?}",
        open.problem
    );
    assert!(open.can.close);
    house.state(StateCode::Answering).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_refuses_before_the_lease_leaves_the_choice_open() {
    let house = House::connected().await;
    let id = house.ask(HELLO).await;
    let body = serde_json::json!({"error": "BadRequestError", "message": "Cannot create lease: The selected bid is no longer open. Please refresh and select an available bid.", "code": "bad_request", "type": "client_error"});
    fault(
        &house,
        LEASE,
        FaultKind::Answer {
            status: 400,
            body,
            content_type: None,
            apply: false,
        },
    );
    house.choose(&id).await;
    let again = house
        .until("the choice with a reason", |s| {
            s.open
                .as_ref()
                .is_some_and(|o| o.problem.is_some() && o.row.state.code == StateCode::Choosing)
        })
        .await;
    assert_eq!(
        again.open.as_ref().unwrap().problem.as_ref().unwrap().code,
        Code::BidGone
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn lapsed_bids_are_asked_for_again() {
    let house = House::connected().await;
    let id = house.ask(HELLO).await;
    house
        .until("a bid", |s| s.open.as_ref().is_some_and(|o| o.can.start))
        .await;
    change(&house, Change::ExpireBids { dseq: None });
    let lapsed = house.state(StateCode::Lapsed).await;
    assert!(lapsed.open.as_ref().unwrap().can.ask_again && lapsed.open.as_ref().unwrap().can.close);
    let next = house.engine.ask_again(&id).await.unwrap();
    assert_ne!(next, id);
    house.engine.look(Some(next)).await.unwrap();
    house
        .until("new bids", |s| s.open.as_ref().is_some_and(|o| o.can.start))
        .await;
    let snapshot = house.engine.snapshots().borrow().clone();
    assert_eq!(
        (snapshot.rows.len(), snapshot.closed),
        (1, 1),
        "the old one is closed"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_close_whose_answer_was_lost_is_settled() {
    let house = House::connected().await;
    let id = house.ask(HELLO).await;
    house
        .until("it stands", |s| {
            s.open.as_ref().is_some_and(|o| o.can.close)
        })
        .await;
    fault(&house, "DELETE /v1/deployments/{dseq}", FaultKind::Close);
    house.engine.close(&id).await.unwrap();
    let closed = house.state(StateCode::Abandoned).await;
    let open = closed.open.as_ref().unwrap();
    assert_eq!(
        open.row.state.detail.as_deref(),
        Some("$5.00 returned to credit")
    );
    assert!(open.can.again);
    let receipt = open.receipt.clone().unwrap();
    assert_eq!(
        receipt.why,
        "You canceled it before a lease started. Nothing ran."
    );
    assert_eq!(
        (
            receipt.spent.as_deref(),
            receipt.returned.as_deref(),
            receipt.ran
        ),
        (Some("0.00"), Some("5.00"), None)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_provider_or_the_chain_ends_is_shown_ended() {
    let house = House::connected().await;
    let id = house.ask(HELLO).await;
    house.choose(&id).await;
    let live = house.state(StateCode::Answering).await;
    change(
        &house,
        Change::CloseLease {
            dseq: dseq(&live),
            gseq: None,
            reason: Some("lease_closed_reason_unstable".into()),
        },
    );
    let lost = house.state(StateCode::LeaseLost).await;
    let open = lost.open.as_ref().unwrap();
    assert!(
        open.problem
            .as_ref()
            .unwrap()
            .title
            .contains("kept failing"),
        "{:?}",
        open.problem
    );
    assert!(
        open.can.close && !open.can.close_asks && open.can.ask_again,
        "it only holds money now"
    );

    let id = house.engine.ask_again(&id).await.unwrap();
    house.engine.look(Some(id.clone())).await.unwrap();
    house.choose(&id).await;
    let live = house.state(StateCode::Answering).await;
    change(&house, Change::EscrowRunsOut { dseq: dseq(&live) });
    let over = house.state(StateCode::OutOfFunds).await;
    let receipt = over.open.as_ref().unwrap().receipt.as_ref().unwrap();
    assert!(
        receipt.why.starts_with("What was set aside was used up."),
        "{}",
        receipt.why
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn ready_but_silent_is_said_with_what_to_check() {
    let house = House::connected().await;
    let id = house
        .ask(&HELLO.replace("hello-akash-world:2.1.0", "bad-gateway:1"))
        .await;
    house.choose(&id).await;
    let silent = house.state(StateCode::NotAnswering).await;
    let problem = silent.open.as_ref().unwrap().problem.clone().unwrap();
    assert!(
        problem.next.as_ref().unwrap().contains("0.0.0.0")
            && problem.meaning.as_ref().unwrap().contains("charged"),
        "{problem:?}"
    );
    assert_eq!(silent.open.as_ref().unwrap().screen, OpenScreen::GoLive);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_keeps_restarting_is_said_to_with_what_to_check() {
    let house = House::connected().await;
    let id = house
        .ask(&HELLO.replace("hello-akash-world:2.1.0", "keeps-restarting:1"))
        .await;
    house.choose(&id).await;
    let mut snapshots = house.engine.snapshots();
    let restarting = |s: &Snapshot| {
        s.open
            .as_ref()
            .is_some_and(|open| open.row.state.code == StateCode::KeepsRestarting)
    };
    // It is up for a minute at a time, which the simulator passes in two seconds: more often than the engine looks by itself.
    let looked = tokio::time::timeout(std::time::Duration::from_secs(60), async {
        while !restarting(&snapshots.borrow_and_update()) {
            house.engine.refresh();
            let soon = std::time::Duration::from_millis(300);
            let _ = tokio::time::timeout(soon, snapshots.changed()).await;
        }
    });
    looked.await.expect("it keeps restarting");
    let open = snapshots.borrow().open.clone().unwrap();
    let problem = open.problem.unwrap();
    assert!(
        problem.meaning.as_ref().unwrap().contains("charged")
            && problem.next.as_ref().unwrap().contains("command"),
        "{problem:?}"
    );
    let detail = open.row.state.detail.unwrap();
    assert!(detail.starts_with("Stopped 3 times"), "{detail}");
    assert!(open.can.close && open.can.again);
    assert_eq!(open.row.action, Some(Action::Look));
}

#[tokio::test(flavor = "multi_thread")]
async fn never_ready_says_that_it_charges() {
    let house = House::connected().await;
    let id = house
        .ask(&HELLO.replace("hello-akash-world:2.1.0", "never-ready:1"))
        .await;
    house.choose(&id).await;
    let late = house
        .until("late", |s| {
            s.open.as_ref().is_some_and(|o| {
                o.row
                    .state
                    .detail
                    .as_ref()
                    .is_some_and(|d| d.contains("Charges have started"))
            })
        })
        .await;
    let open = late.open.as_ref().unwrap();
    assert_eq!(open.row.state.code, StateCode::Starting);
    assert!(
        open.steps
            .iter()
            .any(|step| step.state == StepState::Stuck && step.title == "Containers ready"),
        "{:?}",
        open.steps
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_console_is_offline_and_comes_back() {
    let house = House::connected().await;
    let id = house.ask(HELLO).await;
    house.choose(&id).await;
    house.state(StateCode::Answering).await;
    house
        .sim
        .control()
        .fault(Fault::new("* /v1/**", FaultKind::Close))
        .unwrap();
    let offline = house
        .until("offline", |s| {
            s.connection.state == ConnectionState::Offline
        })
        .await;
    assert_eq!(offline.rows.len(), 1, "what was known stays");
    assert!(offline.connection.problem.is_some() && offline.connection.since.is_some());
    house.sim.control().clear_faults();
    house
        .until("online", |s| s.connection.state == ConnectionState::Online)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_way_to_fail_at_connecting_has_its_words_and_keeps_no_key() {
    let house = House::open().await;
    let connect = |key: &str| house.engine.connect(SecretString::from(key.to_owned()));
    let odd = connect("not-a-key").await.unwrap_err();
    assert_eq!((odd.code, odd.link), (Code::BadKey, Some(Link::ApiKeys)));
    assert!(
        odd.next.as_ref().unwrap().contains("does not look like")
            && odd.next.as_ref().unwrap().contains("revoked"),
        "{odd:?}"
    );
    let key = house.sim.api_key();
    for (kind, code) in [
        (
            FaultKind::CdnPage {
                status: 503,
                apply: false,
            },
            Code::ServerDown,
        ),
        (FaultKind::Malformed, Code::NotUnderstood),
        (FaultKind::Truncate, Code::NotUnderstood),
        (FaultKind::Close, Code::Offline),
        (
            FaultKind::RateLimit {
                retry_after: Some("3600".into()),
            },
            Code::RateLimited,
        ),
    ] {
        house
            .sim
            .control()
            .fault(Fault::new("GET /v1/user/me", kind.clone()))
            .unwrap();
        let error = tokio::time::timeout(Duration::from_secs(100), connect(&key))
            .await
            .expect("a time limit")
            .unwrap_err();
        house.sim.control().clear_faults();
        assert!(
            error.code == code || kind == FaultKind::Truncate,
            "{kind:?}: {error:?}"
        );
        assert!(error.next.is_some() && error.meaning.is_some(), "{error:?}");
        let said = serde_json::to_string(&error).unwrap();
        assert!(!said.contains(&key), "{said}");
        assert!(house.engine.snapshots().borrow().account.is_none());
    }
    connect(&key).await.unwrap();
    assert_nowhere(&house, &key).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn starting_without_network_shows_what_was_known() {
    let mut house = House::connected().await;
    let id = house.ask(HELLO).await;
    house
        .until("a bid", |s| s.open.as_ref().is_some_and(|o| o.can.start))
        .await;
    house
        .sim
        .control()
        .fault(Fault::new("* /v1/**", FaultKind::Close))
        .unwrap();
    house.restart().await;
    let offline = house
        .until("offline", |s| {
            s.connection.state == ConnectionState::Offline
        })
        .await;
    assert_eq!(
        offline.rows.first().map(|row| row.id.as_str()),
        Some(id.as_str())
    );
    assert!(
        offline.account.as_ref().unwrap().credit.is_none(),
        "unknown is not shown as 0"
    );
    house.sim.control().clear_faults();
    house
        .until("it picks up by itself", |s| {
            s.connection.state == ConnectionState::Online
                && s.account.as_ref().is_some_and(|a| a.credit.is_some())
        })
        .await;
}

/// The key is in no file of the data directory, no snapshot and no report.
async fn assert_nowhere(house: &House, key: &str) {
    let snapshot = serde_json::to_string(&**house.engine.snapshots().borrow()).unwrap();
    assert!(!snapshot.contains(key), "in a snapshot");
    assert!(!house.engine.report().await.contains(key), "in the report");
    let secret = key.rsplit('.').next().unwrap().as_bytes();
    for entry in std::fs::read_dir(house.dir.path()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap_or_default();
        assert!(
            !bytes.windows(secret.len()).any(|window| window == secret),
            "in {}",
            path.display()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_revoked_while_connected_is_said() {
    let house = House::connected().await;
    change(&house, Change::RevokeKey { id: None });
    let refused = house
        .until("refused", |s| {
            s.connection.state == ConnectionState::Refused
        })
        .await;
    assert_eq!(
        refused.connection.problem.as_ref().unwrap().code,
        Code::BadKey
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_console_that_asks_for_a_pause_gets_it() {
    let house = House::connected().await;
    house.ask(HELLO).await;
    house
        .until("it stands", |s| {
            s.open.as_ref().is_some_and(|o| o.can.close)
        })
        .await;
    let reads = || {
        let requests = house.sim.control().requests();
        requests.iter().filter(|r| r.method == "GET").count()
    };
    let refused = || {
        let requests = house.sim.control().requests();
        requests.iter().any(|r| r.status == Some(429))
    };
    let pause = FaultKind::RateLimit {
        retry_after: Some("20".into()),
    };
    fault(&house, "GET /v1/deployments", pause);
    house.engine.refresh();
    house.until("told to wait", |_| refused()).await;
    // What was on its way comes in; then nothing is asked, however often the person looks.
    let before = reads();
    let mut looked = tokio::time::interval(std::time::Duration::from_millis(100));
    for _ in 0..50 {
        looked.tick().await;
        house.engine.refresh();
    }
    assert!(reads() <= before + 4, "{} more reads", reads() - before);
    let now = house.engine.snapshots().borrow().clone();
    assert_eq!(now.connection.state, ConnectionState::Online);
}

/// The state of a deployment in the list.
fn listed(snapshot: &Snapshot, id: &str) -> Option<StateCode> {
    let row = snapshot.rows.iter().find(|row| row.id == id)?;
    Some(row.state.code)
}

/// Brings deployments up whose providers say nothing from then on; their dseqs.
async fn dark(house: &House, count: usize) -> Vec<u64> {
    let mut dseqs = Vec::new();
    for _ in 0..count {
        let id = house.ask(HELLO).await;
        house.choose(&id).await;
        dseqs.push(dseq(&*house.state(StateCode::Answering).await));
    }
    for dseq in &dseqs {
        let endpoint = format!("GET /v1/deployments/{dseq}");
        let silent = Fault::new(&endpoint, FaultKind::Hang);
        house.sim.control().fault(silent).unwrap();
    }
    house.engine.look(None).await.unwrap();
    dseqs
}

#[tokio::test(flavor = "multi_thread")]
async fn old_deployments_at_dark_providers_keep_no_new_one_waiting() {
    let house = House::connected().await;
    change(&house, Change::Credit { usd: 200.into() });
    let dseqs = dark(&house, 5).await;
    let waits = |dseq: &u64| {
        let path = format!("/v1/deployments/{dseq}");
        let requests = house.sim.control().requests();
        requests
            .iter()
            .any(|request| request.path == path && request.status.is_none())
    };
    let all = async {
        while !dseqs.iter().all(waits) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), all)
        .await
        .expect("each of them gets its turn");

    let id = house.ask(HELLO).await;
    house.engine.look(None).await.unwrap();
    let bids = |s: &Snapshot| {
        s.rows
            .iter()
            .any(|row| row.id == id && row.action == Some(Action::Choose))
    };
    house.until("bids that nobody looks at", bids).await;
    house.engine.look(Some(id.clone())).await.unwrap();
    house.choose(&id).await;
    house.engine.look(None).await.unwrap();
    let live = |s: &Snapshot| listed(s, &id) == Some(StateCode::Answering);
    house.until("it live, and nobody looks", live).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_runs_out_is_said_while_the_provider_is_silent() {
    let house = House::connected().await;
    let id = house.ask(HELLO).await;
    house.choose(&id).await;
    house.state(StateCode::Answering).await;
    let able = house
        .until("a switch", |s| {
            s.open.as_ref().is_some_and(|o| o.can.auto_funding)
        })
        .await;
    house.engine.set_auto_funding(&id, false).await.unwrap();
    let until = |s: &Snapshot| {
        let lasts = s.open.as_ref()?.row.lasts.as_ref()?;
        lasts.until.as_ref()?.parse::<jiff::Timestamp>().ok()
    };
    let alone = house.until("when it ends", |s| until(s).is_some()).await;
    let now: jiff::Timestamp = alone.now.parse().unwrap();
    let left = until(&alone).unwrap().as_second() - now.as_second();
    let silent = format!("GET /v1/deployments/{}", dseq(&able));
    let silent = Fault::new(&silent, FaultKind::Hang);
    house.sim.control().fault(silent).unwrap();
    house.engine.look(None).await.unwrap();
    let seconds = u32::try_from(left - 5 * 3_600).unwrap();
    change(&house, Change::Jump { seconds });
    house.engine.refresh();
    house
        .until("that it ends within hours", |s| {
            s.notices.iter().any(|notice| {
                notice.kind == NoticeKind::Money && notice.title.contains("within hours")
            })
        })
        .await;
}
