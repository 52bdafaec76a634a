//! The lives of deployments: journal, workflow, watching, recovery. No Tauri in here.
//!
//! [`Engine`] is the one thing a shell needs: it takes intents, keeps every fact about deployments in the journal, and hands out whole
//! [`view::Snapshot`]s. It owns no window, no keychain and no demo: those come in through [`Options`] and [`Engine::enter_demo`].

mod actions;
#[cfg(test)]
mod bulk;
mod core;
mod draft;
mod errors;
mod files;
mod journal;
mod life;
mod notices;
mod paint;
mod plan;
mod ports;
mod probe;
mod record;
mod remind;
mod report;
mod session;
mod settings;
mod settle;
#[cfg(test)]
mod types;
pub mod view;
mod watch;
mod words;

use std::{path::PathBuf, sync::Arc, time::Duration};

use secrecy::SecretString;
use tokio::{sync::watch as channel, task::AbortHandle};
use url::Url;

use crate::core::{Core, Line, State};
use journal::{ImportError, JournalError};
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
}

/// What a command gives back.
pub type Result<T> = std::result::Result<T, AppError>;

/// Snapshots are at least this far apart.
const FRAME: Duration = Duration::from_millis(100);
/// What counts with time (money left, waiting) is drawn anew this often.
const TICK: Duration = Duration::from_secs(1);

/// How many records a page of the history holds.
const PAGE: u32 = 50;

