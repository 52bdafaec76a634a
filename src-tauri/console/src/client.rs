//! The connection: one HTTP client, one address, one key.

use std::{
    fmt,
    net::IpAddr,
    sync::{Arc, RwLock},
    time::{Duration, Instant},
};

use reqwest::{
    Response,
    header::{CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER},
    redirect::Policy,
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::{Host, Url};

use crate::{
    Certificate, Error, Kind, Outcome,
    call::{Call, Op},
    classify::{self, Body},
    clock::{ServerTime, http_date, retry_after},
    error::Report,
    json::{Fields, Mismatch, Read},
    polite::{Limiter, Pauses},
};

/// How to reach a Console.
pub struct Options {
    /// Its address; `https`, or `http` on this computer alone.
    pub base_url: Url,
    /// The key. Without one, only what is public can be asked. It is sent to this address and to no
    /// other.
    pub api_key: Option<SecretString>,
    /// Who asks: program, version and where to find its people.
    pub user_agent: String,
}

/// A client of one Console with one key. Cheap to clone; clones share the connection.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
    most: Option<Duration>,
    once: bool,
    first: bool,
}

struct Inner {
    http: reqwest::Client,
    base: Url,
    key: Option<Key>,
    certificate: RwLock<Option<Certificate>>,
    limiter: Limiter,
    time: RwLock<Option<ServerTime>>,
}

struct Key {
    text: SecretString,
    header: HeaderValue,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let base = self.inner.base.as_str();
        f.debug_struct("Client")
            .field("base_url", &base)
            .finish_non_exhaustive()
    }
}

const CONNECT: Duration = Duration::from_secs(10);

impl Client {
    /// Builds a client; sends nothing. Takes some 30 ms, because it reads the system's certificates.
    ///
    /// # Errors
    /// [`Kind::InvalidRequest`] for an address that is not `https` (or `http` on this computer) or
    /// that carries a name and password, [`Kind::BadKey`] for a key that can't be sent, and
    /// [`Kind::Tls`] when the system's certificates can't be used.
    pub fn new(options: Options) -> Result<Self, Error> {
        let Options {
            base_url: mut base,
            api_key,
            user_agent,
        } = options;
        let refused = |kind, cause: &str| {
            Err(Error(Box::new(Report {
                kind,
                outcome: Outcome::No,
                repeatable: true,
                request: "connect".into(),
                status: None,
                code: None,
                message: None,
                cause: Some(cause.to_owned()),
                request_id: None,
                missing: None,
            })))
        };
        let local = on_this_computer(&base);
        match base.scheme() {
            "https" => {}
            "http" if local => {}
            _ => {
                return refused(
                    Kind::InvalidRequest,
                    "the address has to begin with https://",
                );
            }
        }
        if !base.username().is_empty() || base.password().is_some() {
            return refused(
                Kind::InvalidRequest,
                "the address can't hold a name or password",
            );
        }
        base.set_query(None);
        base.set_fragment(None);
        let key = match api_key {
            None => None,
            Some(text) => {
                let Ok(mut header) = HeaderValue::from_str(text.expose_secret().trim()) else {
                    return refused(Kind::BadKey, "the key holds characters that no key has");
                };
                header.set_sensitive(true);
                Some(Key { text, header })
            }
        };
        // An error means that the program has chosen already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .user_agent(user_agent)
            // A redirect would carry the key to another host.
            .redirect(Policy::none())
            .referer(false)
            .https_only(base.scheme() == "https")
            .connect_timeout(CONNECT)
            .pool_idle_timeout(Duration::from_secs(50))
            .http2_keep_alive_interval(Duration::from_secs(20))
            .http2_keep_alive_timeout(Duration::from_secs(20))
            .tcp_keepalive(Duration::from_secs(30));
        if local {
            // A proxy would be handed the key in the clear.
            builder = builder.no_proxy();
        }
        let http = match builder.build() {
            Ok(http) => http,
            Err(error) => {
                let cause = classify::root(&error).unwrap_or_default();
                return refused(Kind::Tls, &cause);
            }
        };
        let inner = Inner {
            http,
            base,
            key,
            certificate: RwLock::default(),
            limiter: Limiter::default(),
            time: RwLock::default(),
        };
        Ok(Self {
            inner: Arc::new(inner),
            most: None,
            once: false,
            first: false,
        })
    }

