//! The journal as a file: export and import.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{Read as _, Write as _},
    path::Path,
};

use akash_console::Usd;
use rusqlite::params;
use serde::{Deserialize, Serialize};

use super::{
    db::Journal,
    error::{JournalError, Result},
    records,
    small::{AccountNote, readable},
};
use crate::record::{LARGEST_SDL, Record, TimelineEntry};

/// The journal as one JSON file, to look at or to carry to another computer. Holds SDLs with their passwords, never a key.
#[derive(Serialize, Deserialize)]
struct Moved {
    /// What the file is; another file is refused by it.
    aloft: String,
    version: u32,
    accounts: BTreeMap<String, AccountNote>,
    deployments: Vec<MovedDeployment>,
}

/// What a file says it is, whatever else it holds.
#[derive(Deserialize)]
struct Head {
    aloft: String,
    version: u64,
}

#[derive(Serialize, Deserialize)]
struct MovedDeployment {
    record: Record,
    sdl: Option<String>,
    manifest: Option<String>,
    events: Vec<TimelineEntry>,
}

const WHAT: &str = "journal";
/// Version 1 held problems, ports and timelines in words. It is still read.
const VERSION: u32 = 2;
/// The largest file read, bytes: some 20,000 deployments.
const MOST: u64 = 256 << 20;

/// Why a file could not be taken in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ImportError {
    #[error("this is not a journal of Aloft")]
    NotOurs,
    #[error("this journal was written by a newer Aloft")]
    Newer,
    #[error("the file is larger than 256 MiB")]
    TooLarge,
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl Journal {
    /// Writes everything to `path`, private to its owner: to the side and renamed, so that no half file is left.
    pub(crate) async fn export(&self, path: &Path) -> Result<usize> {
        let path = path.to_owned();
        self.run(move |db| {
            let mut accounts = BTreeMap::new();
            let mut statement = db.prepare("SELECT id, note FROM accounts")?;
            for row in statement.query_map([], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
            })? {
                let (id, note) = row?;
                if let Some(note) = readable(&note) {
                    accounts.insert(id, note);
                }
            }
            let mut statement =
                db.prepare("SELECT record, sdl, manifest FROM deployments ORDER BY id")?;
            let rows = statement.query_map([], |row| {
                Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?))
            })?;
            let mut deployments = Vec::new();
            for row in rows {
                let (record, sdl, manifest) = row?;
                let Some(record) = readable::<Record>(&record) else {
                    continue;
                };
                let events = records::timeline(db, record.id)?;
                deployments.push(MovedDeployment {
                    record,
                    sdl,
                    manifest,
                    events,
                });
            }
            let count = deployments.len();
            let moved = Moved {
                aloft: WHAT.into(),
                version: VERSION,
                accounts,
                deployments,
            };
            let folder = path
                .parent()
                .filter(|folder| !folder.as_os_str().is_empty())
                .unwrap_or(Path::new("."));
            let mut file = tempfile::NamedTempFile::new_in(folder)?;
            serde_json::to_writer_pretty(&mut file, &moved)?;
            file.flush()?;
            file.as_file().sync_all()?;
            file.persist(&path).map_err(|error| error.error)?;
            Ok(count)
        })
        .await
    }

    /// Takes in what another journal holds. A deployment that is here already stays as it is, unless here it was only found on the account.
    /// `most` is the largest amount that a deployment from the file may set aside when it is asked for again, USD.
    ///
    /// # Errors
    /// When the file is none of ours, too large or can't be read; nothing is changed then.
    pub(crate) async fn import(
        &self,
        path: &Path,
        most: Usd,
    ) -> std::result::Result<usize, ImportError> {
        let path = path.to_owned();
        let mut moved = tokio::task::spawn_blocking(move || read(&path, MOST))
            .await
            .map_err(|_| JournalError::Ended)??;
        for MovedDeployment {
            record,
            sdl,
            manifest,
            ..
        } in &mut moved.deployments
        {
            record.arrive(most);
            // The Console takes no larger SDL, and a manifest holds what its SDL says.
            sdl.take_if(|sdl| sdl.len() > LARGEST_SDL);
            manifest.take_if(|manifest| manifest.len() > 2 * LARGEST_SDL);
        }
        for note in moved.accounts.values_mut() {
            // It was connected on another computer. Which account this one shows at a start is for its own keys to say.
            note.connected = None;
        }
        let count = self.run(move |db| {
            let tx = db.transaction()?;
            let mut count = 0;
            for MovedDeployment {
                record,
                sdl,
                manifest,
                events,
            } in moved.deployments
            {
                if !records::give_way(&tx, &record)? {
                    continue;
                }
                records::put(&tx, &record)?;
                let texts = "UPDATE deployments SET sdl = ?2, manifest = ?3 WHERE id = ?1";
                tx.execute(texts, params![record.id.to_string(), sdl, manifest])?;
                records::tell(&tx, record.id, &events)?;
                count += 1;
            }
            for (id, note) in moved.accounts {
                tx.execute(
                    "INSERT OR IGNORE INTO accounts (id, note) VALUES (?1, ?2)",
                    params![id, serde_json::to_string(&note)?],
                )?;
            }
            tx.commit()?;
            Ok(count)
        });
        Ok(count.await?)
    }
}

/// Reads an exported journal of at most `most` bytes: what arrives is counted, since a file may grow, or be a device that says it is empty.
fn read(path: &Path, most: u64) -> std::result::Result<Moved, ImportError> {
    // Opening a pipe would wait for somebody to write into it.
    if !std::fs::metadata(path)
        .map_err(JournalError::from)?
        .is_file()
    {
        return Err(ImportError::NotOurs);
    }
    let mut text = Vec::new();
    let file = File::open(path).map_err(JournalError::from)?;
    file.take(most.saturating_add(1))
        .read_to_end(&mut text)
        .map_err(JournalError::from)?;
    if u64::try_from(text.len()).is_ok_and(|read| read > most) {
        return Err(ImportError::TooLarge);
    }
    let head: Head = serde_json::from_slice(&text).map_err(|_| ImportError::NotOurs)?;
    if head.aloft != WHAT {
        return Err(ImportError::NotOurs);
    }
    if head.version > u64::from(VERSION) {
        return Err(ImportError::Newer);
    }
    serde_json::from_slice(&text).map_err(|_| ImportError::NotOurs)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_arrives_is_counted_whatever_length_was_told() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("moved.json");
        let text = r#"{"aloft":"journal","version":1,"accounts":{},"deployments":[]}"#;
        std::fs::write(&path, text).unwrap();
        let length = u64::try_from(text.len()).unwrap();
        assert!(read(&path, length).is_ok());
        assert!(matches!(
            read(&path, length - 1),
            Err(ImportError::TooLarge)
        ));
        assert!(matches!(
            read(dir.path(), length),
            Err(ImportError::NotOurs)
        ));
        // Says that it is empty, and never ends.
        #[cfg(target_os = "linux")]
        assert!(matches!(
            read(Path::new("/dev/zero"), length),
            Err(ImportError::NotOurs)
        ));
    }
}
