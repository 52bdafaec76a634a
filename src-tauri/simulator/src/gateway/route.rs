//! The requests of a gateway: which endpoint, which token, which lease.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    Method, Request, Response, StatusCode,
    body::Incoming,
    header::{
        AUTHORIZATION, CONNECTION, CONTENT_TYPE, HOST, HeaderMap, HeaderValue, ORIGIN, UPGRADE,
    },
};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::{
    events,
    fault::Fault,
    logs::{self, LogQuery, parse_bool, settle},
    shared::{Open, Shared},
    shell::{self, ShellQuery},
    socket,
    spec::LeaseId,
    text::{query_pairs, unescape},
    token::{Refusal, Token},
};

/// How large a manifest may be.
const MAX_BODY: usize = 4 << 20;
/// How many frames wait for a slow client.
const QUEUE: usize = 256;
/// How long a stream's producer may take to notice that its client is gone.
const SETTLE: Duration = Duration::from_secs(2);

type Reply = Response<Full<Bytes>>;

/// Answers a request of a connection.
pub(crate) async fn answer(
    shared: Arc<Shared>,
    connection: u64,
    request: Request<Incoming>,
) -> Reply {
    shared.counters.change(|counts| counts.requests += 1);
    if request.headers().contains_key(AUTHORIZATION) {
        shared.counters.token(connection);
    }
    if shared.faults.has(&Fault::NeverAnswer) {
        return std::future::pending().await;
    }
    let forced = shared.faults.take(|fault| match fault {
        Fault::Answer { status, body } => Some((*status, body.clone())),
        _ => None,
    });
    if let Some((status, body)) = forced {
        return reply(status, "text/plain; charset=utf-8", body);
    }
    match handle(&shared, request).await {
        Ok(reply) => reply,
        Err(refusal) if refusal.json => {
            json_reply(refusal.status, &json!({ "message": refusal.message }))
        }
        Err(refusal) => reply(refusal.status, "text/plain; charset=utf-8", refusal.message),
    }
}

/// What a request is for.
struct Asked<'a> {
    shared: &'a Arc<Shared>,
    token: Option<Token>,
}

impl Asked<'_> {
    /// The lease of a path, if the token allows this scope for it.
    fn lease(
        &self,
        [dseq, gseq, oseq]: [&str; 3],
        scope: Option<&str>,
    ) -> Result<LeaseId, Refusal> {
        let token = self.token.as_ref().ok_or_else(Refusal::unauthorized)?;
        let bad = |_| Refusal::text(400, "invalid lease id");
        let id = LeaseId {
            owner: token.owner.clone(),
            dseq: dseq.parse().map_err(bad)?,
            gseq: gseq.parse().map_err(bad)?,
            oseq: oseq.parse().map_err(bad)?,
        };
        if token.allows(&self.shared.options.provider, &id, scope) {
            Ok(id)
        } else {
            Err(Refusal::unauthorized())
        }
    }
}

