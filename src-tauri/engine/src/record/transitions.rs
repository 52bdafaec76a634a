//! What a deployment becomes by what is read of it. Pure: reads in, facts and happenings out.

use akash_console::{
    Amount, Bid, CloseReason, DeploymentDetail, DeploymentState, EscrowState, LeaseState,
    LeaseStatus, Usd,
};
use akash_market::{Decimal, Rates};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    journal::TimelineEntry,
    present::words,
    record::{
        At, BIDS, BidSeen, EscrowSeen, Intent, LeaseSeen, Phase, Place, ReceiptSeen, Record,
        ServiceSeen, What, Why,
    },
    view::Tone,
};

/// What is known of the moment a read belongs to.
#[derive(Clone, Debug)]
pub(crate) struct Moment {
    /// Chain time.
    pub(crate) now: Timestamp,
    pub(crate) rates: Rates,
    /// Which entering of the account it belongs to, see [`crate::state::State::session_epoch`].
    pub(crate) session_epoch: u64,
}

/// News that is worth a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum News {
    FirstBid,
    Lapsed,
    Leased,
    Delivered,
    Ready,
    Answering,
    NotAnswering,
    Restarting,
    Dark,
    LeaseLost,
    PartLost,
    OutOfFunds,
    Closed,
    ClosedElsewhere,
    /// The Console knows it no more.
    Vanished,
    /// Its bids lapse soon.
    LapseSoon,
    /// No bid satisfies the rule of *Deploy for me*.
    RuleEnds,
    /// *Deploy for me* goes on after Aloft was away.
    RuleGoesOn,
    /// It holds money and runs nothing.
    Idle,
    Low,
    VeryLow,
    TrialEnds,
    /// It was closed because it had spent what it may spend.
    Ceiling,
}

/// Facts of a read go in here; what to write down and to tell comes out.
#[derive(Default)]
pub(crate) struct Heard {
    pub(crate) happened: Vec<TimelineEntry>,
    pub(crate) news: Vec<News>,
}

impl Heard {
    fn note(&mut self, at: Timestamp, tone: Tone, text: impl Into<String>, news: News) {
        self.happened.push(TimelineEntry::new(at, tone, text));
        self.news.push(news);
    }
}

/// A provider that says nothing for this long is dark; a web address that is silent this long is said to be so. Chain seconds.
pub(crate) const PATIENCE: i64 = 180;
/// Without a bid for this long, it is said. Chain seconds.
pub(crate) const NO_BIDS: i64 = 60;
/// Bids are closed by their providers about this long after they were made: the web Console's estimate. Chain seconds.
pub(crate) const BID_LIFE: i64 = 320;

/// What was sent to be set aside in addition and did not show by then was not set aside. Chain seconds.
const ADDING: i64 = 600;

pub(crate) fn seconds(from: Timestamp, to: Timestamp) -> i64 {
    to.as_second().saturating_sub(from.as_second())
}

