//! Following the logs of a lease.

use std::{collections::HashMap, sync::Arc, time::Duration};

use tokio::time::{Instant, sleep_until};

use super::{
    line::{LogLine, Raw},
    names::Directory,
    pod::{Asked, Pod, Verdict},
};
use crate::{
    BoxFuture, ConnectError, End, Lease, Refusal, Scope,
    backoff::Backoff,
    connect::escape,
    socket::{Frame, Frames, Outbox},
    text::boundary,
};

/// Lines are given out at least so often while there are any.
const BATCH_TIME: Duration = Duration::from_millis(40);
/// At most so many lines, and so many bytes, are given out at once.
const BATCH_LINES: usize = 4_096;
const BATCH_BYTES: usize = 1 << 20;
/// A stream that lasted so long was a good one.
const LASTED: Duration = Duration::from_secs(5);
/// Containers that start are looked at again after this at the latest.
const STARTING: Duration = Duration::from_secs(5);
/// How often a lease that is not found is looked for, because providers know none for a moment after they started.
const MISSING_LEASE_TRIES: u32 = 4;
/// After so many streams that ended too early, lines count as new.
const UNDECIDED: u32 = 3;
/// How many pods are told apart.
const MAX_PODS: usize = 256;

/// How much of the past a stream begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tail {
    /// The last lines of each pod, at least 1.
    Lines(u32),
    /// All that the provider has: the log's current file, of about 10 MiB at most.
    All,
}

/// What to read.
#[derive(Clone, Debug)]
pub struct LogOptions {
    /// The names of all services of the lease: pods are assigned to them by name.
    pub services: Vec<String>,
    /// Only these services; all if it is empty.
    pub only: Vec<String>,
    /// How much of the past to begin with.
    pub tail: Tail,
    /// Whether to wait for new lines. Without, the stream ends with what there is.
    pub follow: bool,
    /// How often to look for pods that came later, which a stream does not show by itself.
    pub look_for_pods: Duration,
}

impl LogOptions {
    /// The last 1,000 lines of each pod of these services, and what follows.
    pub fn new(services: Vec<String>) -> Self {
        Self {
            services,
            only: Vec::new(),
            tail: Tail::Lines(1_000),
            follow: true,
            look_for_pods: Duration::from_secs(60),
        }
    }
}

/// What a stream of logs gives.
#[derive(Clone, Debug, PartialEq)]
pub enum LogUpdate {
    /// The stream is open.
    Open,
    /// Lines, each pod's in order. They come at most 50 ms after the first of them.
    Lines(Vec<LogLine>),
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

type Opened = Result<(Outbox, Frames), ConnectError>;
type Probe = BoxFuture<'static, Vec<(String, u64)>>;

enum State {
    Waiting(Instant),
    Opening(BoxFuture<'static, Opened>),
    Open(Open),
    Over,
}

struct Open {
    frames: Frames,
    outbox: Outbox,
    since: Instant,
    began: jiff::Timestamp,
    news: bool,
}

/// A stream of logs that opens itself again. It works while it is asked for the next update, and reads no faster than it is
/// asked, so it holds no more than some megabytes.
pub struct LogStream {
    lease: Lease,
    options: LogOptions,
    directory: Directory,
    pods: HashMap<Arc<str>, Pod>,
    state: State,
    asked: Asked,
    batch: Vec<LogLine>,
    batch_bytes: usize,
    batch_since: Instant,
    backoff: Backoff,
    /// How often in a row a stream ended at once without anything new.
    barren: u32,
    /// How often in a row a pod was found to have said more than its stream gave.
    behind: u32,
    missing: u32,
    probe: Option<Probe>,
    next_probe: Instant,
    unreadable: u64,
}

impl Lease {
    /// Reads logs. Nothing happens before the first call of [`LogStream::next`].
    pub fn logs(&self, options: LogOptions) -> LogStream {
        LogStream {
            directory: Directory::new(options.services.clone()),
            pods: HashMap::new(),
            state: State::Waiting(Instant::now()),
            asked: usual(options.tail),
            batch: Vec::new(),
            batch_bytes: 0,
            batch_since: Instant::now(),
            backoff: self.backoff(),
            barren: 0,
            behind: 0,
            missing: 0,
            probe: None,
            next_probe: Instant::now() + options.look_for_pods,
            unreadable: 0,
            lease: self.clone(),
            options,
        }
    }
}

fn usual(tail: Tail) -> Asked {
    match tail {
        Tail::Lines(lines) => Asked::Tail(usize::try_from(lines.clamp(1, 1 << 20)).unwrap_or(1)),
        Tail::All => Asked::Whole,
    }
}

impl LogStream {
    /// The next update; `None` when there will be none. Nothing is lost when this is dropped before it is ready.
    pub async fn next(&mut self) -> Option<LogUpdate> {
        loop {
            let full = self.batch.len() >= BATCH_LINES || self.batch_bytes >= BATCH_BYTES;
            let is_open = matches!(self.state, State::Open(_));
            if !self.batch.is_empty()
                && (full || !is_open || self.batch_since.elapsed() >= BATCH_TIME)
            {
                self.batch_bytes = 0;
                return Some(LogUpdate::Lines(std::mem::take(&mut self.batch)));
            }
            match &mut self.state {
                State::Over => return None,
                State::Waiting(until) => {
                    sleep_until(*until).await;
                    let (lease, rest) = (self.lease.clone(), self.request());
                    self.state =
                        State::Opening(Box::pin(
                            async move { lease.open(Scope::Logs, &rest).await },
                        ));
                }
                State::Opening(opening) => match opening.await {
                    Ok((outbox, frames)) => {
                        self.begin(outbox, frames);
                        return Some(LogUpdate::Open);
                    }
                    Err(error) => return Some(self.failed(error)),
                },
                State::Open(_) => {
                    if let Some(update) = self.step().await {
                        return Some(update);
                    }
                }
            }
        }
    }

