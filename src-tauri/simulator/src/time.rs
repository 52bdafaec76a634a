//! Chain time, and the heights of blocks.

use std::time::Instant;

use jiff::{SignedDuration, Timestamp};

/// Milliseconds between two blocks: 6.098 s, the constant of the web Console.
pub(crate) const BLOCK_MS: i64 = 6_098;

/// The height of a known block and its time in milliseconds, from a deployment created on 2026-08-22.
const ANCHOR: (i64, i64) = (27_811_003, 1_787_385_600_123);

/// The height of the newest block at a given time.
pub(crate) fn height_at(time: Timestamp) -> u64 {
    let blocks = (time.as_millisecond() - ANCHOR.1).div_euclid(BLOCK_MS);
    u64::try_from(ANCHOR.0 + blocks).unwrap_or(1).max(1)
}

/// The time of a block, past or future.
pub(crate) fn time_of(height: u64) -> Timestamp {
    let height = i64::try_from(height).unwrap_or(i64::MAX);
    let ms = height
        .saturating_sub(ANCHOR.0)
        .saturating_mul(BLOCK_MS)
        .saturating_add(ANCHOR.1);
    Timestamp::from_millisecond(ms).unwrap_or(if ms < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}

/// A time some seconds later (earlier when negative). It stops at the largest timestamp instead of overflowing.
pub(crate) fn later(time: Timestamp, seconds: i64) -> Timestamp {
    time.checked_add(SignedDuration::from_secs(seconds))
        .unwrap_or(Timestamp::MAX)
}

/// Whole seconds from one time to another; negative when `to` is earlier.
pub(crate) fn seconds_between(from: Timestamp, to: Timestamp) -> i64 {
    to.duration_since(from).as_secs()
}

/// Formats a time as the Console does: ISO 8601 in UTC, with milliseconds.
pub(crate) fn iso(time: Timestamp) -> String {
    format!("{time:.3}")
}

/// A clock that runs `speed` times as fast as the machine's clock.
#[derive(Debug)]
pub(crate) struct Clock {
    since: Instant,
    from: Timestamp,
    speed: u32,
}

impl Clock {
    pub(crate) fn starting_at(from: Timestamp, speed: u32) -> Self {
        Self {
            since: Instant::now(),
            from,
            speed,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        let ms = self
            .since
            .elapsed()
            .as_millis()
            .saturating_mul(u128::from(self.speed));
        let ms = i64::try_from(ms).unwrap_or(i64::MAX);
        self.from
            .checked_add(SignedDuration::from_millis(ms))
            .unwrap_or(Timestamp::MAX)
    }

    /// How many chain seconds pass in one real second.
    pub(crate) fn speed(&self) -> u32 {
        self.speed
    }

    /// Changes the speed from now on.
    pub(crate) fn set_speed(&mut self, speed: u32) {
        *self = Self::starting_at(self.now(), speed);
    }

    pub(crate) fn jump(&mut self, seconds: u32) {
        self.from = later(self.from, i64::from(seconds));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heights_and_times_agree() {
        let made = Timestamp::from_millisecond(1_787_385_600_123).unwrap_or_default();
        assert_eq!(height_at(made), 27_811_003);
        assert_eq!(time_of(27_811_003), made);
        assert_eq!(height_at(later(made, 61)), 27_811_013);
        assert_eq!(height_at(time_of(12_345)), 12_345);
    }

    #[test]
    fn a_clock_with_a_new_speed_continues_from_its_time() {
        let mut clock = Clock::starting_at(Timestamp::UNIX_EPOCH, 1);
        clock.jump(100);
        clock.set_speed(4);
        assert_eq!(clock.speed(), 4);
        assert!(clock.now() >= later(Timestamp::UNIX_EPOCH, 100));
    }

    #[test]
    fn dates_are_written_with_milliseconds() {
        assert_eq!(iso(Timestamp::UNIX_EPOCH), "1970-01-01T00:00:00.000Z");
    }
}
