//! What the Console says of a deployment beside the chain: its name, and when it stops by itself.

use akash_console::{DeploymentDetail, Runtime};
use jiff::Timestamp;

use crate::record::{Keeper, Record, Stop, clean_name, stop::after};

impl Record {
    /// Chain time at which it stops by itself; `None` where it does not, or before its first lease.
    pub(crate) fn stops(&self) -> Option<Timestamp> {
        let stop = self.stop?;
        let leased = self.run.leased?;
        stop.at.or_else(|| after(leased, stop.hours))
    }

    /// Takes in what a list says of its name and its end. Whether anything changed.
    pub(crate) fn hear_listed(&mut self, detail: &DeploymentDetail) -> bool {
        let name = detail
            .name
            .as_ref()
            .filter(|name| self.console_name.as_ref() != Some(name))
            .cloned();
        let named = name.is_some();
        if let Some(name) = name {
            let clean = clean_name(&name);
            if !clean.trim().is_empty() {
                self.name = clean;
            }
            self.console_name = Some(name);
        }
        // A change that is under way is settled where its answer is waited for.
        let runtime = detail.runtime.filter(|_| self.intent.is_none());
        let ends = runtime.is_some_and(|runtime| self.hear_runtime(Some(runtime)));
        named || ends
    }

    /// Takes in what the Console says of its end; `None`: it knows no such limits. Whether anything changed.
    pub(crate) fn hear_runtime(&mut self, runtime: Option<Runtime>) -> bool {
        let before = self.stop;
        self.stop = match (runtime.and_then(|runtime| runtime.limit_hours), before) {
            (Some(hours), _) => Some(Stop {
                hours,
                keeper: Keeper::Console,
                at: runtime.and_then(|runtime| runtime.ends_at),
            }),
            // Somebody took it away elsewhere.
            (
                None,
                Some(Stop {
                    keeper: Keeper::Console,
                    ..
                }),
            ) if runtime.is_some() => None,
            // It was asked to and does not: Aloft does.
            (None, Some(stop)) => Some(Stop {
                keeper: match stop.keeper {
                    Keeper::Unknown => Keeper::Aloft,
                    keeper => keeper,
                },
                ..stop
            }),
            (None, None) => None,
        };
        self.stop != before
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn asked() -> Record {
        let now = Timestamp::from_second(1_000_000).unwrap();
        let mut record = Record::found("a".into(), 1, now);
        record.stop = Some(Stop::asked(4));
        record
    }

    #[test]
    fn it_counts_from_the_lease_unless_the_console_says_otherwise() {
        let mut record = asked();
        assert_eq!(record.stops(), None);
        let leased = Timestamp::from_second(2_000_000).unwrap();
        record.run.leased = Some(leased);
        assert_eq!(record.stops(), after(leased, 4));
        let ends_at = Some(Timestamp::from_second(2_014_000).unwrap());
        record.hear_runtime(Some(Runtime {
            limit_hours: Some(4),
            ends_at,
        }));
        assert_eq!(record.stops(), ends_at);
    }

    #[test]
    fn who_closes_it_follows_from_what_the_console_shows() {
        let mut record = asked();
        assert!(record.hear_runtime(None), "an older one");
        assert_eq!(record.stop.unwrap().keeper, Keeper::Aloft);
        assert!(!record.hear_runtime(None));
        let runtime = |limit_hours| {
            Some(Runtime {
                limit_hours,
                ends_at: None,
            })
        };
        assert!(record.hear_runtime(runtime(Some(28))));
        let stop = record.stop.unwrap();
        assert_eq!((stop.hours, stop.keeper), (28, Keeper::Console));
        assert!(!record.hear_runtime(None), "one read said nothing");
        assert!(record.hear_runtime(runtime(None)), "taken away elsewhere");
        assert_eq!(record.stop, None);
    }
}
