//! What is on the chain: deployments, groups, orders, bids, leases and the escrow that pays for them.

pub(crate) mod escrow;
pub(crate) mod life;
pub(crate) mod market;
pub(crate) mod order;

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    chain::escrow::{Account, Payment},
    runtime::Workload,
};

/// A deployment.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub(crate) struct Deployment {
    /// Its number: the time of its creation in milliseconds.
    pub(crate) dseq: u64,
    /// Whether it is `active`; otherwise `closed`.
    pub(crate) active: bool,
    /// SHA-256 of its manifest in base64.
    pub(crate) hash: String,
    /// The file it was made or last updated from.
    pub(crate) sdl: String,
    /// The manifest made of it.
    pub(crate) manifest: String,
    /// When it was made.
    pub(crate) created: Timestamp,
    /// Height at which it was made.
    pub(crate) height: u64,
    /// Height at which it was closed.
    pub(crate) closed: Option<u64>,
    /// Its groups, by `gseq`.
    pub(crate) groups: Vec<Group>,
    /// What pays for it.
    pub(crate) escrow: Account,
    /// All bids, also those still to come.
    pub(crate) bids: Vec<Bid>,
    /// All leases, also closed ones.
    pub(crate) leases: Vec<Lease>,
}

/// A group of a deployment, with its only order.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub(crate) struct Group {
    /// Its number, from 1.
    pub(crate) gseq: u32,
    /// Name of its placement.
    pub(crate) name: String,
    /// State of the group.
    pub(crate) state: GroupState,
    /// State of its order (`oseq` 1).
    pub(crate) order: OrderState,
    /// What it asks of a provider.
    pub(crate) spec: Spec,
}

/// State of a group.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub(crate) enum GroupState {
    Open,
    Paused,
    InsufficientFunds,
    Closed,
}

/// State of an order.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub(crate) enum OrderState {
    Open,
    Active,
    Closed,
}

/// What a group asks of a provider.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub(crate) struct Spec {
    /// Attributes it must declare.
    pub(crate) attributes: Vec<(String, String)>,
    /// Auditors that must all have signed it.
    pub(crate) all_of: Vec<String>,
    /// Auditors of whom one must have signed it.
    pub(crate) any_of: Vec<String>,
    /// What is asked for.
    pub(crate) resources: Vec<Resource>,
}

impl Spec {
    /// The most that all of it may cost, uact per block.
    pub(crate) fn ceiling(&self) -> Decimal {
        self.resources
            .iter()
            .map(|resource| resource.price.saturating_mul(Decimal::from(resource.count)))
            .fold(Decimal::ZERO, Decimal::saturating_add)
    }
}

/// Resources asked for `count` times.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub(crate) struct Resource {
    /// Number within the group, from 1.
    pub(crate) id: u32,
    /// Replicas.
    pub(crate) count: u32,
    /// Thousandths of a core.
    pub(crate) cpu: u64,
    /// Bytes.
    pub(crate) memory: u64,
    /// Volumes.
    pub(crate) storage: Vec<Volume>,
    /// Number of GPUs.
    pub(crate) gpus: u64,
    /// Models that will do.
    pub(crate) models: Vec<Model>,
    /// Endpoints: kind (0 http, 1 port, 2 IP) and sequence number.
    pub(crate) endpoints: Vec<(u32, u32)>,
    /// Ceiling for one replica, uact per block.
    pub(crate) price: Decimal,
}

/// A volume.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub(crate) struct Volume {
    /// Its name.
    pub(crate) name: String,
    /// Bytes.
    pub(crate) bytes: u64,
    /// Storage class.
    pub(crate) class: Option<String>,
    /// Whether it outlives a restart.
    pub(crate) persistent: bool,
}

/// A GPU model that will do.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub(crate) struct Model {
    /// Vendor.
    pub(crate) vendor: String,
    /// Model; `*` for any.
    pub(crate) model: String,
    /// Memory of the card.
    pub(crate) ram: Option<String>,
    /// `pcie` or `sxm`.
    pub(crate) interface: Option<String>,
}

/// A provider's bid.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub(crate) struct Bid {
    /// Group it is for.
    pub(crate) gseq: u32,
    /// Order it is for.
    pub(crate) oseq: u32,
    /// Who bids.
    pub(crate) provider: String,
    /// uact per block.
    pub(crate) price: Decimal,
    /// Its state.
    pub(crate) state: BidState,
    /// When the provider makes it.
    pub(crate) opens: Timestamp,
    /// When the provider takes it back.
    pub(crate) closes: Timestamp,
    /// Height at which it was made.
    pub(crate) height: u64,
}

