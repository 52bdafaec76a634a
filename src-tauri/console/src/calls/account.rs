//! The account: who, how much, keys, settings.

use akash_market::Usd;
use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::json;

use crate::{
    ApiKey, Balances, Client, DeploymentSettings, Dseq, Error, FundingConfig, Kind, NewApiKey,
    User, Wallet, WalletSettings,
    call::{Call, Op},
    json::Fields,
};

/// What a token for providers allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenScope {
    /// Reads: status, logs and events.
    Watch,
    /// As [`TokenScope::Watch`], and a shell into the containers.
    Shell,
}

impl Client {
    /// Whose key it is. The cheapest way to check one.
    ///
    /// # Errors
    /// [`Kind::BadKey`] says that the key is bad; anything else says that it could not be checked.
    pub async fn user(&self) -> Result<User, Error> {
        self.data(Call::get("/v1/user/me")).await
    }

    /// The wallets of a user: one, or none while it is not set up.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn wallets(&self, user_id: &str) -> Result<Vec<Wallet>, Error> {
        self.data(Call::get("/v1/wallets").query("userId", user_id))
            .await
    }

    /// The person's money. May be some seconds old: after an action ask twice.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn balances(&self) -> Result<Balances, Error> {
        self.data(Call::get("/v1/balances")).await
    }

    /// Whether the card is charged by itself; `None` when that was never set up.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn wallet_settings(&self) -> Result<Option<WalletSettings>, Error> {
        match self.data(Call::get("/v1/wallet-settings")).await {
            Ok(settings) => Ok(Some(settings)),
            Err(error) if matches!(error.kind(), Kind::NotFound | Kind::Unsupported) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Dollars a week of all deployments that are funded automatically.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn weekly_cost(&self) -> Result<Usd, Error> {
        let call = Call::get("/v1/weekly-cost");
        self.read(call, |value| {
            value.at("data").must("weeklyCost").map(Usd::new)
        })
        .await
    }

    /// What the Console does by itself for a deployment. **Asking makes it so:** where nothing was
    /// set, this switches automatic funding on. Ask only for deployments that are ours.
    ///
    /// # Errors
    /// See [`Error`]. [`Kind::NotFound`] since September 2026, where nothing was set:
    /// [`Client::create_deployment_settings`] does.
    pub async fn deployment_settings(&self, dseq: Dseq) -> Result<DeploymentSettings, Error> {
        self.data(Call::get("/v2/deployment-settings/{dseq}").param(dseq))
            .await
    }

    /// Sets what the Console does by itself for a deployment as it is by default. Safe to repeat.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn create_deployment_settings(
        &self,
        dseq: Dseq,
    ) -> Result<DeploymentSettings, Error> {
        let body = json!({ "data": { "dseq": dseq.to_string(), "autoTopUpEnabled": true } });
        self.data(Call::post(Op::Set, "/v2/deployment-settings", body))
            .await
    }

    /// Changes how many hours after its first lease the Console closes a deployment; `None`: never. It takes only more hours than before, 48 more
    /// at most. Safe to repeat.
    ///
    /// # Errors
    /// See [`Error`]. A server that knows no such limits answers without [`DeploymentSettings::runtime`].
    pub async fn set_runtime_limit(
        &self,
        dseq: Dseq,
        hours: Option<u32>,
    ) -> Result<DeploymentSettings, Error> {
        let body = json!({ "data": { "runtimeLimitHours": hours } });
        self.data(Call::patch(Op::Set, "/v2/deployment-settings/{dseq}", body).param(dseq))
            .await
    }

    /// Switches a deployment's automatic funding on or off. Safe to repeat.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn set_auto_top_up(
        &self,
        dseq: Dseq,
        enabled: bool,
    ) -> Result<DeploymentSettings, Error> {
        let body = json!({ "data": { "autoTopUpEnabled": enabled } });
        self.data(Call::patch(Op::Set, "/v2/deployment-settings/{dseq}", body).param(dseq))
            .await
    }

    /// How the Console funds what runs; `None` on servers that don't say it, where the rules of before 2026-09
    /// hold. Needs no key.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn funding_config(&self) -> Result<Option<FundingConfig>, Error> {
        match self.data(Call::get("/v1/deployment-funding-config")).await {
            Ok(config) => Ok(Some(config)),
            Err(error) if matches!(error.kind(), Kind::NotFound | Kind::Unsupported) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The account's API keys, without the keys themselves.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn api_keys(&self) -> Result<Vec<ApiKey>, Error> {
        self.data(Call::get("/v1/api-keys")).await
    }

    /// Makes an API key. It can do all that the person can, and is told only now.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn create_api_key(
        &self,
        name: &str,
        expires_at: Option<Timestamp>,
    ) -> Result<NewApiKey, Error> {
        let mut data = json!({ "name": name });
        if let Some(at) = expires_at {
            data["expiresAt"] = json!(at);
        }
        self.data(Call::post(
            Op::Make,
            "/v1/api-keys",
            json!({ "data": data }),
        ))
        .await
    }

    /// Deletes an API key; also one that does not exist. Safe to repeat.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn delete_api_key(&self, id: &str) -> Result<(), Error> {
        self.done(Call::delete(Op::Set, "/v1/api-keys/{id}").param(id))
            .await
    }

    /// A token to ask providers with, for `ttl_seconds`.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn provider_token(
        &self,
        scope: TokenScope,
        ttl_seconds: u32,
    ) -> Result<SecretString, Error> {
        let scopes: &[&str] = match scope {
            TokenScope::Watch => &["status", "logs", "events"],
            TokenScope::Shell => &["status", "logs", "events", "shell"],
        };
        let leases = json!({ "access": "scoped", "scope": scopes });
        let body = json!({ "data": { "ttl": ttl_seconds, "leases": leases } });
        let call = Call::post(Op::Set, "/v1/create-jwt-token", body);
        self.read(call, |value| {
            value.at("data").must::<String>("token").map(Into::into)
        })
        .await
    }
}
