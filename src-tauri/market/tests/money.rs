//! Amounts, prices and rates: worked examples and what holds for all of them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use akash_market::{
    Amount, BLOCK_SECONDS, DAYS_PER_MONTH, Decimal, Denom, DenomMismatch, PricePerBlock, Rates,
    Usd, days_bought, parse_decimal,
};
use proptest::prelude::*;

fn dec(text: &str) -> Decimal {
    parse_decimal(text).unwrap()
}

fn price(amount: &str, denom: &str) -> PricePerBlock {
    PricePerBlock::new(dec(amount), denom.into())
}

const USDC: &str = "ibc/170C677610AC31DF0904FFE09CD3B5C657492170E7E52372E48756B71E56F2F1";

#[test]
fn one_act_a_block_costs_what_the_console_says() {
    let price = price("1000000.000000000000000000", "uact");
    let rates = Rates::default();
    assert_eq!(price.usd_per_hour(&rates).unwrap().round_up(2), "590.36");
    assert_eq!(price.usd_per_day(&rates).unwrap().round_up(2), "14168.58");
    assert_eq!(
        price.usd_per_month(&rates).unwrap().round_up(2),
        "431249.07"
    );
}

#[test]
fn a_small_bid_costs_cents() {
    let price = price("1.607717000000000000", "uact");
    let rates = Rates::default();
    assert_eq!(price.usd_per_month(&rates).unwrap().round_up(2), "0.70");
    assert_eq!(price.usd_per_hour(&rates).unwrap().round_up(4), "0.0010");
    let days = days_bought("0.5".parse().unwrap(), &price, &rates).unwrap();
    assert_eq!(days.trunc(), dec("21"));
}

#[test]
fn akt_needs_a_rate_and_other_denoms_have_none() {
    let known = Rates {
        akt_usd: Some(dec("0.5")),
        ..Rates::default()
    };
    let unknown = Rates::default();
    let free = Rates {
        akt_usd: Some(Decimal::ZERO),
        ..Rates::default()
    };
    let akt = price("2", "uakt");
    assert_eq!(
        akt.usd_per_hour(&known),
        price("1", "uact").usd_per_hour(&known)
    );
    assert_eq!(akt.usd_per_hour(&unknown), None);
    assert_eq!(
        akt.usd_per_hour(&free),
        None,
        "a price of nothing is no price"
    );
    assert_eq!(price("2", "ibc/ABC").usd_per_month(&known), None);
    assert_eq!(Amount::new(dec("2"), "upotato".into()).usd(&known), None);
    assert_eq!(days_bought(Usd::ZERO, &akt, &unknown), None);
    assert_eq!(
        days_bought("5".parse().unwrap(), &price("0", "uact"), &known),
        None
    );
}

#[test]
fn denoms_never_mix() {
    let sum = price("1.5", "uact").add(&price("2.25", "uact")).unwrap();
    assert_eq!(sum, price("3.75", "uact"));
    assert!(matches!(
        price("1", "uact").add(&price("1", USDC)),
        Err(DenomMismatch::Differ(Denom::Uact, Denom::Usdc(_)))
    ));
    assert_eq!(
        Amount::new(Decimal::MAX, Denom::Uact).add(&Amount::new(Decimal::MAX, Denom::Uact)),
        Err(DenomMismatch::Overflow)
    );
}

#[test]
fn people_read_rounded_money() {
    let usd = |text: &str| text.parse::<Usd>().unwrap();
    assert_eq!(usd("4.171").round_up(2), "4.18");
    assert_eq!(usd("4.17").round_up(2), "4.17");
    assert_eq!(usd("4").round_up(4), "4.0000");
    assert_eq!(usd("4.179").round_down(2), "4.17");
    assert_eq!(usd("-0.001").round_up(2), "0.00");
    assert_eq!(usd("-0.001").round_down(2), "-0.01");
    assert_eq!(usd("4.1700").to_string(), "4.17");
    assert_eq!(Usd::from_micro(4_999_123_u64).to_string(), "4.999123");
    assert_eq!(Usd::from_micro(4_999_123_i64).micro(), dec("4999123"));
    assert_eq!(serde_json::to_string(&usd("4.5")).unwrap(), "\"4.5\"");
}

#[test]
fn numbers_are_read_strictly() {
    for (text, value) in [
        ("5000000.000000000000000000", "5000000"),
        ("1e3", "1000"),
        ("2.5E-7", "0.00000025"),
        ("-4", "-4"),
        (".5", "0.5"),
    ] {
        assert_eq!(
            parse_decimal(text).map(|d| d.normalize()),
            Some(dec(value)),
            "{text}"
        );
    }
    for text in [
        "",
        " 1",
        "1 ",
        "1,5",
        "1_000",
        "NaN",
        "inf",
        "0x10",
        "٣",
        "$1",
        "1e999999999",
        "-",
        ".",
    ] {
        assert_eq!(parse_decimal(text), None, "{text}");
    }
    assert!("4.18 ".parse::<Usd>().is_ok(), "a person may type a space");
    assert!("four".parse::<Usd>().is_err());
}

