//! A deployment as the journal keeps it: facts, never derived words.

use std::{collections::BTreeSet, time::Instant};

use akash_console::{Amount, Denom, PricePerBlock, Usd};
use akash_market::{Decimal, Escrow, GpuModel, Offer};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    record::transitions::{News, seconds},
    view::{AppError, Rule},
};

pub(crate) mod transitions;

/// One deployment, from its first intent to its receipt and beyond.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) id: Uuid,
    /// Whose it is, see [`account_id`].
    pub(crate) account: String,
    pub(crate) name: String,
    /// Made or taken over here.
    pub(crate) ours: bool,
    /// It came with an imported journal. Nothing is done for it unasked, because a file says what it likes, until a person takes a bid here.
    #[serde(default)]
    pub(crate) imported: bool,
    /// Chain time of the first intent, or of finding it.
    pub(crate) created: Timestamp,
    pub(crate) phase: Phase,
    /// Chain time of entering `phase`.
    pub(crate) since: Timestamp,
    pub(crate) dseq: Option<u64>,
    pub(crate) hash: Option<String>,
    /// What the SDL says will run; `None` where no SDL is known.
    pub(crate) plan: Option<Plan>,
    /// What was asked to be set aside.
    pub(crate) deposit: Option<Usd>,
    /// The open intent, written before it is sent.
    pub(crate) intent: Option<Intent>,
    /// Bids seen, at most [`BIDS`].
    pub(crate) bids: Vec<BidSeen>,
    /// Chain time from which the 60 s without bids count.
    pub(crate) asked: Option<Timestamp>,
    /// Chain time at which the last bid that was new was seen.
    #[serde(default)]
    pub(crate) newest: Option<Timestamp>,
    /// *Deploy for me*, until it took something, asked, or was stopped.
    #[serde(default)]
    pub(crate) rule: Option<Rule>,
    /// The rule that took nothing for its limit, with the limit that would have let something in.
    #[serde(default)]
    pub(crate) raise: Option<Rule>,
    /// The entering of the account, see [`crate::state::State::session_epoch`], in which its bids were last read.
    #[serde(skip)]
    pub(crate) heard: Option<u64>,
    /// Chain time from which bids satisfied the rule.
    #[serde(default)]
    pub(crate) satisfied: Option<Timestamp>,
    pub(crate) leases: Vec<LeaseSeen>,
    pub(crate) run: Run,
    pub(crate) escrow: Option<EscrowSeen>,
    /// What was ever put into the escrow, micro-units of `escrow.denom`.
    pub(crate) put_in: Decimal,
    /// The part of `put_in` that was not put in here: the Console adds by itself, or somebody did in the web Console.
    #[serde(default)]
    pub(crate) added: Decimal,
    /// What was sent to be set aside in addition and is not seen in the escrow yet, and when (chain time).
    #[serde(default)]
    pub(crate) adding: Option<(Usd, Timestamp)>,
    /// It is closed once it has spent so much in all, USD.
    #[serde(default)]
    pub(crate) ceiling: Option<Usd>,
    pub(crate) auto_funding: Option<bool>,
    /// What was said of it and still holds.
    #[serde(default)]
    pub(crate) told: BTreeSet<News>,
    /// It does not stand, but may have been made, and closed before anybody looked.
    #[serde(default)]
    pub(crate) unseen: bool,
    /// What takes its place once it is closed, until that is on disk itself.
    #[serde(default)]
    pub(crate) next: Option<Next>,
    /// What went wrong last and still stands.
    pub(crate) problem: Option<AppError>,
    pub(crate) receipt: Option<ReceiptSeen>,
}

/// Bids kept of one deployment: what the API gives at most.
pub(crate) const BIDS: usize = 100;