    /// The same client with a time limit of its own: no call takes longer, where it would have its
    /// own limit of 30 or 100 seconds otherwise.
    #[must_use]
    pub fn with_time_limit(mut self, most: Duration) -> Self {
        self.most = Some(most);
        self
    }

    /// The same client, never asking twice.
    #[must_use]
    pub fn without_retries(mut self) -> Self {
        self.once = true;
        self
    }

    /// The same client for what a person waits for: its reads stand in no queue and do not wait for the end of a pause that the server asked
    /// for. The server may still refuse them.
    #[must_use]
    pub fn ahead_of_others(mut self) -> Self {
        self.first = true;
        self
    }

    /// The Console's address.
    #[must_use]
    pub fn base_url(&self) -> &Url {
        &self.inner.base
    }

    /// Whether a key as the Console lists it is the one that this client sends, as far as its first and last letters show.
    #[must_use]
    pub fn uses(&self, listed: &crate::ApiKey) -> bool {
        let key = self
            .inner
            .key
            .as_ref()
            .map(|key| key.text.expose_secret().trim());
        let shown = listed.key_format.as_deref();
        let ends = shown.and_then(|shown| shown.split_once("***"));
        match (key, ends) {
            (Some(key), Some((first, last))) => {
                key.len() > first.len() + last.len()
                    && key.starts_with(first)
                    && key.ends_with(last)
            }
            _ => false,
        }
    }

    /// The server's clock, from its last answer: the time of the chain, to count ages by.
    #[must_use]
    pub fn server_time(&self) -> Option<ServerTime> {
        self.inner.time.read().ok().and_then(|time| *time)
    }

    /// Until when the server, having had too many requests, last asked for a pause; past or to come. Reads wait for its end by themselves;
    /// whoever asks again and again may want to begin later, and slower.
    #[must_use]
    pub fn asked_to_pause_until(&self) -> Option<Instant> {
        self.inner.limiter.until()
    }

    /// The certificate an older server asked for.
    pub(crate) fn certificate(&self) -> Option<Certificate> {
        self.inner.certificate.read().ok()?.clone()
    }

    pub(crate) fn keep_certificate(&self, certificate: Certificate) {
        if let Ok(mut kept) = self.inner.certificate.write() {
            *kept = Some(certificate);
        }
    }

