//! What happens by itself as time passes.

use jiff::{SignedDuration, Timestamp};
use rust_decimal::{Decimal, prelude::ToPrimitive};

use super::World;
use crate::{
    chain::{BidState, Deployment, LeaseState},
    edition::Since,
    time::later,
};

/// Seconds for which a provider waits for the manifest of a lease.
const MANIFEST_TIMEOUT: i64 = 300;
/// Seconds between two withdrawals of a provider.
const WITHDRAWS_EVERY: i64 = 6 * 3600;
/// Seconds for which a trial's lease may run.
const TRIAL_LEASE: i64 = 24 * 3600;
/// Blocks after which the cleaner closes a deployment that never had a lease.
const LEASELESS_BLOCKS: u64 = 100;
/// Blocks per hour, as the Console's funding counts them.
const BLOCKS_PER_HOUR: u64 = 600;
/// Credit that automatic funding leaves in the wallet: 5 USD in uact.
pub(crate) const HEADROOM: u64 = 5_000_000;
/// Hours of rent that automatic funding sets aside.
pub(crate) const TARGET_HOURS: u64 = 48;
/// It acts when fewer hours than these are left.
pub(crate) const WINDOW_HOURS: u64 = 24;

/// Something that happens at its time.
enum Event {
    BidComes(u64, usize),
    BidGoes(u64, usize),
    Withdrawal(u64, usize),
    ManifestMissed(u64, usize),
    Abandoned(u64, usize),
    TrialOver(u64),
    Funding,
    Cleaning,
}

/// The next full hour.
pub(crate) fn next_hour(now: Timestamp) -> Timestamp {
    let hour = now.as_second().div_euclid(3600) + 1;
    Timestamp::from_second(hour * 3600).unwrap_or(Timestamp::MAX)
}

/// The cleaner's next run: 10:30 or 22:30 UTC.
pub(crate) fn next_cleaning(now: Timestamp) -> Timestamp {
    const HALF_DAY: i64 = 12 * 3600;
    const OFFSET: i64 = 10 * 3600 + 1800;
    let run = (now.as_second() - OFFSET).div_euclid(HALF_DAY) + 1;
    Timestamp::from_second(run * HALF_DAY + OFFSET).unwrap_or(Timestamp::MAX)
}

impl World {
    /// Lets everything happen that is due, in order. Says whether anything did.
    pub(crate) fn advance(&mut self, now: Timestamp) -> bool {
        let mut happened = false;
        while let Some((at, event)) = self.next_event().filter(|(at, _)| *at <= now) {
            self.now = self.now.max(at);
            self.happen(event);
            happened = true;
        }
        self.now = self.now.max(now);
        happened
    }

