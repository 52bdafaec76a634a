//! What is known of the market beyond who is in it: where providers are, what GPUs cost, how long a block takes, how one fared.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use akash_console::{Block, GpuPrice, Incident, Provider};
use akash_market::{Decimal, Past, Rates};
use jiff::Timestamp;

use crate::{
    derive::funding::Funding,
    present,
    record::transitions::PATIENCE,
    record::{LeaseSeen, Record},
    screening::Screenings,
    state::{Core, Session, State},
};

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
}

/// What a screening told of a provider's week.
pub(crate) struct Outages {
    /// Chain time of the screening: of days after it nothing is known.
    pub(crate) read: Timestamp,
    pub(crate) incidents: Vec<Incident>,
}

/// More regions than these are a mistake or malice.
const AREAS: usize = 100;
/// Blocks that the time of one is measured over.
const BLOCKS: u32 = 100;

impl Market {
    pub(crate) fn place(&mut self, providers: &HashMap<String, Arc<Provider>>) {
        let keys: BTreeSet<String> = providers
            .values()
            .filter_map(|provider| present::area(provider))
            .filter(|key| key.len() <= 60)
            .collect();
        self.areas = keys.into_iter().take(AREAS).collect();
    }
}

impl State {
    /// Whether the price of GPUs is worth reading.
    pub(crate) fn asks_for_gpus(&self) -> bool {
        let draft = self
            .draft
            .as_ref()
            .and_then(|draft| draft.checked.sdl.as_ref());
        draft.is_some_and(|sdl| sdl.summary().services.iter().any(|s| s.gpu.is_some()))
            || self
                .living()
                .any(|record| record.gpu() && !record.bids.is_empty())
    }
}

impl Core {
    /// Measures how long a block takes; what can't be true is not taken.
    pub(crate) async fn measure_blocks(&self, session: &Session) {
        let Ok(blocks) = session.client.blocks(BLOCKS).await else {
            return;
        };
        let first = blocks.iter().min_by_key(|block| block.height);
        let last = blocks.iter().max_by_key(|block| block.height);
        let (Some(first), Some(last)) = (first, last) else {
            return;
        };
        let at = |block: &Block| (block.height, block.datetime.as_millisecond());
        let rates = Rates::default().measured(at(first), at(last));
        self.with(|state| state.market.block_seconds = Some(rates.block_seconds.round_dp(3)));
    }

    /// Reads from the journal anew how the leases of the active account ended, if one did.
    pub(crate) async fn learn(&self, session: &Session) {
        if !self.state().market.pasts_stale {
            return;
        }
        let Some(pasts) = self.fared(&session.account).await else {
            return;
        };
        self.with(|state| {
            let active = state.session.as_ref();
            if active.is_some_and(|active| active.account == session.account) {
                state.market.pasts = pasts;
                state.market.pasts_stale = false;
            }
        });
    }

    /// How the leases of an account ended, by provider.
    /// `None`: the journal can't be read.
    pub(crate) async fn fared(&self, account: &str) -> Option<HashMap<String, Past>> {
        let records = self.journal.all(account.to_owned()).await;
        records
            .inspect_err(|error| tracing::warn!(%error, "past leases can’t be read"))
            .map(|records| fared(&records))
            .ok()
    }
}

fn fared(records: &[Record]) -> HashMap<String, Past> {
    let mut pasts: HashMap<String, Past> = HashMap::new();
    for record in records {
        for lease in &record.leases {
            let past = pasts.entry(lease.provider.clone()).or_default();
            match lived(record, lease) {
                Some(true) => past.lived = past.lived.saturating_add(1),
                Some(false) => past.died = past.died.saturating_add(1),
                None => {}
            }
        }
    }
    pasts.retain(|_, past| *past != Past::default());
    pasts
}

/// Whether a lease went well; `None` where it says nothing about its provider.
fn lived(record: &Record, lease: &LeaseSeen) -> Option<bool> {
    match lease.reason.as_deref() {
        Some(
            "lease_closed_reason_unstable"
            | "lease_closed_reason_decommission"
            | "lease_closed_reason_manifest_timeout",
        ) => return Some(false),
        // The person's purse, not the provider.
        Some("lease_closed_reason_insufficient_funds") => return Some(true),
        _ => {}
    }
    if record.run.came_up || record.run.ready.is_some() {
        return Some(true);
    }
    // Closed before it could have come up, or made elsewhere and never looked at.
    let blocks = lease.until?.saturating_sub(lease.from?);
    let seconds = Rates::default().seconds(blocks);
    (record.ours && seconds > PATIENCE.into()).then_some(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Phase;

    fn record(reason: Option<&str>, blocks: u64, ready: bool) -> Record {
        let mut record = Record::found("a".into(), 1, Timestamp::UNIX_EPOCH);
        record.ours = true;
        record.enter(Phase::Closed, Timestamp::UNIX_EPOCH);
        record.run.came_up = ready;
        record.leases.push(LeaseSeen {
            gseq: 1,
            oseq: 1,
            provider: "p".into(),
            runs: false,
            price: None,
            from: Some(1),
            until: Some(1 + blocks),
            reason: reason.map(str::to_owned),
        });
        record
    }

    #[test]
    fn a_provider_is_judged_by_what_it_did() {
        let cases = [
            (record(None, 1_000, true), (1, 0)),
            (record(Some("lease_closed_owner"), 1_000, true), (1, 0)),
            (
                record(Some("lease_closed_reason_insufficient_funds"), 9, true),
                (1, 0),
            ),
            (
                record(Some("lease_closed_reason_unstable"), 9, true),
                (0, 1),
            ),
            (record(Some("lease_closed_owner"), 1_000, false), (0, 1)),
            (record(Some("lease_closed_owner"), 3, false), (0, 0)),
        ];
        for (record, (lived, died)) in cases {
            let past = fared(std::slice::from_ref(&record)).remove("p");
            assert_eq!(
                past.unwrap_or_default(),
                Past { lived, died },
                "{:?}",
                record.leases
            );
        }
        let two = fared(&[record(None, 9, true), record(None, 9_000, false)]);
        assert_eq!(two["p"], Past { lived: 1, died: 1 });
    }
}
