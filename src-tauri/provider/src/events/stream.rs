//! Following the events of a lease.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::book::{Book, SeenEvent, read};
use crate::{
    BoxFuture, ConnectError, End, Lease, Refusal, Scope,
    backoff::Backoff,
    socket::{Frame, Frames, Outbox},
};

/// A stream repeats what there was in this time.
const REPEATS: Duration = Duration::from_secs(2);
/// A stream that lasted so long was a good one.
const LASTED: Duration = Duration::from_secs(5);
/// How often a lease that is not found is looked for.
const MISSING_LEASE_TRIES: u32 = 4;

/// What a stream of events gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventUpdate {
    /// The stream is open. Without events from then on, nothing happened in the last hour: Kubernetes forgets after that.
    Open,
    /// [`EventStream::events`] changed.
    Changed,
    /// The stream ended.
    Ended {
        /// How.
        end: End,
        /// When the next try is made; `None` if there is none.
        retry: Option<Duration>,
    },
    /// The stream could not be opened.
    Failed {
        /// Why.
        error: ConnectError,
        /// When the next try is made; `None` if there is none.
        retry: Option<Duration>,
    },
}

enum State {
    Waiting(Instant),
    Opening(BoxFuture<'static, Result<(Outbox, Frames), ConnectError>>),
    Open {
        frames: Frames,
        _outbox: Outbox,
        since: Instant,
    },
    Over,
}

/// A stream of events that opens itself again. It works while it is asked for the next update.
pub struct EventStream {
    lease: Lease,
    services: Vec<String>,
    book: Book,
    state: State,
    backoff: Backoff,
    opened: u32,
    missing: u32,
}

impl Lease {
    /// Follows the events of the lease, whose services have these names. Nothing happens before the first call of
    /// [`EventStream::next`].
    pub fn events(&self, services: Vec<String>) -> EventStream {
        EventStream {
            lease: self.clone(),
            services,
            book: Book::default(),
            state: State::Waiting(Instant::now()),
            backoff: self.backoff(),
            opened: 0,
            missing: 0,
        }
    }
}

impl EventStream {
    /// The events that were seen, each once, the newest first. At most 1,000.
    pub fn events(&self) -> impl Iterator<Item = &SeenEvent> {
        self.book.iter()
    }

    /// The next update; `None` when there will be none. Nothing is lost when this is dropped before it is ready.
    pub async fn next(&mut self) -> Option<EventUpdate> {
        loop {
            match &mut self.state {
                State::Over => return None,
                State::Waiting(until) => {
                    sleep_until(*until).await;
                    let lease = self.lease.clone();
                    // A provider would take `service` for a label, which no event has, and give nothing.
                    let opening =
                        async move { lease.open(Scope::Events, "kubeevents?follow=true").await };
                    self.state = State::Opening(Box::pin(opening));
                }
                State::Opening(opening) => match opening.await {
                    Ok((outbox, frames)) => {
                        self.opened = self.opened.saturating_add(1);
                        self.state = State::Open {
                            frames,
                            _outbox: outbox,
                            since: Instant::now(),
                        };
                        return Some(EventUpdate::Open);
                    }
                    Err(error) => return Some(self.failed(error)),
                },
                State::Open { frames, since, .. } => {
                    let repeats = since.elapsed() < REPEATS;
                    match frames.next().await {
                        Ok(Frame::Text(text)) => {
                            let Some(event) = read(text.as_str(), &self.services) else {
                                continue;
                            };
                            self.missing = 0;
                            let now = self.lease.now();
                            if self.book.take(event, now, repeats, self.opened == 1) {
                                return Some(EventUpdate::Changed);
                            }
                        }
                        Ok(Frame::Binary(_)) => {}
                        Err(end) => return Some(self.ended(end)),
                    }
                }
            }
        }
    }

    fn failed(&mut self, error: ConnectError) -> EventUpdate {
        let no_lease = matches!(error, ConnectError::Refused(Refusal::NoLease));
        self.missing += u32::from(no_lease);
        let again = error.may_pass() || (no_lease && self.missing < MISSING_LEASE_TRIES);
        let retry = again.then(|| self.backoff.next());
        self.state = retry.map_or(State::Over, |wait| State::Waiting(Instant::now() + wait));
        EventUpdate::Failed { error, retry }
    }

    fn ended(&mut self, end: End) -> EventUpdate {
        if let State::Open { since, .. } = &self.state
            && since.elapsed() >= LASTED
        {
            self.backoff.reset();
        }
        let gone = end == End::LeaseGone;
        self.missing += u32::from(gone);
        let over =
            (gone && self.missing >= MISSING_LEASE_TRIES) || matches!(end, End::Malformed(_));
        let retry = (!over).then(|| self.backoff.next());
        self.state = retry.map_or(State::Over, |wait| State::Waiting(Instant::now() + wait));
        EventUpdate::Ended { end, retry }
    }
}
