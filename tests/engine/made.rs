//! What people have instead of an SDL becomes one on the check screen.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::path::PathBuf;

use akash_sdl::{Fix, TextEdit, edit};
use aloft_engine::view::*;
use support::House;

const COMPOSE: &str = r#"
services:
  web:
    build: ./web
    ports: ["8080:3000"]
    depends_on: [db]
    environment:
      DATABASE_URL: postgres://app:${PASSWORD}@db/app
  db:
    image: postgres:16
    environment:
      POSTGRES_PASSWORD: ${PASSWORD}
    volumes: ["data:/var/lib/postgresql/data"]
volumes: { data: }
"#;

async fn made(house: &House, what: &str, holds: impl Fn(&Draft, &Made) -> bool) -> Draft {
    let snapshot = house
        .until(what, |s| {
            let draft = s.draft.as_ref();
            draft.is_some_and(|d| d.made.as_ref().is_some_and(|made| holds(d, made)))
        })
        .await;
    snapshot.draft.clone().unwrap()
}

fn question<'a>(draft: &'a Draft, label: &str) -> &'a MadeQuestion {
    let questions = &draft.made.as_ref().unwrap().questions;
    let found = questions.iter().find(|one| one.label.contains(label));
    found.unwrap_or_else(|| panic!("no {label} in {questions:#?}"))
}

/// Answers as the window does: the editor applies the change, and the text comes back.
async fn answer(house: &House, draft: &Draft, label: &str, answer: &str) {
    let index = question(draft, label).index;
    let edits = house.engine.answer_made(draft.id, index, answer).unwrap();
    let fix = Fix {
        label: String::new(),
        edits: edits
            .into_iter()
            .map(|edit| TextEdit {
                from: edit.from,
                to: edit.to,
                insert: edit.insert,
            })
            .collect(),
    };
    let text = house.engine.draft_text().unwrap().text;
    let text = edit::apply(&text, &fix);
    house.engine.edit_draft(draft.id, text).await.unwrap();
}

