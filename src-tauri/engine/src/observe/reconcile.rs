//! What became of what was sent: the Console is asked, never guessed, and nothing that spends is sent again unprompted.

use std::{collections::HashSet, sync::Arc};

use akash_console::{DeploymentDetail, Dseq, Kind};
use akash_sdl::Derivation;
use uuid::Uuid;

use super::probe;
use crate::{
    derive::{bids::no_bids, leases::standing},
    journal::JournalError,
    outside::on_this_computer,
    record::{
        Event, Phase, Problem, Record, ServiceSeen, TimelineEntry, What, problem::ProblemKind,
        seconds, timeline::Closer,
    },
    state::{Session, core::Core, funding::Funding},
    view::{AccountKind, Tone},
};

/// "It does not exist" means absent in two list reads at least this long after sending, seconds of the machine.
const ABSENT_AFTER: i64 = 180;
/// What was made this long ago, chain seconds, the Console may have closed by now: it does so with what nobody leased.
const CLEANED_AFTER: i64 = 600;
/// A lease that is not there this long after sending was not taken: a transaction lives 30 s, the Console answers within 100.
const LEASE_AFTER: i64 = 130;
/// The same for money that was set aside, and for a switch.
const SETTLED_AFTER: i64 = LEASE_AFTER;
/// Aloft closes its own lapsed deployments after this long, chain seconds.
const LAPSED_FOR: i64 = 600;

/// All deployments of the account that stand. `None`: no answer, or one about another account.
async fn standing_list(core: &Core, session: &Session) -> Option<Vec<DeploymentDetail>> {
    let list = core.answer(session.client.deployments().await)?;
    let own = list.iter().all(|one| one.id.owner == session.address);
    if !own {
        tracing::error!("the Console listed deployments of another account");
    }
    own.then_some(list)
}

/// Reads all deployments: finds those made elsewhere.
pub(crate) async fn list(core: &Arc<Core>, session: &Session) {
    let Some(list) = standing_list(core, session).await else {
        return;
    };
    // While a create is open, what is new may be what it made; that is for `create` to say.
    let open: Vec<HashSet<u64>> = core
        .state()
        .living()
        .filter(|record| record.is_creating())
        .map(listed_before)
        .collect();
    let listed = |dseq: u64| open.iter().all(|before| before.contains(&dseq));
    let found: Vec<_> = list
        .iter()
        .filter(|detail| listed(detail.id.dseq.get()))
        .collect();
    if let Err(error) = add_found(core, session, &found).await {
        tracing::warn!(%error, "found deployments could not be written down");
    }
}

/// What stood before the open create of a record.
fn listed_before(record: &Record) -> HashSet<u64> {
    match record.intent.as_ref().map(|intent| &intent.what) {
        Some(What::Create { listed, .. }) => listed.iter().copied().collect(),
        _ => HashSet::new(),
    }
}

/// The most deployments made elsewhere that are watched; more are a mistake or malice.
const FOUND: usize = 1_000;

async fn add_found(
    core: &Arc<Core>,
    session: &Session,
    found: &[&DeploymentDetail],
) -> Result<(), JournalError> {
    let known: HashSet<u64> = core
        .journal
        .known_dseqs(session.account.clone())
        .await?
        .into_iter()
        .collect();
    let held = core.state().living().filter(|record| !record.ours).count();
    for detail in found
        .iter()
        .filter(|detail| !known.contains(&detail.id.dseq.get()))
        .take(FOUND.saturating_sub(held))
    {
        let moment = core.moment_of(session);
        let mut record = Record::found(session.account.clone(), detail.id.dseq.get(), moment.now);
        if let Some(made) = detail
            .id
            .dseq
            .created_unix_ms()
            .and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok())
        {
            record.created = made;
        }
        let _ = record.hear_detail(detail, &moment);
        let happened = vec![TimelineEntry::new(
            moment.now,
            Tone::Quiet,
            Event::FoundOnAccount,
        )];
        if let Err(error) = core.begin(record, None, happened).await {
            tracing::warn!(%error, "a found deployment could not be written down");
        }
    }
    Ok(())
}

