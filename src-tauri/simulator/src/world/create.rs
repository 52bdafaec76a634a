//! Creates, updates and closes deployments, and checks what every transaction needs. Texts and the order of the checks
//! are those of the Console's `apps/api` of 2026-08-22.

use rust_decimal::Decimal;
use serde_json::Number;

use super::{World, lease::LeaseRef, sdl::same_resources};
use crate::{
    api_version::ApiChange,
    bidding,
    chain::{Deployment, escrow::Account},
    encoding::hex,
    error::Error,
    money::{MIN_DEPOSIT, uact_of_usd},
};

const NO_CREDIT: &str = "Not enough balance to cover the deployment deposit. Add credits or turn on auto recharge to continue.";
const NO_CREDIT_RELOADING: &str = "Not enough balance to cover the deployment deposit. A top up from your saved payment method is on the way, so try again in a moment.";

/// The largest number of deployments of a trial until 2026-05-23.
const TRIAL_DEPLOYMENTS: usize = 5;

/// The result of `POST /v1/deployments`.
pub(crate) struct Created {
    /// The deployment's dseq.
    pub(crate) dseq: u64,
    /// Its manifest.
    pub(crate) manifest: String,
    /// The hash of the transaction.
    pub(crate) transaction: String,
}

impl World {
    /// Creates a deployment. `deposit` is in USD. Errors are the Console's own.
    pub(crate) fn create(
        &mut self,
        sdl: &str,
        deposit: Option<&Number>,
        name: Option<String>,
    ) -> Result<Created, Error> {
        let parsed = self.parse_sdl(sdl)?;
        let deposit = if self.disruptions.platform_funds || self.has(ApiChange::DepositIgnored) {
            Decimal::from(MIN_DEPOSIT)
        } else {
            let usd = deposit.ok_or_else(|| Error::bad_request("deposit is required"))?;
            uact_of_usd(usd).ok_or_else(|| Error::chain("decimal out of range"))?
        };
        if self.account.trial && self.has(ApiChange::CloseRepeatable) {
            self.close_leaseless();
        }
        self.check_trial_limit()?;
        self.check_provisioned()?;
        if deposit > Decimal::from(self.account.credit) {
            return Err(Error::payment_required(self.no_credit_message()));
        }
        self.check_can_sign()?;
        if deposit.is_sign_negative() && !deposit.is_zero() {
            return Err(Error::chain(&format!(
                "Query failed with (6): rpc error: negative coin amount: {deposit}"
            )));
        }
        if deposit < Decimal::from(MIN_DEPOSIT) {
            return Err(Error::bad_request(
                "Failed to create deployment: Deposit too low",
            ));
        }
        if parsed.groups.is_empty() {
            return Err(Error::chain(
                "Failed to create deployment: message index: 0: invalid groups",
            ));
        }
        let text =
            "Failed to create deployment: Deployment with provided dseq and owner already exists";
        let dseq = self.next_dseq().ok_or_else(|| Error::bad_request(text))?;
        self.account
            .spend(deposit)
            .map_err(|_| Error::payment_required(self.no_credit_message()))?;

        let (height, now) = (self.height(), self.now);
        let mut bids = Vec::new();
        for group in &parsed.groups {
            bids.extend(bidding::bids(&mut self.rng, &self.providers, group, now));
        }
        let deployment = Deployment {
            dseq,
            active: true,
            hash: parsed.hash,
            name: name.filter(|_| self.has(ApiChange::Names)),
            sdl: sdl.to_owned(),
            manifest: parsed.manifest.clone(),
            created: now,
            height,
            closed: None,
            groups: parsed.groups,
            escrow: Account::open(deposit, height),
            bids,
            leases: Vec::new(),
        };
        self.deployments.insert(dseq, deployment);
        Ok(Created {
            dseq,
            manifest: parsed.manifest,
            transaction: self.transaction_hash(),
        })
    }

