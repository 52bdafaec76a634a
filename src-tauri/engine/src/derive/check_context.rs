//! What is known beside the text of an SDL when it is checked: the Console it goes to, the rates of the moment, the GPUs
//! that there are, and the passwords that a sample got here.

use akash_sdl::{Context, Edition};

use crate::{
    samples,
    state::{State, funding::Funding},
};

/// What a check of `text` knows. Without a connection that is little, and the check says where Consoles differ.
pub(crate) fn context(state: &State, text: &str) -> Context {
    let mut gpu_models: Vec<String> = state
        .market
        .gpu_prices
        .iter()
        .map(|price| price.model.clone())
        .collect();
    gpu_models.sort();
    gpu_models.dedup();
    Context {
        edition: match state.market.funding {
            Funding::Unknown => None,
            Funding::Switchable => Some(Edition::Summer2026),
            Funding::Fixed(_) => Some(Edition::Autumn2026),
        },
        akt_usd: state.rates.akt_usd,
        block_seconds: state.rates.block_seconds,
        gpu_models,
        made_secrets: samples::made_secrets(text),
    }
}
