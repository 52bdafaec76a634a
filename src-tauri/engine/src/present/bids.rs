//! The bids of a deployment, in order and with reasons.

use std::collections::HashMap;

use akash_console::{GpuPrice, Incident, Provider};
use akash_market::{
    Decimal, GoingRate, GpuModel, Past, ProviderFacts, Ranked, Reason, Standing, Wish, compare,
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::row;
use crate::{
    derive::funding,
    present::words,
    record::transitions::BID_LIFE,
    record::{BIDS, BidSeen, Phase, Record},
    state::State,
    view::{Bid, Choice, Going, Group, Points, Quote, Rank, Way},
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
            going: going(state, seen()),
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
            .and_then(|outlook| outlook.takes(state, record)),
        outlook: outlook.and_then(|outlook| outlook.sentence(state, record)),
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
    lapsed: HashMap<(u32, String), Points>,
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
        let mut lapsed: HashMap<_, Points> = HashMap::new();
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
        for way in [Way::Cheapest, Way::Reliable, Way::Balanced] {
            let wish = Wish {
                way: way.into(),
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
                    Way::Cheapest => rank.cheapest = *place,
                    Way::Reliable => rank.reliable = *place,
                    Way::Balanced => rank.balanced = *place,
                }
                *place += 1;
            }
        }
        Self { facts, by, lapsed }
    }
}

impl From<Way> for akash_market::Way {
    fn from(way: Way) -> Self {
        match way {
            Way::Cheapest => Self::Cheapest,
            Way::Reliable => Self::Reliable,
            Way::Balanced => Self::Balanced,
        }
    }
}

/// What is known of everyone who bids.
pub(crate) fn facts(state: &State, record: &Record, now: Timestamp) -> Vec<ProviderFacts> {
    let height = state.height(now);
    let mut owners: Vec<&str> = record
        .bids
        .iter()
        .map(|bid| bid.provider.as_str())
        .collect();
    owners.sort_unstable();
    owners.dedup();
    owners
        .into_iter()
        .map(|owner| of_provider(state, owner, height))
        .collect()
}

pub(crate) fn of_provider(state: &State, owner: &str, height: Option<u64>) -> ProviderFacts {
    let provider = state.providers.get(owner);
    let known = provider.map(AsRef::as_ref);
    ProviderFacts {
        owner: owner.to_owned(),
        region: known.and_then(area),
        country: known.and_then(|p| p.ip_country_code.clone().or_else(|| p.country.clone())),
        uptime_1d: known.and_then(|p| p.uptime_1d),
        uptime_7d: known.and_then(|p| p.uptime_7d),
        uptime_30d: known.and_then(|p| p.uptime_30d),
        online: known.and_then(|p| p.is_online),
        audited: known.and_then(|p| p.is_audited),
        age_days: known.and_then(|p| age_days(state, p, height)),
        leases: known.and_then(|p| p.lease_count),
        favourite: state.settings.favourites.iter().any(|one| one == owner),
        past: state.market.pasts.get(owner).copied().unwrap_or_default(),
    }
}

/// The region's key, as files ask for it.
pub(crate) fn area(provider: &Provider) -> Option<String> {
    let said = provider
        .attributes
        .iter()
        .find(|attribute| attribute.key == "region")
        .map(|attribute| attribute.value.clone());
    said.or_else(|| provider.location_region.clone())
        .filter(|key| !key.is_empty())
}

/// Whole days since a provider joined.
pub(crate) fn age_days(state: &State, provider: &Provider, height: Option<u64>) -> Option<u32> {
    let blocks = height?.saturating_sub(provider.created_height?);
    let days = state
        .pace()
        .seconds(blocks)
        .checked_div(Decimal::from(86_400))?;
    u32::try_from(days.trunc()).ok()
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
        name: row::name(provider, &bid.provider),
        host: provider.map(row::host).unwrap_or_default(),
        region: provider.and_then(row::region),
        area: provider.and_then(area),
        price: bid
            .price
            .as_ref()
            .and_then(|price| words::price(price, &state.rates, record.gpu())),
        takes: outlook
            .as_ref()
            .and_then(|outlook| outlook.takes(state, record)),
        outlook: outlook.and_then(|outlook| outlook.sentence(state, record)),
        uptime: provider.and_then(row::uptime),
        week: week(state, &bid.provider, now),
        gpu: bid.gpus.first().map(gpu_words),
        going: standing(state, bid),
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
        past: facts.and_then(|facts| past(facts.past)),
    }
}

