//! Taking bids, and handing the manifest on until it has arrived.

use std::{sync::Arc, time::Duration};

use akash_console::{Dseq, LeaseTarget};
use uuid::Uuid;

use crate::{
    derive::leases::standing,
    record::{
        Event, Intent, Outcome, Phase, Problem, Record, Stop, Target, TimelineEntry, What,
        problem::{Doing, Input, Refusal},
    },
    state::{
        Session,
        core::{Core, DeploymentLock},
    },
    view::{Choice, Rule, Tone},
};

/// The longest look at what a failed call left: nobody else may touch the deployment meanwhile, not even to close it.
const LOOK: Duration = Duration::from_secs(15);

impl Core {
    /// Takes one bid for every group. A second click while it is on its way does nothing.
    pub(crate) async fn start_lease(
        self: &Arc<Self>,
        id: Uuid,
        choices: Vec<Choice>,
    ) -> Result<(), Problem> {
        let session = self.session_of(id).await?;
        self.take_bids(session, id, choices, None).await
    }

    /// Takes bids, by hand or by a rule that must still stand when the intent is written.
    pub(super) async fn take_bids(
        self: &Arc<Self>,
        session: Session,
        id: Uuid,
        choices: Vec<Choice>,
        rule: Option<Rule>,
    ) -> Result<(), Problem> {
        let busy = self.lock_deployment(id).ok_or_else(Self::locked_already)?;
        let manifest = self.manifest(id).await.map_err(Problem::unsent)?;
        self.still(&session)?;
        let now = self.now_of(&session);
        let (dseq, targets) = self
            .change(id, |record, happened| {
                if rule.is_some() && record.rule != rule {
                    return Err(Refusal::RuleStopped.into());
                }
                let (dseq, targets) = targets(record, &choices)?;
                record.rule = None;
                record.raise = None;
                record.satisfied = None;
                record.imported = false;
                // A switch whose answer was lost is read back once this runs.
                let switching = |intent: &Intent| matches!(intent.what, What::Funding { .. });
                if record.intent.as_ref().is_some_and(switching) {
                    record.auto_funding = None;
                }
                if let Some(What::Stop { stop }) = record.intent.as_ref().map(|intent| &intent.what)
                {
                    record.stop = stop.map(|stop| Stop::asked(stop.hours));
                }
                let lease = What::Lease {
                    choices: targets.clone(),
                };
                record.intent = Some(self.sent(&session, lease));
                record.problem = None;
                record.run.chosen = Some(now);
                record.enter(Phase::Leasing, now);
                let event = Event::Accepted { rule: rule.clone() };
                happened.push(TimelineEntry::new(now, Tone::Busy, event));
                Ok((dseq, targets))
            })
            .await
            .map_err(Problem::unsent)?;
        let core = Arc::clone(self);
        tokio::spawn(async move {
            core.send_lease(session, busy, id, dseq, targets, manifest)
                .await
        });
        Ok(())
    }

    /// Sends leases and manifest, or once the leases stand the manifest alone: the same call, safe to repeat.
    pub(crate) async fn send_lease(
        &self,
        session: Session,
        busy: DeploymentLock,
        id: Uuid,
        dseq: u64,
        targets: Vec<Target>,
        manifest: String,
    ) {
        let leases: Vec<LeaseTarget> = targets
            .iter()
            .map(|t| LeaseTarget {
                dseq: Dseq::new(dseq),
                gseq: t.gseq,
                oseq: t.oseq,
                provider: t.provider.clone(),
            })
            .collect();
        let answer = session.client.lease(&manifest, &leases).await;
        let outcome = match answer {
            Ok(detail) => {
                let moment = self.moment_of(&session);
                let heard = self
                    .change(id, |record, happened| {
                        let mut heard = record.hear_detail(&detail, &moment);
                        if record.phase == Phase::Up && record.run.delivered.is_none() {
                            record.run.delivered = Some(moment.now);
                            record.run.refused = 0;
                            record.problem = None;
                            heard.happened.push(TimelineEntry::new(
                                moment.now,
                                Tone::Good,
                                Event::ManifestDelivered,
                            ));
                        }
                        happened.append(&mut heard.happened);
                        Ok(heard.news)
                    })
                    .await;
                match heard {
                    Ok(news) => {
                        self.tell(id, &news).await;
                        Ok(())
                    }
                    Err(error) => Err(error),
                }
            }
            Err(error) => self.lease_failed(&session, id, dseq, &error).await,
        };
        if let Err(error) = outcome {
            self.lost(id, &error);
        }
        drop(busy);
    }

