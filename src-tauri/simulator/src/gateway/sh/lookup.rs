//! `stat` and `find`.

use super::{
    call::{Call, Done},
    listing::{MAX_SHOWN, kind_text, letter_of, mode_text, raw_mode, size_of, time_text},
    words::{Char, matches},
};
use crate::gateway::{
    inode::Errno,
    tree::{Entry, Node, Tree, file_name, join},
};

pub(crate) async fn stat(call: &Call<'_>) -> Done {
    // GNU's long forms mean the same as the short ones.
    let mut format = None;
    let mut raw = false;
    let mut short = Vec::new();
    for argument in call.rest() {
        if let Some(text) = argument.strip_prefix("--format=") {
            format = Some(text.to_owned());
        } else if let Some(text) = argument.strip_prefix("--printf=") {
            format = Some(super::text::escapes(text));
            raw = true;
        } else {
            short.push(argument.clone());
        }
    }
    let inner = Call {
        shell: &mut call.shell.clone(),
        arguments: [vec!["stat".to_owned()], short].concat(),
        io: call.io.clone(),
    };
    let Some(options) = inner.options("Lft", "c").await? else {
        return Ok(1);
    };
    let format = format.or_else(|| options.value('c').map(str::to_owned));
    let mut code = 0;
    for path in &options.operands {
        let found = {
            let tree = call.shell.machine.tree();
            tree.resolve(&call.shell.cwd, path, options.has('L'))
                .and_then(|place| tree.get(&place).cloned().ok_or(Errno::NotFound))
        };
        let entry = match found {
            Ok(entry) => entry,
            Err(error) => {
                code = call.failed(&format!("cannot stat '{path}'"), error).await?;
                continue;
            }
        };
        let text = match &format {
            Some(format) => fill(format, path, &entry) + if raw { "" } else { "\n" },
            None => format!(
                "  File: {path}\n  Size: {}\tBlocks: {}\tIO Block: 4096\t{}\nAccess: ({:04o}/{})\tUid: (0/root)\tGid: (0/root)\nModify: {}\n",
                size_of(&entry),
                size_of(&entry).div_ceil(512),
                kind_text(&entry),
                entry.mode,
                mode_text(&entry),
                time_text(entry.modified, "%Y-%m-%d %H:%M:%S.000000000 +0000"),
            ),
        };
        call.print(&text).await?;
    }
    Ok(code)
}

fn fill(format: &str, path: &str, entry: &Entry) -> String {
    let mut out = String::new();
    let mut chars = format.chars();
    while let Some(one) = chars.next() {
        if one != '%' {
            out.push(one);
            continue;
        }
        match chars.next() {
            Some('n') => out.push_str(path),
            Some('s') => out.push_str(&size_of(entry).to_string()),
            Some('F') => out.push_str(kind_text(entry)),
            Some('f') => out.push_str(&format!("{:x}", raw_mode(entry))),
            Some('a') => out.push_str(&format!("{:o}", entry.mode)),
            Some('A') => out.push_str(&mode_text(entry)),
            Some('Y' | 'X' | 'Z') => out.push_str(&entry.modified.as_second().to_string()),
            Some('y') => out.push_str(&time_text(
                entry.modified,
                "%Y-%m-%d %H:%M:%S.000000000 +0000",
            )),
            Some('u' | 'g') => out.push('0'),
            Some('U' | 'G') => out.push_str("root"),
            Some('h' | 'b') => out.push('1'),
            Some('N') => out.push_str(&format!("'{path}'")),
            Some(other) => out.push(other),
            None => {}
        }
    }
    out
}

/// What `find` looks for.
#[derive(Default)]
struct Wanted {
    kinds: Option<String>,
    name: Option<Vec<Char>>,
    min_depth: usize,
    max_depth: Option<usize>,
    not_empty: bool,
}

