//! How long a check and the derivation of the manifest take.
//!
//! `cargo bench -p akash-sdl`. With the corpus beside the repository: all its valid files, per file and per MB. Without:
//! a file of the size of a large real one, and the hostile ones.
#![allow(missing_docs, clippy::unwrap_used)]

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;

use akash_sdl::{Derivation, check};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

fn run(text: &str) -> Option<String> {
    let checked = check(black_box(text));
    checked.sdl.map(|sdl| sdl.derive(Derivation::Alpha40).hash)
}

fn corpus(c: &mut Criterion) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/sdl");
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    let files = entries.filter_map(|entry| std::fs::read_to_string(entry.ok()?.path()).ok());
    let mut valid: Vec<String> = files.filter(|text| check(text).sdl.is_some()).collect();
    valid.sort();
    let mut group = c.benchmark_group("corpus");
    group.throughput(Throughput::Elements(valid.len() as u64));
    group.bench_function("per file", |b| {
        b.iter(|| valid.iter().filter_map(|text| run(text)).count())
    });
    group.throughput(Throughput::Bytes(
        valid.iter().map(|text| text.len() as u64).sum(),
    ));
    group.bench_function("per byte", |b| {
        b.iter(|| valid.iter().filter_map(|text| run(text)).count())
    });
}

/// A valid file with many services, and files made to cost as much as they can.
fn files() -> Vec<(&'static str, String)> {
    const ROOM: usize = 500 * 1024;
    let mut large = String::from("version: \"2.0\"\nservices:\n");
    for service in 0..60 {
        let _ = write!(
            large,
            "  web{service}:\n    image: nginx:1.27\n    env:\n      - A=1\n      - B=two\n    expose:\n      - port: 80\n        to:\n          - global: true\n"
        );
    }
    large.push_str("profiles:\n  compute:\n    web:\n      resources: {cpu: {units: 0.5}, memory: {size: 512Mi}, storage: {size: 1Gi}}\n  placement:\n    here:\n      pricing: {web: {denom: uact, amount: 1000}}\ndeployment:\n");
    for service in 0..60 {
        let _ = writeln!(
            large,
            "  web{service}: {{here: {{profile: web, count: 1}}}}"
        );
    }
    let fill =
        |head: &str, unit: &str| format!("{head}{}", unit.repeat((ROOM - head.len()) / unit.len()));
    let keys = |head: &str, tail: &str| {
        let mut text = head.to_owned();
        for key in 0.. {
            let _ = write!(text, "k{key}{tail}");
            if text.len() > ROOM {
                return text;
            }
        }
        text
    };
    let head = "version: \"2.0\"\nservices:\n";
    let laughs = format!(
        "a: &a [{}]\n{}services: *j\nversion: \"2.0\"\n",
        "x,".repeat(9),
        ('b'..='j')
            .map(|c| {
                let before = char::from(c as u8 - 1);
                format!("{c}: &{c} [{}]\n", format!("*{before},").repeat(9))
            })
            .collect::<String>()
    );
    vec![
        ("large and valid", large),
        ("brackets", "[".repeat(ROOM)),
        ("dashes", "- ".repeat(ROOM / 2)),
        ("question marks", "? ".repeat(ROOM / 2)),
        ("laughs", laughs),
        ("unknown keys", keys("version: \"2.0\"\n", ": 1\n")),
        (
            "empty services",
            keys(head, ": {}\n").replace("\nk", "\n  k"),
        ),
        ("one flow list", fill("services: [", "1,")),
        (
            "aliases of a long text",
            fill(
                &format!(
                    "services: {{web: {{image: x, env: [&a \"{}\"",
                    "y".repeat(ROOM / 2)
                ),
                ", *a",
            ),
        ),
        (
            "marks of a template",
            fill(
                "version: \"2.0\"\nservices:\n  web:\n    image: nginx:1.27\n    env:\n",
                "      - A={{ x }}\n",
            ),
        ),
        ("one long line", fill("services: {web: {image: \"", "x")),
        ("quotes", "\"".repeat(ROOM)),
        ("colons", ": ".repeat(ROOM / 2)),
        ("line breaks", "\n".repeat(ROOM)),
        ("anchors", keys("", ": &a 1\n")),
        (
            "merges",
            fill("a: &a {x: 1}\nservices:\n  web: {", "<<: *a, "),
        ),
    ]
}

fn hostile(c: &mut Criterion) {
    let mut group = c.benchmark_group("file");
    group.sample_size(10);
    for (name, text) in files() {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(BenchmarkId::from_parameter(name), &text, |b, text| {
            b.iter(|| run(text))
        });
    }
}

criterion_group!(benches, corpus, hostile);
criterion_main!(benches);