impl Record {
    /// Takes in the bids of one read.
    pub(crate) fn hear_bids(&mut self, bids: &[Bid], moment: &Moment) -> Heard {
        let mut heard = Heard::default();
        let had = !self.bids.is_empty();
        // An answer without the bids seen before is a lagging node's: keep what was seen, a closed one is still listed.
        if !bids.is_empty() {
            let seen: Vec<BidSeen> = bids.iter().take(BIDS).map(seen_bid).collect();
            let known = |bid: &BidSeen| {
                self.bids
                    .iter()
                    .any(|old| (old.gseq, &old.provider) == (bid.gseq, &bid.provider))
            };
            if seen.iter().any(|bid| bid.open() && !known(bid)) {
                self.newest = Some(moment.now);
            }
            self.bids = seen;
        }
        if !matches!(self.phase, Phase::Choosing | Phase::Lapsed) {
            return heard;
        }
        let open = self.bids.iter().filter(|bid| bid.open()).count();
        if !had && open > 0 {
            let text = "The first bid arrived";
            if self.rule.is_some() {
                // Nobody is waited for.
                let happened = TimelineEntry::new(moment.now, Tone::Good, text);
                heard.happened.push(happened);
            } else {
                heard.note(moment.now, Tone::Good, text, News::FirstBid);
            }
        }
        // Every group needs a bid: one without any open one, after having had some, can't be leased any more.
        let lapsed = self.gseqs().iter().any(|gseq| {
            let mut group = self.bids.iter().filter(|bid| bid.gseq == *gseq).peekable();
            group.peek().is_some() && !group.any(|bid| bid.open() || bid.state == "active")
        });
        if self.phase == Phase::Choosing && lapsed {
            self.enter(Phase::Lapsed, moment.now);
            self.rule = None;
            // What failed while there was something to choose says nothing now.
            self.problem = None;
            heard.note(
                moment.now,
                Tone::Attention,
                "The bids expired. Nothing ran and nothing was charged",
                News::Lapsed,
            );
        } else if self.phase == Phase::Lapsed && !lapsed {
            self.enter(Phase::Choosing, moment.now);
        }
        // What was counting down when Aloft was left does not strike at once: the person gets the whole time to stop it.
        let away = self.heard.replace(moment.session_epoch) != Some(moment.session_epoch);
        if away && had && self.rule.is_some() && self.phase == Phase::Choosing {
            self.newest = Some(moment.now);
            self.satisfied = None;
            heard.note(
                moment.now,
                Tone::Attention,
                "Aloft was away: Deploy for me waits anew before it takes a bid",
                News::RuleGoesOn,
            );
        }
        heard
    }

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
                    heard.note(
                        now,
                        Tone::Good,
                        "Lease active; charges have started",
                        News::Leased,
                    );
                }
                if self.running().count() < stood {
                    let reason = self.leases.iter().find_map(|lease| lease.reason.as_deref());
                    heard.note(
                        now,
                        Tone::Bad,
                        format!("A part ended. {}", lost(reason)),
                        News::PartLost,
                    );
                }
                self.hear_status(detail, now, &mut heard);
            }
            Phase::LeaseLost => {}
            _ if !self.leases.is_empty() => {
                self.enter(Phase::LeaseLost, now);
                self.leased();
                let reason = self.leases.iter().find_map(|lease| lease.reason.as_deref());
                heard.note(now, Tone::Bad, lost(reason), News::LeaseLost);
            }
            Phase::Up => self.enter(Phase::Choosing, now),
            _ => {}
        }
        if let Some(usd) = added {
            let usd = words::cost(usd);
            let text = if runs {
                format!("The Console set aside ${usd} more, from your credit")
            } else {
                format!("${usd} more was set aside, not from here")
            };
            heard
                .happened
                .push(TimelineEntry::new(now, Tone::Attention, text));
        }
        heard
    }

    /// A lease that was under way is settled; money that was set aside meanwhile is not.
    fn leased(&mut self) {
        let lease = |intent: &mut Intent| matches!(intent.what, What::Lease { .. });
        self.intent.take_if(lease);
    }

    /// Takes in the escrow; what was added to it and not from here, USD.
    fn hear_escrow(&mut self, detail: &DeploymentDetail, moment: &Moment) -> Option<Usd> {
        let escrow = detail.escrow()?;
        let held = escrow.funds.saturating_add(escrow.transferred);
        let mut added = None;
        if detail.state != DeploymentState::Closed {
            let before = self.escrow.as_ref();
            // What was put in never becomes less: a lower sum is a lagging node's. One in another denom can't be compared.
            if before.is_some_and(|before| before.denom == escrow.denom) {
                let rise = held.saturating_sub(self.put_in).max(Decimal::ZERO);
                let rise = Amount::new(rise, escrow.denom.clone());
                added = self.hear_addition(&rise, moment);
                self.put_in = held.max(self.put_in);
            } else {
                self.put_in = held;
            }
        }
        self.escrow = Some(EscrowSeen {
            funds: escrow.funds,
            transferred: escrow.transferred,
            denom: escrow.denom,
            settled_at: escrow.settled_at,
            rates: escrow.rates,
        });
        added
    }

    /// Takes from an addition what was sent from here; the rest was added by the Console, or by the person elsewhere.
    fn hear_addition(&mut self, rise: &Amount, moment: &Moment) -> Option<Usd> {
        // While its outcome is not known, it may still arrive.
        let open = |intent: &Intent| matches!(intent.what, What::AddFunds { .. });
        if let Some((_, sent)) = self.adding
            && seconds(sent, moment.now) >= ADDING
            && !self.intent.as_ref().is_some_and(open)
        {
            self.adding = None;
        }
        let usd = rise.usd(&moment.rates).filter(|usd| !usd.is_zero())?;
        let ours = self.adding.map(|(usd, _)| usd).filter(|ours| *ours <= usd);
        if ours.is_some() {
            self.adding = None;
        }
        let rest = usd.saturating_sub(ours.unwrap_or_default());
        if rest.is_zero() {
            return None;
        }
        let share = rise.amount.saturating_mul(rest.ratio(usd)?);
        self.added = self.added.saturating_add(share);
        Some(rest)
    }

    fn hear_leases(&mut self, detail: &DeploymentDetail) {
        // The list may answer without the leases of a moment ago; the chain never forgets one.
        if detail.leases.is_empty() && !self.leases.is_empty() {
            return;
        }
        self.leases = detail
            .leases
            .iter()
            .take(LEASES)
            .map(|lease| LeaseSeen {
                gseq: lease.id.gseq,
                oseq: lease.id.oseq,
                provider: lease.id.provider.clone(),
                runs: lease.state.runs(),
                price: lease.price.clone(),
                from: lease.created_at,
                until: lease.closed_on,
                reason: lease
                    .reason
                    .as_ref()
                    .filter(|_| !lease.state.runs())
                    .map(|reason| reason.as_str().to_owned()),
            })
            .collect();
    }

    fn hear_status(&mut self, detail: &DeploymentDetail, now: Timestamp, heard: &mut Heard) {
        let running: Vec<_> = detail
            .leases
            .iter()
            .filter(|lease| lease.state.runs())
            .collect();
        let known: Vec<&LeaseStatus> = running
            .iter()
            .filter_map(|lease| lease.status.as_ref())
            .collect();
        let run = &mut self.run;
        if known.len() < running.len() {
            // Null means unknown, not down: only a provider that stays silent is called dark.
            if !run.services.is_empty() {
                let since = *run.dark.get_or_insert(now);
                if seconds(since, now) >= PATIENCE && !run.dark_told {
                    run.dark_told = true;
                    heard.note(
                        now,
                        Tone::Attention,
                        "The provider stopped sending its status",
                        News::Dark,
                    );
                }
            }
            return;
        }
        run.dark = None;
        run.dark_told = false;
        let services: Vec<ServiceSeen> = known
            .iter()
            .flat_map(|status| &status.services)
            .take(PLACES)
            .map(|(name, s)| ServiceSeen {
                name: name.chars().take(NAME).collect(),
                ready: s.available,
                total: s.total,
            })
            .collect();
        if run.delivered.is_none() && !services.is_empty() {
            run.delivered = Some(now);
            run.refused = 0;
            self.problem = None;
            heard.note(
                now,
                Tone::Good,
                "The provider has the manifest",
                News::Delivered,
            );
        }
        let run = &mut self.run;
        let ready = !services.is_empty() && services.iter().all(ServiceSeen::is_ready);
        if ready && run.ready.is_none() {
            run.ready = Some(now);
            run.came_up = true;
            heard.note(now, Tone::Good, "All containers are ready", News::Ready);
        } else if !ready && run.ready.is_some() {
            run.ready = None;
            heard.happened.push(TimelineEntry::new(
                now,
                Tone::Attention,
                "A container stopped being ready",
            ));
            if run.stop(now) {
                heard.note(now, Tone::Bad, "It keeps restarting", News::Restarting);
            }
        }
        run.calm(now);
        run.services = services;
        let old = std::mem::take(&mut run.places);
        run.places = in_order(known.iter().flat_map(|status| places(status)).collect());
        for place in &mut run.places {
            place.answers = old
                .iter()
                .find(|o| o.at == place.at && o.service == place.service)
                .and_then(|o| o.answers);
        }
    }

    /// Takes in which web addresses answered.
    pub(crate) fn hear_probe(&mut self, answers: &[(String, bool)], now: Timestamp) -> Heard {
        let mut heard = Heard::default();
        let run = &mut self.run;
        for place in &mut run.places {
            if let At::Web(host) = &place.at
                && let Some((_, answered)) = answers.iter().find(|(asked, _)| asked == host)
            {
                place.answers = Some(*answered);
            }
        }
        let mut web = run
            .places
            .iter()
            .filter(|place| matches!(place.at, At::Web(_)))
            .peekable();
        if web.peek().is_none() {
            return heard;
        }
        // One address answering is enough: a second one may be a name whose DNS is not set.
        if web.any(|place| place.answers == Some(true)) {
            run.silent = None;
            if run.answered.is_none() {
                run.answered = Some(now);
                heard.note(now, Tone::Good, "Its web address answers", News::Answering);
            }
        } else if run.ready.is_some() {
            let since = *run.silent.get_or_insert(now);
            if seconds(since, now) >= PATIENCE && run.answered.is_some() {
                run.answered = None;
                heard.note(
                    now,
                    Tone::Attention,
                    "Its web address stopped answering",
                    News::NotAnswering,
                );
            }
        }
        heard
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
                What::Close { by_aloft: true, .. } => Why::Aloft,
                What::Close { .. } => Why::Here,
                _ => Why::Elsewhere,
            },
            _ => Why::Elsewhere,
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
        let (phase, tone, text, news) = match why {
            Why::Funds => (
                Phase::OutOfFunds,
                Tone::Bad,
                "What was set aside is used up; the deployment ended",
                News::OutOfFunds,
            ),
            Why::Here => (Phase::Closed, Tone::Quiet, "Closed", News::Closed),
            Why::Aloft => (
                Phase::Closed,
                Tone::Quiet,
                "Aloft canceled it because its bids had expired",
                News::Closed,
            ),
            Why::Ceiling => (
                Phase::Closed,
                Tone::Attention,
                "Aloft closed it: it had spent what you allowed in all",
                News::Ceiling,
            ),
            Why::Elsewhere => (
                Phase::Closed,
                Tone::Quiet,
                "Closed elsewhere",
                News::ClosedElsewhere,
            ),
            Why::Unknown => (
                Phase::Closed,
                Tone::Attention,
                "No longer found in the Console; for this account it is over",
                News::Vanished,
            ),
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
        heard.note(now, tone, text, news);
    }
}

