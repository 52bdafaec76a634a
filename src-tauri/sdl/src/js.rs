//! What JavaScript makes of numbers, dates and order, where the official library lets it show.

use std::cmp::Ordering;

/// `String(number)`.
pub(crate) fn number(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    // Rust's `{:e}` gives the shortest digits that read back the same, as JavaScript does; only the layout differs.
    let scientific = format!("{:e}", value.abs());
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let digits: String = mantissa.chars().filter(|c| *c != '.').collect();
    let point = exponent.parse::<i32>().unwrap_or_default() + 1;
    let count = digits.len() as i32;
    let body = if (count..=21).contains(&point) {
        format!("{digits}{}", "0".repeat((point - count) as usize))
    } else if (1..=21).contains(&point) {
        let (whole, fraction) = digits.split_at(point as usize);
        format!("{whole}.{fraction}")
    } else if (-5..=0).contains(&point) {
        format!("0.{}{digits}", "0".repeat(point.unsigned_abs() as usize))
    } else {
        let sign = if point > 0 { '+' } else { '-' };
        let exponent = (point - 1).abs();
        let (first, rest) = digits.split_at(1);
        if rest.is_empty() {
            format!("{first}e{sign}{exponent}")
        } else {
            format!("{first}.{rest}e{sign}{exponent}")
        }
    };
    if value < 0.0 {
        format!("-{body}")
    } else {
        body
    }
}

/// `String(date)` of a server that runs in UTC, from milliseconds since 1970.
pub(crate) fn date(ms: f64) -> String {
    const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let seconds = (ms / 1000.0).floor() as i64;
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let weekday = WEEKDAYS
        .get(days.rem_euclid(7) as usize)
        .copied()
        .unwrap_or_default();
    let (year, month, day) = civil_from_days(days);
    let month = MONTHS.get(month as usize - 1).copied().unwrap_or_default();
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!(
        "{weekday} {month} {day:02} {year:04} {hour:02}:{minute:02}:{second:02} GMT+0000 (Coordinated Universal Time)"
    )
}

/// Days from 1970-01-01 to the first of a month (1 to 12), in the proleptic Gregorian calendar.
pub(crate) fn days_from_civil(year: i64, month: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 {
        month_index + 3
    } else {
        month_index - 9
    };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// `a < b` of JavaScript strings: by UTF-16 code unit.
pub(crate) fn by_code_unit(a: &str, b: &str) -> Ordering {
    a.encode_utf16().cmp(b.encode_utf16())
}

/// `a.localeCompare(b)` as ICU's root order does it for ASCII; other characters follow, by code point.
pub(crate) fn by_locale(a: &str, b: &str) -> Ordering {
    const PUNCTUATION: &str = "_-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$";
    let primary = |c: char| -> u32 {
        match c {
            '0'..='9' => 100 + u32::from(c),
            'a'..='z' | 'A'..='Z' => 200 + u32::from(c.to_ascii_lowercase()),
            c => match PUNCTUATION.find(c) {
                Some(index) => 10 + index as u32,
                None if c.is_ascii() => u32::from(c == ' ') + 1,
                None => 1000 + u32::from(c),
            },
        }
    };
    let case = |text: &str| {
        text.chars()
            .map(|c| c.is_ascii_uppercase())
            .collect::<Vec<_>>()
    };
    a.chars()
        .map(primary)
        .cmp(b.chars().map(primary))
        .then_with(|| case(a).cmp(&case(b)))
        .then_with(|| a.cmp(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_look_as_in_javascript() {
        for (value, text) in [
            (1.5, "1.5"),
            (1e21, "1e+21"),
            (1e20, "100000000000000000000"),
            (123_456_789_012_345_680_000.0, "123456789012345680000"),
            (1.234_567_890_123_456_8e29, "1.2345678901234568e+29"),
            (1e-7, "1e-7"),
            (0.000_001, "0.000001"),
            (-0.0, "0"),
            (-12.25, "-12.25"),
            (80.0, "80"),
        ] {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn dates_look_as_in_javascript() {
        assert_eq!(
            date(1_008_288_000_000.0),
            "Fri Dec 14 2001 00:00:00 GMT+0000 (Coordinated Universal Time)"
        );
        assert_eq!(
            date(-1000.0),
            "Wed Dec 31 1969 23:59:59 GMT+0000 (Coordinated Universal Time)"
        );
    }

    #[test]
    fn locale_order_puts_punctuation_first_and_small_letters_before_capitals() {
        let mut names = vec!["B", "b", "Ab", "ab", "a1", "a/b", "a.b", "a-b", "a_b", "a"];
        names.sort_by(|a, b| by_locale(a, b));
        assert_eq!(
            names,
            ["a", "a_b", "a-b", "a.b", "a/b", "a1", "ab", "Ab", "b", "B"]
        );
    }
}
