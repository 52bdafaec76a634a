//! From paths and samples to text, or to words on why not.

use std::{
    io::Read as _,
    path::{Path, PathBuf},
};

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

const SAMPLES: [SampleFile; 4] = [
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
    SampleFile {
        id: "ollama",
        title: "Ollama, on a GPU",
        about: "Runs language models on one NVIDIA GPU, and answers over the web.",
        text: include_str!("../samples/ollama.yaml"),
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
        .and_then(|file| file.take(MOST as u64 + 1).read_to_end(&mut bytes))
        .map_err(|error| unreadable(&name, &error))?;
    Ok(Given {
        path: path.clone(),
        text: text(bytes, &name)?,
        name,
    })
}

fn text(bytes: Vec<u8>, name: &str) -> Result<String, AppError> {
    if bytes.contains(&0) || other_kind(name) && std::str::from_utf8(&bytes).is_err() {
        return Err(refused(
            format!("“{name}” is not a text file."),
            "An SDL is a text file that ends in .yaml or .yml. No file? Begin with a sample.",
        ));
    }
    if bytes.len() > MOST {
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
    String::from_utf8(bytes).map_err(|error| {
        let line = error
            .as_bytes()
            .iter()
            .take(error.utf8_error().valid_up_to())
            .filter(|b| **b == b'\n')
            .count()
            + 1;
        refused(
            format!("Line {line} of “{name}” is not UTF-8 text."),
            "Save the file as UTF-8 in your editor, then give it again.",
        )
    })
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
            title(&[make("e.yaml", b"a: 1\nb: \xff\n")]),
            "Line 2 of “e.yaml” is not UTF-8 text."
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
