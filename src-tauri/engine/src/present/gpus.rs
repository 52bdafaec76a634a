//! The GPUs that were found in what runs, beside those that were offered.

use crate::record::{GpuSeen, LeaseSeen, Record};

/// GPUs of a service, with the lease that it runs on.
fn of<'a>(
    record: &'a Record,
    service: &'a str,
) -> impl Iterator<Item = (&'a LeaseSeen, &'a GpuSeen)> {
    let all = record
        .running()
        .flat_map(|lease| lease.gpus.iter().map(move |gpu| (lease, gpu)));
    all.filter(move |(_, gpu)| gpu.service == service)
}

/// `1 × NVIDIA GeForce RTX 4090, 24 GB`.
pub(super) fn found(record: &Record, service: &str) -> Vec<String> {
    let words = |(_, gpu): (&LeaseSeen, &GpuSeen)| {
        let memory = gpu
            .memory_mb
            .map(|mb| format!(", {} GB", mb.div_ceil(1_024)));
        format!("{} × {}{}", gpu.count, gpu.name, memory.unwrap_or_default())
    };
    of(record, service).map(words).collect()
}

/// What was offered instead of what was found; `None` where that is the same, or not known.
pub(super) fn differs(record: &Record, service: &str) -> Option<String> {
    of(record, service).find_map(|(lease, gpu)| {
        let model = gpu.model.as_deref()?;
        let bid = record
            .bids
            .iter()
            .find(|bid| (&bid.provider, bid.gseq) == (&lease.provider, lease.gseq))?;
        let offered: Vec<&str> = bid.gpus.iter().map(|gpu| gpu.model.as_str()).collect();
        let same = |offered: &&str| offered.eq_ignore_ascii_case(model);
        (!offered.is_empty() && !offered.iter().any(same)).then(|| {
            format!(
                "The provider offered {}, but {} was found.",
                offered.join(" or "),
                gpu.name
            )
        })
    })
}
