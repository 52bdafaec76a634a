//! Texts that are no YAML, or not the YAML their authors meant: what is the matter, and one change that mends all of it.
//!
//! A mend is offered only after it was tried: the changed text must be readable, or go wrong at a later place.

mod env;
mod habits;
pub(crate) mod items;
mod lines;
mod odd;
mod tabs;
pub(crate) mod template;
mod wrap;

use std::collections::HashMap;

use crate::check;
use crate::draft::{Draft, Span};
use crate::yaml::{Limits, Node};

/// Something to say about a text, with the change that mends it.
#[derive(Clone, Debug)]
struct Mend {
    code: &'static str,
    span: Span,
    message: String,
    hint: String,
    label: String,
    edits: Vec<(Span, String)>,
    related: Vec<(Span, String)>,
}

impl Mend {
    fn draft(self) -> Draft {
        let mut draft = Draft::error(self.code, self.span, self.message)
            .hint(self.hint)
            .fix(self.label, self.edits);
        for (span, message) in self.related {
            draft = draft.related(span, message);
        }
        draft
    }
}

/// How far a text is from an SDL without errors.
pub(super) struct Cost;

impl Cost {
    /// From here on YAML can't read the text; what is above counts the bytes behind the fault.
    pub(super) const UNREADABLE: u64 = 1 << 40;
    /// From here on the text is YAML, but no SDL.
    const FOREIGN: u64 = 1 << 30;
}

/// Tries of a check, each text once and not too many.
pub(super) struct Trial {
    left: usize,
    /// Bytes that may still be tried.
    bytes: usize,
    known: HashMap<String, u64>,
}

impl Trial {
    /// Tries in one check. Each is about as much work as the check itself.
    const MOST: usize = 40;
    /// Bytes tried in one check: a large file gets fewer tries.
    const BYTES: usize = 4 * 1024 * 1024;

    fn new() -> Self {
        Self {
            left: Self::MOST,
            bytes: Self::BYTES,
            known: HashMap::new(),
        }
    }

    /// The cost of a text: zero for an SDL without errors. The highest there is when no try is left.
    pub(super) fn cost(&mut self, text: &str) -> u64 {
        if let Some(cost) = self.known.get(text) {
            return *cost;
        }
        let (left, bytes) = (self.left.checked_sub(1), self.bytes.checked_sub(text.len()));
        let (Some(left), Some(bytes)) = (left, bytes) else {
            return u64::MAX;
        };
        if text.len() > Limits::TEXT {
            return u64::MAX;
        }
        (self.left, self.bytes) = (left, bytes);
        let cost = match check::plain(text) {
            Err(fault) => Cost::UNREADABLE + (text.len() - fault.span.start.min(text.len())) as u64,
            Ok((root, drafts)) => {
                let errors = drafts.iter().filter(|draft| draft.is_error()).count() as u64;
                let is_sdl = |root: &Node| {
                    let map = root.map();
                    map.is_some_and(|map| {
                        ["services", "profiles", "deployment"]
                            .iter()
                            .any(|name| map.get(name).is_some())
                    })
                };
                errors + if is_sdl(&root) { 0 } else { Cost::FOREIGN }
            }
        };
        self.known.insert(text.to_owned(), cost);
        cost
    }
}

