//! The account: its user, wallet, API keys and settings.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{config::Config, encoding::hex, rng::SeededRng};

/// The largest number of API keys. Further keys are refused.
pub(crate) const MAX_KEYS: usize = 200;

/// The only account.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub(crate) struct Account {
    /// The user's id, a UUID.
    pub(crate) user_id: String,
    /// The user's subject at the identity provider.
    pub(crate) subject: String,
    /// The wallet's address.
    pub(crate) owner: String,
    /// The address of the platform, which funds deployments.
    pub(crate) funder: String,
    /// When the account was created.
    pub(crate) created: Timestamp,
    /// Whether it is a free trial.
    pub(crate) trial: bool,
    /// The free credit in uact: what the platform's grant still allows.
    pub(crate) credit: u64,
    /// The account's first API key in plain text.
    pub(crate) first_key: String,
    /// Its API keys.
    pub(crate) keys: Vec<ApiKey>,
    /// The settings of deployments, by dseq.
    pub(crate) deployments: BTreeMap<u64, DeploymentSetting>,
    /// The settings of the wallet, once somebody has set them.
    pub(crate) wallet: Option<WalletSetting>,
}

/// An API key as the Console stores it: without its plain text.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub(crate) struct ApiKey {
    /// Its id, a UUID.
    pub(crate) id: String,
    /// Its name.
    pub(crate) name: String,
    /// The SHA-256 of the key in hexadecimal.
    pub(crate) hash: String,
    /// The masked key, which the API shows.
    pub(crate) mask: String,
    /// When it expires.
    pub(crate) expires: Option<Timestamp>,
    /// When it was created.
    pub(crate) created: Timestamp,
    /// When it was last changed.
    pub(crate) updated: Timestamp,
    /// When it was last used. The Console updates this every 30 minutes at most.
    pub(crate) used: Option<Timestamp>,
}

/// The settings of a deployment.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub(crate) struct DeploymentSetting {
    /// Its id, a UUID.
    pub(crate) id: String,
    /// Whether the platform adds credit when the escrow runs low.
    pub(crate) auto_top_up: bool,
    /// The hours after its first lease at which the Console closes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) runtime_limit: Option<u32>,
    /// When it was created.
    pub(crate) created: Timestamp,
    /// When it was last changed.
    pub(crate) updated: Timestamp,
}

/// The settings of the wallet: whether and how the card is charged.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub(crate) struct WalletSetting {
    /// Its id, a UUID.
    pub(crate) id: String,
    /// Whether the card is charged automatically.
    pub(crate) enabled: bool,
    /// The mode: `threshold` or `prediction`.
    pub(crate) mode: String,
    /// The credit in USD below which the card is charged.
    pub(crate) threshold: Decimal,
    /// The amount in USD that the card is charged.
    pub(crate) amount: Decimal,
    /// When it was created.
    pub(crate) created: Timestamp,
    /// When it was last changed.
    pub(crate) updated: Timestamp,
}

impl Account {
    pub(crate) fn new(config: &Config, now: Timestamp) -> Self {
        let mut rng = SeededRng::new(config.seed, "account");
        let created = now
            .checked_sub(SignedDuration::from_hours(24 * 9))
            .unwrap_or(now);
        let first_key = new_key(&mut rng);
        let key = ApiKey::new("First key", &first_key, None, created, &mut rng);
        Self {
            user_id: rng.uuid(),
            subject: format!("auth0|{}", hex(&rng.bytes::<12>())),
            owner: rng.address(),
            funder: rng.address(),
            created,
            trial: config.trial,
            credit: u64::from(config.credit_usd) * 1_000_000,
            first_key,
            keys: vec![key],
            deployments: BTreeMap::new(),
            wallet: None,
        }
    }

    /// Replaces the first key by one that nobody can guess: it comes from the system's random numbers, not from the seed.
    /// Only the key's id comes from `rng`.
    pub(crate) fn replace_first_key(&mut self, now: Timestamp, rng: &mut SeededRng) {
        let old = hex(&Sha256::digest(&self.first_key));
        self.first_key = random_key();
        let key = ApiKey::new("First key", &self.first_key, None, now, rng);
        self.keys.retain(|known| known.hash != old);
        self.keys.insert(0, key);
    }

    /// Whether this is a valid key of the account at this time. Marks the key as used.
    pub(crate) fn authenticate(&mut self, key: &str, now: Timestamp) -> bool {
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

    /// Subtracts an amount in uact from the credit.
    ///
    /// # Errors
    /// The credit is smaller, or the amount is negative. The credit is then unchanged.
    pub(crate) fn spend(&mut self, amount: Decimal) -> Result<(), InsufficientCredit> {
        let amount = amount.to_u64().ok_or(InsufficientCredit)?;
        self.credit = self.credit.checked_sub(amount).ok_or(InsufficientCredit)?;
        Ok(())
    }

    /// Adds an amount in uact to the credit, cut to whole uact.
    pub(crate) fn refund(&mut self, amount: Decimal) {
        self.credit = self
            .credit
            .saturating_add(amount.trunc().to_u64().unwrap_or_default());
    }
}

/// The credit does not cover the amount.
#[derive(Debug)]
pub(crate) struct InsufficientCredit;

/// A new key in the Console's format: `ac.sk.<environment>.<64 hexadecimal digits>`. The environment is `test`.
pub(crate) fn new_key(rng: &mut SeededRng) -> String {
    format!("ac.sk.test.{}", hex(&rng.bytes::<32>()))
}

/// A new key in the same format, with 244 random bits from the system.
fn random_key() -> String {
    let half = || uuid::Uuid::new_v4().simple();
    format!("ac.sk.test.{}{}", half(), half())
}

impl ApiKey {
    /// The stored form of a key.
    pub(crate) fn new(
        name: &str,
        key: &str,
        expires: Option<Timestamp>,
        now: Timestamp,
        rng: &mut SeededRng,
    ) -> Self {
        let secret = key.rsplit('.').next().unwrap_or_default();
        let start = key.len() - secret.len();
        let head = secret.get(..6).unwrap_or_default();
        let tail = secret
            .get(secret.len().saturating_sub(6)..)
            .unwrap_or_default();
        let prefix = key.get(..start).unwrap_or_default();
        Self {
            id: rng.uuid(),
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