    /// Opens the stream anew as soon as it is asked for its next update, to see pods that were added. Nothing is lost.
    pub fn refresh(&mut self) {
        if matches!(self.state, State::Open(_) | State::Waiting(_)) {
            self.interrupt();
            self.state = State::Waiting(Instant::now());
        }
    }

    /// How many messages came that are no lines of a log.
    pub fn unreadable(&self) -> u64 {
        self.unreadable
    }

    fn request(&self) -> String {
        let tail = match self.asked {
            Asked::Tail(lines) => lines.to_string(),
            Asked::Whole => "-1".to_owned(),
            Asked::NewOnly => "0".to_owned(),
        };
        format!(
            "logs?follow={}&tail={tail}{}",
            self.options.follow,
            self.only()
        )
    }

    fn only(&self) -> String {
        if self.options.only.is_empty() {
            return String::new();
        }
        format!("&service={}", escape(&self.options.only.join(",")))
    }

    fn begin(&mut self, outbox: Outbox, frames: Frames) {
        for pod in self.pods.values_mut() {
            pod.begin(self.asked);
        }
        let since = Instant::now();
        self.next_probe = since + self.options.look_for_pods;
        self.state = State::Open(Open {
            frames,
            outbox,
            since,
            began: self.lease.now(),
            news: false,
        });
    }

    fn failed(&mut self, error: ConnectError) -> LogUpdate {
        let no_lease = matches!(error, ConnectError::Refused(Refusal::NoLease));
        self.missing += u32::from(no_lease);
        let again = error.may_pass() || (no_lease && self.missing < MISSING_LEASE_TRIES);
        let retry = again.then(|| self.backoff.next());
        self.state = retry.map_or(State::Over, |wait| State::Waiting(Instant::now() + wait));
        LogUpdate::Failed { error, retry }
    }

