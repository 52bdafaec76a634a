#![allow(clippy::unwrap_used)]

use std::time::Duration;

use akash_console::Usd;
use jiff::Timestamp;

use super::{Journal, SavedDraft};
use crate::{
    record::{Event, Phase, Plan, Record, TimelineEntry},
    view::Tone,
};

fn now() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

fn five() -> Usd {
    Usd::from_micro(5_000_000)
}

fn record(name: &str) -> Record {
    Record::new(
        "https://console.example akash1me".into(),
        name.into(),
        Plan::default(),
        Usd::from_micro(5_000_000),
        now(),
    )
}

#[tokio::test]
async fn a_record_its_texts_and_timeline_come_back() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.sqlite");
    let mut made = record("blog");
    {
        let journal = Journal::open(&path).unwrap().journal;
        journal
            .begin(
                made.clone(),
                Some("version: \"2.0\"".into()),
                vec![TimelineEntry::new(
                    now(),
                    Tone::Busy,
                    Event::Said("Asked".into()),
                )],
            )
            .await
            .unwrap();
        made.dseq = Some(u64::MAX);
        made.enter(Phase::Choosing, now());
        journal
            .save(
                made.clone(),
                vec![TimelineEntry::new(now(), Tone::Good, Event::Created)],
            )
            .await
            .unwrap();
        journal.keep_manifest(made.id, "[]".into()).await.unwrap();
    }
    let journal = Journal::open(&path).unwrap().journal;
    assert_eq!(journal.living().await.unwrap(), [made.clone()]);
    assert_eq!(
        journal.texts(made.id).await.unwrap(),
        (Some("version: \"2.0\"".into()), Some("[]".into()))
    );
    let told = journal.timeline(made.id).await.unwrap();
    let told: Vec<Event> = told.into_iter().map(|entry| entry.event).collect();
    assert_eq!(told, [Event::Said("Asked".into()), Event::Created]);
    assert_eq!(
        journal.known_dseqs(made.account.clone()).await.unwrap(),
        [u64::MAX]
    );
}

#[tokio::test]
async fn what_is_over_is_history_of_its_own_account() {
    let dir = tempfile::tempdir().unwrap();
    let journal = Journal::open(&dir.path().join("journal.sqlite"))
        .unwrap()
        .journal;
    let mut over = record("over");
    over.enter(Phase::Closed, now());
    over.phase = Phase::Closed;
    journal.begin(over.clone(), None, vec![]).await.unwrap();
    journal.begin(record("living"), None, vec![]).await.unwrap();
    assert_eq!(journal.living().await.unwrap().len(), 1);
    assert_eq!(
        journal.past(over.account.clone(), 0, 50).await.unwrap(),
        [over.clone()]
    );
    assert_eq!(journal.past("another".into(), 0, 50).await.unwrap(), []);
    journal.forget(over.id).await.unwrap();
    assert_eq!(journal.past_count(over.account.clone()).await.unwrap(), 0);
}

#[tokio::test]
async fn a_damaged_journal_is_set_aside_and_a_new_one_begins() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.sqlite");
    std::fs::write(
        &path,
        b"this is no database, and it is long enough to be read as a header of one",
    )
    .unwrap();
    let opened = Journal::open(&path).unwrap();
    let aside = opened.set_aside.unwrap();
    assert!(
        std::fs::read(aside)
            .unwrap()
            .starts_with(b"this is no database")
    );
    opened
        .journal
        .begin(record("new"), None, vec![])
        .await
        .unwrap();
    assert_eq!(opened.journal.living().await.unwrap().len(), 1);
}

