//! Change a text without losing its comments and layout.
//!
//! Places are JSON pointers, as in [`crate::Finding::path`]. Every edit replaces or inserts as little as it can and is
//! read back before it is returned: the text either means exactly what was asked for, or there is an error.
//!
//! ```
//! use akash_sdl::edit;
//!
//! let text = "services:\n  web:\n    image: nginx:1.26 # the server\n";
//! let text = edit::set(text, "/services/web/image", "nginx:1.27")?;
//! let text = edit::push(&text, "/services/web/env", "MODE=fast")?;
//! assert_eq!(text, "services:\n  web:\n    image: nginx:1.27 # the server\n    env:\n      - MODE=fast\n");
//! # Ok::<(), edit::EditError>(())
//! ```

mod look;
mod offsets;

use std::rc::Rc;

use serde_json::{Map, Value};

use crate::draft::Span;
use crate::js;
use crate::yaml::{self, Child, Entry, Kind, Limits, Node, Via};

pub use look::{Found, look};
pub use offsets::{apply, difference};

/// Why a text could not be edited.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The text is no YAML that can be read.
    #[error("the text can't be read as YAML, so nothing can be changed in it")]
    Unreadable,
    /// The path leads nowhere, or to something that can't hold what was asked for.
    #[error("there is no `{0}` to change")]
    NotFound(String),
    /// The place is shared by an alias or a merge key; changing it there would change other places too.
    #[error("`{0}` comes from elsewhere in the file (an anchor); change it there")]
    Shared(String),
    /// The layout is so unusual that the change could not be made without changing something else.
    #[error("`{0}` is written in a way that can't be changed here; edit the text by hand")]
    Layout(String),
    /// The file asks for something else by now than what was to be relaxed.
    #[error("the file no longer asks for this")]
    Outdated,
    /// What was to be relaxed can't be asked for in that way.
    #[error("`{0}` can't be changed to that")]
    Unfit(String),
}

/// A name as a part of a JSON pointer.
pub(crate) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// The JSON pointer of some keys.
pub(crate) fn pointer(keys: &[&str]) -> String {
    keys.iter()
        .flat_map(|key| ["/".to_owned(), escaped(key)])
        .collect()
}

/// Sets the value at a JSON pointer, e.g. `/services/web/image`. What is missing on the way is added; every byte
/// outside the value stays.
///
/// # Errors
/// When the text can't be read, the path leads nowhere, or it leads through an alias or a merge key.
pub fn set(text: &str, path: &str, value: impl Into<Value>) -> Result<String, EditError> {
    let value = value.into();
    let root = load(text)?;
    let mut wanted = json(&root);
    let keys = keys(path)?;
    let (spot, rest) = find(&root, &keys, path)?;
    let candidates = match (rest.split_first(), spot.child) {
        (None, Some(child)) => {
            put(&mut wanted, &keys, value.clone());
            let beside = beside_key(text, &spot, child, &value);
            let replaced = replace(text, &spot, child, &value);
            beside.into_iter().chain([replaced]).collect()
        }
        (None, None) => return Err(EditError::NotFound(path.to_owned())),
        (Some((key, deeper)), _) => {
            let nested = deeper
                .iter()
                .rev()
                .fold(value, |value, key| object(key, value));
            let parent = keys.get(..keys.len() - rest.len()).unwrap_or_default();
            put(
                &mut wanted,
                &[parent, std::slice::from_ref(key)].concat(),
                nested.clone(),
            );
            insert(text, &spot, key, &nested).ok_or_else(|| EditError::NotFound(path.to_owned()))?
        }
    };
    checked(candidates, &wanted, path)
}

