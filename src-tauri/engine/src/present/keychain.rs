//! Words for what the keychain does not do.

use crate::ports::KeyStoreError;

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
pub(super) fn how(error: KeyStoreError) -> &'static str {
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

/// Why it could not be used; a clause.
pub(super) fn why(error: KeyStoreError) -> &'static str {
    match error {
        KeyStoreError::Missing => "This system has no keychain that Aloft can use",
        KeyStoreError::Locked => "The system’s keychain is locked",
        KeyStoreError::TimedOut => "The system’s keychain did not answer",
        KeyStoreError::Refused => "The system’s keychain refused",
    }
}

/// Why a key is not kept, one sentence.
pub(super) fn not_kept(error: KeyStoreError) -> String {
    format!("{}, so the key is kept only until Aloft quits.", why(error))
}