/// The steps of a life that Aloft tells apart on disk. How a running one is (starting, answering, …) follows from [`Run`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Phase {
    /// A create is written and sent, or about to be.
    Creating,
    /// No answer came to the create.
    Unclear,
    /// The create certainly did not happen.
    NotSent,
    /// The Console refused the create.
    Refused,
    /// It stands and has no lease; bids come or are there.
    Choosing,
    /// Its bids lapsed.
    Lapsed,
    /// A lease is written and sent, or about to be.
    Leasing,
    /// Its leases stand.
    Up,
    /// The provider ended every lease; the deployment still holds money.
    LeaseLost,
    /// A close is written and sent, or about to be.
    Closing,
    /// Over.
    Closed,
    /// Over: it ran out of what was set aside.
    OutOfFunds,
}

impl Phase {
    /// Nothing more can happen to it and it holds no money.
    pub(crate) const fn is_over(self) -> bool {
        matches!(self, Self::Closed | Self::OutOfFunds)
    }
}

/// A change that was decided: on disk before it is sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Intent {
    /// The machine's time of day of sending: what counts in later runs.
    pub(crate) sent: Timestamp,
    /// The same where this run sent it, by a clock that nobody sets.
    #[serde(skip)]
    pub(crate) here: Option<Instant>,
    /// Chain time of sending: how long the world may have gone on meanwhile. Unknown where an older version sent it.
    #[serde(default)]
    pub(crate) at: Option<Timestamp>,
    pub(crate) what: What,
}

/// What was sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum What {
    /// A create; `listed` are the dseqs that stood before, `absent` counts list reads that did not show it 180 s and more after sending.
    Create {
        listed: Vec<u64>,
        absent: u32,
        /// Something new was seen that could not be told apart: "not made" can't be said any more.
        #[serde(default)]
        seen: bool,
    },
    /// A lease for every group.
    Lease { choices: Vec<Target> },
    /// More set aside: `usd`, on top of `before` (micro-units of the escrow's denom) that had ever been put in.
    AddFunds { usd: Usd, before: Decimal },
    /// Automatic funding switched.
    Funding { on: bool },
    /// A close; `by_aloft`: without being asked, because its bids had lapsed; `ceiling`: because it had spent what it may spend; `unknown`
    /// counts the times that the Console knew nothing of it.
    Close {
        by_aloft: bool,
        #[serde(default)]
        ceiling: bool,
        #[serde(default)]
        unknown: u32,
    },
}

/// What is asked for in place of a deployment that is closed for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Next {
    /// The record that it will have.
    pub(crate) id: Uuid,
    /// Its SDL, where that is not the old one's.
    pub(crate) sdl: Option<String>,
}

/// A bid that was chosen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Target {
    pub(crate) gseq: u32,
    pub(crate) oseq: u32,
    pub(crate) provider: String,
}

/// What the SDL says, kept so that it reads the same for ever.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Plan {
    pub(crate) gpu: bool,
    pub(crate) groups: Vec<PlanGroup>,
    pub(crate) services: Vec<PlanService>,
    /// Volumes that only the provider holds: name and size in words.
    pub(crate) volumes: Vec<(String, String)>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct PlanGroup {
    pub(crate) gseq: u32,
    pub(crate) name: String,
    pub(crate) services: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct PlanService {
    pub(crate) name: String,
    pub(crate) image: String,
    pub(crate) replicas: u32,
    pub(crate) ports: Vec<String>,
}

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
    /// In the web Console, by another program, or by the Console's cleaner.
    Elsewhere,
    /// What was set aside ran out.
    Funds,
    /// The Console knows it no more: nothing says how it ended.
    Unknown,
}

/// Names an account: the Console's origin and the wallet's address.
pub(crate) fn account_id(origin: &str, owner: &str) -> String {
    format!("{origin} {owner}")
}

impl Record {
    /// A deployment whose create is about to be sent.
    pub(crate) fn new(
        account: String,
        name: String,
        plan: Plan,
        deposit: Usd,
        now: Timestamp,
    ) -> Self {
        Self {
            plan: Some(plan),
            deposit: Some(deposit),
            ours: true,
            ..Self::bare(account, name, Phase::Creating, now)
        }
    }

    /// A deployment found on the account.
    pub(crate) fn found(account: String, dseq: u64, now: Timestamp) -> Self {
        let mut record = Self::bare(account, format!("Deployment {dseq}"), Phase::Choosing, now);
        record.dseq = Some(dseq);
        record
    }

