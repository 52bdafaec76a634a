//! A simulated provider gateway: logs, events, a shell and files of a lease, over TLS on loopback.
//!
//! It answers as `provider/gateway/rest` of akash-network/provider does, with the same statuses, close codes and frames.
//! Behind it is a small world for each lease: containers that log, a toy file system and a toy `sh`. Nothing is executed
//! on this computer.
//!
//! ```no_run
//! use akash_simulator::gateway::{Fault, Gateway, GatewayOptions, LeaseId, TokenClaims, World};
//!
//! # async fn demo() -> Result<(), Box<dyn std::error::Error>> {
//! let mut options = GatewayOptions::default();
//! let lease = LeaseId::new(&options.owner, 24_260_271);
//! options.leases.push((lease.clone(), World::sample()));
//! let gateway = Gateway::start(options).await?;
//! // Connect to `gateway.addr()`, with the server name `gateway.host()` and the root `gateway.ca_pem()`.
//! let token = gateway.token(&TokenClaims::for_lease(&lease, &["logs"]));
//! gateway.set(Fault::CutAfter { frames: 10 });
//! # drop(token); Ok(()) }
//! ```

mod certificates;
mod chain;
mod chatter;
mod events;
mod fault;
mod handle;
mod inode;
mod lease;
mod lifecycle;
mod log;
mod logs;
mod options;
mod own_leases;
mod route;
mod server;
mod sh;
mod shared;
mod shell;
mod socket;
mod spec;
mod start;
mod text;
mod token;
mod tree;

pub use chain::ChainMode;
pub use fault::Fault;
pub use handle::LeaseHandle;
pub use options::{CertificateMode, GatewayOptions, GatewayVersion, LeaseSource, TimeSource};
pub use server::{Gateway, GatewayError};
pub use shared::Counts;
pub use spec::{LeaseId, Service, Volume, World};
pub use token::TokenClaims;

pub(crate) use own_leases::Gateways;
