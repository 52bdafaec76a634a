//! Deployments on disk, with their texts and timelines.

use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::{db::Journal, error::Result};
use crate::{
    record::{Event, Record, TimelineEntry},
    view::Tone,
};

impl Journal {
    /// Writes a new deployment with the SDL as given, before anything is sent for it.
    pub(crate) async fn begin(
        &self,
        record: Record,
        sdl: Option<String>,
        happened: Vec<TimelineEntry>,
    ) -> Result<()> {
        self.run(move |db| {
            let tx = db.transaction()?;
            put(&tx, &record)?;
            tx.execute(
                "UPDATE deployments SET sdl = ?2 WHERE id = ?1",
                params![record.id.to_string(), sdl],
            )?;
            tell(&tx, record.id, &happened)?;
            Ok(tx.commit()?)
        })
        .await
    }

    /// Writes a deployment as it is now, with what happened.
    pub(crate) async fn save(&self, record: Record, happened: Vec<TimelineEntry>) -> Result<()> {
        self.run(move |db| {
            let tx = db.transaction()?;
            put(&tx, &record)?;
            tell(&tx, record.id, &happened)?;
            Ok(tx.commit()?)
        })
        .await
    }

    /// Keeps the manifest the Console returned (or the one that was recognised): it is what is sent to providers.
    pub(crate) async fn keep_manifest(&self, id: Uuid, manifest: String) -> Result<()> {
        self.run(move |db| {
            db.execute(
                "UPDATE deployments SET manifest = ?2 WHERE id = ?1",
                params![id.to_string(), manifest],
            )?;
            Ok(())
        })
        .await
    }

    /// SDL and manifest of a deployment.
    pub(crate) async fn texts(&self, id: Uuid) -> Result<(Option<String>, Option<String>)> {
        self.run(move |db| {
            let sql = "SELECT sdl, manifest FROM deployments WHERE id = ?1";
            let found = db
                .query_row(sql, [id.to_string()], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            Ok(found.unwrap_or_default())
        })
        .await
    }

    /// All deployments that are not over, of every account.
    pub(crate) async fn living(&self) -> Result<Vec<Record>> {
        self.run(|db| records(db, "SELECT record FROM deployments WHERE over = 0", []))
            .await
    }

    /// Deployments that are over, and of which it is not noted what took their place.
    pub(crate) async fn replaced(&self) -> Result<Vec<Uuid>> {
        self.run(|db| {
            let sql = "SELECT id FROM deployments WHERE over = 1 AND CASE WHEN json_valid(record) THEN json_extract(record, '$.next') END IS NOT NULL";
            let mut statement = db.prepare(sql)?;
            let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
            let ids = rows.collect::<rusqlite::Result<Vec<_>>>()?;
            Ok(ids.iter().filter_map(|id| id.parse().ok()).collect())
        })
        .await
    }

    /// One deployment.
    pub(crate) async fn record(&self, id: Uuid) -> Result<Option<Record>> {
        self.run(move |db| {
            Ok(records(
                db,
                "SELECT record FROM deployments WHERE id = ?1",
                [id.to_string()],
            )?
            .pop())
        })
        .await
    }

    /// Deployments of `account` that are over, the latest first.
    pub(crate) async fn past(&self, account: String, skip: u32, limit: u32) -> Result<Vec<Record>> {
        let sql = "SELECT record FROM deployments WHERE account = ?1 AND over = 1 ORDER BY ended DESC, id DESC LIMIT ?2 OFFSET ?3";
        self.run(move |db| records(db, sql, params![account, limit, skip]))
            .await
    }

    /// All deployments of `account`, over or not.
    pub(crate) async fn all(&self, account: String) -> Result<Vec<Record>> {
        let sql = "SELECT record FROM deployments WHERE account = ?1";
        self.run(move |db| records(db, sql, [account])).await
    }

    /// How many deployments of `account` are over.
    pub(crate) async fn past_count(&self, account: String) -> Result<u32> {
        let sql = "SELECT count(*) FROM deployments WHERE account = ?1 AND over = 1";
        self.run(move |db| Ok(db.query_row(sql, [account], |row| row.get(0))?))
            .await
    }

    /// The dseqs of `account` that have a record, over or not.
    pub(crate) async fn known_dseqs(&self, account: String) -> Result<Vec<u64>> {
        self.run(move |db| {
            let mut statement =
                db.prepare("SELECT dseq FROM deployments WHERE account = ?1 AND dseq IS NOT NULL")?;
            let rows = statement.query_map([account], |row| row.get::<_, i64>(0))?;
            Ok(rows
                .collect::<rusqlite::Result<Vec<_>>>()?
                .into_iter()
                .map(i64::cast_unsigned)
                .collect())
        })
        .await
    }

    /// The dseqs of `account` that are ours: made or taken over here.
    pub(crate) async fn our_dseqs(&self, account: String) -> Result<Vec<u64>> {
        self.run(move |db| {
            let sql = "SELECT dseq FROM deployments WHERE account = ?1 AND dseq IS NOT NULL AND CASE WHEN json_valid(record) THEN json_extract(record, '$.ours') END = 1";
            let mut statement = db.prepare(sql)?;
            let rows = statement.query_map([account], |row| row.get::<_, i64>(0))?;
            Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?.into_iter().map(i64::cast_unsigned).collect())
        })
        .await
    }

