//! How the person's own leases ended, by provider.

use std::collections::HashMap;

use akash_market::{Past, Rates};

use crate::record::{LeaseSeen, Record, transitions::PATIENCE};

/// How the leases of these records ended, by the provider's address.
pub(crate) fn fared(records: &[Record]) -> HashMap<String, Past> {
    let mut pasts: HashMap<String, Past> = HashMap::new();
    for record in records {
        for lease in &record.leases {
            let past = pasts.entry(lease.provider.clone()).or_default();
            match lived(record, lease) {
                Some(true) => past.lived = past.lived.saturating_add(1),
                Some(false) => past.died = past.died.saturating_add(1),
                None => {}
            }
        }
    }
    pasts.retain(|_, past| *past != Past::default());
    pasts
}

/// Whether a lease went well; `None` where it says nothing about its provider.
fn lived(record: &Record, lease: &LeaseSeen) -> Option<bool> {
    match lease.reason.as_deref() {
        Some(
            "lease_closed_reason_unstable"
            | "lease_closed_reason_decommission"
            | "lease_closed_reason_manifest_timeout",
        ) => return Some(false),
        // The person's purse, not the provider.
        Some("lease_closed_reason_insufficient_funds") => return Some(true),
        _ => {}
    }
    if record.run.came_up || record.run.ready.is_some() {
        return Some(true);
    }
    // Closed before it could have come up, or made elsewhere and never looked at.
    let blocks = lease.until?.saturating_sub(lease.from?);
    let seconds = Rates::default().seconds(blocks);
    (record.ours && seconds > PATIENCE.into()).then_some(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Phase;
    use jiff::Timestamp;

    fn record(reason: Option<&str>, blocks: u64, ready: bool) -> Record {
        let mut record = Record::found("a".into(), 1, Timestamp::UNIX_EPOCH);
        record.ours = true;
        record.enter(Phase::Closed, Timestamp::UNIX_EPOCH);
        record.run.came_up = ready;
        record.leases.push(LeaseSeen {
            gseq: 1,
            oseq: 1,
            provider: "p".into(),
            runs: false,
            price: None,
            from: Some(1),
            until: Some(1 + blocks),
            reason: reason.map(str::to_owned),
            reclaimed: None,
            gpus: Vec::new(),
        });
        record
    }

    #[test]
    fn a_provider_is_judged_by_what_it_did() {
        let cases = [
            (record(None, 1_000, true), (1, 0)),
            (record(Some("lease_closed_owner"), 1_000, true), (1, 0)),
            (
                record(Some("lease_closed_reason_insufficient_funds"), 9, true),
                (1, 0),
            ),
            (
                record(Some("lease_closed_reason_unstable"), 9, true),
                (0, 1),
            ),
            (record(Some("lease_closed_owner"), 1_000, false), (0, 1)),
            (record(Some("lease_closed_owner"), 3, false), (0, 0)),
        ];
        for (record, (lived, died)) in cases {
            let past = fared(std::slice::from_ref(&record)).remove("p");
            assert_eq!(
                past.unwrap_or_default(),
                Past { lived, died },
                "{:?}",
                record.leases
            );
        }
        let two = fared(&[record(None, 9, true), record(None, 9_000, false)]);
        assert_eq!(two["p"], Past { lived: 1, died: 1 });
    }
}
