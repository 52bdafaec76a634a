//! What holds for every text.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use akash_sdl::{Derivation, Fix, Instead, Severity, check, edit};
use proptest::prelude::*;
use serde_json::{Value, json};

const TOKENS: [&str; 44] = [
    ": ", ":", "- ", "-", "\n", "\n  ", "\n    ", "\"", "'", "[", "]", "{", "}", ",", "#", " # c",
    "&a ", "*a", "|\n", ">\n", "|-", "!!str ", "!x ", "<<: ", "? ", "%", "@", "`", "\t", "---\n",
    "...\n", "~", "null", "0x1F", "1_0", ".5", "services", "b: c", "é", "😀", "\\", "\r\n", "\r",
    "\u{feff}",
];

/// A valid SDL with every kind of part, in the serde_json order of keys.
fn valid() -> impl Strategy<Value = Value> {
    let name = "[a-z][a-z0-9]{0,5}";
    let text = "[ -~é😀]{0,12}";
    let service = (
        prop::collection::vec(
            (name, text).prop_map(|(name, value)| format!("{name}={value}")),
            0..4,
        ),
        prop::collection::vec(1_u16..=65535, 1..4),
        any::<bool>(),
        1_u32..5,
        text,
    );
    let size = prop_oneof![Just("128Mi"), Just("1.5Gi"), Just("2G"), Just("0.3Gi")];
    (prop::collection::btree_map(name, service, 1..4), size, 1_u32..4000, prop::bool::ANY, 0_u32..20000).prop_map(
        |(services, size, milli, gpu, amount)| {
            let mut root = json!({"version": "2.0", "services": {}, "deployment": {}, "profiles": {
                "compute": {"small": {"resources": {
                    "cpu": {"units": format!("{milli}m")}, "memory": {"size": size}, "storage": [{"size": size}, {"name": "data", "size": "1Gi"}],
                }}},
                "placement": {"here": {"attributes": {"region": "eu", "tier": "community"}, "pricing": {"small": {"denom": "uact", "amount": amount}}}},
            }});
            if gpu {
                root["profiles"]["compute"]["small"]["resources"]["gpu"] =
                    json!({"units": 1, "attributes": {"vendor": {"nvidia": [{"model": "h100"}, {"model": "a100", "ram": "80Gi"}]}}});
            }
            for (name, (env, ports, global, count, command)) in services {
                let expose: Vec<Value> = ports.iter().map(|port| json!({"port": port, "to": [{"global": global}]})).collect();
                root["services"][&name] = json!({"image": "nginx:1.27", "env": env, "expose": expose, "command": ["sh", "-c", command]});
                root["deployment"][&name] = json!({"here": {"profile": "small", "count": count}});
            }
            root
        },
    )
}

/// How to write a value down: decides quotes, indentation, comments and order by a stream of numbers.
#[derive(Clone, Debug)]
struct Style {
    seed: u64,
    quote: bool,
    indent: usize,
    comments: bool,
    shuffle: bool,
}

impl Style {
    fn next(&mut self, n: usize) -> usize {
        self.seed = self
            .seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.seed >> 33) as usize % n.max(1)
    }

    fn scalar(&self, value: &Value) -> String {
        match value {
            // As it is to stand in the file.
            Value::String(text) if text.starts_with('\u{1}') => text[1..].to_owned(),
            Value::String(text) => {
                let plain = !text.is_empty()
                    && text.chars().all(|c| c.is_ascii_alphabetic() || c == '.')
                    && !matches!(text.as_str(), "true" | "false" | "null");
                let unit = text.ends_with(['i', 'm', 'G'])
                    && text.starts_with(|c: char| c.is_ascii_digit());
                if (plain || unit) && !self.quote {
                    text.clone()
                } else {
                    value.to_string()
                }
            }
            other => other.to_string(),
        }
    }

    fn comment(&mut self) -> &'static str {
        if self.comments && self.next(3) == 0 {
            " # what: a comment"
        } else {
            ""
        }
    }

    fn write(&mut self, value: &Value, indent: usize, out: &mut String) {
        match value {
            Value::Object(map) if !map.is_empty() => {
                let mut entries: Vec<_> = map.iter().collect();
                if self.shuffle {
                    for index in (1..entries.len()).rev() {
                        let other = self.next(index + 1);
                        entries.swap(index, other);
                    }
                }
                for (key, value) in entries {
                    out.push_str(&format!(
                        "\n{}{key}:{}",
                        " ".repeat(indent),
                        if is_nested(value) { self.comment() } else { "" }
                    ));
                    self.write(value, indent + self.indent, out);
                }
            }
            Value::Array(items) if !items.is_empty() => {
                for item in items {
                    let mut inner = String::new();
                    self.write(item, indent + self.indent, &mut inner);
                    let comment = self.comment();
                    if comment.is_empty() {
                        let inner = inner.trim_start_matches('\n').trim_start();
                        out.push_str(&format!(
                            "\n{}-{}{inner}",
                            " ".repeat(indent),
                            " ".repeat(self.indent - 1)
                        ));
                    } else {
                        out.push_str(&format!("\n{}-{comment}", " ".repeat(indent)));
                        out.push_str(&if inner.starts_with('\n') {
                            inner
                        } else {
                            format!("\n{}{}", " ".repeat(indent + 2), inner.trim_start())
                        });
                    }
                }
            }
            Value::String(text) if text.contains('\n') => out.push_str(&block(text, indent)),
            scalar => out.push_str(&format!(" {}{}", self.scalar(scalar), self.comment())),
        }
    }
}

