//! A gateway with one lease, and a client for it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use akash_provider::{
    BoxFuture, Client, Config, Dial, Endpoint, Lease, LeaseId, RestChain, Roots, Timing, Token,
    TokenError, TokenRequest, TokenSource,
};
use akash_simulator::gateway::{
    Gateway, GatewayOptions, LeaseHandle, LeaseId as TheirLease, Service, TokenClaims, World,
};
use rustls::pki_types::{CertificateDer, pem::PemObject};
use tokio::time::timeout;

/// Nothing here takes this long.
pub(crate) const LONG: Duration = Duration::from_secs(120);
/// The number of the deployment.
pub(crate) const DSEQ: u64 = 24_260_271;

pub(crate) struct Bench {
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) lease: Lease,
    pub(crate) tokens: Arc<Tokens>,
}

/// Gives tokens as the Console would.
pub(crate) struct Tokens {
    gateway: Arc<Gateway>,
    owner: String,
    /// How many were given.
    pub(crate) given: AtomicU64,
    /// How many of the next ones are expired.
    pub(crate) expired: AtomicU64,
}

impl TokenSource for Tokens {
    fn fresh(&self, request: TokenRequest) -> BoxFuture<'_, Result<Token, TokenError>> {
        Box::pin(async move {
            self.given.fetch_add(1, Ordering::SeqCst);
            let lease = TheirLease::new(&self.owner, request.lease.dseq);
            let mut claims = TokenClaims::for_lease(&lease, &[]);
            claims.leases = Some(request.leases());
            let left = self
                .expired
                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
                    left.checked_sub(1)
                });
            if left.is_ok() {
                claims.expires_in = -10;
            }
            Ok(Token::new(self.gateway.token(&claims)))
        })
    }
}

impl Bench {
    pub(crate) async fn new(world: World) -> Self {
        Self::with(GatewayOptions::default(), world).await
    }

    /// One quiet service, `web`.
    pub(crate) async fn quiet() -> Self {
        Self::new(World::of(Service::new("web", "nginx:1").quiet())).await
    }

    pub(crate) async fn with(mut options: GatewayOptions, world: World) -> Self {
        let owner = options.owner.clone();
        options.leases.push((TheirLease::new(&owner, DSEQ), world));
        let gateway = Arc::new(Gateway::start(options).await.expect("a gateway starts"));
        let tokens = Arc::new(Tokens {
            gateway: gateway.clone(),
            owner,
            given: AtomicU64::new(0),
            expired: AtomicU64::new(0),
        });
        let client = Client::new(config(&gateway, tokens.clone()));
        let lease = client.lease(LeaseId {
            dseq: DSEQ,
            gseq: 1,
            oseq: 1,
        });
        Self {
            gateway,
            lease,
            tokens,
        }
    }

    /// The same with other settings.
    pub(crate) fn lease_with(&self, change: impl FnOnce(&mut Config)) -> Lease {
        let mut config = config(&self.gateway, self.tokens.clone());
        change(&mut config);
        Client::new(config).lease(self.lease.id())
    }

    /// What runs.
    pub(crate) fn world(&self) -> LeaseHandle {
        let lease = TheirLease::new(&self.tokens.owner, DSEQ);
        self.gateway.lease(&lease).expect("the lease is active")
    }
}

fn config(gateway: &Gateway, tokens: Arc<dyn TokenSource>) -> Config {
    let root = CertificateDer::from_pem_slice(gateway.ca_pem().as_bytes()).expect("a root");
    Config {
        provider: gateway.provider().to_owned(),
        endpoint: Endpoint::parse(&gateway.host_uri()).expect("an address"),
        dial: Dial::At(gateway.addr()),
        roots: Roots::Only(vec![root.to_vec()]),
        chain: Arc::new(RestChain::new(&gateway.chain_url()).expect("a node")),
        tokens,
        clock: None,
        timing: Timing {
            token_retry: Duration::from_millis(10),
            retry_first: Duration::from_millis(10),
            retry_most: Duration::from_millis(50),
            ..Timing::default()
        },
    }
}

/// Waits for something that has to come.
pub(crate) async fn soon<T>(work: impl Future<Output = T>) -> T {
    timeout(LONG, work).await.expect("it comes in time")
}
