//! Amounts. All of them are `uact`, millionths of a USD.

use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive};
use serde_json::{Value, json};

/// The denomination of everything the Console's managed wallets pay with.
pub(crate) const DENOM: &str = "uact";

/// The least a deployment's escrow may be opened with, in uact.
pub(crate) const MIN_DEPOSIT: u64 = 500_000;

/// An amount as the chain writes a `Dec`: 18 places, cut.
pub(crate) fn dec18(amount: Decimal) -> String {
    let amount = amount.trunc_with_scale(18).normalize();
    let mut text = amount.to_string();
    let places = match text.find('.') {
        Some(point) => text.len() - point - 1,
        None => {
            text.push('.');
            0
        }
    };
    text.extend(std::iter::repeat_n('0', 18 - places.min(18)));
    text
}

/// An amount as a coin with 18 places.
pub(crate) fn coin(amount: Decimal) -> Value {
    json!({ "denom": DENOM, "amount": dec18(amount) })
}

/// USD as a client sends them, in whole uact, rounded half up as `Math.round` does.
/// `None` when it is not a number that fits.
pub(crate) fn uact_of_usd(usd: &serde_json::Number) -> Option<Decimal> {
    let text = usd.to_string();
    let usd = text
        .parse::<Decimal>()
        .or_else(|_| Decimal::from_scientific(&text))
        .ok()?;
    let uact = usd.checked_mul(Decimal::from(1_000_000))?;
    // `Math.round` goes up at a half, also below zero.
    let strategy = match uact.is_sign_negative() {
        true => RoundingStrategy::MidpointTowardZero,
        false => RoundingStrategy::MidpointAwayFromZero,
    };
    Some(uact.round_dp_with_strategy(0, strategy))
}

/// What `rate` per block comes to over some blocks, cut to whole uact.
pub(crate) fn owed(rate: Decimal, blocks: u64) -> Decimal {
    rate.checked_mul(Decimal::from(blocks))
        .unwrap_or(Decimal::MAX)
        .trunc()
}

/// An amount as a JSON number of whole uact.
pub(crate) fn micro(amount: Decimal) -> Value {
    amount.trunc().to_i64().map_or(Value::Null, Value::from)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn usd(text: &str) -> Decimal {
        uact_of_usd(&serde_json::from_str(text).unwrap()).unwrap()
    }

    #[test]
    fn decimals_have_eighteen_places() {
        assert_eq!(dec18(Decimal::new(1_607_717, 6)), "1.607717000000000000");
        assert_eq!(
            dec18(Decimal::from(5_000_000)),
            "5000000.000000000000000000"
        );
        assert_eq!(dec18(Decimal::ZERO), "0.000000000000000000");
        assert_eq!(dec18(Decimal::from(-3)), "-3.000000000000000000");
    }

    #[test]
    fn dollars_become_micro_units() {
        assert_eq!(usd("5"), Decimal::from(5_000_000));
        assert_eq!(usd("0.5"), Decimal::from(500_000));
        assert_eq!(usd("0.0000005"), Decimal::ONE);
        assert_eq!(usd("1e-3"), Decimal::from(1_000));
    }

    #[test]
    fn the_reference_settlement_is_cut() {
        assert_eq!(owed(Decimal::new(1_607_717, 6), 546), Decimal::from(877));
    }

    proptest! {
        #[test]
        fn eighteen_places_lose_nothing(units in -79_000_000_000_000i64..79_000_000_000_000, scale in 0u32..7) {
            let amount = Decimal::new(units, scale);
            let text = dec18(amount);
            prop_assert_eq!(text.split('.').nth(1).unwrap().len(), 18);
            prop_assert_eq!(text.parse::<Decimal>().unwrap(), amount);
        }
    }
}
