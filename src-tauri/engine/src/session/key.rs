//! The key: what looks odd about it, and how it is kept.

use std::{sync::Arc, time::Duration};

use secrecy::SecretString;
use url::Url;

use akash_console::Kind;

use crate::{KeyStoreError, core::Core};

/// An unlock prompt may stand open for a while.
const KEYCHAIN: Duration = Duration::from_secs(60);

/// What looks odd about a key, in words. A warning, never a refusal: the form may change.
pub(crate) fn key_hint(key: &str, console: &Url) -> Option<String> {
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
        return Some("This does not look like a Console key: those begin with ac.sk. and have 64 letters and digits at the end. You can still try it.".into());
    }
    let official = console.host_str() == Some("console-api.akash.network");
    match env {
        Some(env) if official && env != "production" => Some(format!(
            "This key was made for the “{}” environment; the Console address in Settings is the official one.",
            clip(env)
        )),
        _ => None,
    }
}

fn clip(text: &str) -> String {
    text.chars().take(20).collect()
}

impl Core {
    pub(super) async fn kept_key(
        &self,
        console: Url,
    ) -> Result<Option<SecretString>, KeyStoreError> {
        let keys = Arc::clone(&self.options.keys);
        let origin = console.origin().ascii_serialization();
        match blocking(move || keys.read(&origin)).await {
            Err(KeyStoreError::Missing) => Ok(None),
            other => other,
        }
    }

    pub(super) async fn keep(&self, console: Url, key: SecretString) -> Result<(), KeyStoreError> {
        let keys = Arc::clone(&self.options.keys);
        let origin = console.origin().ascii_serialization();
        blocking(move || keys.write(&origin, &key)).await
    }
}

pub(super) async fn blocking<T: Send + 'static>(
    call: impl FnOnce() -> Result<T, KeyStoreError> + Send + 'static,
) -> Result<T, KeyStoreError> {
    match tokio::time::timeout(KEYCHAIN, tokio::task::spawn_blocking(call)).await {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(KeyStoreError::Refused),
        Err(_) => Err(KeyStoreError::TimedOut),
    }
}

pub(super) fn why_session(error: KeyStoreError) -> String {
    format!("{}, so the key is kept only until Aloft quits.", why(error))
}

pub(super) fn why(error: KeyStoreError) -> &'static str {
    match error {
        KeyStoreError::Missing => "This system has no keychain that Aloft can use",
        KeyStoreError::Locked => "The system’s keychain is locked",
        KeyStoreError::TimedOut => "The system’s keychain did not answer",
        KeyStoreError::Refused => "The system’s keychain refused",
    }
}

/// Whether what failed says that the key is no good.
pub(crate) fn key_refused(error: &akash_console::Error) -> bool {
    error.kind() == Kind::BadKey
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::official;

    #[test]
    fn an_odd_key_is_warned_of() {
        let good = format!("ac.sk.production.{}", "0af".repeat(21) + "9");
        let sandbox = good.replace("production", "staging");
        assert_eq!(key_hint(&good, &official()), None);
        assert_eq!(key_hint("  ", &official()), None);
        assert!(
            key_hint("akt_abc", &official())
                .is_some_and(|hint| hint.contains("does not look like"))
        );
        assert!(key_hint(&sandbox, &official()).is_some_and(|hint| hint.contains("staging")));
        assert!(key_hint(&good.to_uppercase(), &official()).is_some());
    }
}
