//! The lives of deployments: journal, workflow, watching, recovery. No Tauri in here.
//!
//! [`Engine`] is the one thing a shell needs: it takes intents, keeps every fact about deployments in the journal, and hands out whole
//! [`view::Snapshot`]s. It owns no window, no keychain and no demo: those come in through [`Options`] and [`Engine::enter_demo`].

mod ports;
pub mod view;

#[cfg(test)]
mod types;

use std::sync::Arc;

use secrecy::SecretString;
use tokio::sync::watch;
use url::Url;

pub use ports::{Clock, KeyStore, KeyStoreError, Options, SystemClock};
use view::*;

/// A handle to the running engine; clones share it.
#[derive(Clone)]
pub struct Engine {
    snapshots: watch::Sender<Arc<Snapshot>>,
}

/// Why the engine could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data directory cannot be used.
    #[error("the folder {path} cannot be used: {why}")]
    DataDir {
        /// The folder.
        path: String,
        /// The system's words.
        why: String,
    },
}

/// What a command gives back.
pub type Result<T> = std::result::Result<T, AppError>;

#[allow(clippy::unused_async, missing_docs, unused_variables)]
impl Engine {
    /// Opens the journal and settings in [`Options::data_dir`], reads the key of the set Console and begins to watch. Returns at once:
    /// the account appears in snapshots.
    pub async fn start(options: Options) -> std::result::Result<Self, StartError> {
        unimplemented!()
    }
    /// The current snapshot and every later one, at most one per 100 ms.
    pub fn snapshots(&self) -> watch::Receiver<Arc<Snapshot>> {
        self.snapshots.subscribe()
    }
    /// Whether the window is hidden: polling slows down and notices go to the desktop.
    pub fn set_hidden(&self, hidden: bool) {}
    /// Writes what is pending and stops; deployments go on.
    pub async fn stop(&self) {}
    pub fn key_hint(&self, key: &str) -> Option<String> {
        None
    }
    pub async fn connect(&self, key: SecretString) -> Result<Connected> {
        unimplemented!()
    }
    pub async fn disconnect(&self) -> Result<()> {
        unimplemented!()
    }
    /// Uses the simulated Console at `url` as the account until [`Engine::leave_demo`]; `pace` is its chain seconds per second.
    pub async fn enter_demo(&self, url: Url, key: SecretString, pace: u32) -> Result<()> {
        unimplemented!()
    }
    /// Back to the real account, if there is one. The shell stops the simulator afterwards.
    pub async fn leave_demo(&self) -> Result<()> {
        unimplemented!()
    }
    pub async fn set_settings(&self, patch: SettingsPatch) -> Result<()> {
        unimplemented!()
    }
    /// Notes that the sentence about quitting was said.
    pub async fn said_quit(&self) -> Result<()> {
        unimplemented!()
    }
    /// Reads the one file given (dropped, chosen, handed over) and makes it the draft. What is wrong with it comes back as the error and, where
    /// nobody waits for the answer, as a notice by [`Engine::tell`].
    pub async fn give_files(&self, paths: Vec<std::path::PathBuf>) -> Result<()> {
        unimplemented!()
    }
    /// Shows an error that no command waits for.
    pub fn tell(&self, error: &AppError) {}
    pub async fn paste_text(&self, text: String) -> Result<()> {
        unimplemented!()
    }
    pub fn samples(&self) -> Vec<Sample> {
        vec![]
    }
    pub async fn open_sample(&self, id: &str) -> Result<()> {
        unimplemented!()
    }
    pub async fn open_recent(&self, id: &str) -> Result<()> {
        unimplemented!()
    }
    pub fn draft_text(&self) -> Option<DraftText> {
        None
    }
    pub async fn edit_draft(&self, id: u32, text: String) -> Result<()> {
        unimplemented!()
    }
    pub async fn set_draft(&self, id: u32, name: Option<String>, deposit: Option<String>) -> Result<()> {
        unimplemented!()
    }
    pub async fn drop_draft(&self) -> Result<()> {
        unimplemented!()
    }
    pub async fn ask(&self, draft: u32) -> Result<DeploymentId> {
        unimplemented!()
    }
    pub async fn look(&self, id: Option<DeploymentId>) -> Result<()> {
        unimplemented!()
    }
    pub async fn start_lease(&self, id: &str, choices: Vec<Choice>) -> Result<()> {
        unimplemented!()
    }
    pub async fn resend(&self, id: &str) -> Result<()> {
        unimplemented!()
    }
    pub async fn ask_again(&self, id: &str) -> Result<DeploymentId> {
        unimplemented!()
    }
    pub async fn close(&self, id: &str) -> Result<()> {
        unimplemented!()
    }
    pub async fn add_funds(&self, id: &str, usd: &str) -> Result<()> {
        unimplemented!()
    }
    pub async fn set_auto_funding(&self, id: &str, on: bool) -> Result<()> {
        unimplemented!()
    }
    pub async fn rename(&self, id: &str, name: &str) -> Result<()> {
        unimplemented!()
    }
    pub async fn take_over(&self, id: &str) -> Result<()> {
        unimplemented!()
    }
    pub async fn again(&self, id: &str) -> Result<()> {
        unimplemented!()
    }
    pub async fn forget(&self, id: &str) -> Result<()> {
        unimplemented!()
    }
    pub async fn history(&self, skip: u32) -> Result<Vec<Past>> {
        unimplemented!()
    }
    pub async fn timeline(&self, id: &str) -> Result<Vec<Event>> {
        unimplemented!()
    }
    pub async fn sdl(&self, id: &str) -> Result<Option<String>> {
        unimplemented!()
    }
    /// The checked http(s) address to open, see [`Address`].
    pub async fn address(&self, id: &str, index: u32) -> Result<Url> {
        unimplemented!()
    }
    /// The page of a [`Link`] for the active Console.
    pub fn link(&self, link: Link) -> Url {
        unimplemented!()
    }
    /// A report for people who help: versions, states, errors; no key, no SDL, no env.
    pub async fn report(&self) -> Result<String> {
        unimplemented!()
    }
    pub fn about(&self) -> About {
        unimplemented!()
    }
    pub async fn refresh(&self) -> Result<()> {
        unimplemented!()
    }
    pub fn dismiss(&self, notice: u32) {}
}
