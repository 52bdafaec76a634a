//! Folders, as archives.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use tokio::task::spawn_blocking;

use super::{
    Existing, FileError, Files, Progress, RemotePath, Verified,
    archive::{MAX_DEPTH, pack, unpack},
    local::part_of,
    path::safe_name,
    receive::{SUM_PATIENCE, Source, refuse_existing},
    remote,
};

/// How many of those that are left out are named.
const MAX_NAMED: usize = 1_000;
/// What an uploaded archive is called until it is unpacked.
const ARCHIVE: &[u8] = b".aloft-archive";

/// Something that was not copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Its path below the folder, made harmless for showing.
    pub path: String,
    /// Whether it is a link; else it is a device, a pipe or a socket, or has no sensible path.
    pub is_link: bool,
}

/// What came of copying a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderReport {
    /// How many files there are.
    pub files: u64,
    /// How many bytes they have.
    pub bytes: u64,
    /// What was not copied: the first 1,000.
    pub left_out: Vec<LeftOut>,
    /// How many things were not copied.
    pub left_out_count: u64,
    /// How sure it is that the copy equals its source.
    pub verified: Verified,
}

impl Files {
    /// Downloads a folder with everything in it, as `TO`, which must not exist. Links and devices are left out; names that
    /// would do harm here are changed by [`safe_name`]. Until it is complete there are `TO.tar.part`, with which a later call goes
    /// on, and `TO.part`; it needs room for both.
    ///
    /// # Errors
    /// See [`FileError`]. The container needs `sh` and `tar`.
    pub async fn download_folder(
        &self,
        from: &RemotePath,
        to: &Path,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<FolderReport, FileError> {
        absent(to).await?;
        let archive = part_of(&with_ending(to, ".tar"));
        let (verified, part) = self
            .receive(Source::Folder, from, archive.clone(), progress)
            .await?;
        drop(part);
        let (source, folder, name) = (archive.clone(), part_of(to), to.to_owned());
        let report = blocking(move || {
            let report = unpack(&source, &folder, verified)?;
            fs::rename(&folder, &name)?;
            fs::remove_file(&source)?;
            Ok(report)
        });
        report.await
    }

    /// Downloads a folder as one archive, which keeps all names and links: to copy a volume to another provider.
    ///
    /// # Errors
    /// See [`FileError`].
    pub async fn download_archive(
        &self,
        from: &RemotePath,
        to: &Path,
        existing: Existing,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Verified, FileError> {
        refuse_existing(to, existing).await?;
        let (verified, part) = self
            .receive(Source::Folder, from, part_of(to), progress)
            .await?;
        part.finish(to).await?;
        Ok(verified)
    }

    /// Uploads an archive and unpacks it into a folder. Files that are there already are replaced by those of the archive. The
    /// archive is in the folder until it is unpacked, so that the disk needs room for both.
    ///
    /// # Errors
    /// See [`FileError`].
    pub async fn upload_archive(
        &self,
        from: &Path,
        to: &RemotePath,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Verified, FileError> {
        let make = "mkdir -p \"$0\" || exit 45\necho done";
        match self
            .ask(make, &[to.as_bytes()], Duration::from_secs(60))
            .await
        {
            Err(error) if error.is_no_shell() => return Err(FileError::NoShell),
            other => other?,
        };
        let archive = to.join(ARCHIVE)?;
        let verified = self
            .send(from, &archive, Existing::Replace, progress)
            .await?;
        self.ask(
            remote::UNPACK,
            &[to.as_bytes(), archive.as_bytes()],
            SUM_PATIENCE,
        )
        .await?;
        Ok(verified)
    }

    /// Uploads a folder of this computer with everything in it, into a folder of the container. Links are left out. `work` is a
    /// folder with room for a copy.
    ///
    /// # Errors
    /// See [`FileError`].
    pub async fn upload_folder(
        &self,
        from: &Path,
        to: &RemotePath,
        work: &Path,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<FolderReport, FileError> {
        let (source, work) = (from.to_owned(), work.to_owned());
        let (archive, mut report) = blocking(move || pack(&source, &work)).await?;
        report.verified = self.upload_archive(archive.path(), to, progress).await?;
        Ok(report)
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, FileError> + Send + 'static,
) -> Result<T, FileError> {
    spawn_blocking(work)
        .await
        .unwrap_or(Err(FileError::Local(io::ErrorKind::Other)))
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

async fn absent(path: &Path) -> Result<(), FileError> {
    match tokio::fs::symlink_metadata(path).await {
        Ok(_) => Err(FileError::Exists),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error.into()),
    }
}

impl FolderReport {
    pub(super) fn new(verified: Verified) -> Self {
        Self {
            files: 0,
            bytes: 0,
            left_out: Vec::new(),
            left_out_count: 0,
            verified,
        }
    }

    pub(super) fn leave_out(&mut self, path: &[u8], is_link: bool) {
        self.left_out_count += 1;
        if self.left_out.len() < MAX_NAMED {
            let parts: Vec<String> = path
                .split(|byte| *byte == b'/')
                .take(MAX_DEPTH)
                .map(safe_name)
                .collect();
            self.left_out.push(LeftOut {
                path: parts.join("/"),
                is_link,
            });
        }
    }
}