/// Appends a value to the list at a JSON pointer, e.g. `/services/web/env`; makes the list where it is missing or empty.
///
/// # Errors
/// As [`set`], and when there is something else than a list.
pub fn push(text: &str, list_path: &str, value: impl Into<Value>) -> Result<String, EditError> {
    let value = value.into();
    let root = load(text)?;
    let keys = keys(list_path)?;
    let (spot, rest) = find(&root, &keys, list_path)?;
    let holder = spot.child.map_or(&root, |child| &child.node);
    let is_merged = |key: &String| holder.map().is_some_and(|map| map.get(key).is_some());
    if rest.first().is_some_and(is_merged) {
        return Err(EditError::Shared(list_path.to_owned()));
    }
    let Some(child) = spot.child.filter(|_| rest.is_empty()) else {
        return set(text, list_path, Value::Array(vec![value]));
    };
    let items = match &child.node.kind {
        Kind::Null => return set(text, list_path, Value::Array(vec![value])),
        Kind::Seq(_) if child.via != Via::Written => {
            return Err(EditError::Shared(list_path.to_owned()));
        }
        Kind::Seq(items) => items,
        _ => return Err(EditError::NotFound(list_path.to_owned())),
    };
    let mut wanted = json(&root);
    if let Some(Value::Array(list)) = at(&mut wanted, &keys) {
        list.push(numbers(value.clone()));
    }
    let edit = match items.last() {
        Some(last) if is_flow(text, child.span) => (
            Span::new(last.span.end, last.span.end),
            format!(", {}", flow(&value)),
        ),
        Some(last) => {
            let indent = column(text, child.span.start);
            let line = format!(
                "{}- {}",
                " ".repeat(indent),
                block(&value, indent + 2).trim_start()
            );
            after_line(text, last.span.end, &line)
        }
        None => (child.span, format!("[{}]", flow(&value))),
    };
    checked(vec![apply_one(text, edit)], &wanted, list_path)
}

/// Removes the entry or item at a JSON pointer, with the line it stands on.
///
/// # Errors
/// As [`set`], and when it is the last of a list or mapping and that can't be left empty.
pub fn remove(text: &str, path: &str) -> Result<String, EditError> {
    let root = load(text)?;
    let keys = keys(path)?;
    let (last, parent) = keys
        .split_last()
        .ok_or_else(|| EditError::NotFound(path.to_owned()))?;
    let (spot, rest) = find(&root, parent, path)?;
    let whole = Child {
        node: Rc::clone(&root),
        span: root.span,
        via: Via::Written,
    };
    let parent_child = spot.child.unwrap_or(&whole);
    if !rest.is_empty() {
        return Err(EditError::NotFound(path.to_owned()));
    }
    if parent_child.via != Via::Written {
        return Err(EditError::Shared(path.to_owned()));
    }
    let mut wanted = json(&root);
    let (starts, end) = match &parent_child.node.kind {
        Kind::Map(map) => {
            let entry = map
                .get(last)
                .ok_or_else(|| EditError::NotFound(path.to_owned()))?;
            if entry.value.via == Via::Merge {
                return Err(EditError::Shared(path.to_owned()));
            }
            if let Some(Value::Object(object)) = at(&mut wanted, parent) {
                object.remove(last);
            }
            let next = map
                .iter()
                .map(|other| other.key_span.start)
                .filter(|start| *start > entry.key_span.start)
                .min();
            (
                (entry.key_span.start, next),
                entry.value.span.end.max(entry.key_span.end),
            )
        }
        Kind::Seq(items) => {
            let index: usize = last
                .parse()
                .map_err(|_| EditError::NotFound(path.to_owned()))?;
            let item = items
                .get(index)
                .ok_or_else(|| EditError::NotFound(path.to_owned()))?;
            if let Some(Value::Array(list)) = at(&mut wanted, parent) {
                list.remove(index);
            }
            (
                (
                    item.span.start,
                    items.get(index + 1).map(|next| next.span.start),
                ),
                item.span.end,
            )
        }
        _ => return Err(EditError::NotFound(path.to_owned())),
    };
    let (start, next) = starts;
    let line_start = line_start(text, start);
    let head = text.get(line_start..start).unwrap_or_default();
    let mut candidates = Vec::new();
    if head.trim_start_matches([' ', '-']).is_empty()
        && head.matches('-').count() <= usize::from(parent_child.node.seq().is_some())
    {
        candidates.push(apply_one(
            text,
            (Span::new(line_start, behind_line(text, end)), String::new()),
        ));
    }
    if let Some(next) = next {
        candidates.push(apply_one(text, (Span::new(start, next), String::new())));
    }
    // The last one of a flow collection goes with the comma before it.
    let comma = text.get(..start).and_then(|before| before.rfind(','));
    candidates.extend(comma.map(|comma| apply_one(text, (Span::new(comma, end), String::new()))));
    candidates.push(apply_one(text, (Span::new(start, end), String::new())));
    let empty = if parent_child.node.seq().is_some() {
        Value::Array(Vec::new())
    } else {
        Value::Object(Map::new())
    };
    candidates.extend(beside_key(text, &spot, parent_child, &empty));
    candidates.push(apply_one(text, (parent_child.span, flow(&empty))));
    checked(candidates, &wanted, path)
}

