//! The gateways of the simulator's own providers.

use akash_simulator::{Change, Config};
use base64::{Engine, engine::general_purpose::STANDARD};
use futures_util::StreamExt;
use rustls::pki_types::ServerName;
use serde_json::{Value, json};
use tokio_tungstenite::{
    client_async,
    tungstenite::{Message, client::IntoClientRequest},
};

use crate::{
    client::{Socket, connect_to, line, pinned},
    console::{Client, WEB, config, http},
};

struct Running {
    client: Client,
    dseq: String,
    owner: String,
    host_uri: String,
}

async fn launch(sdl: &str) -> Running {
    let client = Client::with(Config {
        gateways: true,
        ..config()
    })
    .await;
    let dseq = client.launch(sdl).await;
    let owner = client.detail(&dseq).await["leases"][0]["id"]["provider"]
        .as_str()
        .unwrap()
        .to_owned();
    let provider = client.get(&format!("/v1/providers/{owner}")).await.body;
    let host_uri = provider["hostUri"].as_str().unwrap().to_owned();
    Running {
        client,
        dseq,
        owner,
        host_uri,
    }
}

impl Running {
    /// The certificate that the chain has for the provider.
    async fn certificate(&self) -> String {
        let node = self.client.simulator.chain_url().unwrap();
        let url = format!(
            "{node}/akash/cert/v1/certificates/list?filter.owner={}&filter.state=valid",
            self.owner
        );
        let found: Value = http().get(url).send().await.unwrap().json().await.unwrap();
        assert_eq!(found["certificates"].as_array().unwrap().len(), 1);
        let pem = STANDARD
            .decode(
                found["certificates"][0]["certificate"]["cert"]
                    .as_str()
                    .unwrap(),
            )
            .unwrap();
        String::from_utf8(pem).unwrap()
    }

    async fn open(&self, rest: &str) -> std::io::Result<Socket> {
        let permission = json!({ "provider": self.owner, "access": "scoped", "scope": ["logs", "events", "shell"] });
        let leases = json!({ "access": "granular", "permissions": [permission] });
        let token = self
            .client
            .post(
                "/v1/create-jwt-token",
                json!({ "data": { "ttl": 300, "leases": leases } }),
            )
            .await;
        let token = token.data()["token"].as_str().unwrap().to_owned();
        let address = self
            .host_uri
            .strip_prefix("https://")
            .unwrap()
            .parse::<std::net::SocketAddr>()
            .unwrap();
        let name = ServerName::from(address.ip());
        let tls = connect_to(address, pinned(&self.certificate().await), name).await?;
        let url = format!("wss://{address}/lease/{}/1/1/{rest}", self.dseq);
        let mut request = url.into_client_request().unwrap();
        request
            .headers_mut()
            .insert("authorization", format!("Bearer {token}").parse().unwrap());
        Ok(client_async(request, tls).await.expect("it opens").0)
    }

    async fn texts(&self, rest: &str) -> Vec<String> {
        let mut socket = self.open(rest).await.unwrap();
        let mut texts = Vec::new();
        while let Some(Ok(Message::Text(text))) = socket.next().await {
            texts.push(text.to_string());
        }
        texts
    }
}

#[tokio::test]
async fn a_lease_has_logs_events_and_a_shell() {
    let running = launch(WEB).await;
    running.client.wait(300);
    let logs = running.texts("logs?follow=false").await;
    assert!(logs.len() > 10, "{logs:?}");
    assert!(line(&logs[0]).0.starts_with("web-"));
    let events = running.texts("kubeevents").await;
    assert!(
        events.iter().any(|event| event.contains("\"Started\"")),
        "{events:?}"
    );
    let mut shell = running.open("shell?service=web&podIndex=0&tty=0&stdin=0&cmd0=sh&cmd1=-c&cmd2=echo%20$AKASH_DEPLOYMENT_SEQUENCE").await.unwrap();
    let first = shell.next().await.unwrap().unwrap().into_data();
    assert_eq!(first[..], [&[100], running.dseq.as_bytes(), b"\n"].concat());
}

#[tokio::test]
async fn a_lease_that_ended_and_a_provider_that_is_offline_answer_nothing() {
    let running = launch(WEB).await;
    running.client.wait(300);
    running.client.change(Change::ProviderDark {
        provider: running.owner.clone(),
        dark: true,
    });
    assert!(running.open("logs").await.is_err());
    running.client.change(Change::ProviderDark {
        provider: running.owner.clone(),
        dark: false,
    });
    assert!(running.open("logs").await.is_ok());
    running
        .client
        .delete(&format!("/v1/deployments/{}", running.dseq))
        .await;
    let mut socket = running.open("logs").await.unwrap();
    assert!(
        matches!(socket.next().await, Some(Ok(Message::Close(Some(frame)))) if u16::from(frame.code) == 4001)
    );
}

#[tokio::test]
async fn the_name_of_an_image_decides_what_goes_wrong() {
    for (image, event, words) in [
        ("acme/no-such-image", "ErrImagePull", None),
        ("acme/private-image", "pull access denied", None),
        ("acme/no-room", "Insufficient memory", None),
        (
            "acme/wrong-architecture",
            "Back-off restarting",
            Some("exec format error"),
        ),
        ("acme/crashes", "Back-off restarting", Some("ECONNREFUSED")),
        (
            "acme/out-of-memory",
            "Back-off restarting",
            Some("cache grew to"),
        ),
        ("acme/never-ready", "Readiness probe failed", None),
    ] {
        let running = launch(&WEB.replace("nginx:1.25.3", image)).await;
        let mut found = false;
        // A container that crashes has said its last words for 20 of some 80 seconds.
        for _ in 0..30 {
            running.client.wait(10);
            let logs = running.texts("logs").await.concat();
            found |= words.is_none_or(|words| logs.contains(words));
        }
        assert!(found, "{image}");
        let events = running.texts("kubeevents").await.concat();
        assert!(events.contains(event), "{image}: {events}");
    }
}

#[tokio::test]
async fn without_gateways_nothing_listens() {
    let client = Client::new().await;
    let dseq = client.launch(WEB).await;
    let owner = client.detail(&dseq).await["leases"][0]["id"]["provider"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(client.simulator.gateway(&owner).is_none() && client.simulator.chain_url().is_none());
    let provider = client.get(&format!("/v1/providers/{owner}")).await.body;
    assert!(
        provider["hostUri"]
            .as_str()
            .unwrap()
            .ends_with(".example:8443")
    );
}
