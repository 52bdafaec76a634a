//! What is on disk: every deployment ever made, its texts and timeline, the draft, recent files, accounts.
//!
//! SQLite in WAL mode with full sync: what was acknowledged survives a kill and a power cut. Calls run off the runtime's workers.

mod aside;
mod kept;
mod moving;
mod records;
mod small;
#[cfg(test)]
mod tests;

use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use rusqlite::Connection;

pub(crate) use kept::Kept;
pub(crate) use moving::ImportError;
pub(crate) use records::Happening;
pub(crate) use small::{AccountNote, Replacing, SavedDraft};

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

/// The open journal; clones share it.
#[derive(Clone)]
pub(crate) struct Journal {
    db: Arc<Mutex<Option<Held>>>,
}

/// The connection, and after it the lock that keeps other engines out; the system lets go of it however the program ends.
struct Held {
    db: Connection,
    _lock: File,
}

/// A journal, and what opening it had to set aside.
pub(crate) struct Opened {
    pub(crate) journal: Journal,
    /// Where the whole journal was set aside, when it was damaged.
    pub(crate) set_aside: Option<PathBuf>,
    /// How many records were set aside now, because this version cannot read them.
    pub(crate) unread: usize,
}

/// The form of the tables below. A change that an older Aloft could not work with gets the next number.
const VERSION: i64 = 1;

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

/// Tables that came later. An older Aloft does not look at them, so the number stays.
const ADDED: &str = "
CREATE TABLE IF NOT EXISTS unread (
    id TEXT PRIMARY KEY, account TEXT NOT NULL, dseq INTEGER, over INTEGER NOT NULL, ended TEXT,
    record TEXT NOT NULL, sdl TEXT, manifest TEXT, events TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS kept (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, source TEXT NOT NULL, at TEXT NOT NULL, draft TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS deployments_dseq ON deployments (account, dseq);
";

impl Journal {
    #[cfg(test)]
    pub(crate) fn open(path: &Path) -> Result<Opened> {
        Self::open_within(path, Duration::ZERO)
    }

    /// Opens the journal at `path`, made when missing and readable by its owner alone. One that is damaged is set aside under another name
    /// and a new one begins: live deployments are read back from the Console. Single records that can't be read are set aside in the journal.
    /// Another engine that has it open gets `patience` to close it. Blocks.
    ///
    /// # Errors
    /// When the folder can't be written, another engine keeps the journal open, or a newer Aloft wrote it.
    pub(crate) fn open_within(path: &Path, patience: Duration) -> Result<Opened> {
        let lock = lock(&path.with_extension("lock"), patience)?;
        let opened = |mut db, set_aside| {
            // A full disk must not keep Aloft from starting: what can't be moved now is passed over and moved at another start.
            let unread = aside::sort_out(&mut db).unwrap_or_else(|error| {
                tracing::error!(%error, "records that can’t be read could not be set aside");
                0
            });
            Opened {
                journal: Self {
                    db: Arc::new(Mutex::new(Some(Held { db, _lock: lock }))),
                },
                set_aside,
                unread,
            }
        };
        match connect(path) {
            Ok(db) => Ok(opened(db, None)),
            Err(JournalError::Sqlite(error)) if damaged(&error) && path.exists() => {
                let aside = free_name(path);
                std::fs::rename(path, &aside)?;
                for suffix in ["-wal", "-shm"] {
                    let _ = std::fs::rename(with_suffix(path, suffix), with_suffix(&aside, suffix));
                }
                Ok(opened(connect(path)?, Some(aside)))
            }
            Err(error) => Err(error),
        }
    }

    /// Runs `work` on the connection, off the runtime's workers.
    async fn run<T: Send + 'static>(
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

/// How often a lock that another engine holds is tried again.
const TRY_AGAIN: Duration = Duration::from_millis(50);

/// Takes the lock that one engine at a time holds, and waits for it no longer than `patience`.
fn lock(path: &Path, patience: Duration) -> Result<File> {
    let file = private(path)?;
    let start = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(error.into()),
            Err(TryLockError::WouldBlock) if start.elapsed() >= patience => {
                return Err(JournalError::InUse);
            }
            Err(TryLockError::WouldBlock) => std::thread::sleep(TRY_AGAIN),
        }
    }
}

fn connect(path: &Path) -> Result<Connection> {
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
    if version > VERSION {
        return Err(JournalError::Newer);
    }
    if version == 0 {
        db.execute_batch(&format!("BEGIN; {SCHEMA} COMMIT;"))?;
    }
    // On a full disk these are missing until the next start; nothing else depends on them.
    if let Err(error) = db.execute_batch(ADDED) {
        tracing::error!(%error, "the journal’s new tables could not be made");
    }
    Ok(db)
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

/// Makes the file, if it is missing, so that nobody else can read it: SDLs hold passwords. It is open for reading too: Windows locks no file
/// that is open for appending alone.
fn private(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.create(true).read(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
