//! The client against the simulated gateway, over real TLS.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod access;
mod bench;
mod events;
mod files;
mod logs;
mod shell;
mod usage;
