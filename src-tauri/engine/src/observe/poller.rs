//! Looks at the account for as long as it is connected: what is due is read, politely, and never twice at once.

mod lanes;

use std::{collections::HashMap, sync::Arc, time::Duration};

use akash_console::Block;
use akash_market::Rates;
use tokio::{
    task::{AbortHandle, Id, JoinSet},
    time::Instant,
};
use uuid::Uuid;

use super::{account, reconcile};
use crate::{
    derive::{gpu_cost::asks_for_gpus, providers},
    record::{Phase, Record, seconds},
    state::{Session, core::Core},
};
use lanes::{Lane, Lanes};

/// One thing that is read again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Job {
    List,
    Balances,
    Block,
    Providers,
    Market,
    Gpus,
    Pasts,
    Alerts,
    Screening,
    Funding,
    Deployment(Uuid),
}

/// What is read for the account itself.
const OF_ACCOUNT: [Job; 10] = [
    Job::List,
    Job::Balances,
    Job::Block,
    Job::Providers,
    Job::Market,
    Job::Gpus,
    Job::Pasts,
    Job::Alerts,
    Job::Screening,
    Job::Funding,
];

impl Job {
    /// Whether it asks the Console; what doesn't goes on while that wants a pause.
    const fn asks(self) -> bool {
        !matches!(self, Self::Pasts | Self::Alerts)
    }
}

/// For so long after the Console asked to slow down, it is asked less often.
const SLOWED: Duration = Duration::from_secs(300);

/// What makes it right to ask less often.
#[derive(Clone, Copy, Default)]
struct Thrift {
    hidden: bool,
    battery: bool,
    slowed: bool,
}

impl Thrift {
    /// How long to wait where `seconds` are usual. What is awaited this very minute, at less than 10, is only slower where the Console says so.
    const fn slower(self, seconds: u64) -> Duration {
        let rest = seconds >= 10;
        let mut seconds = seconds;
        if rest && self.hidden {
            seconds *= 3;
        }
        if rest && self.battery {
            seconds *= 2;
        }
        if self.slowed {
            seconds *= 2;
        }
        Duration::from_secs(seconds)
    }
}

/// Begins to look at the active account.
pub(crate) fn start(core: Arc<Core>) -> AbortHandle {
    tokio::spawn(run(core)).abort_handle()
}

/// Looks at the active account until it is left. Ends by being aborted, which takes its reads along.
async fn run(core: Arc<Core>) {
    let mut lanes: Lanes<Job> = Lanes::new();
    let mut tasks: JoinSet<Duration> = JoinSet::new();
    let mut under_way: HashMap<Id, Job> = HashMap::new();
    loop {
        let Ok(session) = core.session() else { return };
        let now = Instant::now();
        let pause = paused(&session).filter(|until| *until > now);
        let may = |job: &Job| pause.is_none() || !job.asks();
        for job in lanes.begin(&core.jobs(), may, now) {
            let (core, session) = (Arc::clone(&core), session.clone());
            let task = tasks.spawn(async move { core.read(&session, job).await });
            under_way.insert(task.id(), job);
        }
        let next = lanes.next(now).unwrap_or(now + LONG).max(now + SOON);
        let next = pause.map_or(next, |until| next.min(until));
        tokio::select! {
            Some(done) = tasks.join_next_with_id() => {
                let (id, wait) = match done {
                    Ok((id, wait)) => (id, wait),
                    Err(error) => {
                        tracing::error!(%error, "a read failed");
                        (error.id(), AFTER_FAULT)
                    }
                };
                if let Some(job) = under_way.remove(&id) {
                    lanes.done(job, Instant::now(), wait);
                }
            }
            () = core.poke.notified() => {
                let now = Instant::now();
                let looked = core.state().focused.map(Job::Deployment);
                for job in [Job::List, Job::Balances, Job::Block].into_iter().chain(looked) {
                    lanes.hurry(job, now);
                }
            }
            () = tokio::time::sleep_until(next) => {}
        }
    }
}

/// Until when the Console asked not to be asked.
fn paused(session: &Session) -> Option<Instant> {
    session.client.asked_to_pause_until().map(Instant::from_std)
}

