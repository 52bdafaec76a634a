//! Reading one deployment, and what that settles of its money.

use std::sync::Arc;

use akash_console::{DeploymentDetail, Dseq, Kind};
use uuid::Uuid;

use crate::{
    record::{Event, Keeper, Problem, Record, TimelineEntry, What},
    state::{Session, core::Core, funding::Funding},
    view::{AccountKind, Tone},
};

/// Money that was set aside, or a switch, that did not arrive this long after sending did not happen, seconds of the machine: a transaction
/// lives 30 s, the Console answers within 100.
const SETTLED_AFTER: i64 = 130;

/// Reads a deployment and takes it in. `None`: no answer.
pub(super) async fn read(
    core: &Arc<Core>,
    session: &Session,
    record: &Record,
) -> Result<Option<DeploymentDetail>, Problem> {
    let Some(dseq) = record.dseq else {
        return Ok(None);
    };
    let Some(detail) = core.answer(session.client.deployment(Dseq::new(dseq)).await) else {
        return Ok(None);
    };
    let moment = core.moment_of(session);
    let news = core
        .change(record.id, |record, happened| {
            let mut heard = record.hear_detail(&detail, &moment);
            happened.append(&mut heard.happened);
            Ok(heard.news)
        })
        .await?;
    core.tell(record.id, &news).await;
    addition(core, session, record.id).await?;
    Ok(Some(detail))
}

/// An addition whose outcome is not known: what was read of the escrow says whether it arrived.
async fn addition(core: &Arc<Core>, session: &Session, id: Uuid) -> Result<(), Problem> {
    let adding = |record: &Record| match record.intent.as_ref().map(|intent| &intent.what) {
        Some(What::AddFunds { usd, before }) => Some((*usd, *before)),
        _ => None,
    };
    let open = {
        let state = core.state();
        // What this run sent says itself what came of it.
        !state.busy.contains(&id) && state.records.get(&id).and_then(adding).is_some()
    };
    if !open {
        return Ok(());
    }
    let moment = core.moment_of(session);
    core.change(id, |record, happened| {
        let (Some((usd, before)), Some(escrow)) = (adding(record), &record.escrow) else {
            return Ok(());
        };
        let more = record.put_in.saturating_sub(before);
        // Without a rate nothing can be concluded.
        let Some(more) = escrow.amount(more).usd(&moment.rates) else {
            return Ok(());
        };
        let late = record
            .intent
            .as_ref()
            .is_some_and(|intent| core.age(session, intent) >= SETTLED_AFTER);
        let (tone, event) = if more >= usd {
            (Tone::Good, Event::Added(usd))
        } else if late {
            (Tone::Attention, Event::NotAdded(usd))
        } else {
            return Ok(());
        };
        record.intent = None;
        record.adding = None;
        happened.push(TimelineEntry::new(moment.now, tone, event));
        Ok(())
    })
    .await
}

/// Reads what the Console does by itself for a deployment: whether it funds it and when it closes it, where that is not known or was being
/// changed.
pub(super) async fn settings(
    core: &Arc<Core>,
    session: &Session,
    record: &Record,
) -> Result<(), Problem> {
    let intent = record.intent.as_ref();
    let (switch, stop) = match intent.map(|intent| &intent.what) {
        Some(What::Funding { on }) => (Some(*on), false),
        Some(What::Stop { .. }) => (None, true),
        _ => (None, false),
    };
    let own = record.acts_alone();
    let funding_unknown = own
        && record.auto_funding.is_none()
        && !matches!(core.state().market.funding, Funding::Fixed(_))
        && session.kind != AccountKind::Trial
        && record.run.ready.is_some();
    let stop_unknown = own
        && record
            .stop
            .is_some_and(|stop| stop.keeper == Keeper::Unknown);
    let (funds, stops) = (switch.is_some() || funding_unknown, stop || stop_unknown);
    if !funds && !stops {
        return Ok(());
    }
    let Some(dseq) = record.dseq.filter(|_| !core.is_busy(record.id)) else {
        return Ok(());
    };
    let late = intent.is_some_and(|intent| core.age(session, intent) >= SETTLED_AFTER);
    let answer = match session.client.deployment_settings(Dseq::new(dseq)).await {
        // A newer Console sets nothing by being asked.
        Err(error) if error.kind() == Kind::NotFound && stops => {
            session
                .client
                .create_deployment_settings(Dseq::new(dseq))
                .await
        }
        answer => answer,
    };
    if funds {
        let on = match &answer {
            // A switch may still be on its way.
            Ok(set) if late || switch.is_none_or(|on| on == set.auto_top_up_enabled) => {
                Some(Some(set.auto_top_up_enabled))
            }
            Err(error) if late && error.kind() == Kind::NotFound => Some(None),
            Ok(_) | Err(_) => None,
        };
        if let Some(on) = on {
            core.funding_is(session, record.id, on, Some(record))
                .await?;
        }
    }
    if stops {
        let runtime = match &answer {
            Ok(set) => set.runtime,
            Err(error) if matches!(error.kind(), Kind::NotFound | Kind::Unsupported) => None,
            Err(_) => return Ok(()),
        };
        core.stop_is(session, record.id, runtime, late, Some(record))
            .await?;
    }
    Ok(())
}

/// Remembers an account whose Console sets aside what it thinks right.
pub(super) async fn note_deposit(
    core: &Arc<Core>,
    session: &Session,
    before: &Record,
) -> Result<(), Problem> {
    // What an imported record asked for is not what was sent from here.
    if before.escrow.is_some() || before.imported || session.note.deposit_ignored {
        return Ok(());
    }
    let record = core.record(before.id).await?;
    let (Some(asked), Some(escrow)) = (record.deposit, &record.escrow) else {
        return Ok(());
    };
    let rates = core.state().rates;
    if escrow
        .amount(record.put_in)
        .usd(&rates)
        .is_some_and(|held| held != asked)
    {
        core.change_note(session, |note| note.deposit_ignored = true)
            .await?;
    }
    Ok(())
}
