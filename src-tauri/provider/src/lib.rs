//! A client to the provider of a lease: its status, logs, events, shell, files and what it uses.
//!
//! The provider's certificate is verified inside the TLS handshake, so a server that fails the check never sees a token.
//! Nothing here runs by itself: each stream works while it is asked for its next item, and ends when it is dropped.
//! The caller brings what the crate must not know: tokens ([`TokenSource`]), the chain's certificates
//! ([`ChainCertificates`]) and the clock.

mod backoff;
mod client;
mod connect;
mod dial;
mod endpoint;
mod error;
mod events;
mod files;
mod lease;
mod logs;
mod shell;
mod socket;
mod status;
mod tls;
mod token;
mod usage;

pub use client::{Client, Config, Lease, Roots, Timing};
pub use dial::Dial;
pub use endpoint::{Endpoint, EndpointError};
pub use error::{ConnectError, End, Refusal, Step};
pub use events::{Cause, Event, EventStream, EventUpdate, Probe, SeenEvent, Shortage};
pub use files::{
    Entry, EntryKind, Existing, FileError, Files, FolderReport, LeftOut, Progress, RemotePath,
    Verified, safe_name,
};
pub use lease::LeaseId;
pub use logs::{Gap, LogLine, LogOptions, LogStream, LogUpdate, MAX_LINE, Tail, service_of};
pub use shell::{
    CommandError, CommandOutput, ShellEvent, ShellInput, ShellOptions, ShellOutput, ShellRefusal,
    Size, Target,
};
pub use status::{ForwardedPort, LeaseStatus, ServiceStatus};
pub use tls::{CertificateError, ChainCertificate, ChainCertificates, ChainError, RestChain};
pub use token::{Scope, Token, TokenError, TokenRequest, TokenSource};
pub use usage::{DiskUsage, GpuUsage, Usage};

/// A future that a trait of this crate gives.
pub type BoxFuture<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Compiles the example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
