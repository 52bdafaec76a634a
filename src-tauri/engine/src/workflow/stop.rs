//! Having a deployment stop by itself.

use std::sync::Arc;

use akash_console::{Dseq, Runtime};
use jiff::Timestamp;
use uuid::Uuid;

use super::funds::settled;
use crate::{
    record::{
        Event, Keeper, Outcome, Problem, Record, Stop, TimelineEntry, What,
        problem::{Doing, Fault, Input, OnDisk, Ours, Refusal},
        seconds,
        stop::after,
    },
    state::{Session, core::Core, funding::Funding},
    view::Tone,
};

/// Whether the Console closes it by itself.
fn kept_by_console(record: &Record) -> bool {
    record
        .stop
        .is_some_and(|stop| stop.keeper == Keeper::Console)
}

/// `more` hours after its end, or after now where it has none.
fn later(record: &Record, more: u32, now: Timestamp) -> Result<Stop, Problem> {
    if !(1..=Stop::MOST_AT_ONCE).contains(&more) {
        return Err(Input::Hours.into());
    }
    let (hours, at) = match (record.stop, record.run.leased) {
        (Some(stop), _) => (
            stop.hours.saturating_add(more),
            stop.at.and_then(|at| after(at, more)),
        ),
        (None, Some(leased)) => {
            let ran = seconds(leased, now).max(0).unsigned_abs().div_ceil(3_600);
            let ran = u32::try_from(ran).unwrap_or(u32::MAX);
            (ran.saturating_add(more), after(now, more))
        }
        (None, None) => (more, None),
    };
    if hours > Stop::MOST {
        return Err(Input::Hours.into());
    }
    let asked = Stop::asked(hours);
    Ok(Stop { at, ..asked })
}

impl Core {
    /// Has a deployment stop by itself `more` hours after its end so far, or after now where it has none; `None`: it runs until somebody
    /// closes it. Where the Console knows such limits, it keeps them, also while Aloft is closed; else Aloft does.
    ///
    /// # Errors
    /// When the Console has a limit and does not change it. An unclear outcome is read back.
    pub(crate) async fn set_stop(
        self: &Arc<Self>,
        id: Uuid,
        more: Option<u32>,
    ) -> Result<(), Problem> {
        let session = self.session_of(id).await?;
        let busy = self.lock_deployment(id).ok_or_else(Self::locked_already)?;
        self.still(&session)?;
        let now = self.now_of(&session);
        let asks = matches!(self.state().market.funding, Funding::Fixed(_));
        let changed = self.change(id, |record, happened| {
            let dseq = record
                .dseq
                .filter(|_| record.ours && !record.phase.is_over());
            let dseq = dseq.ok_or(Refusal::NotOurs(Ours::Stop))?;
            let stop = more.map(|more| later(record, more, now)).transpose()?;
            let changing = |what: &What| matches!(what, What::Stop { .. });
            record.intent.take_if(|intent| changing(&intent.what));
            settled(record)?;
            if asks || kept_by_console(record) {
                record.intent = Some(self.sent(&session, What::Stop { stop }));
                return Ok(Some((dseq, stop)));
            }
            kept_here(record, stop, now, happened);
            Ok(None)
        });
        let Some((dseq, stop)) = changed.await.map_err(Problem::unsent)? else {
            return Ok(());
        };
        let core = Arc::clone(self);
        // Whoever asked may go away; what was sent is written down all the same.
        let task = tokio::spawn(async move {
            let hours = stop.map(|stop| stop.hours);
            let answer = session
                .client
                .set_runtime_limit(Dseq::new(dseq), hours)
                .await;
            let result = match answer {
                Ok(set) => core
                    .stop_is(&session, id, set.runtime, true, None)
                    .await
                    .map_err(|error| error.done(OnDisk::Switched)),
                Err(error) => {
                    let said = Problem::call(&error, Doing::Setting);
                    core.stop_failed(&session, id, said).await
                }
            };
            drop(busy);
            result
        });
        task.await.unwrap_or_else(|_| Err(Fault::Task.into()))
    }

    /// What a refusal leaves: a limit that the Console keeps is as it was, any other is kept here.
    async fn stop_failed(&self, session: &Session, id: Uuid, said: Problem) -> Result<(), Problem> {
        if said.outcome != Outcome::No {
            return Err(said);
        }
        let now = self.now_of(session);
        self.change(id, |record, happened| {
            let changing = |what: &What| matches!(what, What::Stop { .. });
            let intent = record.intent.take_if(|intent| changing(&intent.what));
            let Some(What::Stop { stop }) = intent.map(|intent| intent.what) else {
                return Ok(Ok(()));
            };
            if kept_by_console(record) {
                return Ok(Err(said));
            }
            kept_here(record, stop, now, happened);
            Ok(Ok(()))
        })
        .await?
    }

    /// What the Console says of a deployment's end was read; a change that was under way is settled by that, or once it is `late`. With
    /// `before` only if nobody changed it since that was read.
    pub(crate) async fn stop_is(
        &self,
        session: &Session,
        id: Uuid,
        runtime: Option<Runtime>,
        late: bool,
        before: Option<&Record>,
    ) -> Result<(), Problem> {
        let now = self.now_of(session);
        self.change(id, |record, happened| {
            let same =
                |before: &Record| (&record.intent, record.stop) == (&before.intent, before.stop);
            if !before.is_none_or(same) {
                return Ok(());
            }
            let wanted = match record.intent.as_ref().map(|intent| &intent.what) {
                Some(What::Stop { stop }) => *stop,
                _ => {
                    record.hear_runtime(runtime);
                    return Ok(());
                }
            };
            let hours = wanted.map(|stop| stop.hours);
            if runtime.is_some_and(|runtime| runtime.limit_hours == hours) {
                record.intent = None;
                record.stop = wanted;
                record.hear_runtime(runtime);
                let event = Event::StopSet(hours);
                happened.push(TimelineEntry::new(now, Tone::Quiet, event));
            } else if late || runtime.is_none() {
                record.intent = None;
                if kept_by_console(record) {
                    record.hear_runtime(runtime);
                    let event = Event::StopNotSet;
                    happened.push(TimelineEntry::new(now, Tone::Attention, event));
                } else {
                    kept_here(record, wanted, now, happened);
                }
            }
            Ok(())
        })
        .await
    }
}

/// Aloft sees to the end itself.
fn kept_here(
    record: &mut Record,
    stop: Option<Stop>,
    now: Timestamp,
    happened: &mut Vec<TimelineEntry>,
) {
    let stop = stop.map(|stop| Stop {
        keeper: Keeper::Aloft,
        ..stop
    });
    if record.stop != stop {
        record.stop = stop;
        let event = Event::StopSet(stop.map(|stop| stop.hours));
        happened.push(TimelineEntry::new(now, Tone::Quiet, event));
    }
}
