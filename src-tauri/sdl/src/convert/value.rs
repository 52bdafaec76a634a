//! A file as a tree of its own, without places: what remains of YAML when several files become one.
//!
//! Scalars keep the text of the file. `1.10` in a version or `0640` in a mode stay what their author typed.

use super::types::ConvertError;
use crate::draft::{Draft, place};
use crate::yaml::{self, Limits, Node};

/// A value. Aliases are written out; the limits of the reader bound how much that can be.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Null,
    /// Unquoted `true` or `false`.
    Bool(bool),
    /// Any other scalar.
    Text(Text),
    List(Vec<Value>),
    Map(Map),
    /// `!reset`: what an earlier file says here is dropped.
    Reset,
    /// `!override`: what an earlier file says here is replaced and not merged.
    Override(Box<Value>),
}

/// A scalar.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Text {
    pub(super) text: String,
    /// Whether it was written without quotes and is no text for YAML, e.g. a number.
    pub(super) bare: bool,
    /// Variables in it that have no value.
    pub(super) unset: Vec<String>,
}

/// A mapping in the order of the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Map {
    pub(super) entries: Vec<(String, Value)>,
}

impl Map {
    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        let entry = self.entries.iter().find(|(name, _)| name == key);
        entry.map(|(_, value)| value)
    }

    pub(super) fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        let entry = self.entries.iter_mut().find(|(name, _)| name == key);
        entry.map(|(_, value)| value)
    }

    /// Sets a value, in place where the key is there.
    pub(super) fn put(&mut self, key: &str, value: Value) {
        match self.get_mut(key) {
            Some(old) => *old = value,
            None => self.entries.push((key.to_owned(), value)),
        }
    }

    pub(super) fn remove(&mut self, key: &str) {
        self.entries.retain(|(name, _)| name != key);
    }

    pub(super) fn text(&self, key: &str) -> Option<String> {
        self.get(key).and_then(Value::text)
    }

    pub(super) fn map(&self, key: &str) -> Option<&Map> {
        self.get(key).and_then(Value::map)
    }

    pub(super) fn list(&self, key: &str) -> &[Value] {
        self.get(key).map(Value::list).unwrap_or_default()
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(key, _)| key.as_str())
    }
}

impl Value {
    pub(super) fn from_text(text: impl Into<String>) -> Self {
        Self::Text(Text {
            text: text.into(),
            ..Text::default()
        })
    }

    /// A scalar as text; nothing for collections and for no value.
    pub(super) fn text(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.text.clone()),
            Self::Bool(value) => Some(value.to_string()),
            _ => None,
        }
    }

    /// Variables in a scalar that have no value.
    pub(super) fn unset(&self) -> &[String] {
        match self {
            Self::Text(text) => &text.unset,
            _ => &[],
        }
    }

    pub(super) fn map(&self) -> Option<&Map> {
        match self {
            Self::Map(map) => Some(map),
            _ => None,
        }
    }

    pub(super) fn list(&self) -> &[Value] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    pub(super) fn is_true(&self) -> bool {
        self.text().is_some_and(|text| {
            matches!(
                text.to_ascii_lowercase().as_str(),
                "true" | "yes" | "on" | "y" | "1"
            )
        })
    }

    /// The texts of a list, or the one text of a scalar.
    pub(super) fn texts(&self) -> Vec<String> {
        match self {
            Self::List(items) => items.iter().filter_map(Self::text).collect(),
            Self::Map(map) => map.keys().map(str::to_owned).collect(),
            other => other.text().into_iter().collect(),
        }
    }

    /// Values in it.
    pub(super) fn count(&self) -> usize {
        1 + match self {
            Self::List(items) => items.iter().map(Self::count).sum::<usize>(),
            Self::Map(map) => map.entries.iter().map(|(_, value)| value.count()).sum(),
            Self::Override(value) => value.count(),
            _ => 0,
        }
    }

    /// A short form for a sentence.
    pub(super) fn shown(&self) -> String {
        let text = match self {
            Self::Null | Self::Reset => String::new(),
            Self::Bool(value) => value.to_string(),
            Self::Text(text) => text.text.clone(),
            Self::List(items) => {
                let parts: Vec<String> = items.iter().take(4).map(Self::shown).collect();
                parts.join(", ") + if items.len() > 4 { ", …" } else { "" }
            }
            Self::Map(map) => {
                let parts: Vec<&str> = map.keys().take(4).collect();
                parts.join(", ") + if map.entries.len() > 4 { ", …" } else { "" }
            }
            Self::Override(value) => value.shown(),
        };
        super::notes::short(&text)
    }
}

