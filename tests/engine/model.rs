//! Random lives: what a person does, what the world does and what goes wrong on the way, in any order, against the few things that must
//! always hold. `ALOFT_LONG=1` plays ten times as many.
//!
//! A failure is shrunk and printed as a script: a JSON list of what the person does (`{"do":"choose"}`) and what is posted to the simulator's
//! `/_sim/faults` and `/_sim/change`, word for word. `ALOFT_SCRIPT` takes one, or a file of one, and plays it instead.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout
)]

mod support;

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use akash_market::{Denom, PricePerBlock, Rates, Usd};
use akash_simulator::{Change, Fault, FaultKind};
use aloft_engine::view::*;
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner},
};
use serde::{Deserialize, Serialize};
use support::{HELLO, House, TWO};

/// One step of a script, as it is written: `{"do":…}`, `{"change":…}` or `{"endpoint":…,"fault":…}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Step {
    Person(Deed),
    World(Change),
    Fault(Fault),
}

/// What a person does.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
enum Deed {
    Ask {
        two: bool,
    },
    /// With a rule that takes bids by itself, up to so many dollars a month.
    Deploy {
        two: bool,
        limit: u32,
    },
    Choose,
    Close,
    AskAgain,
    AddFunds,
    Restart,
    Wait,
}

/// Stands in a change for every deployment there is: their numbers are other ones each time.
const EACH: u64 = 0;

/// Calls that fail once, applied or not.
const LOST: [&str; 6] = [
    "POST /v1/deployments",
    "POST /v1/leases",
    "DELETE /v1/deployments/{dseq}",
    "POST /v1/deposit-deployment",
    "GET /v1/deployments",
    "GET /v1/deployments/{dseq}",
];

fn step() -> impl Strategy<Value = Step> {
    let lost = (proptest::sample::select(&LOST[..]), any::<bool>()).prop_map(|(what, applied)| {
        let kind = if applied {
            FaultKind::ApplyThenClose
        } else {
            FaultKind::Close
        };
        Step::Fault(Fault::once(what, kind))
    });
    // Connecting needs the Console; a restart while it is dead waits for it.
    let dead = (1u32..4).prop_map(|seconds| {
        Step::Fault(Fault {
            times: Some(seconds * 8),
            ..Fault::new("* /v1/**", FaultKind::Close)
        })
    });
    let (gseq, reason) = (None, None);
    let (status, message) = (None, None);
    prop_oneof![
        3 => any::<bool>().prop_map(|two| Step::Person(Deed::Ask { two })),
        2 => (any::<bool>(), 1u32..12).prop_map(|(two, limit)| Step::Person(Deed::Deploy { two, limit })),
        4 => Just(Step::Person(Deed::Choose)),
        2 => Just(Step::Person(Deed::Close)),
        1 => Just(Step::Person(Deed::AskAgain)),
        1 => Just(Step::Person(Deed::AddFunds)),
        2 => Just(Step::Person(Deed::Restart)),
        4 => Just(Step::Person(Deed::Wait)),
        4 => lost,
        1 => dead,
        1 => Just(Step::World(Change::ExpireBids { dseq: None })),
        1 => Just(Step::World(Change::CloseLease { dseq: EACH, gseq, reason })),
        1 => Just(Step::World(Change::EscrowRunsOut { dseq: EACH })),
        1 => Just(Step::World(Change::ManifestFails { times: 1, status, message })),
    ]
}

/// A script as it is printed and replayed.
fn written(script: &[Step]) -> String {
    serde_json::to_string(script).unwrap()
}

/// The script to replay, if one was given: itself, or the name of its file.
fn given() -> Option<Vec<Step>> {
    let given = std::env::var("ALOFT_SCRIPT").ok()?;
    let text = if given.trim_start().starts_with('[') {
        given
    } else {
        std::fs::read_to_string(&given).expect("the file of the script")
    };
    Some(serde_json::from_str(&text).expect("a script"))
}

/// What must hold is counted along with the script.
#[derive(Default)]
struct Model {
    /// Intents to create that the engine took.
    asked: usize,
    /// *Ask again* where nothing was made.
    again: usize,
    /// The most a month that bids may cost which are taken by a rule, dollars, by deployment.
    limits: HashMap<DeploymentId, u32>,
    /// What a person chose bids for.
    chosen: HashSet<DeploymentId>,
}

