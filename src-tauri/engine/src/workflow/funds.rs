//! Setting more aside, and who adds by itself.

use std::{sync::Arc, time::Duration};

use akash_console::{Dseq, Usd};
use uuid::Uuid;

use crate::{
    derive::{funds::more, runway::spent_all, typed},
    record::{
        Event, Outcome, Problem, Record, TimelineEntry, What,
        problem::{Doing, Fault, Input, OnDisk, Ours, Refusal},
    },
    state::{Session, core::Core},
    view::Tone,
};

/// The longest look at what a failed call left.
const LOOK: Duration = Duration::from_secs(15);

/// Refuses what changes money while it is not known what became of an earlier change.
pub(super) fn settled(record: &Record) -> Result<(), Problem> {
    match record.intent.as_ref().map(|intent| &intent.what) {
        Some(What::AddFunds { usd, .. }) => Err(Refusal::StillAdding(*usd).into()),
        Some(_) => Err(Refusal::UnderWay.into()),
        None => Ok(()),
    }
}

impl Core {
    /// Has a deployment closed once it has spent so much in all.
    pub(crate) async fn set_ceiling(&self, id: Uuid, usd: Option<&str>) -> Result<(), Problem> {
        let ceiling = usd.map(typed::ceiling).transpose()?;
        self.session_of(id).await?;
        let now = self.now();
        self.change(id, |record, happened| {
            if !record.ours || record.phase.is_over() {
                return Err(Refusal::NotOurs(Ours::Ceiling).into());
            }
            let spent = {
                let state = self.state();
                ceiling.is_some_and(|ceiling| {
                    let asked = Record {
                        ceiling: Some(ceiling),
                        ..record.clone()
                    };
                    spent_all(&state, &asked, now)
                })
            };
            if spent {
                return Err(Input::SpentAlready.into());
            }
            if record.ceiling != ceiling {
                let event = Event::CeilingSet(ceiling);
                happened.push(TimelineEntry::new(now, Tone::Quiet, event));
                record.ceiling = ceiling;
            }
            Ok(())
        })
        .await
    }

    /// Sets `usd` more aside. Its intent is on disk before it is sent, and it is never sent twice: an unclear outcome, also after a kill, is
    /// settled by reading the amount back.
    ///
    /// # Errors
    /// Where its outcome is unknown, it may have been added.
    pub(crate) async fn add_funds(self: &Arc<Self>, id: Uuid, usd: &str) -> Result<(), Problem> {
        let amount = more(&self.state(), usd)?;
        let session = self.session_of(id).await?;
        let record = self.record(id).await?;
        let Some(dseq) = record.dseq.filter(|_| !record.phase.is_over()) else {
            return Err(Refusal::Over.into());
        };
        let busy = self.lock_deployment(id).ok_or_else(Self::locked_already)?;
        self.still(&session)?;
        let now = self.now_of(&session);
        let changed = self.change(id, |record, happened| {
            settled(record)?;
            let what = What::AddFunds {
                usd: amount,
                before: record.put_in,
            };
            record.intent = Some(self.sent(&session, what));
            record.adding = Some((amount, now));
            happened.push(TimelineEntry::new(now, Tone::Busy, Event::Adding(amount)));
            Ok(())
        });
        changed.await.map_err(Problem::unsent)?;
        let core = Arc::clone(self);
        let task = tokio::spawn(async move {
            let answer = session.client.deposit(Dseq::new(dseq), amount).await;
            let result = match answer {
                Ok(detail) => core
                    .added(&session, id, &detail, amount)
                    .await
                    .map_err(|error| error.done(OnDisk::Added)),
                Err(error) => {
                    // Whether this could be written down or not: what came of the money is what the person must hear.
                    let said = Problem::call(&error, Doing::AddFunds);
                    let failed = core.add_failed(&session, id, &said).await;
                    if let Err(error) = failed {
                        core.lost(id, &error);
                    }
                    let first = session.client.clone().ahead_of_others();
                    let look = first.with_time_limit(LOOK);
                    if let Ok(detail) = look.deployment(Dseq::new(dseq)).await
                        && let Err(error) = core.hear(&session, id, &detail).await
                    {
                        core.lost(id, &error);
                    }
                    Err(said)
                }
            };
            core.money_moved(&session);
            drop(busy);
            result
        });
        task.await.unwrap_or_else(|_| Err(Fault::Task.into()))
    }

