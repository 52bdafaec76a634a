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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn is_send<T: Send>(_: T) {}

    /// Everything can run in a task of its own. This only has to compile.
    #[allow(dead_code, reason = "it is not run")]
    fn everything_can_be_spawned(
        lease: &Lease,
        target: Target,
        options: &ShellOptions,
        path: &RemotePath,
    ) {
        is_send(lease.status());
        is_send(lease.shell(options));
        is_send(lease.usage(&target, &[]));
        is_send(lease.logs(LogOptions::new(Vec::new())).next());
        is_send(lease.events(Vec::new()).next());
        let (files, here) = (lease.files(target), Path::new("x"));
        is_send(files.list(path));
        is_send(files.download(path, here, Existing::Keep, &mut |_| {}));
        is_send(files.upload(here, path, Existing::Keep, &mut |_| {}));
        is_send(files.download_folder(path, here, &mut |_| {}));
        is_send(files.upload_folder(here, path, here, &mut |_| {}));
    }
}
