//! Converts files to SDL and prints a JSON line for each.
//!
//! `cargo run -p akash-sdl --example convert -- [--merge] [--profile NAME] FILE…`. With `--merge`, all files are one
//! compose project, later ones over earlier ones. A `.env` beside a file is read, and so is every small file there that a
//! compose file may name. Exit 0: all were converted; 1: some were not; 2: some can't be read.
#![allow(clippy::print_stdout)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use akash_sdl::convert::{ConvertError, Options, Source, convert, recognise};
use akash_sdl::encoding;
use serde_json::{Value, json};

/// Files beside a compose file that are looked at, and bytes of each.
const MOST_FILES: usize = 200;
const MOST_BYTES: u64 = 64 * 1024;

fn main() -> ExitCode {
    let (mut merge, mut profiles, mut files) = (false, Vec::new(), Vec::new());
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--merge" => merge = true,
            "--profile" => profiles.extend(arguments.next()),
            _ => files.push(argument),
        }
    }
    let groups: Vec<Vec<String>> = if merge {
        vec![files]
    } else {
        files.into_iter().map(|file| vec![file]).collect()
    };
    let mut worst = 0;
    for group in groups.into_iter().filter(|group| !group.is_empty()) {
        let (line, code) = report(&group, &profiles);
        println!("{line}");
        worst = worst.max(code);
    }
    ExitCode::from(worst)
}

fn report(files: &[String], profiles: &[String]) -> (Value, u8) {
    let name = files.join(" ");
    let mut sources = Vec::new();
    for file in files {
        match read(Path::new(file)) {
            Ok(text) => sources.push(Source {
                name: Path::new(file)
                    .file_name()
                    .map_or_else(|| file.clone(), |name| name.to_string_lossy().into_owned()),
                text,
            }),
            Err(error) => return (json!({"file": name, "error": error}), 2),
        }
    }
    let folder = files
        .first()
        .and_then(|file| Path::new(file).parent())
        .map(Path::to_owned)
        .unwrap_or_default();
    let env = read(&folder.join(".env")).ok();
    let options = Options {
        profiles: profiles.to_vec(),
        beside: beside(&folder),
    };
    let kind = sources.first().map(|source| recognise(&source.text));
    match convert(&sources, env.as_deref(), &options) {
        Ok(made) => (
            json!({"file": name, "kind": made.kind, "sdl": made.sdl, "decisions": made.decisions, "lost": made.lost}),
            0,
        ),
        Err(error) => {
            let lost = match &error {
                ConvertError::NothingToRun { lost, .. } => lost.clone(),
                _ => Vec::new(),
            };
            (
                json!({"file": name, "kind": kind, "sdl": null, "error": error.to_string(), "decisions": [], "lost": lost}),
                1,
            )
        }
    }
}

fn read(path: &Path) -> Result<String, String> {
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    let decoded = encoding::decode(&bytes);
    Ok(decoded.map_or_else(
        || String::from_utf8_lossy(&bytes).into_owned(),
        |decoded| decoded.text,
    ))
}

/// Small text files beside the compose file and one folder below.
fn beside(folder: &Path) -> Vec<Source> {
    let start = if folder.as_os_str().is_empty() {
        PathBuf::from(".")
    } else {
        folder.to_owned()
    };
    let mut found = Vec::new();
    let mut folders = vec![(start.clone(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries.flatten() {
            let (path, Ok(kind)) = (entry.path(), entry.file_type()) else {
                continue;
            };
            if kind.is_dir() && depth < 1 {
                folders.push((path, depth + 1));
            } else if kind.is_file()
                && found.len() < MOST_FILES
                && entry.metadata().is_ok_and(|meta| meta.len() <= MOST_BYTES)
            {
                let name = path
                    .strip_prefix(&start)
                    .unwrap_or(&path)
                    .to_string_lossy()
                    .replace('\\', "/");
                if let Ok(text) = std::fs::read_to_string(&path) {
                    found.push(Source { name, text });
                }
            }
        }
    }
    found
}
