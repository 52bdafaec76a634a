//! The chain's REST answer that clients need: the certificates of a provider.

use std::{sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http_body_util::Full;
use hyper::{Request, Response, StatusCode, body::Incoming, header::CONTENT_TYPE};
use serde_json::{Value, json};

use super::{options::CertificateMode, shared::Shared};
use crate::sync::lock;

/// What the chain answers.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum ChainMode {
    /// The certificate that is on the chain.
    #[default]
    Valid,
    /// No certificate.
    None,
    /// The certificate was revoked, so that a question for valid ones finds none.
    Revoked,
    /// Another certificate with the same serial number, in PEM.
    Other {
        /// The other certificate.
        pem: String,
    },
    /// The node has an error of this HTTP status.
    Fails {
        /// The status, for instance 500 or 429.
        status: u16,
    },
    /// An answer that is no JSON.
    Malformed,
    /// The right answer, later.
    Slow {
        /// How much later, in real time.
        wait: Duration,
    },
}

/// Answers `GET /akash/cert/v1/certificates/list` for the gateways that the node knows. The mode of the first one counts.
pub(crate) async fn answer(
    known: Arc<[Arc<Shared>]>,
    request: Request<Incoming>,
) -> Response<Full<Bytes>> {
    let mut mode = ChainMode::Valid;
    if let Some(first) = known.first() {
        first.counters.change(|counts| counts.chain_queries += 1);
        mode = lock(&first.chain).clone();
    }
    if let ChainMode::Slow { wait } = mode {
        tokio::time::sleep(wait).await;
    }
    if let ChainMode::Fails { status } = mode {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        return reply(
            status,
            r#"{"code":13,"message":"internal error","details":[]}"#.to_owned(),
        );
    }
    if mode == ChainMode::Malformed {
        return reply(StatusCode::OK, "<html>maintenance</html>".to_owned());
    }
    if request.uri().path() != "/akash/cert/v1/certificates/list" {
        let text = r#"{"code":12,"message":"Not Implemented","details":[]}"#;
        return reply(StatusCode::NOT_IMPLEMENTED, text.to_owned());
    }
    let query = super::text::query_pairs(request.uri().query().unwrap_or_default());
    let found = known
        .iter()
        .filter_map(|shared| certificate(shared, &mode, &query));
    let certificates: Vec<Value> = found.collect();
    let total = certificates.len().to_string();
    let body =
        json!({ "certificates": certificates, "pagination": { "next_key": null, "total": total } });
    reply(StatusCode::OK, body.to_string())
}

/// The certificate of a gateway, if it is asked for.
fn certificate(shared: &Shared, mode: &ChainMode, query: &[(String, String)]) -> Option<Value> {
    let asked = |key: &str| {
        let found = query.iter().find(|(name, _)| name == key);
        found.map(|(_, value)| value.as_str())
    };
    let own = &shared.certificate;
    let owner = match &shared.options.certificate {
        CertificateMode::Foreign { address } => address,
        _ => &shared.options.provider,
    };
    let state = if *mode == ChainMode::Revoked {
        "revoked"
    } else {
        "valid"
    };
    let serial = own.serial.to_string();
    let fits = asked("filter.owner").is_none_or(|asked| asked == owner)
        && asked("filter.serial").is_none_or(|asked| asked == serial)
        && asked("filter.state").is_none_or(|asked| asked == state);
    if !fits || *mode == ChainMode::None {
        return None;
    }
    let pem = match mode {
        ChainMode::Other { pem } => pem,
        _ => &own.pem,
    };
    let certificate = json!({
        "state": state, "cert": STANDARD.encode(pem), "pubkey": STANDARD.encode(&own.public_key_pem),
    });
    Some(json!({ "certificate": certificate, "serial": serial }))
}

fn reply(status: StatusCode, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    let json = hyper::header::HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}
