//! Marks of templates that nobody has filled in: Helm, Jinja, docker-compose and shell variables, `<your-domain>`.

use std::ops::Range;

/// A mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) range: Range<usize>,
    pub(crate) family: Family,
}

/// Who would fill it in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// `{{ x }}`, `{% x %}`, `<%= x %>`, `${{ x }}`, `#{x}`, `[[ x ]]`, `@@X@@`, `__X__`.
    Template,
    /// `$X`, `${X}`.
    Shell,
    /// `%X%`.
    Windows,
}

impl Family {
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Template => "a mark of a template that nothing has filled in",
            Self::Shell | Self::Windows => "a variable, and nothing puts a value in its place",
        }
    }
}

const PAIRS: [(&str, &str); 7] = [
    ("${{", "}}"),
    ("{{", "}}"),
    ("{%", "%}"),
    ("<%", "%>"),
    ("#{", "}"),
    ("[[", "]]"),
    ("@@", "@@"),
];

/// All marks in a text, in order. Each is on one line. Linear in the length of the text.
pub(crate) fn find(text: &str) -> Vec<Mark> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text
        .get(from..)
        .and_then(|rest| rest.find(['$', '{', '<', '#', '[', '@', '%', '_']))
    {
        let start = from + at;
        match at_start(text, start) {
            Some(mark) => {
                from = mark.range.end;
                found.push(mark);
            }
            None => from = start + 1,
        }
    }
    found
}

/// Longest mark, in bytes; no name is longer.
const LONGEST: usize = 200;

fn at_start(text: &str, start: usize) -> Option<Mark> {
    let rest = text.get(start..)?;
    let mark = |len: usize, family| {
        Some(Mark {
            range: start..start + len,
            family,
        })
    };
    for (open, close) in PAIRS {
        let Some(inner) = rest.strip_prefix(open) else {
            continue;
        };
        let line = short(inner).split(['\n', '\r']).next().unwrap_or_default();
        let Some(len) = line.find(close) else {
            continue;
        };
        let name = line.get(..len)?.trim();
        let strict = matches!(open, "[[" | "@@" | "#{");
        if name.is_empty()
            || name.starts_with(['"', '\'']) && open == "{{"
            || strict && !name.chars().all(is_name)
        {
            continue;
        }
        return mark(open.len() + len + close.len(), Family::Template);
    }
    let before = text.get(..start)?.chars().next_back().unwrap_or(' ');
    if let Some(inner) = rest.strip_prefix("${") {
        let name = inner
            .bytes()
            .take(LONGEST)
            .take_while(|b| b.is_ascii_alphanumeric() || *b == b'_')
            .count();
        let behind = short(inner.get(name..)?);
        let end = behind.split(['\n', '\r', '"']).next()?.find('}')?;
        let operator = behind.starts_with(['}', ':', '-', '?', '+', '=']);
        return if name > 0 && operator {
            mark(2 + name + end + 1, Family::Shell)
        } else {
            None
        };
    }
    if let Some(inner) = rest.strip_prefix('$') {
        let name = upper(inner);
        let behind = inner.get(name..)?.chars().next().unwrap_or(' ');
        let free = !before.is_alphanumeric()
            && !matches!(before, '$' | '\\')
            && !behind.is_alphanumeric()
            && behind != '$';
        return if name > 1 && free {
            mark(1 + name, Family::Shell)
        } else {
            None
        };
    }
    if let Some(inner) = rest.strip_prefix('%') {
        let name = upper(inner);
        let behind = inner.get(name..)?;
        let hex = |text: &str| {
            let mut chars = text.chars();
            chars.next().is_some_and(|c| c.is_ascii_hexdigit())
                && chars.next().is_some_and(|c| c.is_ascii_hexdigit())
        };
        // `%E2%80` is a character in a web address.
        let encoded = hex(inner) && (name == 2 || behind.get(1..).is_some_and(hex));
        return if name > 1 && behind.starts_with('%') && !encoded {
            mark(2 + name, Family::Windows)
        } else {
            None
        };
    }
    if let Some(inner) = rest.strip_prefix("__") {
        let name = upper(inner);
        let word = inner.get(..name)?.trim_end_matches('_');
        let marks = name - word.len();
        let alone = !before.is_alphanumeric() && before != '_';
        return if word.len() > 1 && marks == 2 && alone {
            mark(2 + name, Family::Template)
        } else {
            None
        };
    }
    None
}

/// The start of a text, as long as a mark may be.
fn short(text: &str) -> &str {
    let end = (0..=text.len().min(LONGEST))
        .rev()
        .find(|end| text.is_char_boundary(*end));
    text.get(..end.unwrap_or_default()).unwrap_or_default()
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.')
}

/// Bytes of the name in capitals at the start.
fn upper(text: &str) -> usize {
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return 0;
    }
    text.bytes()
        .take(LONGEST)
        .take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'_')
        .count()
}

/// The default in `${NAME:-default}`.
pub(crate) fn default_of(mark: &str) -> Option<&str> {
    let inner = mark.strip_prefix("${")?.strip_suffix('}')?;
    let (_, value) = inner.split_once('-')?;
    (!value.is_empty() && !value.contains('$')).then_some(value)
}

/// The text with something plain in place of each mark, to see whether YAML would be content without them.
pub(super) fn without(text: &str, marks: &[Mark]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for mark in marks.iter().filter(|mark| mark.family != Family::Shell) {
        // A mark with a line of its own is an instruction of the template.
        let before = text
            .get(done..mark.range.start)
            .unwrap_or_default()
            .trim_end_matches([' ', '\t']);
        let behind = text
            .get(mark.range.end..)
            .unwrap_or_default()
            .trim_start_matches([' ', '\t']);
        let starts = before.ends_with(['\n', '\r']) || (before.is_empty() && done == 0);
        let alone = starts && (behind.is_empty() || behind.starts_with(['\n', '\r']));
        out.push_str(text.get(done..mark.range.start).unwrap_or_default());
        out.push_str(if alone { "#" } else { "x" });
        done = mark.range.end;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}
