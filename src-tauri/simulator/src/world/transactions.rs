//! What the account's owner does: create, lease, update, add money, close.

use base64::{Engine, engine::general_purpose::STANDARD};
use rust_decimal::Decimal;
use serde_json::Number;
use sha2::{Digest, Sha256};

use super::{
    BidState, Deployment, Lease, LeaseState, OrderState,
    escrow::{Account, AccountState, Payment},
    market,
    order::same_resources,
};
use crate::{
    edition::Since,
    error::Error,
    money::{MIN_DEPOSIT, uact_of_usd},
    runtime::Workload,
    time::later,
    world::{World, luck::hex},
};

const NO_CREDIT: &str = "Not enough balance to cover the deployment deposit. Add credits or turn on auto recharge to continue.";
const NO_CREDIT_RELOADING: &str = "Not enough balance to cover the deployment deposit. A top up from your saved payment method is on the way, so try again in a moment.";
const BID_GONE: &str = "Cannot create lease: The selected bid is no longer open. Please refresh and select an available bid.";
const ORDER_GONE: &str = "Cannot create lease: The associated order has already been matched or closed. Re-create the deployment to generate a new order and try again.";

/// So many deployments a trial might have, formerly.
const TRIAL_DEPLOYMENTS: usize = 5;

/// Chain seconds after which an image named `lease-lost` is given up.
const LOST_AFTER: i64 = 120;

/// What `POST /v1/deployments` made.
pub(crate) struct Created {
    /// The deployment's number.
    pub(crate) dseq: u64,
    /// Its manifest.
    pub(crate) manifest: String,
    /// Hash of the transaction.
    pub(crate) transaction: String,
}

/// The name of a lease, as `POST /v1/leases` is sent it.
#[derive(Clone, Debug)]
pub(crate) struct LeaseRef {
    pub(crate) dseq: u64,
    pub(crate) gseq: u32,
    pub(crate) oseq: u32,
    pub(crate) provider: String,
}

impl World {
    /// Makes a deployment.
    pub(crate) fn create(&mut self, sdl: &str, deposit: Option<&Number>) -> Result<Created, Error> {
        let order = self.order(sdl)?;
        let deposit = if self.trouble.platform_funds || self.has(Since::DepositIgnored) {
            Decimal::from(MIN_DEPOSIT)
        } else {
            let usd = deposit.ok_or_else(|| Error::bad_request("deposit is required"))?;
            uact_of_usd(usd).ok_or_else(|| Error::chain("decimal out of range"))?
        };
        if self.account.trial && self.has(Since::CloseRepeatable) {
            self.reclaim_leaseless();
        }
        self.is_within_trial()?;
        self.is_provisioned()?;
        if deposit > Decimal::from(self.account.credit) {
            return Err(Error::payment_required(self.no_credit()));
        }
        self.can_sign()?;
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
        if order.groups.is_empty() {
            return Err(Error::chain(
                "Failed to create deployment: message index: 0: invalid groups",
            ));
        }
        let text =
            "Failed to create deployment: Deployment with provided dseq and owner already exists";
        let dseq = self.next_dseq().ok_or_else(|| Error::bad_request(text))?;
        self.account
            .spend(deposit)
            .map_err(|_| Error::payment_required(self.no_credit()))?;

        let (height, now) = (self.height(), self.now);
        let mut bids = Vec::new();
        for group in &order.groups {
            bids.extend(market::bids(&mut self.luck, &self.providers, group, now));
        }
        let deployment = Deployment {
            dseq,
            active: true,
            hash: order.hash,
            sdl: sdl.to_owned(),
            manifest: order.manifest.clone(),
            created: now,
            height,
            closed: None,
            groups: order.groups,
            escrow: Account::open(deposit, height),
            bids,
            leases: Vec::new(),
        };
        self.deployments.insert(dseq, deployment);
        Ok(Created {
            dseq,
            manifest: order.manifest,
            transaction: self.transaction(),
        })
    }

    fn no_credit(&self) -> &'static str {
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

