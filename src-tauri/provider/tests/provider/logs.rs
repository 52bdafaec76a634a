//! Logs: over cuts, by pod, with hostile lines.

use std::{collections::HashMap, time::Duration};

use akash_provider::{
    ConnectError, End, Gap, Lease, LogLine, LogOptions, LogStream, LogUpdate, MAX_LINE, Refusal,
    Tail,
};
use akash_simulator::gateway::{Fault, GatewayOptions, GatewayVersion, Service, World};

use crate::bench::{Bench, soon};

fn web(lease: &Lease) -> LogStream {
    lease.logs(LogOptions::new(vec!["web".to_owned()]))
}

/// Reads until there are so many lines.
async fn read(stream: &mut LogStream, lines: &mut Vec<LogLine>, count: usize) {
    while lines.len() < count {
        match soon(stream.next()).await.expect("the stream goes on") {
            LogUpdate::Lines(new) => lines.extend(new),
            LogUpdate::Failed { retry: None, error } => panic!("{error}"),
            _ => {}
        }
    }
}

fn texts(lines: &[LogLine]) -> Vec<&str> {
    lines.iter().map(|line| line.text.as_str()).collect()
}

/// Reads what is there until the stream ends for good.
async fn read_all(stream: &mut LogStream) -> (Vec<LogLine>, Option<End>) {
    let (mut lines, mut last) = (Vec::new(), None);
    while let Some(update) = soon(stream.next()).await {
        match update {
            LogUpdate::Lines(new) => lines.extend(new),
            LogUpdate::Ended { end, .. } => last = Some(end),
            _ => {}
        }
    }
    (lines, last)
}

#[tokio::test]
async fn a_log_is_followed_and_assigned_to_its_service() {
    let world = World {
        services: vec![
            Service::new("web", "nginx:1").quiet().with_replicas(2),
            Service::new("web-api", "node:1").quiet(),
        ],
        status: None,
    };
    let bench = Bench::new(world).await;
    let handle = bench.world();
    handle.say("web", 0, ["one"]);
    handle.say("web", 1, ["two"]);
    let mut stream = bench.lease.logs(LogOptions::new(vec![
        "web".to_owned(),
        "web-api".to_owned(),
    ]));
    let mut lines = Vec::new();
    read(&mut stream, &mut lines, 2).await;
    handle.say("web-api", 0, ["three"]);
    read(&mut stream, &mut lines, 3).await;
    let by_text: HashMap<_, _> = lines
        .iter()
        .map(|line| (line.text.as_str(), line))
        .collect();
    assert_eq!(&*by_text["one"].service, "web");
    assert_ne!(by_text["one"].replica, by_text["two"].replica);
    assert_eq!(&*by_text["three"].service, "web-api");
}

#[tokio::test]
async fn a_hundred_thousand_lines_survive_twenty_cuts() {
    let bench = Bench::quiet().await;
    let handle = bench.world();
    let mut stream = web(&bench.lease);
    let mut lines: Vec<LogLine> = Vec::new();
    let (total, cuts) = (100_000_usize, 20_usize);
    handle.say("web", 0, ["first"]);
    read(&mut stream, &mut lines, 1).await;
    lines.clear();
    for cut in 0..cuts {
        let from = cut * total / cuts;
        let to = (cut + 1) * total / cuts;
        let text: Vec<String> = (from..to).map(|line| format!("line {line}")).collect();
        let fault = match cut % 3 {
            0 => Fault::CutAfter {
                frames: 700 + 150 * cut as u64,
            },
            1 => Fault::EndAfter { frames: 1_500 },
            _ => Fault::CutAfter { frames: 3_000 },
        };
        bench.gateway.set_times(fault, 1);
        // The fault counts for the streams that begin after it was set.
        stream.refresh();
        handle.say("web", 0, text.iter().map(String::as_str));
        read(&mut stream, &mut lines, to).await;
        assert_eq!(lines.len(), to);
    }
    for (number, line) in lines.iter().enumerate() {
        assert_eq!(line.text, format!("line {number}"));
        assert_eq!(line.gap, None, "{line:?}");
    }
    assert!(bench.gateway.counts().streams >= cuts as u64);
}

