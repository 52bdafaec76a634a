//! The key: what looks odd about it, and how it is kept.

use std::sync::Arc;

use secrecy::SecretString;
use url::Url;

use akash_console::Kind;

use crate::{
    KeyStoreError,
    state::{Core, Session},
    view::{AppError, Code, KeyKept, NoticeKind, Tone},
};

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
        return Some("This does not look like a Console key: those begin with ac.sk. and have 64 letters and digits at the end.".into());
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
        let found = self.keychain.read(origin(&console)).await;
        self.note_keychain(found.as_ref().err().copied());
        match found {
            Err(KeyStoreError::Missing) => Ok(None),
            other => other,
        }
    }

    pub(super) async fn keep(
        self: &Arc<Self>,
        console: Url,
        key: SecretString,
    ) -> Result<(), KeyStoreError> {
        let (core, here) = (Arc::clone(self), console.clone());
        let stayed = move || core.key_stayed(&here);
        let kept = self.keychain.write(origin(&console), key, stayed).await;
        self.note_keychain(kept.err());
        kept
    }

    pub(super) async fn forget_key(&self, console: &Url) -> Result<(), KeyStoreError> {
        let removed = self.keychain.remove(origin(console)).await;
        self.note_keychain(removed.err());
        removed
    }

    fn note_keychain(&self, trouble: Option<KeyStoreError>) {
        self.with(|state| state.keychain = trouble);
    }

    /// The keychain took a key after it was said that it is kept only until Aloft quits, and does not let go of it: say what holds now.
    fn key_stayed(&self, console: &Url) {
        self.with(|state| {
            if let Some(session) = state
                .session
                .as_mut()
                .filter(|session| !session.demo() && session.console == *console)
            {
                session.kept = KeyKept::Keychain;
                session.kept_why = None;
            }
        });
        self.notice(
            NoticeKind::App,
            Tone::Attention,
            "Your API key is in the system’s keychain after all.",
            Some("The keychain stored it late and refused to remove it. To remove it, disconnect in Settings or delete the key in the Console.".into()),
            None,
            false,
        );
    }

    /// Tries again to keep the key of the connected account in the keychain.
    ///
    /// # Errors
    /// When the keychain still can't be used; the key is then kept until Aloft quits, as before.
    pub(crate) async fn keep_key(self: &Arc<Self>) -> Result<(), AppError> {
        let session = self.session()?;
        let Some(key) = session.unkept.clone() else {
            return Ok(());
        };
        let kept = self.keep(session.console.clone(), key).await;
        self.with(|state| {
            if let Some(shown) = state
                .session
                .as_mut()
                .filter(|shown| shown.session_epoch == session.session_epoch)
            {
                shown.settle_key(kept);
            }
        });
        kept.map_err(|error| {
            AppError::new(Code::NotNow, format!("{}.", why(error)))
                .meaning("The key is still kept only until Aloft quits.")
                .next(how(error))
                .retry()
        })
    }
}

impl Session {
    /// Notes where the key is kept.
    pub(super) fn settle_key(&mut self, kept: Result<(), KeyStoreError>) {
        match kept {
            Ok(()) => {
                self.kept = KeyKept::Keychain;
                self.kept_why = None;
                self.unkept = None;
            }
            Err(error) => {
                self.kept = KeyKept::Session;
                self.kept_why = Some(format!(
                    "{}, so the key is kept only until Aloft quits.",
                    why(error)
                ));
            }
        }
    }
}

fn origin(console: &Url) -> String {
    console.origin().ascii_serialization()
}

/// What to know before a key is entered, where the keychain could not be used the last time.
pub(crate) fn key_note(trouble: Option<KeyStoreError>) -> Option<String> {
    let error = trouble?;
    Some(format!(
        "{}, so a key that you enter now is kept only until Aloft quits. {}",
        why(error),
        how(error)
    ))
}

/// What a person can do about it.
fn how(error: KeyStoreError) -> &'static str {
    match error {
        KeyStoreError::Missing if cfg!(target_os = "linux") => {
            "To keep it, start GNOME Keyring, KWallet or KeePassXC first."
        }
        KeyStoreError::Locked => "To keep it, unlock the keychain first.",
        KeyStoreError::Missing | KeyStoreError::TimedOut | KeyStoreError::Refused => {
            "To keep it, check the keychain first."
        }
    }
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
    use crate::derive::pages::official;

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
