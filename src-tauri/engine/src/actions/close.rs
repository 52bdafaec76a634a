//! Closing, until it is seen closed.

use std::sync::Arc;

use akash_console::{Dseq, Kind};
use uuid::Uuid;

use crate::{
    core::{Core, Session},
    errors::{self, Doing},
    journal::Happening,
    record::{Phase, What},
    view::{AppError, Tone},
};

impl Core {
    /// Closes a deployment. Safe to repeat; until it is seen closed, Aloft keeps at it.
    pub(crate) async fn close(self: &Arc<Self>, id: Uuid, by_aloft: bool) -> Result<(), AppError> {
        let session = self.session_of(id).await?;
        let busy = self.occupy(id).ok_or_else(Self::occupied)?;
        let dseq = self.begin_close(id, by_aloft).await?;
        let core = Arc::clone(self);
        tokio::spawn(async move {
            if let Err(error) = core.send_close(&session, id, dseq).await {
                core.lost(id, &error);
            }
            drop(busy);
        });
        Ok(())
    }

    pub(super) async fn begin_close(&self, id: Uuid, by_aloft: bool) -> Result<u64, AppError> {
        let now = self.now();
        let intent = self.sent(What::Close { by_aloft });
        self.change(id, |record, happened| {
            let Some(dseq) = record.dseq.filter(|_| !record.phase.is_over()) else {
                return Err(AppError::not_now("There is nothing to close."));
            };
            if by_aloft && record.phase != Phase::Lapsed {
                return Err(AppError::not_now("Its bids are not lapsed any more."));
            }
            if record.phase != Phase::Closing {
                record.intent = Some(intent);
                record.problem = None;
                record.rule = None;
                record.enter(Phase::Closing, now);
                happened.push(Happening::new(
                    now,
                    Tone::Busy,
                    if by_aloft {
                        "Closing it: its bids had lapsed"
                    } else {
                        "Closing"
                    },
                ));
            }
            Ok(dseq)
        })
        .await
    }

    /// Reads what is held, closes, and reads what was spent.
    pub(crate) async fn send_close(
        &self,
        session: &Session,
        id: Uuid,
        dseq: u64,
    ) -> Result<(), AppError> {
        let dseq = Dseq::new(dseq);
        // What comes back is what was put in less what was spent: an addition a moment ago must count.
        if let Ok(detail) = session.client.deployment(dseq).await {
            let news = self.hear(id, &detail).await?;
            self.tell(id, &news);
        }
        if self.record(id).await?.phase.is_over() {
            return Ok(());
        }
        let answer = session.client.close(dseq).await;
        let gone = answer
            .as_ref()
            .is_err_and(|error| matches!(error.kind(), Kind::DeploymentClosed));
        if let Err(error) = &answer
            && !gone
        {
            let said = errors::say(error, Doing::Close);
            self.change(id, |record, _| {
                record.problem = Some(said);
                Ok(())
            })
            .await?;
        }
        let read = session.client.deployment(dseq).await;
        if let Ok(detail) = read {
            let news = self.hear(id, &detail).await?;
            self.tell(id, &news);
        }
        self.read_balances(session).await;
        Ok(())
    }
}
