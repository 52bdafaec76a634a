//! Records that this version cannot read: kept apart, so that the others can be worked with.

use rusqlite::{Connection, params};

use super::{error::Result, records};
use crate::record::Record;

/// Moves every record that can't be read out of the way, and takes those back that can be read again, as after an update of Aloft. Returns how
/// many were set aside now.
///
/// A record set aside gives its dseq free: a deployment that still stands is then found on the account, and can be seen and closed.
pub(super) fn sort_out(db: &mut Connection) -> Result<usize> {
    let unread: Vec<String> = {
        let mut statement = db.prepare("SELECT id, record FROM deployments")?;
        let rows = statement.query_map([], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        })?;
        let mut unread = Vec::new();
        for row in rows {
            let (id, text) = row?;
            // The id stands in the row and in the record: where they differ, later changes would go to another row.
            let same = |record: &Record| record.id.to_string() == id;
            if !serde_json::from_str::<Record>(&text).is_ok_and(|record| same(&record)) {
                unread.push(id);
            }
        }
        unread
    };
    let tx = db.transaction()?;
    for id in &unread {
        let events = serde_json::to_string(&events(&tx, id)?)?;
        let sql = "INSERT OR REPLACE INTO unread
            SELECT id, account, dseq, over, ended, record, sdl, manifest, ?2 FROM deployments WHERE id = ?1";
        tx.execute(sql, params![id, events])?;
        tx.execute("DELETE FROM deployments WHERE id = ?1", [id])?;
    }
    take_back(&tx)?;
    tx.commit()?;
    Ok(unread.len())
}

/// A line of a timeline as the table holds it.
type Line = (String, String, String);

fn events(db: &Connection, id: &str) -> Result<Vec<Line>> {
    let sql = "SELECT at, tone, text FROM events WHERE deployment = ?1 ORDER BY rowid";
    let mut statement = db.prepare(sql)?;
    let rows = statement.query_map([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// A record set aside: its id and text, SDL, manifest and timeline.
type Held = (String, String, Option<String>, Option<String>, String);

fn take_back(db: &Connection) -> Result<()> {
    let held: Vec<Held> = {
        let mut statement = db.prepare("SELECT id, record, sdl, manifest, events FROM unread")?;
        let rows = statement.query_map([], |row| {
            Ok((
                row.get(0)?,
                row.get(1)?,
                row.get(2)?,
                row.get(3)?,
                row.get(4)?,
            ))
        })?;
        rows.collect::<rusqlite::Result<_>>()?
    };
    for (id, text, sdl, manifest, events) in held {
        let Ok(record) = serde_json::from_str::<Record>(&text) else {
            continue;
        };
        if record.id.to_string() != id || !records::give_way(db, &record)? {
            continue;
        }
        records::put(db, &record)?;
        db.execute(
            "UPDATE deployments SET sdl = ?2, manifest = ?3 WHERE id = ?1",
            params![id, sdl, manifest],
        )?;
        let lines: Vec<Line> = serde_json::from_str(&events).unwrap_or_default();
        for (at, tone, text) in lines {
            db.execute(
                "INSERT INTO events (deployment, at, tone, text) VALUES (?1, ?2, ?3, ?4)",
                params![id, at, tone, text],
            )?;
        }
        db.execute("DELETE FROM unread WHERE id = ?1", [&id])?;
    }
    Ok(())
}
