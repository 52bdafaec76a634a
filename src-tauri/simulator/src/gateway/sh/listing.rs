//! Commands that show what is in the file system.

use jiff::Timestamp;

use super::{
    commands::{Call, Done, Options},
    words::{Char, matches},
};
use crate::{
    gateway::{
        inode::Errno,
        tree::{Device, Entry, Node, Tree, file_name, join},
    },
    sync::lock,
};

/// How many entries `find` and `ls -R` show at most.
const MAX_SHOWN: usize = 60_000;

pub(crate) async fn run(call: &mut Call<'_>, name: &str) -> Done {
    match name {
        "ls" => ls(call).await,
        "stat" => stat(call).await,
        "find" => find(call).await,
        "df" => df(call).await,
        _ => du(call).await,
    }
}

fn size_of(entry: &Entry) -> u64 {
    match &entry.node {
        Node::Dir => 4_096,
        Node::File(inode) => lock(inode).size(),
        Node::Link(target) => target.len() as u64,
        Node::Device(_) | Node::Live(_) | Node::Pipe => 0,
    }
}

fn letter_of(node: &Node) -> char {
    match node {
        Node::Dir => 'd',
        Node::File(_) | Node::Live(_) => '-',
        Node::Link(_) => 'l',
        Node::Device(_) => 'c',
        Node::Pipe => 'p',
    }
}

/// `drwxr-xr-x`
fn mode_text(entry: &Entry) -> String {
    let mut text = String::from(letter_of(&entry.node));
    for shift in [6, 3, 0] {
        let bits = entry.mode >> shift;
        text.push(if bits & 4 > 0 { 'r' } else { '-' });
        text.push(if bits & 2 > 0 { 'w' } else { '-' });
        text.push(if bits & 1 > 0 { 'x' } else { '-' });
    }
    if entry.mode & 0o1000 > 0 {
        text.pop();
        text.push('t');
    }
    text
}

/// A size as `ls -h` and `df -h` show it.
fn human(bytes: u64) -> String {
    let mut unit = 0;
    let mut scaled = bytes;
    let mut tenths = 0;
    while scaled >= 1_024 && unit < 5 {
        tenths = scaled % 1_024 * 10 / 1_024;
        scaled /= 1_024;
        unit += 1;
    }
    let sign = ["", "K", "M", "G", "T", "P"]
        .get(unit)
        .copied()
        .unwrap_or_default();
    if unit > 0 && scaled < 10 {
        format!("{scaled}.{tenths}{sign}")
    } else {
        format!("{scaled}{sign}")
    }
}

fn time_text(time: Timestamp, format: &str) -> String {
    time.strftime(format).to_string()
}

