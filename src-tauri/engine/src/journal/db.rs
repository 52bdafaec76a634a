//! The open journal.

use std::{
    fs::File,
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::Connection;

use super::error::{JournalError, Result};

/// The open journal; clones share it.
#[derive(Clone)]
pub(crate) struct Journal {
    pub(super) db: Arc<Mutex<Option<Held>>>,
}

/// The connection, and after it the lock that keeps other engines out; the system lets go of it however the program ends.
pub(super) struct Held {
    pub(super) db: Connection,
    pub(super) _lock: File,
}

impl Journal {
    /// Runs `work` on the connection, off the runtime's workers.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let db = Arc::clone(&self.db);
        tokio::task::spawn_blocking(move || {
            let mut held = db.lock().unwrap_or_else(PoisonError::into_inner);
            work(&mut held.as_mut().ok_or(JournalError::Ended)?.db)
        })
        .await
        .map_err(|_| JournalError::Ended)?
    }

    /// Folds the write-ahead log into the file, closes it and lets another engine in. Whatever is still on its way can't be written any
    /// more: the next start finds out what became of it.
    pub(crate) async fn close(&self) {
        let _ = self
            .run(|db| Ok(db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?))
            .await;
        let db = Arc::clone(&self.db);
        let _ = tokio::task::spawn_blocking(move || {
            drop(db.lock().unwrap_or_else(PoisonError::into_inner).take());
        })
        .await;
    }
}
