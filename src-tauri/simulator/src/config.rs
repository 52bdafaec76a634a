//! The settings of a simulator.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use akash_sdl::Derivation;

use crate::api_version::ApiVersion;

/// The settings of a simulator.
#[derive(Clone, Debug)]
pub struct Config {
    /// The address to listen on. It must be a loopback address. With port 0 the system picks a free port.
    pub listen: SocketAddr,
    /// The seed of the world. The same seed gives the same providers, prices and random events.
    pub seed: u64,
    /// How many chain seconds pass in one real second; at least 1.
    pub speed: u32,
    /// The file that keeps the world. It is loaded when it exists. It is replaced as a whole within a second of every
    /// change, and on [`Simulator::stop`](crate::Simulator::stop). Chain time continues from where it stopped. When a
    /// world is loaded, `seed`, `trial`, `credit_usd` and `start` have no effect.
    pub state: Option<PathBuf>,
    /// Whether the account is a free trial.
    pub trial: bool,
    /// The account's credit in a new world, in whole USD.
    pub credit_usd: u32,
    /// Chain time at the start of a new world. `None` is the machine's time.
    pub start: Option<jiff::Timestamp>,
    /// How long answers take.
    pub latency: Latency,
    /// Which version of the Console to play.
    pub api_version: ApiVersion,
    /// How the Console derives manifests from SDL files.
    pub derivation: Derivation,
    /// Whether to serve `/_sim/`: faults, changes and the whole world, without a key. Every user of this computer can
    /// reach it, so it is for tests and experiments only. [`Simulator::control`](crate::Simulator::control) does not need it.
    pub controls: bool,
    /// Whether this start replaces the account's first key by a new one that nobody can guess. Otherwise the first key
    /// is generated from `seed`.
    pub random_key: bool,
    /// Whether chain time runs in real time, whatever `speed` is, while a deployment has open bids and no lease. A person
    /// then has the real five minutes to compare bids.
    pub real_time_while_choosing: bool,
    /// Whether each provider that is online has a gateway on loopback, with logs, events and shells of its leases. Its
    /// `hostUri` leads there. Without it, `hostUri` leads nowhere.
    pub gateways: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            seed: 1,
            speed: 1,
            state: None,
            trial: false,
            credit_usd: 50,
            start: None,
            latency: Latency::lively(),
            api_version: ApiVersion::LATEST,
            derivation: Derivation::default(),
            controls: false,
            random_key: false,
            real_time_while_choosing: false,
            gateways: false,
        }
    }
}

/// How long answers take, in real time. Each answer takes between half of the value and all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Latency {
    /// For an answer that only reads the Console's own data.
    pub read: Duration,
    /// For reading a deployment, which asks its providers.
    pub detail: Duration,
    /// For an action that signs a transaction: create, update, lease, deposit, close.
    pub sign: Duration,
    /// For waiting for a provider that does not answer.
    pub dark_provider: Duration,
}

impl Latency {
    /// No latency, for tests.
    pub const fn none() -> Self {
        Self {
            read: Duration::ZERO,
            detail: Duration::ZERO,
            sign: Duration::ZERO,
            dark_provider: Duration::ZERO,
        }
    }

    /// Short but noticeable, for a demo.
    pub const fn lively() -> Self {
        Self {
            read: Duration::from_millis(90),
            detail: Duration::from_millis(250),
            sign: Duration::from_millis(900),
            dark_provider: Duration::from_millis(2_500),
        }
    }

    /// Like the real Console: up to 6 seconds to read a deployment, up to 15 for a transaction, about a minute for a
    /// provider that does not answer. The values are estimates from the Console's own time limits.
    pub const fn real() -> Self {
        Self {
            read: Duration::from_millis(400),
            detail: Duration::from_millis(6_000),
            sign: Duration::from_millis(15_000),
            dark_provider: Duration::from_millis(65_000),
        }
    }
}
