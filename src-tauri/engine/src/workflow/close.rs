//! Closing, until it is seen closed.

use std::{sync::Arc, time::Duration};

use akash_console::{Dseq, Error, Kind};
use uuid::Uuid;

use crate::{
    derive::{runway::spent_all, stop::is_over_time},
    record::{
        Event, Next, Phase, Problem, TimelineEntry, What,
        problem::{Doing, Refusal},
        timeline::Closer,
    },
    state::{Session, core::Core},
    view::Tone,
};

/// The Console has to know nothing of a deployment so many times, and for so many seconds of the machine after closing began.
const UNKNOWN: u32 = 3;
const UNKNOWN_FOR: i64 = 180;
/// The longest that a close waits for the look before it: rent runs on meanwhile.
const BEFORE: Duration = Duration::from_secs(5);
/// The longest that it waits for the look after it; a later look finds out as well.
const AFTER: Duration = Duration::from_secs(20);

impl Core {
    /// Closes a deployment. Safe to repeat; until it is seen closed, Aloft keeps at it.
    pub(crate) async fn close(self: &Arc<Self>, id: Uuid, by: Closer) -> Result<(), Problem> {
        let session = self.session_of(id).await?;
        let busy = self.lock_deployment(id).ok_or_else(Self::locked_already)?;
        let dseq = self
            .begin_close(&session, id, by, None)
            .await
            .map_err(Problem::unsent)?;
        let core = Arc::clone(self);
        tokio::spawn(async move {
            if let Err(error) = core.send_close(&session, id, dseq).await {
                core.lost(id, &error);
            }
            drop(busy);
        });
        Ok(())
    }

    pub(super) async fn begin_close(
        &self,
        session: &Session,
        id: Uuid,
        by: Closer,
        next: Option<Next>,
    ) -> Result<u64, Problem> {
        let now = self.now_of(session);
        let close = What::Close {
            by_aloft: by == Closer::Lapsed,
            ceiling: by == Closer::Ceiling,
            over: by == Closer::Over,
            unknown: 0,
        };
        let intent = self.sent(session, close);
        self.change(id, |record, happened| {
            let Some(dseq) = record.dseq.filter(|_| !record.phase.is_over()) else {
                return Err(Refusal::NothingToClose.into());
            };
            if by == Closer::Lapsed && record.phase != Phase::Lapsed {
                return Err(Refusal::BidsNotExpired.into());
            }
            if by == Closer::Ceiling && !spent_all(&self.state(), record, now) {
                return Err(Refusal::MaySpendMore.into());
            }
            if by == Closer::Over && !is_over_time(record, now) {
                return Err(Refusal::KeptLonger.into());
            }
            if record.phase != Phase::Closing {
                record.intent = Some(intent);
                record.problem = None;
                record.rule = None;
                record.next = next;
                record.enter(Phase::Closing, now);
                happened.push(TimelineEntry::new(now, Tone::Busy, Event::Closing(by)));
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
    ) -> Result<(), Problem> {
        let dseq = Dseq::new(dseq);
        // What comes back is what was put in less what was spent: an addition a moment ago must count.
        let first = session.client.clone().ahead_of_others();
        let look = first.clone().with_time_limit(BEFORE).without_retries();
        let before = look.deployment(dseq).await;
        if let Ok(detail) = &before {
            let news = self.hear(session, id, detail).await?;
            self.tell(id, &news).await;
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
            let said = Problem::call(error, Doing::Close);
            self.change(id, |record, _| {
                record.problem = Some(said);
                Ok(())
            })
            .await?;
        }
        let after = first.with_time_limit(AFTER).deployment(dseq).await;
        if let Ok(detail) = &after {
            let news = self.hear(session, id, detail).await?;
            self.tell(id, &news).await;
        }
        let unknown = |error: &Error| matches!(error.kind(), Kind::NotFound);
        if [&before, &after]
            .iter()
            .all(|read| read.as_ref().is_err_and(unknown))
            && answer.as_ref().is_err_and(unknown)
        {
            self.unknown(session, id, dseq).await?;
        }
        self.money_moved(session);
        Ok(())
    }

    /// The Console says that there is no such deployment. The chain forgets none, so a node may lag, or the key be another account's: only when
    /// the list of this very wallet is without it too, again and again, it is over as far as this account can see.
    async fn unknown(&self, session: &Session, id: Uuid, dseq: Dseq) -> Result<(), Problem> {
        let Ok(list) = session.client.deployments().await else {
            return Ok(());
        };
        if list.iter().any(|d| d.id.dseq == dseq) || !self.owns(session).await {
            return Ok(());
        }
        let now = self.now_of(session);
        let news = self
            .change(id, |record, happened| {
                let Some(intent) = &mut record.intent else {
                    return Ok(Vec::new());
                };
                let long = self.age(session, intent) >= UNKNOWN_FOR;
                let What::Close { unknown, .. } = &mut intent.what else {
                    return Ok(Vec::new());
                };
                *unknown = unknown.saturating_add(1);
                if *unknown < UNKNOWN || !long {
                    return Ok(Vec::new());
                }
                let mut heard = record.vanish(now);
                happened.append(&mut heard.happened);
                Ok(heard.news)
            })
            .await?;
        self.tell(id, &news).await;
        Ok(())
    }

    /// Asks the Console whether the key of `session` is still its account's. Before anything is concluded from what is absent: to the key of
    /// another account everything is absent.
    pub(crate) async fn owns(&self, session: &Session) -> bool {
        let Ok(user) = session.client.user().await else {
            return false;
        };
        let wallets = session.client.wallets(&user.id).await;
        wallets.is_ok_and(|wallets| {
            let first = wallets.into_iter().next();
            first.and_then(|wallet| wallet.address).as_ref() == Some(&session.address)
        })
    }
}
