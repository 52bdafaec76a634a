//! Whether a server runs what the person gave.

use serde::Serialize;

/// The outcome of comparing a file with the manifest that a server made or runs.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The outcome in a word.
    pub verdict: Verdict,
    /// What differs, in words; empty unless the verdict is [`Verdict::Different`] or [`Verdict::Unreadable`].
    pub differences: Vec<Difference>,
}

impl Comparison {
    /// Whether the server runs what the person gave.
    pub fn is_same(&self) -> bool {
        matches!(self.verdict, Verdict::Identical | Verdict::Equivalent)
    }
}

/// How a server's manifest relates to a file.
#[derive(Serialize, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Byte for byte what this library derives.
    Identical,
    /// The same, but for the order of lists that later versions of the official library sort differently.
    Equivalent,
    /// Something else runs.
    Different,
    /// The manifest can't be read.
    Unreadable,
}

/// One difference between a file and a server's manifest.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Placement that it is in.
    pub group: Option<String>,
    /// Service that it is in.
    pub service: Option<String>,
    /// The difference in words.
    pub message: String,
}
