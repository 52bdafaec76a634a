//! Asking for prices: a deployment is made, once.

use std::{sync::Arc, time::Duration};

use akash_console::CreateOptions;
use uuid::Uuid;

use super::shelf::Coming;
use crate::{
    derive::plan::plan,
    record::{
        Event, LEAST, Next, Outcome, Phase, Problem, Record, Stop, TimelineEntry, What,
        problem::{Doing, ProblemKind, Refusal},
        timeline::Closer,
    },
    state::{
        Session,
        core::{Core, DeploymentLock},
        notices::Told,
    },
    view::Tone,
};

/// Stands for "a create is being written": one at a time, so that two clicks meet here.
const CREATE: Uuid = Uuid::nil();

/// The longest that a person waits for the list of what stands before a create.
const LIST: Duration = Duration::from_secs(10);

impl Core {
    /// Writes the intent of a create and sends it. `draft` goes away once the intent is on disk: the record holds its text then.
    pub(crate) async fn create(
        self: &Arc<Self>,
        session: Session,
        mut record: Record,
        sdl: String,
        draft: Option<u32>,
    ) -> Result<(), Problem> {
        let one = self
            .lock_deployment(CREATE)
            .ok_or_else(Self::locked_already)?;
        let busy = self
            .lock_deployment(record.id)
            .ok_or_else(Self::locked_already)?;
        // What stood before is part of the intent: only something new can be what a lost answer made.
        let first = session.client.clone().ahead_of_others();
        let listed = first
            .with_time_limit(LIST)
            .deployments()
            .await
            .map_err(|error| Problem::call(&error, Doing::Create))?;
        if listed.iter().any(|one| one.id.owner != session.address) {
            return Err(Refusal::OtherAccountListed.into());
        }
        let listed = listed.iter().map(|detail| detail.id.dseq.get()).collect();
        self.still(&session)?;
        if self.state().records.values().any(|other| {
            other.account == record.account && other.id != record.id && other.is_creating()
        }) {
            return Err(Refusal::CreatingAnother.into());
        }
        let now = self.now_of(&session);
        let deposit = record.deposit.unwrap_or(LEAST);
        record.phase = Phase::Creating;
        record.since = now;
        record.intent = Some(self.sent(
            &session,
            What::Create {
                listed,
                absent: 0,
                seen: false,
            },
        ));
        record.problem = None;
        record.unseen = false;
        let id = record.id;
        let options = CreateOptions {
            stop_after: record.stop.map(|stop| stop.hours),
            name: Some(record.name.clone()),
        };
        record.account.clone_from(&session.account);
        let event = Event::Asked {
            deposit,
            rule: record.rule.clone(),
        };
        let asked = TimelineEntry::new(now, Tone::Busy, event);
        self.begin(record, Some(sdl.clone()), vec![asked])
            .await
            .map_err(Problem::unsent)?;
        if let Some(draft) = draft {
            self.draft_asked(draft, &sdl).await;
        }
        drop(one);
        let core = Arc::clone(self);
        tokio::spawn(async move {
            core.send_create(session, busy, id, sdl, deposit, options)
                .await;
        });
        Ok(())
    }

    async fn send_create(
        &self,
        session: Session,
        busy: DeploymentLock,
        id: Uuid,
        sdl: String,
        deposit: akash_market::Usd,
        options: CreateOptions,
    ) {
        let answer = session.client.create_with(&sdl, deposit, &options).await;
        let now = self.now_of(&session);
        let outcome = match answer {
            Ok(created) => {
                if let Some(manifest) = created.manifest
                    && let Err(error) = self.journal.keep_manifest(id, manifest).await
                {
                    tracing::error!(%error, "the manifest could not be kept");
                }
                self.change(id, |record, happened| {
                    record.dseq = Some(created.dseq.get());
                    record.intent = None;
                    record.problem = None;
                    record.asked = Some(now);
                    record.enter(Phase::Choosing, now);
                    happened.push(TimelineEntry::new(now, Tone::Good, Event::Created));
                    Ok(())
                })
                .await
            }
            Err(error) => {
                let said = Problem::call(&error, Doing::Create);
                let unknown = said.outcome != Outcome::No;
                self.change(id, |record, happened| {
                    record.problem = Some(said.clone());
                    if unknown {
                        // It may have waited before it went out: what it may still do counts from the end of waiting for it.
                        record.intent = record
                            .intent
                            .take()
                            .map(|intent| self.sent(&session, intent.what));
                        record.enter(Phase::Unclear, now);
                        happened.push(TimelineEntry::new(
                            now,
                            Tone::Attention,
                            Event::CreateUnclear,
                        ));
                    } else {
                        record.intent = None;
                        record.enter(Phase::Refused, now);
                        let event = Event::Failed(said.kind.clone());
                        happened.push(TimelineEntry::new(now, Tone::Bad, event));
                    }
                    Ok(())
                })
                .await
            }
        };
        if let Err(error) = outcome {
            self.lost(id, &error);
        }
        self.money_moved(&session);
        drop(busy);
    }

    /// Closes what holds money, then asks for prices with the same file.
    pub(crate) async fn ask_again(self: &Arc<Self>, old: Uuid) -> Result<Uuid, Problem> {
        let sdl = self
            .journal
            .texts(old)
            .await?
            .0
            .ok_or(Refusal::NoFileKept)?;
        self.anew(old, sdl, None).await
    }

