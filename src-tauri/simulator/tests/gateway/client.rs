//! A plain client: rustls, tokio-tungstenite and a hand-written GET.

use std::{sync::Arc, time::Duration};

use akash_simulator::gateway::{Gateway, GatewayOptions, LeaseId, Service, TokenClaims, World};
use futures_util::{SinkExt, StreamExt};
use rustls::{
    ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, ring, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{TlsConnector, client::TlsStream};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Error, Message, client::IntoClientRequest},
};

/// Nothing here takes this long.
const LONG: Duration = Duration::from_secs(60);

pub(crate) type Socket = WebSocketStream<TlsStream<TcpStream>>;

/// A gateway with one lease, and a token for it.
pub(crate) struct Bench {
    pub(crate) gateway: Gateway,
    pub(crate) lease: LeaseId,
}

impl Bench {
    pub(crate) async fn new(world: World) -> Self {
        Self::with(GatewayOptions::default(), world).await
    }

    pub(crate) async fn with(mut options: GatewayOptions, world: World) -> Self {
        let lease = LeaseId::new(&options.owner, 24_260_271);
        options.leases.push((lease.clone(), world));
        let gateway = Gateway::start(options).await.expect("a gateway starts");
        Self { gateway, lease }
    }

    /// One quiet service, `web`.
    pub(crate) async fn quiet() -> Self {
        Self::new(World::of(Service::new("web", "nginx:1").quiet())).await
    }

    pub(crate) fn token(&self) -> String {
        let scopes = [
            "logs",
            "events",
            "shell",
            "status",
            "get-manifest",
            "send-manifest",
        ];
        self.gateway
            .token(&TokenClaims::for_lease(&self.lease, &scopes))
    }

    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/lease/{}/1/1/{rest}", self.lease.dseq)
    }

    /// Opens a stream of the lease.
    pub(crate) async fn open(&self, rest: &str) -> Socket {
        self.open_with(rest, Some(&self.token()))
            .await
            .expect("the stream opens")
    }

    pub(crate) async fn open_with(&self, rest: &str, token: Option<&str>) -> Result<Socket, Error> {
        let tls = self.connect().await.expect("TLS works");
        let mut request =
            format!("wss://{}{}", self.gateway.host(), self.path(rest)).into_client_request()?;
        if let Some(token) = token {
            request
                .headers_mut()
                .insert("authorization", format!("Bearer {token}").parse().unwrap());
        }
        timeout(LONG, client_async(request, tls))
            .await
            .expect("an answer comes")
            .map(|(socket, _)| socket)
    }

    /// Opens a shell that runs a command.
    pub(crate) async fn shell(&self, command: &[&str], flags: &str) -> Shell {
        let arguments = command
            .iter()
            .enumerate()
            .map(|(index, part)| format!("&cmd{index}={}", escape(part)));
        let query = format!(
            "shell?service=web&podIndex=0&{flags}{}",
            arguments.collect::<String>()
        );
        Shell {
            socket: self.open(&query).await,
            stdout: Vec::new(),
            stderr: Vec::new(),
        }
    }

    /// Runs a script without input to its end.
    pub(crate) async fn run(&self, script: &str) -> (String, String, Value) {
        let mut shell = self.shell(&["sh", "-c", script], "tty=0&stdin=0").await;
        let result = shell.result().await;
        (
            String::from_utf8_lossy(&shell.stdout).into(),
            String::from_utf8_lossy(&shell.stderr).into(),
            result,
        )
    }

    pub(crate) async fn connect(&self) -> std::io::Result<TlsStream<TcpStream>> {
        let name = ServerName::try_from(self.gateway.host().to_owned()).unwrap();
        connect(&self.gateway, trusting(self.gateway.ca_pem()), name).await
    }

    /// Sends a request and gives the status and the body.
    pub(crate) async fn get(&self, path: &str, token: Option<&str>) -> (u16, String) {
        let header = token
            .map(|token| format!("Authorization: Bearer {token}\r\n"))
            .unwrap_or_default();
        self.request(&format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{header}\r\n",
            self.gateway.host()
        ))
        .await
    }

    pub(crate) async fn request(&self, text: &str) -> (u16, String) {
        let mut tls = self.connect().await.expect("TLS works");
        tls.write_all(text.as_bytes()).await.unwrap();
        let mut answer = String::new();
        timeout(LONG, tls.read_to_string(&mut answer))
            .await
            .expect("an answer comes")
            .unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, body.to_owned())
    }
}

/// A shell and what it said so far.
pub(crate) struct Shell {
    pub(crate) socket: Socket,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
}

impl Shell {
    pub(crate) async fn send(&mut self, code: u8, payload: &[u8]) {
        self.socket
            .send(Message::binary([&[code], payload].concat()))
            .await
            .unwrap();
    }

    pub(crate) async fn type_text(&mut self, text: &str) {
        self.send(104, text.as_bytes()).await;
    }

    /// Takes one frame; its code, and the payload of a result.
    pub(crate) async fn step(&mut self) -> (u8, Vec<u8>) {
        match next(&mut self.socket).await {
            Some(Ok(Message::Binary(bytes))) => {
                let (code, payload) = bytes.split_first().expect("a code");
                match code {
                    100 => self.stdout.extend_from_slice(payload),
                    101 => self.stderr.extend_from_slice(payload),
                    _ => {}
                }
                (*code, payload.to_vec())
            }
            other => panic!(
                "no frame but {other:?}; so far {:?}",
                String::from_utf8_lossy(&self.stdout)
            ),
        }
    }

