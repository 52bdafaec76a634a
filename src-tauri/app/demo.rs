//! The demo: a pretend Console inside the program.

use std::path::{Path, PathBuf};

use akash_simulator::{Config, Simulator, StartError};
use aloft_engine::{
    Engine,
    view::{AppError, Code},
};
use tokio::{sync::Mutex, task::JoinHandle};

/// How many chain seconds pass in one real second. Bids arrive within seconds and money visibly runs, yet every step lasts
/// long enough to read. While there are bids to choose, the clock keeps real time
/// ([`Config::real_time_while_choosing`]), so that a beginner has the real five minutes.
const SPEED: u32 = 4;

/// Runs the pretend Console while the demo is open. Its world is kept, so that the demo goes on where it was left.
pub struct Demo {
    world: PathBuf,
    running: Mutex<Option<Running>>,
}

/// The pretend Console, and the task that tells the engine how fast its clock runs.
struct Running {
    simulator: Simulator,
    speed_watcher: JoinHandle<()>,
}

impl Running {
    async fn stop(self) {
        self.speed_watcher.abort();
        self.simulator.stop().await;
    }
}

impl Demo {
    /// A demo that keeps its world under the data folder.
    pub fn new(data_dir: &Path) -> Self {
        Self {
            world: data_dir.join("demo").join("world.json"),
            running: Mutex::new(None),
        }
    }

    /// Opens the demo; nothing happens where it is open. `remember`: the next start opens it too.
    ///
    /// # Errors
    /// The pretend Console cannot start, or the engine refuses.
    pub async fn open(&self, engine: &Engine, remember: bool) -> aloft_engine::Result<()> {
        let mut running = self.running.lock().await;
        if running.is_some() && engine.in_demo() {
            return Ok(());
        }
        // Left by connecting an account from inside it.
        if let Some(left) = running.take() {
            left.stop().await;
        }
        let simulator = self.start().await.map_err(|error| cannot_start(&error))?;
        let url = simulator
            .url()
            .parse()
            .map_err(|error| cannot_start(&error))?;
        let mut speed = simulator.watch_speed();
        let first = *speed.borrow_and_update();
        match engine
            .enter_demo(url, simulator.api_key().into(), first, remember)
            .await
        {
            Ok(()) => {
                let engine = engine.clone();
                let speed_watcher = tokio::spawn(async move {
                    while speed.changed().await.is_ok() {
                        engine.set_demo_pace(*speed.borrow_and_update());
                    }
                });
                *running = Some(Running {
                    simulator,
                    speed_watcher,
                });
            }
            Err(error) => {
                simulator.stop().await;
                return Err(error);
            }
        }
        Ok(())
    }

    /// Leaves the demo and goes back to the account, if there is one.
    ///
    /// # Errors
    /// The engine refuses; the demo is then still open.
    pub async fn leave(&self, engine: &Engine) -> aloft_engine::Result<()> {
        engine.leave_demo().await?;
        self.stop().await;
        Ok(())
    }

    /// Writes the world down and stops the pretend Console.
    pub async fn stop(&self) {
        if let Some(running) = self.running.lock().await.take() {
            running.stop().await;
        }
    }

    async fn start(&self) -> Result<Simulator, StartError> {
        if let Some(folder) = self.world.parent()
            && let Err(error) = crate::data::make_private(folder)
        {
            // The demo may run all the same, only its world is not kept.
            tracing::warn!(%error, "no folder for the demo");
        }
        let config = Config {
            speed: SPEED,
            state: Some(self.world.clone()),
            // Other users of this computer can reach the port: nothing there is theirs without the key.
            controls: false,
            random_key: true,
            real_time_while_choosing: true,
            ..Config::default()
        };
        match akash_simulator::start(config.clone()).await {
            Err(StartError::State { path, reason }) => {
                // A demo that cannot be opened for ever would be worse than one that begins anew; the old world is put aside.
                tracing::warn!(%reason, "the demo begins anew");
                if let Err(error) = std::fs::rename(&path, path.with_extension("unreadable.json")) {
                    tracing::warn!(%error, "the demo's old world stays where it is");
                }
                akash_simulator::start(config).await
            }
            started => started,
        }
    }
}