    /// The same with a requirement relaxed, as it was offered. `label` names the change as the button did.
    ///
    /// # Errors
    /// When the old one could not be closed, or the new one not be asked for.
    pub(crate) async fn relax_again(
        self: &Arc<Self>,
        old: Uuid,
        sdl: String,
        label: String,
    ) -> Result<Uuid, Problem> {
        self.anew(old, sdl, Some(label)).await
    }

    /// `changed`: what the text asks otherwise than the old one's, in words.
    async fn anew(
        self: &Arc<Self>,
        old: Uuid,
        sdl: String,
        changed: Option<String>,
    ) -> Result<Uuid, Problem> {
        let session = self.session_of(old).await?;
        let record = self.record(old).await?;
        let now = self.now_of(&session);
        let new = Uuid::now_v7();
        let mut returned = None;
        match record.phase {
            // Nothing was made: the same record asks once more.
            Phase::NotSent | Phase::Refused => {
                // What was to be taken by itself was said then, not now.
                let record = Record {
                    rule: None,
                    ..record
                };
                self.create(session, record, sdl, None).await?;
                return Ok(old);
            }
            Phase::Choosing | Phase::Lapsed | Phase::LeaseLost => {
                let busy = self.lock_deployment(old).ok_or_else(Self::locked_already)?;
                let next = Next {
                    id: new,
                    sdl: changed.is_some().then(|| sdl.clone()),
                };
                let began = self
                    .begin_close(&session, old, Closer::Person, Some(next))
                    .await;
                let dseq = began.map_err(Problem::unsent)?;
                self.send_close(&session, old, dseq).await?;
                drop(busy);
                let closed = self.record(old).await?;
                if !closed.phase.is_over() {
                    let why = closed.problem.map(Box::new);
                    return Err(Problem::new(ProblemKind::OldNotClosed { why }));
                }
                returned = closed.receipt.and_then(|receipt| receipt.returned);
            }
            Phase::Closed | Phase::OutOfFunds => {}
            _ => return Err(Refusal::StillRuns.into()),
        }
        let plan = akash_sdl::check(&sdl)
            .sdl
            .as_ref()
            .map(plan)
            .or(record.plan)
            .unwrap_or_default();
        let decided = self.state().market.funding.deposit();
        let deposit = decided.or(record.deposit).unwrap_or(LEAST);
        let mut next = Record::new(session.account.clone(), record.name, plan, deposit, now);
        next.id = new;
        next.ceiling = record.ceiling;
        next.stop = record.stop.map(|stop| Stop::asked(stop.hours));
        let unfunded = record.auto_funding == Some(false);
        let id = new;
        let name = next.name.clone();
        let created = self.create(session.clone(), next, sdl.clone(), None).await;
        if let Err(error) = created {
            if record.phase.is_over() {
                return Err(error);
            }
            if self.left_over(&name, sdl).await {
                self.forget_next(old).await;
            }
            let why = Box::new(error);
            return Err(Problem::new(ProblemKind::NotReplaced { name, why }));
        }
        self.forget_next(old).await;
        if let Some(changed) = changed {
            let event = Event::AskedWithChange(changed);
            // It is on its way already, whatever the disk says.
            if let Err(error) = self.happened(&session, id, Tone::Quiet, event).await {
                tracing::warn!(%id, %error, "the change is not in the timeline");
            }
        }
        if unfunded && self.state().market.funding.can_switch() {
            self.notice(Told::FundingOnAgain(name.clone()), Some(id));
        }
        if let Some(returned) = returned {
            // Of no deployment: on the new one’s own screen it would be taken for shown already.
            self.notice(Told::AskedAgain { name, returned }, None);
        }
        Ok(id)
    }

    /// What was to take the place of a deployment is on disk itself, or on the check screen.
    async fn forget_next(&self, old: Uuid) {
        let forgotten = self.change(old, |record, _| {
            record.next = None;
            Ok(())
        });
        if let Err(error) = forgotten.await {
            tracing::warn!(id = %old, %error, "what took its place is not noted");
        }
    }

    /// Sees to what was to take the place of a deployment that an earlier run, or a later look, closed: nothing is asked for unprompted, so
    /// its file waits on the check screen.
    pub(crate) async fn take_place(self: &Arc<Self>, old: Uuid) -> Result<(), Problem> {
        let record = self.record(old).await?;
        let Some(next) = record.next.filter(|_| record.phase.is_over()) else {
            return Ok(());
        };
        if self.journal.record(next.id).await?.is_none() {
            let text = match next.sdl {
                Some(text) => Some(text),
                None => self.journal.texts(old).await?.0,
            };
            // Where it can't be put there, the text stays with the record, and is tried again at another start.
            if let Some(text) = text
                && !self.left_over(&record.name, text).await
            {
                return Ok(());
            }
        }
        self.forget_next(old).await;
        Ok(())
    }

    /// The same for everything that an earlier run left so.
    pub(crate) async fn take_places(self: &Arc<Self>) -> Result<(), Problem> {
        for old in self.journal.replaced().await? {
            self.take_place(old).await?;
        }
        Ok(())
    }

    /// The old one is closed and the new one could not be asked for: the file, with what was changed in it, waits on the check screen.
    /// Whether it could be put there.
    async fn left_over(self: &Arc<Self>, name: &str, sdl: String) -> bool {
        let source = format!("From “{name}”");
        let coming = Coming::only_here(name.to_owned(), source, sdl);
        let taken = self.take(coming).await;
        if let Err(error) = &taken {
            tracing::error!(%error, "the changed file could not be kept");
        }
        let on_check = taken.is_ok();
        let name = name.to_owned();
        self.notice(Told::NotReplaced { name, on_check }, None);
        on_check
    }
}