/// Looks at one deployment and does what is due for it.
pub(crate) async fn deployment(core: &Arc<Core>, session: &Session, record: &Record) {
    let result = match record.phase {
        Phase::Creating | Phase::Unclear => create(core, session, record).await,
        Phase::Choosing | Phase::Lapsed => bids(core, session, record).await,
        Phase::Leasing => lease(core, session, record).await,
        Phase::Up => up(core, session, record).await,
        Phase::LeaseLost => read(core, session, record).await.map(|_| ()),
        Phase::Closing => close(core, session, record).await,
        Phase::NotSent | Phase::Refused | Phase::Closed | Phase::OutOfFunds => Ok(()),
    };
    if let Err(error) = result {
        tracing::warn!(id = %record.id, %error, "a deployment could not be settled");
    }
}

/// Reads a deployment and takes it in. `None`: no answer.
async fn read(
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

/// Reads whether the Console funds a deployment by itself, where that is not known or was being switched.
async fn funding(core: &Arc<Core>, session: &Session, record: &Record) -> Result<(), Problem> {
    let intent = record.intent.as_ref();
    let wanted = intent.and_then(|intent| match intent.what {
        What::Funding { on } => Some(on),
        _ => None,
    });
    let unknown = record.auto_funding.is_none()
        && !matches!(core.state().market.funding, Funding::Fixed(_))
        && session.kind != AccountKind::Trial
        && record.run.ready.is_some();
    if wanted.is_none() && !(unknown && record.acts_alone()) {
        return Ok(());
    }
    let Some(dseq) = record.dseq.filter(|_| !core.is_busy(record.id)) else {
        return Ok(());
    };
    let late = intent.is_some_and(|intent| core.age(session, intent) >= SETTLED_AFTER);
    let on = match session.client.deployment_settings(Dseq::new(dseq)).await {
        // A switch may still be on its way.
        Ok(set) if late || wanted.is_none_or(|on| on == set.auto_top_up_enabled) => {
            Some(set.auto_top_up_enabled)
        }
        Err(error) if late && error.kind() == Kind::NotFound => None,
        Ok(_) | Err(_) => return Ok(()),
    };
    core.funding_is(session, record.id, on, Some(record)).await
}

/// A create whose answer was lost.
async fn create(core: &Arc<Core>, session: &Session, record: &Record) -> Result<(), Problem> {
    let Some(busy) = core.lock_for_poller(record.id) else {
        return Ok(());
    };
    let Some(intent) = &record.intent else {
        return Ok(());
    };
    let What::Create { seen, .. } = &intent.what else {
        return Ok(());
    };
    let listed = listed_before(record);
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
    let fresh: Vec<_> = list
        .iter()
        .filter(|detail| {
            !listed.contains(&detail.id.dseq.get()) && !ours.contains(&detail.id.dseq.get())
        })
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
    let matching: Vec<_> = fresh
        .iter()
        .filter(|detail| detail.leases.is_empty())
        .filter_map(|detail| {
            Some((
                detail,
                derived
                    .iter()
                    .find(|d| Some(&d.hash) == detail.hash.as_ref())?,
            ))
        })
        .collect();
    let moment = core.moment_of(session);
    if let [(detail, derived)] = matching.as_slice() {
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
    } else if fresh.is_empty() && !*seen {
        absent(core, session, record).await?;
    } else {
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

async fn bids(core: &Arc<Core>, session: &Session, record: &Record) -> Result<(), Problem> {
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

/// Remembers an account whose Console sets aside what it thinks right.
async fn note_deposit(core: &Arc<Core>, session: &Session, before: &Record) -> Result<(), Problem> {
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

/// A lease whose answer was lost.
async fn lease(core: &Arc<Core>, session: &Session, record: &Record) -> Result<(), Problem> {
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
async fn up(core: &Arc<Core>, session: &Session, record: &Record) -> Result<(), Problem> {
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
    funding(core, session, &record).await?;
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

async fn close(core: &Arc<Core>, session: &Session, record: &Record) -> Result<(), Problem> {
    let (Some(busy), Some(dseq)) = (core.lock_for_poller(record.id), record.dseq) else {
        return Ok(());
    };
    let closed = core.send_close(session, record.id, dseq).await;
    drop(busy);
    closed?;
    core.take_place(record.id).await
}
