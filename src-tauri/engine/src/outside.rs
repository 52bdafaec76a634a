//! What lies outside this computer and its network. A provider names addresses; none of them may lead a person's browser, or Aloft itself, to
//! a router or to another program on this computer.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    time::Duration,
};

use url::{Host, Url};

use crate::record::{At, Place};

/// How long a name is looked up before it is opened.
const LOOK_UP: Duration = Duration::from_secs(3);

/// Endings of names that never lead outside: RFC 6761, RFC 6762, RFC 8375, and `internal`, which is reserved for private use.
const INSIDE: [&str; 4] = ["localhost", "local", "internal", "home.arpa"];

/// Whether the host of `url`, as it is written, can lie outside. What a name stands for shows [`leads_inside`].
pub(crate) fn public(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => public_ip(ip.into()),
        Some(Host::Ipv6(ip)) => public_ip(ip.into()),
        Some(Host::Domain(name)) => public_name(name),
        None => false,
    }
}

/// Whether a browser may be sent to `url`. An address on this computer is opened only where it belongs to the connected Console itself: the
/// pages of the demo.
pub(crate) fn may_open(url: &Url, console: Option<&Url>) -> bool {
    public(url) || of_local_console(url, console)
}

/// Whether `url` has scheme, host and port of a Console on this computer.
pub(crate) fn of_local_console(url: &Url, console: Option<&Url>) -> bool {
    console.is_some_and(|console| on_this_computer(console) && console.origin() == url.origin())
}

/// Whether the name in `url` stands for an address inside, now. A name that cannot be looked up leads nowhere; the browser says so.
pub(crate) async fn leads_inside(url: &Url) -> bool {
    let Some(Host::Domain(name)) = url.host() else {
        return !public(url);
    };
    let port = url.port_or_known_default().unwrap_or_default();
    match tokio::time::timeout(LOOK_UP, tokio::net::lookup_host((name, port))).await {
        Ok(Ok(mut found)) => found.any(|address| !public_ip(address.ip())),
        Ok(Err(_)) | Err(_) => false,
    }
}

/// The address of a place as a provider gave it, checked: http or https, with a host, without name and password.
pub(crate) fn web_url(text: &str) -> Option<Url> {
    let text = text.trim();
    let with_scheme = if text.contains("://") {
        text.to_owned()
    } else {
        format!("http://{text}")
    };
    let url = Url::parse(&with_scheme).ok()?;
    let sound = matches!(url.scheme(), "http" | "https")
        && url.host().is_some()
        && url.username().is_empty()
        && url.password().is_none();
    sound.then_some(url)
}

/// A page that somebody else names: as [`web_url`], and not plainly on this computer or in its network.
pub(crate) fn outside_url(text: &str) -> Option<Url> {
    web_url(text).filter(public)
}

/// Whether `url` leads to this computer.
pub(crate) fn on_this_computer(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// The address of a place for a browser, as the provider gave it. Whether it may be opened, [`may_open`] says.
pub(crate) fn place_url(place: &Place) -> Option<Url> {
    match &place.at {
        At::Web(host) => web_url(host),
        At::Port { .. } | At::Ip { .. } => None,
    }
}

fn public_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let inside = INSIDE.iter().any(|ending| {
        name.strip_suffix(ending)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    });
    name.contains('.') && !inside
}

/// Whether an address can be reached from everywhere: the special ranges of the IANA registries are left out, but for those of
/// documentation, which nobody has.
pub(crate) fn public_ip(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => public_v4(ip),
        IpAddr::V6(ip) => public_v6(ip),
    }
}

fn public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let this_network = a == 0;
    let shared = a == 100 && (64..128).contains(&b);
    let protocols = (a, b, c) == (192, 0, 0);
    let benchmarks = a == 198 && (18..20).contains(&b);
    let reserved = a >= 240;
    !(ip.is_loopback()
        || ip.is_private()
        || ip.is_link_local()
        || ip.is_multicast()
        || this_network
        || shared
        || protocols
        || benchmarks
        || reserved)
}

