//! Agreement with the official library on real and made files.
//!
//! The files lie beside the repository (`../shared/corpus`), not in it. Without them every trial is reported as ignored;
//! with `ALOFT_CORPUS=required` their absence is a failure.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "corpus/relaxed.rs"]
mod relaxed;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use akash_sdl::{Derivation, EndpointKind, Finding, Severity, Verdict, check, edit, manifest_hash};
use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;

/// Where we differ from the official library on purpose.
const DIFFERENCES: [(&str, &str); 3] = [
    (
        "0828-mut-ref-volume.yaml",
        "we point at the wrong name in the service, not at the profile that lacks it",
    ),
    (
        "0830-mut-ref-vol-dup.yaml",
        "we point at the wrong name in the service, not at the profile that lacks it",
    ),
    (
        "0963-mut-big-string.yaml",
        "1 MiB: the Console's API takes 512 KiB, so that it never reaches the SDL library",
    ),
];

/// Made files whose one change is several faults to a person.
const SEVERAL_FAULTS: [(&str, &str); 2] = [
    (
        "0937-mut-yaml-compose.yaml",
        "a docker-compose file: missing sections, `ports`, `restart`",
    ),
    ("0970-mut-laughs-top.yaml", "nine unknown sections"),
];

/// Warnings that no longer apply: alpha.40 rounds, the Console writes its own denomination.
const HEALED: [&str; 2] = ["0654-mut-cpu-09.yaml", "0773-mut-denom-mixed.yaml"];

/// Where the official error has no place: ours, reviewed by hand.
const PLACES: [(&str, &str, u32); 30] = [
    ("0501-wordpress-deploy.yaml", "unknown-field", 6),
    ("0554-mut-miss-params.yaml", "volume-not-mounted", 5),
    ("0620-mut-type-gpu-units-abc.yaml", "bad-gpu-units", 23),
    ("0621-mut-type-gpu-units-half.yaml", "bad-gpu-units", 23),
    ("0625-mut-type-gpu-str0.yaml", "gpu-without-models", 28),
    ("0681-mut-mem-11.yaml", "bad-size", 19),
    ("0687-mut-mem-17.yaml", "bad-size", 19),
    ("0690-mut-mem-20.yaml", "bad-size", 19),
    ("0698-mut-mem-28.yaml", "bad-size", 19),
    ("0853-mut-env-pct.yaml", "reserved-character", 17),
    ("0889-mut-yaml-tab.yaml", "tab-indentation", 6),
    ("0897-mut-yaml-bracket.yaml", "unclosed-bracket", 7),
    ("0901-mut-yaml-dupkey-svc.yaml", "duplicate-key", 14),
    ("0905-mut-yaml-alias-undef.yaml", "unknown-alias", 28),
    ("0909-mut-yaml-multidoc.yaml", "several-documents", 49),
    ("0910-mut-yaml-multidoc-empty.yaml", "several-documents", 47),
    ("0916-mut-yaml-directive20.yaml", "yaml-directive", 1),
    ("0917-mut-yaml-tag-custom.yaml", "unknown-tag", 6),
    ("0928-mut-yaml-empty.yaml", "not-an-sdl", 1),
    ("0929-mut-yaml-blank.yaml", "not-an-sdl", 1),
    ("0930-mut-yaml-comment.yaml", "not-an-sdl", 1),
    ("0936-mut-yaml-html.yaml", "web-page", 1),
    ("0945-mut-enc-utf16be.yaml", "not-text", 1),
    ("0948-mut-enc-nul.yaml", "not-text", 6),
    ("0949-mut-enc-ctrl.yaml", "control-character", 6),
    ("0950-mut-enc-del.yaml", "control-character", 6),
    ("0956-mut-enc-fullwidth-colon.yaml", "odd-character", 6),
    ("0960-mut-enc-gzip.yaml", "not-text", 1),
    ("0968-mut-deep-flow-100000.yaml", "too-deep", 30),
    ("0969-mut-deep-block-300.yaml", "too-deep", 101),
];

type Run = fn(&Path) -> Result<(), Failed>;

