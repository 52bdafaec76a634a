//! Runtime limits: deployments that the Console closes some hours after their first lease.

use jiff::Timestamp;

use super::World;
use crate::{chain::Deployment, error::Error, time::later};

/// The longest limit of a new deployment, hours; also the most that one change adds.
pub(crate) const MOST_AT_ONCE: u64 = 48;
/// The longest limit there is, hours: a year.
pub(crate) const MOST: u64 = 8_760;

impl World {
    /// When the Console closes a deployment; `None` without a limit or before its first lease.
    pub(crate) fn runtime_ends(&self, deployment: &Deployment) -> Option<Timestamp> {
        let hours = self
            .account
            .deployments
            .get(&deployment.dseq)?
            .runtime_limit?;
        let first = deployment.leases.iter().map(|lease| lease.created).min()?;
        Some(later(first, i64::from(hours) * 3_600))
    }

    /// Whether a limit may be changed to `hours`; `None` is "always on". A limit only grows, by [`MOST_AT_ONCE`] at most.
    /// That a deployment which is always on gets no limit later is a guess from "only up".
    pub(crate) fn check_limit(&self, dseq: u64, hours: Option<u32>) -> Result<(), Error> {
        let deployment = self
            .deployments
            .get(&dseq)
            .ok_or_else(|| Error::not_found("Deployment not found"))?;
        if !deployment.active {
            return Err(Error::bad_request("Deployment closed"));
        }
        let now = self
            .account
            .deployments
            .get(&dseq)
            .and_then(|setting| setting.runtime_limit);
        match (now, hours) {
            (_, None) => Ok(()),
            (None, Some(_)) => Err(Error::bad_request(
                "A runtime limit can only be set when the deployment is created",
            )),
            (Some(now), Some(hours)) if hours < now => {
                Err(Error::bad_request("The runtime limit can only be extended"))
            }
            (Some(now), Some(hours)) if u64::from(hours - now) > MOST_AT_ONCE => {
                Err(Error::bad_request(
                    "The runtime limit can be extended by at most 48 hours at a time",
                ))
            }
            (Some(_), Some(_)) => Ok(()),
        }
    }
}
