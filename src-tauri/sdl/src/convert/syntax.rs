//! The short forms that compose files and `docker run` share: ports, volumes, sizes, cores.

use super::plan::{Port, Proto, Published};

/// Most ports of one range.
const MOST: u32 = 200;

/// Reads `[[HOST_IP:]HOST:]CONTAINER[/PROTOCOL]`, with ranges.
///
/// # Errors
/// What is wrong, as a sentence.
pub(super) fn ports(text: &str) -> Result<Vec<Port>, String> {
    let wrong = || "This is no port that compose or Docker knows.".to_owned();
    let (body, proto) = match text.trim().split_once('/') {
        Some((body, proto)) => (body, proto),
        None => (text.trim(), "tcp"),
    };
    let proto = protocol(proto)?;
    let (front, container) = match body.rsplit_once(':') {
        Some((front, container)) => (Some(front), container),
        None => (None, body),
    };
    let (first, last) = range(container).ok_or_else(wrong)?;
    let (ip, host) = match front {
        None => (None, None),
        Some(front) => match front.rsplit_once(':') {
            // `[::1]:80`, or `127.0.0.1:80`, or the same without a port.
            Some((ip, host)) if !front.ends_with(']') => {
                (Some(ip), (!host.is_empty()).then_some(host))
            }
            _ if front.contains('.') || front.starts_with('[') => (Some(front), None),
            _ => (None, (!front.is_empty()).then_some(front)),
        },
    };
    let host = match host {
        Some(host) => Some(range(host).ok_or_else(wrong)?),
        None => None,
    };
    let loopback = ip.is_some_and(is_loopback);
    let count = u32::from(last - first) + 1;
    if count > MOST {
        return Err(format!(
            "The range holds {count} ports, and Aloft takes {MOST} at the most."
        ));
    }
    let ports = (first..=last).map(|port| {
        let outside = host.map(|(from, to)| {
            if from == to {
                from
            } else {
                from.saturating_add(port - first)
            }
        });
        Port {
            port,
            proto,
            published: if loopback {
                Published::Loopback
            } else {
                Published::Everyone(outside)
            },
            http: None,
            from: text.to_owned(),
        }
    });
    Ok(ports.collect())
}

pub(super) fn is_loopback(ip: &str) -> bool {
    let ip = ip.trim_start_matches('[').trim_end_matches(']');
    ip.starts_with("127.") || ip == "::1" || ip == "localhost"
}

/// # Errors
/// What is wrong, as a sentence.
pub(super) fn protocol(name: &str) -> Result<Proto, String> {
    match name.to_ascii_lowercase().as_str() {
        "tcp" | "" => Ok(Proto::Tcp),
        "udp" => Ok(Proto::Udp),
        _ => Err("Akash opens ports of TCP and UDP only.".to_owned()),
    }
}

/// `80` or `80-90`.
pub(super) fn range(text: &str) -> Option<(u16, u16)> {
    let number = |text: &str| text.trim().parse::<u16>().ok().filter(|number| *number > 0);
    match text.split_once('-') {
        Some((from, to)) => number(from).zip(number(to)).filter(|(from, to)| from <= to),
        None => number(text).map(|number| (number, number)),
    }
}

/// A folder of a container and what is behind it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Mount {
    /// What stands before the folder; empty for a volume without a name.
    pub(super) source: String,
    pub(super) target: String,
    pub(super) read_only: bool,
}

/// Reads `[SOURCE:]TARGET[:MODE]`.
pub(super) fn mount(text: &str) -> Mount {
    // `c:/data` is the volume `c`, and `c:/data:/data` a folder of Windows.
    let drive = |text: &str| {
        let mut chars = text.chars();
        let letter = chars.next().is_some_and(|c| c.is_ascii_alphabetic());
        let colon = chars.next() == Some(':');
        let rest = chars.as_str();
        let target = rest
            .split_once(':')
            .is_some_and(|(_, target)| target.starts_with('/'));
        letter && colon && (rest.starts_with('\\') || rest.starts_with('/') && target)
    };
    // The colon of `C:\` belongs to the path.
    let skip = if drive(text) { 2 } else { 0 };
    let parts: Vec<&str> = text.get(skip..).unwrap_or_default().split(':').collect();
    let whole = |part: &str| format!("{}{part}", text.get(..skip).unwrap_or_default());
    match parts.as_slice() {
        [target] if skip == 0 => Mount {
            target: (*target).to_owned(),
            ..Mount::default()
        },
        [source, target, rest @ ..] => Mount {
            source: whole(source),
            target: (*target).to_owned(),
            read_only: rest
                .iter()
                .flat_map(|mode| mode.split(','))
                .any(|mode| mode == "ro" || mode == "readonly"),
        },
        _ => Mount {
            source: text.to_owned(),
            ..Mount::default()
        },
    }
}

/// Whether a source is a path of the machine and not the name of a volume.
pub(super) fn is_path(source: &str) -> bool {
    source.starts_with(['.', '/', '~', '$', '%'])
        || source.contains(['/', '\\'])
        || source.get(1..2) == Some(":")
}

/// Bytes of `512m`, `1.5g`, `2gb`, `1Gi` or a plain number: Docker counts in units of 1024.
pub(super) fn bytes(text: &str) -> Option<u64> {
    let text = text.trim();
    let at = text
        .find(|c: char| !(c.is_ascii_digit() || c == '.'))
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(at);
    let unit = unit.trim().to_ascii_lowercase();
    let shift = match unit.trim_end_matches("ib").trim_end_matches(['b', 'i']) {
        "" => 0,
        "k" => 10,
        "m" => 20,
        "g" => 30,
        "t" => 40,
        _ => return None,
    };
    scaled(number, 1 << shift)
}

/// Thousandths of a core of `0.5`, `2` or `500m`.
pub(super) fn cores(text: &str) -> Option<u64> {
    let text = text.trim();
    match text.strip_suffix('m') {
        Some(milli) => scaled(milli, 1),
        None => scaled(text, 1_000),
    }
}

/// A decimal number times `one`, rounded up; none for zero.
pub(super) fn scaled(number: &str, one: u64) -> Option<u64> {
    let number: rust_decimal::Decimal = number.parse().ok()?;
    let all = number.checked_mul(one.into())?.ceil();
    u64::try_from(all).ok().filter(|all| *all > 0)
}
