//! The bids of a deployment, in order and with reasons.

use std::collections::HashMap;

use akash_console::GpuPrice;
use akash_market::{GpuMarketRate, GpuModel, ProviderFacts, Ranked, Standing, Wish, compare};
use jiff::Timestamp;

use super::{funding as funding_words, names, words};
use crate::{
    derive::{
        bids::lapses_one,
        funding,
        providers::{area, facts, last_days, outages, up},
    },
    record::{BIDS, BidSeen, Record},
    state::State,
    view::{Bid, Choice, Group, MarketRate, Quote, Rank, RankBy, ReliabilityScore},
};

/// An order takes at most so many bids (`order_max_bids` of the chain).
const ORDER: usize = 20;

pub(crate) fn groups(state: &State, record: &Record, now: Timestamp) -> Vec<Group> {
    let ranks = Ranks::of(state, record, now);
    let groups = record.gseqs().into_iter().map(|gseq| {
        let plan = record
            .plan
            .as_ref()
            .and_then(|plan| plan.groups.iter().find(|group| group.gseq == gseq));
        let seen = || record.bids.iter().filter(|bid| bid.gseq == gseq);
        let mut bids: Vec<Bid> = seen()
            .map(|bid| offer(state, record, bid, &ranks, now))
            .collect();
        bids.sort_by(|a, b| (a.rank.cheapest, &a.provider).cmp(&(b.rank.cheapest, &b.provider)));
        Group {
            gseq,
            name: plan.map(|group| group.name.clone()),
            services: plan.map(|group| group.services.clone()).unwrap_or_default(),
            full: full(bids.len(), record.bids.len()),
            market_rate: market_rate(state, seen()),
            bids,
        }
    });
    groups.collect()
}

/// What bids cost together, and how long what is set aside then lasts.
pub(crate) fn quote(state: &State, record: &Record, choices: &[Choice]) -> Quote {
    let price = |choice: &Choice| {
        let same = |bid: &&BidSeen| {
            bid.gseq == choice.gseq && bid.provider == choice.provider && bid.open()
        };
        record.bids.iter().find(same)?.price.as_ref()
    };
    let mut prices = choices.iter().map(price);
    let first = prices.next().flatten().cloned();
    let sum = first.and_then(|first| prices.try_fold(first, |sum, price| sum.add(price?).ok()));
    let all = choices.len() >= record.gseqs().len();
    let outlook = sum
        .as_ref()
        .filter(|_| all)
        .and_then(|sum| funding::outlook(state, record, sum));
    Quote {
        price: sum
            .as_ref()
            .and_then(|sum| words::price(sum, &state.rates, record.gpu())),
        takes: outlook
            .as_ref()
            .and_then(|outlook| outlook.takes(state, record))
            .map(|usd| usd.round_up(2)),
        outlook: outlook.and_then(|outlook| funding_words::outlook(&outlook, state, record)),
    }
}

/// Whether more may want to bid than are listed, in words.
fn full(of_order: usize, all: usize) -> Option<String> {
    if of_order >= ORDER {
        return Some(format!(
            "A request takes {ORDER} bids at most. More providers may have wanted to bid."
        ));
    }
    (all >= BIDS).then(|| format!("The Console lists {BIDS} bids at most. There may be more."))
}

/// Every open bid's place by each way.
struct Ranks {
    facts: Vec<ProviderFacts>,
    by: HashMap<(u32, String), (Rank, Ranked)>,
    /// Points of those that can no longer be taken: they have no place, and are as reliable as they were.
    lapsed: HashMap<(u32, String), ReliabilityScore>,
}

impl Ranks {
    fn of(state: &State, record: &Record, now: Timestamp) -> Self {
        let offers: Vec<_> = record
            .bids
            .iter()
            .filter(|bid| bid.open())
            .filter_map(BidSeen::offer)
            .collect();
        let facts = facts(state, record, now);
        let mut lapsed: HashMap<_, ReliabilityScore> = HashMap::new();
        let gone: Vec<_> = record
            .bids
            .iter()
            .filter(|bid| !bid.open())
            .filter_map(BidSeen::offer)
            .collect();
        for ranked in compare(&gone, &facts, &Wish::default(), &state.rates) {
            if let Some(offer) = gone.get(ranked.offer) {
                lapsed.insert((offer.gseq, offer.provider.clone()), points(&ranked));
            }
        }
        let mut by: HashMap<_, (Rank, Ranked)> = HashMap::new();
        for way in [RankBy::Cheapest, RankBy::Reliable, RankBy::Balanced] {
            let wish = Wish {
                rank_by: way.into(),
                ..Wish::default()
            };
            let mut places: HashMap<u32, u32> = HashMap::new();
            for ranked in compare(&offers, &facts, &wish, &state.rates) {
                let Some(offer) = offers.get(ranked.offer) else {
                    continue;
                };
                let place = places.entry(offer.gseq).or_default();
                let key = (offer.gseq, offer.provider.clone());
                let (rank, _) = by.entry(key).or_insert((Rank::default(), ranked));
                match way {
                    RankBy::Cheapest => rank.cheapest = *place,
                    RankBy::Reliable => rank.reliable = *place,
                    RankBy::Balanced => rank.balanced = *place,
                }
                *place += 1;
            }
        }
        Self { facts, by, lapsed }
    }
}

