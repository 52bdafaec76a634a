//! What setting more aside would do.

use akash_console::Usd;

use super::typed;
use crate::{
    record::{Problem, problem::Refusal},
    state::State,
};

/// What was typed to be set aside in addition, as it would be sent, USD.
///
/// # Errors
/// When it can't be used, or there is less credit.
pub(crate) fn more(state: &State, typed: &str) -> Result<Usd, Problem> {
    let amount = typed::amount(typed)?;
    let credit = state.session.as_ref().and_then(|session| session.balances);
    match credit {
        Some(balances) if balances.balance < amount => {
            Err(Refusal::NeedsCredit(balances.balance).into())
        }
        _ => Ok(amount),
    }
}