fn main() {
    let args = Arguments::from_args();
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let present = corpus.join("expected.jsonl").exists();
    let required = std::env::var("ALOFT_CORPUS").is_ok_and(|value| value == "required");
    let mut trials = Vec::new();
    if present {
        for line in lines(&corpus.join("expected.jsonl")) {
            let name = line["file"].as_str().unwrap().to_owned();
            let text = Arc::new(
                String::from_utf8_lossy(&std::fs::read(corpus.join("sdl").join(&name)).unwrap())
                    .into_owned(),
            );
            let line = Arc::new(line);
            let (expected, given) = (line.clone(), text.clone());
            trials.push(Trial::test(format!("file::{name}"), move || {
                file(&expected, &given)
            }));
            let given = text.clone();
            trials.push(Trial::test(format!("relaxed::{name}"), move || {
                relaxed::relaxed(&given)
            }));
            trials.push(Trial::test(format!("fixes::{name}"), move || fixes(&text)));
        }
    } else {
        let missing = move || {
            if required {
                Err(Failed::from("../shared/corpus is missing"))
            } else {
                Ok(())
            }
        };
        for name in ["file", "relaxed", "fixes"] {
            trials.push(Trial::test(name, missing).with_ignored_flag(!required));
        }
    }
    let vectors: [(&str, &str, Run); 2] = [
        ("sizes", "size-vectors.jsonl", sizes),
        ("scalars", "yaml-scalar-vectors.jsonl", scalars),
    ];
    for (name, file, run) in vectors {
        let path: PathBuf = corpus.join(file);
        trials.push(Trial::test(name, move || run(&path)).with_ignored_flag(!present && !required));
    }
    libtest_mimic::run(&args, trials).exit();
}

