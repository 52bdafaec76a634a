use std::path::PathBuf;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};

use super::{Journal, Result};

/// The file being checked, kept so that a kill loses nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct SavedDraft {
    pub(crate) name: String,
    pub(crate) source: String,
    pub(crate) text: String,
    pub(crate) deposit: String,
}

/// What is remembered of an account between runs. Never its key.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct AccountNote {
    /// The Console set aside another amount than asked for.
    pub(crate) deposit_ignored: bool,
    /// The Console's origin it belongs to.
    pub(crate) origin: String,
    /// The wallet's address on the chain.
    pub(crate) address: String,
    /// What the person is called.
    pub(crate) name: String,
    pub(crate) trial: bool,
    /// When it was last connected: at a start without network it is the one to show.
    pub(crate) connected: Option<Timestamp>,
}

/// How many recent files are kept.
const RECENT: u32 = 8;

impl Journal {
    pub(crate) async fn draft(&self) -> Result<Option<SavedDraft>> {
        self.run(|db| {
            let found: Option<String> = db
                .query_row("SELECT draft FROM draft", [], |row| row.get(0))
                .optional()?;
            Ok(found.map(|text| serde_json::from_str(&text)).transpose()?)
        })
        .await
    }

    pub(crate) async fn save_draft(&self, draft: Option<SavedDraft>) -> Result<()> {
        self.run(move |db| {
            match draft {
                Some(draft) => db.execute(
                    "INSERT OR REPLACE INTO draft (one, draft) VALUES (1, ?1)",
                    [serde_json::to_string(&draft)?],
                )?,
                None => db.execute("DELETE FROM draft", [])?,
            };
            Ok(())
        })
        .await
    }

    pub(crate) async fn account(&self, id: String) -> Result<AccountNote> {
        self.run(move |db| {
            let found: Option<String> = db
                .query_row("SELECT note FROM accounts WHERE id = ?1", [id], |row| {
                    row.get(0)
                })
                .optional()?;
            Ok(found
                .map(|text| serde_json::from_str(&text))
                .transpose()?
                .unwrap_or_default())
        })
        .await
    }

    /// The account last connected at `origin`.
    pub(crate) async fn last_account(
        &self,
        origin: String,
    ) -> Result<Option<(String, AccountNote)>> {
        self.run(move |db| {
            let mut statement = db.prepare("SELECT id, note FROM accounts")?;
            let rows = statement.query_map([], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
            })?;
            let mut notes = Vec::new();
            for row in rows {
                let (id, note) = row?;
                notes.push((id, serde_json::from_str::<AccountNote>(&note)?));
            }
            notes.retain(|(_, note)| note.origin == origin && note.connected.is_some());
            Ok(notes.into_iter().max_by_key(|(_, note)| note.connected))
        })
        .await
    }

    pub(crate) async fn save_account(&self, id: String, note: AccountNote) -> Result<()> {
        self.run(move |db| {
            db.execute(
                "INSERT OR REPLACE INTO accounts (id, note) VALUES (?1, ?2)",
                params![id, serde_json::to_string(&note)?],
            )?;
            Ok(())
        })
        .await
    }

    /// Notes a file that was given and returns the recent ones, newest first.
    pub(crate) async fn saw_file(
        &self,
        path: PathBuf,
        at: Timestamp,
    ) -> Result<Vec<(i64, PathBuf, String)>> {
        let Some(path) = path.to_str().map(str::to_owned) else {
            return self.recent().await;
        };
        self.run(move |db| {
            let sql = "INSERT INTO recent (path, at) VALUES (?1, ?2) ON CONFLICT (path) DO UPDATE SET at = ?2";
            db.execute(sql, params![path, at.to_string()])?;
            db.execute("DELETE FROM recent WHERE id NOT IN (SELECT id FROM recent ORDER BY at DESC LIMIT ?1)", [RECENT])?;
            Ok(())
        })
        .await?;
        self.recent().await
    }

    /// Files given before, newest first.
    pub(crate) async fn recent(&self) -> Result<Vec<(i64, PathBuf, String)>> {
        self.run(|db| {
            let mut statement = db.prepare("SELECT id, path, at FROM recent ORDER BY at DESC")?;
            let rows = statement.query_map([], |row| {
                Ok((row.get(0)?, row.get::<_, String>(1)?.into(), row.get(2)?))
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
        .await
    }
}
