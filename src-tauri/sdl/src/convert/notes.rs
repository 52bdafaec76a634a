//! What is noted while a source is read: decisions that belong to a place in the SDL, and what is lost.

use super::types::{Asked, Certainty, Lost, Question};

/// A decision before it has a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Note {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) why: String,
    pub(super) certainty: Certainty,
    pub(super) question: Option<Question>,
}

impl Note {
    pub(super) fn new(
        certainty: Certainty,
        from: impl Into<String>,
        to: impl Into<String>,
        why: impl Into<String>,
    ) -> Self {
        Self {
            from: from.into(),
            to: to.into(),
            why: why.into(),
            certainty,
            question: None,
        }
    }

    pub(super) fn sure(
        from: impl Into<String>,
        to: impl Into<String>,
        why: impl Into<String>,
    ) -> Self {
        Self::new(Certainty::Sure, from, to, why)
    }

    pub(super) fn guess(
        from: impl Into<String>,
        to: impl Into<String>,
        why: impl Into<String>,
    ) -> Self {
        Self::new(Certainty::Guess, from, to, why)
    }

    pub(super) fn ask(
        mut self,
        asked: Asked,
        name: impl Into<String>,
        suggestion: impl Into<String>,
    ) -> Self {
        self.question = Some(Question {
            asked,
            name: name.into(),
            suggestion: suggestion.into(),
            variable: None,
        });
        self
    }
}

/// A value with what was decided about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Noted<T> {
    pub(super) value: T,
    pub(super) notes: Vec<Note>,
}

impl<T> Noted<T> {
    pub(super) fn plain(value: T) -> Self {
        Self {
            value,
            notes: Vec::new(),
        }
    }

    pub(super) fn with(value: T, note: Note) -> Self {
        Self {
            value,
            notes: vec![note],
        }
    }
}

/// Most things that are named as lost; a file with more has one cause that the first ones show.
const MOST: usize = 500;
/// Characters of the source that a sentence repeats.
const SHOWN: usize = 120;

/// What is lost so far.
#[derive(Debug, Default)]
pub(super) struct Losses {
    list: Vec<Lost>,
}

impl Losses {
    fn push(&mut self, lost: Lost) {
        if self.list.len() < MOST && !self.list.contains(&lost) {
            self.list.push(lost);
        }
    }

    /// Notes something whose loss may change what the program does.
    pub(super) fn matters(
        &mut self,
        service: Option<&str>,
        what: impl AsRef<str>,
        why: impl Into<String>,
        instead: impl Into<String>,
    ) {
        self.push(Lost {
            what: short(what.as_ref()),
            why: why.into(),
            instead: instead.into(),
            service: service.map(short),
            matters: true,
        });
    }

    /// Notes something whose loss the program does not notice.
    pub(super) fn minor(
        &mut self,
        service: Option<&str>,
        what: impl AsRef<str>,
        why: impl Into<String>,
        instead: impl Into<String>,
    ) {
        self.push(Lost {
            what: short(what.as_ref()),
            why: why.into(),
            instead: instead.into(),
            service: service.map(short),
            matters: false,
        });
    }

    /// Takes over what another list names, in other words for what the source says.
    pub(super) fn worded(&mut self, other: Self, words: impl Fn(&str) -> String) {
        for lost in other.list {
            let what = words(&lost.what);
            self.push(Lost { what, ..lost });
        }
    }

    pub(super) fn into_list(self) -> Vec<Lost> {
        self.list
    }
}

/// A piece of the source on one line, cut where it is long, without characters that don't print.
pub(super) fn short(text: &str) -> String {
    let mut out = String::new();
    for (count, c) in text.chars().enumerate() {
        if count == SHOWN {
            out.push('…');
            break;
        }
        out.push(if c.is_control() || !is_printable(c) {
            ' '
        } else {
            c
        });
    }
    out
}

/// Whether YAML lets a character stand in a text as it is.
pub(super) fn is_printable(c: char) -> bool {
    matches!(c, '\u{20}'..='\u{7e}' | '\u{a0}'..='\u{2027}' | '\u{202f}'..='\u{2065}' | '\u{206a}'..='\u{d7ff}' | '\u{e000}'..='\u{fdff}' | '\u{fe10}'..='\u{fefe}' | '\u{ff00}'..='\u{fffc}' | '\u{10000}'..='\u{1fffd}')
}