    /// Makes a call and reads its answer's `data`.
    pub(crate) async fn data<T: Read + Send + 'static>(&self, call: Call) -> Result<T, Error> {
        self.read(call, |value| value.must("data")).await
    }

    /// Makes a call and reads its answer, which has no `data` around it.
    pub(crate) async fn bare<T: Read + Send + 'static>(&self, call: Call) -> Result<T, Error> {
        self.read(call, T::read).await
    }

    /// Makes a call whose answer matters only in that it is a success.
    pub(crate) async fn done(&self, call: Call) -> Result<(), Error> {
        self.send(&call).await.map(drop)
    }

    pub(crate) async fn read<T: Send + 'static>(
        &self,
        call: Call,
        read: impl Fn(&Value) -> Result<T, Mismatch> + Send + 'static,
    ) -> Result<T, Error> {
        let mut answer = self.send(&call).await?;
        let body = std::mem::replace(&mut answer.body, Body::Empty);
        let work = move || {
            let value = match &body {
                Body::Json(value) => Ok(value),
                Body::Empty => Err("the answer is empty".to_owned()),
                Body::Html | Body::Text(_) => Err("expected JSON".to_owned()),
            };
            let read = value.and_then(|value| read(value).map_err(|mismatch| mismatch.to_string()));
            (body, read)
        };
        let read = match aside(answer.size, work).await {
            Some((body, read)) => {
                answer.body = body;
                read
            }
            None => Err(UNREAD.to_owned()),
        };
        read.map_err(|cause| {
            // A success in the server's own form did take place; something else that only says 200
            // proves nothing.
            let told = matches!(&answer.body, Body::Json(value) if value.at("data").is_object());
            let outcome = if told { Outcome::Yes } else { Outcome::Unknown };
            let report = answer.report(&call, Kind::NotUnderstood, outcome);
            self.error(
                &call,
                Report {
                    message: None,
                    cause: Some(cause),
                    ..report
                }
                .into(),
            )
        })
    }

    /// Sends a request until it is answered, its time is up or asking again would not be right.
    async fn send(&self, call: &Call) -> Result<Answer, Error> {
        let limit = self.most.map_or(call.limit, |most| most.min(call.limit));
        let mut deadline = Instant::now() + limit;
        let mut pauses = Pauses::of(call);
        let mut worst = Outcome::No;
        loop {
            let mut report = match self.attempt(call, deadline).await {
                Ok(answer) => return Ok(answer),
                Err(report) => report,
            };
            // What an earlier attempt may have done, a later "no" does not undo.
            worst = worst.max(report.outcome);
            report.outcome = worst;
            let Some(pause) = pauses.next(&report).filter(|_| !self.once) else {
                return Err(self.error(call, report));
            };
            if matches!(report.kind, Kind::Provisioning | Kind::TopUpPending { .. }) {
                deadline = Instant::now() + pause + limit;
            } else if Instant::now() + pause >= deadline {
                return Err(self.error(call, report));
            }
            tokio::time::sleep(pause).await;
        }
    }

    /// One attempt, logged.
    async fn attempt(&self, call: &Call, deadline: Instant) -> Result<Answer, Box<Report>> {
        let started = Instant::now();
        let permit = if self.first {
            None
        } else {
            self.inner.limiter.enter(call, deadline).await?
        };
        let outcome = tokio::time::timeout_at(deadline.into(), self.exchange(call)).await;
        drop(permit);
        let outcome = outcome.unwrap_or_else(|_| {
            let cause = Some(format!("waited {} seconds", started.elapsed().as_secs()));
            Err(Report {
                cause,
                ..Report::of(call, Kind::TimedOut, Outcome::Unknown)
            }
            .into())
        });
        let ms = started.elapsed().as_millis();
        let method = call.method.as_str();
        match &outcome {
            Ok(answer) => {
                let (status, id) = (answer.status, answer.request_id.as_deref());
                tracing::debug!(method, path = call.template, status, ms, id, "answered");
            }
            Err(report) => {
                let (kind, status, id) = (report.kind, report.status, report.request_id.as_deref());
                tracing::warn!(
                    method,
                    path = call.template,
                    status,
                    ms,
                    id,
                    ?kind,
                    "failed"
                );
                if let Kind::RateLimited { retry_after } = kind {
                    self.inner.limiter.slow_down(retry_after);
                }
            }
        }
        outcome
    }

    /// Sends the request and takes the answer in, up to the call's cap.
    async fn exchange(&self, call: &Call) -> Result<Answer, Box<Report>> {
        let Inner {
            http, base, key, ..
        } = &*self.inner;
        let url = call.url(base);
        let url =
            url.ok_or_else(|| Box::new(Report::of(call, Kind::InvalidRequest, Outcome::No)))?;
        let mut request = http.request(call.method.clone(), url);
        if let Some(key) = key {
            request = request.header("x-api-key", key.header.clone());
        }
        if let Some(body) = &call.body {
            request = request.json(body);
        }
        let broken = |error: reqwest::Error| {
            let (kind, outcome) = classify::broken(&error);
            Box::new(Report {
                cause: classify::root(&error),
                ..Report::of(call, kind, outcome)
            })
        };
        let mut response = request.send().await.map_err(broken)?;
        self.hear_time(response.headers());
        let status = response.status().as_u16();
        let content_type = header(&response, CONTENT_TYPE.as_str());
        let request_id = header(&response, "cf-ray").or_else(|| header(&response, "x-request-id"));
        let retry_after = header(&response, RETRY_AFTER.as_str()).and_then(|text| {
            let now = self.server_time().map(|time| time.at);
            retry_after(&text, now)
        });
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| {
            let mut report = broken(error);
            report.status = Some(status);
            report.request_id.clone_from(&request_id);
            report
        })? {
            if bytes.len() + chunk.len() > call.cap {
                return Err(Report {
                    status: Some(status),
                    request_id,
                    cause: Some(format!("the answer is larger than {} bytes", call.cap)),
                    ..Report::of(call, Kind::NotUnderstood, Outcome::Unknown)
                }
                .into());
            }
            bytes.extend_from_slice(&chunk);
        }
        let size = bytes.len();
        let body = aside(size, move || Body::new(content_type.as_deref(), &bytes)).await;
        let Some(body) = body else {
            return Err(Report {
                status: Some(status),
                request_id,
                cause: Some(UNREAD.to_owned()),
                ..Report::of(call, Kind::NotUnderstood, Outcome::Unknown)
            }
            .into());
        };
        let answer = Answer {
            status,
            body,
            size,
            request_id,
        };
        if (200..300).contains(&status) {
            return match answer.body {
                // Whoever answers with a page is not the server.
                Body::Html => Err(answer.report(call, Kind::CdnPage, Outcome::Unknown).into()),
                _ => Ok(answer),
            };
        }
        let (kind, outcome) = classify::answer(call.op, status, &answer.body, retry_after);
        let missing = classify::missing(&answer.body);
        Err(Report {
            missing,
            ..answer.report(call, kind, outcome)
        }
        .into())
    }

    fn hear_time(&self, headers: &HeaderMap) {
        let text = headers.get("date").and_then(|value| value.to_str().ok());
        let Some(date) = text.and_then(http_date) else {
            return;
        };
        let age = headers
            .get("age")
            .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
        let aged = date.checked_add(Duration::from_secs(age.unwrap_or(0).min(86_400)));
        if let Ok(mut time) = self.inner.time.write() {
            *time = Some(ServerTime {
                at: aged.unwrap_or(date),
                seen: Instant::now(),
            });
        }
    }

    /// The error of a report, with the key taken out should the server have sent it back.
    fn error(&self, call: &Call, mut report: Box<Report>) -> Error {
        if call.op == Op::Read {
            report.outcome = Outcome::No;
        }
        if let Some(key) = &self.inner.key {
            let key = key.text.expose_secret().trim();
            let texts = [&mut report.message, &mut report.cause, &mut report.code];
            for text in texts.into_iter().chain([&mut report.request_id]).flatten() {
                if !key.is_empty() && text.contains(key) {
                    *text = text.replace(key, "[key]");
                }
            }
        }
        Error(report)
    }
}

/// An answer of more bytes is read on a thread for such work: some take a second, in which nothing else would go on.
const LARGE: usize = 256 << 10;
/// What is said where that thread failed.
const UNREAD: &str = "the answer could not be read";

/// Does `work` on `size` bytes, off the runtime's workers where they are many. `None`: it panicked, or the program is ending.
async fn aside<T: Send + 'static>(
    size: usize,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    if size <= LARGE {
        return Some(work());
    }
    tokio::task::spawn_blocking(work).await.ok()
}

struct Answer {
    status: u16,
    body: Body,
    /// Bytes of the body.
    size: usize,
    request_id: Option<String>,
}

impl Answer {
    fn report(&self, call: &Call, kind: Kind, outcome: Outcome) -> Report {
        Report {
            status: Some(self.status),
            code: self.body.code(),
            message: self.body.message(),
            request_id: self.request_id.clone(),
            ..Report::of(call, kind, outcome)
        }
    }
}

fn header(response: &Response, name: &str) -> Option<String> {
    let value = response.headers().get(name)?.to_str().ok()?;
    Some(value.chars().take(200).collect())
}

fn on_this_computer(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => IpAddr::from(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::from(ip).is_loopback(),
        None => false,
    }
}