fn public_v6(ip: Ipv6Addr) -> bool {
    let [a, b, c, d, e, f, g, h] = ip.segments();
    let v4 = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    // An IPv4 address may stand within: IPv4-compatible, NAT64 (RFC 6052) and 6to4 (RFC 3056).
    let compatible = [a, b, c, d, e, f] == [0; 6];
    let nat64 = [a, b] == [0x64, 0xff9b];
    let six_to_four = a == 0x2002;
    let site_local = a & 0xffc0 == 0xfec0;
    !(ip.is_loopback()
        || ip.is_unspecified()
        || ip.is_multicast()
        || ip.is_unique_local()
        || ip.is_unicast_link_local()
        || site_local
        || (compatible || nat64) && !public_v4(v4(g, h))
        || six_to_four && !public_v4(v4(b, c)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    #[test]
    fn what_a_provider_names_cannot_lead_inside() {
        for host in [
            "127.0.0.1",
            "127.1",
            "2130706433",
            "0x7f.0.0.1",
            "0.0.0.0",
            "10.0.0.1",
            "172.16.5.4",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "192.0.0.8",
            "198.18.0.1",
            "224.0.0.251",
            "255.255.255.255",
            "[::1]",
            "[::]",
            "[::ffff:192.168.1.1]",
            "[::ffff:7f00:1]",
            "[::127.0.0.1]",
            "[64:ff9b::c0a8:101]",
            "[2002:c0a8:101::1]",
            "[fe80::1]",
            "[fec0::1]",
            "[fd00::1]",
            "[ff02::fb]",
            "localhost",
            "LOCALHOST.",
            "a.localhost",
            "router",
            "nas.local",
            "nas.local.",
            "db.internal",
            "box.home.arpa",
        ] {
            assert!(!public(&url(&format!("http://{host}/"))), "{host}");
        }
        for host in [
            "web.ingress.example.com",
            "1.1.1.1",
            "172.32.0.1",
            "100.128.0.1",
            "[2606:4700::1111]",
            "[64:ff9b::101:101]",
            "[::ffff:1.1.1.1]",
            "notlocal.example",
            "mylocalhost.com",
        ] {
            assert!(public(&url(&format!("http://{host}/"))), "{host}");
        }
    }

    #[tokio::test]
    #[cfg_attr(
        all(windows, target_env = "gnu"),
        ignore = "under Wine a name’s addresses are misaligned, which the standard library refuses"
    )]
    async fn a_name_that_stands_for_this_computer_leads_inside() {
        assert!(leads_inside(&url("http://localhost/")).await);
        assert!(leads_inside(&url("http://127.0.0.1/")).await);
        assert!(!leads_inside(&url("http://1.1.1.1/")).await);
    }

    #[test]
    fn only_the_demos_own_pages_are_opened_on_this_computer() {
        let page = url("http://127.0.0.1:4010/at/1-web.ingress.example");
        let demo = url("http://127.0.0.1:4010");
        assert!(may_open(&page, Some(&demo)));
        for console in [
            None,
            Some(url("http://127.0.0.1:4011")),
            Some(url("https://console-api.akash.network")),
        ] {
            assert!(!may_open(&page, console.as_ref()), "{console:?}");
        }
        assert!(!may_open(&url("http://127.0.0.1:631/"), Some(&demo)));
        // A Console in the network does not open its neighbours.
        let inside = url("https://192.168.1.5");
        assert!(!may_open(&url("https://192.168.1.5/at/x"), Some(&inside)));
    }

    #[test]
    fn only_web_addresses_are_addresses() {
        let host = |text| web_url(text).map(|url| url.to_string());
        assert_eq!(
            host("web.ingress.example.com").as_deref(),
            Some("http://web.ingress.example.com/")
        );
        assert_eq!(
            host("https://a.example/x").as_deref(),
            Some("https://a.example/x")
        );
        for text in [
            "",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "http://a:b@c.d",
            "ftp://x.y",
            "http://",
        ] {
            assert_eq!(host(text), None, "{text}");
        }
    }
}
