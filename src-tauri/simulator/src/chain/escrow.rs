//! Escrow accounts: money that is set aside for a deployment and pays its leases by the block.
//!
//! The rules are those of the chain's escrow keeper (akash-network/node, 2026-04-28). Nothing moves until somebody
//! settles. A settlement pays each open payment its rate times the blocks since the last settlement, cut to whole
//! uact. An account that cannot pay becomes overdrawn, and its funds become negative by the unpaid amount.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::money::owed;

/// The escrow account of one deployment. All amounts are in uact.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub(crate) struct Account {
    /// Its state.
    pub(crate) state: AccountState,
    /// What is left as of the last settlement; negative when overdrawn.
    pub(crate) funds: Decimal,
    /// What was paid out in total.
    pub(crate) transferred: Decimal,
    /// What was deposited in total.
    #[serde(default)]
    pub(crate) deposited: Decimal,
    /// The height of the last settlement.
    pub(crate) settled_at: u64,
    /// The deposits that have money left. They are used in this order.
    pub(crate) deposits: Vec<Deposit>,
}

/// State of an account.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AccountState {
    /// It pays its leases.
    Open,
    /// It was closed, and the rest was returned.
    Closed,
    /// It could not pay everything.
    Overdrawn,
}

/// A deposit into an account.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub(crate) struct Deposit {
    /// The height at which it was made.
    pub(crate) height: u64,
    /// What is left of it.
    pub(crate) balance: Decimal,
}

/// A payment from an account to the provider of one lease.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub(crate) struct Payment {
    /// The rate in uact per block.
    pub(crate) rate: Decimal,
    /// Whether it still runs.
    pub(crate) open: bool,
    /// What was paid in total.
    pub(crate) paid: Decimal,
    /// What was due and could not be paid.
    pub(crate) unsettled: Decimal,
}

impl Payment {
    pub(crate) fn new(rate: Decimal) -> Self {
        Self {
            rate,
            open: true,
            paid: Decimal::ZERO,
            unsettled: Decimal::ZERO,
        }
    }
}

impl Account {
    /// An account with a first deposit, opened at a height.
    pub(crate) fn open(deposit: Decimal, height: u64) -> Self {
        Self {
            state: AccountState::Open,
            funds: deposit,
            transferred: Decimal::ZERO,
            deposited: deposit,
            settled_at: height,
            deposits: vec![Deposit {
                height,
                balance: deposit,
            }],
        }
    }

    /// Adds a deposit. This does not settle.
    pub(crate) fn deposit(&mut self, amount: Decimal, height: u64) {
        self.funds += amount;
        self.deposited += amount;
        self.deposits.push(Deposit {
            height,
            balance: amount,
        });
    }

    /// Pays what is due up to a height. An account that cannot pay all of it becomes overdrawn.
    pub(crate) fn settle<'a>(
        &mut self,
        height: u64,
        payments: impl IntoIterator<Item = &'a mut Payment>,
    ) {
        if self.state != AccountState::Open {
            return;
        }
        let blocks = height.saturating_sub(self.settled_at);
        self.settled_at = height;
        for payment in payments.into_iter().filter(|payment| payment.open) {
            let due = owed(payment.rate, blocks);
            let pays = due.min(self.funds.max(Decimal::ZERO));
            payment.paid += pays;
            payment.unsettled += due - pays;
            self.transferred += pays;
            self.funds -= due;
            self.consume_deposits(pays);
        }
        if self.funds.is_sign_negative() && !self.funds.is_zero() {
            self.state = AccountState::Overdrawn;
        }
    }

    /// Closes a settled account and returns what is left, cut to whole uact.
    pub(crate) fn close(&mut self) -> Decimal {
        if self.state != AccountState::Open {
            return Decimal::ZERO;
        }
        let rest = self.funds.trunc();
        self.state = AccountState::Closed;
        self.funds = Decimal::ZERO;
        self.deposits.clear();
        rest
    }

    /// The height of the first block for which the account cannot pay, at a rate in uact per block. `None` when nothing is
    /// paid.
    pub(crate) fn depleted_at(&self, rate: Decimal) -> Option<u64> {
        use rust_decimal::prelude::ToPrimitive;
        if rate.is_zero() || self.state != AccountState::Open {
            return None;
        }
        let blocks = self
            .funds
            .max(Decimal::ZERO)
            .checked_div(rate)?
            .trunc()
            .to_u64()?;
        Some(self.settled_at.saturating_add(blocks).saturating_add(1))
    }

    fn consume_deposits(&mut self, mut amount: Decimal) {
        for deposit in &mut self.deposits {
            let used = amount.min(deposit.balance);
            deposit.balance -= used;
            amount -= used;
        }
        self.deposits.retain(|deposit| !deposit.balance.is_zero());
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_reference_example() {
        let mut account = Account::open(Decimal::from(5_000_000), 27_811_003);
        account.settle(27_811_014, []);
        let mut payment = Payment::new(Decimal::new(1_607_717, 6));
        account.settle(27_811_560, [&mut payment]);
        assert_eq!(account.transferred, Decimal::from(877));
        assert_eq!(account.funds, Decimal::from(4_999_123));
        assert_eq!(account.deposits[0].balance, Decimal::from(4_999_123));
    }

    #[test]
    fn an_account_that_cannot_pay_is_overdrawn_and_stays_so() {
        let mut account = Account::open(Decimal::from(100), 10);
        let mut payment = Payment::new(Decimal::from(7));
        account.settle(30, [&mut payment]);
        assert_eq!(account.state, AccountState::Overdrawn);
        assert_eq!(account.funds, Decimal::from(-40));
        assert_eq!(account.transferred, Decimal::from(100));
        assert_eq!(payment.unsettled, Decimal::from(40));
        let frozen = account.clone();
        account.settle(60, [&mut payment]);
        assert_eq!(account, frozen);
        assert_eq!(account.close(), Decimal::ZERO);
    }

    proptest! {
        /// No sequence of settlements creates or loses money.
        #[test]
        fn money_is_conserved(
            first in 500_000u64..50_000_000,
            later in proptest::collection::vec((1u64..5_000, 0u64..2_000_000), 0..20),
            rates in proptest::collection::vec(1u64..90_000_000, 1..4),
        ) {
            let mut account = Account::open(Decimal::from(first), 1_000);
            let mut payments: Vec<_> = rates.iter().map(|rate| Payment::new(Decimal::new(*rate as i64, 6))).collect();
            let (mut height, mut put_in) = (1_000, Decimal::from(first));
            for (blocks, deposit) in later {
                height += blocks;
                account.settle(height, payments.iter_mut());
                if account.state != AccountState::Open { break; }
                account.deposit(Decimal::from(deposit), height);
                put_in += Decimal::from(deposit);
            }
            let paid: Decimal = payments.iter().map(|payment| payment.paid).sum();
            let unpaid: Decimal = payments.iter().map(|payment| payment.unsettled).sum();
            prop_assert_eq!(paid, account.transferred);
            prop_assert_eq!(account.funds + account.transferred - unpaid.min(Decimal::ZERO), put_in - unpaid.max(Decimal::ZERO) );
            let left: Decimal = account.deposits.iter().map(|deposit| deposit.balance).sum();
            prop_assert_eq!(left, account.funds.max(Decimal::ZERO));
            prop_assert_eq!(account.state == AccountState::Overdrawn, !unpaid.is_zero());
        }
    }
}
