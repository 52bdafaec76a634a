//! How long it takes to rank 500 offers: `cargo bench -p akash-market`. The limit is 2 ms.

#![allow(clippy::print_stdout)]

use std::{hint::black_box, time::Instant};

use akash_market::{
    Decimal, Denom, Offer, PricePerBlock, ProviderFacts, Rates, Way, Wish, compare,
};

fn main() {
    let providers: Vec<ProviderFacts> = (0..500)
        .map(|n| ProviderFacts {
            owner: format!("akash1provider{n:030}"),
            uptime_7d: Some(Decimal::new(900 + n % 100, 3)),
            ..ProviderFacts::default()
        })
        .collect();
    let offers: Vec<Offer> = providers
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
        way: Way::Balanced,
        ..Wish::default()
    };
    let mut times: Vec<_> = (0..200)
        .map(|_| {
            let started = Instant::now();
            black_box(compare(
                black_box(&offers),
                &providers,
                &wish,
                &Rates::default(),
            ));
            started.elapsed()
        })
        .collect();
    times.sort_unstable();
    println!(
        "rank 500 offers: median {:?}, p95 {:?}",
        times[100], times[190]
    );
}
