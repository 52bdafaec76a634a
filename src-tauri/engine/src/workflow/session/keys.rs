//! The account's API keys: which there are, and another one in the place of the one that Aloft uses.
//!
//! A replacement makes the new key, proves that it belongs to the same account, keeps it in the keychain, and only then deletes the old one.
//! What is on its way is in the journal before it begins. Wherever it is interrupted, the key in the keychain works, and the next start
//! deletes the other one.

use std::{sync::Arc, time::Duration};

use akash_console::{ApiKey, Client, Outcome};
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;

use super::key::settle_key;
use crate::{
    journal::Replacing,
    record::{
        self, Problem,
        problem::{Doing, KeychainProblem, ProblemKind, Refusal},
    },
    state::{Session, core::Core, notices::Told},
    view::{KeyKept, MOST_KEYS},
};

/// How long the old key is kept for what is still on its way with it.
const PATIENCE: Duration = Duration::from_secs(120);
/// A key that expires within so many days is said, the later the more urgent.
const WARN_DAYS: [u8; 2] = [1, 14];

impl Core {
    /// The keys of the connected account, those last made first, and whether each is the one in use.
    ///
    /// # Errors
    /// In the demo, or when the Console can't be asked.
    pub(crate) async fn api_keys(&self) -> Result<Vec<(ApiKey, bool)>, Problem> {
        let session = self.real_session()?;
        let mut keys = list(&session.client, Doing::Read).await?;
        keys.sort_by(|a, b| b.created_at.cmp(&a.created_at).then(a.id.cmp(&b.id)));
        let with_use = |key: ApiKey| {
            let used = session.client.uses(&key);
            (key, used)
        };
        Ok(keys.into_iter().take(MOST_KEYS).map(with_use).collect())
    }

    /// Puts a new key in the place of the one that Aloft uses, and deletes that one.
    ///
    /// # Errors
    /// The old key then works and is kept as before.
    pub(crate) async fn replace_key(self: &Arc<Self>) -> Result<(), Problem> {
        let _turn = self.entering.lock().await;
        let session = self.real_session()?;
        if !self.state().busy.is_empty() {
            return Err(Refusal::KeyInUse.into());
        }
        let old = match &session.unkept {
            Some(key) => Some(key.clone()),
            None => self
                .kept_key(session.console.clone())
                .await
                .map_err(KeychainProblem::Unusable)?,
        };
        let old = old.ok_or(Refusal::KeyGone)?;
        // What an earlier replacement left is ended first: its note is the only thing that knows of it.
        self.tidy_keys(&session, true).await;
        if self.replacing(&session).is_some() {
            return Err(Refusal::KeyBeingReplaced.into());
        }
        let keys = list(&session.client, Doing::Setting).await?;
        let mine = keys.into_iter().find(|key| session.client.uses(key));
        let mine = mine.ok_or(Refusal::KeyNotListed)?;
        let now = self.now_of(&session);
        let name = format!("Aloft {}", now.strftime("%Y-%m-%d %H:%M:%S"));
        let replacing = Replacing {
            old: mine.id.clone(),
            new: name.clone(),
        };
        self.note_replacing(&session, Some(replacing)).await?;
        match self.put_new_key(&session, &old, &mine, &name, now).await {
            Ok(()) => Ok(()),
            Err(error) => {
                // A key whose answer was lost may still come about: the note stays until a later look finds it, or finds none.
                self.tidy_keys(&session, settled(&error)).await;
                Err(error)
            }
        }
    }

