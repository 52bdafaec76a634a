//! The arrows of the house: which crate may use which, as `cargo metadata` sees it, and inside a crate which module.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "house/arrows.rs"]
mod arrows;
#[path = "house/rust_modules.rs"]
mod rust_modules;
#[path = "house/words.rs"]
mod words;

use std::{collections::BTreeMap, path::Path, process::Command};

use serde::Deserialize;

/// Each crate with those of ours that it may use. What the tests of a crate use is its own affair.
const HOUSE: [(&str, &[&str]); 7] = [
    ("aloft", &["aloft-engine", "akash-simulator"]),
    (
        "aloft-engine",
        &[
            "akash-provider",
            "akash-console",
            "akash-market",
            "akash-sdl",
        ],
    ),
    // Written from the API's contract: it must not share the client's types, nor its mistakes.
    ("akash-simulator", &["akash-sdl"]),
    // Tokens, certificates of the chain and the clock come in from outside.
    ("akash-provider", &[]),
    ("akash-console", &["akash-market"]),
    ("akash-market", &[]),
    ("akash-sdl", &[]),
];

/// The modules of the simulator, from the top down. A module may use those below it.
const SIMULATOR: &[&[&str]] = &[
    // What the crate shows.
    &["lib"],
    // Starting and stopping.
    &["server"],
    // The endpoints.
    &["api", "gateway"],
    &["control", "persistence"],
    // What all requests share.
    &["app"],
    // The world and what it does; faults and connections know nothing of it.
    &["world", "faults", "connection"],
    // Which providers bid, and how much.
    &["bidding"],
    // What is on the chain, what providers run, who they are.
    &["chain"],
    &["workload", "providers", "config"],
    &["rng", "catalogue", "templates", "api_version", "error"],
    &["encoding", "money", "time", "sync"],
];

/// The modules of the engine, from the top down. A module may use those below it.
const ENGINE: &[&[&str]] = &[
    // What a shell may call, one file a screen.
    &["api"],
    // Starting and stopping.
    &["lib"],
    // When a snapshot is made.
    &["publish"],
    // What is looked at again and again; every word that a person reads.
    &["observe", "present"],
    // What a person decides.
    &["workflow"],
    // Who could run a file.
    &["screening"],
    // Questions about facts.
    &["derive"],
    // What is held in memory.
    &["state"],
    &["journal", "outside"],
    // Facts about one deployment, and how a read changes them.
    &["record"],
    &["samples", "ports"],
    // What crosses to the window.
    &["view"],
];

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    kind: Option<String>,
}

/// The crates of the workspace, each with what it uses when it is not being tested.
fn crates() -> BTreeMap<String, Vec<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--no-deps", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Metadata = serde_json::from_slice(&output.stdout).expect("metadata");
    let uses = |package: Package| {
        let real = package
            .dependencies
            .into_iter()
            .filter(|it| it.kind.as_deref() != Some("dev"));
        (package.name, real.map(|it| it.name).collect())
    };
    metadata.packages.into_iter().map(uses).collect()
}

#[test]
fn arrows_only_go_down() {
    let house = BTreeMap::from(HOUSE);
    for (name, uses) in crates() {
        let may = house.get(&*name);
        let may =
            may.unwrap_or_else(|| panic!("{name} has no place in the house; give it one here"));
        for used in uses.iter().filter(|used| house.contains_key(used.as_str())) {
            assert!(may.contains(&used.as_str()), "{name} may not use {used}");
        }
    }
}

#[test]
fn only_the_shell_knows_the_window() {
    for (name, uses) in crates() {
        let tauri = uses.iter().find(|used| used.starts_with("tauri"));
        assert_eq!(tauri.is_some(), name == "aloft", "{name} uses {tauri:?}");
    }
}

#[test]
fn the_pure_crates_do_no_input_or_output() {
    let crates = crates();
    for name in ["akash-sdl", "akash-market"] {
        for io in ["tokio", "reqwest", "hyper", "axum", "rusqlite", "tempfile"] {
            assert!(
                !crates[name].iter().any(|used| used == io),
                "{name} uses {io}"
            );
        }
    }
}

#[test]
fn the_simulators_modules_only_use_those_below() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src-tauri/simulator/src");
    let complaints = rust_modules::modules_of_crate(&sources).complaints(SIMULATOR);
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

fn engine() -> arrows::Graph {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src-tauri/engine/src");
    rust_modules::modules_with_methods(&sources, "Core")
}

#[test]
fn the_engines_modules_only_use_those_below() {
    let complaints = engine().complaints(ENGINE);
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn only_what_shows_something_knows_the_words() {
    const KNOW: [&str; 3] = ["api", "publish", "present"];
    let room = |module: &str| module.split("::").next().unwrap_or_default().to_owned();
    for (module, used) in engine().0 {
        for other in used {
            let words = room(&other) == "present";
            assert!(
                !words || KNOW.contains(&&*room(&module)),
                "`{module}` may not use `{other}`: it would know words"
            );
            let acts = ["workflow", "observe", "screening"].contains(&&*room(&other));
            assert!(
                !(room(&module) == "present" && acts),
                "`{module}` words what is known and does nothing: it may not use `{other}`"
            );
        }
    }
}
