//! A journal as version 0.1 wrote it is read, and shows what it showed then.
//!
//! `tests/engine/fixtures/journal-0.1.sqlite` was written by version 0.1 itself, before records held facts in place of words; `journal-0.1.json` is
//! what that version showed of it. `ALOFT_WRITE_SHOWN=1` writes the second anew after a wording is changed on purpose.
#![allow(clippy::unwrap_used)]

use std::{
    collections::{HashMap, HashSet, VecDeque},
    path::{Path, PathBuf},
};

use akash_console::Balances;
use akash_market::{Decimal, Rates, Usd};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    journal::{AccountNote, Journal},
    present::{detail::past, snapshot::snapshot, timeline},
    state::{ConnectionHealth, Session, State, draft::Shelf, market::Market},
    view::{AccountKind, ConnectionState, KeyKept, Settings},
};

const ACCOUNT: &str = "https://console.example akash1me";

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/engine/fixtures")
        .join(name)
}

fn now() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

fn session() -> Session {
    let console: url::Url = "https://console.example".parse().unwrap();
    let client = akash_console::Client::new(akash_console::Options {
        base_url: console.clone(),
        api_key: None,
        user_agent: "Aloft/test".into(),
    })
    .unwrap();
    Session {
        account: ACCOUNT.into(),
        client,
        confirmed: true,
        console,
        kind: AccountKind::Paid,
        name: "me".into(),
        address: "akash1me".into(),
        balances: Some(Balances {
            balance: Usd::from_micro(20_000_000),
            deployments: Usd::from_micro(10_000_000),
            total: Usd::from_micro(30_000_000),
        }),
        kept: KeyKept::Keychain,
        kept_trouble: None,
        unkept: None,
        auto_reload: None,
        own_key: None,
        note: AccountNote::default(),
        block: Some((20_001_000, now())),
        pace: 1,
        turned: None,
        poller: None,
        session_epoch: 1,
        credit_told: false,
        moved: None,
    }
}

fn state() -> State {
    State {
        records: HashMap::new(),
        session: Some(session()),
        session_epoch: 1,
        suspended: None,
        connection: ConnectionHealth {
            state: ConnectionState::Online,
            failing: None,
            since: None,
            problem: None,
        },
        draft: None,
        drafts: 0,
        shelf: Shelf::default(),
        settings: Settings::default(),
        focused: None,
        focused_past: None,
        notices: VecDeque::new(),
        noticed: 0,
        recent: Vec::new(),
        past: 0,
        providers: HashMap::new(),
        market: Market::default(),
        rates: Rates {
            akt_usd: Some(Decimal::new(5, 1)),
            ..Rates::default()
        },
        busy: HashSet::new(),
        keychain: None,
        hidden: false,
        on_battery: false,
    }
}

/// All that the window shows of each deployment, by its name.
async fn shown(journal: &Journal) -> Value {
    let mut all = serde_json::Map::new();
    for record in journal.all(ACCOUNT.into()).await.unwrap() {
        let mut state = state();
        let (id, name) = (record.id, record.name.clone());
        state.focused = Some(id);
        if record.phase.is_over() {
            state.focused_past = Some(record.clone());
        } else {
            state.records.insert(id, record.clone());
        }
        let events: Vec<Value> = journal
            .timeline(id)
            .await
            .unwrap()
            .iter()
            .map(timeline::event)
            .map(|line| json!([line.at, line.text, line.tone]))
            .collect();
        let open = snapshot(&state, now()).open.unwrap();
        let past = record.phase.is_over().then(|| past(&state, &record, now()));
        all.insert(
            name,
            json!({ "open": open, "past": past, "timeline": events }),
        );
    }
    Value::Object(all)
}

#[tokio::test]
async fn a_journal_of_version_0_1_shows_what_it_showed() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.sqlite");
    std::fs::copy(fixture("journal-0.1.sqlite"), &path).unwrap();
    let opened = Journal::open(&path).unwrap();
    assert_eq!(opened.unread, 0, "records that this version cannot read");
    let shown = shown(&opened.journal).await;
    let wanted = fixture("journal-0.1.json");
    if std::env::var_os("ALOFT_WRITE_SHOWN").is_some() {
        let text = serde_json::to_string_pretty(&shown).unwrap();
        std::fs::write(&wanted, text + "\n").unwrap();
    }
    let wanted: Value = serde_json::from_slice(&std::fs::read(wanted).unwrap()).unwrap();
    for (name, wanted) in wanted.as_object().unwrap() {
        let lines = |value: &Value| serde_json::to_string_pretty(value).unwrap();
        let (now, then) = (lines(&shown[name]), lines(wanted));
        let other = now
            .lines()
            .zip(then.lines())
            .find(|(now, then)| now != then);
        assert!(now == then, "{name}: {other:?}");
    }
    assert_eq!(
        shown.as_object().unwrap().len(),
        wanted.as_object().unwrap().len()
    );
}
