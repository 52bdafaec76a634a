//! Fixes that change a file in several places: made as edits of the text, and offered as one replacement.

use super::Checker;
use super::node_ref::Edits;
use crate::draft::Span;
use crate::edit::EditError;

/// What a rewrite of the smallest file counts as, in bytes.
const LEAST: usize = 1024;
/// Edits that a fix of any file may have.
const FEW: usize = 6;

impl Checker<'_> {
    /// Whether the text may be rewritten once more.
    pub(super) fn may_rewrite(&self) -> bool {
        !self.is_full() && self.rewriting > 0
    }

    /// What leads from the text to what `change` makes of it with one edit. `None` where it can't be changed so, and where
    /// the check has rewritten so much already that it would become slow.
    pub(super) fn rewritten(
        &mut self,
        change: impl FnOnce(&str) -> Result<String, EditError>,
    ) -> Option<Edits> {
        self.rewritten_in(1, change)
    }

    /// As [`Self::rewritten`], where `change` makes several edits. A large file gets no fix of very many.
    pub(super) fn rewritten_in(
        &mut self,
        edits: usize,
        change: impl FnOnce(&str) -> Result<String, EditError>,
    ) -> Option<Edits> {
        let cost = self.text.len().max(LEAST).saturating_mul(edits);
        if !self.may_rewrite() || edits > FEW && cost > self.rewriting {
            return None;
        }
        self.rewriting = self.rewriting.saturating_sub(cost);
        let new = change(self.text).ok()?;
        (new != self.text).then(|| vec![replacement(self.text, &new)])
    }
}

/// The shortest replacement that makes one text of another.
fn replacement(old: &str, new: &str) -> (Span, String) {
    let start = old
        .char_indices()
        .zip(new.chars())
        .find(|((_, a), b)| a != b)
        .map_or(old.len().min(new.len()), |((at, _), _)| at);
    let (old_rest, new_rest) = (
        old.get(start..).unwrap_or_default(),
        new.get(start..).unwrap_or_default(),
    );
    let same: usize = old_rest
        .chars()
        .rev()
        .zip(new_rest.chars().rev())
        .take_while(|(a, b)| a == b)
        .map(|(a, _)| a.len_utf8())
        .sum();
    let insert = new_rest.get(..new_rest.len() - same).unwrap_or_default();
    (Span::new(start, old.len() - same), insert.to_owned())
}

#[cfg(test)]
mod tests {
    use super::replacement;

    #[test]
    fn a_replacement_makes_the_new_text() {
        for (old, new) in [
            ("", "a"),
            ("abc", "abXc"),
            ("aa", "aaa"),
            ("é1é", "é2é"),
            ("ab", ""),
            ("xéy", "xèy"),
        ] {
            let (span, insert) = replacement(old, new);
            let made = format!("{}{insert}{}", &old[..span.start], &old[span.end..]);
            assert_eq!(made, new);
        }
    }
}
