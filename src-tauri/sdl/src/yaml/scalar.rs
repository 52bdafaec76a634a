//! What a scalar means: the rules of js-yaml 4.1.1.

use super::node::Kind;

/// The meaning of an unquoted scalar without a tag. `<<` stays text; the caller knows where it means "merge".
pub(crate) fn resolve_plain(text: &str) -> Kind {
    if is_null(text) {
        return Kind::Null;
    }
    if let Some(value) = bool(text) {
        return Kind::Bool(value);
    }
    if let Some(value) = int(text).or_else(|| float(text)) {
        return Kind::Num(value);
    }
    if let Some(ms) = timestamp(text) {
        return Kind::Date(ms);
    }
    Kind::Str(text.to_owned())
}

/// Why a tag can't be followed.
pub(crate) enum TagFault {
    Unknown,
    Unresolvable,
}

/// The meaning of a scalar with an explicit tag, given as `tag:yaml.org,2002:…` or as written. `None` stands for an empty value.
pub(crate) fn resolve_tagged(tag: &str, text: Option<&str>) -> Result<Kind, TagFault> {
    let Some(name) = tag.strip_prefix("tag:yaml.org,2002:") else {
        return if tag == "!" {
            Ok(Kind::Str(text.unwrap_or_default().to_owned()))
        } else {
            Err(TagFault::Unknown)
        };
    };
    let found = match (name, text) {
        ("str", text) => Some(Kind::Str(text.unwrap_or_default().to_owned())),
        ("null", None) => Some(Kind::Null),
        ("null", Some(text)) => is_null(text).then_some(Kind::Null),
        ("bool", Some(text)) => bool(text).map(Kind::Bool),
        ("int", Some(text)) => int(text).map(Kind::Num),
        ("float", Some(text)) => float(text).map(Kind::Num),
        ("timestamp", Some(text)) => timestamp(text).map(Kind::Date),
        ("binary", Some(text)) => is_base64(text).then_some(Kind::Binary),
        ("merge", Some("<<")) => Some(Kind::Str("<<".to_owned())),
        ("merge", None) => Some(Kind::Null),
        ("map" | "set", None) => Some(Kind::Map(super::Map::default())),
        ("seq" | "omap" | "pairs", None) => Some(Kind::Seq(Vec::new())),
        ("bool" | "int" | "float" | "timestamp" | "binary" | "merge", _) => None,
        _ => return Err(TagFault::Unknown),
    };
    found.ok_or(TagFault::Unresolvable)
}

fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

fn bool(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

fn int(text: &str) -> Option<f64> {
    let (sign, rest) = match text.as_bytes().first()? {
        b'-' => (-1.0, text.get(1..)?),
        b'+' => (1.0, text.get(1..)?),
        _ => (1.0, text),
    };
    let (digits, radix) = match rest.get(..2) {
        Some("0b") => (rest.get(2..)?, 2),
        Some("0x") => (rest.get(2..)?, 16),
        Some("0o") => (rest.get(2..)?, 8),
        _ => (rest, 10),
    };
    if digits.ends_with('_') || (radix == 10 && digits.starts_with('_')) {
        return None;
    }
    let digits: String = digits.chars().filter(|c| *c != '_').collect();
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    let value = match (radix, u128::from_str_radix(&digits, radix)) {
        (10, _) => digits.parse().ok()?,
        (_, Ok(value)) => value as f64,
        (_, Err(_)) => digits
            .chars()
            .filter_map(|c| c.to_digit(radix))
            .fold(0.0, |value, digit| {
                value * f64::from(radix) + f64::from(digit)
            }),
    };
    Some(sign * value)
}

fn float(text: &str) -> Option<f64> {
    if text.ends_with('_') {
        return None;
    }
    match text {
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return Some(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return Some(f64::NEG_INFINITY),
        ".nan" | ".NaN" | ".NAN" => return Some(f64::NAN),
        _ => {}
    }
    let bytes = text.as_bytes();
    let mut at = usize::from(matches!(bytes.first(), Some(b'-' | b'+')));
    let signed = at == 1;
    let run = |mut at: usize, underscore: bool| {
        while bytes
            .get(at)
            .is_some_and(|b| b.is_ascii_digit() || (underscore && *b == b'_'))
        {
            at += 1;
        }
        at
    };
    if bytes.get(at).is_some_and(u8::is_ascii_digit) {
        at = run(at, true);
        if bytes.get(at) == Some(&b'.') {
            at = run(at + 1, true);
        }
    } else if !signed && bytes.first() == Some(&b'.') {
        let end = run(1, true);
        if end == 1 {
            return None;
        }
        at = end;
    } else {
        return None;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(at + 1), Some(b'-' | b'+')));
        let end = run(at + 1 + sign, false);
        if end == at + 1 + sign {
            return None;
        }
        at = end;
    }
    if at != bytes.len() {
        return None;
    }
    let clean: String = text.chars().filter(|c| *c != '_').collect();
    // "._1" is ".1" once the underscores are gone; "._" was refused above.
    clean.parse().ok()
}

