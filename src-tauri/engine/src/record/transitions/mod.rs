//! What a deployment becomes by what is read of it. Pure: reads in, facts and happenings out.

mod bids;
mod leases;
mod listed;
mod money;
mod running;

use akash_console::{CloseReason, DeploymentDetail, DeploymentState, EscrowState, LeaseState};
use akash_market::Rates;
use jiff::Timestamp;

use super::{
    Event, Intent, Keeper, LeaseSeen, News, Phase, ReceiptSeen, Record, TimelineEntry, What, Why,
};
use crate::view::Tone;

/// What is known of the moment a read belongs to.
#[derive(Clone, Debug)]
pub(crate) struct Moment {
    /// Chain time.
    pub(crate) now: Timestamp,
    pub(crate) rates: Rates,
    /// Which entering of the account it belongs to, see [`crate::state::State::session_epoch`].
    pub(crate) session_epoch: u64,
}

/// Facts of a read go in here; what to write down and to tell comes out.
#[derive(Default)]
pub(crate) struct Heard {
    pub(crate) happened: Vec<TimelineEntry>,
    pub(crate) news: Vec<News>,
}

impl Heard {
    fn note(&mut self, at: Timestamp, tone: Tone, event: Event, news: News) {
        self.happened.push(TimelineEntry::new(at, tone, event));
        self.news.push(news);
    }
}

/// A provider that says nothing for this long is dark; a web address that is silent this long is said to be so. Chain seconds.
pub(crate) const PATIENCE: i64 = 180;
/// Without a bid for this long, it is said. Chain seconds.
pub(crate) const NO_BIDS: i64 = 60;
/// Bids are closed by their providers about this long after they were made: the web Console's estimate. Chain seconds.
pub(crate) const BID_LIFE: i64 = 320;

impl Record {
    /// Takes in the deployment as the Console reads it from the chain: the truth about leases and money.
    pub(crate) fn hear_detail(&mut self, detail: &DeploymentDetail, moment: &Moment) -> Heard {
        let mut heard = Heard::default();
        // A slow read that was overtaken by the close, or a lagging node's: what is over stays over.
        if self.phase.is_over() {
            return heard;
        }
        if detail.hash.is_some() {
            self.hash.clone_from(&detail.hash);
        }
        if let Some(Intent {
            what: What::Close { unknown, .. },
            ..
        }) = &mut self.intent
        {
            *unknown = 0;
        }
        let now = moment.now;
        let stood = self.running().count();
        let added = self.hear_escrow(detail, moment);
        let kept = self.reclaimed().is_none();
        self.hear_leases(detail);
        let closed = detail.state == DeploymentState::Closed;
        if closed {
            self.end(detail, moment, &mut heard);
            return heard;
        }
        let runs = self.running().next().is_some();
        match self.phase {
            Phase::Closing | Phase::NotSent | Phase::Refused => {}
            _ if runs => {
                if self.phase != Phase::Up {
                    self.enter(Phase::Up, now);
                    self.leased();
                    self.problem = None;
                    self.run.leased.get_or_insert(now);
                    heard.note(now, Tone::Good, Event::LeaseActive, News::Leased);
                }
                if self.running().count() < stood {
                    let event = Event::PartEnded(self.end_reason());
                    heard.note(now, Tone::Bad, event, News::PartLost);
                }
                if kept && self.reclaimed().is_some() {
                    heard.note(now, Tone::Attention, Event::Reclaimed, News::Reclaimed);
                }
                self.hear_status(detail, now, &mut heard);
            }
            Phase::LeaseLost => {}
            _ if !self.leases.is_empty() => {
                self.enter(Phase::LeaseLost, now);
                self.leased();
                let event = Event::LeaseEnded(self.end_reason());
                heard.note(now, Tone::Bad, event, News::LeaseLost);
            }
            Phase::Up => self.enter(Phase::Choosing, now),
            _ => {}
        }
        if let Some(usd) = added {
            let event = Event::AddedElsewhere { usd, runs };
            heard
                .happened
                .push(TimelineEntry::new(now, Tone::Attention, event));
        }
        heard
    }

