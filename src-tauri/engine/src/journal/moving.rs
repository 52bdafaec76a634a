use std::{collections::BTreeMap, io::Write as _, path::Path};

use rusqlite::{OptionalExtension as _, params};
use serde::{Deserialize, Serialize};

use super::{AccountNote, Happening, Journal, JournalError, Result, records};
use crate::record::Record;

/// The journal as one JSON file, to look at or to carry to another computer. Holds SDLs with their passwords, never a key.
#[derive(Serialize, Deserialize)]
struct Moved {
    /// What the file is; another file is refused by it.
    aloft: String,
    version: u32,
    accounts: BTreeMap<String, AccountNote>,
    deployments: Vec<MovedDeployment>,
}

#[derive(Serialize, Deserialize)]
struct MovedDeployment {
    record: Record,
    sdl: Option<String>,
    manifest: Option<String>,
    events: Vec<Happening>,
}

const WHAT: &str = "journal";
const VERSION: u32 = 1;
/// The largest file read, bytes.
const MOST: u64 = 256 << 20;

/// Why a file could not be taken in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ImportError {
    #[error("this is not a journal of Aloft")]
    NotOurs,
    #[error("this journal was written by a newer Aloft")]
    Newer,
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
                accounts.insert(id, serde_json::from_str(&note)?);
            }
            let mut statement =
                db.prepare("SELECT record, sdl, manifest FROM deployments ORDER BY id")?;
            let rows = statement.query_map([], |row| {
                Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?))
            })?;
            let mut deployments = Vec::new();
            for row in rows {
                let (record, sdl, manifest) = row?;
                let record: Record = serde_json::from_str(&record)?;
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
    pub(crate) async fn import(&self, path: &Path) -> std::result::Result<usize, ImportError> {
        let path = path.to_owned();
        let read = move || -> std::result::Result<Moved, ImportError> {
            if std::fs::metadata(&path).map_err(JournalError::from)?.len() > MOST {
                return Err(ImportError::NotOurs);
            }
            let text = std::fs::read(&path).map_err(JournalError::from)?;
            let value: serde_json::Value =
                serde_json::from_slice(&text).map_err(|_| ImportError::NotOurs)?;
            match (value["aloft"].as_str(), value["version"].as_u64()) {
                (Some(WHAT), Some(version)) if version > u64::from(VERSION) => {
                    Err(ImportError::Newer)
                }
                (Some(WHAT), Some(_)) => {
                    serde_json::from_value(value).map_err(|_| ImportError::NotOurs)
                }
                _ => Err(ImportError::NotOurs),
            }
        };
        let mut moved = tokio::task::spawn_blocking(read)
            .await
            .map_err(|_| JournalError::Ended)??;
        // What another computer had under way is for the Console to say: nothing in a file may close or lease anything here.
        for moved in &mut moved.deployments {
            moved.record.rest();
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
                let same =
                    "SELECT record FROM deployments WHERE id = ?1 OR (account = ?2 AND dseq = ?3)";
                let dseq = record.dseq.map(u64::cast_signed);
                let here: Option<String> = tx
                    .query_row(
                        same,
                        params![record.id.to_string(), record.account, dseq],
                        |row| row.get(0),
                    )
                    .optional()?;
                if let Some(here) = here {
                    let here: Record = serde_json::from_str(&here)?;
                    if here.ours || here.id == record.id {
                        continue;
                    }
                    tx.execute(
                        "DELETE FROM deployments WHERE id = ?1",
                        [here.id.to_string()],
                    )?;
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
