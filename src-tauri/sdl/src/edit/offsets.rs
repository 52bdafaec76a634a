//! Edits in the offsets of an editor: UTF-16 units from the start of the text.

use crate::finding::{Fix, TextEdit};

/// Applies a fix to the text it was offered for. A fix that does not fit the text leaves it as it is.
pub fn apply(text: &str, fix: &Fix) -> String {
    let bytes = |wanted: u32| -> Option<usize> {
        let mut units = 0_u32;
        let mut chars = text.char_indices();
        loop {
            let next = chars.next();
            if units == wanted {
                return Some(next.map_or(text.len(), |(at, _)| at));
            }
            units += next?.1.len_utf16() as u32;
        }
    };
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for edit in &fix.edits {
        let (Some(from), Some(to)) = (bytes(edit.from), bytes(edit.to)) else {
            return text.to_owned();
        };
        let Some(kept) = text.get(done..from).filter(|_| from <= to) else {
            return text.to_owned();
        };
        out.push_str(kept);
        out.push_str(&edit.insert);
        done = to;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}

/// The edit that makes one text of another, in the offsets of the old one; none where they are the same.
///
/// ```
/// let edits = akash_sdl::edit::difference("cpu: 4 # 😀\n", "cpu: 0.5 # 😀\n");
/// assert_eq!((edits[0].from, edits[0].to, edits[0].insert.as_str()), (5, 6, "0.5"));
/// ```
pub fn difference(old: &str, new: &str) -> Vec<TextEdit> {
    if old == new {
        return Vec::new();
    }
    let start = common(old.chars().zip(new.chars()));
    let (old_rest, new_rest) = (tail(old, start), tail(new, start));
    let end = common(old_rest.chars().rev().zip(new_rest.chars().rev()));
    let from = units(head(old, start));
    vec![TextEdit {
        from,
        to: from.saturating_add(units(head(old_rest, old_rest.len() - end))),
        insert: head(new_rest, new_rest.len() - end).to_owned(),
    }]
}

/// Bytes of what two texts share, in whole characters, so that no pair of surrogates is taken apart.
fn common(pairs: impl Iterator<Item = (char, char)>) -> usize {
    let same = pairs.take_while(|(old, new)| old == new);
    same.map(|(c, _)| c.len_utf8()).sum()
}

fn head(text: &str, end: usize) -> &str {
    text.get(..end).unwrap_or_default()
}

fn tail(text: &str, start: usize) -> &str {
    text.get(start..).unwrap_or_default()
}

pub(super) fn units(text: &str) -> u32 {
    u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX)
}