/// Windows refuses to lock a file that is open for appending alone, as the documentation of [`std::fs::File::try_lock`] says. There the
/// tests above fail then; here only this one does.
#[test]
fn the_lock_is_open_for_reading_too() {
    use std::io::Read as _;
    let dir = tempfile::tempdir().unwrap();
    let mut lock = super::open::lock(&dir.path().join("journal.lock"), Duration::ZERO).unwrap();
    assert_eq!(lock.read(&mut [0]).unwrap(), 0);
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_can_read_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.sqlite");
    let journal = Journal::open(&path).unwrap().journal;
    journal
        .begin(record("secret"), Some("env: [PASSWORD=x]".into()), vec![])
        .await
        .unwrap();
    for name in std::fs::read_dir(dir.path()).unwrap() {
        let mode = name.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "readable by others: {mode:o}");
    }
}

#[tokio::test]
async fn the_draft_is_one_and_recent_files_are_twelve() {
    let dir = tempfile::tempdir().unwrap();
    let journal = Journal::open(&dir.path().join("journal.sqlite"))
        .unwrap()
        .journal;
    let draft = |name: &str| SavedDraft {
        name: name.into(),
        source: "a.yaml".into(),
        text: "x".into(),
        deposit: "5.00".into(),
        stop: None,
        given: None,
        only_here: false,
    };
    journal.save_draft(Some(draft("one"))).await.unwrap();
    journal.save_draft(Some(draft("two"))).await.unwrap();
    assert_eq!(journal.draft().await.unwrap(), Some(draft("two")));
    journal.save_draft(None).await.unwrap();
    assert_eq!(journal.draft().await.unwrap(), None);
    for n in 0..20i64 {
        let at = Timestamp::from_second(n).unwrap();
        journal
            .saw_file(format!("/tmp/{n}.yaml").into(), at)
            .await
            .unwrap();
    }
    let recent = journal.recent().await.unwrap();
    assert_eq!(recent.len(), 12);
    assert_eq!(recent[0].1.to_str(), Some("/tmp/19.yaml"));
}

#[tokio::test]
async fn a_journal_moves_to_another_computer() {
    let dir = tempfile::tempdir().unwrap();
    let open = |name: &str| Journal::open(&dir.path().join(name)).unwrap().journal;
    let (old, new) = (open("old.sqlite"), open("new.sqlite"));
    let mut made = record("blog");
    made.dseq = Some(17);
    made.phase = Phase::Choosing;
    // Nothing that a file says may lease anything here.
    made.rule = Some(crate::view::Rule::default());
    made.satisfied = Some(now());
    let happened = vec![TimelineEntry::new(now(), Tone::Good, Event::Created)];
    old.begin(made.clone(), Some("the file".into()), happened.clone())
        .await
        .unwrap();
    old.keep_manifest(made.id, "[]".into()).await.unwrap();
    let file = dir.path().join("moved.json");
    assert_eq!(old.export(&file).await.unwrap(), 1);

    // Found on the account before the file came: the file knows more.
    new.begin(Record::found(made.account.clone(), 17, now()), None, vec![])
        .await
        .unwrap();
    assert_eq!(new.import(&file, five()).await.unwrap(), 1);
    (made.rule, made.satisfied, made.imported) = (None, None, true);
    assert_eq!(new.living().await.unwrap(), [made.clone()]);
    assert_eq!(
        new.texts(made.id).await.unwrap(),
        (Some("the file".into()), Some("[]".into()))
    );
    assert_eq!(new.timeline(made.id).await.unwrap(), happened);
    assert_eq!(
        new.import(&file, five()).await.unwrap(),
        0,
        "a second time changes nothing"
    );

    for bad in [
        "",
        "{}",
        r#"{"aloft":"journal","version":99}"#,
        r#"{"aloft":"journal","version":1,"deployments":[{}]}"#,
    ] {
        std::fs::write(&file, bad).unwrap();
        assert!(new.import(&file, five()).await.is_err(), "{bad}");
    }
    assert_eq!(new.living().await.unwrap(), [made]);
}

/// Exports a journal that holds `records`, to be imported elsewhere.
async fn exported(dir: &std::path::Path, records: Vec<Record>) -> std::path::PathBuf {
    let old = Journal::open(&dir.join("exported.sqlite")).unwrap().journal;
    for record in records {
        old.begin(record, None, vec![]).await.unwrap();
    }
    let file = dir.join("moved.json");
    old.export(&file).await.unwrap();
    file
}

