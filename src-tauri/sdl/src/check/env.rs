//! `env`: a list of `NAME=value` lines, and the other forms in which people write it.

use super::Checker;
use super::command::flow;
use super::node_ref::{Edits, Expected, NodeRef, shown};
use crate::draft::{Draft, Span};
use crate::mend::items;
use crate::model::Text;
use crate::yaml::{Entry, Kind, Map, Via};

/// Items that are mappings, and how to write each of them.
struct Colons<'n> {
    item: NodeRef<'n>,
    edits: Edits,
    /// The first line that the edits write.
    line: String,
}

impl Checker<'_> {
    pub(super) fn env(&mut self, node_ref: &NodeRef<'_>) -> Vec<Text> {
        if let Kind::Map(map) = &node_ref.node.kind {
            // A list with the whole mapping as its only item would be no better: nothing else is offered.
            let fix = self
                .env_lines(node_ref, map)
                .map(|edits| ("Write `- NAME=value` lines".to_owned(), edits));
            let draft = self
                .type_draft(node_ref, Expected::List)
                .hint("write each variable as a list item with an equals sign: `- NAME=value`");
            self.report(draft.maybe_fix(fix));
            return Vec::new();
        }
        if node_ref.node.is_null() {
            return Vec::new();
        }
        let items = self.list(node_ref).unwrap_or_default();
        let mut env = Vec::new();
        let mut colons = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let item = node_ref.item(index, item);
            let Some(map) = item.node.map().filter(|_| item.is_written()) else {
                env.extend(self.text(&item));
                continue;
            };
            match self.item_lines(node_ref, &item, map) {
                Some((edits, line)) => colons.push(Colons { item, edits, line }),
                None => self.report(self.unquoted(&item)),
            }
        }
        if let Some(draft) = self.with_equals_signs(colons) {
            self.report(draft);
        }
        env
    }

    /// One finding for all items with a colon instead of the equals sign.
    fn with_equals_signs(&self, colons: Vec<Colons<'_>>) -> Option<Draft> {
        let first = colons.first()?;
        let line = shown(&first.line);
        let mut draft = self.type_draft(&first.item, Expected::Text).hint(format!(
            "write an equals sign instead of the colon: `- {line}`"
        ));
        let label = match colons.len() {
            1 => format!("Write `{line}`"),
            count => {
                let more = match count {
                    2 => "one more item".to_owned(),
                    count => format!("{} more items", count - 1),
                };
                draft = draft.worded(format!(
                    "{} and {more} must be text, not a mapping (`name: value` lines)",
                    first.item.label()
                ));
                "Write equals signs in all of them".to_owned()
            }
        };
        for other in colons.iter().skip(1).take(10) {
            draft = draft.related(other.item.span.first_line(self.text), "this one too");
        }
        let edits = colons.into_iter().flat_map(|one| one.edits).collect();
        Some(draft.fix(label, edits))
    }

    /// `CONFIG={"a": 1}` without quotes, which YAML reads as a mapping.
    fn unquoted(&self, item: &NodeRef<'_>) -> Draft {
        let raw = item.span.slice(self.text);
        let draft = self.type_draft(item, Expected::Text);
        if raw.contains(['\n', '\r']) || !raw.contains('=') {
            return draft;
        }
        let quoted = items::as_item(raw, true);
        draft
            .hint(format!("put the whole item in quotes: {}", shown(&quoted)))
            .fix(
                format!("Write {}", shown(&quoted)),
                vec![(item.span, quoted)],
            )
    }

    /// `NAME: value` lines as `- NAME=value` lines. `None` where a value is no text, or something would be lost.
    pub(super) fn env_lines(&self, node_ref: &NodeRef<'_>, map: &Map) -> Option<Edits> {
        if !node_ref.is_written() || map.is_empty() {
            return None;
        }
        let raw = node_ref.span.slice(self.text);
        if raw.starts_with('{') {
            if raw.starts_with("{{") || raw.contains('#') && raw.contains(['\n', '\r']) {
                return None;
            }
            let lines: Vec<String> = map
                .iter()
                .map(|entry| {
                    Some(format!(
                        "{}={}",
                        self.env_key(entry),
                        self.env_value(entry)?
                    ))
                })
                .collect::<Option<_>>()?;
            return Some(vec![(node_ref.span, flow(&lines))]);
        }
        map.iter()
            .map(|entry| {
                let (span, line) = self.env_entry(entry)?;
                let lead = self.text.get(self.line_start(span.start)..span.start)?;
                lead.trim().is_empty().then(|| (span, format!("- {line}")))
            })
            .collect()
    }

    /// The edits that make `environment` as a list an `env`: nothing where each item is text already.
    pub(super) fn env_items(&self, list: &NodeRef<'_>) -> Option<Edits> {
        let mut edits = Vec::new();
        for (index, item) in list.node.seq()?.iter().enumerate() {
            let item = list.item(index, item);
            match &item.node.kind {
                Kind::Str(_) => {}
                Kind::Map(map) if item.is_written() && list.is_written() => {
                    edits.extend(self.item_lines(list, &item, map)?.0);
                }
                _ => return None,
            }
        }
        Some(edits)
    }

    /// The edits that write a mapping in a list as `NAME=value` items, and the first of these items.
    fn item_lines(
        &self,
        list: &NodeRef<'_>,
        item: &NodeRef<'_>,
        map: &Map,
    ) -> Option<(Edits, String)> {
        let single = map.iter().next().filter(|_| map.len() == 1);
        if item.span.slice(self.text).starts_with('{') {
            let entry = single?;
            let line = env_line(&self.env_key(entry), &self.env_value(entry)?);
            return Some((vec![(item.span, line.clone())], line));
        }
        let mut edits: Edits = Vec::new();
        let mut first = None;
        for entry in map.iter() {
            let (span, line) = self.env_entry(entry)?;
            if first.is_none() {
                if span.start != item.span.start {
                    return None;
                }
                edits.push((span, line.clone()));
                first = Some(line);
                continue;
            }
            // A further line of the same item becomes an item: it gets a dash below the first one's.
            let indent = self.dash_indent(list, item)?;
            let start = self.line_start(span.start);
            let lead = self.text.get(start..span.start)?;
            let blank = |text: &str| text.chars().all(|c| c == ' ');
            if !blank(indent) || !blank(lead) {
                return None;
            }
            edits.push((Span::new(start, span.end), format!("{indent}- {line}")));
        }
        first.map(|line| (edits, line))
    }

    /// What stands before the dash of an item on its line.
    fn dash_indent(&self, list: &NodeRef<'_>, item: &NodeRef<'_>) -> Option<&str> {
        let before = |at: usize| self.text.get(self.line_start(at)..at);
        let dash = before(item.span.start)?.trim_end_matches(' ');
        if !dash.is_empty() {
            return dash.strip_suffix('-');
        }
        // The dash has a line of its own, below the first one of the list.
        let is_block = list.span.slice(self.text).starts_with('-');
        before(list.span.start).filter(|_| is_block)
    }

    /// Where a `NAME: value` stands, and `NAME=value` as a scalar.
    fn env_entry(&self, entry: &Entry) -> Option<(Span, String)> {
        let value = self.env_value(entry)?;
        // An empty text in a block ends with the sign that opens it.
        let header = match self.behind_colon(entry) {
            (start, sign) if sign.starts_with(['|', '>']) => {
                let end = start + sign.len();
                Span::new(start, end).first_line(self.text).end
            }
            _ => 0,
        };
        let end = entry.value.span.end.max(entry.key_span.end).max(header);
        let span = Span::new(entry.key_span.start, end);
        Some((span, env_line(&self.env_key(entry), &value)))
    }

    /// The value as its author wrote it: what YAML calls a number may be an account, a version or a phone number.
    fn env_value(&self, entry: &Entry) -> Option<String> {
        if entry.key.is_empty()
            || self.env_key(entry).contains('=')
            || entry.value.via == Via::Merge
        {
            return None;
        }
        let written = entry.value.via == Via::Written;
        let (from, _) = self.behind_colon(entry);
        let between = self.text.get(from..entry.value.span.start);
        // An anchor may be needed elsewhere, and a comment is not ours to delete.
        if written && between.is_some_and(|between| between.contains(['&', '#'])) {
            return None;
        }
        let node = &entry.value.node;
        let raw = node.span.slice(self.text);
        match &node.kind {
            Kind::Str(value) => Some(value.clone()),
            Kind::Null => Some(String::new()),
            Kind::Num(_) | Kind::Bool(_) | Kind::Date(_) => {
                Some(items::unwrapped(raw).unwrap_or_else(|| raw.trim().to_owned()))
            }
            // JSON on one line.
            Kind::Map(_) | Kind::Seq(_) => {
                let json = raw.starts_with(['{', '[']) && !raw.contains(['\n', '\r']);
                (json && written).then(|| raw.to_owned())
            }
            Kind::Binary => None,
        }
    }

    /// What follows the colon of an entry, and where it starts.
    fn behind_colon(&self, entry: &Entry) -> (usize, &str) {
        let rest = self.text.get(entry.key_span.end..).unwrap_or_default();
        let value = rest.trim_start_matches([' ', '\t']);
        let value = value.strip_prefix(':').unwrap_or(value);
        let value = value.trim_start_matches([' ', '\t']);
        (self.text.len() - value.len(), value)
    }

    /// The name as it is written: YAML reads `NULL` and `0x1` as something else.
    fn env_key(&self, entry: &Entry) -> String {
        let raw = entry.key_span.slice(self.text);
        let plain = raw.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '~'));
        if plain && !raw.contains(['\n', '\r']) {
            raw.trim().to_owned()
        } else {
            entry.key.clone()
        }
    }

    fn line_start(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or_default();
        before.rfind(['\n', '\r']).map_or(0, |at| at + 1)
    }
}

/// `NAME=value` as a scalar; in quotes where YAML would read something else.
fn env_line(name: &str, value: &str) -> String {
    let line = format!("{name}={value}");
    let plain = |c: char| {
        c.is_ascii_alphanumeric()
            || matches!(
                c,
                '_' | '-' | '.' | '/' | '=' | '+' | '@' | '%' | '$' | ';' | '?' | '&'
            )
    };
    let starts = line.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if starts && line.chars().all(plain) {
        line
    } else if value.starts_with(['{', '[']) {
        items::scalar(&line)
    } else {
        items::escaped(&line)
    }
}