/// A text in a block. No line of it starts with a blank.
fn block(text: &str, indent: usize) -> String {
    let body = text.trim_end_matches('\n');
    let header = match text.len() - body.len() {
        0 => "|-",
        1 => "|",
        _ => "|+",
    };
    let mut out = format!(" {header}");
    let lines = text.strip_suffix('\n').unwrap_or(text);
    for line in lines.split('\n') {
        let blank = if line.is_empty() { 0 } else { indent };
        out.push_str(&format!("\n{}{line}", " ".repeat(blank)));
    }
    out
}

fn is_nested(value: &Value) -> bool {
    matches!(value, Value::Object(map) if !map.is_empty())
        || matches!(value, Value::Array(items) if !items.is_empty())
}

fn write(value: &Value, mut style: Style) -> String {
    let mut out = String::new();
    style.write(value, 0, &mut out);
    out.push('\n');
    out
}

fn plain(value: &Value) -> String {
    write(
        value,
        Style {
            seed: 0,
            quote: false,
            indent: 2,
            comments: false,
            shuffle: false,
        },
    )
}

fn style() -> impl Strategy<Value = Style> {
    (
        any::<u64>(),
        any::<bool>(),
        2_usize..5,
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(seed, quote, indent, comments, shuffle)| Style {
            seed,
            quote,
            indent,
            comments,
            shuffle,
        })
}

/// A valid SDL with a few random changes to its text.
fn damaged() -> impl Strategy<Value = String> {
    (
        valid(),
        style(),
        prop::collection::vec(
            (
                any::<prop::sample::Index>(),
                0_usize..4,
                prop::sample::select(TOKENS.to_vec()),
            ),
            1..5,
        ),
    )
        .prop_map(|(value, style, changes)| {
            let mut text = write(&value, style);
            for (index, kind, token) in changes {
                let at = index.index(text.len());
                let at = (0..=at)
                    .rev()
                    .find(|at| text.is_char_boundary(*at))
                    .unwrap();
                match kind {
                    0 => text.insert_str(at, token),
                    1 => drop(text.remove(at)),
                    2 => {
                        let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
                        text.replace_range(at..end, token);
                    }
                    _ => {
                        let line = text[..at].rfind('\n').map_or(0, |start| start + 1);
                        text.insert(line, ' ');
                    }
                }
            }
            text
        })
}

/// A valid SDL in which some characters became others, as people copy and type them.
fn mistyped() -> impl Strategy<Value = String> {
    const CHANGES: [(&str, &str); 20] = [
        (" ", "\u{a0}"),
        ("  ", "\t"),
        (" ", "\u{3000}"),
        (": ", ":\u{200b} "),
        ("\"", "“"),
        ("\"", "”"),
        ("- ", "– "),
        ("-", "—"),
        (": ", "："),
        ("\n", "\n```\n"),
        ("\n", "\n> "),
        ("- ", "-"),
        (": ", ":"),
        ("=", "=\""),
        ("=", "={\"a\": 1, \"b\": 2}"),
        ("nginx", "{{ image }}"),
        ("8", "${PORT:-80}"),
        ("\n", " # more\n"),
        ("\"", "&quot;"),
        ("\"", "\\\""),
    ];
    let change = (
        prop::sample::select(CHANGES.to_vec()),
        any::<prop::sample::Index>(),
        any::<bool>(),
    );
    (valid(), style(), prop::collection::vec(change, 1..4)).prop_map(|(value, style, changes)| {
        let mut text = write(&value, style);
        for ((right, wrong), index, all) in changes {
            let places: Vec<usize> = text.match_indices(right).map(|(at, _)| at).collect();
            if all || wrong.starts_with('&') {
                text = text.replace(right, wrong);
            } else if !places.is_empty() {
                let at = places[index.index(places.len())];
                text.replace_range(at..at + right.len(), wrong);
            }
        }
        text
    })
}

