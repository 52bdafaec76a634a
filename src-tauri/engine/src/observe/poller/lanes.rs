//! Which of the reads that are due go out next: the one that has waited longest first, and none can hold up those of another kind.

use std::{
    collections::{HashMap, HashSet},
    hash::Hash,
    time::Duration,
};

use tokio::time::Instant;

/// A kind of read, with places of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Lane {
    /// Goes out as soon as it is due: what the account needs, and what is on the screen.
    Always,
    /// A person waits for its outcome, or bids that lapse do.
    Outcome,
    /// What just runs.
    Rest,
    /// What just runs and took long the last time, as at a provider that does not answer.
    Slow,
}

/// A read that takes longer than this does not count as quick any more, and gives its place to another.
const QUICK: Duration = Duration::from_secs(5);
/// The most quick reads of one lane at once.
const PLACES: usize = 4;
/// The most slow reads begun at once, where they are known to be slow.
const SLOW: usize = 4;
/// The most reads at once of lane [`Lane::Outcome`], and of [`Lane::Rest`] and [`Lane::Slow`] together, slow ones included. With those of
/// [`Lane::Always`] that wait for providers they stay below the places that the client has for such reads.
const MOST: usize = 8;

struct Running {
    lane: Lane,
    since: Instant,
}

impl Running {
    fn quick(&self, now: Instant) -> bool {
        self.lane != Lane::Slow && now.saturating_duration_since(self.since) < QUICK
    }
}

/// What is due when, and what is under way.
pub(super) struct Lanes<J> {
    due: HashMap<J, Instant>,
    running: HashMap<J, Running>,
    slow: HashSet<J>,
}

impl<J: Copy + Eq + Hash> Lanes<J> {
    pub(super) fn new() -> Self {
        Self {
            due: HashMap::new(),
            running: HashMap::new(),
            slow: HashSet::new(),
        }
    }

    /// What to begin now, of all there is to read; it counts as under way from here on. What is new is due at once, and what `may` refuses
    /// waits.
    pub(super) fn begin(
        &mut self,
        jobs: &[(J, Lane)],
        may: impl Fn(&J) -> bool,
        now: Instant,
    ) -> Vec<J> {
        let there: HashSet<J> = jobs.iter().map(|(job, _)| *job).collect();
        self.due.retain(|job, _| there.contains(job));
        self.slow.retain(|job| there.contains(job));
        let mut waiting = Vec::new();
        for (place, (job, lane)) in jobs.iter().enumerate() {
            if self.running.contains_key(job) {
                continue;
            }
            let due = *self.due.entry(*job).or_insert(now);
            if due <= now && may(job) {
                let slow = *lane == Lane::Rest && self.slow.contains(job);
                let lane = if slow { Lane::Slow } else { *lane };
                waiting.push((due, place, *job, lane));
            }
        }
        waiting.sort_unstable_by_key(|(due, place, _, _)| (*due, *place));
        let mut begun = Vec::new();
        for (_, _, job, lane) in waiting {
            if self.room(lane, now) {
                self.due.remove(&job);
                self.running.insert(job, Running { lane, since: now });
                begun.push(job);
            }
        }
        begun
    }

    fn room(&self, lane: Lane, now: Instant) -> bool {
        let count = |holds: &dyn Fn(&Running) -> bool| {
            self.running.values().filter(|one| holds(one)).count()
        };
        let rest = |one: &Running| matches!(one.lane, Lane::Rest | Lane::Slow);
        match lane {
            Lane::Always => true,
            Lane::Outcome => {
                count(&|one| one.lane == lane && one.quick(now)) < PLACES
                    && count(&|one| one.lane == lane) < MOST
            }
            Lane::Rest => {
                count(&|one| one.lane == lane && one.quick(now)) < PLACES && count(&rest) < MOST
            }
            Lane::Slow => count(&|one| rest(one) && !one.quick(now)) < SLOW && count(&rest) < MOST,
        }
    }

    /// A read ended and is due again after `wait`.
    pub(super) fn done(&mut self, job: J, now: Instant, wait: Duration) {
        if let Some(running) = self.running.remove(&job) {
            if now.saturating_duration_since(running.since) < QUICK {
                self.slow.remove(&job);
            } else {
                self.slow.insert(job);
            }
        }
        self.due.insert(job, now + wait);
    }

