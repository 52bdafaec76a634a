//! API keys in the system's keychain.

use std::{collections::HashMap, sync::Arc};

use aloft_engine::{KeyStore, KeyStoreError};
use keyring_core::{CredentialStore, Entry, Error};
use secrecy::{ExposeSecret, SecretString};

#[cfg(target_os = "macos")]
use apple_native_keyring_store::keychain::Store;
#[cfg(target_os = "windows")]
use windows_native_keyring_store::Store;
#[cfg(target_os = "linux")]
use zbus_secret_service_keyring_store::Store;

/// Keeps one key for each Console origin under one service name.
///
/// The system's store is opened anew for every use: one that was not there, or was restarted, is found the next time. No message of the
/// keychain library is ever formatted, since some of them hold the secret.
pub struct Keychain {
    service: String,
}

impl Keychain {
    /// Keys under `service`, which is the same for every start of one Aloft and no other's.
    pub fn new(service: String) -> Self {
        Self { service }
    }

    fn entry(&self, origin: &str) -> Result<Entry, KeyStoreError> {
        let store: Arc<CredentialStore> = Store::new().map_err(|_| KeyStoreError::Missing)?;
        let label = format!("Aloft: API key for {origin}");
        let modifiers = if cfg!(target_os = "linux") {
            // What the person sees in the list of their keychain; the other systems make up their own.
            HashMap::from([("label", &*label)])
        } else if cfg!(windows) {
            // Otherwise Windows copies the key to the person's other computers in the same domain.
            HashMap::from([("persistence", "local")])
        } else {
            HashMap::new()
        };
        store
            .build(&self.service, origin, Some(&modifiers))
            .map_err(why)
    }
}

impl KeyStore for Keychain {
    fn read(&self, origin: &str) -> Result<Option<SecretString>, KeyStoreError> {
        match self.entry(origin)?.get_password() {
            Ok(key) => Ok(Some(key.into())),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(why(error)),
        }
    }

    fn write(&self, origin: &str, key: &SecretString) -> Result<(), KeyStoreError> {
        self.entry(origin)?
            .set_password(key.expose_secret())
            .map_err(why)
    }

    fn remove(&self, origin: &str) -> Result<(), KeyStoreError> {
        match self.entry(origin)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(why(error)),
        }
    }
}

fn why(error: Error) -> KeyStoreError {
    match error {
        Error::NoStorageAccess(_) => KeyStoreError::Locked,
        Error::NoDefaultStore => KeyStoreError::Missing,
        _ => KeyStoreError::Refused,
    }
}

#[cfg(all(test, windows))]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_key_stays_on_this_computer() {
        let keychain = Keychain::new("dev.aloft.test.local".into());
        let origin = "https://console.example";
        keychain.write(origin, &"key".into()).unwrap();
        let kept = keychain.entry(origin).unwrap().get_attributes().unwrap();
        keychain.remove(origin).unwrap();
        assert_eq!(kept["persistence"], "Local");
        assert!(keychain.read(origin).unwrap().is_none());
    }
}
