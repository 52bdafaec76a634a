//! A simulated Akash Console and provider in one process.
//!
//! It serves the Console API over HTTP on a loopback port, with the shapes, texts and semantics of the real one. Behind
//! it is a world of providers, deployments and money, and a provider that runs what is deployed. Nothing is really
//! deployed and no money is real.
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
mod api_version;
mod app;
mod bidding;
mod catalogue;
mod chain;
mod config;
mod connection;
mod control;
mod encoding;
mod error;
mod faults;
pub mod gateway;
mod money;
mod persistence;
mod providers;
mod rng;
mod server;
mod sync;
mod templates;
mod time;
mod workload;
mod world;

pub use akash_sdl::Derivation;
pub use api_version::{ApiVersion, VersionTooOld};
pub use config::{Config, Latency};
pub use control::{Change, Control, ControlError};
pub use faults::{Fault, FaultKind, Request};
pub use server::{Simulator, StartError, start};
