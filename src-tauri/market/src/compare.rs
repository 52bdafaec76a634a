//! Which offer to take, and why.

use std::{cmp::Reverse, collections::HashMap};

use rust_decimal::Decimal;

use crate::{
    Offer, ProviderFacts, Rates, Usd,
    reason::{Reason, reasons},
    reliability::{Reliability, reliability},
};

/// What a person chooses by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum RankBy {
    /// The lowest price first.
    #[default]
    Cheapest,
    /// The provider most likely to keep running first.
    Reliable,
    /// Price and reliability, each for half.
    Balanced,
}

/// What a person would like, beyond what the file requires.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// What to choose by.
    pub rank_by: RankBy,
    /// A region to prefer, in the words of providers' attributes.
    pub region: Option<String>,
    /// GPU models to prefer (`rtx4090`), where the file lets the provider choose.
    pub gpus: Vec<String>,
}

/// An offer in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranked {
    /// Index into the offers that were given.
    pub offer: usize,
    /// Dollars per hour; `None` when the denom's rate is unknown.
    pub per_hour: Option<Usd>,
    /// Dollars per month; `None` when the denom's rate is unknown.
    pub per_month: Option<Usd>,
    /// What speaks for the provider's keeping running, from 0 to 100, and its parts.
    pub reliability: Reliability,
    /// Why it stands here, the weightiest first.
    pub reasons: Vec<Reason>,
}

impl Ranked {
    /// Why it stands here, in one sentence without a full stop.
    #[must_use]
    pub fn sentence(&self) -> String {
        crate::reason::sentence(&self.reasons)
    }
}

/// Puts offers in order, group by group, best first:
///
/// 1. Offers whose price can be known in dollars come before those whose price can't.
/// 2. Offers that meet more of the wishes (region, GPU model) come first.
/// 3. Then the way decides: the lower price; the higher [`Reliability`]; or the higher sum of
///    reliability and price points, where price points are 100 for the group's lowest price, 50
///    for twice that, and so on.
/// 4. What is equal so far: the lower price, the higher reliability, a favourite, the address.
///
/// Neither the order they arrive in nor the denom they are priced in matters.
#[must_use]
pub fn compare(
    offers: &[Offer],
    providers: &[ProviderFacts],
    wish: &Wish,
    rates: &Rates,
) -> Vec<Ranked> {
    let known: HashMap<&str, &ProviderFacts> = providers
        .iter()
        .map(|facts| (facts.owner.as_str(), facts))
        .collect();
    let nobody = ProviderFacts::default();
    let prices: Vec<Option<Usd>> = offers
        .iter()
        .map(|o| o.price.usd_per_month(rates))
        .collect();
    let mut groups: HashMap<u32, Group> = HashMap::new();
    for (offer, price) in offers.iter().zip(&prices) {
        groups.entry(offer.gseq).or_default().add(*price);
    }

    let mut rows: Vec<_> = offers
        .iter()
        .zip(prices)
        .enumerate()
        .map(|(index, (offer, per_month))| {
            let facts = known
                .get(offer.provider.as_str())
                .copied()
                .unwrap_or(&nobody);
            let group = groups.get(&offer.gseq).copied().unwrap_or_default();
            let reliability = reliability(offer, facts);
            let place = (
                offer.gseq,
                per_month.is_none(),
                unmet(offer, facts, wish),
                Reverse(points(wish.rank_by, per_month, group.lowest, reliability)),
                per_month,
                Reverse(reliability.total()),
                !facts.favourite,
                offer.provider.as_str(),
                offer.oseq,
                index,
            );
            let ranked = Ranked {
                offer: index,
                per_hour: offer.price.usd_per_hour(rates),
                per_month,
                reliability,
                reasons: reasons(offer, facts, wish, per_month, group),
            };
            (place, ranked)
        })
        .collect();
    rows.sort_by_key(|(place, _)| *place);
    rows.into_iter().map(|(_, ranked)| ranked).collect()
}

/// What is known of all offers for one group.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Group {
    /// How many.
    pub(crate) offers: usize,
    /// The lowest price per month.
    pub(crate) lowest: Option<Usd>,
}

impl Group {
    fn add(&mut self, price: Option<Usd>) {
        self.offers += 1;
        self.lowest = match (self.lowest, price) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }
}

/// How many of the wishes are not met, as far as is known.
fn unmet(offer: &Offer, facts: &ProviderFacts, wish: &Wish) -> u8 {
    let region = wish
        .region
        .as_deref()
        .is_some_and(|region| !in_region(facts, region));
    u8::from(region) + u8::from(!right_gpu(offer, wish))
}

pub(crate) fn in_region(facts: &ProviderFacts, region: &str) -> bool {
    facts
        .region
        .as_deref()
        .is_some_and(|own| own.eq_ignore_ascii_case(region))
}

pub(crate) fn right_gpu(offer: &Offer, wish: &Wish) -> bool {
    let wanted = |model: &str| {
        wish.gpus
            .iter()
            .any(|wish| wish.eq_ignore_ascii_case(model))
    };
    wish.gpus.is_empty() || offer.gpus.is_empty() || offer.gpus.iter().all(|g| wanted(&g.model))
}

/// What the way counts, more is better. Nothing for the cheapest: there the price decides next.
fn points(
    rank_by: RankBy,
    price: Option<Usd>,
    lowest: Option<Usd>,
    reliability: Reliability,
) -> Decimal {
    let reliable = Decimal::from(reliability.total());
    match rank_by {
        RankBy::Cheapest => Decimal::ZERO,
        RankBy::Reliable => reliable,
        RankBy::Balanced => reliable.saturating_add(price_points(price, lowest)),
    }
}

fn price_points(price: Option<Usd>, lowest: Option<Usd>) -> Decimal {
    let (Some(price), Some(lowest)) = (price, lowest) else {
        return Decimal::ZERO;
    };
    if price <= lowest {
        return Decimal::ONE_HUNDRED;
    }
    lowest
        .ratio(price)
        .unwrap_or_default()
        .saturating_mul(Decimal::ONE_HUNDRED)
}
