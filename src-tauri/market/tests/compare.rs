//! Ranking, reasons, going rates and choosing by a rule.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use akash_market::{
    Choice, Decimal, Denom, GpuMarketRate, GpuModel, Offer, Past, PricePerBlock, ProviderFacts,
    RankBy, Ranked, Rates, Reason, Rule, Standing, Usd, Wish, choose, compare, parse_decimal,
};
use proptest::prelude::*;

fn dec(text: &str) -> Decimal {
    parse_decimal(text).unwrap()
}

fn usd(text: &str) -> Usd {
    text.parse().unwrap()
}

fn offer(provider: &str, gseq: u32, price: &str) -> Offer {
    Offer {
        provider: provider.into(),
        gseq,
        oseq: 1,
        price: PricePerBlock::new(dec(price), Denom::Uact),
        gpus: Vec::new(),
        gpu_count: 0,
        reclamation_seconds: None,
    }
}

fn facts(owner: &str, uptime: &str) -> ProviderFacts {
    let uptime = Some(dec(uptime));
    ProviderFacts {
        owner: owner.into(),
        uptime_1d: uptime,
        uptime_7d: uptime,
        uptime_30d: uptime,
        online: Some(true),
        ..ProviderFacts::default()
    }
}

fn order(offers: &[Offer], providers: &[ProviderFacts], wish: &Wish) -> Vec<String> {
    let ranked = compare(offers, providers, wish, &Rates::default());
    ranked
        .iter()
        .map(|r| offers[r.offer].provider.clone())
        .collect()
}

fn by(rank_by: RankBy) -> Wish {
    Wish {
        rank_by,
        ..Wish::default()
    }
}

#[test]
fn three_ways_to_choose() {
    let offers = [
        offer("shaky", 1, "1"),
        offer("solid", 1, "2.5"),
        offer("fair", 1, "1.1"),
    ];
    let providers = [
        facts("shaky", "0.91"),
        facts("solid", "1"),
        facts("fair", "0.99"),
    ];
    assert_eq!(
        order(&offers, &providers, &by(RankBy::Cheapest)),
        ["shaky", "fair", "solid"]
    );
    assert_eq!(
        order(&offers, &providers, &by(RankBy::Reliable)),
        ["solid", "fair", "shaky"]
    );
    assert_eq!(
        order(&offers, &providers, &by(RankBy::Balanced)),
        ["fair", "shaky", "solid"]
    );
}

#[test]
fn each_offer_says_why_it_stands_there() {
    let offers = [
        offer("a", 1, "1.607717"),
        offer("b", 1, "3.2"),
        offer("c", 1, "1.607717"),
        offer("d", 1, "2"),
    ];
    let providers = [
        facts("a", "0.99987"),
        ProviderFacts {
            past: Past { lived: 1, died: 2 },
            ..facts("b", "1")
        },
        ProviderFacts {
            online: Some(false),
            ..facts("c", "0.97")
        },
    ];
    let ranked = compare(&offers, &providers, &Wish::default(), &Rates::default());
    let say: Vec<String> = ranked.iter().map(Ranked::sentence).collect();
    assert_eq!(
        say,
        [
            "The lowest price of 4; it answered 99.9% of the last 30 days",
            "The lowest price of 4; it does not answer right now; it answered 97% of the last 30 days",
            "$0.17 a month more than the cheapest (+25%); its uptime is unknown",
            "$0.69 a month more than the cheapest (+100%); 2 of your 3 leases there ended badly; it answered 100% of the last 30 days",
        ]
    );
    let alone = compare(&offers[..1], &[], &Wish::default(), &Rates::default());
    assert_eq!(
        alone[0].sentence(),
        "The only offer so far; its uptime is unknown"
    );
}

#[test]
fn a_price_of_unknown_worth_is_last_and_says_so() {
    let odd = Offer {
        price: PricePerBlock::new(dec("0.001"), "uakt".into()),
        ..offer("odd", 1, "1")
    };
    let offers = [odd, offer("plain", 1, "100")];
    for rank_by in [RankBy::Cheapest, RankBy::Reliable, RankBy::Balanced] {
        assert_eq!(
            order(&offers, &[facts("odd", "1")], &by(rank_by)),
            ["plain", "odd"]
        );
    }
    let ranked = compare(&offers, &[], &Wish::default(), &Rates::default());
    assert_eq!(ranked[1].per_hour, None);
    assert_eq!(
        ranked[1].reasons[0],
        Reason::PriceUnknown {
            denom: "uakt".into()
        }
    );
    let rates = Rates {
        akt_usd: Some(dec("1")),
        ..Rates::default()
    };
    assert_eq!(compare(&offers, &[], &Wish::default(), &rates)[0].offer, 0);
}

