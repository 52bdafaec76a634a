//! What a reading script says beside the bytes: how many they are, and what could not be read.

use crate::error::tidy;

/// Longer lines are cut.
const MAX_LINE: usize = 4_096;
/// How many lines are kept.
const MAX_LINES: usize = 100;

/// The errors' output of a reading script, line by line.
#[derive(Debug, Default)]
pub(super) struct Notes {
    line: Vec<u8>,
    /// The size that was announced.
    pub(super) size: Option<u64>,
    /// Whether it was said that all was sent.
    pub(super) sent: bool,
    /// The other lines, shortened: the first 100.
    pub(super) said: Vec<String>,
}

impl Notes {
    pub(super) fn push(&mut self, bytes: &[u8]) {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let room = MAX_LINE.saturating_sub(self.line.len());
            self.line
                .extend_from_slice(piece.get(..room.min(piece.len())).unwrap_or_default());
            if piece.ends_with(b"\n") {
                let line = std::mem::take(&mut self.line);
                self.take(String::from_utf8_lossy(&line).trim());
            }
        }
    }

    fn take(&mut self, line: &str) {
        if let Some(size) = line
            .strip_prefix("size ")
            .and_then(|size| size.trim().parse().ok())
        {
            self.size.get_or_insert(size);
        } else if line == "sent" {
            self.sent = true;
        } else if !line.is_empty() && self.said.len() < MAX_LINES {
            self.said.push(tidy(line, 300));
        }
    }

    /// Whether nothing was said at all.
    pub(super) fn is_empty(&self) -> bool {
        self.line.is_empty() && self.size.is_none() && !self.sent && self.said.is_empty()
    }

    /// What was said, for an error.
    pub(super) fn text(&self) -> String {
        let unfinished = String::from_utf8_lossy(&self.line);
        format!("{} {unfinished}", self.said.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_is_found_however_the_lines_are_divided() {
        let mut notes = Notes::default();
        for piece in [
            "tar: ./x: Cannot open: Permission",
            " denied\nsi",
            "ze   12\n",
            "sent\nrest",
        ] {
            notes.push(piece.as_bytes());
        }
        assert_eq!((notes.size, notes.sent), (Some(12), true));
        assert_eq!(notes.said, ["tar: ./x: Cannot open: Permission denied"]);
    }

    #[test]
    fn a_flood_of_errors_does_not_hide_the_size() {
        let mut notes = Notes::default();
        for _ in 0..10_000 {
            notes.push(&[b"x".repeat(9_000), b"\n".to_vec()].concat());
        }
        notes.push(b"size 5\n");
        assert_eq!((notes.size, notes.said.len()), (Some(5), 100));
    }
}
