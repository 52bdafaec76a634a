//! When the Console's own jobs run.

use jiff::Timestamp;

/// The next full hour, when the funding job runs.
pub(crate) fn next_hour(now: Timestamp) -> Timestamp {
    let hour = now.as_second().div_euclid(3600) + 1;
    Timestamp::from_second(hour * 3600).unwrap_or(Timestamp::MAX)
}

/// The next run of the cleanup job: 10:30 or 22:30 UTC.
pub(crate) fn next_cleanup(now: Timestamp) -> Timestamp {
    const HALF_DAY: i64 = 12 * 3600;
    const OFFSET: i64 = 10 * 3600 + 1800;
    let run = (now.as_second() - OFFSET).div_euclid(HALF_DAY) + 1;
    Timestamp::from_second(run * HALF_DAY + OFFSET).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cleaner_runs_twice_a_day() {
        let day = |hour: i64, minute: i64| {
            Timestamp::from_second(hour * 3600 + minute * 60).unwrap_or_default()
        };
        assert_eq!(next_cleanup(day(0, 0)), day(10, 30));
        assert_eq!(next_cleanup(day(10, 30)), day(22, 30));
        assert_eq!(next_cleanup(day(22, 31)), day(34, 30));
        assert_eq!(next_hour(day(3, 0)), day(4, 0));
        assert_eq!(next_hour(day(3, 59)), day(4, 0));
    }
}