    fn next_event(&self) -> Option<(Timestamp, Event)> {
        let clock = [
            (self.funds_at, Event::Funding),
            (self.cleans_at, Event::Cleaning),
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
                BidState::Coming => Some((bid.opens, Event::BidComes(dseq, position))),
                BidState::Open => Some((bid.closes, Event::BidGoes(dseq, position))),
                _ => None,
            });
        let leases = deployment
            .leases
            .iter()
            .enumerate()
            .filter(|(_, lease)| lease.state == LeaseState::Active);
        let leases = leases.flat_map(move |(position, lease)| {
            let missed = lease.workload.is_none().then(|| {
                (
                    later(lease.created, MANIFEST_TIMEOUT),
                    Event::ManifestMissed(dseq, position),
                )
            });
            let abandoned = lease
                .abandoned
                .map(|at| (at, Event::Abandoned(dseq, position)));
            let over = self
                .account
                .trial
                .then(|| (later(lease.created, TRIAL_LEASE), Event::TrialOver(dseq)));
            let withdrawal = Some((lease.withdraws, Event::Withdrawal(dseq, position)));
            [missed, abandoned, over, withdrawal].into_iter().flatten()
        });
        bids.chain(leases)
    }

    fn happen(&mut self, event: Event) {
        let (now, height) = (self.now, self.height());
        match event {
            Event::Funding => {
                self.funds_at = next_hour(now);
                let enabled: Vec<u64> = if self.has(Since::FundingConfig) {
                    self.deployments.keys().copied().collect()
                } else {
                    let settings = self.account.deployments.iter();
                    let on = settings.filter(|(_, setting)| setting.auto_top_up);
                    on.map(|(dseq, _)| *dseq).collect()
                };
                for dseq in enabled {
                    self.top_up(dseq, WINDOW_HOURS);
                }
            }
            Event::Cleaning => {
                self.cleans_at = next_cleaning(now);
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
            Event::TrialOver(dseq) => self.end_deployment(dseq),
            Event::BidComes(dseq, position) => {
                if let Some(bid) = self
                    .deployments
                    .get_mut(&dseq)
                    .and_then(|d| d.bids.get_mut(position))
                {
                    let provider = bid.provider.clone();
                    bid.state = BidState::Open;
                    bid.height = height;
                    // A provider that went dark meanwhile never gets to it.
                    if self
                        .provider(&provider)
                        .is_none_or(|provider| provider.dark)
                        && let Some(deployment) = self.deployments.get_mut(&dseq)
                    {
                        deployment.bids.remove(position);
                    }
                }
            }
            Event::BidGoes(dseq, position) => {
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
                        lease.withdraws = later(now, WITHDRAWS_EVERY);
                    }
                }
            }
            Event::ManifestMissed(dseq, position) => {
                if let Some(deployment) = self.deployments.get_mut(&dseq) {
                    deployment.close_lease(
                        position,
                        height,
                        "lease_closed_reason_manifest_timeout",
                    );
                }
            }
            Event::Abandoned(dseq, position) => {
                if let Some(deployment) = self.deployments.get_mut(&dseq) {
                    deployment.close_lease(position, height, "lease_closed_reason_unstable");
                }
            }
        }
    }

    /// Closes a deployment as its owner, and returns what is left to the credit.
    pub(crate) fn end_deployment(&mut self, dseq: u64) {
        let height = self.height();
        if let Some(deployment) = self.deployments.get_mut(&dseq) {
            let rest = deployment.close(height);
            self.account.refund(rest);
        }
        self.forget();
    }

    /// Automatic funding: when what is set aside lasts less than `window` hours, makes it last [`TARGET_HOURS`],
    /// as far as the credit goes beyond its headroom. Never on trial.
    pub(crate) fn top_up(&mut self, dseq: u64, window: u64) {
        let height = self.height();
        let Some(deployment) = self
            .deployments
            .get_mut(&dseq)
            .filter(|deployment| deployment.active)
        else {
            return;
        };
        let rate = deployment.rate();
        let Some(dry) = deployment.escrow.runs_dry_at(rate) else {
            return;
        };
        if self.account.trial || dry > height + window * BLOCKS_PER_HOUR {
            return;
        }
        let blocks = (height + TARGET_HOURS * BLOCKS_PER_HOUR).saturating_sub(dry.max(height));
        let wanted = crate::money::owed(rate, blocks)
            .to_u64()
            .unwrap_or_default();
        let amount = wanted.min(self.account.credit.saturating_sub(HEADROOM));
        if amount > 0 {
            self.account.credit -= amount;
            deployment.escrow.deposit(Decimal::from(amount), height);
        }
    }

    /// Whether a trial is over: 30 days after the account was made.
    pub(crate) fn trial_expired(&self) -> bool {
        self.account.trial
            && self.now.duration_since(self.account.created) > SignedDuration::from_hours(24 * 30)
    }

    /// Lets all open bids (of one deployment, or of all) lapse now.
    pub(crate) fn expire_bids(&mut self, dseq: Option<u64>) {
        for deployment in self
            .deployments
            .values_mut()
            .filter(|deployment| dseq.is_none_or(|dseq| dseq == deployment.dseq))
        {
            deployment.bids.retain(|bid| bid.state != BidState::Coming);
            for bid in deployment
                .bids
                .iter_mut()
                .filter(|bid| bid.state == BidState::Open)
            {
                bid.state = BidState::Closed;
            }
        }
    }

    /// Spends what a deployment has set aside but for some blocks' worth, as if it had run that long.
    pub(crate) fn drain(&mut self, dseq: u64) -> bool {
        let height = self.height();
        let Some(deployment) = self
            .deployments
            .get_mut(&dseq)
            .filter(|deployment| deployment.active)
        else {
            return false;
        };
        deployment.settle(height);
        let Some(payment) = deployment
            .leases
            .iter_mut()
            .map(|lease| &mut lease.payment)
            .find(|payment| payment.open)
        else {
            return false;
        };
        let rest = deployment.escrow.funds.max(Decimal::ZERO);
        payment.paid += rest;
        deployment.escrow.transferred += rest;
        deployment.escrow.funds = Decimal::ZERO;
        deployment.escrow.deposits.clear();
        // The next withdrawal finds it empty.
        let soon = later(self.now, 12);
        for lease in &mut deployment.leases {
            lease.withdraws = lease.withdraws.min(soon);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cleaner_runs_twice_a_day() {
        let day = |hour: i64, minute: i64| {
            Timestamp::from_second(hour * 3600 + minute * 60).unwrap_or_default()
        };
        assert_eq!(next_cleaning(day(0, 0)), day(10, 30));
        assert_eq!(next_cleaning(day(10, 30)), day(22, 30));
        assert_eq!(next_cleaning(day(22, 31)), day(34, 30));
        assert_eq!(next_hour(day(3, 0)), day(4, 0));
        assert_eq!(next_hour(day(3, 59)), day(4, 0));
    }
}