fn points(ranked: &Ranked) -> Points {
    let parts = ranked.reliability;
    Points {
        total: parts.total(),
        uptime: parts.uptime,
        standing: parts.standing,
        promises: parts.promises,
        past: parts.past,
        offline: parts.offline,
    }
}

/// A person's own leases with a provider, in words.
pub(crate) fn past(past: Past) -> Option<String> {
    let reason = match past {
        Past { died: 0, lived: 0 } => return None,
        Past { died: 0, lived } => Reason::Lived { leases: lived },
        Past { died, lived } => Reason::Died {
            died,
            of: died.saturating_add(lived),
        },
    };
    Some(reason.to_string())
}

fn gpu_words(gpu: &GpuModel) -> String {
    match &gpu.ram {
        Some(ram) => format!("{} {}", gpu.model, words::ram(ram)),
        None => gpu.model.clone(),
    }
}

/// What GPUs of a model usually cost; `None` where it is told for several of that name and not for this one.
fn rate(prices: &[GpuPrice], gpu: &GpuModel) -> Option<GoingRate> {
    let alike = |a: &Option<String>, b: &Option<String>| match (a, b) {
        (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
        _ => true,
    };
    let same = |price: &&GpuPrice| {
        price.model.eq_ignore_ascii_case(&gpu.model)
            && alike(&price.ram, &gpu.ram)
            && alike(&price.interface, &gpu.interface)
    };
    let mut rates = prices.iter().filter(same).filter_map(GpuPrice::going_rate);
    let rate = rates.next()?;
    rates.all(|other| other == rate).then_some(rate)
}

fn standing(state: &State, bid: &BidSeen) -> Option<Going> {
    let rate = rate(&state.market.gpu_prices, bid.gpus.first()?)?;
    let each = bid.offer()?.usd_per_gpu_hour(&state.rates)?;
    Some(match rate.stands(each) {
        Standing::Cheap => Going::Cheap,
        Standing::Usual => Going::Usual,
        Standing::Dear => Going::Dear,
    })
}

/// `An rtx4090 usually costs $0.42 an hour (from $0.38 to $0.80).`, for up to three models.
fn going<'a>(state: &State, bids: impl Iterator<Item = &'a BidSeen>) -> Option<String> {
    let mut models: Vec<&GpuModel> = bids.filter_map(|bid| bid.gpus.first()).collect();
    models.sort_unstable();
    models.dedup_by(|a, b| a.model == b.model && a.ram == b.ram);
    let said: Vec<String> = models
        .into_iter()
        .filter_map(|gpu| {
            let GoingRate { min, median, max } = rate(&state.market.gpu_prices, gpu)?;
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

/// What is known of a provider's last days; `None` where a day of them is not known.
pub(crate) fn outages<'a>(
    state: &'a State,
    owner: &str,
    now: Timestamp,
) -> Option<&'a Vec<Incident>> {
    let outages = state.market.outages.get(owner)?;
    let day = |at: Timestamp| at.to_zoned_datetime(TimeZone::UTC).date();
    (day(outages.read) == day(now)).then_some(&outages.incidents)
}

/// The last 7 days, oldest first, as the Console writes them when asked to count by UTC.
pub(crate) fn last_days(now: Timestamp) -> Vec<String> {
    let days = (0..7i64).rev().filter_map(|back| {
        let at = now
            .checked_sub(SignedDuration::from_hours(24 * back))
            .ok()?;
        Some(at.to_zoned_datetime(TimeZone::UTC).date().to_string())
    });
    days.collect()
}

/// Percent of a day that is left of it after so many seconds of outage, cut.
pub(crate) fn up(down: u64) -> u32 {
    const DAY: u64 = 86_400;
    u32::try_from((DAY - down.min(DAY)) * 100 / DAY).unwrap_or(0)
}

/// When the first open bid is likely to lapse: its provider's own limit is not told.
pub(crate) fn lapses(state: &State, record: &Record, now: Timestamp) -> Option<Timestamp> {
    if record.phase != Phase::Choosing {
        return None;
    }
    let open = record.bids.iter().filter(|bid| bid.open());
    open.filter_map(|bid| lapses_one(state, bid, now)).min()
}

fn lapses_one(state: &State, bid: &BidSeen, now: Timestamp) -> Option<Timestamp> {
    let blocks = state.height(now)?.saturating_sub(bid.height?);
    let age = i64::try_from(state.pace().seconds(blocks).trunc()).ok()?;
    now.checked_add(SignedDuration::from_secs((BID_LIFE - age).max(0)))
        .ok()
}
