//! A provider in place, beside its bid.

use url::Url;

use crate::{
    Engine, Result, outside,
    present::provider,
    view::{AppError, ProviderDetail, ProviderPage},
};

impl Engine {
    /// What is known of a provider, by its address on the chain.
    ///
    /// # Errors
    /// When there is none of that address, or no answer.
    pub async fn provider(&self, address: &str) -> Result<ProviderDetail> {
        let read = self.core.provider(address).await?;
        let now = self.core.now();
        Ok(provider::detail(&self.core.state(), &read, now))
    }

    /// Marks a provider, or takes the mark away.
    ///
    /// # Errors
    /// When there is none of that address, or the disk refuses.
    pub async fn set_favourite(&self, address: &str, on: bool) -> Result<()> {
        Ok(self.core.set_favourite(address, on).await?)
    }

    /// The checked http(s) address of a page of a provider's own.
    ///
    /// # Errors
    /// When it names none that a browser can open, or one on this computer or in its network.
    pub async fn provider_page(&self, address: &str, page: ProviderPage) -> Result<Url> {
        let said = self
            .core
            .state()
            .providers
            .get(address)
            .and_then(|provider| match page {
                ProviderPage::Website => provider.website.clone(),
                ProviderPage::StatusPage => provider.status_page.clone(),
            });
        let url = said
            .as_deref()
            .and_then(outside::outside_url)
            .ok_or_else(AppError::no_provider_page)?;
        if outside::leads_inside(&url).await {
            return Err(AppError::inside());
        }
        Ok(url)
    }
}