#[tokio::test]
async fn lines_that_repeat_are_counted_over_a_cut() {
    let bench = Bench::quiet().await;
    let handle = bench.world();
    handle.say("web", 0, std::iter::repeat_n("same", 1_500));
    let mut stream = bench.lease.logs(LogOptions {
        tail: Tail::All,
        ..LogOptions::new(vec!["web".to_owned()])
    });
    let mut lines = Vec::new();
    read(&mut stream, &mut lines, 1_500).await;
    for round in 1..=4 {
        stream.refresh();
        handle.say("web", 0, std::iter::repeat_n("same", 700));
        read(&mut stream, &mut lines, 1_500 + round * 700).await;
    }
    // Nothing more comes: the next line is the one that is said now.
    handle.say("web", 0, ["last"]);
    let count = lines.len();
    read(&mut stream, &mut lines, count + 1).await;
    assert_eq!(lines.last().unwrap().text, "last");
    assert_eq!(lines.len(), 1_500 + 4 * 700 + 1);
}

#[tokio::test]
async fn a_container_that_starts_again_is_marked() {
    let bench = Bench::quiet().await;
    let handle = bench.world();
    handle.say("web", 0, ["started", "a", "b", "c"]);
    let mut stream = web(&bench.lease);
    let mut lines = Vec::new();
    read(&mut stream, &mut lines, 4).await;
    handle.restart_container("web", 0);
    handle.say("web", 0, ["started again", "d"]);
    read(&mut stream, &mut lines, 6).await;
    assert_eq!(
        texts(&lines),
        ["started", "a", "b", "c", "started again", "d"]
    );
    assert_eq!(lines[4].gap, Some(Gap::Restarted));
    assert_eq!(lines[5].gap, None);
}

#[tokio::test]
async fn pods_that_come_later_are_found() {
    let bench = Bench::quiet().await;
    let handle = bench.world();
    handle.say("web", 0, ["one"]);
    let options = LogOptions {
        look_for_pods: Duration::from_millis(100),
        ..LogOptions::new(vec!["web".to_owned()])
    };
    let mut stream = bench.lease.logs(options);
    let mut lines = Vec::new();
    read(&mut stream, &mut lines, 1).await;
    handle.add_replica("web", 0);
    handle.say("web", 1, ["two"]);
    read(&mut stream, &mut lines, 2).await;
    assert_eq!((lines[1].text.as_str(), lines[1].replica), ("two", 1));
}

#[tokio::test]
async fn a_line_that_is_too_long_for_the_provider_does_not_stop_the_log() {
    let bench = Bench::quiet().await;
    let handle = bench.world();
    let long = "x".repeat(70_000);
    handle.say("web", 0, ["before", &long, "lost"]);
    let mut stream = web(&bench.lease);
    let mut lines = Vec::new();
    read(&mut stream, &mut lines, 1).await;
    let mut ends = 0;
    while ends < 12 && lines.len() < 2 {
        match soon(stream.next()).await.unwrap() {
            LogUpdate::Ended { end, retry } => {
                assert_eq!(end, End::Finished);
                assert!(retry.is_some());
                ends += 1;
            }
            LogUpdate::Lines(new) => lines.extend(new),
            LogUpdate::Open => {
                handle.say("web", 0, ["after"]);
            }
            LogUpdate::Failed { error, .. } => panic!("{error}"),
        }
    }
    assert_eq!(texts(&lines[..2]), ["before", "after"]);
    assert_eq!(lines[1].gap, Some(Gap::Missing));
}

#[tokio::test]
async fn hostile_lines_come_as_they_are() {
    let bench = Bench::quiet().await;
    let hostile = [
        "\u{1b}[31mred\u{1b}[0m",
        "\u{1b}]52;c;ZXZpbA==\u{7}",
        "<script>alert(1)</script>",
        "{\"name\":\"db-0\",\"message\":\"forged\"}",
        "a\rb",
        "",
        "\u{202e}turned",
    ];
    bench.world().say("web", 0, hostile);
    let mut stream = web(&bench.lease);
    let mut lines = Vec::new();
    read(&mut stream, &mut lines, hostile.len()).await;
    assert_eq!(texts(&lines), hostile);
    assert!(
        lines
            .iter()
            .all(|line| &*line.service == "web" && line.text.len() <= MAX_LINE)
    );
}

