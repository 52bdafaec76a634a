//! What stands before and behind an SDL, and parts of it that moved.

use super::{Edits, Layer, Sure, all, line_span, section};
use crate::draft::Span;
use crate::mend::{Cost, Trial, applied, lines};

/// A Markdown fence, with what stands before and behind it.
pub(super) fn fenced(text: &str) -> Vec<Layer> {
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
    // Nobody copies so many blocks; what is done below takes time for each.
    if fences.len() > 40 {
        return Vec::new();
    }
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
            sure: Sure::Yes,
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
pub(super) fn is_prose(line: &str) -> bool {
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
pub(super) fn surrounded(text: &str) -> Vec<Layer> {
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
        sure: Sure::IfBetter,
        message: "this line is no part of an SDL; it seems to have been copied with it".to_owned(),
        hint: "keep only the SDL itself",
        label: "Keep the SDL only",
        span,
        edits,
    }]
}

/// A file of which all but the first line is indented, or the first alone, or a single section.
pub(super) fn dedented(text: &str, trial: &mut Trial) -> Option<(Layer, String)> {
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
            sure: Sure::IfReadable,
            message: "this part of the file is indented differently from the rest".to_owned(),
            hint: "start `version`, `services`, `profiles` and `deployment` in the same column",
            label: "Move it to the left",
            span,
            edits,
        };
        (layer, next)
    })
}
