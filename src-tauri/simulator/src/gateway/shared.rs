//! What all connections of a gateway share.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use jiff::Timestamp;
use tokio::sync::watch;

use super::{
    certificates::ChainCertificate, chain::ChainMode, fault::Faults, lease::Lease,
    options::GatewayOptions, spec::LeaseId,
};
use crate::sync::lock;

/// How many connections, and how many sizes of windows, are remembered.
const MAX_REMEMBERED: usize = 10_000;

/// What a gateway saw so far.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Counts {
    /// Connections that were made, also those without TLS.
    pub connections: u64,
    /// TLS handshakes that succeeded.
    pub handshakes: u64,
    /// Requests.
    pub requests: u64,
    /// `Authorization` headers.
    pub tokens: u64,
    /// How many of them came over each connection whose handshake succeeded: the newest 10,000.
    pub tokens_by_connection: Vec<u64>,
    /// The server name that each client sent: the newest 10,000.
    pub server_names: Vec<Option<String>>,
    /// Connections that are open now.
    pub open_connections: u64,
    /// Streams that are open now.
    pub open_streams: u64,
    /// Streams that were opened.
    pub streams: u64,
    /// Frames that clients sent, pongs included.
    pub frames_received: u64,
    /// Bytes of standard input that shells received.
    pub stdin_bytes: u64,
    /// Windows' sizes that shells received, columns and rows: the newest 10,000.
    pub resizes: Vec<(u16, u16)>,
    /// Processes whose client went away before they ended. A real provider leaves them running.
    pub abandoned_shells: u64,
    /// Questions for certificates on the chain.
    pub chain_queries: u64,
}

/// The counters behind [`Counts`].
#[derive(Debug, Default)]
pub(crate) struct Counters {
    counts: Mutex<Counts>,
    frames: AtomicU64,
}

impl Counters {
    /// Changes the counts.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut Counts) -> T) -> T {
        let counts = &mut *lock(&self.counts);
        let done = change(counts);
        let surplus = |length: usize| 0..length.saturating_sub(MAX_REMEMBERED);
        counts.resizes.drain(surplus(counts.resizes.len()));
        done
    }

    /// Counts a connection whose handshake succeeded. Its number is for [`Counters::token`].
    pub(crate) fn handshake(&self, server_name: Option<String>) -> u64 {
        self.change(|counts| {
            counts.handshakes += 1;
            counts.tokens_by_connection.push(0);
            counts.server_names.push(server_name);
            if counts.server_names.len() > MAX_REMEMBERED {
                counts.tokens_by_connection.remove(0);
                counts.server_names.remove(0);
            }
            counts.handshakes - 1
        })
    }

    /// Counts a token on a connection.
    pub(crate) fn token(&self, connection: u64) {
        self.change(|counts| {
            counts.tokens += 1;
            let forgotten = counts.handshakes - counts.tokens_by_connection.len() as u64;
            let index = connection
                .checked_sub(forgotten)
                .and_then(|index| usize::try_from(index).ok());
            if let Some(count) = index.and_then(|index| counts.tokens_by_connection.get_mut(index))
            {
                *count += 1;
            }
        });
    }

    pub(crate) fn frame_received(&self) {
        self.frames.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> Counts {
        Counts {
            frames_received: self.frames.load(Ordering::Relaxed),
            ..lock(&self.counts).clone()
        }
    }
}

/// Counts something as open for as long as it lives.
pub(crate) struct Open {
    shared: Arc<Shared>,
    which: fn(&mut Counts) -> &mut u64,
}

impl Open {
    pub(crate) fn new(shared: &Arc<Shared>, which: fn(&mut Counts) -> &mut u64) -> Self {
        shared.counters.change(|counts| *which(counts) += 1);
        Self {
            shared: shared.clone(),
            which,
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.shared.counters.change(|counts| {
            let open = (self.which)(counts);
            *open = open.saturating_sub(1);
        });
    }
}

/// What all connections share.
pub(crate) struct Shared {
    /// The settings.
    pub(crate) options: GatewayOptions,
    /// The faults that are set.
    pub(crate) faults: Faults,
    /// What was seen.
    pub(crate) counters: Counters,
    /// What the chain answers.
    pub(crate) chain: Mutex<ChainMode>,
    /// What is on the chain.
    pub(crate) certificate: ChainCertificate,
    leases: Mutex<BTreeMap<LeaseId, Arc<Lease>>>,
    stopped: watch::Sender<bool>,
}

impl Shared {
    pub(crate) fn new(options: GatewayOptions, certificate: ChainCertificate) -> Self {
        let shared = Self {
            faults: Faults::default(),
            counters: Counters::default(),
            chain: Mutex::default(),
            certificate,
            leases: Mutex::default(),
            stopped: watch::Sender::new(false),
            options,
        };
        for (id, world) in &shared.options.leases {
            let lease = Lease::new(id, world.clone(), shared.now());
            lock(&shared.leases).insert(id.clone(), Arc::new(lease));
        }
        shared
    }

    /// Ends all streams and listeners.
    pub(crate) fn stop(&self) {
        self.stopped.send_replace(true);
    }

    /// Waits for [`Shared::stop`].
    pub(crate) async fn stopped(&self) {
        // The sender is in `self`, so this waits until the value is true.
        let _ = self.stopped.subscribe().wait_for(|stopped| *stopped).await;
    }

    /// Chain time.
    pub(crate) fn now(&self) -> Timestamp {
        self.options
            .clock
            .as_ref()
            .map_or_else(Timestamp::now, |clock| clock())
    }

    /// A lease that is active, brought up to now.
    pub(crate) fn lease(&self, id: &LeaseId) -> Option<Arc<Lease>> {
        let given = self.options.leases.iter().any(|(given, _)| given == id);
        let source = self.options.source.as_ref().filter(|_| !given);
        let now = self.now();
        let mut leases = lock(&self.leases);
        if let Some(source) = source {
            let Some(world) = source(id) else {
                if let Some(lease) = leases.remove(id) {
                    lease.close();
                }
                return None;
            };
            let lease = leases
                .entry(id.clone())
                .or_insert_with(|| Arc::new(Lease::new(id, world.clone(), now)));
            lease.adopt(&world, now);
        }
        let lease = leases.get(id).filter(|lease| !lease.is_closed())?.clone();
        drop(leases);
        lease.advance(now);
        Some(lease)
    }

    /// Adds a lease, or replaces one.
    pub(crate) fn add_lease(&self, id: &LeaseId, lease: Lease) {
        if let Some(old) = lock(&self.leases).insert(id.clone(), Arc::new(lease)) {
            old.close();
        }
    }

    /// How many leases there are.
    pub(crate) fn lease_count(&self) -> usize {
        lock(&self.leases)
            .values()
            .filter(|lease| !lease.is_closed())
            .count()
    }
}
