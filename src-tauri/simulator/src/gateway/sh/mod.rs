//! A toy `sh` and the commands that people type first. Nothing is executed on this computer: commands are functions that
//! work on a toy file system.

mod archive;
mod builtins;
mod call;
mod commands;
mod expand;
mod files;
mod filters;
mod io;
mod listing;
mod lookup;
mod machine;
mod parse;
mod process;
mod run;
mod shells;
mod syntax;
mod system;
mod table;
mod terminal;
mod text;
mod words;

pub(crate) use io::{STDERR, STDOUT, Sink, Source};
pub(crate) use machine::Machine;
pub(crate) use process::Process;
pub(crate) use terminal::Terminal;
