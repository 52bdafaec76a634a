//! Bids, as they come and lapse.

use akash_console::Bid;

use super::{Heard, Moment};
use crate::{
    record::{BIDS, BidSeen, Event, News, Phase, Record, TimelineEntry},
    view::Tone,
};

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
            let event = Event::FirstBid;
            if self.rule.is_some() {
                // Nobody is waited for.
                let happened = TimelineEntry::new(moment.now, Tone::Good, event);
                heard.happened.push(happened);
            } else {
                heard.note(moment.now, Tone::Good, event, News::FirstBid);
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
                Event::BidsExpired,
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
                Event::RuleWaitsAnew,
                News::RuleGoesOn,
            );
        }
        heard
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
