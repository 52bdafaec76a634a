//! Events: each once, the newest first, understood.

use akash_provider::{Cause, EventStream, EventUpdate};
use akash_simulator::gateway::{Fault, Service, World};

use crate::bench::{Bench, soon};

/// Reads until the newest event has this note.
async fn until(stream: &mut EventStream, note: &str) {
    while stream
        .events()
        .next()
        .is_none_or(|seen| seen.event.note != note)
    {
        soon(stream.next()).await.expect("the stream goes on");
    }
}

#[tokio::test]
async fn events_come_once_and_the_newest_first() {
    let bench = Bench::quiet().await;
    bench.gateway.set(Fault::RepeatEvents);
    let mut stream = bench.lease.events(vec!["web".to_owned()]);
    bench.world().event("web", 0, "Normal", "Scheduled", "one");
    until(&mut stream, "one").await;
    bench.world().event(
        "web",
        0,
        "Warning",
        "BackOff",
        "Back-off restarting failed container web",
    );
    until(&mut stream, "Back-off restarting failed container web").await;
    let newest = stream.events().next().unwrap().clone();
    assert_eq!(newest.cause, Cause::KeepsCrashing);
    assert_eq!(newest.event.service, "web");
    assert!(newest.event.is_warning);
    // A cut repeats everything.
    bench.gateway.set_times(Fault::CutAfter { frames: 1 }, 1);
    let count = stream.events().count();
    bench.world().event("web", 0, "Normal", "Killing", "last");
    until(&mut stream, "last").await;
    assert_eq!(stream.events().count(), count + 1);
    let notes: std::collections::HashSet<_> =
        stream.events().map(|seen| &seen.event.note).collect();
    assert_eq!(notes.len(), count + 1);
}

#[tokio::test]
async fn the_images_that_fail_are_understood() {
    for (image, expected) in [
        (
            "ghcr.io/a/no-such-image:1",
            Cause::ImageNotFound {
                image: Some("ghcr.io/a/no-such-image:1".to_owned()),
            },
        ),
        (
            "ghcr.io/a/private-image:1",
            Cause::ImagePrivate {
                image: Some("ghcr.io/a/private-image:1".to_owned()),
            },
        ),
    ] {
        let bench = Bench::new(World::of(Service::new("web", image))).await;
        let mut stream = bench.lease.events(vec!["web".to_owned()]);
        while !stream.events().any(|seen| seen.cause == expected) {
            soon(stream.next()).await.expect("the stream goes on");
        }
    }
}

#[tokio::test]
async fn a_watch_that_ends_is_opened_again() {
    let bench = Bench::quiet().await;
    bench.gateway.set_times(
        Fault::Close {
            code: 1000,
            reason: String::new(),
        },
        2,
    );
    let mut stream = bench.lease.events(vec!["web".to_owned()]);
    let mut opened = 0;
    while opened < 3 {
        opened += u32::from(soon(stream.next()).await.unwrap() == EventUpdate::Open);
    }
}
