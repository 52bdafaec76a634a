//! From paths to text, or to why not.

use std::{
    io::Read as _,
    path::{Path, PathBuf},
};

use akash_sdl::{
    convert::{Kind, recognise},
    encoding::{self, Decoded, Encoding},
};
use jiff::Timestamp;

use crate::{
    record::{LARGEST_SDL, Problem, clean_name, problem::FileProblem},
    state::notices::EncodingNote,
};

/// A file's name and text.
#[derive(Debug)]
pub(crate) struct Given {
    pub(crate) path: PathBuf,
    pub(crate) name: String,
    pub(crate) text: String,
    /// How it was read, where it is not saved as UTF-8.
    pub(crate) note: Option<EncodingNote>,
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
    pub(crate) refused: Option<Problem>,
}

/// Reads the files that were given; of a folder, the SDL files in it.
///
/// # Errors
/// none can be an SDL, too many, a folder without one, too large, not text, unreadable.
pub(crate) fn gather(paths: &[PathBuf]) -> Result<Gathered, Problem> {
    if paths.is_empty() {
        return Err(FileProblem::None.into());
    }
    if paths.len() > TOGETHER {
        return Err(FileProblem::TooMany(paths.len()).into());
    }
    let mut files: Vec<Given> = Vec::new();
    let mut reasons: Vec<Problem> = Vec::new();
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
        return Err(FileProblem::TooMany(files.len()).into());
    }
    let refused = reasons.into_iter().next();
    match refused {
        Some(error) if files.is_empty() => Err(error),
        refused => Ok(Gathered { files, refused }),
    }
}

/// What compose reads beside a file: the override of it, `.env`, and files that its services may name.
#[derive(Debug, Default)]
pub(crate) struct Beside {
    /// The override's name and text.
    pub(crate) over: Option<(String, String)>,
    pub(crate) env: Option<String>,
    /// Names and texts.
    pub(crate) others: Vec<(String, String)>,
}

/// Which of the files given is meant first: an override comes after its file, in whatever order they were given.
pub(crate) fn main_of(files: &[Given]) -> usize {
    let Some(first) = files.first() else { return 0 };
    let Some((base, _)) = first.name.split_once(".override.") else {
        return 0;
    };
    let is_base = |file: &Given| {
        file.path.parent() == first.path.parent()
            && file.path.file_stem().is_some_and(|stem| stem == base)
    };
    files.iter().position(is_base).unwrap_or_default()
}

/// The most files that are read beside a compose file.
const BESIDE: usize = 20;

/// Reads what compose reads beside a file. What can't be read is as if it were not there.
pub(crate) fn beside(path: &Path) -> Beside {
    let Some(folder) = path.parent() else {
        return Beside::default();
    };
    let text = |path: &Path| {
        let mut bytes = Vec::new();
        let file = std::fs::File::open(path).ok()?;
        file.take(LARGEST_SDL as u64).read_to_end(&mut bytes).ok()?;
        Some(encoding::decode(&bytes)?.text)
    };
    let stem = path
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned());
    let over = stem.into_iter().flat_map(|stem| {
        ["yml", "yaml"].map(|ending| folder.join(format!("{stem}.override.{ending}")))
    });
    let over = over
        .filter(|path| path.is_file())
        .find_map(|path| Some((name(&path), text(&path)?)));
    let entries = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .take(ENTRIES);
    let mut named: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            let name = name(path);
            let env = name.ends_with(".env") || name.starts_with(".env.");
            env && name != ".env" && path.is_file()
        })
        .collect();
    named.sort();
    named.truncate(BESIDE);
    Beside {
        over,
        env: text(&folder.join(".env")),
        others: named
            .iter()
            .filter_map(|path| Some((name(path), text(path)?)))
            .collect(),
    }
}

