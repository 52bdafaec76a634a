//! A value with its name and path, and the checks that apply to any value.

use std::rc::Rc;

use super::Checker;
use super::words::is_invisible;
use crate::draft::{Draft, Span};
use crate::edit::escaped;
use crate::model::Text;
use crate::yaml::{Child, Entry, Kind, Map, Node, Via};

/// A value at its place.
#[derive(Clone)]
pub(super) struct NodeRef<'n> {
    pub(super) node: &'n Rc<Node>,
    pub(super) span: Span,
    pub(super) key: Option<Span>,
    pub(super) path: String,
    /// The last part of the path.
    pub(super) name: String,
    pub(super) via: Via,
}

impl<'n> NodeRef<'n> {
    pub(super) fn root(node: &'n Rc<Node>) -> Self {
        Self {
            node,
            span: node.span,
            key: None,
            path: String::new(),
            name: String::new(),
            via: Via::Written,
        }
    }

    pub(super) fn entry(&self, entry: &'n Entry) -> Self {
        Self {
            key: Some(entry.key_span),
            ..self.step(&entry.key, &entry.value)
        }
    }

    pub(super) fn item(&self, index: usize, child: &'n Child) -> Self {
        self.step(&index.to_string(), child)
    }

    fn step(&self, name: &str, child: &'n Child) -> Self {
        let path = format!("{}/{}", self.path, escaped(name));
        Self {
            node: &child.node,
            span: child.span,
            key: None,
            path,
            name: name.to_owned(),
            via: child.via,
        }
    }

    pub(super) fn get(&self, key: &str) -> Option<Self> {
        self.node
            .map()
            .and_then(|map| map.get(key))
            .map(|entry| self.entry(entry))
    }

    /// Where to say that something is missing in it: its key, else its first line.
    pub(super) fn head(&self, text: &str) -> Span {
        self.key
            .unwrap_or_else(|| match self.node.map().and_then(|map| map.iter().next()) {
                Some(first) if self.via == Via::Written => first.key_span,
                _ => self.span.first_line(text),
            })
    }

    /// Where to point at the value: itself, or its key when it is empty or long.
    pub(super) fn value_span(&self, text: &str) -> Span {
        match (&self.node.kind, self.key) {
            (Kind::Null, Some(key)) if self.span.start == self.span.end => key,
            (Kind::Map(_) | Kind::Seq(_), Some(key)) => key,
            _ => self.span.first_line(text),
        }
    }

    /// Whether the text of the value may be replaced in place.
    pub(super) fn is_written(&self) -> bool {
        self.via == Via::Written
    }

    /// "`x`", or "item 2 of `x`".
    pub(super) fn label(&self) -> String {
        match self.name.parse::<usize>() {
            Ok(index) if self.key.is_none() => {
                let parent = self.path.rsplit('/').nth(1).unwrap_or_default();
                format!("item {} of `{}`", index + 1, shown(parent))
            }
            _ => format!("`{}`", shown(&self.name)),
        }
    }

    fn official_place(&self) -> String {
        at(self.path.rsplit_once('/').map_or("", |(parent, _)| parent))
    }

    /// The official message for a value of the wrong type.
    pub(super) fn official_type(&self, expected: &str) -> String {
        format!(
            "\"{}\"{} should be {expected}.",
            self.name,
            self.official_place()
        )
    }

    /// The official message for a value that breaks a rule.
    pub(super) fn official_rule(&self, rule: &str) -> String {
        format!("\"{}\"{} {rule}", self.name, self.official_place())
    }

    pub(super) fn official_pattern(&self, pattern: &str) -> String {
        format!(
            "Invalid format: \"{}\"{} does not match pattern \"{pattern}\"",
            self.name,
            self.official_place()
        )
    }
}

/// The official ` at "…"`.
pub(super) fn at(path: &str) -> String {
    if path.is_empty() {
        String::new()
    } else {
        format!(" at \"{path}\"")
    }
}

/// A name as it can be shown: short and on one line.
pub(crate) fn shown(name: &str) -> String {
    let line: String = name
        .chars()
        .map(|c| {
            if c.is_control() || is_invisible(c) {
                '\u{b7}'
            } else {
                c
            }
        })
        .take(60)
        .collect();
    if line.chars().count() < name.chars().count() {
        format!("{line}…")
    } else {
        line
    }
}

