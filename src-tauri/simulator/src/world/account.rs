//! The account: its person, wallet, keys and settings.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::luck::{Luck, hex};
use crate::Config;

/// At most so many keys; the oldest is not dropped, a new one is refused.
pub(crate) const MAX_KEYS: usize = 200;

/// The one account.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub(crate) struct Account {
    /// The user's id (a UUID).
    pub(crate) user_id: String,
    /// The user's subject at the identity provider.
    pub(crate) subject: String,
    /// Address of the wallet.
    pub(crate) owner: String,
    /// Address of the platform, which funds deployments.
    pub(crate) funder: String,
    /// Since when it exists.
    pub(crate) created: Timestamp,
    /// Whether it is a free trial.
    pub(crate) trial: bool,
    /// Free credit in uact: what the platform's grant still allows.
    pub(crate) credit: u64,
    /// The key it was made with, in plain.
    pub(crate) first_key: String,
    /// Its keys.
    pub(crate) keys: Vec<ApiKey>,
    /// Settings of deployments by dseq.
    pub(crate) deployments: BTreeMap<u64, DeploymentSetting>,
    /// Settings of the wallet, once there are any.
    pub(crate) wallet: Option<WalletSetting>,
}

/// A key, as far as the Console remembers it.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub(crate) struct ApiKey {
    /// Its id (a UUID).
    pub(crate) id: String,
    /// Its name.
    pub(crate) name: String,
    /// SHA-256 in hexadecimal.
    pub(crate) hash: String,
    /// What is shown of it.
    pub(crate) mask: String,
    /// When it stops to work.
    pub(crate) expires: Option<Timestamp>,
    /// When it was made.
    pub(crate) created: Timestamp,
    /// When it was changed.
    pub(crate) updated: Timestamp,
    /// When it was used, to half an hour.
    pub(crate) used: Option<Timestamp>,
}

/// Settings of a deployment.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub(crate) struct DeploymentSetting {
    /// Its id (a UUID).
    pub(crate) id: String,
    /// Whether the platform adds money when it runs low.
    pub(crate) auto_top_up: bool,
    /// When it was made.
    pub(crate) created: Timestamp,
    /// When it was changed.
    pub(crate) updated: Timestamp,
}

/// Settings of the wallet: whether and how the card is charged.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub(crate) struct WalletSetting {
    /// Its id (a UUID).
    pub(crate) id: String,
    /// Whether the card is charged.
    pub(crate) enabled: bool,
    /// `threshold` or `prediction`.
    pub(crate) mode: String,
    /// USD.
    pub(crate) threshold: Decimal,
    /// USD.
    pub(crate) amount: Decimal,
    /// When it was made.
    pub(crate) created: Timestamp,
    /// When it was changed.
    pub(crate) updated: Timestamp,
}

impl Account {
    pub(crate) fn new(config: &Config, now: Timestamp) -> Self {
        let mut luck = Luck::new(config.seed, "account");
        let created = now
            .checked_sub(SignedDuration::from_hours(24 * 9))
            .unwrap_or(now);
        let first_key = new_key(&mut luck);
        let key = ApiKey::new("First key", &first_key, None, created, &mut luck);
        Self {
            user_id: luck.uuid(),
            subject: format!("auth0|{}", hex(&luck.bytes::<12>())),
            owner: luck.address(),
            funder: luck.address(),
            created,
            trial: config.trial,
            credit: u64::from(config.credit_usd) * 1_000_000,
            first_key,
            keys: vec![key],
            deployments: BTreeMap::new(),
            wallet: None,
        }
    }

    /// Replaces the first key by one that nobody can guess: it comes from the system's randomness, not from the seed.
    pub(crate) fn renew_first_key(&mut self, now: Timestamp, luck: &mut Luck) {
        let old = hex(&Sha256::digest(&self.first_key));
        self.first_key = random_key();
        let key = ApiKey::new("First key", &self.first_key, None, now, luck);
        self.keys.retain(|known| known.hash != old);
        self.keys.insert(0, key);
    }

    /// Whether a key opens the account, at a time. Marks it used.
    pub(crate) fn admit(&mut self, key: &str, now: Timestamp) -> bool {
        let hash = hex(&Sha256::digest(key));
        let Some(key) = self.keys.iter_mut().find(|known| known.hash == hash) else {
            return false;
        };
        if key.expires.is_some_and(|expires| expires <= now) {
            return false;
        }
        let half_hour = SignedDuration::from_mins(30);
        if key
            .used
            .is_none_or(|used| now.duration_since(used) >= half_hour)
        {
            key.used = Some(now);
        }
        true
    }

    /// Takes credit.
    ///
    /// # Errors
    /// When there is not enough of it, or the amount is none.
    pub(crate) fn spend(&mut self, amount: Decimal) -> Result<(), NotEnough> {
        let amount = amount.to_u64().ok_or(NotEnough)?;
        self.credit = self.credit.checked_sub(amount).ok_or(NotEnough)?;
        Ok(())
    }

    /// Gives credit back, cut to whole uact.
    pub(crate) fn refund(&mut self, amount: Decimal) {
        self.credit = self
            .credit
            .saturating_add(amount.trunc().to_u64().unwrap_or_default());
    }
}

/// There is not enough credit.
#[derive(Debug)]
pub(crate) struct NotEnough;

/// A key in the Console's form. Its environment is `test`.
pub(crate) fn new_key(luck: &mut Luck) -> String {
    format!("ac.sk.test.{}", hex(&luck.bytes::<32>()))
}

/// A key in the same form of 244 random bits.
fn random_key() -> String {
    let half = || uuid::Uuid::new_v4().simple();
    format!("ac.sk.test.{}{}", half(), half())
}

impl ApiKey {
    /// A key as it is remembered.
    pub(crate) fn new(
        name: &str,
        key: &str,
        expires: Option<Timestamp>,
        now: Timestamp,
        luck: &mut Luck,
    ) -> Self {
        let secret = key.rsplit('.').next().unwrap_or_default();
        let start = key.len() - secret.len();
        let head = secret.get(..6).unwrap_or_default();
        let tail = secret
            .get(secret.len().saturating_sub(6)..)
            .unwrap_or_default();
        let prefix = key.get(..start).unwrap_or_default();
        Self {
            id: luck.uuid(),
            name: name.to_owned(),
            hash: hex(&Sha256::digest(key)),
            mask: format!("{prefix}{head}***{tail}"),
            expires,
            created: now,
            updated: now,
            used: None,
        }
    }
}