/// Says more of a text that YAML can't read than the reader could, where there is more to say.
pub(crate) fn unreadable(text: &str, fault: Draft) -> Draft {
    // What is refused for its size or depth is hostile or broken beyond this.
    if fault.is_limit() || text.len() > Limits::TEXT {
        return fault;
    }
    let mut trial = Trial::new();
    let near = fault.span.start;
    if let Some(draft) = foreign(text) {
        return draft;
    }
    if let Some((layer, _)) = wrap::strip(text, &mut trial) {
        return from_layer(layer).official_of(&fault);
    }
    if let Some(draft) = last_line(text, &fault, &mut trial) {
        return draft;
    }
    let now = trial.cost(text);
    let before = line_before(text, near);
    let mut tried: Vec<(u64, Mend)> = Vec::new();
    for step in 0..7 {
        let mend = match step {
            0 => breaks(text),
            1 => control(text, near),
            2 => {
                let found = odd_of(text, &mut trial);
                odd::mend(text, found, before)
            }
            // Several kinds at once, where one of them is a character that can't be meant.
            3 if tried.iter().any(|(_, mend)| mend.code == "odd-character") => {
                together(text, &mut trial)
            }
            4 => tabs::mend(text, before, &mut trial),
            5 => items::quotes(text, before)
                .filter(|mend| fault.code() != "reserved-character" || mend.edits.len() > 1),
            6 => items::spaces(text, before),
            _ => None,
        };
        let Some(mend) = mend else { continue };
        let cost = trial.cost(&applied(text, &mend.edits));
        if cost < Cost::UNREADABLE {
            return mend.draft().official_of(&fault);
        }
        tried.push((cost, mend));
    }
    let marks = template::find(text);
    let cost_without = if marks.is_empty() {
        u64::MAX
    } else {
        trial.cost(&template::without(text, &marks))
    };
    if cost_without < Cost::UNREADABLE
        || (cost_without < now && touches(text, near, marks.iter().map(|mark| mark.range.start)))
    {
        return left_in(text, near, &marks)
            .map_or(fault.clone(), |draft| draft.official_of(&fault));
    }
    if let Some(mend) = together(text, &mut trial) {
        return mend.draft().official_of(&fault);
    }
    let best = tried.into_iter().min_by_key(|(cost, _)| *cost);
    match best {
        Some((cost, mend)) if cost < now => mend.draft().official_of(&fault),
        _ => fault,
    }
}

/// Odd characters, with the width of full-width spaces that makes the better file.
fn odd_of(text: &str, trial: &mut Trial) -> Vec<odd::Odd> {
    let narrow = odd::find(text, false);
    if !text.contains('\u{3000}') {
        return narrow;
    }
    let wide = odd::find(text, true);
    let mut cost = |found: &[odd::Odd]| {
        let edits: Vec<_> = found
            .iter()
            .map(|odd| (odd.span, odd.insert.clone()))
            .collect();
        trial.cost(&applied(text, &edits))
    };
    if cost(&wide) < cost(&narrow) {
        wide
    } else {
        narrow
    }
}

/// A line at the end that begins a second document in which nothing stands.
fn last_line(text: &str, fault: &Draft, trial: &mut Trial) -> Option<Draft> {
    if fault.code() != "several-documents" {
        return None;
    }
    let rest = text.get(fault.span.start..)?;
    let mut lines = lines::split(rest).map(|(_, line)| line.trim());
    if !lines.all(|line| line.is_empty() || line.starts_with('#') || line == "---" || line == "...")
    {
        return None;
    }
    let edits = vec![(Span::new(fault.span.start, text.len()), String::new())];
    (trial.cost(&applied(text, &edits)) < Cost::UNREADABLE)
        .then(|| fault.clone().fix("Delete it", edits))
}

/// Line breaks of other kinds, of which an editor makes what looks like lines.
fn breaks(text: &str) -> Option<Mend> {
    let other = |c: char| matches!(c, '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}');
    let edits: Vec<_> = text
        .match_indices(other)
        .map(|(at, c)| (Span::new(at, at + c.len()), "\n".to_owned()))
        .collect();
    let span = edits.first()?.0;
    let c = span.slice(text).chars().next()?;
    Some(Mend {
        code: "odd-character",
        span,
        message: format!(
            "there is a line break here that YAML does not know (U+{:04X})",
            u32::from(c)
        ),
        hint: "start new lines in the ordinary way".to_owned(),
        label: several(edits.len(), "Replace it", "Replace all of them"),
        edits,
        related: Vec::new(),
    })
}

/// All the mends of characters one after the other, as one change.
fn together(text: &str, trial: &mut Trial) -> Option<Mend> {
    let mut now = text.to_owned();
    let mut first: Option<Mend> = None;
    let mut kinds: Vec<String> = Vec::new();
    for step in 0..5 {
        let mend = match step {
            0 => breaks(&now),
            1 => control(&now, 0),
            2 => {
                let found = odd_of(&now, trial);
                odd::mend(&now, found, 0)
            }
            3 => items::quotes(&now, 0),
            _ => tabs::mend(&now, 0, trial),
        };
        if let Some(mend) = mend {
            now = applied(&now, &mend.edits);
            kinds.push(mend.message.clone());
            first.get_or_insert(mend);
        }
    }
    if kinds.len() < 2 || trial.cost(&now) >= Cost::UNREADABLE {
        return None;
    }
    let mend = first?;
    let others = kinds.get(1..).unwrap_or_default().join("; ");
    Some(Mend {
        hint: format!("{}; elsewhere {others}", mend.hint),
        label: "Mend all of these".to_owned(),
        edits: vec![one_edit(text, &now)],
        ..mend
    })
}