    /// Replaces the manifest of a deployment and sends it to the providers of all its leases.
    pub(crate) fn update(&mut self, dseq: u64, sdl: &str) -> Result<(), Error> {
        let parsed = self.parse_sdl(sdl)?;
        let can_sign = self.check_can_sign();
        let deployment = self.deployment(dseq)?;
        if !deployment.active {
            return Err(Error::bad_request("Deployment closed"));
        }
        if deployment.hash != parsed.hash {
            can_sign?;
            deployment.hash.clone_from(&parsed.hash);
            deployment.sdl = sdl.to_owned();
            deployment.manifest.clone_from(&parsed.manifest);
        }
        let fits = same_resources(&deployment.groups, &parsed.groups);
        let leases: Vec<LeaseRef> = deployment
            .leases
            .iter()
            .map(|lease| LeaseRef {
                dseq,
                gseq: lease.gseq,
                oseq: lease.oseq,
                provider: lease.provider.clone(),
            })
            .collect();
        for lease in &leases {
            if !fits {
                return Err(Error::unprocessable(
                    "manifest cross-validation error: group resources do not match the deployment",
                ));
            }
            self.deliver_manifest(&parsed.manifest, lease)?;
        }
        Ok(())
    }

    /// Closes a deployment. Since 2026-07-29 closing a closed deployment succeeds.
    pub(crate) fn close(&mut self, dseq: u64) -> Result<(), Error> {
        let can_sign = self.check_can_sign();
        let repeatable = self.has(ApiChange::CloseRepeatable);
        let active = self.deployment(dseq)?.active;
        if !active && !repeatable {
            return Err(Error::bad_request("Deployment closed"));
        }
        if active {
            can_sign?;
            self.end_deployment(dseq);
        }
        Ok(())
    }
    pub(super) fn no_credit_message(&self) -> &'static str {
        let reloading = self
            .account
            .wallet
            .as_ref()
            .is_some_and(|setting| setting.enabled);
        if reloading {
            NO_CREDIT_RELOADING
        } else {
            NO_CREDIT
        }
    }

    /// Closes all deployments without a lease. The Console does so when a trial account creates a new one.
    fn close_leaseless(&mut self) {
        let leaseless =
            |deployment: &&Deployment| deployment.active && deployment.leases.is_empty();
        let leaseless: Vec<u64> = self
            .deployments
            .values()
            .filter(leaseless)
            .map(|deployment| deployment.dseq)
            .collect();
        for dseq in leaseless {
            self.end_deployment(dseq);
        }
    }

    /// Checks the limit on a trial's deployments, which was lifted on 2026-05-23.
    fn check_trial_limit(&self) -> Result<(), Error> {
        let live = self
            .deployments
            .values()
            .filter(|deployment| deployment.active)
            .count();
        if self.account.trial && !self.has(ApiChange::NoTrialLimit) && live >= TRIAL_DEPLOYMENTS {
            let text = "Trial limit reached. Add funds to your account to deploy more.";
            return Err(Error::payment_required(text));
        }
        Ok(())
    }

    /// Checks that the wallet is provisioned.
    pub(super) fn check_provisioned(&mut self) -> Result<(), Error> {
        if self.disruptions.provisioning == 0 || !self.has(ApiChange::Provisioning) {
            return Ok(());
        }
        self.disruptions.provisioning -= 1;
        let text = "Wallet is still being provisioned, please retry shortly";
        Err(Error::conflict(text, "wallet_provisioning"))
    }

    /// Checks that transactions can be signed: the node is up and the trial has not expired.
    pub(super) fn check_can_sign(&self) -> Result<(), Error> {
        if self.disruptions.node_down {
            return Err(Error::unavailable("Service temporarily unavailable"));
        }
        if self.trial_expired() {
            return Err(Error::bad_request("Console trial expired"));
        }
        Ok(())
    }

    fn transaction_hash(&mut self) -> String {
        hex(&self.rng.bytes::<32>()).to_uppercase()
    }

    /// The deployment with this dseq, or the Console's 404.
    pub(crate) fn deployment(&mut self, dseq: u64) -> Result<&mut Deployment, Error> {
        self.deployments
            .get_mut(&dseq)
            .ok_or_else(|| Error::not_found("Deployment not found"))
    }
}
