//! Checking a file with what is known beside its text.

use std::sync::Arc;

use akash_sdl::Checked;

use crate::{
    derive::check_context,
    record::{Problem, problem::Fault},
    state::core::Core,
};

impl Core {
    /// Checks a text with what is known now.
    pub(crate) async fn check(&self, text: String) -> Result<Arc<Checked>, Problem> {
        let context = check_context::context(&self.state(), &text);
        let checked =
            tokio::task::spawn_blocking(move || akash_sdl::check_with(&text, &context)).await;
        checked.map(Arc::new).map_err(|_| Fault::Check.into())
    }

    /// Checks the draft again, since more is known than when it was checked.
    async fn read_again(self: &Arc<Self>) {
        let draft = self.state().draft.clone();
        let Some(draft) = draft else { return };
        let Ok(checked) = self.check(draft.saved.text).await else {
            return;
        };
        self.with(|state| {
            let same = state
                .draft
                .as_mut()
                .filter(|now| (now.id, now.rev) == (draft.id, draft.rev));
            if let Some(now) = same {
                now.checked = checked;
            }
        });
        self.screen_draft();
    }

    /// Draws the draft again: credit or account changed, and so may have who could run it.
    pub(crate) fn recheck(self: &Arc<Self>) {
        self.dirty.notify_one();
        self.screen_draft();
        let core = Arc::clone(self);
        tokio::spawn(async move { core.read_again().await });
    }
}
