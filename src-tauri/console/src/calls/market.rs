//! What is public: providers, prices, blocks, templates.

use serde_json::{Value, json};

use crate::{
    Auditor, Block, Client, Error, GpuPrices, MarketData, NetworkCapacity, PriceComparison,
    Provider, Region, Template, TemplateCategory, UsageDay, UsageStats,
    call::{Call, Op},
    json::{Fields, Mismatch, Read},
};

impl Client {
    /// All providers the Console knows, also those that are away.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn providers(&self) -> Result<Vec<Provider>, Error> {
        self.read(Call::get("/v1/providers").large(), rows).await
    }

    /// One provider, with its single uptime checks.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound) for one the Console does not know.
    pub async fn provider(&self, address: &str) -> Result<Provider, Error> {
        self.bare(Call::get("/v1/providers/{address}").param(address))
            .await
    }

    /// The AKT's price.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn market_data(&self) -> Result<MarketData, Error> {
        self.bare(Call::get("/v1/market-data")).await
    }

    /// The newest blocks, newest first, 1 to 100 of them.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn blocks(&self, limit: u32) -> Result<Vec<Block>, Error> {
        let call = Call::get("/v1/blocks").query("limit", limit.clamp(1, 100));
        self.bare(call).await
    }

    /// Who vouches for providers.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn auditors(&self) -> Result<Vec<Auditor>, Error> {
        self.read(Call::get("/v1/auditors"), rows).await
    }

    /// Regions and the providers in them.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn provider_regions(&self) -> Result<Vec<Region>, Error> {
        self.read(Call::get("/v1/provider-regions"), rows).await
    }

    /// The attributes that providers may have, as the Console documents them: an object whose keys
    /// are theirs.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn provider_attributes_schema(&self) -> Result<Value, Error> {
        self.bare(Call::get("/v1/provider-attributes-schema")).await
    }

    /// What GPUs cost. The first to ask in a while waits long.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn gpu_prices(&self) -> Result<GpuPrices, Error> {
        self.bare(Call::get("/v1/gpu-prices").slow()).await
    }

    /// What a machine costs here and elsewhere: thousandths of a CPU, bytes of memory and storage.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn pricing(
        &self,
        cpu_milli: u64,
        memory: u64,
        storage: u64,
    ) -> Result<PriceComparison, Error> {
        let body = json!({ "cpu": cpu_milli, "memory": memory, "storage": storage });
        self.bare(Call::post(Op::Read, "/v1/pricing", body)).await
    }

    /// What all providers have together.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn network_capacity(&self) -> Result<NetworkCapacity, Error> {
        self.bare(Call::get("/v1/network-capacity")).await
    }

    /// Whether the Console reaches the chain.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn blockchain_reachable(&self) -> Result<bool, Error> {
        let call = Call::get("/v1/blockchain-status");
        self.read(call, |value| value.must("isBlockchainReachable"))
            .await
    }

    /// What an address spent, day by day, over the last 30 days.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn usage_history(&self, address: &str) -> Result<Vec<UsageDay>, Error> {
        self.read(
            Call::get("/v1/usage/history").query("address", address),
            rows,
        )
        .await
    }

    /// What an address spent in all over the last 30 days.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn usage_stats(&self, address: &str) -> Result<UsageStats, Error> {
        self.bare(Call::get("/v1/usage/history/stats").query("address", address))
            .await
    }

    /// Ready-made SDL files, by category.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn templates(&self) -> Result<Vec<TemplateCategory>, Error> {
        let call = Call::get("/v1/templates-list").large();
        self.read(call, |value| {
            rows(value.at("data")).map_err(|e| e.within("data"))
        })
        .await
    }

    /// One of them.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound) for one that does not exist.
    pub async fn template(&self, id: &str) -> Result<Template, Error> {
        self.data(Call::get("/v1/templates/{id}").param(id)).await
    }
}

/// A list without the entries that can't be read: of such lists, the rest is still worth having.
fn rows<T: Read>(value: &Value) -> Result<Vec<T>, Mismatch> {
    let items = value
        .as_array()
        .ok_or_else(|| Mismatch::new("a list", value))?;
    let read: Vec<T> = items.iter().filter_map(|item| T::read(item).ok()).collect();
    match items.first() {
        Some(first) if read.is_empty() => Err(T::read(first)
            .err()
            .unwrap_or_else(|| Mismatch::new("a list", value))),
        _ => Ok(read),
    }
}
