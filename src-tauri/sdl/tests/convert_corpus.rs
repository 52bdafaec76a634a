//! Files of the shapes that people publish: each converts to what its author meant, or says precisely what is lost.
//!
//! Beside each case lies `NAME.expected.txt`: what runs, who reaches it, what is asked and what is lost. After a change on
//! purpose, `ALOFT_WRITE_CASES=1 cargo test -p akash-sdl --test convert_corpus` writes them anew; read the difference.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use akash_sdl::convert::{Asked, Conversion, Options, Source, convert};
use akash_sdl::{Derivation, Severity, check, edit};
use serde_json::Value;

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/convert/cases");
    let entries = std::fs::read_dir(folder).unwrap();
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| !path.to_string_lossy().ends_with(".expected.txt"))
        .collect();
    files.sort();
    files
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn words(list: &Value) -> String {
    let words = list.as_array().into_iter().flatten();
    words
        .map(|word| format!("{word}"))
        .collect::<Vec<_>>()
        .join(" ")
}

/// What a conversion comes to, from the manifest of its SDL.
fn told(made: &Conversion) -> String {
    let checked = check(&made.sdl);
    let sdl = checked.sdl.expect("a conversion passes the check");
    let manifest: Value = serde_json::from_str(&sdl.derive(Derivation::Alpha40).manifest).unwrap();
    let mut out = String::new();
    for service in manifest[0]["services"].as_array().unwrap() {
        let _ = writeln!(
            out,
            "{}: {}",
            text(&service["name"]),
            text(&service["image"])
        );
        for (name, key) in [("command", "command"), ("args", "args"), ("env", "env")] {
            if !service[key].is_null() {
                let _ = writeln!(out, "  {name} {}", words(&service[key]));
            }
        }
        for expose in service["expose"].as_array().unwrap() {
            let outside = match expose["externalPort"].as_u64().unwrap() {
                0 => String::new(),
                other => format!(" as {other}"),
            };
            let who = match (
                expose["global"].as_bool().unwrap(),
                text(&expose["service"]),
            ) {
                (true, _) => "everyone".to_owned(),
                (false, name) if name.is_empty() => "nobody".to_owned(),
                (false, name) => name,
            };
            let hosts = if expose["hosts"].is_null() {
                String::new()
            } else {
                format!(" at {}", words(&expose["hosts"]))
            };
            let _ = writeln!(
                out,
                "  port {}{outside} {} for {who}{hosts}",
                expose["port"],
                text(&expose["proto"])
            );
        }
        let resources = &service["resources"];
        let mib = |value: &Value| text(value).parse::<u64>().unwrap() >> 20;
        let gpu = match (
            text(&resources["gpu"]["units"]["val"]).as_str(),
            &resources["gpu"]["attributes"],
        ) {
            ("0", _) => String::new(),
            (units, attributes) => {
                let models = attributes.as_array().into_iter().flatten();
                let models: Vec<String> = models
                    .map(|model| text(&model["key"]).replace("vendor/nvidia/model/", ""))
                    .collect();
                format!(" gpu {units} of {}", models.join(" "))
            }
        };
        let _ = writeln!(
            out,
            "  {}m {}Mi{gpu} x{}",
            text(&resources["cpu"]["units"]["val"]),
            mib(&resources["memory"]["size"]["val"]),
            service["count"]
        );
        for volume in resources["storage"].as_array().unwrap() {
            let name = text(&volume["name"]);
            let mounts = service["params"]["storage"]
                .as_array()
                .into_iter()
                .flatten();
            let mount = mounts.clone().find(|mount| text(&mount["name"]) == name);
            let at = mount
                .map(|mount| {
                    format!(
                        " at {}{}",
                        text(&mount["mount"]),
                        if mount["readOnly"] == true {
                            " read-only"
                        } else {
                            ""
                        }
                    )
                })
                .unwrap_or_default();
            let kind = volume["attributes"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|attribute| text(&attribute["value"]))
                .collect::<Vec<_>>()
                .join(" ");
            let _ = writeln!(
                out,
                "  disk {name}{at} {}Mi {kind}",
                mib(&volume["size"]["val"])
            );
        }
    }
    for decision in &made.decisions {
        if let Some(question) = &decision.question {
            let kind = serde_json::to_value(question.asked).unwrap();
            let _ = writeln!(
                out,
                "? {} {} {} = {:?}",
                decision.service.as_deref().unwrap_or("-"),
                text(&kind),
                question.name,
                question.suggestion
            );
        }
    }
    for lost in &made.lost {
        let _ = writeln!(
            out,
            "{} {} {}",
            if lost.matters { "!" } else { "." },
            lost.service.as_deref().unwrap_or("-"),
            lost.what
        );
    }
    out.lines()
        .map(str::trim_end)
        .collect::<Vec<_>>()
        .join("\n")
        + "\n"
}

