//! The lives of deployments: journal, workflow, watching, recovery. No Tauri in here.
//!
//! [`Engine`] is the one thing a shell needs: it takes intents, keeps every fact about deployments in the journal, and hands out whole
//! [`view::Snapshot`]s. It owns no window, no keychain and no demo: those come in through [`Options`] and [`Engine::enter_demo`].

mod api;
#[cfg(test)]
mod bulk;
mod derive;
mod journal;
mod observe;
mod outside;
mod ports;
mod present;
mod record;
mod screening;
mod state;
#[cfg(test)]
mod stored;
#[cfg(test)]
mod types;
pub mod view;
mod workflow;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

use tokio::{sync::watch as channel, task::AbortHandle};
use url::Url;

use crate::{
    derive::pages,
    present::words,
    state::{ConnectionHealth, Core, State, market},
    workflow::{draft, settings},
};
use journal::JournalError;
pub use ports::{Clock, KeyStore, KeyStoreError, Options, SystemClock};
use view::*;

/// A handle to the running engine; clones share it.
#[derive(Clone)]
pub struct Engine {
    core: Arc<Core>,
    painter: AbortHandle,
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

/// Snapshots are at least this far apart.
const FRAME: Duration = Duration::from_millis(100);
/// What counts with time (money left, waiting) is drawn anew this often.
const TICK: Duration = Duration::from_secs(1);

impl Engine {
    /// Opens the journal and settings in [`Options::data_dir`], reads the key of the set Console and begins to watch. Returns at once:
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
            notices: std::collections::VecDeque::new(),
            noticed: 0,
            recent: Vec::new(),
            past: 0,
            providers: std::collections::HashMap::new(),
            market: market::Market::default(),
            rates: akash_market::Rates::default(),
            busy: std::collections::HashSet::new(),
            keychain: None,
            hidden: false,
            on_battery: false,
        };
        let core = Core::new(options, journal, state);
        if let Err(error) = core.restore_draft().await {
            tracing::warn!(error = %error.title, "the draft of the last run can’t be read");
        }
        if let Err(error) = core.take_places().await {
            tracing::warn!(error = %error.title, "what an earlier run left can’t be read");
        }
        if let Some(aside) = opened.set_aside {
            let title = "The journal was damaged; a new one begins.";
            let body = format!(
                "The old one is kept as {}. Live deployments are read back from the Console.",
                aside.display()
            );
            core.notice(
                NoticeKind::App,
                Tone::Attention,
                title,
                Some(body),
                None,
                false,
            );
        }
        if opened.unread > 0 {
            core.notice(
                NoticeKind::App,
                Tone::Attention,
                format!(
                    "{} could not be read and {} set aside.",
                    words::count(opened.unread, "record"),
                    if opened.unread == 1 { "is" } else { "are" }
                ),
                Some("Nothing of it was deleted. A deployment that still stands is read back from the Console, without its file. A newer Aloft may be able to read the record.".into()),
                None,
                false,
            );
        }
        let painter = tokio::spawn(paint(Arc::clone(&core), present::snapshot)).abort_handle();
        let resume = Arc::clone(&core);
        tokio::spawn(async move { resume.resume().await });
        Ok(Self { core, painter })
    }

    /// The current snapshot and every later one, at most one per 100 ms.
    #[must_use]
    pub fn snapshots(&self) -> channel::Receiver<Arc<Snapshot>> {
        self.core.snapshots.subscribe()
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
        self.painter.abort();
        let watch = self.core.with(|state| {
            state
                .session
                .as_ref()
                .and_then(|session| session.watch.clone())
        });
        if let Some(watch) = watch {
            watch.abort();
        }
        self.core.journal.close().await;
    }

    /// Shows an error that no command waits for.
    pub fn tell(&self, error: &AppError) {
        self.core.notice(
            NoticeKind::App,
            Tone::Attention,
            error.title.clone(),
            error.next.clone(),
            None,
            false,
        );
    }

    /// Says why files that came from outside the window could not be used. The window says it where files are dropped; it replaces what was
    /// said of the files before.
    pub fn refuse_files(&self, error: &AppError) {
        self.core.hush();
        self.core.notice(
            NoticeKind::File,
            Tone::Attention,
            error.title.clone(),
            error.next.clone(),
            None,
            false,
        );
    }

    /// The page of a [`Link`] for the active Console.
    #[must_use]
    pub fn link(&self, link: Link) -> Url {
        let page = pages::page(link, &self.core.console());
        Url::parse(&page).unwrap_or_else(|_| pages::official())
    }

    /// A report for people who help: versions, states, errors; no key, no SDL, no env.
    pub async fn report(&self) -> String {
        self.core.report().await
    }

    /// Where everything is kept.
    #[must_use]
    pub fn data_dir(&self) -> &std::path::Path {
        &self.core.options.data_dir
    }

    /// What the program is and where it keeps things.
    #[must_use]
    pub fn about(&self) -> About {
        About {
            version: env!("CARGO_PKG_VERSION").into(),
            data_dir: self.core.options.data_dir.display().to_string(),
            licences: Vec::new(),
        }
    }

    /// Reads everything anew.
    pub fn refresh(&self) {
        self.core.poke.notify_one();
    }

    /// Puts a notice away.
    pub fn dismiss(&self, notice: u32) {
        self.core
            .with(|state| state.notices.retain(|held| held.id != notice));
    }
}

