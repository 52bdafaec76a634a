//! A client to one provider.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use jiff::Timestamp;
use rustls::{
    RootCertStore,
    client::{WebPkiServerVerifier, danger::ServerCertVerifier},
    crypto::CryptoProvider,
    pki_types::CertificateDer,
};
use tokio::sync::OnceCell;

use crate::{
    ChainCertificates, ConnectError, Dial, Endpoint, LeaseId, Scope, Token, TokenRequest,
    TokenSource, backoff::Backoff, tls::Nobody, token::LIFETIME,
};

/// A clock. It is asked for certificates' dates and for when lines and events came.
pub(crate) type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// How long what was verified on the chain counts: a revoked certificate is found out after this.
const PIN_LIVES: Duration = Duration::from_secs(30 * 60);
/// A token is not used in the last part of its life: the provider's clock may be ahead.
const TOKEN_MARGIN: Duration = Duration::from_secs(60);
/// How many tokens are kept.
const MAX_TOKENS: usize = 64;

/// Whom to trust as a certificate authority.
#[derive(Clone, Debug, Default)]
pub enum Roots {
    /// Whom this computer trusts.
    #[default]
    System,
    /// Only these, in DER: for the demo and for tests.
    Only(Vec<Vec<u8>>),
}

/// How long things may take.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    /// Each step of a connection: address, TCP, TLS.
    pub connect: Duration,
    /// The answer to a request.
    pub answer: Duration,
    /// How long a stream may give no frame at all, pings included. Providers ping every 10 s.
    pub silence: Duration,
    /// The wait before a refused token is replaced and tried once more. It covers clocks that differ a little.
    pub token_retry: Duration,
    /// The first wait before a stream is opened again; each further one is twice as long.
    pub retry_first: Duration,
    /// The longest of these waits.
    pub retry_most: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(15),
            answer: Duration::from_secs(30),
            silence: Duration::from_secs(30),
            token_retry: Duration::from_millis(1_500),
            retry_first: Duration::from_millis(500),
            retry_most: Duration::from_secs(30),
        }
    }
}

/// What a client needs to know.
#[derive(Clone)]
pub struct Config {
    /// The `akash1…` address of the provider.
    pub provider: String,
    /// Where its gateway listens.
    pub endpoint: Endpoint,
    /// How its address is found.
    pub dial: Dial,
    /// Whom to trust as a certificate authority.
    pub roots: Roots,
    /// Who knows the certificates on the chain.
    pub chain: Arc<dyn ChainCertificates>,
    /// Who gives tokens.
    pub tokens: Arc<dyn TokenSource>,
    /// The clock; `None` is this computer's.
    pub clock: Option<Arc<dyn Fn() -> Timestamp + Send + Sync>>,
    /// How long things may take.
    pub timing: Timing,
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("provider", &self.provider)
            .field("endpoint", &self.endpoint)
            .field("dial", &self.dial)
            .finish_non_exhaustive()
    }
}

/// A client to one provider. It holds no connection; what it was told about certificates and its tokens are in memory
/// only. Cloning is cheap and shares both.
#[derive(Clone, Debug)]
pub struct Client(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) config: Config,
    pub(crate) clock: Clock,
    pub(crate) crypto: Arc<CryptoProvider>,
    authorities: OnceCell<Arc<dyn ServerCertVerifier>>,
    pin: Mutex<Option<(Arc<[u8]>, Instant)>>,
    tokens: Mutex<HashMap<(LeaseId, Scope), (Token, Instant)>>,
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.config.fmt(f)
    }
}

impl Client {
    /// Makes a client. Nothing is sent.
    pub fn new(config: Config) -> Self {
        let clock = config
            .clock
            .clone()
            .unwrap_or_else(|| Arc::new(Timestamp::now));
        Self(Arc::new(Inner {
            config,
            clock,
            crypto: Arc::new(rustls::crypto::ring::default_provider()),
            authorities: OnceCell::new(),
            pin: Mutex::new(None),
            tokens: Mutex::new(HashMap::new()),
        }))
    }

