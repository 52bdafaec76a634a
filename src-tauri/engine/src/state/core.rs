//! The one way a record changes: journal first, then memory, then the window.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use akash_market::Rates;
use jiff::Timestamp;
use tokio::{sync::Notify, task::AbortHandle};
use uuid::Uuid;

use super::{Session, State, keychain::Keychain};
use crate::{
    journal::Journal,
    ports::Options,
    record::{
        Problem, Record, TimelineEntry,
        problem::{ProblemKind, Refusal},
        transitions::Moment,
    },
};

/// Starts to look at the active account; aborting it ends that.
pub(crate) type Poller = fn(Arc<Core>) -> AbortHandle;

/// What the engine works on, shared by all of it.
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
    /// The poller has something to do now.
    pub(crate) poke: Notify,
    /// Looks at the account again and again. Given by who starts the engine, since it stands above what enters an account.
    pub(crate) poller: Poller,
}

impl Core {
    pub(crate) fn new(
        options: Options,
        journal: Journal,
        state: State,
        poller: Poller,
    ) -> Arc<Self> {
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
            poller,
        })
    }

    /// What is known. Hold it for a moment only: everything else waits.
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
            session_epoch: session.session_epoch,
        }
    }

    /// The connected account, once the Console has said that the key is its own.
    ///
    /// # Errors
    /// When there is none, or it is not known yet whose key it is.
    pub(crate) fn session(&self) -> Result<Session, Problem> {
        let state = self.state();
        let session = state
            .session
            .clone()
            .ok_or_else(|| Problem::new(ProblemKind::NotConnected))?;
        if session.confirmed {
            return Ok(session);
        }
        Err(Problem::new(ProblemKind::Unconfirmed(
            state.connection.state,
        )))
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
    pub(crate) async fn session_of(&self, id: Uuid) -> Result<Session, Problem> {
        let session = self.session()?;
        if self.record(id).await?.account == session.account {
            return Ok(session);
        }
        Err(Refusal::OtherAccount.into())
    }

    /// A record, over or not.
    ///
    /// # Errors
    /// When there is none or the journal can't be read.
    pub(crate) async fn record(&self, id: Uuid) -> Result<Record, Problem> {
        let living = self.state().records.get(&id).cloned();
        match living {
            Some(record) => Ok(record),
            None => self
                .journal
                .record(id)
                .await?
                .ok_or_else(|| Problem::from(Refusal::NoRecord)),
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
        happened: Vec<TimelineEntry>,
    ) -> Result<(), Problem> {
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
        change: impl FnOnce(&mut Record, &mut Vec<TimelineEntry>) -> Result<R, Problem>,
    ) -> Result<R, Problem> {
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
            if state.focused == Some(id) {
                state.focused_past = record.phase.is_over().then(|| record.clone());
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
    pub(crate) async fn reload(&self) -> Result<(), Problem> {
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

    /// Keeps every change waiting.
    pub(crate) async fn hold(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.writing.lock().await
    }

    /// Takes back that a deployment was found on the account: it turned out to be one of ours.
    ///
    /// # Errors
    /// When the disk refuses.
    pub(crate) async fn drop_found(&self, account: &str, dseq: u64) -> Result<(), Problem> {
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
    pub(crate) fn lock_deployment(self: &Arc<Self>, id: Uuid) -> Option<DeploymentLock> {
        self.state().busy.insert(id).then(|| DeploymentLock {
            core: Arc::clone(self),
            id,
            pokes: true,
        })
    }

    /// The same for what the poller does by itself: it is not looked at anew at once, since what fails at once would be sent without a pause.
    pub(crate) fn lock_for_poller(self: &Arc<Self>, id: Uuid) -> Option<DeploymentLock> {
        let mut busy = self.lock_deployment(id)?;
        busy.pokes = false;
        Some(busy)
    }
}

/// A deployment with a call on its way; dropping it lets others in again.
pub(crate) struct DeploymentLock {
    core: Arc<Core>,
    id: Uuid,
    pokes: bool,
}

impl Drop for DeploymentLock {
    fn drop(&mut self) {
        self.core.state().busy.remove(&self.id);
        if self.pokes {
            self.core.poke.notify_one();
        }
        self.core.dirty.notify_one();
    }
}
