//! Run-way against a small model of the chain's escrow keeper.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use akash_market::{Decimal, Denom, Escrow, Rates, parse_decimal};
use proptest::prelude::*;

fn dec(text: &str) -> Decimal {
    parse_decimal(text).unwrap()
}

fn escrow(funds: &str, settled_at: u64, rates: &[&str]) -> Escrow {
    Escrow {
        funds: dec(funds),
        transferred: Decimal::ZERO,
        settled_at,
        denom: Denom::Uact,
        rates: rates.iter().map(|rate| dec(rate)).collect(),
    }
}

#[test]
fn the_worked_example() {
    let account = escrow("5000000", 27_811_014, &["1.607717"]);
    let now = account.at(27_811_560);
    assert_eq!(now.left, dec("4999123"));
    assert_eq!(now.spent, dec("877"));
    let runway = account.runway(27_811_560, &Rates::default());
    assert_eq!(runway.left.unwrap().round_down(2), "4.99");
    assert_eq!(runway.spent.unwrap().round_up(6), "0.000877");
    assert_eq!(runway.per_day.unwrap().round_up(4), "0.0228");
    // 5000000 / 1.607717 blocks, less the 546 that have passed.
    assert_eq!(now.blocks_left, Some(3_110_000 - 546));
}

#[test]
fn each_payment_is_cut_by_itself() {
    // Twice 0.6 of a block is 1.2 together, and nothing apart.
    let account = escrow("100", 10, &["0.6", "0.6"]);
    assert_eq!(account.at(11).left, dec("100"));
    assert_eq!(account.at(12).left, dec("98"));
    assert_eq!(account.rate_per_block(), dec("1.2"));
}

#[test]
fn nothing_running_lasts_for_ever() {
    let account = escrow("100", 10, &[]);
    assert_eq!(account.at(1_000_000).left, dec("100"));
    assert_eq!(account.at(1_000_000).blocks_left, None);
    assert_eq!(account.runs_out_at(), None);
    assert_eq!(account.runway(20, &Rates::default()).seconds_left, None);
}

#[test]
fn overdrawn_is_nothing_left() {
    let account = Escrow {
        transferred: dec("500"),
        ..escrow("-3.5", 10, &["1"])
    };
    let now = account.at(20);
    assert_eq!(
        (now.left, now.spent, now.blocks_left),
        (Decimal::ZERO, dec("500"), Some(0))
    );
    assert_eq!(account.runs_out_at(), Some(11));
}

#[test]
fn money_of_unknown_worth_is_not_nothing() {
    let account = Escrow {
        denom: "ibc/ABC".into(),
        ..escrow("100", 10, &["1"])
    };
    let runway = account.runway(20, &Rates::default());
    assert_eq!(
        (runway.left, runway.spent, runway.per_day),
        (None, None, None)
    );
    assert_eq!(
        runway.seconds_left,
        Some(dec("548.82")),
        "time does not need a rate: 90 blocks"
    );
}

#[test]
fn extremes_do_not_panic() {
    for funds in [
        Decimal::MAX,
        Decimal::MIN,
        Decimal::ZERO,
        Decimal::new(1, 28),
    ] {
        for rate in [
            Decimal::MAX,
            Decimal::new(1, 28),
            Decimal::ZERO,
            Decimal::MIN,
        ] {
            let account = Escrow {
                funds,
                rates: vec![rate; 3],
                ..escrow("0", 0, &[])
            };
            let _ = (account.at(u64::MAX), account.runs_out_at());
            let _ = account.runway(u64::MAX, &Rates::default());
        }
    }
}

/// The chain's keeper: integers scaled by 10⁶ for the rates, whole micro-units for the money.
struct Keeper {
    funds: i128,
    transferred: i128,
    settled_at: u64,
    rates: Vec<i128>,
}

impl Keeper {
    /// Settles; false when the account can't pay.
    fn settle(&mut self, height: u64) -> bool {
        let blocks = i128::from(height - self.settled_at);
        let due: i128 = self
            .rates
            .iter()
            .map(|rate| rate * blocks / 1_000_000)
            .sum();
        self.settled_at = height;
        if due > self.funds {
            return false;
        }
        self.funds -= due;
        self.transferred += due;
        true
    }

    fn seen(&self) -> Escrow {
        Escrow {
            funds: Decimal::from(self.funds),
            transferred: Decimal::from(self.transferred),
            settled_at: self.settled_at,
            denom: Denom::Uact,
            rates: self
                .rates
                .iter()
                .map(|rate| Decimal::from_i128_with_scale(*rate, 6))
                .collect(),
        }
    }
}

/// Micro-units per block, times 10⁶: from a thousandth to a hundred.
fn rates() -> impl Strategy<Value = Vec<i128>> {
    prop::collection::vec(1_000..100_000_000_i128, 1..4)
}

proptest! {
    /// A month of withdrawals and top-ups: what is shown between two settlements is what the next
    /// one gives, and the height it is said to run out at is where the keeper first can't pay.
    #[test]
    fn a_month_agrees_with_the_keeper(
        rates in rates(),
        funds in 0..20_000_000_i128,
        steps in prop::collection::vec((1..6_000_u64, prop::option::of(1..3_000_000_i128)), 1..120),
    ) {
        let mut keeper = Keeper { funds, transferred: 0, settled_at: 27_000_000, rates };
        let mut height = keeper.settled_at;
        for (blocks, deposit) in steps {
            height += blocks;
            let seen = keeper.seen();
            let runs_out = seen.runs_out_at().unwrap();
            let said = seen.at(height);
            let paid = keeper.settle(height);
            prop_assert_eq!(paid, height < runs_out, "runs out at {}", runs_out);
            if !paid {
                prop_assert_eq!(said.left, Decimal::ZERO);
                prop_assert_eq!(said.blocks_left, Some(0));
                break;
            }
            prop_assert_eq!(said.left, Decimal::from(keeper.funds));
            prop_assert_eq!(said.spent, Decimal::from(keeper.transferred));
            keeper.funds += deposit.unwrap_or(0);
        }
    }

    #[test]
    fn money_only_moves_from_left_to_spent(rates in rates(), funds in 0..20_000_000_i128, a in 0..100_000_u64, b in 0..100_000_u64) {
        let account = Keeper { funds, transferred: 7, settled_at: 1000, rates }.seen();
        let (a, b) = (a.min(b), a.max(b));
        let (early, late) = (account.at(a), account.at(b));
        prop_assert!(late.left <= early.left);
        prop_assert!(late.left >= Decimal::ZERO);
        prop_assert_eq!(early.left + early.spent, late.left + late.spent);
        prop_assert!(late.blocks_left <= early.blocks_left);
    }
}