    /// Waits until the output has a text.
    pub(crate) async fn until(&mut self, text: &str) {
        while !String::from_utf8_lossy(&self.stdout).contains(text) {
            let (code, payload) = self.step().await;
            assert!(
                code != 102,
                "ended with {:?}, so far {:?}",
                String::from_utf8_lossy(&payload),
                String::from_utf8_lossy(&self.stdout)
            );
        }
    }

    /// Waits until standard error has a text.
    pub(crate) async fn until_error(&mut self, text: &str) {
        while !String::from_utf8_lossy(&self.stderr).contains(text) {
            self.step().await;
        }
    }

    /// The result, and checks that the stream ends after it without a close frame.
    pub(crate) async fn result(&mut self) -> Value {
        loop {
            let (code, payload) = self.step().await;
            if code == 102 {
                let end = next(&mut self.socket).await;
                assert!(is_end(end.as_ref()), "{end:?}");
                return serde_json::from_slice(&payload).expect("JSON");
            }
        }
    }
}

/// The next message that is no ping.
pub(crate) async fn next(socket: &mut Socket) -> Option<Result<Message, Error>> {
    loop {
        let next = timeout(LONG, socket.next()).await.expect("something comes");
        if !matches!(next, Some(Ok(Message::Ping(_) | Message::Pong(_)))) {
            return next;
        }
    }
}

/// Whether a stream ended as the gateway ends it: TLS in order, no close frame.
pub(crate) fn is_end(next: Option<&Result<Message, Error>>) -> bool {
    use tokio_tungstenite::tungstenite::error::ProtocolError::ResetWithoutClosingHandshake;
    matches!(
        next,
        Some(Err(Error::Protocol(ResetWithoutClosingHandshake)))
    )
}

/// Whether a stream lost its connection: no end of TLS.
pub(crate) fn is_cut(next: Option<&Result<Message, Error>>) -> bool {
    matches!(next, Some(Err(Error::Io(_))))
}

/// The lines of a log until its end: the pods and the messages; and the end.
pub(crate) async fn lines(
    socket: &mut Socket,
) -> (Vec<(String, String)>, Option<Result<Message, Error>>) {
    let mut lines = Vec::new();
    loop {
        match next(socket).await {
            Some(Ok(Message::Text(text))) => lines.push(line(&text)),
            end => return (lines, end),
        }
    }
}

pub(crate) fn line(text: &str) -> (String, String) {
    assert!(text.ends_with('\n'), "{text:?}");
    let line: Value = serde_json::from_str(text).expect("JSON");
    (
        line["name"].as_str().unwrap().to_owned(),
        line["message"].as_str().unwrap().to_owned(),
    )
}

/// The code and the reason of a close frame.
pub(crate) fn close_of(next: Option<Result<Message, Error>>) -> (u16, String) {
    match next {
        Some(Ok(Message::Close(Some(frame)))) => (frame.code.into(), frame.reason.to_string()),
        other => panic!("no close frame but {other:?}"),
    }
}

/// The status and the body of a refused stream.
pub(crate) fn refusal<T>(opened: Result<T, Error>) -> (u16, String) {
    match opened {
        Err(Error::Http(response)) => {
            let body = response.body().clone().unwrap_or_default();
            (response.status().as_u16(), String::from_utf8(body).unwrap())
        }
        Err(error) => panic!("{error:?}"),
        Ok(_) => panic!("it opened"),
    }
}

pub(crate) async fn connect(
    gateway: &Gateway,
    config: ClientConfig,
    name: ServerName<'static>,
) -> std::io::Result<TlsStream<TcpStream>> {
    connect_to(gateway.addr(), config, name).await
}

pub(crate) async fn connect_to(
    address: std::net::SocketAddr,
    config: ClientConfig,
    name: ServerName<'static>,
) -> std::io::Result<TlsStream<TcpStream>> {
    let tcp = TcpStream::connect(address).await?;
    tcp.set_nodelay(true)?;
    let handshake = TlsConnector::from(Arc::new(config)).connect(name, tcp);
    timeout(LONG, handshake).await.expect("the handshake ends")
}

pub(crate) fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// A client that trusts one root.
pub(crate) fn trusting(root: &str) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(root.as_bytes()).unwrap())
        .unwrap();
    let builder = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .unwrap();
    builder.with_root_certificates(roots).with_no_client_auth()
}

/// A client that takes one certificate only, byte for byte.
pub(crate) fn pinned(certificate: &str) -> ClientConfig {
    let der = CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap();
    let builder = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .unwrap();
    builder
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Pinned(der)))
        .with_no_client_auth()
}

#[derive(Debug)]
struct Pinned(CertificateDer<'static>);

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if leaf.as_ref() == self.0.as_ref() {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(rustls::Error::General("another certificate".to_owned()))
        }
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(rustls::Error::General("TLS 1.2".to_owned()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(
            message,
            leaf,
            signature,
            &provider().signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        provider()
            .signature_verification_algorithms
            .supported_schemes()
    }
}

/// Escapes a value of a query.
pub(crate) fn escape(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}
