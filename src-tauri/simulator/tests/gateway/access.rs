//! Certificates, tokens and refusals.

use akash_simulator::gateway::{
    CertificateMode, ChainMode, Fault, GatewayOptions, GatewayVersion, LeaseId, Service,
    TokenClaims, World,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use rustls::pki_types::ServerName;
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;

use crate::client::{Bench, connect, pinned, provider, refusal, trusting};

async fn bench(certificate: CertificateMode, version: GatewayVersion) -> Bench {
    let options = GatewayOptions {
        certificate,
        version,
        ..GatewayOptions::default()
    };
    Bench::with(options, World::of(Service::new("web", "nginx:1").quiet())).await
}

fn host(bench: &Bench) -> ServerName<'static> {
    ServerName::try_from(bench.gateway.host().to_owned()).unwrap()
}

#[tokio::test]
async fn the_host_name_decides_which_certificate_comes() {
    let bench = Bench::quiet().await;
    let (ca, chain) = (
        bench.gateway.ca_pem(),
        bench.gateway.chain_certificate_pem(),
    );
    assert!(
        connect(&bench.gateway, trusting(ca), host(&bench))
            .await
            .is_ok()
    );
    assert!(
        connect(&bench.gateway, pinned(chain), host(&bench))
            .await
            .is_err()
    );
    for other in ["mtls.provider.ca.test", "127.0.0.1"] {
        let name = ServerName::try_from(other).unwrap();
        assert!(
            connect(&bench.gateway, pinned(chain), name.clone())
                .await
                .is_ok(),
            "{other}"
        );
        assert!(
            connect(&bench.gateway, trusting(ca), name).await.is_err(),
            "{other}"
        );
    }
    let names = bench.gateway.counts().server_names;
    assert!(names.contains(&Some("mtls.provider.ca.test".to_owned())) && names.contains(&None));
}

#[tokio::test]
async fn only_tls_1_3_is_spoken_and_no_application_protocol() {
    let bench = Bench::quiet().await;
    let old = rustls::ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&rustls::version::TLS12])
        .unwrap();
    let old = old
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    let error = connect(&bench.gateway, old, host(&bench))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("ProtocolVersion"), "{error}");
    let mut config = trusting(bench.gateway.ca_pem());
    config.alpn_protocols = vec![b"h2".to_vec()];
    let tls = connect(&bench.gateway, config, host(&bench)).await.unwrap();
    assert_eq!(tls.get_ref().1.alpn_protocol(), None);
}

#[tokio::test]
async fn wrong_certificates_see_no_token() {
    let foreign = CertificateMode::Foreign {
        address: "akash13t9y7dnhf7p2vlzs0juujenefqhze3m8fhkvgr".to_owned(),
    };
    for mode in [
        CertificateMode::WrongHost,
        CertificateMode::UntrustedCa,
        CertificateMode::Expired,
        CertificateMode::NotYetValid,
        CertificateMode::NotOnChain,
        foreign,
    ] {
        let bench = bench(mode.clone(), GatewayVersion::Current).await;
        assert!(
            connect(
                &bench.gateway,
                trusting(bench.gateway.ca_pem()),
                host(&bench)
            )
            .await
            .is_err(),
            "{mode:?}"
        );
        assert_eq!(bench.gateway.tokens_seen(), 0, "{mode:?}");
        if mode == CertificateMode::NotOnChain {
            let pin = pinned(bench.gateway.chain_certificate_pem());
            assert!(connect(&bench.gateway, pin, host(&bench)).await.is_err());
        }
    }
}

#[tokio::test]
async fn tokens_are_counted_by_connection() {
    let bench = Bench::quiet().await;
    bench.get("/version", None).await;
    bench.get("/version", Some(&bench.token())).await;
    assert_eq!(bench.gateway.tokens_seen(), 1);
    assert_eq!(bench.gateway.counts().tokens_by_connection, [0, 1]);
}

async fn certificates(bench: &Bench, query: &str) -> Value {
    let url = format!(
        "{}/akash/cert/v1/certificates/list?{query}",
        bench.gateway.chain_url()
    );
    rustls_ready();
    reqwest::get(url).await.unwrap().json().await.unwrap()
}

