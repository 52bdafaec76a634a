//! What is set aside, and who set it aside.

use akash_console::{Amount, DeploymentDetail, DeploymentState, Usd};
use akash_market::Decimal;

use super::Moment;
use crate::record::{EscrowSeen, Intent, Record, What, seconds};

/// What was sent to be set aside in addition and did not show by then was not set aside. Chain seconds.
const ADDING: i64 = 600;

impl Record {
    /// Takes in the escrow; what was added to it and not from here, USD.
    pub(super) fn hear_escrow(
        &mut self,
        detail: &DeploymentDetail,
        moment: &Moment,
    ) -> Option<Usd> {
        let escrow = detail.escrow()?;
        let held = escrow.funds.saturating_add(escrow.transferred);
        let mut added = None;
        if detail.state != DeploymentState::Closed {
            let before = self.escrow.as_ref();
            // What was put in never becomes less: a lower sum is a lagging node's. One in another denom can't be compared.
            if before.is_some_and(|before| before.denom == escrow.denom) {
                let rise = held.saturating_sub(self.put_in).max(Decimal::ZERO);
                let rise = Amount::new(rise, escrow.denom.clone());
                added = self.hear_addition(&rise, moment);
                self.put_in = held.max(self.put_in);
            } else {
                self.put_in = held;
            }
        }
        self.escrow = Some(EscrowSeen {
            funds: escrow.funds,
            transferred: escrow.transferred,
            denom: escrow.denom,
            settled_at: escrow.settled_at,
            rates: escrow.rates,
        });
        added
    }

    /// Takes from an addition what was sent from here; the rest was added by the Console, or by the person elsewhere.
    fn hear_addition(&mut self, rise: &Amount, moment: &Moment) -> Option<Usd> {
        // While its outcome is not known, it may still arrive.
        let open = |intent: &Intent| matches!(intent.what, What::AddFunds { .. });
        if let Some((_, sent)) = self.adding
            && seconds(sent, moment.now) >= ADDING
            && !self.intent.as_ref().is_some_and(open)
        {
            self.adding = None;
        }
        let usd = rise.usd(&moment.rates).filter(|usd| !usd.is_zero())?;
        let ours = self.adding.map(|(usd, _)| usd).filter(|ours| *ours <= usd);
        if ours.is_some() {
            self.adding = None;
        }
        let rest = usd.saturating_sub(ours.unwrap_or_default());
        if rest.is_zero() {
            return None;
        }
        let share = rise.amount.saturating_mul(rest.ratio(usd)?);
        self.added = self.added.saturating_add(share);
        Some(rest)
    }
}