    async fn add_failed(&self, session: &Session, id: Uuid, said: &Problem) -> Result<(), Problem> {
        let now = self.now_of(session);
        self.change(id, |record, happened| {
            let event = Event::Failed(said.kind.clone());
            happened.push(TimelineEntry::new(now, Tone::Attention, event));
            let adding = |what: &What| matches!(what, What::AddFunds { .. });
            let intent = record.intent.take_if(|intent| adding(&intent.what));
            if said.outcome == Outcome::No {
                record.adding = None;
            } else if let Some(intent) = intent {
                // What it may still do counts from the end of waiting for it.
                record.intent = Some(self.sent(session, intent.what));
            }
            Ok(())
        })
        .await
    }

    async fn added(
        &self,
        session: &Session,
        id: Uuid,
        detail: &akash_console::DeploymentDetail,
        amount: Usd,
    ) -> Result<(), Problem> {
        let moment = self.moment_of(session);
        let news = self
            .change(id, |record, happened| {
                let adding = |what: &What| matches!(what, What::AddFunds { .. });
                record.intent.take_if(|intent| adding(&intent.what));
                let mut heard = record.hear_detail(detail, &moment);
                happened.append(&mut heard.happened);
                happened.push(TimelineEntry::new(
                    moment.now,
                    Tone::Good,
                    Event::Added(amount),
                ));
                Ok(heard.news)
            })
            .await?;
        self.tell(id, &news).await;
        Ok(())
    }

    /// Switches automatic funding. Safe to repeat; its intent is on disk before it is sent, and an unclear outcome is read back.
    ///
    /// # Errors
    /// In words.
    pub(crate) async fn set_auto_funding(
        self: &Arc<Self>,
        id: Uuid,
        on: bool,
    ) -> Result<(), Problem> {
        let session = self.session_of(id).await?;
        let record = self.record(id).await?;
        let Some(dseq) = record
            .dseq
            .filter(|_| record.ours && !record.phase.is_over())
        else {
            return Err(Refusal::NotOurs(Ours::Funding).into());
        };
        let busy = self.lock_deployment(id).ok_or_else(Self::locked_already)?;
        self.still(&session)?;
        let changed = self.change(id, |record, _| {
            let switching = |what: &What| matches!(what, What::Funding { .. });
            record.intent.take_if(|intent| switching(&intent.what));
            settled(record)?;
            record.intent = Some(self.sent(&session, What::Funding { on }));
            Ok(())
        });
        changed.await.map_err(Problem::unsent)?;
        let core = Arc::clone(self);
        // Whoever asked may go away; what was sent is written down all the same.
        let task = tokio::spawn(async move {
            let answer = session.client.set_auto_top_up(Dseq::new(dseq), on).await;
            let result = match &answer {
                Ok(set) => core
                    .funding_is(&session, id, Some(set.auto_top_up_enabled), None)
                    .await
                    .map_err(|error| error.done(OnDisk::Switched)),
                Err(error) => {
                    let said = Problem::call(error, Doing::Setting);
                    if said.outcome == Outcome::No
                        && let Err(error) = core.funding_is(&session, id, None, None).await
                    {
                        core.lost(id, &error);
                    }
                    Err(said)
                }
            };
            drop(busy);
            result
        });
        task.await.unwrap_or_else(|_| Err(Fault::Task.into()))
    }

    /// Automatic funding was read back, or is as it was (`None`): a switch that was under way is settled by that. With `before` only if nobody
    /// switched it since that was read.
    pub(crate) async fn funding_is(
        &self,
        session: &Session,
        id: Uuid,
        on: Option<bool>,
        before: Option<&Record>,
    ) -> Result<(), Problem> {
        let now = self.now_of(session);
        self.change(id, |record, happened| {
            let same = |before: &Record| {
                (&record.intent, record.auto_funding) == (&before.intent, before.auto_funding)
            };
            if !before.is_none_or(same) {
                return Ok(());
            }
            let switching = |what: &What| matches!(what, What::Funding { .. });
            let intent = record.intent.take_if(|intent| switching(&intent.what));
            let Some(on) = on else {
                return Ok(());
            };
            record.auto_funding = Some(on);
            if let Some(What::Funding { on: wanted }) = intent.map(|intent| intent.what) {
                let arrived = wanted == on;
                let tone = if arrived {
                    Tone::Quiet
                } else {
                    Tone::Attention
                };
                let event = Event::FundingSwitched { on, arrived };
                happened.push(TimelineEntry::new(now, tone, event));
            }
            Ok(())
        })
        .await
    }
}
