//! The way to a provider: address, connection, TLS.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use rustls::{ClientConfig, pki_types::ServerName};
use tokio::{
    net::{TcpStream, lookup_host},
    time::timeout,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::{ConnectError, Endpoint, Step, error::tidy};

/// How many addresses of a host are tried.
const MAX_ADDRESSES: usize = 8;

/// How the address of a provider is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Dial {
    /// By its host name. Addresses in private networks and on this computer are refused: a provider must not make Aloft
    /// speak to what is near it.
    #[default]
    ByName,
    /// Always this one: for the demo and for tests. The certificate still has to be good for the host name.
    At(SocketAddr),
}

/// Connects, without TLS.
pub(crate) async fn connect(
    dial: Dial,
    endpoint: &Endpoint,
    patience: Duration,
) -> Result<TcpStream, ConnectError> {
    let addresses = match dial {
        Dial::At(address) => vec![address],
        Dial::ByName => {
            let asked = timeout(patience, lookup_host((endpoint.host(), endpoint.port()))).await;
            let found: Vec<_> = asked
                .map_err(|_| ConnectError::TimedOut(Step::Lookup))?
                .map_err(|_| ConnectError::UnknownHost)?
                .take(64)
                .collect();
            if found.is_empty() {
                return Err(ConnectError::UnknownHost);
            }
            let open: Vec<_> = found
                .into_iter()
                .filter(|address| is_public(address.ip()))
                .collect();
            if open.is_empty() {
                return Err(ConnectError::PrivateAddress);
            }
            open
        }
    };
    let mut last = ConnectError::UnknownHost;
    let attempts = async {
        for address in addresses.into_iter().take(MAX_ADDRESSES) {
            match timeout(patience / 2, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => return Ok(stream),
                Ok(Err(error)) => last = ConnectError::Unreachable(error.kind()),
                Err(_) => last = ConnectError::TimedOut(Step::Connect),
            }
        }
        Err(())
    };
    let tried = timeout(patience, attempts).await;
    match tried {
        Ok(Ok(stream)) => {
            // Typed characters should not wait for others. A connection without this still works.
            let _ = stream.set_nodelay(true);
            Ok(stream)
        }
        Ok(Err(())) => Err(last),
        Err(_) => Err(ConnectError::TimedOut(Step::Connect)),
    }
}

/// Agrees on encryption. The verifier in `config` has judged the certificate when this returns.
pub(crate) async fn encrypt(
    stream: TcpStream,
    endpoint: &Endpoint,
    config: ClientConfig,
    patience: Duration,
) -> Result<TlsStream<TcpStream>, ConnectError> {
    let name =
        ServerName::try_from(endpoint.host().to_owned()).map_err(|_| ConnectError::UnknownHost)?;
    let connector = TlsConnector::from(Arc::new(config));
    match timeout(patience, connector.connect(name, stream)).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(error)) => match error
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<rustls::Error>())
        {
            Some(error) => Err(ConnectError::Encryption(tidy(&error.to_string(), 200))),
            None => Err(ConnectError::Unreachable(error.kind())),
        },
        Err(_) => Err(ConnectError::TimedOut(Step::Encrypt)),
    }
}

/// Whether an address is out in the internet.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    !(ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_documentation()
        || ip.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b)))
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    if let Some(inner) = ip.to_ipv4_mapped() {
        return is_public_v4(inner);
    }
    let segments = ip.segments();
    match segments {
        // 6to4 and NAT64 have an older address inside.
        [0x2002, high, low, ..] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            let [a, b] = high.to_be_bytes();
            let [c, d] = low.to_be_bytes();
            is_public_v4(Ipv4Addr::new(a, b, c, d))
        }
        [0x2001, 0xdb8, ..] | [0x2001, 0, ..] => false,
        // Only this part of the space is given out.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_near_this_computer_are_not_public() {
        for text in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:7f00:1::",
            "ff02::1",
            "::127.0.0.1",
        ] {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
        for text in [
            "1.1.1.1",
            "99.84.238.1",
            "2606:4700::1111",
            "::ffff:1.1.1.1",
        ] {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
    }
}