fn rustls_ready() {
    // Another test of this program may have done it.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

#[tokio::test]
async fn the_chain_knows_the_certificate() {
    let bench = bench(CertificateMode::ChainOnly, GatewayVersion::Current).await;
    let serial = bench.gateway.chain_certificate_serial().to_string();
    let query = format!(
        "filter.owner={}&filter.serial={serial}&filter.state=valid&pagination.limit=1",
        bench.gateway.provider()
    );
    let found = certificates(&bench, &query).await;
    assert_eq!(found["certificates"][0]["serial"], *serial);
    let pem = STANDARD
        .decode(
            found["certificates"][0]["certificate"]["cert"]
                .as_str()
                .unwrap(),
        )
        .unwrap();
    let pem = String::from_utf8(pem).unwrap();
    assert_eq!(pem, bench.gateway.chain_certificate_pem());
    assert!(
        connect(&bench.gateway, pinned(&pem), host(&bench))
            .await
            .is_ok()
    );
    for none in ["filter.owner=akash1other", "filter.serial=1"] {
        assert_eq!(certificates(&bench, none).await["certificates"], json!([]));
    }
    bench.gateway.set_chain(ChainMode::Revoked);
    assert_eq!(
        certificates(&bench, &query).await["certificates"],
        json!([])
    );
    bench.gateway.set_chain(ChainMode::Other {
        pem: "other".to_owned(),
    });
    assert_eq!(
        certificates(&bench, &query).await["certificates"][0]["certificate"]["cert"],
        STANDARD.encode("other")
    );
    bench.gateway.set_chain(ChainMode::Fails { status: 500 });
    let url = format!(
        "{}/akash/cert/v1/certificates/list",
        bench.gateway.chain_url()
    );
    assert_eq!(reqwest::get(url).await.unwrap().status(), 500);
}

#[tokio::test]
async fn refusals_of_both_generations() {
    let message = |text: &str| format!("{{\"message\":\"{text}\"}}");
    for version in [GatewayVersion::Old, GatewayVersion::Current] {
        let bench = bench(CertificateMode::Good, version).await;
        let old = version == GatewayVersion::Old;
        let open =
            async |token: Option<String>| refusal(bench.open_with("logs", token.as_deref()).await);
        let good = TokenClaims::for_lease(&bench.lease, &["logs"]);
        let token = |claims: &TokenClaims| Some(bench.gateway.token(claims));

        let unauthorized = (401, message("unauthorized access"));
        assert_eq!(open(None).await, unauthorized);
        let other_scope = TokenClaims {
            scopes: vec!["shell".to_owned()],
            ..good.clone()
        };
        assert_eq!(open(token(&other_scope)).await, unauthorized);
        let other_lease = TokenClaims {
            lease: LeaseId {
                dseq: 1,
                ..bench.lease.clone()
            },
            ..good.clone()
        };
        assert_eq!(open(token(&other_lease)).await, unauthorized);
        let elsewhere = json!({ "access": "granular", "permissions": [{ "provider": "akash1other", "access": "full" }] });
        assert_eq!(
            open(token(&TokenClaims {
                leases: Some(elsewhere),
                ..good.clone()
            }))
            .await,
            unauthorized
        );

        let expired = open(token(&TokenClaims {
            expires_in: -1,
            ..good.clone()
        }))
        .await;
        let early = open(token(&TokenClaims {
            valid_in: 60,
            ..good.clone()
        }))
        .await;
        let malformed = open(Some("a.b".to_owned())).await;
        let schema = json!({ "access": "granular", "permissions": [{ "provider": "p", "access": "granular", "deployments": [{ "dseq": "1", "scope": ["logs"], "services": [] }] }] });
        let schema = open(token(&TokenClaims {
            leases: Some(schema),
            ..good.clone()
        }))
        .await;
        if old {
            assert_eq!(
                expired,
                (
                    500,
                    message(
                        "unknown error while processing JWT. token has invalid claims: token is expired"
                    )
                )
            );
            assert_eq!([early.0, malformed.0, schema.0], [500; 3]);
        } else {
            assert_eq!(expired, (400, message("JWT has invalid claims")));
            assert_eq!(early, expired);
            assert_eq!(malformed, (401, message("JWT is invalid")));
            assert_eq!(schema, malformed);
        }
        let basic = bench.request("GET /status HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Basic x\r\n\r\n").await;
        assert_eq!(
            basic,
            (
                if old { 500 } else { 400 },
                message("invalid authorization header")
            )
        );
    }
}

#[tokio::test]
async fn tokens_of_all_shapes_are_taken() {
    let bench = Bench::quiet().await;
    let provider = bench.gateway.provider();
    for leases in [
        json!({ "access": "full" }),
        json!({ "access": "scoped", "scope": ["logs"] }),
        json!({ "access": "granular", "permissions": [{ "provider": provider, "access": "full" }] }),
        json!({ "access": "granular", "permissions": [{ "provider": provider, "access": "scoped", "scope": ["logs"] }] }),
        json!({ "access": "granular", "permissions": [{ "provider": provider, "access": "granular", "deployments": [{ "dseq": bench.lease.dseq, "scope": ["logs"], "services": ["web"] }] }] }),
    ] {
        let claims = TokenClaims {
            leases: Some(leases.clone()),
            ..TokenClaims::for_lease(&bench.lease, &[])
        };
        assert!(
            bench
                .open_with("logs", Some(&bench.gateway.token(&claims)))
                .await
                .is_ok(),
            "{leases}"
        );
    }
}

#[tokio::test]
async fn statuses_have_the_shapes_of_go() {
    let bench = Bench::new(World::sample()).await;
    let token = bench.token();
    let json = |text: String| serde_json::from_str::<Value>(&text).unwrap();
    let (status, body) = bench.get(&bench.path("status"), Some(&token)).await;
    let body = json(body);
    assert_eq!(
        (
            status,
            &body["services"]["web"]["total"],
            &body["forwarded_ports"]
        ),
        (200, &json!(2), &Value::Null)
    );
    let (status, body) = bench
        .get(&bench.path("service/db/status"), Some(&token))
        .await;
    assert_eq!((status, &json(body)["name"]), (200, &json!("db")));
    let (status, body) = bench.get(&bench.path("manifest"), Some(&token)).await;
    assert_eq!(
        (status, json(body)[0]["services"][0]["name"].clone()),
        (200, json!("web"))
    );
    assert_eq!(
        json(bench.get("/address", None).await.1)["address"],
        bench.gateway.provider()
    );
    assert_eq!(
        json(bench.get("/status", None).await.1)["cluster"]["leases"],
        1
    );
    assert_eq!(
        json(bench.get("/version", None).await.1)["akash"]["version"],
        "v0.12.1"
    );
    let unknown = LeaseId {
        dseq: 7,
        ..bench.lease.clone()
    };
    let token = bench
        .gateway
        .token(&TokenClaims::for_lease(&unknown, &["status"]));
    assert_eq!(
        bench.get("/lease/7/1/1/status", Some(&token)).await,
        (404, String::new())
    );
}

#[tokio::test]
async fn manifests_are_taken_or_refused() {
    let bench = Bench::quiet().await;
    let put = async |dseq: u64, body: &str| {
        let claims = TokenClaims::for_lease(
            &LeaseId {
                dseq,
                ..bench.lease.clone()
            },
            &["send-manifest"],
        );
        let token = bench.gateway.token(&claims);
        bench.request(&format!(
            "PUT /deployment/{dseq}/manifest HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {token}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )).await
    };
    assert_eq!(
        put(bench.lease.dseq, "[{\"name\":\"g\",\"services\":[]}]").await,
        (200, String::new())
    );
    assert_eq!(put(bench.lease.dseq, "{").await.0, 422);
    assert_eq!(
        put(7, "[{}]").await,
        (404, "no lease for deployment".to_owned())
    );
}

#[tokio::test]
async fn connections_fail_on_demand() {
    let bench = Bench::quiet().await;
    bench.gateway.set_times(Fault::RefuseConnections, 1);
    assert!(bench.connect().await.is_err());
    bench.gateway.set_times(
        Fault::Answer {
            status: 503,
            body: "no upstream".to_owned(),
        },
        1,
    );
    assert_eq!(
        refusal(bench.open_with("logs", Some(&bench.token())).await),
        (503, "no upstream".to_owned())
    );
    bench.gateway.set_times(Fault::NeverAnswer, 1);
    let mut tls = bench.connect().await.unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut tls, b"GET /version HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .unwrap();
    let silent = tokio::time::timeout(std::time::Duration::from_millis(300), tls.read_u8()).await;
    assert!(silent.is_err());
    assert_eq!(bench.get("/version", None).await.0, 200);
}