    /// What happened to a deployment, in order; the latest [`TOLD`].
    pub(crate) async fn timeline(&self, id: Uuid) -> Result<Vec<TimelineEntry>> {
        self.run(move |db| timeline(db, id)).await
    }

    /// Removes a deployment's record from this computer.
    pub(crate) async fn forget(&self, id: Uuid) -> Result<()> {
        self.run(move |db| {
            db.execute("DELETE FROM deployments WHERE id = ?1", [id.to_string()])?;
            Ok(())
        })
        .await
    }
}

/// Makes room for a record that comes from elsewhere: removes what was only found on the account under the same dseq. `false`: this journal
/// has the record already, or one of ours with that dseq, and nothing was removed.
pub(super) fn give_way(db: &Connection, record: &Record) -> Result<bool> {
    let sql = "SELECT id, CASE WHEN json_valid(record) THEN json_extract(record, '$.ours') END FROM deployments WHERE id = ?1 OR (account = ?2 AND dseq = ?3)";
    let dseq = record.dseq.map(u64::cast_signed);
    let here: Vec<(String, Option<bool>)> = {
        let mut statement = db.prepare_cached(sql)?;
        let rows = statement.query_map(
            params![record.id.to_string(), record.account, dseq],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        rows.collect::<rusqlite::Result<_>>()?
    };
    let id = record.id.to_string();
    // Not knowing whose one is counts as ours.
    if here
        .iter()
        .any(|(other, ours)| *other == id || *ours != Some(false))
    {
        return Ok(false);
    }
    for (other, _) in here {
        db.execute("DELETE FROM deployments WHERE id = ?1", [other])?;
    }
    Ok(true)
}

pub(super) fn put(db: &Connection, record: &Record) -> Result<()> {
    let sql = "INSERT INTO deployments (id, account, dseq, over, ended, record) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT (id) DO UPDATE SET account = ?2, dseq = ?3, over = ?4, ended = ?5, record = ?6";
    let over = record.phase.is_over();
    db.execute(
        sql,
        params![
            record.id.to_string(),
            record.account,
            record.dseq.map(u64::cast_signed),
            over,
            over.then(|| record.since.to_string()),
            serde_json::to_string(record)?,
        ],
    )?;
    Ok(())
}

pub(super) fn tell(db: &Connection, id: Uuid, happened: &[TimelineEntry]) -> Result<()> {
    let mut statement = db.prepare_cached(
        "INSERT INTO events (deployment, at, tone, text) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for event in happened {
        statement.execute(params![
            id.to_string(),
            event.at.to_string(),
            serde_json::to_string(&event.tone)?,
            serde_json::to_string(&event.event)?
        ])?;
    }
    if !happened.is_empty() {
        let sql = "DELETE FROM events WHERE deployment = ?1 AND rowid <= (SELECT rowid FROM events WHERE deployment = ?1 ORDER BY rowid DESC LIMIT 1 OFFSET ?2)";
        db.prepare_cached(sql)?
            .execute(params![id.to_string(), TOLD])?;
    }
    Ok(())
}

/// The most lines a timeline keeps: a service that comes and goes for months would fill the disk.
const TOLD: u32 = 500;

fn records(db: &Connection, sql: &str, params: impl rusqlite::Params) -> Result<Vec<Record>> {
    let mut statement = db.prepare(sql)?;
    let rows = statement.query_map(params, |row| row.get::<_, String>(0))?;
    let mut records = Vec::new();
    for row in rows {
        // Opening the journal sets aside what can't be read. What it could not move is passed over here, so that the others are there.
        match serde_json::from_str(&row?) {
            Ok(record) => records.push(record),
            Err(error) => tracing::error!(%error, "a record can’t be read"),
        }
    }
    Ok(records)
}

pub(super) fn timeline(db: &Connection, id: Uuid) -> Result<Vec<TimelineEntry>> {
    let sql = "SELECT at, tone, text FROM events WHERE deployment = ?1 ORDER BY rowid";
    let mut statement = db.prepare(sql)?;
    let rows = statement.query_map([id.to_string()], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })?;
    let mut happened = Vec::new();
    for row in rows {
        let (at, tone, text): (String, String, String) = row?;
        happened.push(TimelineEntry {
            at: at.parse().unwrap_or_default(),
            tone: serde_json::from_str(&tone).unwrap_or(Tone::Quiet),
            // What is no JSON is a line that version 0.1 wrote.
            event: serde_json::from_str(&text).unwrap_or(Event::Said(text)),
        });
    }
    Ok(happened)
}