async fn ls(call: &Call<'_>) -> Done {
    let Some(options) = call.options("laA1hRrtdFpnsiSQbqLHgo", "").await? else {
        return Ok(2);
    };
    let operands = if options.operands.is_empty() {
        vec![".".to_owned()]
    } else {
        options.operands.clone()
    };
    let mut code = 0;
    let (mut out, mut folders) = (String::new(), Vec::new());
    let mut plain = Vec::new();
    for path in &operands {
        let found = {
            let tree = call.shell.machine.tree();
            let follow = !options.has('d') && (!options.has('l') || path.ends_with('/'));
            tree.resolve(&call.shell.cwd, path, follow)
                .and_then(|place| {
                    tree.get(&place)
                        .cloned()
                        .ok_or(Errno::NotFound)
                        .map(|entry| (place, entry))
                })
        };
        match found {
            Ok((
                place,
                Entry {
                    node: Node::Dir, ..
                },
            )) if !options.has('d') => folders.push((path.clone(), place)),
            Ok((_, entry)) => plain.push((path.clone(), entry)),
            Err(error) => code = call.failed(path, error).await? + 1,
        }
    }
    out.push_str(&rows(&options, plain));
    let titled = operands.len() > 1 || options.has('R');
    folders.reverse();
    let mut shown = 0;
    while let Some((spelled, place)) = folders.pop() {
        let tree = call.shell.machine.tree();
        let mut entries = tree.list(&place);
        let hidden = |name: &str| name.starts_with('.') && !options.has('a') && !options.has('A');
        entries.retain(|(name, _)| !hidden(name));
        if options.has('a') {
            for dots in ["..", "."] {
                entries.extend(
                    tree.get(&place)
                        .map(|entry| (dots.to_owned(), entry.clone())),
                );
            }
            entries.rotate_right(2);
        }
        drop(tree);
        if options.has('R') {
            let below = entries.iter().filter(|(name, entry)| {
                matches!(entry.node, Node::Dir) && !name.chars().all(|one| one == '.')
            });
            let mut below: Vec<_> = below
                .map(|(name, _)| (join(&spelled, name), join(&place, name)))
                .collect();
            below.reverse();
            folders.extend(below);
        }
        if titled {
            out.push_str(&format!(
                "{}{spelled}:\n",
                if out.is_empty() { "" } else { "\n" }
            ));
        }
        if options.has('l') {
            let blocks: u64 = entries
                .iter()
                .map(|(_, entry)| size_of(entry).div_ceil(4_096) * 4)
                .sum();
            out.push_str(&format!("total {blocks}\n"));
        }
        shown += entries.len();
        let columns = call.io.stdout.is_terminal() && !options.has('l') && !options.has('1');
        if columns {
            let names: Vec<String> = entries
                .iter()
                .map(|(name, entry)| format!("{name}{}", mark(&options, entry)))
                .collect();
            out.push_str(&names.join("  "));
            out.push_str(if names.is_empty() { "" } else { "\n" });
        } else {
            out.push_str(&rows(&options, entries));
        }
        if shown > MAX_SHOWN {
            break;
        }
    }
    call.print(&out).await?;
    Ok(code)
}

fn mark(options: &Options, entry: &Entry) -> &'static str {
    match entry.node {
        Node::Dir if options.has('F') || options.has('p') => "/",
        Node::Link(_) if options.has('F') && !options.has('l') => "@",
        Node::Pipe if options.has('F') => "|",
        _ => "",
    }
}

fn rows(options: &Options, mut entries: Vec<(String, Entry)>) -> String {
    if options.has('t') {
        entries.sort_by_key(|(_, entry)| std::cmp::Reverse(entry.modified));
    } else if options.has('S') {
        entries.sort_by_key(|(_, entry)| std::cmp::Reverse(size_of(entry)));
    }
    if options.has('r') {
        entries.reverse();
    }
    let mut out = String::new();
    let full = options
        .long
        .iter()
        .any(|long| long == "full-time" || long.starts_with("time-style=full"));
    for (name, entry) in entries {
        if options.has('l') || full {
            let size = match &entry.node {
                Node::Device(device) => match device {
                    Device::Null => "1,   3".to_owned(),
                    Device::Zero => "1,   5".to_owned(),
                    Device::Full => "1,   7".to_owned(),
                    Device::Random => "1,   9".to_owned(),
                },
                _ if options.has('h') => human(size_of(&entry)),
                _ => size_of(&entry).to_string(),
            };
            let owner = if options.has('n') { "0 0" } else { "root root" };
            let time = time_text(
                entry.modified,
                if full {
                    "%Y-%m-%d %H:%M:%S.000000000 +0000"
                } else {
                    "%b %e %H:%M"
                },
            );
            let links = if matches!(entry.node, Node::Dir) {
                2
            } else {
                1
            };
            out.push_str(&format!(
                "{} {links} {owner} {size:>10} {time} ",
                mode_text(&entry)
            ));
        }
        out.push_str(&name);
        out.push_str(mark(options, &entry));
        if let Node::Link(target) = &entry.node
            && (options.has('l') || full)
        {
            out.push_str(&format!(" -> {target}"));
        }
        out.push('\n');
    }
    out
}

fn kind_text(entry: &Entry) -> &'static str {
    match &entry.node {
        Node::Dir => "directory",
        Node::File(inode) if lock(inode).size() == 0 => "regular empty file",
        Node::File(_) | Node::Live(_) => "regular file",
        Node::Link(_) => "symbolic link",
        Node::Device(_) => "character special file",
        Node::Pipe => "fifo",
    }
}

