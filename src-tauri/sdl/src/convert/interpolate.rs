//! `${NAME}` in compose files and in what a shell would read.
//!
//! The forms are those of the Compose Specification (Interpolation): `$NAME`, `${NAME}`, `:-` and `-` for a default, `:?`
//! and `?` for a value that must be there, `:+` and `+` for a value instead, and `$$` for a dollar sign.

use std::collections::BTreeMap;

use super::types::ConvertError;
use super::value::{Map, Text, Value};

/// Names with values.
pub(super) type Vars = BTreeMap<String, String>;

/// Bytes of all texts of a file after interpolation; a variable may stand in it very often.
pub(super) const MOST_BYTES: usize = 4 * 1024 * 1024;
/// Defaults within defaults.
const MOST_DEEP: usize = 20;

/// Replaces variables in texts, as long as there is room.
pub(super) struct Interpolation<'v> {
    vars: &'v Vars,
    bytes: usize,
}

impl<'v> Interpolation<'v> {
    pub(super) fn new(vars: &'v Vars) -> Self {
        Self { vars, bytes: 0 }
    }

    /// Replaces variables in all values of a tree; keys stay as they are.
    ///
    /// # Errors
    /// The result is too large.
    pub(super) fn tree(&mut self, value: &mut Value) -> Result<(), ConvertError> {
        match value {
            Value::Text(text) => {
                if text.text.contains('$') {
                    *text = self.text(&text.text);
                }
                self.bytes = self.bytes.saturating_add(text.text.len());
                if self.bytes > MOST_BYTES {
                    return Err(ConvertError::TooLarge);
                }
                Ok(())
            }
            Value::List(items) => items.iter_mut().try_for_each(|item| self.tree(item)),
            Value::Map(Map { entries }) => entries
                .iter_mut()
                .try_for_each(|(_, value)| self.tree(value)),
            Value::Override(value) => self.tree(value),
            Value::Null | Value::Bool(_) | Value::Reset => Ok(()),
        }
    }

    /// One text.
    pub(super) fn text(&self, source: &str) -> Text {
        let mut unset = Vec::new();
        let mut text = String::new();
        self.expand(source, MOST_DEEP, &mut text, &mut unset);
        unset.dedup();
        Text {
            text,
            bare: false,
            unset,
        }
    }

    fn expand(&self, source: &str, depth: usize, out: &mut String, unset: &mut Vec<String>) {
        let mut rest = source;
        let mut unclosed = 0;
        while let Some(at) = rest.find('$') {
            out.push_str(rest.get(..at).unwrap_or_default());
            rest = rest.get(at + 1..).unwrap_or_default();
            if let Some(after) = rest.strip_prefix('$') {
                out.push('$');
                rest = after;
            } else if let Some(body) = rest.strip_prefix('{').filter(|_| unclosed < MOST_OPEN) {
                let Some((inside, after)) = braced(body) else {
                    unclosed += 1;
                    out.push('$');
                    continue;
                };
                self.braced(inside, depth, out, unset);
                rest = after;
            } else {
                let len = name_len(rest);
                if len == 0 {
                    out.push('$');
                    continue;
                }
                let (name, after) = rest.split_at(len);
                self.plain(name, out, unset);
                rest = after;
            }
            if out.len() > MOST_BYTES {
                return;
            }
        }
        out.push_str(rest);
    }

    fn plain(&self, name: &str, out: &mut String, unset: &mut Vec<String>) {
        match self.vars.get(name) {
            Some(value) => out.push_str(value),
            None => unset.push(name.to_owned()),
        }
    }

