//! From this computer to a container.

use std::{path::Path, time::Duration};

use tokio::{
    fs::File,
    io::{AsyncReadExt, AsyncSeekExt},
    time::sleep,
};

use super::{
    Existing, FileError, Files, Progress, RemotePath, Verified, local, receive::Source, remote,
};
use crate::{
    CommandError, End, ShellRefusal,
    shell::{Event, Process, Request, keep, script},
};

/// After so many cuts without a new byte a transfer is given up.
const MAX_BARREN: u32 = 6;
const PATIENCE: Duration = Duration::from_secs(60);

impl Files {
    /// Uploads a file. It has its name when it is complete and was compared; until then it is `NAME.part`, which a later call goes
    /// on with. The connection may be cut in between.
    ///
    /// # Errors
    /// See [`FileError`]. The folder must exist, and the container needs `sh`, `head` and `wc`.
    pub async fn upload(
        &self,
        from: &Path,
        to: &RemotePath,
        existing: Existing,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Verified, FileError> {
        let verified = self.send(from, to, existing, progress).await?;
        match self.ask(remote::FINISH, &[to.as_bytes()], PATIENCE).await {
            Ok(_) => Ok(verified),
            // The answer may have been lost after it was done.
            Err(error) => match self.sum(Source::File, to).await {
                Ok(_)
                    if matches!(error, FileError::Remote { .. }) && self.part_is_gone(to).await =>
                {
                    Ok(verified)
                }
                _ => Err(error),
            },
        }
    }

    async fn part_is_gone(&self, path: &RemotePath) -> bool {
        let Ok(part) = RemotePath::new([path.as_bytes(), b".part"].concat()) else {
            return false;
        };
        matches!(
            self.sum(Source::File, &part).await,
            Err(FileError::NotFound)
        )
    }

    /// Fills `TO.part` until it equals its source.
    pub(super) async fn send(
        &self,
        from: &Path,
        to: &RemotePath,
        existing: Existing,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Verified, FileError> {
        if to.name().is_empty() {
            return Err(FileError::IsFolder);
        }
        let found = tokio::fs::symlink_metadata(from).await?;
        if found.is_symlink() {
            return Err(FileError::IsLink);
        }
        if found.is_dir() {
            return Err(FileError::IsFolder);
        }
        if !found.is_file() {
            return Err(FileError::NotAFile);
        }
        let part = RemotePath::new([to.as_bytes(), b".part"].concat())?;
        let (mut tries, mut anew) = (0, false);
        loop {
            let mut file = File::open(from).await?;
            let (hash, size) = local::sum(&mut file).await?;
            self.fill_there(&mut file, size, to, existing, anew, progress)
                .await?;
            let (there, sum) = self.sum(Source::File, &part).await?;
            let same = sum
                .as_ref()
                .is_none_or(|sum| *sum == local::hex(hash.clone()));
            if there == size && same {
                return Ok(if sum.is_some() {
                    Verified::SizeAndHash
                } else {
                    Verified::Size
                });
            }
            // What was there before was of another file, or the file changed here.
            tries += 1;
            anew = true;
            if tries >= 3 {
                return Err(FileError::Changed);
            }
        }
    }

    /// Sends until all is there, over cuts.
    async fn fill_there(
        &self,
        file: &mut File,
        size: u64,
        to: &RemotePath,
        existing: Existing,
        anew: bool,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<(), FileError> {
        let replace: &[u8] = if existing == Existing::Replace {
            b"1"
        } else {
            b"0"
        };
        let mut backoff = self.lease.backoff();
        let (mut barren, mut last, mut anew) = (0, 0, anew);
        loop {
            let output = match self
                .ask(remote::BEFORE_WRITE, &[to.as_bytes(), replace], PATIENCE)
                .await
            {
                Err(error) if error.is_no_shell() => return Err(FileError::NoShell),
                other => other?,
            };
            let there = remote::size_in(&output.stdout).ok_or(FileError::Malformed)?;
            let start = if anew || there > size { 0 } else { there };
            if start == size && !anew && size > 0 {
                progress(Progress {
                    done: size,
                    total: Some(size),
                });
                return Ok(());
            }
            barren = if start > last { 0 } else { barren + 1 };
            last = start;
            if barren > MAX_BARREN {
                return Err(End::Finished.into());
            }
            anew = false;
            file.seek(std::io::SeekFrom::Start(start)).await?;
            match self
                .pass_there(file, (start, size), (to, output.container), progress)
                .await?
            {
                Ok(()) => return Ok(()),
                Err(_cut) => sleep(backoff.next()).await,
            }
        }
    }

    /// Sends over one connection. The inner error is a cut.
    async fn pass_there(
        &self,
        file: &mut File,
        (start, size): (u64, u64),
        (to, container): (&RemotePath, u32),
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Result<(), FileError>, FileError> {
        let count = (size - start).to_string();
        let begin: &[u8] = if start == 0 { b"1" } else { b"0" };
        let command = script(remote::WRITE, &[to.as_bytes(), count.as_bytes(), begin]);
        let request = Request {
            service: &self.target.service,
            container,
            command: &command,
            tty: false,
            stdin: true,
        };
        let mut process = match Process::start(&self.lease, &request).await {
            Ok(process) => process,
            Err(error) if error.may_pass() => return Ok(Err(CommandError::from(error).into())),
            Err(error) => return Err(CommandError::from(error).into()),
        };
        let mut buffer = vec![0; local::CHUNK];
        let (mut sent, mut filled) = (start, 0);
        let mut stderr = Vec::new();
        loop {
            if filled == 0 && sent < size {
                let room = usize::try_from(size - sent)
                    .unwrap_or(buffer.len())
                    .min(buffer.len());
                filled = file
                    .read(buffer.get_mut(..room).unwrap_or_default())
                    .await?;
                if filled == 0 {
                    return Err(FileError::Changed);
                }
            }
            let bytes = buffer.get(..filled).unwrap_or_default();
            let Process { input, output } = &mut process;
            let feed = async {
                if filled == 0 {
                    return std::future::pending().await;
                }
                // The last piece pushes the others out.
                if sent + filled as u64 == size {
                    input.send(bytes).await
                } else {
                    input.feed(bytes).await
                }
            };
            let event = tokio::select! {
                biased;
                event = output.next() => event,
                fed = feed => match fed {
                    Ok(()) => {
                        sent += filled as u64;
                        filled = 0;
                        progress(Progress { done: sent, total: Some(size) });
                        continue;
                    }
                    Err(end) => Event::Lost(end),
                },
            };
            match event {
                Event::Stdout(_) => {}
                Event::Stderr(bytes) => keep(&mut stderr, &bytes),
                Event::Exited(0) => return Ok(Ok(())),
                Event::Exited(code) => return Err(FileError::of_exit(code, &stderr)),
                Event::Refused(ShellRefusal::ProviderFailed) => {
                    return Ok(Err(ShellRefusal::ProviderFailed.into()));
                }
                Event::Refused(refusal) => return Err(refusal.into()),
                Event::Lost(end) => return Ok(Err(end.into())),
            }
        }
    }
}