/// The raw mode: kind and permissions.
fn raw_mode(entry: &Entry) -> u32 {
    let kind = match letter_of(&entry.node) {
        'd' => 0o040_000,
        'l' => 0o120_000,
        'c' => 0o020_000,
        'p' => 0o010_000,
        _ => 0o100_000,
    };
    kind | entry.mode
}

async fn stat(call: &Call<'_>) -> Done {
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

async fn find(call: &Call<'_>) -> Done {
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

async fn df(call: &Call<'_>) -> Done {
    let Some(options) = call.options("hkPTamiB", "t").await? else {
        return Ok(1);
    };
    let mut rows = Vec::new();
    {
        let tree = call.shell.machine.tree();
        if options.operands.is_empty() {
            rows.extend(
                tree.mounts()
                    .iter()
                    .map(|(mount, disk)| (mount.clone(), disk.clone())),
            );
        }
        for path in &options.operands {
            let place = tree
                .resolve(&call.shell.cwd, path, true)
                .ok()
                .filter(|place| tree.get(place).is_some());
            if let Some((mount, disk)) = place.as_deref().and_then(|place| tree.disk_of(place)) {
                rows.push((mount.to_owned(), disk.clone()));
            }
        }
    }
    let missing = !options.operands.is_empty() && rows.len() < options.operands.len();
    if missing {
        call.complain("No such file or directory").await?;
    }
    let bytes = options.long.iter().any(|long| long == "block-size=1");
    let unit = if bytes {
        1
    } else if options.has('m') {
        1 << 20
    } else {
        1 << 10
    };
    let title = match (options.has('h'), bytes) {
        (true, _) => "Size",
        (_, true) => "1-blocks",
        _ => "1024-blocks",
    };
    let show = |bytes: u64| {
        if options.has('h') {
            human(bytes)
        } else {
            (bytes / unit).to_string()
        }
    };
    let mut out = format!(
        "Filesystem     {title:>12} {:>12} {:>12} {:>8} Mounted on\n",
        "Used",
        "Available",
        if options.has('P') { "Capacity" } else { "Use%" }
    );
    for (mount, disk) in rows {
        let (limit, used) = (disk.limit, disk.used());
        let percent = used.saturating_mul(100).div_ceil(limit.max(1));
        out.push_str(&format!(
            "{:<14} {:>12} {:>12} {:>12} {percent:>7}% {mount}\n",
            disk.device,
            show(limit),
            show(used),
            show(limit.saturating_sub(used))
        ));
    }
    call.print(&out).await?;
    Ok(i32::from(missing))
}

async fn du(call: &Call<'_>) -> Done {
    let Some(options) = call.options("shkbcxam", "d").await? else {
        return Ok(1);
    };
    let operands = if options.operands.is_empty() {
        vec![".".to_owned()]
    } else {
        options.operands.clone()
    };
    let mut code = 0;
    for path in operands {
        let sum = {
            let tree = call.shell.machine.tree();
            tree.resolve(&call.shell.cwd, &path, false)
                .and_then(|place| {
                    let own = tree.get(&place).ok_or(Errno::NotFound)?;
                    Ok(size_of(own)
                        + tree
                            .below(&place)
                            .map(|(_, entry)| size_of(entry))
                            .sum::<u64>())
                })
        };
        match sum {
            Ok(sum) => {
                let text = if options.has('b') {
                    sum.to_string()
                } else if options.has('h') {
                    human(sum)
                } else {
                    sum.div_ceil(1_024).to_string()
                };
                call.print(&format!("{text}\t{path}\n")).await?;
            }
            Err(error) => code = call.failed(&path, error).await?,
        }
    }
    Ok(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short() {
        for (bytes, text) in [
            (0, "0"),
            (1_023, "1023"),
            (1_536, "1.5K"),
            (10 << 20, "10M"),
            (1 << 30, "1.0G"),
        ] {
            assert_eq!(human(bytes), text);
        }
    }
}
