//! Commands that work on files.

use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::{
    commands::{Call, Done},
    io::{Sink, Source},
    run::Shell,
};
use crate::{
    encoding::hex,
    gateway::{
        inode::{CHUNK, Errno},
        text::{decode, encode},
        tree::{Node, file_name, join, parent},
    },
    sync::lock,
};

/// How much of a file is read as a script or to be sorted.
const MAX_WHOLE: usize = 8 << 20;

/// The text of a file.
///
/// # Errors
/// There is none, or it is too large.
pub(crate) async fn whole(shell: &Shell, path: &str) -> Result<String, Errno> {
    let source = shell.open(path)?;
    rest_of(&source).await.map(|bytes| decode(&bytes))
}

/// All that a source still gives.
///
/// # Errors
/// It gives too much.
pub(crate) async fn rest_of(source: &Source) -> Result<Vec<u8>, Errno> {
    let mut all = Vec::new();
    loop {
        let bytes = source.read(CHUNK).await?;
        if bytes.is_empty() {
            return Ok(all);
        }
        all.extend_from_slice(&bytes);
        if all.len() > MAX_WHOLE {
            return Err(Errno::NoSpace);
        }
    }
}

/// Copies up to `most` bytes, and gives their number.
pub(crate) async fn copy(from: &Source, to: &Sink, most: u64) -> Result<u64, super::io::Stop> {
    let mut copied = 0;
    while copied < most {
        let piece = CHUNK.min(usize::try_from(most - copied).unwrap_or(CHUNK));
        let bytes = from.read(piece).await?;
        if bytes.is_empty() {
            break;
        }
        copied += bytes.len() as u64;
        to.write(bytes).await?;
    }
    Ok(copied)
}

/// The sources that a command's operands name; `-` and none mean standard input.
///
/// # Errors
/// For each that cannot be opened.
pub(crate) fn sources(
    call: &Call<'_>,
    operands: &[String],
) -> Vec<(String, Result<Source, Errno>)> {
    if operands.is_empty() {
        return vec![("-".to_owned(), Ok(call.io.stdin.clone()))];
    }
    let open = |path: &String| {
        let source = if path == "-" {
            Ok(call.io.stdin.clone())
        } else {
            call.shell.open(path)
        };
        (path.clone(), source)
    };
    operands.iter().map(open).collect()
}

pub(crate) async fn run(call: &mut Call<'_>, name: &str) -> Done {
    match name {
        "cat" => cat(call).await,
        "sha256sum" => sha256sum(call).await,
        "tee" => tee(call).await,
        "dd" => dd(call).await,
        "mkdir" | "rmdir" | "rm" | "touch" | "truncate" | "chmod" | "chown" | "mkfifo" => {
            change(call, name).await
        }
        "mv" | "cp" | "ln" => transfer(call, name).await,
        "mktemp" => mktemp(call).await,
        "readlink" | "realpath" => readlink(call).await,
        _ => names(call, name).await,
    }
}

async fn cat(call: &Call<'_>) -> Done {
    let Some(options) = call.options("uvetnA", "").await? else {
        return Ok(1);
    };
    let mut code = 0;
    for (path, source) in sources(call, &options.operands) {
        match source {
            Ok(source) => {
                copy(&source, &call.io.stdout, u64::MAX).await?;
            }
            Err(error) => code = call.failed(&path, error).await?,
        }
    }
    Ok(code)
}

async fn sha256sum(call: &Call<'_>) -> Done {
    let Some(options) = call.options("bz", "").await? else {
        return Ok(1);
    };
    let mut code = 0;
    for (path, source) in sources(call, &options.operands) {
        let source = match source {
            Ok(source) => source,
            Err(error) => {
                code = call.failed(&path, error).await?;
                continue;
            }
        };
        let mut hash = Sha256::new();
        loop {
            let bytes = source.read(1 << 20).await?;
            if bytes.is_empty() {
                break;
            }
            hash.update(&bytes);
        }
        let sum = hex(&hash.finalize());
        // GNU escapes a name with a line break and marks the line.
        let odd = path.contains('\n') || path.contains('\\');
        let name = if odd {
            path.replace('\\', "\\\\").replace('\n', "\\n")
        } else {
            path
        };
        call.print(&format!("{}{sum}  {name}\n", if odd { "\\" } else { "" }))
            .await?;
    }
    Ok(code)
}