    /// Makes, proves and keeps the new key, and deletes the old one.
    async fn put_new_key(
        self: &Arc<Self>,
        session: &Session,
        old: &SecretString,
        mine: &ApiKey,
        name: &str,
        now: Timestamp,
    ) -> Result<(), Problem> {
        let failed = |error| stays(Problem::call(&error, Doing::Setting));
        let expires = lives_as_long(mine, now);
        let made = session.client.create_api_key(name, expires).await;
        let made = made.map_err(failed)?;
        let client = self
            .client(session.console.clone(), made.key.clone())
            .await?;
        let mut fresh = self
            .sign_in(client, false, Doing::Setting)
            .await
            .map_err(stays)?;
        if fresh.account != session.account {
            return Err(stays(Refusal::KeyOfAnother.into()));
        }
        fresh.unkept = Some(made.key.clone());
        let kept = self.keep(session.console.clone(), made.key).await;
        if let Err(error) = kept
            && session.kept == KeyKept::Keychain
        {
            // A write that was given up may have taken the old one with it.
            self.put_back(session, old).await;
            let mut problem = Problem::from(KeychainProblem::Unusable(error));
            problem.retry = true;
            return Err(stays(problem));
        }
        settle_key(&mut fresh, kept);
        if let Err(problem) = self.enter(fresh.clone(), None).await {
            // The old key stays in use, so it must be the one that is kept before the new one is deleted.
            if session.kept == KeyKept::Keychain {
                self.put_back(session, old).await;
            }
            return Err(stays(problem));
        }
        let waited = async {
            while !self.state().busy.is_empty() {
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        };
        if tokio::time::timeout(PATIENCE, waited).await.is_ok() {
            self.tidy_keys(&fresh, true).await;
        } else {
            // Something is still being sent with it; the next start deletes it.
            self.notice(Told::KeyNotDeleted(mine.name.clone()), None);
        }
        Ok(())
    }

    /// Keeps the old key again. Where the keychain refuses, it is held until Aloft quits, and that is said.
    async fn put_back(self: &Arc<Self>, session: &Session, old: &SecretString) {
        let kept = self.keep(session.console.clone(), old.clone()).await;
        if kept.is_err() {
            self.with(|state| {
                let same = |shown: &&mut Session| shown.session_epoch == session.session_epoch;
                if let Some(shown) = state.session.as_mut().filter(same) {
                    shown.unkept = Some(old.clone());
                    settle_key(shown, kept);
                }
            });
        }
    }

    /// Ends a replacement that was begun: deletes whichever of its two keys is not the one in use. Where it is not `settled` whether the new
    /// one was made, and it is not there, that is looked at again later.
    pub(super) async fn tidy_keys(&self, session: &Session, settled: bool) {
        let Some(replacing) = self.replacing(session) else {
            return;
        };
        let Ok(keys) = list(&session.client, Doing::Setting).await else {
            return;
        };
        let Some(mine) = keys.iter().find(|key| session.client.uses(key)) else {
            return;
        };
        let rest = keys.iter().filter(|key| key.id != mine.id);
        let over: Vec<&ApiKey> = if mine.name == replacing.new {
            rest.filter(|key| key.id == replacing.old).collect()
        } else {
            rest.filter(|key| key.name == replacing.new).collect()
        };
        if over.is_empty() && !settled {
            return;
        }
        for key in over {
            if let Err(error) = session.client.delete_api_key(&key.id).await
                && error.outcome() != Outcome::Yes
            {
                tracing::warn!(%error, "a key that was replaced could not be deleted");
                self.notice(Told::KeyNotDeleted(key.name.clone()), None);
                return;
            }
        }
        if let Err(error) = self.note_replacing(session, None).await {
            tracing::warn!(%error, "the journal still says that a key is being replaced");
        }
    }

    fn replacing(&self, session: &Session) -> Option<Replacing> {
        let state = self.state();
        let shown = state.session.as_ref()?;
        let same = shown.account == session.account;
        same.then(|| shown.note.replacing.clone()).flatten()
    }

    async fn note_replacing(
        &self,
        session: &Session,
        replacing: Option<Replacing>,
    ) -> Result<(), Problem> {
        self.change_note(session, |note| note.replacing = replacing)
            .await
    }

    /// Reads when the key in use expires.
    pub(crate) async fn read_own_key(&self, session: &Session) {
        if session.demo() {
            return;
        }
        let Some(keys) = self.answer(session.client.api_keys().await) else {
            return;
        };
        let mine = keys.into_iter().find(|key| session.client.uses(key));
        self.with(|state| {
            let same = |shown: &&mut Session| shown.session_epoch == session.session_epoch;
            if let Some(shown) = state.session.as_mut().filter(same) {
                shown.own_key = mine;
            }
        });
    }

    /// Says once each that the key in use expires within two weeks, and within a day.
    pub(crate) async fn warn_of_expiry(&self) {
        let Some((session, key, days)) = ({
            let state = self.state();
            state.session.clone().and_then(|session| {
                let key = session.own_key.clone()?;
                let left = key.expires_at?.duration_since(self.now_of(&session));
                let days = WARN_DAYS
                    .into_iter()
                    .find(|days| left <= SignedDuration::from_hours(24 * i64::from(*days)))?;
                let told = session.note.expiry_told.as_ref();
                let said = told.is_some_and(|(id, at)| *id == key.id && *at <= days);
                (!said).then_some((session, key, days))
            })
        }) else {
            return;
        };
        let told = Some((key.id.clone(), days));
        if let Err(error) = self
            .change_note(&session, |note| note.expiry_told = told)
            .await
        {
            tracing::warn!(%error, "that the key expires is not written down");
            return;
        }
        self.notice_on_desktop(Told::KeyExpires(days), None);
    }
}

/// Whether what failed certainly did nothing.
fn settled(error: &Problem) -> bool {
    match &error.kind {
        ProblemKind::KeyNotReplaced { why } => why.outcome == record::Outcome::No,
        _ => error.outcome == record::Outcome::No,
    }
}

/// A replacement failed, and the key in use works as before.
fn stays(why: Problem) -> Problem {
    let why = Box::new(why);
    Problem::new(ProblemKind::KeyNotReplaced { why })
}

async fn list(client: &Client, doing: Doing) -> Result<Vec<ApiKey>, Problem> {
    let keys = client.api_keys().await;
    keys.map_err(|error| Problem::call(&error, doing))
}

/// When the new key expires: it lives as long as the old one was meant to.
fn lives_as_long(old: &ApiKey, now: Timestamp) -> Option<Timestamp> {
    let life = old.expires_at?.duration_since(old.created_at?);
    (life.is_positive())
        .then(|| now.checked_add(life).ok())
        .flatten()
}
