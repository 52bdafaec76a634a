//! Marks at the start of every line: quotations, line numbers, patches, comments.

use super::prose::is_prose;
use super::{Edits, Layer, Sure, all, line_span};
use crate::draft::Span;

/// `> ` before every line, as in mails and Markdown; `| ` as in tables and terminals.
pub(super) fn quoted(text: &str) -> Vec<Layer> {
    ['>', '|', '│', '┃', '❯']
        .into_iter()
        .filter_map(|mark| marked(text, mark))
        .collect()
}

pub(super) fn marked(text: &str, mark: char) -> Option<Layer> {
    let lines = all(text);
    let body = |line: &str| line.trim_start().starts_with(mark);
    let marked: Vec<usize> = (0..lines.len())
        .filter(|at| lines.get(*at).is_some_and(|(.., line)| body(line)))
        .collect();
    let (first, last) = (*marked.first()?, *marked.last()?);
    let between = lines.get(first..=last)?;
    let filled = between
        .iter()
        .filter(|(.., line)| !line.trim().is_empty())
        .count();
    // A few lines may have lost theirs when a long one was broken.
    if marked.len() < 3 || marked.len() * 10 < filled * 9 {
        return None;
    }
    let after = |line: &str| {
        let lead = line.len() - line.trim_start().len();
        lead + mark.len_utf8()
    };
    let spaced = between
        .iter()
        .filter(|(.., line)| body(line))
        .all(|(.., line)| {
            let rest = line.get(after(line)..).unwrap_or_default();
            rest.is_empty() || rest.starts_with(' ') || rest.starts_with('>')
        });
    let mut edits: Edits = Vec::new();
    for (at, (start, end, line)) in lines.iter().enumerate() {
        if at < first || at > last {
            if is_prose(line) {
                edits.push((Span::new(*start, *end), String::new()));
            }
        } else if body(line) {
            let mut cut = after(line);
            if spaced && line.get(cut..).is_some_and(|rest| rest.starts_with(' ')) {
                cut += 1;
            }
            edits.push((Span::new(*start, start + cut), String::new()));
            // A table closes its lines, too.
            let closed =
                mark != '>' && line.trim_end().len() > cut && line.trim_end().ends_with(mark);
            if closed {
                let kept = line.trim_end().trim_end_matches(mark).trim_end();
                edits.push((
                    Span::new(start + kept.len().max(cut), start + line.len()),
                    String::new(),
                ));
            }
        }
    }
    let (start, _, line) = lines.get(first)?;
    let at = start + line.find(mark)?;
    Some(Layer {
        code: "quote-marks",
        sure: Sure::Yes,
        message: format!("the lines start with `{mark}`, as a quotation in a mail or a chat does"),
        hint: "copy the text without these marks",
        label: "Take the marks away",
        span: Span::new(at, at + mark.len_utf8()),
        edits,
    })
}

/// A number before every line.
pub(super) fn numbered(text: &str) -> Vec<Layer> {
    let lines = all(text);
    let mut edits: Edits = Vec::new();
    let mut expected: Option<u64> = None;
    let mut first = None;
    let mut count = 0;
    for (start, _, line) in &lines {
        if line.trim().is_empty() {
            continue;
        }
        let content = line.trim_start();
        let lead = line.len() - content.len();
        let digits = content.bytes().take_while(u8::is_ascii_digit).count();
        let Some(number) = content
            .get(..digits)
            .and_then(|digits| digits.parse::<u64>().ok())
        else {
            return Vec::new();
        };
        // Empty lines may have lost theirs.
        if digits > 6 || expected.is_some_and(|expected| number < expected || number > expected + 3)
        {
            return Vec::new();
        }
        expected = Some(number + 1);
        let rest = content.get(digits..).unwrap_or_default();
        let sign = rest
            .chars()
            .next()
            .filter(|c| matches!(c, '.' | ':' | ')' | '|' | '│' | '→'))
            .map_or(0, char::len_utf8);
        let behind = rest.get(sign..).unwrap_or_default();
        // `1:    image` may have a bar after blanks: `1 | image`.
        let bar = behind.trim_start_matches([' ', '\t']);
        let (skipped, behind) = match bar.strip_prefix(['|', '│']).filter(|_| sign == 0) {
            Some(after) => (behind.len() - after.len(), after),
            None => (0, behind),
        };
        let blank = usize::from(behind.starts_with([' ', '\t']));
        if blank == 0 && sign == 0 && skipped == 0 && !behind.is_empty() {
            return Vec::new();
        }
        let cut = lead + digits + sign + skipped + blank;
        first.get_or_insert(Span::new(start + lead, start + lead + digits));
        edits.push((Span::new(*start, start + cut), String::new()));
        count += 1;
    }
    let Some(span) = first.filter(|_| count > 3) else {
        return Vec::new();
    };
    vec![Layer {
        code: "line-numbers",
        sure: Sure::Yes,
        message: "the lines start with their numbers, which were copied with the text".to_owned(),
        hint: "copy the text without the line numbers",
        label: "Take the line numbers away",
        span,
        edits,
    }]
}