#[test]
fn wishes_come_before_the_price() {
    let gpu = |model: &str| {
        vec![GpuModel {
            vendor: "nvidia".into(),
            model: model.into(),
            ram: None,
            interface: None,
        }]
    };
    let offers = [
        Offer {
            gpus: gpu("a100"),
            gpu_count: 1,
            ..offer("far", 1, "1")
        },
        Offer {
            gpus: gpu("rtx4090"),
            gpu_count: 1,
            ..offer("near", 1, "9")
        },
    ];
    let providers = [
        ProviderFacts {
            region: Some("us-west".into()),
            ..facts("far", "1")
        },
        ProviderFacts {
            region: Some("EU-West".into()),
            ..facts("near", "1")
        },
    ];
    let region = Wish {
        region: Some("eu-west".into()),
        ..Wish::default()
    };
    assert_eq!(order(&offers, &providers, &region), ["near", "far"]);
    let model = Wish {
        gpus: vec!["RTX4090".into()],
        ..Wish::default()
    };
    assert_eq!(order(&offers, &providers, &model), ["near", "far"]);
    let ranked = compare(
        &offers,
        &providers,
        &Wish {
            gpus: model.gpus,
            ..region
        },
        &Rates::default(),
    );
    assert!(
        ranked[1]
            .sentence()
            .contains("it offers a100, not the GPU you prefer")
    );
}

#[test]
fn groups_are_compared_by_themselves() {
    let offers = [
        offer("a", 2, "1"),
        offer("b", 1, "5"),
        offer("a", 1, "4"),
        offer("b", 2, "2"),
    ];
    let ranked = compare(&offers, &[], &Wish::default(), &Rates::default());
    assert_eq!(
        ranked.iter().map(|r| r.offer).collect::<Vec<_>>(),
        [2, 1, 0, 3]
    );
    assert_eq!(ranked[0].reasons[0], Reason::Cheapest { of: 2 });
}

#[test]
fn the_going_rate_of_a_gpu() {
    let going = GpuMarketRate {
        min: usd("0.30"),
        median: usd("0.50"),
        max: usd("1.20"),
    };
    assert_eq!(going.stands(usd("0.44")), Standing::Cheap);
    assert_eq!(going.stands(usd("0.45")), Standing::Usual);
    assert_eq!(going.stands(usd("0.56")), Standing::Dear);
    let rates = Rates::default();
    // 1000 uact a block is 0.59 USD an hour.
    let two = Offer {
        gpu_count: 2,
        ..offer("a", 1, "1000")
    };
    assert_eq!(two.usd_per_gpu_hour(&rates).unwrap().round_up(4), "0.2952");
    assert_eq!(offer("a", 1, "1000").usd_per_gpu_hour(&rates), None);
    assert!(!going.shuts_out(dec("1000"), 1, &rates));
    assert!(
        going.shuts_out(dec("1000"), 2, &rates),
        "0.59 for two, where one is 0.30 at least"
    );
    assert!(going.shuts_out(dec("100"), 1, &rates));
}

fn rule(rank_by: RankBy, limit: &str) -> Rule {
    Rule {
        wish: by(rank_by),
        limit: usd(limit),
    }
}

