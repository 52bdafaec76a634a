//! A line of a log.

use std::{
    borrow::Cow,
    hash::{DefaultHasher, Hasher},
    sync::Arc,
};

use jiff::Timestamp;
use serde::Deserialize;

use crate::error::beginning;

/// The longest line that is kept, in bytes. Providers cannot send longer ones; whoever does has them cut.
pub const MAX_LINE: usize = 64 << 10;

/// A line of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// The pod that said it.
    pub pod: Arc<str>,
    /// Its service.
    pub service: Arc<str>,
    /// The number of its replica, from 0.
    pub replica: u32,
    /// What it said, as it was: with colours and whatever else, and without the line break. Nobody checked it.
    pub text: String,
    /// How many bytes at its end are left out, because it was longer than [`MAX_LINE`].
    pub left_out: usize,
    /// When it was received. Providers do not say when it was written; lines that are older than the stream have the time
    /// of its start.
    pub received: Timestamp,
    /// What may lie between the line of its pod before and this one.
    pub gap: Option<Gap>,
}

/// What may lie between two lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// The log began anew: the container started again. What it said last may be missing.
    Restarted,
    /// Lines may be missing: too much was said while there was no connection.
    Missing,
}

/// A line as it comes.
#[derive(Deserialize)]
pub(crate) struct Raw<'a> {
    /// The pod.
    #[serde(borrow)]
    pub(crate) name: Cow<'a, str>,
    /// The text.
    #[serde(borrow)]
    pub(crate) message: Cow<'a, str>,
}

impl Raw<'_> {
    /// What the line is compared by.
    pub(crate) fn mark(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        hasher.write(self.message.as_bytes());
        hasher.finish()
    }

    /// The text, cut to [`MAX_LINE`], and how many bytes were left out.
    pub(crate) fn into_text(self) -> (String, usize) {
        let whole = self.message.len();
        if whole <= MAX_LINE {
            return (self.message.into_owned(), 0);
        }
        let text = beginning(&self.message, MAX_LINE).to_owned();
        let left_out = whole - text.len();
        (text, left_out)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_line_that_is_too_long_is_cut_and_says_so() {
        let message = "€".repeat(1 << 20);
        let json = serde_json::json!({ "name": "web-0", "message": message }).to_string();
        let (text, left_out) = serde_json::from_str::<Raw<'_>>(&json).unwrap().into_text();
        assert!(text.len() <= MAX_LINE && text.chars().all(|one| one == '€'));
        assert_eq!(text.len() + left_out, message.len());
    }

    proptest! {
        #[test]
        fn a_line_comes_as_it_was(message in any::<String>()) {
            let json = format!("{}\n", serde_json::json!({ "name": "web-0", "message": message }));
            let (text, left_out) = serde_json::from_str::<Raw<'_>>(&json).unwrap().into_text();
            prop_assert_eq!((text, left_out), (message, 0));
        }
    }
}
