//! The certificates that accounts have on the chain.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use rustls::pki_types::{CertificateDer, pem::PemObject};
use serde::Deserialize;
use thiserror::Error;
use url::{Host, Url};

use crate::BoxFuture;

/// An answer about one certificate is a few kilobytes.
const MAX_ANSWER: usize = 256 << 10;
/// How long a node may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// A valid certificate that is on the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainCertificate {
    /// Its serial number in decimal.
    pub serial: String,
    /// Its bytes, in DER.
    pub der: Vec<u8>,
}

/// Why the chain could not be asked.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ChainError {
    /// The address of the node is neither `https` nor on this computer.
    #[error("the address of the chain's node is not https")]
    NotHttps,
    /// The node could not be reached.
    #[error("the chain's node cannot be reached")]
    Unreachable,
    /// The node took too long.
    #[error("the chain's node did not answer in time")]
    TimedOut,
    /// The node answered with an error.
    #[error("the chain's node answered with status {0}")]
    Status(u16),
    /// The answer is not what the chain says.
    #[error("the chain's node gave an answer that makes no sense")]
    Malformed,
}

/// Who knows which certificates are on the chain.
pub trait ChainCertificates: Send + Sync {
    /// The valid certificate of an account with a serial number in decimal; `None` if it has none, or it was revoked.
    fn find<'a>(
        &'a self,
        owner: &'a str,
        serial: &'a str,
    ) -> BoxFuture<'a, Result<Option<ChainCertificate>, ChainError>>;
}

/// A node of the chain, asked over its REST interface.
#[derive(Clone, Debug)]
pub struct RestChain {
    base: Url,
    http: reqwest::Client,
}

impl RestChain {
    /// A node by its address, such as `https://rpc.akt.dev/rest`. `http` is accepted for this computer only: whoever can
    /// change the answer can name a certificate of his own.
    ///
    /// # Errors
    /// The address is no URL, or not `https`.
    pub fn new(base: &str) -> Result<Self, ChainError> {
        let mut base = Url::parse(base).map_err(|_| ChainError::NotHttps)?;
        let local = match base.host() {
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            Some(Host::Domain(name)) => name == "localhost",
            None => return Err(ChainError::NotHttps),
        };
        if base.scheme() != "https" && !(base.scheme() == "http" && local) {
            return Err(ChainError::NotHttps);
        }
        base.set_query(None);
        base.set_fragment(None);
        // A second call finds it installed already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .timeout(PATIENCE)
            .connect_timeout(PATIENCE);
        if local {
            http = http.no_proxy();
        }
        Ok(Self {
            base,
            http: http.build().map_err(|_| ChainError::Unreachable)?,
        })
    }

    async fn ask(&self, owner: &str, serial: &str) -> Result<Option<ChainCertificate>, ChainError> {
        let mut url = self.base.clone();
        url.path_segments_mut()
            .map_err(|()| ChainError::NotHttps)?
            .pop_if_empty()
            .extend(["akash", "cert", "v1", "certificates", "list"]);
        url.query_pairs_mut()
            .append_pair("filter.owner", owner)
            .append_pair("filter.serial", serial)
            .append_pair("filter.state", "valid")
            .append_pair("pagination.limit", "1");
        let mut response = self.http.get(url).send().await.map_err(lost)?;
        if response.status() != reqwest::StatusCode::OK {
            return Err(ChainError::Status(response.status().as_u16()));
        }
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(lost)? {
            if body.len() + piece.len() > MAX_ANSWER {
                return Err(ChainError::Malformed);
            }
            body.extend_from_slice(&piece);
        }
        read(&body, serial)
    }
}

impl ChainCertificates for RestChain {
    fn find<'a>(
        &'a self,
        owner: &'a str,
        serial: &'a str,
    ) -> BoxFuture<'a, Result<Option<ChainCertificate>, ChainError>> {
        Box::pin(self.ask(owner, serial))
    }
}

fn lost(error: reqwest::Error) -> ChainError {
    if error.is_timeout() {
        ChainError::TimedOut
    } else {
        ChainError::Unreachable
    }
}

#[derive(Deserialize)]
struct Answer {
    certificates: Option<Vec<Listed>>,
}

#[derive(Deserialize)]
struct Listed {
    certificate: Stored,
    serial: String,
}

#[derive(Deserialize)]
struct Stored {
    state: String,
    cert: String,
}

/// The certificate out of a node's answer. What was not asked for is passed over.
fn read(body: &[u8], serial: &str) -> Result<Option<ChainCertificate>, ChainError> {
    let answer: Answer = serde_json::from_slice(body).map_err(|_| ChainError::Malformed)?;
    let mut listed = answer.certificates.unwrap_or_default().into_iter();
    let Some(found) = listed.find(|one| one.serial == serial && one.certificate.state == "valid")
    else {
        return Ok(None);
    };
    let pem = STANDARD
        .decode(found.certificate.cert)
        .map_err(|_| ChainError::Malformed)?;
    let der = CertificateDer::from_pem_slice(&pem).map_err(|_| ChainError::Malformed)?;
    Ok(Some(ChainCertificate {
        serial: found.serial,
        der: der.to_vec(),
    }))
}

/// Whether a presented certificate is the one on the chain.
///
/// # Errors
/// It is not there or differs, or the chain could not be asked.
pub(crate) async fn certificate_of(
    chain: &dyn ChainCertificates,
    owner: &str,
    serial: &str,
    presented: &[u8],
) -> Result<(), super::CertificateError> {
    let asked = tokio::time::timeout(PATIENCE * 2, chain.find(owner, serial)).await;
    let found = asked.unwrap_or(Err(ChainError::TimedOut))?;
    match found {
        None => Err(super::CertificateError::NotOnChain),
        Some(found) if found.der == presented && found.serial == serial => Ok(()),
        Some(_) => Err(super::CertificateError::DiffersFromChain),
    }
}
