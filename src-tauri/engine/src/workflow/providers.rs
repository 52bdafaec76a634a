//! Providers: reading one, and marking it.

use std::sync::Arc;

use akash_console::Provider;

use crate::{
    record::{
        Problem,
        problem::{Doing, Input},
    },
    state::core::Core,
};

/// The most providers that can be marked.
const FAVOURITES: usize = 500;

impl Core {
    /// Reads a provider with its latest checks; what the list says where that does not come.
    pub(crate) async fn provider(&self, address: &str) -> Result<Arc<Provider>, Problem> {
        let session = self.session()?;
        let read = session.client.provider(address).await;
        let listed = self.state().providers.get(address).map(Arc::clone);
        let provider = match (read, listed) {
            (Ok(provider), _) => Arc::new(provider),
            (Err(_), Some(listed)) => listed,
            (Err(error), None) => return Err(Problem::call(&error, Doing::Read)),
        };
        Ok(provider)
    }

    /// Marks a provider, or takes the mark away.
    pub(crate) async fn set_favourite(&self, address: &str, on: bool) -> Result<(), Problem> {
        let known = {
            let state = self.state();
            state.providers.contains_key(address)
                || state.settings.favourites.iter().any(|one| one == address)
        };
        if !known {
            return Err(Input::NoProvider.into());
        }
        self.set(|mut settings| {
            settings.favourites.retain(|one| one != address);
            if on && settings.favourites.len() >= FAVOURITES {
                return Err(Input::TooManyFavourites.into());
            }
            settings.favourites.extend(on.then(|| address.to_owned()));
            Ok(settings)
        })
        .await
    }
}