/// The value of a variable: how it stands in the file, and what it is.
fn variable() -> impl Strategy<Value = (Value, String)> {
    const PLAIN: [(&str, &str); 10] = [
        ("123456789012345678", "123456789012345678"),
        ("1.10", "1.10"),
        ("0049", "0049"),
        ("0x10", "0x10"),
        ("~", ""),
        ("", ""),
        ("2024-01-01", "2024-01-01"),
        ("True", "True"),
        ("{\"a\": 1}", "{\"a\": 1}"),
        ("12:30", "12:30"),
    ];
    prop_oneof![
        "[ -~é😀]{0,12}".prop_map(|text| (Value::from(text.clone()), text)),
        "[a-z][ -~]{0,6}(\n|\n[a-z:#-][a-z: #]{0,6}){1,4}\n?"
            .prop_map(|text| (Value::from(text.clone()), text)),
        prop::sample::select(PLAIN.to_vec()).prop_map(|(written, value)| (
            Value::from(format!("\u{1}{written}")),
            value.to_owned()
        )),
    ]
}

/// A valid SDL but for its `env`, in the forms in which other programs take it; and what the first service's is to be.
fn other_env() -> impl Strategy<Value = (Value, Vec<String>)> {
    let variables = prop::collection::vec(("[a-zA-Z_][a-z0-9_]{0,5}", variable()), 1..5);
    (valid(), variables, 0_usize..4, any::<bool>()).prop_map(
        |(mut root, variables, form, compose)| {
            let mut wanted = Vec::new();
            let mut pairs = Vec::new();
            for (index, (name, (written, value))) in variables.into_iter().enumerate() {
                let name = format!("{name}{index}");
                wanted.push(format!("{name}={value}"));
                pairs.push((name, written));
            }
            wanted.sort();
            let map = |pairs: &[(String, Value)]| Value::Object(pairs.iter().cloned().collect());
            let env = match form {
                0 => map(&pairs),
                1 => json!([map(&pairs)]),
                2 => pairs.chunks(2).map(map).collect(),
                _ => pairs.chunks(1).map(map).collect(),
            };
            let service = root["services"]
                .as_object_mut()
                .unwrap()
                .values_mut()
                .next()
                .unwrap();
            let service = service.as_object_mut().unwrap();
            if compose {
                service.remove("env");
                service.insert("environment".to_owned(), env);
            } else {
                service.insert("env".to_owned(), env);
            }
            (root, wanted)
        },
    )
}

/// An SDL whose parts have the wrong form or no place of their own.
fn misshapen() -> impl Strategy<Value = String> {
    (other_env(), style(), 0_usize..6).prop_map(|((mut root, _), style, change)| {
        let profile = root["profiles"]["compute"]["small"]
            .as_object_mut()
            .unwrap();
        let parts = ["cpu", "memory", "storage", "gpu"];
        match change {
            0 => {
                let resources = profile.remove("resources").unwrap();
                *profile = resources.as_object().unwrap().clone();
            }
            1 => {
                for part in parts {
                    if let Some(value) = profile["resources"].as_object_mut().unwrap().remove(part)
                    {
                        profile.insert(part.to_owned(), value);
                    }
                }
            }
            2 => drop(
                profile["resources"]
                    .as_object_mut()
                    .unwrap()
                    .remove("memory"),
            ),
            3 => drop(profile.remove("resources")),
            4 => profile["resources"]["storage"] = json!("1Gi"),
            _ => {}
        }
        write(&root, style)
    })
}

/// JSON that is indented with tabs.
fn tabbed(value: &Value) -> String {
    let mut out = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b"\t");
    serde::Serialize::serialize(
        value,
        &mut serde_json::Serializer::with_formatter(&mut out, formatter),
    )
    .unwrap();
    String::from_utf8(out).unwrap()
}

