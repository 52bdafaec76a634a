//! The objects on the chain: deployments, groups, orders, bids, leases, and the escrow that pays for them. States and
//! their changes follow the chain's deployment and market keepers (akash-network/node, 2026-04-28).

pub(crate) mod escrow;

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use self::escrow::{Account, Payment};
use crate::workload::Workload;

/// A deployment.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub(crate) struct Deployment {
    /// Its dseq: the time of its creation in milliseconds, or a height until 2026-06-02.
    pub(crate) dseq: u64,
    /// Whether it is `active`; otherwise `closed`.
    pub(crate) active: bool,
    /// The SHA-256 of its manifest in base64.
    pub(crate) hash: String,
    /// Its name at the Console.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    /// The SDL file it was created or last updated from.
    pub(crate) sdl: String,
    /// The manifest derived from that file.
    pub(crate) manifest: String,
    /// When it was created.
    pub(crate) created: Timestamp,
    /// The height at which it was created.
    pub(crate) height: u64,
    /// The height at which it was closed.
    pub(crate) closed: Option<u64>,
    /// Its groups, by `gseq`.
    pub(crate) groups: Vec<Group>,
    /// The escrow account that pays for it.
    pub(crate) escrow: Account,
    /// Its bids, with those that are still to come.
    pub(crate) bids: Vec<Bid>,
    /// Its leases, with the closed ones.
    pub(crate) leases: Vec<Lease>,
}

/// A group of a deployment, with its only order.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub(crate) struct Group {
    /// Its number; the first is 1.
    pub(crate) gseq: u32,
    /// The name of its placement.
    pub(crate) name: String,
    /// Its state.
    pub(crate) state: GroupState,
    /// The state of its order, whose `oseq` is 1.
    pub(crate) order: OrderState,
    /// What it requires of a provider.
    pub(crate) spec: Spec,
}

/// The state of a group.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub(crate) enum GroupState {
    Open,
    Paused,
    InsufficientFunds,
    Closed,
}

/// The state of an order.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub(crate) enum OrderState {
    Open,
    Active,
    Closed,
}

/// What a group requires of a provider.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub(crate) struct Spec {
    /// The attributes that the provider must declare.
    pub(crate) attributes: Vec<(String, String)>,
    /// The auditors that must all have signed the provider.
    pub(crate) all_of: Vec<String>,
    /// The auditors of which one must have signed the provider; empty when none is required.
    pub(crate) any_of: Vec<String>,
    /// The resources.
    pub(crate) resources: Vec<Resource>,
}

impl Spec {
    /// The highest price that the group accepts, in uact per block.
    pub(crate) fn ceiling(&self) -> Decimal {
        self.resources
            .iter()
            .map(|resource| resource.price.saturating_mul(Decimal::from(resource.count)))
            .fold(Decimal::ZERO, Decimal::saturating_add)
    }
}

/// A set of resources, `count` times.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub(crate) struct Resource {
    /// Its number in the group; the first is 1.
    pub(crate) id: u32,
    /// How many replicas.
    pub(crate) count: u32,
    /// CPU in thousandths of a core.
    pub(crate) cpu: u64,
    /// Memory in bytes.
    pub(crate) memory: u64,
    /// The volumes.
    pub(crate) storage: Vec<Volume>,
    /// The number of GPUs.
    pub(crate) gpus: u64,
    /// The acceptable GPU models; empty for any.
    pub(crate) models: Vec<Model>,
    /// The endpoints: the kind (0 shared HTTP, 1 random port, 2 leased IP) and the sequence number.
    pub(crate) endpoints: Vec<(u32, u32)>,
    /// The highest price for one replica, in uact per block.
    pub(crate) price: Decimal,
}

/// A volume.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub(crate) struct Volume {
    /// Its name.
    pub(crate) name: String,
    /// Its size in bytes.
    pub(crate) bytes: u64,
    /// Its storage class.
    pub(crate) class: Option<String>,
    /// Whether its data survives a restart.
    pub(crate) persistent: bool,
}

