//! What the shell around the engine gives it: folders, keychain, clocks.

use std::{path::PathBuf, sync::Arc, time::Instant};

use jiff::Timestamp;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use url::Url;

/// What the engine is started with.
#[derive(Clone)]
pub struct Options {
    /// Folder of the journal and settings.json; made when missing, private to the user.
    pub data_dir: PathBuf,
    /// A Console for this run only, instead of the one in the settings.
    pub console_url: Option<Url>,
    /// Version and system, for the `User-Agent` and reports: `Aloft/0.1.0 (linux)`.
    pub user_agent: String,
    /// Where API keys are kept.
    pub keys: Arc<dyn KeyStore>,
    /// The machine's time.
    pub clock: Arc<dyn Clock>,
    /// Chain seconds per second of the machine, for a Console on loopback only (`--clock-rate`); 1 otherwise.
    pub pace: u32,
}

/// Keeps one API key per Console origin. Calls may block (an unlock prompt): the engine never makes them on a worker of the runtime.
pub trait KeyStore: Send + Sync {
    /// The key kept for `origin`.
    ///
    /// # Errors
    /// See [`KeyStoreError`].
    fn read(&self, origin: &str) -> Result<Option<SecretString>, KeyStoreError>;
    /// Keeps `key` for `origin`, replacing another.
    ///
    /// # Errors
    /// See [`KeyStoreError`].
    fn write(&self, origin: &str, key: &SecretString) -> Result<(), KeyStoreError>;
    /// Removes the key of `origin`; nothing to remove is no error.
    ///
    /// # Errors
    /// See [`KeyStoreError`].
    fn remove(&self, origin: &str) -> Result<(), KeyStoreError>;
}

/// Why the keychain could not be used. Holds no library message: some of them carry the secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum KeyStoreError {
    /// This system offers none, or its service does not run.
    #[error("this system has no keychain that Aloft can use")]
    Missing,
    /// It is locked and was not unlocked.
    #[error("the keychain is locked")]
    Locked,
    /// It did not answer in time.
    #[error("the keychain did not answer")]
    TimedOut,
    /// It refused for another reason.
    #[error("the keychain refused")]
    Refused,
}

/// The machine's clocks, so that tests can turn them.
pub trait Clock: Send + Sync {
    /// Time of day.
    fn wall(&self) -> Timestamp;
    /// Time that never goes back.
    fn monotonic(&self) -> Instant;
}

/// The real clocks.
pub struct SystemClock;

impl Clock for SystemClock {
    fn wall(&self) -> Timestamp {
        Timestamp::now()
    }
    fn monotonic(&self) -> Instant {
        Instant::now()
    }
}
