//! The system's keychain, one call at a time.
//!
//! A call that takes longer than its time limit goes on in the system: a prompt to unlock may still be open. So every call is followed to
//! its end. A write that nobody waits for any more is not begun, and is undone where the keychain carries it out after all: the person was
//! told that the key is kept only until Aloft quits.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};

use secrecy::SecretString;

use crate::ports::{KeyStore, KeyStoreError};

/// How long a call is waited for. A prompt to unlock may stand open for a while.
const LIMIT: Duration = Duration::from_secs(60);

/// Somebody waits for the outcome of a write.
const WAITED_FOR: u8 = 0;
/// The write is done and its outcome counts.
const DONE: u8 = 1;
/// Nobody waits any more: the write must leave nothing behind.
const LEFT: u8 = 2;

/// The keychain as the engine uses it.
pub(crate) struct Keychain {
    store: Arc<dyn KeyStore>,
    /// Held during each call, so that calls follow each other in the order in which they were made.
    turn: Arc<Mutex<()>>,
    limit: Duration,
}

impl Keychain {
    pub(crate) fn new(store: Arc<dyn KeyStore>) -> Self {
        Self::with_limit(store, LIMIT)
    }

    fn with_limit(store: Arc<dyn KeyStore>, limit: Duration) -> Self {
        Self {
            store,
            turn: Arc::default(),
            limit,
        }
    }

    /// The key kept for `origin`.
    ///
    /// # Errors
    /// Why it could not be read. `TimedOut` after 60 s.
    pub(crate) async fn read(&self, origin: String) -> Result<Option<SecretString>, KeyStoreError> {
        self.call(move |store| store.read(&origin)).await
    }

    /// Keeps `key` for `origin`. `stayed` is called when a write that was given up happened nevertheless and could not be undone.
    ///
    /// # Errors
    /// Why it is not kept. `TimedOut` after 60 s: then nothing of it stays behind.
    pub(crate) async fn write(
        &self,
        origin: String,
        key: SecretString,
        stayed: impl FnOnce() + Send + 'static,
    ) -> Result<(), KeyStoreError> {
        let outcome = Outcome::default();
        let leaving = Leaving(outcome.clone());
        let mut work = self.spawn(move |store| {
            if outcome.is_left() {
                return Err(KeyStoreError::TimedOut);
            }
            store.write(&origin, &key)?;
            if outcome.turn(DONE) {
                return Ok(());
            }
            match store.remove(&origin) {
                Ok(()) => tracing::warn!("the keychain took the key too late; it is removed"),
                Err(error) => {
                    tracing::error!(%error, "the keychain took the key too late and keeps it");
                    stayed();
                }
            }
            Err(KeyStoreError::TimedOut)
        });
        if let Ok(ended) = tokio::time::timeout(self.limit, &mut work).await {
            return ended.unwrap_or(Err(KeyStoreError::Refused));
        }
        if leaving.0.turn(LEFT) {
            return Err(KeyStoreError::TimedOut);
        }
        // It was carried out at the very last moment.
        work.await.unwrap_or(Err(KeyStoreError::Refused))
    }

    /// Removes the key of `origin`. One that takes too long still happens later, which is what the person wanted.
    ///
    /// # Errors
    /// Why it could not be removed. `TimedOut` after 60 s.
    pub(crate) async fn remove(&self, origin: String) -> Result<(), KeyStoreError> {
        self.call(move |store| store.remove(&origin)).await
    }

    async fn call<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn KeyStore) -> Result<T, KeyStoreError> + Send + 'static,
    ) -> Result<T, KeyStoreError> {
        match tokio::time::timeout(self.limit, self.spawn(work)).await {
            Ok(ended) => ended.unwrap_or(Err(KeyStoreError::Refused)),
            Err(_) => Err(KeyStoreError::TimedOut),
        }
    }

    /// Does `work` off the runtime's workers, once all calls before it have ended.
    fn spawn<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn KeyStore) -> Result<T, KeyStoreError> + Send + 'static,
    ) -> tokio::task::JoinHandle<Result<T, KeyStoreError>> {
        let (store, turn) = (Arc::clone(&self.store), Arc::clone(&self.turn));
        tokio::task::spawn_blocking(move || {
            let _turn = turn.lock().unwrap_or_else(PoisonError::into_inner);
            work(store.as_ref())
        })
    }
}

/// Who was first: the write that was done, or the one who gave it up.
#[derive(Clone, Default)]
struct Outcome(Arc<AtomicU8>);

impl Outcome {
    /// Says that it is `DONE` or `LEFT`; `false` when the other one was first.
    fn turn(&self, to: u8) -> bool {
        self.0
            .compare_exchange(WAITED_FOR, to, Ordering::AcqRel, Ordering::Acquire)
            .is_ok()
    }

    fn is_left(&self) -> bool {
        self.0.load(Ordering::Acquire) == LEFT
    }
}

/// Gives the write up when whoever waits for it is dropped.
struct Leaving(Outcome);