/// An acceptable GPU model.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub(crate) struct Model {
    /// Vendor.
    pub(crate) vendor: String,
    /// Model; `*` for any.
    pub(crate) model: String,
    /// The card's memory; `None` for any.
    pub(crate) ram: Option<String>,
    /// `pcie` or `sxm`; `None` for any.
    pub(crate) interface: Option<String>,
}

/// A provider's bid.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub(crate) struct Bid {
    /// The `gseq` of its group.
    pub(crate) gseq: u32,
    /// The `oseq` of its order.
    pub(crate) oseq: u32,
    /// The address of the provider.
    pub(crate) provider: String,
    /// The price in uact per block.
    pub(crate) price: Decimal,
    /// Its state.
    pub(crate) state: BidState,
    /// When the provider sends it.
    pub(crate) opens: Timestamp,
    /// When the provider withdraws it.
    pub(crate) closes: Timestamp,
    /// The height at which it was created.
    pub(crate) height: u64,
}

/// The state of a bid.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BidState {
    /// The provider has not sent it yet, and no endpoint shows it.
    #[serde(rename = "coming")]
    Pending,
    /// It can be leased.
    Open,
    /// It was leased.
    Active,
    /// Another bid for the order was leased.
    Lost,
    /// The provider withdrew it, or the deployment was closed.
    Closed,
}

/// A lease.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub(crate) struct Lease {
    /// The `gseq` of its group.
    pub(crate) gseq: u32,
    /// The `oseq` of its order.
    pub(crate) oseq: u32,
    /// The address of the provider.
    pub(crate) provider: String,
    /// Its state.
    pub(crate) state: LeaseState,
    /// Why it ended, as the chain names it; `lease_closed_invalid` while it runs.
    pub(crate) reason: String,
    /// When it was created.
    pub(crate) created: Timestamp,
    /// The height at which it was created.
    pub(crate) height: u64,
    /// The height at which it ended; 0 while it runs.
    pub(crate) closed_on: u64,
    /// Its payment from the escrow account.
    pub(crate) payment: Payment,
    /// When the provider makes its next withdrawal.
    pub(crate) withdraws: Timestamp,
    /// When the provider will close it, for images that ask for that.
    pub(crate) abandoned: Option<Timestamp>,
    /// The provider takes its machine back: since when, until when, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reclaim: Option<Reclaim>,
    /// The GPU model that is found instead of the one that the provider offered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) gpu_found: Option<String>,
    /// What runs; `None` until the manifest has arrived.
    pub(crate) workload: Option<Workload>,
}

/// A provider takes the machine of a lease back.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub(crate) struct Reclaim {
    /// When it said so.
    pub(crate) started: Timestamp,
    /// When it closes the lease.
    pub(crate) deadline: Timestamp,
    /// Its reason.
    pub(crate) reason: String,
}

/// The state of a lease.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub(crate) enum LeaseState {
    Active,
    InsufficientFunds,
    Closed,
}

impl Deployment {
    /// The price of all running leases together, in uact per block.
    pub(crate) fn rate(&self) -> Decimal {
        self.leases
            .iter()
            .filter(|lease| lease.payment.open)
            .map(|lease| lease.payment.rate)
            .sum()
    }

    /// Pays the leases up to a height. Closes the deployment when its money has run out.
    pub(crate) fn settle(&mut self, height: u64) {
        self.escrow.settle(
            height,
            self.leases.iter_mut().map(|lease| &mut lease.payment),
        );
        if self.escrow.state == escrow::AccountState::Overdrawn && self.active {
            self.run_out(height);
        }
    }

    /// Closes the deployment because its money ran out.
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

    /// Closes the deployment, its groups, orders and bids. Leases are the caller's part.
    fn end(&mut self, height: u64, groups: GroupState) {
        self.active = false;
        self.closed = Some(height);
        for group in &mut self.groups {
            group.state = groups;
            group.order = OrderState::Closed;
        }
        self.bids.retain(|bid| bid.state != BidState::Pending);
        for bid in &mut self.bids {
            if matches!(bid.state, BidState::Open | BidState::Active) {
                bid.state = BidState::Closed;
            }
        }
    }

    /// Closes the deployment as its owner does. Returns what is left of its escrow, in uact: nothing when the settlement
    /// finds that the money had run out.
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

    /// Closes one lease as its provider does. The deployment and its escrow stay open.
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
