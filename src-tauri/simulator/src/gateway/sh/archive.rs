//! `tar`: writes archives of files and reads them, piece by piece.

use tar::{EntryType, Header};

use super::{
    commands::{Call, Done},
    files::copy,
    io::{Sink, Source, Stop},
};
use crate::{
    gateway::{
        inode::Errno,
        text::{decode, encode},
        tree::{Entry, Node, file_name, join},
    },
    sync::lock,
};

const BLOCK: usize = 512;
/// The longest name in an archive.
const MAX_NAME: u64 = 4_096;

/// What `tar` is told to do.
#[derive(Debug, Default)]
struct Job {
    action: char,
    file: Option<String>,
    folder: Option<String>,
    verbose: bool,
    follow: bool,
    operands: Vec<String>,
}

fn job(arguments: &[String]) -> Result<Job, String> {
    let mut job = Job {
        action: ' ',
        ..Job::default()
    };
    let mut rest = arguments.iter();
    let mut first = true;
    while let Some(argument) = rest.next() {
        if let Some(long) = argument.strip_prefix("--") {
            match long.split_once('=') {
                Some(("directory", folder)) => job.folder = Some(folder.to_owned()),
                Some(("file", file)) => job.file = Some(file.to_owned()),
                None if long.is_empty() => {
                    job.operands.extend(rest.by_ref().cloned());
                }
                // The others change owners, order and messages, which do not matter here.
                _ => {}
            }
            continue;
        }
        let letters = argument
            .strip_prefix('-')
            .or(first.then_some(argument.as_str()))
            .filter(|letters| !letters.is_empty());
        first = false;
        let Some(letters) = letters else {
            job.operands.push(argument.clone());
            continue;
        };
        for letter in letters.chars() {
            match letter {
                'c' | 'x' | 't' => job.action = letter,
                'f' => job.file = rest.next().cloned(),
                'C' => job.folder = rest.next().cloned(),
                'v' => job.verbose = true,
                'h' => job.follow = true,
                'p' | 'm' | 'o' | 'n' | 'k' | 'S' | 'P' => {}
                'z' | 'j' | 'J' => {
                    return Err("(child): gzip: Cannot exec: No such file or directory".to_owned());
                }
                _ => return Err(format!("invalid option -- '{letter}'")),
            }
        }
    }
    if job.action == ' ' {
        Err("You must specify one of the '-Acdtrux' options".to_owned())
    } else {
        Ok(job)
    }
}

pub(crate) async fn tar(call: &mut Call<'_>) -> Done {
    let job = match job(call.rest()) {
        Ok(job) => job,
        Err(error) => {
            call.complain(&error).await?;
            return Ok(2);
        }
    };
    let folder = match &job.folder {
        Some(folder) => {
            let tree = call.shell.machine.tree();
            tree.resolve(&call.shell.cwd, folder, true)
                .and_then(|place| match tree.get(&place).map(|entry| &entry.node) {
                    Some(Node::Dir) => Ok(place),
                    Some(_) => Err(Errno::NotDir),
                    None => Err(Errno::NotFound),
                })
        }
        None => Ok(call.shell.cwd.clone()),
    };
    let folder = match folder {
        Ok(folder) => folder,
        Err(error) => {
            return call
                .failed(&job.folder.unwrap_or_default(), error)
                .await
                .map(|_| 2);
        }
    };
    let named = job.file.clone().filter(|file| file != "-");
    if job.action == 'c' {
        let sink = match named {
            Some(file) => match call.shell.create(&file, false) {
                Ok(sink) => sink,
                Err(error) => return call.failed(&file, error).await.map(|_| 2),
            },
            None => call.io.stdout.clone(),
        };
        return create(call, &job, &folder, &sink).await;
    }
    let source = match named {
        Some(file) => match call.shell.open(&file) {
            Ok(source) => source,
            Err(error) => return call.failed(&file, error).await.map(|_| 2),
        },
        None => call.io.stdin.clone(),
    };
    read(call, &job, &folder, &source).await
}

async fn create(call: &Call<'_>, job: &Job, folder: &str, sink: &Sink) -> Done {
    let mut code = 0;
    for operand in &job.operands {
        let found = {
            let tree = call.shell.machine.tree();
            tree.resolve(folder, operand, job.follow).and_then(|place| {
                let entry = tree.get(&place).ok_or(Errno::NotFound)?.clone();
                let mut found = vec![(operand.trim_end_matches('/').to_owned(), entry)];
                found.extend(tree.below(&place).map(|(path, entry)| {
                    let below = path
                        .get(place.len()..)
                        .unwrap_or_default()
                        .trim_start_matches('/');
                    (join(operand.trim_end_matches('/'), below), entry.clone())
                }));
                Ok(found)
            })
        };
        match found {
            Ok(found) => {
                for (name, entry) in found {
                    if job.verbose {
                        call.io.stderr.write(encode(&format!("{name}\n"))).await?;
                    }
                    add(sink, name.trim_start_matches('/'), &entry).await?;
                }
            }
            Err(error) => {
                code = call
                    .failed(&format!("{operand}: Cannot stat"), error)
                    .await?
                    + 1
            }
        }
    }
    sink.write(vec![0; BLOCK * 2]).await?;
    Ok(code)
}

