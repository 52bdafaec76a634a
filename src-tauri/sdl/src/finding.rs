//! What a check has to say: findings, their places and the fixes they offer.

use serde::Serialize;

/// How bad a finding is.
#[derive(Serialize, Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The Console refuses the file.
    Error,
    /// The Console reads the file, but the chain refuses the deployment that it makes of it. [`Checked::sdl`] is present,
    /// and yet nobody should send the file.
    ///
    /// [`Checked::sdl`]: crate::Checked::sdl
    Refused,
    /// The file can be deployed, but it fails later or surprises.
    Warning,
}

impl Severity {
    /// Whether the file can't be deployed as it is.
    pub const fn stops(self) -> bool {
        !matches!(self, Self::Warning)
    }
}

/// One thing to say about an SDL file. One fault gives one finding.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Stable kebab-case name of the rule, e.g. `unknown-field`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Line where it starts, 1-based.
    pub line: u32,
    /// Column where it starts, 1-based, in characters.
    pub column: u32,
    /// Line where it ends, 1-based.
    pub end_line: u32,
    /// Column just behind its end, 1-based, in characters.
    pub end_column: u32,
    /// Where it starts, in UTF-16 units from the start of the text (what a browser's editor counts in).
    pub from: u32,
    /// Where it ends (exclusive), in UTF-16 units from the start of the text.
    pub to: u32,
    /// JSON pointer of the value it is about, e.g. `/services/web/expose/0/port`; empty for the whole file.
    pub path: String,
    /// What is wrong, in plain words.
    pub message: String,
    /// What to write instead.
    pub hint: Option<String>,
    /// What the official library says about the same fault, for people who search for it.
    pub official: Option<String>,
    /// A change that removes this finding.
    pub fix: Option<Fix>,
    /// Other places that help to understand it, e.g. "first defined here".
    pub related: Vec<Related>,
}

/// A change to the text that removes a finding.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What a button says, e.g. "Write `512Mi`".
    pub label: String,
    /// Replacements against the checked text: sorted, not overlapping.
    pub edits: Vec<TextEdit>,
}

/// One replacement in a text.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct TextEdit {
    /// Start of what is replaced, in UTF-16 units.
    pub from: u32,
    /// End (exclusive) of what is replaced, in UTF-16 units; equal to `from` for an insertion.
    pub to: u32,
    /// What stands there afterwards.
    pub insert: String,
}

/// A second place that belongs to a finding.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Line, 1-based.
    pub line: u32,
    /// Column, 1-based, in characters.
    pub column: u32,
    /// Start in UTF-16 units.
    pub from: u32,
    /// End (exclusive) in UTF-16 units.
    pub to: u32,
    /// What is there, e.g. "first defined here".
    pub message: String,
}
