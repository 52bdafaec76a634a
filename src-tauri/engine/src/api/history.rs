//! What was, and the journal as a file.

use std::path::PathBuf;

use super::deployment::id_of;
use crate::{
    Engine, Result,
    derive::typed,
    present::{detail, errors, timeline},
    record::{LEAST, Problem},
    view::{AppError, Event, Past},
};

/// How many records a page of the history holds.
const PAGE: u32 = 50;

impl Engine {
    /// Records that are over, newest first, 50 at most.
    ///
    /// # Errors
    /// When the journal can't be read.
    pub async fn history(&self, skip: u32) -> Result<Vec<Past>> {
        let account = self.core.account().ok_or_else(AppError::not_connected)?;
        let records = self
            .core
            .journal
            .past(account, skip, PAGE)
            .await
            .map_err(Problem::from)?;
        let now = self.core.now();
        let state = self.core.state();
        Ok(records
            .iter()
            .map(|record| detail::past(&state, record, now))
            .collect())
    }

    /// What happened to a deployment, in order.
    ///
    /// # Errors
    /// When the journal can't be read.
    pub async fn timeline(&self, id: &str) -> Result<Vec<Event>> {
        let happened = self
            .core
            .journal
            .timeline(id_of(id)?)
            .await
            .map_err(Problem::from)?;
        Ok(happened.iter().map(timeline::event).collect())
    }

    /// The SDL as it was sent; `None` where none is known.
    ///
    /// # Errors
    /// When the journal can't be read.
    pub async fn sdl(&self, id: &str) -> Result<Option<String>> {
        Ok(self
            .core
            .journal
            .texts(id_of(id)?)
            .await
            .map_err(Problem::from)?
            .0)
    }

    /// Writes the whole journal to a JSON file: records, SDLs with their passwords, timelines; never a key. Returns how many deployments.
    ///
    /// # Errors
    /// When the disk refuses.
    pub async fn export(&self, path: PathBuf) -> Result<u32> {
        let written = self.core.journal.export(&path).await;
        let count = written.map_err(|error| errors::not_exported(&error))?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }

    /// Takes in a journal written by [`Engine::export`], of this or another computer. Returns how many deployments were new.
    ///
    /// # Errors
    /// When the file is none of ours or can’t be read; nothing is changed then.
    pub async fn import(&self, path: PathBuf) -> Result<u32> {
        let most = typed::amount(&self.core.state().settings.deposit).unwrap_or(LEAST);
        // Nothing may change a record between what the file adds and reading all of them anew.
        let _writing = self.core.hold().await;
        let count = self
            .core
            .journal
            .import(&path, most)
            .await
            .map_err(|error| errors::not_imported(&error))?;
        self.core.reload().await?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }
}
