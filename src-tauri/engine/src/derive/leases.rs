//! Questions about leases.

use crate::record::{Record, Target};

/// The leases that stand, as targets of the call that sends the manifest again.
pub(crate) fn standing(record: &Record) -> Vec<Target> {
    record
        .running()
        .map(|lease| Target {
            gseq: lease.gseq,
            oseq: lease.oseq,
            provider: lease.provider.clone(),
        })
        .collect()
}
