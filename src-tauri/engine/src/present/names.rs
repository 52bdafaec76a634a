//! What providers are called, and how they fared, in words.

use akash_console::Provider;
use akash_market::{Decimal, Past, Reason, Usd};
use url::Url;

/// What a provider is called: its organization, else its host, else the start of its address.
pub(crate) fn name(provider: Option<&Provider>, address: &str) -> String {
    let known = provider.and_then(|p| {
        p.organization
            .clone()
            .or_else(|| p.name.clone())
            .or_else(|| Some(host(p)))
            .filter(|name| !name.is_empty())
    });
    known.unwrap_or_else(|| format!("{}…", address.chars().take(12).collect::<String>()))
}

pub(crate) fn host(provider: &Provider) -> String {
    Url::parse(&provider.host_uri)
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned))
        .unwrap_or_default()
}

/// `Kyiv, UA`.
pub(crate) fn region(provider: &Provider) -> Option<String> {
    let place = provider
        .city
        .as_ref()
        .or(provider.ip_region.as_ref())
        .or(provider.location_region.as_ref());
    let country = provider
        .ip_country_code
        .as_ref()
        .or(provider.country.as_ref())
        .or(provider.ip_country.as_ref());
    match (place, country) {
        (Some(place), Some(country)) => Some(format!("{place}, {country}")),
        (one, other) => one.or(other).cloned(),
    }
}

/// Percent over 7 days, 2 decimals, cut: 99.999 is not 100.
pub(crate) fn uptime(provider: &Provider) -> Option<String> {
    percent(provider.uptime_7d?)
}

/// A share as percent, 2 decimals, cut. `None` for one too large to be counted with.
fn percent(share: Decimal) -> Option<String> {
    let percent = share.checked_mul(Decimal::ONE_HUNDRED)?;
    // `{:.2}` of a decimal panics on long numbers; this writes every one.
    Some(Usd::new(percent).round_down(2))
}

/// A person's own leases with a provider, in words.
pub(crate) fn past(past: Past) -> Option<String> {
    let reason = match past {
        Past { died: 0, lived: 0 } => return None,
        Past { died: 0, lived } => Reason::Lived { leases: lived },
        Past { died, lived } => Reason::Died {
            died,
            of: died.saturating_add(lived),
        },
    };
    Some(reason.to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_long_number_is_written_and_not_a_panic() {
        let cases = [
            ("0.99999", "99.99"),
            ("1", "100.00"),
            (
                "792281625142643375935439503.35",
                "79228162514264337593543950335.00",
            ),
        ];
        for (share, shown) in cases {
            assert_eq!(percent(share.parse().unwrap()).unwrap(), shown);
        }
        assert_eq!(percent(Decimal::MAX), None);
    }
}
