//! What a person should hear about a deployment.

use serde::{Deserialize, Serialize};

/// News that is worth a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum News {
    FirstBid,
    Lapsed,
    Leased,
    Delivered,
    Ready,
    Answering,
    NotAnswering,
    Restarting,
    Dark,
    LeaseLost,
    PartLost,
    OutOfFunds,
    Closed,
    ClosedElsewhere,
    /// The Console knows it no more.
    Vanished,
    /// Its bids lapse soon.
    LapseSoon,
    /// No bid satisfies the rule of *Deploy for me*.
    RuleEnds,
    /// *Deploy for me* goes on after Aloft was away.
    RuleGoesOn,
    /// It holds money and runs nothing.
    Idle,
    Low,
    VeryLow,
    TrialEnds,
    /// It was closed because it had spent what it may spend.
    Ceiling,
    /// Its provider takes the machine back.
    Reclaimed,
    /// It stops by itself soon.
    StopsSoon,
    /// It stopped by itself, as set.
    Stopped,
}
