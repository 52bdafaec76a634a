//! Setting more aside, and who adds by itself.

use std::{sync::Arc, time::Duration};

use akash_console::{Dseq, Happened, Usd};
use akash_market::Decimal;
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    journal::TimelineEntry,
    present::errors::{self, Doing},
    present::words,
    record::{Record, What},
    state::{Core, Session, State},
    view::{AppError, Code, Link, Tone, Weighed},
    workflow::settings,
};

/// Aloft looks at what runs every few minutes at the latest: what may be spent until then counts too. Chain seconds.
const BETWEEN_LOOKS: u64 = 300;

/// Whether a deployment has spent what it may spend in all, or will have by the next look.
pub(crate) fn spent_all(state: &State, record: &Record, now: Timestamp) -> bool {
    let (Some(ceiling), Some(escrow)) = (record.ceiling, &record.escrow) else {
        return false;
    };
    let soon = state.rates.blocks(BETWEEN_LOOKS.into());
    let at = state.height(now).unwrap_or(escrow.settled_at);
    let spent = escrow.escrow().at(at.saturating_add(soon)).spent;
    escrow
        .amount(spent)
        .usd(&state.rates)
        .is_some_and(|spent| spent >= ceiling)
}

/// What was typed to be set aside in addition, as it would be sent.
///
/// # Errors
/// In words, when it can't be used.
fn more(state: &State, typed: &str) -> Result<Usd, AppError> {
    let amount = settings::amount(typed)?;
    let credit = state.session.as_ref().and_then(|session| session.balances);
    match credit {
        Some(balances) if balances.balance < amount => Err(AppError::new(
            Code::NeedsCredit,
            format!("You have ${} credit.", words::left(balances.balance)),
        )
        .next("Set aside less, or add credit.")
        .link(Link::AddCredit)),
        _ => Ok(amount),
    }
}

/// What an amount would do, before it is sent.
pub(crate) fn weigh(state: &State, record: &Record, typed: &str) -> Weighed {
    let (usd, problem) = match more(state, typed) {
        Ok(usd) => (Some(usd), None),
        Err(error) => {
            let next = error.next.filter(|_| error.code == Code::NeedsCredit);
            let text = [Some(error.title), next].into_iter().flatten();
            (None, Some(text.collect::<Vec<_>>().join(" ")))
        }
    };
    let buys = usd.zip(record.price()).and_then(|(usd, price)| {
        let days = akash_market::days_bought(usd, &price, &state.pace())?;
        let seconds = days.checked_mul(Decimal::from(86_400))?.trunc();
        let lasts = words::duration(i64::try_from(seconds).ok()?);
        Some(format!("${} buys {lasts}.", words::cost(usd)))
    });
    Weighed {
        usd: usd.map(|usd| usd.round_up(2)),
        problem,
        buys,
    }
}

/// The longest look at what a failed call left.
const LOOK: Duration = Duration::from_secs(15);

/// Refuses what changes money while it is not known what became of an earlier change.
fn settled(record: &Record) -> Result<(), AppError> {
    match record.intent.as_ref().map(|intent| &intent.what) {
        Some(What::AddFunds { usd, .. }) => Err(AppError::not_now(format!(
            "Aloft is still finding out whether the ${} before arrived.",
            words::cost(*usd)
        ))
        .meaning("Nothing was added now.")
        .next("Try again when its amount is shown.")),
        Some(_) => Err(
            AppError::not_now("Something is on its way for this deployment already.")
                .next("Wait until it is done."),
        ),
        None => Ok(()),
    }
}

