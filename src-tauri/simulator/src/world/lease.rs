//! Leases bids, and delivers manifests to providers.

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

use super::World;
use crate::{
    api_version::ApiChange,
    chain::{BidState, Lease, LeaseState, OrderState, escrow::Payment},
    error::Error,
    time::later,
    workload::Workload,
};

const BID_GONE: &str = "Cannot create lease: The selected bid is no longer open. Please refresh and select an available bid.";
const ORDER_GONE: &str = "Cannot create lease: The associated order has already been matched or closed. Re-create the deployment to generate a new order and try again.";

/// Chain seconds after which a provider closes the lease of an image named `lease-lost`.
const LEASE_LOST_SECONDS: i64 = 120;

/// Which bid to lease, as `POST /v1/leases` names it.
#[derive(Clone, Debug)]
pub(crate) struct LeaseRef {
    /// The deployment.
    pub(crate) dseq: u64,
    /// Its group.
    pub(crate) gseq: u32,
    /// The group's order.
    pub(crate) oseq: u32,
    /// The address of the provider.
    pub(crate) provider: String,
}

impl World {
    /// Leases bids and sends the manifest to their providers. Returns the dseq. When a delivery fails, the leases stay
    /// active and cost money, as at the real Console.
    pub(crate) fn lease(&mut self, manifest: &str, leases: &[LeaseRef]) -> Result<u64, Error> {
        // The Console does not check for an empty list and fails with a TypeError.
        let dseq = leases.first().ok_or_else(Error::internal)?.dseq;
        for lease in leases {
            let provider = self.provider(&lease.provider);
            let provider = provider.ok_or_else(|| {
                Error::not_found(&format!("Provider {} not found", lease.provider))
            })?;
            if self.has(ApiChange::AuditedOnly) && !provider.is_audited() {
                return Err(Error::forbidden("Provider not authorized."));
            }
        }
        let has_lease = self.deployments.get(&dseq).is_some_and(|deployment| {
            deployment
                .leases
                .iter()
                .any(|lease| lease.state != LeaseState::Closed)
        });
        if !has_lease || !self.has(ApiChange::LeaseRepeatable) {
            self.check_can_sign()?;
            self.accept_bids(leases)?;
            self.fund_after_lease(dseq);
        }
        let stored = self
            .deployments
            .get(&dseq)
            .map(|deployment| deployment.manifest.clone());
        let stored = stored.filter(|_| self.has(ApiChange::StoredManifest));
        let manifest = stored.as_deref().unwrap_or(manifest);
        for lease in leases {
            self.deliver_manifest(
                manifest,
                &LeaseRef {
                    dseq,
                    ..lease.clone()
                },
            )?;
        }
        Ok(dseq)
    }

    /// Accepts all of the bids in one transaction, or none of them.
    fn accept_bids(&mut self, leases: &[LeaseRef]) -> Result<(), Error> {
        let mut accepted = Vec::new();
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
                    bid.state != BidState::Pending
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
            let twice = accepted
                .iter()
                .any(|(dseq, other, _)| (*dseq, *other) == (wanted.dseq, group));
            if twice || deployment.groups[group].order != OrderState::Open {
                return Err(gone(ORDER_GONE));
            }
            accepted.push((wanted.dseq, group, deployment.bids[bid].clone()));
        }
        let (now, height) = (self.now, self.height());
        for (dseq, group, accepted) in accepted {
            let withdraws = later(now, self.rng.seconds(3_600, 6 * 3_600));
            let Some(deployment) = self.deployments.get_mut(&dseq) else {
                continue;
            };
            deployment.settle(height);
            deployment.groups[group].order = OrderState::Active;
            deployment
                .bids
                .retain(|bid| bid.gseq != accepted.gseq || bid.state != BidState::Pending);
            for bid in deployment
                .bids
                .iter_mut()
                .filter(|bid| bid.gseq == accepted.gseq)
            {
                if bid.provider == accepted.provider {
                    bid.state = BidState::Active;
                } else if bid.state == BidState::Open {
                    bid.state = BidState::Lost;
                }
            }
            deployment.leases.push(Lease {
                gseq: accepted.gseq,
                oseq: accepted.oseq,
                provider: accepted.provider,
                state: LeaseState::Active,
                reason: "lease_closed_invalid".to_owned(),
                created: now,
                height,
                closed_on: 0,
                payment: Payment::new(accepted.price),
                withdraws,
                abandoned: None,
                reclaim: None,
                gpu_found: None,
                workload: None,
            });
        }
        Ok(())
    }

    /// Delivers a manifest to one provider.
    pub(super) fn deliver_manifest(&mut self, manifest: &str, to: &LeaseRef) -> Result<(), Error> {
        if self.disruptions.manifest_fails > 0 {
            self.disruptions.manifest_fails -= 1;
            let (status, text) = self
                .disruptions
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
            Workload::read(manifest, to.gseq, now, &mut self.rng).map_err(Error::unprocessable)?;
        if workload
            .services
            .iter()
            .any(|service| service.image.contains("lease-lost"))
        {
            lease
                .abandoned
                .get_or_insert(later(now, LEASE_LOST_SECONDS));
        }
        match &mut lease.workload {
            Some(running) => running.update(workload),
            None => lease.workload = Some(workload),
        }
        Ok(())
    }
}
