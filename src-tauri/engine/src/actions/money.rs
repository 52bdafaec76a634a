//! Setting more aside, and who adds by itself.

use std::sync::Arc;

use akash_console::Dseq;
use uuid::Uuid;

use crate::{
    core::Core,
    errors::{self, Doing},
    journal::Happening,
    settings,
    view::{AppError, Code, Tone},
    words,
};

impl Core {
    /// Sets more aside. Never sent twice; an unclear outcome is settled by reading the amount back.
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
        let now = self.now();
        let words = words::cost(amount);
        self.change(id, |_, happened| {
            happened.push(Happening::new(
                now,
                Tone::Busy,
                format!("Setting ${words} more aside"),
            ));
            Ok(())
        })
        .await?;
        let core = Arc::clone(self);
        let task = tokio::spawn(async move {
            let answer = session.client.deposit(Dseq::new(dseq), amount).await;
            let result = match answer {
                Ok(detail) => core
                    .added(id, &detail, amount)
                    .await
                    .map_err(|error| error.done("It was set aside")),
                Err(error) => {
                    // Whether this could be written down or not: what came of the money is what the person must hear.
                    let said = errors::say(&error, Doing::AddFunds);
                    let told = core.happened(id, Tone::Attention, said.title.clone());
                    if let Err(error) = told.await {
                        core.lost(id, &error);
                    }
                    if let Ok(detail) = session.client.deployment(Dseq::new(dseq)).await
                        && let Err(error) = core.hear(id, &detail).await
                    {
                        core.lost(id, &error);
                    }
                    Err(said)
                }
            };
            core.read_balances(&session).await;
            drop(busy);
            result
        });
        task.await
            .unwrap_or_else(|_| Err(AppError::new(Code::Internal, "Aloft could not do that.")))
    }

    pub(super) async fn added(
        &self,
        id: Uuid,
        detail: &akash_console::DeploymentDetail,
        amount: akash_market::Usd,
    ) -> Result<(), AppError> {
        let news = self.hear(id, detail).await?;
        self.tell(id, &news);
        let text = format!("${} more set aside", words::cost(amount));
        self.happened(id, Tone::Good, text).await
    }

    pub(crate) async fn set_auto_funding(&self, id: Uuid, on: bool) -> Result<(), AppError> {
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
        let set = session
            .client
            .set_auto_top_up(Dseq::new(dseq), on)
            .await
            .map_err(|error| errors::say(&error, Doing::Setting))?;
        let now = self.now();
        self.change(id, |record, happened| {
            record.auto_funding = Some(set.auto_top_up_enabled);
            happened.push(Happening::new(
                now,
                Tone::Quiet,
                if set.auto_top_up_enabled {
                    "Automatic funding switched on"
                } else {
                    "Automatic funding switched off"
                },
            ));
            Ok(())
        })
        .await
        .map_err(|error| error.done("It was switched"))
    }
}
