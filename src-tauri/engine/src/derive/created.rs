//! Whether a create without an answer took place.

use std::collections::HashSet;

use akash_console::DeploymentDetail;
use akash_sdl::Derived;

use crate::record::{Record, What};

/// What stood before the open create of a record.
pub(crate) fn listed_before(record: &Record) -> HashSet<u64> {
    match record.intent.as_ref().map(|intent| &intent.what) {
        Some(What::Create { listed, .. }) => listed.iter().copied().collect(),
        _ => HashSet::new(),
    }
}

/// What became of a create, by the deployments that stand now.
pub(crate) enum Created<'a> {
    /// It made this one, with this manifest.
    This {
        detail: &'a DeploymentDetail,
        derived: &'a Derived,
    },
    /// Nothing new stands.
    Nothing,
    /// Something new stands that cannot be told apart, or stood before.
    Unclear(Vec<&'a DeploymentDetail>),
}

/// Judges a create. `list` are the deployments that stand, `ours` the dseqs that belong to other records, `derived` what the file may have
/// become on the chain: only a single new one without a lease whose hash matches is taken for it.
pub(crate) fn judge<'a>(
    record: &Record,
    list: &'a [DeploymentDetail],
    ours: &HashSet<u64>,
    derived: &'a [Derived],
) -> Created<'a> {
    let before = listed_before(record);
    let fresh: Vec<&DeploymentDetail> = list
        .iter()
        .filter(|detail| {
            let dseq = detail.id.dseq.get();
            !before.contains(&dseq) && !ours.contains(&dseq)
        })
        .collect();
    let matching: Vec<_> = fresh
        .iter()
        .filter(|detail| detail.leases.is_empty())
        .filter_map(|detail| {
            let same = |one: &&Derived| Some(&one.hash) == detail.hash.as_ref();
            Some((*detail, derived.iter().find(same)?))
        })
        .collect();
    let seen = matches!(
        record.intent.as_ref().map(|intent| &intent.what),
        Some(What::Create { seen: true, .. })
    );
    match matching.as_slice() {
        [(detail, derived)] => Created::This { detail, derived },
        _ if fresh.is_empty() && !seen => Created::Nothing,
        _ => Created::Unclear(fresh),
    }
}