/// What kind of value a place takes.
#[derive(Clone, Copy)]
pub(super) enum Expected {
    Text,
    List,
    Mapping,
    Whole,
    /// A number, in quotes or not; the official library says "string".
    Number,
    YesNo,
}

impl Expected {
    fn ajv(self) -> &'static str {
        match self {
            Self::Text | Self::Number => "string",
            Self::List => "array",
            Self::Mapping => "object",
            Self::Whole => "integer",
            Self::YesNo => "boolean",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::List => "a list",
            Self::Mapping => "a mapping (`name: value` lines)",
            Self::Whole => "a whole number",
            Self::Number => "a number",
            Self::YesNo => "`true` or `false`",
        }
    }
}

pub(super) type Edits = Vec<(Span, String)>;

impl Checker<'_> {
    /// Reports a value of the wrong type, with what to write instead.
    pub(super) fn wrong_type(&mut self, node_ref: &NodeRef<'_>, expected: Expected) {
        let draft = self.type_draft(node_ref, expected);
        self.report(draft);
    }

    pub(super) fn type_draft(&self, node_ref: &NodeRef<'_>, expected: Expected) -> Draft {
        let (label, raw) = (node_ref.label(), node_ref.span.slice(self.text));
        let label = if node_ref.path.is_empty() {
            "the file".to_owned()
        } else {
            label
        };
        let message = if node_ref.node.is_null() {
            format!("{label} is empty, but it must be {}", expected.words())
        } else {
            let given = match (expected, &node_ref.node.kind) {
                (Expected::Whole, Kind::Num(_)) => format!("`{}`", shown(raw)),
                _ => node_ref.node.described().to_owned(),
            };
            format!("{label} must be {}, not {given}", expected.words())
        };
        let draft = Draft::error("wrong-type", node_ref.value_span(self.text), message)
            .at(&node_ref.path)
            .official(node_ref.official_type(expected.ajv()));
        let (hint, fix): (String, Option<(String, Edits)>) = match (expected, &node_ref.node.kind) {
            (Expected::Text, Kind::Num(_) | Kind::Bool(_) | Kind::Date(_)) => {
                let quoted = format!("\"{raw}\"");
                (
                    format!("put it in quotes: {quoted}"),
                    Some((format!("Write {quoted}"), vec![(node_ref.span, quoted)])),
                )
            }
            (Expected::Text, Kind::Map(map))
                if node_ref.span.first_line(self.text).end == node_ref.span.end
                    && !raw.starts_with(['{', '"', '\''])
                    && raw.contains(": ")
                    && map.len() == 1 =>
            {
                let quoted = format!("\"{}\"", raw.replace('\\', "\\\\").replace('"', "\\\""));
                (
                    "a colon followed by a space makes it a mapping; put the whole text in quotes"
                        .to_owned(),
                    Some((format!("Write {quoted}"), vec![(node_ref.span, quoted)])),
                )
            }
            (Expected::Text, Kind::Null) => (
                format!("write the text after `{}:`", shown(&node_ref.name)),
                None,
            ),
            (Expected::Text, _) => ("write it on one line, as text".to_owned(), None),
            (Expected::List, Kind::Null) => {
                let fix = (
                    format!("Write `{}: []`", shown(&node_ref.name)),
                    vec![(node_ref.span, self.after_colon(node_ref, "[]"))],
                );
                ("write its items below it, each on a line of its own with a dash (`- item`), or delete the line".to_owned(), Some(fix))
            }
            (Expected::List, Kind::Map(map)) => (
                "start each entry with a dash and a space (`- `)".to_owned(),
                (!map.is_empty()).then(|| ("Make it a list".to_owned(), self.listify(node_ref))),
            ),
            (Expected::List, _) => (
                format!(
                    "write it on a line of its own with a dash: `- {}`",
                    shown(raw)
                ),
                Some((
                    format!("Write `[{}]`", shown(raw)),
                    vec![(node_ref.span, format!("[{}]", flow_item(raw)))],
                )),
            ),
            (Expected::Mapping, Kind::Null) => {
                let hint = format!(
                    "write what belongs to it below, indented by two spaces; if nothing does, delete the line or write `{}: {{}}`",
                    shown(&node_ref.name)
                );
                let fix = node_ref.key.map(|_| {
                    (
                        format!("Write `{}: {{}}`", shown(&node_ref.name)),
                        vec![(node_ref.span, self.after_colon(node_ref, "{}"))],
                    )
                });
                (hint, fix)
            }
            (Expected::Mapping, Kind::Seq(_)) => (
                "leave out the dashes: write `name: value` on each line".to_owned(),
                None,
            ),
            (Expected::Mapping, _) => (
                "write `name: value` lines below it, indented by two spaces".to_owned(),
                None,
            ),
            (Expected::Whole, Kind::Str(value)) if value.trim().parse::<u32>().is_ok() => {
                let number = value.trim().to_owned();
                (
                    format!("write it without quotes: {number}"),
                    Some((format!("Write `{number}`"), vec![(node_ref.span, number)])),
                )
            }
            (Expected::Whole, Kind::Num(_)) => ("write it without a fraction".to_owned(), None),
            (Expected::Whole | Expected::Number, _) => ("write digits only".to_owned(), None),
            (Expected::YesNo, Kind::Str(value)) if yes_no(value).is_some() => {
                let value = if yes_no(value) == Some(true) {
                    "true"
                } else {
                    "false"
                };
                (
                    format!("write `{value}`, without quotes"),
                    Some((
                        format!("Write `{value}`"),
                        vec![(node_ref.span, value.to_owned())],
                    )),
                )
            }
            (Expected::YesNo, _) => ("write `true` or `false`".to_owned(), None),
        };
        draft
            .hint(hint)
            .maybe_fix(fix.filter(|_| node_ref.is_written()))
    }

    /// A value to put where an empty one stands, with the space that belongs before it.
    pub(super) fn after_colon(&self, node_ref: &NodeRef<'_>, value: &str) -> String {
        let before = self.text.get(..node_ref.span.start).unwrap_or_default();
        if node_ref.span.start == node_ref.span.end && !before.ends_with([' ', '\t']) {
            format!(" {value}")
        } else {
            value.to_owned()
        }
    }

    /// Makes a mapping the only item of a list.
    fn listify(&self, node_ref: &NodeRef<'_>) -> Edits {
        let raw = node_ref.span.slice(self.text);
        if raw.starts_with('{') {
            return vec![(node_ref.span, format!("[{raw}]"))];
        }
        let mut edits = vec![(
            Span::new(node_ref.span.start, node_ref.span.start),
            "- ".to_owned(),
        )];
        for (at, _) in raw.match_indices('\n') {
            let line = node_ref.span.start + at + 1;
            let blank = self
                .text
                .get(line..)
                .is_some_and(|rest| rest.starts_with(['\n', '\r']));
            if !blank {
                edits.push((Span::new(line, line), "  ".to_owned()));
            }
        }
        edits
    }

    pub(super) fn mapping<'n>(&mut self, node_ref: &NodeRef<'n>) -> Option<&'n Map> {
        let map = node_ref.node.map();
        if map.is_none() {
            self.wrong_type(node_ref, Expected::Mapping);
        }
        map
    }

    pub(super) fn list<'n>(&mut self, node_ref: &NodeRef<'n>) -> Option<&'n [Child]> {
        let items = node_ref.node.seq();
        if items.is_none() {
            self.wrong_type(node_ref, Expected::List);
        }
        items
    }

    pub(super) fn text(&mut self, node_ref: &NodeRef<'_>) -> Option<Text> {
        let Some(value) = node_ref.node.str() else {
            self.wrong_type(node_ref, Expected::Text);
            return None;
        };
        Some(Text {
            value: value.to_owned(),
            span: node_ref.span,
        })
    }

    /// A text that may not be empty or short.
    pub(super) fn long_text(&mut self, node_ref: &NodeRef<'_>, least: usize) -> Option<Text> {
        let text = self.text(node_ref)?;
        if text.value.encode_utf16().count() < least {
            let (message, hint) = if text.value.is_empty() {
                (
                    format!("{} is empty", node_ref.label()),
                    "write a value between the quotes, or delete the line if it is not needed"
                        .to_owned(),
                )
            } else {
                (
                    format!("{} must have at least {least} characters", node_ref.label()),
                    "write it in full".to_owned(),
                )
            };
            let official =
                node_ref.official_rule(&format!("must be at least {least} characters long."));
            self.report(
                Draft::error("too-short", node_ref.value_span(self.text), message)
                    .at(&node_ref.path)
                    .hint(hint)
                    .official(official),
            );
            return None;
        }
        Some(text)
    }

    pub(super) fn texts(&mut self, node_ref: &NodeRef<'_>) -> Vec<Text> {
        let Some(items) = self.list(node_ref) else {
            return Vec::new();
        };
        items
            .iter()
            .enumerate()
            .filter_map(|(index, item)| self.text(&node_ref.item(index, item)))
            .collect()
    }

    pub(super) fn yes_no(&mut self, node_ref: &NodeRef<'_>) -> Option<bool> {
        match node_ref.node.kind {
            Kind::Bool(value) => Some(value),
            _ => {
                self.wrong_type(node_ref, Expected::YesNo);
                None
            }
        }
    }

    /// A whole number between two bounds.
    pub(super) fn whole(&mut self, node_ref: &NodeRef<'_>, least: f64, most: f64) -> Option<f64> {
        let value = match node_ref.node.kind {
            Kind::Num(value) if value.fract() == 0.0 && value.is_finite() => value,
            _ => {
                self.wrong_type(node_ref, Expected::Whole);
                return None;
            }
        };
        let range = if most.is_finite() {
            format!("between {least} and {most}")
        } else {
            format!("{least} or more")
        };
        let rule = if value < least {
            format!("must be at least {least}.")
        } else if value > most {
            format!("must be at most {most}.")
        } else {
            return Some(value);
        };
        let draft = Draft::error(
            "out-of-range",
            node_ref.value_span(self.text),
            format!(
                "{} must be {range}, not {}",
                node_ref.label(),
                node_ref.node.js_string()
            ),
        );
        let nearest = if value < least { least } else { most };
        let draft = draft
            .at(&node_ref.path)
            .official(node_ref.official_rule(&rule))
            .hint(format!("write a number {range}"));
        let fix = (
            format!("Write `{nearest}`"),
            vec![(node_ref.span, nearest.to_string())],
        );
        // The nearest port is hardly the one that was meant.
        let sensible = node_ref.is_written() && !matches!(node_ref.name.as_str(), "port" | "as");
        self.report(draft.maybe_fix(sensible.then_some(fix)));
        None
    }

    /// One of some words.
    pub(super) fn one_of(
        &mut self,
        node_ref: &NodeRef<'_>,
        words: &[&str],
        code: &'static str,
    ) -> Option<Text> {
        let text = self.text(node_ref)?;
        if words.contains(&text.value.as_str()) {
            return Some(text);
        }
        let list = words
            .iter()
            .map(|word| format!("`{word}`"))
            .collect::<Vec<_>>();
        let list = match list.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
            _ => list.concat(),
        };
        let near = self.nearest(&text.value, words.iter().copied());
        let hint = near.map_or_else(
            || format!("write {list}"),
            |near| format!("did you mean `{near}`?"),
        );
        let message = if text.value.is_empty() {
            format!("{} is empty", node_ref.label())
        } else {
            format!(
                "{} can't be `{}`: it is {list}",
                node_ref.label(),
                shown(&text.value)
            )
        };
        let official = node_ref.official_type(&format!("one of: {}", words.join(", ")));
        let fix = near.filter(|_| node_ref.is_written()).map(|near| {
            (
                format!("Write `{near}`"),
                vec![(node_ref.span, plain_or_quoted(near))],
            )
        });
        self.report(
            Draft::error(code, node_ref.value_span(self.text), message)
                .at(&node_ref.path)
                .hint(hint)
                .official(official)
                .maybe_fix(fix),
        );
        None
    }
}

fn yes_no(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "y" | "1" => Some(true),
        "false" | "no" | "off" | "n" | "0" => Some(false),
        _ => None,
    }
}

/// A scalar's source, fit for an item between `[` and `]`.
fn flow_item(raw: &str) -> String {
    let quoted = raw.starts_with(['"', '\'']);
    if quoted || !raw.contains([',', '[', ']', '{', '}', '\n']) {
        raw.to_owned()
    } else {
        format!("\"{}\"", raw.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

/// A word as a scalar that is text: in quotes where YAML would read a number.
fn plain_or_quoted(word: &str) -> String {
    if word.starts_with(|c: char| c.is_ascii_digit()) {
        format!("\"{word}\"")
    } else {
        word.to_owned()
    }
}