/// Removes as [`remove`] does, with the lists and mappings around it that would be left empty.
///
/// # Errors
/// As [`remove`].
pub fn prune(text: &str, path: &str) -> Result<String, EditError> {
    let root = load(text)?;
    let mut node = &root;
    let mut branch = path;
    let ends = path.match_indices('/').map(|(end, _)| end).skip(1);
    for (key, end) in keys(path)?.into_iter().zip(ends.chain([path.len()])) {
        let (child, siblings) = match &node.kind {
            Kind::Map(map) => (map.get(&key).map(|entry| &entry.value), map.len()),
            Kind::Seq(items) => {
                let item = key.parse::<usize>().ok().and_then(|index| items.get(index));
                (item, items.len())
            }
            _ => (None, 0),
        };
        if siblings > 1 {
            branch = path.get(..end).unwrap_or(path);
        }
        node = &child
            .ok_or_else(|| EditError::NotFound(path.to_owned()))?
            .node;
    }
    remove(text, branch)
}

/// Where a path leads: the value, and the entry it is the value of.
struct Spot<'n> {
    child: Option<&'n Child>,
    entry: Option<&'n Entry>,
}

/// Reads a text whose meaning can be written out: no alias bombs.
fn load(text: &str) -> Result<Rc<Node>, EditError> {
    let fits = |root: &Rc<Node>| {
        text.len() <= Limits::TEXT && root.nodes <= Limits::NODES && root.bytes <= Limits::BYTES
    };
    yaml::load(text)
        .ok()
        .filter(fits)
        .ok_or(EditError::Unreadable)
}

fn keys(path: &str) -> Result<Vec<String>, EditError> {
    let rest = match path.strip_prefix('/') {
        Some(rest) => rest,
        None if path.is_empty() => return Ok(Vec::new()),
        None => return Err(EditError::NotFound(path.to_owned())),
    };
    Ok(rest
        .split('/')
        .map(|key| key.replace("~1", "/").replace("~0", "~"))
        .collect())
}

/// Follows the keys as far as they lead; the rest is missing.
fn find<'n, 'k>(
    root: &'n Rc<Node>,
    keys: &'k [String],
    path: &str,
) -> Result<(Spot<'n>, &'k [String]), EditError> {
    let mut spot = Spot {
        child: None,
        entry: None,
    };
    let mut node = root;
    for (index, key) in keys.iter().enumerate() {
        // What an alias brings stands elsewhere; only the alias itself can be replaced here.
        if spot.child.is_some_and(|child| child.via != Via::Written) {
            return Err(EditError::Shared(path.to_owned()));
        }
        let next = match &node.kind {
            Kind::Map(map) => match map.get(key) {
                Some(entry) if entry.value.via != Via::Merge => (&entry.value, Some(entry)),
                // What a merge key brings can be replaced as a whole here, but not in part.
                Some(_) if index + 1 < keys.len() => {
                    return Err(EditError::Shared(path.to_owned()));
                }
                _ => return Ok((spot, keys.get(index..).unwrap_or_default())),
            },
            Kind::Seq(items) => {
                let item = key.parse::<usize>().ok().and_then(|index| items.get(index));
                (
                    item.ok_or_else(|| EditError::NotFound(path.to_owned()))?,
                    None,
                )
            }
            Kind::Null => return Ok((spot, keys.get(index..).unwrap_or_default())),
            _ => return Err(EditError::NotFound(path.to_owned())),
        };
        spot = Spot {
            child: Some(next.0),
            entry: next.1,
        };
        node = &next.0.node;
    }
    Ok((spot, &[]))
}

