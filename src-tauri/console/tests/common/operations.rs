//! Every operation the client has, by the request it makes: for tests over all of them, and for
//! reading recorded answers.

use akash_console::{
    Client, Dseq, Error, LeaseTarget, ScreeningRequest, SecretString, TokenScope, Usd,
};
use serde::Serialize;
use serde_json::{Value, json};

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Reads.
    Reads,
    /// Changes something; twice is once.
    Sets,
    /// Changes something; twice is twice.
    Adds,
}

use Effect::{Adds, Reads, Sets};

/// Method and path template, what it does, and the status of its success.
pub const OPERATIONS: &[(&str, Effect, u16)] = &[
    ("GET /v1/deployments", Reads, 200),
    ("GET /v1/deployments/{dseq}", Reads, 200),
    ("POST /v1/deployments", Adds, 201),
    ("PUT /v1/deployments/{dseq}", Sets, 200),
    ("DELETE /v1/deployments/{dseq}", Sets, 200),
    ("GET /v1/bids", Reads, 200),
    ("POST /v1/leases", Sets, 200),
    ("POST /v1/deposit-deployment", Adds, 200),
    ("GET /v1/user/me", Reads, 200),
    ("GET /v1/wallets", Reads, 200),
    ("GET /v1/balances", Reads, 200),
    ("GET /v1/wallet-settings", Reads, 200),
    ("GET /v1/weekly-cost", Reads, 200),
    ("GET /v2/deployment-settings/{dseq}", Reads, 200),
    ("PATCH /v2/deployment-settings/{dseq}", Sets, 200),
    ("POST /v2/deployment-settings", Sets, 201),
    ("GET /v1/api-keys", Reads, 200),
    ("POST /v1/api-keys", Adds, 201),
    ("DELETE /v1/api-keys/{id}", Sets, 204),
    ("POST /v1/create-jwt-token", Sets, 201),
    ("GET /v1/providers", Reads, 200),
    ("GET /v1/providers/{address}", Reads, 200),
    ("GET /v1/market-data/{coin?}", Reads, 200),
    ("GET /v1/blocks", Reads, 200),
    ("GET /v1/auditors", Reads, 200),
    ("GET /v1/provider-regions", Reads, 200),
    ("GET /v1/provider-attributes-schema", Reads, 200),
    ("GET /v1/gpu-prices", Reads, 200),
    ("POST /v1/pricing", Reads, 200),
    ("GET /v1/network-capacity", Reads, 200),
    ("GET /v1/blockchain-status", Reads, 200),
    ("GET /v1/usage/history", Reads, 200),
    ("GET /v1/usage/history/stats", Reads, 200),
    ("GET /v1/templates-list", Reads, 200),
    ("GET /v1/templates/{id}", Reads, 200),
    ("POST /v1/bid-screening", Reads, 200),
];

/// The template of a request such as `GET /v1/bids?dseq=1` or `GET /v1/deployments/1`.
pub fn template(request: &str) -> Option<&'static str> {
    let (method, target) = request.trim().split_once(' ')?;
    let path = target.split(['?', '#']).next()?.trim_end_matches('/');
    OPERATIONS
        .iter()
        .map(|(template, ..)| *template)
        .find(|template| {
            let (wanted, template) = template.split_once(' ').unwrap_or_default();
            let optional = template.split('/').filter(|s| !s.ends_with("?}")).count();
            let (ours, theirs) = (template.split('/'), path.split('/'));
            let count = theirs.clone().count();
            method.eq_ignore_ascii_case(wanted)
                && (count == optional || count == ours.clone().count())
                && ours.zip(theirs).all(|(a, b)| a.starts_with('{') || a == b)
        })
}

