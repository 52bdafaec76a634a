//! The simulator as its clients see it: through a socket.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod client;
mod door;
mod editions;
mod faults;
mod life;
mod luck;
mod program;
mod refusals;
mod restart;
mod shapes;