/// A list or mapping below its key becomes a value beside the key, whose comments stay; `None` where it is no such.
fn beside_key(text: &str, spot: &Spot<'_>, child: &Child, value: &Value) -> Option<String> {
    let key_end = spot.entry?.key_span.end;
    let lines = line_start(text, child.span.start)..behind_line(text, child.span.end);
    let is_collection = matches!(child.node.kind, Kind::Map(_) | Kind::Seq(_));
    let head = text.get(key_end..lines.start)?;
    let colon = key_end + head.find(':')? + 1;
    let new = match value {
        Value::Null => String::new(),
        value => format!(" {}", flow(value)),
    };
    (is_collection && !is_flow(text, child.span) && !is_nested(value)).then(|| {
        let kept = text.get(colon..lines.start).unwrap_or_default();
        let before = text.get(..colon).unwrap_or_default();
        let after = text.get(lines.end..).unwrap_or_default();
        format!("{before}{new}{kept}{after}")
    })
}

fn replace(text: &str, spot: &Spot<'_>, child: &Child, value: &Value) -> String {
    let raw = child.span.slice(text);
    let empty = child.span.start == child.span.end;
    let collection = is_nested(value);
    if empty
        && collection
        && let Some(entry) = spot.entry
    {
        let indent = column(text, entry.key_span.start) + 2;
        return apply_one(text, (child.span, format!("\n{}", block(value, indent))));
    }
    let new = match (&child.node.kind, value) {
        (Kind::Str(_), Value::String(new))
            if raw.starts_with('\'') && !new.contains(['\'', '\n', '\r']) =>
        {
            format!("'{new}'")
        }
        (Kind::Str(_), Value::String(new)) if raw.starts_with('"') => quoted(new),
        (Kind::Map(_) | Kind::Seq(_), _) if collection && !is_flow(text, child.span) => {
            block(value, column(text, child.span.start))
                .trim_start()
                .to_owned()
        }
        _ => flow(value),
    };
    let space = empty
        && !text
            .get(..child.span.start)
            .is_some_and(|before| before.ends_with([' ', '\t']));
    apply_one(
        text,
        (child.span, if space { format!(" {new}") } else { new }),
    )
}

/// Ways to add a key to a mapping, the nicest first.
fn insert(text: &str, spot: &Spot<'_>, key: &str, value: &Value) -> Option<Vec<String>> {
    let key = scalar(key);
    let line = |indent: usize| {
        let value = if is_nested(value) {
            format!("\n{}", block(value, indent + 2))
        } else {
            format!(" {}", flow(value))
        };
        format!("{key}:{value}")
    };
    let root;
    let (span, map) = match spot.child {
        None => {
            root = yaml::load(text).ok()?;
            (root.span, root.map())
        }
        Some(child) => (child.span, child.node.map()),
    };
    match map.filter(|map| !map.is_empty()) {
        Some(map) if is_flow(text, span) => {
            let last = map.iter().rfind(|entry| entry.value.via != Via::Merge)?;
            let end = last.value.span.end.max(last.key_span.end);
            Some(vec![apply_one(
                text,
                (Span::new(end, end), format!(", {key}: {}", flow(value))),
            )])
        }
        Some(_) => Some(insert_line(text, span, line)),
        None if spot.child.is_none() => None,
        None => {
            // `{}` or nothing: a block below the key.
            let child = spot.child?;
            let nothing = child.node.is_null() || child.node.map().is_some();
            let indent = spot.entry.map_or_else(
                || column(text, span.start),
                |entry| column(text, entry.key_span.start) + 2,
            );
            let below = format!("\n{}{}", " ".repeat(indent), line(indent));
            let before = text.get(..span.start).unwrap_or_default();
            let blank = before.len() - before.trim_end_matches(' ').len();
            let inline = if blank == 0 { " " } else { "" };
            nothing.then(|| {
                vec![
                    apply_one(text, (Span::new(span.start - blank, span.end), below)),
                    apply_one(text, (span, format!("{inline}{{{key}: {}}}", flow(value)))),
                ]
            })
        }
    }
}

