//! The check screen: what was typed, pasted or changed there is never lost, whatever takes its place.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::path::PathBuf;

use akash_simulator::{Fault, FaultKind};
use aloft_engine::view::*;
use support::{HELLO, House};

/// A file with a GPU, priced by nobody in particular.
const GPU: &str = r#"
version: "2.0"
services:
  model:
    image: ollama/ollama:0.4.0
    expose:
      - port: 11434
        as: 80
        to: [{ global: true }]
profiles:
  compute:
    model:
      resources:
        cpu: { units: 4 }
        memory: { size: 16Gi }
        storage: { size: 50Gi }
        gpu: { units: 1, attributes: { vendor: { nvidia: [{ model: rtx4090 }] } } }
  placement:
    anywhere:
      pricing: { model: { denom: uact, amount: 100000 } }
deployment:
  model:
    anywhere: { profile: model, count: 1 }
"#;

fn of_kind(snapshot: &Snapshot, kind: RecentKind) -> Vec<Recent> {
    let recent = snapshot.recent.iter();
    recent.filter(|one| one.kind == kind).cloned().collect()
}

async fn draft(house: &House) -> u32 {
    let here = house.engine.draft_text().expect("a text").id;
    let there = house
        .until("the draft", |s| {
            s.draft.as_ref().is_some_and(|d| d.id == here)
        })
        .await;
    there.draft.as_ref().unwrap().id
}

fn text(house: &House) -> String {
    house.engine.draft_text().expect("a text").text
}

/// The one kept text, which is put on the check screen again.
async fn open_kept(house: &House) -> String {
    let kept = house
        .until("one kept text", |s| of_kind(s, RecentKind::Kept).len() == 1)
        .await;
    let kept = of_kind(&kept, RecentKind::Kept).remove(0);
    house.engine.open_recent(&kept.id).await.unwrap();
    text(house)
}

/// What another program does to the journal.
fn sqlite(house: &House, sql: &str) {
    let db = rusqlite::Connection::open(house.dir.path().join("journal.sqlite")).unwrap();
    db.execute_batch(sql).unwrap();
}

fn file(house: &House, name: &str, text: &str) -> PathBuf {
    let path = house.dir.path().join("files").join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, text).unwrap();
    path
}