fn made(path: &Path) -> Conversion {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let text = std::fs::read_to_string(path).unwrap();
    convert(
        &[Source {
            name: name.clone(),
            text,
        }],
        None,
        &Options::default(),
    )
    .unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn every_case_becomes_what_its_author_meant() {
    let write = std::env::var_os("ALOFT_WRITE_CASES").is_some();
    let mut wrong = Vec::new();
    let cases = cases();
    assert!(cases.len() >= 60);
    for path in cases {
        let told = told(&made(&path));
        let expected = path.with_extension("expected.txt");
        if write {
            std::fs::write(&expected, &told).unwrap();
        } else if std::fs::read_to_string(&expected).unwrap_or_default() != told {
            wrong.push(format!("{}\n{told}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_case_passes_the_check() {
    for path in cases() {
        let made = made(&path);
        let stops: Vec<_> = check(&made.sdl)
            .findings
            .into_iter()
            .filter(|finding| finding.severity != Severity::Warning)
            .collect();
        assert!(
            stops.is_empty(),
            "{}: {stops:#?}\n{}",
            path.display(),
            made.sdl
        );
    }
}

/// Each decision stands where it says, and each guess has a comment above its line.
#[test]
fn decisions_are_where_they_say() {
    for path in cases() {
        let made = made(&path);
        let lines: Vec<&str> = made.sdl.lines().collect();
        for decision in &made.decisions {
            let at = decision.line as usize;
            let line = lines[at - 1];
            assert!(
                !line.trim_start().starts_with('#'),
                "{}: {decision:?}",
                path.display()
            );
            if decision.certainty != akash_sdl::convert::Certainty::Sure {
                let comments = lines[..at - 1]
                    .iter()
                    .rev()
                    .take_while(|line| line.trim_start().starts_with('#'));
                let why = comments
                    .clone()
                    .any(|comment| comment.ends_with(decision.why.as_str()));
                assert!(why, "{}: no comment for {decision:?}", path.display());
            }
        }
    }
}

/// Each question can be answered at its path, and the file stays valid.
#[test]
fn every_question_can_be_answered_where_it_says() {
    for path in cases() {
        let made = made(&path);
        let mut sdl = made.sdl.clone();
        for decision in &made.decisions {
            let Some(question) = &decision.question else {
                continue;
            };
            let answer = match question.asked {
                Asked::VolumeSize => Value::from("33Gi"),
                Asked::OpenPort => Value::from(true),
                Asked::Port => Value::from(4321),
                Asked::EnvValue | Asked::Secret => {
                    Value::from(format!("{}=it's \"#1\": yes", question.name))
                }
                Asked::Image => Value::from("acme/published:1.2"),
            };
            sdl = edit::set(&sdl, &decision.path, answer)
                .unwrap_or_else(|error| panic!("{}: {decision:?}: {error}", path.display()));
        }
        let stops = check(&sdl).stops();
        assert!(!stops, "{}\n{sdl}", path.display());
    }
}
