//! Requests and streams of a lease: verified encryption first, then the token.

use bytes::Bytes;
use http_body_util::{BodyExt, Empty, Limited};
use hyper::{
    Request,
    header::{AUTHORIZATION, HOST, HeaderValue},
};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, task::JoinSet, time::timeout};
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::{
    client_async_with_config,
    tungstenite::{Error as WsError, client::IntoClientRequest},
};

use crate::{
    CertificateError, ConnectError, Lease, Refusal, Scope, Step, Token,
    client::Inner,
    dial,
    error::tidy,
    socket::{self, Frames, Outbox, RawSocket},
    tls::{self, Seen, Verdict, Verifier},
};

/// The largest answer that is read.
const MAX_BODY: usize = 2 << 20;

impl Inner {
    /// An encrypted connection whose certificate was verified.
    async fn secure(&self) -> Result<TlsStream<TcpStream>, ConnectError> {
        let config = &self.config;
        let ca = self.authorities().await?;
        let mut asked = false;
        loop {
            let stream =
                dial::connect(config.dial, &config.endpoint, config.timing.connect).await?;
            let seen = Seen::default();
            let verifier = Verifier {
                ca: ca.clone(),
                crypto: self.crypto.clone(),
                provider: config.provider.clone(),
                pin: self.pin(),
                seen: seen.clone(),
            };
            let settings = tls::config(
                self.crypto.clone(),
                self.clock.clone(),
                std::sync::Arc::new(verifier),
            )
            .map_err(|error| ConnectError::Encryption(tidy(&error.to_string(), 200)))?;
            let secured =
                dial::encrypt(stream, &config.endpoint, settings, config.timing.connect).await;
            let error = match (secured, seen.take()) {
                (Ok(stream), Some(by @ (Verdict::ByCa | Verdict::ByChain))) => {
                    tracing::debug!(
                        host = config.endpoint.host(),
                        ?by,
                        "verified a provider's certificate"
                    );
                    return Ok(stream);
                }
                (Err(_), Some(Verdict::AskChain { serial, der })) if !asked => {
                    asked = true;
                    tls::certificate_of(config.chain.as_ref(), &config.provider, &serial, &der)
                        .await?;
                    self.set_pin(der);
                    continue;
                }
                // It changed while the chain was asked.
                (_, Some(Verdict::AskChain { .. })) => CertificateError::DiffersFromChain.into(),
                (_, Some(Verdict::Refused(error))) => error.into(),
                (Err(error), _) => error,
                (Ok(_), None) => ConnectError::Encryption("no certificate was shown".to_owned()),
            };
            return Err(error);
        }
    }
}

impl Lease {
    /// Opens a stream. A token that is refused is replaced once.
    pub(crate) async fn open(
        &self,
        scope: Scope,
        rest: &str,
    ) -> Result<(Outbox, Frames), ConnectError> {
        let socket = match self.open_once(scope, rest, false).await {
            Err(ConnectError::Refused(Refusal::Token(_))) => {
                tokio::time::sleep(self.timing().token_retry).await;
                self.open_once(scope, rest, true).await?
            }
            other => other?,
        };
        Ok(socket::split(socket, self.timing().silence))
    }

    /// Asks for something. A token that is refused is replaced once.
    pub(crate) async fn get(&self, scope: Scope, rest: &str) -> Result<Bytes, ConnectError> {
        match self.get_once(scope, rest, false).await {
            Err(ConnectError::Refused(Refusal::Token(_))) => {
                tokio::time::sleep(self.timing().token_retry).await;
                self.get_once(scope, rest, true).await
            }
            other => other,
        }
    }

    fn host(&self) -> String {
        let endpoint = &self.client.0.config.endpoint;
        format!("{}:{}", endpoint.host(), endpoint.port())
    }

    async fn open_once(
        &self,
        scope: Scope,
        rest: &str,
        renew: bool,
    ) -> Result<RawSocket, ConnectError> {
        // The provider waits three seconds for a request, so the token has to be there before the connection.
        let token = self.client.0.token(self.id, scope, renew).await?;
        let url = format!("wss://{}{}", self.host(), self.id.path(rest));
        let mut request = url
            .into_client_request()
            .map_err(|error| malformed(&error))?;
        request.headers_mut().insert(AUTHORIZATION, header(&token)?);
        let stream = self.client.0.secure().await?;
        let opened = client_async_with_config(request, stream, Some(socket::settings()));
        match timeout(self.timing().answer, opened).await {
            Ok(Ok((socket, _))) => Ok(socket),
            Ok(Err(WsError::Http(response))) => {
                let body = response.body().as_deref().unwrap_or_default();
                Err(Refusal::of(response.status().as_u16(), body).into())
            }
            Ok(Err(WsError::Io(error))) => Err(ConnectError::Unreachable(error.kind())),
            Ok(Err(error)) => Err(malformed(&error)),
            Err(_) => Err(ConnectError::TimedOut(Step::Answer)),
        }
    }

    async fn get_once(&self, scope: Scope, rest: &str, renew: bool) -> Result<Bytes, ConnectError> {
        let token = self.client.0.token(self.id, scope, renew).await?;
        let request = Request::get(self.id.path(rest))
            .header(HOST, self.host())
            .header(AUTHORIZATION, header(&token)?)
            .body(Empty::<Bytes>::new())
            .map_err(|error| malformed(&error))?;
        let stream = self.client.0.secure().await?;
        let work = async {
            let made = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await;
            let (mut sender, connection) = made.map_err(|error| lost(&error))?;
            // The set ends the connection when this is dropped.
            let mut driver = JoinSet::new();
            driver.spawn(connection);
            let response = sender
                .send_request(request)
                .await
                .map_err(|error| lost(&error))?;
            let status = response.status().as_u16();
            let body = Limited::new(response.into_body(), MAX_BODY).collect().await;
            let body = body.map_err(|error| malformed(&error))?.to_bytes();
            if status == 200 {
                Ok(body)
            } else {
                Err(Refusal::of(status, &body).into())
            }
        };
        timeout(self.timing().answer, work)
            .await
            .unwrap_or(Err(ConnectError::TimedOut(Step::Answer)))
    }
}

fn header(token: &Token) -> Result<HeaderValue, ConnectError> {
    let mut value = HeaderValue::from_str(&token.header()).map_err(|_| {
        ConnectError::Malformed("the token has characters that no token has".to_owned())
    })?;
    value.set_sensitive(true);
    Ok(value)
}

fn malformed(error: &dyn std::fmt::Display) -> ConnectError {
    ConnectError::Malformed(tidy(&error.to_string(), 200))
}

fn lost(error: &hyper::Error) -> ConnectError {
    let cause =
        std::error::Error::source(error).and_then(|cause| cause.downcast_ref::<std::io::Error>());
    match cause {
        Some(cause) => ConnectError::Unreachable(cause.kind()),
        None if error.is_parse() => malformed(error),
        None => ConnectError::Unreachable(std::io::ErrorKind::UnexpectedEof),
    }
}

/// A value of a query, escaped.
pub(crate) fn escape(value: &str) -> String {
    url::form_urlencoded::byte_serialize(value.as_bytes()).collect()
}
