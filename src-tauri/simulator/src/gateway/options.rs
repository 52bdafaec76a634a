//! The settings of a gateway.

use std::{fmt, net::SocketAddr, sync::Arc, time::Duration};

use jiff::Timestamp;

use super::spec::{LeaseId, World};

/// Tells chain time.
pub type TimeSource = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Tells what runs for a lease, or `None` if there is no such lease or it is closed.
pub type LeaseSource = Arc<dyn Fn(&LeaseId) -> Option<World> + Send + Sync>;

/// The settings of a gateway.
#[derive(Clone)]
pub struct GatewayOptions {
    /// The address to listen on. It must be a loopback address. With port 0 the system picks a free port.
    pub listen: SocketAddr,
    /// The host name for which the gateway has a certificate of the test CA.
    pub host: String,
    /// The address of the provider: the `CN` of its certificate on the chain, and what tokens must name.
    pub provider: String,
    /// The account that owns the leases; a token's `iss`. [`LeaseId::owner`] decides, this is only a convenient default.
    pub owner: String,
    /// Which certificates to present.
    pub certificate: CertificateMode,
    /// Which version of the provider to play.
    pub version: GatewayVersion,
    /// Real time between two pings of a stream. The provider's is 10 s.
    pub ping: Duration,
    /// Real time after a ping in which the client has to send anything. The provider's is 15 s.
    pub read_deadline: Duration,
    /// Chain time: for certificates, tokens and what containers log. `None` is the machine's clock.
    pub clock: Option<TimeSource>,
    /// The leases and what runs for them.
    pub leases: Vec<(LeaseId, World)>,
    /// Whether the provider is offline: then it refuses connections. It is asked at each connection.
    pub is_down: Option<Arc<dyn Fn() -> bool + Send + Sync>>,
    /// Where to ask about leases that are not in `leases`. It is asked at each request.
    pub source: Option<LeaseSource>,
}

/// Which certificates a gateway presents. Clients that name the host get the one of the CA, others the one of the chain,
/// unless stated otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CertificateMode {
    /// Both are right.
    Good,
    /// There is none of a CA: every client gets the right one of the chain.
    ChainOnly,
    /// The one of the CA is for another host name.
    WrongHost,
    /// A CA that nobody trusts signed it.
    UntrustedCa,
    /// Both expired two days ago.
    Expired,
    /// Both will be valid in two days.
    NotYetValid,
    /// Every client gets a self-signed one with the right name and serial, but the chain has another.
    NotOnChain,
    /// Every client gets the self-signed certificate of another account, which is on the chain for that account.
    Foreign {
        /// The address of the other account.
        address: String,
    },
}

/// Which version of the provider a gateway plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GatewayVersion {
    /// Before v0.11.2: most refusals are 500, and all errors of streams close with 4000.
    Old,
    /// v0.11.2 and later: 400 and 401, and 4001 and 4002.
    Current,
}

impl Default for GatewayOptions {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            host: "provider.ca.test".to_owned(),
            provider: "akash1t3xpjep5pt99kefe8wlf6vjfeht3hcnxklz8nh".to_owned(),
            owner: "akash1fsgzj6t7udv8zhf6zj32mkqhcjcpv52y9trpyw".to_owned(),
            certificate: CertificateMode::Good,
            version: GatewayVersion::Current,
            ping: Duration::from_secs(10),
            read_deadline: Duration::from_secs(15),
            clock: None,
            leases: Vec::new(),
            is_down: None,
            source: None,
        }
    }
}

impl fmt::Debug for GatewayOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GatewayOptions")
            .field("listen", &self.listen)
            .field("host", &self.host)
            .field("provider", &self.provider)
            .field("certificate", &self.certificate)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}
