//! What is known of the market beyond who is in it: where providers are, what GPUs cost, how long a block takes, how one fared.

use std::{collections::HashMap, sync::Arc};

use akash_console::{GpuPrice, Incident};
use akash_market::{Decimal, Past};
use jiff::Timestamp;

use super::{funding::Funding, screening::Screenings};
use crate::view::Template;

/// Of one Console; forgotten when the account is left.
#[derive(Default)]
pub(crate) struct Market {
    /// Keys of the regions that providers are in, sorted.
    pub(crate) areas: Vec<String>,
    /// What GPUs cost, where somebody asked.
    pub(crate) gpu_prices: Vec<GpuPrice>,
    /// Days with outages of the providers that a screening named.
    pub(crate) outages: HashMap<String, Outages>,
    /// How the person's own leases with providers ended.
    pub(crate) pasts: HashMap<String, Past>,
    /// A lease ended since they were read.
    pub(crate) pasts_stale: bool,
    /// Seconds that a block takes, measured. Prices are counted with the constant of [`akash_market::Rates`], times with this: a price that
    /// changes while one looks at it is no price.
    pub(crate) block_seconds: Option<Decimal>,
    /// Who could run what, see [`crate::screening`].
    pub(crate) screenings: Screenings,
    /// How the Console funds what runs.
    pub(crate) funding: Funding,
    /// Its gallery of templates, where somebody looked.
    pub(crate) templates: Option<Arc<Vec<Template>>>,
}

/// What a screening told of a provider's week.
pub(crate) struct Outages {
    /// Chain time of the screening: of days after it nothing is known.
    pub(crate) read: Timestamp,
    pub(crate) incidents: Vec<Incident>,
}
