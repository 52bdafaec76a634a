//! What is known of the log of one pod.

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

use super::{
    align::{Found, align},
    line::{Gap, LogLine},
    names::Identity,
};

/// How many of the last lines are remembered, by a mark of eight bytes each.
pub(crate) const MEMORY: usize = 4_096;
/// After a cut, a pod of which nothing came for so long has said all that it will for now.
pub(crate) const QUIET: Duration = Duration::from_secs(3);
/// Lines that wait to be compared take at most so many bytes in all.
const MAX_WAITING: usize = 16 << 20;
/// How many of the first lines are remembered, to know a log again.
const FIRST: usize = 16;
/// After so many quiet times, lines that tell nothing count as those of a container that says the same again.
const PATIENCE: u32 = 3;

/// How a stream was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// With this many of the last lines.
    Tail(usize),
    /// With all lines.
    Whole,
    /// With new lines only.
    NewOnly,
}

impl Asked {
    /// The next more thorough way to ask.
    pub(crate) fn more(self) -> Self {
        match self {
            Self::Tail(lines) if lines < 10_000 => Self::Tail(lines.saturating_mul(8)),
            _ => Self::Whole,
        }
    }

    fn lines(self) -> usize {
        match self {
            Self::Tail(lines) => lines,
            Self::Whole => usize::MAX,
            Self::NewOnly => 0,
        }
    }
}

/// What is to be done about the lines that wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// More has to come.
    Wait,
    /// So many are known; the others are new.
    Known(usize),
    /// More of the past is needed to tell.
    AskMore,
    /// The whole log is needed to tell.
    AskWhole,
    /// All are new, and something may lie before them.
    New(Gap),
}

/// The log of one pod.
#[derive(Debug)]
pub(crate) struct Pod {
    pub(crate) identity: Identity,
    /// Marks of the last lines.
    known: VecDeque<u64>,
    /// How many lines there were: since the log began, if that is known, else since the first stream.
    count: usize,
    /// Whether `count` began with the log itself. `None` while it cannot be told.
    from_start: Option<bool>,
    /// Whether what comes has to be compared first.
    comparing: bool,
    waiting: Vec<(u64, LogLine)>,
    waiting_bytes: usize,
    last: Instant,
    /// Marks of the first lines of the log, if it was read from its start.
    first: Vec<u64>,
    /// How many streams in a row ended before it could be told what is new.
    pub(crate) tries: u32,
    /// How often in a row the lines that wait told nothing.
    postponed: u32,
    /// With how many waiting lines to look again.
    look_at: usize,
    /// Whether lines may be left out before the next one.
    skipped: bool,
    /// Goes before the next line.
    gap: Option<Gap>,
}

impl Pod {
    /// A pod that is seen for the first time, on a stream that was asked for so.
    pub(crate) fn new(identity: Identity, asked: Asked) -> Self {
        Self {
            identity,
            known: VecDeque::new(),
            count: 0,
            from_start: (asked == Asked::Whole).then_some(true),
            comparing: false,
            waiting: Vec::new(),
            waiting_bytes: 0,
            last: Instant::now(),
            first: Vec::new(),
            tries: 0,
            postponed: 0,
            look_at: 0,
            skipped: false,
            gap: None,
        }
    }

    /// A new stream begins.
    pub(crate) fn begin(&mut self, asked: Asked) {
        self.drop_waiting();
        self.last = Instant::now();
        self.look_at = 0;
        self.postponed = 0;
        self.comparing = asked != Asked::NewOnly && !self.known.is_empty();
        self.skipped = asked == Asked::NewOnly;
    }

    /// Whether a line is among the last that are known, or lines come just now.
    pub(crate) fn is_up_to(&self, mark: u64) -> bool {
        self.last.elapsed() < QUIET
            || self.is_waiting()
            || self
                .known
                .iter()
                .rev()
                .take(256)
                .any(|known| *known == mark)
    }

    /// A line came. Gives it back if it is new, and keeps it if that cannot be told yet.
    pub(crate) fn take(&mut self, mark: u64, mut line: LogLine) -> Option<LogLine> {
        self.last = Instant::now();
        self.postponed = 0;
        if self.comparing {
            self.waiting_bytes += line.text.len() + size_of::<LogLine>();
            self.waiting.push((mark, line));
            return None;
        }
        if std::mem::take(&mut self.skipped) {
            // What was said meanwhile did not come: what is known so far is not followed by this.
            self.known.clear();
            self.from_start = Some(false);
            self.gap = Some(Gap::Missing);
        }
        self.remember(mark);
        line.gap = self.gap.take();
        Some(line)
    }

    fn remember(&mut self, mark: u64) {
        if self.known.len() >= MEMORY {
            self.known.pop_front();
        }
        self.known.push_back(mark);
        if self.first.len() < FIRST && self.count == self.first.len() {
            self.first.push(mark);
        }
        self.count = self.count.saturating_add(1);
    }

    /// The stream has been open for a while, or ended: what had to come of the past has come.
    pub(crate) fn past_is_over(&mut self, asked: Asked) {
        if self.from_start.is_none() {
            self.from_start = Some(self.count < asked.lines());
        }
    }

