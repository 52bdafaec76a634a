//! How later compose files change earlier ones, and how `extends` takes over a service.
//!
//! The rules are those of the Compose Specification (Merge): mappings merge key by key, scalars and commands are replaced,
//! lists are joined, and some lists are joined by what their items are about.

use super::value::{Map, Value};

/// Lists whose items are about a name before `=`: both forms become a mapping.
const PAIRS: [&str; 6] = [
    "environment",
    "labels",
    "annotations",
    "sysctls",
    "args",
    "extra_hosts",
];
/// Values that replace what was there as a whole.
const WHOLE: [&str; 5] = ["command", "entrypoint", "test", "image", "restart"];
/// Lists of names that may also be mappings.
const NAMES: [&str; 4] = ["depends_on", "networks", "models", "links"];

/// Most items of one list that are compared with each other.
const MOST: usize = 5_000;

/// Merges `over` into `base`. `key` is where both stand.
pub(super) fn merge(key: &str, base: &mut Value, over: Value) {
    match over {
        Value::Reset => *base = Value::Null,
        Value::Override(value) => *base = settled(*value),
        over if WHOLE.contains(&key) => *base = settled(over),
        over if PAIRS.contains(&key) => {
            let (Some(mut into), Some(from)) = (pairs(base), pairs(&over)) else {
                *base = settled(over);
                return;
            };
            for (name, value) in from.entries {
                into.put(&name, settled(value));
            }
            *base = Value::Map(into);
        }
        over if NAMES.contains(&key) => {
            if let (Value::Map(_), Value::Map(_)) = (&*base, &over) {
                maps(base, over);
            } else {
                let (Some(mut into), Some(from)) = (names(base), names(&over)) else {
                    *base = settled(over);
                    return;
                };
                for (name, value) in from.entries {
                    match into.get_mut(&name) {
                        Some(old) => merge("", old, value),
                        None => into.put(&name, settled(value)),
                    }
                }
                *base = Value::Map(into);
            }
        }
        over @ Value::Map(_) if matches!(base, Value::Map(_)) => maps(base, over),
        Value::List(items) if matches!(base, Value::List(_)) => {
            let Value::List(into) = base else { return };
            for item in items.into_iter().take(MOST) {
                let item = settled(item);
                let same = subject(key, &item);
                let old = into
                    .iter_mut()
                    .find(|old| **old == item || same.is_some() && subject(key, old) == same);
                match old {
                    Some(old) => *old = item,
                    None => into.push(item),
                }
            }
        }
        // A missing value leaves what was there.
        Value::Null if !matches!(base, Value::Null) => {}
        over => *base = settled(over),
    }
}

fn maps(base: &mut Value, over: Value) {
    let (Value::Map(into), Value::Map(from)) = (base, over) else {
        return;
    };
    for (name, value) in from.entries {
        if matches!(value, Value::Reset) {
            into.remove(&name);
            continue;
        }
        let full = into.entries.len() >= MOST;
        match into.get_mut(&name) {
            Some(old) => merge(&name, old, value),
            // Keys are looked up one after the other, so there can't be any number of them.
            None if full => {}
            None => into.entries.push((name, settled(value))),
        }
    }
}

/// A value without the tags that only matter while files are merged.
pub(super) fn settled(value: Value) -> Value {
    match value {
        Value::Reset => Value::Null,
        Value::Override(value) => settled(*value),
        Value::List(items) => Value::List(items.into_iter().map(settled).collect()),
        Value::Map(map) => Value::Map(Map {
            entries: map
                .entries
                .into_iter()
                .filter(|(_, value)| !matches!(value, Value::Reset))
                .map(|(key, value)| (key, settled(value)))
                .collect(),
        }),
        other => other,
    }
}

/// A list of `NAME=value` or `NAME: value` as a mapping. A name without a value has none.
pub(super) fn pairs(value: &Value) -> Option<Map> {
    match value {
        Value::Map(map) => Some(map.clone()),
        Value::Null => Some(Map::default()),
        Value::List(items) => {
            let mut map = Map::default();
            for item in items.iter().take(MOST) {
                let Value::Text(item) = item else { continue };
                match item.text.split_once('=') {
                    Some((name, value)) => {
                        let mut text = item.clone();
                        value.clone_into(&mut text.text);
                        map.put(name, Value::Text(text));
                    }
                    None => map.put(&item.text, Value::Null),
                }
            }
            Some(map)
        }
        _ => None,
    }
}

/// A list of names as a mapping to nothing.
pub(super) fn names(value: &Value) -> Option<Map> {
    match value {
        Value::Map(map) => Some(map.clone()),
        Value::Null => Some(Map::default()),
        Value::List(items) => {
            let mut map = Map::default();
            for name in items.iter().take(MOST).filter_map(Value::text) {
                map.put(&name, Value::Null);
            }
            Some(map)
        }
        other => {
            let mut map = Map::default();
            map.put(&other.text()?, Value::Null);
            Some(map)
        }
    }
}

/// What an item of a list is about, where a later item about the same replaces it: the folder of a volume, the name of a
/// secret. Ports are joined, and only equal ones are one.
fn subject(key: &str, item: &Value) -> Option<String> {
    match (key, item) {
        ("volumes", Value::Text(text)) => {
            let parts: Vec<&str> = text.text.split(':').collect();
            let target = match parts.as_slice() {
                [only] => only,
                [_, target, ..] => target,
                [] => return None,
            };
            Some((*target).to_owned())
        }
        ("volumes" | "devices", Value::Map(map)) => map.text("target"),
        ("secrets" | "configs", Value::Text(text)) => Some(text.text.clone()),
        ("secrets" | "configs", Value::Map(map)) => {
            map.text("target").or_else(|| map.text("source"))
        }
        ("ports", Value::Map(map)) => Some(format!(
            "{}/{}/{}/{}",
            map.text("host_ip").unwrap_or_default(),
            map.text("target").unwrap_or_default(),
            map.text("published").unwrap_or_default(),
            map.text("protocol").unwrap_or_default()
        )),
        _ => None,
    }
}
