//! What the engine holds in memory, and the one way a record changes: journal first, then memory, then the window.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use akash_console::{ApiKey, Balances, Client, Provider};
use akash_market::Rates;
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use tokio::{
    sync::{Notify, watch},
    task::AbortHandle,
};
use url::Url;
use uuid::Uuid;

use crate::{
    KeyStoreError, Options,
    draft::{DraftState, Shelf},
    journal::{AccountNote, Happening, Journal},
    life::Moment,
    market::Market,
    record::Record,
    session::Keychain,
    view::{
        AccountKind, AppError, ConnectionState, KeyKept, Notice, NoticeKind, Recent, Settings,
        Snapshot, Tone,
    },
};

pub(crate) struct Core {
    pub(crate) options: Options,
    /// When this run began, by the clock that nobody sets.
    pub(crate) started: Instant,
    pub(crate) journal: Journal,
    pub(crate) keychain: Keychain,
    state: Mutex<State>,
    /// Held from reading a record to having it on disk, so that changes of one record follow each other.
    writing: tokio::sync::Mutex<()>,
    /// Held while the check screen's text changes or gives way, until that is on disk.
    pub(crate) drafting: tokio::sync::Mutex<()>,
    /// Held while an account is entered or left, or its key replaced.
    pub(crate) entering: tokio::sync::Mutex<()>,
    /// Held from reading the settings, or what is remembered of an account, to having them on disk.
    pub(crate) setting: tokio::sync::Mutex<()>,
    /// Something the window shows has changed.
    pub(crate) dirty: Notify,
    /// The watch has something to do now.
    pub(crate) poke: Notify,
    pub(crate) snapshots: watch::Sender<Arc<Snapshot>>,
}

pub(crate) struct State {
    /// Deployments of every account that are not over.
    pub(crate) records: HashMap<Uuid, Record>,
    pub(crate) session: Option<Session>,
    /// Grows with every entering and leaving of an account.
    pub(crate) visits: u64,
    /// The real account while the demo is on.
    pub(crate) parked: Option<Session>,
    pub(crate) line: Line,
    pub(crate) draft: Option<DraftState>,
    pub(crate) drafts: u32,
    pub(crate) shelf: Shelf,
    pub(crate) settings: Settings,
    pub(crate) look: Option<Uuid>,
    /// The one looked at, when it is over.
    pub(crate) looked: Option<Record>,
    pub(crate) notices: VecDeque<Notice>,
    pub(crate) noticed: u32,
    pub(crate) recent: Vec<Recent>,
    /// Records of the active account that are over.
    pub(crate) past: u32,
    pub(crate) providers: HashMap<String, Arc<Provider>>,
    /// What else is known of the market.
    pub(crate) market: Market,
    pub(crate) rates: Rates,
    /// Deployments with a call on its way: nobody else touches them.
    pub(crate) busy: HashSet<Uuid>,
    /// Why the keychain could not be used the last time, when it could not.
    pub(crate) keychain: Option<KeyStoreError>,
    pub(crate) hidden: bool,
    pub(crate) on_battery: bool,
}

/// How the line to the Console is.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) state: ConnectionState,
    /// The machine's time of the first failure of a row of them.
    pub(crate) failing: Option<std::time::Instant>,
    pub(crate) since: Option<Timestamp>,
    pub(crate) problem: Option<AppError>,
}

/// A connected account.
#[derive(Clone)]
pub(crate) struct Session {
    /// See [`crate::record::account_id`].
    pub(crate) account: String,
    pub(crate) client: Client,
    /// The Console said in this run that the key of `client` belongs to this account. Until then the account is only shown, as the journal
    /// remembers it: nothing is read, judged or sent with the key.
    pub(crate) confirmed: bool,
    pub(crate) console: Url,
    pub(crate) kind: AccountKind,
    pub(crate) name: String,
    pub(crate) address: String,
    pub(crate) balances: Option<Balances>,
    pub(crate) kept: KeyKept,
    pub(crate) kept_why: Option<String>,
    /// The key, where the keychain did not take it; for trying again.
    pub(crate) unkept: Option<SecretString>,
    pub(crate) auto_reload: Option<bool>,
    /// The key in use as the Console lists it, once that was read.
    pub(crate) own_key: Option<ApiKey>,
    pub(crate) note: AccountNote,
    /// A block and its chain time.
    pub(crate) block: Option<(u64, Timestamp)>,
    /// Chain seconds per second.
    pub(crate) pace: u32,
    /// When the pace last changed, and the chain time then.
    pub(crate) turned: Option<(Instant, Timestamp)>,
    pub(crate) watch: Option<AbortHandle>,
    /// Which entering this is, see [`State::visits`].
    pub(crate) visit: u64,
    /// It was said that the credit is low.
    pub(crate) credit_told: bool,
    /// When something was last done that changes the credit.
    pub(crate) moved: Option<Instant>,
}

