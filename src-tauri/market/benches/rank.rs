//! How long it takes to rank 500 offers and to see what moved since the last ranking: `cargo bench -p akash-market`. Fails above 2 ms.

#![allow(clippy::print_stdout)]

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use akash_market::{
    Decimal, Denom, Offer, PricePerBlock, ProviderFacts, RankBy, Rates, Wish, compare,
};

const LIMIT: Duration = Duration::from_millis(2);

fn main() {
    let providers: Vec<ProviderFacts> = (0..500)
        .map(|n| ProviderFacts {
            owner: format!("akash1provider{n:030}"),
            uptime_7d: Some(Decimal::new(900 + n % 100, 3)),
            ..ProviderFacts::default()
        })
        .collect();
    let mut offers: Vec<Offer> = providers
        .iter()
        .zip(0..)
        .map(|(provider, n): (_, i64)| Offer {
            provider: provider.owner.clone(),
            gseq: 1,
            oseq: 1,
            price: PricePerBlock::new(Decimal::new(1_607_717 + n * 7919 % 5000, 6), Denom::Uact),
            gpus: Vec::new(),
            gpu_count: 0,
            reclamation_seconds: None,
        })
        .collect();
    let wish = Wish {
        rank_by: RankBy::Balanced,
        ..Wish::default()
    };
    let rates = Rates::default();
    let mut last = compare(&offers, &providers, &wish, &rates);
    let mut times: Vec<_> = (0..200usize)
        .map(|round| {
            // One asks less than before, as when a bid arrives.
            if let Some(offer) = offers.get_mut(round) {
                offer.price.amount -= Decimal::ONE;
            }
            let started = Instant::now();
            let ranked = compare(black_box(&offers), &providers, &wish, &rates);
            let moved = ranked.iter().zip(&last).filter(|(new, old)| new != old);
            black_box(moved.count());
            let took = started.elapsed();
            last = ranked;
            took
        })
        .collect();
    times.sort_unstable();
    let (median, p95) = (times[100], times[190]);
    println!("rank and diff 500 offers: median {median:?}, p95 {p95:?}, limit {LIMIT:?}");
    if p95 > LIMIT {
        std::process::exit(1);
    }
}