async fn add(sink: &Sink, name: &str, entry: &Entry) -> Result<(), Stop> {
    let mut header = Header::new_gnu();
    header.set_mode(entry.mode);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(u64::try_from(entry.modified.as_second()).unwrap_or_default());
    let mut name = encode(name);
    let mut content = None;
    let size = match &entry.node {
        Node::Dir => {
            header.set_entry_type(EntryType::Directory);
            name.push(b'/');
            0
        }
        Node::File(inode) => {
            header.set_entry_type(EntryType::Regular);
            content = Some(Source::File(inode.clone(), std::sync::Arc::default()));
            lock(inode).size()
        }
        Node::Link(target) => {
            header.set_entry_type(EntryType::Symlink);
            let target = encode(target);
            if target.len() > 100 {
                long_name(sink, b'K', &target).await?;
            }
            put(&mut header.as_old_mut().linkname, &target);
            0
        }
        Node::Device(_) => {
            header.set_entry_type(EntryType::Char);
            0
        }
        Node::Pipe => {
            header.set_entry_type(EntryType::Fifo);
            0
        }
        Node::Live(_) => return Ok(()),
    };
    header.set_size(size);
    if name.len() > 100 {
        long_name(sink, b'L', &name).await?;
    }
    put(&mut header.as_old_mut().name, &name);
    header.set_cksum();
    sink.write(header.as_bytes().to_vec()).await?;
    if let Some(content) = content {
        let copied = copy(&content, sink, size).await?;
        // A file that became shorter is filled up, as tar does.
        let mut missing = size - copied + padding(size);
        while missing > 0 {
            let piece = missing.min(32 << 10);
            sink.write(vec![0; usize::try_from(piece).unwrap_or(BLOCK)])
                .await?;
            missing -= piece;
        }
    }
    Ok(())
}

/// The bytes that fill the last block of a content.
fn padding(size: u64) -> u64 {
    size.next_multiple_of(BLOCK as u64) - size
}

fn put(field: &mut [u8; 100], text: &[u8]) {
    for (place, byte) in field.iter_mut().zip(text) {
        *place = *byte;
    }
}

/// An entry of GNU tar for a name that does not fit into a header.
async fn long_name(sink: &Sink, kind: u8, name: &[u8]) -> Result<(), Stop> {
    let mut header = Header::new_gnu();
    header.set_entry_type(EntryType::new(kind));
    put(&mut header.as_old_mut().name, b"././@LongLink");
    header.set_size(name.len() as u64 + 1);
    header.set_cksum();
    sink.write(header.as_bytes().to_vec()).await?;
    let mut bytes = name.to_vec();
    bytes.push(0);
    bytes.resize(bytes.len().next_multiple_of(BLOCK), 0);
    sink.write(bytes).await
}