fn cannot_start(error: &dyn std::error::Error) -> AppError {
    AppError {
        code: Code::Internal,
        title: "The demo could not start.".into(),
        meaning: Some("Your account and your deployments are not touched.".into()),
        next: Some("Try again; if it happens again, copy a report from Help.".into()),
        retry: true,
        link: None,
        details: Some(error.to_string()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use aloft_engine::{
        KeyStore, KeyStoreError, Options, SystemClock,
        view::{OpenScreen, Snapshot},
    };
    use secrecy::SecretString;

    use super::*;

    /// No key is ever kept.
    struct NoKeys;

    impl KeyStore for NoKeys {
        fn read(&self, _: &str) -> Result<Option<SecretString>, KeyStoreError> {
            Ok(None)
        }
        fn write(&self, _: &str, _: &SecretString) -> Result<(), KeyStoreError> {
            Ok(())
        }
        fn remove(&self, _: &str) -> Result<(), KeyStoreError> {
            Ok(())
        }
    }

    async fn engine(dir: &Path) -> Engine {
        let options = Options {
            data_dir: dir.to_owned(),
            console_url: None,
            user_agent: "Aloft/test".into(),
            keys: Arc::new(NoKeys),
            clock: Arc::new(SystemClock),
            pace: 1,
        };
        Engine::start(options).await.unwrap()
    }

    async fn until(engine: &Engine, what: &str, holds: impl Fn(&Snapshot) -> bool) -> Snapshot {
        let mut snapshots = engine.snapshots();
        let found = snapshots.wait_for(|snapshot| holds(snapshot));
        let found = tokio::time::timeout(Duration::from_secs(60), found).await;
        let found = found.unwrap_or_else(|_| panic!("never: {what}"));
        Snapshot::clone(&found.unwrap())
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn its_clock_keeps_real_time_while_bids_are_compared() {
        let dir = tempfile::tempdir().unwrap();
        let (engine, demo) = (engine(dir.path()).await, Demo::new(dir.path()));
        demo.open(&engine, false).await.unwrap();
        until(&engine, "the demo", |s| s.account.is_some()).await;
        engine.open_sample("hello").await.unwrap();
        let draft = until(&engine, "a draft", |s| s.draft.is_some()).await.draft;
        assert_eq!(engine.snapshots().borrow().pace, SPEED);
        let id = engine.ask(draft.unwrap().id, None).await.unwrap();
        engine.look(Some(id.clone())).await.unwrap();
        let choosing = until(&engine, "bids in real time", |s| {
            s.pace == 1 && s.open.as_ref().is_some_and(|open| open.can.start)
        });
        assert_eq!(
            choosing.await.open.map(|open| open.screen),
            Some(OpenScreen::Choose)
        );
        engine.close(&id).await.unwrap();
        until(&engine, "a faster clock again", |s| s.pace == SPEED).await;
        demo.stop().await;
        engine.stop().await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn it_has_no_controls_and_no_key_that_can_be_guessed() {
        let dir = tempfile::tempdir().unwrap();
        let (engine, demo) = (engine(dir.path()).await, Demo::new(dir.path()));
        let mut keys = Vec::new();
        for _ in 0..2 {
            demo.open(&engine, false).await.unwrap();
            let (url, key) = {
                let running = demo.running.lock().await;
                let simulator = &running.as_ref().unwrap().simulator;
                (simulator.url(), simulator.api_key())
            };
            let client = reqwest::Client::builder().no_proxy().build().unwrap();
            let world = client
                .get(format!("{url}/_sim/world"))
                .send()
                .await
                .unwrap();
            assert_eq!(world.status(), 404);
            assert!(!keys.contains(&key), "the key is the same at every start");
            keys.push(key);
            demo.leave(&engine).await.unwrap();
        }
        let seeded = akash_simulator::start(Config::default()).await.unwrap();
        assert!(
            !keys.contains(&seeded.api_key()),
            "the key follows from the seed"
        );
        engine.stop().await;
    }
}