#[tokio::test]
async fn a_crafted_file_replaces_no_record_of_ours() {
    let dir = tempfile::tempdir().unwrap();
    let new = Journal::open(&dir.path().join("new.sqlite"))
        .unwrap()
        .journal;
    let mut found = Record::found(record("").account, 17, now());
    found.name = "found".into();
    let mut ours = record("ours");
    ours.dseq = Some(18);
    new.begin(found.clone(), None, vec![]).await.unwrap();
    new.begin(ours.clone(), None, vec![]).await.unwrap();
    // By its id it is ours, by its dseq the one that was found.
    let mut crafted = record("crafted");
    (crafted.id, crafted.dseq) = (ours.id, Some(17));
    let file = exported(dir.path(), vec![crafted]).await;
    assert_eq!(new.import(&file, five()).await.unwrap(), 0);
    let mut living = new.living().await.unwrap();
    living.sort_by_key(|record| record.dseq);
    assert_eq!(living, [found, ours]);
}

#[tokio::test]
async fn what_a_file_asks_to_set_aside_has_a_ceiling() {
    let dir = tempfile::tempdir().unwrap();
    let new = Journal::open(&dir.path().join("new.sqlite"))
        .unwrap()
        .journal;
    let asks = |dseq: u64, micro: u64| {
        let mut record = record(&"n".repeat(500));
        record.dseq = Some(dseq);
        record.deposit = Some(Usd::from_micro(micro));
        record
    };
    let records = vec![asks(1, 900_000_000_000), asks(2, 2_000_000), asks(3, 1)];
    let file = exported(dir.path(), records).await;
    assert_eq!(new.import(&file, five()).await.unwrap(), 3);
    let mut living = new.living().await.unwrap();
    living.sort_by_key(|record| record.dseq);
    let asked: Vec<_> = living.iter().map(|record| record.deposit).collect();
    assert_eq!(
        asked,
        [Some(five()), Some(Usd::from_micro(2_000_000)), None]
    );
    assert!(living.iter().all(|record| record.name.len() == 80));
}

#[tokio::test]
async fn a_record_set_aside_comes_back_once_it_can_be_read() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.sqlite");
    let mut made = record("blog");
    made.dseq = Some(17);
    let told = vec![TimelineEntry::new(now(), Tone::Good, Event::Created)];
    let sql = |sql: &str| {
        let db = rusqlite::Connection::open(&path).unwrap();
        db.execute(sql, []).unwrap()
    };
    let journal = Journal::open(&path).unwrap().journal;
    let text = Some("the file".to_owned());
    journal
        .begin(made.clone(), text.clone(), told.clone())
        .await
        .unwrap();
    journal.begin(record("other"), None, vec![]).await.unwrap();
    journal.close().await;

    sql("UPDATE deployments SET record = json_set(record, '$.phase', 'Orbiting') WHERE dseq = 17");
    let opened = Journal::open(&path).unwrap();
    assert_eq!(opened.unread, 1);
    let journal = opened.journal;
    assert_eq!(journal.living().await.unwrap().len(), 1);
    let known = journal.known_dseqs(made.account.clone()).await.unwrap();
    assert!(known.is_empty(), "{known:?}");
    // Meanwhile it is found on the account.
    let found = Record::found(made.account.clone(), 17, now());
    journal.begin(found, None, vec![]).await.unwrap();
    journal.close().await;
    assert_eq!(Journal::open(&path).unwrap().unread, 0, "it is said once");

    sql("UPDATE unread SET record = json_set(record, '$.phase', 'Creating')");
    let journal = Journal::open(&path).unwrap().journal;
    let living = journal.living().await.unwrap();
    assert_eq!(living.len(), 2);
    assert!(living.contains(&made));
    assert_eq!(journal.texts(made.id).await.unwrap().0, text);
    assert_eq!(journal.timeline(made.id).await.unwrap(), told);
}
