//! Lists in pages, against the simulator over a real socket: nothing that stands is missing, whatever is made and closed meanwhile.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;

use akash_console::{Client, Dseq, Options};
use akash_market::Usd;
use akash_simulator::{Config, Fault, FaultKind, Latency, Simulator};

const SDL: &str = include_str!("../../engine/samples/hello.yaml");

async fn simulator() -> Simulator {
    akash_simulator::start(Config {
        latency: Latency::none(),
        credit_usd: 100_000,
        api_version: "2026-09-16".parse().unwrap(),
        ..Config::default()
    })
    .await
    .unwrap()
}

fn client(simulator: &Simulator) -> Client {
    Client::new(Options {
        base_url: simulator.url().parse().unwrap(),
        api_key: Some(simulator.api_key().into()),
        user_agent: "test".into(),
    })
    .unwrap()
}

async fn make(client: &Client, count: usize) -> Vec<Dseq> {
    let mut made = Vec::new();
    for _ in 0..count {
        made.push(client.create(SDL, Usd::new(1.into())).await.unwrap().dseq);
    }
    made
}

async fn listed(client: &Client) -> Vec<Dseq> {
    let all = client.deployments().await.unwrap();
    all.iter().map(|one| one.id.dseq).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_250_is_read_whole_and_in_order() {
    let simulator = simulator().await;
    let client = client(&simulator);
    let made = make(&client, 250).await;
    assert_eq!(listed(&client).await, made);
    let pages = simulator.control().requests();
    let pages = pages.iter().filter(|r| r.method == "GET").count();
    assert!((3..=5).contains(&pages), "{pages} pages");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_made_and_closed_between_pages_hides_nothing() {
    let simulator = simulator().await;
    let client = client(&simulator);
    let made = make(&client, 250).await;
    let slow = Fault::new("GET /v1/deployments", FaultKind::Delay { ms: 60 });
    simulator.control().fault(slow).unwrap();
    // While the pages are read, the oldest are closed, so that what is left moves down past the reader, and new ones are made.
    let mut closed = BTreeSet::new();
    for (round, batch) in made[..200].chunks(50).enumerate() {
        let closing = async {
            for dseq in batch {
                client.close(*dseq).await.unwrap();
            }
            make(&client, 1).await
        };
        let (seen, new) = tokio::join!(listed(&client), closing);
        closed.extend(batch.iter().copied());
        let seen: BTreeSet<_> = seen.into_iter().collect();
        for dseq in made.iter().filter(|dseq| !closed.contains(dseq)) {
            assert!(seen.contains(dseq), "round {round}: {dseq} is missing");
        }
        assert!(listed(&client).await.contains(&new[0]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_list_is_one_page() {
    let simulator = akash_simulator::start(Config {
        latency: Latency::none(),
        credit_usd: 1_000,
        api_version: "2026-08-22".parse().unwrap(),
        ..Config::default()
    })
    .await
    .unwrap();
    let client = client(&simulator);
    let made = make(&client, 120).await;
    assert_eq!(listed(&client).await, made);
    let requests = simulator.control().requests();
    assert_eq!(requests.iter().filter(|r| r.method == "GET").count(), 1);
}
