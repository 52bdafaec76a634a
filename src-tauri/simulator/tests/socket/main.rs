//! Tests of the simulator over its socket, as clients use it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod access;
mod api_versions;
mod client;
mod faults;
mod lifecycle;
mod limits;
mod program;
mod refusals;
mod restart;
mod shapes;
mod workloads;
