//! The verifier: a CA and the host name, else the pinned certificate of the chain.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use rustls::{
    CertificateError as Fault, DigitallySignedStruct, Error, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime},
};

use super::{CertificateError, certificate};

/// What became of the check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// A CA signed it for this host.
    ByCa,
    /// It is the pinned certificate of the chain.
    ByChain,
    /// It may be good: the chain has to be asked for the certificate of this serial number first.
    AskChain {
        /// The serial number in decimal.
        serial: String,
        /// The certificate that was presented.
        der: Vec<u8>,
    },
    /// It is not accepted.
    Refused(CertificateError),
}

/// Where the verifier of one connection leaves its verdict: rustls wraps the errors of a verifier into others.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen(Arc<Mutex<Option<Verdict>>>);

impl Seen {
    fn set(&self, verdict: Verdict) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(verdict);
    }

    /// Takes the verdict; `None` if the handshake did not come so far.
    pub(crate) fn take(&self) -> Option<Verdict> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Verifies the certificate of one connection.
#[derive(Debug)]
pub(crate) struct Verifier {
    /// Trusts the CAs.
    pub(crate) ca: Arc<dyn ServerCertVerifier>,
    /// For signatures.
    pub(crate) crypto: Arc<CryptoProvider>,
    /// The account whose certificate it has to be.
    pub(crate) provider: String,
    /// A certificate that is valid on the chain for that account.
    pub(crate) pin: Option<Arc<[u8]>>,
    /// Where the verdict goes.
    pub(crate) seen: Seen,
}

impl Verifier {
    fn judge(
        &self,
        leaf: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Verdict {
        let by_ca = match self.ca.verify_server_cert(leaf, others, name, ocsp, now) {
            Ok(_) => return Verdict::ByCa,
            Err(error) => error,
        };
        let seconds = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
        let at = Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX);
        match certificate::inspect(leaf, &self.provider, at) {
            Err(error) => Verdict::Refused(error),
            Ok(None) => Verdict::Refused(named(by_ca)),
            Ok(Some(_)) if !others.is_empty() => Verdict::Refused(CertificateError::Unusable(
                "it comes with others".to_owned(),
            )),
            Ok(Some(_)) if self.pin.as_deref() == Some(leaf.as_ref()) => Verdict::ByChain,
            Ok(Some(found)) => Verdict::AskChain {
                serial: found.serial,
                der: leaf.to_vec(),
            },
        }
    }
}

/// What an error of the check by CA means, for a certificate that is not self-signed.
fn named(error: Error) -> CertificateError {
    let at = |time: UnixTime| {
        i64::try_from(time.as_secs())
            .ok()
            .and_then(|seconds| Timestamp::from_second(seconds).ok())
    };
    match error {
        Error::InvalidCertificate(fault) => match fault {
            Fault::Expired => CertificateError::Expired(None),
            Fault::ExpiredContext { not_after, .. } => CertificateError::Expired(at(not_after)),
            Fault::NotValidYet => CertificateError::NotYetValid(None),
            Fault::NotValidYetContext { not_before, .. } => {
                CertificateError::NotYetValid(at(not_before))
            }
            Fault::NotValidForName | Fault::NotValidForNameContext { .. } => {
                CertificateError::WrongHost
            }
            Fault::UnknownIssuer => CertificateError::UnknownIssuer,
            other => CertificateError::Unusable(crate::error::tidy(&other.to_string(), 200)),
        },
        other => CertificateError::Unusable(crate::error::tidy(&other.to_string(), 200)),
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verdict = self.judge(leaf, others, name, ocsp, now);
        let good = matches!(verdict, Verdict::ByCa | Verdict::ByChain);
        self.seen.set(verdict);
        if good {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(Error::InvalidCertificate(
                Fault::ApplicationVerificationFailure,
            ))
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(
            message,
            leaf,
            signature,
            &self.crypto.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(
            message,
            leaf,
            signature,
            &self.crypto.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.crypto
            .signature_verification_algorithms
            .supported_schemes()
    }
}

/// Trusts no certificate authority: for computers that have none.
#[derive(Debug)]
pub(crate) struct Nobody(pub(crate) Arc<CryptoProvider>);

impl ServerCertVerifier for Nobody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Err(Error::InvalidCertificate(Fault::UnknownIssuer))
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::InvalidCertificate(Fault::UnknownIssuer))
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::InvalidCertificate(Fault::UnknownIssuer))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