fn hash(text: &str) -> String {
    let checked = check(text);
    let errors: Vec<_> = checked
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .collect();
    checked
        .sdl
        .unwrap_or_else(|| panic!("{errors:?}\n{text}"))
        .derive(Derivation::Alpha40)
        .hash
}

/// Everything a caller may ask of a text.
fn everything(text: &str) {
    let checked = check(text);
    let units = text.encode_utf16().count() as u32;
    for finding in &checked.findings {
        assert!(finding.line >= 1 && finding.column >= 1);
        assert!(
            finding.from <= finding.to && finding.to <= units,
            "{finding:?}"
        );
        assert!(
            (finding.line, finding.column) <= (finding.end_line, finding.end_column),
            "{finding:?}"
        );
        if let Some(fix) = &finding.fix {
            check(&edit::apply(text, fix));
        }
    }
    assert_eq!(
        checked.sdl.is_some(),
        checked
            .findings
            .iter()
            .all(|finding| finding.severity != Severity::Error)
    );
    let Some(sdl) = checked.sdl else { return };
    sdl.summary();
    sdl.requirements();
    sdl.groups();
    for relaxation in sdl.relaxations() {
        if let Ok(relaxed) = relaxation.apply(text, &Instead::Drop) {
            check(&relaxed);
        }
    }
    for derivation in Derivation::ALL {
        let derived = sdl.derive(derivation);
        assert_eq!(derived, sdl.derive(derivation));
        serde_json::from_str::<Value>(&derived.manifest).unwrap();
        assert!(sdl.compare(&derived.manifest).is_same());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        everything(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_tokens_are_answered(tokens in prop::collection::vec(prop::sample::select(TOKENS.to_vec()), 0..60)) {
        everything(&tokens.concat());
    }

    #[test]
    fn any_damage_is_answered(text in damaged()) {
        everything(&text);
    }

    #[test]
    fn layout_does_not_change_the_hash(value in valid(), style in style()) {
        let expected = hash(&plain(&value));
        prop_assert_eq!(&expected, &hash(&write(&value, style)));
        prop_assert_eq!(&expected, &hash(&value.to_string()));
        prop_assert_eq!(&expected, &hash(&tabbed(&value)));
        prop_assert_eq!(&expected, &hash(&plain(&value).replace('\n', "\r\n")));
    }

    #[test]
    fn a_fix_removes_its_finding(text in damaged()) {
        let found = check(&text).findings;
        for finding in &found {
            let Some(fix) = &finding.fix else { continue };
            let after = check(&edit::apply(&text, fix)).findings;
            let same = |other: &&akash_sdl::Finding| other.code == finding.code && other.path == finding.path && other.message == finding.message;
            let left: Vec<_> = after.iter().filter(same).collect();
            let moved = left.iter().all(|other| other.path.is_empty() && other.from != finding.from);
            prop_assert!(left.len() < found.iter().filter(same).count() || moved, "{:?}\nin\n{}\nbecomes\n{}", finding, text, edit::apply(&text, fix));
        }
    }

    #[test]
    fn a_fix_never_makes_more_errors(text in prop_oneof![mistyped(), misshapen()]) {
        let errors = |text: &str| check(text).findings.iter().filter(|finding| finding.severity == Severity::Error).count();
        let readable = |text: &str| check(text).findings.iter().all(|finding| !finding.path.is_empty() || finding.severity == Severity::Warning);
        let is_yaml = |text: &str| edit::remove(text, "/no such place") != Err(edit::EditError::Unreadable);
        for finding in &check(&text).findings {
            let Some(fix) = &finding.fix else { continue };
            let fixed = edit::apply(&text, fix);
            // What could not be read at all has one error, however many it hides.
            prop_assert!(errors(&fixed) <= errors(&text) || !readable(&text), "{:?}\nin\n{}\nbecomes\n{}", finding, text, fixed);
            // A change of one value leaves the rest as it is; one of the whole text may show what else is wrong.
            prop_assert!(is_yaml(&fixed) || finding.path.is_empty(), "{:?}\nin\n{}\nbecomes\n{}", finding, text, fixed);
            prop_assert_ne!(&fixed, &text);
        }
    }

    #[test]
    fn an_env_in_another_form_keeps_its_values((value, wanted) in other_env(), style in style()) {
        let mut text = write(&value, style);
        // One fix for the name and the form of the whole.
        let found = check(&text).findings;
        let errors: Vec<_> = found.iter().filter(|finding| finding.severity == Severity::Error).collect();
        prop_assert_eq!(errors.len(), 1, "{:?}\n{}", errors, text);
        let Some(fix) = &errors[0].fix else { return Err(TestCaseError::fail(format!("no fix: {:?}\n{text}", errors[0]))) };
        text = edit::apply(&text, fix);
        let checked = check(&text);
        let sdl = checked.sdl.ok_or_else(|| TestCaseError::fail(format!("{:?}\n{text}", checked.findings)))?;
        let manifest: Value = serde_json::from_str(&sdl.derive(Derivation::Alpha40).manifest).unwrap();
        let name = value["services"].as_object().unwrap().keys().next().unwrap();
        let services = manifest.as_array().unwrap().iter().flat_map(|group| group["services"].as_array().unwrap());
        let service = services.into_iter().find(|service| service["name"] == name.as_str()).unwrap();
        let mut env: Vec<String> = service["env"].as_array().unwrap().iter().map(|item| item.as_str().unwrap().to_owned()).collect();
        env.sort();
        prop_assert_eq!(env, wanted, "{}", text);
    }

    #[test]
    fn an_edit_keeps_every_other_byte(value in valid(), style in style(), new in "[ -~é]{0,12}") {
        let text = write(&value, style);
        let service = value["services"].as_object().unwrap().keys().next().unwrap().clone();
        let path = format!("/services/{service}/image");
        let edited = edit::set(&text, &path, new.clone()).unwrap();
        let prefix = text.bytes().zip(edited.bytes()).take_while(|(a, b)| a == b).count();
        let suffix = text.bytes().rev().zip(edited.bytes().rev()).take_while(|(a, b)| a == b).count();
        // What went is a part of the old value, with its quotes.
        let gone = &text.as_bytes()[prefix.min(text.len() - suffix)..text.len() - suffix];
        prop_assert!(b"\"nginx:1.27\"".windows(gone.len().max(1)).any(|part| part == gone) || gone.is_empty());
        prop_assert_eq!(edit::set(&edited, &path, "nginx:1.27").map(|text| hash(&text)), Ok(hash(&text)));
        let pushed = edit::push(&text, &format!("/services/{service}/env"), format!("NEW={new}")).unwrap();
        prop_assert!(pushed.len() > text.len());
        let names = check(&pushed).sdl.unwrap().summary().services.into_iter().find(|summary| summary.name == service).unwrap().env_names;
        prop_assert_eq!(names.last().map(String::as_str), Some("NEW"));
        let index = names.len() - 1;
        let removed = edit::remove(&pushed, &format!("/services/{service}/env/{index}")).unwrap();
        prop_assert_eq!(hash(&removed), hash(&text));
    }

    #[test]
    fn a_difference_makes_the_new_text(old in "[ab😀é\r\n]{0,12}", new in "[ab😀é\r\n]{0,12}") {
        let edits = edit::difference(&old, &new);
        prop_assert_eq!(edits.is_empty(), old == new);
        let units = |text: &str| text.encode_utf16().count() as u32;
        for edit in &edits {
            let kept = units(&old) - (edit.to - edit.from);
            prop_assert_eq!(kept + units(&edit.insert), units(&new));
        }
        let fix = Fix { label: String::new(), edits };
        prop_assert_eq!(edit::apply(&old, &fix), new);
    }

    #[test]
    fn a_relaxed_file_asks_for_less(value in valid(), style in style()) {
        let text = write(&value, style);
        let sdl = check(&text).sdl.unwrap();
        for relaxation in sdl.relaxations() {
            let dropped = relaxation.apply(&text, &Instead::Drop);
            // Of a file that the chain refuses nothing need be offered.
            if dropped.is_err() && check(&text).stops() {
                continue;
            }
            let relaxed = dropped.unwrap();
            let relaxed = check(&relaxed).sdl.unwrap();
            prop_assert_ne!(relaxed.requirements(), sdl.requirements());
            prop_assert!(!relaxed.relaxations().contains(&relaxation));
        }
    }

    #[test]
    fn an_edit_of_any_text_is_answered(text in damaged(), new in "[ -~\n]{0,9}") {
        for path in ["/services/a/image", "/profiles/placement/here/attributes/region", "/services", "", "/x/y/z", "/version/0"] {
            for edited in [edit::set(&text, path, new.clone()), edit::push(&text, path, new.clone()), edit::remove(&text, path)].into_iter().flatten() {
                check(&edited);
            }
        }
    }
}