async fn play(script: &[Step]) -> Result<(), String> {
    let mut house = House::connected().await;
    let mut model = Model::default();
    for step in script {
        match step {
            Step::Person(deed) => one(&mut house, &mut model, *deed).await,
            Step::World(change) => world(&house, change),
            Step::Fault(fault) => drop(house.sim.control().fault(fault.clone())),
        }
    }
    // The sky clears: whatever is open must settle, and then agree with the chain.
    house.sim.control().clear_faults();
    house.clock.forward(400);
    agreed(&house, &model).await?;
    let made = deployments(&house.sim.control().world());
    let leased = |d: &serde_json::Value| d["leases"].as_array().is_some_and(|l| !l.is_empty());
    println!(
        "{} asked, {} again, {} made, {} leased",
        model.asked,
        model.again,
        made.len(),
        made.iter().filter(|d| leased(d)).count()
    );
    Ok(())
}

/// Waits until nothing is under way and the journal agrees with the chain. What was begun last may not be in a snapshot yet, and what ends by
/// itself may end between two looks: so what does not agree is looked at again, and fails when it stays so.
async fn agreed(house: &House, model: &Model) -> Result<(), String> {
    let since = std::time::Instant::now();
    loop {
        settled(house, model).await?;
        let Err(why) = truth(house, model) else {
            return Ok(());
        };
        if since.elapsed() > Duration::from_secs(30) {
            return Err(why);
        }
        let mut snapshots = house.engine.snapshots();
        let _ = tokio::time::timeout(Duration::from_millis(400), snapshots.changed()).await;
    }
}

/// Makes something happen to the world, or to every deployment in it. Where there is none, nothing happens.
fn world(house: &House, change: &Change) {
    let control = house.sim.control();
    let each = |change: &dyn Fn(u64) -> Change| {
        for dseq in active(&control.world())
            .iter()
            .filter_map(|d| d["dseq"].as_u64())
        {
            let _ = control.change(change(dseq));
        }
    };
    match change {
        Change::CloseLease {
            dseq: EACH,
            gseq,
            reason,
        } => each(&|dseq| Change::CloseLease {
            dseq,
            gseq: *gseq,
            reason: reason.clone(),
        }),
        Change::EscrowRunsOut { dseq: EACH } => each(&|dseq| Change::EscrowRunsOut { dseq }),
        other => drop(control.change(other.clone())),
    }
}

async fn one(house: &mut House, model: &mut Model, deed: Deed) {
    let snapshot = Arc::clone(&house.engine.snapshots().borrow());
    let rows = &snapshot.rows;
    match deed {
        Deed::Ask { two } | Deed::Deploy { two, .. } => {
            let limit = match deed {
                Deed::Deploy { limit, .. } => Some(limit),
                _ => None,
            };
            let rule = limit.map(|limit| Rule {
                limit: limit.to_string(),
                ..Rule::default()
            });
            let _ = house
                .engine
                .paste_text(if two { TWO } else { HELLO }.into())
                .await;
            let draft = house.engine.draft_text().map(|draft| draft.id);
            if let Some(draft) = draft
                && let Ok(id) = house.engine.ask(draft, rule).await
            {
                model.asked += 1;
                model.limits.extend(limit.map(|limit| (id.clone(), limit)));
                // A person goes on with what is on the screen.
                house
                    .until("it in the list", |s| s.rows.iter().any(|row| row.id == id))
                    .await;
            }
        }
        Deed::Choose => {
            for row in rows {
                let _ = house.engine.look(Some(row.id.clone())).await;
                let open = tokio::time::timeout(Duration::from_secs(3), async {
                    let mut snapshots = house.engine.snapshots();
                    let ready = |s: &Arc<Snapshot>| {
                        s.open.as_ref().is_some_and(|o| {
                            o.row.id == row.id
                                && o.can.start
                                && o.groups.iter().all(|g| g.bids.iter().any(|b| b.open))
                        })
                    };
                    snapshots
                        .wait_for(ready)
                        .await
                        .ok()
                        .map(|s| s.open.clone().unwrap())
                });
                if let Ok(Some(open)) = open.await {
                    let choices = open
                        .groups
                        .iter()
                        .map(|g| Choice {
                            gseq: g.gseq,
                            provider: g.bids[0].provider.clone(),
                        })
                        .collect();
                    if house.engine.start_lease(&row.id, choices).await.is_ok() {
                        model.chosen.insert(row.id.clone());
                    }
                    break;
                }
            }
        }
        Deed::Close => {
            if let Some(row) = rows.first() {
                let _ = house.engine.close(&row.id).await;
            }
        }
        Deed::AskAgain => {
            if let Some(row) = rows.iter().find(|row| {
                matches!(
                    row.state.code,
                    StateCode::NotSent
                        | StateCode::Refused
                        | StateCode::Lapsed
                        | StateCode::LeaseLost
                )
            }) {
                let made_before =
                    matches!(row.state.code, StateCode::Lapsed | StateCode::LeaseLost);
                if house.engine.ask_again(&row.id).await.is_ok() {
                    if made_before {
                        model.asked += 1
                    } else {
                        model.again += 1
                    }
                }
            }
        }
        Deed::AddFunds => {
            if let Some(row) = rows.iter().find(|row| row.price.is_some()) {
                let _ = house.engine.add_funds(&row.id, "1").await;
            }
        }
        Deed::Restart => house.restart().await,
        Deed::Wait => {
            let _ = tokio::time::timeout(
                Duration::from_millis(1_500),
                house.engine.snapshots().changed(),
            )
            .await;
        }
    }
}