/// Reads exactly so many bytes; fewer at the end.
async fn exactly(source: &Source, count: usize) -> Result<Vec<u8>, Stop> {
    let mut bytes = Vec::with_capacity(count.min(64 << 10));
    while bytes.len() < count {
        let piece = source.read(count - bytes.len()).await?;
        if piece.is_empty() {
            break;
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

async fn read(call: &Call<'_>, job: &Job, folder: &str, source: &Source) -> Done {
    let (mut name, mut target) = (None::<Vec<u8>>, None::<Vec<u8>>);
    let mut code = 0;
    loop {
        let block = exactly(source, BLOCK).await?;
        if block.len() < BLOCK {
            // GNU tar takes the end of the input for the end of the archive, unless it is within a block.
            if !block.is_empty() {
                call.complain("Unexpected EOF in archive").await?;
                return Ok(2);
            }
            return Ok(code);
        }
        if block.iter().all(|byte| *byte == 0) {
            // Two such blocks end an archive. What follows is not read: the client may wait for the result.
            exactly(source, BLOCK).await?;
            return Ok(code);
        }
        let mut header = Header::new_old();
        header.as_mut_bytes().copy_from_slice(&block);
        let sum: u64 = block
            .iter()
            .enumerate()
            .map(|(at, byte)| {
                u64::from(if (148..156).contains(&at) {
                    b' '
                } else {
                    *byte
                })
            })
            .sum();
        let (Ok(size), true) = (
            header.entry_size(),
            header.cksum().is_ok_and(|own| u64::from(own) == sum),
        ) else {
            call.complain("This does not look like a tar archive")
                .await?;
            return Ok(2);
        };
        let kind = header.entry_type();
        if kind.is_gnu_longname()
            || kind.is_gnu_longlink()
            || kind.is_pax_local_extensions()
            || kind.is_pax_global_extensions()
        {
            if size > MAX_NAME * 4 {
                call.complain("name too long").await?;
                return Ok(2);
            }
            let mut bytes =
                exactly(source, usize::try_from(size + padding(size)).unwrap_or(0)).await?;
            bytes.truncate(usize::try_from(size).unwrap_or(0));
            if kind.is_pax_local_extensions() {
                name = pax(&bytes, b"path").or(name);
                target = pax(&bytes, b"linkpath").or(target);
            } else if kind.is_gnu_longname() {
                bytes.retain(|byte| *byte != 0);
                name = Some(bytes);
            } else if kind.is_gnu_longlink() {
                bytes.retain(|byte| *byte != 0);
                target = Some(bytes);
            }
            continue;
        }
        let path = decode(
            &name
                .take()
                .unwrap_or_else(|| header.path_bytes().into_owned()),
        );
        let link = target
            .take()
            .or_else(|| header.link_name_bytes().map(|name| name.into_owned()));
        let link = decode(&link.unwrap_or_default());
        if job.verbose || job.action == 't' {
            let to = if job.action == 't' {
                &call.io.stdout
            } else {
                &call.io.stderr
            };
            to.write(encode(&format!("{path}\n"))).await?;
        }
        let mut sink = Sink::Null;
        if job.action == 'x' {
            match extract(
                call,
                folder,
                &path,
                kind,
                &link,
                header.mode().unwrap_or(0o644),
            ) {
                Ok(made) => sink = made,
                Err(error) => code = call.failed(&format!("{path}: Cannot open"), error).await? + 1,
            }
        }
        if copy(source, &sink, size).await? < size {
            call.complain("Unexpected EOF in archive").await?;
            return Ok(2);
        }
        exactly(source, usize::try_from(padding(size)).unwrap_or(0)).await?;
    }
}

/// The value of a key in a header of pax.
fn pax(bytes: &[u8], key: &[u8]) -> Option<Vec<u8>> {
    let mut rest = bytes;
    while let Some(blank) = rest.iter().position(|byte| *byte == b' ') {
        let length: usize = std::str::from_utf8(rest.get(..blank)?).ok()?.parse().ok()?;
        let record = rest.get(blank + 1..length.checked_sub(1)?)?;
        let equals = record.iter().position(|byte| *byte == b'=')?;
        if record.get(..equals)? == key {
            return record.get(equals + 1..).map(<[u8]>::to_vec);
        }
        rest = rest.get(length..)?;
    }
    None
}

/// Makes what an entry of an archive describes, and gives where its content goes.
fn extract(
    call: &Call<'_>,
    folder: &str,
    path: &str,
    kind: EntryType,
    link: &str,
    mode: u32,
) -> Result<Sink, Errno> {
    let now = (call.shell.clock)();
    let path = path.trim_start_matches('/');
    if path.split('/').any(|part| part == "..") {
        return Err(Errno::Denied);
    }
    let mut tree = call.shell.machine.tree();
    let mut at = folder.to_owned();
    let mut parts: Vec<&str> = path
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
        .collect();
    let last = if kind.is_dir() { None } else { parts.pop() };
    for part in parts {
        at = tree.resolve(&at, part, true)?;
        match tree.get(&at).map(|entry| &entry.node) {
            Some(Node::Dir) => {}
            Some(_) => return Err(Errno::NotDir),
            None => tree.make(&at, Node::Dir, now)?,
        }
    }
    let Some(last) = last else {
        return Ok(Sink::Null);
    };
    let place = join(&at, file_name(last));
    if !matches!(
        tree.get(&place).map(|entry| &entry.node),
        None | Some(Node::Dir)
    ) {
        tree.remove(&place, false)?;
    }
    if kind.is_symlink() {
        tree.make(&place, Node::Link(link.to_owned()), now)?;
        return Ok(Sink::Null);
    }
    if !(kind.is_file() || kind.is_contiguous()) {
        return Err(Errno::Denied);
    }
    let inode = tree.create(&place, now)?;
    if let Some(entry) = tree.get_mut(&place) {
        entry.mode = mode & 0o777;
    }
    Ok(Sink::File(inode, std::sync::Arc::default()))
}
