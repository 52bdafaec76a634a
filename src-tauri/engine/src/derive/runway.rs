//! How long what is set aside lasts, and what has been spent.

use akash_market::{Decimal, EscrowNow, Usd};
use jiff::Timestamp;

use crate::{record::Record, state::State};

/// The escrow at the block of `now`, and what turns its micro-units into dollars.
pub(crate) fn escrow<'a>(
    state: &'a State,
    record: &'a Record,
    now: Timestamp,
) -> Option<(EscrowNow, impl Fn(Decimal) -> Option<Usd> + 'a)> {
    let seen = record.escrow.as_ref()?;
    let height = state.height(now);
    // While something drains it, what was left at the last settlement is no answer.
    let height = match height {
        Some(height) => height,
        None if seen.rates.is_empty() => seen.settled_at,
        None => return None,
    };
    Some((seen.escrow().at(height), move |amount| {
        seen.amount(amount).usd(&state.rates)
    }))
}

/// What is set aside is low when it lasts no longer than this and nothing is added to it, chain seconds. The same for credit.
pub(crate) const LOW: i64 = 48 * 3_600;
/// The same where the Console adds: it does so 24 hours ahead, so that under 20 it did not. Chain seconds.
pub(crate) const LOW_FUNDED: i64 = 20 * 3_600;
/// It ends within hours: said once more, chain seconds.
pub(crate) const VERY_LOW: i64 = 6 * 3_600;

/// Chain seconds that what is left pays for; `None` when nothing runs or it is not known.
pub(crate) fn seconds_left(state: &State, record: &Record, now: Timestamp) -> Option<i64> {
    record.running().next()?;
    let blocks = escrow(state, record, now)?.0.blocks_left?;
    i64::try_from(state.pace().seconds(blocks).trunc()).ok()
}

/// Chain seconds until a deployment has spent what it may spend in all; `None` without such a limit, or when that is not known.
pub(crate) fn seconds_allowed(state: &State, record: &Record, now: Timestamp) -> Option<i64> {
    let ceiling = record.ceiling?;
    let per_block = record.price()?.usd_per_block(&state.rates)?;
    let (escrow, usd) = escrow(state, record, now)?;
    let left = ceiling.saturating_sub(usd(escrow.spent)?).max(Usd::ZERO);
    let blocks = u64::try_from(left.ratio(per_block)?.trunc()).ok()?;
    i64::try_from(state.pace().seconds(blocks).trunc()).ok()
}

/// Aloft looks at what runs every few minutes at the latest: what may be spent until then counts too. Chain seconds.
const BETWEEN_LOOKS: u64 = 300;

/// Whether a deployment has spent what it may spend in all, or will have by the next look.
pub(crate) fn spent_all(state: &State, record: &Record, now: Timestamp) -> bool {
    let (Some(ceiling), Some(escrow)) = (record.ceiling, &record.escrow) else {
        return false;
    };
    let soon = state.rates.blocks(BETWEEN_LOOKS.into());
    let at = state.height(now).unwrap_or(escrow.settled_at);
    let spent = escrow.escrow().at(at.saturating_add(soon)).spent;
    escrow
        .amount(spent)
        .usd(&state.rates)
        .is_some_and(|spent| spent >= ceiling)
}
