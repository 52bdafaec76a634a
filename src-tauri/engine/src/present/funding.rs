//! What the Console adds by itself, in words.

use super::words;
use crate::{
    derive::funding::{Outlook, funds, held, trial},
    record::Record,
    state::{State, funding::Funding},
};

/// `The Console adds about $19.96 at the start; $5.00 lasts 4 h 48 min`. What is the same for every bid is said by [`rule`].
pub(super) fn outlook(outlook: &Outlook, state: &State, record: &Record) -> Option<String> {
    let lasts = format!(
        "${} lasts {}",
        words::left(held(state, record)?),
        words::duration(outlook.seconds?)
    );
    if outlook.nothing_free {
        let leaves = words::cost(state.market.funding.headroom());
        return Some(format!(
            "{lasts}, then it ends: the Console leaves ${leaves} of your credit alone"
        ));
    }
    Some(match outlook.adds {
        Some(adds) if !adds.is_zero() => format!(
            "The Console adds about ${} at the start; {lasts}",
            words::cost(adds)
        ),
        Some(_) => lasts,
        None => format!("{lasts}, then it ends"),
    })
}

/// What the Console will do once a deployment runs, for who is about to start it.
pub(super) fn rule(state: &State, record: &Record) -> Option<String> {
    state.session.as_ref()?;
    if trial(state) {
        return Some("On trial, the Console adds nothing to what is set aside.".into());
    }
    if funds(state, record) == Some(false) {
        let held = held(state, record).map_or_else(
            || "what is set aside".to_owned(),
            |held| format!("the ${} set aside", words::left(held)),
        );
        return Some(format!(
            "The Console adds nothing. The deployment ends when {held} is used up, even while Aloft is closed."
        ));
    }
    Some(general(state.market.funding))
}

/// The same before anything is asked for.
pub(super) fn general(funding: Funding) -> String {
    let leaves = words::cost(funding.headroom());
    let ahead = ahead(funding);
    match funding {
        Funding::Fixed(_) => format!(
            "Once it runs, the Console keeps about {ahead} of rent set aside. It takes that from your credit and leaves ${leaves} of it."
        ),
        Funding::Switchable | Funding::Unknown => format!(
            "Once it runs, the Console adds from your credit whenever less than a day is paid, up to {ahead} ahead. It leaves ${leaves} of your credit."
        ),
    }
}

/// The same on the check screen, where the Console decides everything: what it holds now, what it keeps ahead, and out of what. `lasts` is how
/// long the credit pays for all that runs.
pub(super) fn decided(state: &State, lasts: Option<&str>) -> Option<String> {
    let funding = state.market.funding;
    let holds = words::cost(funding.deposit()?);
    let credit = state.session.as_ref()?.balances.map(|b| b.balance);
    let pays = match (credit, lasts) {
        (Some(credit), Some(lasts)) => format!(
            " (${}, which lasts about {lasts} for all you run)",
            words::left(credit)
        ),
        (Some(credit), None) => format!(" (${})", words::left(credit)),
        (None, _) => String::new(),
    };
    Some(format!(
        "The Console holds ${holds} for it now. Once it runs, the Console keeps about {} of rent ahead, from your credit{pays}, and leaves ${} of that.",
        ahead(funding),
        words::cost(funding.headroom())
    ))
}

/// `2 days`, `36 hours`: how far ahead the Console pays.
fn ahead(funding: Funding) -> String {
    let hours = u32::try_from(funding.target().trunc()).unwrap_or(u32::MAX);
    match (hours, hours % 24) {
        (24.., 0) => words::count((hours / 24) as usize, "day"),
        _ => words::count(hours as usize, "hour"),
    }
}