    fn braced(&self, inside: &str, depth: usize, out: &mut String, unset: &mut Vec<String>) {
        let (name, rest) = inside.split_at(name_len(inside));
        let value = self.vars.get(name);
        let (strict, operator) = match rest.strip_prefix(':') {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        let has = value.filter(|value| !(strict && value.is_empty()));
        let mut chars = operator.chars();
        let (mark, word) = (chars.next(), chars.as_str());
        let Some(deeper) = depth.checked_sub(1) else {
            return;
        };
        match (mark, has) {
            (_, _) if name.is_empty() => {
                // `${…}` with something that is no name: shells have more forms than compose.
                unset.push(super::notes::short(inside));
            }
            (Some('+'), Some(_)) | (Some('-'), None) => self.expand(word, deeper, out, unset),
            (Some('+'), None) => {}
            (_, Some(value)) => out.push_str(value),
            (_, None) => unset.push(name.to_owned()),
        }
    }
}

/// Braces of one text that are never closed, until no more of them are looked at.
const MOST_OPEN: u32 = 100;
/// Most bytes between the braces of one variable.
const MOST_BRACED: usize = 1_024;

/// Splits behind the brace that closes `${`, counting those within.
fn braced(text: &str) -> Option<(&str, &str)> {
    let mut open = 1_u32;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        // A file may hold very many of them that are never closed.
        if at > MOST_BRACED {
            return None;
        }
        match c {
            '{' if before == '$' => open += 1,
            '}' => open -= 1,
            _ => {}
        }
        if open == 0 {
            return Some((text.get(..at)?, text.get(at + 1..)?));
        }
        before = c;
    }
    None
}

/// Bytes of the name of a variable at the start of a text.
fn name_len(text: &str) -> usize {
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if !starts {
        return 0;
    }
    text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .unwrap_or(text.len())
}

/// Most variables of one `.env` file.
const MOST_VARS: usize = 5_000;
/// Characters of the further lines of a value.
const MOST_LINES: usize = 32_768;
/// Quotes that are never closed, until further lines are no longer looked at.
const MOST_UNCLOSED: u32 = 10;

/// Reads a `.env` file: `NAME=value` lines, `export` before them, quotes, comments. Lines that are none of this are left out.
pub(super) fn dotenv(text: &str) -> Vars {
    let mut vars = Vars::new();
    let (mut unclosed, mut bytes) = (0, 0_usize);
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    while !rest.is_empty() && vars.len() < MOST_VARS {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        rest = after;
        let line = line.trim_end_matches('\r').trim_start();
        let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((name, value)) = line.split_once('=') else {
            continue;
        };
        let name = name.trim();
        if name.is_empty() || name.contains(char::is_whitespace) {
            continue;
        }
        let value = value.trim_start();
        let value = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let body = value.get(1..).unwrap_or_default();
                let joined;
                let whole = match closing(body, quote) {
                    Some(_) => body,
                    // A value in quotes may go on over several lines.
                    None if unclosed < MOST_UNCLOSED => {
                        let most = rest
                            .char_indices()
                            .nth(MOST_LINES)
                            .map_or(rest.len(), |(at, _)| at);
                        joined = format!("{body}\n{}", rest.get(..most).unwrap_or_default());
                        &joined
                    }
                    None => body,
                };
                match closing(whole, quote) {
                    Some(end) => {
                        if let Some(tail) = end
                            .checked_sub(body.len() + 1)
                            .and_then(|skip| rest.get(skip..))
                        {
                            rest = tail.split_once('\n').map_or("", |(_, after)| after);
                        }
                        let inner = whole.get(..end).unwrap_or_default();
                        let text = if quote == '"' {
                            unescaped(inner)
                        } else {
                            inner.replace('$', "$$")
                        };
                        Interpolation::new(&vars).text(&text).text
                    }
                    None => {
                        unclosed += 1;
                        value.trim_end().to_owned()
                    }
                }
            }
            _ => {
                let end = value.find(" #").unwrap_or(value.len());
                let value = value.get(..end).unwrap_or_default().trim_end();
                let value = if value.starts_with('#') { "" } else { value };
                Interpolation::new(&vars).text(value).text
            }
        };
        // Values may hold earlier ones again and again.
        bytes = bytes.saturating_add(value.len());
        if bytes > MOST_BYTES {
            break;
        }
        vars.insert(name.to_owned(), value);
    }
    vars
}

fn closing(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quote == '"' => escaped = true,
            _ if c == quote => return Some(at),
            _ => {}
        }
    }
    None
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
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some('$') => out.push_str("$$"),
            Some(other) => out.push(other),
            None => out.push('\\'),
        }
    }
    out
}
