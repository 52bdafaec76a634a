//! Everything the simulator knows: one account, the providers, the chain.

pub(crate) mod account;
pub(crate) mod advance;
pub(crate) mod catalogue;
pub(crate) mod luck;
pub(crate) mod providers;
pub(crate) mod templates;

use std::collections::BTreeMap;

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    Config,
    chain::{BidState, Deployment},
    edition::{Edition, Since},
    time::height_at,
    world::{account::Account, luck::Luck, providers::Provider},
};

/// Version of the file that keeps a world.
pub(crate) const SCHEMA: u32 = 1;

/// Closed deployments beyond this number are forgotten, oldest first.
const REMEMBERED: usize = 500;

/// A world, whole. It only moves by [`World::advance`](advance) and by what is asked of it.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub(crate) struct World {
    /// Version of this structure.
    pub(crate) schema: u32,
    /// Chain time up to which everything has happened.
    pub(crate) now: Timestamp,
    /// What it was made from.
    pub(crate) seed: u64,
    /// Randomness of what happens.
    pub(crate) luck: Luck,
    /// Randomness that must not change what happens: the wrong order of lists.
    pub(crate) shuffle: Luck,
    /// Who uses it.
    pub(crate) account: Account,
    /// Who bids.
    pub(crate) providers: Vec<Provider>,
    /// Deployments by dseq, closed ones included.
    pub(crate) deployments: BTreeMap<u64, Deployment>,
    /// Troubles that were switched on.
    pub(crate) trouble: Trouble,
    /// When the hourly funding runs next.
    pub(crate) funds_at: Timestamp,
    /// When the cleaner runs next.
    pub(crate) cleans_at: Timestamp,
    /// As which Console it behaves: chosen at each start, not kept.
    #[serde(skip)]
    pub(crate) rules: Rules,
    /// The balances last read, and when: the Console answers them stale.
    pub(crate) balances: Option<(Timestamp, Balances)>,
}

/// Which Console it is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Rules {
    /// Its state.
    pub(crate) edition: Edition,
    /// How it derives manifests.
    pub(crate) derivation: akash_sdl::Derivation,
}

impl Rules {
    /// The rules that a simulator is started with.
    pub(crate) fn of(config: &Config) -> Self {
        Self {
            edition: config.edition,
            derivation: config.derivation,
        }
    }
}

/// Lasting troubles.
#[derive(Serialize, Deserialize, Clone, Debug, Default)]
#[serde(default)]
pub(crate) struct Trouble {
    /// The chain's node is down: nothing can be signed, bids can't be listed.
    pub(crate) node_down: bool,
    /// The platform chooses the deposit and ignores ours.
    pub(crate) platform_funds: bool,
    /// Creates and deposits that still find the wallet not set up.
    pub(crate) provisioning: u32,
    /// Deliveries of a manifest that will still fail.
    pub(crate) manifest_fails: u32,
    /// With which status, and in which words of the provider.
    pub(crate) manifest_error: Option<(u16, String)>,
}

/// Credit and what is set aside, in uact.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq)]
pub(crate) struct Balances {
    /// Credit that is free.
    pub(crate) free: Decimal,
    /// What the escrows of active deployments hold, unsettled.
    pub(crate) deployments: Decimal,
}

impl World {
    /// A new world.
    pub(crate) fn new(config: &Config) -> Self {
        let now = config.start.unwrap_or_else(Timestamp::now);
        Self {
            schema: SCHEMA,
            now,
            seed: config.seed,
            luck: Luck::new(config.seed, "life"),
            shuffle: Luck::new(config.seed, "shuffle"),
            account: Account::new(config, now),
            providers: providers::providers(config.seed, height_at(now)),
            deployments: BTreeMap::new(),
            trouble: Trouble::default(),
            funds_at: advance::next_hour(now),
            cleans_at: advance::next_cleaning(now),
            rules: Rules::of(config),
            balances: None,
        }
    }

    /// Height of the newest block.
    pub(crate) fn height(&self) -> u64 {
        height_at(self.now)
    }

    /// A provider by its address.
    pub(crate) fn provider(&self, owner: &str) -> Option<&Provider> {
        self.providers
            .iter()
            .find(|provider| provider.owner == owner)
    }

    /// Credit and what is set aside, as it is now.
    pub(crate) fn balances_now(&self) -> Balances {
        let active = self
            .deployments
            .values()
            .filter(|deployment| deployment.active);
        let deployments = active
            .map(|deployment| deployment.escrow.funds.max(Decimal::ZERO))
            .sum();
        Balances {
            free: Decimal::from(self.account.credit),
            deployments,
        }
    }

    /// A dseq for a deployment made now: the time in milliseconds, never one that was given before.
    /// Formerly the height, so that a second one in the same block is refused: `None`.
    pub(crate) fn next_dseq(&self) -> Option<u64> {
        if !self.has(Since::DseqIsTime) {
            let height = self.height();
            return (!self.deployments.contains_key(&height)).then_some(height);
        }
        let now = u64::try_from(self.now.as_millisecond()).unwrap_or_default();
        let last = self.deployments.last_key_value();
        Some(last.map_or(now, |(last, _)| now.max(last + 1)))
    }

    /// Whether bids can be taken that somebody may be comparing.
    pub(crate) fn is_choosing(&self) -> bool {
        self.deployments.values().any(|deployment| {
            deployment.active
                && deployment.leases.is_empty()
                && deployment
                    .bids
                    .iter()
                    .any(|bid| bid.state == BidState::Open)
        })
    }

    /// Whether the Console is past a change.
    pub(crate) fn has(&self, change: Since) -> bool {
        self.rules.edition.has(change)
    }

    /// Forgets the oldest closed deployments when there are too many.
    pub(crate) fn forget(&mut self) {
        let closed: Vec<u64> = self
            .deployments
            .values()
            .filter(|deployment| !deployment.active)
            .map(|deployment| deployment.dseq)
            .collect();
        for dseq in closed.iter().take(closed.len().saturating_sub(REMEMBERED)) {
            self.deployments.remove(dseq);
        }
    }
}
