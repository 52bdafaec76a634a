//! Archives of folders, packed and unpacked on this computer.

use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use tar::{Archive, EntryType};

use super::{FileError, FolderReport, Verified, path::safe_name};

/// How many entries a folder may have.
const MAX_ENTRIES: u64 = 2_000_000;
/// How deep folders may lie in each other.
pub(super) const MAX_DEPTH: usize = 128;

/// Unpacks an archive into a folder that is made for it. Nothing but plain folders and files is ever made in it, so no path can
/// lead out of it.
pub(super) fn unpack(
    archive: &Path,
    folder: &Path,
    verified: Verified,
) -> Result<FolderReport, FileError> {
    match fs::symlink_metadata(folder) {
        // What is left of an earlier try.
        Ok(found) if found.is_dir() => fs::remove_dir_all(folder)?,
        Ok(_) => return Err(FileError::Exists),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error.into()),
    }
    fs::create_dir(folder)?;
    let mut report = FolderReport::new(verified);
    let mut made = HashSet::new();
    let mut archive = Archive::new(io::BufReader::with_capacity(
        1 << 20,
        fs::File::open(archive)?,
    ));
    let mut entries: u64 = 0;
    for entry in archive.entries()? {
        let mut entry = entry?;
        entries += 1;
        if entries > MAX_ENTRIES {
            return Err(FileError::TooMany);
        }
        let kind = entry.header().entry_type();
        let path = entry.path_bytes().into_owned();
        let Some(parts) = parts_of(&path) else {
            report.leave_out(&path, false);
            continue;
        };
        match kind {
            EntryType::Directory => {
                make_folders(folder, &parts, &mut made)?;
            }
            EntryType::Regular | EntryType::Continuous => {
                let Some((name, above)) = parts.split_last() else {
                    continue;
                };
                let above = make_folders(folder, above, &mut made)?;
                let (mut file, _) = create(&above, name)?;
                report.bytes += io::copy(&mut entry, &mut file)?;
                report.files += 1;
                let time = SystemTime::UNIX_EPOCH
                    + Duration::from_secs(entry.header().mtime().unwrap_or(0).min(1 << 40));
                // A time that this computer cannot keep is no reason to fail.
                let _ = file.set_modified(time);
                allow_running(&file, entry.header().mode().unwrap_or(0));
            }
            EntryType::Symlink | EntryType::Link => report.leave_out(&path, true),
            EntryType::XGlobalHeader => {}
            _ => report.leave_out(&path, false),
        }
    }
    Ok(report)
}

/// The names of a path as they are written here; `None` if it leads up or is too deep.
fn parts_of(path: &[u8]) -> Option<Vec<String>> {
    let parts = path
        .split(|byte| *byte == b'/')
        .filter(|part| !part.is_empty() && *part != b".");
    let mut names = Vec::new();
    for part in parts {
        if part == b".." || names.len() >= MAX_DEPTH {
            return None;
        }
        names.push(safe_name(part));
    }
    Some(names)
}

fn make_folders(
    root: &Path,
    parts: &[String],
    made: &mut HashSet<PathBuf>,
) -> Result<PathBuf, FileError> {
    let mut path = root.to_owned();
    for part in parts {
        path.push(part);
        if made.contains(&path) {
            continue;
        }
        match fs::create_dir(&path) {
            Ok(()) => {}
            // Where large and small letters are the same, two folders become one.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => {}
            Err(error) => return Err(error.into()),
        }
        made.insert(path.clone());
    }
    Ok(path)
}

