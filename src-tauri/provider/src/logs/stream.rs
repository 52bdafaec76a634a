//! Following the logs of a lease.

mod reopen;

use std::{collections::HashMap, sync::Arc, time::Duration};

use tokio::time::{Instant, sleep_until};

use super::{
    line::{LogLine, Raw},
    names::Directory,
    options::{LogOptions, LogUpdate, Tail},
    pod::{Asked, Pod, Verdict},
};
use crate::{
    BoxFuture, ConnectError, Lease, Scope,
    backoff::Backoff,
    connect::escape,
    error::beginning,
    socket::{Frame, Frames, Outbox},
};

/// Lines are given out at least so often while there are any.
const BATCH_TIME: Duration = Duration::from_millis(40);
/// At most so many lines, and so many bytes, are given out at once.
const BATCH_LINES: usize = 4_096;
const BATCH_BYTES: usize = 1 << 20;
/// How many pods are told apart.
const MAX_PODS: usize = 256;

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
            if self.pods.values().any(Pod::is_known) {
                self.asked = self.reopening();
            }
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
        let name = beginning(&raw.name, 256);
        if !self.pods.contains_key(name) {
            if self.pods.len() >= MAX_PODS {
                self.pods.clear();
            }
            let pod = Pod::new(self.directory.find(name), self.asked);
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
            self.probe = Some(Box::pin(async move { reopen::probe(&lease, &rest).await }));
        }
    }
}
