//! What a program or the source of a web page makes of a text: escapes, strings in other files, entities, tags.

use super::{Edits, Layer, Sure, has_sections};
use crate::draft::Span;
use crate::yaml::{Kind, Node};

/// The text of the whole file as one string, as programs write it: `\n` for line breaks and `\"` for quotes.
pub(super) fn escaped(text: &str) -> Vec<Layer> {
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
            sure: if is_string {
                Sure::Yes
            } else {
                Sure::IfReadable
            },
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
pub(super) fn strings(value: &serde_json::Value, depth: usize) -> Vec<String> {
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

pub(super) fn unescaped(text: &str) -> String {
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
pub(in crate::mend) fn inner_text(text: &str, root: &Node) -> Option<Layer> {
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
        sure: Sure::IfReadable,
        message: "the SDL stands in this file as the text of a single value".to_owned(),
        hint: "give the SDL by itself, without what stands round it",
        label: "Keep the SDL only",
        span: first,
        edits: vec![(Span::new(0, text.len()), inner)],
    })
}

/// `&quot;` and tags of a web page.
pub(super) fn html(text: &str) -> Vec<Layer> {
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
        if !is_tag {
            continue;
        }
        let near = rest
            .char_indices()
            .take(200)
            .find(|(_, c)| matches!(c, '>' | '\n' | '\r'));
        if let Some((end, '>')) = near {
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
        sure: if text.matches(": &quot;").count() > 1 {
            Sure::Yes
        } else {
            Sure::IfBetter
        },
        message,
        hint: "copy the text as the page shows it, not its source",
        label: "Replace all such marks",
        span,
        edits,
    }]
}