#[tokio::test(flavor = "multi_thread")]
async fn pasted_text_outlives_the_next_file() {
    let house = House::open().await;
    house.engine.paste_text(HELLO.into()).await.unwrap();
    house.engine.open_sample("uptime").await.unwrap();
    assert_eq!(open_kept(&house).await, HELLO);
    // A sample that was not touched can be had again.
    house
        .until("none kept", |s| of_kind(s, RecentKind::Kept).is_empty())
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_outlive_a_restart_and_the_next_file_after_it() {
    let mut house = House::connected().await;
    let path = file(&house, "blog.yaml", HELLO);
    house.engine.give_files(vec![path]).await.unwrap();
    let edited = HELLO.replace("512Mi", "768Mi");
    house
        .engine
        .edit_draft(draft(&house).await, edited.clone())
        .await
        .unwrap();
    house.restart().await;
    assert_eq!(text(&house), edited);
    house.engine.open_sample("uptime").await.unwrap();
    assert_eq!(open_kept(&house).await, edited);
    // Putting it away loses it as little, and a change that is taken back is none.
    house.engine.drop_draft().await.unwrap();
    house
        .until("nothing on the check screen", |s| s.draft.is_none())
        .await;
    assert_eq!(open_kept(&house).await, edited);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_changed_back_to_what_it_was_is_not_kept() {
    let house = House::open().await;
    let path = file(&house, "blog.yaml", HELLO);
    house.engine.give_files(vec![path]).await.unwrap();
    let id = draft(&house).await;
    for text in [HELLO.replace("512Mi", "768Mi"), HELLO.to_owned()] {
        house.engine.edit_draft(id, text).await.unwrap();
    }
    house.engine.drop_draft().await.unwrap();
    let away = house
        .until("nothing on the check screen", |s| s.draft.is_none())
        .await;
    assert_eq!(of_kind(&away, RecentKind::Kept), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_kept_is_not_replaced() {
    let house = House::open().await;
    house.engine.paste_text(HELLO.into()).await.unwrap();
    sqlite(
        &house,
        "CREATE TRIGGER full BEFORE INSERT ON kept BEGIN SELECT RAISE(FAIL, 'no space left'); END",
    );
    let refused = [
        house.engine.open_sample("uptime").await.unwrap_err(),
        house.engine.drop_draft().await.unwrap_err(),
    ];
    for error in refused {
        assert_eq!(error.code, Code::Disk, "{error:?}");
        assert!(error.meaning.unwrap().contains("stays there"));
    }
    assert_eq!(text(&house), HELLO);
    sqlite(&house, "DROP TRIGGER full");
    house.engine.open_sample("uptime").await.unwrap();
    assert_eq!(open_kept(&house).await, HELLO);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_while_asking_stays_on_the_check_screen() {
    let house = House::connected().await;
    house.engine.paste_text(HELLO.into()).await.unwrap();
    let id = draft(&house).await;
    house
        .until("nothing stops it", |s| {
            s.draft.as_ref().is_some_and(|d| d.blocked.is_none())
        })
        .await;
    let slow = Fault::once("GET /v1/deployments", FaultKind::Delay { ms: 1_500 });
    house.sim.control().fault(slow).unwrap();
    let edited = HELLO.replace("512Mi", "768Mi");
    let (asked, typed) = tokio::join!(house.engine.ask(id, None), async {
        // A name is no change of the text.
        house
            .engine
            .set_draft(id, Some("named".into()), None)
            .await
            .unwrap();
        house.engine.edit_draft(id, edited.clone()).await
    });
    typed.unwrap();
    let asked = asked.unwrap();
    assert_eq!(
        house.engine.sdl(&asked).await.unwrap().as_deref(),
        Some(HELLO)
    );
    assert_eq!(text(&house), edited);
    // And without typing it goes away.
    let mut house = House::connected().await;
    house.ask(HELLO).await;
    house
        .until("nothing on the check screen", |s| s.draft.is_none())
        .await;
    house.restart().await;
    assert!(house.engine.draft_text().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_as_another_file_came_is_kept() {
    let house = House::open().await;
    house.engine.open_sample("hello").await.unwrap();
    let id = draft(&house).await;
    house.engine.open_sample("uptime").await.unwrap();
    let before = text(&house);
    let typed = HELLO.replace("512Mi", "768Mi");
    house.engine.edit_draft(id, typed.clone()).await.unwrap();
    assert_eq!(text(&house), before, "it changes nothing of the other file");
    assert_eq!(open_kept(&house).await, typed);
    let unknown = house.engine.edit_draft(id + 90, typed).await;
    assert_eq!(unknown.unwrap_err().code, Code::NotNow);
}

#[tokio::test(flavor = "multi_thread")]
async fn kept_changes_are_found_after_many_other_files() {
    let house = House::open().await;
    let odd = "Привет, мир/…\u{202e} name that is longer than forty characters";
    house.engine.paste_text(HELLO.into()).await.unwrap();
    house
        .engine
        .set_draft(draft(&house).await, Some(odd.into()), None)
        .await
        .unwrap();
    for n in 0..30 {
        let path = file(&house, &format!("{n}.yaml"), HELLO);
        house.engine.give_files(vec![path]).await.unwrap();
    }
    let kept = house
        .until("it", |s| of_kind(s, RecentKind::Kept).len() == 1)
        .await;
    assert_eq!(of_kind(&kept, RecentKind::File).len(), 12);
    let kept = of_kind(&kept, RecentKind::Kept).remove(0);
    assert!(kept.name.starts_with("Привет, мир"), "{}", kept.name);
    assert_eq!(open_kept(&house).await, HELLO);
    // And is gone once the person removes it.
    house.engine.drop_draft().await.unwrap();
    let kept = house
        .until("it again", |s| of_kind(s, RecentKind::Kept).len() == 1)
        .await;
    let id = of_kind(&kept, RecentKind::Kept).remove(0).id;
    house.engine.forget_recent(&id).await.unwrap();
    house
        .until("none", |s| of_kind(s, RecentKind::Kept).is_empty())
        .await;
    assert!(house.engine.open_recent(&id).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_older_aloft_kept_as_files_is_found() {
    let mut house = House::connected().await;
    house.engine.stop().await;
    let folder = house.dir.path().join("drafts");
    std::fs::create_dir(&folder).unwrap();
    let old = folder.join("blog-1764230000.yaml");
    std::fs::write(&old, HELLO).unwrap();
    house.restart().await;
    let kept = house
        .until("it", |s| of_kind(s, RecentKind::Kept).len() == 1)
        .await;
    assert_eq!(of_kind(&kept, RecentKind::Kept)[0].name, "blog.yaml");
    assert!(!old.exists(), "the folder does not grow");
    assert_eq!(open_kept(&house).await, HELLO);
}

#[tokio::test(flavor = "multi_thread")]
async fn several_files_wait_for_each_other() {
    let house = House::open().await;
    let files: Vec<_> = ["one.yaml", "two.yaml", "three.yaml"]
        .map(|name| file(&house, name, HELLO))
        .into();
    house.engine.give_files(files).await.unwrap();
    let given = house
        .until("two that wait", |s| {
            of_kind(s, RecentKind::Waiting).len() == 2
        })
        .await;
    assert_eq!(given.draft.as_ref().unwrap().name, "one");
    let waiting = of_kind(&given, RecentKind::Waiting);
    let names: Vec<_> = waiting.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["two.yaml", "three.yaml"]);
    house.engine.open_recent(&waiting[0].id).await.unwrap();
    let next = house
        .until("one that waits", |s| {
            of_kind(s, RecentKind::Waiting).len() == 1
        })
        .await;
    assert_eq!(next.draft.as_ref().unwrap().name, "two");
    house.engine.forget_recent(&waiting[1].id).await.unwrap();
    house
        .until("none", |s| of_kind(s, RecentKind::Waiting).is_empty())
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn for_a_gpu_an_amount_is_proposed_that_lasts_a_day() {
    let house = House::connected().await;
    house.engine.paste_text(GPU.into()).await.unwrap();
    let money = |s: &Snapshot| s.draft.as_ref().map(|draft| draft.money.clone());
    let seen = house
        .until("a proposal", |s| {
            money(s).is_some_and(|m| m.proposal.is_some())
        })
        .await;
    let before = money(&seen).unwrap();
    let lasts = before.lasts.unwrap();
    assert!(
        lasts.contains("usual price") && !lasts.contains("least"),
        "{lasts}"
    );
    let proposal = before.proposal.unwrap();
    let id = draft(&house).await;
    house
        .engine
        .set_draft(id, None, Some(proposal.usd.clone()))
        .await
        .unwrap();
    let after = house
        .until("the amount", |s| {
            money(s).is_some_and(|m| m.deposit == proposal.usd)
        })
        .await;
    let after = money(&after).unwrap();
    assert_eq!(after.proposal, None);
    assert!(
        after.lasts.as_ref().unwrap().contains("about 1 d"),
        "{after:?}"
    );
}
