//! Whether a server runs what the person gave.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use crate::derive::{self, Derivation};
use crate::explain::env_name;
use crate::model::Model;
use crate::quantity::bytes_for_people;

/// The outcome of comparing a file with the manifest that a server made or runs.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The outcome in a word.
    pub verdict: Verdict,
    /// What differs, in words; empty unless the verdict is [`Verdict::Different`] or [`Verdict::Unreadable`].
    pub differences: Vec<Difference>,
}

impl Comparison {
    /// Whether the server runs what the person gave.
    pub fn is_same(&self) -> bool {
        matches!(self.verdict, Verdict::Identical | Verdict::Equivalent)
    }
}

/// How a server's manifest relates to a file.
#[derive(Serialize, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Byte for byte what this library derives.
    Identical,
    /// The same, but for the order of lists that later versions of the official library sort differently.
    Equivalent,
    /// Something else runs.
    Different,
    /// The manifest can't be read.
    Unreadable,
}

/// One difference between a file and a server's manifest.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Placement that it is in.
    pub group: Option<String>,
    /// Service that it is in.
    pub service: Option<String>,
    /// The difference in words.
    pub message: String,
}

/// Largest manifest that is read; a provider takes far less.
const LARGEST: usize = 16 * 1024 * 1024;

pub(crate) fn compare(model: &Model, theirs: &str) -> Comparison {
    let outcome = |verdict, differences| Comparison {
        verdict,
        differences,
    };
    let derived = Derivation::ALL.map(|derivation| derive::derive(model, derivation).manifest);
    if derived.iter().any(|ours| ours == theirs) {
        return outcome(Verdict::Identical, Vec::new());
    }
    let unreadable = |message: &str| {
        let difference = Difference {
            group: None,
            service: None,
            message: message.to_owned(),
        };
        outcome(Verdict::Unreadable, vec![difference])
    };
    if theirs.len() > LARGEST {
        return unreadable("the server's manifest is too large to be read");
    }
    let [ours, ..] = derived;
    let (Ok(ours), Ok(theirs)) = (serde_json::from_str(&ours), serde_json::from_str(theirs)) else {
        return unreadable("what the server sent is not a manifest");
    };
    let (Some(ours), Some(theirs)) = (named(&ours), named(&theirs)) else {
        return unreadable("what the server sent is not a manifest");
    };
    let mut differences = Vec::new();
    for name in both(&ours, &theirs) {
        group(
            name,
            ours.get(name).copied(),
            theirs.get(name).copied(),
            &mut differences,
        );
    }
    let verdict = if differences.is_empty() {
        Verdict::Equivalent
    } else {
        Verdict::Different
    };
    outcome(verdict, differences)
}

/// Parts of a list by their names.
fn named(list: &Value) -> Option<BTreeMap<&str, &Value>> {
    list.as_array()?
        .iter()
        .map(|part| Some((part.get("name")?.as_str()?, part)))
        .collect()
}

fn both<'v>(
    ours: &BTreeMap<&'v str, &Value>,
    theirs: &BTreeMap<&'v str, &Value>,
) -> BTreeSet<&'v str> {
    ours.keys().chain(theirs.keys()).copied().collect()
}

fn group(name: &str, ours: Option<&Value>, theirs: Option<&Value>, out: &mut Vec<Difference>) {
    let mut say = |service: Option<&str>, message: String| {
        out.push(Difference {
            group: Some(name.to_owned()),
            service: service.map(str::to_owned),
            message,
        });
    };
    let services = |group: &'_ Value| group.get("services").cloned().unwrap_or_default();
    let (ours, theirs) = match (ours, theirs) {
        (Some(ours), Some(theirs)) => (services(ours), services(theirs)),
        (Some(_), None) => {
            return say(
                None,
                format!("the server does not have the placement `{name}`"),
            );
        }
        _ => {
            return say(
                None,
                format!("the server has a placement `{name}` that the file does not have"),
            );
        }
    };
    let (Some(ours), Some(theirs)) = (named(&ours), named(&theirs)) else {
        return say(
            None,
            "the server's list of services can't be read".to_owned(),
        );
    };
    for service in both(&ours, &theirs) {
        match (ours.get(service), theirs.get(service)) {
            (Some(ours), Some(theirs)) => {
                for message in service_differences(ours, theirs) {
                    say(Some(service), message);
                }
            }
            (Some(_), None) => say(
                Some(service),
                format!("the service `{service}` does not run at the server"),
            ),
            _ => say(
                Some(service),
                format!("the server runs a service `{service}` that the file does not have"),
            ),
        }
    }
}

