//! How fast logs and files come, over real TLS on loopback, gateway included: `cargo bench -p akash-provider`.
//!
//! The gateway runs in the same process, so what is shown is the least that the client can do.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout
)]

#[path = "../tests/provider/bench.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod bench;

use std::{path::Path, time::Instant};

use akash_provider::{Existing, LogOptions, LogUpdate, RemotePath, Tail, Target, Verified};
use akash_simulator::gateway::{Fault, Service, World};
use bench::{Bench, soon};

const LINES: u64 = 300_000;
const SIZE: u64 = 1 << 30;

#[tokio::main]
async fn main() {
    // Without this argument it was started as a test, which is to say nothing.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    logs().await;
    files().await;
}

async fn logs() {
    let bench = Bench::quiet().await;
    bench.world().flood("web", 0, LINES);
    let start = Instant::now();
    let mut stream = bench.lease.logs(LogOptions {
        tail: Tail::All,
        ..LogOptions::new(vec!["web".to_owned()])
    });
    let (mut lines, mut longest) = (0, 0);
    while lines < LINES {
        if let LogUpdate::Lines(new) = soon(stream.next()).await.expect("it goes on") {
            lines += new.len() as u64;
            longest = longest.max(new.len());
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "logs: {:.0} lines/s ({longest} lines in the largest batch)",
        lines as f64 / seconds
    );
}

async fn files() {
    let service = Service::new("web", "alpine:3")
        .quiet()
        .with_volume("data", "/data", 8 << 30);
    let bench = Bench::new(World::of(service)).await;
    bench.world().make_large_file("web", 0, "/data/large", SIZE);
    let files = bench.lease.files(Target {
        service: "web".to_owned(),
        container: 0,
    });
    let here = tempfile::tempdir().expect("a folder");
    let local = here.path().join("large");
    let from = RemotePath::new("/data/large").expect("a path");
    report("download", &local, async || {
        files
            .download(&from, &local, Existing::Replace, &mut |_| {})
            .await
            .expect("a download")
    })
    .await;
    bench
        .gateway
        .set_times(Fault::CutOutput { bytes: SIZE / 11 }, 10);
    report("download, cut 10 times", &local, async || {
        files
            .download(&from, &local, Existing::Replace, &mut |_| {})
            .await
            .expect("a download")
    })
    .await;
    bench.gateway.clear_faults();
    let to = RemotePath::new("/data/up").expect("a path");
    report("upload", &local, async || {
        files
            .upload(&local, &to, Existing::Replace, &mut |_| {})
            .await
            .expect("an upload")
    })
    .await;
}

async fn report(name: &str, file: &Path, work: impl AsyncFnOnce() -> Verified) {
    let start = Instant::now();
    let verified = work().await;
    let seconds = start.elapsed().as_secs_f64();
    let size = std::fs::metadata(file).expect("a file").len();
    println!(
        "{name}: {:.0} MB/s with the comparison, {verified:?}, most memory {}",
        size as f64 / 1e6 / seconds,
        memory()
    );
}

/// The most memory that this process had, where the system tells it.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(|| "unknown".to_owned(), |line| line.trim().to_owned())
}