/// Reads one document.
///
/// # Errors
/// The fault that keeps YAML from reading it, with its line.
pub(super) fn load(name: &str, text: &str) -> Result<Value, ConvertError> {
    if text.len() > Limits::TEXT {
        return Err(ConvertError::TooLarge);
    }
    let (root, tags) = match yaml::load(text) {
        Ok(root) => (root, Vec::new()),
        // The tags of compose are unknown to YAML: they are read as marks, and then hidden from it.
        Err(fault) => match without_tags(text) {
            Some((plain, tags)) => match yaml::load(&plain) {
                Ok(root) => return expand(&plain, &root, &tags),
                Err(fault) => return Err(unreadable(name, &plain, *fault)),
            },
            None => return Err(unreadable(name, text, *fault)),
        },
    };
    expand(text, &root, &tags)
}

fn expand(text: &str, root: &Node, tags: &[(usize, bool)]) -> Result<Value, ConvertError> {
    if root.nodes > Limits::NODES || root.bytes > Limits::BYTES {
        return Err(ConvertError::TooLarge);
    }
    Ok(value(text, root, tags))
}

fn unreadable(name: &str, text: &str, fault: Draft) -> ConvertError {
    let found = place(text, vec![fault]);
    let (line, message) = found.first().map_or((1, String::new()), |finding| {
        let hint = finding
            .hint
            .as_deref()
            .map(|hint| format!(" {hint}."))
            .unwrap_or_default();
        (finding.line, format!("{}.{hint}", finding.message))
    });
    ConvertError::Unreadable {
        name: super::notes::short(name),
        line,
        message,
    }
}

/// Most tags of one file.
const MOST_TAGS: usize = 500;

/// The text with `!reset` and `!override` blanked, and where they stood; the second part tells `!override`.
fn without_tags(text: &str) -> Option<(String, Vec<(usize, bool)>)> {
    let mut tags = Vec::new();
    let mut plain = text.to_owned();
    for (tag, replaces) in [("!reset", false), ("!override", true)] {
        let mut from = 0;
        while let Some(at) = plain.get(from..).and_then(|rest| rest.find(tag)) {
            let at = from + at;
            let end = at + tag.len();
            let before = plain
                .get(..at)
                .is_some_and(|before| before.trim_end_matches([' ', '\t']).ends_with([':', '-']));
            let after = plain.get(end..).is_some_and(|after| {
                after.is_empty() || after.starts_with([' ', '\n', '\r', '\t'])
            });
            if before && after {
                plain.replace_range(at..end, &" ".repeat(tag.len()));
                tags.push((at, replaces));
            }
            from = end;
            if tags.len() == MOST_TAGS {
                break;
            }
        }
    }
    tags.sort_unstable();
    (!tags.is_empty()).then_some((plain, tags))
}

fn value(text: &str, node: &Node, tags: &[(usize, bool)]) -> Value {
    let scalar = |bare| {
        let raw = node.span.slice(text);
        Value::Text(Text {
            text: raw.to_owned(),
            bare,
            unset: Vec::new(),
        })
    };
    match &node.kind {
        yaml::Kind::Null => Value::Null,
        yaml::Kind::Bool(value) => Value::Bool(*value),
        yaml::Kind::Str(text) => Value::from_text(text.clone()),
        yaml::Kind::Num(_) | yaml::Kind::Date(_) | yaml::Kind::Binary => scalar(true),
        yaml::Kind::Seq(items) => Value::List(
            items
                .iter()
                .map(|item| value(text, &item.node, tags))
                .collect(),
        ),
        yaml::Kind::Map(map) => {
            let entries = map.iter().map(|entry| {
                let tag = tags
                    .iter()
                    .find(|(at, _)| *at >= entry.key_span.end)
                    .filter(|(at, _)| {
                        let start = entry.value.span.start.max(entry.key_span.end);
                        // A value that is not there ends where its key does; its tag follows on the same line.
                        let line = || {
                            let between = text.get(entry.key_span.end..*at);
                            between.is_some_and(|between| !between.contains('\n'))
                        };
                        *at < start || entry.value.node.is_null() && line()
                    });
                let inner = value(text, &entry.value.node, tags);
                let inner = match tag {
                    Some((_, false)) => Value::Reset,
                    Some((_, true)) => Value::Override(Box::new(inner)),
                    None => inner,
                };
                (entry.key.clone(), inner)
            });
            Value::Map(Map {
                entries: entries.collect(),
            })
        }
    }
}