/// Waits until nothing is under way.
async fn settled(house: &House, model: &Model) -> Result<(), String> {
    let under_way = [
        StateCode::Creating,
        StateCode::Unclear,
        StateCode::Leasing,
        StateCode::Undelivered,
        StateCode::Closing,
    ];
    let chain = || active(&house.sim.control().world()).len();
    let mut snapshots = house.engine.snapshots();
    let quiet = |s: &Arc<Snapshot>| {
        // A snapshot may be older than the last step: every intent has to be in it.
        let all = s.rows.len() + s.closed as usize >= model.asked;
        let made = s
            .rows
            .iter()
            .filter(|row| !matches!(row.state.code, StateCode::NotSent | StateCode::Refused))
            .count();
        all && s.connection.state == ConnectionState::Online
            && !s.rows.iter().any(|row| under_way.contains(&row.state.code))
            && made == chain()
    };
    let waited = tokio::time::timeout(Duration::from_secs(90), async {
        loop {
            let now = Arc::clone(&snapshots.borrow_and_update());
            if quiet(&now) {
                return;
            }
            house.clock.forward(5);
            house.engine.refresh();
            let _ = tokio::time::timeout(Duration::from_millis(400), snapshots.changed()).await;
        }
    });
    waited.await.map_err(|_| {
        let now = house.engine.snapshots().borrow().clone();
        let rows: Vec<_> = now
            .rows
            .iter()
            .map(|row| (row.state.code, row.state.detail.clone(), row.ours))
            .collect();
        format!(
            "it never settled: {rows:?}, {} on the chain, line {:?}",
            chain(),
            now.connection.state
        )
    })
}

fn deployments(world: &serde_json::Value) -> Vec<serde_json::Value> {
    match &world["deployments"] {
        serde_json::Value::Array(list) => list.clone(),
        serde_json::Value::Object(map) => map.values().cloned().collect(),
        _ => Vec::new(),
    }
}

fn active(world: &serde_json::Value) -> Vec<serde_json::Value> {
    deployments(world)
        .into_iter()
        .filter(|deployment| deployment["active"] == true)
        .collect()
}

/// What the leases of a record cost a month.
fn month(record: &serde_json::Value) -> Usd {
    let leases = record["leases"].as_array().unwrap();
    let price = |lease: &serde_json::Value| {
        let amount = lease["price"]["amount"]
            .as_str()
            .and_then(akash_market::parse_decimal);
        PricePerBlock::new(amount.unwrap(), Denom::Uact).usd_per_month(&Rates::default())
    };
    leases.iter().filter_map(price).sum()
}

