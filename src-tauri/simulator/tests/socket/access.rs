//! Access: only by the exact address, only with the key, and to the controls only when they are switched on.

use akash_simulator::{Change, Config};

use crate::client::{Client, WEB, config};

#[tokio::test]
async fn a_request_for_another_host_is_refused_on_every_path() {
    let client = Client::new().await;
    let dseq = client.launch(WEB).await;
    client.wait(60);
    let uri = client.detail(&dseq).await["leases"][0]["status"]["services"]["web"]["uris"][0]
        .as_str()
        .unwrap()
        .to_owned();
    let page = &uri[uri.find("/at/").unwrap()..];
    let port = client
        .simulator
        .url()
        .rsplit(':')
        .next()
        .unwrap()
        .to_owned();
    for path in ["/v1/user/me", "/v1/providers", "/_sim/world", page, "/none"] {
        let to = |host: String| {
            client
                .request("GET", path)
                .header("x-api-key", client.simulator.api_key())
                .header("host", host)
        };
        for name in [
            "127.evil.com",
            "localhost.evil.com",
            "127.0.0.1.evil.com",
            "evil.com",
        ] {
            for host in [name.to_owned(), format!("{name}:{port}")] {
                let answer = client.send(to(host.clone())).await;
                assert_eq!(answer.status, 421, "{host} {path}");
            }
        }
        let known = client.send(to(format!("localhost:{port}"))).await;
        assert_ne!(known.status, 421, "{path}");
    }
}

#[tokio::test]
async fn the_controls_are_served_only_when_they_are_switched_on() {
    let client = Client::with(Config {
        controls: false,
        ..config()
    })
    .await;
    client
        .create(&WEB.replace("nginx", "my-secret-image"))
        .await;
    for path in ["/_sim/world", "/_sim/requests", "/_sim/faults", "/_sim/"] {
        let answer = client.get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(!answer.body.to_string().contains("my-secret-image"));
    }
    assert!(!Config::default().controls);
}

#[tokio::test]
async fn a_random_key_is_new_at_every_start_and_the_only_valid_one() {
    let folder = tempfile::tempdir().unwrap();
    let start = async |random_key| {
        Client::with(Config {
            state: Some(folder.path().join("world.json")),
            random_key,
            ..config()
        })
        .await
    };
    let guessable = start(false).await;
    let mut old = vec![guessable.simulator.api_key()];
    guessable.simulator.stop().await;
    for _ in 0..2 {
        let client = start(true).await;
        let key = client.simulator.api_key();
        assert!(!old.contains(&key));
        assert_eq!(client.get("/v1/user/me").await.status, 200);
        for old in &old {
            let request = client
                .request("GET", "/v1/user/me")
                .header("x-api-key", old);
            assert_eq!(client.send(request).await.status, 401);
        }
        old.push(key);
        client.simulator.stop().await;
    }
}

#[tokio::test]
async fn the_clock_can_keep_real_time_while_there_are_bids_to_choose() {
    let client = Client::with(Config {
        speed: 50,
        real_time_while_choosing: true,
        ..config()
    })
    .await;
    let speed = client.simulator.watch_speed();
    let (dseq, _) = client.create(WEB).await;
    assert_eq!(*speed.borrow(), 50, "there is no bid yet");
    client.wait(60);
    assert_eq!(*speed.borrow(), 1);
    client.change(Change::ExpireBids {
        dseq: Some(dseq.parse().unwrap()),
    });
    assert_eq!(*speed.borrow(), 50, "the bids have expired");
    client.launch(WEB).await;
    assert_eq!(*speed.borrow(), 50, "a bid was chosen");
}
