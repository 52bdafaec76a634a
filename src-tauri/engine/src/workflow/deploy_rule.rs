//! *Deploy for me*: bids are taken by a rule that a person set beforehand, once. What it takes, it takes within the limit; where nothing
//! is within it, the person is asked and nothing is leased. It never tries again by itself, at whatever price.

use std::sync::Arc;

use akash_market::{Choice as Chosen, Usd, Wish, choose};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::{
    journal::TimelineEntry,
    present,
    present::words,
    record::transitions::{NO_BIDS, News, seconds},
    record::{BidSeen, Phase, Record},
    state::{Core, Session, State},
    view::{AppError, Auto, Choice, NoticeKind, Rule, Tone, Way},
    workflow::settings,
};

/// After the last new bid it waits this long for a better one, chain seconds.
const QUIET: i64 = 10;
/// From the first bids that satisfy it, it waits no longer than this, chain seconds.
const LONGEST: i64 = 30;

/// `the cheapest in us-west, up to $6.00 a month`.
pub(crate) fn words(rule: &Rule) -> String {
    let way = match rule.way {
        Way::Cheapest => "the cheapest",
        Way::Reliable => "the most reliable",
        Way::Balanced => "the best balance",
    };
    let region = rule.region.as_ref().map(|key| format!(" in {key}"));
    format!(
        "{way}{}, up to ${} a month",
        region.unwrap_or_default(),
        words::grouped(&rule.limit)
    )
}

/// What the window says while a rule is at work.
pub(crate) fn auto(state: &State, record: &Record, now: Timestamp) -> Option<Auto> {
    let rule = record.rule.as_ref()?;
    let satisfied = matches!(next(state, record, rule, now), Some(Next::Take(_)));
    Some(Auto {
        text: words(rule),
        takes: takes(record, now)
            .filter(|_| satisfied)
            .map(|at| at.to_string()),
        waits: waits(state, record, rule).map(str::to_owned),
    })
}

/// What a rule has to know of the bidders before it takes one, and is not known yet; in words.
fn waits(state: &State, record: &Record, rule: &Rule) -> Option<&'static str> {
    let asks = match (rule.way, &rule.region) {
        // The price stands in the bid.
        (Way::Cheapest, None) => return None,
        (Way::Cheapest, Some(_)) => "It waits until it knows where the bidders are.",
        _ => "It waits until it knows how reliable the bidders are.",
    };
    let aged = state
        .session
        .as_ref()
        .is_some_and(|now| now.block.is_some());
    let known = !state.providers.is_empty() && aged;
    let bids = record.bids.iter().any(BidSeen::open);
    (bids && !known).then_some(asks)
}

/// What a rule makes of the bids there are.
enum Next {
    Take(Vec<Choice>),
    AboveLimit(Usd),
    NoneFits,
}

/// `None`: it waits for more bids.
fn next(state: &State, record: &Record, rule: &Rule, now: Timestamp) -> Option<Next> {
    if record.phase != Phase::Choosing || waits(state, record, rule).is_some() {
        return None;
    }
    let offers: Vec<_> = record
        .bids
        .iter()
        .filter(|bid| bid.open())
        .filter_map(BidSeen::offer)
        .collect();
    let rule = akash_market::Rule {
        wish: Wish {
            way: rule.way.into(),
            region: rule.region.clone(),
            gpus: Vec::new(),
        },
        limit: settings::limit(&rule.limit).ok()?,
    };
    let facts = present::facts(state, record, now);
    // Nobody bids any more after so long, and none that could be taken came.
    let late = record
        .asked
        .is_some_and(|asked| seconds(asked, now) >= NO_BIDS)
        && quiet(record, now);
    match choose(&offers, &record.gseqs(), &facts, &rule, &state.rates) {
        Chosen::Take { offers: taken, .. } => {
            let choice = |index: usize| {
                offers.get(index).map(|offer| Choice {
                    gseq: offer.gseq,
                    provider: offer.provider.clone(),
                })
            };
            Some(Next::Take(taken.into_iter().filter_map(choice).collect()))
        }
        Chosen::AboveLimit { per_month } if late => Some(Next::AboveLimit(per_month)),
        Chosen::Wait { groups } if late && !offers.is_empty() && some_for(record, &groups) => {
            Some(Next::NoneFits)
        }
        Chosen::AboveLimit { .. } | Chosen::Wait { .. } => None,
    }
}

