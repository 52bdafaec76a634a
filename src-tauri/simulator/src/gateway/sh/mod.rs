//! A toy `sh` and the commands that people type first. Nothing is executed on this computer: commands are functions that
//! work on a toy file system.

mod archive;
mod commands;
mod expand;
mod files;
mod io;
mod listing;
mod machine;
mod run;
mod syntax;
mod system;
mod terminal;
mod text;
mod words;

pub(crate) use io::{STDERR, STDOUT, Sink, Source};
pub(crate) use machine::Machine;
pub(crate) use run::Process;
pub(crate) use terminal::Terminal;
