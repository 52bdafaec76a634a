//! Faults of YAML in plain words.

use granit_parser::{ErrorKind, ScanError};

use super::node::Entry;
use super::scalar::TagFault;
use crate::draft::{Draft, Span};

/// Refuses what is no text at all: NUL bytes, as in archives, images and UTF-16 files.
pub(super) fn refuse_binary(text: &str) -> Result<(), Box<Draft>> {
    let Some(at) = text.find('\0') else {
        return Ok(());
    };
    let utf16 = text.chars().take(64).filter(|c| *c == '\0').count() > 20;
    let draft = Draft::error("not-text", Span::new(at, at + 1), "this is not a text file")
        .official("null byte is not allowed in input");
    Err(Box::new(if utf16 {
        draft.hint("it looks like UTF-16; save it again with the encoding UTF-8")
    } else {
        draft.hint("choose the SDL file itself (its name usually ends in .yml or .yaml), not an archive, a program or a picture")
    }))
}

/// Refuses control characters in values; comments may hold them.
pub(super) fn refuse_unprintable(text: &str, span: Span, quoted: bool) -> Result<(), Box<Draft>> {
    let bad = |c: char| match c {
        '\t' | '\n' | '\r' => false,
        _ if quoted => c < ' ',
        '\u{85}' => false,
        _ => c < ' ' || ('\u{7f}'..='\u{9f}').contains(&c) || matches!(c, '\u{fffe}' | '\u{ffff}'),
    };
    let Some((at, c)) = span.slice(text).char_indices().find(|(_, c)| bad(*c)) else {
        return Ok(());
    };
    let at = Span::new(span.start + at, span.start + at + c.len_utf8());
    let official = if quoted {
        "expected valid JSON character"
    } else {
        UNPRINTABLE
    };
    Err(Box::new(control_character(at, c).official(official)))
}

const UNPRINTABLE: &str = "the stream contains non-printable characters";

fn control_character(at: Span, c: char) -> Draft {
    let message = format!(
        "there is an invisible control character here (U+{:04X})",
        u32::from(c)
    );
    Draft::error("control-character", at, message)
        .hint("delete it; it usually comes from copying text out of a terminal or a PDF")
        .fix("Delete the character", vec![(at, String::new())])
}

/// Refuses a tab before the first entry of a block, which js-yaml does not count as indentation.
pub(super) fn refuse_tab_indentation(text: &str, first: Span) -> Result<(), Box<Draft>> {
    let site = Site::new(text, first.start);
    let head = text.get(site.line.start..first.start).unwrap_or_default();
    if head.contains('\t') && head.trim().is_empty() {
        return Err(Box::new(
            site.tabs().official("bad indentation of a mapping entry"),
        ));
    }
    Ok(())
}

pub(super) fn second_document(span: Span) -> Draft {
    Draft::error("several-documents", span, "a second document starts here, but an SDL is one document")
        .hint("delete this line (`---` or `...`) and what does not belong to this deployment; give a second SDL as a file of its own")
        .official("expected a single document in the stream, but found more")
}

pub(super) fn too_deep(span: Span) -> Draft {
    Draft::error("too-deep", span, "this is nested more than 100 levels deep")
        .hint("an SDL never needs more than ten levels; look for brackets or indentation that were repeated by mistake")
        .official("nesting exceeded maxDepth (100)")
}

pub(super) fn too_many(span: Span) -> Draft {
    Draft::error(
        "too-many-values",
        span,
        "the file has more than 50,000 values, and goes on here",
    )
    .hint("an SDL rarely needs more than a few hundred; put large data into the image")
}

pub(super) fn alias_bomb(span: Span) -> Draft {
    Draft::error(
        "too-much-repetition",
        span,
        "aliases (`*name`) repeat so much here that the file would grow beyond all bounds",
    )
    .hint("write the values out, or refer to them fewer times")
}

pub(super) fn endless_alias(text: &str, span: Span) -> Draft {
    let name = span.slice(text);
    Draft::error(
        "endless-alias",
        span,
        format!("`{name}` stands inside the value that it repeats, so it would never end"),
    )
    .hint("write the value out instead")
}

pub(super) fn missing_key(text: &str, span: Span) -> Draft {
    let end = if text
        .get(span.start..)
        .is_some_and(|rest| rest.starts_with(':'))
    {
        span.start + 1
    } else {
        span.end
    };
    Draft::error(
        "missing-key",
        Span::new(span.start, end),
        "there is a value here, but no name before the colon",
    )
    .hint("write `name: value`, or delete the colon")
}

