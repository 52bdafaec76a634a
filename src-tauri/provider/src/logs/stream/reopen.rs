//! How a stream ends and is opened again.

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;

use super::{
    super::{
        line::Raw,
        options::LogUpdate,
        pod::{Asked, MEMORY, Verdict},
    },
    LogStream, MAX_PODS, State, usual,
};
use crate::{ConnectError, End, Lease, Refusal, Scope, socket::Frame};

/// A stream that lasted so long was a good one.
const LASTED: Duration = Duration::from_secs(5);
/// Containers that start are looked at again after this at the latest.
const STARTING: Duration = Duration::from_secs(5);
/// How often a lease that is not found is looked for, because providers know none for a moment after they started.
const MISSING_LEASE_TRIES: u32 = 4;
/// After so many streams that ended too early, lines count as new.
const UNDECIDED: u32 = 3;

impl LogStream {
    pub(super) fn failed(&mut self, error: ConnectError) -> LogUpdate {
        let no_lease = matches!(error, ConnectError::Refused(Refusal::NoLease));
        self.missing += u32::from(no_lease);
        let again = error.may_pass() || (no_lease && self.missing < MISSING_LEASE_TRIES);
        let retry = again.then(|| self.backoff.next());
        self.state = retry.map_or(State::Over, |wait| State::Waiting(Instant::now() + wait));
        LogUpdate::Failed { error, retry }
    }

    /// Opens the stream again if there are pods that it does not show, or of which it shows no more.
    pub(super) fn compare(&mut self, seen: &[(String, u64)]) {
        let behind = seen
            .iter()
            .any(|(name, mark)| match self.pods.get(name.as_str()) {
                Some(pod) => !pod.is_up_to(*mark),
                None => true,
            });
        if !behind {
            self.behind = 0;
            return;
        }
        self.behind = self.behind.saturating_add(1);
        self.interrupt();
        // A line that is too long for the provider ends a pod's stream again and again while it is among the last.
        self.asked = if self.behind > 2 {
            Asked::NewOnly
        } else {
            self.reopening()
        };
        self.state = State::Waiting(Instant::now());
    }

    /// How to ask after the first time: for as many lines as at first, and not for all again.
    pub(super) fn reopening(&self) -> Asked {
        match usual(self.options.tail) {
            Asked::Tail(lines) => Asked::Tail(lines.min(MEMORY)),
            _ => Asked::Tail(MEMORY),
        }
    }

    /// The stream is given up. Lines that wait are taken where that is safe, and else come again.
    pub(super) fn interrupt(&mut self) {
        let names: Vec<Arc<str>> = self
            .pods
            .iter()
            .filter(|(_, pod)| pod.is_waiting())
            .map(|(name, _)| name.clone())
            .collect();
        for name in names {
            let Some(pod) = self.pods.get_mut(&name) else {
                continue;
            };
            match pod.judge_cut(self.asked) {
                verdict @ Verdict::Known(_) => self.settle(&name, verdict),
                _ => pod.drop_waiting(),
            }
        }
        self.probe = None;
    }

    pub(super) fn ended(&mut self, end: End) -> Option<LogUpdate> {
        let asked = self.asked;
        self.asked = self.reopening();
        let usual = self.reopening();
        if end == End::Finished {
            let waiting: Vec<Arc<str>> = self
                .pods
                .iter()
                .filter(|(_, pod)| pod.is_waiting())
                .map(|(name, _)| name.clone())
                .collect();
            for name in waiting {
                let Some(pod) = self.pods.get_mut(&name) else {
                    continue;
                };
                match pod.judge(asked, true) {
                    Verdict::AskMore => self.asked = asked.more(),
                    Verdict::AskWhole => self.asked = Asked::Whole,
                    Verdict::Wait => {}
                    // With more of the past, the stream may have ended before it came to what is known.
                    Verdict::New(_) if asked != usual && pod.tries < UNDECIDED => {
                        pod.tries += 1;
                        self.asked = asked;
                    }
                    verdict => self.settle(&name, verdict),
                }
            }
            for pod in self.pods.values_mut() {
                pod.past_is_over(asked);
            }
        } else {
            let next = self.asked;
            self.asked = asked;
            self.interrupt();
            self.asked = next;
        }
        let State::Open(open) = std::mem::replace(&mut self.state, State::Over) else {
            return None;
        };
        let (lasted, news) = (open.since.elapsed() >= LASTED, open.news);
        if news || lasted {
            self.backoff.reset();
            self.barren = 0;
        }
        drop(open.outbox);
        let gone = end == End::LeaseGone;
        self.missing += u32::from(gone);
        let undecided = self.asked != usual;
        let over = (!self.options.follow && end == End::Finished && !undecided)
            || (gone && self.missing >= MISSING_LEASE_TRIES)
            || matches!(end, End::Malformed(_));
        if over {
            return Some(LogUpdate::Ended { end, retry: None });
        }
        if end == End::Finished && !news && !lasted {
            self.barren = self.barren.saturating_add(1);
            if self.barren % 4 == 3 && !undecided {
                self.asked = Asked::NewOnly;
            }
        }
        let mut wait = self.backoff.next();
        if matches!(end, End::NotReady | End::NoPods | End::Finished) {
            wait = wait.min(STARTING);
        }
        self.state = State::Waiting(Instant::now() + wait);
        Some(LogUpdate::Ended {
            end,
            retry: Some(wait),
        })
    }
}

/// The pods that there are now, each with the mark of its last line. Empty if that cannot be told.
pub(super) async fn probe(lease: &Lease, rest: &str) -> Vec<(String, u64)> {
    let mut seen = Vec::new();
    let work = async {
        let Ok((_outbox, mut frames)) = lease.open(Scope::Logs, rest).await else {
            return;
        };
        while let Ok(frame) = frames.next().await {
            let Frame::Text(text) = frame else { continue };
            if let Ok(raw) = serde_json::from_str::<Raw<'_>>(text.as_str())
                && seen.len() < MAX_PODS
            {
                seen.push((raw.name.to_string(), raw.mark()));
            }
        }
    };
    let _ = tokio::time::timeout(Duration::from_secs(20), work).await;
    seen
}