#[tokio::test]
async fn every_end_is_told_apart() {
    for (code, reason, version, expected) in [
        (
            4000,
            "no running pods",
            GatewayVersion::Current,
            End::NoPods,
        ),
        (4000, "", GatewayVersion::Current, End::NotReady),
        (4001, "", GatewayVersion::Current, End::LeaseGone),
        (4002, "", GatewayVersion::Current, End::ClusterDown),
        (1000, "", GatewayVersion::Current, End::Finished),
        (4000, "lease not found", GatewayVersion::Old, End::LeaseGone),
        (
            4999,
            "what",
            GatewayVersion::Current,
            End::Closed {
                code: 4999,
                reason: "what".to_owned(),
            },
        ),
    ] {
        let options = GatewayOptions {
            version,
            ..GatewayOptions::default()
        };
        let bench = Bench::with(options, World::of(Service::new("web", "nginx:1").quiet())).await;
        bench.gateway.set_times(
            Fault::Close {
                code,
                reason: reason.to_owned(),
            },
            1,
        );
        let mut stream = web(&bench.lease);
        assert_eq!(soon(stream.next()).await, Some(LogUpdate::Open));
        let Some(LogUpdate::Ended { end, retry }) = soon(stream.next()).await else {
            panic!("no end")
        };
        assert_eq!(end, expected);
        assert!(retry.is_some());
        // The next try works.
        assert_eq!(soon(stream.next()).await, Some(LogUpdate::Open));
    }
}

#[tokio::test]
async fn a_lease_that_is_gone_ends_the_stream() {
    let bench = Bench::quiet().await;
    bench.world().say("web", 0, ["bye"]);
    let mut stream = web(&bench.lease);
    let mut lines = Vec::new();
    read(&mut stream, &mut lines, 1).await;
    bench.world().close();
    let (more, _) = read_all(&mut stream).await;
    assert!(more.is_empty());
}

#[tokio::test]
async fn silence_is_found_out() {
    let bench = Bench::quiet().await;
    let lease = bench.lease_with(|config| config.timing.silence = Duration::from_millis(200));
    bench.gateway.set_times(Fault::NoPings, 1);
    let mut stream = web(&lease);
    assert_eq!(soon(stream.next()).await, Some(LogUpdate::Open));
    let Some(LogUpdate::Ended { end, .. }) = soon(stream.next()).await else {
        panic!("no end")
    };
    assert_eq!(end, End::Silent(Duration::from_millis(200)));
}

#[tokio::test]
async fn without_follow_a_log_is_read_to_its_end() {
    let bench = Bench::quiet().await;
    bench.world().flood("web", 0, 5_000);
    let options = LogOptions {
        tail: Tail::All,
        follow: false,
        ..LogOptions::new(vec!["web".to_owned()])
    };
    let mut stream = bench.lease.logs(options);
    let (lines, end) = read_all(&mut stream).await;
    assert_eq!(lines.len(), 5_000);
    assert_eq!(end, Some(End::Finished));
}

#[tokio::test]
async fn a_provider_that_is_down_is_asked_again() {
    let bench = Bench::quiet().await;
    bench.gateway.set_times(
        Fault::Answer {
            status: 503,
            body: "down".to_owned(),
        },
        2,
    );
    let mut stream = web(&bench.lease);
    for _ in 0..2 {
        let Some(LogUpdate::Failed { error, retry }) = soon(stream.next()).await else {
            panic!("it worked")
        };
        assert_eq!(error, ConnectError::Refused(Refusal::Unavailable(503)));
        assert!(retry.is_some());
    }
    assert_eq!(soon(stream.next()).await, Some(LogUpdate::Open));
}

#[tokio::test]
async fn a_stream_that_is_dropped_closes_its_connection() {
    let bench = Bench::quiet().await;
    bench.world().say("web", 0, ["one"]);
    let mut stream = web(&bench.lease);
    let mut lines = Vec::new();
    read(&mut stream, &mut lines, 1).await;
    drop(stream);
    while bench.gateway.counts().open_connections > 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn containers_that_start_are_waited_for() {
    let service = Service {
        startup_seconds: 1,
        ..Service::new("web", "nginx:1").quiet()
    };
    let bench = Bench::new(World::of(service)).await;
    let mut stream = web(&bench.lease);
    let mut ends = Vec::new();
    loop {
        match soon(stream.next()).await.expect("the stream goes on") {
            LogUpdate::Ended { end, retry } => {
                assert!(retry.is_some());
                ends.push(end);
                // It can speak once it runs.
                bench.world().say("web", 0, ["up"]);
            }
            LogUpdate::Lines(_) => break,
            LogUpdate::Open => {}
            LogUpdate::Failed { error, .. } => panic!("{error}"),
        }
    }
    assert!(
        !ends.is_empty() && ends.iter().all(|end| *end == End::NotReady),
        "{ends:?}"
    );
}