/// Files of another kind, and files that nobody has finished joining.
fn foreign(text: &str) -> Option<Draft> {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    let first = Span::new(text.len() - start.len(), text.len()).first_line(text);
    if start.starts_with("{\\rtf") {
        return Some(
            Draft::error("not-text", first, "this is a document with formatting (RTF), not a text file")
                .hint("in TextEdit choose *Format*, *Make Plain Text*, and save it again with the ending .yaml"),
        );
    }
    if start.starts_with("%PDF") {
        return Some(
            Draft::error("not-text", first, "this is a PDF, not a text file")
                .hint("copy the SDL out of it into a text file"),
        );
    }
    let mut conflict = lines::split(text).filter(|(_, line)| {
        line.starts_with("<<<<<<< ") || *line == "=======" || line.starts_with(">>>>>>> ")
    });
    let (at, line) = conflict
        .next()
        .filter(|(_, line)| line.starts_with("<<<"))?;
    conflict.next()?;
    Some(
        Draft::error(
            "merge-conflict",
            Span::new(at, at + line.len()),
            "two versions of this file were joined and nobody chose between them here",
        )
        .hint("keep one of the two parts, and delete the lines with `<<<<<<<`, `=======` and `>>>>>>>`"),
    )
}

/// Control characters and colour codes of a terminal.
fn control(text: &str, near: usize) -> Option<Mend> {
    let bad = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{85}');
    let mut edits = Vec::new();
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find(bad)) {
        let start = from + at;
        let rest = text.get(start..)?;
        let len =
            escape_code(rest).unwrap_or_else(|| rest.chars().next().map_or(1, char::len_utf8));
        from = start + len;
        edits.push((Span::new(start, from), String::new()));
    }
    let first = edits
        .iter()
        .find(|(span, _)| span.end >= near)
        .or(edits.first())?;
    let c = first.0.slice(text).chars().next()?;
    let span = first.0;
    Some(Mend {
        code: "control-character",
        span,
        message: format!(
            "there is an invisible control character here (U+{:04X})",
            u32::from(c)
        ),
        hint: "delete it; it usually comes from copying text out of a terminal or a PDF".to_owned(),
        label: several(edits.len(), "Delete the character", "Delete all of them"),
        related: first_of_each_line(
            text,
            span,
            edits
                .iter()
                .map(|(span, _)| *span)
                .filter(|other| other.start > span.start),
            "another one",
        ),
        edits,
    })
}

/// The length of a colour code at the start of a text.
fn escape_code(text: &str) -> Option<usize> {
    let inner = text.strip_prefix("\u{1b}[")?;
    let digits = inner
        .bytes()
        .take(16)
        .take_while(|b| b.is_ascii_digit() || *b == b';')
        .count();
    let end = inner.as_bytes().get(digits)?;
    end.is_ascii_alphabetic().then_some(2 + digits + 1)
}

/// A template that was not filled in, where YAML stumbled on it.
fn left_in(text: &str, near: usize, marks: &[template::Mark]) -> Option<Draft> {
    let marks: Vec<_> = marks
        .iter()
        .filter(|mark| mark.family != template::Family::Shell)
        .collect();
    let line = line_before(text, near);
    let mark = marks
        .iter()
        .find(|mark| mark.range.start >= line)
        .or(marks.last())?;
    let span = Span::new(mark.range.start, mark.range.end);
    let shown = check::shown(span.slice(text));
    let mut draft = Draft::error("template", span, format!("`{shown}` is {}", mark.family.words()))
        .hint("write the value itself in its place; Helm, Jinja and the like fill such marks in, an SDL has none");
    let others = marks
        .iter()
        .map(|mark| Span::new(mark.range.start, mark.range.end))
        .filter(|other| other.start > span.start);
    for (span, message) in first_of_each_line(text, span, others, "here too") {
        draft = draft.related(span, message);
    }
    Some(draft)
}