fn lines(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn ensure(condition: bool, message: impl FnOnce() -> String) -> Result<(), Failed> {
    if condition {
        Ok(())
    } else {
        Err(Failed::from(message()))
    }
}

fn shown(findings: &[&Finding]) -> String {
    findings
        .iter()
        .map(|finding| {
            format!(
                "\n  {}:{} [{}] {}",
                finding.line, finding.column, finding.code, finding.message
            )
        })
        .collect()
}

fn file(expected: &Value, text: &str) -> Result<(), Failed> {
    let name = expected["file"].as_str().unwrap();
    let checked = check(text);
    let errors: Vec<&Finding> = checked
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .collect();
    let in_order = checked.findings.is_sorted_by_key(|finding| finding.from);
    ensure(in_order, || {
        "findings are not in the order of the text".to_owned()
    })?;
    ensure(errors.is_empty() == checked.sdl.is_some(), || {
        "an SDL with errors, or none without".to_owned()
    })?;
    if name.starts_with("0963") {
        return ensure(errors.len() == 1 && errors[0].code == "too-large", || {
            "not refused for its size".to_owned()
        });
    }
    let ok = expected["target"]["ok"].as_bool().unwrap();
    ensure(checked.sdl.is_some() == ok, || {
        format!("valid must be {ok}, but we say:{}", shown(&errors))
    })?;
    match &checked.sdl {
        Some(sdl) => {
            let derived = sdl.derive(Derivation::Alpha40);
            ensure(derived.hash == expected["target"]["hash"], || {
                format!("another hash; the manifest is\n{}", derived.manifest)
            })?;
            ensure(manifest_hash(&derived.manifest) == derived.hash, || {
                "the hash is not that of the manifest".to_owned()
            })?;
            ensure(
                sdl.compare(&derived.manifest).verdict == Verdict::Identical,
                || "not the same as itself".to_owned(),
            )?;
            if expected["ok"] == true {
                let old = sdl.derive(Derivation::Alpha39);
                ensure(old.manifest == expected["manifest"], || {
                    format!(
                        "another manifest for alpha.39:\n{}\nshould be\n{}",
                        old.manifest, expected["manifest"]
                    )
                })?;
                ensure(sdl.compare(&old.manifest).is_same(), || {
                    "alpha.39's manifest is taken for another".to_owned()
                })?;
                groups(sdl, &expected["groupSpecs"])?;
            }
            let downstream = &expected["downstream"];
            let refused = ["chainOk", "providerOk", "hashMatches"]
                .iter()
                .any(|key| downstream[key] == false);
            let stopped = checked
                .findings
                .iter()
                .find(|finding| finding.severity == Severity::Refused);
            let is_refused = downstream["chainOk"] == false && !HEALED.contains(&name);
            // What only the Console reads has no verdict of the chain.
            let is_known = downstream["chainOk"].is_boolean();
            ensure(!is_known || stopped.is_some() == is_refused, || {
                format!(
                    "the chain refuses it: {is_refused}, but we say {:?}",
                    stopped.map(|finding| &finding.message)
                )
            })?;
            ensure(checked.stops() == stopped.is_some(), || {
                "`stops` says something else".to_owned()
            })?;
            let warned = !checked.findings.is_empty();
            ensure(!refused || warned || HEALED.contains(&name), || {
                format!("no warning, but later: {downstream}")
            })
        }
        None => places(name, expected, &errors),
    }
}

fn places(name: &str, expected: &Value, errors: &[&Finding]) -> Result<(), Failed> {
    if expected["group"] == "mutant" && SEVERAL_FAULTS.iter().all(|(several, _)| *several != name) {
        ensure(errors.len() == 1, || {
            format!("one fault, but {} findings:{}", errors.len(), shown(errors))
        })?;
    }
    if DIFFERENCES.iter().any(|(different, _)| *different == name) {
        return Ok(());
    }
    let lines: Vec<u64> = match expected["primary"]["pos"].as_object() {
        Some(places) => places
            .values()
            .filter_map(|place| place["line"].as_u64())
            .collect(),
        None => {
            let (_, code, line) = PLACES
                .iter()
                .find(|(file, ..)| *file == name)
                .ok_or_else(|| Failed::from("no reviewed place"))?;
            ensure(errors.iter().any(|error| error.code == *code), || {
                format!("not `{code}`:{}", shown(errors))
            })?;
            vec![u64::from(*line)]
        }
    };
    ensure(
        errors
            .iter()
            .any(|error| lines.contains(&u64::from(error.line))),
        || {
            format!(
                "nothing on line {lines:?} ({}):{}",
                expected["primary"]["message"],
                shown(errors)
            )
        },
    )
}

fn groups(sdl: &akash_sdl::Sdl, specs: &Value) -> Result<(), Failed> {
    let groups = sdl.groups();
    let specs = specs.as_array().unwrap();
    ensure(groups.len() == specs.len(), || {
        format!("{} groups, not {}", groups.len(), specs.len())
    })?;
    for (group, spec) in groups.iter().zip(specs) {
        let name = group.name.as_str();
        ensure(spec["name"] == name, || {
            format!("{name} stands where {} should", spec["name"])
        })?;
        let attributes: BTreeMap<String, String> = spec["requirements"]["attributes"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|attribute| {
                (
                    attribute["key"].as_str().unwrap().to_owned(),
                    attribute["value"].as_str().unwrap().to_owned(),
                )
            })
            .collect();
        ensure(group.attributes == attributes, || {
            format!(
                "{name}: attributes {:?}, not {attributes:?}",
                group.attributes
            )
        })?;
        let signed_by = &spec["requirements"]["signedBy"];
        let same = signed_by["allOf"] == serde_json::json!(group.signed_by.all_of)
            && signed_by["anyOf"] == serde_json::json!(group.signed_by.any_of);
        ensure(same, || format!("{name}: signed by {:?}", group.signed_by))?;
        for (unit, spec) in group
            .resources
            .iter()
            .zip(spec["resources"].as_array().unwrap())
        {
            let endpoints: Vec<(u64, u64)> = spec["resource"]["endpoints"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|endpoint| {
                    (
                        endpoint["kind"].as_u64().unwrap_or_default(),
                        endpoint["sequence_number"].as_u64().unwrap(),
                    )
                })
                .collect();
            let kind = |kind| match kind {
                EndpointKind::SharedHttp => 0,
                EndpointKind::RandomPort => 1,
                EndpointKind::LeasedIp => 2,
            };
            let ours: Vec<(u64, u64)> = unit
                .endpoints
                .iter()
                .map(|endpoint| (kind(endpoint.kind), endpoint.sequence_number.into()))
                .collect();
            ensure(ours == endpoints, || {
                format!("{name}: endpoints {ours:?}, not {endpoints:?}")
            })?;
            ensure(spec["resource"]["id"] == unit.id, || {
                format!("{name}: id {}", unit.id)
            })?;
            ensure(spec["count"].as_f64().unwrap() as u32 == unit.count, || {
                format!("{name}: count {}", unit.count)
            })?;
            ensure(spec["price"]["denom"] == unit.price.denom, || {
                format!("{name}: {}", unit.price.denom)
            })?;
            if let Ok(amount) = spec["price"]["amount"]
                .as_str()
                .unwrap()
                .parse::<rust_decimal::Decimal>()
            {
                ensure(unit.price.amount == amount, || {
                    format!("{name}: price {}, not {amount}", unit.price.amount)
                })?;
            }
            let memory = spec["resource"]["memory"]["size"]["val"].as_str().unwrap();
            if let Ok(bytes) = memory.parse::<u64>() {
                ensure(unit.memory_bytes == bytes, || {
                    format!("{name}: memory {}, not {bytes}", unit.memory_bytes)
                })?;
            }
        }
    }
    Ok(())
}

/// Every offered fix removes its finding and brings no other.
fn fixes(text: &str) -> Result<(), Failed> {
    let checked = check(text);
    let found = &checked.findings;
    let errors = |findings: &[Finding]| {
        let errors = findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error);
        errors.count()
    };
    for finding in found {
        let Some(fix) = &finding.fix else { continue };
        let fixed = edit::apply(text, fix);
        let same = |other: &&Finding| {
            other.code == finding.code
                && other.path == finding.path
                && other.message == finding.message
        };
        let before = found.iter().filter(same).count();
        let after = check(&fixed).findings;
        let left: Vec<&Finding> = after.iter().filter(same).collect();
        let moved = left
            .iter()
            .all(|other| other.path.is_empty() && other.from > finding.from);
        ensure(left.len() < before || moved, || {
            format!("`{}` does not remove {}", fix.label, shown(&[finding]))
        })?;
        let broke = after.iter().find(|other| {
            other.code == "indentation" && !found.iter().any(|old| old.code == other.code)
        });
        ensure(broke.is_none(), || {
            format!(
                "`{}` breaks the file: {}",
                fix.label,
                shown(&[broke.unwrap()])
            )
        })?;
        // What could not be read at all hides what else is wrong; of a valid file all is known.
        let is_worse = if checked.sdl.is_some() {
            worse(found, &after)
        } else if errors(found) > 1 && errors(&after) > errors(found) {
            after.first().cloned()
        } else {
            None
        };
        ensure(is_worse.is_none(), || {
            format!(
                "`{}` brings {}\nin\n{fixed}",
                fix.label,
                shown(&after.iter().collect::<Vec<_>>())
            )
        })?;
    }
    Ok(())
}