async fn tee(call: &Call<'_>) -> Done {
    let Some(options) = call.options("ai", "").await? else {
        return Ok(1);
    };
    let mut sinks = vec![call.io.stdout.clone()];
    for path in &options.operands {
        match call.shell.create(path, options.has('a')) {
            Ok(sink) => sinks.push(sink),
            Err(error) => return call.failed(path, error).await,
        }
    }
    loop {
        let bytes = call.io.stdin.read(CHUNK).await?;
        if bytes.is_empty() {
            return Ok(0);
        }
        for sink in &sinks {
            sink.write(bytes.clone()).await?;
        }
    }
}

/// A size such as `4k` or `1M`.
pub(crate) fn size(text: &str) -> Option<u64> {
    let digits = text.trim_end_matches(|one: char| !one.is_ascii_digit());
    let unit = match text.get(digits.len()..)? {
        "" | "c" | "B" => 1,
        "b" => 512,
        "k" | "K" | "KiB" => 1 << 10,
        "kB" | "KB" => 1_000,
        "M" | "m" | "MiB" => 1 << 20,
        "MB" => 1_000_000,
        "G" | "g" | "GiB" => 1 << 30,
        _ => return None,
    };
    digits.parse::<u64>().ok()?.checked_mul(unit)
}

async fn dd(call: &Call<'_>) -> Done {
    let find = |key: &str| {
        call.rest()
            .iter()
            .rev()
            .find_map(|one| one.strip_prefix(key)?.strip_prefix('='))
    };
    let number = |key: &str| {
        find(key)
            .map(|text| size(text).ok_or(Errno::Invalid))
            .transpose()
    };
    let flag = |key: &str, flag: &str| {
        find(key).is_some_and(|flags| flags.split(',').any(|one| one == flag))
    };
    let block = number("bs")?.or(number("ibs")?).unwrap_or(512).max(1);
    let unit = |bytes: bool| if bytes { 1 } else { block };
    let count = number("count")?.map_or(u64::MAX, |count| {
        count.saturating_mul(unit(flag("iflag", "count_bytes")))
    });
    let skip = number("skip")?
        .unwrap_or(0)
        .saturating_mul(unit(flag("iflag", "skip_bytes")));
    let seek = number("seek")?
        .unwrap_or(0)
        .saturating_mul(unit(flag("oflag", "seek_bytes")));
    let source = match find("if") {
        Some(path) => match call.shell.open(path) {
            Ok(source) => source,
            Err(error) => return call.failed(&format!("can't open '{path}'"), error).await,
        },
        None => call.io.stdin.clone(),
    };
    if skip > 0 && !source.skip(skip) {
        copy(&source, &Sink::Null, skip).await?;
    }
    let sink = match find("of") {
        Some(path) => match call.shell.create(
            path,
            flag("conv", "notrunc") || seek > 0 || flag("oflag", "append"),
        ) {
            Ok(Sink::File(inode, offset)) => {
                if !flag("oflag", "append") {
                    offset.store(seek, std::sync::atomic::Ordering::Relaxed);
                    if !flag("conv", "notrunc") {
                        lock(&inode).resize(seek)?;
                    }
                }
                Sink::File(inode, offset)
            }
            Ok(sink) => sink,
            Err(error) => return call.failed(&format!("can't open '{path}'"), error).await,
        },
        None => call.io.stdout.clone(),
    };
    let copied = copy(&source, &sink, count).await?;
    if find("status") != Some("none") {
        let (full, part) = (copied / block, u64::from(copied % block > 0));
        let text = format!(
            "{full}+{part} records in\n{full}+{part} records out\n{copied} bytes copied, 0.012 s\n"
        );
        call.io.stderr.write(text).await?;
    }
    Ok(0)
}

async fn change(call: &Call<'_>, name: &str) -> Done {
    let Some(options) = call
        .options(
            "prfRvicdm",
            if name == "truncate" {
                "s"
            } else if name == "mkdir" {
                "m"
            } else {
                ""
            },
        )
        .await?
    else {
        return Ok(1);
    };
    let mut operands = options.operands.as_slice();
    if ["chmod", "chown"].contains(&name) {
        operands = operands.get(1..).unwrap_or_default();
    }
    if operands.is_empty() && !options.has('f') {
        call.complain("missing operand").await?;
        return Ok(1);
    }
    let mut code = 0;
    for path in operands {
        let changed = change_one(call, name, &options, path);
        match changed {
            Ok(()) => {}
            Err(Errno::NotFound) if options.has('f') => {}
            Err(error) => {
                let verb = match name {
                    "mkdir" => "can't create directory ",
                    "rm" => "can't remove ",
                    _ => "",
                };
                code = call.failed(&format!("{verb}'{path}'"), error).await?;
            }
        }
    }
    Ok(code)
}

