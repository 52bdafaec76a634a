//! Names that an SDL and its providers take.

use std::collections::HashSet;

/// Characters of a name; a host name's part has 63 at the most.
const MOST: usize = 50;

/// A name of small letters, digits and `-` that starts with a letter, as providers demand it
/// (`^[a-z]([-a-z0-9]*[a-z0-9])?$`); `fallback` where nothing is left.
pub(super) fn valid(name: &str, fallback: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        let c = c.to_ascii_lowercase();
        let c = if c.is_ascii_alphanumeric() { c } else { '-' };
        let repeats = c == '-' && (out.is_empty() || out.ends_with('-'));
        let starts = out.is_empty() && !c.is_ascii_alphabetic();
        if c == '-' && repeats {
            continue;
        }
        if starts {
            // A digit first: the rest is still worth keeping.
            out.push_str("s-");
        }
        if out.len() >= MOST {
            break;
        }
        out.push(c);
    }
    let out = out.trim_end_matches('-');
    if out.is_empty() {
        fallback.to_owned()
    } else {
        out.to_owned()
    }
}

/// Gives out each name once.
#[derive(Debug, Default)]
pub(super) struct Names {
    taken: HashSet<String>,
}

impl Names {
    pub(super) fn reserve(&mut self, name: &str) {
        self.taken.insert(name.to_owned());
    }

    /// The name, with a number behind it where another has it already.
    pub(super) fn unique(&mut self, name: String) -> String {
        let mut candidate = name.clone();
        let mut number = 1_u32;
        while !self.taken.insert(candidate.clone()) {
            number = number.saturating_add(1);
            candidate = format!("{name}-{number}");
        }
        candidate
    }
}

/// Whether providers take a name for an environment variable (`^[-._a-zA-Z][-._a-zA-Z0-9]*$`, not `.`, not starting with `..`).
pub(super) fn is_env_name(name: &str) -> bool {
    let mut chars = name.chars();
    let first = chars
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || "-._".contains(c));
    first
        && chars.all(|c| c.is_ascii_alphanumeric() || "-._".contains(c))
        && name != "."
        && !name.starts_with("..")
}

/// Whether a text is a host name that a provider serves: small letters, digits, `-`, with a point.
pub(super) fn is_host(host: &str) -> bool {
    host.len() <= 253
        && host.contains('.')
        && host.split('.').all(|part| {
            !part.is_empty()
                && part.len() <= 63
                && part
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
                && !part.starts_with('-')
                && !part.ends_with('-')
        })
}
