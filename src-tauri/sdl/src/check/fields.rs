//! Fields that are missing, and fields that do not belong where they stand.

use super::Checker;
use super::node_ref::{Edits, NodeRef, at, shown};
use super::words::{foreign_field, is_invisible, is_needless};
use crate::draft::{Draft, Span};
use crate::edit;
use crate::yaml::Via;

impl Checker<'_> {
    /// Reports a field that must be there. `example` is the line to write; `insert` is what a fix may put there.
    pub(super) fn missing(
        &mut self,
        node_ref: &NodeRef<'_>,
        field: &str,
        example: &str,
        insert: Option<&str>,
    ) {
        let place = if node_ref.path.is_empty() {
            "the file".to_owned()
        } else {
            node_ref.label()
        };
        let draft = Draft::error(
            "missing-field",
            node_ref.head(self.text),
            format!("`{field}` is missing in {place}"),
        )
        .at(&node_ref.path)
        .hint(format!("add `{example}`"))
        .official(format!(
            "Missing required field: \"{field}\"{}.",
            at(&node_ref.path)
        ));
        let fix = insert
            .and_then(|line| self.insertion(node_ref, line))
            .map(|edits| (format!("Add `{}`", insert.unwrap_or_default()), edits));
        self.report(draft.maybe_fix(fix));
    }

    /// Puts a line before the first entry of a mapping.
    pub(super) fn insertion(&self, node_ref: &NodeRef<'_>, line: &str) -> Option<Edits> {
        let first = node_ref
            .node
            .map()?
            .iter()
            .next()
            .filter(|first| node_ref.is_written() && first.value.via != Via::Merge)?;
        if node_ref.span.slice(self.text).starts_with('{') {
            let at = Span::new(node_ref.span.start + 1, node_ref.span.start + 1);
            return Some(vec![(at, format!("{line}, "))]);
        }
        let start = first.key_span.start;
        let before = self.text.get(..start)?;
        let line_start = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
        let head = self
            .text
            .get(line_start..start)?
            .trim_start_matches('\u{feff}');
        // A key that is written in an unusual way (`? key`) has no place for a line before it.
        let usual = head.trim_matches([' ', '-']).is_empty()
            && self
                .text
                .get(first.key_span.end..)?
                .trim_start_matches(' ')
                .starts_with(':');
        let column = head.chars().count();
        if !usual {
            return None;
        }
        Some(vec![(
            Span::new(start, start),
            format!("{line}\n{}", " ".repeat(column)),
        )])
    }

    /// Reports fields that do not belong here. Returns which known fields they were meant to be.
    pub(super) fn unknown(
        &mut self,
        node_ref: &NodeRef<'_>,
        place: &str,
        known: &[&'static str],
    ) -> Vec<&'static str> {
        let mut meant = Vec::new();
        let Some(map) = node_ref.node.map() else {
            return meant;
        };
        for entry in map
            .iter()
            .filter(|entry| !known.contains(&entry.key.as_str()))
        {
            if self.is_full() {
                break;
            }
            let absent = known.iter().copied().filter(|name| map.get(name).is_none());
            let near = self.nearest(&entry.key, absent);
            meant.extend(near);
            let foreign = foreign_field(place, &entry.key);
            meant.extend(
                foreign
                    .as_ref()
                    .and_then(|foreign| foreign.rename)
                    .filter(|name| map.get(name).is_none()),
            );
            let key = shown(&entry.key);
            let field = node_ref.entry(entry);
            let (message, hint, rename) = match (foreign, near) {
                (Some(foreign), _) => (
                    format!("`{key}` {}", foreign.message),
                    foreign.hint.to_owned(),
                    foreign.rename,
                ),
                (None, Some(near)) if entry.key.chars().any(is_invisible) => (
                    format!("there is an invisible character in the name `{key}`"),
                    format!("write it again by hand: `{near}`"),
                    Some(near),
                ),
                (None, Some(near)) => (
                    format!("`{key}` is not a field that an SDL has here"),
                    format!("did you mean `{near}`?"),
                    Some(near),
                ),
                (None, None) => {
                    let names = known
                        .iter()
                        .map(|name| format!("`{name}`"))
                        .collect::<Vec<_>>()
                        .join(", ");
                    (
                        format!("`{key}` is not a field that an SDL has here"),
                        format!("delete it; possible here: {names}"),
                        None,
                    )
                }
            };
            let rename =
                rename.filter(|name| map.get(name).is_none() && entry.value.via != Via::Merge);
            let fix = match rename {
                Some(name) => self.renamed(&field, entry, name),
                None if near.is_some() => None,
                None if is_needless(place, &entry.key) => self
                    .rewritten(|text| edit::remove(text, &field.path))
                    .map(|edits| (format!("Delete `{key}`"), edits)),
                None => self.moved(node_ref, place, entry),
            };
            let draft = Draft::error("unknown-field", entry.key_span, message)
                .at(&field.path)
                .hint(hint);
            let draft = draft.official(format!(
                "Additional property \"{}\" is not allowed{}.",
                entry.key,
                at(&node_ref.path)
            ));
            self.report(draft.maybe_fix(fix));
        }
        meant
    }
}
