//! The disk, the clocks, a second Aloft and another account's key: none of them makes Aloft lose, repeat or misstate anything.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::{path::Path, sync::Arc, time::Duration};

use akash_simulator::{Change, Config, Fault, FaultKind, Latency};
use aloft_engine::{Clock, Engine, KeyStore, Options, StartError, view::*};
use support::{HELLO, House, PACE};

const CREATE: &str = "POST /v1/deployments";
const LEASE: &str = "POST /v1/leases";
const CLOSE: &str = "DELETE /v1/deployments/{dseq}";
const DAY: u32 = 86_400;

fn fault(house: &House, endpoint: &str, kind: FaultKind) {
    let fault = Fault::once(endpoint, kind);
    house.sim.control().fault(fault).unwrap();
}

/// How many requests of a kind came; `answered`: and were answered.
fn came(house: &House, method: &str, path: &str, answered: bool) -> usize {
    let fits = |r: &&akash_simulator::Request| {
        r.method == method && r.path.starts_with(path) && (!answered || r.status.is_some())
    };
    house.sim.control().requests().iter().filter(fits).count()
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

/// The deployments on the chain.
fn chain(house: &House) -> Vec<serde_json::Value> {
    match &house.sim.control().world()["deployments"] {
        serde_json::Value::Object(map) => map.values().cloned().collect(),
        serde_json::Value::Array(list) => list.clone(),
        other => panic!("{other}"),
    }
}

/// How many are shown in the list and how many stand on the chain.
fn agree(house: &House, snapshot: &Snapshot) {
    let standing = chain(house).iter().filter(|d| d["active"] == true).count();
    assert_eq!(snapshot.rows.len(), standing, "{:#?}", snapshot.rows);
}

fn code(snapshot: &Snapshot) -> StateCode {
    snapshot.open.as_ref().unwrap().row.state.code
}

#[cfg(unix)]
mod disk {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    use super::*;

    /// How far files may be written, bytes.
    fn limit(bytes: Option<u64>) {
        let maximum = getrlimit(Resource::Fsize).maximum;
        let current = bytes.or(maximum);
        setrlimit(Resource::Fsize, Rlimit { current, maximum }).unwrap();
    }

    fn journal(house: &House) -> u64 {
        let wal = house.dir.path().join("journal.sqlite-wal");
        std::fs::metadata(wal).map_or(0, |wal| wal.len())
    }

    fn is_disk(error: &AppError) {
        assert_eq!(error.code, Code::Disk, "{error:?}");
        assert!(error.retry && error.next.is_some(), "{error:?}");
        assert!(error.meaning.as_ref().unwrap().contains("Nothing was sent"));
    }

    /// Tries on a disk that is full at once, and on one that gets full in the middle of what is written; then there is room again.
    async fn refused<T: std::fmt::Debug>(house: &House, act: impl AsyncFn() -> Result<T>) {
        for more in [0, 20, 4_120, 5_000] {
            limit(Some(if more == 0 { 0 } else { journal(house) + more }));
            let error = act().await.unwrap_err();
            limit(None);
            is_disk(&error);
        }
    }

    type Result<T> = std::result::Result<T, AppError>;

    /// A process of its own: a limit on files is for all of it.
    #[test]
    fn on_a_full_disk_nothing_is_sent_and_nothing_lost() {
        let status = std::process::Command::new("sh")
            .args([
                "-c",
                "trap '' XFSZ; exec \"$0\" --exact disk::child --ignored",
            ])
            .arg(std::env::current_exe().unwrap())
            .env("ALOFT_DISK_CHILD", "1")
            .status()
            .unwrap();
        assert!(status.success(), "{status}");
    }

    #[tokio::test(flavor = "multi_thread")]
    #[ignore = "the other test starts it, where writing too far is an error and not the end"]
    async fn child() {
        assert!(std::env::var_os("ALOFT_DISK_CHILD").is_some());
        let house = House::connected().await;
        house.engine.paste_text(HELLO.into()).await.unwrap();
        let draft = house
            .until("a draft that nothing stops", |s| {
                s.draft.as_ref().is_some_and(|d| d.blocked.is_none())
            })
            .await;
        let draft = draft.draft.as_ref().unwrap().id;

        refused(&house, async || house.engine.ask(draft, None).await).await;
        assert_eq!(house.creates(), 0);
        assert_eq!(house.engine.draft_text().unwrap().text, HELLO);

        // It gets full between the intent and the outcome.
        fault(&house, CREATE, FaultKind::Delay { ms: 500 });
        let id = house.engine.ask(draft, None).await.unwrap();
        house.engine.look(Some(id.clone())).await.unwrap();
        limit(Some(0));
        soon("the answer", || {
            came(&house, "POST", "/v1/deployments", true) == 1
        })
        .await;
        let lists = came(&house, "GET", "/v1/deployments", false);
        house.engine.refresh();
        soon("a look at it", || {
            came(&house, "GET", "/v1/deployments", false) > lists
        })
        .await;
        limit(None);
        let found = house
            .until("what became of it", |s| {
                s.open.as_ref().is_some_and(|o| {
                    !matches!(o.row.state.code, StateCode::Creating | StateCode::Unclear)
                })
            })
            .await;
        agree(&house, &found);
        assert_eq!(house.creates(), 1);
        // On a slow machine its bids may have lapsed meanwhile, and then it is being closed already.
        if found.open.as_ref().unwrap().can.close {
            let _ = house.engine.close(&id).await;
        }
        house.state(StateCode::Abandoned).await;
        house.sim.control().forget_requests();

        // Anew, since bids don't wait.
        let id = house.ask(HELLO).await;
        let bids = house
            .until("its bids", |s| s.open.as_ref().is_some_and(|o| o.can.start))
            .await;

        let provider = bids.open.as_ref().unwrap().groups[0].bids[0]
            .provider
            .clone();
        let choices = || {
            let provider = provider.clone();
            vec![Choice { gseq: 1, provider }]
        };
        refused(&house, async || {
            house.engine.start_lease(&id, choices()).await
        })
        .await;
        assert_eq!(came(&house, "POST", "/v1/leases", false), 0);
        fault(&house, LEASE, FaultKind::Delay { ms: 500 });
        house.engine.start_lease(&id, choices()).await.unwrap();
        limit(Some(0));
        soon("the answer", || {
            came(&house, "POST", "/v1/leases", true) == 1
        })
        .await;
        limit(None);
        house.state(StateCode::Answering).await;

        refused(&house, async || house.engine.add_funds(&id, "1").await).await;
        assert_eq!(came(&house, "POST", "/v1/deposit", false), 0);
        // Money that went out while the disk got full must not be asked for again.
        fault(
            &house,
            "POST /v1/deposit-deployment",
            FaultKind::Delay { ms: 500 },
        );
        let (engine, same) = (house.engine.clone(), id.clone());
        let adding = tokio::spawn(async move { engine.add_funds(&same, "1").await });
        soon("the deposit", || {
            came(&house, "POST", "/v1/deposit", false) == 1
        })
        .await;
        limit(Some(0));
        let error = adding.await.unwrap().unwrap_err();
        limit(None);
        assert!(!error.retry && error.next.unwrap().contains("Don’t"));
        house
            .until("what was really set aside", |s| {
                s.open
                    .as_ref()
                    .is_some_and(|o| o.money.set_aside.as_deref() == Some("6.00"))
            })
            .await;

        // A look that can't be written down is a look that is made again.
        limit(Some(0));
        let standing = chain(&house).into_iter().find(|d| d["active"] == true);
        let dseq = standing.unwrap()["dseq"].as_u64().unwrap();
        let lost = Change::CloseLease {
            dseq,
            gseq: None,
            reason: None,
        };
        house.sim.control().change(lost).unwrap();
        let detail = format!("/v1/deployments/{dseq}");
        let looks = came(&house, "GET", &detail, true);
        soon("three more looks", || {
            house.engine.refresh();
            came(&house, "GET", &detail, true) >= looks + 3
        })
        .await;
        limit(None);
        house.state(StateCode::LeaseLost).await;

        refused(&house, async || house.engine.close(&id).await).await;
        assert_eq!(came(&house, "DELETE", "/v1/deployments", false), 0);
        // Once the close went out, nobody says that nothing was sent.
        fault(&house, CLOSE, FaultKind::Delay { ms: 500 });
        let (engine, same) = (house.engine.clone(), id.clone());
        let asking = tokio::spawn(async move { engine.ask_again(&same).await });
        soon("the close", || {
            came(&house, "DELETE", "/v1/deployments", false) == 1
        })
        .await;
        limit(Some(0));
        let error = asking.await.unwrap().unwrap_err();
        limit(None);
        let said = serde_json::to_string(&error).unwrap();
        assert!(!said.contains("Nothing was sent"), "{said}");
        let closed = house.state(StateCode::Closed).await;
        agree(&house, &closed);
        assert_eq!(chain(&house).len(), 2);
    }
}

/// Starts an engine as another Aloft would.
async fn another(house: &House, dir: &Path) -> Result<Engine, StartError> {
    let options = Options {
        data_dir: dir.to_owned(),
        console_url: Some(house.sim.url().parse().unwrap()),
        user_agent: "Aloft/test".into(),
        keys: Arc::clone(&house.keys) as Arc<dyn KeyStore>,
        clock: Arc::clone(&house.clock) as Arc<dyn Clock>,
        pace: PACE,
    };
    Engine::start(options).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_engine_on_the_same_folder_is_refused() {
    let house = House::connected().await;
    let refused = another(&house, house.dir.path()).await;
    let Err(error @ StartError::InUse { .. }) = refused else {
        panic!("two engines on one folder");
    };
    assert!(error.to_string().contains("another Aloft"), "{error}");
    let id = house.ask(HELLO).await;
    house
        .until("the first one works on", |s| {
            s.open.as_ref().is_some_and(|o| o.can.start)
        })
        .await;
    house.engine.stop().await;
    let next = another(&house, house.dir.path())
        .await
        .expect("the folder is free");
    let mut snapshots = next.snapshots();
    let same = snapshots.wait_for(|s| s.rows.iter().any(|row| row.id == id));
    tokio::time::timeout(Duration::from_secs(30), same)
        .await
        .unwrap()
        .unwrap();
}

/// Quit and start at once: the old process may still be closing the journal.
#[tokio::test(flavor = "multi_thread")]
async fn a_start_waits_for_an_aloft_that_is_just_quitting() {
    let house = House::open().await;
    house.engine.stop().await;
    let lock = std::fs::OpenOptions::new()
        .write(true)
        .open(house.dir.path().join("journal.lock"))
        .unwrap();
    lock.lock().unwrap();
    let mut start = std::pin::pin!(another(&house, house.dir.path()));
    let early = tokio::time::timeout(Duration::from_millis(500), &mut start).await;
    assert!(early.is_err(), "it neither waited nor kept out");
    drop(lock);
    start.await.expect("the folder is free now").stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_that_was_stopped_writes_nothing_more() {
    let house = House::connected().await;
    fault(&house, CREATE, FaultKind::Delay { ms: 800 });
    let id = house.ask(HELLO).await;
    house.engine.stop().await;
    let next = another(&house, house.dir.path())
        .await
        .expect("the folder is free");
    let mut snapshots = next.snapshots();
    let there = snapshots.wait_for(|s| s.account.is_some());
    tokio::time::timeout(Duration::from_secs(30), there)
        .await
        .unwrap()
        .unwrap();
    next.look(Some(id)).await.unwrap();
    let found = snapshots.wait_for(|s| s.open.as_ref().is_some_and(|o| o.can.start));
    tokio::time::timeout(Duration::from_secs(60), found)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(house.creates(), 1);
    assert_eq!(chain(&house).len(), 1);
}

/// Waits until the engine has read the list of deployments `more` times more.
async fn lists(house: &House, more: usize) {
    let count = || {
        let requests = house.sim.control().requests();
        let list = requests
            .iter()
            .filter(|r| r.method == "GET" && r.status.is_some());
        list.filter(|r| r.path.split('?').next() == Some("/v1/deployments"))
            .count()
    };
    let before = count();
    soon("more lists", || {
        house.engine.refresh();
        count() >= before + more
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_put_forward_does_not_make_a_create_certainly_absent() {
    let house = House::connected().await;
    fault(&house, CREATE, FaultKind::Close);
    house.ask(HELLO).await;
    house.state(StateCode::Unclear).await;
    for set in [3_600, i64::from(DAY), -2 * i64::from(DAY)] {
        house.clock.set(set);
        lists(&house, 4).await;
        assert_eq!(
            code(&house.engine.snapshots().borrow()),
            StateCode::Unclear,
            "{set} s"
        );
    }
    house.clock.forward(200);
    house.state(StateCode::NotSent).await;
    assert_eq!(house.creates(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_put_back_between_two_runs_does_not_leave_a_create_unclear_for_ever() {
    let mut house = House::connected().await;
    fault(&house, CREATE, FaultKind::Close);
    let id = house.ask(HELLO).await;
    house.state(StateCode::Unclear).await;
    house.clock.set(-i64::from(DAY));
    house.restart().await;
    house.engine.look(Some(id)).await.unwrap();
    house.state(StateCode::Unclear).await;
    lists(&house, 4).await;
    assert_eq!(code(&house.engine.snapshots().borrow()), StateCode::Unclear);
    house.clock.forward(200);
    house.state(StateCode::NotSent).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_set_in_the_middle_of_anything_changes_nothing() {
    for set in [3_600, -3_600, i64::from(DAY), -i64::from(DAY)] {
        let house = House::connected().await;
        for endpoint in [CREATE, LEASE, CLOSE] {
            fault(&house, endpoint, FaultKind::Delay { ms: 300 });
        }
        let id = house.ask(HELLO).await;
        house.clock.set(set);
        house.choose(&id).await;
        house.clock.set(-2 * set);
        let live = house.state(StateCode::Answering).await;
        agree(&house, &live);
        house.engine.close(&id).await.unwrap();
        house.clock.set(2 * set);
        let closed = house.state(StateCode::Closed).await;
        agree(&house, &closed);
        assert_eq!((house.creates(), chain(&house).len()), (1, 1));
        let receipt = closed.open.as_ref().unwrap().receipt.clone().unwrap();
        assert!(
            receipt.why == "You stopped it." && receipt.returned.is_some(),
            "{receipt:?}"
        );
    }
}

/// The laptop sleeps for a day: the world goes on, the engine's own clock hardly.
fn sleep_a_day(house: &House) {
    house
        .sim
        .control()
        .change(Change::Jump { seconds: DAY })
        .unwrap();
    house.clock.set(i64::from(DAY));
}

#[tokio::test(flavor = "multi_thread")]
async fn asleep_for_a_day_it_wakes_to_the_truth() {
    let house = House::connected().await;
    // Before a choice was made: the bids are gone, and the Console or Aloft has closed what nobody used.
    let id = house.ask(HELLO).await;
    house
        .until("a bid", |s| s.open.as_ref().is_some_and(|o| o.can.start))
        .await;
    sleep_a_day(&house);
    let over = house
        .until("over, or asking again", |s| {
            matches!(code(s), StateCode::Lapsed | StateCode::Abandoned)
        })
        .await;
    if code(&over) == StateCode::Lapsed {
        house.engine.close(&id).await.unwrap();
        house.state(StateCode::Abandoned).await;
    }

    // In the middle of a create.
    fault(&house, CREATE, FaultKind::ApplyThenClose);
    let id = house.ask(HELLO).await;
    sleep_a_day(&house);
    // The Console closes what nobody leased: in a day that may be done before anybody looked, and then it is in no list.
    let standing = || chain(&house).iter().filter(|d| d["active"] == true).count();
    let known = house
        .until("found, or closed by the Console", |s| {
            !matches!(code(s), StateCode::Creating | StateCode::Unclear) || standing() == 0
        })
        .await;
    match code(&known) {
        StateCode::Creating | StateCode::Unclear => {
            while house.engine.forget(&id).await.is_err() {
                tokio::task::yield_now().await;
            }
        }
        StateCode::Abandoned => {}
        StateCode::Choosing | StateCode::Lapsed => {
            house.engine.close(&id).await.unwrap();
            house.state(StateCode::Abandoned).await;
        }
        other => panic!("{other:?}"),
    }

    // While it runs, and in the middle of a close.
    let id = house.ask(HELLO).await;
    house.choose(&id).await;
    house.state(StateCode::Answering).await;
    sleep_a_day(&house);
    house.engine.refresh();
    lists(&house, 2).await;
    let live = house.state(StateCode::Answering).await;
    agree(&house, &live);
    fault(&house, CLOSE, FaultKind::Close);
    house.engine.close(&id).await.unwrap();
    sleep_a_day(&house);
    let closed = house.state(StateCode::Closed).await;
    agree(&house, &closed);
    assert_eq!((house.creates(), chain(&house).len()), (3, 3));
}

/// Simulators one after the other at one address: one Console with two accounts.
async fn console(
    listen: std::net::SocketAddr,
    seed: u64,
    state: &Path,
) -> akash_simulator::Simulator {
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

#[tokio::test(flavor = "multi_thread")]
async fn another_accounts_key_does_not_make_this_accounts_deployments_look_closed() {
    let mut house = House::open().await;
    let (mine, other) = (
        house.dir.path().join("mine.json"),
        house.dir.path().join("other.json"),
    );
    let at = house.sim.url().parse::<url::Url>().unwrap();
    let at = std::net::SocketAddr::from(([127, 0, 0, 1], at.port().unwrap()));
    let first = std::mem::replace(&mut house.sim, support::simulator().await);
    first.stop().await;
    house.sim = console(at, 11, &mine).await;
    house.engine.connect(house.key()).await.unwrap();
    let id = house.ask(HELLO).await;
    house.choose(&id).await;
    house.state(StateCode::Answering).await;
    let before = house.until("nothing closed", |s| s.closed == 0).await;
    let address = before.account.as_ref().unwrap().address.clone();

    let first = std::mem::replace(&mut house.sim, support::simulator().await);
    first.stop().await;
    house.sim = console(at, 12, &other).await;
    house.engine.connect(house.key()).await.unwrap();
    let foreign = house
        .until("the other account", |s| {
            s.account.as_ref().is_some_and(|a| a.address != address)
        })
        .await;
    assert!(
        foreign.rows.is_empty() && foreign.closed == 0,
        "{foreign:#?}"
    );
    lists(&house, 4).await;
    // Not even when it is looked at: a foreign dseq answers 404.
    house.engine.look(Some(id.clone())).await.unwrap();
    lists(&house, 4).await;
    assert!(
        house.engine.close(&id).await.is_err(),
        "nothing of one account is done with another's key"
    );
    assert_eq!(came(&house, "DELETE", "/v1/deployments", false), 0);
    let foreign = house.engine.snapshots().borrow().clone();
    assert!(
        foreign.rows.is_empty() && foreign.closed == 0,
        "{foreign:#?}"
    );

    let second = std::mem::replace(&mut house.sim, support::simulator().await);
    second.stop().await;
    house.sim = console(at, 11, &mine).await;
    house.engine.connect(house.key()).await.unwrap();
    house.engine.look(Some(id.clone())).await.unwrap();
    let back = house.state(StateCode::Answering).await;
    assert!(
        back.closed == 0 && back.rows.len() == 1 && back.rows[0].ours,
        "{back:#?}"
    );
    house.engine.close(&id).await.unwrap();
    let closed = house.state(StateCode::Closed).await;
    agree(&house, &closed);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_console_knows_no_more_is_not_closed_for_ever() {
    let mut house = House::open().await;
    let (before, after) = (
        house.dir.path().join("before.json"),
        house.dir.path().join("after.json"),
    );
    let at = house.sim.url().parse::<url::Url>().unwrap();
    let at = std::net::SocketAddr::from(([127, 0, 0, 1], at.port().unwrap()));
    let first = std::mem::replace(&mut house.sim, support::simulator().await);
    first.stop().await;
    house.sim = console(at, 11, &before).await;
    house.engine.connect(house.key()).await.unwrap();
    let id = house.ask(HELLO).await;
    house.choose(&id).await;
    let live = house.state(StateCode::Answering).await;

    // The same account at the same address, and its deployment is gone from there.
    let first = std::mem::replace(&mut house.sim, support::simulator().await);
    first.stop().await;
    house.sim = console(at, 11, &after).await;
    lists(&house, 3).await;
    let now = house.engine.snapshots().borrow().clone();
    assert_eq!(
        now.account.as_ref().unwrap().address,
        live.account.as_ref().unwrap().address
    );
    assert!(
        now.rows.len() == 1 && now.closed == 0,
        "it is not taken for closed by itself"
    );
    house.engine.close(&id).await.unwrap();
    soon("many tries", || {
        house.engine.refresh();
        came(&house, "DELETE", "/v1/deployments", true) >= 4
    })
    .await;
    // A node may lag.
    house.state(StateCode::Closing).await;
    house.clock.forward(200);
    let over = house.state(StateCode::Closed).await;
    let receipt = over.open.as_ref().unwrap().receipt.clone().unwrap();
    assert!(receipt.why.contains("no longer finds"), "{receipt:?}");
    assert!(
        receipt.unknown && receipt.spent.is_none() && receipt.returned.is_none(),
        "{receipt:?}"
    );
    let tries = came(&house, "DELETE", "/v1/deployments", false);
    lists(&house, 4).await;
    assert_eq!(came(&house, "DELETE", "/v1/deployments", false), tries);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_create_that_was_closed_before_anybody_looked_is_not_said_never_to_have_been_made() {
    let mut house = House::connected().await;
    fault(&house, CREATE, FaultKind::ApplyThenHang);
    let id = house.ask(HELLO).await;
    soon("it was made", || chain(&house).len() == 1).await;
    sleep_a_day(&house);
    soon("the Console closed it", || {
        chain(&house).iter().all(|d| d["active"] == false)
    })
    .await;
    house.restart().await;
    house.clock.forward(200);
    house.engine.look(Some(id.clone())).await.unwrap();
    let over = house.state(StateCode::NotSent).await;
    let open = over.open.as_ref().unwrap();
    let detail = open.row.state.detail.clone().unwrap();
    assert!(
        detail.contains("closed") && detail.contains("Nothing is set aside"),
        "{detail}"
    );
    assert!(open.can.ask_again);
    let told = house.engine.timeline(&id).await.unwrap();
    assert!(
        told.iter().all(|event| !event.text.contains("certainly")),
        "{told:?}"
    );
    assert_eq!(house.creates(), 1);
}

/// The journal of an engine that was stopped, as another program would open it.
fn sqlite(house: &House, sql: &str) -> usize {
    let db = rusqlite::Connection::open(house.dir.path().join("journal.sqlite")).unwrap();
    db.execute(sql, []).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_cannot_be_read_does_not_keep_aloft_from_starting() {
    let mut house = House::connected().await;
    let lost = house.ask(HELLO).await;
    house.choose(&lost).await;
    house.state(StateCode::Answering).await;
    let other = house.ask(HELLO).await;
    house.engine.stop().await;
    let changed =
        "UPDATE deployments SET record = json_set(record, '$.phase', 'Orbiting') WHERE id = '";
    assert_eq!(sqlite(&house, &format!("{changed}{lost}'")), 1);
    sqlite(
        &house,
        "INSERT OR REPLACE INTO draft (one, draft) VALUES (1, '{\"name\":7}')",
    );
    house.restart().await;
    let again = house
        .until(
            "the other one, and the lost one as found on the account",
            |s| {
                s.rows.len() == 2
                    && s.rows.iter().any(|row| row.id == other)
                    && s.rows.iter().any(|row| !row.ours && row.price.is_some())
            },
        )
        .await;
    let said = again.notices.iter().find(|n| n.title.contains("record"));
    assert!(said.is_some(), "{:?}", again.notices);
    // What Aloft can't read it can still close.
    let found = again.rows.iter().find(|row| !row.ours).unwrap().id.clone();
    house.engine.look(Some(found.clone())).await.unwrap();
    house.engine.close(&found).await.unwrap();
    house.state(StateCode::Closed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_of_a_newer_aloft_is_left_as_it_is() {
    let house = House::connected().await;
    house.engine.stop().await;
    sqlite(&house, "PRAGMA user_version = 3");
    let Err(error) = another(&house, house.dir.path()).await else {
        panic!("an older Aloft wrote into a newer one’s journal");
    };
    let said = error.to_string();
    assert!(
        said.contains("newer Aloft") && said.contains("Install"),
        "{said}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_imported_deployment_is_not_closed_by_itself() {
    let mut house = House::connected().await;
    let id = house.ask(HELLO).await;
    house
        .until("bids", |s| s.open.as_ref().is_some_and(|o| o.can.start))
        .await;
    house
        .sim
        .control()
        .change(Change::ExpireBids { dseq: None })
        .unwrap();
    house.state(StateCode::Lapsed).await;
    let file = house.dir.path().join("moved.json");
    house.engine.export(file.clone()).await.unwrap();
    house.engine.stop().await;
    // Lapsed for so long that Aloft would close it at the first look.
    let mut moved: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    moved["deployments"][0]["record"]["since"] = "2026-01-01T00:00:00Z".into();
    std::fs::write(&file, moved.to_string()).unwrap();

    let dir = tempfile::tempdir().unwrap();
    house.engine = another(&house, dir.path()).await.unwrap();
    assert_eq!(house.engine.import(file).await.unwrap(), 1);
    house.sim.control().forget_requests();
    house.engine.connect(house.key()).await.unwrap();
    house.engine.look(Some(id.clone())).await.unwrap();
    soon("two looks at its bids", || {
        house.engine.refresh();
        came(&house, "GET", "/v1/bids", true) >= 2
    })
    .await;
    assert_eq!(came(&house, "DELETE", "/v1/deployments", false), 0);
}
