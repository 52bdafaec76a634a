//! What a self-signed certificate says about itself.

use jiff::Timestamp;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::CertificateError;

/// What matters of a certificate that a provider made for itself and put on the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SelfSigned {
    /// Its serial number, in decimal as the chain writes it.
    pub(crate) serial: String,
}

/// Reads a certificate, if it claims to be self-signed: `None` if it does not.
///
/// # Errors
/// It names another account than the provider's, is out of date, or cannot be read.
pub(crate) fn inspect(
    der: &[u8],
    provider: &str,
    now: Timestamp,
) -> Result<Option<SelfSigned>, CertificateError> {
    let (rest, certificate) = X509Certificate::from_der(der)
        .map_err(|_| CertificateError::Unusable("it cannot be read".to_owned()))?;
    if !rest.is_empty() {
        return Err(CertificateError::Unusable("it has extra bytes".to_owned()));
    }
    if certificate.subject().as_raw() != certificate.issuer().as_raw() {
        return Ok(None);
    }
    let mut names = certificate.subject().iter_common_name();
    let name = names.next().and_then(|name| name.as_str().ok());
    if name != Some(provider) || names.next().is_some() {
        return Err(CertificateError::OtherAccount(crate::error::tidy(
            name.unwrap_or_default(),
            100,
        )));
    }
    let at = |seconds: i64| Timestamp::from_second(seconds).ok();
    let validity = certificate.validity();
    let (from, until) = (
        validity.not_before.timestamp(),
        validity.not_after.timestamp(),
    );
    if now.as_second() > until {
        return Err(CertificateError::Expired(at(until)));
    }
    if now.as_second() < from {
        return Err(CertificateError::NotYetValid(at(from)));
    }
    Ok(Some(SelfSigned {
        serial: certificate.serial.to_string(),
    }))
}
