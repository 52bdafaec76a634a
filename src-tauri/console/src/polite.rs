//! Not asking too often: how long to wait before asking again, and how many at a time.

use std::{
    sync::Mutex,
    time::{Duration, Instant},
};

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::{
    Kind, Outcome,
    call::{Call, Op},
    error::Report,
};

/// The longest that a call waits by itself because a server asked it to.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long everything pauses after "too many requests" that does not say how long.
const PAUSE: Duration = Duration::from_secs(5);
/// The longest that a server can make everything pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(120);

/// The waits between one call's attempts.
pub(crate) struct Pauses {
    op: Op,
    failures: ExponentialBackoff,
    provisioning: ExponentialBackoff,
}

impl Pauses {
    pub(crate) fn of(call: &Call) -> Self {
        let failures = ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(300))
            .with_max_delay(Duration::from_secs(5))
            .with_max_times(2)
            .with_jitter();
        // As the web Console does.
        let provisioning = ExponentialBuilder::default()
            .with_min_delay(Duration::from_secs(1))
            .with_max_delay(Duration::from_secs(10))
            .with_max_times(15);
        Self {
            op: call.op,
            failures: failures.build(),
            provisioning: provisioning.build(),
        }
    }

    /// How long to wait before asking again, or `None` when that would not help or not be safe.
    pub(crate) fn next(&mut self, report: &Report) -> Option<Duration> {
        // The server did nothing and says that this passes by itself.
        match report.kind {
            Kind::Provisioning if report.outcome == Outcome::No => {
                return self.provisioning.next();
            }
            Kind::TopUpPending { retry_after } if report.outcome == Outcome::No => {
                let wait = self.provisioning.next()?;
                return Some(retry_after.map_or(wait, |after| after.clamp(wait, PATIENCE)));
            }
            _ => {}
        }
        // A lease is safe to ask for again, but an older server answers that with an error that
        // hides the lease there is: whoever asks has to look first.
        if !matches!(self.op, Op::Read | Op::Set | Op::Update | Op::Close) {
            return None;
        }
        match report.kind {
            Kind::ServerDown | Kind::ConnectionLost => self.failures.next(),
            Kind::CdnPage if report.status.is_some_and(|status| status >= 500) => {
                self.failures.next()
            }
            Kind::RateLimited { retry_after: None } => self.failures.next().map(|_| PAUSE),
            Kind::RateLimited {
                retry_after: Some(after),
            } if after <= PATIENCE => self.failures.next().map(|_| after),
            _ => None,
        }
    }
}

/// Holds reads back: a few at a time, and none while a server asks for a pause. What a person asked
/// to be done is never held back.
pub(crate) struct Limiter {
    quick: Semaphore,
    /// Apart, so that dark providers can't keep all other reads waiting. Most of these wait at the server, for a minute where a provider is
    /// dark, so there are more places than for quick ones.
    slow: Semaphore,
    until: Mutex<Option<Instant>>,
}

impl Default for Limiter {
    fn default() -> Self {
        Self {
            quick: Semaphore::new(4),
            slow: Semaphore::new(24),
            until: Mutex::default(),
        }
    }
}

impl Limiter {
    /// Waits for the call's turn.
    pub(crate) async fn enter(
        &self,
        call: &Call,
        deadline: Instant,
    ) -> Result<Option<SemaphorePermit<'_>>, Box<Report>> {
        if call.op != Op::Read {
            return Ok(None);
        }
        let late = || {
            let cause = Some("waited for earlier requests".to_owned());
            Box::new(Report {
                cause,
                ..Report::of(call, Kind::TimedOut, Outcome::No)
            })
        };
        let line = if call.is_slow() {
            &self.slow
        } else {
            &self.quick
        };
        let permit = tokio::time::timeout_at(deadline.into(), line.acquire()).await;
        let permit = permit.map_err(|_| late())?.map_err(|_| late())?;
        if let Some(until) = self.until().filter(|until| *until > Instant::now()) {
            if until >= deadline {
                let retry_after = Some(until.saturating_duration_since(Instant::now()));
                let kind = Kind::RateLimited { retry_after };
                return Err(Report::of(call, kind, Outcome::No).into());
            }
            tokio::time::sleep_until(until.into()).await;
        }
        Ok(Some(permit))
    }

    /// Until when the server last asked everything to pause.
    pub(crate) fn until(&self) -> Option<Instant> {
        self.until.lock().ok().and_then(|until| *until)
    }

    /// The server asked for a pause.
    pub(crate) fn slow_down(&self, retry_after: Option<Duration>) {
        let pause = retry_after.unwrap_or(PAUSE).min(LONGEST_PAUSE);
        if let Ok(mut until) = self.until.lock() {
            let new = Instant::now() + pause;
            *until = Some(until.map_or(new, |old| old.max(new)));
        }
    }
}
