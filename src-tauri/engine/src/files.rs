//! From paths and samples to text, or to words on why not.

use std::{
    io::Read as _,
    path::{Path, PathBuf},
};

use akash_sdl::encoding::{self, Decoded, Encoding};
use uuid::Uuid;

use crate::view::{AppError, Code, Sample};

/// The Console takes no larger body.
pub(crate) const MOST: usize = 512 * 1024;

struct SampleFile {
    id: &'static str,
    title: &'static str,
    about: &'static str,
    text: &'static str,
}

const SAMPLES: [SampleFile; 3] = [
    SampleFile {
        id: "hello",
        title: "A hello page",
        about: "One small web page. The quickest way to see a deployment live.",
        text: include_str!("../samples/hello.yaml"),
    },
    SampleFile {
        id: "wordpress",
        title: "WordPress",
        about: "A blog or web site with a database of its own, kept on volumes.",
        text: include_str!("../samples/wordpress.yaml"),
    },
    SampleFile {
        id: "uptime",
        title: "Uptime Kuma",
        about: "Watches your web sites and tells you when one is down.",
        text: include_str!("../samples/uptime.yaml"),
    },
];

pub(crate) fn samples() -> Vec<Sample> {
    SAMPLES
        .iter()
        .map(|s| Sample {
            id: s.id.into(),
            title: s.title.into(),
            about: s.about.into(),
        })
        .collect()
}

/// Name and text of a sample; passwords in it are made up anew each time.
pub(crate) fn sample(id: &str) -> Option<(&'static str, String)> {
    let found = SAMPLES.iter().find(|sample| sample.id == id)?;
    Some((
        found.id,
        found
            .text
            .replace("{password}", &Uuid::new_v4().simple().to_string()),
    ))
}

/// A file's name and text.
#[derive(Debug)]
pub(crate) struct Given {
    pub(crate) path: PathBuf,
    pub(crate) name: String,
    pub(crate) text: String,
    /// How it was read, in words, where it is not saved as UTF-8.
    pub(crate) note: Option<String>,
}

/// Reads the one file that was given.
///
/// # Errors
/// In words: several, a folder, too large, not text, unreadable.
pub(crate) fn read(paths: &[PathBuf]) -> Result<Given, AppError> {
    let path = match paths {
        [] => {
            return Err(refused(
                "No file was given.",
                "Drop one SDL file, a .yaml or .yml.",
            ));
        }
        [one] => one,
        several => {
            return Err(refused(
                format!("{} files were given at once.", several.len()),
                "Give one SDL file: one file is one deployment.",
            ));
        }
    };
    let name = path.file_name().map_or_else(
        || path.display().to_string(),
        |name| name.to_string_lossy().into_owned(),
    );
    let meta = std::fs::metadata(path).map_err(|error| unreadable(&name, &error))?;
    if meta.is_dir() {
        return Err(refused(
            format!("“{name}” is a folder."),
            "Open it and drop the SDL file in it, a .yaml or .yml.",
        ));
    }
    if !meta.is_file() {
        return Err(refused(
            format!("“{name}” is not a file."),
            "Drop an SDL file, a .yaml or .yml.",
        ));
    }
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        // UTF-16 takes two bytes where UTF-8 takes one.
        .and_then(|file| file.take(2 * MOST as u64 + 4).read_to_end(&mut bytes))
        .map_err(|error| unreadable(&name, &error))?;
    let decoded = text(&bytes, &name)?;
    Ok(Given {
        path: path.clone(),
        note: note(&decoded, &name),
        text: decoded.text,
        name,
    })
}

/// The text of a file. UTF-16, as Notepad and PowerShell write it, and Windows-1252 are read, too: what is checked, kept
/// and sent is UTF-8.
fn text(bytes: &[u8], name: &str) -> Result<Decoded, AppError> {
    let decoded = encoding::decode(bytes);
    // A file of another kind may look like Windows-1252.
    let is_utf8 = |decoded: &Decoded| decoded.encoding == Encoding::Utf8;
    let Some(decoded) = decoded.filter(|decoded| !other_kind(name) || is_utf8(decoded)) else {
        return Err(refused(
            format!("“{name}” is not a text file."),
            "An SDL is a text file that ends in .yaml or .yml. No file? Begin with a sample.",
        ));
    };
    if decoded.text.len() > MOST {
        return Err(refused(
            format!("“{name}” is larger than 512 KiB."),
            "The Console takes no larger one. An SDL is usually a few KiB: is this the right file?",
        ));
    }
    if other_kind(name) {
        return Err(refused(
            format!("“{name}” does not look like an SDL file."),
            "An SDL ends in .yaml or .yml. If this is one, rename it.",
        ));
    }
    Ok(decoded)
}