/// Looks at a text that YAML can read: whether it says what its author meant.
pub(crate) fn readable(text: &str, root: &Node, drafts: &mut Vec<Draft>) {
    if drafts.iter().any(Draft::is_limit) {
        return;
    }
    let mut trial = Trial::new();
    if drafts.iter().any(Draft::is_error) {
        if let Some(draft) = wrapped(text, root, &mut trial) {
            *drafts = vec![draft];
            return;
        }
        habits::glued(text, drafts, &mut trial);
    }
    habits::odd_characters(text, drafts, &mut trial);
    if root.map().is_some_and(|map| map.get("services").is_some()) {
        habits::marks(text, root, drafts);
    }
    env::items_of(text, root, drafts);
}

/// A file of another kind may be an SDL with something round it.
fn wrapped(text: &str, root: &Node, trial: &mut Trial) -> Option<Draft> {
    let map = root.map();
    let has = |name: &str| map.is_some_and(|map| map.get(name).is_some());
    let is_sdl = has("services") && has("profiles");
    let strange = map.is_some_and(|map| map.iter().any(|entry| entry.key.contains([' ', '\\'])));
    let html = ["&quot;", "&#34;", "&#39;", "&nbsp;", "&gt;"]
        .iter()
        .any(|mark| text.contains(mark));
    if is_sdl && !strange && !html && !text.contains("\\\"") {
        return None;
    }
    let now = trial.cost(text);
    let layer = match wrap::strip(text, trial) {
        // What is surely no part of an SDL goes, whatever else is wrong.
        Some((layer, next))
            if trial.cost(&next) < now
                || (layer.sure == wrap::Sure::Yes && layer.code == "web-page-marks") =>
        {
            Some(layer)
        }
        _ if is_sdl => None,
        _ => wrap::inner_text(text, root),
    };
    layer.map(from_layer)
}

fn from_layer(layer: wrap::Layer) -> Draft {
    Draft::error(layer.code, layer.span, layer.message)
        .hint(layer.hint)
        .fix(layer.label, layer.edits)
}

/// Whether one of some places is on the line of an offset or the one before.
fn touches(text: &str, near: usize, mut places: impl Iterator<Item = usize>) -> bool {
    let from = line_before(text, near);
    let end = text
        .get(near..)
        .and_then(|rest| rest.find(['\n', '\r']))
        .map_or(text.len(), |at| near + at);
    places.any(|at| (from..=end).contains(&at))
}

/// Where the last line before the one of an offset starts that holds something.
fn line_before(text: &str, at: usize) -> usize {
    let start = |before: &str| before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let line = start(text.get(..at).unwrap_or_default());
    start(text.get(..line).unwrap_or_default().trim_end())
}

/// Up to ten places, the first on each line but that of `span`.
fn first_of_each_line(
    text: &str,
    span: Span,
    places: impl Iterator<Item = Span>,
    message: &str,
) -> Vec<(Span, String)> {
    let mut found: Vec<(Span, String)> = Vec::new();
    let mut last = span.end;
    for place in places {
        if found.len() >= 10 {
            break;
        }
        let between = text.get(last..place.start);
        if between.is_some_and(|between| between.contains(['\n', '\r'])) {
            found.push((place, message.to_owned()));
        }
        last = place.end;
    }
    found
}

fn several(count: usize, one: &str, many: &str) -> String {
    if count == 1 { one } else { many }.to_owned()
}

/// A text with edits made in it; they are in order and do not overlap.
fn applied(text: &str, edits: &[(Span, String)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for (span, insert) in edits {
        out.push_str(text.get(done..span.start).unwrap_or_default());
        out.push_str(insert);
        done = span.end;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}

/// The one edit that makes a text of another.
fn one_edit(old: &str, new: &str) -> (Span, String) {
    let same = |pairs: &mut dyn Iterator<Item = (char, char)>| -> usize {
        pairs
            .take_while(|(a, b)| a == b)
            .map(|(a, _)| a.len_utf8())
            .sum()
    };
    let start = same(&mut old.chars().zip(new.chars()));
    let (old_rest, new_rest) = (
        old.get(start..).unwrap_or_default(),
        new.get(start..).unwrap_or_default(),
    );
    let end = same(&mut old_rest.chars().rev().zip(new_rest.chars().rev()));
    let insert = new_rest.get(..new_rest.len() - end).unwrap_or_default();
    (Span::new(start, old.len() - end), insert.to_owned())
}
