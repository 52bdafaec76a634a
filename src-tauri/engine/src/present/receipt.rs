//! How a deployment ended.

use super::{timeline::lease_ended, words};
use crate::{
    derive::funding,
    record::{Record, Why},
    state::State,
    view::Receipt,
};

/// How a deployment ended.
pub(super) fn receipt(state: &State, record: &Record) -> Option<Receipt> {
    let seen = record.receipt.as_ref()?;
    let reason = record
        .leases
        .iter()
        .find_map(|lease| lease.reason.as_deref())
        .filter(|reason| *reason != "lease_closed_owner");
    Some(Receipt {
        ran: seen.ran.map(words::duration),
        spent: seen.spent.map(|usd| usd.round_up(2)),
        returned: seen.returned.map(|usd| usd.round_down(2)),
        about: seen.about,
        unknown: seen.why == Why::Unknown,
        closed: Some(record.since.to_string()),
        why: match (seen.why, reason) {
            (Why::Funds, _) if funding::automatic(state, record) == Some(true) => format!(
                "What was set aside was used up. The Console adds nothing once your credit is down to ${}.",
                words::cost(state.market.funding.headroom())
            ),
            (Why::Funds, _) => "What was set aside was used up.".into(),
            (Why::Unknown, _) => {
                "The Console no longer finds it, so Aloft cannot say how it ended. Your credit shows what was returned.".into()
            }
            (_, Some(reason)) => format!("{}. Then it was closed.", lease_ended(Some(reason))),
            (Why::Here, _) if record.leases.is_empty() => {
                "You canceled it before a lease started. Nothing ran.".into()
            }
            (Why::Here, _) => "You stopped it.".into(),
            (Why::Ceiling, _) => "Aloft closed it because it had spent what you allowed in all.".into(),
            (Why::Over, _) => "It stopped by itself when its time was over.".into(),
            (Why::Aloft, _) => "Aloft canceled it because its bids had expired.".into(),
            (Why::Elsewhere, _) if record.leases.is_empty() => {
                "It was closed elsewhere before a lease started. Nothing ran.".into()
            }
            (Why::Elsewhere, _) => "It was closed elsewhere.".into(),
        },
    })
}