fn offer(state: &State, record: &Record, bid: &BidSeen, ranks: &Ranks, now: Timestamp) -> Bid {
    let provider = state.providers.get(&bid.provider).map(AsRef::as_ref);
    let found = ranks.by.get(&(bid.gseq, bid.provider.clone()));
    let facts = ranks.facts.iter().find(|facts| facts.owner == bid.provider);
    // Behind all that can be taken.
    let behind = Rank {
        cheapest: u32::MAX,
        reliable: u32::MAX,
        balanced: u32::MAX,
    };
    let ranked = found.map(|(_, ranked)| ranked);
    // Of several parts, only the sum says how long what is set aside lasts.
    let all = record.gseqs().len() == 1 && bid.open();
    let price = bid.price.as_ref().filter(|_| all);
    let outlook = price.and_then(|price| funding::outlook(state, record, price));
    Bid {
        provider: bid.provider.clone(),
        name: names::name(provider, &bid.provider),
        host: provider.map(names::host).unwrap_or_default(),
        region: provider.and_then(names::region),
        area: provider.and_then(area),
        price: bid
            .price
            .as_ref()
            .and_then(|price| words::price(price, &state.rates, record.gpu())),
        takes: outlook
            .as_ref()
            .and_then(|outlook| outlook.takes(state, record))
            .map(|usd| usd.round_up(2)),
        outlook: outlook.and_then(|outlook| funding_words::outlook(&outlook, state, record)),
        uptime: provider.and_then(names::uptime),
        week: week(state, &bid.provider, now),
        gpu: bid.gpus.first().map(gpu_words),
        market_rate: standing(state, bid),
        audited: provider.and_then(|p| p.is_audited),
        open: bid.open(),
        why_not: match bid.state.as_str() {
            "open" => None,
            "active" => Some("Accepted".into()),
            "lost" => Some("Not chosen".into()),
            _ => Some("Expired".into()),
        },
        lapses: lapses_one(state, bid, now)
            .filter(|_| bid.open())
            .map(|at| at.to_string()),
        rank: found.map_or(behind, |(rank, _)| *rank),
        why: ranked.map(Ranked::sentence).unwrap_or_default(),
        points: ranked
            .map(points)
            .or_else(|| ranks.lapsed.get(&(bid.gseq, bid.provider.clone())).copied())
            .unwrap_or_default(),
        favourite: facts.is_some_and(|facts| facts.favourite),
        past: facts.and_then(|facts| names::past(facts.past)),
    }
}

fn points(ranked: &Ranked) -> ReliabilityScore {
    let parts = ranked.reliability;
    ReliabilityScore {
        total: parts.total(),
        uptime: parts.uptime,
        standing: parts.standing,
        promises: parts.promises,
        past: parts.past,
        offline: parts.offline,
    }
}

fn gpu_words(gpu: &GpuModel) -> String {
    match &gpu.ram {
        Some(ram) => format!("{} {}", gpu.model, words::ram(ram)),
        None => gpu.model.clone(),
    }
}

/// What GPUs of a model usually cost; `None` where it is told for several of that name and not for this one.
fn rate(prices: &[GpuPrice], gpu: &GpuModel) -> Option<GpuMarketRate> {
    let alike = |a: &Option<String>, b: &Option<String>| match (a, b) {
        (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
        _ => true,
    };
    let same = |price: &&GpuPrice| {
        price.model.eq_ignore_ascii_case(&gpu.model)
            && alike(&price.ram, &gpu.ram)
            && alike(&price.interface, &gpu.interface)
    };
    let mut rates = prices.iter().filter(same).filter_map(GpuPrice::market_rate);
    let rate = rates.next()?;
    rates.all(|other| other == rate).then_some(rate)
}

fn standing(state: &State, bid: &BidSeen) -> Option<MarketRate> {
    let rate = rate(&state.market.gpu_prices, bid.gpus.first()?)?;
    let each = bid.offer()?.usd_per_gpu_hour(&state.rates)?;
    Some(match rate.stands(each) {
        Standing::Cheap => MarketRate::Cheap,
        Standing::Usual => MarketRate::Usual,
        Standing::Dear => MarketRate::Dear,
    })
}

/// `An rtx4090 usually costs $0.42 an hour (from $0.38 to $0.80).`, for up to three models.
fn market_rate<'a>(state: &State, bids: impl Iterator<Item = &'a BidSeen>) -> Option<String> {
    let mut models: Vec<&GpuModel> = bids.filter_map(|bid| bid.gpus.first()).collect();
    models.sort_unstable();
    models.dedup_by(|a, b| a.model == b.model && a.ram == b.ram);
    let said: Vec<String> = models
        .into_iter()
        .filter_map(|gpu| {
            let GpuMarketRate { min, median, max } = rate(&state.market.gpu_prices, gpu)?;
            Some(format!(
                "{} usually costs ${} an hour (from ${} to ${})",
                gpu_words(gpu),
                words::cost(median),
                words::cost(min),
                words::cost(max)
            ))
        })
        .take(3)
        .collect();
    (!said.is_empty()).then(|| format!("One {}.", said.join(", one ")))
}

/// The last 7 days of a provider, percent of each, oldest first.
fn week(state: &State, owner: &str, now: Timestamp) -> Option<Vec<u32>> {
    let incidents = outages(state, owner, now)?;
    let days = last_days(now).into_iter().map(|date| {
        let down = incidents
            .iter()
            .filter(|incident| incident.date == date)
            .map(|incident| incident.downtime_seconds)
            .fold(0, u64::saturating_add);
        up(down)
    });
    Some(days.collect())
}
