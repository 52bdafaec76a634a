//! Leases as the Console reads them from the chain.

use akash_console::{DeploymentDetail, Lease};
use jiff::Timestamp;

use crate::record::{GpuSeen, LeaseSeen, NAME, PLACES, Record};

/// The most leases of one deployment that are kept; more are a mistake or malice.
const LEASES: usize = 200;

impl Record {
    pub(super) fn hear_leases(&mut self, detail: &DeploymentDetail) {
        // The list may answer without the leases of a moment ago; the chain never forgets one.
        if detail.leases.is_empty() && !self.leases.is_empty() {
            return;
        }
        self.leases = detail
            .leases
            .iter()
            .take(LEASES)
            .map(|lease| LeaseSeen {
                gseq: lease.id.gseq,
                oseq: lease.id.oseq,
                provider: lease.id.provider.clone(),
                runs: lease.state.runs(),
                price: lease.price.clone(),
                from: lease.created_at,
                until: lease.closed_on,
                reason: lease
                    .reason
                    .as_ref()
                    .filter(|_| !lease.state.runs())
                    .map(|reason| reason.as_str().to_owned()),
                reclaimed: lease
                    .reclaim_deadline
                    .and_then(|at| Timestamp::from_second(at.try_into().ok()?).ok()),
                gpus: gpus(lease),
            })
            .collect();
    }

    /// The first time at which a provider takes back a machine that something runs on.
    pub(crate) fn reclaimed(&self) -> Option<Timestamp> {
        self.running().filter_map(|lease| lease.reclaimed).min()
    }
}

/// The GPUs that were found in a lease, as they are kept.
fn gpus(lease: &Lease) -> Vec<GpuSeen> {
    let found = lease.detected_gpus.iter().flat_map(|found| &found.services);
    let short = |text: &str| text.chars().take(NAME).collect::<String>();
    found
        .flat_map(|(service, gpus)| gpus.iter().map(move |gpu| (service, gpu)))
        .take(PLACES)
        .map(|(service, gpu)| GpuSeen {
            service: short(service),
            model: gpu.model.as_deref().map(short),
            name: short(&gpu.name),
            memory_mb: gpu.memory_mb,
            count: gpu.count,
        })
        .collect()
}
