//! Whose account, and what is set.

use std::sync::Arc;

use secrecy::SecretString;
use url::Url;

use crate::{
    Engine, Result,
    derive::key_hint,
    present::{account, errors, leaving},
    state::Session,
    view::{ApiKey, AppError, Connected, Settings, SettingsPatch},
    workflow::settings,
};

impl Engine {
    /// What looks odd about a key, in words; nothing is kept.
    #[must_use]
    pub fn key_hint(&self, key: &str) -> Option<String> {
        key_hint::key_hint(key, &self.core.console())
            .as_ref()
            .map(errors::key_hint)
    }

    /// Checks the key, reads wallet and balance, and only then keeps the key in the keychain.
    ///
    /// # Errors
    /// In words for the person; the key is not kept then.
    pub async fn connect(&self, key: SecretString) -> Result<Connected> {
        self.core.connect(key).await?;
        let state = self.core.state();
        let connected = state.session.as_ref().map(|session| Connected {
            account: account::account(session),
        });
        connected.ok_or_else(AppError::not_connected)
    }

    /// Tries again to keep the key of the connected account in the keychain. Nothing happens where it is kept.
    ///
    /// # Errors
    /// When the keychain still can't be used; the account stays connected.
    pub async fn keep_key(&self) -> Result<()> {
        Ok(self.core.keep_key().await?)
    }

    /// The account's API keys, at most [`crate::view::MOST_KEYS`], those last made first.
    ///
    /// # Errors
    /// In the demo, or when the Console can't be asked.
    pub async fn api_keys(&self) -> Result<Vec<ApiKey>> {
        let keys = self.core.api_keys().await?;
        Ok(keys.into_iter().map(account::api_key).collect())
    }

    /// Makes a new API key, proves it, keeps it and deletes the old one. Where it ends on the way, one of the two works and is kept.
    ///
    /// # Errors
    /// In words; the old key is used as before.
    pub async fn replace_key(&self) -> Result<()> {
        Ok(self.core.replace_key().await?)
    }

    /// Removes the key. Deployments and the history stay.
    ///
    /// # Errors
    /// When the keychain did not let go of the key; the account is left all the same.
    pub async fn disconnect(&self) -> Result<()> {
        Ok(self.core.disconnect().await?)
    }

    /// Uses the simulated Console at `url` as the account until [`Engine::leave_demo`]; `pace` is its chain seconds per second, `remember`
    /// makes it what opens at the next start too.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn enter_demo(
        &self,
        url: Url,
        key: SecretString,
        pace: u32,
        remember: bool,
    ) -> Result<()> {
        Ok(self.core.enter_demo(url, key, pace, remember).await?)
    }

    /// The demo's clock runs at `pace` chain seconds per second from now on. Nothing happens while the demo is not open.
    pub fn set_demo_pace(&self, pace: u32) {
        self.core.set_demo_pace(pace);
    }

    /// Whether the demo is what is connected.
    #[must_use]
    pub fn in_demo(&self) -> bool {
        self.core
            .state()
            .session
            .as_ref()
            .is_some_and(Session::demo)
    }

    /// Back to the real account, if there is one. The shell stops the simulator afterwards.
    ///
    /// # Errors
    /// When settings can't be written.
    pub async fn leave_demo(&self) -> Result<()> {
        Ok(self.core.leave_demo().await?)
    }

    /// Changes settings.
    ///
    /// # Errors
    /// When a value can't be used or the disk refuses.
    pub async fn set_settings(&self, patch: SettingsPatch) -> Result<()> {
        let reconnect = patch.console_url.is_some();
        let connected = {
            let state = self.core.state();
            let session = state.session.as_ref();
            session.is_some_and(|session| !session.demo()) || state.suspended.is_some()
        };
        self.core
            .set(|settings| settings::patched(settings, patch, connected))
            .await?;
        if reconnect && self.core.state().session.is_none() {
            let core = Arc::clone(&self.core);
            tokio::spawn(async move { core.resume().await });
        }
        Ok(())
    }

    /// What to ask before Aloft quits; `None` where nothing is at stake that was not said before.
    #[must_use]
    pub fn before_quitting(&self) -> Option<String> {
        leaving::question(&self.core.state())
    }

    /// Notes that the question about quitting was asked.
    ///
    /// # Errors
    /// When the disk refuses.
    pub async fn said_quit(&self) -> Result<()> {
        let quit_day = leaving::told(&self.core.state());
        self.core
            .set(|settings| {
                Ok(Settings {
                    said_quit: true,
                    quit_day,
                    ..settings
                })
            })
            .await?;
        Ok(())
    }
}