/// The Console remembers balances for six seconds, so for so long after a change it may show the old ones.
const MOVED: Duration = Duration::from_secs(12);
const SOON: Duration = Duration::from_millis(200);
const LONG: Duration = Duration::from_secs(5);
/// Blocks that the time of one is measured over.
const BLOCKS: u32 = 100;
/// A read that panicked is tried again after this long.
const AFTER_FAULT: Duration = Duration::from_secs(30);

/// Where a deployment's read has its place.
fn lane(record: &Record, looked: bool) -> Lane {
    match record.phase {
        _ if looked => Lane::Always,
        Phase::Creating | Phase::Unclear | Phase::Leasing | Phase::Closing => Lane::Outcome,
        Phase::Choosing if record.ours => Lane::Outcome,
        // Its manifest is still to be delivered, and it is charged meanwhile.
        Phase::Up if record.ours && record.run.delivered.is_none() => Lane::Outcome,
        _ if record.run.dark.is_some() => Lane::Slow,
        _ => Lane::Rest,
    }
}

impl Core {
    /// All there is to read, each in its lane; deployments oldest first.
    fn jobs(&self) -> Vec<(Job, Lane)> {
        let mut jobs: Vec<_> = OF_ACCOUNT.map(|job| (job, Lane::Always)).into();
        let state = self.state();
        let mut living: Vec<_> = state
            .living()
            .map(|record| (record.id, lane(record, state.focused == Some(record.id))))
            .collect();
        living.sort_unstable_by_key(|(id, _)| *id);
        jobs.extend(
            living
                .into_iter()
                .map(|(id, lane)| (Job::Deployment(id), lane)),
        );
        jobs
    }

    /// Does one read and says when the next is due.
    async fn read(self: &Arc<Self>, session: &Session, job: Job) -> Duration {
        let seconds = match job {
            Job::List => {
                account::list(self, session).await;
                20
            }
            Job::Balances => {
                self.read_balances(session).await;
                self.alert_of_credit();
                let moved = self.state().session.as_ref().and_then(|now| now.moved);
                if moved.is_some_and(|at| at.elapsed() < MOVED) {
                    2
                } else {
                    15
                }
            }
            Job::Block => {
                if let Some(blocks) = self.answer(session.client.blocks(1).await)
                    && let Some(block) = blocks.into_iter().max_by_key(|block| block.height)
                {
                    self.with(|state| {
                        if let Some(session) = &mut state.session {
                            session.block = Some((block.height, block.datetime));
                        }
                    });
                }
                30
            }
            Job::Providers => match self.answer(session.client.providers().await) {
                Some(providers) => {
                    let providers = providers
                        .into_iter()
                        .take(5_000)
                        .map(|p| (p.owner.clone(), Arc::new(p)))
                        .collect();
                    self.with(|state| {
                        state.providers = providers;
                        state.market.areas = providers::areas(&state.providers);
                    });
                    600
                }
                None => 15,
            },
            Job::Market => match self.answer(session.client.market_data().await) {
                Some(market) => {
                    let is_new =
                        self.with(|state| state.rates.akt_usd.replace(market.price).is_none());
                    if is_new {
                        self.recheck();
                    }
                    self.measure_blocks(session).await;
                    600
                }
                None => 60,
            },
            Job::Gpus => {
                if !asks_for_gpus(&self.state()) {
                    2
                } else if let Some(prices) = self.answer(session.client.gpu_prices().await) {
                    self.with(|state| state.market.gpu_prices = prices.models);
                    900
                } else {
                    60
                }
            }
            Job::Pasts => {
                self.learn(session).await;
                2
            }
            Job::Alerts => {
                self.raise_alerts().await;
                1
            }
            // Who could run the draft, where that could not be found out before.
            Job::Screening => {
                self.screen_draft();
                30
            }
            Job::Funding => match self.answer(session.client.funding_config().await) {
                Some(config) => {
                    self.read_own_key(session).await;
                    let funding = config.into();
                    let before =
                        self.with(|state| std::mem::replace(&mut state.market.funding, funding));
                    // What a file may say differs by Console.
                    if before != funding {
                        self.recheck();
                    }
                    3_600
                }
                None => 30,
            },
            Job::Deployment(id) => return self.look_at(session, id).await,
        };
        self.thrift(session).slower(seconds)
    }

    fn thrift(&self, session: &Session) -> Thrift {
        let state = self.state();
        Thrift {
            hidden: state.hidden,
            battery: state.on_battery,
            slowed: paused(session).is_some_and(|until| until + SLOWED > Instant::now()),
        }
    }

