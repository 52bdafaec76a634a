//! From a container to this computer.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use tokio::time::sleep;

use super::{
    Existing, FileError, Files, Progress, RemotePath, Verified,
    local::{Part, part_of},
    remote,
};
use crate::{
    CommandError, CommandOutput, ConnectError, ShellRefusal,
    shell::{Event, Process, Request, keep, script},
};

/// After so many cuts without a new byte a transfer is given up.
const MAX_BARREN: u32 = 6;
/// Computing a sum of a large volume takes a while.
pub(super) const SUM_PATIENCE: Duration = Duration::from_secs(3 * 3600);
const MAX_CONTAINERS: u32 = 16;

/// What to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    File,
    /// A folder, as an archive.
    Folder,
}

/// How one connection ended.
enum Pass {
    /// All is there.
    Complete,
    /// All that was sent is there, and nobody knows how much there is.
    Unknown,
    /// Cut. What came is kept.
    Cut(FileError),
    /// What is here does not fit to what is there.
    Anew,
}

impl Files {
    /// Downloads a file. It has its name when it is complete and was compared; until then it is `NAME.part`, which a later call
    /// goes on with. The connection may be cut in between.
    ///
    /// # Errors
    /// See [`FileError`]. A link, a folder or a device is refused.
    pub async fn download(
        &self,
        from: &RemotePath,
        to: &Path,
        existing: Existing,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Verified, FileError> {
        refuse_existing(to, existing).await?;
        let (verified, part) = self
            .receive(Source::File, from, part_of(to), progress)
            .await?;
        refuse_existing(to, existing).await?;
        part.finish(to).await?;
        Ok(verified)
    }

    /// Fills a part until it equals its source.
    pub(super) async fn receive(
        &self,
        source: Source,
        from: &RemotePath,
        path: PathBuf,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<(Verified, Part), FileError> {
        let mut part = Part::open(path).await?;
        let mut tries = 0;
        loop {
            let is_complete = match self.fill(source, from, &mut part, progress).await {
                Err(error) if error.is_no_shell() && source == Source::File => {
                    part.clear().await?;
                    self.read_plainly(from, &mut part, progress).await?;
                    part.flush().await?;
                    return Ok((Verified::No, part));
                }
                Err(error) if error.is_no_shell() => return Err(FileError::NoShell),
                other => other?,
            };
            part.flush().await?;
            let (size, hash) = self.sum(source, from).await?;
            let same_hash = hash.as_ref().is_none_or(|hash| *hash == part.hash());
            if is_complete && size == part.length() && same_hash {
                let verified = if hash.is_some() {
                    Verified::SizeAndHash
                } else {
                    Verified::Size
                };
                return Ok((verified, part));
            }
            // It changed there, or what was here before was of another file.
            tries += 1;
            if tries >= 3 {
                return Err(FileError::Changed);
            }
            part.clear().await?;
        }
    }

    /// Reads until all is there, over cuts.
    async fn fill(
        &self,
        source: Source,
        from: &RemotePath,
        part: &mut Part,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<bool, FileError> {
        let mut backoff = self.lease.backoff();
        let mut barren = 0;
        let mut container = self.target.container;
        loop {
            let before = part.length();
            match self.pass(source, from, container, part, progress).await {
                Ok(Pass::Complete) => return Ok(true),
                Ok(Pass::Unknown) => return Ok(false),
                Ok(Pass::Anew) => {
                    part.clear().await?;
                    barren += 1;
                    if barren > MAX_BARREN {
                        return Err(FileError::Changed);
                    }
                }
                Ok(Pass::Cut(error)) => {
                    part.flush().await?;
                    barren = if part.length() > before {
                        0
                    } else {
                        barren + 1
                    };
                    if barren > MAX_BARREN {
                        return Err(error);
                    }
                    if barren == 0 {
                        backoff.reset();
                    }
                    sleep(backoff.next()).await;
                }
                Err(FileError::Command(CommandError::Refused(ShellRefusal::ContainerEnded)))
                    if container - self.target.container < MAX_CONTAINERS =>
                {
                    container += 1;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Reads over one connection.
    async fn pass(
        &self,
        source: Source,
        from: &RemotePath,
        container: u32,
        part: &mut Part,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Pass, FileError> {
        let text = if source == Source::File {
            remote::READ_FILE
        } else {
            remote::READ_FOLDER
        };
        let first = (part.length() + 1).to_string();
        let command = script(text, &[from.as_bytes(), first.as_bytes()]);
        let request = Request {
            service: &self.target.service,
            container,
            command: &command,
            tty: false,
            stdin: true,
        };
        let mut process = match Process::start(&self.lease, &request).await {
            Ok(process) => process,
            Err(error) if error.may_pass() => {
                return Ok(Pass::Cut(CommandError::from(error).into()));
            }
            Err(error) => return Err(CommandError::from(error).into()),
        };
        let (mut stderr, mut size, mut asked_to_end) = (Vec::new(), None, false);
        loop {
            match process.output.next().await {
                Event::Stdout(bytes) => {
                    if size.is_some_and(|size| part.length() + bytes.len() as u64 > size) {
                        return Ok(Pass::Anew);
                    }
                    part.write(&bytes).await?;
                    progress(Progress {
                        done: part.length(),
                        total: size,
                    });
                }
                Event::Stderr(bytes) => {
                    keep(&mut stderr, &bytes);
                    if size.is_none() && stderr.contains(&b'\n') {
                        size = remote::size_in(&stderr);
                    }
                    if size.is_some_and(|size| part.length() > size) {
                        return Ok(Pass::Anew);
                    }
                }
                Event::Exited(0) => {
                    return Ok(match size {
                        Some(size) if size == part.length() => Pass::Complete,
                        // Kubernetes cuts output off and calls it a success.
                        Some(_) => Pass::Cut(FileError::Changed),
                        None if stderr.is_empty() => return Err(ShellRefusal::WithoutAWord.into()),
                        None => Pass::Unknown,
                    });
                }
                Event::Exited(code) => return Err(FileError::of_exit(code, &stderr)),
                Event::Refused(ShellRefusal::ProviderFailed) => {
                    return Ok(Pass::Cut(ShellRefusal::ProviderFailed.into()));
                }
                Event::Refused(refusal) => return Err(refusal.into()),
                Event::Lost(end) => {
                    // All came, and only the farewell is missing.
                    let all = size.is_some_and(|size| size == part.length());
                    return Ok(if all {
                        Pass::Complete
                    } else {
                        Pass::Cut(end.into())
                    });
                }
            }
            if !asked_to_end && size.is_some_and(|size| size == part.length()) {
                asked_to_end = true;
                progress(Progress {
                    done: part.length(),
                    total: size,
                });
                // If this is lost, so is the farewell, which is noticed above.
                let _ = process.input.send(b"\n").await;
            }
        }
    }

    /// Reads a file with `cat` alone. Nobody can tell whether all of it came.
    async fn read_plainly(
        &self,
        from: &RemotePath,
        part: &mut Part,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<(), FileError> {
        let command = [b"cat".to_vec(), from.as_bytes().to_vec()];
        let request = Request {
            service: &self.target.service,
            container: self.target.container,
            command: &command,
            tty: false,
            stdin: false,
        };
        let mut process = Process::start(&self.lease, &request)
            .await
            .map_err(CommandError::from)?;
        let mut stderr = Vec::new();
        loop {
            match process.output.next().await {
                Event::Stdout(bytes) => {
                    part.write(&bytes).await?;
                    progress(Progress {
                        done: part.length(),
                        total: None,
                    });
                }
                Event::Stderr(bytes) => keep(&mut stderr, &bytes),
                Event::Exited(0) => return Ok(()),
                Event::Exited(code) => {
                    let text = String::from_utf8_lossy(&stderr);
                    return Err(if text.contains("No such file") {
                        FileError::NotFound
                    } else {
                        FileError::of_exit(code, &stderr)
                    });
                }
                Event::Refused(ShellRefusal::NoSuchProgram) => return Err(FileError::NoShell),
                Event::Refused(refusal) => return Err(refusal.into()),
                Event::Lost(end) => return Err(end.into()),
            }
        }
    }

    /// Size and SHA-256 of a source, the latter if the container can compute it.
    pub(super) async fn sum(
        &self,
        source: Source,
        path: &RemotePath,
    ) -> Result<(u64, Option<String>), FileError> {
        let text = if source == Source::File {
            remote::SUM_FILE
        } else {
            remote::SUM_FOLDER
        };
        let stdout = self
            .ask(text, &[path.as_bytes()], SUM_PATIENCE)
            .await?
            .stdout;
        let size = remote::size_in(&stdout).ok_or(FileError::Malformed)?;
        Ok((size, remote::hash_in(&stdout)))
    }

    /// Runs a script that may be repeated, over cuts.
    pub(super) async fn ask(
        &self,
        text: &str,
        arguments: &[&[u8]],
        patience: Duration,
    ) -> Result<CommandOutput, FileError> {
        let command = script(text, arguments);
        let mut backoff = self.lease.backoff();
        let mut tries = 0;
        loop {
            match self
                .lease
                .run(&self.target, &command, 64 << 10, patience)
                .await
            {
                Ok(output) if output.exit_code == 0 => return Ok(output),
                Ok(output) => return Err(FileError::of_exit(output.exit_code, &output.stderr)),
                Err(error) if tries < MAX_BARREN && is_cut(&error) => {
                    tries += 1;
                    sleep(backoff.next()).await;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// Whether another try may help.
pub(super) fn is_cut(error: &CommandError) -> bool {
    match error {
        CommandError::Connect(error) => ConnectError::may_pass(error),
        CommandError::Lost(_) | CommandError::Refused(ShellRefusal::ProviderFailed) => true,
        _ => false,
    }
}

pub(super) async fn refuse_existing(path: &Path, existing: Existing) -> Result<(), FileError> {
    match tokio::fs::symlink_metadata(path).await {
        Ok(found) if found.is_dir() => Err(FileError::IsFolder),
        Ok(_) if existing == Existing::Keep => Err(FileError::Exists),
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error.into()),
    }
}