impl Session {
    pub(crate) fn demo(&self) -> bool {
        self.kind == AccountKind::Demo
    }

    /// Chain time by this account's own Console; the computer's time until it has answered.
    pub(crate) fn now(&self, clock: &dyn crate::Clock) -> Timestamp {
        let Some(time) = self.client.server_time() else {
            return clock.wall();
        };
        // What passed before the last change of the pace was counted at the old one.
        let (since, at) = self
            .turned
            .filter(|(since, _)| *since > time.seen)
            .unwrap_or((time.seen, time.at));
        let chain = since.elapsed().saturating_mul(self.pace);
        at.checked_add(SignedDuration::try_from(chain).unwrap_or_default())
            .unwrap_or(at)
    }

    /// Goes on from now at another pace, in chain seconds per second.
    pub(crate) fn turn(&mut self, pace: u32, clock: &dyn crate::Clock) {
        self.turned = Some((Instant::now(), self.now(clock)));
        self.pace = pace.max(1);
    }

    /// The block height at chain time `now`, counted on from the last one read; `rates` are those of [`State::pace`].
    pub(crate) fn height(&self, now: Timestamp, rates: &Rates) -> Option<u64> {
        let (height, at) = self.block?;
        let passed = now.as_second().saturating_sub(at.as_second()).max(0);
        Some(height.saturating_add(rates.blocks(passed.into())))
    }
}

/// The most notices kept.
const NOTICES: usize = 20;

