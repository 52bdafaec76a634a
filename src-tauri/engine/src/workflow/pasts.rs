//! How the person's own leases ended, read from the journal.

use std::collections::HashMap;

use akash_market::Past;

use crate::{derive::pasts, state::core::Core};

impl Core {
    /// How the leases of an account ended, by provider. `None`: the journal can't be read.
    pub(crate) async fn fared(&self, account: &str) -> Option<HashMap<String, Past>> {
        let records = self.journal.all(account.to_owned()).await;
        records
            .inspect_err(|error| tracing::warn!(%error, "past leases can’t be read"))
            .map(|records| pasts::fared(&records))
            .ok()
    }
}