    /// Waits for the next thing to happen on an open stream.
    async fn step(&mut self) -> Option<LogUpdate> {
        let State::Open(open) = &mut self.state else {
            return None;
        };
        let due = self.pods.values().filter_map(Pod::due).min();
        let wake = [
            (!self.batch.is_empty()).then(|| self.batch_since + BATCH_TIME),
            due,
            (self.options.follow && self.probe.is_none()).then_some(self.next_probe),
        ];
        let wake = wake.into_iter().flatten().min();
        let probe = async {
            match &mut self.probe {
                Some(probe) => probe.await,
                None => std::future::pending().await,
            }
        };
        let sleep = async {
            match wake {
                Some(at) => sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            frame = open.frames.next() => match frame {
                Ok(frame) => self.take(&frame),
                Err(end) => return self.ended(end),
            },
            seen = probe => {
                self.probe = None;
                self.next_probe = Instant::now() + self.options.look_for_pods;
                self.compare(&seen);
            }
            () = sleep => self.wake(),
        }
        // A stream that never pauses must not keep the others waiting.
        if due.is_some_and(|due| due <= Instant::now()) {
            self.wake();
        }
        None
    }

    fn take(&mut self, frame: &Frame) {
        let raw = match frame {
            Frame::Text(text) => serde_json::from_str::<Raw<'_>>(text.as_str()).ok(),
            Frame::Binary(_) => None,
        };
        let (Some(raw), State::Open(open)) = (raw, &mut self.state) else {
            self.unreadable = self.unreadable.saturating_add(1);
            return;
        };
        // A name that nobody could read is shortened; two that are alike then share a log.
        let name = raw.name.get(..boundary(&raw.name, 256)).unwrap_or_default();
        if !self.pods.contains_key(name) {
            if self.pods.len() >= MAX_PODS {
                self.pods.clear();
            }
            let pod = Pod::new(self.directory.find(name));
            self.pods.insert(pod.identity.pod.clone(), pod);
        }
        let Some(pod) = self.pods.get_mut(name) else {
            return;
        };
        self.missing = 0;
        let mark = raw.mark();
        let (text, left_out) = raw.into_text();
        let fresh = open.since.elapsed() < Duration::from_secs(1);
        let line = LogLine {
            pod: pod.identity.pod.clone(),
            service: pod.identity.service.clone(),
            replica: pod.identity.replica,
            text,
            left_out,
            received: if fresh { open.began } else { self.lease.now() },
            gap: None,
        };
        if !fresh {
            pod.past_is_over(self.asked);
        }
        let name = pod.identity.pod.clone();
        if let Some(line) = pod.take(mark, line) {
            self.push(line);
        } else if pod.is_ripe(self.asked) {
            let verdict = pod.judge(self.asked, false);
            self.settle(&name, verdict);
        }
    }

    fn push(&mut self, line: LogLine) {
        if self.batch.is_empty() {
            self.batch_since = Instant::now();
        }
        self.batch_bytes += line.text.len() + size_of::<LogLine>();
        self.batch.push(line);
        self.barren = 0;
        if let State::Open(open) = &mut self.state {
            open.news = true;
        }
    }

    /// Does what was found about the lines of a pod that wait.
    fn settle(&mut self, name: &str, verdict: Verdict) {
        let Some(pod) = self.pods.get_mut(name) else {
            return;
        };
        let new = match verdict {
            Verdict::Wait => return,
            Verdict::Known(count) => pod.release(count, None),
            Verdict::New(gap) => pod.release(0, Some(gap)),
            Verdict::AskMore | Verdict::AskWhole => {
                let more = if verdict == Verdict::AskMore {
                    self.asked.more()
                } else {
                    Asked::Whole
                };
                self.interrupt();
                self.asked = more;
                self.state = State::Waiting(Instant::now());
                return;
            }
        };
        for line in new {
            self.push(line);
        }
    }

    /// Looks at the pods of which nothing came for a while, and for new ones.
    fn wake(&mut self) {
        let now = Instant::now();
        let due: Vec<Arc<str>> = self
            .pods
            .iter()
            .filter(|(_, pod)| pod.due().is_some_and(|due| due <= now))
            .map(|(name, _)| name.clone())
            .collect();
        for name in due {
            let Some(pod) = self.pods.get_mut(&name) else {
                continue;
            };
            let verdict = pod.judge(self.asked, true);
            if verdict == Verdict::Wait {
                // It lies within what is known: nothing new was said, or more comes later.
                pod.postpone();
            }
            self.settle(&name, verdict);
        }
        if let State::Open(open) = &self.state
            && open.since.elapsed() > Duration::from_secs(1)
        {
            for pod in self.pods.values_mut() {
                pod.past_is_over(self.asked);
            }
        }
        if self.options.follow && self.probe.is_none() && now >= self.next_probe {
            let lease = self.lease.clone();
            let rest = format!("logs?follow=false&tail=1{}", self.only());
            self.probe = Some(Box::pin(async move { probe(&lease, &rest).await }));
        }
    }

    /// Opens the stream again if there are pods that it does not show, or of which it shows no more.
    fn compare(&mut self, seen: &[(String, u64)]) {
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
    fn reopening(&self) -> Asked {
        match usual(self.options.tail) {
            Asked::Tail(lines) => Asked::Tail(lines.min(super::pod::MEMORY)),
            _ => Asked::Tail(super::pod::MEMORY),
        }
    }

    /// The stream is given up. Lines that wait are taken where that is safe, and else come again.
    fn interrupt(&mut self) {
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

    fn ended(&mut self, end: End) -> Option<LogUpdate> {
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
async fn probe(lease: &Lease, rest: &str) -> Vec<(String, u64)> {
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
