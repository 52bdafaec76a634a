//! Amounts of CPU, memory and storage, exactly as the official library counts them.

use rust_decimal::Decimal;

use crate::js;

/// An amount that a manifest states, in the words of each derivation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Quantity {
    /// Digits, rounded up exactly (alpha.40 and later).
    pub(crate) exact: String,
    /// What floating point made of it (alpha.39).
    pub(crate) float: String,
}

impl Quantity {
    /// The exact amount; the largest number there is where it is larger.
    pub(crate) fn value(&self) -> u64 {
        self.exact
            .parse()
            .unwrap_or(if self.exact.starts_with('-') {
                0
            } else {
                u64::MAX
            })
    }
}

/// The parts of a size such as `1.5Gi`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SizeParts<'a> {
    pub(crate) number: &'a str,
    pub(crate) unit: &'a str,
}

/// Splits a size into number and unit; `None` where the official library throws "Invalid size string".
pub(crate) fn size_parts(text: &str) -> Option<SizeParts<'_>> {
    let at = text.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
    let (number, unit) = text.split_at(at);
    (!number.is_empty() && unit.chars().all(|c| c.is_ascii_alphabetic()))
        .then_some(SizeParts { number, unit })
}

/// Bytes in a size of memory or storage.
///
/// The first letter of the unit is the power (k m g t p e, any other: none); the base is 1024 only if the rest is
/// exactly `i`, so that `GB` and `GiB` both mean 10⁹.
pub(crate) fn size(text: &str) -> Option<Quantity> {
    let parts = size_parts(text)?;
    let unit = parts.unit.to_ascii_lowercase();
    let power = unit
        .chars()
        .next()
        .and_then(|c| "kmgtpe".find(c))
        .map_or(0, |index| index as u32 + 1);
    let base: u64 = if unit.get(1..) == Some("i") {
        1024
    } else {
        1000
    };
    let multiplier = base.checked_pow(power)?;
    let float = (js_float(parts.number) * multiplier as f64).ceil();
    Some(Quantity {
        exact: times(parts.number, multiplier),
        float: js::number(float),
    })
}

/// Thousandths of a core in a number of cores, given as JavaScript prints it or as the text says it.
///
/// Only the suffix `m` means thousandths; any other is ignored. `None` where the official library throws.
pub(crate) fn cpu(text: &str) -> Option<Quantity> {
    let at = text
        .find(|c: char| !(c.is_ascii_digit() || c == '.'))
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(at);
    if number.is_empty() || !unit.chars().all(|c| c.is_ascii_alphabetic()) {
        return None;
    }
    let multiplier = if unit.eq_ignore_ascii_case("m") {
        1
    } else {
        1000
    };
    Some(Quantity {
        exact: times(number, multiplier),
        float: js::number(js_float(number) * multiplier as f64),
    })
}

/// A number of GPUs as `BigInt(value)` takes it, given as JavaScript prints it or as the text says it.
pub(crate) fn gpus(text: &str) -> Option<Quantity> {
    let trimmed = text.trim();
    let exact = match trimmed.get(..2) {
        Some("0x" | "0X") => u128::from_str_radix(trimmed.get(2..)?, 16)
            .ok()?
            .to_string(),
        Some("0o" | "0O") => u128::from_str_radix(trimmed.get(2..)?, 8).ok()?.to_string(),
        Some("0b" | "0B") => u128::from_str_radix(trimmed.get(2..)?, 2).ok()?.to_string(),
        _ => {
            let (sign, digits) = match trimmed.strip_prefix('-') {
                Some(digits) => ("-", digits),
                None => ("", trimmed.strip_prefix('+').unwrap_or(trimmed)),
            };
            if !digits.bytes().all(|b| b.is_ascii_digit())
                || (digits.is_empty() && !trimmed.is_empty())
            {
                return None;
            }
            let digits = digits.trim_start_matches('0');
            if digits.is_empty() {
                "0".to_owned()
            } else {
                format!("{sign}{digits}")
            }
        }
    };
    Some(Quantity {
        exact,
        float: text.to_owned(),
    })
}

/// `parseFloat` of digits and points: what follows a second point is ignored.
fn js_float(number: &str) -> f64 {
    let mut parts = number.splitn(3, '.');
    let whole = parts.next().unwrap_or_default();
    let fraction = parts.next().unwrap_or_default();
    if whole.is_empty() && fraction.is_empty() {
        return f64::NAN;
    }
    format!("{whole}.{fraction}0")
        .trim_start_matches("..")
        .parse()
        .unwrap_or(f64::NAN)
}

