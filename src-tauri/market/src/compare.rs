//! Which offer to take, and why.

use crate::{Offer, ProviderFacts, Rates, Usd};

/// What a person chooses by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Way {
    /// The lowest price first.
    #[default]
    Cheapest,
    /// The provider most likely to keep running first.
    Reliable,
    /// Price against reliability.
    Balanced,
}

/// What a person would like, beyond what the file requires.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// What to choose by.
    pub way: Way,
    /// A region to prefer, in the words of providers' attributes.
    pub region: Option<String>,
}

/// Why an offer stands where it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The lowest price of its group.
    Cheapest,
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
    /// Why it stands here.
    pub reasons: Vec<Reason>,
}

/// Puts offers in order, group by group, best first. Offers whose price can't be known in dollars
/// come last. The order they arrive in does not matter.
#[must_use]
pub fn compare(
    offers: &[Offer],
    _providers: &[ProviderFacts],
    _wish: &Wish,
    rates: &Rates,
) -> Vec<Ranked> {
    let mut ranked: Vec<Ranked> = offers
        .iter()
        .enumerate()
        .map(|(offer, o)| Ranked {
            offer,
            per_hour: o.price.usd_per_hour(rates),
            per_month: o.price.usd_per_month(rates),
            reasons: Vec::new(),
        })
        .collect();
    ranked.sort_by(|a, b| {
        let (x, y) = (&offers[a.offer], &offers[b.offer]);
        (
            x.gseq,
            a.per_hour.is_none(),
            a.per_hour,
            &x.provider,
            x.oseq,
        )
            .cmp(&(
                y.gseq,
                b.per_hour.is_none(),
                b.per_hour,
                &y.provider,
                y.oseq,
            ))
    });
    ranked
}