impl Drop for Leaving {
    fn drop(&mut self) {
        self.0.turn(LEFT);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::{collections::HashMap, sync::mpsc};

    use secrecy::ExposeSecret as _;

    use super::*;

    const HERE: &str = "https://console.example";
    const SHORT: Duration = Duration::from_millis(50);

    /// A keychain that begins each write and then waits for a word, as one does that asks the person to unlock it.
    struct Prompting {
        kept: Mutex<HashMap<String, String>>,
        begun: mpsc::Sender<()>,
        go: Mutex<mpsc::Receiver<()>>,
        keeps_for_good: bool,
    }

    impl KeyStore for Prompting {
        fn read(&self, origin: &str) -> Result<Option<SecretString>, KeyStoreError> {
            let kept = self.kept.lock().unwrap();
            Ok(kept.get(origin).map(|key| key.clone().into()))
        }
        fn write(&self, origin: &str, key: &SecretString) -> Result<(), KeyStoreError> {
            self.begun.send(()).unwrap();
            self.go.lock().unwrap().recv().unwrap();
            let key = key.expose_secret().to_owned();
            self.kept.lock().unwrap().insert(origin.into(), key);
            Ok(())
        }
        fn remove(&self, origin: &str) -> Result<(), KeyStoreError> {
            if self.keeps_for_good {
                return Err(KeyStoreError::Refused);
            }
            self.kept.lock().unwrap().remove(origin);
            Ok(())
        }
    }

    struct Prompt {
        keychain: Keychain,
        begun: mpsc::Receiver<()>,
        go: mpsc::Sender<()>,
    }

    fn prompt(limit: Duration, keeps_for_good: bool) -> Prompt {
        let (begun, seen) = mpsc::channel();
        let (go, wait) = mpsc::channel();
        let store = Prompting {
            kept: Mutex::default(),
            begun,
            go: Mutex::new(wait),
            keeps_for_good,
        };
        Prompt {
            keychain: Keychain::with_limit(Arc::new(store), limit),
            begun: seen,
            go,
        }
    }

    impl Prompt {
        async fn write(&self, key: &str) -> Result<(), KeyStoreError> {
            self.keychain.write(HERE.into(), key.into(), || {}).await
        }

        /// What is kept once every call so far has ended.
        async fn kept(&self) -> Option<String> {
            let work = self.keychain.spawn(|store| store.read(HERE));
            let key = work.await.unwrap().unwrap();
            key.map(|key| key.expose_secret().to_owned())
        }
    }

    #[tokio::test]
    async fn a_write_that_comes_too_late_leaves_nothing_behind() {
        let prompt = prompt(SHORT, false);
        assert_eq!(prompt.write("late").await, Err(KeyStoreError::TimedOut));
        prompt.go.send(()).unwrap();
        assert_eq!(prompt.kept().await, None);
    }

    #[tokio::test]
    async fn a_key_that_was_removed_meanwhile_does_not_come_back() {
        let prompt = prompt(SHORT, false);
        assert_eq!(prompt.write("late").await, Err(KeyStoreError::TimedOut));
        let removed = prompt.keychain.remove(HERE.into()).await;
        assert_eq!(removed, Err(KeyStoreError::TimedOut));
        prompt.go.send(()).unwrap();
        assert_eq!(prompt.kept().await, None);
    }

    #[tokio::test]
    async fn a_write_that_was_given_up_before_its_turn_is_not_begun() {
        let prompt = prompt(SHORT, false);
        assert_eq!(prompt.write("first").await, Err(KeyStoreError::TimedOut));
        assert_eq!(prompt.write("second").await, Err(KeyStoreError::TimedOut));
        prompt.go.send(()).unwrap();
        assert_eq!(prompt.kept().await, None);
        assert_eq!(prompt.begun.try_iter().count(), 1);
    }

    #[tokio::test]
    async fn a_write_that_nobody_awaits_any_more_is_undone() {
        let prompt = prompt(LIMIT, false);
        let write = tokio::time::timeout(SHORT, prompt.write("dropped"));
        assert!(write.await.is_err());
        prompt.go.send(()).unwrap();
        assert_eq!(prompt.kept().await, None);
    }

    #[tokio::test]
    async fn a_late_key_that_cannot_be_removed_is_told() {
        let prompt = prompt(SHORT, true);
        let (tell, told) = mpsc::channel();
        let write = prompt
            .keychain
            .write(HERE.into(), "late".into(), move || tell.send(()).unwrap());
        assert_eq!(write.await, Err(KeyStoreError::TimedOut));
        prompt.go.send(()).unwrap();
        assert_eq!(prompt.kept().await.as_deref(), Some("late"));
        assert_eq!(told.try_recv(), Ok(()));
    }

    #[tokio::test]
    async fn a_write_in_time_stays() {
        let prompt = prompt(LIMIT, false);
        prompt.go.send(()).unwrap();
        assert_eq!(prompt.write("key").await, Ok(()));
        assert_eq!(prompt.kept().await.as_deref(), Some("key"));
    }
}
