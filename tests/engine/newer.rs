//! What Consoles since September 2026 can do, and what Aloft does where they can't: ends, names, machines taken back, GPUs that were found.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::Arc;

use akash_simulator::{Change, Fault, FaultKind};
use aloft_engine::view::*;
use support::{HELLO, House};

const NEW: &str = "2026-10-01";
const OLD: &str = "2026-08-22";
const HOUR: u32 = 3_600;

fn stop(snapshot: &Snapshot) -> Option<&Stop> {
    snapshot.open.as_ref()?.money.stop.as_ref()
}

async fn pass(house: &House, seconds: u32) {
    let change = Change::Jump { seconds };
    house.sim.control().change(change).unwrap();
    house.engine.refresh();
}

/// Chooses the hours on the check screen, deploys, and waits until it answers.
async fn live(house: &House, hours: Option<u32>) -> DeploymentId {
    house.engine.paste_text(HELLO.into()).await.unwrap();
    let draft = house
        .until("a draft", |s| {
            s.draft.as_ref().is_some_and(|d| d.blocked.is_none())
        })
        .await;
    let draft = draft.draft.as_ref().unwrap().id;
    house.engine.set_draft_stop(draft, hours).await.unwrap();
    let id = house.engine.ask(draft, None).await.unwrap();
    house.engine.look(Some(id.clone())).await.unwrap();
    house.choose(&id).await;
    house.state(StateCode::Answering).await;
    id
}

/// Who sees to its end, in words.
async fn note(house: &House, says: &str) -> Stop {
    let snapshot = house
        .until(says, |s| {
            stop(s).is_some_and(|stop| stop.note.contains(says))
        })
        .await;
    stop(&snapshot).unwrap().clone()
}

