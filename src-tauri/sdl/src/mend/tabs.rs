//! Tabs where YAML wants spaces.

use super::lines::{self, Kind};
use super::{Mend, Trial, several};
use crate::draft::Span;

/// How wide editors show a tab; likely ones first.
const WIDTHS: [usize; 5] = [2, 4, 8, 3, 1];

/// The finding, and one fix for all tabs, with the width that makes the best file.
pub(super) fn mend(text: &str, near: usize, trial: &mut Trial) -> Option<Mend> {
    if !text.contains('\t') {
        return None;
    }
    let lines = lines::read(text);
    let all = |width: usize, stops: bool| -> Vec<(Span, String)> {
        lines
            .iter()
            .filter(|line| line.kind != Kind::Blank && line.text.contains('\t'))
            .flat_map(|line| {
                let verbatim = line.kind == Kind::Verbatim;
                let lead = line.text.get(..line.lead).unwrap_or_default();
                // A tab behind spaces in a text over several lines may be part of it, as in a Makefile.
                let own = verbatim && !lead.starts_with('\t');
                let lead = (lead.contains('\t') && !own).then(|| {
                    let span = Span::new(line.start, line.start + line.lead);
                    (span, expanded(lead, width, stops))
                });
                let mut edits = Vec::from_iter(lead);
                if !verbatim {
                    let markers = line.text.get(line.lead..line.body).unwrap_or_default();
                    for (at, _) in markers.match_indices('\t') {
                        let at = line.start + line.lead + at;
                        edits.push((Span::new(at, at + 1), " ".to_owned()));
                    }
                }
                edits
            })
            .collect()
    };
    let mut best: Option<(u64, Vec<(Span, String)>)> = None;
    for (width, stops) in WIDTHS
        .iter()
        .flat_map(|width| [(*width, false), (*width, true)])
    {
        let edits = all(width, stops);
        if edits.is_empty() {
            return None;
        }
        let cost = trial.cost(&super::applied(text, &edits));
        if best.as_ref().is_none_or(|(least, _)| cost < *least) {
            best = Some((cost, edits));
        }
        if cost == 0 {
            break;
        }
    }
    let (_, edits) = best?;
    let line = text.get(..near)?.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let first = edits
        .iter()
        .find(|(span, _)| span.start >= line)
        .or(edits.last())?;
    let tab = first.0.start + first.0.slice(text).find('\t')?;
    let span = Span::new(tab, tab + 1);
    let related = super::first_of_each_line(
        text,
        span,
        edits
            .iter()
            .map(|(span, _)| *span)
            .filter(|other| other.start > tab),
        "here too",
    );
    Some(Mend {
        code: "tab-indentation",
        span,
        message: "this line is indented with a tab; YAML only understands spaces".to_owned(),
        hint: "replace the tabs by spaces".to_owned(),
        label: several(
            edits.len(),
            "Replace the tab by spaces",
            "Replace all tabs by spaces",
        ),
        edits,
        related,
    })
}

/// White space with its tabs as spaces: each so many, or up to the next multiple.
fn expanded(lead: &str, width: usize, stops: bool) -> String {
    let mut out = String::new();
    let mut column = 0;
    for c in lead.chars() {
        if c == '\t' {
            let spaces = if stops { width - column % width } else { width };
            out.push_str(&" ".repeat(spaces));
            column += spaces;
        } else {
            out.push(c);
            column += 1;
        }
    }
    out
}