/// A decimal number times a factor, rounded up, in exact arithmetic however long it is.
fn times(number: &str, factor: u64) -> String {
    let mut parts = number.splitn(3, '.');
    let whole = parts.next().unwrap_or_default();
    let fraction = parts.next().unwrap_or_default();
    let mut digits: Vec<u8> = Vec::with_capacity(number.len() + 20);
    let mut carry: u128 = 0;
    // From the last digit to the first, as on paper.
    for digit in whole.bytes().chain(fraction.bytes()).rev() {
        carry += u128::from(digit - b'0') * u128::from(factor);
        digits.push((carry % 10) as u8);
        carry /= 10;
    }
    while carry > 0 {
        digits.push((carry % 10) as u8);
        carry /= 10;
    }
    let point = fraction.len().min(digits.len());
    let (below, above) = digits.split_at_mut(point);
    let mut above = above.to_vec();
    if below.iter().any(|digit| *digit != 0) {
        let mut at = 0;
        loop {
            match above.get_mut(at) {
                None => {
                    above.push(1);
                    break;
                }
                Some(9) => {
                    if let Some(digit) = above.get_mut(at) {
                        *digit = 0;
                    }
                    at += 1;
                }
                Some(digit) => {
                    *digit += 1;
                    break;
                }
            }
        }
    }
    let text: String = above
        .iter()
        .rev()
        .map(|digit| char::from(b'0' + digit))
        .collect();
    let text = text.trim_start_matches('0');
    if text.is_empty() {
        "0".to_owned()
    } else {
        text.to_owned()
    }
}

/// The shortest size that means exactly so many bytes, e.g. `512Mi`, `1.5Gi` or `2G`.
pub(crate) fn size_text(bytes: u64) -> String {
    const UNITS: [&str; 12] = [
        "Ei", "Pi", "Ti", "Gi", "Mi", "Ki", "E", "P", "T", "G", "M", "k",
    ];
    let means = |text: &str| size(text).map(|quantity| quantity.value());
    let written = UNITS.iter().filter_map(|unit| {
        let one = means(&format!("1{unit}"))?;
        let number = Decimal::from(bytes)
            .checked_div(one.into())?
            .normalize()
            .to_string();
        Some(number + unit)
    });
    written
        .filter(|text| means(text) == Some(bytes))
        // Nobody writes `0.5Gi` for `512Mi`.
        .min_by_key(|text| (text.starts_with("0."), text.len()))
        .unwrap_or_else(|| format!("{bytes}B"))
}

/// Thousandths of a core as a number of cores, e.g. `0.5`.
pub(crate) fn cores(milli: u64) -> String {
    (Decimal::from(milli) / Decimal::ONE_THOUSAND)
        .normalize()
        .to_string()
}

/// Bytes for people: whole units of 1024 where they fit, else with one decimal, e.g. `512 MiB`, `1.5 GiB`.
pub(crate) fn bytes_for_people(bytes: u64) -> String {
    let units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    let mut power = 0;
    while power + 1 < units.len() && bytes >> (10 * (power + 1)) > 0 {
        power += 1;
    }
    let unit = units.get(power).copied().unwrap_or_default();
    let one = 1_u64 << (10 * power);
    if bytes.is_multiple_of(one) {
        return format!("{} {unit}", bytes / one);
    }
    let tenths = (u128::from(bytes) * 10 + u128::from(one) / 2) / u128::from(one);
    format!("{}.{} {unit}", tenths / 10, tenths % 10)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn exact(text: &str) -> Option<String> {
        size(text).map(|quantity| quantity.exact)
    }

    #[test]
    fn sizes_are_rounded_up_exactly() {
        assert_eq!(exact("0.3Gi").as_deref(), Some("322122548"));
        assert_eq!(exact("1Ei").as_deref(), Some("1152921504606846976"));
        assert_eq!(
            exact("99999999999999999999E").as_deref(),
            Some("99999999999999999999000000000000000000")
        );
        assert_eq!(exact("0.00000000000000000000001k").as_deref(), Some("1"));
        assert_eq!(exact("9.9999B").as_deref(), Some("10"));
        assert_eq!(exact(".Gi").as_deref(), Some("0"));
        assert_eq!(exact("512"), None);
        assert_eq!(exact("-1Gi"), None);
    }

    #[test]
    fn gpus_are_whole_numbers_in_any_notation() {
        let exact = |text| gpus(text).map(|quantity| quantity.exact);
        assert_eq!(exact("010").as_deref(), Some("10"));
        assert_eq!(exact(" 0x10 ").as_deref(), Some("16"));
        assert_eq!(exact("").as_deref(), Some("0"));
        assert_eq!(exact("0.5"), None);
        assert_eq!(exact("-"), None);
        assert_eq!(exact("abc"), None);
    }

    #[test]
    fn sizes_are_written_as_people_do_and_mean_the_same() {
        for text in [
            "1Mi", "512Mi", "1Gi", "1.5Gi", "1.25Gi", "100Gi", "2Ti", "32Ti", "1G", "1.5k",
            "0.001k",
        ] {
            let bytes = size(text).unwrap().value();
            assert_eq!(size_text(bytes), text);
        }
        for bytes in [0, 1, 7, 1023, 1_000_001, (1 << 40) + 1, u64::MAX - 1] {
            let text = size_text(bytes);
            assert_eq!(size(&text).unwrap().value(), bytes, "{text}");
        }
        assert_eq!([cores(10), cores(1500), cores(2000)], ["0.01", "1.5", "2"]);
    }

    #[test]
    fn people_read_bytes_in_round_units() {
        assert_eq!(bytes_for_people(512 << 20), "512 MiB");
        assert_eq!(bytes_for_people(1_000_000_000), "953.7 MiB");
        assert_eq!(bytes_for_people(3 << 29), "1.5 GiB");
        assert_eq!(bytes_for_people(10), "10 bytes");
    }
}