/// A finding of a kind that there are more of than before.
fn worse(before: &[Finding], after: &[Finding]) -> Option<Finding> {
    let count = |findings: &[Finding], code| {
        let same = findings.iter().filter(|finding| finding.code == code);
        same.count()
    };
    let more = |finding: &&Finding| count(after, finding.code) > count(before, finding.code);
    after.iter().find(more).cloned()
}

const SDL: &str = "version: \"2.0\"\nservices:\n  web:\n    image: nginx:1.27\n    expose:\n      - port: 80\n        to:\n          - global: true\ndeployment:\n  web:\n    here:\n      profile: web\n      count: 1\nprofiles:\n  compute:\n    web:\n      resources:\n        cpu:\n          units: CPU\n        memory:\n          size: MEMORY\n        storage:\n          size: STORAGE\n  placement:\n    here:\n      pricing:\n        web:\n          denom: uact\n          amount: 1000\n      attributes:\n        region: us\n";

fn sizes(path: &Path) -> Result<(), Failed> {
    for vector in lines(path) {
        let field = vector["field"].as_str().unwrap();
        let input = vector["input"].to_string();
        let (mut cpu, mut memory, mut storage, pointer) = (
            "1".to_owned(),
            "1Gi".to_owned(),
            "1Gi".to_owned(),
            match field {
                "cpu.units" => "/cpu/units/val",
                "memory.size" => "/memory/size/val",
                _ => "/storage/0/size/val",
            },
        );
        match field {
            "cpu.units" => cpu = input.clone(),
            "memory.size" => memory = input.clone(),
            _ => storage = input.clone(),
        }
        let text = SDL
            .replace("CPU", &cpu)
            .replace("MEMORY", &memory)
            .replace("STORAGE", &storage);
        let checked = check(&text);
        for (derivation, key) in [
            (Derivation::Alpha39, "alpha39"),
            (Derivation::Alpha40, "alpha40preview"),
        ] {
            let ours = checked.sdl.as_ref().map(|sdl| {
                let manifest: Value =
                    serde_json::from_str(&sdl.derive(derivation).manifest).unwrap();
                manifest
                    .pointer(&format!("/0/services/0/resources{pointer}"))
                    .unwrap()
                    .as_str()
                    .unwrap()
                    .to_owned()
            });
            let theirs = match &vector[key] {
                Value::Object(_) => None,
                Value::String(text) => Some(text.clone()),
                number => Some(number.to_string()),
            };
            ensure(ours == theirs, || {
                format!("{field} {input}, {key}: {ours:?}, not {theirs:?}")
            })?;
        }
    }
    Ok(())
}

