//! What leads from one text to another, for the editor.

use crate::view::Edit;

pub(super) fn edits(old: &str, new: &str) -> Vec<Edit> {
    akash_sdl::edit::difference(old, new)
        .into_iter()
        .map(|edit| Edit {
            from: edit.from,
            to: edit.to,
            insert: edit.insert,
        })
        .collect()
}