    /// Makes a read due at once; one that is under way stays as it is.
    pub(super) fn hurry(&mut self, job: J, now: Instant) {
        if let Some(due) = self.due.get_mut(&job) {
            *due = now.min(*due);
        }
    }

    /// When to look again what to begin, unless something ends before.
    pub(super) fn next(&self, now: Instant) -> Option<Instant> {
        let due = self.due.values().copied().filter(|due| *due > now);
        // What is due and has no place gets one when a read stops being quick.
        let slowed = self
            .running
            .values()
            .map(|one| one.since + QUICK)
            .filter(|at| *at > now);
        due.chain(slowed).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(start: Instant, seconds: u64) -> Instant {
        start + Duration::from_secs(seconds)
    }

    #[test]
    fn what_waited_longest_goes_first_wherever_it_stands() {
        let (mut lanes, start) = (Lanes::new(), Instant::now());
        let jobs: Vec<_> = (0..20).map(|job| (job, Lane::Rest)).collect();
        // Each is as quick as it can be, and due again almost at once: an order by age would read the first four for ever.
        let mut read = HashSet::new();
        for second in 0..5 {
            let now = at(start, second);
            for job in lanes.begin(&jobs, |_| true, now) {
                lanes.done(job, now, Duration::from_millis(1));
                read.insert(job);
            }
        }
        assert_eq!(read.len(), 20);
    }

    #[test]
    fn old_ones_at_a_dark_provider_hold_nothing_up() {
        let (mut lanes, start) = (Lanes::new(), Instant::now());
        let dark = 0..8;
        let mut jobs: Vec<_> = dark.clone().map(|job| (job, Lane::Rest)).collect();
        jobs.extend([(100, Lane::Outcome), (101, Lane::Always), (102, Lane::Rest)]);
        let first = lanes.begin(&jobs, |_| true, start);
        assert!(first.contains(&100) && first.contains(&101), "{first:?}");
        assert_eq!(first.len(), 2 + PLACES);
        for job in [100, 101] {
            lanes.done(job, start, Duration::from_secs(1));
        }
        // Nobody answers: after a while the others get places, and never too many at once.
        assert_eq!(lanes.next(start), Some(at(start, 1)));
        let second = lanes.begin(&jobs, |_| true, at(start, 5));
        assert!(second.contains(&100) && second.contains(&101));
        assert_eq!(second.len(), 2 + MOST - PLACES);
        for job in dark {
            lanes.done(job, at(start, 75), Duration::from_secs(30));
        }
        // From then on they are known to be slow.
        let third = lanes.begin(&jobs, |_| true, at(start, 106));
        assert!(third.contains(&102), "{third:?}");
        assert_eq!(third.iter().filter(|job| **job < 8).count(), SLOW);
        let fourth = lanes.begin(&jobs, |_| true, at(start, 112));
        assert!(fourth.iter().all(|job| *job >= 8), "{fourth:?}");
    }

    #[test]
    fn what_answers_again_is_quick_again() {
        let (mut lanes, start) = (Lanes::new(), Instant::now());
        let jobs = [(1, Lane::Rest)];
        assert_eq!(lanes.begin(&jobs, |_| true, start), [1]);
        lanes.done(1, at(start, 60), Duration::from_secs(30));
        assert!(lanes.slow.contains(&1));
        assert!(lanes.begin(&jobs, |_| true, at(start, 80)).is_empty());
        assert_eq!(lanes.begin(&jobs, |_| true, at(start, 90)), [1]);
        lanes.done(1, at(start, 91), Duration::from_secs(30));
        assert!(!lanes.slow.contains(&1));
        lanes.hurry(1, at(start, 92));
        assert_eq!(lanes.begin(&jobs, |_| true, at(start, 92)), [1]);
        // Gone for good: nothing is kept of it.
        lanes.done(1, at(start, 93), Duration::ZERO);
        lanes.begin(&[], |_| true, at(start, 94));
        assert!(lanes.due.is_empty() && lanes.running.is_empty() && lanes.slow.is_empty());
    }
}
