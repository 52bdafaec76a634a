//! The person's account: who, how much, and what is set.

use std::fmt;

use akash_market::{Decimal, Denom, Usd};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::{Value, json};

use super::Dseq;
use crate::json::{Fields, Mismatch, Read};

/// Who the key belongs to. `Debug` leaves out what tells who that is.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct User {
    /// The Console's own id, to ask for wallets with.
    pub id: String,
    /// The name they go by.
    pub username: Option<String>,
    /// Their address.
    pub email: Option<String>,
    /// Whether the account is on trial, where the server says it.
    pub trial: Option<bool>,
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, trial, .. } = self;
        f.debug_struct("User")
            .field("id", id)
            .field("trial", trial)
            .finish_non_exhaustive()
    }
}

impl Read for User {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        let wallets = value.at("userWallets");
        Ok(Self {
            id: value.must("id")?,
            username: value.text("username"),
            email: value.text("email"),
            trial: value.opt("trial").or_else(|| wallets.opt("isTrialing")),
        })
    }
}

/// The wallet the Console keeps for the person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Wallet {
    /// Its number.
    pub id: Option<u64>,
    /// Its `akash1…` address; `None` while it is being set up.
    pub address: Option<String>,
    /// The credit as the server last knew it; [`Balances`] is fresher. Counted as dollars, which
    /// holds for `uact` and USDC.
    pub credit: Option<Usd>,
    /// What the credit is counted in, where told.
    pub denom: Option<Denom>,
    /// Whether it is on trial.
    pub is_trialing: Option<bool>,
    /// The least that a first payment has to be, in dollars.
    pub top_up_min: Option<Usd>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
}

impl Read for Wallet {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        if !value.is_object() {
            return Err(Mismatch::new("a wallet", value));
        }
        Ok(Self {
            id: value.opt("id"),
            address: value.text("address"),
            credit: value.opt("creditAmount").map(micro),
            denom: value.text("denom").map(|text| text.as_str().into()),
            is_trialing: value.opt("isTrialing"),
            top_up_min: value.opt("topUpMinAmountUsd").map(Usd::new),
            created_at: value.opt("createdAt"),
        })
    }
}

fn micro(amount: Decimal) -> Usd {
    Usd::from_micro(amount)
}

/// The person's money, in dollars. May be a few seconds old: after an action ask twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Balances {
    /// Credit that is free to spend.
    pub balance: Usd,
    /// Set aside for deployments, as of their last settlements.
    pub deployments: Usd,
    /// Both.
    pub total: Usd,
}

impl Read for Balances {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        let balance = micro(value.must("balance")?);
        let deployments = micro(value.must("deployments")?);
        let total = value.opt("total").map(micro);
        let total = total.unwrap_or_else(|| balance.saturating_add(deployments));
        Ok(Self {
            balance,
            deployments,
            total,
        })
    }
}

/// Whether and how the card is charged when the credit runs low.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WalletSettings {
    /// Whether the card may be charged without asking.
    pub auto_reload_enabled: bool,
    /// `threshold` or `prediction`, or a newer word, where told.
    pub mode: Option<String>,
    /// Dollars of credit below which it is charged.
    pub threshold: Option<Usd>,
    /// Dollars that it is charged.
    pub amount: Option<Usd>,
}

impl Read for WalletSettings {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        Ok(Self {
            auto_reload_enabled: value.must("autoReloadEnabled")?,
            mode: value.text("autoReloadMode"),
            threshold: value.opt("autoReloadThreshold").map(Usd::new),
            amount: value.opt("autoReloadAmount").map(Usd::new),
        })
    }
}

/// What the Console does by itself for a deployment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeploymentSettings {
    /// The deployment.
    pub dseq: Dseq,
    /// Whether the Console adds credit to it before it runs out.
    pub auto_top_up_enabled: bool,
    /// Dollars that one such step is expected to add.
    pub estimated_top_up: Option<Usd>,
    /// Milliseconds between two such steps.
    pub top_up_frequency_ms: Option<u64>,
    /// When the Console closes it by itself; `None` on servers that don't know such limits.
    pub runtime: Option<Runtime>,
}

/// How long a deployment may run before the Console closes it. Servers say so since September 2026.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Runtime {
    /// Hours after its first lease; `None` where it runs until somebody closes it.
    pub limit_hours: Option<u32>,
    /// When that is, once it has a lease.
    pub ends_at: Option<Timestamp>,
}

impl Runtime {
    /// From an object that has the fields `runtimeLimitHours` and `runtimeEndsAt`; `None` where it has no such fields.
    pub(crate) fn of(value: &Value) -> Option<Self> {
        value.get("runtimeLimitHours")?;
        Some(Self {
            limit_hours: value.opt("runtimeLimitHours"),
            ends_at: value.opt("runtimeEndsAt"),
        })
    }
}

impl Read for DeploymentSettings {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        Ok(Self {
            dseq: value.must("dseq")?,
            auto_top_up_enabled: value.must("autoTopUpEnabled")?,
            estimated_top_up: value.opt("estimatedTopUpAmount").map(micro),
            top_up_frequency_ms: value.opt("topUpFrequencyMs"),
            runtime: Runtime::of(value),
        })
    }
}

/// How the Console funds deployments from the account's credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct FundingConfig {
    /// Hours of rent that it keeps set aside for what runs.
    pub target_runway_hours: Decimal,
    /// Dollars of credit that it leaves alone.
    pub balance_headroom: Usd,
    /// Dollars that it sets aside for a new deployment.
    pub default_deposit: Usd,
}

impl Read for FundingConfig {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        Ok(Self {
            target_runway_hours: value.must("targetRunwayHours")?,
            balance_headroom: Usd::new(value.must("balanceHeadroomUsd")?),
            default_deposit: Usd::new(value.must("defaultDepositUsd")?),
        })
    }
}

/// An API key as the Console lists it: never the key itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ApiKey {
    /// Its id, to rename or delete it.
    pub id: String,
    /// The name it was given.
    pub name: String,
    /// When it stops working; `None` for never.
    pub expires_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// When it was last used, to half an hour.
    pub last_used_at: Option<Timestamp>,
    /// The first and last letters of it, to know it by.
    pub key_format: Option<String>,
}

impl Read for ApiKey {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        Ok(Self {
            id: value.must("id")?,
            name: value.opt("name").unwrap_or_default(),
            expires_at: value.opt("expiresAt"),
            created_at: value.opt("createdAt"),
            last_used_at: value.opt("lastUsedAt"),
            key_format: value.text("keyFormat"),
        })
    }
}

/// A new API key: the only time that the key itself is told.
#[derive(Debug)]
pub struct NewApiKey {
    /// What the list will show of it.
    pub listed: ApiKey,
    /// The key.
    pub key: SecretString,
}

impl Read for NewApiKey {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        let key: String = value.must("apiKey")?;
        Ok(Self {
            listed: ApiKey::read(value)?,
            key: key.into(),
        })
    }
}

/// What older servers are known by at providers.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// The certificate, PEM.
    pub certificate: String,
    /// Its key, encrypted, PEM.
    pub key: SecretString,
}

impl Read for Certificate {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        let key: String = value.must("encryptedKey")?;
        Ok(Self {
            certificate: value.must("certPem")?,
            key: key.into(),
        })
    }
}

impl Certificate {
    /// As it is attached to a call.
    pub(crate) fn to_json(&self) -> Value {
        json!({ "certPem": self.certificate, "keyPem": self.key.expose_secret() })
    }
}
