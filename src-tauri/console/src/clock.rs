//! The server's clock, and dates in headers.

use std::time::{Duration, Instant};

use jiff::Timestamp;

/// What the server's clock said, and when that was heard.
#[derive(Clone, Copy, Debug)]
pub struct ServerTime {
    /// The server's time.
    pub at: Timestamp,
    /// This computer's, when the answer came.
    pub seen: Instant,
}

impl ServerTime {
    /// The server's time now, by this computer's monotonic clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.at.checked_add(self.seen.elapsed()).unwrap_or(self.at)
    }
}

/// A date as HTTP writes it.
pub(crate) fn http_date(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::DateTimeParser::new()
        .parse_timestamp(text)
        .ok()
}

/// `Retry-After`: seconds, or a date to be taken from `now`.
pub(crate) fn retry_after(text: &str, now: Option<Timestamp>) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let until = http_date(text)?.duration_since(now?);
    Duration::try_from(until).ok()
}
