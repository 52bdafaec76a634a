//! What was last read of a deployment: bids, leases, what runs, money, how it ended.

use akash_console::{Amount, Denom, PricePerBlock, Usd};
use akash_market::{Decimal, Escrow, GpuModel, Offer};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::time::seconds;

/// A bid as last seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct BidSeen {
    pub(crate) gseq: u32,
    pub(crate) oseq: u32,
    pub(crate) provider: String,
    pub(crate) price: Option<PricePerBlock>,
    /// Block height at which it was made.
    pub(crate) height: Option<u64>,
    pub(crate) state: String,
    #[serde(default)]
    pub(crate) gpus: Vec<GpuModel>,
    /// Replicas counted.
    #[serde(default)]
    pub(crate) gpu_count: u64,
    /// Seconds of notice before the provider takes its machine back, where it promises any.
    #[serde(default)]
    pub(crate) notice: Option<u64>,
}

impl BidSeen {
    pub(crate) fn open(&self) -> bool {
        self.state == "open"
    }

    /// What there is to compare; `None` while its price is not known.
    pub(crate) fn offer(&self) -> Option<Offer> {
        Some(Offer {
            provider: self.provider.clone(),
            gseq: self.gseq,
            oseq: self.oseq,
            price: self.price.clone()?,
            gpus: self.gpus.clone(),
            gpu_count: self.gpu_count,
            reclamation_seconds: self.notice,
        })
    }
}

/// A lease as last seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct LeaseSeen {
    pub(crate) gseq: u32,
    pub(crate) oseq: u32,
    pub(crate) provider: String,
    pub(crate) runs: bool,
    pub(crate) price: Option<PricePerBlock>,
    /// Block heights.
    pub(crate) from: Option<u64>,
    pub(crate) until: Option<u64>,
    /// Why it ended, the chain's word.
    pub(crate) reason: Option<String>,
    /// Chain time at which its provider takes the machine back.
    #[serde(default)]
    pub(crate) reclaimed: Option<Timestamp>,
    /// The GPUs that were found in what it runs.
    #[serde(default)]
    pub(crate) gpus: Vec<GpuSeen>,
}

/// A GPU that was found in a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct GpuSeen {
    pub(crate) service: String,
    /// As an SDL names it, where that is known.
    pub(crate) model: Option<String>,
    pub(crate) name: String,
    pub(crate) memory_mb: Option<u64>,
    pub(crate) count: u32,
}

/// How what runs is, by what the provider says and by asking its web addresses. Chain times.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Run {
    pub(crate) chosen: Option<Timestamp>,
    pub(crate) leased: Option<Timestamp>,
    pub(crate) delivered: Option<Timestamp>,
    pub(crate) ready: Option<Timestamp>,
    /// All containers were ready at some time.
    #[serde(default)]
    pub(crate) came_up: bool,
    pub(crate) answered: Option<Timestamp>,
    /// Times the manifest was sent without success since the lease.
    pub(crate) refused: u32,
    pub(crate) services: Vec<ServiceSeen>,
    /// The provider stopped saying how it is.
    pub(crate) dark: Option<Timestamp>,
    pub(crate) dark_told: bool,
    /// When something stopped being ready, within the last ten minutes.
    #[serde(default)]
    pub(crate) stopped: Vec<Timestamp>,
    /// It keeps restarting: since when. Over once all was ready for ten minutes.
    #[serde(default)]
    pub(crate) restarting: Option<Timestamp>,
    /// Its web address stopped answering.
    pub(crate) silent: Option<Timestamp>,
    pub(crate) places: Vec<Place>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct ServiceSeen {
    pub(crate) name: String,
    pub(crate) ready: u32,
    pub(crate) total: u32,
}

/// So many stops within [`CALM`] are no accident.
const STOPS: usize = 3;
/// Chain seconds without a stop after which it is over.
const CALM: i64 = 600;

impl Run {
    /// Something stopped being ready. `true`: often enough that it is said to keep restarting, for the first time.
    pub(crate) fn stop(&mut self, now: Timestamp) -> bool {
        self.calm(now);
        self.stopped.push(now);
        let restarts = self.stopped.len() >= STOPS && self.restarting.is_none();
        if restarts {
            self.restarting = Some(now);
        }
        restarts
    }

    /// Forgets the stops that are long ago.
    pub(crate) fn calm(&mut self, now: Timestamp) {
        self.stopped.retain(|at| seconds(*at, now) < CALM);
        if self.stopped.is_empty() && self.ready.is_some() {
            self.restarting = None;
        }
    }
}

impl ServiceSeen {
    pub(crate) const fn is_ready(&self) -> bool {
        self.total > 0 && self.ready >= self.total
    }
}

/// Where something can be reached.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Place {
    pub(crate) service: String,
    pub(crate) at: At,
    /// Whether it answered when last asked; only for web addresses.
    pub(crate) answers: Option<bool>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum At {
    /// Host name, with or without scheme, as the provider gave it.
    Web(String),
    Port {
        host: String,
        external: u32,
        internal: u32,
        proto: String,
    },
    Ip {
        ip: String,
        external: u32,
        internal: u32,
        proto: String,
    },
}

/// The escrow as last settled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct EscrowSeen {
    pub(crate) funds: Decimal,
    pub(crate) transferred: Decimal,
    pub(crate) denom: Denom,
    pub(crate) settled_at: u64,
    /// Micro-units per block of each running lease.
    pub(crate) rates: Vec<Decimal>,
}

impl EscrowSeen {
    pub(crate) fn escrow(&self) -> Escrow {
        Escrow {
            funds: self.funds,
            transferred: self.transferred,
            denom: self.denom.clone(),
            settled_at: self.settled_at,
            rates: self.rates.clone(),
        }
    }

    pub(crate) fn amount(&self, amount: Decimal) -> Amount {
        Amount::new(amount, self.denom.clone())
    }
}

/// How it ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct ReceiptSeen {
    /// Chain seconds that a lease stood; `None` when nothing ran.
    pub(crate) ran: Option<i64>,
    pub(crate) spent: Option<Usd>,
    pub(crate) returned: Option<Usd>,
    pub(crate) about: bool,
    pub(crate) why: Why,
}

/// Why it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Why {
    /// With the button.
    Here,
    /// Aloft did, because its bids had lapsed.
    Aloft,
    /// Aloft did, because it had spent what it may spend.
    Ceiling,
    /// It ran as long as it should.
    Over,
    /// In the web Console, by another program, or by the Console's cleaner.
    Elsewhere,
    /// What was set aside ran out.
    Funds,
    /// The Console knows it no more: nothing says how it ended.
    Unknown,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_stops_in_ten_minutes_are_no_accident_and_ten_quiet_minutes_end_it() {
        let at = |minute: i64| Timestamp::from_second(minute * 60).unwrap();
        let mut run = Run::default();
        assert!(!run.stop(at(0)) && !run.stop(at(6)), "two");
        assert!(!run.stop(at(12)), "three, but the first is long ago");
        assert!(run.stop(at(15)) && run.restarting == Some(at(15)));
        assert!(!run.stop(at(16)), "it is said once");
        run.calm(at(30));
        assert!(run.restarting.is_some(), "nothing is ready yet");
        run.ready = Some(at(31));
        run.calm(at(31));
        assert_eq!(run.restarting, None);
    }
}
