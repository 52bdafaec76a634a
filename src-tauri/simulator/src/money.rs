//! Amounts of money. All are in `uact`: 1 uact is one millionth of a USD.

use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive};
use serde_json::{Value, json};

/// The denomination in which managed wallets pay (since the chain's upgrade of 2026-03-23).
pub(crate) const DENOM: &str = "uact";

/// The smallest deposit with which a deployment can be created, in uact: the chain's default for `min_deposits`.
pub(crate) const MIN_DEPOSIT: u64 = 500_000;

/// Formats an amount as the chain formats a `Dec`: with 18 decimal places, the rest cut off.
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

/// Formats an amount as a coin: its denomination, and the amount with 18 decimal places.
pub(crate) fn coin(amount: Decimal) -> Value {
    json!({ "denom": DENOM, "amount": dec18(amount) })
}

/// Converts USD, as a client sends them, to whole uact. Rounds half up, as the Console does with `Math.round`.
/// `None` when the number is too large.
pub(crate) fn uact_of_usd(usd: &serde_json::Number) -> Option<Decimal> {
    let text = usd.to_string();
    let usd = text
        .parse::<Decimal>()
        .or_else(|_| Decimal::from_scientific(&text))
        .ok()?;
    let uact = usd.checked_mul(Decimal::from(1_000_000))?;
    // `Math.round` rounds a half up, for negative numbers too.
    let strategy = match uact.is_sign_negative() {
        true => RoundingStrategy::MidpointTowardZero,
        false => RoundingStrategy::MidpointAwayFromZero,
    };
    Some(uact.round_dp_with_strategy(0, strategy))
}

/// The amount due for some blocks at a rate in uact per block, cut to whole uact as the chain's escrow does.
pub(crate) fn owed(rate: Decimal, blocks: u64) -> Decimal {
    rate.checked_mul(Decimal::from(blocks))
        .unwrap_or(Decimal::MAX)
        .trunc()
}

/// An amount in uact as a JSON number, cut to whole uact.
pub(crate) fn uact_number(amount: Decimal) -> Value {
    amount.trunc().to_i64().map_or(Value::Null, Value::from)
}

/// A decimal as a JSON number, without trailing zeros.
pub(crate) fn json_number(number: Decimal) -> Value {
    serde_json::from_str(&number.normalize().to_string()).unwrap_or_default()
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
