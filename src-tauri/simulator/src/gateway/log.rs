//! The log of one container, as a node keeps it: the newest lines.

use std::{collections::VecDeque, sync::Arc};

/// How many lines are kept at most.
const MAX_LINES: usize = 400_000;
/// How many bytes are kept at most.
const MAX_BYTES: usize = 64 << 20;

/// The lines of a log, numbered from 0. Old ones go when there are too many.
#[derive(Debug, Default)]
pub(crate) struct Log {
    lines: VecDeque<Arc<str>>,
    first: u64,
    bytes: usize,
}

impl Log {
    /// Adds a line, which has no line break.
    pub(crate) fn push(&mut self, line: &str) {
        self.bytes += line.len();
        self.lines.push_back(Arc::from(line));
        while self.lines.len() > MAX_LINES || self.bytes > MAX_BYTES && self.lines.len() > 1 {
            if let Some(old) = self.lines.pop_front() {
                self.bytes -= old.len();
                self.first += 1;
            }
        }
    }

    /// The number that the next line will have.
    pub(crate) fn end(&self) -> u64 {
        self.first + self.lines.len() as u64
    }

    /// The number of the first of the last `tail` lines; of all lines if `tail` is negative.
    pub(crate) fn start_of(&self, tail: i64) -> u64 {
        match u64::try_from(tail) {
            Ok(tail) => self.end().saturating_sub(tail).max(self.first),
            Err(_) => self.first,
        }
    }

    /// Up to `most` lines from a number on, and the number after the last of them.
    pub(crate) fn read(&self, from: u64, most: usize) -> (Vec<Arc<str>>, u64) {
        let from = from.max(self.first);
        let skip = usize::try_from(from - self.first).unwrap_or(usize::MAX);
        let lines: Vec<_> = self.lines.iter().skip(skip).take(most).cloned().collect();
        let next = from + lines.len() as u64;
        (lines, next)
    }

    /// Whether a text is among the lines; for tests.
    #[cfg(test)]
    pub(crate) fn contains(&self, text: &str) -> bool {
        self.lines.iter().any(|line| line.contains(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tail_is_the_last_lines() {
        let mut log = Log::default();
        for line in ["a", "b", "c"] {
            log.push(line);
        }
        assert_eq!(log.start_of(-1), 0);
        assert_eq!(log.start_of(0), 3);
        assert_eq!(log.start_of(2), 1);
        assert_eq!(log.start_of(9), 0);
        let (lines, next) = log.read(1, 10);
        assert_eq!(
            lines.iter().map(AsRef::as_ref).collect::<Vec<&str>>(),
            ["b", "c"]
        );
        assert_eq!(next, 3);
        assert!(log.contains("b"));
    }

    #[test]
    fn old_lines_go_when_there_are_too_many_bytes() {
        let mut log = Log::default();
        let line = "x".repeat(1 << 20);
        for _ in 0..70 {
            log.push(&line);
        }
        assert_eq!(log.end(), 70);
        assert_eq!(log.start_of(-1), 6);
        assert_eq!(log.read(0, 1).1, 7);
    }
}
