//! A deployment as the journal keeps it: facts, never derived words.

mod failure;
mod news;
pub(crate) mod plan;
pub(crate) mod problem;
pub(crate) mod seen;
pub(crate) mod stop;
mod time;
pub(crate) mod timeline;
pub(crate) mod transitions;

use std::{collections::BTreeSet, time::Instant};

use akash_console::{PricePerBlock, Usd};
use akash_market::Decimal;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::view::Rule;
pub(crate) use news::News;
pub(crate) use plan::{
    Plan, PlanGroup, PlanPort, PlanService, PlanVolume, PortReach, Proto, VolumeSize,
};
pub(crate) use problem::{Outcome, Problem};
pub(crate) use seen::{
    At, BidSeen, EscrowSeen, GpuSeen, LeaseSeen, Place, ReceiptSeen, Run, ServiceSeen, Why,
};
pub(crate) use stop::{Keeper, Stop};
pub(crate) use time::seconds;
pub(crate) use timeline::{Event, TimelineEntry};

/// The largest SDL that the Console takes, bytes.
pub(crate) const LARGEST_SDL: usize = 512 * 1024;
/// The least a deployment can be given, USD: the chain's minimum at the code's default.
pub(crate) const LEAST: Usd = Usd::new(Decimal::from_parts(50, 0, 0, false, 2));
/// The longest name kept, characters.
pub(crate) const NAME: usize = 80;
/// The most addresses and services one lease may name; more is a provider's mistake or malice.
pub(crate) const PLACES: usize = 64;

/// A name without control characters, at most [`NAME`] characters long.
pub(crate) fn clean_name(name: &str) -> String {
    name.chars()
        .filter(|c| !c.is_control())
        .take(NAME)
        .collect()
}

/// One deployment, from its first intent to its receipt and beyond.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) id: Uuid,
    /// Whose it is, see [`account_id`].
    pub(crate) account: String,
    pub(crate) name: String,
    /// The name as the Console last said it.
    #[serde(default)]
    pub(crate) console_name: Option<String>,
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
    /// It stops by itself so long after its first lease.
    #[serde(default)]
    pub(crate) stop: Option<Stop>,
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
    pub(crate) problem: Option<Problem>,
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
    /// When it stops by itself changed; `None`: it does not.
    Stop { stop: Option<Stop> },
    /// A close; `by_aloft`: without being asked, because its bids had lapsed; `ceiling`: because it had spent what it may spend; `over`: because
    /// it ran as long as it should; `unknown`
    /// counts the times that the Console knew nothing of it.
    Close {
        by_aloft: bool,
        #[serde(default)]
        ceiling: bool,
        #[serde(default)]
        over: bool,
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
            console_name: None,
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
            stop: None,
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
        self.stop = None;
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
            .filter(|deposit| *deposit >= LEAST);
        self.name = clean_name(&self.name);
        self.bids.truncate(BIDS);
        self.leases.truncate(BIDS);
        self.run.services.truncate(PLACES);
        self.run.places.truncate(PLACES);
    }

    /// Whether it waits for its create to be settled.
    pub(crate) fn is_creating(&self) -> bool {
        matches!(self.phase, Phase::Creating | Phase::Unclear)
            && matches!(
                self.intent.as_ref().map(|intent| &intent.what),
                Some(What::Create { .. })
            )
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