impl Engine {
    /// Opens the journal and settings in [`Options::data_dir`], reads the key of the set Console and begins to watch. Returns at once:
    /// the account appears in snapshots.
    ///
    /// # Errors
    /// When the folder can't be used, or another engine uses it.
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
            journal::Journal::open(&at.join("journal.sqlite")).map(|opened| (opened, settings))
        })
        .await
        .map_err(|error| failed(error.to_string()))?;
        let (opened, settings) = opened.map_err(|error| match error {
            JournalError::InUse => StartError::InUse {
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
            visits: 0,
            parked: None,
            line: Line {
                state: ConnectionState::Connecting,
                failing: None,
                since: None,
                problem: None,
            },
            draft: None,
            drafts: 0,
            settings,
            look: None,
            looked: None,
            notices: std::collections::VecDeque::new(),
            noticed: 0,
            recent: Vec::new(),
            past: 0,
            providers: std::collections::HashMap::new(),
            rates: akash_market::Rates::default(),
            busy: std::collections::HashSet::new(),
            hidden: false,
            on_battery: false,
        };
        let core = Core::new(options, journal, state);
        if let Err(error) = core.restore_draft().await {
            tracing::warn!(error = %error.title, "the draft of the last run can’t be read");
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
        let painter = tokio::spawn(paint(Arc::clone(&core))).abort_handle();
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

    /// What looks odd about a key, in words; nothing is kept.
    #[must_use]
    pub fn key_hint(&self, key: &str) -> Option<String> {
        session::key_hint(key, &self.core.console())
    }

    /// Checks the key, reads wallet and balance, and only then keeps the key in the keychain.
    ///
    /// # Errors
    /// In words for the person; the key is not kept then.
    pub async fn connect(&self, key: SecretString) -> Result<Connected> {
        self.core.connect(key).await
    }

    /// Removes the key. Deployments and the history stay.
    ///
    /// # Errors
    /// When the keychain did not let go of the key; the account is left all the same.
    pub async fn disconnect(&self) -> Result<()> {
        self.core.disconnect().await
    }

    /// Uses the simulated Console at `url` as the account until [`Engine::leave_demo`]; `pace` is its chain seconds per second, `remember`
    /// makes it what opens at the next start too.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn enter_demo(
        &self,
        url: Url,
        key: SecretString,
        pace: u32,
        remember: bool,
    ) -> Result<()> {
        self.core.enter_demo(url, key, pace, remember).await
    }

    /// Whether the demo is what is connected.
    #[must_use]
    pub fn in_demo(&self) -> bool {
        self.core
            .state()
            .session
            .as_ref()
            .is_some_and(core::Session::demo)
    }

    /// Back to the real account, if there is one. The shell stops the simulator afterwards.
    ///
    /// # Errors
    /// When settings can't be written.
    pub async fn leave_demo(&self) -> Result<()> {
        self.core.leave_demo().await
    }

    /// Changes settings.
    ///
    /// # Errors
    /// When a value can't be used or the disk refuses.
    pub async fn set_settings(&self, patch: SettingsPatch) -> Result<()> {
        let reconnect = patch.console_url.is_some();
        let next = {
            let state = self.core.state();
            let connected = state
                .session
                .as_ref()
                .is_some_and(|session| !session.demo())
                || state.parked.is_some();
            settings::patched(state.settings.clone(), patch, connected)?
        };
        self.core.set(|settings| *settings = next).await?;
        if reconnect && self.core.state().session.is_none() {
            let core = Arc::clone(&self.core);
            tokio::spawn(async move { core.resume().await });
        }
        Ok(())
    }

    /// Notes that the sentence about quitting was said.
    ///
    /// # Errors
    /// When the disk refuses.
    pub async fn said_quit(&self) -> Result<()> {
        self.core.set(|settings| settings.said_quit = true).await
    }

    /// Reads the one file given (dropped, chosen, handed over) and makes it the draft. Where nobody waits for the answer, pass the error to
    /// [`Engine::tell`].
    ///
    /// # Errors
    /// In words: several, a folder, too large, not text, unreadable.
    pub async fn give_files(&self, paths: Vec<PathBuf>) -> Result<()> {
        self.core.give_files(paths).await
    }

    /// Shows an error that no command waits for.
    pub fn tell(&self, error: &AppError) {
        self.core.hush();
        self.core.notice(
            NoticeKind::App,
            Tone::Attention,
            error.title.clone(),
            error.next.clone(),
            None,
            false,
        );
    }

    /// Makes pasted text the draft.
    ///
    /// # Errors
    /// In words: empty, too large.
    pub async fn paste_text(&self, text: String) -> Result<()> {
        self.core.paste_text(text).await
    }

    /// Files that come with the program.
    #[must_use]
    pub fn samples(&self) -> Vec<Sample> {
        files::samples()
    }

    /// Makes a sample the draft.
    ///
    /// # Errors
    /// When there is none of that name.
    pub async fn open_sample(&self, id: &str) -> Result<()> {
        self.core.open_sample(id).await
    }

    /// Makes a file given before the draft.
    ///
    /// # Errors
    /// As [`Engine::give_files`].
    pub async fn open_recent(&self, id: &str) -> Result<()> {
        self.core.open_recent(id).await
    }

    /// Text of the draft.
    #[must_use]
    pub fn draft_text(&self) -> Option<DraftText> {
        self.core.draft_text()
    }

    /// Replaces the draft's text and checks it.
    ///
    /// # Errors
    /// When it is too large, or another file took its place.
    pub async fn edit_draft(&self, id: u32, text: String) -> Result<()> {
        self.core.edit_draft(id, text).await
    }

    /// Changes the draft's name or what will be set aside.
    ///
    /// # Errors
    /// When another file took its place.
    pub async fn set_draft(
        &self,
        id: u32,
        name: Option<String>,
        deposit: Option<String>,
    ) -> Result<()> {
        self.core.set_draft(id, name, deposit).await
    }

    /// Puts the draft away.
    ///
    /// # Errors
    /// When the disk refuses.
    pub async fn drop_draft(&self) -> Result<()> {
        self.core.drop_draft().await
    }

    /// Makes the draft a deployment. Returns once its intent is on disk; what comes of it appears in snapshots.
    ///
    /// # Errors
    /// When something stops it; nothing was sent then.
    pub async fn ask(&self, draft: u32) -> Result<DeploymentId> {
        Ok(self.core.ask(draft).await?.to_string())
    }

    /// Which deployment the window is looking at: it is read more often, and stands in [`Snapshot::open`].
    ///
    /// # Errors
    /// When there is none of that name.
    pub async fn look(&self, id: Option<DeploymentId>) -> Result<()> {
        let found = match id {
            Some(id) => Some(self.core.record(actions::id(&id)?).await?),
            None => None,
        };
        self.core.with(|state| {
            state.look = found.as_ref().map(|record| record.id);
            state.looked = found.filter(|record| record.phase.is_over());
        });
        self.core.poke.notify_one();
        Ok(())
    }

    /// Takes one bid for every group and starts. Returns once the intent is on disk.
    ///
    /// # Errors
    /// When a group has no choice or a bid is gone; nothing was sent then.
    pub async fn start_lease(&self, id: &str, choices: Vec<Choice>) -> Result<()> {
        self.core.start_lease(actions::id(id)?, choices).await
    }

    /// Sends the manifest again.
    ///
    /// # Errors
    /// When no lease stands.
    pub async fn resend(&self, id: &str) -> Result<()> {
        self.core.resend(actions::id(id)?).await
    }

    /// Closes what holds money and asks for prices with the same file.
    ///
    /// # Errors
    /// When the old one could not be closed; no new one is made then.
    pub async fn ask_again(&self, id: &str) -> Result<DeploymentId> {
        Ok(self.core.ask_again(actions::id(id)?).await?.to_string())
    }

    /// Closes a deployment. Returns once the intent is on disk; Aloft keeps at it until it is seen closed.
    ///
    /// # Errors
    /// When there is nothing to close.
    pub async fn close(&self, id: &str) -> Result<()> {
        self.core.close(actions::id(id)?, false).await
    }

    /// Sets more aside, USD.
    ///
    /// # Errors
    /// In words; when the outcome is unclear it says so, and the amount is read back.
    pub async fn add_funds(&self, id: &str, usd: &str) -> Result<()> {
        self.core.add_funds(actions::id(id)?, usd).await
    }

    /// Switches automatic funding of one of our deployments.
    ///
    /// # Errors
    /// In words.
    pub async fn set_auto_funding(&self, id: &str, on: bool) -> Result<()> {
        self.core.set_auto_funding(actions::id(id)?, on).await
    }

    /// Gives a deployment another name.
    ///
    /// # Errors
    /// When the name is empty.
    pub async fn rename(&self, id: &str, name: &str) -> Result<()> {
        self.core.rename(actions::id(id)?, name).await
    }

    /// Treats a deployment made elsewhere as made here.
    ///
    /// # Errors
    /// When there is none of that name.
    pub async fn take_over(&self, id: &str) -> Result<()> {
        self.core.take_over(actions::id(id)?).await
    }

    /// Puts a deployment's SDL on the check screen.
    ///
    /// # Errors
    /// When its SDL is not known.
    pub async fn again(&self, id: &str) -> Result<()> {
        self.core.again(actions::id(id)?).await
    }

    /// Removes a record that holds no money from this computer.
    ///
    /// # Errors
    /// When it still holds some.
    pub async fn forget(&self, id: &str) -> Result<()> {
        self.core.forget(actions::id(id)?).await
    }

    /// Records that are over, newest first, 50 at most.
    ///
    /// # Errors
    /// When the journal can't be read.
    pub async fn history(&self, skip: u32) -> Result<Vec<Past>> {
        let account = self.core.session()?.account;
        let records = self.core.journal.past(account, skip, PAGE).await?;
        let now = self.core.now();
        let state = self.core.state();
        Ok(records
            .iter()
            .map(|record| paint::past(&state, record, now))
            .collect())
    }

    /// What happened to a deployment, in order.
    ///
    /// # Errors
    /// When the journal can't be read.
    pub async fn timeline(&self, id: &str) -> Result<Vec<Event>> {
        let happened = self.core.journal.timeline(actions::id(id)?).await?;
        Ok(happened
            .into_iter()
            .map(|h| Event {
                at: h.at.to_string(),
                text: h.text,
                tone: h.tone,
            })
            .collect())
    }

    /// The SDL as it was sent; `None` where none is known.
    ///
    /// # Errors
    /// When the journal can't be read.
    pub async fn sdl(&self, id: &str) -> Result<Option<String>> {
        Ok(self.core.journal.texts(actions::id(id)?).await?.0)
    }

    /// The checked http(s) address to open, see [`Address`].
    ///
    /// # Errors
    /// When it is none a browser can open.
    pub async fn address(&self, id: &str, index: u32) -> Result<Url> {
        let record = self.core.record(actions::id(id)?).await?;
        let place = record.run.places.get(index as usize);
        place.and_then(paint::place_url).ok_or_else(|| {
            AppError::new(Code::Input, "This address can’t be opened in a browser.")
                .next("Copy it instead.")
        })
    }

    /// The page of a [`Link`] for the active Console.
    #[must_use]
    pub fn link(&self, link: Link) -> Url {
        let page = session::page(link, &self.core.console());
        Url::parse(&page).unwrap_or_else(|_| session::official())
    }

    /// Writes the whole journal to a JSON file: records, SDLs with their passwords, timelines; never a key. Returns how many deployments.
    ///
    /// # Errors
    /// When the disk refuses.
    pub async fn export(&self, path: PathBuf) -> Result<u32> {
        let written = self.core.journal.export(&path).await;
        let count = written.map_err(|error| {
            AppError::new(Code::Disk, "The journal could not be written there.")
                .next("Choose another folder, or free some disk space.")
                .retry()
                .details(error.to_string())
        })?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }

    /// Takes in a journal written by [`Engine::export`], of this or another computer. Returns how many deployments were new.
    ///
    /// # Errors
    /// When the file is none of ours or can’t be read; nothing is changed then.
    pub async fn import(&self, path: PathBuf) -> Result<u32> {
        let count = self.core.journal.import(&path).await.map_err(|error| {
            AppError::new(Code::File, "This file could not be taken in.")
                .meaning("Nothing was changed.")
                .next(match error {
                    ImportError::NotOurs => "It is not a journal that Aloft exported.",
                    ImportError::Newer => {
                        "It was exported by a newer Aloft. Update this one first."
                    }
                    ImportError::Journal(_) => "The disk refused.",
                })
                .details(error.to_string())
        })?;
        self.core.reload().await?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }

    /// A report for people who help: versions, states, errors; no key, no SDL, no env.
    pub async fn report(&self) -> String {
        self.core.report().await
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

impl Core {
    /// Reads the records that are not over anew.
    async fn reload(&self) -> Result<()> {
        let living = self.journal.living().await?;
        let account = self
            .state()
            .session
            .as_ref()
            .map(|session| session.account.clone());
        let past = self.journal.past_count(account.unwrap_or_default()).await?;
        self.with(|state| {
            // What is here already knows more: when this run sent what is on its way.
            let mut here = std::mem::take(&mut state.records);
            state.records = living
                .into_iter()
                .map(|record| (record.id, here.remove(&record.id).unwrap_or(record)))
                .collect();
            state.past = past;
        });
        self.poke.notify_one();
        Ok(())
    }

    /// Changes settings, on disk before they count.
    async fn set(&self, change: impl FnOnce(&mut Settings)) -> Result<()> {
        let mut next = self.state().settings.clone();
        change(&mut next);
        let (dir, written) = (self.options.data_dir.clone(), next.clone());
        let saved = tokio::task::spawn_blocking(move || settings::save(&dir, &written)).await;
        match saved {
            Ok(Ok(())) => {
                self.with(|state| state.settings = next);
                Ok(())
            }
            Ok(Err(error)) => Err(
                AppError::new(Code::Disk, "The settings could not be saved.")
                    .next("Free some disk space, then try again.")
                    .details(error.to_string()),
            ),
            Err(error) => Err(
                AppError::new(Code::Internal, "The settings could not be saved.")
                    .details(error.to_string()),
            ),
        }
    }
}

/// Sends a snapshot when something changed, and not more often than the window can draw.
async fn paint(core: Arc<Core>) {
    let mut rev = 0u64;
    loop {
        {
            let state = core.state();
            let now = state.now(core.options.clock.as_ref());
            let mut next = paint::snapshot(&state, now);
            drop(state);
            let last = core.snapshots.borrow().clone();
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