#[test]
fn a_rule_takes_waits_or_asks() {
    let rates = Rates::default();
    // A month at 1 uact a block is 0.4312 USD.
    let offers = [
        offer("cheap", 1, "1"),
        offer("solid", 1, "3"),
        offer("cheap", 2, "2"),
    ];
    let providers = [facts("cheap", "0.95"), facts("solid", "1")];
    let take = |rule: &Rule, groups: &[u32]| choose(&offers, groups, &providers, rule, &rates);

    assert!(
        matches!(take(&rule(RankBy::Cheapest, "5"), &[1, 2]), Choice::Take { offers, .. } if offers == [0, 2])
    );
    assert!(
        matches!(take(&rule(RankBy::Reliable, "5"), &[1, 2]), Choice::Take { offers, .. } if offers == [1, 2])
    );
    // 3 + 2 is above the limit, 1 + 2 is not: the limit decides.
    assert!(
        matches!(take(&rule(RankBy::Reliable, "1.30"), &[1, 2]), Choice::Take { offers, .. } if offers == [0, 2])
    );
    assert!(
        matches!(take(&rule(RankBy::Cheapest, "1.29"), &[1, 2]), Choice::AboveLimit { per_month } if per_month.round_up(2) == "1.30")
    );
    assert_eq!(
        take(&rule(RankBy::Cheapest, "5"), &[1, 2, 3]),
        Choice::Wait { groups: vec![3] }
    );
    assert_eq!(
        take(&rule(RankBy::Cheapest, "5"), &[]),
        Choice::Wait { groups: vec![] }
    );

    let elsewhere = Rule {
        wish: Wish {
            region: Some("eu-west".into()),
            ..Wish::default()
        },
        limit: usd("5"),
    };
    assert_eq!(
        take(&elsewhere, &[1]),
        Choice::Wait { groups: vec![1] },
        "a region is a condition of a rule"
    );
    let dark = [ProviderFacts {
        online: Some(false),
        ..facts("cheap", "1")
    }];
    assert!(
        matches!(choose(&offers, &[1], &dark, &rule(RankBy::Cheapest, "5"), &rates), Choice::Take { offers, .. } if offers == [1])
    );
}

fn unknown<T: std::fmt::Debug>(some: impl Strategy<Value = T>) -> impl Strategy<Value = Option<T>> {
    prop::option::of(some)
}

fn share() -> impl Strategy<Value = Decimal> {
    (0..=1000_i64).prop_map(|n| Decimal::new(n, 3))
}

prop_compose! {
    fn any_facts(owner: &'static str)(
        uptimes in (unknown(share()), unknown(share()), unknown(share())),
        online in unknown(any::<bool>()),
        audited in unknown(any::<bool>()),
        age in unknown(0..2000_u32),
        leases in unknown(0..200_u64),
        favourite in any::<bool>(),
        past in (0..10_u32, 0..10_u32),
        region in prop::sample::select(vec![None, Some("eu"), Some("us")]),
    ) -> ProviderFacts {
        ProviderFacts {
            owner: owner.into(),
            region: region.map(str::to_owned),
            country: None,
            uptime_1d: uptimes.0,
            uptime_7d: uptimes.1,
            uptime_30d: uptimes.2,
            online,
            audited,
            age_days: age,
            leases,
            favourite,
            past: Past { lived: past.0, died: past.1 },
        }
    }
}

fn any_wish() -> impl Strategy<Value = Wish> {
    let rank_by = prop::sample::select(vec![RankBy::Cheapest, RankBy::Reliable, RankBy::Balanced]);
    let region = prop::sample::select(vec![None, Some("eu".to_owned())]);
    (rank_by, region).prop_map(|(rank_by, region)| Wish {
        rank_by,
        region,
        gpus: Vec::new(),
    })
}

fn any_offer() -> impl Strategy<Value = Offer> {
    let provider = prop::sample::select(vec!["a", "b", "c", "d", "e"]);
    (provider, 1..3_u32, 0..100_000_i64, unknown(0..200_000_u64)).prop_map(
        |(p, gseq, price, notice)| Offer {
            price: PricePerBlock::new(Decimal::new(price, 3), Denom::Uact),
            reclamation_seconds: notice,
            ..offer(p, gseq, "0")
        },
    )
}

/// The same provider, better or the same in every respect that is known.
fn better(facts: &ProviderFacts, owner: &str, step: i64) -> ProviderFacts {
    let up = |share: Option<Decimal>| share.map(|s| (s + Decimal::new(step, 3)).min(Decimal::ONE));
    ProviderFacts {
        owner: owner.into(),
        uptime_1d: up(facts.uptime_1d),
        uptime_7d: up(facts.uptime_7d),
        uptime_30d: up(facts.uptime_30d),
        online: facts.online.map(|online| online || step % 2 == 0),
        audited: facts.audited.map(|audited| audited || step % 3 == 0),
        age_days: facts
            .age_days
            .map(|days| days + u32::try_from(step).unwrap()),
        leases: facts
            .leases
            .map(|leases| leases + u64::try_from(step).unwrap()),
        favourite: facts.favourite || step % 2 == 1,
        past: Past {
            lived: facts.past.lived + 1,
            died: facts.past.died.saturating_sub(1),
        },
        ..facts.clone()
    }
}