fn scalars(path: &Path) -> Result<(), Failed> {
    for vector in lines(path) {
        let yaml = vector["yaml"].as_str().unwrap();
        let expected = &vector["js-yaml 4.1.1"];
        let base = SDL
            .replace("CPU", "1")
            .replace("MEMORY", "1Gi")
            .replace("STORAGE", "1Gi");
        // Last in the file, so that blank lines at the end stay its own.
        let indented: String = yaml
            .split_inclusive('\n')
            .map(|line| {
                if line.trim().is_empty() {
                    line.to_owned()
                } else {
                    format!("        {line}")
                }
            })
            .collect();
        let checked = check(&base.replace("        region: us\n", &indented));
        let ours = checked
            .sdl
            .map(|sdl| sdl.groups()[0].attributes["k"].clone());
        let theirs = match (expected["type"].as_str(), &expected["value"]) {
            (None, _) => None,
            (Some("null"), _) => Some("null".to_owned()),
            (Some("object"), _) => Some("[object Object]".to_owned()),
            (Some("array"), Value::Array(items)) => Some(
                items
                    .iter()
                    .map(Value::to_string)
                    .collect::<Vec<_>>()
                    .join(","),
            ),
            (Some("date"), Value::String(iso)) => {
                let ours = ours.clone().unwrap_or_default();
                ensure(
                    ours.contains("GMT+0000")
                        && ours.contains(&iso[11..19])
                        && ours.contains(&iso[..4]),
                    || format!("{yaml:?}: {ours}, not {iso}"),
                )?;
                Some(ours)
            }
            (_, Value::String(text)) => Some(text.clone()),
            (_, other) => Some(other.to_string()),
        };
        ensure(ours == theirs, || {
            format!("{yaml:?}: {ours:?}, not {theirs:?}")
        })?;
        // Where text is due, everything else is refused: a number is told from text that looks like one.
        let image: String = yaml
            .split_inclusive('\n')
            .map(|line| {
                if line.trim().is_empty() {
                    line.to_owned()
                } else {
                    format!("    {line}")
                }
            })
            .collect();
        let checked = check(&base.replace(
            "    image: nginx:1.27\n",
            &image.replacen("k:", "image:", 1),
        ));
        let refused = checked
            .findings
            .iter()
            .any(|finding| finding.code == "wrong-type" && finding.path == "/services/web/image");
        let is_text = expected["type"] == "string";
        ensure(expected["type"].is_null() || refused != is_text, || {
            format!("{yaml:?}: text {is_text}, but refused {refused}")
        })?;
    }
    Ok(())
}