/// State of a bid.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BidState {
    /// Not made yet: nobody can see it.
    Coming,
    /// It can be taken.
    Open,
    /// It was taken.
    Active,
    /// Another was taken.
    Lost,
    /// The provider took it back, or the deployment ended.
    Closed,
}

/// A lease.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub(crate) struct Lease {
    /// Its group.
    pub(crate) gseq: u32,
    /// Its order.
    pub(crate) oseq: u32,
    /// Who runs it.
    pub(crate) provider: String,
    /// State.
    pub(crate) state: LeaseState,
    /// Why it ended, in the chain's word.
    pub(crate) reason: String,
    /// When it was made.
    pub(crate) created: Timestamp,
    /// Height at which it was made.
    pub(crate) height: u64,
    /// Height at which it ended; 0 while it runs.
    pub(crate) closed_on: u64,
    /// What it costs and was paid.
    pub(crate) payment: Payment,
    /// When the provider next collects its money.
    pub(crate) withdraws: Timestamp,
    /// When the provider gives up on it, if it is going to.
    pub(crate) abandoned: Option<Timestamp>,
    /// What runs, once the manifest has arrived.
    pub(crate) workload: Option<Workload>,
}

/// State of a lease.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub(crate) enum LeaseState {
    Active,
    InsufficientFunds,
    Closed,
}

impl Deployment {
    /// What all running leases cost together, uact per block.
    pub(crate) fn rate(&self) -> Decimal {
        self.leases
            .iter()
            .filter(|lease| lease.payment.open)
            .map(|lease| lease.payment.rate)
            .sum()
    }

    /// Pays the leases up to a height.
    pub(crate) fn settle(&mut self, height: u64) {
        self.escrow.settle(
            height,
            self.leases.iter_mut().map(|lease| &mut lease.payment),
        );
        if self.escrow.state == escrow::AccountState::Overdrawn && self.active {
            self.run_out(height);
        }
    }

    /// Ends it because its money ran out.
    fn run_out(&mut self, height: u64) {
        for lease in self
            .leases
            .iter_mut()
            .filter(|lease| lease.state == LeaseState::Active)
        {
            lease.state = LeaseState::InsufficientFunds;
            lease.reason = "lease_closed_reason_insufficient_funds".to_owned();
            lease.closed_on = height;
            lease.payment.open = false;
            lease.workload = None;
        }
        self.end(height, GroupState::InsufficientFunds);
    }

    /// Ends everything that is still open but the leases.
    fn end(&mut self, height: u64, groups: GroupState) {
        self.active = false;
        self.closed = Some(height);
        for group in &mut self.groups {
            group.state = groups;
            group.order = OrderState::Closed;
        }
        self.bids.retain(|bid| bid.state != BidState::Coming);
        for bid in &mut self.bids {
            if matches!(bid.state, BidState::Open | BidState::Active) {
                bid.state = BidState::Closed;
            }
        }
    }

    /// Closes it as its owner and gives back what is left, in uact. Closing one whose money
    /// ran out unnoticed finds that out instead and gives back nothing.
    pub(crate) fn close(&mut self, height: u64) -> Decimal {
        self.settle(height);
        if !self.active {
            return Decimal::ZERO;
        }
        for lease in self
            .leases
            .iter_mut()
            .filter(|lease| lease.state == LeaseState::Active)
        {
            lease.state = LeaseState::Closed;
            lease.reason = "lease_closed_owner".to_owned();
            lease.closed_on = height;
            lease.payment.open = false;
            lease.workload = None;
        }
        self.end(height, GroupState::Closed);
        self.escrow.close()
    }

    /// Ends one lease as its provider does. The deployment stays, and so does its money.
    pub(crate) fn close_lease(&mut self, position: usize, height: u64, reason: &str) {
        self.settle(height);
        let Some(lease) = self.leases.get_mut(position) else {
            return;
        };
        if lease.state != LeaseState::Active {
            return;
        }
        lease.state = LeaseState::Closed;
        lease.reason = reason.to_owned();
        lease.closed_on = height;
        lease.payment.open = false;
        lease.workload = None;
        let (gseq, oseq, provider) = (lease.gseq, lease.oseq, lease.provider.clone());
        for group in self.groups.iter_mut().filter(|group| group.gseq == gseq) {
            group.state = GroupState::Paused;
            group.order = OrderState::Closed;
        }
        for bid in &mut self.bids {
            if bid.gseq == gseq && bid.oseq == oseq && bid.provider == provider {
                bid.state = BidState::Closed;
            }
        }
    }
}
