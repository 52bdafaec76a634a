//! What is on disk: every deployment ever made, its texts and timeline, the draft, recent files, accounts.
//!
//! SQLite in WAL mode with full sync: what was acknowledged survives a kill and a power cut. Calls run off the runtime's workers.

mod moving;
mod records;
mod small;
#[cfg(test)]
mod tests;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::Connection;

pub(crate) use moving::ImportError;
pub(crate) use records::Happening;
pub(crate) use small::{AccountNote, SavedDraft};

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
    /// The task that wrote was ended.
    #[error("the journal's task was ended")]
    Ended,
}

pub(crate) type Result<T> = std::result::Result<T, JournalError>;

/// The open journal; clones share it.
#[derive(Clone)]
pub(crate) struct Journal {
    db: Arc<Mutex<Connection>>,
}

/// A journal, and where a damaged one was set aside, when one was.
pub(crate) struct Opened {
    pub(crate) journal: Journal,
    pub(crate) set_aside: Option<PathBuf>,
}

const SCHEMA: &str = "
CREATE TABLE deployments (
    id TEXT PRIMARY KEY, account TEXT NOT NULL, dseq INTEGER, over INTEGER NOT NULL, ended TEXT,
    record TEXT NOT NULL, sdl TEXT, manifest TEXT
) STRICT;
CREATE INDEX deployments_over ON deployments (account, over, ended);
CREATE TABLE events (
    deployment TEXT NOT NULL REFERENCES deployments (id) ON DELETE CASCADE,
    at TEXT NOT NULL, tone TEXT NOT NULL, text TEXT NOT NULL
) STRICT;
CREATE INDEX events_deployment ON events (deployment);
CREATE TABLE accounts (id TEXT PRIMARY KEY, note TEXT NOT NULL) STRICT;
CREATE TABLE draft (one INTEGER PRIMARY KEY CHECK (one = 1), draft TEXT NOT NULL) STRICT;
CREATE TABLE recent (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, at TEXT NOT NULL) STRICT;
PRAGMA user_version = 1;
";

impl Journal {
    /// Opens the journal at `path`, made when missing and readable by its owner alone. One that is damaged is set aside under another name
    /// and a new one begins: live deployments are read back from the Console.
    ///
    /// # Errors
    /// When the folder can't be written.
    pub(crate) fn open(path: &Path) -> Result<Opened> {
        match Self::try_open(path) {
            Ok(journal) => Ok(Opened {
                journal,
                set_aside: None,
            }),
            Err(JournalError::Sqlite(error)) if damaged(&error) && path.exists() => {
                let aside = free_name(path);
                std::fs::rename(path, &aside)?;
                for suffix in ["-wal", "-shm"] {
                    let _ = std::fs::rename(with_suffix(path, suffix), with_suffix(&aside, suffix));
                }
                Ok(Opened {
                    journal: Self::try_open(path)?,
                    set_aside: Some(aside),
                })
            }
            Err(error) => Err(error),
        }
    }

    fn try_open(path: &Path) -> Result<Self> {
        private(path)?;
        let db = Connection::open(path)?;
        db.pragma_update(None, "journal_mode", "WAL")?;
        db.pragma_update(None, "synchronous", "FULL")?;
        db.pragma_update(None, "foreign_keys", true)?;
        db.busy_timeout(std::time::Duration::from_secs(5))?;
        let check: String = db.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        if check != "ok" {
            return Err(rusqlite::Error::SqliteFailure(
                rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT),
                Some(check),
            )
            .into());
        }
        let version: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        if version == 0 {
            db.execute_batch(&format!("BEGIN; {SCHEMA} COMMIT;"))?;
        }
        Ok(Self {
            db: Arc::new(Mutex::new(db)),
        })
    }

    /// Runs `work` on the connection, off the runtime's workers.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let db = Arc::clone(&self.db);
        tokio::task::spawn_blocking(move || {
            work(&mut db.lock().unwrap_or_else(PoisonError::into_inner))
        })
        .await
        .map_err(|_| JournalError::Ended)?
    }

    /// Folds the write-ahead log into the file.
    pub(crate) async fn settle(&self) {
        let _ = self
            .run(|db| Ok(db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?))
            .await;
    }
}

fn damaged(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase)
    )
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn free_name(path: &Path) -> PathBuf {
    (1..)
        .map(|n| with_suffix(path, &format!(".damaged-{n}")))
        .find(|p| !p.exists())
        .unwrap_or_else(|| with_suffix(path, ".damaged"))
}

/// Makes the file, if it is missing, so that nobody else can read it: SDLs hold passwords.
fn private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(|_| ())
}
