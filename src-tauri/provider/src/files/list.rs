//! What is in a folder.

use std::time::Duration;

use jiff::Timestamp;

use super::{FileError, Files, RemotePath, remote};
use crate::{CommandError, shell::script};

/// How many bytes an answer may have: some tens of thousands of entries.
const MAX_ANSWER: usize = 8 << 20;
/// How many entries are given.
const MAX_ENTRIES: usize = 50_000;
const PATIENCE: Duration = Duration::from_secs(60);

/// What an entry of a folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntryKind {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link, which is not followed.
    Link,
    /// A device, a pipe or a socket.
    Other,
}

/// An entry of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name, which need not be text. Show it by [`safe_name`](super::safe_name).
    pub name: Vec<u8>,
    /// What it is.
    pub kind: EntryKind,
    /// Its size in bytes, if the container can tell.
    pub size: Option<u64>,
    /// When it was changed last, by the container's clock.
    pub modified: Option<Timestamp>,
}

impl Files {
    /// What is in a folder: folders first, then by name.
    ///
    /// # Errors
    /// See [`FileError`]. A container without `sh` cannot list.
    pub async fn list(&self, folder: &RemotePath) -> Result<Vec<Entry>, FileError> {
        let command = script(remote::LIST, &[folder.as_bytes()]);
        let output = match self
            .lease
            .run(&self.target, &command, MAX_ANSWER, PATIENCE)
            .await
        {
            Ok(output) => output,
            Err(CommandError::TooMuch) => return Err(FileError::TooMany),
            Err(error) => {
                let error = FileError::from(error);
                return Err(if error.is_no_shell() {
                    FileError::NoShell
                } else {
                    error
                });
            }
        };
        if output.exit_code != 0 {
            return Err(FileError::of_exit(output.exit_code, &output.stderr));
        }
        read(&output.stdout)
    }
}

pub(super) fn read(answer: &[u8]) -> Result<Vec<Entry>, FileError> {
    let mut parts = answer.split(|byte| *byte == 0);
    if parts.next() != Some(b"list") || parts.next() != Some(b"") {
        return Err(FileError::Malformed);
    }
    let mut entries = Vec::new();
    while let (Some(facts), Some(name)) = (parts.next(), parts.next()) {
        if entries.len() >= MAX_ENTRIES {
            return Err(FileError::TooMany);
        }
        if name.is_empty() || name == b"." || name == b".." || name.contains(&b'/') {
            continue;
        }
        let facts = String::from_utf8_lossy(facts);
        let mut facts = facts.split(' ');
        let kind = match facts.next() {
            Some("f") => EntryKind::File,
            Some("d") => EntryKind::Folder,
            Some("l") => EntryKind::Link,
            _ => EntryKind::Other,
        };
        let size = facts.next().and_then(|size| size.parse().ok());
        let seconds = facts
            .next()
            .and_then(|time| time.split('.').next()?.parse().ok());
        let modified = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok());
        entries.push(Entry {
            name: name.to_vec(),
            kind,
            size,
            modified,
        });
    }
    entries.sort_by(|one, other| {
        let order = |entry: &Entry| (entry.kind != EntryKind::Folder, entry.name.clone());
        order(one).cmp(&order(other))
    });
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_answer_is_read() {
        let answer = b"list\0\0f 12 1700000000.5\0b.txt\0d 4096 1700000000\0a\0f ? ?\0two\nlines\0l 3 1\0x\0";
        let entries = read(answer).unwrap();
        let names: Vec<_> = entries
            .iter()
            .map(|entry| (entry.name.as_slice(), entry.kind, entry.size))
            .collect();
        assert_eq!(
            names,
            [
                (&b"a"[..], EntryKind::Folder, Some(4096)),
                (b"b.txt", EntryKind::File, Some(12)),
                (b"two\nlines", EntryKind::File, None),
                (b"x", EntryKind::Link, Some(3)),
            ]
        );
    }

    proptest! {
        #[test]
        fn no_answer_gives_a_name_that_is_a_path(answer in proptest::collection::vec(any::<u8>(), 0..200)) {
            let whole = [b"list\0\0".as_slice(), &answer].concat();
            for entry in read(&whole).unwrap_or_default() {
                prop_assert!(!entry.name.contains(&b'/') && entry.name != b"..");
            }
        }
    }
}
