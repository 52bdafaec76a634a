//! How long to wait before the next try.

use std::time::Duration;

/// Waits that double from try to try, each with up to a half of itself taken off by chance, so that many windows do not
/// return to a provider at the same moment.
#[derive(Clone, Debug)]
pub(crate) struct Backoff {
    first: Duration,
    most: Duration,
    tries: u32,
}

impl Backoff {
    pub(crate) fn new(first: Duration, most: Duration) -> Self {
        Self {
            first,
            most,
            tries: 0,
        }
    }

    /// The next wait.
    pub(crate) fn next(&mut self) -> Duration {
        let full = self
            .first
            .saturating_mul(1 << self.tries.min(16))
            .min(self.most);
        self.tries = self.tries.saturating_add(1);
        full.mul_f64(0.5 + fastrand::f64() / 2.0)
    }

    /// Something worked: the next wait is short again.
    pub(crate) fn reset(&mut self) {
        self.tries = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_are_bounded() {
        let mut backoff = Backoff::new(Duration::from_millis(500), Duration::from_secs(30));
        let first = backoff.next();
        assert!(first >= Duration::from_millis(250) && first <= Duration::from_millis(500));
        for _ in 0..100 {
            assert!(backoff.next() <= Duration::from_secs(30));
        }
        assert!(backoff.next() >= Duration::from_secs(15));
        backoff.reset();
        assert!(backoff.next() <= Duration::from_millis(500));
    }
}
