//! What setting more aside would do, in words.

use akash_market::Decimal;

use super::{errors, words};
use crate::{
    derive::funds::more,
    record::Record,
    state::State,
    view::{Code, Weighed},
};

/// What an amount would do, before it is sent.
pub(crate) fn weigh(state: &State, record: &Record, typed: &str) -> Weighed {
    let (usd, problem) = match more(state, typed) {
        Ok(usd) => (Some(usd), None),
        Err(problem) => {
            let error = errors::error(&problem);
            let next = error.next.filter(|_| error.code == Code::NeedsCredit);
            let text = [Some(error.title), next].into_iter().flatten();
            (None, Some(text.collect::<Vec<_>>().join(" ")))
        }
    };
    let buys = usd.zip(record.price()).and_then(|(usd, price)| {
        let days = akash_market::days_bought(usd, &price, &state.pace())?;
        let seconds = days.checked_mul(Decimal::from(86_400))?.trunc();
        let lasts = words::duration(i64::try_from(seconds).ok()?);
        Some(format!("${} buys {lasts}.", words::cost(usd)))
    });
    Weighed {
        usd: usd.map(|usd| usd.round_up(2)),
        problem,
        buys,
    }
}
