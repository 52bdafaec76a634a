//! Setting more aside, and who adds by itself.

use std::sync::Arc;

use akash_console::{Dseq, Happened, Usd};
use akash_market::Decimal;
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    core::{Core, State},
    errors::{self, Doing},
    journal::Happening,
    record::Record,
    settings,
    view::{AppError, Code, Link, Tone, Weighed},
    words,
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
                happened.push(Happening::new(now, Tone::Quiet, text));
                record.ceiling = ceiling;
            }
            Ok(())
        })
        .await
    }

    /// Sets more aside. Never sent twice; an unclear outcome is settled by reading the amount back.
    pub(crate) async fn add_funds(self: &Arc<Self>, id: Uuid, usd: &str) -> Result<(), AppError> {
        let amount = more(&self.state(), usd)?;
        let session = self.session_of(id).await?;
        let record = self.record(id).await?;
        let Some(dseq) = record.dseq.filter(|_| !record.phase.is_over()) else {
            return Err(AppError::not_now(
                "This deployment is over; nothing can be set aside for it.",
            ));
        };
        let busy = self.occupy(id).ok_or_else(Self::occupied)?;
        let now = self.now();
        let words = words::cost(amount);
        self.change(id, |record, happened| {
            let before = record.adding.map(|(usd, _)| usd).unwrap_or_default();
            record.adding = Some((before.saturating_add(amount), now));
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
                    let (now, title) = (core.now(), said.title.clone());
                    let told = core.change(id, |record, happened| {
                        if error.happened() == Happened::No {
                            record.adding = None;
                        }
                        happened.push(Happening::new(now, Tone::Attention, title));
                        Ok(())
                    });
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
