//! What was typed, read: amounts, limits, the Console's address.

use akash_console::Usd;
use url::Url;

use crate::{
    outside::on_this_computer,
    record::{
        LEAST,
        problem::{AddressProblem, Amount, Input},
    },
    view::Rule,
};

/// More than this at once is taken for a slip of the finger, USD.
pub(crate) const MOST: Usd = Usd::new(akash_market::Decimal::from_parts(10_000, 0, 0, false, 0));

/// A lower limit a month lets nothing in, USD.
const LIMIT_LEAST: Usd = Usd::new(akash_market::Decimal::from_parts(1, 0, 0, false, 2));
/// A higher limit a month is taken for a slip of the finger, USD.
const LIMIT_MOST: Usd = Usd::new(akash_market::Decimal::from_parts(1_000_000, 0, 0, false, 0));

/// Dollars and cents, as typed.
///
/// # Errors
/// When it is no such amount.
fn dollars(text: &str, amount: Amount) -> Result<Usd, Input> {
    let clean = text.trim().trim_start_matches('$').trim_start();
    // A comma separates thousands for one half of the world and cents for the other.
    if clean.contains(',') {
        return Err(Input::Comma);
    }
    let usd: Usd = clean.parse().map_err(|_| Input::NoAmount(amount))?;
    if usd.decimal().normalize().scale() > 2 {
        return Err(Input::Cents);
    }
    Ok(usd)
}

/// An amount to set aside, as typed.
///
/// # Errors
/// When it can't be used.
pub(crate) fn amount(text: &str) -> Result<Usd, Input> {
    let usd = dollars(text, Amount::SetAside)?;
    if usd < LEAST {
        return Err(Input::TooSmall(Amount::SetAside));
    }
    if usd > MOST {
        return Err(Input::TooLarge(Amount::SetAside));
    }
    Ok(usd)
}

/// The most that something may cost a month, as typed.
///
/// # Errors
/// When it can't be used.
pub(crate) fn limit(text: &str) -> Result<Usd, Input> {
    let usd = dollars(text, Amount::Limit)?;
    if usd < LIMIT_LEAST {
        return Err(Input::TooSmall(Amount::Limit));
    }
    if usd > LIMIT_MOST {
        return Err(Input::TooLarge(Amount::Limit));
    }
    Ok(usd)
}

/// The most that something may spend in all, as typed.
///
/// # Errors
/// When it can't be used.
pub(crate) fn ceiling(text: &str) -> Result<Usd, Input> {
    let usd = dollars(text, Amount::Ceiling)?;
    if usd < LIMIT_LEAST {
        return Err(Input::TooSmall(Amount::Ceiling));
    }
    if usd > LIMIT_MOST {
        return Err(Input::TooLarge(Amount::Ceiling));
    }
    Ok(usd)
}

/// What *Deploy for me* is to take, as typed, with the limit as it is shown from now on.
///
/// # Errors
/// When it can't be used.
pub(crate) fn rule(rule: Rule) -> Result<Rule, Input> {
    let region = rule.region.map(|key| key.trim().chars().take(60).collect());
    Ok(Rule {
        limit: limit(&rule.limit)?.round_down(2),
        region: region.filter(|key: &String| !key.is_empty()),
        way: rule.way,
    })
}

/// A Console's address as typed: https, or http on this computer alone.
///
/// # Errors
/// When it can't be used.
pub(crate) fn console_url(text: &str) -> Result<Url, Input> {
    let refused = Input::Address;
    let url = Url::parse(text.trim()).map_err(|_| refused(AddressProblem::NoAddress))?;
    let local = on_this_computer(&url);
    match url.scheme() {
        "https" => {}
        "http" if local => {}
        _ => return Err(refused(AddressProblem::NoHttps)),
    }
    if !url.username().is_empty()
        || url.password().is_some()
        || url.query().is_some()
        || url.fragment().is_some()
    {
        return Err(refused(AddressProblem::Extras));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for (text, cents) in [
            ("5", "5.00"),
            (" $2.50 ", "2.50"),
            ("0.5", "0.50"),
            ("10000", "10000.00"),
        ] {
            assert_eq!(
                amount(text).map(|usd| usd.round_up(2)),
                Ok(cents.to_owned()),
                "{text}"
            );
        }
        for text in [
            "", "five", "0.49", "-1", "1e9", "NaN", "2.505", "1,5", "10000.01",
        ] {
            assert!(amount(text).is_err(), "{text}");
        }
        for (text, says) in [("0.5030", Input::Cents), ("1,000", Input::Comma)] {
            for refused in [amount(text), limit(text), ceiling(text)] {
                assert_eq!(refused, Err(says), "{text}");
            }
        }
    }

    #[test]
    fn a_console_is_https_or_on_this_computer() {
        for text in [
            "https://console-api.akash.network",
            "http://127.0.0.1:8080",
            "http://localhost:1/",
            "http://[::1]:9",
        ] {
            assert!(console_url(text).is_ok(), "{text}");
        }
        for text in [
            "",
            "console",
            "http://console-api.akash.network",
            "ftp://x",
            "https://a:b@c.d",
            "https://x/?a=1",
            "http://127.0.0.1.evil.com",
            "javascript:alert(1)",
        ] {
            assert!(console_url(text).is_err(), "{text}");
        }
    }
}
