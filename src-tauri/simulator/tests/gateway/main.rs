//! Tests of the gateway over real TLS, with a plain WebSocket client.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod access;
mod client;
mod logs;
mod shell;
