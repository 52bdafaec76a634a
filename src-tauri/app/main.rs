//! The program. Everything is in the library, so that tests can reach it.

// No console window beside the program's own on Windows; in debug builds there is one, for the log of `cargo run`.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    aloft::run()
}