    async fn look_at(self: &Arc<Self>, session: &Session, id: Uuid) -> Duration {
        let (record, looked, busy) = {
            let state = self.state();
            (
                state.records.get(&id).cloned(),
                state.focused == Some(id),
                state.busy.contains(&id),
            )
        };
        let Some(record) = record else { return LONG };
        // What is on its way says itself what came of it.
        if !busy {
            reconcile::deployment(self, session, &record).await;
        }
        let seconds = pace(&record, looked, seconds(record.since, self.now_of(session)));
        self.thrift(session).slower(seconds)
    }

    /// Measures how long a block takes; what can't be true is not taken.
    async fn measure_blocks(&self, session: &Session) {
        let Ok(blocks) = session.client.blocks(BLOCKS).await else {
            return;
        };
        let first = blocks.iter().min_by_key(|block| block.height);
        let last = blocks.iter().max_by_key(|block| block.height);
        let (Some(first), Some(last)) = (first, last) else {
            return;
        };
        let at = |block: &Block| (block.height, block.datetime.as_millisecond());
        let rates = Rates::default().measured(at(first), at(last));
        self.with(|state| state.market.block_seconds = Some(rates.block_seconds.round_dp(3)));
    }

    /// Reads from the journal anew how the leases of the active account ended, if one did.
    async fn learn(&self, session: &Session) {
        if !self.state().market.pasts_stale {
            return;
        }
        let Some(pasts) = self.fared(&session.account).await else {
            return;
        };
        self.with(|state| {
            let active = state.session.as_ref();
            if active.is_some_and(|active| active.account == session.account) {
                state.market.pasts = pasts;
                state.market.pasts_stale = false;
            }
        });
    }

    /// Reads the credit twice: a Console answers the old amount once, and reads the new one meanwhile.
    async fn read_balances(&self, session: &Session) {
        let _ = session.client.balances().await;
        tokio::time::sleep(SOON).await;
        if let Some(balances) = self.answer(session.client.balances().await) {
            self.with(|state| {
                if let Some(active) = state
                    .session
                    .as_mut()
                    .filter(|active| active.account == session.account)
                {
                    active.balances = Some(balances);
                }
            });
        }
    }
}

/// Seconds until a deployment is usually looked at again.
fn pace(record: &Record, looked: bool, age: i64) -> u64 {
    let young = age < 600;
    match record.phase {
        Phase::Choosing if looked || young => 3,
        Phase::Creating | Phase::Unclear | Phase::Leasing | Phase::Closing => 5,
        Phase::Up if record.run.answered.is_none() && young => 3,
        // What stopped lately may keep restarting, which is only seen by looking.
        Phase::Up if looked || !record.run.stopped.is_empty() => 10,
        Phase::Choosing | Phase::Lapsed | Phase::Up | Phase::LeaseLost => 30,
        Phase::NotSent | Phase::Refused | Phase::Closed | Phase::OutOfFunds => 300,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hidden_window_a_battery_and_a_console_that_asks_for_it_make_it_slower() {
        let now = jiff::Timestamp::UNIX_EPOCH;
        let mut record = Record::found("a".into(), 1, now);
        record.phase = Phase::Up;
        record.run.answered = Some(now);
        let waits = |looked, age, hidden, battery, slowed| {
            let thrift = Thrift {
                hidden,
                battery,
                slowed,
            };
            thrift.slower(pace(&record, looked, age)).as_secs()
        };
        assert_eq!(waits(false, 0, false, false, false), 30);
        assert_eq!(waits(true, 0, false, false, false), 10);
        assert_eq!(waits(false, 0, false, true, false), 60);
        assert_eq!(waits(true, 0, false, true, false), 20);
        assert_eq!(waits(false, 0, false, false, true), 60);
        assert_eq!(waits(false, 0, true, true, true), 360);
        // Bids lapse in minutes: whoever waits for them is not kept waiting for the battery's sake.
        record.phase = Phase::Choosing;
        let waits = |thrift: Thrift| thrift.slower(pace(&record, true, 0)).as_secs();
        let battery = Thrift {
            battery: true,
            ..Thrift::default()
        };
        let slowed = Thrift {
            slowed: true,
            ..Thrift::default()
        };
        assert_eq!((waits(battery), waits(slowed)), (3, 6));
    }
}