fn truth(house: &House, model: &Model) -> Result<(), String> {
    let world = house.sim.control().world();
    let made = deployments(&world);
    let most = model.asked + model.again;
    if made.len() > most {
        return Err(format!(
            "{} deployments for {} intents and {} times *ask again*",
            made.len(),
            model.asked,
            model.again
        ));
    }
    let db = rusqlite::Connection::open(house.dir.path().join("journal.sqlite")).unwrap();
    let records: Vec<serde_json::Value> = db
        .prepare("SELECT record FROM deployments")
        .unwrap()
        .query_map([], |row| row.get::<_, String>(0))
        .unwrap()
        .map(|row| serde_json::from_str(&row.unwrap()).unwrap())
        .collect();
    if records
        .iter()
        .filter(|record| record["ours"] == true)
        .count()
        < model.asked
    {
        return Err(format!(
            "{} intents, and only {} records",
            model.asked,
            records.len()
        ));
    }
    for (id, limit) in model
        .limits
        .iter()
        .filter(|(id, _)| !model.chosen.contains(*id))
    {
        let record = records.iter().find(|record| record["id"] == **id);
        let month = record.map(month).unwrap_or_default();
        if month > Usd::new((*limit).into()) {
            return Err(format!("{id} costs ${month} a month, above ${limit}"));
        }
    }
    for deployment in made {
        let dseq = deployment["dseq"].as_u64();
        let here: Vec<_> = records
            .iter()
            .filter(|record| record["dseq"].as_u64() == dseq)
            .collect();
        let [record] = here.as_slice() else {
            return Err(format!("{} records of deployment {dseq:?}", here.len()));
        };
        let over = matches!(record["phase"].as_str(), Some("Closed" | "OutOfFunds"));
        if over == (deployment["active"] == true) {
            return Err(format!(
                "deployment {dseq:?}: {} here, active {} on the chain",
                record["phase"], deployment["active"]
            ));
        }
    }
    Ok(())
}

#[test]
fn whatever_happens_the_chain_and_the_journal_agree() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    if let Some(script) = given() {
        if let Err(why) = runtime.block_on(play(&script)) {
            panic!("{why}");
        }
        return;
    }
    let cases = if std::env::var_os("ALOFT_LONG").is_some() {
        60
    } else {
        6
    };
    let seed: u64 = std::env::var("ALOFT_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or(20_261_123);
    println!("seed {seed}");
    let mut bytes = [0u8; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config {
        cases,
        max_shrink_iters: 20,
        failure_persistence: None,
        ..Config::default()
    };
    let mut runner =
        TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    // Nothing happens where nothing was asked for.
    let script = (any::<bool>(), vec(step(), 3..12)).prop_map(|(two, mut script)| {
        script.insert(0, Step::Person(Deed::Ask { two }));
        script
    });
    let result = runner.run(&script, |script| {
        runtime.block_on(play(&script)).map_err(TestCaseError::fail)
    });
    match result {
        Err(TestError::Fail(why, script)) => panic!("{}", failure(why.message(), &script)),
        Err(error) => panic!("{error}"),
        Ok(()) => {}
    }
}

/// What went wrong, and the line that plays it again.
fn failure(why: &str, script: &[Step]) -> String {
    // The simulator's world comes from the same seed.
    let seed = std::env::var("ALOFT_SEED")
        .map_or_else(|_| String::new(), |seed| format!("ALOFT_SEED={seed} "));
    let script = written(script);
    format!(
        "{why}\nPlay it again:\n{seed}ALOFT_SCRIPT='{script}' cargo test -p aloft-engine --test model"
    )
}

proptest! {
    #[test]
    fn a_script_reads_as_it_was_written(script in vec(step(), 0..20)) {
        let text = written(&script);
        prop_assert_eq!(serde_json::from_str::<Vec<Step>>(&text).unwrap(), script);
        prop_assert!(!text.contains('\''), "it is quoted for a shell: {}", text);
    }
}

#[test]
fn a_step_for_the_world_is_what_the_simulator_takes() {
    let text = r#"[{"do":"ask","two":true},{"change":"close-lease","dseq":0},{"endpoint":"POST /v1/leases","times":1,"fault":"apply-then-close"}]"#;
    let script: Vec<Step> = serde_json::from_str(text).unwrap();
    assert_eq!(
        script,
        [
            Step::Person(Deed::Ask { two: true }),
            Step::World(Change::CloseLease {
                dseq: EACH,
                gseq: None,
                reason: None
            }),
            Step::Fault(Fault::once("POST /v1/leases", FaultKind::ApplyThenClose)),
        ]
    );
    let said = failure("it never settled", &script);
    assert!(said.contains("ALOFT_SCRIPT='[{"), "{said}");
}
