//! List items and values that YAML reads as something else because they have no quotes, or too many.

use super::lines::{self, Context, Kind, Line};
use super::{Mend, several};
use crate::draft::Span;

/// Items of `env`, `command` and `args` that need quotes, and one fix that puts them in quotes.
pub(super) fn quotes(text: &str, near: usize) -> Option<Mend> {
    let lines = lines::read(text);
    let mut edits: Vec<(Span, String)> = Vec::new();
    let mut until = 0;
    for line in &lines {
        if line.kind != Kind::Content || line.context == Context::Name || line.start < until {
            continue;
        }
        let Some(span) = item(text, line) else {
            continue;
        };
        let raw = span.slice(text);
        if !needs_quotes(raw, line.context) {
            continue;
        }
        until = span.end;
        edits.push((span, as_item(raw, line.context == Context::Env)));
    }
    let first = edits
        .iter()
        .find(|(span, _)| span.end >= near)
        .or(edits.last())?;
    let span = first.0.first_line(text);
    let related = super::first_of_each_line(
        text,
        span,
        edits
            .iter()
            .map(|(span, _)| span.first_line(text))
            .filter(|other| other.start > span.start),
        "this one too",
    );
    let label = match first.1.lines().count() {
        1 if edits.len() == 1 => format!("Write {}", crate::check::shown(&first.1)),
        _ => several(edits.len(), "Put it in quotes", "Put them in quotes"),
    };
    Some(Mend {
        code: "needs-quotes",
        span,
        message: "this needs quotes round it: without them YAML reads the signs in it as its own"
            .to_owned(),
        hint: format!("write {}", crate::check::shown(&first.1)),
        label,
        edits,
        related,
    })
}

/// Where the text of an item stands: behind the dash, over several lines where brackets are open.
fn item(text: &str, line: &Line<'_>) -> Option<Span> {
    if !line.is_item() {
        return None;
    }
    let body = line.text.get(line.body..line.value.end.max(line.body))?;
    let start = line.start + line.body;
    let end = start + body.len();
    let open = body
        .find(['{', '['])
        .filter(|_| line.context == Context::Env || body.contains('='));
    // A JSON value may go on over some lines.
    let Some(open) = open.filter(|_| depth(body) > 0) else {
        return Some(Span::new(start, end));
    };
    let rest = text.get(start + open..)?;
    let limit = (0..=rest.len().min(16 * 1024))
        .rev()
        .find(|at| rest.is_char_boundary(*at))?;
    let mut level = 0_i32;
    let mut quoted = false;
    let mut escaped = false;
    for (at, c) in rest.get(..limit)?.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '{' | '[' if !quoted => level += 1,
            '}' | ']' if !quoted => {
                level -= 1;
                if level == 0 {
                    return Some(Span::new(start, start + open + at + 1));
                }
            }
            _ => {}
        }
    }
    Some(Span::new(start, end))
}

fn depth(text: &str) -> i32 {
    text.chars()
        .map(|c| match c {
            '{' | '[' => 1,
            '}' | ']' => -1,
            _ => 0,
        })
        .sum()
}

fn needs_quotes(raw: &str, context: Context) -> bool {
    let Some(first) = raw.chars().next() else {
        return false;
    };
    if raw.starts_with("{{") || raw.starts_with("{%") {
        // A mark of a template, and no value yet.
        return false;
    }
    if let '"' | '\'' = first {
        // Something behind the closing quote.
        return lines::closing(raw, 1, raw.len(), first).is_some_and(|end| end + 1 < raw.len());
    }
    let name = raw
        .bytes()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
        .count();
    let colon = raw
        .get(name..)
        .is_some_and(|rest| rest.starts_with(": ") || rest == ":");
    if context == Context::Env && colon {
        // `NAME: value` is another slip.
        return false;
    }
    match first {
        '{' | '[' => context == Context::Env,
        '|' | '>' | '#' => false,
        '@' | '`' | '%' | '*' | '&' | '!' => true,
        _ => raw.contains(": ") || raw.ends_with(':') || raw.contains(['\n', '\r']),
    }
}

/// An item as YAML reads it whole. Quotes round the value of `NAME="value"` are the author's way to write it, and go.
pub(crate) fn as_item(raw: &str, env: bool) -> String {
    let mut item = raw.to_owned();
    if env {
        if let Some((name, value)) = raw.split_once('=')
            && let Some(inner) = unwrapped(value)
        {
            item = format!("{name}={inner}");
        }
        // `"NAME"=value` and `"NAME=a"b`.
        if let Some(mark) = raw.chars().next().filter(|c| matches!(c, '"' | '\''))
            && let Some(end) = lines::closing(raw, 1, raw.len(), mark)
        {
            let (head, tail) = (
                raw.get(1..end).unwrap_or_default(),
                raw.get(end + 1..).unwrap_or_default(),
            );
            let tail = match tail.strip_prefix('=') {
                Some(value) => format!("={}", unwrapped(value).unwrap_or_else(|| value.to_owned())),
                None => tail.to_owned(),
            };
            item = format!("{head}{tail}");
        }
    }
    scalar(&item)
}

