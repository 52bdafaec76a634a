//! When a deployment stops by itself.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A deployment is closed so many hours after its first lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stop {
    /// Hours in all.
    pub(crate) hours: u32,
    pub(crate) keeper: Keeper,
    /// Chain time of the end, where that is known better than by counting: the Console said so, or it was set while it ran.
    pub(crate) at: Option<Timestamp>,
}

/// Who closes it then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Keeper {
    /// The Console was asked to, and did not say yet whether it does. Until then Aloft does.
    Unknown,
    Console,
    Aloft,
}

impl Stop {
    /// The longest that can be asked for with a create, and the most that one change adds, hours. Console, September 2026.
    pub(crate) const MOST_AT_ONCE: u32 = 48;
    /// The longest there is, hours. Console, September 2026.
    pub(crate) const MOST: u32 = 8_760;

    pub(crate) const fn asked(hours: u32) -> Self {
        Self {
            hours,
            keeper: Keeper::Unknown,
            at: None,
        }
    }
}

/// Adds hours to a time.
pub(crate) fn after(at: Timestamp, hours: u32) -> Option<Timestamp> {
    at.checked_add(SignedDuration::from_hours(hours.into()))
        .ok()
}
