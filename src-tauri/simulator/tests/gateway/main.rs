//! Tests of the gateway over real TLS, with a plain WebSocket client.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod access;
mod client;
// The client of the Console has more than is needed here.
#[allow(dead_code)]
#[path = "../socket/client.rs"]
mod console;
mod logs;
mod own_leases;
mod shell;