async fn closed(house: &House) -> Receipt {
    let snapshot = house.state(StateCode::Closed).await;
    snapshot.open.as_ref().unwrap().receipt.clone().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_console_stops_it_where_it_knows_how() {
    let house = House::as_of(NEW).await;
    let id = live(&house, Some(4)).await;
    let set = note(&house, "The Console stops it").await;
    assert!(set.at.is_some());
    // What is looked at says it itself.
    house.engine.look(None).await.unwrap();
    pass(&house, 3 * HOUR + 300).await;
    house
        .until("a word before it ends", |s| {
            s.notices
                .iter()
                .any(|notice| notice.title.contains("within an hour"))
        })
        .await;
    house.engine.look(Some(id)).await.unwrap();
    pass(&house, HOUR).await;
    let receipt = closed(&house).await;
    assert!(receipt.why.contains("by itself"), "{receipt:?}");
    let closes = |request: &akash_simulator::Request| request.method == "DELETE";
    assert!(!house.sim.control().requests().iter().any(closes));
}

#[tokio::test(flavor = "multi_thread")]
async fn aloft_stops_it_where_the_console_does_not() {
    let house = House::as_of(OLD).await;
    live(&house, Some(4)).await;
    note(&house, "Aloft stops it").await;
    // Somebody sets the computer's clock: nothing stops early.
    house.clock.set(i64::from(6 * HOUR));
    pass(&house, 3 * HOUR).await;
    house
        .until("its last hour", |s| {
            let row = &s.open.as_ref().unwrap().row;
            let text = row.lasts.as_ref().map(|lasts| lasts.text.as_str());
            text.is_some_and(|text| text.starts_with("Stops by itself in 5"))
        })
        .await;
    pass(&house, HOUR).await;
    let receipt = closed(&house).await;
    assert!(receipt.why.contains("by itself"), "{receipt:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_can_be_kept_longer_and_for_good() {
    for day in [NEW, OLD] {
        let house = House::as_of(day).await;
        let id = live(&house, Some(4)).await;
        note(&house, "stops it").await;
        house.engine.set_stop(&id, Some(24)).await.unwrap();
        house
            .until("28 hours", |s| {
                stop(s).is_some_and(|stop| stop.text.starts_with("28 hours"))
            })
            .await;
        pass(&house, 5 * HOUR).await;
        house.state(StateCode::Answering).await;
        house.engine.set_stop(&id, None).await.unwrap();
        house.until("no end", |s| stop(s).is_none()).await;
        pass(&house, 30 * HOUR).await;
        house.state(StateCode::Answering).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_runs_on_can_be_told_to_stop() {
    for day in [NEW, OLD] {
        let house = House::as_of(day).await;
        let id = live(&house, None).await;
        pass(&house, 2 * HOUR).await;
        house.engine.set_stop(&id, Some(4)).await.unwrap();
        // A Console gives no limit to what runs on: Aloft sees to it.
        note(&house, "Aloft stops it").await;
        pass(&house, 4 * HOUR + 60).await;
        closed(&house).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_stops_at_the_next_start_where_aloft_was_closed() {
    let mut house = House::as_of(OLD).await;
    live(&house, Some(12)).await;
    note(&house, "Aloft stops it").await;
    house.engine.stop().await;
    let change = Change::Jump { seconds: 20 * HOUR };
    house.sim.control().change(change).unwrap();
    house.restart().await;
    house
        .until("it over", |s| s.rows.is_empty() && s.account.is_some())
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_whose_answer_is_lost_is_read_back() {
    let house = House::as_of(NEW).await;
    let id = live(&house, Some(4)).await;
    note(&house, "The Console stops it").await;
    house
        .sim
        .control()
        .fault(Fault::new(
            "PATCH /v2/deployment-settings/{dseq}",
            FaultKind::ApplyThenClose,
        ))
        .unwrap();
    let unclear = house.engine.set_stop(&id, Some(24)).await.unwrap_err();
    assert!(unclear.retry, "{unclear:?}");
    house
        .until("28 hours", |s| {
            stop(s).is_some_and(|stop| stop.text.starts_with("28 hours"))
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hours_out_of_bounds_are_refused() {
    let house = House::as_of(NEW).await;
    let id = live(&house, None).await;
    for hours in [0, 49, u32::MAX] {
        assert!(house.engine.set_stop(&id, Some(hours)).await.is_err());
    }
}

/// One GPU of a model.
const GPU: &str = r#"
version: "2.0"
services:
  model:
    image: nginx:1.27
    expose:
      - port: 80
        to: [{ global: true }]
profiles:
  compute:
    model:
      resources:
        cpu: { units: 1 }
        memory: { size: 1Gi }
        storage: { size: 1Gi }
        gpu: { units: 1, attributes: { vendor: { nvidia: [{ model: rtx4090 }] } } }
  placement:
    here:
      pricing: { model: { denom: uact, amount: 1000000 } }
deployment:
  model:
    here: { profile: model, count: 1 }
"#;

fn dseq(house: &House) -> u64 {
    let open = house.engine.snapshots().borrow().open.clone().unwrap();
    let number = open.facts.iter().find(|fact| fact.label.contains("dseq"));
    number.unwrap().value.parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_takes_its_machine_back_is_said() {
    let house = House::as_of(NEW).await;
    let id = live(&house, None).await;
    let dseq = dseq(&house);
    house.engine.look(None).await.unwrap();
    let reclaim = Change::Reclaim {
        dseq,
        seconds: 8 * HOUR,
    };
    house.sim.control().change(reclaim).unwrap();
    house.engine.refresh();
    let said = |text: &str| text.contains("takes its machine back");
    let snapshot = house
        .until("a notice and the row", |s| {
            s.notices.iter().any(|notice| said(&notice.title))
                && s.rows
                    .iter()
                    .any(|row| row.state.detail.as_deref().is_some_and(said))
        })
        .await;
    assert_eq!(snapshot.rows[0].state.tone, Tone::Attention);
    house.engine.look(Some(id)).await.unwrap();
    let snapshot = house
        .until("what to do", |s| {
            let problem = s.open.as_ref().and_then(|open| open.problem.as_ref());
            problem.is_some_and(|problem| said(&problem.title))
        })
        .await;
    assert!(snapshot.open.as_ref().unwrap().can.again);
    pass(&house, 9 * HOUR).await;
    house.state(StateCode::LeaseLost).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gpu_that_was_found_is_shown_beside_the_one_that_was_offered() {
    let house = House::as_of(NEW).await;
    let id = house.ask(GPU).await;
    house.choose(&id).await;
    let found = |says: &str| {
        let says = says.to_owned();
        move |s: &Snapshot| {
            let services = s.open.iter().flat_map(|open| &open.services);
            let mut gpus = services.flat_map(|service| &service.gpus);
            gpus.any(|gpu| gpu.contains(&says))
        }
    };
    let snapshot = house.until("the GPU", found("4090")).await;
    let service = &snapshot.open.as_ref().unwrap().services[0];
    assert_eq!(service.gpu_differs, None, "{service:?}");
    let dseq = dseq(&house);
    let model = "t4".to_owned();
    house
        .sim
        .control()
        .change(Change::GpuFound { dseq, model })
        .unwrap();
    house.engine.refresh();
    let snapshot = house.until("another GPU", found("T4")).await;
    let service = &snapshot.open.as_ref().unwrap().services[0];
    let differs = service.gpu_differs.as_deref().unwrap();
    assert!(differs.contains("rtx4090"), "{differs}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_the_same_on_every_computer() {
    let house = House::as_of(NEW).await;
    let id = live(&house, None).await;
    house.engine.rename(&id, "the blog").await.unwrap();
    let named = |s: &Snapshot, name: &str| s.rows.iter().any(|row| row.name == name);
    // Another computer with the same account finds it by its name.
    let (dir, keys) = (tempfile::tempdir().unwrap(), Arc::default());
    let other = support::engine(&house.sim, dir.path(), &keys, &house.clock).await;
    other.connect(house.key()).await.unwrap();
    let there = House {
        engine: other,
        ..house
    };
    there.until("its name", |s| named(s, "the blog")).await;
    let row = there.engine.snapshots().borrow().rows[0].clone();
    there.engine.take_over(&row.id).await.unwrap();
    there.engine.rename(&row.id, "the old blog").await.unwrap();
    there
        .until("another name", |s| named(s, "the old blog"))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_console_that_could_not_be_asked_hears_the_name_later() {
    let house = House::as_of(NEW).await;
    let id = live(&house, None).await;
    let endpoint = "PATCH /v1/deployments/{dseq}";
    house
        .sim
        .control()
        .fault(Fault::new(endpoint, FaultKind::Close))
        .unwrap();
    house.engine.rename(&id, "the blog").await.unwrap();
    let asked = |house: &House| {
        let requests = house.sim.control().requests();
        requests.iter().filter(|r| r.method == "PATCH").count()
    };
    house.until("it asked", |_| asked(&house) > 0).await;
    house.sim.control().clear_faults();
    house
        .until("the Console to know", |_| {
            house.engine.refresh();
            let world = house.sim.control().world().to_string();
            world.contains("the blog")
        })
        .await;
    let row = house.engine.snapshots().borrow().rows[0].clone();
    assert_eq!(row.name, "the blog");
}
