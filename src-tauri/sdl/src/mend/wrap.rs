//! What stands round an SDL that was copied from a web page, a chat, a mail, a terminal or a program.

use super::lines;
use super::{Cost, Trial, applied};
use crate::draft::Span;
use crate::yaml::{Kind, Node};

type Edits = Vec<(Span, String)>;

/// One thing to take away.
#[derive(Clone, Debug)]
pub(super) struct Layer {
    pub(super) code: &'static str,
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
            let sure = matches!(
                layer.code,
                "markdown-fence" | "quote-marks" | "line-numbers" | "escaped-text" | "patch"
            );
            if sure || cost < trial.cost(text) {
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

/// The text of the whole file as one string, as programs write it: `\n` for line breaks and `\"` for quotes.
fn escaped(text: &str) -> Vec<Layer> {
    let body = text.trim_start_matches('\u{feff}').trim();
    let breaks = body.matches("\\n").count();
    let real = body.trim().matches('\n').count();
    let quotes = body.contains("\\\"");
    let is_string = breaks > real && breaks > 3;
    if !is_string && !quotes {
        return Vec::new();
    }
    let mut inners = Vec::new();
    if is_string {
        // A whole JSON string, or one somewhere in a JSON object.
        if let Ok(value) = serde_json::from_str::<serde_json::Value>(body) {
            inners.extend(strings(&value, 0));
        }
        let mark = body.chars().next().filter(|c| matches!(c, '"' | '\''));
        let inner = mark.and_then(|mark| {
            body.strip_prefix(mark)?
                .trim_end_matches([',', ';'])
                .strip_suffix(mark)
        });
        inners.push(unescaped(inner.unwrap_or(body)));
        inners.push(unescaped(&unescaped(inner.unwrap_or(body))));
    } else {
        inners.push(text.replace("\\\"", "\""));
    }
    let span =
        Span::new(text.len() - text.trim_start().len(), text.trim_end().len()).first_line(text);
    let span = Span::new(span.start, span.end.min(span.start + 80));
    let span = Span::new(
        span.start,
        (span.start..=span.end)
            .rev()
            .find(|end| text.is_char_boundary(*end))
            .unwrap_or(span.start),
    );
    let whole = Span::new(0, text.len());
    let layer = |mut inner: String| {
        if !inner.ends_with('\n') {
            inner.push('\n');
        }
        Layer {
            code: "escaped-text",
            message: if is_string {
                "this file is written as one string of a program: it has `\\n` where lines should end".to_owned()
            } else {
                "the quotes in this file have backslashes before them, as in the string of a program".to_owned()
            },
            hint: "write it as ordinary text, with line breaks and plain quotes",
            label: "Make it ordinary text",
            span,
            edits: vec![(whole, inner)],
        }
    };
    inners
        .into_iter()
        .filter(|inner| !inner.contains('\0'))
        .map(layer)
        .collect()
}

/// Strings in a JSON value that may be an SDL.
fn strings(value: &serde_json::Value, depth: usize) -> Vec<String> {
    match value {
        serde_json::Value::String(text) if text.contains("services") => vec![text.clone()],
        serde_json::Value::Array(items) if depth < 5 => items
            .iter()
            .flat_map(|item| strings(item, depth + 1))
            .collect(),
        serde_json::Value::Object(map) if depth < 5 => map
            .values()
            .flat_map(|item| strings(item, depth + 1))
            .collect(),
        _ => Vec::new(),
    }
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') | None => {}
            Some(other @ ('"' | '\'' | '\\' | '/')) => out.push(other),
            Some(other) => {
                out.push('\\');
                out.push(other);
            }
        }
    }
    out
}

