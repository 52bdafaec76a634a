//! What time alone brings about: bids that are about to lapse, money that runs low, a trial's day. Each is said once, and again only after it
//! had passed.

use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    derive::{
        bids::lapses,
        funding,
        runway::{LOW, LOW_FUNDED, VERY_LOW, seconds_left, spent_all},
        stop::{is_over_time, stops_soon},
    },
    record::{News, Phase, Problem, Record, seconds, timeline::Closer},
    state::{
        Session, State,
        core::Core,
        notices::{HeldNotice, Told},
    },
    view::AccountKind,
};

/// Bids that lapse within this long are said, chain seconds.
const LAPSE: i64 = 90;
/// A deployment that holds money and runs nothing is said after this long, chain seconds.
const IDLE: i64 = 900;
/// A trial's deployments end a day after their lease; said an hour before. Chain seconds.
const TRIAL: i64 = 24 * 3_600;
const TRIAL_SOON: i64 = TRIAL - 3_600;

/// What is due for a deployment at `now`, whether or not it was said.
fn due(state: &State, record: &Record, now: Timestamp) -> Vec<News> {
    let mut due = Vec::new();
    if record.ours && lapses(state, record, now).is_some_and(|at| seconds(now, at) <= LAPSE) {
        due.push(News::LapseSoon);
    }
    let idle = matches!(record.phase, Phase::LeaseLost | Phase::Lapsed)
        && seconds(record.since, now) >= IDLE;
    if record.ours && idle {
        due.push(News::Idle);
    }
    if let Some(left) = seconds_left(state, record, now) {
        // Where it is not known, the Console may fund it: then 24 hours ahead, so under 20 it did not.
        let alone = funding::funds(state, record) == Some(false);
        if left < if alone { LOW } else { LOW_FUNDED } {
            due.push(News::Low);
        }
        if left < VERY_LOW {
            due.push(News::VeryLow);
        }
    }
    if record.phase == Phase::Up && stops_soon(record, now) {
        due.push(News::StopsSoon);
    }
    let trial = state
        .session
        .as_ref()
        .is_some_and(|session| session.kind == AccountKind::Trial);
    if trial
        && record.phase == Phase::Up
        && record
            .run
            .leased
            .is_some_and(|leased| seconds(leased, now) >= TRIAL_SOON)
    {
        due.push(News::TrialEnds);
    }
    due
}

/// What comes and goes with time, and so may be said again.
const TIMED: [News; 6] = [
    News::StopsSoon,
    News::LapseSoon,
    News::Idle,
    News::Low,
    News::VeryLow,
    News::TrialEnds,
];

impl Core {
    /// Says what is due for every deployment of the account and was not said. Needs no answer of the Console: money runs out while a provider
    /// or the network is silent, too.
    pub(crate) async fn raise_alerts(self: &Arc<Self>) {
        let due: Vec<(Uuid, Vec<News>)> = {
            let state = self.state();
            // Before the Console said what time it is, this computer's clock may be days off.
            let timed = |session: &Session| session.client.server_time().is_some();
            if !state.session.as_ref().is_some_and(timed) {
                return;
            }
            let now = state.now(self.options.clock.as_ref());
            let of = |record: &Record| (record.id, due(&state, record, now));
            state.living().map(of).collect()
        };
        self.close_spent().await;
        self.warn_of_expiry().await;
        for (id, due) in due {
            if let Err(error) = self.alert(id, due).await {
                tracing::warn!(%id, %error, "a reminder could not be written down");
            }
        }
    }

    /// Closes what has spent what it may spend in all, or ran as long as it should. Needs no answer of a provider, so that a slow one delays
    /// nothing.
    async fn close_spent(self: &Arc<Self>) {
        let due: Vec<(Uuid, Closer)> = {
            let state = self.state();
            let now = state.now(self.options.clock.as_ref());
            let up = state.living().filter(|record| record.phase == Phase::Up);
            up.filter(|record| !state.busy.contains(&record.id))
                .filter_map(|record| {
                    let why = if spent_all(&state, record, now) {
                        Closer::Ceiling
                    } else if is_over_time(record, now) {
                        Closer::Over
                    } else {
                        return None;
                    };
                    Some((record.id, why))
                })
                .collect()
        };
        for (id, why) in due {
            if let Err(error) = self.close(id, why).await {
                tracing::warn!(%id, %error, "what should stop could not be closed");
            }
        }
    }

    /// Says what of `due` was not said of a deployment.
    async fn alert(self: &Arc<Self>, id: Uuid, due: Vec<News>) -> Result<(), Problem> {
        let told = {
            let state = self.state();
            let Some(record) = state.records.get(&id) else {
                return Ok(());
            };
            record.told.clone()
        };
        let fresh: Vec<News> = due
            .iter()
            .copied()
            .filter(|news| !told.contains(news))
            .collect();
        let passed: Vec<News> = TIMED
            .into_iter()
            .filter(|news| told.contains(news) && !due.contains(news))
            .collect();
        if fresh.is_empty() && passed.is_empty() {
            return Ok(());
        }
        self.change(id, |record, _| {
            record.told.retain(|news| !passed.contains(news));
            record.told.extend(&fresh);
            Ok(())
        })
        .await?;
        self.tell(id, &fresh).await;
        Ok(())
    }

    /// Says once that the credit does not cover another day of what runs on it.
    pub(crate) fn alert_of_credit(&self) {
        let (say, low, credit, leaves) = {
            let state = self.state();
            let Some(session) = &state.session else {
                return;
            };
            let Some(credit) = session.balances.map(|balances| balances.balance) else {
                return;
            };
            let day: Option<akash_market::Usd> = state
                .living()
                .filter(|record| funding::automatic(&state, record) == Some(true))
                .filter_map(Record::price)
                .map(|price| price.usd_per_day(&state.rates))
                .sum();
            // What the Console leaves alone pays for nothing.
            let leaves = state.market.funding.headroom();
            let free = credit.saturating_sub(leaves);
            let low = day.is_some_and(|day| !day.is_zero() && free < day);
            (low && !session.credit_told, low, credit, leaves)
        };
        self.state()
            .session
            .iter_mut()
            .for_each(|session| session.credit_told = low);
        if !low {
            // It was added to: what was said holds no more.
            let said = |notice: &HeldNotice| matches!(notice.what, Told::CreditLow { .. });
            let stands = self.state().notices.iter().any(said);
            if stands {
                self.with(|state| state.notices.retain(|notice| !said(notice)));
            }
        }
        if say {
            self.notice_on_desktop(Told::CreditLow { credit, leaves }, None);
        }
    }
}
