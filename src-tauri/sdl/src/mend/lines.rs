//! The lines of an SDL as a person sees them, also where YAML can't read them.

use std::ops::Range;

/// What kinds of text a line holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Context {
    /// Items of `env`: the value is the author's, the name is not.
    Env,
    /// `command`, `args`, user names and passwords: text that is passed on as it is.
    Words,
    /// Names, numbers, sizes, images, hosts: nothing of it is prose.
    Name,
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Blank,
    Comment,
    /// Part of a text that runs over several lines (`|`, `>`, or quotes).
    Verbatim,
    Content,
}

/// A line, without its line break.
#[derive(Clone, Debug)]
pub(super) struct Line<'t> {
    pub(super) text: &'t str,
    pub(super) start: usize,
    /// Bytes of white space before what it holds.
    pub(super) lead: usize,
    pub(super) kind: Kind,
    pub(super) context: Context,
    /// Bytes from the start of the line to what follows the list dashes.
    pub(super) body: usize,
    /// The key, in bytes of the line, with its quotes.
    pub(super) key: Option<Range<usize>>,
    /// What follows the colon, or the body where there is no key; without the comment.
    pub(super) value: Range<usize>,
}

impl Line<'_> {
    pub(super) fn slice(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    pub(super) fn is_item(&self) -> bool {
        self.body > self.lead
    }
}

/// White space to the eye that YAML does not take for a space.
pub(super) fn is_odd_space(c: char) -> bool {
    matches!(
        c,
        '\u{a0}' | '\u{1680}' | '\u{2000}'
            ..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{2800}' | '\u{3000}' | '\u{3164}'
    )
}

/// Characters that can't be seen at all.
pub(super) fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

pub(super) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t') || is_odd_space(c) || is_unseen(c)
}

/// Dashes and bullets that people see as the hyphen of a list item.
pub(super) fn is_odd_dash(c: char) -> bool {
    matches!(
        c,
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2e3a}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}'
    )
}

pub(super) fn is_bullet(c: char) -> bool {
    matches!(c, '•' | '·' | '●' | '▪' | '◦' | '‣' | '⁃' | '∙')
}

/// The text in lines, without their line breaks, with where they start.
pub(super) fn split(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..).filter(|_| at <= text.len())?;
        if rest.is_empty() && at > 0 {
            return None;
        }
        let start = at;
        let end = rest.find(['\n', '\r']);
        let line = rest.get(..end.unwrap_or(rest.len()))?;
        at = match end {
            None => text.len() + 1,
            Some(end) if rest.get(end..).is_some_and(|rest| rest.starts_with("\r\n")) => {
                start + end + 2
            }
            Some(end) => start + end + 1,
        };
        Some((start, line))
    })
}

/// How far a line is indented, in columns.
pub(super) fn width(lead: &str) -> usize {
    lead.chars()
        .map(|c| match c {
            '\t' => 2,
            c if is_unseen(c) => 0,
            _ => 1,
        })
        .sum()
}

/// Reads the lines. Bounded by the length of the text.
pub(super) fn read(text: &str) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    // Keys that what follows belongs to, with their columns.
    let mut open: Vec<(usize, Context)> = Vec::new();
    // Lines indented by more than this belong to a text.
    let mut block: Option<usize> = None;
    // Where a quote that opened on an earlier line closes.
    let mut quoted = 0;
    // Whether there is a closing quote at all, so that a search without result is made once.
    let mut unclosed = [false; 2];
    for (start, line) in split(text) {
        let content = line.trim_start_matches(is_space);
        let lead = line.len() - content.len();
        let indent = width(line.get(..lead).unwrap_or_default());
        let mut read = Line {
            text: line,
            start,
            lead,
            kind: Kind::Content,
            context: Context::Name,
            body: lead,
            key: None,
            value: lead..line.len(),
        };
        if start < quoted {
            read.kind = Kind::Verbatim;
        } else if content.trim_matches(is_space).is_empty() {
            read.kind = Kind::Blank;
        } else if block.is_some_and(|least| indent > least) {
            read.kind = Kind::Verbatim;
        } else if content.starts_with('#') {
            read.kind = Kind::Comment;
        }
        if read.kind != Kind::Content {
            lines.push(read);
            continue;
        }
        block = None;
        read.body = lead + markers(content);
        let item = read.is_item();
        while open
            .last()
            .is_some_and(|(column, _)| *column > indent || (*column == indent && !item))
        {
            open.pop();
        }
        read.context = open.last().map_or(Context::Name, |(_, context)| *context);
        parts(&mut read);
        if let Some(key) = &read.key {
            let column = width(line.get(..read.body).unwrap_or_default());
            let own = context_of(read.slice(key));
            let context = own.unwrap_or(read.context);
            open.push((column, context));
            read.context = context;
        }
        let value = read.slice(&read.value);
        if is_block_header(value) {
            block = Some(indent);
        }
        if let Some(mark) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) {
            let from = start + read.value.start + 1;
            let slot = usize::from(mark == '"');
            if closing(text, from, start + line.len(), mark).is_none()
                && !unclosed.get(slot).copied().unwrap_or_default()
            {
                match closing(text, from, text.len(), mark) {
                    Some(end) => quoted = end,
                    None => {
                        if let Some(slot) = unclosed.get_mut(slot) {
                            *slot = true;
                        }
                    }
                }
            }
        }
        lines.push(read);
    }
    lines
}

