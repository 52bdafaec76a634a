//! From paths and samples to text, or to words on why not.

use std::{
    io::Read as _,
    path::{Path, PathBuf},
};

use akash_sdl::encoding::{self, Decoded, Encoding};
use jiff::Timestamp;
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
        text: include_str!("../../samples/hello.yaml"),
    },
    SampleFile {
        id: "wordpress",
        title: "WordPress",
        about: "A blog or web site with a database of its own, kept on volumes.",
        text: include_str!("../../samples/wordpress.yaml"),
    },
    SampleFile {
        id: "uptime",
        title: "Uptime Kuma",
        about: "Watches your web sites and tells you when one is down.",
        text: include_str!("../../samples/uptime.yaml"),
    },
    SampleFile {
        id: "ollama",
        title: "Ollama, on a GPU",
        about: "Runs language models on one NVIDIA GPU, and answers over the web.",
        text: include_str!("../../samples/ollama.yaml"),
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

/// Passwords in a text that [`sample`] made up: they stand where a sample has one, in the form that it gives them.
pub(crate) fn made_secrets(text: &str) -> Vec<String> {
    let variables: Vec<&str> = SAMPLES
        .iter()
        .flat_map(|sample| sample.text.lines())
        .filter_map(|line| line.trim().strip_prefix("- ")?.strip_suffix("{password}"))
        .collect();
    let lines = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- "));
    let mut made: Vec<String> = lines
        .filter_map(|line| variables.iter().find_map(|name| line.strip_prefix(name)))
        .filter(|value| {
            let id = Uuid::try_parse(value);
            value.len() == 32 && id.is_ok_and(|id| id.get_version_num() == 4)
        })
        .map(str::to_owned)
        .collect();
    made.dedup();
    made
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

/// The most files that are taken at once.
pub(crate) const TOGETHER: usize = 12;
/// The most entries of a folder that are looked at.
const ENTRIES: usize = 2_000;

/// What was found among the files given.
#[derive(Debug)]
pub(crate) struct Gathered {
    /// In the order given; at least one.
    pub(crate) files: Vec<Given>,
    /// Why one of the others was not taken.
    pub(crate) refused: Option<AppError>,
}

/// Reads the files that were given; of a folder, the SDL files in it.
///
/// # Errors
/// In words: none can be an SDL, too many, a folder without one, too large, not text, unreadable.
pub(crate) fn gather(paths: &[PathBuf]) -> Result<Gathered, AppError> {
    if paths.is_empty() {
        return Err(refused(
            "No file was given.",
            "Drop an SDL file, a .yaml or .yml.",
        ));
    }
    if paths.len() > TOGETHER {
        return Err(many(paths.len()));
    }
    let mut files: Vec<Given> = Vec::new();
    let mut reasons: Vec<AppError> = Vec::new();
    for path in paths {
        let found = if path.is_dir() {
            folder(path)
        } else {
            read(path).map(|file| vec![file])
        };
        match found {
            Ok(found) => files.extend(found),
            Err(error) => reasons.push(error),
        }
    }
    // The same file twice is one.
    let mut seen = std::collections::HashSet::new();
    files.retain(|file| seen.insert(file.path.clone()));
    if files.len() > TOGETHER {
        return Err(many(files.len()));
    }
    let refused = reasons.into_iter().next();
    match refused {
        Some(error) if files.is_empty() => Err(error),
        refused => Ok(Gathered { files, refused }),
    }
}

fn many(count: usize) -> AppError {
    refused(
        format!("{count} files were given at once."),
        "Give at most 12 SDL files together: one file is one deployment.",
    )
}

/// The SDL files right in a folder, by name.
fn folder(path: &Path) -> Result<Vec<Given>, AppError> {
    let name = name(path);
    let entries = std::fs::read_dir(path).map_err(|error| unreadable(&name, &error))?;
    let mut paths: Vec<PathBuf> = entries
        .take(ENTRIES)
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            let hidden = self::name(path).starts_with('.');
            let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase());
            !hidden && matches!(ending.as_deref(), Some("yaml" | "yml")) && path.is_file()
        })
        .collect();
    paths.sort();
    let files: Vec<Given> = paths.iter().filter_map(|path| read(path).ok()).collect();
    // Other programs' files end in .yaml too. Where nothing looks like an SDL, a single file may be meant to be one.
    let one = files.len() == 1;
    let sdl: Vec<Given> = files
        .into_iter()
        .filter(|file| one || looks_like_one(&file.text))
        .collect();
    if sdl.is_empty() {
        return Err(refused(
            format!("There is no SDL file in the folder “{name}”."),
            "Drop the SDL file itself, a .yaml or .yml.",
        ));
    }
    Ok(sdl)
}

/// Whether a text has the sections that only an SDL has.
fn looks_like_one(text: &str) -> bool {
    let has = |section: &str| {
        text.lines()
            .any(|line| line.trim_end().starts_with(section))
    };
    has("deployment:") && (has("profiles:") || has("services:"))
}