fn change_one(
    call: &Call<'_>,
    name: &str,
    options: &super::commands::Options,
    path: &str,
) -> Result<(), Errno> {
    let now = (call.shell.clock)();
    let mut tree = call.shell.machine.tree();
    let follow = !["rm", "rmdir", "mkdir"].contains(&name);
    if name == "mkdir" && options.has('p') {
        let absolute = if path.starts_with('/') {
            path.to_owned()
        } else {
            join(&call.shell.cwd, path)
        };
        let mut at = "/".to_owned();
        for part in absolute.split('/').filter(|part| !part.is_empty()) {
            at = tree.resolve(&at, part, true)?;
            match tree.get(&at).map(|entry| &entry.node) {
                Some(Node::Dir) => {}
                Some(_) => return Err(Errno::NotDir),
                None => tree.make(&at, Node::Dir, now)?,
            }
        }
        return Ok(());
    }
    let place = tree.resolve(&call.shell.cwd, path, follow)?;
    match name {
        "mkdir" => tree.make(&place, Node::Dir, now),
        "mkfifo" => tree.make(&place, Node::Pipe, now),
        "rmdir" => match tree.get(&place).map(|entry| &entry.node) {
            Some(Node::Dir) => tree.remove(&place, false),
            Some(_) => Err(Errno::NotDir),
            None => Err(Errno::NotFound),
        },
        "rm" => {
            let recursive = options.has('r') || options.has('R');
            let folder = matches!(tree.get(&place).map(|entry| &entry.node), Some(Node::Dir));
            if folder && !recursive {
                return Err(Errno::IsDir);
            }
            tree.remove(&place, recursive)
        }
        "touch" => match tree.get_mut(&place) {
            Some(entry) => {
                entry.modified = now;
                Ok(())
            }
            None if options.has('c') => Ok(()),
            None => tree.create(&place, now).map(drop),
        },
        "truncate" => {
            let to = options.value('s').and_then(size).ok_or(Errno::Invalid)?;
            let inode = tree.create(&place, now)?;
            drop(tree);
            lock(&inode).resize(to)
        }
        "chmod" => {
            let mode = options
                .operands
                .first()
                .and_then(|mode| u32::from_str_radix(mode, 8).ok());
            let entry = tree.get_mut(&place).ok_or(Errno::NotFound)?;
            entry.mode = mode.unwrap_or(entry.mode | 0o111) & 0o7777;
            Ok(())
        }
        _ => tree.get(&place).map(drop).ok_or(Errno::NotFound),
    }
}

async fn transfer(call: &Call<'_>, name: &str) -> Done {
    let Some(options) = call.options("afrRpsvnTdi", "").await? else {
        return Ok(1);
    };
    let Some((to, from)) = options
        .operands
        .split_last()
        .filter(|(_, from)| !from.is_empty())
    else {
        call.complain("missing operand").await?;
        return Ok(1);
    };
    let mut code = 0;
    for one in from {
        if let Err(error) = transfer_one(call, name, &options, one, to).await {
            code = call
                .failed(
                    &format!(
                        "can't {} '{one}' to '{to}'",
                        if name == "cp" {
                            "copy"
                        } else if name == "ln" {
                            "link"
                        } else {
                            "rename"
                        }
                    ),
                    error,
                )
                .await?;
        }
    }
    Ok(code)
}

