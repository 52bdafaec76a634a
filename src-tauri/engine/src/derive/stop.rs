//! Deployments that stop by themselves.

use jiff::Timestamp;

use crate::record::{Keeper, Phase, Record, seconds};

/// That it stops is said so long before, chain seconds.
const SOON: i64 = 3_600;

/// Chain seconds until it stops by itself; `None` where it does not, or nothing runs.
pub(crate) fn seconds_until(record: &Record, now: Timestamp) -> Option<i64> {
    record.running().next()?;
    Some(seconds(now, record.stops()?).max(0))
}

/// Whether it is to be said that it stops soon.
pub(crate) fn stops_soon(record: &Record, now: Timestamp) -> bool {
    seconds_until(record, now).is_some_and(|left| left <= SOON)
}

/// Whether it ran as long as it should and Aloft is the one to close it.
pub(crate) fn is_over_time(record: &Record, now: Timestamp) -> bool {
    let console = record
        .stop
        .is_some_and(|stop| stop.keeper == Keeper::Console);
    !console && record.phase == Phase::Up && record.stops().is_some_and(|at| at <= now)
}
