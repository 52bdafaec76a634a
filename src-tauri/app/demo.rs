//! The demo: a pretend Console inside the program.

use std::path::{Path, PathBuf};

use akash_simulator::{Config, Simulator, StartError};
use aloft_engine::{
    Engine,
    view::{AppError, Code},
};
use tokio::sync::Mutex;

/// Chain seconds per second. Bids come within seconds and money can be seen to run, yet every step stays long enough to read.
const SPEED: u32 = 4;

/// Runs the pretend Console while the demo is open. Its world is kept, so that the demo goes on where it was left.
pub struct Demo {
    world: PathBuf,
    running: Mutex<Option<Simulator>>,
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
        match engine
            .enter_demo(url, simulator.api_key().into(), simulator.speed(), remember)
            .await
        {
            Ok(()) => *running = Some(simulator),
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
        if let Some(simulator) = self.running.lock().await.take() {
            simulator.stop().await;
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