/// Sends a snapshot when something changed, and not more often than the window can draw. `draw` makes it; where that panics, the last one
/// stays with a notice that says so, and it is tried again.
async fn paint(core: Arc<Core>, draw: impl Fn(&State, jiff::Timestamp) -> Snapshot) {
    let mut rev = 0u64;
    loop {
        {
            let last = core.snapshots.borrow().clone();
            let state = core.state();
            let now = state.now(core.options.clock.as_ref());
            let drawn = catch_unwind(AssertUnwindSafe(|| draw(&state, now)));
            drop(state);
            let mut next = drawn.unwrap_or_else(|_| {
                tracing::error!("the snapshot could not be made");
                not_drawn(&last, now)
            });
            next.rev = last.rev;
            let changed = Snapshot {
                now: last.now.clone(),
                ..next.clone()
            } != *last;
            if changed || rev == 0 {
                rev += 1;
                next.rev = rev;
                core.snapshots.send_replace(Arc::new(next));
            }
        }
        tokio::time::sleep(FRAME).await;
        let _ = tokio::time::timeout(TICK, core.dirty.notified()).await;
    }
}

/// The last snapshot, with a notice that it is not what is known now.
fn not_drawn(last: &Snapshot, now: jiff::Timestamp) -> Snapshot {
    const ID: u32 = u32::MAX;
    let mut same = last.clone();
    if same.notices.iter().all(|notice| notice.id != ID) {
        same.notices.push(Notice {
            id: ID,
            kind: NoticeKind::App,
            tone: Tone::Bad,
            title: "Aloft made a mistake: what you see may be out of date.".into(),
            body: Some(
                "Deployments go on. Copy a report from Help, then start Aloft again.".into(),
            ),
            deployment: None,
            at: now.to_string(),
            link: None,
            desktop: false,
        });
    }
    same
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    struct NoKeys;

    impl KeyStore for NoKeys {
        fn read(
            &self,
            _: &str,
        ) -> std::result::Result<Option<secrecy::SecretString>, KeyStoreError> {
            Ok(None)
        }
        fn write(
            &self,
            _: &str,
            _: &secrecy::SecretString,
        ) -> std::result::Result<(), KeyStoreError> {
            Err(KeyStoreError::Missing)
        }
        fn remove(&self, _: &str) -> std::result::Result<(), KeyStoreError> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn a_fault_in_drawing_is_said_and_drawn_again() {
        let dir = tempfile::tempdir().unwrap();
        let engine = Engine::start(Options {
            data_dir: dir.path().to_owned(),
            console_url: None,
            user_agent: "Aloft/test".into(),
            keys: Arc::new(NoKeys),
            clock: Arc::new(SystemClock),
            pace: 1,
        })
        .await
        .unwrap();
        engine.painter.abort();
        let tries = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&tries);
        let draw = move |state: &State, now| {
            if counted.fetch_add(1, Ordering::SeqCst) == 0 {
                panic!("a fault, on purpose");
            }
            present::snapshot(state, now)
        };
        let painter = tokio::spawn(paint(Arc::clone(&engine.core), draw));
        let mut snapshots = engine.snapshots();
        let said = |s: &Snapshot| s.notices.iter().any(|n| n.title.contains("made a mistake"));
        snapshots.wait_for(|s| said(s)).await.unwrap();
        engine.dismiss(0);
        snapshots.wait_for(|s| !said(s)).await.unwrap();
        painter.abort();
    }
}