async fn transfer_one(
    call: &Call<'_>,
    name: &str,
    options: &super::commands::Options,
    from: &str,
    to: &str,
) -> Result<(), Errno> {
    let now = (call.shell.clock)();
    let cwd = &call.shell.cwd;
    let pairs = {
        let mut tree = call.shell.machine.tree();
        let mut target = tree.resolve(cwd, to, name != "mv")?;
        if !options.has('T')
            && matches!(
                tree.get(&tree.resolve(cwd, to, true)?)
                    .map(|entry| &entry.node),
                Some(Node::Dir)
            )
        {
            target = join(&tree.resolve(cwd, to, true)?, file_name(from));
        }
        if name == "ln" {
            if options.has('f') && tree.get(&target).is_some() {
                tree.remove(&target, false)?;
            }
            if options.has('s') {
                return tree.make(&target, Node::Link(from.to_owned()), now);
            }
            let source = tree.resolve(cwd, from, true)?;
            let node = tree.get(&source).ok_or(Errno::NotFound)?.node.clone();
            return if matches!(node, Node::Dir) {
                Err(Errno::Denied)
            } else {
                tree.make(&target, node, now)
            };
        }
        let source = tree.resolve(cwd, from, name == "cp" && !options.has('d'))?;
        if name == "mv" {
            if options.has('n') && tree.get(&target).is_some() {
                return Ok(());
            }
            return tree.rename(&source, &target);
        }
        let recursive = options.has('r') || options.has('R') || options.has('a');
        let entry = tree.get(&source).ok_or(Errno::NotFound)?.clone();
        if matches!(entry.node, Node::Dir)
            && (!recursive || target.starts_with(&format!("{source}/")))
        {
            return Err(Errno::IsDir);
        }
        let mut pairs = vec![(source.clone(), target.clone(), entry)];
        pairs.extend(tree.below(&source).map(|(path, entry)| {
            let rest = path.get(source.len()..).unwrap_or_default();
            (path.to_owned(), format!("{target}{rest}"), entry.clone())
        }));
        pairs
    };
    for (source, target, entry) in pairs {
        match entry.node {
            Node::File(_) | Node::Live(_) => {
                let (source, sink) = (
                    call.shell.open(&source)?,
                    call.shell.create(&target, false)?,
                );
                copy(&source, &sink, u64::MAX)
                    .await
                    .map_err(|stop| match stop {
                        super::io::Stop::Failed(error) => error,
                        super::io::Stop::Closed => Errno::Io,
                    })?;
            }
            node => match call.shell.machine.tree().make(&target, node, now) {
                Ok(()) | Err(Errno::Exists) => {}
                Err(error) => return Err(error),
            },
        }
    }
    Ok(())
}

async fn mktemp(call: &Call<'_>) -> Done {
    let Some(options) = call.options("dqtu", "p").await? else {
        return Ok(1);
    };
    let template = options
        .operands
        .first()
        .map_or("tmp.XXXXXX", String::as_str);
    let letters: String = std::iter::repeat_with(fastrand::alphanumeric)
        .take(6)
        .collect();
    let name = format!("{}{letters}", template.trim_end_matches('X'));
    let folder = options.value('p').unwrap_or("/tmp");
    let path = if options.operands.is_empty() || options.has('t') || options.value('p').is_some() {
        join(folder, &name)
    } else {
        name
    };
    let made = {
        let mut tree = call.shell.machine.tree();
        let now = (call.shell.clock)();
        tree.resolve(&call.shell.cwd, &path, true)
            .and_then(|place| {
                if options.has('d') {
                    tree.make(&place, Node::Dir, now)
                } else {
                    tree.create(&place, now).map(drop)
                }
            })
    };
    match made {
        Ok(()) => {
            call.print(&format!("{path}\n")).await?;
            Ok(0)
        }
        Err(error) => call.failed(&path, error).await,
    }
}

async fn readlink(call: &Call<'_>) -> Done {
    let Some(options) = call.options("fenmsz", "").await? else {
        return Ok(1);
    };
    let whole = call.name().ends_with("realpath")
        || options.has('f')
        || options.has('e')
        || options.has('m');
    let mut code = 0;
    for path in &options.operands {
        let found = {
            let tree = call.shell.machine.tree();
            tree.resolve(&call.shell.cwd, path, whole)
                .ok()
                .and_then(|place| {
                    if whole {
                        let needed = options.has('e') || call.name().ends_with("realpath");
                        return (!needed || tree.get(&place).is_some()).then_some(place);
                    }
                    match &tree.get(&place)?.node {
                        Node::Link(target) => Some(target.clone()),
                        _ => None,
                    }
                })
        };
        match found {
            Some(found) => {
                let end = if options.has('z') {
                    "\0"
                } else if options.has('n') {
                    ""
                } else {
                    "\n"
                };
                call.print(&format!("{found}{end}")).await?;
            }
            None => {
                if whole {
                    call.failed(path, Errno::NotFound).await?;
                }
                code = 1;
            }
        }
    }
    Ok(code)
}

async fn names(call: &Call<'_>, name: &str) -> Done {
    let operands: Vec<&String> = call.rest().iter().filter(|one| *one != "--").collect();
    let Some(path) = operands.first() else {
        call.complain("missing operand").await?;
        return Ok(1);
    };
    let text = if name == "basename" {
        let own = file_name(path);
        let suffix = operands.get(1).map_or("", |suffix| suffix.as_str());
        if own == suffix {
            own
        } else {
            own.strip_suffix(suffix).unwrap_or(own)
        }
    } else if path.contains('/') {
        parent(path.trim_end_matches('/'))
    } else {
        "."
    };
    call.io
        .stdout
        .write(Bytes::from(encode(&format!("{text}\n"))))
        .await?;
    Ok(0)
}