    fn bare(account: String, name: String, phase: Phase, now: Timestamp) -> Self {
        Self {
            id: Uuid::now_v7(),
            account,
            name,
            ours: false,
            imported: false,
            created: now,
            phase,
            since: now,
            dseq: None,
            hash: None,
            plan: None,
            deposit: None,
            intent: None,
            bids: Vec::new(),
            asked: None,
            newest: None,
            rule: None,
            raise: None,
            heard: None,
            satisfied: None,
            leases: Vec::new(),
            run: Run::default(),
            escrow: None,
            put_in: Decimal::ZERO,
            added: Decimal::ZERO,
            adding: None,
            ceiling: None,
            auto_funding: None,
            told: BTreeSet::new(),
            unseen: false,
            next: None,
            problem: None,
            receipt: None,
        }
    }

    pub(crate) fn enter(&mut self, phase: Phase, now: Timestamp) {
        if self.phase != phase {
            self.phase = phase;
            self.since = now;
        }
    }

    /// Makes a record from a file fit to be kept here: forgets what was under way, since the next look at the Console says what it is, and
    /// cuts what is larger than Aloft itself would write. `most` is the largest amount it may ask to be set aside, USD.
    pub(crate) fn arrive(&mut self, most: Usd) {
        let runs = self.running().next().is_some();
        self.imported = true;
        self.intent = None;
        self.next = None;
        self.rule = None;
        self.raise = None;
        self.satisfied = None;
        self.adding = None;
        // A limit from a file must not have a deployment closed unasked.
        self.ceiling = None;
        self.auto_funding = None;
        self.phase = match self.phase {
            Phase::Creating | Phase::Unclear => Phase::NotSent,
            Phase::Leasing | Phase::Closing if runs => Phase::Up,
            Phase::Leasing | Phase::Closing => Phase::Choosing,
            phase => phase,
        };
        self.deposit = self
            .deposit
            .map(|deposit| deposit.min(most))
            .filter(|deposit| *deposit >= crate::workflow::settings::LEAST);
        self.name = crate::workflow::draft::clean(&self.name);
        self.bids.truncate(BIDS);
        self.leases.truncate(BIDS);
        self.run
            .services
            .truncate(crate::record::transitions::PLACES);
        self.run.places.truncate(crate::record::transitions::PLACES);
    }

    /// Whether Aloft may act for it unasked.
    pub(crate) fn acts_alone(&self) -> bool {
        self.ours && !self.imported
    }

    /// Leases that stand.
    pub(crate) fn running(&self) -> impl Iterator<Item = &LeaseSeen> {
        self.leases.iter().filter(|lease| lease.runs)
    }

    pub(crate) fn gpu(&self) -> bool {
        self.plan.as_ref().map_or_else(
            || self.bids.iter().any(|bid| !bid.gpus.is_empty()),
            |plan| plan.gpu,
        )
    }

    /// What the running leases cost together; `None` when nothing runs or they are counted in different denoms.
    pub(crate) fn price(&self) -> Option<PricePerBlock> {
        let mut running = self.running();
        let first = running.next()?.price.clone()?;
        running.try_fold(first, |sum, lease| sum.add(lease.price.as_ref()?).ok())
    }

    /// Whether a group has had no bid at all: it can't be leased as it is.
    pub(crate) fn without_bids(&self) -> bool {
        let gseqs = self.gseqs();
        let none = |gseq: &u32| self.bids.iter().all(|bid| bid.gseq != *gseq);
        gseqs.is_empty() || gseqs.iter().any(none)
    }

    /// Group numbers that need a choice.
    pub(crate) fn gseqs(&self) -> Vec<u32> {
        let mut gseqs: Vec<u32> = match &self.plan {
            Some(plan) => plan.groups.iter().map(|group| group.gseq).collect(),
            None => self.bids.iter().map(|bid| bid.gseq).collect(),
        };
        gseqs.sort_unstable();
        gseqs.dedup();
        gseqs
    }
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
