//! A process in a container, as the gateway starts it.

use std::sync::Arc;

use super::{
    commands,
    io::{Sink, Source},
    machine::Machine,
    run::{Io, Shell, code_of},
    table::is_program,
    terminal::{Control, interruptible},
};
use crate::gateway::options::TimeSource;

/// A process in a container.
pub(crate) struct Process(Shell);

impl Process {
    /// Whether there is such a command at all.
    pub(crate) fn knows(name: &str) -> bool {
        is_program(name)
    }

    pub(crate) fn new(machine: Arc<Machine>, clock: TimeSource, control: Option<Control>) -> Self {
        Self(Shell::new(machine, clock, control, commands::run))
    }

    /// Runs a command with its arguments and gives its exit code.
    pub(crate) async fn exec(
        &mut self,
        command: &[String],
        stdin: Source,
        stdout: Sink,
        stderr: Sink,
    ) -> i32 {
        let io = Io {
            stdin,
            stdout,
            stderr,
        };
        let control = self.0.control.clone();
        let run = self.0.execute(command.to_vec(), io);
        let ran = interruptible(control, 0, run).await;
        code_of(ran.unwrap_or(Ok(130)))
    }
}
