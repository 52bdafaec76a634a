//! Changes of a text.

use serde::Serialize;

/// A change that mends a finding.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Fix {
    /// What it does: "Write `512Mi`".
    pub label: String,
    /// Replacements, none overlapping, in text order, all relative to the unchanged text.
    pub edits: Vec<Edit>,
}

/// One replacement, UTF-16 offsets.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Edit {
    /// Start.
    pub from: u32,
    /// End.
    pub to: u32,
    /// What stands there afterwards.
    pub insert: String,
}
