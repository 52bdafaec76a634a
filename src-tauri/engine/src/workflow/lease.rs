//! Taking bids, and handing the manifest on until it has arrived.

use std::{sync::Arc, time::Duration};

use akash_console::{Dseq, Happened, LeaseTarget};
use uuid::Uuid;

use super::deploy_rule;
use crate::{
    journal::TimelineEntry,
    present::errors::{self, Doing},
    record::{Intent, Phase, Record, Target, What},
    state::{Core, DeploymentLock, Session},
    view::{AppError, Choice, Code, Rule, Tone},
};

/// The longest look at what a failed call left: nobody else may touch the deployment meanwhile, not even to close it.
const LOOK: Duration = Duration::from_secs(15);

impl Core {
    /// Takes one bid for every group. A second click while it is on its way does nothing.
    pub(crate) async fn start_lease(
        self: &Arc<Self>,
        id: Uuid,
        choices: Vec<Choice>,
    ) -> Result<(), AppError> {
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
    ) -> Result<(), AppError> {
        let busy = self.lock_deployment(id).ok_or_else(Self::locked_already)?;
        let manifest = self.manifest(id).await.map_err(AppError::unsent)?;
        self.still(&session)?;
        let now = self.now_of(&session);
        let (dseq, targets) = self
            .change(id, |record, happened| {
                if rule.is_some() && record.rule != rule {
                    return Err(AppError::not_now("It was stopped."));
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
                let lease = What::Lease {
                    choices: targets.clone(),
                };
                record.intent = Some(self.sent(&session, lease));
                record.problem = None;
                record.run.chosen = Some(now);
                record.enter(Phase::Leasing, now);
                happened.push(TimelineEntry::new(
                    now,
                    Tone::Busy,
                    rule.as_ref().map_or_else(
                        || "Provider chosen; starting the lease".to_owned(),
                        |rule| format!("Accepted {}; starting the lease", deploy_rule::words(rule)),
                    ),
                ));
                Ok((dseq, targets))
            })
            .await
            .map_err(AppError::unsent)?;
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
                                "The provider has the manifest",
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
    pub(super) async fn lease_failed(
        &self,
        session: &Session,
        id: Uuid,
        dseq: u64,
        error: &akash_console::Error,
    ) -> Result<(), AppError> {
        let said = errors::say(error, Doing::Lease);
        if error.happened() == Happened::No {
            let now = self.now_of(session);
            return self
                .change(id, |record, happened| {
                    let first = record
                        .problem
                        .as_ref()
                        .is_none_or(|problem| problem.title != said.title);
                    record.problem = Some(said.clone());
                    if record.phase == Phase::Leasing {
                        record.intent = None;
                        record.enter(Phase::Choosing, now);
                    } else {
                        record.run.refused = record.run.refused.saturating_add(1);
                    }
                    if !first {
                        return Ok(());
                    }
                    happened.push(TimelineEntry::new(now, Tone::Attention, said.title.clone()));
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
                    said.meaning = Some("The lease is active and charged, but the provider does not have the manifest yet.".into());
                    record.problem = Some(said);
                    happened.push(TimelineEntry::new(moment.now, Tone::Attention, "The manifest did not arrive; sending it again"));
                } else if record.phase == Phase::Leasing {
                    record.intent = record.intent.take().map(|intent| self.sent(session, intent.what));
                    record.problem = Some(said.clone());
                }
                Ok(news)
            })
            .await?;
        self.tell(id, &news).await;
        Ok(())
    }

    /// Sends the manifest again.
    pub(crate) async fn resend(self: &Arc<Self>, id: Uuid) -> Result<(), AppError> {
        let session = self.session_of(id).await?;
        let busy = self.lock_deployment(id).ok_or_else(Self::locked_already)?;
        let record = self.record(id).await?;
        let (Some(dseq), Phase::Up) = (record.dseq, record.phase) else {
            return Err(AppError::not_now(
                "There is no active lease to send the manifest to.",
            ));
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
    pub(crate) async fn manifest(&self, id: Uuid) -> Result<String, AppError> {
        let (sdl, manifest) = self.journal.texts(id).await?;
        if let Some(manifest) = manifest {
            return Ok(manifest);
        }
        // The Console gives the manifest with its answer; one adopted without that answer is derived from the SDL.
        let derived = sdl
            .and_then(|sdl| akash_sdl::check(&sdl).sdl)
            .map(|sdl| sdl.derive(akash_sdl::Derivation::Alpha40).manifest);
        derived.ok_or_else(|| {
            AppError::not_now(
                "Aloft does not have the file of this deployment, so it can’t start it.",
            )
            .next("Start it in the Console, or cancel the request here.")
        })
    }
}

/// The bids that were chosen, one open one for every group.
fn targets(record: &Record, choices: &[Choice]) -> Result<(u64, Vec<Target>), AppError> {
    let (Some(dseq), Phase::Choosing) = (record.dseq, record.phase) else {
        return Err(AppError::not_now("There is nothing to choose right now.")
            .next("Something changed in the meantime. Check its status."));
    };
    let mut targets = Vec::new();
    for gseq in record.gseqs() {
        let choice = choices
            .iter()
            .find(|choice| choice.gseq == gseq)
            .ok_or_else(|| AppError::input("Choose a provider for every part first."))?;
        let bid = record
            .bids
            .iter()
            .find(|bid| bid.gseq == gseq && bid.provider == choice.provider && bid.open());
        let bid = bid.ok_or_else(|| {
            AppError::new(Code::BidGone, "This bid is no longer open.")
                .meaning("No lease started. Nothing is charged.")
                .next("Choose another one.")
        })?;
        targets.push(Target {
            gseq,
            oseq: bid.oseq,
            provider: bid.provider.clone(),
        });
    }
    if targets.is_empty() {
        return Err(AppError::not_now("No bid has arrived yet."));
    }
    Ok((dseq, targets))
}

/// The leases that stand, as targets of the call that sends the manifest again.
pub(crate) fn standing(record: &Record) -> Vec<Target> {
    record
        .running()
        .map(|lease| Target {
            gseq: lease.gseq,
            oseq: lease.oseq,
            provider: lease.provider.clone(),
        })
        .collect()
}
