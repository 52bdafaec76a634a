//! Looking at a deployment that waits for bids.

use std::sync::Arc;

use akash_console::Dseq;

use super::reading::{note_deposit, read};
use crate::{
    derive::bids::no_bids,
    record::{Phase, Problem, Record, seconds, timeline::Closer},
    state::{Session, core::Core},
};

/// Aloft closes its own lapsed deployments after this long, chain seconds.
const LAPSED_FOR: i64 = 600;

/// Reads its bids, and does what is due: a rule takes one, a lapsed one is closed.
pub(super) async fn look(
    core: &Arc<Core>,
    session: &Session,
    record: &Record,
) -> Result<(), Problem> {
    let Some(dseq) = record.dseq else {
        return Ok(());
    };
    // The Console closes lease-less deployments after ten minutes, and another program may lease: the detail says so.
    let look = record.escrow.is_none()
        || seconds(record.since, core.now_of(session)) % 30 < 4
        || record.phase == Phase::Lapsed;
    if look {
        read(core, session, record).await?;
        note_deposit(core, session, record).await?;
    }
    let Some(bids) = core.answer(session.client.bids(Dseq::new(dseq)).await) else {
        return Ok(());
    };
    let moment = core.moment_of(session);
    let (news, lapsed) = core
        .change(record.id, |record, happened| {
            let mut heard = record.hear_bids(&bids, &moment);
            happened.append(&mut heard.happened);
            let lapsed = record.acts_alone()
                && record.phase == Phase::Lapsed
                && seconds(record.since, moment.now) >= LAPSED_FOR;
            Ok((heard.news, lapsed))
        })
        .await?;
    core.tell(record.id, &news).await;
    core.follow_rule(session, record.id).await?;
    if record.ours && no_bids(&core.record(record.id).await?, moment.now) {
        core.screen_record(session, record.id).await?;
    }
    // Only what was just seen to hold no lease is closed unasked.
    if lapsed
        && core.state().settings.close_lapsed
        && read(core, session, record)
            .await?
            .is_some_and(|detail| detail.leases.is_empty())
    {
        core.close(record.id, Closer::Lapsed).await?;
    }
    Ok(())
}
