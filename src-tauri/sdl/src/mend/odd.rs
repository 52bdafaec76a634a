//! Characters that look like YAML's own but are others: typographic quotes and dashes, spaces of other kinds, characters
//! that can't be seen, full-width signs. They come from word processors, chats, web pages and PDFs.

use std::ops::Range;

use super::lines::{
    self, Context, Kind, Line, is_bullet, is_odd_dash, is_odd_space, is_space, is_unseen,
};
use super::{Mend, several};
use crate::draft::Span;

/// What a character was taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Space,
    Unseen,
    Quote,
    Dash,
    FullWidth,
    Break,
}

/// One replacement.
#[derive(Clone, Debug)]
pub(super) struct Odd {
    pub(super) span: Span,
    pub(super) insert: String,
    pub(super) sort: Sort,
    /// Whether it breaks something for sure, also in a file that YAML can read.
    pub(super) sure: bool,
}

/// Every such character in a place where it can break something, in the order of the text. `wide`: a full-width space in the
/// indentation stands for two.
pub(super) fn find(text: &str, wide: bool) -> Vec<Odd> {
    let odd = |c: char| !c.is_ascii() || c == '`' || matches!(c, '\u{b}' | '\u{c}');
    if !text.contains(odd) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for line in lines::read(text) {
        if !line.text.contains(odd) {
            continue;
        }
        let mut finder = Finder {
            line: &line,
            found: &mut found,
            wide,
        };
        match line.kind {
            Kind::Verbatim | Kind::Comment => finder.spaces(0..line.lead, false),
            Kind::Blank => finder.spaces(0..line.text.len(), false),
            Kind::Content => finder.content(),
        }
    }
    found
}

/// The finding and its one fix for all of them.
pub(super) fn mend(text: &str, found: Vec<Odd>, near: usize) -> Option<Mend> {
    let first = found
        .iter()
        .find(|odd| odd.sure || odd.span.end >= near)
        .or(found.first())?;
    let c = text.get(first.span.start..)?.chars().next()?;
    let shown = first.span.slice(text);
    let (message, hint) = match first.sort {
        Sort::Space => (
            format!("there is {} here, which YAML does not take for a space", name(c)),
            "write ordinary spaces; such spaces come from copying out of a web page, a chat or a word processor".to_owned(),
        ),
        Sort::Unseen => (
            format!("there is a character here that can't be seen (U+{:04X})", u32::from(c)),
            "delete it; it comes from copying out of a web page, a chat or a word processor".to_owned(),
        ),
        Sort::Quote => (
            "these are typographic quotes, which YAML takes for part of the text".to_owned(),
            "write straight ones: \" or '".to_owned(),
        ),
        Sort::Dash => (
            format!("`{shown}` is {}, not a hyphen", name(c)),
            "write a plain hyphen: `-`".to_owned(),
        ),
        Sort::FullWidth => (
            format!("`{shown}` is {}, which YAML does not understand", name(c)),
            format!("write an ordinary one: `{}`", first.insert.trim()),
        ),
        Sort::Break => (
            format!("there is a line break here that YAML does not know (U+{:04X})", u32::from(c)),
            "start a new line in an ordinary way".to_owned(),
        ),
    };
    let span = first.span;
    let others = found.iter().filter(|odd| odd.span.start > span.start);
    let related = super::first_of_each_line(text, span, others.map(|odd| odd.span), "another one");
    let label = match first.sort {
        Sort::Unseen => several(found.len(), "Delete it", "Mend all such characters"),
        _ => several(found.len(), "Replace it", "Replace all of them"),
    };
    Some(Mend {
        code: "odd-character",
        span,
        message,
        hint,
        label,
        edits: found
            .into_iter()
            .map(|odd| (odd.span, odd.insert))
            .collect(),
        related,
    })
}

fn name(c: char) -> &'static str {
    match c {
        '\u{a0}' | '\u{202f}' => "a non-breaking space",
        '\u{3000}' => "a full-width space",
        _ if is_odd_space(c) => "a space of another kind",
        '\u{2013}' => "a long dash (en dash)",
        '\u{2014}' => "a long dash (em dash)",
        '\u{2212}' => "a minus sign",
        _ if is_bullet(c) => "a bullet",
        _ if is_odd_dash(c) => "a typographic dash",
        '：' => "a full-width colon",
        '，' | '、' => "a full-width comma",
        _ => "a full-width character",
    }
}