/// A text somewhere in the tree that is an SDL of its own, as in `sdl: |` or a ConfigMap.
pub(super) fn inner_text(text: &str, root: &Node) -> Option<Layer> {
    fn search(node: &Node, depth: usize) -> Option<&str> {
        match &node.kind {
            Kind::Str(text) if has_sections(text) => Some(text),
            Kind::Seq(items) if depth < 5 => items
                .iter()
                .take(50)
                .find_map(|item| search(&item.node, depth + 1)),
            Kind::Map(map) if depth < 5 => map
                .iter()
                .take(50)
                .find_map(|entry| search(&entry.value.node, depth + 1)),
            _ => None,
        }
    }
    let inner = search(root, 0)?;
    let mut inner = inner.to_owned();
    if !inner.ends_with('\n') {
        inner.push('\n');
    }
    let first = Span::new(text.len() - text.trim_start().len(), text.len()).first_line(text);
    Some(Layer {
        code: "escaped-text",
        message: "the SDL stands in this file as the text of a single value".to_owned(),
        hint: "give the SDL by itself, without what stands round it",
        label: "Keep the SDL only",
        span: first,
        edits: vec![(Span::new(0, text.len()), inner)],
    })
}

/// `&quot;` and tags of a web page.
fn html(text: &str) -> Vec<Layer> {
    const NAMES: [(&str, &str); 12] = [
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&apos;", "'"),
        ("&nbsp;", " "),
        ("&#160;", " "),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&ndash;", "-"),
        ("&#45;", "-"),
        ("&amp;", "&"),
    ];
    const TAGS: [&str; 7] = ["pre", "code", "br", "p", "div", "span", "samp"];
    let mut edits: Edits = Vec::new();
    let mut only_amp = true;
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find(['&', '<'])) {
        let start = from + at;
        let rest = text.get(start..).unwrap_or_default();
        from = start + 1;
        if let Some((name, value)) = NAMES.iter().find(|(name, _)| rest.starts_with(name)) {
            only_amp &= *name == "&amp;";
            from = start + name.len();
            edits.push((Span::new(start, from), (*value).to_owned()));
            continue;
        }
        let name = rest.get(1..).unwrap_or_default().trim_start_matches('/');
        let is_tag = TAGS.iter().any(|tag| {
            name.strip_prefix(tag)
                .is_some_and(|rest| rest.starts_with(['>', ' ', '/']))
        });
        let near: String = rest
            .chars()
            .take(200)
            .take_while(|c| !matches!(c, '\n' | '\r'))
            .collect();
        if let Some(end) = near.find('>').filter(|_| is_tag) {
            only_amp = false;
            from = start + end + 1;
            edits.push((Span::new(start, from), String::new()));
        }
    }
    let Some((span, _)) = edits.first().cloned().filter(|_| !only_amp) else {
        return Vec::new();
    };
    let message = format!(
        "`{}` is part of a web page, not of an SDL",
        span.slice(text)
    );
    vec![Layer {
        code: "web-page-marks",
        message,
        hint: "copy the text as the page shows it, not its source",
        label: "Replace all such marks",
        span,
        edits,
    }]
}

/// `> ` before every line, as in mails and Markdown; `| ` as in tables and terminals.
fn quoted(text: &str) -> Vec<Layer> {
    ['>', '|', '│', '┃', '❯']
        .into_iter()
        .filter_map(|mark| marked(text, mark))
        .collect()
}

fn marked(text: &str, mark: char) -> Option<Layer> {
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
        message: format!("the lines start with `{mark}`, as a quotation in a mail or a chat does"),
        hint: "copy the text without these marks",
        label: "Take the marks away",
        span: Span::new(at, at + mark.len_utf8()),
        edits,
    })
}

/// A number before every line.
fn numbered(text: &str) -> Vec<Layer> {
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
        message: "the lines start with their numbers, which were copied with the text".to_owned(),
        hint: "copy the text without the line numbers",
        label: "Take the line numbers away",
        span,
        edits,
    }]
}

/// A patch: `+` before every line, with headers.
fn diff(text: &str) -> Vec<Layer> {
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
        message: "this is a list of changes (a patch): its lines start with `+`".to_owned(),
        hint: "give the file itself, not its changes",
        label: "Keep the new text only",
        span,
        edits,
    }]
}

/// `#` before every line.
fn commented(text: &str) -> Vec<Layer> {
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
        message: "every line of this file is a comment, so there is nothing in it".to_owned(),
        hint: "take the `#` at the start of the lines away",
        label: "Take the `#` away",
        span: line_span(*start, line),
        edits,
    }]
}