async fn handle(shared: &Arc<Shared>, request: Request<Incoming>) -> Result<Reply, Refusal> {
    let now = shared.now().as_second();
    let asked = Asked {
        shared,
        token: Token::read(request.headers(), now, shared.options.version)?,
    };
    let path: Vec<String> = request
        .uri()
        .path()
        .split('/')
        .skip(1)
        .map(unescape)
        .collect();
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let query = query_pairs(request.uri().query().unwrap_or_default());
    let get = request.method() == Method::GET;
    match *path {
        ["version"] if get => Ok(json_reply(200, &version_of(shared))),
        ["address"] if get => Ok(json_reply(
            200,
            &json!({ "address": shared.options.provider }),
        )),
        ["status"] if get => Ok(json_reply(200, &status_of(shared))),
        ["deployment", dseq, "manifest"] if request.method() == Method::PUT => {
            asked.lease([dseq, "1", "1"], Some("send-manifest"))?;
            take_manifest(&asked, dseq, request).await
        }
        ["lease", d, g, o, "status"] if get => {
            let id = asked.lease([d, g, o], Some("status"))?;
            let lease = shared.lease(&id).ok_or_else(|| Refusal::text(404, ""))?;
            Ok(json_reply(200, &lease.status()))
        }
        ["lease", d, g, o, "manifest"] if get => {
            let id = asked.lease([d, g, o], Some("get-manifest"))?;
            let lease = shared
                .lease(&id)
                .ok_or_else(|| Refusal::text(404, "lease not found"))?;
            Ok(json_reply(200, &lease.manifest()))
        }
        ["lease", d, g, o, "service", name, "status"] if get => {
            let id = asked.lease([d, g, o], None)?;
            let lease = shared
                .lease(&id)
                .ok_or_else(|| Refusal::text(404, "lease not found"))?;
            let mut status = lease.status();
            match status
                .pointer_mut("/services")
                .and_then(|services| services.get_mut(name))
            {
                Some(service) => Ok(json_reply(200, service)),
                None => Err(Refusal::text(404, "no such service exists with that name")),
            }
        }
        ["lease", d, g, o, "logs"] if get => {
            let id = asked.lease([d, g, o], Some("logs"))?;
            let query = LogQuery::read(&query)?;
            let lease = shared.lease(&id);
            stream(shared, request, move |shared, out| {
                logs::send(shared, lease, query, out)
            })
        }
        ["lease", d, g, o, "kubeevents"] if get => {
            let id = asked.lease([d, g, o], Some("events"))?;
            let find = |key: &str| {
                query
                    .iter()
                    .find(|(name, _)| name == key)
                    .map(|(_, value)| value.as_str())
            };
            let follow = parse_bool(find("follow"))
                .ok_or_else(|| Refusal::text(400, "invalid value for follow"))?;
            let lease = shared.lease(&id);
            stream(shared, request, move |shared, out| {
                events::send(shared, lease, follow, out)
            })
        }
        ["lease", d, g, o, "shell"] => {
            let id = asked.lease([d, g, o], Some("shell"))?;
            let query = ShellQuery::read(&query).ok_or_else(|| Refusal::text(400, ""))?;
            let lease = shared.lease(&id);
            open_shell(shared, request, |shared, io| {
                shell::run(shared, lease, query, io)
            })
        }
        _ => Err(Refusal::text(404, "404 page not found\n")),
    }
}

/// Takes a manifest: it has to be JSON, and there has to be a lease.
async fn take_manifest(
    asked: &Asked<'_>,
    dseq: &str,
    request: Request<Incoming>,
) -> Result<Reply, Refusal> {
    let id = asked.lease([dseq, "1", "1"], None)?;
    let old = asked.shared.options.version == super::options::GatewayVersion::Old;
    let body = Limited::new(request.into_body(), MAX_BODY).collect().await;
    let body = body
        .map_err(|_| Refusal::text(413, "request body too large"))?
        .to_bytes();
    let groups: Result<Value, _> = serde_json::from_slice(&body);
    let invalid = if old { 500 } else { 422 };
    let groups = groups.map_err(|error| Refusal::text(invalid, &error.to_string()))?;
    if groups.as_array().is_none_or(Vec::is_empty) {
        return Err(Refusal::text(invalid, "invalid manifest"));
    }
    if asked.shared.lease(&id).is_none() {
        return Err(Refusal::text(
            if old { 500 } else { 404 },
            "no lease for deployment",
        ));
    }
    Ok(reply(200, "text/plain; charset=utf-8", String::new()))
}

fn version_of(shared: &Shared) -> Value {
    let version = if shared.options.version == super::options::GatewayVersion::Old {
        "v0.10.5"
    } else {
        "v0.12.1"
    };
    json!({
        "akash": { "name": "provider-services", "server_name": "provider-services", "version": version },
        "kube": { "major": "1", "minor": "33", "gitVersion": "v1.33.6", "platform": "linux/amd64" },
    })
}

fn status_of(shared: &Shared) -> Value {
    let leases = shared.lease_count();
    json!({
        "cluster": { "leases": leases, "inventory": { "available": { "nodes": null } } },
        "bidengine": { "orders": 0 }, "manifest": { "deployments": leases },
        "cluster_public_hostname": shared.options.host, "address": shared.options.provider,
    })
}