/// Why a lease ended, in words.
pub(crate) fn lost(reason: Option<&str>) -> &'static str {
    match reason {
        Some("lease_closed_reason_unstable") => {
            "The provider ended the lease: the containers kept failing"
        }
        Some("lease_closed_reason_decommission") => {
            "The provider ended the lease: it is taking the machine out of service"
        }
        Some("lease_closed_reason_manifest_timeout") => {
            "The provider ended the lease: it never got the manifest"
        }
        Some("lease_closed_reason_insufficient_funds") => {
            "The lease ended: what was set aside is used up"
        }
        Some("lease_closed_owner") => "The lease was ended from this account",
        _ => "The provider ended the lease",
    }
}

fn seen_bid(bid: &Bid) -> BidSeen {
    BidSeen {
        gseq: bid.id.gseq,
        oseq: bid.id.oseq,
        provider: bid.id.provider.clone(),
        price: bid.price.clone(),
        height: bid.created_at,
        state: bid.state.as_str().to_owned(),
        gpus: bid.gpus(),
        gpu_count: bid.gpu_count(),
        notice: bid.reclamation_window,
    }
}

/// The longest name of a service that is kept, characters.
const NAME: usize = 120;
/// The most leases of one deployment that are kept; more are a mistake or malice.
const LEASES: usize = 200;
/// The most addresses and services one lease may name; more is a provider's mistake or malice.
pub(crate) const PLACES: usize = 64;