/// A Markdown fence, with what stands before and behind it.
fn fenced(text: &str) -> Vec<Layer> {
    let lines = all(text);
    let is_fence = |line: &str| {
        let line = line.trim_start_matches(lines::is_space);
        line.starts_with("```")
            || line.starts_with("~~~")
            || line.starts_with("’’’")
            || line.starts_with("'''")
    };
    let fences: Vec<usize> = (0..lines.len())
        .filter(|at| lines.get(*at).is_some_and(|(.., line)| is_fence(line)))
        .collect();
    let Some(first) = fences.first().and_then(|at| lines.get(*at)) else {
        return Vec::new();
    };
    // Lines to keep, as ranges: each block, all blocks, the text without the fences.
    let mut ways: Vec<Vec<std::ops::Range<usize>>> = Vec::new();
    let blocks: Vec<_> = fences
        .chunks(2)
        .filter_map(|pair| match pair {
            [open, close] => Some(open + 1..*close),
            [open] => Some(open + 1..lines.len()),
            _ => None,
        })
        .take(20)
        .collect();
    ways.extend(blocks.iter().map(|block| vec![block.clone()]));
    ways.push(blocks.clone());
    let mut outside = Vec::new();
    let mut from = 0;
    for fence in &fences {
        outside.push(from..*fence);
        from = fence + 1;
    }
    outside.push(from..lines.len());
    ways.push(outside.clone());
    ways.extend(outside.first().map(|start| vec![start.clone()]));
    ways.extend(outside.last().map(|end| vec![end.clone()]));
    let cut = |ranges: Vec<std::ops::Range<usize>>| -> Edits {
        let kept = |at: usize| ranges.iter().any(|range| range.contains(&at));
        let mut edits: Edits = Vec::new();
        for (_, (start, end, _)) in lines.iter().enumerate().filter(|(at, _)| !kept(*at)) {
            match edits.last_mut() {
                Some((span, _)) if span.end == *start => span.end = *end,
                _ => edits.push((Span::new(*start, *end), String::new())),
            }
        }
        edits
    };
    let prose = lines
        .iter()
        .take(fences.first().copied().unwrap_or_default())
        .any(|(.., line)| !line.trim().is_empty());
    let span = match lines
        .iter()
        .find(|(.., line)| !line.trim().is_empty())
        .filter(|_| prose)
    {
        Some((start, _, line)) if section(line).is_none() => line_span(*start, line),
        _ => line_span(first.0, first.2),
    };
    ways.into_iter()
        .map(|ranges| Layer {
            code: "markdown-fence",
            message:
                "this was copied from a web page or a chat: the SDL stands between lines with ```"
                    .to_owned(),
            hint: "keep only what stands between these lines",
            label: "Keep the SDL only",
            span,
            edits: cut(ranges),
        })
        .collect()
}

/// Whether a line is a sentence or a command, and no YAML that an SDL could have at its margin.
fn is_prose(line: &str) -> bool {
    let line = line.trim_matches(lines::is_space);
    if line.is_empty()
        || line.starts_with([
            '#', '%', '-', '}', ']', '{', '[', '"', '\'', '&', '*', '?', '<',
        ])
        || line == "..."
    {
        return false;
    }
    // `name:` and `name: value` are entries, `see: https` among them; a name of several words is none.
    let key = line
        .split_once(':')
        .filter(|(_, rest)| rest.is_empty() || rest.starts_with([' ', '\t']));
    key.is_none_or(|(key, _)| key.contains(lines::is_space))
}