/// The answer that begins a WebSocket, or what gorilla's `Upgrader` answers to a wrong request.
fn upgrade(headers: &HeaderMap) -> Result<Reply, Refusal> {
    let has = |name: hyper::header::HeaderName, token: &str| {
        headers
            .get_all(name)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .any(|value| {
                value
                    .split(',')
                    .any(|part| part.trim().eq_ignore_ascii_case(token))
            })
    };
    let bad = |why: &str| Refusal::text(400, &format!("Bad Request\nwebsocket: {why}"));
    if !has(CONNECTION, "upgrade") || !has(UPGRADE, "websocket") {
        return Err(bad("the client is not using the websocket protocol"));
    }
    if headers
        .get("sec-websocket-version")
        .is_none_or(|version| version != "13")
    {
        return Err(bad(
            "unsupported version: 13 not found in 'Sec-Websocket-Version' header",
        ));
    }
    if let Some(origin) = headers.get(ORIGIN).and_then(|origin| origin.to_str().ok()) {
        let host = headers
            .get(HOST)
            .and_then(|host| host.to_str().ok())
            .unwrap_or_default();
        let authority = origin
            .split_once("://")
            .map_or(origin, |(_, authority)| authority);
        if !authority.eq_ignore_ascii_case(host) {
            return Err(Refusal::text(403, "Forbidden\n"));
        }
    }
    let key = headers
        .get("sec-websocket-key")
        .ok_or_else(|| bad("'Sec-WebSocket-Key' header is missing"))?;
    let mut response = Response::new(Full::new(Bytes::new()));
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    if let Ok(accept) = HeaderValue::from_str(&derive_accept_key(key.as_bytes())) {
        headers.insert("sec-websocket-accept", accept);
    }
    Ok(response)
}

/// Opens a stream that only sends.
fn stream<F: Future<Output = ()> + Send + 'static>(
    shared: &Arc<Shared>,
    mut request: Request<Incoming>,
    send: impl FnOnce(Arc<Shared>, mpsc::Sender<socket::Out>) -> F,
) -> Result<Reply, Refusal> {
    let response = upgrade(request.headers())?;
    let upgraded = hyper::upgrade::on(&mut request);
    let (sender, receiver) = mpsc::channel(QUEUE);
    let producer = send(shared.clone(), sender);
    let shared = shared.clone();
    tokio::spawn(async move {
        let Ok(upgraded) = upgraded.await else {
            return;
        };
        let _open = Open::new(&shared, |counts| &mut counts.open_streams);
        shared.counters.change(|counts| counts.streams += 1);
        let producer = tokio::spawn(producer);
        tokio::select! {
            () = socket::serve(&shared, upgraded, receiver, None, true) => {}
            () = shared.stopped() => {}
        }
        settle(producer, SETTLE).await;
    });
    Ok(response)
}

/// Opens a shell.
fn open_shell<F: Future<Output = ()> + Send + 'static>(
    shared: &Arc<Shared>,
    mut request: Request<Incoming>,
    run: impl FnOnce(Arc<Shared>, shell::Ends) -> F,
) -> Result<Reply, Refusal> {
    let response = upgrade(request.headers())?;
    let upgraded = hyper::upgrade::on(&mut request);
    let (out, receiver) = mpsc::channel(QUEUE);
    let (input, received) = mpsc::channel(QUEUE);
    let stdin = request.uri().query().is_some_and(|query| {
        query_pairs(query)
            .iter()
            .any(|(key, value)| key == "stdin" && value == "1")
    });
    let process = run(shared.clone(), shell::Ends { out, received });
    let shared = shared.clone();
    tokio::spawn(async move {
        let Ok(upgraded) = upgraded.await else {
            return;
        };
        let _open = Open::new(&shared, |counts| &mut counts.open_streams);
        shared.counters.change(|counts| counts.streams += 1);
        let process = tokio::spawn(process);
        tokio::select! {
            () = socket::serve(&shared, upgraded, receiver, Some(input), stdin) => {}
            () = shared.stopped() => {}
        }
        settle(process, SETTLE).await;
    });
    Ok(response)
}

fn json_reply(status: u16, body: &Value) -> Reply {
    reply(status, "application/json", body.to_string())
}

fn reply(status: u16, kind: &'static str, body: String) -> Reply {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}