    /// The lease that is to be worked with.
    pub fn lease(&self, id: LeaseId) -> Lease {
        Lease {
            client: self.clone(),
            id,
        }
    }
}

/// A lease at its provider. Each stream and each command has a connection of its own.
#[derive(Clone, Debug)]
pub struct Lease {
    pub(crate) client: Client,
    pub(crate) id: LeaseId,
}

impl Lease {
    /// Which lease it is.
    pub fn id(&self) -> LeaseId {
        self.id
    }

    pub(crate) fn timing(&self) -> Timing {
        self.client.0.config.timing
    }

    pub(crate) fn backoff(&self) -> Backoff {
        let timing = self.timing();
        Backoff::new(timing.retry_first, timing.retry_most)
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.client.0.clock)()
    }
}

impl Inner {
    /// Who verifies certificates by CA. Reading the system's store takes a while, so it is done once.
    pub(crate) async fn authorities(&self) -> Result<Arc<dyn ServerCertVerifier>, ConnectError> {
        let made = self.authorities.get_or_try_init(|| async {
            let (roots, crypto) = (self.config.roots.clone(), self.crypto.clone());
            let made = tokio::task::spawn_blocking(move || verifier_of(roots, crypto)).await;
            made.unwrap_or_else(|_| {
                Err("the certificates of this computer cannot be read".to_owned())
            })
            .map_err(ConnectError::Encryption)
        });
        made.await.cloned()
    }

    /// The certificate of the chain that was verified last, while that counts.
    pub(crate) fn pin(&self) -> Option<Arc<[u8]>> {
        let pin = self.pin.lock().unwrap_or_else(PoisonError::into_inner);
        pin.as_ref()
            .filter(|(_, since)| since.elapsed() < PIN_LIVES)
            .map(|(pin, _)| pin.clone())
    }

    pub(crate) fn set_pin(&self, der: Vec<u8>) {
        *self.pin.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((der.into(), Instant::now()));
    }

    /// A token; a new one if `renew`, or if the last is old.
    pub(crate) async fn token(
        &self,
        lease: LeaseId,
        scope: Scope,
        renew: bool,
    ) -> Result<Token, ConnectError> {
        let key = (lease, scope);
        if !renew {
            let kept = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
            let good = kept
                .get(&key)
                .filter(|(_, since)| since.elapsed() < LIFETIME - TOKEN_MARGIN);
            if let Some((token, _)) = good {
                return Ok(token.clone());
            }
        }
        let since = Instant::now();
        let request = TokenRequest {
            provider: self.config.provider.clone(),
            lease,
            scope,
        };
        let asked = self.config.tokens.fresh(request);
        let token = match tokio::time::timeout(self.config.timing.answer, asked).await {
            Ok(given) => given?,
            Err(_) => return Err(ConnectError::Token(crate::TokenError::Unavailable)),
        };
        let mut kept = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, (_, since)| since.elapsed() < LIFETIME);
        if kept.len() >= MAX_TOKENS {
            kept.clear();
        }
        kept.insert(key, (token.clone(), since));
        Ok(token)
    }
}

fn verifier_of(
    roots: Roots,
    crypto: Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, String> {
    let words = |error: &dyn fmt::Display| crate::error::tidy(&error.to_string(), 200);
    match roots {
        Roots::System => match rustls_platform_verifier::Verifier::new(crypto.clone()) {
            Ok(verifier) => Ok(Arc::new(verifier)),
            Err(error) => {
                // Providers that have a certificate on the chain can still be reached.
                tracing::warn!(%error, "this computer trusts no certificate authority");
                Ok(Arc::new(Nobody(crypto)))
            }
        },
        Roots::Only(list) => {
            let mut store = RootCertStore::empty();
            for der in list {
                store
                    .add(CertificateDer::from(der))
                    .map_err(|error| words(&error))?;
            }
            match WebPkiServerVerifier::builder_with_provider(Arc::new(store), crypto).build() {
                Ok(verifier) => Ok(verifier),
                Err(error) => Err(words(&error)),
            }
        }
    }
}
