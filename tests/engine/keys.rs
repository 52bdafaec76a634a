//! Another API key in the place of the one in use: wherever it is interrupted, the key in the keychain works and none is left over.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::atomic::Ordering;

use akash_console::{Client, Options};
use akash_simulator::{Fault, FaultKind};
use aloft_engine::{KeyStore, view::*};
use secrecy::ExposeSecret as _;
use support::{HELLO, House};

/// The key in the keychain.
fn kept(house: &House) -> String {
    let origin = house.sim.url();
    let key = house.keys.read(origin.trim_end_matches('/')).unwrap();
    key.expect("a key").expose_secret().to_owned()
}

/// Waits until the Console lists one key, which Aloft uses.
async fn only_mine(house: &House) -> ApiKey {
    for _ in 0..600 {
        if let Ok(keys) = house.engine.api_keys().await
            && let [key] = keys.as_slice()
            && key.mine
        {
            return key.clone();
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("{:?}", house.engine.api_keys().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_takes_the_place_of_the_old_one() {
    let mut house = House::connected().await;
    let id = house.ask(HELLO).await;
    house.choose(&id).await;
    house.state(StateCode::Answering).await;
    let (before, old) = (only_mine(&house).await, kept(&house));
    house.engine.replace_key().await.unwrap();
    let after = only_mine(&house).await;
    assert_ne!(kept(&house), old);
    assert!(after.name.starts_with("Aloft 20") && after.shown != before.shown);
    // What runs is still on the screen, and the old key is of no use any more.
    house.state(StateCode::Answering).await;
    house.engine.close(&id).await.unwrap();
    house.state(StateCode::Closed).await;
    house.restart().await;
    assert_eq!(only_mine(&house).await.name, after.name);
    let refused = house.engine.connect(old.into()).await.unwrap_err();
    assert_eq!(refused.code, Code::BadKey);
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_fails_on_the_way_one_key_works_and_none_is_left_over() {
    let refuse = || FaultKind::Answer {
        status: 500,
        body: serde_json::json!({ "message": "Internal server error" }),
        content_type: None,
        apply: false,
    };
    let faults = [
        ("GET /v1/api-keys", refuse()),
        ("POST /v1/api-keys", refuse()),
        ("POST /v1/api-keys", FaultKind::Close),
        ("POST /v1/api-keys", FaultKind::ApplyThenClose),
        ("POST /v1/api-keys", FaultKind::Truncate),
        ("POST /v1/api-keys", FaultKind::Malformed),
        ("GET /v1/user/me", refuse()),
        ("GET /v1/wallets", FaultKind::Malformed),
        ("DELETE /v1/api-keys/*", refuse()),
        ("DELETE /v1/api-keys/*", FaultKind::ApplyThenClose),
    ];
    for (endpoint, kind) in faults {
        let mut house = House::connected().await;
        let old = kept(&house);
        house
            .sim
            .control()
            .fault(Fault::new(endpoint, kind.clone()))
            .unwrap();
        let outcome = house.engine.replace_key().await;
        if let Err(error) = &outcome {
            assert_eq!(kept(&house), old, "{endpoint} {kind:?}: {error:?}");
        }
        house.sim.control().clear_faults();
        house.restart().await;
        let mine = only_mine(&house).await;
        assert_eq!(
            outcome.is_ok(),
            kept(&house) != old,
            "{endpoint} {kind:?}: {mine:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keychain_that_refuses_the_new_key_keeps_the_old_one() {
    let house = House::connected().await;
    let old = kept(&house);
    house.keys.refuses.store(true, Ordering::SeqCst);
    let error = house.engine.replace_key().await.unwrap_err();
    assert!(error.meaning.unwrap().contains("still works"));
    house.keys.refuses.store(false, Ordering::SeqCst);
    assert_eq!(kept(&house), old);
    only_mine(&house).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cut_off_at_any_step_it_leaves_one_key_that_works() {
    let steps = [
        ("GET", "/v1/api-keys", FaultKind::Hang),
        ("POST", "/v1/api-keys", FaultKind::Hang),
        ("POST", "/v1/api-keys", FaultKind::ApplyThenHang),
        ("GET", "/v1/user/me", FaultKind::Hang),
        ("DELETE", "/v1/api-keys/*", FaultKind::Hang),
        ("DELETE", "/v1/api-keys/*", FaultKind::ApplyThenHang),
    ];
    for (method, path, kind) in steps {
        let mut house = House::connected().await;
        let control = house.sim.control();
        let fault = Fault::new(&format!("{method} {path}"), kind.clone());
        control.forget_requests();
        control.fault(fault).unwrap();
        let engine = house.engine.clone();
        let replacing = tokio::spawn(async move { engine.replace_key().await });
        let path = path.trim_end_matches('*');
        house
            .until("the step", |_| {
                let came = control.requests();
                came.iter()
                    .any(|r| r.method == method && r.path.starts_with(path))
            })
            .await;
        replacing.abort();
        assert!(replacing.await.is_err(), "{method} {path}: cut off");
        control.clear_faults();
        house.restart().await;
        let mine = only_mine(&house).await;
        assert!(mine.shown.is_some(), "{method} {path} {kind:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_expires_soon_is_said_once() {
    let mut house = House::connected().await;
    let client = Client::new(Options {
        base_url: house.sim.url().parse().unwrap(),
        api_key: Some(house.key()),
        user_agent: "Aloft/test".into(),
    });
    let soon = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(13 * 24);
    let made = client.unwrap().create_api_key("soon", Some(soon)).await;
    house.engine.connect(made.unwrap().key).await.unwrap();
    let warned = |snapshot: &Snapshot| {
        let notices = snapshot.notices.iter();
        notices
            .filter(|one| one.title.contains("expires within"))
            .count()
    };
    let said = house.until("the warning", |s| warned(s) == 1).await;
    let notice = said
        .notices
        .iter()
        .find(|one| one.title.contains("14 days"));
    house.engine.dismiss(notice.unwrap().id);
    house.restart().await;
    house
        .until("it is watched", |s| {
            s.account.as_ref().is_some_and(|a| a.credit.is_some())
        })
        .await;
    assert_eq!(
        warned(&house.engine.snapshots().borrow()),
        0,
        "once is enough"
    );
}
