//! Findings while they are made: in bytes, before they are placed in lines and UTF-16 units.

use crate::finding::{Finding, Fix, Related, Severity, TextEdit};

/// A range of bytes in the text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Span {
    pub(crate) fn new(start: usize, end: usize) -> Self {
        Self {
            start,
            end: end.max(start),
        }
    }

    pub(crate) fn slice(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or_default()
    }

    /// The part up to the first line break.
    pub(crate) fn first_line(self, text: &str) -> Self {
        let len = self
            .slice(text)
            .find(['\n', '\r'])
            .unwrap_or(self.end - self.start);
        Self::new(self.start, self.start + len)
    }
}

/// A finding in the making.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    code: &'static str,
    severity: Severity,
    pub(crate) span: Span,
    path: String,
    message: String,
    hint: Option<String>,
    official: Option<String>,
    fix: Option<(String, Vec<(Span, String)>)>,
    related: Vec<(Span, String)>,
}

impl Draft {
    pub(crate) fn error(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            span,
            path: String::new(),
            message: message.into(),
            hint: None,
            official: None,
            fix: None,
            related: Vec::new(),
        }
    }

    pub(crate) fn warning(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, span, message)
        }
    }

    pub(crate) fn refused(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Refused,
            ..Self::error(code, span, message)
        }
    }

    pub(crate) fn at(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    pub(crate) fn worded(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(crate) fn official(mut self, official: impl Into<String>) -> Self {
        self.official = Some(official.into());
        self
    }

    pub(crate) fn fix(mut self, label: impl Into<String>, edits: Vec<(Span, String)>) -> Self {
        self.fix = Some((label.into(), edits));
        self
    }

    pub(crate) fn maybe_fix(self, fix: Option<(String, Vec<(Span, String)>)>) -> Self {
        Self { fix, ..self }
    }

    pub(crate) fn related(mut self, span: Span, message: impl Into<String>) -> Self {
        self.related.push((span, message.into()));
        self
    }

    /// Takes over what the official library says from a finding about the same fault.
    pub(crate) fn official_of(mut self, other: &Self) -> Self {
        self.official.clone_from(&other.official);
        self
    }

    pub(crate) fn into_warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }

    pub(crate) fn into_error(mut self) -> Self {
        self.severity = Severity::Error;
        self
    }

    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    pub(crate) fn code(&self) -> &'static str {
        self.code
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// Whether the text was refused for its size or depth, which no small change mends.
    pub(crate) fn is_limit(&self) -> bool {
        matches!(
            self.code,
            "too-large"
                | "too-deep"
                | "too-many-values"
                | "too-much-repetition"
                | "endless-alias"
                | "not-text"
        )
    }

    pub(crate) fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    fn offsets(&self) -> impl Iterator<Item = usize> + '_ {
        let edits = self
            .fix
            .iter()
            .flat_map(|(_, edits)| edits.iter().map(|(span, _)| *span));
        let related = self.related.iter().map(|(span, _)| *span);
        std::iter::once(self.span)
            .chain(edits)
            .chain(related)
            .flat_map(|span| [span.start, span.end])
    }
}

/// Most findings that one check reports; a file with more has one cause that the first ones show.
pub(crate) const MOST: usize = 1000;

/// Places findings in lines, columns and UTF-16 units, and sorts them in text order.
pub(crate) fn place(text: &str, mut drafts: Vec<Draft>) -> Vec<Finding> {
    drafts.sort_by_key(|draft| (draft.span.start, draft.severity, draft.span.end));
    // An alias shows one place to the check several times.
    drafts.dedup_by(|b, a| a.code == b.code && a.span == b.span && a.message == b.message);
    drafts.truncate(MOST);
    let places = Places::new(text, drafts.iter().flat_map(Draft::offsets).collect());
    drafts
        .into_iter()
        .map(|draft| {
            let (start, end) = (places.get(draft.span.start), places.get(draft.span.end));
            Finding {
                code: draft.code,
                severity: draft.severity,
                line: start.line,
                column: start.column,
                end_line: end.line,
                end_column: end.column,
                from: start.utf16,
                to: end.utf16,
                path: draft.path,
                message: sentence(draft.message),
                hint: draft.hint.map(sentence),
                official: draft.official,
                fix: draft.fix.map(|(label, edits)| Fix {
                    label,
                    edits: edits
                        .into_iter()
                        .map(|(span, insert)| TextEdit {
                            from: places.get(span.start).utf16,
                            to: places.get(span.end).utf16,
                            insert,
                        })
                        .collect(),
                }),
                related: draft
                    .related
                    .into_iter()
                    .map(|(span, message)| {
                        let (start, end) = (places.get(span.start), places.get(span.end));
                        Related {
                            line: start.line,
                            column: start.column,
                            from: start.utf16,
                            to: end.utf16,
                            message,
                        }
                    })
                    .collect(),
            }
        })
        .collect()
}

/// Starts with a capital, unless with a name in backticks.
fn sentence(text: String) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) if first.is_ascii_lowercase() => {
            format!("{}{}", first.to_ascii_uppercase(), chars.as_str())
        }
        _ => text,
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Place {
    line: u32,
    column: u32,
    utf16: u32,
}

/// Places of some byte offsets, found in one pass over the text.
struct Places {
    offsets: Vec<usize>,
    places: Vec<Place>,
}

impl Places {
    fn new(text: &str, mut offsets: Vec<usize>) -> Self {
        offsets.sort_unstable();
        offsets.dedup();
        let mut places = Vec::with_capacity(offsets.len());
        let mut here = Place {
            line: 1,
            column: 1,
            utf16: 0,
        };
        let mut wanted = offsets.iter().copied().peekable();
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            while wanted.next_if(|offset| *offset <= at).is_some() {
                places.push(here);
            }
            if wanted.peek().is_none() {
                break;
            }
            here.utf16 = here
                .utf16
                .saturating_add(if c > '\u{ffff}' { 2 } else { 1 });
            let breaks =
                c == '\n' || (c == '\r' && chars.peek().is_none_or(|(_, next)| *next != '\n'));
            if breaks {
                here.line = here.line.saturating_add(1);
                here.column = 1;
            } else if c != '\u{feff}' || at != 0 {
                here.column = here.column.saturating_add(1);
            }
        }
        places.resize(offsets.len(), here);
        Self { offsets, places }
    }

    fn get(&self, offset: usize) -> Place {
        let index = self
            .offsets
            .binary_search(&offset)
            .unwrap_or_else(|index| index);
        self.places.get(index).copied().unwrap_or_default()
    }
}
