//! Whose money it is, and what was really sent: a key acts for its own account only, what a person asks goes first, and nothing is claimed
//! that is not known.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::{net::SocketAddr, path::Path, sync::Arc, time::Duration};

use akash_simulator::{Change, Config, Fault, FaultKind, Latency, Simulator};
use aloft_engine::{Clock, Engine, KeyStore, Options, view::*};
use support::{HELLO, House, Keys, PACE, TestClock};

const CREATE: &str = "POST /v1/deployments";
const CLOSE: &str = "DELETE /v1/deployments/{dseq}";
const DEPOSIT: &str = "POST /v1/deposit-deployment";
const DETAIL: &str = "GET /v1/deployments/{dseq}";

fn once(house: &House, endpoint: &str, kind: FaultKind) {
    house
        .sim
        .control()
        .fault(Fault::once(endpoint, kind))
        .unwrap();
}

fn always(house: &House, endpoint: &str, kind: FaultKind) {
    house
        .sim
        .control()
        .fault(Fault::new(endpoint, kind))
        .unwrap();
}

fn came(sim: &Simulator, method: &str, path: &str) -> usize {
    let requests = sim.control().requests();
    requests
        .iter()
        .filter(|r| r.method == method && r.path.starts_with(path))
        .count()
}

/// Waits for the world, not for the window.
async fn soon(what: &str, holds: impl Fn() -> bool) {
    let waited = tokio::time::timeout(Duration::from_secs(60), async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    waited.await.unwrap_or_else(|_| panic!("never: {what}"));
}

fn dseq(snapshot: &Snapshot) -> u64 {
    let facts = &snapshot.open.as_ref().unwrap().facts;
    let fact = facts.iter().find(|fact| fact.label.contains("dseq"));
    fact.unwrap().value.parse().unwrap()
}

async fn said(house: &House, id: &str) -> Vec<Event> {
    house.engine.timeline(id).await.unwrap()
}

fn open(snapshot: &Snapshot) -> &Open {
    snapshot.open.as_ref().unwrap()
}

/// Simulators one after the other at one address: one Console with several accounts.
async fn console(listen: SocketAddr, seed: u64, state: &Path) -> Simulator {
    let config = Config {
        listen,
        seed,
        speed: PACE,
        latency: Latency::none(),
        state: Some(state.to_owned()),
        ..support::summer()
    };
    akash_simulator::start(config).await.expect("a simulator")
}

/// Replaces the account behind the Console's address.
async fn swap(house: &mut House, at: SocketAddr, seed: u64) {
    let spare = support::simulator().await;
    std::mem::replace(&mut house.sim, spare).stop().await;
    let state = house.dir.path().join(format!("world-{seed}.json"));
    house.sim = console(at, seed, &state).await;
}

/// An engine at the chain's own pace, on a Console that keeps it.
async fn unhurried() -> House {
    let config = Config {
        speed: 1,
        latency: Latency::none(),
        ..support::summer()
    };
    let sim = akash_simulator::start(config).await.unwrap();
    let (keys, clock) = (Arc::new(Keys::default()), Arc::new(TestClock::default()));
    let dir = tempfile::tempdir().unwrap();
    let engine = slow_engine(&sim, dir.path(), &keys, &clock).await;
    let house = House {
        sim,
        engine,
        clock,
        keys,
        dir,
    };
    house.engine.connect(house.key()).await.unwrap();
    house
}

async fn slow_engine(
    sim: &Simulator,
    dir: &Path,
    keys: &Arc<Keys>,
    clock: &Arc<TestClock>,
) -> Engine {
    let options = Options {
        data_dir: dir.to_owned(),
        console_url: Some(sim.url().parse().unwrap()),
        user_agent: "Aloft/test".into(),
        keys: Arc::clone(keys) as Arc<dyn KeyStore>,
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        pace: 1,
    };
    Engine::start(options).await.expect("an engine")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_unknown_owner_looks_at_nothing_and_judges_nothing() {
    let mut house = House::open().await;
    let at: url::Url = house.sim.url().parse().unwrap();
    let at = SocketAddr::from(([127, 0, 0, 1], at.port().unwrap()));
    swap(&mut house, at, 11).await;
    house.engine.connect(house.key()).await.unwrap();
    once(&house, CREATE, FaultKind::Close);
    let id = house.ask(HELLO).await;
    house.state(StateCode::Unclear).await;
    house.engine.stop().await;

    // The keychain holds the key of another account of the same Console, which does not say at once whose it is.
    swap(&mut house, at, 12).await;
    let other = url::Url::parse(&house.sim.url()).unwrap();
    let origin = other.origin().ascii_serialization();
    KeyStore::write(&*house.keys, &origin, &house.key()).unwrap();
    always(&house, "GET /v1/user/me", FaultKind::Close);
    house.clock.forward(200);
    house
        .sim
        .control()
        .change(Change::Jump { seconds: 400 })
        .unwrap();
    house.engine = support::engine(&house.sim, house.dir.path(), &house.keys, &house.clock).await;
    let restored = house
        .until("what was known, without a line", |s| {
            s.connection.state == ConnectionState::Offline && s.rows.len() == 1
        })
        .await;
    assert_eq!(restored.rows[0].state.code, StateCode::Unclear);
    house.engine.look(Some(id.clone())).await.unwrap();
    house.engine.refresh();
    let tries = came(&house.sim, "GET", "/v1/user/me");
    soon("more tries", || {
        came(&house.sim, "GET", "/v1/user/me") >= tries + 3
    })
    .await;
    let beyond: Vec<_> = house.sim.control().requests();
    // What the engine before still sent has the other key, which is refused here.
    let beyond: Vec<_> = beyond
        .iter()
        .filter(|r| !r.path.starts_with("/v1/user/me") && r.status != Some(401))
        .collect();
    assert!(beyond.is_empty(), "{beyond:?}");
    // Nothing is sent for it either, and the file stays.
    house.engine.paste_text(HELLO.into()).await.unwrap();
    let draft = house.until("a draft", |s| s.draft.is_some()).await;
    assert!(draft.draft.as_ref().unwrap().blocked.is_some());
    assert!(!open(&draft).can.close && !open(&draft).can.ask_again);
    let refused = house
        .engine
        .ask(draft.draft.as_ref().unwrap().id, None)
        .await;
    assert!(refused.is_err(), "{refused:?}");

    // Now it says so: it is another account, with nothing of the first one's.
    house.sim.control().clear_faults();
    let known = house
        .until("the other account", |s| {
            s.connection.state == ConnectionState::Online && s.rows.is_empty()
        })
        .await;
    assert_ne!(
        known.account.as_ref().unwrap().address,
        restored.account.as_ref().unwrap().address
    );
    house.engine.stop().await;

    // With its own key the first one finds out what became of it.
    swap(&mut house, at, 11).await;
    KeyStore::write(&*house.keys, &origin, &house.key()).unwrap();
    house.restart().await;
    house
        .until("the first account", |s| {
            s.account.as_ref().unwrap().address == restored.account.as_ref().unwrap().address
        })
        .await;
    house.engine.look(Some(id)).await.unwrap();
    house.state(StateCode::NotSent).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_put_forward_between_two_runs_does_not_make_a_create_certainly_absent() {
    let mut house = unhurried().await;
    once(&house, CREATE, FaultKind::Close);
    let id = house.ask(HELLO).await;
    house.state(StateCode::Unclear).await;
    house.engine.stop().await;
    house.clock.set(86_400);
    house.engine = slow_engine(&house.sim, house.dir.path(), &house.keys, &house.clock).await;
    house.until("connected", |s| s.account.is_some()).await;
    house.engine.look(Some(id)).await.unwrap();
    house.until("it open", |s| s.open.is_some()).await;
    let lists = || came(&house.sim, "GET", "/v1/deployments");
    let before = lists();
    soon("four lists", || {
        house.engine.refresh();
        lists() >= before + 4
    })
    .await;
    let now = house.engine.snapshots().borrow().clone();
    assert_eq!(open(&now).row.state.code, StateCode::Unclear);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_close_passes_the_pause_that_the_console_asked_for() {
    let house = House::connected().await;
    house.ask(HELLO).await;
    let there = house
        .until("it stands", |s| {
            s.open.as_ref().is_some_and(|o| o.can.close)
        })
        .await;
    let pause = FaultKind::RateLimit {
        retry_after: Some("90".into()),
    };
    once(&house, "GET /v1/deployments", pause);
    house.engine.refresh();
    soon("told to wait", || {
        let requests = house.sim.control().requests();
        requests.iter().any(|r| r.status == Some(429))
    })
    .await;
    // Much earlier than the pause ends.
    house.engine.close(&open(&there).row.id).await.unwrap();
    house.state(StateCode::Abandoned).await;
    house.engine.paste_text(HELLO.into()).await.unwrap();
    let draft = house
        .until("a draft that nothing stops", |s| {
            s.draft.as_ref().is_some_and(|d| d.blocked.is_none())
        })
        .await;
    let asked = house.engine.ask(draft.draft.as_ref().unwrap().id, None);
    tokio::time::timeout(Duration::from_secs(60), asked)
        .await
        .expect("before the pause ends")
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_close_is_sent_though_no_look_at_it_comes_back() {
    let house = House::connected().await;
    let id = house.ask(HELLO).await;
    house.choose(&id).await;
    house.state(StateCode::Answering).await;
    always(&house, DETAIL, FaultKind::Hang);
    house.engine.close(&id).await.unwrap();
    soon("the close", || {
        came(&house.sim, "DELETE", "/v1/deployments") == 1
    })
    .await;
    house.sim.control().clear_faults();
    house.state(StateCode::Closed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_answered_in_the_demo_is_written_in_its_own_time() {
    let house = House::connected().await;
    let config = Config {
        speed: PACE,
        start: Some("2001-01-01T00:00:00Z".parse().unwrap()),
        latency: Latency::none(),
        ..support::summer()
    };
    let demo = akash_simulator::start(config).await.unwrap();
    once(&house, CREATE, FaultKind::Delay { ms: 1_500 });
    let id = house.ask(HELLO).await;
    let (url, key) = (demo.url().parse().unwrap(), demo.api_key().into());
    house
        .engine
        .enter_demo(url, key, PACE, false)
        .await
        .unwrap();
    soon("the answer", || {
        let requests = house.sim.control().requests();
        requests
            .iter()
            .any(|r| r.method == "POST" && r.path == "/v1/deployments" && r.status.is_some())
    })
    .await;
    let stands = async || {
        let said = said(&house, &id).await;
        said.into_iter()
            .find(|e| e.text.contains("Deployment created"))
    };
    let waited = tokio::time::timeout(Duration::from_secs(30), async {
        loop {
            if let Some(event) = stands().await {
                return event;
            }
            tokio::task::yield_now().await;
        }
    });
    let event = waited.await.expect("it is written down");
    assert!(event.at.as_str() > "2026", "{event:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_addition_that_was_cut_off_is_settled_at_the_next_start() {
    for (kind, arrived) in [(FaultKind::ApplyThenHang, true), (FaultKind::Hang, false)] {
        let mut house = House::connected().await;
        let id = house.ask(HELLO).await;
        house.choose(&id).await;
        house.state(StateCode::Answering).await;
        once(&house, DEPOSIT, kind);
        let (engine, same) = (house.engine.clone(), id.clone());
        let adding = tokio::spawn(async move { engine.add_funds(&same, "1").await });
        soon("the deposit", || {
            came(&house.sim, "POST", "/v1/deposit") == 1
        })
        .await;
        adding.abort();
        house.restart().await;
        house.engine.look(Some(id.clone())).await.unwrap();
        if !arrived {
            // While it is not known, it is not sent again.
            house
                .until("it is open", |s| {
                    s.open.as_ref().is_some_and(|o| o.can.close)
                })
                .await;
            let again = house.engine.add_funds(&id, "1").await.unwrap_err();
            assert_eq!(again.code, Code::NotNow, "{again:?}");
            house.clock.forward(200);
        }
        let sets = if arrived { "6.00" } else { "5.00" };
        house
            .until("settled", |s| {
                s.open
                    .as_ref()
                    .is_some_and(|o| o.can.add_funds && o.money.set_aside.as_deref() == Some(sets))
            })
            .await;
        let last = said(&house, &id).await;
        let words = if arrived {
            "$1.00 more set aside"
        } else {
            "The $1.00 did not arrive: nothing was added"
        };
        assert!(last.iter().any(|e| e.text == words), "{last:#?}");
        assert_eq!(came(&house.sim, "POST", "/v1/deposit"), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_switch_of_automatic_funding_that_was_cut_off_is_read_back() {
    let mut house = House::connected().await;
    let id = house.ask(HELLO).await;
    house.choose(&id).await;
    house.state(StateCode::Answering).await;
    house
        .until("it can be switched", |s| {
            s.open.as_ref().is_some_and(|o| o.can.auto_funding)
        })
        .await;
    once(
        &house,
        "PATCH /v2/deployment-settings/{dseq}",
        FaultKind::ApplyThenHang,
    );
    let (engine, same) = (house.engine.clone(), id.clone());
    let switching = tokio::spawn(async move { engine.set_auto_funding(&same, false).await });
    soon("the switch", || {
        came(&house.sim, "PATCH", "/v2/deployment-settings") == 1
    })
    .await;
    switching.abort();
    house.restart().await;
    house.engine.look(Some(id.clone())).await.unwrap();
    house
        .until("off", |s| {
            s.open
                .as_ref()
                .is_some_and(|o| o.money.auto_funding == Some(false))
        })
        .await;
    let said = said(&house, &id).await;
    assert!(
        said.iter()
            .any(|e| e.text == "Automatic funding switched off"),
        "{said:#?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_again_that_was_cut_off_after_the_close_leaves_its_file_on_the_check_screen() {
    let mut house = House::connected().await;
    let id = house.ask(HELLO).await;
    house
        .until("a bid", |s| s.open.as_ref().is_some_and(|o| o.can.start))
        .await;
    house
        .sim
        .control()
        .change(Change::ExpireBids { dseq: None })
        .unwrap();
    house.state(StateCode::Lapsed).await;
    once(&house, CLOSE, FaultKind::ApplyThenHang);
    let (engine, same) = (house.engine.clone(), id.clone());
    let asking = tokio::spawn(async move { engine.ask_again(&same).await });
    soon("the close", || {
        came(&house.sim, "DELETE", "/v1/deployments") == 1
    })
    .await;
    asking.abort();
    house.restart().await;
    let waits = house
        .until("its file", |s| s.draft.is_some() && s.closed == 1)
        .await;
    assert_eq!(house.engine.draft_text().unwrap().text, HELLO);
    assert!(
        waits
            .notices
            .iter()
            .any(|n| n.title.contains("asking for prices again failed")),
        "{:?}",
        waits.notices
    );
    assert_eq!(house.creates(), 1, "never made again unprompted");
    // It is said once.
    house.engine.drop_draft().await.unwrap();
    house.restart().await;
    house.until("as before", |s| s.closed == 1).await;
    assert!(house.engine.draft_text().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ended_is_called_by_its_name() {
    let house = House::connected().await;
    let id = house.ask(HELLO).await;
    house.engine.rename(&id, "Shop").await.unwrap();
    house.choose(&id).await;
    let live = house.state(StateCode::Answering).await;
    house.engine.look(None).await.unwrap();
    let change = Change::EscrowRunsOut { dseq: dseq(&live) };
    house.sim.control().change(change).unwrap();
    house
        .until("its name", |s| {
            let mut titles = s.notices.iter().map(|notice| notice.title.as_str());
            titles.any(|title| title.starts_with("“Shop” ended"))
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_connection_is_said_to_be_one() {
    let mut house = House::connected().await;
    let id = house.ask(HELLO).await;
    house.choose(&id).await;
    house.state(StateCode::Answering).await;
    let spare = support::simulator().await;
    std::mem::replace(&mut house.sim, spare).stop().await;
    let error = house.engine.add_funds(&id, "1").await.unwrap_err();
    assert_eq!(
        (error.code, error.title.as_str()),
        (Code::Offline, "The Console cannot be reached."),
        "{error:?}"
    );
    assert_eq!(error.meaning.as_deref(), Some("Nothing was added."));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lapse_leaves_no_advice_to_choose_and_no_bid_without_points() {
    let house = House::connected().await;
    house.ask(HELLO).await;
    let many = house
        .until("many bids", |s| {
            s.open.as_ref().is_some_and(|o| {
                o.groups[0].bids.len() >= 5 && o.groups[0].bids.iter().all(|b| b.points.total > 0)
            })
        })
        .await;
    house
        .sim
        .control()
        .change(Change::ExpireBids { dseq: None })
        .unwrap();
    let lapsed = house.state(StateCode::Lapsed).await;
    for bid in &open(&lapsed).groups[0].bids {
        let before = open(&many).groups[0]
            .bids
            .iter()
            .find(|b| b.provider == bid.provider);
        assert!(bid.points.total > 0, "{bid:?}, before: {before:?}");
    }
}

/// Asks with a rule, and looks at the deployment.
async fn deploy(house: &House, way: RankBy) -> DeploymentId {
    house.engine.paste_text(HELLO.into()).await.unwrap();
    let draft = house
        .until("a draft that nothing stops", |s| {
            s.draft.as_ref().is_some_and(|d| d.blocked.is_none())
        })
        .await;
    let rule = Rule {
        way,
        region: None,
        limit: "20".into(),
    };
    let draft = draft.draft.as_ref().unwrap().id;
    let id = house.engine.ask(draft, Some(rule)).await.unwrap();
    house.engine.look(Some(id.clone())).await.unwrap();
    id
}

/// Aloft is quit while *Deploy for me* counts down.
async fn quit_while_it_counts(house: &House) {
    house
        .until("counting down", |s| {
            s.open
                .as_ref()
                .is_some_and(|o| o.auto.as_ref().is_some_and(|auto| auto.takes.is_some()))
        })
        .await;
    house.engine.stop().await;
    assert_eq!(came(&house.sim, "POST", "/v1/leases"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn deploy_for_me_gives_the_whole_time_to_stop_it_after_a_restart() {
    let mut house = unhurried().await;
    let id = deploy(&house, RankBy::Cheapest).await;
    quit_while_it_counts(&house).await;
    // Longer than it would have waited.
    house
        .sim
        .control()
        .change(Change::Jump { seconds: 40 })
        .unwrap();
    house.engine = slow_engine(&house.sim, house.dir.path(), &house.keys, &house.clock).await;
    house
        .until("it is said, with a way to it", |s| {
            s.notices.iter().any(|n| {
                n.deployment.as_ref() == Some(&id) && n.title.contains("accepts a bid in a moment")
            })
        })
        .await;
    assert_eq!(came(&house.sim, "POST", "/v1/leases"), 0);
    soon("the lease", || came(&house.sim, "POST", "/v1/leases") == 1).await;
    let said = said(&house, &id).await;
    let at = |words: &str| -> jiff::Timestamp {
        let event = said.iter().find(|e| e.text.contains(words));
        event
            .unwrap_or_else(|| panic!("{words}: {said:#?}"))
            .at
            .parse()
            .unwrap()
    };
    let waited = at("Accepted the cheapest").as_second() - at("waits again").as_second();
    assert!(waited >= 10, "{waited} s");
}

#[tokio::test(flavor = "multi_thread")]
async fn deploy_for_me_takes_no_bidder_that_it_knows_nothing_of() {
    let mut house = House::connected().await;
    let id = deploy(&house, RankBy::Reliable).await;
    quit_while_it_counts(&house).await;
    always(&house, "GET /v1/providers", FaultKind::Close);
    house.engine = support::engine(&house.sim, house.dir.path(), &house.keys, &house.clock).await;
    house.until("connected", |s| s.account.is_some()).await;
    house.engine.look(Some(id)).await.unwrap();
    house
        .until("why it waits", |s| {
            let auto = s.open.as_ref().and_then(|o| o.auto.as_ref());
            auto.is_some_and(|auto| auto.waits.is_some() && auto.takes.is_none())
        })
        .await;
    let looks = came(&house.sim, "GET", "/v1/bids");
    soon("more looks at the bids", || {
        house.engine.refresh();
        came(&house.sim, "GET", "/v1/bids") >= looks + 3
    })
    .await;
    assert_eq!(came(&house.sim, "POST", "/v1/leases"), 0);
    house.sim.control().clear_faults();
    soon("the lease", || came(&house.sim, "POST", "/v1/leases") == 1).await;
}
