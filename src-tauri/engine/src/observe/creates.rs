//! A create whose answer was lost: what stands on the account says what became of it.

use std::{collections::HashSet, sync::Arc};

use akash_sdl::Derivation;

use super::account::{add_found, standing_list};
use crate::{
    derive::created::{Created, judge},
    record::{Event, Phase, Problem, Record, TimelineEntry, What, problem::ProblemKind, seconds},
    state::{Session, core::Core},
    view::Tone,
};

/// "It does not exist" means absent in two list reads at least this long after sending, seconds of the machine.
const ABSENT_AFTER: i64 = 180;
/// What was made this long ago, chain seconds, the Console may have closed by now: it does so with what nobody leased.
const CLEANED_AFTER: i64 = 600;

/// A create whose answer was lost.
pub(super) async fn settle(
    core: &Arc<Core>,
    session: &Session,
    record: &Record,
) -> Result<(), Problem> {
    let Some(busy) = core.lock_for_poller(record.id) else {
        return Ok(());
    };
    if !matches!(
        record.intent.as_ref().map(|intent| &intent.what),
        Some(What::Create { .. })
    ) {
        return Ok(());
    }
    let now = core.now_of(session);
    if record.phase == Phase::Creating {
        core.change(record.id, |record, happened| {
            record.enter(Phase::Unclear, now);
            happened.push(TimelineEntry::new(
                now,
                Tone::Attention,
                Event::QuitWhileCreating,
            ));
            Ok(())
        })
        .await?;
    }
    let Some(list) = standing_list(core, session).await else {
        return Ok(());
    };
    // One that was found meanwhile and taken for made elsewhere may still be this one.
    let ours: HashSet<u64> = core
        .journal
        .our_dseqs(session.account.clone())
        .await?
        .into_iter()
        .collect();
    let sdl = core
        .journal
        .texts(record.id)
        .await?
        .0
        .and_then(|text| akash_sdl::check(&text).sdl);
    let derived: Vec<_> = sdl
        .iter()
        .flat_map(|sdl| {
            [Derivation::Alpha40, Derivation::Alpha39, Derivation::Next].map(|d| sdl.derive(d))
        })
        .collect();
    let moment = core.moment_of(session);
    match judge(record, &list, &ours, &derived) {
        Created::This { detail, derived } => {
            core.journal
                .keep_manifest(record.id, derived.manifest.clone())
                .await?;
            core.drop_found(&session.account, detail.id.dseq.get())
                .await?;
            core.change(record.id, |record, happened| {
                record.dseq = Some(detail.id.dseq.get());
                record.intent = None;
                record.problem = None;
                record.asked = Some(moment.now);
                record.enter(Phase::Choosing, moment.now);
                happened.push(TimelineEntry::new(
                    moment.now,
                    Tone::Good,
                    Event::CreateFound,
                ));
                let mut heard = record.hear_detail(detail, &moment);
                happened.append(&mut heard.happened);
                Ok(())
            })
            .await?;
        }
        Created::Nothing => absent(core, session, record).await?,
        Created::Unclear(fresh) => {
            let several = fresh.len() > 1;
            core.change(record.id, |record, _| {
                if let Some(intent) = &mut record.intent
                    && let What::Create { seen, .. } = &mut intent.what
                {
                    *seen = true;
                }
                record.problem = Some(Problem::new(ProblemKind::CreateUnclear { several }));
                Ok(())
            })
            .await?;
            add_found(core, session, &fresh).await?;
        }
    }
    drop(busy);
    Ok(())
}

async fn absent(core: &Arc<Core>, session: &Session, record: &Record) -> Result<(), Problem> {
    let old = record
        .intent
        .as_ref()
        .is_some_and(|intent| core.age(session, intent) >= ABSENT_AFTER);
    if !old || !core.owns(session).await {
        return Ok(());
    }
    let now = core.now_of(session);
    core.change(record.id, |record, happened| {
        let Some(intent) = &mut record.intent else {
            return Ok(());
        };
        let unseen = intent.at.is_none_or(|at| seconds(at, now) >= CLEANED_AFTER);
        if let What::Create { absent, .. } = &mut intent.what {
            *absent = absent.saturating_add(1);
            if *absent >= 2 {
                record.intent = None;
                record.problem = None;
                record.unseen = unseen;
                record.enter(Phase::NotSent, now);
                let event = Event::NotCreated { unseen };
                happened.push(TimelineEntry::new(now, Tone::Attention, event));
            }
        }
        Ok(())
    })
    .await
}
