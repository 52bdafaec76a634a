//! Where the values of one service name another as a host.

/// Parts of a variable's name that tell that its value is a host.
const HOSTLIKE: [&str; 20] = [
    "HOST",
    "SERVER",
    "ADDR",
    "URL",
    "URI",
    "ENDPOINT",
    "DSN",
    "BROKER",
    "NODE",
    "PEER",
    "BACKEND",
    "UPSTREAM",
    "PROXY",
    "SERVICE",
    "TARGET",
    "CONNECT",
    "REMOTE",
    "BOOTSTRAP",
    "HUB",
    "LINK",
];

/// Whether a variable is likely to hold the name of a host.
pub(super) fn is_hostlike(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    HOSTLIKE.iter().any(|part| upper.contains(part))
}

/// A place where a host is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mention {
    /// Bytes.
    pub(super) start: usize,
    /// Bytes.
    pub(super) end: usize,
    /// The port behind it.
    pub(super) port: Option<u16>,
}

/// Most places that are looked at in one value.
const MOST: usize = 100;

/// The places in a text that name the host `name`. Where the whole text is the name, `alone` tells whether that counts.
pub(super) fn mentions(text: &str, name: &str, alone: bool) -> Vec<Mention> {
    let mut found = Vec::new();
    if name.is_empty() {
        return found;
    }
    if text == name {
        if alone {
            found.push(Mention {
                start: 0,
                end: text.len(),
                port: None,
            });
        }
        return found;
    }
    for (start, _) in text.match_indices(name).take(MOST) {
        let end = start + name.len();
        let before = text.get(..start).unwrap_or_default();
        let after = text.get(end..).unwrap_or_default();
        let joins = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c) || !c.is_ascii();
        if before.ends_with(joins) || after.starts_with(joins) {
            continue;
        }
        let digits: String = after
            .strip_prefix(':')
            .unwrap_or_default()
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        let port = digits.parse::<u16>().ok().filter(|port| *port > 0);
        // `//name` and `name@host` are hosts; a name behind `//` that `:` and a word follow is a user.
        let is_user = port.is_none() && after.starts_with(':') && !before.ends_with('@');
        let behind = before.ends_with("//") || before.ends_with('@');
        let in_list = alone
            && (before.is_empty() || before.ends_with([',', ' ']))
            && (after.is_empty() || after.starts_with([',', ' ', '/']));
        let flagged = before.ends_with('=') && is_hostlike(before);
        if (behind && !is_user && !after.starts_with('@'))
            || (port.is_some() && !before.ends_with(':'))
            || in_list
            || flagged
        {
            found.push(Mention { start, end, port });
        }
    }
    found
}

/// The text with other names at the places.
pub(super) fn renamed(text: &str, mentions: &[Mention], name: &str) -> String {
    let mut out = text.to_owned();
    for mention in mentions.iter().rev() {
        if out.get(mention.start..mention.end).is_some() {
            out.replace_range(mention.start..mention.end, name);
        }
    }
    out
}
