//! Texts that were typed, pasted or changed here and gave way to another file: they are nowhere else, so they are kept until the person removes
//! them or many newer ones came.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::{
    db::Journal,
    error::Result,
    small::{self, SavedDraft},
};

/// The most texts kept.
const MOST: u32 = 50;
/// The most bytes that all of them take together.
const BYTES: i64 = 8 << 20;

/// A kept text in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) id: i64,
    /// What the deployment was to be called.
    pub(crate) name: String,
    /// Where it came from, in words.
    pub(crate) source: String,
    /// When it gave way, RFC 3339.
    pub(crate) at: String,
}

impl Journal {
    /// Puts `next` on the check screen, or nothing; `keep` is what stood there and is nowhere else, `taken` the kept text that `next` is. All
    /// of it happens, or on an error nothing.
    ///
    /// # Errors
    /// When the disk refuses.
    pub(crate) async fn replace_draft(
        &self,
        next: Option<SavedDraft>,
        keep: Option<SavedDraft>,
        taken: Option<i64>,
        at: Timestamp,
    ) -> Result<()> {
        self.run(move |db| {
            let tx = db.transaction()?;
            if let Some(taken) = taken {
                tx.execute("DELETE FROM kept WHERE id = ?1", [taken])?;
            }
            if let Some(keep) = keep {
                put(&tx, &keep, at)?;
            }
            small::put_draft(&tx, next.as_ref())?;
            Ok(tx.commit()?)
        })
        .await
    }

    /// Keeps a text.
    ///
    /// # Errors
    /// When the disk refuses.
    pub(crate) async fn keep(&self, draft: SavedDraft, at: Timestamp) -> Result<()> {
        self.run(move |db| {
            let tx = db.transaction()?;
            put(&tx, &draft, at)?;
            Ok(tx.commit()?)
        })
        .await
    }

    /// The texts kept, newest first.
    pub(crate) async fn kept(&self) -> Result<Vec<Kept>> {
        self.run(|db| {
            let sql = "SELECT id, name, source, at FROM kept ORDER BY at DESC, id DESC";
            let mut statement = db.prepare(sql)?;
            let rows = statement.query_map([], |row| {
                Ok(Kept {
                    id: row.get(0)?,
                    name: row.get(1)?,
                    source: row.get(2)?,
                    at: row.get(3)?,
                })
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
        .await
    }

    /// A kept text whole.
    pub(crate) async fn kept_draft(&self, id: i64) -> Result<Option<SavedDraft>> {
        self.run(move |db| {
            let sql = "SELECT draft FROM kept WHERE id = ?1";
            let found: Option<String> = db.query_row(sql, [id], |row| row.get(0)).optional()?;
            Ok(found.and_then(|text| small::readable(&text)))
        })
        .await
    }

    /// Removes a kept text for good.
    ///
    /// # Errors
    /// When the disk refuses.
    pub(crate) async fn drop_kept(&self, id: i64) -> Result<()> {
        self.run(move |db| {
            db.execute("DELETE FROM kept WHERE id = ?1", [id])?;
            Ok(())
        })
        .await
    }
}

/// Keeps a text once: the same one again only becomes the newest.
fn put(db: &Connection, draft: &SavedDraft, at: Timestamp) -> Result<()> {
    let text = serde_json::to_string(draft)?;
    db.execute("DELETE FROM kept WHERE draft = ?1", [&text])?;
    db.execute(
        "INSERT INTO kept (name, source, at, draft) VALUES (?1, ?2, ?3, ?4)",
        params![draft.name, draft.source, at.to_string(), text],
    )?;
    // The newest one stays, however large it is.
    db.execute(
        "DELETE FROM kept WHERE id IN (
            SELECT id FROM (
                SELECT id, row_number() OVER newest AS place, sum(length(draft)) OVER newest AS bytes FROM kept
                WINDOW newest AS (ORDER BY at DESC, id DESC)
            ) WHERE place > 1 AND (place > ?1 OR bytes > ?2)
        )",
        params![MOST, BYTES],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn draft(name: &str, text: String) -> SavedDraft {
        SavedDraft {
            name: name.into(),
            source: "a.yaml".into(),
            text,
            deposit: "5.00".into(),
            stop: None,
            given: None,
            only_here: true,
        }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[tokio::test]
    async fn kept_texts_are_bounded_in_number_and_bytes_and_the_newest_stay() {
        let dir = tempfile::tempdir().unwrap();
        let journal = Journal::open(&dir.path().join("journal.sqlite"))
            .unwrap()
            .journal;
        for n in 0..60 {
            let kept = draft(&n.to_string(), format!("text {n}"));
            journal.keep(kept, at(n)).await.unwrap();
        }
        let names = |kept: Vec<Kept>| kept.into_iter().map(|kept| kept.name).collect::<Vec<_>>();
        let kept = names(journal.kept().await.unwrap());
        assert_eq!((kept.len(), kept[0].as_str()), (50, "59"));
        // The same text again is no second one.
        let again = draft("30", "text 30".into());
        journal.keep(again, at(100)).await.unwrap();
        let kept = names(journal.kept().await.unwrap());
        assert_eq!((kept.len(), kept[0].as_str()), (50, "30"));
        for n in 0..20 {
            let large = draft("large", format!("{n}{}", "x".repeat(500 << 10)));
            journal.keep(large, at(200 + n)).await.unwrap();
        }
        let kept = journal.kept().await.unwrap();
        assert_eq!(kept.len(), 16, "8 MiB");
        let newest = journal.kept_draft(kept[0].id).await.unwrap().unwrap();
        assert!(newest.text.starts_with("19x"));
    }

    #[tokio::test]
    async fn what_gives_way_and_what_comes_change_together() {
        let dir = tempfile::tempdir().unwrap();
        let journal = Journal::open(&dir.path().join("journal.sqlite"))
            .unwrap()
            .journal;
        let (one, two) = (draft("one", "1".into()), draft("two", "2".into()));
        let put = |next: &SavedDraft, keep: Option<&SavedDraft>, taken| {
            journal.replace_draft(Some(next.clone()), keep.cloned(), taken, at(1))
        };
        put(&one, None, None).await.unwrap();
        put(&two, Some(&one), None).await.unwrap();
        let kept = journal.kept().await.unwrap();
        assert_eq!((kept.len(), kept[0].name.as_str()), (1, "one"));
        let taken = journal.kept_draft(kept[0].id).await.unwrap().unwrap();
        assert_eq!(taken, one);
        put(&taken, Some(&two), Some(kept[0].id)).await.unwrap();
        let kept = journal.kept().await.unwrap();
        assert_eq!((kept.len(), kept[0].name.as_str()), (1, "two"));
        assert_eq!(journal.draft().await.unwrap(), Some(one));
        journal.drop_kept(kept[0].id).await.unwrap();
        assert_eq!(journal.kept().await.unwrap(), []);
    }
}
