//! A terminal in a container.

use std::time::Duration;

use tokio::time::timeout;

use super::{
    ShellRefusal,
    process::{Event, Input, Output, Process, Request},
    utf8::Joiner,
};
use crate::{ConnectError, End, Lease};

/// How long to wait for a first word, to find out whether the container is one that has ended.
const FIRST_WORD: Duration = Duration::from_secs(2);
/// How many containers are tried.
const MAX_TRIES: u32 = 16;
/// One frame takes at most so many bytes of input.
const MAX_INPUT: usize = 16 << 10;
/// Runs bash if there is one, else sh.
const BEST_SHELL: &str = "command -v bash >/dev/null 2>&1 && exec bash || exec sh";

/// The size of a terminal, in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// How wide.
    pub columns: u16,
    /// How high.
    pub rows: u16,
}

/// What to open.
#[derive(Clone, Debug)]
pub struct ShellOptions {
    /// The service.
    pub service: String,
    /// The number of the container, among the service's sorted by name. If it has ended, the next one is tried.
    pub container: u32,
    /// Program and arguments; empty for the best shell that the container has.
    pub command: Vec<String>,
    /// The size of the terminal.
    pub size: Size,
}

/// What a terminal shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShellEvent {
    /// Bytes to show. They end at the end of a character, if they are text; nobody checked them.
    Output(Vec<u8>),
    /// The program ended with an exit code.
    Exited(i32),
    /// It was not started, or the provider broke it off.
    Refused(ShellRefusal),
    /// The connection is over. The program may run on: another connection does not find it again.
    Lost(End),
}

/// The keyboard of a terminal.
pub struct ShellInput(Input);

/// The screen of a terminal.
pub struct ShellOutput {
    output: Output,
    first: Option<Event>,
    joiner: Joiner,
    pending: Option<ShellEvent>,
    spoke: bool,
    over: bool,
    container: u32,
}

impl Lease {
    /// Opens a terminal. Each has a process of its own, and none is ever opened again by itself: what the old one did would be
    /// lost unseen.
    ///
    /// # Errors
    /// See [`ConnectError`]. That a command is refused comes as [`ShellEvent::Refused`].
    pub async fn shell(
        &self,
        options: &ShellOptions,
    ) -> Result<(ShellInput, ShellOutput), ConnectError> {
        let command: Vec<Vec<u8>> = if options.command.is_empty() {
            ["sh", "-c", BEST_SHELL]
                .map(|part| part.as_bytes().to_vec())
                .to_vec()
        } else {
            options
                .command
                .iter()
                .map(|part| part.clone().into_bytes())
                .collect()
        };
        let mut container = options.container;
        let mut ended = None;
        loop {
            let request = Request {
                service: &options.service,
                container,
                command: &command,
                tty: true,
                stdin: true,
            };
            let Process {
                mut input,
                mut output,
            } = Process::start(self, &request).await?;
            // The provider keeps a size until the program is there. That it is lost shows with the output.
            let _ = input.resize(options.size.columns, options.size.rows).await;
            let mut first = timeout(FIRST_WORD, output.next()).await.ok();
            match &first {
                Some(Event::Refused(ShellRefusal::ContainerEnded))
                    if container - options.container < MAX_TRIES =>
                {
                    ended = first;
                    container += 1;
                    continue;
                }
                // All were tried: what the last of them said is the reason.
                Some(Event::Refused(ShellRefusal::NoSuchContainer)) if ended.is_some() => {
                    first = ended
                }
                _ => {}
            }
            let output = ShellOutput {
                output,
                first,
                joiner: Joiner::default(),
                pending: None,
                spoke: false,
                over: false,
                container,
            };
            return Ok((ShellInput(input), output));
        }
    }
}

impl ShellInput {
    /// Types bytes.
    ///
    /// # Errors
    /// The connection is over.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), End> {
        for piece in bytes.chunks(MAX_INPUT) {
            self.0.send(piece).await?;
        }
        Ok(())
    }

    /// Changes the size.
    ///
    /// # Errors
    /// The connection is over.
    pub async fn resize(&mut self, size: Size) -> Result<(), End> {
        self.0.resize(size.columns, size.rows).await
    }

    /// Types Ctrl-C and Ctrl-D, so that a shell ends. Without this, closing the connection leaves it running in the container.
    /// Wait a moment for [`ShellEvent::Exited`] before dropping the output.
    ///
    /// # Errors
    /// The connection is over.
    pub async fn finish(&mut self) -> Result<(), End> {
        self.0.send(&[3]).await?;
        self.0.send(&[4]).await
    }

    /// Closes the connection.
    pub async fn close(mut self) {
        self.0.close().await;
    }
}

impl ShellOutput {
    /// The number of the container that was reached.
    pub fn container(&self) -> u32 {
        self.container
    }

    /// What comes next; `None` after the end. It reads no faster than it is asked. Nothing is lost when this is dropped before
    /// it is ready.
    pub async fn next(&mut self) -> Option<ShellEvent> {
        if let Some(event) = self.pending.take() {
            self.over = true;
            return Some(event);
        }
        if self.over {
            return None;
        }
        loop {
            let event = match self.first.take() {
                Some(event) => event,
                None => self.output.next().await,
            };
            let last = match event {
                Event::Stdout(bytes) | Event::Stderr(bytes) => {
                    self.spoke = true;
                    let bytes = self.joiner.push(&bytes);
                    if bytes.is_empty() {
                        continue;
                    }
                    return Some(ShellEvent::Output(bytes));
                }
                Event::Exited(0) if !self.spoke => ShellEvent::Refused(ShellRefusal::WithoutAWord),
                Event::Exited(code) => ShellEvent::Exited(code),
                Event::Refused(refusal) => ShellEvent::Refused(refusal),
                Event::Lost(end) => ShellEvent::Lost(end),
            };
            let held = self.joiner.finish();
            if held.is_empty() {
                self.over = true;
                return Some(last);
            }
            self.pending = Some(last);
            return Some(ShellEvent::Output(held));
        }
    }
}