    /// A lease that was under way is settled; money that was set aside meanwhile is not.
    fn leased(&mut self) {
        let lease = |intent: &mut Intent| matches!(intent.what, What::Lease { .. });
        self.intent.take_if(lease);
    }

    /// The chain's word on why a lease ended.
    pub(crate) fn end_reason(&self) -> Option<String> {
        self.leases.iter().find_map(|lease| lease.reason.clone())
    }

    fn end(&mut self, detail: &DeploymentDetail, moment: &Moment, heard: &mut Heard) {
        let overdrawn = detail.escrow.state == EscrowState::Overdrawn
            || detail
                .leases
                .iter()
                .any(|lease| lease.state == LeaseState::InsufficientFunds)
            || detail
                .leases
                .iter()
                .any(|lease| lease.reason == Some(CloseReason::InsufficientFunds));
        let why = match (&self.intent, overdrawn) {
            (_, true) => Why::Funds,
            (Some(intent), _) => match intent.what {
                What::Close { ceiling: true, .. } => Why::Ceiling,
                What::Close { over: true, .. } => Why::Over,
                What::Close { by_aloft: true, .. } => Why::Aloft,
                What::Close { .. } => Why::Here,
                _ => self.ended_elsewhere(moment.now),
            },
            _ => self.ended_elsewhere(moment.now),
        };
        let usd = |amount| {
            self.escrow
                .as_ref()
                .and_then(|e| e.amount(amount).usd(&moment.rates))
        };
        let spent = self.escrow.as_ref().map(|escrow| escrow.transferred);
        // Whole micro-units come back: the chain cuts the rest off. What was put in is what was read just before.
        let returned = spent
            .filter(|_| !self.put_in.is_zero())
            .map(|spent| self.put_in.saturating_sub(spent).trunc());
        let blocks = |lease: &LeaseSeen| Some(lease.until?.saturating_sub(lease.from?));
        let ran = self.leases.iter().filter_map(blocks).max();
        self.receipt = Some(ReceiptSeen {
            ran: ran.and_then(|blocks| i64::try_from(moment.rates.seconds(blocks).trunc()).ok()),
            spent: spent.and_then(usd),
            returned: returned
                .map(|amount| amount.max(akash_market::Decimal::ZERO))
                .and_then(usd),
            // The Console funds what runs unless it is told not to.
            about: !self.leases.is_empty() && self.auto_funding != Some(false),
            why,
        });
        self.over(why, moment.now, heard);
    }

    /// The Console closes what has run as long as it should; anybody else may close it before.
    fn ended_elsewhere(&self, now: Timestamp) -> Why {
        let kept = self.stop.is_some_and(|stop| stop.keeper == Keeper::Console);
        match self.stops() {
            Some(at) if kept && now >= at => Why::Over,
            _ => Why::Elsewhere,
        }
    }

    /// The Console knows it no more, and so nothing says how it ended.
    pub(crate) fn vanish(&mut self, now: Timestamp) -> Heard {
        let mut heard = Heard::default();
        self.receipt = Some(ReceiptSeen {
            ran: None,
            spent: None,
            returned: None,
            about: false,
            why: Why::Unknown,
        });
        self.over(Why::Unknown, now, &mut heard);
        heard
    }

    fn over(&mut self, why: Why, now: Timestamp, heard: &mut Heard) {
        let (phase, tone, news) = match why {
            Why::Funds => (Phase::OutOfFunds, Tone::Bad, News::OutOfFunds),
            Why::Here | Why::Aloft => (Phase::Closed, Tone::Quiet, News::Closed),
            Why::Ceiling => (Phase::Closed, Tone::Attention, News::Ceiling),
            Why::Over => (Phase::Closed, Tone::Attention, News::Stopped),
            Why::Elsewhere => (Phase::Closed, Tone::Quiet, News::ClosedElsewhere),
            Why::Unknown => (Phase::Closed, Tone::Attention, News::Vanished),
        };
        self.intent = None;
        self.problem = None;
        for lease in &mut self.leases {
            lease.runs = false;
        }
        if let Some(escrow) = &mut self.escrow {
            escrow.rates.clear();
        }
        self.enter(phase, now);
        heard.note(now, tone, Event::Ended(why), news);
    }
}