impl Core {
    /// Has a deployment closed once it has spent so much in all.
    pub(crate) async fn set_ceiling(&self, id: Uuid, usd: Option<&str>) -> Result<(), AppError> {
        let ceiling = usd.map(settings::ceiling).transpose()?;
        self.session_of(id).await?;
        let now = self.now();
        self.change(id, |record, happened| {
            if !record.ours || record.phase.is_over() {
                return Err(AppError::not_now(
                    "Only a deployment made here can be closed at an amount.",
                ));
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
                return Err(AppError::input("It has spent that much already.")
                    .next("Type more, or close it."));
            }
            if record.ceiling != ceiling {
                let text = match ceiling {
                    Some(usd) => format!(
                        "To be closed once it has spent ${} in all",
                        words::cost(usd)
                    ),
                    None => "No longer closed at an amount".to_owned(),
                };
                happened.push(TimelineEntry::new(now, Tone::Quiet, text));
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
    /// In words; with [`Code::Unclear`] it may have been added.
    pub(crate) async fn add_funds(self: &Arc<Self>, id: Uuid, usd: &str) -> Result<(), AppError> {
        let amount = more(&self.state(), usd)?;
        let session = self.session_of(id).await?;
        let record = self.record(id).await?;
        let Some(dseq) = record.dseq.filter(|_| !record.phase.is_over()) else {
            return Err(AppError::not_now(
                "This deployment is over; nothing can be set aside for it.",
            ));
        };
        let busy = self.lock_deployment(id).ok_or_else(Self::locked_already)?;
        self.still(&session)?;
        let now = self.now_of(&session);
        let words = words::cost(amount);
        let changed = self.change(id, |record, happened| {
            settled(record)?;
            let what = What::AddFunds {
                usd: amount,
                before: record.put_in,
            };
            record.intent = Some(self.sent(&session, what));
            record.adding = Some((amount, now));
            happened.push(TimelineEntry::new(
                now,
                Tone::Busy,
                format!("Setting ${words} more aside"),
            ));
            Ok(())
        });
        changed.await.map_err(AppError::unsent)?;
        let core = Arc::clone(self);
        let task = tokio::spawn(async move {
            let answer = session.client.deposit(Dseq::new(dseq), amount).await;
            let result = match answer {
                Ok(detail) => core
                    .added(&session, id, &detail, amount)
                    .await
                    .map_err(|error| error.done("It was set aside")),
                Err(error) => {
                    // Whether this could be written down or not: what came of the money is what the person must hear.
                    let said = errors::say(&error, Doing::AddFunds);
                    let failed = core.add_failed(&session, id, &error, &said.title).await;
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
        task.await
            .unwrap_or_else(|_| Err(AppError::new(Code::Internal, "Aloft could not do that.")))
    }

    async fn add_failed(
        &self,
        session: &Session,
        id: Uuid,
        error: &akash_console::Error,
        title: &str,
    ) -> Result<(), AppError> {
        let now = self.now_of(session);
        self.change(id, |record, happened| {
            happened.push(TimelineEntry::new(now, Tone::Attention, title));
            let adding = |what: &What| matches!(what, What::AddFunds { .. });
            let intent = record.intent.take_if(|intent| adding(&intent.what));
            if error.happened() == Happened::No {
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
    ) -> Result<(), AppError> {
        let moment = self.moment_of(session);
        let news = self
            .change(id, |record, happened| {
                let adding = |what: &What| matches!(what, What::AddFunds { .. });
                record.intent.take_if(|intent| adding(&intent.what));
                let mut heard = record.hear_detail(detail, &moment);
                happened.append(&mut heard.happened);
                let text = format!("${} more set aside", words::cost(amount));
                happened.push(TimelineEntry::new(moment.now, Tone::Good, text));
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
    ) -> Result<(), AppError> {
        let session = self.session_of(id).await?;
        let record = self.record(id).await?;
        let Some(dseq) = record
            .dseq
            .filter(|_| record.ours && !record.phase.is_over())
        else {
            return Err(
                AppError::not_now("Only deployments made here can be switched here.")
                    .next("Take it over first."),
            );
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
        changed.await.map_err(AppError::unsent)?;
        let core = Arc::clone(self);
        // Whoever asked may go away; what was sent is written down all the same.
        let task = tokio::spawn(async move {
            let answer = session.client.set_auto_top_up(Dseq::new(dseq), on).await;
            let result = match &answer {
                Ok(set) => core
                    .funding_is(&session, id, Some(set.auto_top_up_enabled), None)
                    .await
                    .map_err(|error| error.done("It was switched")),
                Err(error) => {
                    let said = errors::say(error, Doing::Setting);
                    if error.happened() == Happened::No
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
        task.await
            .unwrap_or_else(|_| Err(AppError::new(Code::Internal, "Aloft could not do that.")))
    }

    /// Automatic funding was read back, or is as it was (`None`): a switch that was under way is settled by that. With `before` only if nobody
    /// switched it since that was read.
    pub(crate) async fn funding_is(
        &self,
        session: &Session,
        id: Uuid,
        on: Option<bool>,
        before: Option<&Record>,
    ) -> Result<(), AppError> {
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
                let (tone, text) = match (wanted == on, on) {
                    (true, true) => (Tone::Quiet, "Automatic funding switched on"),
                    (true, false) => (Tone::Quiet, "Automatic funding switched off"),
                    (false, true) => (
                        Tone::Attention,
                        "Automatic funding is still on: the switch did not arrive",
                    ),
                    (false, false) => (
                        Tone::Attention,
                        "Automatic funding is still off: the switch did not arrive",
                    ),
                };
                happened.push(TimelineEntry::new(now, tone, text));
            }
            Ok(())
        })
        .await
    }
}
