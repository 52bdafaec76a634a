//! Why the journal could not be read or written.

use crate::record::{
    Problem,
    problem::{OnDisk, ProblemKind},
};

/// Why the journal could not be read or written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JournalError {
    /// SQLite's word, on the disk more often than on us.
    #[error("the journal: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// A row that this version can't read.
    #[error("the journal holds a record that can't be read: {0}")]
    Record(#[from] serde_json::Error),
    /// The folder.
    #[error("the journal's file: {0}")]
    Io(#[from] std::io::Error),
    /// It was closed, or the task that wrote was ended.
    #[error("the journal is closed")]
    Ended,
    /// Another engine has it open: two would each send what is open for both.
    #[error("another Aloft is using it")]
    InUse,
    /// A newer version wrote it, in a form that this one does not know.
    #[error("a newer Aloft wrote the journal")]
    Newer,
}

pub(crate) type Result<T> = std::result::Result<T, JournalError>;

impl From<JournalError> for Problem {
    fn from(error: JournalError) -> Self {
        tracing::error!(%error, "journal");
        let mut problem = Self::new(ProblemKind::Disk(OnDisk::Change)).details(error.to_string());
        problem.retry = true;
        problem
    }
}