pub(super) fn property_before_key(text: &str, key: Span) -> Draft {
    let name = key.slice(text);
    Draft::error("anchor-before-key", key, format!("an anchor (`&name`) or a tag (`!name`) can't stand before the first name of a mapping, `{name}`"))
        .hint("put it behind the colon of the line above, or before the value")
        .official("bad indentation of a mapping entry")
}

pub(super) fn bad_merge(key: Span, source: Span) -> Draft {
    Draft::error(
        "bad-merge",
        source,
        "`<<` can only take over the entries of a mapping",
    )
    .hint("put `&name` behind the key whose entries you want to repeat, and write `<<: *name` here")
    .official("cannot merge mappings; the provided source object is unacceptable")
    .related(key, "merged here")
}

pub(super) fn duplicate_key(text: &str, key: &str, span: Span, first: &Entry) -> Draft {
    let draft = Draft::error("duplicate-key", span, format!("`{key}` is here twice"))
        .official("duplicated mapping key")
        .related(first.key_span, "first defined here");
    let written = first.key_span.slice(text);
    if written != span.slice(text) {
        return draft.hint(format!(
            "`{written}` and `{}` are the same name; keep one of them",
            span.slice(text)
        ));
    }
    draft.hint(format!(
        "keep one `{key}`; if both are meant, give one another name or join their contents"
    ))
}

pub(super) fn tag(text: &str, span: Span, tag: &str, fault: &TagFault) -> Draft {
    // The tag stands before the value; show it where the line still has it.
    let line = text
        .get(..span.start)
        .and_then(|before| before.rfind(['\n', '\r']))
        .map_or(0, |at| at + 1);
    let before = text.get(line..span.start).unwrap_or_default();
    let place = before.rfind('!').map(|at| {
        before
            .get(..at)
            .map_or(at, |b| b.trim_end_matches('!').len())
    });
    let span = place.map_or_else(
        || span.first_line(text),
        |at| Span::new(line + at, line + before.trim_end().len()),
    );
    let written = match tag.strip_prefix("tag:yaml.org,2002:") {
        Some(name) => format!("!!{name}"),
        None => tag.to_owned(),
    };
    match fault {
        TagFault::Unknown => Draft::error(
            "unknown-tag",
            span,
            format!("`{written}` is a YAML tag that means nothing in an SDL"),
        )
        .official(format!("unknown tag !<{tag}>"))
        .hint("delete it; to write text that starts with `!`, put it in quotes"),
        TagFault::Unresolvable => Draft::error(
            "bad-tag",
            span,
            format!("the value is not what `{written}` says it is"),
        )
        .official(format!("cannot resolve a node with !<{tag}> explicit tag"))
        .hint("delete the tag"),
    }
}

/// What the parser stumbled on.
pub(super) fn scan_error(text: &str, skipped: usize, error: &ScanError) -> Draft {
    let marker = error.marker();
    let at = marker.byte_offset().map(|at| at + skipped).or_else(|| {
        let chars = text.get(skipped..)?.char_indices();
        chars.map(|(at, _)| at + skipped).nth(marker.index())
    });
    let at = at.unwrap_or(text.len()).min(text.len());
    let at = (0..=at)
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or_default();
    let site = Site::new(text, at);
    let kind = error.kind();
    if let Some(draft) = site.whole_file() {
        return draft.official(kind.to_string());
    }
    site.explain(kind).official(official(kind, &site))
}

/// js-yaml's words for the commonest faults; the parser's own where they differ by position alone.
fn official(kind: &ErrorKind, site: &Site<'_>) -> String {
    match kind {
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation => {
            "tab characters must not be used in indentation".to_owned()
        }
        ErrorKind::UnknownAnchor => format!(
            "unidentified alias \"{}\"",
            site.word().trim_start_matches('*')
        ),
        ErrorKind::UnexpectedCharacter { character } if character.is_control() => {
            UNPRINTABLE.to_owned()
        }
        ErrorKind::UnexpectedCharacter { .. } => "bad indentation of a mapping entry".to_owned(),
        ErrorKind::InvalidColonPlacement => {
            "missed comma between flow collection entries".to_owned()
        }
        ErrorKind::UnsupportedYamlMajorVersion => {
            "unacceptable YAML version of the document".to_owned()
        }
        ErrorKind::RecursionLimitExceeded => "nesting exceeded maxDepth (100)".to_owned(),
        ErrorKind::UnclosedQuotedScalar => {
            "unexpected end of the stream within a quoted scalar".to_owned()
        }
        ErrorKind::UnknownQuotedScalarEscape => "unknown escape sequence".to_owned(),
        ErrorKind::ExpectedFlowSequenceSeparator | ErrorKind::ExpectedFlowMappingSeparator => {
            "missed comma between flow collection entries".to_owned()
        }
        ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidIndentation => {
            "bad indentation of a mapping entry".to_owned()
        }
        other => other.to_string(),
    }
}