fn file(house: &House, name: &str, text: &str) -> PathBuf {
    let path = house.dir.path().join("project").join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, text).unwrap();
    path
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compose_file_becomes_a_deployment() {
    let house = House::connected().await;
    let path = file(&house, "compose.yaml", COMPOSE);
    house.engine.give_files(vec![path]).await.unwrap();
    let draft = made(&house, "questions", |_, made| !made.questions.is_empty()).await;
    assert_eq!(draft.made.as_ref().unwrap().of, "a compose file");
    assert_eq!((draft.errors, draft.name.as_str()), (0, "web+db"));
    // An image that does not exist would be paid for and never run.
    let blocked = draft.blocked.clone().unwrap();
    assert_eq!(blocked.by, BlockedBy::Questions);
    assert!(question(&draft, "Image of “web”").needed);
    answer(&house, &draft, "Image of “web”", "ghcr.io/example/web:1").await;
    let draft = made(&house, "an image", |draft, _| draft.blocked.is_none()).await;
    // One variable is one question's answer, wherever it is used.
    answer(&house, &draft, "PASSWORD", "s3cret").await;
    answer(&house, &draft, "Size of the volume", "25Gi").await;
    let text = house.engine.draft_text().unwrap().text;
    assert!(
        text.contains("25Gi") && text.contains("POSTGRES_PASSWORD=s3cret"),
        "{text}"
    );
    let id = house.engine.ask(draft.id, None).await.unwrap();
    house.engine.look(Some(id.clone())).await.unwrap();
    house.choose(&id).await;
    house.state(StateCode::Answering).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_beside_a_compose_file_is_read_with_it() {
    let house = House::connected().await;
    file(&house, ".env", "TAG=1.27\n");
    file(&house, "web.env", "MODE=fast\n");
    let over = file(
        &house,
        "docker-compose.override.yml",
        "services:\n  web:\n    environment: { LEVEL: debug }\n",
    );
    let path = file(
        &house,
        "docker-compose.yml",
        "services:\n  web:\n    image: nginx:${TAG}\n    env_file: web.env\n    ports: [80]\n",
    );
    // As a file manager hands them over: by name.
    house.engine.give_files(vec![over, path]).await.unwrap();
    made(&house, "it", |draft, _| draft.errors == 0).await;
    let text = house.engine.draft_text().unwrap().text;
    for wanted in ["nginx:1.27", "MODE=fast", "LEVEL=debug"] {
        assert!(text.contains(wanted), "{wanted} in {text}");
    }
    let snapshot = house.engine.snapshots().borrow().clone();
    let waits = |recent: &&Recent| recent.kind == RecentKind::Waiting;
    assert_eq!(snapshot.recent.iter().filter(waits).count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_with_a_compose_file_is_taken() {
    let house = House::connected().await;
    let path = file(
        &house,
        "docker-compose.yml",
        "services:\n  web:\n    image: nginx:1.27\n    ports: [80]\n",
    );
    file(&house, "config.yaml", "a: 1\n");
    let folder = path.parent().unwrap().to_owned();
    house.engine.give_files(vec![folder]).await.unwrap();
    made(&house, "it", |draft, _| draft.errors == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_and_an_image_are_enough() {
    let house = House::connected().await;
    let run = "$ docker run -d -p 8080:80 -e MODE=fast \\\n  nginx:1.27";
    house.engine.paste_text(run.into()).await.unwrap();
    let draft = made(&house, "the command", |_, made| made.of.contains("run")).await;
    assert_eq!(draft.errors, 0);
    assert!(
        house
            .engine
            .start_image("not an image!".into())
            .await
            .is_err()
    );
    house.engine.start_image("redis:7".into()).await.unwrap();
    let draft = made(&house, "the image", |_, made| made.of.contains("image")).await;
    assert_eq!((draft.errors, draft.name.as_str()), (0, "redis"));
}

#[tokio::test(flavor = "multi_thread")]
async fn how_it_was_made_is_known_after_a_restart() {
    let mut house = House::connected().await;
    house.engine.paste_text(COMPOSE.into()).await.unwrap();
    let draft = made(&house, "it", |_, made| !made.questions.is_empty()).await;
    answer(&house, &draft, "Size of the volume", "25Gi").await;
    house.restart().await;
    let again = made(&house, "the same", |_, made| !made.questions.is_empty()).await;
    assert_eq!(question(&again, "Size of the volume").value, "25Gi");
    let lost = |draft: &Draft| draft.made.as_ref().unwrap().lost.len();
    assert_eq!(lost(&again), lost(&draft));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_made_is_said_and_nothing_takes_its_place() {
    let house = House::connected().await;
    let nothing = "services:\n  a:\n    image: nginx\n    profiles: [dev]\n";
    let error = house.engine.paste_text(nothing.into()).await.unwrap_err();
    assert!(error.meaning.is_some(), "{error:?}");
    assert!(house.engine.draft_text().is_none());
    // An SDL is not touched.
    house
        .engine
        .paste_text(support::HELLO.into())
        .await
        .unwrap();
    assert_eq!(house.engine.draft_text().unwrap().text, support::HELLO);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_becomes_a_deployment() {
    let house = House::open().await;
    assert!(
        house.engine.templates().await.is_err(),
        "nobody is connected"
    );
    house.engine.connect(house.key()).await.unwrap();
    let templates = house.engine.templates().await.unwrap();
    assert!(templates.len() >= 30, "{}", templates.len());
    let ghost = templates.iter().find(|one| one.name == "Ghost").unwrap();
    assert_eq!(ghost.category, "Blogging");
    assert!(house.engine.open_template("../keys").await.is_err());
    house.engine.open_template(&ghost.id).await.unwrap();
    let snapshot = house
        .until("it on the check screen", |s| {
            s.draft
                .as_ref()
                .is_some_and(|d| d.name == "Ghost" && d.blocked.is_none())
        })
        .await;
    let draft = snapshot.draft.as_ref().unwrap();
    assert_eq!(draft.errors, 0);
    let id = house.engine.ask(draft.id, None).await.unwrap();
    house.engine.look(Some(id.clone())).await.unwrap();
    house.choose(&id).await;
    house.state(StateCode::Answering).await;
}
