//! The certificates that a gateway presents, and which one a client gets.

use std::sync::Arc;

use jiff::{Timestamp, civil, tz::TimeZone};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, SerialNumber, date_time_ymd,
};
use tokio_rustls::rustls::{
    ServerConfig, crypto,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
    version::TLS13,
};

use super::options::CertificateMode;
use crate::time::later;

/// The OID that Akash puts the version of its certificates under.
const AKASH_VERSION_OID: [u64; 4] = [2, 23, 133, 2];
const DAY: i64 = 86_400;

/// Why certificates could not be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CertificateError {
    /// The certificate itself.
    #[error("cannot make a certificate")]
    Make(#[from] rcgen::Error),
    /// The server that presents it.
    #[error("cannot present a certificate")]
    Present(#[from] tokio_rustls::rustls::Error),
}

/// A certificate of the kind that providers publish on the chain.
#[derive(Clone)]
pub(crate) struct ChainCertificate {
    /// Its serial number, which the chain query filters by.
    pub(crate) serial: u64,
    /// The certificate in PEM.
    pub(crate) pem: String,
    /// Its public key in PEM.
    pub(crate) public_key_pem: String,
}

/// All that a gateway needs for TLS.
pub(crate) struct Certificates {
    /// The root that signed the certificate for the host name, in PEM.
    pub(crate) ca_pem: String,
    /// The certificate that is on the chain. With [`CertificateMode::NotOnChain`] it is not the presented one.
    pub(crate) on_chain: ChainCertificate,
    /// How to serve.
    pub(crate) config: Arc<ServerConfig>,
}

/// Presents the certificate of the test CA to clients that name the host exactly, and the self-signed one to others: what
/// `NewServerTLSConfig` of the provider does.
#[derive(Debug)]
struct BySni {
    host: String,
    for_host: Option<Arc<CertifiedKey>>,
    otherwise: Arc<CertifiedKey>,
}

impl ResolvesServerCert for BySni {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let named = hello.server_name().is_some_and(|name| name == self.host);
        let key = self.for_host.as_ref().filter(|_| named);
        Some(key.unwrap_or(&self.otherwise).clone())
    }
}

impl Certificates {
    /// Makes the certificates for a provider at a host. `now` is chain time; it decides what is expired.
    ///
    /// # Errors
    /// See [`CertificateError`].
    pub(crate) fn make(
        host: &str,
        provider: &str,
        mode: &CertificateMode,
        serial: u64,
        now: Timestamp,
    ) -> Result<Self, CertificateError> {
        let valid = (-30, 335);
        let dates = match mode {
            CertificateMode::Expired => (-400, -2),
            CertificateMode::NotYetValid => (2, 400),
            _ => valid,
        };
        let ca = authority("Aloft test CA")?;
        let stranger = authority("Unknown CA")?;
        let signer = if *mode == CertificateMode::UntrustedCa {
            &stranger
        } else {
            &ca
        };
        let for_host = match mode {
            CertificateMode::ChainOnly
            | CertificateMode::NotOnChain
            | CertificateMode::Foreign { .. } => None,
            CertificateMode::WrongHost => {
                Some(leaf("provider.elsewhere.test", dates, now, signer)?)
            }
            _ => Some(leaf(host, dates, now, signer)?),
        };
        let name = match mode {
            CertificateMode::Foreign { address } => address,
            _ => provider,
        };
        let (presented, key) = self_signed(name, host, serial, dates, now)?;
        let on_chain = match mode {
            CertificateMode::NotOnChain => self_signed(provider, host, serial, valid, now)?.0,
            _ => presented.clone(),
        };
        let provider = Arc::new(crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider.clone())
            .with_protocol_versions(&[&TLS13])?
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(BySni {
                host: host.to_owned(),
                for_host: for_host
                    .map(|(der, key)| certified(der, &key, &provider))
                    .transpose()?,
                otherwise: certified(presented.1, &key, &provider)?,
            }));
        // The real gateway offers no application protocol, so that ALPN of a client is ignored.
        config.alpn_protocols.clear();
        Ok(Self {
            ca_pem: ca.pem(),
            on_chain: on_chain.0,
            config: Arc::new(config),
        })
    }
}

type Authority = CertifiedIssuer<'static, KeyPair>;
type Leaf = (CertificateDer<'static>, KeyPair);

fn authority(name: &str) -> Result<Authority, rcgen::Error> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    CertifiedIssuer::self_signed(params, KeyPair::generate()?)
}

fn leaf(
    host: &str,
    dates: (i64, i64),
    now: Timestamp,
    ca: &Authority,
) -> Result<Leaf, rcgen::Error> {
    let mut params = CertificateParams::new(vec![host.to_owned()])?;
    params.distinguished_name.push(DnType::CommonName, host);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    set_dates(&mut params, dates, now);
    let key = KeyPair::generate()?;
    Ok((params.signed_by(&key, ca)?.der().clone(), key))
}

/// As `key_pair_manager.go` of the chain's SDK makes them, but without the name constraints, which rcgen has for a CA only.
fn self_signed(
    address: &str,
    host: &str,
    serial: u64,
    dates: (i64, i64),
    now: Timestamp,
) -> Result<((ChainCertificate, CertificateDer<'static>), KeyPair), rcgen::Error> {
    let mut params = CertificateParams::new(vec![host.to_owned()])?;
    params.distinguished_name.push(DnType::CommonName, address);
    let version = [&AKASH_VERSION_OID[..], &[6]].concat();
    params
        .distinguished_name
        .push(DnType::CustomDnType(version), "v0.0.1");
    params.serial_number = Some(SerialNumber::from(serial));
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![
        KeyUsagePurpose::KeyEncipherment,
        KeyUsagePurpose::DataEncipherment,
    ];
    params.extended_key_usages = vec![
        ExtendedKeyUsagePurpose::ClientAuth,
        ExtendedKeyUsagePurpose::ServerAuth,
    ];
    set_dates(&mut params, dates, now);
    let key = KeyPair::generate()?;
    let certificate = params.self_signed(&key)?;
    let public_key_pem = key.public_key_pem().replace("PUBLIC KEY", "EC PUBLIC KEY");
    let chain = ChainCertificate {
        serial,
        pem: certificate.pem(),
        public_key_pem,
    };
    Ok(((chain, certificate.der().clone()), key))
}

/// Sets the dates of a certificate, in days before (negative) or after `now`.
fn set_dates(params: &mut CertificateParams, (from, to): (i64, i64), now: Timestamp) {
    let date = |days: i64| {
        let date: civil::Date = TimeZone::UTC.to_datetime(later(now, days * DAY)).date();
        // Chain time is far inside these ranges; the fallbacks keep the conversion free of panics.
        let month = u8::try_from(date.month()).unwrap_or(1);
        let day = u8::try_from(date.day()).unwrap_or(1);
        date_time_ymd(i32::from(date.year()), month, day)
    };
    params.not_before = date(from);
    params.not_after = date(to);
}

fn certified(
    der: CertificateDer<'static>,
    key: &KeyPair,
    provider: &crypto::CryptoProvider,
) -> Result<Arc<CertifiedKey>, tokio_rustls::rustls::Error> {
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    Ok(Arc::new(CertifiedKey::from_der(vec![der], key, provider)?))
}
