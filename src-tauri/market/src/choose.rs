//! Choosing by a rule, so that a whole deployment is one click.

use crate::{Offer, ProviderFacts, Ranked, Rates, Usd, Wish, compare, compare::in_region};

/// A rule that a person set before the offers came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What to choose by. Its region is a condition here, not only a preference.
    pub wish: Wish,
    /// The most that all groups together may cost, in dollars a month.
    pub limit: Usd,
}

/// What a rule makes of the offers there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Take these, one for each group, in the order of the groups: indices into the offers.
    Take {
        /// The offers.
        offers: Vec<usize>,
        /// What they cost together, in dollars a month.
        per_month: Usd,
    },
    /// Some groups have no offer that could be taken yet.
    Wait {
        /// Which.
        groups: Vec<u32>,
    },
    /// There are offers for all groups, and even the cheapest of them are above the limit. Nothing
    /// is to be taken without asking.
    AboveLimit {
        /// What the cheapest cost together, in dollars a month.
        per_month: Usd,
    },
}

/// Applies a rule: for each group, in order, the first offer by the rule's way that leaves enough of
/// the limit for the cheapest offers of the groups after it. Offers whose price in dollars is not
/// known, and offers of providers that are known not to answer, are never taken.
#[must_use]
pub fn choose(
    offers: &[Offer],
    groups: &[u32],
    providers: &[ProviderFacts],
    rule: &Rule,
    rates: &Rates,
) -> Choice {
    let facts = |owner: &str| providers.iter().find(|facts| facts.owner == owner);
    let allowed = |offer: &Offer| {
        let facts = facts(&offer.provider);
        let region = rule.wish.region.as_deref();
        facts.is_none_or(|facts| facts.online != Some(false))
            && region.is_none_or(|region| facts.is_some_and(|facts| in_region(facts, region)))
    };
    let ranked: Vec<(&Offer, Ranked, Usd)> = compare(offers, providers, &rule.wish, rates)
        .into_iter()
        .filter_map(|ranked| {
            let offer = offers.get(ranked.offer).filter(|offer| allowed(offer))?;
            let price = ranked.per_month?;
            Some((offer, ranked, price))
        })
        .collect();
    let of = |group: u32| ranked.iter().filter(move |(offer, ..)| offer.gseq == group);
    let lowest = |group: u32| of(group).map(|(.., price)| *price).min();

    let missing: Vec<u32> = groups
        .iter()
        .copied()
        .filter(|g| lowest(*g).is_none())
        .collect();
    if !missing.is_empty() || groups.is_empty() {
        return Choice::Wait { groups: missing };
    }
    let cheapest: Usd = groups.iter().filter_map(|group| lowest(*group)).sum();
    if cheapest > rule.limit {
        return Choice::AboveLimit {
            per_month: cheapest,
        };
    }
    let (mut taken, mut spent, mut still) = (Vec::new(), Usd::ZERO, cheapest);
    for group in groups {
        still = still.saturating_sub(lowest(*group).unwrap_or_default());
        let fits = |price: Usd| spent.saturating_add(price).saturating_add(still) <= rule.limit;
        let Some((_, ranked, price)) = of(*group).find(|(.., price)| fits(*price)) else {
            return Choice::AboveLimit {
                per_month: cheapest,
            };
        };
        taken.push(ranked.offer);
        spent = spent.saturating_add(*price);
    }
    Choice::Take {
        offers: taken,
        per_month: spent,
    }
}
