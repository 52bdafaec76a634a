//! The check of a provider's certificate, inside the TLS handshake.
//!
//! A certificate is good if a CA that this computer trusts signed it for the provider's host name, or if it is, byte for
//! byte, a valid certificate that the provider's own account has on the chain. Nothing else is.

mod certificate;
mod chain;
mod verifier;

use std::sync::Arc;

use jiff::Timestamp;
use rustls::{
    ClientConfig,
    client::{Resumption, danger::ServerCertVerifier},
    crypto::CryptoProvider,
    pki_types::UnixTime,
    time_provider::TimeProvider,
};
use thiserror::Error;

pub(crate) use chain::certificate_of;
pub use chain::{ChainCertificate, ChainCertificates, ChainError, RestChain};
pub(crate) use verifier::{Nobody, Seen, Verdict, Verifier};

use crate::client::Clock;

/// Why a provider's certificate is not accepted. No token was sent.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CertificateError {
    /// It has expired.
    #[error("the provider's certificate expired{}", since(.0))]
    Expired(Option<Timestamp>),
    /// It is not valid yet, or this computer's clock is slow.
    #[error("the provider's certificate is not valid yet{}", since(.0))]
    NotYetValid(Option<Timestamp>),
    /// A CA signed it, for other host names.
    #[error("the provider's certificate is for another host name")]
    WrongHost,
    /// No CA that this computer trusts signed it, and it is not self-signed either.
    #[error("nobody whom this computer trusts signed the provider's certificate")]
    UnknownIssuer,
    /// It is self-signed and names another account, or none.
    #[error("the certificate is not the provider's but that of another account: {0}")]
    OtherAccount(String),
    /// It is self-signed, and the provider's account has no such valid certificate on the chain.
    #[error("the provider's certificate is not on the chain, or was revoked")]
    NotOnChain,
    /// The chain has a certificate of the same account and serial number, and it is another one.
    #[error("the provider's certificate differs from the one on the chain")]
    DiffersFromChain,
    /// It is self-signed, and the chain could not be asked about it.
    #[error("the provider's certificate could not be compared with the chain: {0}")]
    ChainUnavailable(#[from] ChainError),
    /// It cannot be read, or is none that a server may use.
    #[error("the provider's certificate is not usable: {0}")]
    Unusable(String),
}

fn since(at: &Option<Timestamp>) -> String {
    at.map(|at| format!(" ({at})")).unwrap_or_default()
}

/// Tells rustls the time of the crate's clock.
struct Time(Clock);

impl std::fmt::Debug for Time {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Time")
    }
}

impl TimeProvider for Time {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = u64::try_from((self.0)().as_second()).ok()?;
        Some(UnixTime::since_unix_epoch(std::time::Duration::from_secs(
            seconds,
        )))
    }
}

/// The settings for one connection. There is one for each, without resumption: a resumed session would skip the check.
pub(crate) fn config(
    crypto: Arc<CryptoProvider>,
    clock: Clock,
    verifier: Arc<dyn ServerCertVerifier>,
) -> Result<ClientConfig, rustls::Error> {
    let mut config = ClientConfig::builder_with_details(crypto, Arc::new(Time(clock)))
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    config.resumption = Resumption::disabled();
    Ok(config)
}
