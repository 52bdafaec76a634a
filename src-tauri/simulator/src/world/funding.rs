//! Adds money to deployments: from their owner, and by the Console's automatic funding.

use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde_json::Number;

use super::World;
use crate::{
    api_version::ApiChange,
    chain::escrow::AccountState,
    error::Error,
    money::{owed, uact_of_usd},
    time::later,
};

/// Blocks per hour as the Console's funding job counts them: 6 seconds each.
const BLOCKS_PER_HOUR: u64 = 600;
/// The credit that automatic funding leaves in the wallet, in uact: 5 USD.
pub(crate) const CREDIT_HEADROOM: u64 = 5_000_000;
/// The hours of rent to which automatic funding fills an escrow.
pub(crate) const TARGET_HOURS: u64 = 48;
/// The hourly funding job acts when an escrow lasts for fewer hours than this.
pub(super) const WINDOW_HOURS: u64 = 24;

impl World {
    /// Adds an amount in USD to a deployment's escrow. Errors are the Console's own.
    pub(crate) fn deposit(&mut self, dseq: u64, usd: &Number) -> Result<(), Error> {
        let amount = uact_of_usd(usd).ok_or_else(|| Error::chain("decimal out of range"))?;
        let (height, credit, no_credit) = (
            self.height(),
            Decimal::from(self.account.credit),
            self.no_credit_message(),
        );
        let can_sign = self.check_can_sign();
        self.deployment(dseq)?;
        let provisioned = self.check_provisioned();
        let deployment = self.deployment(dseq)?;
        if !deployment.active {
            return Err(Error::bad_request("Deployment closed"));
        }
        provisioned?;
        if amount > credit {
            return Err(Error::payment_required(no_credit));
        }
        can_sign?;
        if amount <= Decimal::ZERO {
            return Err(Error::chain(&format!(
                "Query failed with (6): rpc error: invalid deposit amount: {amount}"
            )));
        }
        if deployment.escrow.state == AccountState::Open {
            deployment.escrow.deposit(amount, height);
        }
        self.account
            .spend(amount)
            .map_err(|_| Error::payment_required(no_credit))
    }

    /// Runs automatic funding right after a lease, unless it is switched off for the deployment. Since
    /// [`ApiChange::FundingConfig`] it cannot be switched off, and always fills the escrow to [`TARGET_HOURS`].
    pub(super) fn fund_after_lease(&mut self, dseq: u64) {
        if self.has(ApiChange::FundingConfig) {
            return self.top_up(dseq, TARGET_HOURS);
        }
        if self
            .account
            .deployments
            .get(&dseq)
            .is_none_or(|setting| setting.auto_top_up)
        {
            self.top_up(dseq, WINDOW_HOURS);
        }
    }

    /// Automatic funding: when the escrow lasts less than `window` hours, adds credit so that it lasts [`TARGET_HOURS`].
    /// It leaves [`CREDIT_HEADROOM`] in the wallet. There is none on trial.
    pub(super) fn top_up(&mut self, dseq: u64, window: u64) {
        let height = self.height();
        let Some(deployment) = self
            .deployments
            .get_mut(&dseq)
            .filter(|deployment| deployment.active)
        else {
            return;
        };
        let rate = deployment.rate();
        let Some(depleted) = deployment.escrow.depleted_at(rate) else {
            return;
        };
        if self.account.trial || depleted > height + window * BLOCKS_PER_HOUR {
            return;
        }
        let blocks = (height + TARGET_HOURS * BLOCKS_PER_HOUR).saturating_sub(depleted.max(height));
        let wanted = owed(rate, blocks).to_u64().unwrap_or_default();
        let amount = wanted.min(self.account.credit.saturating_sub(CREDIT_HEADROOM));
        if amount > 0 {
            self.account.credit -= amount;
            deployment.escrow.deposit(Decimal::from(amount), height);
        }
    }

    /// Spends the whole escrow of a deployment, as if it had run until now. Returns `false` when nothing of it runs.
    pub(crate) fn deplete_escrow(&mut self, dseq: u64) -> bool {
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
        // The next withdrawal finds the escrow empty.
        let soon = later(self.now, 12);
        for lease in &mut deployment.leases {
            lease.withdraws = lease.withdraws.min(soon);
        }
        true
    }
}