/// A patch: `+` before every line, with headers.
pub(super) fn diff(text: &str) -> Vec<Layer> {
    let lines = all(text);
    let plus = lines
        .iter()
        .filter(|(.., line)| line.starts_with('+'))
        .count();
    let header = |line: &str| {
        [
            "diff --git",
            "index ",
            "--- ",
            "+++ ",
            "@@",
            "new file mode",
            "\\ No newline",
        ]
        .iter()
        .any(|start| line.starts_with(start))
    };
    let patch = lines.iter().any(|(.., line)| line.starts_with("@@"));
    let plain = lines
        .iter()
        .filter(|(.., line)| !line.trim().is_empty() && !line.starts_with('+') && !header(line))
        .count();
    if plus < 3 || (!patch && plain > 0) {
        return Vec::new();
    }
    let mut edits: Edits = Vec::new();
    let mut first = None;
    for (start, end, line) in &lines {
        if header(line) || (patch && line.starts_with('-')) {
            first.get_or_insert(line_span(*start, line));
            edits.push((Span::new(*start, *end), String::new()));
        } else if line.starts_with('+') || (patch && line.starts_with(' ')) {
            first.get_or_insert(Span::new(*start, start + 1));
            edits.push((Span::new(*start, start + 1), String::new()));
        }
    }
    let Some(span) = first else { return Vec::new() };
    vec![Layer {
        code: "patch",
        sure: Sure::Yes,
        message: "this is a list of changes (a patch): its lines start with `+`".to_owned(),
        hint: "give the file itself, not its changes",
        label: "Keep the new text only",
        span,
        edits,
    }]
}

/// `#` before every line.
pub(super) fn commented(text: &str) -> Vec<Layer> {
    let lines = all(text);
    let filled: Vec<_> = lines
        .iter()
        .filter(|(.., line)| !line.trim().is_empty())
        .collect();
    if filled.len() < 4
        || !filled
            .iter()
            .all(|(.., line)| line.trim_start().starts_with('#'))
    {
        return Vec::new();
    }
    let Some((start, _, line)) = filled.first() else {
        return Vec::new();
    };
    let spaced = |line: &str| {
        let rest = line.trim_start().trim_start_matches('#');
        rest.is_empty() || rest.starts_with(' ')
    };
    let is_spaced = filled.iter().all(|(.., line)| spaced(line));
    let edits = filled
        .iter()
        .filter_map(|(start, _, line)| {
            let lead = line.len() - line.trim_start().len();
            let rest = line.get(lead + 1..)?;
            let cut = lead + 1 + usize::from(is_spaced && rest.starts_with(' '));
            Some((Span::new(*start, start + cut), String::new()))
        })
        .collect();
    vec![Layer {
        code: "commented-out",
        sure: Sure::IfBetter,
        message: "every line of this file is a comment, so there is nothing in it".to_owned(),
        hint: "take the `#` at the start of the lines away",
        label: "Take the `#` away",
        span: line_span(*start, line),
        edits,
    }]
}