    /// Whether some of its lines are known.
    pub(crate) fn is_known(&self) -> bool {
        !self.known.is_empty()
    }

    /// Whether lines wait.
    pub(crate) fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// When the lines that wait have to be looked at, if none comes.
    pub(crate) fn due(&self) -> Option<Instant> {
        self.is_waiting().then(|| self.last + QUIET)
    }

    /// Whether it makes sense to look: looking takes time that grows with the lines.
    pub(crate) fn is_ripe(&mut self, asked: Asked) -> bool {
        let lines = self.waiting.len();
        let ripe = self.waiting_bytes > MAX_WAITING
            || (lines >= self.expected(asked) && lines >= self.look_at);
        if ripe {
            self.look_at = lines + lines / 4 + 1;
        }
        ripe
    }

    /// How many lines come at least, if the log is still the same.
    fn expected(&self, asked: Asked) -> usize {
        asked.lines().min(self.count)
    }

    /// What to do about the lines that wait. `quiet` means that no more will come for now.
    pub(crate) fn judge(&self, asked: Asked, quiet: bool) -> Verdict {
        let came: Vec<u64> = self.waiting.iter().map(|(mark, _)| *mark).collect();
        let (tail, expected) = (asked.lines(), self.expected(asked));
        let too_much = self.waiting_bytes > MAX_WAITING;
        let quiet = quiet || too_much;
        if came.is_empty() || (came.len() < expected && !quiet) {
            return Verdict::Wait;
        }
        let from_start = self.from_start == Some(true);
        let known: Vec<u64> = self.known.iter().copied().collect();
        // Where both begin with the log, counting is exact, whatever repeats.
        let all_came = asked == Asked::Whole || (quiet && came.len() < tail);
        let counted = came.get(self.count.saturating_sub(known.len())..self.count);
        if from_start && all_came && counted == Some(known.as_slice()) {
            return Verdict::Known(self.count);
        }
        let older = known.len() < tail && (!from_start || asked == Asked::Whole);
        // The beginning of the same log: the rest is still to come.
        let begins_alike = from_start
            && asked == Asked::Whole
            && came
                .iter()
                .zip(&self.first)
                .all(|(came, first)| came == first)
            && came.len() >= self.first.len();
        match align(&known, &came, older) {
            Found::Once(count) => Verdict::Known(count),
            Found::Often(_) if from_start && came.len() < tail && !quiet => Verdict::Wait,
            // Only the whole log can be counted.
            Found::Often(_) if from_start && asked != Asked::Whole && came.len() >= tail => {
                Verdict::AskWhole
            }
            Found::Often(count) => Verdict::Known(count),
            Found::Within if too_much => Verdict::New(Gap::Missing),
            Found::Within if self.postponed >= PATIENCE => Verdict::New(Gap::Restarted),
            Found::Within => Verdict::Wait,
            Found::Nowhere
                if begins_alike && came.len() < expected && self.postponed < PATIENCE =>
            {
                Verdict::Wait
            }
            Found::Nowhere if came.len() < expected => Verdict::New(Gap::Restarted),
            Found::Nowhere if asked != Asked::Whole => Verdict::AskMore,
            Found::Nowhere if from_start => Verdict::New(Gap::Restarted),
            Found::Nowhere => Verdict::New(Gap::Missing),
        }
    }

    /// Whether the lines that came before a cut are surely known up to a place: then nothing has to come again.
    pub(crate) fn judge_cut(&self, asked: Asked) -> Verdict {
        match self.judge(asked, false) {
            Verdict::Wait if !self.waiting.is_empty() => {
                let came: Vec<u64> = self.waiting.iter().map(|(mark, _)| *mark).collect();
                let known: Vec<u64> = self.known.iter().copied().collect();
                match align(&known, &came, false) {
                    Found::Once(count) if count >= 8 => Verdict::Known(count),
                    _ => Verdict::Wait,
                }
            }
            other => other,
        }
    }

    /// The lines that waited and are new, when the first `known` are not.
    pub(crate) fn release(&mut self, known: usize, gap: Option<Gap>) -> Vec<LogLine> {
        let waiting = std::mem::take(&mut self.waiting);
        self.waiting_bytes = 0;
        self.comparing = false;
        self.tries = 0;
        if gap.is_some() {
            self.known.clear();
            self.first.clear();
            self.count = 0;
            self.from_start = Some(gap == Some(Gap::Restarted));
            self.gap = gap;
        }
        let mut new = Vec::with_capacity(waiting.len().saturating_sub(known));
        for (mark, mut line) in waiting.into_iter().skip(known) {
            self.remember(mark);
            line.gap = self.gap.take();
            new.push(line);
        }
        new
    }

    /// Looks again after a while.
    pub(crate) fn postpone(&mut self) {
        self.last = Instant::now();
        self.postponed = self.postponed.saturating_add(1);
    }

    /// Forgets the lines that wait: they will come again.
    pub(crate) fn drop_waiting(&mut self) {
        self.waiting = Vec::new();
        self.waiting_bytes = 0;
    }
}