/// The line that a fault is on.
struct Site<'a> {
    text: &'a str,
    at: usize,
    line: Span,
}

impl<'a> Site<'a> {
    fn new(text: &'a str, at: usize) -> Self {
        // A fault at the very end belongs to the last line that holds something.
        let at = if text.get(at..).is_some_and(|rest| rest.trim().is_empty()) {
            text.trim_end().len()
        } else {
            at
        };
        let start = text
            .get(..at)
            .and_then(|before| before.rfind(['\n', '\r']))
            .map_or(0, |at| at + 1);
        let rest = text.get(start..).unwrap_or_default();
        let end = start + rest.find(['\n', '\r']).unwrap_or(rest.len());
        Self {
            text,
            at,
            line: Span::new(start, end),
        }
    }

    /// From the fault to the end of its word, at least one character.
    fn span(&self) -> Span {
        let len = self.word().len().max(
            self.text
                .get(self.at..)
                .and_then(|rest| rest.chars().next())
                .map_or(0, char::len_utf8),
        );
        if len == 0 || self.at >= self.line.end {
            self.content()
        } else {
            Span::new(self.at, self.at + len)
        }
    }

    fn word(&self) -> &'a str {
        let rest = self.text.get(self.at..).unwrap_or_default();
        rest.split([' ', '\t', '\n', '\r', ',', ']', '}'])
            .next()
            .unwrap_or_default()
    }

    /// The line without its indentation.
    fn content(&self) -> Span {
        let line = self.line.slice(self.text);
        let indent = line.len() - line.trim_start().len();
        Span::new(
            self.line.start + indent,
            self.line.start + line.trim_end().len().max(indent),
        )
    }

    fn whole_file(&self) -> Option<Draft> {
        let start = self.text.trim_start_matches('\u{feff}').trim_start();
        let first = Span::new(self.text.len() - start.len(), self.text.len()).first_line(self.text);
        let lower = start
            .get(..start.len().min(200))
            .unwrap_or(start)
            .to_ascii_lowercase();
        if lower.starts_with("<!doctype html") || lower.starts_with("<html") {
            return Some(
                Draft::error("web-page", first, "this is a web page, not an SDL file")
                    .hint("on GitHub press *Raw* (or *Download raw file*) and save that"),
            );
        }
        None
    }

    fn explain(&self, kind: &ErrorKind) -> Draft {
        let line = self.line.slice(self.text);
        if let Some(draft) = self.odd_characters() {
            return draft;
        }
        match kind {
            ErrorKind::TabNotAllowed
            | ErrorKind::TabInBlockIndentation
            | ErrorKind::TabInIndentation
            | ErrorKind::TabAtBlockScalarStart
            | ErrorKind::TabInPlainScalar
            | ErrorKind::InvalidBlockEntryWhitespace
            | ErrorKind::InvalidMappingValueWhitespace
                if line.contains('\t') =>
            {
                self.tabs()
            }
            ErrorKind::UnclosedQuotedScalar
            | ErrorKind::InvalidQuotedScalarIndent
            | ErrorKind::DocumentIndicatorInQuotedScalar => {
                let quote = self
                    .text
                    .get(self.at..)
                    .and_then(|rest| rest.chars().next())
                    .filter(|c| matches!(c, '"' | '\''));
                let message = match quote {
                    Some(quote) => format!("the quote ({quote}) that opens here is never closed"),
                    None => "a quote that was opened before is never closed".to_owned(),
                };
                Draft::error("unclosed-quote", self.span(), message)
                    .hint("put the same kind of quote at the end of the value")
            }
            ErrorKind::UnclosedFlowCollection { .. }
            | ErrorKind::UnexpectedEofFlowSequence
            | ErrorKind::UnexpectedEofFlowMapping
            | ErrorKind::ExpectedFlowSequenceSeparator
            | ErrorKind::ExpectedFlowMappingSeparator
            | ErrorKind::UnexpectedEofImplicitFlowMapping
            | ErrorKind::InvalidFlowScalarIndent
            | ErrorKind::InvalidColonPlacement
            | ErrorKind::BlockEntryInFlowCollection
            | ErrorKind::MismatchedFlowCollectionEnd { .. } => self.brackets(),
            ErrorKind::MisplacedFlowCollectionEnd => {
                Draft::error("stray-bracket", self.span(), "this bracket closes nothing")
                    .hint("delete it; or put the value in quotes if the bracket is part of it")
            }
            ErrorKind::UnknownAnchor => {
                let name = self.word().trim_start_matches('*');
                Draft::error("unknown-alias", self.span(), format!("`*{name}` repeats a value named `{name}`, but no value before it has that name"))
                    .hint(format!("put `&{name}` before the value to repeat; or, if a plain `*` is meant, put the text in quotes: \"*{name}\""))
                    .fix("Put it in quotes", vec![(self.span(), format!("\"{}\"", self.word()))])
            }
            ErrorKind::UnexpectedCharacter { character } if character.is_control() => {
                // The parser points at where the value starts.
                let rest = self.text.get(self.at..).unwrap_or_default();
                let at = self.at + rest.find(*character).unwrap_or_default();
                control_character(Span::new(at, at + character.len_utf8()), *character)
            }
            ErrorKind::UnexpectedCharacter { character } => {
                let value = Span::new(self.at, self.line.start + line.trim_end().len());
                let draft = Draft::error(
                    "reserved-character",
                    self.span(),
                    format!("a value can't start with `{character}`"),
                );
                let quoted = quote(value.slice(self.text));
                draft
                    .hint(format!("put it in quotes: {quoted}"))
                    .fix(format!("Write {quoted}"), vec![(value, quoted)])
            }
            ErrorKind::UnsupportedYamlMajorVersion | ErrorKind::DuplicateVersionDirective => {
                Draft::error(
                    "yaml-directive",
                    self.content(),
                    "this line asks for another version of YAML",
                )
                .hint("delete the line; the SDL's own version is the entry `version: \"2.0\"`")
            }
            ErrorKind::RecursionLimitExceeded => too_deep(self.span()),
            ErrorKind::UnknownQuotedScalarEscape
            | ErrorKind::InvalidQuotedScalarHexEscape
            | ErrorKind::InvalidUnicodeEscape => Draft::error(
                "bad-escape",
                self.span(),
                "in double quotes a backslash starts a special character, and this one is unknown",
            )
            .hint(
                "write the backslash twice (`\\\\`), or use single quotes instead of double ones",
            ),
            ErrorKind::UndeclaredTagHandle => {
                tag(self.text, self.content(), self.word(), &TagFault::Unknown)
            }
            _ => self.structure(line),
        }
    }

    /// Characters that look like YAML's own but are others, on this line or the one before, which it may continue.
    fn odd_characters(&self) -> Option<Draft> {
        const ODD: [(char, &str, &str); 5] = [
            ('：', "a full-width colon", ": "),
            ('，', "a full-width comma", ", "),
            ('\u{a0}', "a non-breaking space", " "),
            ('\u{3000}', "a full-width space", " "),
            ('\u{200b}', "an invisible character", ""),
        ];
        [self.line, self.previous()].into_iter().find_map(|line| {
            let odd = |c: char| ODD.iter().find(|(odd, ..)| *odd == c);
            let mut chars = line.slice(self.text).char_indices();
            let (offset, c, (_, name, right)) = chars.find_map(|(at, c)| Some((at, c, odd(c)?)))?;
            let at = Span::new(line.start + offset, line.start + offset + c.len_utf8());
            let hint = if right.trim().is_empty() {
                "replace it by an ordinary space, or delete it".to_owned()
            } else {
                format!("write an ordinary one: `{}`", right.trim_end())
            };
            let message = format!("there is {name} here, which YAML does not understand");
            let draft = Draft::error("odd-character", at, message).hint(hint);
            Some(draft.fix("Replace it", vec![(at, (*right).to_owned())]))
        })
    }

    /// The last line before this one that holds something.
    fn previous(&self) -> Span {
        let before = self
            .text
            .get(..self.line.start)
            .unwrap_or_default()
            .trim_end();
        let start = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
        Span::new(start, before.len())
    }

    fn tabs(&self) -> Draft {
        let mut edits = Vec::new();
        let mut from = self.line.start;
        for line in self
            .text
            .get(from..)
            .unwrap_or_default()
            .split_inclusive('\n')
        {
            let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
            let written = line.get(..indent).unwrap_or_default();
            if written.contains('\t') {
                edits.push((Span::new(from, from + indent), written.replace('\t', "  ")));
            }
            from += line.len();
        }
        let line = self.line.slice(self.text);
        let tab = self.line.start + line.find('\t').unwrap_or_default();
        let draft = Draft::error(
            "tab-indentation",
            Span::new(tab, tab + 1),
            "this line is indented with a tab; YAML only understands spaces",
        );
        let draft = draft.hint("replace each tab by two spaces");
        if edits.is_empty() {
            draft
        } else {
            draft.fix("Replace tabs by spaces", edits)
        }
    }

    fn brackets(&self) -> Draft {
        // Point to the last bracket that is still open, not to where the parser gave up.
        let before = self.text.get(..self.at).unwrap_or_default();
        let mut open = Vec::new();
        let mut quote = None;
        let mut last = ' ';
        let mut comment = false;
        for (at, c) in before.char_indices() {
            match (quote, c) {
                _ if comment => comment = !matches!(c, '\n' | '\r'),
                (Some(mark), c) if mark == c => quote = None,
                (Some(_), _) => {}
                (None, '#') if last.is_whitespace() => comment = true,
                (None, '"' | '\'') if !last.is_alphanumeric() => quote = Some(c),
                (None, '[' | '{') if !open.is_empty() || matches!(last, ' ' | '\t' | '\n') => {
                    open.push((at, c))
                }
                (None, ']' | '}') => {
                    open.pop();
                }
                _ => {}
            }
            last = c;
        }
        let (at, bracket) = match open.last() {
            Some((at, bracket)) => (Span::new(*at, *at + 1), *bracket),
            None => (self.span(), '['),
        };
        let close = if bracket == '{' { '}' } else { ']' };
        Draft::error("unclosed-bracket", at, format!("the bracket `{bracket}` that opens here is not closed with `{close}` where it should be"))
            .hint(format!("put `{close}` after the last item, and a comma between items; if the bracket is part of the text, put the text in quotes"))
    }

    /// Lines that don't fit together.
    fn structure(&self, line: &str) -> Draft {
        let content = self.content();
        let written = content.slice(self.text);
        let value = written
            .split_once(": ")
            .map(|(_, value)| value.trim_start());
        if let Some(value) =
            value.filter(|value| value.contains(": ") && !value.starts_with(['"', '\'', '[', '{']))
        {
            let at = content.start + written.len() - value.len();
            let quoted = quote(value);
            return Draft::error("colon-in-value", Span::new(at, at + value.len()), "this value holds a colon followed by a space, which YAML takes for another `name: value`")
                .hint(format!("put the value in quotes: {quoted}"))
                .fix("Put the value in quotes", vec![(Span::new(at, at + value.len()), quoted)]);
        }
        if !written.contains(':')
            && !written.starts_with('-')
            && !written.starts_with('#')
            && !written.is_empty()
        {
            return Draft::error("not-an-entry", content, NOT_AN_ENTRY).hint(ENTRY_HINT);
        }
        let indent = line.len() - line.trim_start().len();
        let previous = self.previous();
        let before = previous.slice(self.text).trim_start();
        let previous_indent = previous.end - previous.start - before.len();
        let entry = before.is_empty()
            || before.contains(": ")
            || before.ends_with(':')
            || before.starts_with(['-', '#', '%']);
        if !entry && previous_indent <= indent {
            let at = Span::new(previous.start + previous_indent, previous.end);
            return Draft::error("not-an-entry", at, NOT_AN_ENTRY).hint(ENTRY_HINT);
        }
        let glued = written.split_once(':').filter(|(name, rest)| {
            !rest.is_empty()
                && !rest.starts_with([' ', '/'])
                && name
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
        });
        if let Some((name, rest)) = glued {
            let at = content.start + name.len() + 1;
            return Draft::error(
                "missing-space",
                Span::new(at - 1, at),
                "a space is missing after the colon",
            )
            .hint(format!("write `{name}: {rest}`"))
            .fix(
                format!("Write `{name}: {rest}`"),
                vec![(Span::new(at, at), " ".to_owned())],
            );
        }
        let message = if indent == 0 && written.starts_with('-') {
            "this list item does not fit what stands before it".to_owned()
        } else {
            format!(
                "this line does not fit the lines before it: it is indented by {indent} {}",
                if indent == 1 { "space" } else { "spaces" }
            )
        };
        Draft::error("indentation", content, message)
            .hint("entries that belong together start in the same column; what belongs to an entry is indented further, by two spaces")
    }
}

const NOT_AN_ENTRY: &str = "this line is neither `name: value` nor a list item";
const ENTRY_HINT: &str =
    "an entry needs a colon and a space (`image: nginx`), a list item a dash and a space (`- 80`)";

/// A value in double quotes, with what must be escaped in them escaped.
fn quote(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}
