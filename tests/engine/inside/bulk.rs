//! What 1,000 deployments cost: `cargo test --release -p aloft-engine bulk -- --ignored --nocapture`. Numbers for a person to judge, since a
//! time limit in a test fails on a busy machine.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::{sync::Arc, time::Instant};

use akash_console::{Denom, PricePerBlock, Usd};
use akash_market::Decimal;
use akash_simulator::{Config, Latency};
use jiff::Timestamp;
use secrecy::SecretString;

use crate::{
    Engine, KeyStore, KeyStoreError, Options, SystemClock,
    derive::plan::plan,
    present::snapshot::snapshot,
    record::{
        At, BidSeen, EscrowSeen, Event, LeaseSeen, Phase, Place, Record, ServiceSeen, TimelineEntry,
    },
    view::Tone,
};

const MANY: u64 = 1_000;
const BIDS_EACH: u32 = 20;
const EVENTS_EACH: i64 = 60;

struct NoKeys;

impl KeyStore for NoKeys {
    fn read(&self, _: &str) -> Result<Option<SecretString>, KeyStoreError> {
        Ok(None)
    }
    fn write(&self, _: &str, _: &SecretString) -> Result<(), KeyStoreError> {
        Err(KeyStoreError::Missing)
    }
    fn remove(&self, _: &str) -> Result<(), KeyStoreError> {
        Ok(())
    }
}

fn running(account: &str, n: u64, sdl: &akash_sdl::Sdl, now: Timestamp) -> Record {
    let price = || Some(PricePerBlock::new(Decimal::new(123_456, 5), Denom::Uact));
    let provider = |n: u32| format!("akash1provider{n:030}");
    let mut record = Record::new(
        account.into(),
        format!("service {n}"),
        plan(sdl),
        Usd::from_micro(5_000_000),
        now,
    );
    record.dseq = Some(20_000_000 + n);
    record.hash = Some("a".repeat(44));
    record.enter(Phase::Up, now);
    record.bids = (0..BIDS_EACH)
        .map(|n| BidSeen {
            gseq: 1,
            oseq: 1,
            provider: provider(n),
            price: price(),
            height: Some(20_000_000),
            state: "closed".into(),
            gpus: Vec::new(),
            gpu_count: 0,
            notice: None,
        })
        .collect();
    record.leases = vec![LeaseSeen {
        gseq: 1,
        oseq: 1,
        provider: provider(1),
        runs: true,
        price: price(),
        from: Some(20_000_000),
        until: None,
        reason: None,
        reclaimed: None,
        gpus: Vec::new(),
    }];
    record.escrow = Some(EscrowSeen {
        funds: Decimal::from(4_000_000),
        transferred: Decimal::from(1_000_000),
        denom: Denom::Uact,
        settled_at: 20_000_000,
        rates: vec![Decimal::new(123_456, 5)],
    });
    record.put_in = Decimal::from(5_000_000);
    record.run.delivered = Some(now);
    record.run.ready = Some(now);
    record.run.answered = Some(now);
    record.run.services = vec![ServiceSeen {
        name: "web".into(),
        ready: 1,
        total: 1,
    }];
    record.run.places = vec![Place {
        service: "web".into(),
        at: At::Web(format!("{n}.ingress.provider.example")),
        answers: Some(true),
    }];
    record
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "prints numbers for a person"]
async fn bulk() {
    let config = Config {
        latency: Latency::none(),
        api_version: "2026-08-22".parse().unwrap(),
        ..Config::default()
    };
    let sim = akash_simulator::start(config).await.unwrap();
    let dir = tempfile::tempdir().unwrap();
    let options = Options {
        data_dir: dir.path().to_owned(),
        console_url: Some(sim.url().parse().unwrap()),
        user_agent: "Aloft/bulk".into(),
        keys: Arc::new(NoKeys),
        clock: Arc::new(SystemClock),
        pace: 1,
    };
    let engine = Engine::start(options).await.unwrap();
    engine.connect(sim.api_key().into()).await.unwrap();
    let core = &engine.core;
    let account = core.session().unwrap().account;

    let text = include_str!("../../../src-tauri/engine/samples/wordpress.yaml");
    let sdl = akash_sdl::check(text).sdl.unwrap();
    let manifest = sdl.derive(akash_sdl::Derivation::Alpha40).manifest;
    let now = core.now();
    for n in 0..MANY {
        let record = running(&account, n, &sdl, now);
        let told = (0..EVENTS_EACH)
            .map(|_| TimelineEntry::new(now, Tone::Attention, Event::StoppedAnswering));
        let id = record.id;
        core.journal
            .begin(record, Some(text.into()), told.collect())
            .await
            .unwrap();
        core.journal
            .keep_manifest(id, manifest.clone())
            .await
            .unwrap();
    }
    core.reload().await.unwrap();

    let mut slowest = std::time::Duration::ZERO;
    let mut rows = 0;
    for _ in 0..20 {
        let state = core.state();
        let began = Instant::now();
        let snapshot = snapshot(&state, now);
        slowest = slowest.max(began.elapsed());
        rows = snapshot.rows.len();
    }
    let began = Instant::now();
    let size = serde_json::to_vec(&**engine.snapshots().borrow())
        .unwrap()
        .len();
    let written = began.elapsed();
    engine.stop().await;
    let journal = std::fs::metadata(dir.path().join("journal.sqlite"))
        .unwrap()
        .len();
    println!(
        "{rows} rows: painting at most {slowest:?}, writing as JSON {written:?} ({} KiB); journal {} KiB, {} bytes a deployment",
        size / 1_024,
        journal / 1_024,
        journal / MANY
    );
    assert_eq!(u64::try_from(rows).unwrap(), MANY);
    assert!(
        journal < 50 << 20,
        "the journal of {MANY} is {journal} bytes"
    );
}