/// Makes a file that is not there. Where large and small letters are the same, it may get a number.
fn create(folder: &Path, name: &str) -> Result<(fs::File, PathBuf), FileError> {
    for number in 1..100 {
        let path = if number == 1 {
            folder.join(name)
        } else {
            folder.join(format!("{name}~{number}"))
        };
        match fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path)
        {
            Ok(file) => return Ok((file, path)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(FileError::Exists)
}

#[cfg(unix)]
fn allow_running(file: &fs::File, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    if mode & 0o100 != 0 {
        // A file that cannot be run can still be read.
        let _ = file.set_permissions(fs::Permissions::from_mode(0o755));
    }
}

#[cfg(not(unix))]
fn allow_running(_: &fs::File, _: u32) {}

/// Packs a folder into an archive that is deleted when it is dropped.
pub(super) fn pack(
    folder: &Path,
    work: &Path,
) -> Result<(tempfile::NamedTempFile, FolderReport), FileError> {
    if !fs::symlink_metadata(folder)?.is_dir() {
        return Err(FileError::NotAFile);
    }
    let file = tempfile::NamedTempFile::new_in(work)?;
    let mut report = FolderReport::new(Verified::No);
    let mut builder = tar::Builder::new(io::BufWriter::with_capacity(1 << 20, file));
    builder.follow_symlinks(false);
    let mut open = vec![PathBuf::new()];
    let mut entries: u64 = 0;
    while let Some(below) = open.pop() {
        for entry in fs::read_dir(folder.join(&below))? {
            let entry = entry?;
            entries += 1;
            if entries > MAX_ENTRIES || below.components().count() >= MAX_DEPTH {
                return Err(FileError::TooMany);
            }
            let (name, kind) = (below.join(entry.file_name()), entry.file_type()?);
            if kind.is_dir() {
                builder.append_dir(&name, entry.path())?;
                open.push(name);
            } else if kind.is_file() {
                let mut file = fs::File::open(entry.path())?;
                report.bytes += file.metadata()?.len();
                report.files += 1;
                builder.append_file(&name, &mut file)?;
            } else {
                report.leave_out(name.to_string_lossy().as_bytes(), kind.is_symlink());
            }
        }
    }
    let writer = builder.into_inner()?;
    let file = writer
        .into_inner()
        .map_err(|error| FileError::Local(error.error().kind()))?;
    Ok((file, report))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An archive with an entry of this raw name.
    fn archive(entries: &[(&[u8], EntryType, &[u8])]) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut builder = tar::Builder::new(file);
        for (name, kind, content) in entries {
            let mut header = tar::Header::new_gnu();
            header.as_mut_bytes()[..name.len()].copy_from_slice(name);
            header.set_entry_type(*kind);
            header.set_mode(0o644);
            header.set_size(content.len() as u64);
            if matches!(kind, EntryType::Symlink | EntryType::Link) {
                header.set_link_name("/etc/passwd").unwrap();
            }
            header.set_cksum();
            builder.append(&header, *content).unwrap();
        }
        builder.into_inner().unwrap()
    }

    #[test]
    fn nothing_leads_out_of_the_folder() {
        let root = tempfile::tempdir().unwrap();
        let hostile = archive(&[
            (b"./good.txt", EntryType::Regular, b"good"),
            (b"../up.txt", EntryType::Regular, b"bad"),
            (b"a/../../up.txt", EntryType::Regular, b"bad"),
            (b"/etc/absolute.txt", EntryType::Regular, b"inside"),
            (b"link", EntryType::Symlink, b""),
            (b"link/through.txt", EntryType::Regular, b"inside"),
            (b"hard", EntryType::Link, b""),
            (b"device", EntryType::Char, b""),
            (b"pipe", EntryType::Fifo, b""),
            (b"C:\\evil.txt", EntryType::Regular, b"x"),
            (b"two\nlines", EntryType::Regular, b"x"),
        ]);
        let folder = root.path().join("out");
        let report = unpack(hostile.path(), &folder, Verified::SizeAndHash).unwrap();
        assert_eq!(report.files, 5);
        assert_eq!(report.left_out_count, 6);
        assert_eq!(report.left_out.iter().filter(|one| one.is_link).count(), 2);
        assert_eq!(fs::read_to_string(folder.join("good.txt")).unwrap(), "good");
        assert_eq!(
            fs::read_to_string(folder.join("etc/absolute.txt")).unwrap(),
            "inside"
        );
        assert_eq!(
            fs::read_to_string(folder.join("link/through.txt")).unwrap(),
            "inside"
        );
        assert!(folder.join("C%3A%5Cevil.txt").exists() && folder.join("two%0Alines").exists());
        let around: Vec<_> = fs::read_dir(root.path()).unwrap().collect();
        assert_eq!(around.len(), 1);
    }

    #[test]
    fn a_folder_is_packed_without_its_links() {
        let root = tempfile::tempdir().unwrap();
        let source = root.path().join("in");
        fs::create_dir_all(source.join("deep/er")).unwrap();
        fs::write(source.join("deep/er/file"), "text").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink("/etc/passwd", source.join("link")).unwrap();
        let (archive, report) = pack(&source, root.path()).unwrap();
        assert_eq!((report.files, report.bytes), (1, 4));
        let back = unpack(archive.path(), &root.path().join("out"), Verified::Size).unwrap();
        assert_eq!((back.files, back.left_out_count), (1, 0));
        assert_eq!(
            fs::read_to_string(root.path().join("out/deep/er/file")).unwrap(),
            "text"
        );
    }
}
