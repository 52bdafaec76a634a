//! The tree.

use std::collections::HashMap;
use std::rc::Rc;

use crate::draft::Span;
use crate::js;

/// A value with its place. Aliases share nodes, so a node's size in memory is bounded by the text.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) span: Span,
    /// Values in it and in all that it refers to, with every alias counted in full.
    pub(crate) nodes: u64,
    /// Bytes of text in it, counted likewise.
    pub(crate) bytes: u64,
    /// Depth of collections in it, counted likewise.
    pub(crate) height: u32,
}

/// What a value is, in the types that JavaScript sees.
#[derive(Debug)]
pub(crate) enum Kind {
    Null,
    Bool(bool),
    Num(f64),
    Str(String),
    /// Milliseconds since 1970.
    Date(f64),
    Binary,
    Seq(Vec<Child>),
    Map(Map),
}

/// How a value came to its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Via {
    Written,
    Alias,
    Merge,
}

/// A value in a collection.
#[derive(Clone, Debug)]
pub(crate) struct Child {
    pub(crate) node: Rc<Node>,
    /// Where it is written here: the value itself, or the alias.
    pub(crate) span: Span,
    pub(crate) via: Via,
}

/// An entry of a mapping.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_span: Span,
    pub(crate) value: Child,
}

/// A mapping, in the order of the text.
#[derive(Debug, Default)]
pub(crate) struct Map {
    entries: Vec<Entry>,
    /// Places by key; empty as long as looking through the entries is quicker.
    index: HashMap<String, usize>,
}

/// Up to so many entries a mapping has no index.
const FEW: usize = 8;

impl Map {
    fn position(&self, key: &str) -> Option<usize> {
        if self.index.is_empty() {
            return self.entries.iter().position(|entry| entry.key == key);
        }
        self.index.get(key).copied()
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Entry> {
        self.position(key).and_then(|at| self.entries.get(at))
    }

    pub(crate) fn iter(&self) -> std::slice::Iter<'_, Entry> {
        self.entries.iter()
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Adds an entry or, where the key is there, replaces its value.
    pub(crate) fn put(&mut self, entry: Entry) {
        if let Some(slot) = self
            .position(&entry.key)
            .and_then(|at| self.entries.get_mut(at))
        {
            *slot = entry;
            return;
        }
        if self.entries.len() == FEW {
            let places = self.entries.iter().enumerate();
            self.index = places.map(|(at, entry)| (entry.key.clone(), at)).collect();
        }
        if self.entries.len() >= FEW {
            self.index.insert(entry.key.clone(), self.entries.len());
        }
        self.entries.push(entry);
    }
}

impl Node {
    pub(crate) fn str(&self) -> Option<&str> {
        match &self.kind {
            Kind::Str(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn map(&self) -> Option<&Map> {
        match &self.kind {
            Kind::Map(map) => Some(map),
            _ => None,
        }
    }

    pub(crate) fn seq(&self) -> Option<&[Child]> {
        match &self.kind {
            Kind::Seq(items) => Some(items),
            _ => None,
        }
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self.kind, Kind::Null)
    }

    /// What it is, for people.
    pub(crate) fn described(&self) -> &'static str {
        match self.kind {
            Kind::Null => "nothing",
            Kind::Bool(_) => "a yes/no value",
            Kind::Num(_) => "a number",
            Kind::Str(_) => "text",
            Kind::Date(_) => "a date",
            Kind::Binary => "binary data",
            Kind::Seq(_) => "a list",
            Kind::Map(_) => "a mapping (`name: value` lines)",
        }
    }

    /// `String(value)` of JavaScript.
    pub(crate) fn js_string(&self) -> String {
        match &self.kind {
            Kind::Null => "null".to_owned(),
            Kind::Bool(value) => value.to_string(),
            Kind::Num(value) => js::number(*value),
            Kind::Str(text) => text.clone(),
            Kind::Date(ms) => js::date(*ms),
            Kind::Binary => "[object Uint8Array]".to_owned(),
            Kind::Map(_) => "[object Object]".to_owned(),
            Kind::Seq(items) => {
                let parts: Vec<String> = items
                    .iter()
                    .map(|item| {
                        if item.node.is_null() {
                            String::new()
                        } else {
                            item.node.js_string()
                        }
                    })
                    .collect();
                parts.join(",")
            }
        }
    }
}