/// Milliseconds since 1970 of a date or a date and time.
fn timestamp(text: &str) -> Option<f64> {
    let mut rest = text;
    let year = digits(&mut rest, 4, 4)?;
    expect(&mut rest, "-")?;
    let month = digits(&mut rest, 1, 2)?;
    let month_digits = text.len() - rest.len() - 5;
    expect(&mut rest, "-")?;
    let before = rest.len();
    let day = digits(&mut rest, 1, 2)?;
    if rest.is_empty() {
        return (month_digits == 2 && before == 2).then(|| utc(year, month, day, [0.0; 4]));
    }
    let trimmed = rest.trim_start_matches([' ', '\t']);
    rest = if trimmed.len() < rest.len() {
        trimmed
    } else {
        rest.strip_prefix(['T', 't'])?
    };
    let hour = digits(&mut rest, 1, 2)?;
    expect(&mut rest, ":")?;
    let minute = digits(&mut rest, 2, 2)?;
    expect(&mut rest, ":")?;
    let second = digits(&mut rest, 2, 2)?;
    let mut ms = 0.0;
    if let Some(fraction) = rest.strip_prefix('.') {
        let len = fraction.bytes().take_while(u8::is_ascii_digit).count();
        let kept = fraction.get(..len.min(3))?;
        ms = format!("{kept:0<3}").parse().ok()?;
        rest = fraction.get(len..)?;
    }
    let mut offset = 0.0;
    let zone = rest.trim_start_matches([' ', '\t']);
    if !rest.is_empty() && zone != "Z" {
        let (sign, mut zone) = match zone.as_bytes().first()? {
            b'+' => (1.0, zone.get(1..)?),
            b'-' => (-1.0, zone.get(1..)?),
            _ => return None,
        };
        let hours = digits(&mut zone, 1, 2)?;
        let minutes = if zone.is_empty() {
            0.0
        } else {
            expect(&mut zone, ":")?;
            digits(&mut zone, 2, 2)?
        };
        if !zone.is_empty() {
            return None;
        }
        offset = sign * (hours * 60.0 + minutes) * 60_000.0;
    }
    Some(utc(year, month, day, [hour, minute, second, ms]) - offset)
}

fn digits(rest: &mut &str, least: usize, most: usize) -> Option<f64> {
    let len = rest
        .bytes()
        .take(most)
        .take_while(u8::is_ascii_digit)
        .count();
    let (number, after) = rest.split_at_checked(len).filter(|_| len >= least)?;
    *rest = after;
    number.parse().ok()
}

fn expect(rest: &mut &str, what: &str) -> Option<()> {
    *rest = rest.strip_prefix(what)?;
    Some(())
}

/// `Date.UTC`: fields beyond their range carry over; years 0 to 99 mean 1900 to 1999.
fn utc(year: f64, month: f64, day: f64, [hour, minute, second, ms]: [f64; 4]) -> f64 {
    let year = if (0.0..=99.0).contains(&year) {
        year + 1900.0
    } else {
        year
    };
    let months = year * 12.0 + month - 1.0;
    let (year, month) = (
        (months / 12.0).floor() as i64,
        (months.rem_euclid(12.0)) as i64 + 1,
    );
    let days = crate::js::days_from_civil(year, month) as f64 + day - 1.0;
    ((days * 24.0 + hour) * 60.0 + minute) * 60_000.0 + second * 1000.0 + ms
}

fn is_base64(text: &str) -> bool {
    let significant = text.bytes().filter(|b| !matches!(b, b'\n' | b'\r' | b'='));
    let mut count = 0_usize;
    for byte in significant {
        if !(byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')) {
            return false;
        }
        count += 1;
    }
    (count * 6).is_multiple_of(8) || text.contains('=')
}
