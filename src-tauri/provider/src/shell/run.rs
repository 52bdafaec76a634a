//! One command that runs to its end.

use std::time::Duration;

use thiserror::Error;
use tokio::time::timeout;

use super::{
    ShellRefusal,
    process::{Event, Process, Request},
};
use crate::{ConnectError, End, Lease};

/// How many containers are tried.
const MAX_TRIES: u32 = 16;
/// How much of the errors' output is kept.
pub(crate) const MAX_STDERR: usize = 16 << 10;

/// A container of a service.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Target {
    /// The service.
    pub service: String,
    /// The number of the container, among the service's sorted by name. If it has ended, the next one is tried.
    pub container: u32,
}

/// What a command said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandOutput {
    /// Its output.
    pub stdout: Vec<u8>,
    /// Its errors, shortened.
    pub stderr: Vec<u8>,
    /// Its exit code.
    pub exit_code: i32,
    /// The container in which it ran.
    pub container: u32,
}

/// Why a command did not run to its end.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CommandError {
    /// The provider could not be reached.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The provider refused.
    #[error(transparent)]
    Refused(#[from] ShellRefusal),
    /// The connection was lost.
    #[error("the connection was lost: {0}")]
    Lost(End),
    /// It said more than was asked for.
    #[error("the command said too much")]
    TooMuch,
    /// It took too long. It may run on in the container.
    #[error("the command took too long")]
    TimedOut,
}

impl Lease {
    /// Runs a command without input to its end, and gives up to `most` bytes of its output. An exit code 0 without any output
    /// counts as a refusal, because providers refuse that way: let the command say something.
    ///
    /// # Errors
    /// See [`CommandError`]. An exit code other than 0 is no error here.
    pub async fn run(
        &self,
        target: &Target,
        command: &[Vec<u8>],
        most: usize,
        patience: Duration,
    ) -> Result<CommandOutput, CommandError> {
        let work = async {
            let mut container = target.container;
            loop {
                let done = self.run_once(target, container, command, most).await;
                match done {
                    Err(CommandError::Refused(ShellRefusal::ContainerEnded))
                        if container - target.container < MAX_TRIES =>
                    {
                        container += 1;
                    }
                    Err(CommandError::Refused(ShellRefusal::NoSuchContainer))
                        if container > target.container =>
                    {
                        return Err(ShellRefusal::ContainerEnded.into());
                    }
                    other => return other,
                }
            }
        };
        timeout(patience, work)
            .await
            .unwrap_or(Err(CommandError::TimedOut))
    }

    async fn run_once(
        &self,
        target: &Target,
        container: u32,
        command: &[Vec<u8>],
        most: usize,
    ) -> Result<CommandOutput, CommandError> {
        let request = Request {
            service: &target.service,
            container,
            command,
            tty: false,
            stdin: false,
        };
        let mut process = Process::start(self, &request).await?;
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        loop {
            match process.output.next().await {
                Event::Stdout(bytes) if stdout.len() + bytes.len() > most => {
                    return Err(CommandError::TooMuch);
                }
                Event::Stdout(bytes) => stdout.extend_from_slice(&bytes),
                Event::Stderr(bytes) => keep(&mut stderr, &bytes),
                Event::Exited(0) if stdout.is_empty() && stderr.is_empty() => {
                    return Err(ShellRefusal::WithoutAWord.into());
                }
                Event::Exited(exit_code) => {
                    return Ok(CommandOutput {
                        stdout,
                        stderr,
                        exit_code,
                        container,
                    });
                }
                Event::Refused(refusal) => return Err(refusal.into()),
                Event::Lost(end) => return Err(CommandError::Lost(end)),
            }
        }
    }
}

/// Keeps the beginning of what errors say.
pub(crate) fn keep(stderr: &mut Vec<u8>, bytes: &[u8]) {
    let room = MAX_STDERR.saturating_sub(stderr.len());
    stderr.extend_from_slice(bytes.get(..room.min(bytes.len())).unwrap_or_default());
}

/// A command of a script and its arguments: `$0` is the first of them.
pub(crate) fn script(text: &str, arguments: &[&[u8]]) -> Vec<Vec<u8>> {
    let mut command = vec![b"sh".to_vec(), b"-c".to_vec(), text.as_bytes().to_vec()];
    command.extend(arguments.iter().map(|one| one.to_vec()));
    command
}