/// Where a quote closes between two offsets.
pub(super) fn closing(text: &str, from: usize, to: usize, mark: char) -> Option<usize> {
    let mut chars = text.get(from..to)?.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c == '\\' && mark == '"' {
            chars.next();
        } else if c == mark {
            if mark == '\'' && chars.peek().is_some_and(|(_, next)| *next == '\'') {
                chars.next();
                continue;
            }
            return Some(from + at);
        }
    }
    None
}

/// Bytes of the list dashes at the start, with the white space behind them.
fn markers(content: &str) -> usize {
    let mut at = 0;
    loop {
        let rest = content.get(at..).unwrap_or_default();
        let Some(first) = rest.chars().next() else {
            return at;
        };
        let behind = rest.get(first.len_utf8()..).unwrap_or_default();
        let marker = first == '-' || is_odd_dash(first) || is_bullet(first);
        if !marker || !(behind.is_empty() || behind.starts_with(is_space)) {
            return at;
        }
        at += first.len_utf8() + behind.len() - behind.trim_start_matches(is_space).len();
    }
}

/// Finds key and value of a line.
fn parts(line: &mut Line<'_>) {
    let body = line.text.get(line.body..).unwrap_or_default();
    let mut value = line.body;
    if let Some(colon) = colon(body) {
        let key = body
            .get(..colon)
            .unwrap_or_default()
            .trim_end_matches(is_space);
        line.key = Some(line.body..line.body + key.len());
        let mark = body
            .get(colon..)
            .and_then(|rest| rest.chars().next())
            .map_or(1, char::len_utf8);
        value = line.body + colon + mark;
        let rest = line.text.get(value..).unwrap_or_default();
        value += rest.len() - rest.trim_start_matches(is_space).len();
    }
    let rest = line.text.get(value..).unwrap_or_default();
    let end = comment(rest).unwrap_or(rest.len());
    let kept = rest
        .get(..end)
        .unwrap_or_default()
        .trim_end_matches(is_space);
    line.value = value..value + kept.len();
}

/// The colon between key and value, in bytes.
fn colon(body: &str) -> Option<usize> {
    let first = body.chars().next()?;
    if matches!(first, '[' | '{' | '#' | '|' | '>') {
        return None;
    }
    if let Some(close) = closing_for(first) {
        let inner = body.get(first.len_utf8()..)?;
        let at = inner.find(|c| close.contains(&c))?;
        let from = first.len_utf8() + at + inner.get(at..)?.chars().next()?.len_utf8();
        let rest = body.get(from..)?.trim_start_matches(is_space);
        return rest
            .starts_with([':', '：'])
            .then_some(body.len() - rest.len());
    }
    let mut before = ' ';
    for (at, c) in body.char_indices() {
        if c == '#' && is_space(before) {
            return None;
        }
        let behind = body.get(at + c.len_utf8()..).unwrap_or_default();
        if c == '：' || (c == ':' && (behind.is_empty() || behind.starts_with(is_space))) {
            return Some(at);
        }
        before = c;
    }
    None
}

/// What closes a text in quotes of any kind.
pub(super) fn closing_for(open: char) -> Option<&'static [char]> {
    Some(match open {
        '"' => &['"'],
        '\'' => &['\''],
        '“' | '”' | '„' | '‟' | '″' | '＂' => &['”', '“', '‟', '″', '＂', '"'],
        '‘' | '’' | '‚' | '‛' | '′' | '＇' => &['’', '‘', '‛', '′', '＇', '\''],
        '«' | '»' => &['»', '«'],
        '‹' | '›' => &['›', '‹'],
        '`' | '´' => &['`', '´', '\''],
        _ => return None,
    })
}

/// Where a comment starts in a value that may be in quotes.
fn comment(value: &str) -> Option<usize> {
    let mut from = 0;
    if let Some(mark) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        from = closing(value, 1, value.len(), mark)? + 1;
    }
    let mut before = if from == 0 { ' ' } else { '"' };
    for (at, c) in value.get(from..)?.char_indices() {
        if c == '#' && is_space(before) {
            return Some(from + at);
        }
        before = c;
    }
    None
}

/// `|`, `>-`, `|2` and such.
fn is_block_header(value: &str) -> bool {
    value.strip_prefix(['|', '>']).is_some_and(|rest| {
        rest.len() <= 2 && rest.chars().all(|c| matches!(c, '+' | '-' | '1'..='9'))
    })
}

fn context_of(key: &str) -> Option<Context> {
    match key.trim_matches(|c: char| !c.is_alphanumeric()) {
        "env" | "environment" => Some(Context::Env),
        "command" | "args" | "password" | "username" | "entrypoint" | "cmd" => Some(Context::Words),
        "image" | "expose" | "params" | "dependencies" | "credentials" | "services"
        | "profiles" | "deployment" => Some(Context::Name),
        _ => None,
    }
}
