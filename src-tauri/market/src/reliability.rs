//! How likely a provider is to keep running, in points that can be explained.

use rust_decimal::Decimal;

use crate::{Offer, Past, ProviderFacts};

/// Points from 0 to 100. The parts are shown as they are: there is no other rule.
///
/// What is not known gets the points of a middling provider, so that it is neither held against it
/// nor in its favour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reliability {
    /// Up to 60: the share of time it answered, half by the last 30 days, 30 % by the last 7 days
    /// and 20 % by the last day. 90 % and less is 0 points, 100 % is all 60.
    pub uptime: u32,
    /// Up to 20: half for a year or more on the network, half for 20 leases or more.
    pub standing: u32,
    /// Up to 10: 5 for audited attributes, 5 for a day or more of notice before it takes its machine
    /// back.
    pub promises: u32,
    /// From -30 to 10: 5 for each lease of the person's own that lived, -10 for each that died.
    pub past: i32,
    /// -60 when it does not answer now.
    pub offline: i32,
}

impl Reliability {
    /// All parts together, never below 0 nor above 100.
    #[must_use]
    pub fn total(self) -> u32 {
        let good = self
            .uptime
            .saturating_add(self.standing)
            .saturating_add(self.promises);
        good.saturating_add_signed(self.past)
            .saturating_add_signed(self.offline)
            .min(100)
    }
}

pub(crate) fn reliability(offer: &Offer, facts: &ProviderFacts) -> Reliability {
    let age = facts
        .age_days
        .map_or(5, |days| share(u64::from(days), 365, 10));
    let leases = facts.leases.map_or(5, |leases| share(leases, 20, 10));
    let audited = facts
        .audited
        .map_or(2, |audited| if audited { 5 } else { 0 });
    let notice = offer
        .reclamation_seconds
        .map_or(0, |seconds| share(seconds, 86_400, 5));
    Reliability {
        uptime: uptime(facts),
        standing: age + leases,
        promises: audited + notice,
        past: past(facts.past),
        offline: if facts.online == Some(false) { -60 } else { 0 },
    }
}

/// `points` for `full` or more, and the matching part below.
fn share(value: u64, full: u64, points: u32) -> u32 {
    let part = value.min(full).saturating_mul(u64::from(points)) / full.max(1);
    u32::try_from(part).unwrap_or(points)
}

/// Uptime points of a provider that answered 95 % of the time, which stand in for what is unknown.
const MIDDLING: u32 = 30;

fn uptime(facts: &ProviderFacts) -> u32 {
    let spans = [
        (facts.uptime_30d, 5),
        (facts.uptime_7d, 3),
        (facts.uptime_1d, 2),
    ];
    let sum: u32 = spans
        .iter()
        .map(|(share, weight)| weight * share.map_or(MIDDLING, answered))
        .sum();
    sum / 10
}

/// Of 60 points: none up to 90 %, all for 100 %.
fn answered(share: Decimal) -> u32 {
    let above = share
        .clamp(Decimal::new(9, 1), Decimal::ONE)
        .saturating_sub(Decimal::new(9, 1));
    u32::try_from(above.saturating_mul(Decimal::from(600)).trunc()).unwrap_or(0)
}

fn past(past: Past) -> i32 {
    let lived = i32::try_from(past.lived.min(100)).unwrap_or(100) * 5;
    let died = i32::try_from(past.died.min(100)).unwrap_or(100) * 10;
    (lived - died).clamp(-30, 10)
}
