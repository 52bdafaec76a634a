//! Checks that a request is for the address of this simulator.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{app::App, error::Error};

/// Refuses every request whose host is not exactly this simulator's, with 421. A web page can make its host name resolve
/// to this computer (DNS rebinding) and reach the port through the person's browser, but only under that host name.
pub(super) async fn require_own(
    State(app): State<Arc<App>>,
    request: Request,
    next: Next,
) -> Response {
    let in_uri = request
        .uri()
        .authority()
        .map(|authority| authority.as_str());
    let in_headers = request.headers().get_all(header::HOST).iter();
    // A host that is not text matches nothing.
    let hosts: Vec<&str> = in_headers
        .map(|host| host.to_str().unwrap_or_default())
        .chain(in_uri)
        .collect();
    if hosts.is_empty() || !hosts.iter().all(|host| is_own(host, &app.authority)) {
        return Error::bare(
            StatusCode::MISDIRECTED_REQUEST.as_u16(),
            "this is a simulator on loopback; ask it by the address it gave",
        )
        .into_response();
    }
    next.run(request).await
}

/// Whether the `host` of a request is `authority` (such as `127.0.0.1:4010`), or `localhost` with the same port.
fn is_own(host: &str, authority: &str) -> bool {
    let port = authority.rsplit(':').next().unwrap_or_default();
    // Clients omit port 80, the default of HTTP.
    let with_port = match port {
        "80" if !host.ends_with(":80") => format!("{host}:80"),
        _ => host.to_owned(),
    };
    with_port == authority || with_port.eq_ignore_ascii_case(&format!("localhost:{port}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_address_is_accepted() {
        for host in ["127.0.0.1:4010", "localhost:4010", "LOCALHOST:4010"] {
            assert!(is_own(host, "127.0.0.1:4010"), "{host}");
        }
        for host in [
            "",
            "127.0.0.1",
            "127.0.0.1:4011",
            "127.evil.com:4010",
            "127.0.0.1.evil.com:4010",
            "localhost.evil.com:4010",
            "localhost",
            "localhost:4010.evil.com",
            "evil.com:4010",
            "user@127.0.0.1:4010",
            "[::1]:4010",
        ] {
            assert!(!is_own(host, "127.0.0.1:4010"), "{host}");
        }
        assert!(is_own("[::1]:4010", "[::1]:4010"));
        assert!(is_own("127.0.0.1", "127.0.0.1:80"));
        assert!(is_own("localhost:80", "127.0.0.1:80"));
        assert!(!is_own("evil.com", "127.0.0.1:80"));
    }
}
