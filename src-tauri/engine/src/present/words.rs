//! Amounts and durations in words, the same everywhere.

use akash_console::{PricePerBlock, Usd};
pub(crate) use akash_market::grouped;
use akash_market::{Decimal, Rates};

use crate::view::Price;

/// `5 d 3 h`, `40 min`, `25 s`: two units at most, cut, never rounded up.
pub(crate) fn duration(seconds: i64) -> String {
    let s = seconds.max(0);
    let (days, hours, minutes) = (s / 86_400, s / 3_600 % 24, s / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{s} s"),
        (0, 0, m) => format!("{m} min"),
        (0, h, 0) => format!("{h} h"),
        (0, h, m) => format!("{h} h {m} min"),
        (d, 0, _) => format!("{d} d"),
        (d, _, _) if d >= 60 => format!("{d} d"),
        (d, h, _) => format!("{d} d {h} h"),
    }
}

/// `512 MiB`, `1.5 GiB`, `800 bytes`.
pub(crate) fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    if bytes < 1024 {
        return format!("{bytes} bytes");
    }
    let mut unit = 0;
    let mut size = Decimal::from(bytes) / Decimal::from(1024);
    while size >= Decimal::from(1024) && unit + 1 < UNITS.len() {
        size /= Decimal::from(1024);
        unit += 1;
    }
    format!(
        "{} {}",
        size.round_dp(if size < Decimal::from(10) { 2 } else { 1 })
            .normalize(),
        UNITS.get(unit).copied().unwrap_or_default()
    )
}

/// The memory of a GPU as the SDL writes it, for people: `24Gi` is `24 GiB`.
pub(crate) fn ram(text: &str) -> String {
    match text.strip_suffix('i') {
        Some(size) if size.starts_with(|c: char| c.is_ascii_digit()) => {
            let at = size.len().saturating_sub(1);
            let (number, unit) = size.split_at_checked(at).unwrap_or((size, ""));
            format!("{number} {unit}iB")
        }
        _ => text.to_owned(),
    }
}

/// `0.5 CPU`.
pub(crate) fn cpu(milli: u64) -> String {
    format!(
        "{} CPU",
        Decimal::new(i64::try_from(milli).unwrap_or(i64::MAX), 3).normalize()
    )
}

/// `1 service`, `2 services`.
pub(crate) fn count(n: usize, one: &str) -> String {
    if n == 1 {
        format!("1 {one}")
    } else {
        format!("{n} {one}s")
    }
}

/// `once`, `3 times`.
pub(crate) fn times(n: usize) -> String {
    if n == 1 {
        "once".into()
    } else {
        format!("{n} times")
    }
}

/// A price per block for people, rounded up; `None` where the rate is unknown.
pub(crate) fn price(price: &PricePerBlock, rates: &Rates, by_hour: bool) -> Option<Price> {
    Some(Price {
        hour: price.usd_per_hour(rates)?.round_up(4),
        day: day(price.usd_per_day(rates)?),
        month: price.usd_per_month(rates)?.round_up(2),
        by_hour,
    })
}

/// Under a dollar with three decimals: cents rounded up would not agree with the month.
pub(crate) fn day(usd: Usd) -> String {
    usd.round_up(if usd < Usd::new(Decimal::ONE) { 3 } else { 2 })
}

/// What was or will be spent, for a sentence: rounded up, with thousands separators.
pub(crate) fn cost(usd: Usd) -> String {
    grouped(&usd.round_up(2))
}

/// What is left or comes back, for a sentence: rounded down, with thousands separators.
pub(crate) fn left(usd: Usd) -> String {
    grouped(&usd.round_down(2))
}

#[cfg(test)]
mod tests {
    #[test]
    fn durations_keep_two_units() {
        let cases = [
            (0, "0 s"),
            (59, "59 s"),
            (60, "1 min"),
            (3_599, "59 min"),
            (3_600, "1 h"),
            (93_780, "1 d 2 h"),
            (86_400, "1 d"),
            (8_640_000, "100 d"),
        ];
        for (seconds, words) in cases {
            assert_eq!(super::duration(seconds), words);
        }
    }

    #[test]
    fn sizes_read_as_they_are_written() {
        assert_eq!(super::bytes(536_870_912), "512 MiB");
        assert_eq!(super::bytes(1_610_612_736), "1.5 GiB");
        assert_eq!(super::bytes(12), "12 bytes");
        assert_eq!(super::cpu(500), "0.5 CPU");
        assert_eq!(super::ram("24Gi"), "24 GiB");
        assert_eq!(super::ram("80GB"), "80GB");
        assert_eq!(super::ram("i"), "i");
    }
}
