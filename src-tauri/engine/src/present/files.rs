//! Words for files that were given.

use crate::{
    record::problem::FileProblem,
    state::notices::EncodingNote,
    view::{AppError, Code},
};

/// Why a file cannot be used.
pub(super) fn problem(problem: &FileProblem) -> AppError {
    let refused = |title: String, next: &str| AppError::new(Code::File, title).next(next);
    let unreadable = |name: &str, why: &str| {
        refused(
            format!("“{name}” can’t be read. {why}"),
            "Check the file, then give it again.",
        )
    };
    match problem {
        FileProblem::None => refused(
            "No file was given.".into(),
            "Drop an SDL file, a .yaml or .yml.",
        ),
        FileProblem::TooMany(count) => refused(
            format!("{count} files were given at once."),
            "Give at most 12 SDL files together: one file is one deployment.",
        ),
        FileProblem::NoSdlInFolder(name) => refused(
            format!("There is no SDL file in the folder “{name}”."),
            "Drop the SDL file itself, a .yaml or .yml.",
        ),
        FileProblem::NoFile(name) => refused(
            format!("“{name}” is not a file."),
            "Drop an SDL file, a .yaml or .yml.",
        ),
        FileProblem::NoText(name) => refused(
            format!("“{name}” is not a text file."),
            "An SDL is a text file that ends in .yaml or .yml. No file? Begin with a sample.",
        ),
        FileProblem::TooLarge(name) => refused(
            format!("“{name}” is larger than 512 KiB."),
            "The Console takes no larger one. An SDL is usually a few KiB: is this the right file?",
        ),
        FileProblem::OtherKind(name) => refused(
            format!("“{name}” does not look like an SDL file."),
            "An SDL ends in .yaml or .yml. If this is one, rename it.",
        ),
        FileProblem::NothingPasted => refused(
            "There is no text on the clipboard.".into(),
            "Copy the SDL’s text first, then paste it here.",
        ),
        FileProblem::PastedTooLarge => refused(
            "The text is larger than 512 KiB.".into(),
            "The Console takes no larger one.",
        ),
        FileProblem::Missing(name) => unreadable(name, "It is not there."),
        FileProblem::NoPermission(name) => unreadable(name, "You have no permission to read it."),
        FileProblem::NotConverted(why) => refused(
            "Aloft can’t make a deployment of this.".into(),
            "Change it, then give it again, or begin with a sample.",
        )
        .meaning(why.clone()),
        FileProblem::Unreadable(name) => unreadable(name, "The disk refused."),
    }
}

/// How a file that is not saved as UTF-8 was read.
pub(super) fn encoding(note: &EncodingNote) -> String {
    let EncodingNote {
        name,
        encoding,
        guess,
    } = note;
    match guess {
        None => format!(
            "“{name}” is saved as {encoding}, and Aloft read it as that. What is sent is UTF-8; your file stays as it is."
        ),
        Some((line, guess)) => format!(
            "“{name}” is not saved as UTF-8. Aloft read it as {encoding}: check that line {line} has the right character, “{guess}”."
        ),
    }
}