/// Web addresses first, whichever lease they are of: the first address stands for the deployment in the list.
fn in_order(mut places: Vec<Place>) -> Vec<Place> {
    places.sort_by_key(|place| match place.at {
        At::Web(_) => 0,
        At::Ip { .. } => 1,
        At::Port { .. } => 2,
    });
    places
}

fn places(status: &LeaseStatus) -> Vec<Place> {
    let place = |service: &str, at| Place {
        service: service.to_owned(),
        at,
        answers: None,
    };
    let web = status
        .services
        .iter()
        .flat_map(|(name, s)| s.uris.iter().map(|uri| place(name, At::Web(uri.clone()))));
    let ports = status.forwarded_ports.iter().flat_map(|(name, ports)| {
        ports.iter().filter_map(|port| {
            let proto = port
                .proto
                .clone()
                .unwrap_or_else(|| "tcp".into())
                .to_lowercase();
            Some(place(
                name,
                At::Port {
                    host: port.host.clone()?,
                    external: port.external_port,
                    internal: port.port,
                    proto,
                },
            ))
        })
    });
    let ips = status.ips.iter().flat_map(|(name, ips)| {
        ips.iter().map(|ip| {
            let proto = ip
                .protocol
                .clone()
                .unwrap_or_else(|| "tcp".into())
                .to_lowercase();
            place(
                name,
                At::Ip {
                    ip: ip.ip.clone(),
                    external: ip.external_port,
                    internal: ip.port,
                    proto,
                },
            )
        })
    });
    web.chain(ports).chain(ips).take(PLACES).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_web_address_stands_before_the_ports_of_another_lease() {
        let port = Place {
            service: "redis".into(),
            at: At::Port {
                host: "provider.example".into(),
                external: 31_000,
                internal: 6379,
                proto: "tcp".into(),
            },
            answers: None,
        };
        let web = |host: &str| Place {
            service: "web".into(),
            at: At::Web(host.into()),
            answers: None,
        };
        assert_eq!(
            in_order(vec![port.clone(), web("b.example"), web("a.example")]),
            [web("b.example"), web("a.example"), port]
        );
    }
}