/// What stands between quotes that surround a whole value. Backslashes in double quotes count where every reader takes
/// them alike: before a quote, a backslash, a `$` and a backtick.
pub(crate) fn unwrapped(value: &str) -> Option<String> {
    let mark = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inner = value.get(1..)?.strip_suffix(mark)?;
    if mark == '\'' {
        let plain = !inner.contains(['\'', '\\']);
        return plain.then(|| inner.to_owned());
    }
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => return None,
            '\\' => out.push(
                chars
                    .next()
                    .filter(|c| matches!(c, '"' | '\\' | '$' | '`'))?,
            ),
            c => out.push(c),
        }
    }
    Some(out)
}

/// A text as a scalar in a block list: plain where that is safe, else in quotes of the kind that needs no escapes.
pub(crate) fn scalar(text: &str) -> String {
    let plain = |c: char| {
        c.is_ascii_alphanumeric()
            || matches!(
                c,
                '_' | '-'
                    | '.'
                    | '/'
                    | '='
                    | '+'
                    | '@'
                    | '%'
                    | '$'
                    | ';'
                    | '?'
                    | '&'
                    | ','
                    | '('
                    | ')'
                    | '~'
                    | '^'
                    | '|'
                    | '<'
                    | '>'
                    | '*'
                    | '!'
            )
    };
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '/');
    let reads_same =
        |text: &str| crate::yaml::load(text).is_ok_and(|node| node.str() == Some(text));
    let mut before = ' ';
    let inner = text.chars().all(|c| {
        let fine = plain(c)
            || !c.is_ascii() && !c.is_control() && !lines::is_space(c)
            || (c == '#' && before != ' ')
            || c == ':'
            || c == ' ';
        before = c;
        fine
    });
    if starts && inner && !text.contains(": ") && !text.ends_with([':', ' ']) && reads_same(text) {
        return text.to_owned();
    }
    in_quotes(text)
}

/// A text in quotes, of the kind that needs no escapes where there is one. Its line breaks stay line breaks of the file.
pub(super) fn in_quotes(text: &str) -> String {
    let control = text
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\n' | '\r'));
    if text.contains(['"', '\\']) && !control {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let escaped = text
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\t', "\\t");
    format!("\"{escaped}\"")
}

/// A text in double quotes on one line, with an escape for whatever can't stand there.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control()
                || matches!(
                    c,
                    '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
                ) =>
            {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Dashes and colons without the space that belongs behind them.
pub(super) fn spaces(text: &str, near: usize) -> Option<Mend> {
    let mut edits: Vec<(Span, String)> = Vec::new();
    for line in lines::read(text) {
        if line.kind != Kind::Content {
            continue;
        }
        let body = line.text.get(line.body..).unwrap_or_default();
        let mut chars = body.chars();
        let glued = !line.is_item()
            && line.context != Context::Words
            && chars.next() == Some('-')
            && chars
                .next()
                .is_some_and(|c| c.is_alphanumeric() || matches!(c, '"' | '\'' | '_'));
        if glued {
            let at = line.start + line.body + 1;
            edits.push((Span::new(at, at), " ".to_owned()));
        }
        if line.key.is_some() || line.context != Context::Name {
            continue;
        }
        // `image:nginx`, but no web address and no image with a version.
        let body = body.strip_prefix('-').filter(|_| glued).unwrap_or(body);
        let start = line.text.len() - body.len();
        if let Some((name, rest)) = body.split_once(':')
            && FIELDS.contains(&name)
            && !rest.starts_with("//")
        {
            let at = line.start + start + name.len() + 1;
            edits.push((Span::new(at, at), " ".to_owned()));
        }
    }
    let first = edits
        .iter()
        .find(|(span, _)| span.end >= near)
        .or(edits.last())?
        .0
        .start;
    let sign = text.get(first - 1..first).unwrap_or_default();
    let what = if sign == "-" { "the dash" } else { "the colon" };
    let span = Span::new(first - 1, first);
    let related = super::first_of_each_line(
        text,
        span,
        edits
            .iter()
            .map(|(span, _)| *span)
            .filter(|other| other.start > first),
        "here too",
    );
    let line_end = text
        .get(first..)
        .and_then(|rest| rest.find(['\n', '\r']))
        .map_or(text.len(), |at| first + at);
    let line_start = text
        .get(..first - 1)
        .and_then(|before| before.rfind(['\n', '\r']))
        .map_or(0, |at| at + 1);
    let right = format!(
        "{} {}",
        text.get(line_start..first).unwrap_or_default().trim_start(),
        text.get(first..line_end).unwrap_or_default().trim_end()
    );
    let right = crate::check::shown(&right);
    Some(Mend {
        code: "missing-space",
        span,
        message: format!("a space is missing after {what}"),
        hint: format!("write `{right}`"),
        label: if edits.len() == 1 {
            format!("Write `{right}`")
        } else {
            "Add all missing spaces".to_owned()
        },
        edits,
        related,
    })
}

/// Fields of an SDL that people write without the space behind the colon.
const FIELDS: [&str; 24] = [
    "image",
    "port",
    "as",
    "global",
    "service",
    "proto",
    "units",
    "size",
    "denom",
    "amount",
    "profile",
    "count",
    "mount",
    "persistent",
    "class",
    "model",
    "ram",
    "region",
    "kind",
    "host",
    "username",
    "password",
    "name",
    "version",
];