impl Core {
    pub(crate) fn new(options: Options, journal: Journal, state: State) -> Arc<Self> {
        let first = crate::paint::snapshot(&state, options.clock.wall());
        Arc::new(Self {
            started: options.clock.monotonic(),
            keychain: Keychain::new(Arc::clone(&options.keys)),
            options,
            journal,
            state: Mutex::new(state),
            writing: tokio::sync::Mutex::new(()),
            drafting: tokio::sync::Mutex::new(()),
            entering: tokio::sync::Mutex::new(()),
            setting: tokio::sync::Mutex::new(()),
            dirty: Notify::new(),
            poke: Notify::new(),
            snapshots: watch::Sender::new(Arc::new(first)),
        })
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes something the window shows.
    pub(crate) fn with<R>(&self, change: impl FnOnce(&mut State) -> R) -> R {
        let result = change(&mut self.state());
        self.dirty.notify_one();
        result
    }

    /// Chain time.
    pub(crate) fn now(&self) -> Timestamp {
        self.state().now(self.options.clock.as_ref())
    }

    /// Chain time by the Console of `session`, whichever account is on the screen by now.
    pub(crate) fn now_of(&self, session: &Session) -> Timestamp {
        session.now(self.options.clock.as_ref())
    }

    /// What a read made now with `session` belongs to. The rates are known only while its account is on the screen.
    pub(crate) fn moment_of(&self, session: &Session) -> Moment {
        let state = self.state();
        let active = state
            .session
            .as_ref()
            .is_some_and(|active| active.account == session.account);
        Moment {
            now: self.now_of(session),
            rates: if active {
                state.rates
            } else {
                Rates::default()
            },
            visit: session.visit,
        }
    }

    /// The connected account, once the Console has said that the key is its own.
    ///
    /// # Errors
    /// When there is none, or it is not known yet whose key it is.
    pub(crate) fn session(&self) -> Result<Session, AppError> {
        let state = self.state();
        let session = state.session.clone().ok_or_else(AppError::not_connected)?;
        if session.confirmed {
            return Ok(session);
        }
        Err(AppError::unconfirmed(state.line.state))
    }

    /// The account on the screen, whether or not its key could be checked.
    pub(crate) fn account(&self) -> Option<String> {
        let state = self.state();
        state
            .session
            .as_ref()
            .map(|session| session.account.clone())
    }

    /// The connected account, where it is the one a deployment belongs to: nothing is done to it with another's key.
    ///
    /// # Errors
    /// When it is not, or there is no such deployment.
    pub(crate) async fn session_of(&self, id: Uuid) -> Result<Session, AppError> {
        let session = self.session()?;
        if self.record(id).await?.account == session.account {
            return Ok(session);
        }
        Err(
            AppError::not_now("This deployment belongs to another account.")
                .next("Connect that account first."),
        )
    }

    /// A record, over or not.
    ///
    /// # Errors
    /// When there is none or the journal can't be read.
    pub(crate) async fn record(&self, id: Uuid) -> Result<Record, AppError> {
        let living = self.state().records.get(&id).cloned();
        match living {
            Some(record) => Ok(record),
            None => self.journal.record(id).await?.ok_or_else(AppError::gone),
        }
    }

    /// Writes a new record, on disk before it is anywhere else.
    ///
    /// # Errors
    /// When the disk refuses; then nothing may be sent.
    pub(crate) async fn begin(
        &self,
        record: Record,
        sdl: Option<String>,
        happened: Vec<Happening>,
    ) -> Result<(), AppError> {
        let _writing = self.writing.lock().await;
        self.journal.begin(record.clone(), sdl, happened).await?;
        self.with(|state| state.records.insert(record.id, record));
        Ok(())
    }

    /// Changes a record: journal first, then memory. A change that changes nothing writes nothing.
    ///
    /// # Errors
    /// When there is no such record, the disk refuses, or `change` does.
    pub(crate) async fn change<R>(
        &self,
        id: Uuid,
        change: impl FnOnce(&mut Record, &mut Vec<Happening>) -> Result<R, AppError>,
    ) -> Result<R, AppError> {
        let _writing = self.writing.lock().await;
        let before = self.record(id).await?;
        let mut record = before.clone();
        let mut happened = Vec::new();
        let result = change(&mut record, &mut happened)?;
        if record == before && happened.is_empty() {
            return Ok(result);
        }
        self.journal.save(record.clone(), happened).await?;
        let ended = record.phase.is_over() && !before.phase.is_over();
        self.with(|state| {
            if state.look == Some(id) {
                state.looked = record.phase.is_over().then(|| record.clone());
            }
            if ended
                && state
                    .session
                    .as_ref()
                    .is_some_and(|session| session.account == record.account)
            {
                state.past = state.past.saturating_add(1);
            }
            if record.phase.is_over() {
                state.records.remove(&id);
            } else {
                state.records.insert(id, record);
            }
        });
        Ok(result)
    }

    /// Reads the records that are not over anew.
    pub(crate) async fn reload(&self) -> Result<(), AppError> {
        let living = self.journal.living().await?;
        let past = self
            .journal
            .past_count(self.account().unwrap_or_default())
            .await?;
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

    /// Notes that the credit changed: it is read more often until the Console shows it.
    pub(crate) fn money_moved(&self, session: &Session) {
        let mut state = self.state();
        let active = state.session.as_mut();
        if let Some(active) = active.filter(|active| active.account == session.account) {
            active.moved = Some(Instant::now());
        }
    }

    /// Tells the person something.
    pub(crate) fn notice(
        &self,
        kind: NoticeKind,
        tone: Tone,
        title: impl Into<String>,
        body: Option<String>,
        deployment: Option<Uuid>,
        desktop: bool,
    ) {
        self.tell_person(Notice {
            id: 0,
            kind,
            tone,
            title: title.into(),
            body,
            deployment: deployment.map(|id| id.to_string()),
            link: None,
            at: self.now().to_string(),
            desktop,
        });
    }

    /// Shows a notice, which gets its id here, unless its kind is muted for the desktop.
    pub(crate) fn tell_person(&self, mut notice: Notice) {
        self.with(|state| {
            state.noticed = state.noticed.wrapping_add(1);
            notice.id = state.noticed;
            notice.desktop &= !state.settings.muted.contains(&notice.kind);
            // The newest of a kind about a deployment says what holds now.
            if notice.deployment.is_some() {
                state.notices.retain(|held| {
                    (held.kind, &held.deployment) != (notice.kind, &notice.deployment)
                });
            }
            state.notices.push_back(notice);
            while state.notices.len() > NOTICES {
                state.notices.pop_front();
            }
        });
    }

    /// Removes what was said of files that could not be used: another one came.
    pub(crate) fn hush(&self) {
        self.with(|state| {
            state
                .notices
                .retain(|notice| notice.kind != NoticeKind::File);
        });
    }

    /// Keeps every change waiting.
    pub(crate) async fn hold(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.writing.lock().await
    }

    /// Takes back that a deployment was found on the account: it turned out to be one of ours.
    ///
    /// # Errors
    /// When the disk refuses.
    pub(crate) async fn drop_found(&self, account: &str, dseq: u64) -> Result<(), AppError> {
        let _writing = self.writing.lock().await;
        let found = self
            .state()
            .records
            .values()
            .find(|r| !r.ours && r.account == account && r.dseq == Some(dseq))
            .map(|r| r.id);
        if let Some(id) = found {
            self.journal.forget(id).await?;
            self.with(|state| state.records.remove(&id));
        }
        Ok(())
    }

    /// Whether a call is on its way for a deployment.
    pub(crate) fn is_busy(&self, id: Uuid) -> bool {
        self.state().busy.contains(&id)
    }

    /// Keeps a deployment to one call at a time. `None`: one is on its way.
    pub(crate) fn occupy(self: &Arc<Self>, id: Uuid) -> Option<Busy> {
        self.state().busy.insert(id).then(|| Busy {
            core: Arc::clone(self),
            id,
            pokes: true,
        })
    }

    /// The same for what the watch does by itself: it is not looked at anew at once, since what fails at once would be sent without a pause.
    pub(crate) fn occupy_for_watch(self: &Arc<Self>, id: Uuid) -> Option<Busy> {
        let mut busy = self.occupy(id)?;
        busy.pokes = false;
        Some(busy)
    }

    /// Notes that an answer came.
    pub(crate) fn line_up(&self) {
        let state = &mut *self.state();
        let line = &mut state.line;
        line.failing = None;
        if !matches!(line.state, ConnectionState::Online | ConnectionState::None) {
            *line = Line {
                state: ConnectionState::Online,
                failing: None,
                since: None,
                problem: None,
            };
            self.dirty.notify_one();
        }
    }

    /// Notes that none came. A glitch shorter than 5 s is not shown.
    pub(crate) fn line_down(&self, problem: AppError, refused: bool) {
        let now = self.options.clock.monotonic();
        let wall = self.now();
        let state = &mut *self.state();
        if state.session.is_none() {
            return;
        }
        let line = &mut state.line;
        let first = *line.failing.get_or_insert(now);
        let to = if refused {
            ConnectionState::Refused
        } else {
            ConnectionState::Offline
        };
        let long = now.saturating_duration_since(first) >= GLITCH;
        if (refused || long) && line.state != to {
            *line = Line {
                state: to,
                failing: Some(first),
                since: Some(wall),
                problem: Some(problem),
            };
            self.dirty.notify_one();
        }
    }
}

/// How long a failing line is taken for a glitch.
const GLITCH: Duration = Duration::from_secs(5);

impl State {
    pub(crate) fn now(&self, clock: &dyn crate::Clock) -> Timestamp {
        self.session
            .as_ref()
            .map_or_else(|| clock.wall(), |session| session.now(clock))
    }

    /// Chain time of the Console of `account`; the computer's where it was not connected in this run.
    pub(crate) fn now_at(&self, account: &str, clock: &dyn crate::Clock) -> Timestamp {
        let sessions = self.session.iter().chain(&self.parked);
        let mut own = sessions.filter(|session| session.account == account);
        own.next()
            .map_or_else(|| clock.wall(), |session| session.now(clock))
    }

    /// The rates with the block time as measured: for times, never for prices.
    pub(crate) fn pace(&self) -> Rates {
        Rates {
            block_seconds: self
                .market
                .block_seconds
                .unwrap_or(self.rates.block_seconds),
            ..self.rates
        }
    }

    /// The block height at chain time `now`; `None` while no block was read.
    pub(crate) fn height(&self, now: Timestamp) -> Option<u64> {
        self.session.as_ref()?.height(now, &self.pace())
    }

    /// Records of the active account that are not over.
    pub(crate) fn living(&self) -> impl Iterator<Item = &Record> {
        let account = self
            .session
            .as_ref()
            .map(|session| session.account.as_str());
        self.records
            .values()
            .filter(move |record| Some(record.account.as_str()) == account)
    }
}

/// A deployment with a call on its way; dropping it lets others in again.
pub(crate) struct Busy {
    core: Arc<Core>,
    id: Uuid,
    pokes: bool,
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.core.state().busy.remove(&self.id);
        if self.pokes {
            self.core.poke.notify_one();
        }
        self.core.dirty.notify_one();
    }
}
