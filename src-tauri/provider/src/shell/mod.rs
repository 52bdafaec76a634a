//! Commands in a container: a terminal, or one command that runs to its end.

mod process;
mod refusal;
mod run;
mod terminal;
mod utf8;

pub(crate) use process::{Event, Process, Request};
pub use refusal::ShellRefusal;
pub use run::{CommandError, CommandOutput, Target};
pub(crate) use run::{keep, script};
pub use terminal::{ShellEvent, ShellInput, ShellOptions, ShellOutput, Size};
