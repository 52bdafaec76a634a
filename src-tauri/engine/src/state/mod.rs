//! What the engine holds in memory: accounts, records, the draft, the market, and how the connection is.

pub(crate) mod connection;
pub(crate) mod core;
pub(crate) mod draft;
pub(crate) mod funding;
pub(crate) mod keychain;
pub(crate) mod market;
pub(crate) mod notices;
pub(crate) mod screening;
pub(crate) mod settings;
pub(crate) mod telling;

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::Arc,
    time::Instant,
};

use akash_console::{ApiKey, Balances, Client, Provider};
use akash_market::Rates;
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use tokio::task::AbortHandle;
use url::Url;
use uuid::Uuid;

use crate::{
    journal::AccountNote,
    ports::{Clock, KeyStoreError},
    record::{Problem, Record},
    view::{AccountKind, ConnectionState, KeyKept, Recent, Settings},
};
use draft::{DraftState, Shelf};
use market::Market;
use notices::HeldNotice;

/// Everything that is known now.
pub(crate) struct State {
    /// Deployments of every account that are not over.
    pub(crate) records: HashMap<Uuid, Record>,
    pub(crate) session: Option<Session>,
    /// Grows with every entering and leaving of an account.
    pub(crate) session_epoch: u64,
    /// The real account while the demo is on.
    pub(crate) suspended: Option<Session>,
    pub(crate) connection: ConnectionHealth,
    pub(crate) draft: Option<DraftState>,
    pub(crate) drafts: u32,
    pub(crate) shelf: Shelf,
    pub(crate) settings: Settings,
    pub(crate) focused: Option<Uuid>,
    /// The one looked at, when it is over.
    pub(crate) focused_past: Option<Record>,
    pub(crate) notices: VecDeque<HeldNotice>,
    pub(crate) noticed: u32,
    pub(crate) recent: Vec<Recent>,
    /// Records of the active account that are over.
    pub(crate) past: u32,
    pub(crate) providers: HashMap<String, Arc<Provider>>,
    /// What else is known of the market.
    pub(crate) market: Market,
    pub(crate) rates: Rates,
    /// Deployments with a call on its way: nobody else touches them.
    pub(crate) busy: HashSet<Uuid>,
    /// Why the keychain could not be used the last time, when it could not.
    pub(crate) keychain: Option<KeyStoreError>,
    pub(crate) hidden: bool,
    pub(crate) on_battery: bool,
}

/// How the connection to the Console is.
#[derive(Clone, Debug)]
pub(crate) struct ConnectionHealth {
    pub(crate) state: ConnectionState,
    /// The machine's time of the first failure of a row of them.
    pub(crate) failing: Option<std::time::Instant>,
    pub(crate) since: Option<Timestamp>,
    pub(crate) problem: Option<Problem>,
}

/// A connected account.
#[derive(Clone)]
pub(crate) struct Session {
    /// See [`crate::record::account_id`].
    pub(crate) account: String,
    pub(crate) client: Client,
    /// The Console said in this run that the key of `client` belongs to this account. Until then the account is only shown, as the journal
    /// remembers it: nothing is read, judged or sent with the key.
    pub(crate) confirmed: bool,
    pub(crate) console: Url,
    pub(crate) kind: AccountKind,
    pub(crate) name: String,
    pub(crate) address: String,
    pub(crate) balances: Option<Balances>,
    pub(crate) kept: KeyKept,
    /// Why the keychain did not take the key.
    pub(crate) kept_trouble: Option<KeyStoreError>,
    /// The key, where the keychain did not take it; for trying again.
    pub(crate) unkept: Option<SecretString>,
    pub(crate) auto_reload: Option<bool>,
    /// The key in use as the Console lists it, once that was read.
    pub(crate) own_key: Option<ApiKey>,
    pub(crate) note: AccountNote,
    /// A block and its chain time.
    pub(crate) block: Option<(u64, Timestamp)>,
    /// Chain seconds per second.
    pub(crate) pace: u32,
    /// When the pace last changed, and the chain time then.
    pub(crate) turned: Option<(Instant, Timestamp)>,
    /// What looks at the account; aborting it ends that.
    pub(crate) poller: Option<AbortHandle>,
    /// Which entering this is, see [`State::session_epoch`].
    pub(crate) session_epoch: u64,
    /// It was said that the credit is low.
    pub(crate) credit_told: bool,
    /// When something was last done that changes the credit.
    pub(crate) moved: Option<Instant>,
}

impl Session {
    pub(crate) fn demo(&self) -> bool {
        self.kind == AccountKind::Demo
    }

    /// Chain time by this account's own Console; the computer's time until it has answered.
    pub(crate) fn now(&self, clock: &dyn Clock) -> Timestamp {
        let Some(time) = self.client.server_time() else {
            return clock.wall();
        };
        // What passed before the last change of the pace was counted at the old one.
        let (since, at) = self
            .turned
            .filter(|(since, _)| *since > time.seen)
            .unwrap_or((time.seen, time.at));
        let chain = since.elapsed().saturating_mul(self.pace);
        at.checked_add(SignedDuration::try_from(chain).unwrap_or_default())
            .unwrap_or(at)
    }

    /// Goes on from now at another pace, in chain seconds per second.
    pub(crate) fn turn(&mut self, pace: u32, clock: &dyn Clock) {
        self.turned = Some((Instant::now(), self.now(clock)));
        self.pace = pace.max(1);
    }

    /// The block height at chain time `now`, counted on from the last one read; `rates` are those of [`State::pace`].
    pub(crate) fn height(&self, now: Timestamp, rates: &Rates) -> Option<u64> {
        let (height, at) = self.block?;
        let passed = now.as_second().saturating_sub(at.as_second()).max(0);
        Some(height.saturating_add(rates.blocks(passed.into())))
    }
}

impl State {
    pub(crate) fn now(&self, clock: &dyn Clock) -> Timestamp {
        self.session
            .as_ref()
            .map_or_else(|| clock.wall(), |session| session.now(clock))
    }

    /// Chain time of the Console of `account`; the computer's where it was not connected in this run.
    pub(crate) fn now_at(&self, account: &str, clock: &dyn Clock) -> Timestamp {
        let sessions = self.session.iter().chain(&self.suspended);
        let mut own = sessions.filter(|session| session.account == account);
        own.next()
            .map_or_else(|| clock.wall(), |session| session.now(clock))
    }

    /// The rates with the block time as measured: for times, never for prices.
    pub(crate) fn pace(&self) -> Rates {
        Rates {
            block_seconds: self
                .market
                .block_seconds
                .unwrap_or(self.rates.block_seconds),
            ..self.rates
        }
    }

    /// The block height at chain time `now`; `None` while no block was read.
    pub(crate) fn height(&self, now: Timestamp) -> Option<u64> {
        self.session.as_ref()?.height(now, &self.pace())
    }

    /// Records of the active account that are not over.
    pub(crate) fn living(&self) -> impl Iterator<Item = &Record> {
        let account = self
            .session
            .as_ref()
            .map(|session| session.account.as_str());
        self.records
            .values()
            .filter(move |record| Some(record.account.as_str()) == account)
    }
}