/// Sentences or commands before and behind the SDL, without a fence.
fn surrounded(text: &str) -> Vec<Layer> {
    let lines = all(text);
    let is_head = |line: &str| section(line).is_some() || line.trim_end() == "---";
    let Some(first) = lines.iter().position(|(.., line)| is_head(line)) else {
        return Vec::new();
    };
    let column = |line: &str| line.len() - line.trim_start_matches(lines::is_space).len();
    let base = lines.get(first).map_or(0, |(.., line)| column(line));
    // Comments right before it are part of it.
    let mut start = first;
    while let Some((.., line)) = start.checked_sub(1).and_then(|before| lines.get(before)) {
        if !line.trim().is_empty() && !line.trim_start().starts_with('#') {
            break;
        }
        start -= 1;
    }
    let last = lines
        .iter()
        .rposition(|(.., line)| section(line).is_some() && column(line) == base)
        .unwrap_or(first);
    let end = (last..lines.len())
        .find(|at| {
            lines
                .get(*at)
                .is_some_and(|(.., line)| column(line) <= base && is_prose(line))
        })
        .unwrap_or(lines.len());
    let prose = |range: std::ops::Range<usize>| {
        let mut part = lines.get(range).unwrap_or_default().iter();
        part.find(|(.., line)| is_prose(line))
    };
    let Some((at, _, line)) = prose(0..start).or_else(|| prose(end..lines.len())) else {
        return Vec::new();
    };
    let span = line_span(*at, line);
    let mut edits = Vec::new();
    if let Some((head, ..)) = lines.get(start).filter(|_| prose(0..start).is_some()) {
        edits.push((Span::new(0, *head), String::new()));
    }
    if let Some((tail, ..)) = lines.get(end) {
        edits.push((Span::new(*tail, text.len()), String::new()));
    }
    vec![Layer {
        code: "text-around",
        message: "this line is no part of an SDL; it seems to have been copied with it".to_owned(),
        hint: "keep only the SDL itself",
        label: "Keep the SDL only",
        span,
        edits,
    }]
}

/// A file of which all but the first line is indented, or the first alone, or a single section.
fn dedented(text: &str, trial: &mut Trial) -> Option<(Layer, String)> {
    let lines = all(text);
    let lead = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let filled: Vec<_> = lines
        .iter()
        .filter(|(.., line)| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
        .collect();
    let heads: Vec<_> = filled
        .iter()
        .filter(|(.., line)| section(line).is_some())
        .collect();
    let (first, rest) = filled.split_first()?;
    if heads.len() < 2 {
        return None;
    }
    let least = rest.iter().map(|(.., line)| lead(line)).min()?;
    let own = lead(first.2);
    let mut ways: Vec<(Edits, Span)> = Vec::new();
    if least > own {
        let cut = |by: usize| -> Edits {
            lines
                .iter()
                .filter(|(start, _, line)| start > &first.0 && lead(line) > 0)
                .map(|(start, _, line)| {
                    (Span::new(*start, start + by.min(lead(line))), String::new())
                })
                .collect()
        };
        let second = rest.first()?;
        ways.push((cut(least - own), line_span(second.0, second.2)));
    } else if own > least {
        ways.push((
            vec![(Span::new(first.0, first.0 + own - least), String::new())],
            line_span(first.0, first.2),
        ));
    }
    // Single sections that slipped to the right.
    let base = heads.iter().map(|(.., line)| lead(line)).min()?;
    let slipped: Vec<_> = heads
        .iter()
        .filter(|(.., line)| lead(line) > base && lead(line) <= base + 2)
        .collect();
    if let Some(first) = slipped.first() {
        let edits = slipped
            .iter()
            .map(|(start, _, line)| (Span::new(*start, start + lead(line) - base), String::new()))
            .collect();
        ways.push((edits, line_span(first.0, first.2)));
    }
    let now = trial.cost(text);
    if now < Cost::UNREADABLE {
        return None;
    }
    let best = ways
        .into_iter()
        .filter(|(edits, _)| !edits.is_empty())
        .map(|(edits, span)| {
            let next = applied(text, &edits);
            (trial.cost(&next), edits, span, next)
        })
        .min_by_key(|(cost, ..)| *cost)?;
    let (cost, edits, span, next) = best;
    (cost < Cost::UNREADABLE).then(|| {
        let layer = Layer {
            code: "indentation",
            message: "this part of the file is indented differently from the rest".to_owned(),
            hint: "start `version`, `services`, `profiles` and `deployment` in the same column",
            label: "Move it to the left",
            span,
            edits,
        };
        (layer, next)
    })
}