/// The SDL files right in a folder, by name.
fn folder(path: &Path) -> Result<Vec<Given>, Problem> {
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
    // Other programs' files end in .yaml too. Where nothing looks like an SDL, a compose file is what is meant, or a single file.
    let one = files.len() == 1;
    let (mut sdl, others): (Vec<Given>, Vec<Given>) = files
        .into_iter()
        .partition(|file| one || looks_like_one(&file.text));
    if sdl.is_empty() {
        let compose = |file: &Given| recognise(&file.text) == Kind::Compose;
        let over = |file: &Given| file.name.contains(".override.");
        sdl.extend(others.into_iter().find(|file| compose(file) && !over(file)));
    }
    if sdl.is_empty() {
        return Err(FileProblem::NoSdlInFolder(name).into());
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

/// A file's name without its ending.
pub(super) fn stem(name: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    clean_name(stem)
}

/// Reads a file.
///
/// # Errors
/// no file, too large, not text, unreadable.
fn read(path: &Path) -> Result<Given, Problem> {
    let name = name(path);
    let meta = std::fs::metadata(path).map_err(|error| unreadable(&name, &error))?;
    if !meta.is_file() {
        return Err(FileProblem::NoFile(name).into());
    }
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        // UTF-16 takes two bytes where UTF-8 takes one.
        .and_then(|file| {
            file.take(2 * LARGEST_SDL as u64 + 4)
                .read_to_end(&mut bytes)
        })
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
fn text(bytes: &[u8], name: &str) -> Result<Decoded, Problem> {
    let decoded = encoding::decode(bytes);
    // A file of another kind may look like Windows-1252.
    let is_utf8 = |decoded: &Decoded| decoded.encoding == Encoding::Utf8;
    let Some(decoded) = decoded.filter(|decoded| !other_kind(name) || is_utf8(decoded)) else {
        return Err(FileProblem::NoText(name.to_owned()).into());
    };
    if decoded.text.len() > LARGEST_SDL {
        return Err(FileProblem::TooLarge(name.to_owned()).into());
    }
    if other_kind(name) {
        return Err(FileProblem::OtherKind(name.to_owned()).into());
    }
    Ok(decoded)
}

/// How a file that is not saved as UTF-8 was read.
fn note(decoded: &Decoded, name: &str) -> Option<EncodingNote> {
    if decoded.encoding == Encoding::Utf8 {
        return None;
    }
    let guess = decoded.guessed.and_then(|at| {
        let guess = decoded.text.get(at..)?.chars().next()?;
        let before = decoded.text.get(..at).unwrap_or_default();
        Some((before.matches('\n').count() + 1, guess))
    });
    Some(EncodingNote {
        name: name.to_owned(),
        encoding: decoded.encoding.name(),
        guess,
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
/// empty, too large.
pub(crate) fn pasted(text: &str) -> Result<(), Problem> {
    if text.trim().is_empty() {
        return Err(FileProblem::NothingPasted.into());
    }
    if text.len() > LARGEST_SDL {
        return Err(FileProblem::PastedTooLarge.into());
    }
    Ok(())
}

fn unreadable(name: &str, error: &std::io::Error) -> Problem {
    let name = name.to_owned();
    let problem = match error.kind() {
        std::io::ErrorKind::NotFound => FileProblem::Missing(name),
        std::io::ErrorKind::PermissionDenied => FileProblem::NoPermission(name),
        _ => FileProblem::Unreadable(name),
    };
    Problem::from(problem).details(error.to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::record::problem::ProblemKind;

    #[test]
    fn each_wrong_kind_of_file_is_told_apart() {
        let dir = tempfile::tempdir().unwrap();
        let make = |name: &str, bytes: &[u8]| {
            let path = dir.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            path
        };
        let title = |paths: &[PathBuf]| gather(paths).unwrap_err().kind;
        let good = make("a.yaml", b"version: \"2.0\"\n");
        let one = gather(std::slice::from_ref(&good)).unwrap();
        assert_eq!(one.files[0].text, "version: \"2.0\"\n");
        let twice = gather(&[good.clone(), good.clone()]).unwrap();
        assert_eq!(twice.files.len(), 1, "the same file twice is one");
        assert_eq!(
            title(&vec![good; 13]),
            ProblemKind::File(FileProblem::TooMany(13))
        );
        assert_eq!(
            title(&[make("b.yaml", &vec![b'a'; LARGEST_SDL + 1])]),
            ProblemKind::File(FileProblem::TooLarge("b.yaml".into()))
        );
        assert_eq!(
            title(&[make("c.yaml", b"a\0b")]),
            ProblemKind::File(FileProblem::NoText("c.yaml".into()))
        );
        assert_eq!(
            title(&[make("d.png", &[0x89, b'P', b'N', b'G', 0xff])]),
            ProblemKind::File(FileProblem::NoText("d.png".into()))
        );
        assert_eq!(
            title(&[make("e.yaml", b"\xe9\xe8\xe7\xe6\xe5\n")]),
            ProblemKind::File(FileProblem::NoText("e.yaml".into()))
        );
        assert_eq!(
            title(&[make("f.docx", b"hello")]),
            ProblemKind::File(FileProblem::OtherKind("f.docx".into()))
        );
        assert_eq!(
            title(&[dir.path().join("none.yaml")]),
            ProblemKind::File(FileProblem::Missing("none.yaml".into()))
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
            (names.join(" "), gathered.refused.map(|error| error.kind))
        };
        assert_eq!(names(&[b.clone(), a]), ("b.yaml a.yaml".into(), None));
        let refused = Some(ProblemKind::File(FileProblem::NoText("c.png".into())));
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
        let kind = gather(&[dir.path().join("none")]).unwrap_err().kind;
        let wanted = FileProblem::NoSdlInFolder("none".into());
        assert_eq!(kind, ProblemKind::File(wanted));
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
        assert!(given.note.unwrap().encoding.contains("UTF-16"));
        let given = give(b"a: 1\nb: caf\xe9\n");
        assert_eq!(given.text, "a: 1\nb: café\n");
        assert_eq!(given.note.unwrap().guess, Some((2, 'é')));
    }
}
