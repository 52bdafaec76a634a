//! A typed client for the Akash Console API.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use akash_console::{Client, Options};
//!
//! let client = Client::new(Options {
//!     base_url: "https://console-api.akash.network".parse()?,
//!     api_key: Some("ac.sk.production.…".into()),
//!     user_agent: "example/1.0".into(),
//! })?;
//! println!("{:?}", client.balances().await?);
//! # Ok(())
//! # }
//! ```

mod call;
mod calls;
mod classify;
mod client;
mod clock;
mod error;
mod json;
mod model;
mod polite;

pub use akash_market::{Amount, Denom, GpuModel, PricePerBlock, Usd};
pub use calls::{CreateOptions, ScreeningRequest, TokenScope};
pub use client::{Client, Options};
pub use clock::ServerTime;
pub use error::{Error, Kind, Outcome};
pub use model::*;
pub use secrecy::SecretString;