/// Differences of one service, in words. Values of variables and passwords are not told.
fn service_differences(ours: &Value, theirs: &Value) -> Vec<String> {
    let mut out = Vec::new();
    let at = |value: &Value, pointer: &str| value.pointer(pointer).cloned().unwrap_or_default();
    let mut rest = (ours.clone(), theirs.clone());
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Null => "nothing".to_owned(),
        other => other.to_string(),
    };
    let number = |value: &Value| text(value).parse::<u64>().ok();
    type Unit = fn(u64) -> String;
    let parts: [(&str, &str, Unit); 5] = [
        ("/image", "image", |number| number.to_string()),
        ("/count", "number of replicas", |number| number.to_string()),
        ("/resources/cpu/units/val", "CPU", |milli| {
            format!("{milli}m")
        }),
        ("/resources/memory/size/val", "memory", bytes_for_people),
        ("/resources/gpu/units/val", "number of GPUs", |number| {
            number.to_string()
        }),
    ];
    for (pointer, what, unit) in parts {
        let (ours, theirs) = (at(ours, pointer), at(theirs, pointer));
        let shown = |value: &Value| number(value).map_or_else(|| text(value), unit);
        if text(&ours) != text(&theirs) {
            out.push(format!(
                "{what}: {} in the file, {} at the server",
                shown(&ours),
                shown(&theirs)
            ));
        }
        for side in [&mut rest.0, &mut rest.1] {
            if let Some(value) = side.pointer_mut(pointer) {
                *value = Value::Null;
            }
        }
    }
    out.extend(env_differences(&at(ours, "/env"), &at(theirs, "/env")));
    let lists: [(&str, &str); 8] = [
        ("/command", "the command differs"),
        ("/args", "the arguments differ"),
        ("/expose", "the ports differ, or who can reach them"),
        ("/resources/storage", "the volumes differ"),
        ("/resources/gpu", "the GPU models differ"),
        ("/params", "the mounts or permissions differ"),
        ("/credentials", "the credentials for the registry differ"),
        ("/resources/cpu", "the CPU attributes differ"),
    ];
    for (pointer, message) in lists {
        let (ours, theirs) = (at(&rest.0, pointer), at(&rest.1, pointer));
        if !same(&ours, &theirs, pointer) {
            out.push(message.to_owned());
        }
    }
    for side in [&mut rest.0, &mut rest.1] {
        for (pointer, _) in lists.iter().chain(&[("/env", "")]) {
            if let Some(value) = side.pointer_mut(pointer) {
                *value = Value::Null;
            }
        }
    }
    if !same(&rest.0, &rest.1, "") {
        out.push("the server added settings that the file does not have".to_owned());
    }
    out
}

fn env_differences(ours: &Value, theirs: &Value) -> Vec<String> {
    let entries = |list: &'_ Value| -> Vec<String> {
        list.as_array()
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.as_str().map(str::to_owned))
            .collect()
    };
    let (ours, theirs) = (entries(ours), entries(theirs));
    if ours == theirs {
        return Vec::new();
    }
    let by_name = |list: &[String]| -> BTreeMap<String, Vec<String>> {
        let mut map: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for entry in list {
            map.entry(env_name(entry).to_owned())
                .or_default()
                .push(entry.clone());
        }
        map
    };
    let (ours, theirs) = (by_name(&ours), by_name(&theirs));
    let names: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
    let mut out: Vec<String> = names
        .into_iter()
        .filter_map(|name| match (ours.get(name), theirs.get(name)) {
            (Some(ours), Some(theirs)) if ours == theirs => None,
            (Some(_), Some(_)) => Some(format!(
                "the variable `{name}` has another value at the server"
            )),
            (Some(_), None) => Some(format!("the variable `{name}` is missing at the server")),
            _ => Some(format!(
                "the server sets a variable `{name}` that the file does not have"
            )),
        })
        .collect();
    if out.is_empty() {
        out.push("the variables stand in another order".to_owned());
    }
    out
}

/// Whether two values are the same but for the order of lists that versions sort differently, and for members that are
/// empty or left out.
fn same(ours: &Value, theirs: &Value, path: &str) -> bool {
    match (ours, theirs) {
        (Value::Object(a), Value::Object(b)) => {
            let keys: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            keys.into_iter().all(|key| {
                let none = Value::Null;
                same(
                    a.get(key).unwrap_or(&none),
                    b.get(key).unwrap_or(&none),
                    key,
                )
            })
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            let loose = [
                "endpoints",
                "attributes",
                "storage",
                "/resources/storage",
                "/expose",
            ]
            .contains(&path);
            let ordered = |list: &[Value]| {
                let mut list = list.to_vec();
                if loose {
                    list.sort_by_cached_key(Value::to_string);
                }
                list
            };
            ordered(a)
                .iter()
                .zip(&ordered(b))
                .all(|(a, b)| same(a, b, ""))
        }
        (a, b) => a == b || (is_empty(a) && is_empty(b)),
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(value) => !value,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.values().all(is_empty),
    }
}
