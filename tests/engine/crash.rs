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
    collections::BTreeMap,
    os::unix::process::ExitStatusExt as _,
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use akash_simulator::{Config, Fault, FaultKind, Latency, Simulator};
use aloft_engine::view::*;
use serde_json::Value;
use support::{HELLO, Keys, PACE, TWO, TestClock};

/// How long the simulator takes to sign: the window in which a kill leaves an answer unread.
const SIGN: Duration = Duration::from_millis(250);

/// What is sent to change something.
const CHANGES: [&str; 4] = [
    "POST /v1/deployments",
    "POST /v1/leases",
    "POST /v1/deposit-deployment",
    "DELETE /v1/deployments/{dseq}",
];

/// What a person would do next with what the window shows. `true`: this life is over.
async fn act(engine: &aloft_engine::Engine, snapshot: &Snapshot, sdl: &str) -> bool {
    let Some(open) = &snapshot.open else {
        if let Some(row) = snapshot.rows.first() {
            let _ = engine.look(Some(row.id.clone())).await;
        } else if snapshot.closed > 0 {
            return true;
        } else if let Some(draft) = &snapshot.draft {
            if draft.blocked.is_none() && snapshot.account.is_some() {
                let _ = engine.ask(draft.id, None).await;
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
        StateCode::Answering if open.money.set_aside.as_deref() == Some("5.00") => {
            let _ = engine.add_funds(id, "1").await;
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

/// The records on disk, read as another program would, each with whether money is being added to it.
fn records(dir: &Path) -> Vec<(Value, bool)> {
    let Ok(db) = rusqlite::Connection::open_with_flags(
        dir.join("journal.sqlite"),
        rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY,
    ) else {
        return Vec::new();
    };
    let sql = "SELECT record, (SELECT text FROM events WHERE deployment = deployments.id ORDER BY rowid DESC LIMIT 1) FROM deployments";
    let Ok(mut statement) = db.prepare(sql) else {
        return Vec::new();
    };
    let rows = statement
        .query_map([], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, Option<String>>(1)?))
        })
        .unwrap();
    rows.map(|row| {
        let (record, last) = row.unwrap();
        let adding = last.is_some_and(|event| event.starts_with("{\"adding\""));
        (serde_json::from_str(&record).unwrap(), adding)
    })
    .collect()
}

/// What the engine was doing by its journal, and for what it had decided, whether the chain had it by then.
fn doing(sim: &Simulator, dir: &Path) -> Vec<String> {
    let chain = deployments(&sim.control().world());
    let chain = chain.first();
    let half =
        |name: &str, done: bool| format!("{name}, {}", if done { "done" } else { "not yet" });
    let leased = |d: &Value| {
        d["leases"]
            .as_array()
            .is_some_and(|leases| !leases.is_empty())
    };
    let doing: Vec<String> = records(dir)
        .iter()
        .map(|(record, adding)| match record["phase"].as_str().unwrap() {
            "Creating" | "Unclear" => half("creating", chain.is_some()),
            "Leasing" => half("leasing", chain.is_some_and(leased)),
            "Closing" => half("closing", chain.is_some_and(|d| d["active"] == false)),
            "Up" if *adding => half(
                "adding",
                chain
                    .is_some_and(|d| amount(&d["escrow"]["deposited"]) > amount(&record["put_in"])),
            ),
            phase => phase.to_owned(),
        })
        .collect();
    if doing.is_empty() {
        vec!["nothing".into()]
    } else {
        doing
    }
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
    let mut seen = BTreeMap::new();
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
            ..support::summer()
        };
        let sim = akash_simulator::start(config).await.unwrap();
        // Half of the answers dawdle: a kill then comes after it was done and before that is known.
        for endpoint in CHANGES {
            let slow = Fault {
                percent: 50,
                ..Fault::new(endpoint, FaultKind::SlowBody { ms: 15 })
            };
            sim.control().fault(slow).unwrap();
        }
        let dir = tempfile::tempdir().unwrap();
        let two = life % 3 == 0;
        let mut forward = 0;
        let began = Instant::now();
        // Some die before they have done anything: that is a moment too, and a short one.
        let mut young = life % 4 == 1;
        loop {
            assert!(
                began.elapsed() < Duration::from_secs(240),
                "life {life} never ended: {:?}",
                records(dir.path())
            );
            let mut child = spawn(&sim, dir.path(), two, forward);
            // Mostly soon after the start, where intents are; sometimes late.
            let lives = Duration::from_millis(if luck.below(4) == 0 {
                luck.below(9_000)
            } else {
                60 + luck.below(1_900)
            });
            let mut until = Instant::now() + lives;
            // Every second one waits for a decision that is under way, and dies in the middle of that.
            let mut aimed = luck.below(2) == 0;
            if std::mem::take(&mut young) {
                aimed = false;
                until = Instant::now() + Duration::from_millis(20 + luck.below(100));
            }
            if aimed {
                until = Instant::now() + Duration::from_secs(9);
            }
            let ended = loop {
                if let Some(status) = child.try_wait().unwrap() {
                    break Some(status);
                }
                if aimed
                    && doing(&sim, dir.path())
                        .iter()
                        .any(|what| what.contains(", "))
                {
                    aimed = false;
                    until = Instant::now()
                        + Duration::from_millis(luck.below(2 * SIGN.as_millis() as u64));
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
            let status = child.wait().unwrap();
            // It may have ended by itself at that very moment.
            if status.code() == Some(42) {
                break;
            }
            assert_eq!(status.signal(), Some(9));
            kills += 1;
            for what in doing(&sim, dir.path()) {
                *seen.entry(what).or_default() += 1;
            }
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

/// Every decision was cut off before and after the chain had it, and every rest between them.
fn every_phase(seen: &BTreeMap<String, u32>) -> bool {
    let decisions = ["creating", "leasing", "adding", "closing"];
    let halves = decisions
        .iter()
        .flat_map(|what| [format!("{what}, not yet"), format!("{what}, done")]);
    ["nothing", "Choosing", "Up"]
        .map(str::to_owned)
        .into_iter()
        .chain(halves)
        .all(|what| seen.contains_key(&what))
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
    let records: Vec<Value> = records(dir).into_iter().map(|(record, _)| record).collect();
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
    // These lives end before anything would be funded automatically.
    assert_eq!(
        amount(&record["put_in"]),
        amount(&chain["escrow"]["deposited"]),
        "set aside, to the micro-unit"
    );
    let leases = record["leases"].as_array().unwrap().len();
    assert!(
        leases == groups || leases == 0,
        "{leases} leases for {groups} groups"
    );
}

/// Whole micro-units of a decimal, as text or number.
fn amount(value: &Value) -> i128 {
    let text = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    text.split('.').next().unwrap().parse().unwrap()
}

fn deployments(world: &Value) -> Vec<Value> {
    match &world["deployments"] {
        Value::Array(list) => list.clone(),
        Value::Object(map) => map.values().cloned().collect(),
        other => panic!("the world has no deployments: {other}"),
    }
}