pub(crate) async fn find(call: &Call<'_>) -> Done {
    let mut arguments = call.rest().iter().peekable();
    let mut starts = Vec::new();
    while let Some(start) = arguments.next_if(|one| !one.starts_with(['-', '(', '!'])) {
        starts.push(start.clone());
    }
    if starts.is_empty() {
        starts.push(".".to_owned());
    }
    let mut wanted = Wanted::default();
    let mut format = "%p\n".to_owned();
    while let Some(argument) = arguments.next() {
        let value = |text: Option<&String>| text.cloned().unwrap_or_default();
        match argument.as_str() {
            "-type" => wanted.kinds = Some(value(arguments.next())),
            "-name" => {
                wanted.name = Some(
                    value(arguments.next())
                        .chars()
                        .map(|one| (one, false))
                        .collect(),
                )
            }
            "-maxdepth" => wanted.max_depth = value(arguments.next()).parse().ok(),
            "-mindepth" => wanted.min_depth = value(arguments.next()).parse().unwrap_or(0),
            "-print0" => format = "%p\0".to_owned(),
            "-printf" => format = super::text::escapes(&value(arguments.next())),
            "-empty" => wanted.not_empty = true,
            "-print" | "-xdev" | "-H" | "-P" => {}
            other => {
                call.complain(&format!("unrecognized: {other}")).await?;
                return Ok(1);
            }
        }
    }
    let mut code = 0;
    for start in starts {
        let found = {
            let tree = call.shell.machine.tree();
            tree.resolve(&call.shell.cwd, &start, false)
                .and_then(|place| {
                    if tree.get(&place).is_none() {
                        Err(Errno::NotFound)
                    } else {
                        Ok(walk(&tree, &start, &place, &wanted))
                    }
                })
        };
        match found {
            Ok(found) => {
                for chunk in found.chunks(500) {
                    let text: String = chunk
                        .iter()
                        .map(|(path, below, entry)| found_text(&format, path, below, entry))
                        .collect();
                    call.print(&text).await?;
                }
            }
            Err(error) => code = call.failed(&start, error).await?,
        }
    }
    Ok(code)
}

/// What `find` finds: the path as it is shown, the path below the start, and what it is.
fn walk(tree: &Tree, start: &str, place: &str, wanted: &Wanted) -> Vec<(String, String, Entry)> {
    let own = tree.get(place).map(|entry| (place, entry));
    let mut found = Vec::new();
    for (path, entry) in own.into_iter().chain(tree.below(place)) {
        let below = path
            .get(place.len()..)
            .unwrap_or_default()
            .trim_start_matches('/');
        let depth = if below.is_empty() {
            0
        } else {
            below.matches('/').count() + 1
        };
        let shown = if below.is_empty() {
            start.to_owned()
        } else {
            join(start, below)
        };
        let kind = match letter_of(&entry.node) {
            '-' => 'f',
            letter => letter,
        };
        let name: Vec<char> = file_name(&shown).chars().collect();
        let fits = depth >= wanted.min_depth
            && wanted.max_depth.is_none_or(|most| depth <= most)
            && wanted
                .kinds
                .as_ref()
                .is_none_or(|kinds| kinds.contains(kind))
            && wanted
                .name
                .as_ref()
                .is_none_or(|pattern| matches(pattern, &name))
            && (!wanted.not_empty || size_of(entry) == 0);
        if fits {
            found.push((shown, below.to_owned(), entry.clone()));
        }
        if found.len() >= MAX_SHOWN {
            break;
        }
    }
    found
}

fn found_text(format: &str, path: &str, below: &str, entry: &Entry) -> String {
    let mut out = String::new();
    let mut chars = format.chars();
    while let Some(one) = chars.next() {
        if one != '%' {
            out.push(one);
            continue;
        }
        match chars.next() {
            Some('p') => out.push_str(path),
            Some('P') => out.push_str(below),
            Some('f') => out.push_str(file_name(path)),
            Some('s') => out.push_str(&size_of(entry).to_string()),
            Some('m') => out.push_str(&format!("{:o}", entry.mode)),
            Some('M') => out.push_str(&mode_text(entry)),
            Some('y') => out.push(if letter_of(&entry.node) == '-' {
                'f'
            } else {
                letter_of(&entry.node)
            }),
            Some('l') => {
                if let Node::Link(target) = &entry.node {
                    out.push_str(target);
                }
            }
            Some('T') => {
                let text = match chars.next() {
                    Some('@') => format!("{}.0000000000", entry.modified.as_second()),
                    _ => time_text(entry.modified, "%Y-%m-%d"),
                };
                out.push_str(&text);
            }
            Some(other) => out.push(other),
            None => {}
        }
    }
    out
}
