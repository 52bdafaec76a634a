//! The key, and how it is kept.

use std::sync::Arc;

use secrecy::SecretString;
use url::Url;

use crate::{
    ports::KeyStoreError,
    record::{Problem, problem::KeychainProblem},
    state::{Session, core::Core, notices::Told},
    view::KeyKept,
};

impl Core {
    pub(crate) async fn kept_key(
        &self,
        console: Url,
    ) -> Result<Option<SecretString>, KeyStoreError> {
        let found = self.keychain.read(origin(&console)).await;
        self.note_keychain(found.as_ref().err().copied());
        match found {
            Err(KeyStoreError::Missing) => Ok(None),
            other => other,
        }
    }

    pub(crate) async fn keep(
        self: &Arc<Self>,
        console: Url,
        key: SecretString,
    ) -> Result<(), KeyStoreError> {
        let (core, here) = (Arc::clone(self), console.clone());
        let stayed = move || core.key_stayed(&here);
        let kept = self.keychain.write(origin(&console), key, stayed).await;
        self.note_keychain(kept.err());
        kept
    }

    pub(crate) async fn forget_key(&self, console: &Url) -> Result<(), KeyStoreError> {
        let removed = self.keychain.remove(origin(console)).await;
        self.note_keychain(removed.err());
        removed
    }

    fn note_keychain(&self, trouble: Option<KeyStoreError>) {
        self.with(|state| state.keychain = trouble);
    }

    /// The keychain took a key after it was said that it is kept only until Aloft quits, and does not let go of it: say what holds now.
    fn key_stayed(&self, console: &Url) {
        self.with(|state| {
            if let Some(session) = state
                .session
                .as_mut()
                .filter(|session| !session.demo() && session.console == *console)
            {
                session.kept = KeyKept::Keychain;
                session.kept_trouble = None;
            }
        });
        self.notice(Told::KeyStayed, None);
    }

    /// Tries again to keep the key of the connected account in the keychain.
    ///
    /// # Errors
    /// When the keychain still can't be used; the key is then kept until Aloft quits, as before.
    pub(crate) async fn keep_key(self: &Arc<Self>) -> Result<(), Problem> {
        let _turn = self.entering.lock().await;
        let session = self.session()?;
        let Some(key) = session.unkept.clone() else {
            return Ok(());
        };
        let kept = self.keep(session.console.clone(), key).await;
        self.with(|state| {
            if let Some(shown) = state
                .session
                .as_mut()
                .filter(|shown| shown.session_epoch == session.session_epoch)
            {
                settle_key(shown, kept);
            }
        });
        kept.map_err(|error| {
            let mut problem = Problem::from(KeychainProblem::NotKept(error));
            problem.retry = true;
            problem
        })
    }
}

/// Notes where the key is kept.
pub(crate) fn settle_key(session: &mut Session, kept: Result<(), KeyStoreError>) {
    match kept {
        Ok(()) => {
            session.kept = KeyKept::Keychain;
            session.kept_trouble = None;
            session.unkept = None;
        }
        Err(error) => {
            session.kept = KeyKept::Session;
            session.kept_trouble = Some(error);
        }
    }
}

fn origin(console: &Url) -> String {
    console.origin().ascii_serialization()
}