fn insert_line(text: &str, span: Span, line: impl Fn(usize) -> String) -> Vec<String> {
    let indent = column(text, span.start);
    let new = format!("{}{}", " ".repeat(indent), line(indent));
    let after = apply_one(text, after_line(text, span.end, &new));
    let before = format!("{}\n{}", line(indent), " ".repeat(indent));
    vec![
        after,
        apply_one(text, (Span::new(span.start, span.start), before)),
    ]
}

/// A new line behind the one that holds an offset.
fn after_line(text: &str, at: usize, line: &str) -> (Span, String) {
    if at > 0 && text.get(..at).is_some_and(|before| before.ends_with('\n')) {
        return (Span::new(at, at), format!("{line}\n"));
    }
    let end = line_end(text, at);
    let broken = text
        .get(..end)
        .is_some_and(|before| before.ends_with(['\n', '\r']));
    let at = Span::new(end, end);
    if broken {
        (at, format!("{line}{}", line_break(text)))
    } else {
        (at, format!("{}{line}", line_break(text)))
    }
}

fn line_break(text: &str) -> &'static str {
    match text.find(['\n', '\r']) {
        Some(at) if text.get(at..).is_some_and(|rest| rest.starts_with("\r\n")) => "\r\n",
        Some(at) if text.get(at..).is_some_and(|rest| rest.starts_with('\r')) => "\r",
        _ => "\n",
    }
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at)
        .and_then(|before| before.rfind(['\n', '\r']))
        .map_or(0, |at| at + 1)
}

/// Behind the line break that ends the line of an offset.
fn line_end(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    match rest.find(['\n', '\r']) {
        None => text.len(),
        Some(offset)
            if rest
                .get(offset..)
                .is_some_and(|rest| rest.starts_with("\r\n")) =>
        {
            at + offset + 2
        }
        Some(offset) => at + offset + 1,
    }
}

/// Behind the last line of a value that ends at an offset; text in a block ends there itself.
fn behind_line(text: &str, end: usize) -> usize {
    match text.get(..end) {
        Some(value) if value.ends_with(['\n', '\r']) => end,
        _ => line_end(text, end),
    }
}

fn column(text: &str, at: usize) -> usize {
    text.get(line_start(text, at)..at)
        .unwrap_or_default()
        .trim_start_matches('\u{feff}')
        .chars()
        .count()
}

fn is_flow(text: &str, span: Span) -> bool {
    span.slice(text).starts_with(['[', '{'])
}

fn apply_one(text: &str, (span, insert): (Span, String)) -> String {
    let before = text.get(..span.start).unwrap_or_default();
    let after = text.get(span.end..).unwrap_or_default();
    format!("{before}{insert}{after}")
}

/// The first candidate that means exactly what is wanted.
fn checked(candidates: Vec<String>, wanted: &Value, path: &str) -> Result<String, EditError> {
    let means = |text: &String| load(text).is_ok_and(|root| json(&root) == *wanted);
    candidates
        .into_iter()
        .find(means)
        .ok_or_else(|| EditError::Layout(path.to_owned()))
}

/// A text as a scalar: plain where YAML reads it as the same text anywhere, else in double quotes.
fn scalar(text: &str) -> String {
    let inner = |c: char| {
        c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '@' | '=' | '+' | '%')
    };
    let mut rest = text;
    // A colon is plain inside a word, as in `nginx:1.27`.
    let mut plain = text.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '/'));
    while let Some(c) = rest.chars().next() {
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        plain &= inner(c) || (c == ':' && rest.starts_with(inner));
    }
    let same = yaml::load(text).is_ok_and(|node| node.str() == Some(text));
    if plain && same {
        text.to_owned()
    } else {
        quoted(text)
    }
}

