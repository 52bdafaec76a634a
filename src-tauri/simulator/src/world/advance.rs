//! Events that time brings: bids, withdrawals, time limits, and the Console's own jobs.

use jiff::{SignedDuration, Timestamp};

use super::{
    World,
    funding::WINDOW_HOURS,
    schedule::{next_cleanup, next_hour},
};
use crate::{
    api_version::ApiChange,
    chain::{BidState, Deployment, LeaseState},
    time::later,
};

/// Seconds after which a provider closes a lease whose manifest did not arrive (about five minutes).
const MANIFEST_TIMEOUT_SECONDS: i64 = 300;
/// Seconds between two withdrawals by a provider.
const WITHDRAWAL_INTERVAL_SECONDS: i64 = 6 * 3600;
/// Seconds after which the Console closes a trial's deployment, counted from its lease.
const TRIAL_LEASE_SECONDS: i64 = 24 * 3600;
/// The age in blocks at which the cleanup job closes a deployment that never had a lease.
const LEASELESS_BLOCKS: u64 = 100;

/// An event. The numbers are a dseq and an index into the deployment's bids or leases.
enum Event {
    BidOpens(u64, usize),
    BidExpires(u64, usize),
    Withdrawal(u64, usize),
    ManifestTimeout(u64, usize),
    LeaseAbandoned(u64, usize),
    LeaseReclaimed(u64, usize),
    TrialLeaseExpires(u64),
    RuntimeEnds(u64),
    Funding,
    Cleanup,
}

impl World {
    /// Moves the world to a time and applies all events that are due until then, in order. Returns whether there were any.
    pub(crate) fn advance(&mut self, now: Timestamp) -> bool {
        let mut changed = false;
        while let Some((at, event)) = self.next_event().filter(|(at, _)| *at <= now) {
            self.now = self.now.max(at);
            self.apply(event);
            changed = true;
        }
        self.now = self.now.max(now);
        changed
    }

    fn next_event(&self) -> Option<(Timestamp, Event)> {
        let clock = [
            (self.next_funding, Event::Funding),
            (self.next_cleanup, Event::Cleanup),
        ];
        let live = self
            .deployments
            .values()
            .filter(|deployment| deployment.active);
        clock
            .into_iter()
            .chain(live.flat_map(|deployment| self.events_of(deployment)))
            .min_by_key(|(at, _)| *at)
    }

