//! Starts and stops a gateway.

use std::{convert::Infallible, io, net::SocketAddr, sync::Arc, time::Duration};

use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
    time::timeout,
};
use tokio_rustls::TlsAcceptor;

use super::{
    certificates::{CertificateError, Certificates},
    chain::{self, ChainMode},
    fault::Fault,
    handle::LeaseHandle,
    lease::Lease,
    options::GatewayOptions,
    route,
    shared::{Counts, Open, Shared},
    spec::{LeaseId, World},
    token::TokenClaims,
};
use crate::sync::lock;

/// How many connections may be open at once.
const MAX_CONNECTIONS: usize = 1_000;
/// How long a handshake may take.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(20);
/// How long the head of a request may take: the provider's `ReadHeaderTimeout`.
const HEADER_TIMEOUT: Duration = Duration::from_secs(3);

/// Why a gateway did not start.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    /// The address is not a loopback address.
    #[error("the gateway listens on loopback addresses only, not on {0}")]
    NotLoopback(SocketAddr),
    /// The system refused the address.
    #[error("cannot listen on {address}")]
    Listen {
        /// The configured address.
        address: SocketAddr,
        /// The system's error.
        source: io::Error,
    },
    /// The certificates could not be made.
    #[error("cannot make the certificates of the gateway: {0}")]
    Certificates(String),
}

/// A running gateway. It serves until it is dropped.
pub struct Gateway {
    shared: Arc<Shared>,
    ca_pem: String,
    addr: SocketAddr,
    chain: Option<ChainNode>,
    task: JoinHandle<()>,
}

/// A node of the chain that knows the certificates of some gateways. It serves until it is dropped.
pub(crate) struct ChainNode {
    addr: SocketAddr,
    task: JoinHandle<()>,
}

impl Gateway {
    /// Starts a gateway on the current tokio runtime.
    ///
    /// # Errors
    /// See [`GatewayError`].
    pub async fn start(options: GatewayOptions) -> Result<Self, GatewayError> {
        let mut gateway = Self::without_chain(options).await?;
        gateway.chain = Some(ChainNode::start(std::slice::from_ref(&gateway)).await?);
        Ok(gateway)
    }

    /// The same without a node of the chain.
    ///
    /// # Errors
    /// See [`GatewayError`].
    pub(crate) async fn without_chain(options: GatewayOptions) -> Result<Self, GatewayError> {
        let listen = options.listen;
        if !listen.ip().is_loopback() {
            return Err(GatewayError::NotLoopback(listen));
        }
        let (listener, addr) = bind(listen).await?;
        let now = options
            .clock
            .as_ref()
            .map_or_else(jiff::Timestamp::now, |clock| clock());
        // The serial number is the time in nanoseconds; the port keeps those of one moment apart.
        let nanoseconds = u64::try_from(now.as_nanosecond()).unwrap_or(1 << 60);
        let serial = nanoseconds.wrapping_add(u64::from(addr.port()));
        let Certificates {
            ca_pem,
            on_chain,
            config,
        } = Certificates::make(
            &options.host,
            &options.provider,
            &options.certificate,
            serial,
            now,
        )
        .map_err(|error: CertificateError| GatewayError::Certificates(describe(&error)))?;
        let shared = Arc::new(Shared::new(options, on_chain));
        let task = tokio::spawn(serve(shared.clone(), listener, TlsAcceptor::from(config)));
        Ok(Self {
            shared,
            ca_pem,
            addr,
            chain: None,
            task,
        })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The host name for which it has a certificate of the test CA. To reach it connect to [`Gateway::addr`].
    pub fn host(&self) -> &str {
        &self.shared.options.host
    }

    /// The provider's address.
    pub fn provider(&self) -> &str {
        &self.shared.options.provider
    }

    /// `https://HOST:PORT`, with the host name. The name leads nowhere: connect to [`Gateway::addr`].
    pub fn host_uri(&self) -> String {
        format!("https://{}:{}", self.host(), self.addr.port())
    }

    /// The root of the test CA, in PEM.
    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// The certificate that is on the chain, in PEM.
    pub fn chain_certificate_pem(&self) -> &str {
        &self.shared.certificate.pem
    }

    /// The serial number of that certificate.
    pub fn chain_certificate_serial(&self) -> u64 {
        self.shared.certificate.serial
    }

    /// The URL of the chain's REST node, for `/akash/cert/v1/certificates/list`.
    pub fn chain_url(&self) -> String {
        self.chain.as_ref().map(ChainNode::url).unwrap_or_default()
    }

    /// Sets what the chain answers.
    pub fn set_chain(&self, mode: ChainMode) {
        *lock(&self.shared.chain) = mode;
    }

    /// Sets a fault until it is cleared.
    pub fn set(&self, fault: Fault) {
        self.shared.faults.set(fault, None);
    }

    /// Sets a fault for the next `times` uses.
    pub fn set_times(&self, fault: Fault, times: u32) {
        self.shared.faults.set(fault, Some(times));
    }

    /// Clears all faults.
    pub fn clear_faults(&self) {
        self.shared.faults.clear();
    }

    /// How many `Authorization` headers it saw.
    pub fn tokens_seen(&self) -> u64 {
        self.counts().tokens
    }

    /// What it saw.
    pub fn counts(&self) -> Counts {
        self.shared.counters.get()
    }

    /// A token with these claims, issued now.
    pub fn token(&self, claims: &TokenClaims) -> String {
        claims.encode(&self.shared.options.provider, self.shared.now().as_second())
    }

    /// Adds a lease, or replaces one.
    pub fn add_lease(&self, id: &LeaseId, world: World) {
        self.shared
            .add_lease(id, Lease::new(id, world, self.shared.now()));
    }

    /// A lease that is active, to change what runs for it.
    pub fn lease(&self, id: &LeaseId) -> Option<LeaseHandle> {
        let lease = self.shared.lease(id)?;
        Some(LeaseHandle {
            lease,
            now: self.shared.now(),
        })
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.shared.stop();
        self.task.abort();
    }
}

impl ChainNode {
    /// Starts a node on loopback.
    ///
    /// # Errors
    /// The system has no free port.
    pub(crate) async fn start(gateways: &[Gateway]) -> Result<Self, GatewayError> {
        let (listener, addr) = bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
        let known = gateways
            .iter()
            .map(|gateway| gateway.shared.clone())
            .collect();
        let task = tokio::spawn(serve_chain(known, listener));
        Ok(Self { addr, task })
    }

