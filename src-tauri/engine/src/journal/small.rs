//! Small things on disk: the draft, accounts, recent files.

use std::path::PathBuf;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

use super::{db::Journal, error::Result};

/// The file being checked, kept so that a kill loses nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct SavedDraft {
    pub(crate) name: String,
    pub(crate) source: String,
    pub(crate) text: String,
    pub(crate) deposit: String,
    /// It is to stop by itself so many hours after its lease.
    #[serde(default)]
    pub(crate) stop: Option<u32>,
    /// What the text was made of, where that was no SDL.
    #[serde(default)]
    pub(crate) given: Option<Given>,
    /// The text is nowhere else: it was typed, pasted or changed here. Not known of one that an older version saved, which is kept then.
    #[serde(default = "unknown")]
    pub(crate) only_here: bool,
}

/// What a person gave in place of an SDL: compose files, or one text of another kind.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Given {
    /// Names and texts, later ones over earlier ones.
    pub(crate) files: Vec<(String, String)>,
    /// The `.env` file beside them.
    pub(crate) env: Option<String>,
    /// Other files that they may name.
    pub(crate) beside: Vec<(String, String)>,
}

impl Given {
    /// One text that was pasted.
    pub(crate) fn pasted(text: &str) -> Self {
        Self {
            files: vec![("pasted".into(), text.to_owned())],
            ..Self::default()
        }
    }
}

const fn unknown() -> bool {
    true
}

/// A draft in whatever form another version saved it: what is missing or of another kind is empty.
fn salvaged(text: &str) -> Option<SavedDraft> {
    let value: serde_json::Value = readable(text)?;
    let of = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let draft = SavedDraft {
        name: of("name"),
        source: of("source"),
        text: of("text"),
        deposit: of("deposit"),
        stop: None,
        given: None,
        only_here: true,
    };
    (!draft.text.is_empty()).then_some(draft)
}

/// Saves the draft, or that there is none.
pub(super) fn put_draft(db: &Connection, draft: Option<&SavedDraft>) -> Result<()> {
    match draft {
        Some(draft) => db.execute(
            "INSERT OR REPLACE INTO draft (one, draft) VALUES (1, ?1)",
            [serde_json::to_string(draft)?],
        )?,
        None => db.execute("DELETE FROM draft", [])?,
    };
    Ok(())
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
    /// The key is being replaced.
    pub(crate) replacing: Option<Replacing>,
    /// The id of the key of which it was said that it expires, within how many days.
    pub(crate) expiry_told: Option<(String, u8)>,
}

/// Two keys of which one is to go.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Replacing {
    /// The id of the old key.
    pub(crate) old: String,
    /// The name of the new one, which no other key has.
    pub(crate) new: String,
}

/// A small thing as it was written; `None`, and a line in the log, where this version can't read it. None of them may keep Aloft from starting.
pub(super) fn readable<T: serde::de::DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text)
        .inspect_err(|error| tracing::error!(%error, "a row of the journal can’t be read"))
        .ok()
}

/// How many recent files are kept.
const RECENT: u32 = 12;

impl Journal {
    pub(crate) async fn draft(&self) -> Result<Option<SavedDraft>> {
        self.run(|db| {
            let found: Option<String> = db
                .query_row("SELECT draft FROM draft", [], |row| row.get(0))
                .optional()?;
            Ok(found.and_then(|text| readable(&text).or_else(|| salvaged(&text))))
        })
        .await
    }

    pub(crate) async fn save_draft(&self, draft: Option<SavedDraft>) -> Result<()> {
        self.run(move |db| put_draft(db, draft.as_ref())).await
    }

    pub(crate) async fn account(&self, id: String) -> Result<AccountNote> {
        self.run(move |db| {
            let found: Option<String> = db
                .query_row("SELECT note FROM accounts WHERE id = ?1", [id], |row| {
                    row.get(0)
                })
                .optional()?;
            Ok(found.and_then(|text| readable(&text)).unwrap_or_default())
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
                notes.extend(readable::<AccountNote>(&note).map(|note| (id, note)));
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

    /// Takes a file from the list of recent ones; the file itself stays.
    pub(crate) async fn forget_file(&self, id: i64) -> Result<()> {
        self.run(move |db| {
            db.execute("DELETE FROM recent WHERE id = ?1", [id])?;
            Ok(())
        })
        .await
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
