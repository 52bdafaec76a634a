//! What stands round an SDL that was copied from a web page, a chat, a mail, a terminal or a program.

mod marks;
mod program;
mod prose;

use marks::{commented, diff, numbered, quoted};
use program::{escaped, html};
use prose::{dedented, fenced, surrounded};

use super::lines;
use super::{Cost, Trial, applied};
use crate::draft::Span;

pub(super) use program::inner_text;

type Edits = Vec<(Span, String)>;

/// When a layer is taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sure {
    /// Its signs mean nothing else.
    Yes,
    /// When what is left goes wrong later, or has fewer errors.
    IfBetter,
    /// When what is left can be read.
    IfReadable,
}

/// One thing to take away.
#[derive(Clone, Debug)]
pub(super) struct Layer {
    pub(super) code: &'static str,
    pub(super) sure: Sure,
    pub(super) message: String,
    pub(super) hint: &'static str,
    pub(super) label: &'static str,
    /// Where to point: the first thing that does not belong.
    pub(super) span: Span,
    pub(super) edits: Edits,
}

/// Takes away one layer after the other; the first one is what there is to say. `None` when there is none.
pub(super) fn strip(text: &str, trial: &mut Trial) -> Option<(Layer, String)> {
    let mut first: Option<Layer> = None;
    let mut now = text.to_owned();
    for _ in 0..4 {
        let Some((layer, next)) = outer(&now, trial) else {
            break;
        };
        now = next;
        first = Some(match first {
            None => layer,
            // Several layers are taken away in one change.
            Some(first) => Layer {
                edits: vec![super::one_edit(text, &now)],
                ..first
            },
        });
    }
    first.map(|layer| (layer, now))
}

fn outer(text: &str, trial: &mut Trial) -> Option<(Layer, String)> {
    let kinds: [fn(&str) -> Vec<Layer>; 8] = [
        escaped, html, quoted, numbered, diff, commented, fenced, surrounded,
    ];
    for kind in kinds {
        let layers = kind(text);
        let best = layers
            .into_iter()
            .map(|layer| {
                let next = applied(text, &layer.edits);
                (trial.cost(&next), layer, next)
            })
            .filter(|(_, _, next)| next != text && has_sections(next))
            .min_by_key(|(cost, ..)| *cost);
        if let Some((cost, layer, next)) = best {
            // Signs that can't be anything else are taken away in any case; the others must lead to something better.
            let better = match layer.sure {
                Sure::Yes => true,
                Sure::IfBetter => cost < trial.cost(text),
                Sure::IfReadable => cost < Cost::UNREADABLE && cost < trial.cost(text),
            };
            if better {
                return Some((layer, next));
            }
        }
    }
    dedented(text, trial)
}

const SECTIONS: [&str; 7] = [
    "version",
    "services",
    "profiles",
    "deployment",
    "endpoints",
    "include",
    "reclamation",
];

/// The section of an SDL that a line starts, at whatever indentation.
fn section(line: &str) -> Option<&'static str> {
    let line = line
        .trim_start_matches(lines::is_space)
        .trim_start_matches(['"', '\'', '“']);
    SECTIONS.into_iter().find(|name| {
        line.strip_prefix(name).is_some_and(|rest| {
            rest.trim_start_matches(['"', '\'', '”', ' ', '\u{a0}'])
                .starts_with([':', '：'])
        })
    })
}

/// Whether there is at least `services` and one other section.
fn has_sections(text: &str) -> bool {
    let mut seen = [false; 7];
    let written = lines::split(text).flat_map(|(_, line)| line.split("\\n"));
    for line in written {
        let line = line.trim_start_matches(['>', '|', '│', '┃', '❯', '+', '#', ' ', '\\']);
        if let Some(at) =
            section(line).and_then(|name| SECTIONS.iter().position(|other| *other == name))
            && let Some(slot) = seen.get_mut(at)
        {
            *slot = true;
        }
    }
    // JSON on one line has no lines to count.
    let json = text.trim_start().starts_with('{') && text.contains("\"services\"");
    json || (seen.get(1) == Some(&true) && seen.iter().filter(|seen| **seen).count() > 1)
}

fn line_span(start: usize, line: &str) -> Span {
    let lead = line.len() - line.trim_start().len();
    Span::new(start + lead, start + line.trim_end().len().max(lead))
}

/// Lines with their starts and where the next one starts.
fn all(text: &str) -> Vec<(usize, usize, &str)> {
    let lines: Vec<(usize, &str)> = lines::split(text).collect();
    let ends = lines
        .iter()
        .skip(1)
        .map(|(start, _)| *start)
        .chain([text.len()]);
    lines
        .iter()
        .zip(ends)
        .map(|((start, line), end)| (*start, end, *line))
        .collect()
}