#[test]
fn a_measured_block_time_has_to_make_sense() {
    let rates = Rates::default();
    assert_eq!(
        rates.measured((100, 0), (200, 610_000)).block_seconds,
        dec("6.1")
    );
    assert_eq!(rates.measured((100, 0), (100, 610_000)), rates, "no blocks");
    assert_eq!(rates.measured((200, 0), (100, 610_000)), rates, "backwards");
    assert_eq!(rates.measured((100, 0), (200, 10)), rates, "too fast");
    assert_eq!(
        rates.measured((100, i64::MIN), (200, i64::MAX)),
        rates,
        "absurd"
    );
    assert_eq!(BLOCK_SECONDS, dec("6.098"));
    assert_eq!(DAYS_PER_MONTH, dec("30.437"));
    assert_eq!(rates.blocks(rates.seconds(12_345)), 12_345);
    assert_eq!(rates.blocks(dec("-5")), 0);
    let broken = Rates {
        block_seconds: Decimal::ZERO,
        ..rates
    };
    assert_eq!(price("1", "uact").usd_per_hour(&broken), None);
}

#[test]
fn a_limit_by_the_month_becomes_a_price_by_the_block() {
    let rates = Rates::default();
    let limit =
        PricePerBlock::from_usd_per_month("10".parse().unwrap(), Denom::Uact, &rates).unwrap();
    assert_eq!(
        limit.usd_per_month(&rates).unwrap().decimal().round_dp(9),
        dec("10")
    );
    assert_eq!(
        PricePerBlock::from_usd_per_month(Usd::ZERO, Denom::Uakt, &rates),
        None
    );
}

fn any_decimal() -> impl Strategy<Value = Decimal> {
    (
        any::<u32>(),
        any::<u32>(),
        any::<u32>(),
        any::<bool>(),
        0..=28_u32,
    )
        .prop_map(|(lo, mid, hi, negative, scale)| {
            Decimal::from_parts(lo, mid, hi, negative, scale)
        })
}

/// A price such as the chain gives: up to a thousand coins a block, 18 places.
fn chain_price() -> impl Strategy<Value = Decimal> {
    (0..1_000_000_000_u64, 0..1_000_000_000_000_000_000_u64)
        .prop_map(|(whole, places)| dec(&format!("{whole}.{places:018}")))
}

proptest! {
    #[test]
    fn nothing_panics(a in any_decimal(), b in any_decimal(), places in 0..40_u32, denom in ".{0,12}") {
        let (x, y) = (Usd::new(a), Usd::new(b));
        let _ = (x.saturating_add(y), x.saturating_sub(y), x.checked_add(y), x.checked_sub(y));
        let _ = (x.checked_mul(b), x.ratio(y), x.micro(), x.round_up(places), x.round_down(places));
        let rates = Rates { akt_usd: Some(b), block_seconds: a };
        for denom in ["uact", "uakt", denom.as_str()] {
            let price = PricePerBlock::new(a, denom.into());
            let _ = (price.usd_per_hour(&rates), price.usd_per_month(&Rates::default()));
            let _ = days_bought(y, &price, &rates);
        }
        let _ = (rates.blocks(b), rates.seconds(u64::MAX));
    }

    #[test]
    fn any_text_can_be_a_denom_and_stays_itself(text in "\\PC*") {
        prop_assert_eq!(Denom::from(text.as_str()).to_string(), text);
    }

    #[test]
    fn any_text_can_be_tried_as_a_number(text in "\\PC*") {
        let _ = parse_decimal(&text);
    }

    #[test]
    fn money_reads_back_what_it_wrote(value in any_decimal()) {
        let usd = Usd::new(value);
        prop_assert_eq!(usd.to_string().parse::<Usd>().unwrap(), usd);
    }

    #[test]
    fn rounding_up_never_shows_less_and_never_a_step_more(value in chain_price(), places in 0..9_u32) {
        let shown = dec(&Usd::new(value).round_up(places));
        let step = Decimal::new(1, places);
        prop_assert!(shown >= value && shown - value < step);
        let shown = dec(&Usd::new(value).round_down(places));
        prop_assert!(shown <= value && value - shown < step);
    }

    #[test]
    fn an_hour_a_day_and_a_month_agree(amount in chain_price()) {
        let price = PricePerBlock::new(amount, Denom::Uact);
        let rates = Rates::default();
        let hour = price.usd_per_hour(&rates).unwrap().decimal();
        let day = price.usd_per_day(&rates).unwrap().decimal();
        let month = price.usd_per_month(&rates).unwrap().decimal();
        let near = Decimal::new(1, 9);
        prop_assert!((hour * Decimal::from(24) - day).abs() < near);
        prop_assert!((day * DAYS_PER_MONTH - month).abs() < near);
    }

    #[test]
    fn dollars_do_not_depend_on_the_coin(amount in chain_price()) {
        let rates = Rates { akt_usd: Some(Decimal::ONE), ..Rates::default() };
        let usd = |denom: &str| PricePerBlock::new(amount, denom.into()).usd_per_month(&rates);
        prop_assert_eq!(usd("uact"), usd(USDC));
        prop_assert_eq!(usd("uact"), usd("uusdc"));
        prop_assert_eq!(usd("uact"), usd("uakt"));
    }

    #[test]
    fn more_a_block_is_never_less_a_month(a in chain_price(), b in chain_price()) {
        let rates = Rates::default();
        let month = |amount| PricePerBlock::new(amount, Denom::Uact).usd_per_month(&rates).unwrap();
        prop_assert_eq!(a.cmp(&b).is_le(), month(a).cmp(&month(b)).is_le() || a == b);
    }
}

#[test]
fn amounts_in_sentences_have_thousands_separators() {
    let cases = [
        ("0.50", "0.50"),
        ("999.99", "999.99"),
        ("1000.00", "1,000.00"),
        ("1234567.50", "1,234,567.50"),
        ("-1234.50", "-1,234.50"),
        ("-123.50", "-123.50"),
        ("100000", "100,000"),
    ];
    for (plain, said) in cases {
        assert_eq!(akash_market::grouped(plain), said);
    }
}