/// The ASCII character that a full-width one stands for.
fn narrow(c: char) -> Option<char> {
    match c {
        '、' => Some(','),
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0),
        _ => None,
    }
}

fn is_double(c: char) -> bool {
    matches!(c, '“' | '”' | '„' | '‟' | '″' | '＂' | '«' | '»')
}

fn is_single(c: char) -> bool {
    matches!(c, '‘' | '’' | '‚' | '‛' | '′' | '＇' | '‹' | '›' | '´')
}

fn is_quote(c: char) -> bool {
    is_double(c) || is_single(c)
}

/// Fields whose values are numbers or `true` and `false`, and must not be in quotes.
const UNQUOTED: [&str; 12] = [
    "port",
    "as",
    "global",
    "count",
    "readOnly",
    "persistent",
    "max_body_size",
    "read_timeout",
    "send_timeout",
    "next_tries",
    "next_timeout",
    "proxy_buffer_size",
];

struct Finder<'l, 't> {
    line: &'l Line<'t>,
    found: &'l mut Vec<Odd>,
    /// Whether a full-width space in the indentation counts as two.
    wide: bool,
}

impl Finder<'_, '_> {
    fn add(&mut self, range: Range<usize>, insert: impl Into<String>, sort: Sort, sure: bool) {
        let span = Span::new(self.line.start + range.start, self.line.start + range.end);
        // Replacements never overlap: the first one stands.
        if self
            .found
            .last()
            .is_none_or(|last| last.span.end <= span.start)
        {
            self.found.push(Odd {
                span,
                insert: insert.into(),
                sort,
                sure,
            });
        }
    }

    /// White space: every odd one in it becomes an ordinary one, or goes.
    fn spaces(&mut self, range: Range<usize>, sure: bool) {
        let part = self.line.slice(&range);
        for (at, c) in part.char_indices() {
            let here = range.start + at..range.start + at + c.len_utf8();
            // The byte order mark belongs at the start of the file.
            if is_unseen(c) && !(c == '\u{feff}' && self.line.start + here.start == 0) {
                self.add(here, "", Sort::Unseen, sure);
            } else if is_odd_space(c) {
                let wide = c == '\u{3000}' && self.wide;
                self.add(here, if wide { "  " } else { " " }, Sort::Space, sure);
            }
        }
    }

