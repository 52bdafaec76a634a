//! Certificates, tokens and refusals.

use std::{sync::atomic::Ordering, time::Duration};

use akash_provider::{CertificateError, ChainError, ConnectError, Dial, Refusal, Roots, Step};
use akash_simulator::gateway::{
    CertificateMode, ChainMode, Fault, GatewayOptions, GatewayVersion, Service, World,
};

use rustls::{
    ServerConfig,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use tokio::{io::AsyncReadExt, net::TcpListener};
use tokio_rustls::TlsAcceptor;

use crate::bench::{Bench, soon};

async fn with(certificate: CertificateMode) -> Bench {
    let options = GatewayOptions {
        certificate,
        ..GatewayOptions::default()
    };
    Bench::with(options, World::of(Service::new("web", "nginx:1").quiet())).await
}

#[tokio::test]
async fn a_certificate_of_a_ca_is_enough() {
    let bench = Bench::quiet().await;
    let status = soon(bench.lease.status()).await.unwrap();
    assert_eq!(status.services["web"].total, 1);
    assert_eq!(bench.gateway.counts().chain_queries, 0);
}

#[tokio::test]
async fn without_a_ca_the_chain_decides_and_is_asked_once() {
    let bench = with(CertificateMode::ChainOnly).await;
    for _ in 0..3 {
        soon(bench.lease.status()).await.unwrap();
    }
    let counts = bench.gateway.counts();
    assert_eq!(counts.chain_queries, 1);
    // One handshake was broken off for the question, and none was resumed without a check.
    assert_eq!(counts.handshakes, 3);
}

#[tokio::test]
async fn a_wrong_certificate_never_sees_a_token() {
    let other = "akash1fsgzj6t7udv8zhf6zj32mkqhcjcpv52y9trpyw".to_owned();
    for (mode, chain) in [
        (CertificateMode::WrongHost, ChainMode::Valid),
        (CertificateMode::UntrustedCa, ChainMode::Valid),
        (CertificateMode::Expired, ChainMode::Valid),
        (CertificateMode::NotYetValid, ChainMode::Valid),
        (CertificateMode::NotOnChain, ChainMode::Valid),
        (
            CertificateMode::Foreign {
                address: other.clone(),
            },
            ChainMode::Valid,
        ),
        (CertificateMode::ChainOnly, ChainMode::None),
        (CertificateMode::ChainOnly, ChainMode::Revoked),
        (CertificateMode::ChainOnly, ChainMode::Fails { status: 500 }),
        (CertificateMode::ChainOnly, ChainMode::Malformed),
    ] {
        let bench = with(mode.clone()).await;
        bench.gateway.set_chain(chain.clone());
        for _ in 0..3 {
            let error = soon(bench.lease.status()).await.unwrap_err();
            let ConnectError::Certificate(error) = error else {
                panic!("{mode:?} {chain:?}: {error:?}")
            };
            let right = match (&mode, &chain) {
                (CertificateMode::WrongHost, _) => error == CertificateError::WrongHost,
                (CertificateMode::UntrustedCa, _) => error == CertificateError::UnknownIssuer,
                (CertificateMode::Expired, _) => {
                    matches!(error, CertificateError::Expired(Some(_)))
                }
                (CertificateMode::NotYetValid, _) => {
                    matches!(error, CertificateError::NotYetValid(Some(_)))
                }
                (CertificateMode::NotOnChain, _) => error == CertificateError::DiffersFromChain,
                (CertificateMode::Foreign { .. }, _) => {
                    error == CertificateError::OtherAccount(other.clone())
                }
                (_, ChainMode::Fails { .. }) => {
                    error == CertificateError::ChainUnavailable(ChainError::Status(500))
                }
                (_, ChainMode::Malformed) => {
                    error == CertificateError::ChainUnavailable(ChainError::Malformed)
                }
                _ => error == CertificateError::NotOnChain,
            };
            assert!(right, "{mode:?} {chain:?}: {error:?}");
        }
        assert_eq!(bench.gateway.tokens_seen(), 0, "{mode:?} {chain:?}");
        assert_eq!(bench.gateway.counts().requests, 0, "{mode:?} {chain:?}");
    }
}

#[tokio::test]
async fn a_ca_that_this_computer_does_not_trust_is_nobody() {
    let bench = Bench::quiet().await;
    let lease = bench.lease_with(|config| config.roots = Roots::System);
    let error = soon(lease.status()).await.unwrap_err();
    assert_eq!(
        error,
        ConnectError::Certificate(CertificateError::UnknownIssuer)
    );
    assert_eq!(bench.gateway.tokens_seen(), 0);
}

#[tokio::test]
async fn an_expired_token_is_replaced_once_by_both_generations() {
    for version in [GatewayVersion::Old, GatewayVersion::Current] {
        let options = GatewayOptions {
            version,
            ..GatewayOptions::default()
        };
        let bench = Bench::with(options, World::of(Service::new("web", "nginx:1").quiet())).await;
        bench.tokens.expired.store(1, Ordering::SeqCst);
        soon(bench.lease.status()).await.unwrap();
        assert_eq!(bench.tokens.given.load(Ordering::SeqCst), 2);
        // The good one is used again.
        soon(bench.lease.status()).await.unwrap();
        assert_eq!(bench.tokens.given.load(Ordering::SeqCst), 2);

        let bench = Bench::with(
            GatewayOptions {
                version,
                ..GatewayOptions::default()
            },
            World::of(Service::new("web", "nginx:1").quiet()),
        )
        .await;
        bench.tokens.expired.store(9, Ordering::SeqCst);
        let error = soon(bench.lease.status()).await.unwrap_err();
        assert!(
            matches!(error, ConnectError::Refused(Refusal::Token(_))),
            "{error:?}"
        );
        assert_eq!(bench.tokens.given.load(Ordering::SeqCst), 2);
    }
}

#[tokio::test]
async fn each_fault_of_a_connection_has_its_own_error() {
    let bench = Bench::quiet().await;
    let lease = bench.lease_with(|config| {
        config.timing.connect = Duration::from_millis(300);
        config.timing.answer = Duration::from_millis(300);
    });
    bench.gateway.set(Fault::NeverHandshake);
    assert_eq!(
        soon(lease.status()).await,
        Err(ConnectError::TimedOut(Step::Encrypt))
    );
    bench.gateway.clear_faults();
    bench.gateway.set(Fault::NeverAnswer);
    assert_eq!(
        soon(lease.status()).await,
        Err(ConnectError::TimedOut(Step::Answer))
    );
    bench.gateway.clear_faults();
    bench.gateway.set(Fault::RefuseConnections);
    assert!(matches!(
        soon(lease.status()).await,
        Err(ConnectError::Unreachable(_))
    ));
    bench.gateway.clear_faults();
    for (status, body) in [(503, "down"), (404, "lease not found"), (500, "oh")] {
        bench.gateway.set(Fault::Answer {
            status,
            body: body.to_owned(),
        });
        let error = soon(lease.status()).await.unwrap_err();
        let right = match status {
            503 => error == ConnectError::Refused(Refusal::Unavailable(503)),
            404 => error == ConnectError::Refused(Refusal::NoLease),
            _ => {
                error
                    == ConnectError::Refused(Refusal::Failed {
                        status,
                        text: body.to_owned(),
                    })
            }
        };
        assert!(right, "{error:?}");
        bench.gateway.clear_faults();
    }
}

#[tokio::test]
async fn an_old_version_of_tls_is_refused() {
    let bench = Bench::quiet().await;
    let made = rcgen::generate_simple_self_signed([bench.gateway.host().to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS12])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let stream = TlsAcceptor::from(std::sync::Arc::new(config))
            .accept(stream)
            .await;
        let mut heard = Vec::new();
        if let Ok(mut stream) = stream {
            // Whatever comes is too much.
            let _ = stream.read_to_end(&mut heard).await;
        }
        heard
    });
    let lease = bench.lease_with(|config| config.dial = Dial::At(address));
    let error = soon(lease.status()).await.unwrap_err();
    assert!(matches!(error, ConnectError::Encryption(_)), "{error:?}");
    assert!(soon(server).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_address_near_this_computer_is_not_dialled() {
    let bench = Bench::quiet().await;
    let lease = bench.lease_with(|config| {
        config.dial = Dial::ByName;
        config.endpoint = akash_provider::Endpoint::parse("https://localhost:1").unwrap();
    });
    assert_eq!(
        soon(lease.status()).await,
        Err(ConnectError::PrivateAddress)
    );
}
