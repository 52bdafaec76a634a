//! A pretend Akash Console and provider in one process.
//!
//! It answers the Console API over HTTP on a loopback port with the real one's shapes, texts and
//! semantics, keeps a world of providers, deployments and money behind it, and plays the provider
//! that runs what is deployed. Nothing is really deployed and no money is real.
//!
//! ```no_run
//! # async fn demo() -> Result<(), akash_simulator::StartError> {
//! let simulator = akash_simulator::start(akash_simulator::Config::default()).await?;
//! println!("{} with key {}", simulator.url(), simulator.api_key());
//! simulator.stop().await;
//! # Ok(()) }
//! ```

#![recursion_limit = "256"]

mod api;
mod app;
mod chain;
mod config;
mod control;
mod edition;
mod error;
mod faults;
mod money;
mod pages;
mod runtime;
mod server;
mod store;
mod time;
mod world;

pub use akash_sdl::Derivation;
pub use config::{Config, Latency};
pub use control::{Change, Control, ControlError};
pub use edition::{Edition, TooOld};
pub use faults::{Fault, FaultKind, Request};
pub use server::{Simulator, StartError, start};
