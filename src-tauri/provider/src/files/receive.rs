//! From a container to this computer.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use tokio::time::{sleep, timeout};

use super::{
    Existing, FileError, Files, Progress, RemotePath, Verified,
    local::{Part, part_of},
    notes::Notes,
    remote,
};
use crate::{
    CommandError, CommandOutput, ConnectError, ShellRefusal,
    shell::{Event, Process, Request, keep, script},
};

/// After so many cuts without a new byte a transfer is given up.
const MAX_BARREN: u32 = 6;
/// After so many comparisons that failed it is given up, or taken as what always changes.
const MAX_DIFFERENT: u32 = 3;
/// No script is silent for longer: the size of a large volume is found out first.
const IDLE: Duration = Duration::from_secs(3_600);
/// Computing a sum of a large volume takes a while.
pub(super) const SUM_PATIENCE: Duration = Duration::from_secs(3 * 3600);
const MAX_CONTAINERS: u32 = 16;

/// What to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    File,
    /// A folder, as an archive.
    Folder,
    /// A folder that changes all the while, as an archive that cannot be compared.
    Changing,
}

impl Source {
    fn script(self) -> &'static str {
        match self {
            Self::File => remote::READ_FILE,
            Self::Folder => remote::READ_FOLDER,
            Self::Changing => remote::READ_CHANGING,
        }
    }
}

/// What was received.
pub(super) struct Received {
    pub(super) part: Part,
    pub(super) verified: Verified,
    /// What the container said about things that it could not read.
    pub(super) said: Vec<String>,
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
        let received = self
            .receive(Source::File, from, part_of(to), progress)
            .await?;
        refuse_existing(to, existing).await?;
        received.part.finish(to).await?;
        Ok(received.verified)
    }

    /// Fills a part until it equals its source.
    pub(super) async fn receive(
        &self,
        source: Source,
        from: &RemotePath,
        path: PathBuf,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Received, FileError> {
        let mut part = Part::open(path).await?;
        for _ in 0..MAX_DIFFERENT {
            let filled = match self.fill(source, from, &mut part, progress).await {
                Err(error) if error.is_no_shell() && source == Source::File => {
                    part.clear().await?;
                    self.read_plainly(from, &mut part, progress).await?;
                    part.flush().await?;
                    return Ok(Received {
                        part,
                        verified: Verified::No,
                        said: Vec::new(),
                    });
                }
                Err(error) if error.is_no_shell() => return Err(FileError::NoShell),
                Err(FileError::Changed) => {
                    part.clear().await?;
                    continue;
                }
                other => other?,
            };
            part.flush().await?;
            let (size, hash) = self.sum(source, from, part.length()).await?;
            // A file may have become longer. What was there at first is what was asked for.
            let same_size = if source == Source::File {
                size >= part.length()
            } else {
                size == part.length()
            };
            let same_hash = hash.as_ref().is_none_or(|hash| *hash == part.hash());
            if let Some(said) = filled
                && same_size
                && same_hash
            {
                let verified = if hash.is_some() {
                    Verified::SizeAndHash
                } else {
                    Verified::Size
                };
                return Ok(Received {
                    part,
                    verified,
                    said,
                });
            }
            // It changed there, or what was here before was of another file.
            part.clear().await?;
        }
        if source == Source::File {
            return Err(FileError::Changed);
        }
        // Databases write all the time. Their files are better than nothing, and it is said what they are.
        match self
            .fill(Source::Changing, from, &mut part, progress)
            .await?
        {
            Some(said) => {
                part.flush().await?;
                Ok(Received {
                    part,
                    verified: Verified::Changing,
                    said,
                })
            }
            None => Err(FileError::Changed),
        }
    }

    /// Reads until all is there, over cuts. Gives what was said about things that could not be read, or nothing if nobody knows
    /// whether all is there.
    async fn fill(
        &self,
        source: Source,
        from: &RemotePath,
        part: &mut Part,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Option<Vec<String>>, FileError> {
        let mut backoff = self.lease.backoff();
        let mut barren = 0;
        let mut container = self.target.container;
        loop {
            let before = part.length();
            if source == Source::Changing && before > 0 {
                part.clear().await?;
            }
            let mut notes = Notes::default();
            match self
                .pass(source, from, container, part, &mut notes, progress)
                .await
            {
                Ok(Pass::Complete) => return Ok(Some(notes.said)),
                Ok(Pass::Unknown) => return Ok(None),
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
        notes: &mut Notes,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Pass, FileError> {
        let first = (part.length() + 1).to_string();
        let command = script(source.script(), &[from.as_bytes(), first.as_bytes()]);
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
        let mut asked_to_end = false;
        loop {
            let event = match timeout(IDLE, process.output.next()).await {
                Ok(event) => event,
                Err(_) => return Ok(Pass::Cut(CommandError::TimedOut.into())),
            };
            match event {
                Event::Stdout(bytes) => {
                    part.write(&bytes).await?;
                    progress(Progress {
                        done: part.length(),
                        total: notes.size,
                    });
                }
                Event::Stderr(bytes) => notes.push(&bytes),
                Event::Exited(0) => {
                    return Ok(match notes.size {
                        Some(size) if size == part.length() => Pass::Complete,
                        None if notes.sent && part.ends_like_an_archive() => Pass::Complete,
                        // Kubernetes cuts output off and calls it a success.
                        Some(_) => Pass::Cut(FileError::Changed),
                        None if notes.is_empty() => return Err(ShellRefusal::WithoutAWord.into()),
                        None => Pass::Unknown,
                    });
                }
                Event::Exited(code) => {
                    return Err(FileError::of_exit(code, notes.text().as_bytes()));
                }
                Event::Refused(ShellRefusal::ProviderFailed) => {
                    return Ok(Pass::Cut(ShellRefusal::ProviderFailed.into()));
                }
                Event::Refused(refusal) => return Err(refusal.into()),
                Event::Lost(end) => {
                    // All came, and only the farewell is missing.
                    let all = notes.size.is_some_and(|size| size == part.length());
                    return Ok(if all {
                        Pass::Complete
                    } else {
                        Pass::Cut(end.into())
                    });
                }
            }
            if notes.size.is_some_and(|size| part.length() > size) {
                return Ok(Pass::Anew);
            }
            let all = notes.size.is_some_and(|size| size == part.length())
                || (notes.sent && part.ends_like_an_archive());
            if all && !asked_to_end {
                asked_to_end = true;
                progress(Progress {
                    done: part.length(),
                    total: notes.size,
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

    /// Size of a source, and SHA-256 of its first bytes (of all if it is a folder), the latter if the container can compute it.
    pub(super) async fn sum(
        &self,
        source: Source,
        path: &RemotePath,
        length: u64,
    ) -> Result<(u64, Option<String>), FileError> {
        let text = if source == Source::File {
            remote::SUM_FILE
        } else {
            remote::SUM_FOLDER
        };
        let length = length.to_string();
        let stdout = self
            .ask(text, &[path.as_bytes(), length.as_bytes()], SUM_PATIENCE)
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