    /// Its URL.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.addr)
    }
}

impl Drop for ChainNode {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), GatewayError> {
    let failed = |source| GatewayError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

/// An error and its causes.
fn describe(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}

/// Takes connections until it is aborted, which also ends all of them.
async fn accept(
    listener: TcpListener,
    mut handle: impl FnMut(TcpStream) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>>,
) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            taken = listener.accept() => match taken {
                Ok((stream, _)) if connections.len() < MAX_CONNECTIONS => {
                    connections.spawn(handle(stream));
                }
                Ok(_) => {}
                // Too many open files, for instance: others have to end first.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve(shared: Arc<Shared>, listener: TcpListener, tls: TlsAcceptor) {
    let handle = |stream| -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(connection(shared.clone(), tls.clone(), stream))
    };
    accept(listener, handle).await;
}

async fn connection(shared: Arc<Shared>, tls: TlsAcceptor, stream: TcpStream) {
    let _open = Open::new(&shared, |counts| &mut counts.open_connections);
    shared.counters.change(|counts| counts.connections += 1);
    let is_down = shared
        .options
        .is_down
        .as_ref()
        .is_some_and(|is_down| is_down());
    if is_down || shared.faults.has(&Fault::RefuseConnections) {
        return;
    }
    if shared.faults.has(&Fault::NeverHandshake) {
        return std::future::pending().await;
    }
    let _ = stream.set_nodelay(true);
    let Ok(Ok(stream)) = timeout(HANDSHAKE_TIMEOUT, tls.accept(stream)).await else {
        return;
    };
    let number = shared
        .counters
        .handshake(stream.get_ref().1.server_name().map(str::to_owned));
    let service = service_fn(move |request: Request<Incoming>| {
        let shared = shared.clone();
        async move { Ok::<_, Infallible>(route::answer(shared, number, request).await) }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT);
    // A connection that breaks is the client's affair.
    let _ = http
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades()
        .await;
}

async fn serve_chain(known: Arc<[Arc<Shared>]>, listener: TcpListener) {
    let handle = |stream| -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
        let known = known.clone();
        Box::pin(async move {
            let service = service_fn(move |request: Request<Incoming>| {
                let known = known.clone();
                async move { Ok::<_, Infallible>(chain::answer(known, request).await) }
            });
            let mut http = http1::Builder::new();
            http.timer(TokioTimer::new())
                .header_read_timeout(HEADER_TIMEOUT);
            let _ = http.serve_connection(TokioIo::new(stream), service).await;
        })
    };
    accept(listener, handle).await;
}
