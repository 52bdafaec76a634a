//! A Console in this process, an engine on a folder of its own, and a way to wait for what the window would show.
#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

use std::{
    collections::HashMap,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use akash_simulator::{Config, Latency, Simulator};
use aloft_engine::{Clock, Engine, KeyStore, KeyStoreError, Options, view::*};
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;

pub const PACE: u32 = 30;

/// One web service.
pub const HELLO: &str = include_str!("../../../src-tauri/engine/samples/hello.yaml");

/// Two placements, so two groups that both need a bid.
pub const TWO: &str = r#"
version: "2.0"
services:
  web:
    image: nginx:1.27
    expose:
      - port: 80
        to: [{ global: true }]
  api:
    image: nginx:1.27
    expose:
      - port: 80
        to: [{ global: true }]
profiles:
  compute:
    small:
      resources:
        cpu: { units: 0.5 }
        memory: { size: 512Mi }
        storage: { size: 512Mi }
  placement:
    west:
      pricing: { small: { denom: uact, amount: 1000 } }
    east:
      pricing: { small: { denom: uact, amount: 1000 } }
deployment:
  web:
    west: { profile: small, count: 1 }
  api:
    east: { profile: small, count: 1 }
"#;

/// Keys in memory: a system without a keychain would do for these tests too.
#[derive(Default)]
pub struct Keys {
    kept: Mutex<HashMap<String, SecretString>>,
    /// The keychain takes nothing.
    pub refuses: AtomicBool,
}

impl KeyStore for Keys {
    fn read(&self, origin: &str) -> Result<Option<SecretString>, KeyStoreError> {
        Ok(self.kept.lock().unwrap().get(origin).cloned())
    }
    fn write(&self, origin: &str, key: &SecretString) -> Result<(), KeyStoreError> {
        if self.refuses.load(Ordering::SeqCst) {
            return Err(KeyStoreError::Refused);
        }
        self.kept.lock().unwrap().insert(origin.into(), key.clone());
        Ok(())
    }
    fn remove(&self, origin: &str) -> Result<(), KeyStoreError> {
        self.kept.lock().unwrap().remove(origin);
        Ok(())
    }
}

/// The machine's clocks, which a test can turn.
#[derive(Default)]
pub struct TestClock {
    passed: AtomicI64,
    set: AtomicI64,
}

impl TestClock {
    /// Time passes.
    pub fn forward(&self, seconds: i64) {
        self.passed.fetch_add(seconds, Ordering::SeqCst);
    }

    /// Somebody sets the time of day, forward or back; no time passes.
    pub fn set(&self, seconds: i64) {
        self.set.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn wall(&self) -> Timestamp {
        let passed = self.passed.load(Ordering::SeqCst) + self.set.load(Ordering::SeqCst);
        Timestamp::now() + SignedDuration::from_secs(passed)
    }
    fn monotonic(&self) -> Instant {
        Instant::now() + Duration::from_secs(self.passed.load(Ordering::SeqCst).unsigned_abs())
    }
}

/// The Console of August 2026, which takes the amount to set aside from the client, and whose funding can be switched off. What does not
/// depend on that is tested with it.
pub fn summer() -> Config {
    Config {
        api_version: "2026-08-22".parse().unwrap(),
        ..Config::default()
    }
}

pub struct House {
    pub sim: Simulator,
    pub engine: Engine,
    pub clock: Arc<TestClock>,
    pub keys: Arc<Keys>,
    pub dir: tempfile::TempDir,
}

pub async fn simulator() -> Simulator {
    let seed = std::env::var("ALOFT_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or(7);
    let config = Config {
        speed: PACE,
        seed,
        latency: Latency::none(),
        ..summer()
    };
    akash_simulator::start(config).await.expect("a simulator")
}

pub async fn engine(
    sim: &Simulator,
    dir: &Path,
    keys: &Arc<Keys>,
    clock: &Arc<TestClock>,
) -> Engine {
    engine_at(&sim.url(), dir, keys, clock).await
}

pub async fn engine_at(url: &str, dir: &Path, keys: &Arc<Keys>, clock: &Arc<TestClock>) -> Engine {
    let options = Options {
        data_dir: dir.to_owned(),
        console_url: Some(url.parse().unwrap()),
        user_agent: "Aloft/test".into(),
        keys: Arc::clone(keys) as Arc<dyn KeyStore>,
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        pace: PACE,
    };
    Engine::start(options).await.expect("an engine")
}

impl House {
    /// A Console, an engine, and nobody connected.
    pub async fn open() -> Self {
        let (sim, dir) = (simulator().await, tempfile::tempdir().unwrap());
        let (keys, clock) = (Arc::new(Keys::default()), Arc::new(TestClock::default()));
        let engine = engine(&sim, dir.path(), &keys, &clock).await;
        Self {
            sim,
            engine,
            clock,
            keys,
            dir,
        }
    }

    /// A Console as of a day, and an account connected to it.
    pub async fn as_of(day: &str) -> Self {
        let config = Config {
            speed: PACE,
            seed: 7,
            latency: Latency::none(),
            api_version: day.parse().unwrap(),
            ..Config::default()
        };
        let sim = akash_simulator::start(config).await.unwrap();
        let dir = tempfile::tempdir().unwrap();
        let (keys, clock) = (Arc::new(Keys::default()), Arc::new(TestClock::default()));
        let engine = engine(&sim, dir.path(), &keys, &clock).await;
        let house = Self {
            sim,
            engine,
            clock,
            keys,
            dir,
        };
        house.engine.connect(house.key()).await.unwrap();
        house
    }

    pub async fn connected() -> Self {
        let house = Self::open().await;
        house.engine.connect(house.key()).await.expect("connects");
        house
    }

    pub fn key(&self) -> SecretString {
        self.sim.api_key().into()
    }

    /// Ends the engine and starts another one on the same folder, as a person who starts Aloft again.
    pub async fn restart(&mut self) {
        self.engine.stop().await;
        self.engine = engine(&self.sim, self.dir.path(), &self.keys, &self.clock).await;
        self.until("connected again", |s| s.account.is_some()).await;
    }

    /// Waits for what the window would show.
    pub async fn until(&self, what: &str, holds: impl Fn(&Snapshot) -> bool) -> Arc<Snapshot> {
        let mut snapshots = self.engine.snapshots();
        let look = async {
            loop {
                let snapshot = Arc::clone(&snapshots.borrow_and_update());
                if holds(&snapshot) {
                    return snapshot;
                }
                // What a test sees beside the snapshot, as at the simulator, changes without a new one.
                let _ = tokio::time::timeout(Duration::from_millis(50), snapshots.changed()).await;
            }
        };
        match tokio::time::timeout(Duration::from_secs(60), look).await {
            Ok(snapshot) => snapshot,
            Err(_) => panic!(
                "never came about: {what}\n{:#?}",
                self.engine.snapshots().borrow()
            ),
        }
    }

    /// Waits for a state of the deployment that is looked at.
    pub async fn state(&self, code: StateCode) -> Arc<Snapshot> {
        self.until(&format!("{code:?}"), |s| {
            s.open
                .as_ref()
                .is_some_and(|open| open.row.state.code == code)
        })
        .await
    }

    /// Gives the text, asks for prices, and looks at the deployment.
    pub async fn ask(&self, text: &str) -> DeploymentId {
        self.engine.paste_text(text.into()).await.expect("taken");
        let draft = self
            .until("a draft that nothing stops", |s| {
                let here = self.engine.draft_text().map(|draft| draft.id);
                s.draft
                    .as_ref()
                    .is_some_and(|d| d.blocked.is_none() && Some(d.id) == here)
            })
            .await;
        let id = self
            .engine
            .ask(draft.draft.as_ref().unwrap().id, None)
            .await
            .expect("asked");
        self.engine.look(Some(id.clone())).await.unwrap();
        self.until("it open", |s| {
            s.open.as_ref().is_some_and(|open| open.row.id == id)
        })
        .await;
        id
    }

    /// Waits until every group has an open bid, and takes the first of each.
    pub async fn choose(&self, id: &str) {
        let snapshot = self
            .until("a bid for every group", |s| {
                s.open.as_ref().is_some_and(|o| {
                    o.can.start && o.groups.iter().all(|g| g.bids.iter().any(|b| b.open))
                })
            })
            .await;
        let groups = &snapshot.open.as_ref().unwrap().groups;
        let choices = groups
            .iter()
            .map(|g| Choice {
                gseq: g.gseq,
                provider: g.bids[0].provider.clone(),
            })
            .collect();
        self.engine
            .start_lease(id, choices)
            .await
            .expect("the lease is on its way");
    }

    /// How many deployments were ever made on the chain, and how many stand.
    pub fn creates(&self) -> usize {
        self.sim
            .control()
            .requests()
            .iter()
            .filter(|r| r.method == "POST" && r.path == "/v1/deployments")
            .count()
    }
}
