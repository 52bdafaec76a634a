//! What is remembered of an account between runs.

use crate::{
    journal::AccountNote,
    record::{Problem, problem::Refusal},
    state::{Session, core::Core},
};

impl Core {
    /// The connected account, where it is no demo.
    ///
    /// # Errors
    /// When there is none, it is the demo, or it is not known yet whose key it is.
    pub(super) fn real_session(&self) -> Result<Session, Problem> {
        let session = self.session()?;
        if session.demo() {
            return Err(Refusal::DemoHasNoKey.into());
        }
        Ok(session)
    }

    /// Changes what is remembered of an account, on disk first.
    ///
    /// # Errors
    /// When the disk refuses; nothing is changed then.
    pub(crate) async fn change_note(
        &self,
        session: &Session,
        change: impl FnOnce(&mut AccountNote),
    ) -> Result<(), Problem> {
        let _turn = self.setting.lock().await;
        let mut note = {
            let state = self.state();
            let mut known = state.session.iter().chain(&state.suspended);
            known
                .find(|known| known.account == session.account)
                .map_or_else(|| session.note.clone(), |known| known.note.clone())
        };
        change(&mut note);
        self.journal
            .save_account(session.account.clone(), note.clone())
            .await?;
        self.with(|state| {
            for known in state.session.iter_mut().chain(&mut state.suspended) {
                if known.account == session.account {
                    known.note = note.clone();
                }
            }
        });
        Ok(())
    }
}