    fn events_of<'a>(
        &'a self,
        deployment: &'a Deployment,
    ) -> impl Iterator<Item = (Timestamp, Event)> + 'a {
        let dseq = deployment.dseq;
        let bids = deployment
            .bids
            .iter()
            .enumerate()
            .filter_map(move |(position, bid)| match bid.state {
                BidState::Pending => Some((bid.opens, Event::BidOpens(dseq, position))),
                BidState::Open => Some((bid.closes, Event::BidExpires(dseq, position))),
                _ => None,
            });
        let leases = deployment
            .leases
            .iter()
            .enumerate()
            .filter(|(_, lease)| lease.state == LeaseState::Active);
        let leases = leases.flat_map(move |(position, lease)| {
            let timeout = lease.workload.is_none().then(|| {
                (
                    later(lease.created, MANIFEST_TIMEOUT_SECONDS),
                    Event::ManifestTimeout(dseq, position),
                )
            });
            let abandoned = lease
                .abandoned
                .map(|at| (at, Event::LeaseAbandoned(dseq, position)));
            let reclaimed = lease
                .reclaim
                .as_ref()
                .map(|reclaim| (reclaim.deadline, Event::LeaseReclaimed(dseq, position)));
            let over = self.account.trial.then(|| {
                (
                    later(lease.created, TRIAL_LEASE_SECONDS),
                    Event::TrialLeaseExpires(dseq),
                )
            });
            let withdrawal = Some((lease.withdraws, Event::Withdrawal(dseq, position)));
            [timeout, abandoned, reclaimed, over, withdrawal]
                .into_iter()
                .flatten()
        });
        let ends = self.runtime_ends(deployment);
        let ends = ends.map(|at| (at, Event::RuntimeEnds(dseq)));
        bids.chain(leases).chain(ends)
    }

    fn apply(&mut self, event: Event) {
        let (now, height) = (self.now, self.height());
        match event {
            Event::Funding => {
                self.next_funding = next_hour(now);
                let funded: Vec<u64> = if self.has(ApiChange::FundingConfig) {
                    self.deployments.keys().copied().collect()
                } else {
                    let settings = self.account.deployments.iter();
                    let enabled = settings.filter(|(_, setting)| setting.auto_top_up);
                    enabled.map(|(dseq, _)| *dseq).collect()
                };
                for dseq in funded {
                    self.top_up(dseq, WINDOW_HOURS);
                }
            }
            Event::Cleanup => {
                self.next_cleanup = next_cleanup(now);
                let stale = |deployment: &&Deployment| {
                    deployment.active
                        && deployment.leases.is_empty()
                        && height.saturating_sub(deployment.height) > LEASELESS_BLOCKS
                };
                let stale: Vec<u64> = self
                    .deployments
                    .values()
                    .filter(stale)
                    .map(|deployment| deployment.dseq)
                    .collect();
                for dseq in stale {
                    self.end_deployment(dseq);
                }
            }
            Event::TrialLeaseExpires(dseq) | Event::RuntimeEnds(dseq) => {
                self.end_deployment(dseq);
            }
            Event::BidOpens(dseq, position) => {
                if let Some(bid) = self
                    .deployments
                    .get_mut(&dseq)
                    .and_then(|d| d.bids.get_mut(position))
                {
                    let provider = bid.provider.clone();
                    bid.state = BidState::Open;
                    bid.height = height;
                    // A provider that went offline in the meantime does not bid.
                    if self
                        .provider(&provider)
                        .is_none_or(|provider| provider.dark)
                        && let Some(deployment) = self.deployments.get_mut(&dseq)
                    {
                        deployment.bids.remove(position);
                    }
                }
            }
            Event::BidExpires(dseq, position) => {
                if let Some(bid) = self
                    .deployments
                    .get_mut(&dseq)
                    .and_then(|d| d.bids.get_mut(position))
                {
                    bid.state = BidState::Closed;
                }
            }
            Event::Withdrawal(dseq, position) => {
                if let Some(deployment) = self.deployments.get_mut(&dseq) {
                    deployment.settle(height);
                    if let Some(lease) = deployment.leases.get_mut(position) {
                        lease.withdraws = later(now, WITHDRAWAL_INTERVAL_SECONDS);
                    }
                }
            }
            Event::ManifestTimeout(dseq, position) => {
                if let Some(deployment) = self.deployments.get_mut(&dseq) {
                    deployment.close_lease(
                        position,
                        height,
                        "lease_closed_reason_manifest_timeout",
                    );
                }
            }
            Event::LeaseReclaimed(dseq, position) => {
                if let Some(deployment) = self.deployments.get_mut(&dseq) {
                    deployment.close_lease(position, height, "lease_closed_reason_decommission");
                }
            }
            Event::LeaseAbandoned(dseq, position) => {
                if let Some(deployment) = self.deployments.get_mut(&dseq) {
                    deployment.close_lease(position, height, "lease_closed_reason_unstable");
                }
            }
        }
    }

    /// Closes a deployment as its owner does, and returns the rest of its escrow to the credit.
    pub(crate) fn end_deployment(&mut self, dseq: u64) {
        let height = self.height();
        if let Some(deployment) = self.deployments.get_mut(&dseq) {
            let rest = deployment.close(height);
            self.account.refund(rest);
        }
        self.drop_oldest_closed();
    }

    /// Whether the trial has expired: 30 days after the account was created.
    pub(crate) fn trial_expired(&self) -> bool {
        self.account.trial
            && self.now.duration_since(self.account.created) > SignedDuration::from_hours(24 * 30)
    }

    /// Closes all open bids, of one deployment or of all, and drops those that are still to come.
    pub(crate) fn expire_bids(&mut self, dseq: Option<u64>) {
        for deployment in self
            .deployments
            .values_mut()
            .filter(|deployment| dseq.is_none_or(|dseq| dseq == deployment.dseq))
        {
            deployment.bids.retain(|bid| bid.state != BidState::Pending);
            for bid in deployment
                .bids
                .iter_mut()
                .filter(|bid| bid.state == BidState::Open)
            {
                bid.state = BidState::Closed;
            }
        }
    }
}