fn quoted(text: &str) -> String {
    Value::String(text.to_owned()).to_string()
}

/// A value on one line.
fn flow(value: &Value) -> String {
    match value {
        Value::String(text) => scalar(text),
        Value::Array(items) => format!(
            "[{}]",
            items.iter().map(flow).collect::<Vec<_>>().join(", ")
        ),
        Value::Object(map) => {
            let entries: Vec<_> = map
                .iter()
                .map(|(key, value)| format!("{}: {}", scalar(key), flow(value)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
        other => other.to_string(),
    }
}

/// Whether a value takes lines of its own.
fn is_nested(value: &Value) -> bool {
    match value {
        Value::Object(map) => !map.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    }
}

/// A value as lines, each indented.
fn block(value: &Value, indent: usize) -> String {
    let blank = " ".repeat(indent);
    match value {
        Value::Object(map) if !map.is_empty() => {
            let line = |(key, value): (&String, &Value)| {
                let key = scalar(key);
                if is_nested(value) {
                    format!("{blank}{key}:\n{}", block(value, indent + 2))
                } else {
                    format!("{blank}{key}: {}", flow(value))
                }
            };
            map.iter().map(line).collect::<Vec<_>>().join("\n")
        }
        Value::Array(items) if !items.is_empty() => {
            let line =
                |value: &Value| format!("{blank}- {}", block(value, indent + 2).trim_start());
            items.iter().map(line).collect::<Vec<_>>().join("\n")
        }
        value => format!("{blank}{}", flow(value)),
    }
}

/// What a tree means, without its layout.
fn json(node: &Node) -> Value {
    match &node.kind {
        Kind::Null => Value::Null,
        Kind::Bool(value) => Value::Bool(*value),
        // As text, so that 1 and 1.0 are the same and infinity has a place.
        Kind::Num(value) => Value::String(format!("\0number {}", js::number(*value))),
        Kind::Str(text) => Value::String(text.clone()),
        Kind::Date(ms) => Value::String(format!("\0date {ms}")),
        Kind::Binary => Value::String("\0binary".to_owned()),
        Kind::Seq(items) => Value::Array(items.iter().map(|item| json(&item.node)).collect()),
        Kind::Map(map) => Value::Object(
            map.iter()
                .map(|entry| (entry.key.clone(), json(&entry.value.node)))
                .collect(),
        ),
    }
}

fn object(key: &str, value: Value) -> Value {
    Value::Object(std::iter::once((key.to_owned(), value)).collect())
}

fn at<'v>(value: &'v mut Value, keys: &[String]) -> Option<&'v mut Value> {
    keys.iter().try_fold(value, |value, key| match value {
        Value::Object(map) => map.get_mut(key),
        Value::Array(items) => items.get_mut(key.parse::<usize>().ok()?),
        _ => None,
    })
}

/// Puts a new value into what a tree means; numbers in the form of [`json`].
fn put(tree: &mut Value, keys: &[String], value: Value) {
    let Some((last, parent)) = keys.split_last() else {
        *tree = numbers(value);
        return;
    };
    match at(tree, parent) {
        Some(Value::Object(map)) => drop(map.insert(last.clone(), numbers(value))),
        Some(Value::Array(items)) => {
            if let Some(slot) = last
                .parse::<usize>()
                .ok()
                .and_then(|index| items.get_mut(index))
            {
                *slot = numbers(value);
            }
        }
        Some(other) => *other = object(last, numbers(value)),
        None => {}
    }
}

fn numbers(value: Value) -> Value {
    match value {
        Value::Number(number) => Value::String(format!(
            "\0number {}",
            js::number(number.as_f64().unwrap_or(f64::NAN))
        )),
        Value::Array(items) => Value::Array(items.into_iter().map(numbers).collect()),
        Value::Object(map) => Value::Object(
            map.into_iter()
                .map(|(key, value)| (key, numbers(value)))
                .collect(),
        ),
        other => other,
    }
}