/// Makes the call of a template with made-up arguments; `None` for one that there is none of.
pub async fn run(client: &Client, template: &str) -> Option<Result<Value, Error>> {
    let dseq = Dseq::new(1_787_385_600_123);
    let usd = Usd::from_micro(500_000_u64);
    let provider = "akash18ga02jzaq8cw52anyhzkwta5wygufgu6zsz6xc";
    let owner = "akash1qqzwc5d7hynl67nsmn9jukvwqp3vzdl6j2t7lk";
    let id = "6f1c7a52-7d4e-4c1f-9b8a-2f3d5e6a7b8c";
    Some(match template {
        "GET /v1/deployments" => value(client.deployments().await),
        "GET /v1/deployments/{dseq}" => value(client.deployment(dseq).await),
        "POST /v1/deployments" => value(client.create("version: \"2.0\"", usd).await),
        "PUT /v1/deployments/{dseq}" => value(client.update(dseq, "version: \"2.0\"").await),
        "DELETE /v1/deployments/{dseq}" => value(client.close(dseq).await),
        "GET /v1/bids" => value(client.bids(dseq).await),
        "POST /v1/leases" => {
            let target = LeaseTarget {
                dseq,
                gseq: 1,
                oseq: 1,
                provider: provider.into(),
            };
            value(client.lease("[]", &[target]).await)
        }
        "POST /v1/deposit-deployment" => value(client.deposit(dseq, usd).await),
        "GET /v1/user/me" => value(client.user().await),
        "GET /v1/wallets" => value(client.wallets(id).await),
        "GET /v1/balances" => value(client.balances().await),
        "GET /v1/wallet-settings" => value(client.wallet_settings().await),
        "GET /v1/weekly-cost" => value(client.weekly_cost().await),
        "GET /v2/deployment-settings/{dseq}" => value(client.deployment_settings(dseq).await),
        "POST /v2/deployment-settings" => value(client.create_deployment_settings(dseq).await),
        "PATCH /v2/deployment-settings/{dseq}" => value(client.set_auto_top_up(dseq, true).await),
        "GET /v1/api-keys" => value(client.api_keys().await),
        "POST /v1/api-keys" => value(
            client
                .create_api_key("laptop", None)
                .await
                .map(|new| new.listed),
        ),
        "DELETE /v1/api-keys/{id}" => value(client.delete_api_key(id).await),
        "POST /v1/create-jwt-token" => {
            let token = client.provider_token(TokenScope::Watch, 900).await;
            value(token.map(|_: SecretString| json!("[token]")))
        }
        "GET /v1/providers" => value(client.providers().await),
        "GET /v1/providers/{address}" => value(client.provider(provider).await),
        "GET /v1/market-data/{coin?}" => value(client.market_data().await),
        "GET /v1/blocks" => value(client.blocks(2).await),
        "GET /v1/auditors" => value(client.auditors().await),
        "GET /v1/provider-regions" => value(client.provider_regions().await),
        "GET /v1/provider-attributes-schema" => value(client.provider_attributes_schema().await),
        "GET /v1/gpu-prices" => value(client.gpu_prices().await),
        "POST /v1/pricing" => value(client.pricing(1000, 1 << 30, 1 << 30).await),
        "GET /v1/network-capacity" => value(client.network_capacity().await),
        "GET /v1/blockchain-status" => value(client.blockchain_reachable().await),
        "GET /v1/usage/history" => value(client.usage_history(owner).await),
        "GET /v1/usage/history/stats" => value(client.usage_stats(owner).await),
        "GET /v1/templates-list" => value(client.templates().await),
        "GET /v1/templates/{id}" => value(client.template("hello").await),
        "POST /v1/bid-screening" => value(client.bid_screening(&screening()).await),
        _ => return None,
    })
}

fn screening() -> ScreeningRequest {
    let resource = json!({
        "id": 1,
        "cpu": { "units": { "val": "500" } },
        "memory": { "quantity": { "val": "536870912" } },
        "gpu": { "units": { "val": "0" } },
        "storage": [{ "name": "default", "quantity": { "val": "536870912" } }],
    });
    ScreeningRequest {
        attributes: vec![("region".into(), "us-west".into())],
        resources: json!([{
            "resource": resource,
            "count": 1,
            "price": { "denom": "uact", "amount": "10000" },
        }]),
        timezone: "Europe/Berlin".into(),
        ..ScreeningRequest::default()
    }
}

fn value<T: Serialize>(result: Result<T, Error>) -> Result<Value, Error> {
    result.map(|value| serde_json::to_value(value).unwrap_or_default())
}