    fn content(&mut self) {
        let line = self.line;
        self.spaces(0..line.lead, true);
        if self.document_start() {
            return;
        }
        self.markers();
        // A dash that touches its word is no marker to the eye either, but a list item all the same.
        let body = line.text.get(line.body..).unwrap_or_default();
        let mut body_start = line.body;
        if let Some(dash) = body
            .chars()
            .next()
            .filter(|c| is_odd_dash(*c) && !line.is_item() && line.context != Context::Words)
        {
            let len = dash.len_utf8();
            let word = body
                .get(len..)
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_alphanumeric() || is_quote(c)));
            if word {
                self.add(body_start..body_start + len, "- ", Sort::Dash, true);
                body_start += len;
            }
        }
        // `A={"x": 1}` is one text; the colon in it is no sign of YAML to its author.
        let simple = |key: &Range<usize>| {
            let name = line.slice(key);
            name.chars()
                .all(|c| c.is_alphanumeric() || !c.is_ascii() || matches!(c, '_' | '-' | '.' | '"'))
        };
        let whole = line.context != Context::Name
            && line.is_item()
            && !line.key.as_ref().is_none_or(simple);
        if whole {
            return self.value(body_start..line.value.end.max(body_start));
        }
        if let Some(key) = line.key.clone() {
            self.key(key.start.max(body_start)..key.end);
            self.between(key.end..line.value.start);
        }
        let start = line.value.start.max(body_start);
        self.value(start..line.value.end.max(start));
        // Behind the value: odd spaces there belong to a plain value, and hide a comment.
        let rest = line.text.get(line.value.end..).unwrap_or_default();
        let blank = rest.len() - rest.trim_start_matches(is_space).len();
        self.spaces(line.value.end..line.value.end + blank, true);
    }

    /// `---` of which a word processor made one long dash.
    fn document_start(&mut self) -> bool {
        let line = self.line;
        let content = line
            .text
            .get(line.lead..)
            .unwrap_or_default()
            .trim_end_matches(is_space);
        let dashes =
            content.chars().all(|c| c == '-' || is_odd_dash(c)) && content.contains(is_odd_dash);
        let is_start = dashes
            && line.lead == 0
            && self.line.context == Context::Name
            && content.chars().count() <= 3;
        if is_start {
            self.add(0..content.len(), "---", Sort::Dash, true);
        }
        is_start
    }

    fn markers(&mut self) {
        let range = self.line.lead..self.line.body;
        let part = self.line.slice(&range);
        for (at, c) in part.char_indices() {
            let here = range.start + at..range.start + at + c.len_utf8();
            if is_odd_dash(c) || is_bullet(c) {
                self.add(here, "-", Sort::Dash, true);
            } else if is_unseen(c) {
                self.add(here, "", Sort::Unseen, true);
            } else if is_odd_space(c) {
                self.add(here, " ", Sort::Space, true);
            }
        }
    }

    fn key(&mut self, range: Range<usize>) {
        let part = self.line.slice(&range);
        let env = self.line.context == Context::Env && part.contains(['=', '＝']);
        if self.line.context == Context::Words && self.line.is_item() || env {
            return self.value(range);
        }
        if self.wrapped(&range) {
            return;
        }
        self.plain_name(range);
    }

    /// The colon, and the white space round it.
    fn between(&mut self, range: Range<usize>) {
        let part = self.line.slice(&range);
        for (at, c) in part.char_indices() {
            let here = range.start + at..range.start + at + c.len_utf8();
            let behind = part.get(at + c.len_utf8()..).unwrap_or_default();
            if c == '：' {
                let space = if behind.is_empty() && range.end < self.line.text.len() {
                    ": "
                } else {
                    ":"
                };
                self.add(here, space, Sort::FullWidth, true);
            } else if is_unseen(c) {
                self.add(here, "", Sort::Unseen, true);
            } else if is_odd_space(c) {
                self.add(here, " ", Sort::Space, true);
            }
        }
    }

    fn value(&mut self, range: Range<usize>) {
        let part = self.line.slice(&range);
        let Some(first) = part.chars().next() else {
            return;
        };
        match first {
            '"' | '\'' => self.half_quoted(range, first),
            '[' | '{' | '［' | '｛' | '【' => self.flow(range),
            _ if self.wrapped(&range) => {}
            _ => match self.line.context {
                Context::Name => self.plain_value(range),
                Context::Env => self.env(range),
                Context::Words => self.words(range),
            },
        }
    }

    /// `"2.0”`: a straight quote that a typographic one closes.
    fn half_quoted(&mut self, range: Range<usize>, first: char) {
        let line = self.line;
        if lines::closing(line.text, range.start + 1, range.end, first).is_some() {
            return;
        }
        let part = line.slice(&range);
        let kept = part.trim_end_matches([',', ']', '}', ' ']);
        if let Some(last) = kept.chars().next_back().filter(|c| is_quote(*c)) {
            let end = range.start + kept.len();
            self.add(end - last.len_utf8()..end, first, Sort::Quote, true);
        }
    }

    /// A text wholly in typographic quotes; true when it was one.
    fn wrapped(&mut self, range: &Range<usize>) -> bool {
        let part = self.line.slice(range);
        let kept = part.trim_end_matches([',', ' ']);
        let mut chars = kept.chars();
        let (Some(first), Some(last)) = (chars.next(), chars.next_back()) else {
            return false;
        };
        let opens = is_quote(first) || first == '`';
        let closes = is_quote(last) || last == '`' || (opens && matches!(last, '"' | '\''));
        if !opens || !closes {
            return false;
        }
        let start = range.start + first.len_utf8();
        let end = range.start + kept.len() - last.len_utf8();
        let inner = self.line.slice(&(start..end)).to_owned();
        // Two quoted texts with something between them are not one.
        if inner.contains(['“', '”', '„', '`'])
            && !inner.contains(['{', '['])
            && self.line.context != Context::Name
        {
            return false;
        }
        let mark = if inner.contains(['"', '\\']) && !inner.contains('\'')
            || (is_single(first) && !inner.contains('\''))
        {
            '\''
        } else {
            '"'
        };
        let key = self
            .line
            .key
            .clone()
            .map(|key| self.line.slice(&key).to_owned());
        if key.is_some_and(|key| UNQUOTED.contains(&key.as_str())) {
            self.add(range.start..start, "", Sort::Quote, true);
            self.add(end..end + last.len_utf8(), "", Sort::Quote, true);
            return true;
        }
        self.add(range.start..start, mark, Sort::Quote, true);
        let json = inner.contains(['{', '[']);
        for (at, c) in inner.char_indices() {
            let here = start + at..start + at + c.len_utf8();
            if mark == '"' && matches!(c, '"' | '\\') {
                self.add(here, format!("\\{c}"), Sort::Quote, true);
            } else if json && is_double(c) {
                self.add(
                    here,
                    if mark == '"' { "\\\"" } else { "\"" },
                    Sort::Quote,
                    true,
                );
            } else if self.line.context == Context::Name {
                self.name_char(here, c);
            }
        }
        self.add(end..end + last.len_utf8(), mark, Sort::Quote, true);
        true
    }

    /// A list or mapping on one line.
    fn flow(&mut self, range: Range<usize>) {
        let part = self.line.slice(&range);
        let mut straight: Option<char> = None;
        let mut before = ' ';
        for (at, c) in part.char_indices() {
            let here = range.start + at..range.start + at + c.len_utf8();
            let behind = part.get(at + c.len_utf8()..).unwrap_or_default();
            let next = behind
                .trim_start_matches(is_space)
                .chars()
                .next()
                .unwrap_or(']');
            match straight {
                Some(mark) if c == mark => straight = None,
                // Closed by a typographic quote where an item ends.
                Some(mark)
                    if is_quote(c)
                        && matches!(next, ',' | ']' | '}' | ':' | '，')
                        && !behind.contains(mark) =>
                {
                    self.add(here, mark, Sort::Quote, true);
                    straight = None;
                }
                Some(_) => {}
                None if matches!(c, '"' | '\'') => straight = Some(c),
                None if is_double(c) => self.add(here, "\"", Sort::Quote, true),
                None if is_single(c) => {
                    let edge = matches!(before, '[' | '{' | ',' | ':' | '，')
                        || matches!(next, ',' | ']' | '}' | ':' | '，');
                    if edge {
                        self.add(here, "'", Sort::Quote, true);
                    }
                }
                None if c == '【' => self.add(here, "[", Sort::FullWidth, true),
                None if c == '】' => self.add(here, "]", Sort::FullWidth, true),
                None if is_unseen(c) => self.add(here, "", Sort::Unseen, true),
                None if is_odd_space(c) => self.add(here, " ", Sort::Space, true),
                None => {
                    if let Some(right) =
                        narrow(c).filter(|c| matches!(c, ',' | ':' | '[' | ']' | '{' | '}'))
                    {
                        self.add(here, right, Sort::FullWidth, true);
                    }
                }
            }
            if !is_space(c) {
                before = c;
            }
        }
    }

    /// A number, size, image or host: a dash in it is a hyphen, unless it is a name that the file gives itself.
    fn plain_value(&mut self, range: Range<usize>) {
        let own = ["profile", "service", "name", "ip"];
        let key = self
            .line
            .key
            .clone()
            .map(|key| self.line.slice(&key).to_owned());
        let before = self.found.len();
        self.plain_name(range);
        if key.is_none_or(|key| !own.contains(&key.as_str())) {
            for odd in self
                .found
                .iter_mut()
                .skip(before)
                .filter(|odd| odd.sort == Sort::Dash)
            {
                odd.sure = true;
            }
        }
    }

    /// A name, number, size, image or host.
    fn plain_name(&mut self, range: Range<usize>) {
        let part = self.line.slice(&range);
        let mut before = ' ';
        for (at, c) in part.char_indices() {
            let here = range.start + at..range.start + at + c.len_utf8();
            let next = part
                .get(at + c.len_utf8()..)
                .and_then(|rest| rest.chars().next());
            // `512 Mi` is one size.
            if is_odd_space(c)
                && before.is_ascii_digit()
                && next.is_some_and(|c| c.is_ascii_alphabetic())
            {
                self.add(here, "", Sort::Space, false);
            } else {
                self.name_char(here, c);
            }
            before = c;
        }
    }

    fn name_char(&mut self, here: Range<usize>, c: char) {
        if is_unseen(c) && !(c == '\u{feff}' && self.line.start + here.start == 0) {
            self.add(here, "", Sort::Unseen, true);
        } else if is_odd_space(c) {
            self.add(here, " ", Sort::Space, false);
        } else if is_odd_dash(c) {
            self.add(here, "-", Sort::Dash, false);
        } else if is_quote(c) {
            self.add(here, "", Sort::Quote, false);
        } else if matches!(c, '\u{2028}' | '\u{2029}' | '\u{85}' | '\u{b}' | '\u{c}') {
            self.add(here, "\n", Sort::Break, false);
        } else if let Some(right) = narrow(c) {
            self.add(here, right, Sort::FullWidth, false);
        }
    }

    /// `NAME=value`.
    fn env(&mut self, range: Range<usize>) {
        let part = self.line.slice(&range);
        let Some(equals) = part.find(['=', '＝']) else {
            return self.plain_name(range);
        };
        self.plain_name(range.start..range.start + equals);
        let sign = part
            .get(equals..)
            .and_then(|rest| rest.chars().next())
            .unwrap_or('=');
        let value = range.start + equals + sign.len_utf8();
        if sign != '=' {
            self.add(range.start + equals..value, "=", Sort::FullWidth, true);
        }
        let text = self.line.slice(&(value..range.end)).to_owned();
        // `NAME=“value”`: the quotes are no part of what is meant.
        let (first, last) = (text.chars().next(), text.chars().next_back());
        if let (Some(first), Some(last)) = (first, last)
            && is_quote(first)
            && is_quote(last)
            && text.len() > first.len_utf8()
        {
            let inner = value + first.len_utf8()..range.end - last.len_utf8();
            let inside = self.line.slice(&inner);
            if !inside.contains(['"', '\\', '“', '”', '„']) {
                let quoted = inside.contains(": ") || inside.contains(" #");
                if quoted {
                    self.add(range.start..range.start, "\"", Sort::Quote, true);
                }
                self.add(value..inner.start, "", Sort::Quote, true);
                self.add(
                    inner.end..range.end,
                    if quoted { "\"" } else { "" },
                    Sort::Quote,
                    true,
                );
                return;
            }
        }
        let json = text.starts_with(['{', '[']);
        for (at, c) in text.char_indices() {
            let here = value + at..value + at + c.len_utf8();
            if json && is_double(c) {
                self.add(here, "\"", Sort::Quote, true);
            } else if is_hidden(c) {
                self.add(here, "", Sort::Unseen, false);
            }
        }
    }

    /// A part of a command: quotes round a word, and the dashes of an option.
    fn words(&mut self, range: Range<usize>) {
        let part = self.line.slice(&range);
        let mut before = ' ';
        let mut chars = part.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let here = range.start + at..range.start + at + c.len_utf8();
            let next = chars.peek().map_or(' ', |(_, next)| *next);
            let starts = is_space(before) || before == '=';
            if is_double(c) {
                self.add(here, "\"", Sort::Quote, true);
            } else if is_single(c) && (starts || is_space(next)) {
                self.add(here, "'", Sort::Quote, true);
            } else if is_odd_dash(c) && starts && next.is_alphanumeric() {
                let letter = part.get(at + c.len_utf8()..).unwrap_or_default();
                let one = letter.chars().nth(1).is_none_or(|c| !c.is_alphanumeric());
                let dashes = if one && c != '\u{2014}' { "-" } else { "--" };
                self.add(here, dashes, Sort::Dash, true);
            } else if is_odd_dash(c) && is_space(before) && next == '-' {
                self.add(here, "-", Sort::Dash, true);
            } else if is_odd_space(c) {
                self.add(here, " ", Sort::Space, false);
            } else if is_hidden(c) {
                self.add(here, "", Sort::Unseen, false);
            }
            before = c;
        }
    }
}

/// Characters that no text needs; joiners are part of emoji and of some scripts.
fn is_hidden(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}')
}
