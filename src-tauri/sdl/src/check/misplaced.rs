//! Fields that stand beside the place where they belong, moved there.

use serde_json::{Map as Object, Number, Value, json};

use super::Checker;
use super::expose::host_names;
use super::node_ref::{Edits, NodeRef, shown};
use super::warn::expose::host_meant;
use crate::edit::{self, EditError, escaped};
use crate::yaml::{Entry, Kind, Map, Node, Via};

impl Checker<'_> {
    /// The fix that moves a field to where it belongs; `None` where that can't be told.
    pub(super) fn moved(
        &mut self,
        node_ref: &NodeRef<'_>,
        place: &str,
        entry: &Entry,
    ) -> Option<(String, Edits)> {
        let map = node_ref.node.map()?;
        let written = node_ref.is_written() && entry.value.via == Via::Written;
        // What a comment says of it would be lost.
        let raw = entry.value.span.slice(self.text);
        let value = value(&entry.value.node).filter(|_| written && !raw.contains(" #"))?;
        let from = format!("{}/{}", node_ref.path, escaped(&entry.key));
        let field = entry.key.to_ascii_lowercase().replace('-', "_");
        let below = |name: &str, field: &str| {
            let free = match map.get(name).map(|entry| &entry.value.node.kind) {
                None | Some(Kind::Null) => true,
                Some(Kind::Map(inner)) => inner.get(field).is_none(),
                Some(_) => false,
            };
            free.then(|| {
                (
                    format!("{}/{name}/{field}", node_ref.path),
                    format!("below `{name}`"),
                )
            })
        };
        let (to, value, below) = match (place, field.as_str()) {
            ("service", "accept" | "hosts" | "domain" | "domains") => {
                let (path, label) = web_port(node_ref, "accept")?;
                (path, names(value)?, label)
            }
            ("service", "http_options") => {
                let (path, label) = web_port(node_ref, "http_options")?;
                (path, value, label)
            }
            ("service", "permissions" | "tee") => with(below("params", &field)?, value),
            (
                "placement",
                "region" | "host" | "country" | "city" | "location" | "tier" | "organization",
            ) => {
                let text = value.is_string() || value.is_number();
                with(below("attributes", &entry.key).filter(|_| text)?, value)
            }
            ("compute", "cpu" | "memory" | "storage" | "gpu") => {
                return self.resources_moved(node_ref, map);
            }
            ("gpu", "vendor") => with(below("attributes", "vendor")?, value),
            ("gpu attributes", "nvidia") => with(below("vendor", "nvidia")?, value),
            ("file", "compute" | "placement") => with(below("profiles", &field)?, value),
            ("volume", "class" | "persistent") => {
                return self.volume_attributes_moved(node_ref, map);
            }
            ("expose", "global" | "service" | "ip")
                if map.get("to").is_none_or(|to| to.value.node.is_null()) =>
            {
                return self.targets_moved(node_ref, map);
            }
            ("to", "accept" | "http_options" | "as" | "port" | "proto") => {
                let mut parts = node_ref.path.rsplitn(3, '/');
                let expose = parts.nth(2)?;
                with(
                    (format!("{expose}/{field}"), "beside `to`".to_owned()),
                    value,
                )
            }
            _ => return None,
        };
        let edits = self.rewritten_in(2, |text| {
            let root = edit::set(text, &to, value)?;
            edit::remove(&root, &from)
        })?;
        Some((format!("Move `{}` {below}", shown(&entry.key)), edits))
    }

    /// `cpu`, `memory`, `storage` and `gpu` go below `resources` together: one of them alone would leave it incomplete.
    fn resources_moved(&mut self, node_ref: &NodeRef<'_>, map: &Map) -> Option<(String, Edits)> {
        let present = match map.get("resources").map(|entry| &entry.value.node.kind) {
            None | Some(Kind::Null) => None,
            Some(Kind::Map(inner)) => Some(inner),
            Some(_) => return None,
        };
        let resources = format!("{}/resources", node_ref.path);
        let mut moved = Object::new();
        let mut gone = Vec::new();
        for entry in map.iter() {
            let field = entry.key.to_ascii_lowercase();
            if !["cpu", "memory", "storage", "gpu"].contains(&field.as_str()) {
                continue;
            }
            let taken = present.is_some_and(|inner| inner.get(&field).is_some());
            let comment = entry.value.span.slice(self.text).contains(" #");
            if taken || comment || entry.value.via != Via::Written {
                return None;
            }
            let other = moved.insert(field, value(&entry.value.node)?);
            gone.push((
                shown(&entry.key),
                format!("{}/{}", node_ref.path, escaped(&entry.key)),
            ));
            if other.is_some() {
                return None;
            }
        }
        let (names, gone): (Vec<String>, Vec<String>) = gone.into_iter().unzip();
        let edits = self.rewritten_in(1 + gone.len(), |text| {
            let text = if present.is_some() {
                moved
                    .into_iter()
                    .try_fold(text.to_owned(), |text, (field, value)| {
                        edit::set(&text, &format!("{resources}/{field}"), value)
                    })?
            } else {
                edit::set(text, &resources, Value::Object(moved))?
            };
            without(&text, &gone)
        })?;
        Some((
            format!("Move `{}` below `resources`", names.join("`, `")),
            edits,
        ))
    }

    /// `class` and `persistent` of a volume go below `attributes` together.
    fn volume_attributes_moved(
        &mut self,
        node_ref: &NodeRef<'_>,
        map: &Map,
    ) -> Option<(String, Edits)> {
        if map.get("attributes").is_some() {
            return None;
        }
        let given = |name: &str| value(&map.get(name)?.value.node);
        let class = given("class").unwrap_or_else(|| json!("beta3"));
        let persistent = given("persistent").unwrap_or_else(|| json!(class != json!("ram")));
        let gone: Vec<String> = ["class", "persistent"]
            .into_iter()
            .filter(|name| map.get(name).is_some())
            .map(|name| format!("{}/{name}", node_ref.path))
            .collect();
        let to = format!("{}/attributes", node_ref.path);
        let edits = self.rewritten_in(1 + gone.len(), |text| {
            let text = edit::set(
                text,
                &to,
                json!({ "persistent": persistent, "class": class }),
            )?;
            without(&text, &gone)
        })?;
        Some(("Move it below `attributes`".to_owned(), edits))
    }

    /// `global`, `service` and `ip` of a port make a target.
    fn targets_moved(&mut self, node_ref: &NodeRef<'_>, map: &Map) -> Option<(String, Edits)> {
        let mut target = Object::new();
        let mut gone = Vec::new();
        for name in ["global", "service", "ip"] {
            if let Some(entry) = map.get(name) {
                target.insert(name.to_owned(), value(&entry.value.node)?);
                gone.push(format!("{}/{name}", node_ref.path));
            }
        }
        let to = format!("{}/to", node_ref.path);
        let edits = self.rewritten_in(1 + gone.len(), |text| {
            let text = edit::set(text, &to, json!([target]))?;
            without(&text, &gone)
        })?;
        Some(("Move it below `to`".to_owned(), edits))
    }
}