    /// A lease call failed: what stands on the chain decides what it means.
    async fn lease_failed(
        &self,
        session: &Session,
        id: Uuid,
        dseq: u64,
        error: &akash_console::Error,
    ) -> Result<(), Problem> {
        let said = Problem::call(error, Doing::Lease);
        if said.outcome == Outcome::No {
            let now = self.now_of(session);
            return self
                .change(id, |record, happened| {
                    let first = record
                        .problem
                        .as_ref()
                        .is_none_or(|problem| problem.kind != said.kind);
                    record.problem = Some(said.clone());
                    if record.phase == Phase::Leasing {
                        record.intent = None;
                        record.enter(Phase::Choosing, now);
                    } else {
                        // Only the manifest was sent again: the lease stands, and charges.
                        if let Some(problem) = &mut record.problem {
                            problem.outcome = Outcome::Yes;
                        }
                        record.run.refused = record.run.refused.saturating_add(1);
                    }
                    if !first {
                        return Ok(());
                    }
                    let event = Event::Failed(said.kind.clone());
                    happened.push(TimelineEntry::new(now, Tone::Attention, event));
                    Ok(())
                })
                .await;
        }
        let first = session.client.clone().ahead_of_others();
        let read = first
            .with_time_limit(LOOK)
            .deployment(Dseq::new(dseq))
            .await;
        let moment = self.moment_of(session);
        let news = self
            .change(id, |record, happened| {
                let mut news = Vec::new();
                if let Ok(detail) = &read {
                    let mut heard = record.hear_detail(detail, &moment);
                    happened.append(&mut heard.happened);
                    news = heard.news;
                }
                if record.phase == Phase::Up && record.run.delivered.is_none() {
                    record.run.refused = record.run.refused.saturating_add(1);
                    let mut said = said.clone();
                    said.outcome = Outcome::Yes;
                    record.problem = Some(said);
                    happened.push(TimelineEntry::new(
                        moment.now,
                        Tone::Attention,
                        Event::ManifestNotDelivered,
                    ));
                } else if record.phase == Phase::Leasing {
                    record.intent = record
                        .intent
                        .take()
                        .map(|intent| self.sent(session, intent.what));
                    record.problem = Some(said.clone());
                }
                Ok(news)
            })
            .await?;
        self.tell(id, &news).await;
        Ok(())
    }

    /// Sends the manifest again.
    pub(crate) async fn resend(self: &Arc<Self>, id: Uuid) -> Result<(), Problem> {
        let session = self.session_of(id).await?;
        let busy = self.lock_deployment(id).ok_or_else(Self::locked_already)?;
        let record = self.record(id).await?;
        let (Some(dseq), Phase::Up) = (record.dseq, record.phase) else {
            return Err(Refusal::NoLease.into());
        };
        let manifest = self.manifest(id).await?;
        let targets = standing(&record);
        let core = Arc::clone(self);
        tokio::spawn(async move {
            core.send_lease(session, busy, id, dseq, targets, manifest)
                .await
        });
        Ok(())
    }

    /// The manifest that belongs to a deployment.
    pub(crate) async fn manifest(&self, id: Uuid) -> Result<String, Problem> {
        let (sdl, manifest) = self.journal.texts(id).await?;
        if let Some(manifest) = manifest {
            return Ok(manifest);
        }
        // The Console gives the manifest with its answer; one adopted without that answer is derived from the SDL.
        let derived = sdl
            .and_then(|sdl| akash_sdl::check(&sdl).sdl)
            .map(|sdl| sdl.derive(akash_sdl::Derivation::Alpha40).manifest);
        derived.ok_or_else(|| Refusal::NoManifest.into())
    }
}

/// The bids that were chosen, one open one for every group.
fn targets(record: &Record, choices: &[Choice]) -> Result<(u64, Vec<Target>), Problem> {
    let (Some(dseq), Phase::Choosing) = (record.dseq, record.phase) else {
        return Err(Refusal::NothingToChoose.into());
    };
    let mut targets = Vec::new();
    for gseq in record.gseqs() {
        let choice = choices
            .iter()
            .find(|choice| choice.gseq == gseq)
            .ok_or(Input::ChooseEveryPart)?;
        let bid = record
            .bids
            .iter()
            .find(|bid| bid.gseq == gseq && bid.provider == choice.provider && bid.open());
        let bid = bid.ok_or(Refusal::BidNotOpen)?;
        targets.push(Target {
            gseq,
            oseq: bid.oseq,
            provider: bid.provider.clone(),
        });
    }
    if targets.is_empty() {
        return Err(Refusal::NoBidYet.into());
    }
    Ok((dseq, targets))
}