/// Whether each of these groups has bids, though none that could be taken.
fn some_for(record: &Record, groups: &[u32]) -> bool {
    let bid = |gseq: &u32| {
        record
            .bids
            .iter()
            .any(|bid| bid.gseq == *gseq && bid.open())
    };
    groups.iter().all(bid)
}

fn quiet(record: &Record, now: Timestamp) -> bool {
    record
        .newest
        .is_none_or(|newest| seconds(newest, now) >= QUIET)
}

/// When it takes what satisfies it now, if nothing new comes.
fn takes(record: &Record, now: Timestamp) -> Option<Timestamp> {
    let after = |at: Timestamp, wait| at.checked_add(SignedDuration::from_secs(wait)).ok();
    let newest = after(record.newest.unwrap_or(now), QUIET)?;
    let longest = after(record.satisfied.unwrap_or(now), LONGEST)?;
    Some(newest.min(longest))
}

impl Core {
    /// Does what the rule of a deployment says, where it has one.
    pub(crate) async fn follow_rule(
        self: &Arc<Self>,
        session: &Session,
        id: Uuid,
    ) -> Result<(), AppError> {
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
                let text = format!(
                    "No bid was accepted: the cheapest costs ${} a month, above your limit of ${}",
                    words::cost(per_month),
                    words::grouped(&rule.limit)
                );
                let raise = Rule {
                    limit: per_month.round_up(2),
                    ..rule.clone()
                };
                self.end_rule(id, &rule, Some(raise), text, now).await
            }
            Some(Next::NoneFits) => {
                let text = format!("No bid was accepted: none is {}", self::words(&rule));
                self.end_rule(id, &rule, None, text, now).await
            }
        }
    }

    async fn satisfied(&self, id: Uuid, at: Option<Timestamp>) -> Result<(), AppError> {
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
        text: String,
        now: Timestamp,
    ) -> Result<(), AppError> {
        let ended = self.change(id, |record, happened| {
            if record.phase != Phase::Choosing || record.rule.as_ref() != Some(rule) {
                return Ok(false);
            }
            record.rule = None;
            record.raise = raise;
            record.problem = Some(AppError::not_now(format!("{text}.")).next(
                "Choose one yourself, or cancel the request. Nothing is charged until then.",
            ));
            happened.push(TimelineEntry::new(now, Tone::Attention, text));
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
                    let text = "Stopped: the window was gone, and Aloft accepts nothing unseen";
                    happened.push(TimelineEntry::new(now, Tone::Attention, text));
                }
                Ok(())
            });
            if let Err(error) = stopped.await {
                tracing::error!(%id, error = %error.title, "a rule could not be stopped");
            }
        }
    }

    /// Puts a rule that took nothing for its limit to work again, with the limit that lets in what was refused.
    pub(crate) async fn raise_limit(&self, id: Uuid) -> Result<(), AppError> {
        self.session_of(id).await?;
        let now = self.now();
        self.change(id, |record, happened| {
            let raised = record.raise.take().filter(|_| record.rule.is_none());
            let (Some(rule), Phase::Choosing) = (raised, record.phase) else {
                return Err(AppError::not_now("There is no limit to raise any more."));
            };
            let text = format!(
                "Limit raised. Aloft accepts {} on its own",
                self::words(&rule)
            );
            happened.push(TimelineEntry::new(now, Tone::Busy, text));
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
    pub(crate) async fn stop_rule(&self, id: Uuid) -> Result<(), AppError> {
        let now = self.now();
        let name = self.change(id, |record, happened| {
            if record.rule.take().is_some() {
                record.satisfied = None;
                happened.push(TimelineEntry::new(
                    now,
                    Tone::Quiet,
                    "Stopped: you choose yourself",
                ));
                return Ok(Some(record.name.clone()));
            }
            if matches!(record.phase, Phase::Choosing | Phase::Lapsed) {
                return Ok(None);
            }
            Err(AppError::not_now("It has already accepted a bid.")
                .meaning("The lease is starting.")
                .next("Stop the deployment to end it."))
        });
        let name = name.await?;
        let looked = self.state().focused == Some(id);
        if let Some(name) = name.filter(|_| !looked) {
            self.notice(
                NoticeKind::Bids,
                Tone::Quiet,
                format!("Stopped: nothing is taken for “{name}”"),
                Some("Choose one of its bids yourself, or close it.".into()),
                Some(id),
                false,
            );
        }
        Ok(())
    }
}
