//! Logs and events.

use std::time::Duration;

use akash_simulator::gateway::{
    Fault, GatewayOptions, GatewayVersion, LeaseId, Service, TokenClaims, World,
};
use tokio_tungstenite::tungstenite::Message;

use crate::client::{Bench, Socket, close_of, is_cut, is_end, line, lines, next, refusal};

fn messages(lines: &[(String, String)]) -> Vec<&str> {
    lines.iter().map(|(_, message)| message.as_str()).collect()
}

async fn one(socket: &mut Socket) -> String {
    match next(socket).await {
        Some(Ok(Message::Text(text))) => line(&text).1,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_log_is_read_to_its_end() {
    let bench = Bench::quiet().await;
    let lease = bench.gateway.lease(&bench.lease).unwrap();
    lease.say("web", 0, ["a", "b\r", "<b>c</b>", "\u{1b}[31mred"]);
    let (all, end) = lines(&mut bench.open("logs?follow=false").await).await;
    assert_eq!(messages(&all), ["a", "b\r", "<b>c</b>", "\u{1b}[31mred"]);
    assert_eq!(lease.pod_names("web"), [all[0].0.clone()]);
    assert!(is_end(end.as_ref()), "{end:?}");
    let (tail, _) = lines(&mut bench.open("logs?tail=1").await).await;
    assert_eq!(messages(&tail), ["\u{1b}[31mred"]);
    assert!(
        lines(&mut bench.open("logs?tail=0").await)
            .await
            .0
            .is_empty()
    );
}

#[tokio::test]
async fn a_log_is_followed() {
    let bench = Bench::quiet().await;
    let lease = bench.gateway.lease(&bench.lease).unwrap();
    lease.say("web", 0, ["old"]);
    let mut socket = bench.open("logs?follow=true&tail=0").await;
    // Once the stream is open it is at the end of the log: wait until the gateway says so by a first line.
    while bench.gateway.counts().open_streams == 0 {
        tokio::task::yield_now().await;
    }
    let teller = tokio::spawn(async move {
        let mut number = 0;
        loop {
            lease.say("web", 0, [format!("new {number}").as_str()]);
            number += 1;
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    let first = one(&mut socket).await;
    let number: u64 = first.strip_prefix("new ").unwrap().parse().unwrap();
    assert_eq!(one(&mut socket).await, format!("new {}", number + 1));
    teller.abort();
}

#[tokio::test]
async fn bad_queries_and_missing_services() {
    let bench = Bench::quiet().await;
    for bad in ["logs?tail=-2", "logs?follow=maybe", "logs?service=web,"] {
        assert_eq!(
            refusal(bench.open_with(bad, Some(&bench.token())).await).0,
            400,
            "{bad}"
        );
    }
    let close = close_of(next(&mut bench.open("logs?service=nothing").await).await);
    assert_eq!(close, (4000, "no running pods".to_owned()));
}

#[tokio::test]
async fn a_missing_lease_closes_the_stream() {
    for (version, code) in [(GatewayVersion::Current, 4001), (GatewayVersion::Old, 4000)] {
        let options = GatewayOptions {
            version,
            ..GatewayOptions::default()
        };
        let mut bench = Bench::with(options, World::default()).await;
        bench.lease = LeaseId {
            dseq: 7,
            ..bench.lease
        };
        for stream in ["logs", "kubeevents"] {
            assert_eq!(
                close_of(next(&mut bench.open(stream).await).await).0,
                code,
                "{stream}"
            );
        }
    }
}

#[tokio::test]
async fn a_starting_pod_refuses_all_logs() {
    let mut service = Service::new("web", "nginx:1").quiet();
    service.startup_seconds = 3_600;
    let bench = Bench::new(World::of(service)).await;
    assert_eq!(
        close_of(next(&mut bench.open("logs?follow=true").await).await),
        (4000, String::new())
    );
}

#[tokio::test]
async fn services_are_selected() {
    let world = World {
        services: vec![
            Service::new("web", "x").quiet(),
            Service::new("web-api", "x").quiet(),
            Service::new("db", "x").quiet(),
        ],
        status: None,
    };
    let bench = Bench::new(world).await;
    let lease = bench.gateway.lease(&bench.lease).unwrap();
    for service in ["web", "web-api", "db"] {
        lease.say(service, 0, [service]);
    }
    let (some, _) = lines(&mut bench.open("logs?service=web-api,db").await).await;
    let mut some = messages(&some);
    some.sort_unstable();
    assert_eq!(some, ["db", "web-api"]);
}

#[tokio::test]
async fn a_line_over_64_kib_ends_the_log_of_its_pod() {
    let bench = Bench::quiet().await;
    let lease = bench.gateway.lease(&bench.lease).unwrap();
    let (fits, long) = ("x".repeat(64 << 10), "y".repeat(1 << 20));
    lease.say("web", 0, ["a", &fits, &long, "never"]);
    let (all, end) = lines(&mut bench.open("logs?follow=true").await).await;
    assert_eq!(messages(&all), ["a", fits.as_str()]);
    assert!(is_end(end.as_ref()));
}

#[tokio::test]
async fn a_pod_that_comes_later_is_seen_only_by_new_streams() {
    let bench = Bench::quiet().await;
    let lease = bench.gateway.lease(&bench.lease).unwrap();
    lease.say("web", 0, ["first"]);
    let mut socket = bench.open("logs?follow=true").await;
    assert_eq!(one(&mut socket).await, "first");
    let before = lease.pod_names("web");
    assert!(lease.replace_pod("web", 0));
    assert_ne!(lease.pod_names("web"), before);
    lease.say("web", 0, ["second"]);
    let (rest, end) = lines(&mut socket).await;
    assert!(rest.is_empty() && is_end(end.as_ref()));
    assert_eq!(
        messages(&lines(&mut bench.open("logs").await).await.0),
        ["second"]
    );
}

#[tokio::test]
async fn streams_are_cut_ended_and_closed_on_demand() {
    let bench = Bench::quiet().await;
    bench
        .gateway
        .lease(&bench.lease)
        .unwrap()
        .flood("web", 0, 100);
    bench.gateway.set_times(Fault::CutAfter { frames: 7 }, 1);
    let (some, end) = lines(&mut bench.open("logs").await).await;
    assert_eq!(some.len(), 7);
    assert!(is_cut(end.as_ref()), "{end:?}");
    bench.gateway.set_times(Fault::EndAfter { frames: 7 }, 1);
    let (some, end) = lines(&mut bench.open("logs").await).await;
    assert_eq!(some.len(), 7);
    assert!(is_end(end.as_ref()), "{end:?}");
    bench.gateway.set_times(
        Fault::Close {
            code: 4002,
            reason: "kube".to_owned(),
        },
        1,
    );
    assert_eq!(
        close_of(next(&mut bench.open("logs").await).await),
        (4002, "kube".to_owned())
    );
    bench.gateway.set_times(Fault::RepeatLines { lines: 3 }, 1);
    let (some, _) = lines(&mut bench.open("logs").await).await;
    assert_eq!(some.len(), 103);
    assert_eq!(
        messages(&some)[97..],
        [
            "line 97", "line 98", "line 99", "line 97", "line 98", "line 99"
        ]
    );
    bench.gateway.set_times(Fault::SilentAfter { frames: 2 }, 1);
    let mut socket = bench.open("logs").await;
    one(&mut socket).await;
    one(&mut socket).await;
    let silent = tokio::time::timeout(
        Duration::from_millis(200),
        futures_util::StreamExt::next(&mut socket),
    )
    .await;
    assert!(silent.is_err());
}

#[tokio::test]
async fn a_flood_comes_whole() {
    let bench = Bench::quiet().await;
    bench
        .gateway
        .lease(&bench.lease)
        .unwrap()
        .flood("web", 0, 100_000);
    let (all, _) = lines(&mut bench.open("logs?tail=100000").await).await;
    assert_eq!(all.len(), 100_000);
    assert!(
        all.iter()
            .enumerate()
            .all(|(index, (_, text))| *text == format!("line {index}"))
    );
}

#[tokio::test]
async fn a_client_that_does_not_answer_pings_is_dropped() {
    let options = GatewayOptions {
        ping: Duration::from_millis(50),
        read_deadline: Duration::from_secs(2),
        ..GatewayOptions::default()
    };
    let bench = Bench::with(options, World::of(Service::new("web", "x").quiet())).await;
    let deaf = bench.open("logs?follow=true").await;
    let mut alive = bench.open("logs?follow=true").await;
    // Reading answers the pings.
    let reading = tokio::spawn(async move { one(&mut alive).await });
    let dropped = async {
        while bench.gateway.counts().open_streams != 1 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), dropped)
        .await
        .expect("the deaf one is dropped");
    bench
        .gateway
        .lease(&bench.lease)
        .unwrap()
        .say("web", 0, ["still there"]);
    assert_eq!(reading.await.unwrap(), "still there");
    assert!(bench.gateway.counts().frames_received > 0);
    drop(deaf);
}

#[tokio::test]
async fn events_are_listed_and_watched() {
    let bench = Bench::quiet().await;
    let lease = bench.gateway.lease(&bench.lease).unwrap();
    let mut socket = bench.open("kubeevents").await;
    let mut reasons = Vec::new();
    let close = loop {
        match next(&mut socket).await {
            Some(Ok(Message::Text(text))) => {
                let event: serde_json::Value = serde_json::from_str(&text).unwrap();
                assert_eq!(event["object"]["kind"], "Pod");
                reasons.push(event["reason"].as_str().unwrap().to_owned());
            }
            end => break close_of(end),
        }
    };
    assert_eq!(
        reasons,
        ["Scheduled", "Pulling", "Pulled", "Created", "Started"]
    );
    assert_eq!(close, (1000, String::new()));
    let mut watch = bench.open("kubeevents?follow=true").await;
    for _ in 0..5 {
        next(&mut watch).await;
    }
    lease.event(
        "web",
        0,
        "Warning",
        "BackOff",
        "Back-off restarting failed container",
    );
    let event = next(&mut watch)
        .await
        .unwrap()
        .unwrap()
        .into_text()
        .unwrap();
    assert!(event.contains("BackOff") && event.ends_with('\n'));
    lease.forget_events();
    assert_eq!(
        close_of(next(&mut bench.open("kubeevents").await).await).0,
        1000
    );
    bench.gateway.set_times(Fault::RepeatEvents, 1);
    lease.event("web", 0, "Normal", "Killing", "x");
    let mut twice = bench.open("kubeevents").await;
    assert_eq!(
        next(&mut twice).await.unwrap().unwrap(),
        next(&mut twice).await.unwrap().unwrap()
    );
}

#[tokio::test]
async fn containers_log_over_chain_time() {
    use std::sync::atomic::{AtomicI64, Ordering};
    static SECONDS: AtomicI64 = AtomicI64::new(1_790_000_000);
    let clock = std::sync::Arc::new(|| {
        jiff::Timestamp::from_second(SECONDS.load(Ordering::Relaxed)).unwrap()
    });
    let options = GatewayOptions {
        clock: Some(clock),
        ..GatewayOptions::default()
    };
    let bench = Bench::with(options, World::sample()).await;
    let token = bench
        .gateway
        .token(&TokenClaims::for_lease(&bench.lease, &["logs"]));
    let count = async || {
        lines(&mut bench.open_with("logs", Some(&token)).await.unwrap())
            .await
            .0
            .len()
    };
    let before = count().await;
    SECONDS.fetch_add(120, Ordering::Relaxed);
    let after = count().await;
    assert!(after > before + 10, "{before} {after}");
    assert_eq!(count().await, after);
}
