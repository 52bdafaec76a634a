//! Killed at any moment, Aloft afterwards knows the truth: no deployment twice, none lost, no money left behind unseen.
//!
//! The real engine runs in a child process and lives whole lives of deployments; the parent kills it with SIGKILL at random moments and
//! starts it again, on the same folder, against a simulator that survives. `ALOFT_LONG=1` kills ten times as often.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout
)]

mod support;

use std::{
    collections::BTreeSet,
    os::unix::process::ExitStatusExt as _,
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use akash_simulator::{Config, Latency, Simulator};
use aloft_engine::view::*;
use support::{HELLO, Keys, PACE, TWO, TestClock};

/// How long the simulator takes to sign: the window in which a kill leaves an answer unread.
const SIGN: Duration = Duration::from_millis(250);

/// What a person would do next with what the window shows. `true`: this life is over.
async fn act(engine: &aloft_engine::Engine, snapshot: &Snapshot, sdl: &str) -> bool {
    let Some(open) = &snapshot.open else {
        if let Some(row) = snapshot.rows.first() {
            let _ = engine.look(Some(row.id.clone())).await;
        } else if snapshot.closed > 0 {
            return true;
        } else if let Some(draft) = &snapshot.draft {
            if draft.blocked.is_none() && snapshot.account.is_some() {
                let _ = engine.ask(draft.id).await;
            }
        } else if snapshot.account.is_some() {
            let _ = engine.paste_text(sdl.to_owned()).await;
        }
        return false;
    };
    let id = &open.row.id;
    match open.row.state.code {
        StateCode::Choosing
            if open.can.start && open.groups.iter().all(|g| g.bids.iter().any(|b| b.open)) =>
        {
            let choices = open
                .groups
                .iter()
                .map(|g| Choice {
                    gseq: g.gseq,
                    provider: g.bids[0].provider.clone(),
                })
                .collect();
            let _ = engine.start_lease(id, choices).await;
        }
        StateCode::NotSent => {
            let _ = engine.ask_again(id).await;
        }
        StateCode::Answering | StateCode::Lapsed | StateCode::LeaseLost => {
            let _ = engine.close(id).await;
        }
        StateCode::Closed | StateCode::Abandoned | StateCode::OutOfFunds => return true,
        _ => {}
    }
    false
}

/// The child: does nothing unless the parent started it.
#[tokio::test(flavor = "multi_thread")]
async fn child() {
    let Ok(dir) = std::env::var("ALOFT_CRASH_DIR") else {
        return;
    };
    let var = |name: &str| std::env::var(name).unwrap();
    let (keys, clock) = (Arc::new(Keys::default()), Arc::new(TestClock::default()));
    clock.forward(var("ALOFT_CRASH_FORWARD").parse().unwrap());
    let engine = support::engine_at(&var("ALOFT_CRASH_URL"), Path::new(&dir), &keys, &clock).await;
    let sdl = if var("ALOFT_CRASH_TWO") == "1" {
        TWO
    } else {
        HELLO
    };
    engine
        .connect(var("ALOFT_CRASH_KEY").into())
        .await
        .expect("connects");
    let mut snapshots = engine.snapshots();
    loop {
        let snapshot = Arc::clone(&snapshots.borrow_and_update());
        if act(&engine, &snapshot, sdl).await {
            engine.stop().await;
            std::process::exit(42);
        }
        let _ = tokio::time::timeout(Duration::from_millis(300), snapshots.changed()).await;
    }
}

fn spawn(sim: &Simulator, dir: &Path, two: bool, forward: i64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--nocapture"])
        .env("ALOFT_CRASH_DIR", dir)
        .env("ALOFT_CRASH_URL", sim.url())
        .env("ALOFT_CRASH_KEY", sim.api_key())
        .env("ALOFT_CRASH_TWO", if two { "1" } else { "0" })
        .env("ALOFT_CRASH_FORWARD", forward.to_string())
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

/// A small generator, so that a seed replays the same kills.
struct Luck(u64);

impl Luck {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
}

/// The phases on disk, read as another program would.
fn phases(dir: &Path) -> Vec<String> {
    let Ok(db) = rusqlite::Connection::open_with_flags(
        dir.join("journal.sqlite"),
        rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY,
    ) else {
        return Vec::new();
    };
    let Ok(mut statement) = db.prepare("SELECT record FROM deployments") else {
        return Vec::new();
    };
    let rows = statement
        .query_map([], |row| row.get::<_, String>(0))
        .unwrap();
    rows.map(|row| {
        serde_json::from_str::<serde_json::Value>(&row.unwrap()).unwrap()["phase"]
            .as_str()
            .unwrap()
            .to_owned()
    })
    .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_it_finds_everything_again() {
    let long = std::env::var_os("ALOFT_LONG").is_some();
    let wanted: u32 = if long { 300 } else { 30 };
    let seed = std::env::var("ALOFT_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or(20_261_123);
    println!("seed {seed}");
    let mut luck = Luck(seed | 1);
    let mut seen = BTreeSet::new();
    let (mut kills, mut life) = (0, 0);
    while kills < wanted || !every_phase(&seen) && kills < wanted * 4 {
        life += 1;
        let config = Config {
            speed: PACE,
            seed: luck.below(1_000_000),
            latency: Latency {
                sign: SIGN,
                ..Latency::none()
            },
            ..Config::default()
        };
        let sim = akash_simulator::start(config).await.unwrap();
        let dir = tempfile::tempdir().unwrap();
        let two = life % 3 == 0;
        let mut forward = 0;
        let began = Instant::now();
        loop {
            assert!(
                began.elapsed() < Duration::from_secs(240),
                "life {life} never ended: {:?}",
                phases(dir.path())
            );
            let mut child = spawn(&sim, dir.path(), two, forward);
            // Mostly soon after the start, where intents are; sometimes late.
            let lives = Duration::from_millis(if luck.below(4) == 0 {
                luck.below(9_000)
            } else {
                60 + luck.below(1_900)
            });
            let until = Instant::now() + lives;
            let ended = loop {
                if let Some(status) = child.try_wait().unwrap() {
                    break Some(status);
                }
                if Instant::now() >= until && kills < wanted * 4 {
                    break None;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            };
            if let Some(status) = ended {
                assert_eq!(status.code(), Some(42), "the engine ended by itself");
                break;
            }
            child.kill().unwrap();
            assert_eq!(child.wait().unwrap().signal(), Some(9));
            kills += 1;
            let now = phases(dir.path());
            seen.extend(if now.is_empty() {
                vec!["Nothing".to_owned()]
            } else {
                now
            });
            // A person starts Aloft again later than a request takes to be done: then it is certain, and the clock may say so.
            quiet(&sim).await;
            forward += 200;
        }
        truth(&sim, dir.path(), if two { 2 } else { 1 });
        sim.stop().await;
    }
    println!("{kills} kills in {life} lives, at {seen:?}");
    assert!(every_phase(&seen), "the kills missed a phase: {seen:?}");
}

fn every_phase(seen: &BTreeSet<String>) -> bool {
    [
        "Nothing", "Creating", "Choosing", "Leasing", "Up", "Closing",
    ]
    .iter()
    .all(|phase| seen.contains(*phase))
}

/// Waits until nothing that was sent is still being done.
async fn quiet(sim: &Simulator) {
    let mut last = (0, Instant::now());
    while last.1.elapsed() < SIGN * 2 {
        let count = sim.control().requests().len();
        if count != last.0 {
            last = (count, Instant::now());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The simulated chain against the journal.
fn truth(sim: &Simulator, dir: &Path, groups: usize) {
    let db = rusqlite::Connection::open(dir.join("journal.sqlite")).unwrap();
    let records: Vec<serde_json::Value> = db
        .prepare("SELECT record FROM deployments")
        .unwrap()
        .query_map([], |row| row.get::<_, String>(0))
        .unwrap()
        .map(|row| serde_json::from_str(&row.unwrap()).unwrap())
        .collect();
    assert_eq!(records.len(), 1, "one intent, one record: {records:#?}");
    let world = sim.control().world();
    let made = deployments(&world);
    assert_eq!(
        made.len(),
        1,
        "one deployment on the chain for one intent: {made:#?}"
    );
    let record = &records[0];
    assert_eq!(
        record["dseq"].as_u64(),
        made[0]["dseq"]
            .as_u64()
            .or_else(|| made[0]["dseq"].as_str().and_then(|d| d.parse().ok())),
        "{record:#?}"
    );
    let chain = &made[0];
    assert_eq!(
        (chain["active"].as_bool(), amount(&chain["escrow"]["funds"])),
        (Some(false), 0),
        "no money is left behind: {chain:#}"
    );
    assert_eq!(
        amount(&record["escrow"]["transferred"]),
        amount(&chain["escrow"]["transferred"]),
        "spent, to the micro-unit"
    );
    let leases = record["leases"].as_array().unwrap().len();
    assert!(
        leases == groups || leases == 0,
        "{leases} leases for {groups} groups"
    );
}

/// Whole micro-units of a decimal, as text or number.
fn amount(value: &serde_json::Value) -> i128 {
    let text = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    text.split('.').next().unwrap().parse().unwrap()
}

fn deployments(world: &serde_json::Value) -> Vec<serde_json::Value> {
    match &world["deployments"] {
        serde_json::Value::Array(list) => list.clone(),
        serde_json::Value::Object(map) => map.values().cloned().collect(),
        other => panic!("the world has no deployments: {other}"),
    }
}
