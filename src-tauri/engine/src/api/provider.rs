//! A provider in place, beside its bid.

use url::Url;

use crate::{
    Engine, Result,
    view::{ProviderDetail, ProviderPage},
};

impl Engine {
    /// What is known of a provider, by its address on the chain.
    ///
    /// # Errors
    /// When there is none of that address, or no answer.
    pub async fn provider(&self, address: &str) -> Result<ProviderDetail> {
        self.core.provider(address).await
    }

    /// Marks a provider, or takes the mark away.
    ///
    /// # Errors
    /// When there is none of that address, or the disk refuses.
    pub async fn set_favourite(&self, address: &str, on: bool) -> Result<()> {
        self.core.set_favourite(address, on).await
    }

    /// The checked http(s) address of a page of a provider's own.
    ///
    /// # Errors
    /// When it names none that a browser can open, or one on this computer or in its network.
    pub async fn provider_page(&self, address: &str, page: ProviderPage) -> Result<Url> {
        self.core.provider_page(address, page).await
    }
}
