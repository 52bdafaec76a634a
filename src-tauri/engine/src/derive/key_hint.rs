//! What looks odd about an API key before it is sent.

use url::Url;

use crate::record::problem::KeyHint;

/// What looks odd about a key. A warning, never a refusal: the form may change.
pub(crate) fn key_hint(key: &str, console: &Url) -> Option<KeyHint> {
    let key = key.trim();
    if key.is_empty() {
        return None;
    }
    let mut parts = key.split('.');
    let (a, s, env, rest) = (parts.next(), parts.next(), parts.next(), parts.next());
    let hex = |text: &str| {
        text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    };
    let well_formed =
        a == Some("ac") && s == Some("sk") && rest.is_some_and(hex) && parts.next().is_none();
    if !well_formed {
        return Some(KeyHint::Form);
    }
    let official = console.host_str() == Some("console-api.akash.network");
    match env {
        Some(env) if official && env != "production" => Some(KeyHint::Environment(clip(env))),
        _ => None,
    }
}

fn clip(text: &str) -> String {
    text.chars().take(20).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::derive::pages::official;

    #[test]
    fn an_odd_key_is_warned_of() {
        let good = format!("ac.sk.production.{}", "0af".repeat(21) + "9");
        let sandbox = good.replace("production", "staging");
        assert_eq!(key_hint(&good, &official()), None);
        assert_eq!(key_hint("  ", &official()), None);
        assert_eq!(key_hint("akt_abc", &official()), Some(KeyHint::Form));
        assert_eq!(
            key_hint(&sandbox, &official()),
            Some(KeyHint::Environment("staging".into()))
        );
        assert!(key_hint(&good.to_uppercase(), &official()).is_some());
    }
}
