//! Spans of time.

use jiff::Timestamp;

/// Whole seconds from one moment to another.
pub(crate) fn seconds(from: Timestamp, to: Timestamp) -> i64 {
    to.as_second().saturating_sub(from.as_second())
}