/// What to tell of a file that is not saved as UTF-8.
fn note(decoded: &Decoded, name: &str) -> Option<String> {
    if decoded.encoding == Encoding::Utf8 {
        return None;
    }
    let read = format!(
        "“{name}” is saved as {}, and Aloft read it as that. What is sent is UTF-8; your file stays as it is.",
        decoded.encoding.name()
    );
    let Some((at, guess)) = decoded
        .guessed
        .and_then(|at| Some((at, decoded.text.get(at..)?.chars().next()?)))
    else {
        return Some(read);
    };
    let before = decoded.text.get(..at).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    Some(format!(
        "“{name}” is not saved as UTF-8. Aloft read it as {}: check that line {line} has the right character, “{guess}”.",
        decoded.encoding.name()
    ))
}

/// Endings that are never an SDL. No ending, or an unknown one, gets the benefit of the doubt.
fn other_kind(name: &str) -> bool {
    let ending = Path::new(name)
        .extension()
        .map(|e| e.to_string_lossy().to_lowercase())
        .unwrap_or_default();
    !matches!(
        ending.as_str(),
        "" | "yaml" | "yml" | "txt" | "sdl" | "json"
    )
}

/// Checks pasted text.
///
/// # Errors
/// In words: empty, too large.
pub(crate) fn pasted(text: &str) -> Result<(), AppError> {
    if text.trim().is_empty() {
        return Err(refused(
            "There is no text on the clipboard.",
            "Copy the SDL's text first, then paste it here.",
        ));
    }
    if text.len() > MOST {
        return Err(refused(
            "The text is larger than 512 KiB.",
            "The Console takes no larger one.",
        ));
    }
    Ok(())
}

fn refused(title: impl Into<String>, next: &str) -> AppError {
    AppError::new(Code::File, title).next(next)
}

fn unreadable(name: &str, error: &std::io::Error) -> AppError {
    let why = match error.kind() {
        std::io::ErrorKind::NotFound => "It is not there.",
        std::io::ErrorKind::PermissionDenied => "You have no permission to read it.",
        _ => "The disk refused.",
    };
    AppError::new(Code::File, format!("“{name}” can’t be read. {why}"))
        .next("Check the file, then give it again.")
        .details(error.to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn each_wrong_kind_of_file_is_told_apart() {
        let dir = tempfile::tempdir().unwrap();
        let make = |name: &str, bytes: &[u8]| {
            let path = dir.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            path
        };
        let title = |paths: &[PathBuf]| read(paths).unwrap_err().title;
        let good = make("a.yaml", b"version: \"2.0\"\n");
        assert_eq!(
            read(std::slice::from_ref(&good)).unwrap().text,
            "version: \"2.0\"\n"
        );
        assert_eq!(title(&[good.clone(), good]), "2 files were given at once.");
        assert!(title(&[dir.path().to_owned()]).ends_with("is a folder."));
        assert_eq!(
            title(&[make("b.yaml", &vec![b'a'; MOST + 1])]),
            "“b.yaml” is larger than 512 KiB."
        );
        assert_eq!(
            title(&[make("c.yaml", b"a\0b")]),
            "“c.yaml” is not a text file."
        );
        assert_eq!(
            title(&[make("d.png", &[0x89, b'P', b'N', b'G', 0xff])]),
            "“d.png” is not a text file."
        );
        assert_eq!(
            title(&[make("e.yaml", b"\xff\xfe\xfd\xfc\xfb\xfa\n")]),
            "“e.yaml” is not a text file."
        );
        assert_eq!(
            title(&[make("f.docx", b"hello")]),
            "“f.docx” does not look like an SDL file."
        );
        assert_eq!(
            title(&[dir.path().join("none.yaml")]),
            "“none.yaml” can’t be read. It is not there."
        );
    }

    #[test]
    fn a_file_in_another_encoding_is_read_and_that_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let give = |bytes: &[u8]| {
            let path = dir.path().join("page.yaml");
            std::fs::write(&path, bytes).unwrap();
            read(&[path]).unwrap()
        };
        let text = "version: \"2.0\" # é\r\n";
        let given = give(text.as_bytes());
        assert_eq!((given.text.as_str(), given.note), (text, None));
        let notepad: Vec<u8> = format!("\u{feff}{text}")
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let given = give(&notepad);
        assert_eq!(given.text, text);
        assert!(given.note.unwrap().contains("saved as UTF-16"));
        let given = give(b"a: 1\nb: caf\xe9\n");
        assert_eq!(given.text, "a: 1\nb: café\n");
        assert!(
            given
                .note
                .unwrap()
                .ends_with("check that line 2 has the right character, “é”.")
        );
    }

    #[test]
    fn samples_are_sound() {
        for sample in samples() {
            let (_, text) = sample_text(&sample.id);
            let checked = akash_sdl::check(&text);
            assert!(
                checked
                    .findings
                    .iter()
                    .all(|f| f.severity == akash_sdl::Severity::Warning),
                "{}: {:?}",
                sample.id,
                checked.findings
            );
        }
    }

    fn sample_text(id: &str) -> (&'static str, String) {
        sample(id).unwrap()
    }
}
