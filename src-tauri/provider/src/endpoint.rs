//! Where a provider's gateway listens.

use std::net::IpAddr;

use thiserror::Error;
use url::{Host, Url};

/// The port that a provider's gateway has unless its address names another.
const USUAL_PORT: u16 = 8443;

/// Host and port of a provider's gateway, out of the `hostUri` that the Console gives or the chain has.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Endpoint {
    host: String,
    port: u16,
}

/// Why an address cannot be that of a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum EndpointError {
    /// It is no URL.
    #[error("the provider's address is not a URL")]
    NotAUrl,
    /// It is not `https`: a token would travel in the clear.
    #[error("the provider's address does not begin with https")]
    NotHttps,
    /// It names a user, a query or a fragment.
    #[error("the provider's address has parts that do not belong there")]
    ExtraParts,
    /// It has a number in place of a host name. No certificate could be checked against a name.
    #[error("the provider's address has no host name")]
    NoHostName,
}

impl Endpoint {
    /// Reads an address such as `https://provider.example.com:8443`.
    ///
    /// # Errors
    /// See [`EndpointError`].
    pub fn parse(uri: &str) -> Result<Self, EndpointError> {
        let url = Url::parse(uri.trim()).map_err(|_| EndpointError::NotAUrl)?;
        if url.scheme() != "https" {
            return Err(EndpointError::NotHttps);
        }
        let plain = url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none()
            && matches!(url.path(), "" | "/");
        if !plain {
            return Err(EndpointError::ExtraParts);
        }
        let Some(Host::Domain(host)) = url.host() else {
            return Err(EndpointError::NoHostName);
        };
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        if host.is_empty() || host.parse::<IpAddr>().is_ok() {
            return Err(EndpointError::NoHostName);
        }
        // `Url` leaves out 443, which is what is usual for https, so it has to be looked for in the text.
        let port = match url.port() {
            Some(port) => port,
            None if uri.trim().trim_end_matches('/').ends_with(":443") => 443,
            None => USUAL_PORT,
        };
        Ok(Self { host, port })
    }

    /// The host name, in lower case and without a dot at its end.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_a_provider_is_read() {
        let read = Endpoint::parse("https://Provider.Example.com:8443").unwrap();
        assert_eq!((read.host(), read.port()), ("provider.example.com", 8443));
        assert_eq!(
            Endpoint::parse("https://p.example.com/").unwrap().port(),
            8443
        );
        assert_eq!(
            Endpoint::parse("https://p.example.com:443").unwrap().port(),
            443
        );
    }

    #[test]
    fn what_could_lead_elsewhere_is_refused() {
        for (uri, error) in [
            ("http://p.example.com:8443", EndpointError::NotHttps),
            ("https://user@p.example.com", EndpointError::ExtraParts),
            ("https://p.example.com/lease?x=1", EndpointError::ExtraParts),
            ("https://p.example.com/path", EndpointError::ExtraParts),
            ("https://10.0.0.1:8443", EndpointError::NoHostName),
            ("https://0x7f000001", EndpointError::NoHostName),
            ("https://[::1]:8443", EndpointError::NoHostName),
            ("provider.example.com", EndpointError::NotAUrl),
        ] {
            assert_eq!(Endpoint::parse(uri), Err(error), "{uri}");
        }
    }
}
