//! The client against the simulated gateway, over real TLS.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod access;
mod bench;
mod events;
mod logs;
mod shell;
