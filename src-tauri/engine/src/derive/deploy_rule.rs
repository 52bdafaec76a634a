//! *Deploy for me*: what a rule makes of the bids there are.

use akash_market::{Choice as Chosen, Usd, Wish, choose};
use jiff::{SignedDuration, Timestamp};

use super::{providers, typed};
use crate::{
    record::{BidSeen, Phase, Record, seconds, transitions::NO_BIDS},
    state::State,
    view::{Choice, RankBy, Rule},
};

/// After the last new bid it waits this long for a better one, chain seconds.
const QUIET: i64 = 10;
/// From the first bids that satisfy it, it waits no longer than this, chain seconds.
const LONGEST: i64 = 30;

/// What is not known of the bidders yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unknown {
    Where,
    HowReliable,
}

/// What a rule has to know of the bidders before it takes one, and is not known yet.
pub(crate) fn waits(state: &State, record: &Record, rule: &Rule) -> Option<Unknown> {
    let asks = match (rule.way, &rule.region) {
        // The price stands in the bid.
        (RankBy::Cheapest, None) => return None,
        (RankBy::Cheapest, Some(_)) => Unknown::Where,
        _ => Unknown::HowReliable,
    };
    let aged = state
        .session
        .as_ref()
        .is_some_and(|now| now.block.is_some());
    let known = !state.providers.is_empty() && aged;
    let bids = record.bids.iter().any(BidSeen::open);
    (bids && !known).then_some(asks)
}

/// What a rule makes of the bids there are.
pub(crate) enum Next {
    Take(Vec<Choice>),
    AboveLimit(Usd),
    NoneFits,
}

/// `None`: it waits for more bids.
pub(crate) fn next(state: &State, record: &Record, rule: &Rule, now: Timestamp) -> Option<Next> {
    if record.phase != Phase::Choosing || waits(state, record, rule).is_some() {
        return None;
    }
    let offers: Vec<_> = record
        .bids
        .iter()
        .filter(|bid| bid.open())
        .filter_map(BidSeen::offer)
        .collect();
    let rule = akash_market::Rule {
        wish: Wish {
            rank_by: rule.way.into(),
            region: rule.region.clone(),
            gpus: Vec::new(),
        },
        limit: typed::limit(&rule.limit).ok()?,
    };
    let facts = providers::facts(state, record, now);
    // Nobody bids any more after so long, and none that could be taken came.
    let late = record
        .asked
        .is_some_and(|asked| seconds(asked, now) >= NO_BIDS)
        && quiet(record, now);
    match choose(&offers, &record.gseqs(), &facts, &rule, &state.rates) {
        Chosen::Take { offers: taken, .. } => {
            let choice = |index: usize| {
                offers.get(index).map(|offer| Choice {
                    gseq: offer.gseq,
                    provider: offer.provider.clone(),
                })
            };
            Some(Next::Take(taken.into_iter().filter_map(choice).collect()))
        }
        Chosen::AboveLimit { per_month } if late => Some(Next::AboveLimit(per_month)),
        Chosen::Wait { groups } if late && !offers.is_empty() && some_for(record, &groups) => {
            Some(Next::NoneFits)
        }
        Chosen::AboveLimit { .. } | Chosen::Wait { .. } => None,
    }
}

/// Whether each of these groups has bids, though none that could be taken.
fn some_for(record: &Record, groups: &[u32]) -> bool {
    let bid = |gseq: &u32| {
        record
            .bids
            .iter()
            .any(|bid| bid.gseq == *gseq && bid.open())
    };
    groups.iter().all(bid)
}

fn quiet(record: &Record, now: Timestamp) -> bool {
    record
        .newest
        .is_none_or(|newest| seconds(newest, now) >= QUIET)
}

/// When it takes what satisfies it now, if nothing new comes.
pub(crate) fn takes(record: &Record, now: Timestamp) -> Option<Timestamp> {
    let after = |at: Timestamp, wait| at.checked_add(SignedDuration::from_secs(wait)).ok();
    let newest = after(record.newest.unwrap_or(now), QUIET)?;
    let longest = after(record.satisfied.unwrap_or(now), LONGEST)?;
    Some(newest.min(longest))
}