/// A text that an older Aloft kept in a folder of its own.
pub(crate) struct Left {
    pub(crate) path: PathBuf,
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) at: Timestamp,
}

/// The texts kept in `folder`, oldest first; the 50 newest of them.
pub(crate) fn left_in(folder: &Path) -> Vec<Left> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut found: Vec<_> = entries
        .take(ENTRIES)
        .flatten()
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .filter(|(_, path)| path.extension().is_some_and(|ending| ending == "yaml"))
        .collect();
    found.sort();
    let older = found.len().saturating_sub(50);
    found
        .into_iter()
        .skip(older)
        .filter_map(|(at, path)| {
            let file = read(&path).ok()?;
            Some(Left {
                path,
                name: file.name,
                text: file.text,
                at: Timestamp::try_from(at).ok()?,
            })
        })
        .collect()
}

fn name(path: &Path) -> String {
    path.file_name().map_or_else(
        || path.display().to_string(),
        |name| name.to_string_lossy().into_owned(),
    )
}

/// Reads a file.
///
/// # Errors
/// In words: no file, too large, not text, unreadable.
fn read(path: &Path) -> Result<Given, AppError> {
    let name = name(path);
    let meta = std::fs::metadata(path).map_err(|error| unreadable(&name, &error))?;
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
        path: path.to_owned(),
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
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn each_wrong_kind_of_file_is_told_apart() {
        let dir = tempfile::tempdir().unwrap();
        let make = |name: &str, bytes: &[u8]| {
            let path = dir.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            path
        };
        let title = |paths: &[PathBuf]| gather(paths).unwrap_err().title;
        let good = make("a.yaml", b"version: \"2.0\"\n");
        let one = gather(std::slice::from_ref(&good)).unwrap();
        assert_eq!(one.files[0].text, "version: \"2.0\"\n");
        let twice = gather(&[good.clone(), good.clone()]).unwrap();
        assert_eq!(twice.files.len(), 1, "the same file twice is one");
        assert_eq!(title(&vec![good; 13]), "13 files were given at once.");
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
            title(&[make("e.yaml", b"\xe9\xe8\xe7\xe6\xe5\n")]),
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
    fn several_files_and_folders_give_the_sdl_files_among_them() {
        let dir = tempfile::tempdir().unwrap();
        let make = |name: &str, text: &str| {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, text).unwrap();
            path
        };
        let sdl = "version: \"2.0\"\nservices:\nprofiles:\ndeployment:\n";
        let (b, a) = (make("b.yaml", sdl), make("a.yaml", "x: 1"));
        let picture = make("c.png", "\0");
        let names = |paths: &[PathBuf]| {
            let gathered = gather(paths).unwrap();
            let names: Vec<_> = gathered.files.into_iter().map(|file| file.name).collect();
            (names.join(" "), gathered.refused.map(|error| error.title))
        };
        assert_eq!(names(&[b.clone(), a]), ("b.yaml a.yaml".into(), None));
        let refused = Some("“c.png” is not a text file.".to_owned());
        assert_eq!(names(&[picture.clone(), b]), ("b.yaml".into(), refused));
        // A folder with one SDL file among others of its ending.
        let project = dir.path().join("project");
        make("project/deploy.yaml", sdl);
        make("project/docker-compose.yml", "services:\n  web: {}\n");
        make("project/.hidden.yaml", sdl);
        make("project/sub/deep.yaml", sdl);
        assert_eq!(
            names(std::slice::from_ref(&project)),
            ("deploy.yaml".into(), None)
        );
        make("project/second.yml", sdl);
        assert_eq!(names(&[project]), ("deploy.yaml second.yml".into(), None));
        // The only file of a folder is taken whatever it holds, so that what is wrong with it is said.
        make("single/draft.yaml", "x: 1");
        let single = dir.path().join("single");
        assert_eq!(names(&[single]), ("draft.yaml".into(), None));
        make("none/readme.md", "hello");
        let title = gather(&[dir.path().join("none")]).unwrap_err().title;
        assert_eq!(title, "There is no SDL file in the folder “none”.");
    }

    #[test]
    fn a_file_in_another_encoding_is_read_and_that_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let give = |bytes: &[u8]| {
            let path = dir.path().join("page.yaml");
            std::fs::write(&path, bytes).unwrap();
            read(&path).unwrap()
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

    #[test]
    fn a_sample_s_own_password_is_no_finding_and_another_one_is() {
        let (_, text) = sample_text("wordpress");
        let found = |text: &str| {
            let context = akash_sdl::Context {
                made_secrets: made_secrets(text),
                ..akash_sdl::Context::default()
            };
            let findings = akash_sdl::check_with(text, &context).findings;
            findings
                .iter()
                .filter(|f| f.code == "secret-in-env")
                .count()
        };
        assert_eq!(found(&text), 0);
        let [password] = &made_secrets(&text)[..] else {
            panic!("not one password in\n{text}")
        };
        assert_ne!(found(&text.replace(password, "my-own-password")), 0);
    }

    fn sample_text(id: &str) -> (&'static str, String) {
        sample(id).unwrap()
    }
}
