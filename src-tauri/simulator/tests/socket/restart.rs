//! Worlds that are saved and loaded.

use akash_simulator::{Config, StartError};
use serde_json::json;

use crate::client::{Client, WEB, config};

#[tokio::test]
async fn a_stopped_world_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let state = Some(folder.path().join("deep/world.json"));
    let client = Client::with(Config {
        state: state.clone(),
        ..config()
    })
    .await;
    let dseq = client.launch(WEB).await;
    client.wait(60);
    let (before, key, then) = (
        client.detail(&dseq).await,
        client.simulator.api_key(),
        client.simulator.now(),
    );
    let uri = |detail: &serde_json::Value| {
        detail["leases"][0]["status"]["services"]["web"]["uris"][0]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let old = uri(&before);
    client.simulator.stop().await;

    // The other settings have no effect on a loaded world.
    let client = Client::with(Config {
        state: state.clone(),
        seed: 99,
        trial: true,
        ..config()
    })
    .await;
    assert_eq!(client.simulator.api_key(), key);
    let now = client.simulator.now();
    assert!(
        now >= then && now.duration_since(then).as_secs() < 60,
        "{then} {now}"
    );
    let mut after = client.detail(&dseq).await;
    // Only the port in the addresses differs.
    let new = uri(&after);
    assert_eq!(
        old.split_once("/at/").unwrap().1,
        new.split_once("/at/").unwrap().1
    );
    after["leases"][0]["status"]["services"]["web"]["uris"] = json!([old]);
    assert_eq!(before, after);
    client.simulator.stop().await;
}

#[tokio::test]
async fn changes_are_written_within_a_second() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.json");
    let client = Client::with(Config {
        state: Some(path.clone()),
        ..config()
    })
    .await;
    let (dseq, _) = client.create(WEB).await;
    let written = async {
        loop {
            if std::fs::read_to_string(&path).is_ok_and(|text| text.contains(&dseq)) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(3), written)
        .await
        .expect("nothing was written");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn a_world_of_version_0_1_loads_and_keeps_its_form() {
    let saved = include_str!("../fixtures/world-0.1.json");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.json");
    std::fs::write(&path, saved).unwrap();
    let client = Client::with(Config {
        state: Some(path),
        ..config()
    })
    .await;
    let mut saved: serde_json::Value = serde_json::from_str(saved).unwrap();
    let mut loaded = client.simulator.control().world();
    // Time goes on meanwhile.
    saved["now"].take();
    loaded["now"].take();
    assert_eq!(saved, loaded);
}

#[tokio::test]
async fn a_file_that_is_no_world_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.json");
    for text in ["", "{", "{\"schema\":999}", "[]"] {
        std::fs::write(&path, text).unwrap();
        let started = akash_simulator::start(Config {
            state: Some(path.clone()),
            ..config()
        })
        .await;
        assert!(matches!(started, Err(StartError::State { .. })), "{text}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    }
}

#[tokio::test]
async fn only_loopback_is_listened_on() {
    let open = Config {
        listen: "0.0.0.0:0".parse().unwrap(),
        ..config()
    };
    assert!(matches!(
        akash_simulator::start(open).await,
        Err(StartError::NotLoopback(_))
    ));
    let still = Config {
        speed: 0,
        ..config()
    };
    assert!(matches!(
        akash_simulator::start(still).await,
        Err(StartError::Speed)
    ));
}

#[tokio::test]
async fn the_same_seed_makes_the_same_world() {
    let (one, other) = (Client::new().await, Client::new().await);
    assert_eq!(one.simulator.api_key(), other.simulator.api_key());
    let owners = async |client: &Client| {
        let providers = client.get("/v1/providers").await.body;
        providers
            .as_array()
            .unwrap()
            .iter()
            .map(|provider| provider["owner"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(owners(&one).await, owners(&other).await);
    let prices = async |client: &Client| {
        let (dseq, _) = client.create(WEB).await;
        client.wait(60);
        client
            .bids(&dseq)
            .await
            .iter()
            .map(|bid| bid["bid"]["price"]["amount"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(prices(&one).await, prices(&other).await);
}
