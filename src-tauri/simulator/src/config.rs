//! What a simulator is started with.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use akash_sdl::Derivation;

use crate::Edition;

/// How to start a simulator.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen. Must be a loopback address; port 0 takes a free one.
    pub listen: SocketAddr,
    /// What the world is made from: the same seed gives the same providers, key and luck.
    pub seed: u64,
    /// Chain seconds that pass in one real second, at least 1.
    pub speed: u32,
    /// File that keeps the world: loaded when it exists, written (whole, by rename) within a second of
    /// every change and on [`Simulator::stop`](crate::Simulator::stop). Chain time goes on from where it stopped.
    /// When it is loaded, `seed`, `trial`, `credit_usd` and `start` have no effect.
    pub state: Option<PathBuf>,
    /// Whether the account is a free trial.
    pub trial: bool,
    /// Credit of the account at the start, in whole USD.
    pub credit_usd: u32,
    /// Chain time at the start; the machine's time when `None`.
    pub start: Option<jiff::Timestamp>,
    /// How long answers take.
    pub latency: Latency,
    /// Which state of the Console it is.
    pub edition: Edition,
    /// How the Console derives manifests from files.
    pub derivation: Derivation,
    /// Whether `/_sim/` is served: faults, changes and the whole world, without a key. Every user of this computer can reach it, so only
    /// for tests and trials; [`Simulator::control`](crate::Simulator::control) works without it.
    pub controls: bool,
    /// Whether the account gets a new key at this start that nobody can guess, in place of its first one. Otherwise that key follows from
    /// `seed`.
    pub random_key: bool,
    /// Whether chain time runs as fast as the machine's while a deployment has bids and no lease, so that a person gets the real five
    /// minutes to compare them.
    pub unhurried: bool,
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
            edition: Edition::LATEST,
            derivation: Derivation::default(),
            controls: false,
            random_key: false,
            unhurried: false,
        }
    }
}

/// How long answers take, in real time. Each answer takes between half of its value and the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Latency {
    /// Answers that only read the Console's own data.
    pub read: Duration,
    /// Reading a deployment, which asks its providers.
    pub detail: Duration,
    /// Actions that sign a transaction: create, update, lease, deposit, close.
    pub sign: Duration,
    /// Waiting for a provider that does not answer.
    pub dark_provider: Duration,
}

impl Latency {
    /// No waiting at all: for tests.
    pub const fn none() -> Self {
        Self {
            read: Duration::ZERO,
            detail: Duration::ZERO,
            sign: Duration::ZERO,
            dark_provider: Duration::ZERO,
        }
    }

    /// Short, but felt: for a demo.
    pub const fn lively() -> Self {
        Self {
            read: Duration::from_millis(90),
            detail: Duration::from_millis(250),
            sign: Duration::from_millis(900),
            dark_provider: Duration::from_millis(2_500),
        }
    }

    /// As the real Console: seconds for a detail, up to fifteen for a transaction, a minute for a dark provider.
    pub const fn real() -> Self {
        Self {
            read: Duration::from_millis(400),
            detail: Duration::from_millis(6_000),
            sign: Duration::from_millis(15_000),
            dark_provider: Duration::from_millis(65_000),
        }
    }
}
