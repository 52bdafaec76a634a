//! Connecting an account and leaving it. The key goes from the window to the keychain and into the client, and nowhere else.

use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};

use super::{key::settle_key, sign_in::leave};
use crate::{
    derive::key_hint::key_hint,
    ports::KeyStoreError,
    record::{
        Problem,
        problem::{Doing, Input, KeychainProblem, ProblemKind},
    },
    state::core::Core,
};

impl Core {
    pub(crate) async fn connect(self: &Arc<Self>, key: SecretString) -> Result<(), Problem> {
        let _turn = self.entering.lock().await;
        let key = SecretString::from(key.expose_secret().trim().to_owned());
        if key.expose_secret().is_empty() {
            return Err(Input::NoKey.into());
        }
        let console = self.console();
        let hint = key_hint(key.expose_secret(), &console);
        let client = self.client(console, key.clone()).await?;
        let mut session = self
            .sign_in(client, false, Doing::Connect)
            .await
            .map_err(|error| match hint {
                Some(hint) if error.is_bad_key() => {
                    let why = Box::new(error);
                    Problem::new(ProblemKind::OddKey { hint, why })
                }
                _ => error,
            })?;
        session.unkept = Some(key.clone());
        let kept = self.keep(session.console.clone(), key).await;
        settle_key(&mut session, kept);
        self.enter(session.clone(), None).await?;
        self.with(|state| state.suspended = None);
        self.tidy_keys(&session, true).await;
        self.forget_demo().await;
        Ok(())
    }

    pub(crate) async fn disconnect(self: &Arc<Self>) -> Result<(), Problem> {
        let _turn = self.entering.lock().await;
        let console = self
            .state()
            .session
            .as_ref()
            .filter(|session| !session.demo())
            .map(|session| session.console.clone());
        let console = console.unwrap_or_else(|| self.console());
        let removed = self.forget_key(&console).await;
        self.with(leave);
        self.recheck();
        match removed {
            Ok(()) | Err(KeyStoreError::Missing) => Ok(()),
            Err(error) => Err(Problem::from(KeychainProblem::KeyStays).details(error.to_string())),
        }
    }
}