proptest! {
    #[test]
    fn better_in_every_respect_never_ranks_lower(
        worse in any_facts("worse"),
        step in 0..300_i64,
        price in 1..100_000_i64,
        less in 0..100_000_i64,
        notice in unknown(0..100_000_u64),
        wish in any_wish(),
        others in prop::collection::vec(any_offer(), 0..6),
        swap in any::<bool>(),
    ) {
        // The address decides ties: it must not decide more.
        let name = if swap { "aaa" } else { "zzz" };
        let good = better(&worse, name, step);
        let make = |provider: &str, price: i64, notice| Offer {
            price: PricePerBlock::new(Decimal::new(price, 3), Denom::Uact),
            reclamation_seconds: notice,
            ..offer(provider, 1, "0")
        };
        let mut offers = others;
        offers.push(make("worse", price, notice));
        offers.push(make(name, (price - less).max(0), notice.map(|n| n + 3600)));
        let ranked = order(&offers, &[worse.clone(), good.clone()], &wish);
        let at = |who: &str| ranked.iter().position(|p| p == who).unwrap();
        let same = less == 0 && worse.favourite == good.favourite && step == 0;
        prop_assert!(at(name) < at("worse") || same, "{:?}", ranked);
    }

    #[test]
    fn neither_order_nor_denom_matters(
        mut offers in prop::collection::vec(any_offer(), 0..12),
        facts in any_facts("a"),
        wish in any_wish(),
        turn in any::<prop::sample::Index>(),
    ) {
        let rates = Rates { akt_usd: Some(dec("0.25")), ..Rates::default() };
        let seen = |offers: &[Offer]| -> Vec<_> {
            compare(offers, std::slice::from_ref(&facts), &wish, &rates)
                .iter()
                .map(|r| (offers[r.offer].gseq, offers[r.offer].provider.clone(), r.per_month.map(|p| p.round_up(6)), r.sentence()))
                .collect()
        };
        let before = seen(&offers);
        if !offers.is_empty() {
            let by = turn.index(offers.len());
            offers.rotate_left(by);
            offers.reverse();
        }
        for offer in offers.iter_mut().step_by(2) {
            offer.price = PricePerBlock::new(offer.price.amount * Decimal::from(4), Denom::Uakt);
        }
        prop_assert_eq!(seen(&offers), before);
    }

    #[test]
    fn every_offer_has_its_place_and_its_points(offers in prop::collection::vec(any_offer(), 0..20), facts in any_facts("b"), wish in any_wish()) {
        let ranked = compare(&offers, &[facts], &wish, &Rates::default());
        let mut places: Vec<usize> = ranked.iter().map(|r| r.offer).collect();
        places.sort_unstable();
        prop_assert_eq!(places, (0..offers.len()).collect::<Vec<_>>());
        for row in &ranked {
            prop_assert!(row.reliability.total() <= 100);
            prop_assert!(!row.sentence().is_empty());
        }
    }

    #[test]
    fn a_rule_never_spends_above_its_limit(
        offers in prop::collection::vec(any_offer(), 0..12),
        facts in any_facts("a"),
        wish in any_wish(),
        cents in 0..10_000_i64,
        groups in prop::sample::subsequence(vec![1_u32, 2], 1..=2),
    ) {
        let rates = Rates::default();
        let rule = Rule { wish, limit: Usd::new(Decimal::new(cents, 2)) };
        match choose(&offers, &groups, &[facts], &rule, &rates) {
            Choice::Take { offers: taken, per_month } => {
                prop_assert_eq!(taken.iter().map(|i| offers[*i].gseq).collect::<Vec<_>>(), groups);
                let sum: Usd = taken.iter().map(|i| offers[*i].price.usd_per_month(&rates).unwrap()).sum();
                prop_assert_eq!(sum, per_month);
                prop_assert!(sum <= rule.limit);
            }
            Choice::AboveLimit { per_month } => prop_assert!(per_month > rule.limit),
            Choice::Wait { groups } => prop_assert!(!groups.is_empty()),
        }
    }
}
