//! Random lives: what a person does, what the world does and what goes wrong on the way, in any order, against the few things that must
//! always hold. A failure is shrunk and printed as a script to replay. `ALOFT_LONG=1` plays ten times as many.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout
)]

mod support;

use std::{sync::Arc, time::Duration};

use akash_simulator::{Change, Fault, FaultKind};
use aloft_engine::view::*;
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use support::{HELLO, House, TWO};

/// One step of a script.
#[derive(Clone, Copy, Debug)]
enum Step {
    Ask {
        two: bool,
    },
    Choose,
    Close,
    AskAgain,
    AddFunds,
    Restart,
    Wait,
    /// The next call of a kind fails, applied or not.
    Lose {
        what: What,
        applied: bool,
    },
    Dead {
        seconds: u8,
    },
    ExpireBids,
    LoseLease,
    RunDry,
    ManifestFails,
}

#[derive(Clone, Copy, Debug)]
enum What {
    Create,
    Lease,
    Close,
    Deposit,
    List,
    Detail,
}

impl What {
    fn endpoint(self) -> &'static str {
        match self {
            Self::Create => "POST /v1/deployments",
            Self::Lease => "POST /v1/leases",
            Self::Close => "DELETE /v1/deployments/{dseq}",
            Self::Deposit => "POST /v1/deposit-deployment",
            Self::List => "GET /v1/deployments",
            Self::Detail => "GET /v1/deployments/{dseq}",
        }
    }
}

fn step() -> impl Strategy<Value = Step> {
    let what = prop_oneof![
        Just(What::Create),
        Just(What::Lease),
        Just(What::Close),
        Just(What::Deposit),
        Just(What::List),
        Just(What::Detail)
    ];
    prop_oneof![
        3 => any::<bool>().prop_map(|two| Step::Ask { two }),
        4 => Just(Step::Choose),
        2 => Just(Step::Close),
        1 => Just(Step::AskAgain),
        1 => Just(Step::AddFunds),
        2 => Just(Step::Restart),
        4 => Just(Step::Wait),
        4 => (what, any::<bool>()).prop_map(|(what, applied)| Step::Lose { what, applied }),
        1 => (1u8..4).prop_map(|seconds| Step::Dead { seconds }),
        1 => Just(Step::ExpireBids),
        1 => Just(Step::LoseLease),
        1 => Just(Step::RunDry),
        1 => Just(Step::ManifestFails),
    ]
}

/// What must hold is counted along with the script.
#[derive(Default)]
struct Model {
    /// Intents to create that the engine took.
    asked: usize,
    /// *Ask again* where nothing was made.
    again: usize,
}

async fn play(script: &[Step]) -> Result<(), String> {
    let mut house = House::connected().await;
    let mut model = Model::default();
    for step in script {
        one(&mut house, &mut model, *step).await;
    }
    // The sky clears: whatever is open must settle, and then agree with the chain.
    house.sim.control().clear_faults();
    house.clock.forward(400);
    settled(&house, &model).await?;
    truth(&house, &model)
}

async fn one(house: &mut House, model: &mut Model, step: Step) {
    let snapshot = Arc::clone(&house.engine.snapshots().borrow());
    let control = house.sim.control();
    let rows = &snapshot.rows;
    let dseqs: Vec<u64> = active(&control.world())
        .iter()
        .filter_map(|d| d["dseq"].as_u64())
        .collect();
    match step {
        Step::Ask { two } => {
            let _ = house
                .engine
                .paste_text(if two { TWO } else { HELLO }.into())
                .await;
            let draft = house.engine.draft_text().map(|draft| draft.id);
            if let Some(draft) = draft
                && house.engine.ask(draft, None).await.is_ok()
            {
                model.asked += 1;
            }
        }
        Step::Choose => {
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
                    let _ = house.engine.start_lease(&row.id, choices).await;
                    break;
                }
            }
        }
        Step::Close => {
            if let Some(row) = rows.first() {
                let _ = house.engine.close(&row.id).await;
            }
        }
        Step::AskAgain => {
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
        Step::AddFunds => {
            if let Some(row) = rows.iter().find(|row| row.price.is_some()) {
                let _ = house.engine.add_funds(&row.id, "1").await;
            }
        }
        Step::Restart => house.restart().await,
        Step::Wait => {
            let _ = tokio::time::timeout(
                Duration::from_millis(1_500),
                house.engine.snapshots().changed(),
            )
            .await;
        }
        Step::Lose { what, applied } => {
            let kind = if applied {
                FaultKind::ApplyThenClose
            } else {
                FaultKind::Close
            };
            let _ = control.fault(Fault::once(what.endpoint(), kind));
        }
        Step::Dead { seconds } => {
            let fault = Fault {
                times: Some(u32::from(seconds) * 8),
                ..Fault::new("* /v1/**", FaultKind::Close)
            };
            // Connecting needs the Console; a restart while it is dead waits for it.
            let _ = control.fault(fault);
        }
        Step::ExpireBids => drop(control.change(Change::ExpireBids { dseq: None })),
        Step::LoseLease => {
            for dseq in dseqs {
                let _ = control.change(Change::CloseLease {
                    dseq,
                    gseq: None,
                    reason: None,
                });
            }
        }
        Step::RunDry => {
            for dseq in dseqs {
                let _ = control.change(Change::EscrowRunsOut { dseq });
            }
        }
        Step::ManifestFails => drop(control.change(Change::ManifestFails {
            times: 1,
            status: None,
            message: None,
        })),
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
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let result = runner.run(&vec(step(), 3..12), |script| {
        runtime
            .block_on(play(&script))
            .map_err(|why| TestCaseError::fail(format!("{why}\nscript: {script:?}")))
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}
