//! The simulated world: one account, the providers and the chain.

pub(crate) mod account;
mod advance;
mod create;
pub(crate) mod funding;
pub(crate) mod lease;
pub(crate) mod limits;
mod schedule;
mod sdl;

use std::collections::BTreeMap;

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use self::account::Account;
use crate::{
    api_version::{ApiChange, ApiVersion},
    chain::{BidState, Deployment},
    config::Config,
    providers::{Provider, generate},
    rng::SeededRng,
    time::height_at,
};

/// The version of the file that keeps a world.
pub(crate) const SCHEMA: u32 = 1;

/// The largest number of closed deployments that are kept.
const MAX_CLOSED: usize = 500;

/// The whole world. Only [`advance`] and requests change it. Its serialized form is the saved file, so fields whose
/// names changed keep their old names there.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub(crate) struct World {
    /// The version of this structure: [`SCHEMA`].
    pub(crate) schema: u32,
    /// Chain time. All events until then have been applied.
    pub(crate) now: Timestamp,
    /// The seed it was generated from.
    pub(crate) seed: u64,
    /// Random numbers for events.
    #[serde(rename = "luck")]
    pub(crate) rng: SeededRng,
    /// Random numbers for the wrong order of lists, so that reading a list does not change later events.
    pub(crate) shuffle: SeededRng,
    /// The account.
    pub(crate) account: Account,
    /// The providers.
    pub(crate) providers: Vec<Provider>,
    /// The deployments by dseq, with the closed ones.
    pub(crate) deployments: BTreeMap<u64, Deployment>,
    /// The disruptions that are switched on.
    #[serde(rename = "trouble")]
    pub(crate) disruptions: Disruptions,
    /// When the hourly funding job runs next.
    #[serde(rename = "funds_at")]
    pub(crate) next_funding: Timestamp,
    /// When the cleanup job runs next.
    #[serde(rename = "cleans_at")]
    pub(crate) next_cleanup: Timestamp,
    /// The rules of the Console that it plays. They are chosen at each start and not saved.
    #[serde(skip)]
    pub(crate) rules: Rules,
    /// The balances that were last read, and when. The Console answers stale balances.
    pub(crate) balances: Option<(Timestamp, Balances)>,
}

/// Which Console the simulator plays.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Rules {
    /// The version of its API.
    pub(crate) api_version: ApiVersion,
    /// How it derives manifests from SDL files.
    pub(crate) derivation: akash_sdl::Derivation,
}

impl Rules {
    /// The rules that a configuration asks for.
    pub(crate) fn of(config: &Config) -> Self {
        Self {
            api_version: config.api_version,
            derivation: config.derivation,
        }
    }
}

/// Disruptions that last until they are switched off or used up.
#[derive(Serialize, Deserialize, Clone, Debug, Default)]
#[serde(default)]
pub(crate) struct Disruptions {
    /// The chain's node is down: nothing can be signed, and bids cannot be listed.
    pub(crate) node_down: bool,
    /// The platform chooses the deposit and ignores the client's.
    pub(crate) platform_funds: bool,
    /// How many more creates and deposits fail because the wallet is not provisioned.
    pub(crate) provisioning: u32,
    /// How many more deliveries of a manifest fail.
    pub(crate) manifest_fails: u32,
    /// The status and the provider's text of a failed delivery.
    pub(crate) manifest_error: Option<(u16, String)>,
}

/// The account's balances in uact.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq)]
pub(crate) struct Balances {
    /// The free credit.
    pub(crate) free: Decimal,
    /// What the escrows of active deployments hold as of their last settlements.
    pub(crate) deployments: Decimal,
}

impl World {
    /// Generates a new world.
    pub(crate) fn new(config: &Config) -> Self {
        let now = config.start.unwrap_or_else(Timestamp::now);
        Self {
            schema: SCHEMA,
            now,
            seed: config.seed,
            rng: SeededRng::new(config.seed, "life"),
            shuffle: SeededRng::new(config.seed, "shuffle"),
            account: Account::new(config, now),
            providers: generate::providers(config.seed, height_at(now)),
            deployments: BTreeMap::new(),
            disruptions: Disruptions::default(),
            next_funding: schedule::next_hour(now),
            next_cleanup: schedule::next_cleanup(now),
            rules: Rules::of(config),
            balances: None,
        }
    }

    /// The height of the newest block.
    pub(crate) fn height(&self) -> u64 {
        height_at(self.now)
    }

    /// The provider with this address.
    pub(crate) fn provider(&self, owner: &str) -> Option<&Provider> {
        self.providers
            .iter()
            .find(|provider| provider.owner == owner)
    }

    /// The balances as they are now.
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

    /// A new dseq: the time in milliseconds, and larger than all others. Until 2026-06-02 it was the height, and a second
    /// deployment in the same block was refused: then `None`.
    pub(crate) fn next_dseq(&self) -> Option<u64> {
        if !self.has(ApiChange::DseqIsTime) {
            let height = self.height();
            return (!self.deployments.contains_key(&height)).then_some(height);
        }
        let now = u64::try_from(self.now.as_millisecond()).unwrap_or_default();
        let last = self.deployments.last_key_value();
        Some(last.map_or(now, |(last, _)| now.max(last + 1)))
    }

    /// Whether a deployment without a lease has open bids, which somebody may be comparing.
    pub(crate) fn has_bids_to_choose(&self) -> bool {
        self.deployments.values().any(|deployment| {
            deployment.active
                && deployment.leases.is_empty()
                && deployment
                    .bids
                    .iter()
                    .any(|bid| bid.state == BidState::Open)
        })
    }

    /// Whether the Console has made this change.
    pub(crate) fn has(&self, change: ApiChange) -> bool {
        self.rules.api_version.has(change)
    }

    /// Drops the oldest closed deployments when there are more than [`MAX_CLOSED`].
    pub(crate) fn drop_oldest_closed(&mut self) {
        let closed: Vec<u64> = self
            .deployments
            .values()
            .filter(|deployment| !deployment.active)
            .map(|deployment| deployment.dseq)
            .collect();
        for dseq in closed.iter().take(closed.len().saturating_sub(MAX_CLOSED)) {
            self.deployments.remove(dseq);
        }
    }
}
