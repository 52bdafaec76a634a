//! *Deploy for me*: bids are taken by a rule that a person set beforehand, once. What it takes, it takes within the limit; where nothing
//! is within it, the person is asked and nothing is leased. It never tries again by itself, at whatever price.

use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    derive::deploy_rule::{Next, next, takes},
    record::{
        Event, News, Phase, Problem, TimelineEntry,
        problem::{Refusal, RuleEnd},
    },
    state::{Session, core::Core, notices::Told},
    view::{Rule, Tone},
};

impl Core {
    /// Does what the rule of a deployment says, where it has one.
    pub(crate) async fn follow_rule(
        self: &Arc<Self>,
        session: &Session,
        id: Uuid,
    ) -> Result<(), Problem> {
        let record = self.record(id).await?;
        let Some(rule) = record.rule.clone() else {
            return Ok(());
        };
        let now = self.now_of(session);
        let next = next(&self.state(), &record, &rule, now);
        match next {
            None => self.satisfied(id, None).await,
            Some(Next::Take(choices)) => {
                self.satisfied(id, Some(now)).await?;
                if takes(&self.record(id).await?, now).is_none_or(|at| at > now) {
                    return Ok(());
                }
                self.take_bids(session.clone(), id, choices, Some(rule))
                    .await
            }
            Some(Next::AboveLimit(per_month)) => {
                let end = RuleEnd::AboveLimit {
                    per_month,
                    limit: rule.limit.clone(),
                };
                let raise = Rule {
                    limit: per_month.round_up(2),
                    ..rule.clone()
                };
                self.end_rule(id, &rule, Some(raise), end, now).await
            }
            Some(Next::NoneFits) => {
                let end = RuleEnd::NoneMatches(rule.clone());
                self.end_rule(id, &rule, None, end, now).await
            }
        }
    }

    async fn satisfied(&self, id: Uuid, at: Option<Timestamp>) -> Result<(), Problem> {
        self.change(id, |record, _| {
            record.satisfied = at.map(|at| record.satisfied.unwrap_or(at));
            Ok(())
        })
        .await
    }

    /// The rule gives up, and the person is asked; unless something else was decided meanwhile.
    async fn end_rule(
        &self,
        id: Uuid,
        rule: &Rule,
        raise: Option<Rule>,
        end: RuleEnd,
        now: Timestamp,
    ) -> Result<(), Problem> {
        let ended = self.change(id, |record, happened| {
            if record.phase != Phase::Choosing || record.rule.as_ref() != Some(rule) {
                return Ok(false);
            }
            record.rule = None;
            record.raise = raise;
            record.problem = Some(end.clone().into());
            happened.push(TimelineEntry::new(
                now,
                Tone::Attention,
                Event::RuleEnded(end),
            ));
            Ok(true)
        });
        if ended.await? {
            self.tell(id, &[News::RuleEnds]).await;
        }
        Ok(())
    }

    /// Ends every rule: the window is gone, and with it the way to stop one.
    pub(crate) async fn stop_rules(&self) {
        let at_work: Vec<(Uuid, Timestamp)> = {
            let state = self.state();
            let clock = self.options.clock.as_ref();
            let records = state.records.values();
            let ruled = records.filter(|record| record.rule.is_some());
            ruled
                .map(|record| (record.id, state.now_at(&record.account, clock)))
                .collect()
        };
        for (id, now) in at_work {
            let stopped = self.change(id, |record, happened| {
                if record.rule.take().is_some() {
                    record.satisfied = None;
                    let event = Event::RuleStoppedUnseen;
                    happened.push(TimelineEntry::new(now, Tone::Attention, event));
                }
                Ok(())
            });
            if let Err(error) = stopped.await {
                tracing::error!(%id, %error, "a rule could not be stopped");
            }
        }
    }

    /// Puts a rule that took nothing for its limit to work again, with the limit that lets in what was refused.
    pub(crate) async fn raise_limit(&self, id: Uuid) -> Result<(), Problem> {
        self.session_of(id).await?;
        let now = self.now();
        self.change(id, |record, happened| {
            let raised = record.raise.take().filter(|_| record.rule.is_none());
            let (Some(rule), Phase::Choosing) = (raised, record.phase) else {
                return Err(Refusal::NoLimitToRaise.into());
            };
            let event = Event::LimitRaised(rule.clone());
            happened.push(TimelineEntry::new(now, Tone::Busy, event));
            record.rule = Some(rule);
            record.satisfied = None;
            // The waiting time starts anew, so that there is time to stop it.
            record.newest = Some(now);
            record.problem = None;
            Ok(())
        })
        .await?;
        self.poke.notify_one();
        Ok(())
    }

    /// Ends *Deploy for me*: the person chooses.
    pub(crate) async fn stop_rule(&self, id: Uuid) -> Result<(), Problem> {
        let now = self.now();
        let name = self.change(id, |record, happened| {
            if record.rule.take().is_some() {
                record.satisfied = None;
                happened.push(TimelineEntry::new(now, Tone::Quiet, Event::RuleStopped));
                return Ok(Some(record.name.clone()));
            }
            if matches!(record.phase, Phase::Choosing | Phase::Lapsed) {
                return Ok(None);
            }
            Err(Refusal::AlreadyAccepted.into())
        });
        let name = name.await?;
        let looked = self.state().focused == Some(id);
        if let Some(name) = name.filter(|_| !looked) {
            self.notice(Told::RuleStopped(name), Some(id));
        }
        Ok(())
    }
}
