//! Looking at a deployment with leases, or with one on its way.

use std::sync::Arc;

use super::{
    probe,
    reading::{read, settings},
};
use crate::{
    derive::leases::standing,
    outside::on_this_computer,
    record::{
        Event, Phase, Problem, Record, ServiceSeen, TimelineEntry, problem::ProblemKind, seconds,
    },
    state::{Session, core::Core},
    view::Tone,
};

/// A lease that is not there this long after sending was not taken: a transaction lives 30 s, the Console answers within 100.
const LEASE_AFTER: i64 = 130;

/// A lease whose answer was lost.
pub(super) async fn settle(
    core: &Arc<Core>,
    session: &Session,
    record: &Record,
) -> Result<(), Problem> {
    // What this run sent says itself what came of it. A slow look must not keep the person from closing it.
    if core.is_busy(record.id)
        || read(core, session, record).await?.is_none()
        || core.is_busy(record.id)
    {
        return Ok(());
    }
    let now = core.now_of(session);
    core.change(record.id, |record, happened| {
        let late = record
            .intent
            .as_ref()
            .is_some_and(|intent| core.age(session, intent) >= LEASE_AFTER);
        if record.phase == Phase::Leasing && late {
            record.intent = None;
            record.problem = Some(Problem::new(ProblemKind::LeaseNotStarted));
            record.enter(Phase::Choosing, now);
            happened.push(TimelineEntry::new(
                now,
                Tone::Attention,
                Event::LeaseNotStarted,
            ));
        }
        Ok(())
    })
    .await
}

/// A deployment whose leases stand.
pub(super) async fn look(
    core: &Arc<Core>,
    session: &Session,
    record: &Record,
) -> Result<(), Problem> {
    if read(core, session, record).await?.is_none() {
        return Ok(());
    }
    let record = core.record(record.id).await?;
    if record.phase != Phase::Up {
        return Ok(());
    }
    if record.acts_alone() && record.run.delivered.is_none() {
        return deliver(core, session, &record).await;
    }
    settings(core, session, &record).await?;
    if record.run.services.iter().any(ServiceSeen::is_ready) {
        let local = on_this_computer(&session.console);
        let answers = probe::ask(&record.run.places, local).await;
        let now = core.now_of(session);
        let news = core
            .change(record.id, |record, happened| {
                let mut heard = record.hear_probe(&answers, now);
                happened.append(&mut heard.happened);
                Ok(heard.news)
            })
            .await?;
        core.tell(record.id, &news).await;
    }
    Ok(())
}

/// Sends the manifest again, by itself, for as long as the lease stands.
async fn deliver(core: &Arc<Core>, session: &Session, record: &Record) -> Result<(), Problem> {
    let leased = record.run.leased.unwrap_or(record.since);
    // 5, 10, 20, 40 and then every 60 chain seconds after the lease, counted by tries.
    let wait = 5i64 << record.run.refused.min(4);
    let due = (0..record.run.refused)
        .map(|n| (5i64 << n.min(4)).min(60))
        .sum::<i64>()
        + wait.min(60);
    if seconds(leased, core.now_of(session)) < due {
        return Ok(());
    }
    let (Some(busy), Some(dseq)) = (core.lock_for_poller(record.id), record.dseq) else {
        return Ok(());
    };
    let manifest = core.manifest(record.id).await?;
    core.send_lease(
        session.clone(),
        busy,
        record.id,
        dseq,
        standing(record),
        manifest,
    )
    .await;
    Ok(())
}

/// Closes again, until it is seen closed.
pub(super) async fn close(
    core: &Arc<Core>,
    session: &Session,
    record: &Record,
) -> Result<(), Problem> {
    let (Some(busy), Some(dseq)) = (core.lock_for_poller(record.id), record.dseq) else {
        return Ok(());
    };
    let closed = core.send_close(session, record.id, dseq).await;
    drop(busy);
    closed?;
    core.take_place(record.id).await
}