fn with((path, label): (String, String), value: Value) -> (String, Value, String) {
    (path, value, label)
}

fn without(text: &str, paths: &[String]) -> Result<String, EditError> {
    let mut paths = paths.iter();
    paths.try_fold(text.to_owned(), |text, path| edit::remove(&text, path))
}

/// The port of a service that its host names and http options are for: the only one that is reached as 80, or the only one.
fn web_port(service: &NodeRef<'_>, field: &str) -> Option<(String, String)> {
    let expose = service.get("expose")?;
    let items = expose.node.seq()?;
    let number = |item: &NodeRef<'_>, name: &str| match item.get(name).map(|value| &value.node.kind)
    {
        Some(Kind::Num(port)) => Some(*port),
        _ => None,
    };
    let refs: Vec<NodeRef<'_>> = items
        .iter()
        .enumerate()
        .map(|(index, item)| expose.item(index, item))
        .filter(|item| item.node.map().is_some())
        .collect();
    let mut web = refs
        .iter()
        .filter(|item| number(item, "as").or_else(|| number(item, "port")) == Some(80.0));
    let one = match (web.next(), web.next(), refs.as_slice()) {
        (Some(one), None, _) => one,
        (None, _, [only]) => only,
        _ => return None,
    };
    let port = number(one, "port")?;
    one.get(field)
        .is_none()
        .then(|| (format!("{}/{field}", one.path), format!("to port {port}")))
}

/// Host names as a list.
fn names(value: Value) -> Option<Value> {
    match value {
        Value::Array(items) => Some(
            items
                .into_iter()
                .map(|item| match item.as_str().and_then(host_meant) {
                    Some(meant) => json!(meant),
                    None => item,
                })
                .collect(),
        ),
        Value::String(name) => {
            let names = host_names(&name);
            (!names.is_empty()).then(|| json!(names))
        }
        _ => None,
    }
}

/// A value as it can be written elsewhere; `None` for what has no such form, and for what an alias brings.
fn value(node: &Node) -> Option<Value> {
    Some(match &node.kind {
        Kind::Null => Value::Null,
        Kind::Bool(value) => Value::Bool(*value),
        Kind::Num(number) if number.fract() == 0.0 && number.abs() < 9e15 => {
            Value::Number(Number::from(*number as i64))
        }
        Kind::Num(number) => Value::Number(Number::from_f64(*number)?),
        Kind::Str(text) => Value::String(text.clone()),
        Kind::Date(_) | Kind::Binary => return None,
        Kind::Seq(items) => Value::Array(
            items
                .iter()
                .map(|item| value(&item.node).filter(|_| item.via == Via::Written))
                .collect::<Option<_>>()?,
        ),
        Kind::Map(map) => Value::Object(
            map.iter()
                .map(|entry| {
                    let value =
                        value(&entry.value.node).filter(|_| entry.value.via == Via::Written)?;
                    Some((entry.key.clone(), value))
                })
                .collect::<Option<_>>()?,
        ),
    })
}
