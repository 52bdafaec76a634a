//! Questions about bids: how long they last, and whether none came.

use jiff::{SignedDuration, Timestamp};

use crate::{
    record::{
        BidSeen, Phase, Record, seconds,
        transitions::{BID_LIFE, NO_BIDS},
    },
    state::State,
};

/// Whether a minute passed without any bid for one of the groups.
pub(crate) fn no_bids(record: &Record, now: Timestamp) -> bool {
    record.phase == Phase::Choosing
        && record.without_bids()
        && record
            .asked
            .is_some_and(|asked| seconds(asked, now) >= NO_BIDS)
}

/// When the first open bid is likely to lapse: its provider's own limit is not told.
pub(crate) fn lapses(state: &State, record: &Record, now: Timestamp) -> Option<Timestamp> {
    if record.phase != Phase::Choosing {
        return None;
    }
    let open = record.bids.iter().filter(|bid| bid.open());
    open.filter_map(|bid| lapses_one(state, bid, now)).min()
}

pub(crate) fn lapses_one(state: &State, bid: &BidSeen, now: Timestamp) -> Option<Timestamp> {
    let blocks = state.height(now)?.saturating_sub(bid.height?);
    let age = i64::try_from(state.pace().seconds(blocks).trunc()).ok()?;
    now.checked_add(SignedDuration::from_secs((BID_LIFE - age).max(0)))
        .ok()
}
