//! The lives of deployments: journal, workflow, watching, recovery. No Tauri in here.
//!
//! [`Engine`] is the one thing a shell needs: it takes intents, keeps every fact about deployments in the journal, and hands out whole
//! [`view::Snapshot`]s. It owns no window, no keychain and no demo: those come in through [`Options`] and [`Engine::enter_demo`].

mod api;
mod derive;
mod journal;
mod observe;
mod outside;
mod ports;
mod present;
mod publish;
mod record;
mod samples;
mod screening;
mod state;
pub mod view;
mod workflow;

// Tests that see what no caller does.
#[cfg(test)]
#[path = "../../../tests/engine/inside/bulk.rs"]
mod bulk;
#[cfg(test)]
#[path = "../../../tests/engine/inside/stored.rs"]
mod stored;
#[cfg(test)]
#[path = "../../../tests/engine/inside/types.rs"]
mod types;

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::Arc,
    time::Duration,
};

use tokio::{sync::watch as channel, task::AbortHandle};

use journal::JournalError;
use observe::poller;
pub use ports::{Clock, KeyStore, KeyStoreError, Options, SystemClock};
use publish::Snapshots;
use state::{ConnectionHealth, State, core::Core, draft, market, notices::Told, settings};
use view::{AppError, ConnectionState, Snapshot};

/// A handle to the running engine; clones share it.
#[derive(Clone)]
pub struct Engine {
    core: Arc<Core>,
    snapshots: Snapshots,
    publisher: AbortHandle,
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
    /// Another engine works on the data directory: with two, an action could be sent twice.
    #[error("another Aloft is using the folder {path}")]
    InUse {
        /// The folder.
        path: String,
    },
    /// The journal was written by a newer Aloft, in a form that this one does not know.
    #[error(
        "a newer Aloft has used the folder {path}, and this one cannot read its journal. Nothing was changed there. Install the newest Aloft, \
         or use another folder with --data-dir"
    )]
    Newer {
        /// The folder.
        path: String,
    },
}

/// What a command gives back.
pub type Result<T> = std::result::Result<T, AppError>;

/// How long a start waits for another Aloft that is just quitting. Longer than the shell lets quitting take.
const QUITTING: Duration = Duration::from_secs(5);

impl Engine {
    /// Opens the journal and settings in [`Options::data_dir`], reads the key of the set Console and begins to poll. Returns at once:
    /// the account appears in snapshots. Another engine that uses the folder gets 5 s to stop, since it may be about to quit.
    ///
    /// # Errors
    /// When the folder can't be used, or another engine goes on using it.
    pub async fn start(options: Options) -> std::result::Result<Self, StartError> {
        let dir = options.data_dir.clone();
        let failed = |why: String| StartError::DataDir {
            path: dir.display().to_string(),
            why,
        };
        let at = dir.clone();
        let opened = tokio::task::spawn_blocking(move || {
            std::fs::create_dir_all(&at)?;
            let settings = settings::load(&at);
            journal::Journal::open_within(&at.join("journal.sqlite"), QUITTING)
                .map(|opened| (opened, settings))
        })
        .await
        .map_err(|error| failed(error.to_string()))?;
        let (opened, settings) = opened.map_err(|error| match error {
            JournalError::InUse => StartError::InUse {
                path: dir.display().to_string(),
            },
            JournalError::Newer => StartError::Newer {
                path: dir.display().to_string(),
            },
            error => failed(error.to_string()),
        })?;
        let journal = opened.journal;
        let living = journal
            .living()
            .await
            .map_err(|error| failed(error.to_string()))?;
        let state = State {
            records: living
                .into_iter()
                .map(|record| (record.id, record))
                .collect(),
            session: None,
            session_epoch: 0,
            suspended: None,
            connection: ConnectionHealth {
                state: ConnectionState::Connecting,
                failing: None,
                since: None,
                problem: None,
            },
            draft: None,
            drafts: 0,
            shelf: draft::Shelf::default(),
            settings,
            focused: None,
            focused_past: None,
            notices: VecDeque::new(),
            noticed: 0,
            recent: Vec::new(),
            past: 0,
            providers: HashMap::new(),
            market: market::Market::default(),
            rates: akash_market::Rates::default(),
            busy: HashSet::new(),
            keychain: None,
            hidden: false,
            on_battery: false,
        };
        let core = Core::new(options, journal, state, poller::start);
        if let Err(error) = core.restore_draft().await {
            tracing::warn!(%error, "the draft of the last run can’t be read");
        }
        if let Err(error) = core.take_places().await {
            tracing::warn!(%error, "what an earlier run left can’t be read");
        }
        if let Some(aside) = opened.set_aside {
            core.notice(Told::JournalDamaged(aside.display().to_string()), None);
        }
        if opened.unread > 0 {
            core.notice(Told::RecordsUnread(opened.unread), None);
        }
        let (snapshots, publisher) = publish::start(&core);
        let resume = Arc::clone(&core);
        tokio::spawn(async move { resume.resume().await });
        Ok(Self {
            core,
            snapshots,
            publisher,
        })
    }

    /// The current snapshot and every later one, at most one per 100 ms.
    #[must_use]
    pub fn snapshots(&self) -> channel::Receiver<Arc<Snapshot>> {
        self.snapshots.subscribe()
    }

    /// Whether the window is hidden: polling slows down and notices go to the desktop.
    pub fn set_hidden(&self, hidden: bool) {
        self.core.with(|state| state.hidden = hidden);
        if !hidden {
            self.core.poke.notify_one();
        }
    }

    /// Whether the computer runs on its battery: polling slows down.
    pub fn set_on_battery(&self, on: bool) {
        let before = std::mem::replace(&mut self.core.state().on_battery, on);
        if before && !on {
            self.core.poke.notify_one();
        }
    }

    /// Writes what is pending, stops and lets go of the data directory; deployments go on.
    pub async fn stop(&self) {
        self.publisher.abort();
        let poller = self.core.with(|state| {
            state
                .session
                .as_ref()
                .and_then(|session| session.poller.clone())
        });
        if let Some(poller) = poller {
            poller.abort();
        }
        self.core.journal.close().await;
    }
}
