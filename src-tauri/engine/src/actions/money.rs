//! Setting more aside, and who adds by itself.

use std::{sync::Arc, time::Duration};

use akash_console::{Dseq, Happened};
use akash_market::Usd;
use uuid::Uuid;

use crate::{
    core::{Core, Session},
    errors::{self, Doing},
    journal::Happening,
    record::{Record, What},
    settings,
    view::{AppError, Code, Tone},
    words,
};

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
    /// Sets `usd` more aside. Its intent is on disk before it is sent, and it is never sent twice: an unclear outcome, also after a kill, is
    /// settled by reading the amount back.
    ///
    /// # Errors
    /// In words; with [`Code::Unclear`] it may have been added.
    pub(crate) async fn add_funds(self: &Arc<Self>, id: Uuid, usd: &str) -> Result<(), AppError> {
        let amount = settings::amount(usd)?;
        let session = self.session_of(id).await?;
        let record = self.record(id).await?;
        let Some(dseq) = record.dseq.filter(|_| !record.phase.is_over()) else {
            return Err(AppError::not_now(
                "This deployment is over; nothing can be set aside for it.",
            ));
        };
        if let Some(credit) = session.balances.map(|b| b.balance)
            && credit < amount
        {
            return Err(AppError::new(
                Code::NeedsCredit,
                format!("You have ${} credit.", words::left(credit)),
            )
            .next("Set aside less, or add credit.")
            .link(crate::view::Link::AddCredit));
        }
        let busy = self.occupy(id).ok_or_else(Self::occupied)?;
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
            happened.push(Happening::new(
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
            happened.push(Happening::new(now, Tone::Attention, title));
            let adding = |what: &What| matches!(what, What::AddFunds { .. });
            if let Some(intent) = record.intent.take_if(|intent| adding(&intent.what))
                && error.happened() != Happened::No
            {
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
                happened.push(Happening::new(moment.now, Tone::Good, text));
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
        let busy = self.occupy(id).ok_or_else(Self::occupied)?;
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
                happened.push(Happening::new(now, tone, text));
            }
            Ok(())
        })
        .await
    }
}