    /// On trial, a new deployment first closes those that never had a lease.
    fn reclaim_leaseless(&mut self) {
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

    /// Whether one more deployment is within the former limit of a trial.
    fn is_within_trial(&self) -> Result<(), Error> {
        let live = self
            .deployments
            .values()
            .filter(|deployment| deployment.active)
            .count();
        if self.account.trial && !self.has(Since::NoTrialLimit) && live >= TRIAL_DEPLOYMENTS {
            let text = "Trial limit reached. Add funds to your account to deploy more.";
            return Err(Error::payment_required(text));
        }
        Ok(())
    }

    /// Whether the wallet is set up.
    fn is_provisioned(&mut self) -> Result<(), Error> {
        if self.trouble.provisioning == 0 || !self.has(Since::Provisioning) {
            return Ok(());
        }
        self.trouble.provisioning -= 1;
        let text = "Wallet is still being provisioned, please retry shortly";
        Err(Error::conflict(text, "wallet_provisioning"))
    }

    /// Whether a transaction can be signed at all.
    fn can_sign(&self) -> Result<(), Error> {
        if self.trouble.node_down {
            return Err(Error::unavailable("Service temporarily unavailable"));
        }
        if self.trial_expired() {
            return Err(Error::bad_request("Console trial expired"));
        }
        Ok(())
    }

    fn transaction(&mut self) -> String {
        hex(&self.luck.bytes::<32>()).to_uppercase()
    }

    /// The deployment of that number, or the Console's 404.
    pub(crate) fn deployment(&mut self, dseq: u64) -> Result<&mut Deployment, Error> {
        self.deployments
            .get_mut(&dseq)
            .ok_or_else(|| Error::not_found("Deployment not found"))
    }

    /// Leases bids and brings the manifest to their providers. A delivery that fails leaves the leases standing.
    pub(crate) fn lease(&mut self, manifest: &str, leases: &[LeaseRef]) -> Result<u64, Error> {
        // The Console reads the first entry unasked: an empty list is a fault inside it.
        let dseq = leases.first().ok_or_else(Error::internal)?.dseq;
        for lease in leases {
            let provider = self.provider(&lease.provider);
            let provider = provider.ok_or_else(|| {
                Error::not_found(&format!("Provider {} not found", lease.provider))
            })?;
            if self.has(Since::AuditedOnly) && !provider.is_audited() {
                return Err(Error::forbidden("Provider not authorized."));
            }
        }
        let leased = self.deployments.get(&dseq).is_some_and(|deployment| {
            deployment
                .leases
                .iter()
                .any(|lease| lease.state != LeaseState::Closed)
        });
        if !leased || !self.has(Since::LeaseRepeatable) {
            self.can_sign()?;
            self.take_bids(leases)?;
            self.first_funding(dseq);
        }
        let stored = self
            .deployments
            .get(&dseq)
            .map(|deployment| deployment.manifest.clone());
        let stored = stored.filter(|_| self.has(Since::StoredManifest));
        let manifest = stored.as_deref().unwrap_or(manifest);
        for lease in leases {
            self.deliver(
                manifest,
                &LeaseRef {
                    dseq,
                    ..lease.clone()
                },
            )?;
        }
        Ok(dseq)
    }

    /// One transaction for all of them: either all bids are taken or none.
    fn take_bids(&mut self, leases: &[LeaseRef]) -> Result<(), Error> {
        let mut taken = Vec::new();
        for (index, wanted) in leases.iter().enumerate() {
            let missing = || {
                let text = format!(
                    "Query failed with (6): rpc error: code = Unknown desc = failed to execute message; message index: {index}: invalid bid: bid not found"
                );
                Error::chain(&text)
            };
            let deployment = self.deployments.get(&wanted.dseq).ok_or_else(missing)?;
            let bid = deployment
                .bids
                .iter()
                .position(|bid| {
                    bid.state != BidState::Coming
                        && (bid.gseq, bid.oseq, &bid.provider)
                            == (wanted.gseq, wanted.oseq, &wanted.provider)
                })
                .ok_or_else(missing)?;
            let gone = |text: &str| Error::bad_request(text).prefixed("Failed to create lease: ");
            if deployment.bids[bid].state != BidState::Open {
                return Err(gone(BID_GONE));
            }
            let group = deployment
                .groups
                .iter()
                .position(|group| group.gseq == wanted.gseq)
                .ok_or_else(missing)?;
            let twice = taken
                .iter()
                .any(|(dseq, other, _)| (*dseq, *other) == (wanted.dseq, group));
            if twice || deployment.groups[group].order != OrderState::Open {
                return Err(gone(ORDER_GONE));
            }
            taken.push((wanted.dseq, group, deployment.bids[bid].clone()));
        }
        let (now, height) = (self.now, self.height());
        for (dseq, group, taken) in taken {
            let withdraws = later(now, self.luck.seconds(3_600, 6 * 3_600));
            let Some(deployment) = self.deployments.get_mut(&dseq) else {
                continue;
            };
            deployment.settle(height);
            deployment.groups[group].order = OrderState::Active;
            deployment
                .bids
                .retain(|bid| bid.gseq != taken.gseq || bid.state != BidState::Coming);
            for bid in deployment
                .bids
                .iter_mut()
                .filter(|bid| bid.gseq == taken.gseq)
            {
                if bid.provider == taken.provider {
                    bid.state = BidState::Active;
                } else if bid.state == BidState::Open {
                    bid.state = BidState::Lost;
                }
            }
            deployment.leases.push(Lease {
                gseq: taken.gseq,
                oseq: taken.oseq,
                provider: taken.provider,
                state: LeaseState::Active,
                reason: "lease_closed_invalid".to_owned(),
                created: now,
                height,
                closed_on: 0,
                payment: Payment::new(taken.price),
                withdraws,
                abandoned: None,
                workload: None,
            });
        }
        Ok(())
    }

    /// The funding job right after a lease, unless it was switched off.
    fn first_funding(&mut self, dseq: u64) {
        if self
            .account
            .deployments
            .get(&dseq)
            .is_none_or(|setting| setting.auto_top_up)
        {
            self.top_up(dseq);
        }
    }

    /// Brings a manifest to one provider.
    fn deliver(&mut self, manifest: &str, to: &LeaseRef) -> Result<(), Error> {
        if self.trouble.manifest_fails > 0 {
            self.trouble.manifest_fails -= 1;
            let (status, text) = self
                .trouble
                .manifest_error
                .clone()
                .unwrap_or_else(|| (404, "no lease for deployment".to_owned()));
            return Err(Error::from_provider(status, &text));
        }
        let now = self.now;
        let provider = self.provider(&to.provider);
        let dark = provider.is_none_or(|provider| provider.dark);
        let host = provider
            .map(|provider| provider.host_uri())
            .unwrap_or_default();
        if dark {
            return Err(Error::unavailable(&format!(
                "Provider {host} is temporarily unavailable"
            )));
        }
        let Some(deployment) = self.deployments.get_mut(&to.dseq) else {
            return Err(Error::not_found("no lease for deployment"));
        };
        let hash = STANDARD.encode(Sha256::digest(manifest));
        let lease = deployment
            .leases
            .iter_mut()
            .rfind(|lease| {
                lease.state == LeaseState::Active
                    && (lease.gseq, lease.oseq, &lease.provider) == (to.gseq, to.oseq, &to.provider)
            })
            .ok_or_else(|| Error::not_found("no lease for deployment"))?;
        if hash != deployment.hash {
            return Err(Error::unprocessable("manifest version validation failed"));
        }
        let workload =
            Workload::read(manifest, to.gseq, now, &mut self.luck).map_err(Error::unprocessable)?;
        if workload
            .services
            .iter()
            .any(|service| service.image.contains("lease-lost"))
        {
            lease.abandoned.get_or_insert(later(now, LOST_AFTER));
        }
        match &mut lease.workload {
            Some(running) => running.update(workload),
            None => lease.workload = Some(workload),
        }
        Ok(())
    }

    /// Replaces the manifest of a deployment and brings it to the providers of all its leases.
    pub(crate) fn update(&mut self, dseq: u64, sdl: &str) -> Result<(), Error> {
        let order = self.order(sdl)?;
        let can_sign = self.can_sign();
        let deployment = self.deployment(dseq)?;
        if !deployment.active {
            return Err(Error::bad_request("Deployment closed"));
        }
        if deployment.hash != order.hash {
            can_sign?;
            deployment.hash.clone_from(&order.hash);
            deployment.sdl = sdl.to_owned();
            deployment.manifest.clone_from(&order.manifest);
        }
        let fits = same_resources(&deployment.groups, &order.groups);
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
            self.deliver(&order.manifest, lease)?;
        }
        Ok(())
    }

    /// Adds money to a deployment.
    pub(crate) fn deposit(&mut self, dseq: u64, usd: &Number) -> Result<(), Error> {
        let amount = uact_of_usd(usd).ok_or_else(|| Error::chain("decimal out of range"))?;
        let (height, credit, no_credit) = (
            self.height(),
            Decimal::from(self.account.credit),
            self.no_credit(),
        );
        let can_sign = self.can_sign();
        self.deployment(dseq)?;
        let provisioned = self.is_provisioned();
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

    /// Closes a deployment. Closing a closed one is fine.
    pub(crate) fn close(&mut self, dseq: u64) -> Result<(), Error> {
        let can_sign = self.can_sign();
        let repeatable = self.has(Since::CloseRepeatable);
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
}
