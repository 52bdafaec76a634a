//! Questions about facts: nothing here changes, sends or words anything.

pub(crate) mod actions;
pub(crate) mod bids;
pub(crate) mod blocked;
pub(crate) mod check_context;
pub(crate) mod created;
pub(crate) mod deploy_rule;
pub(crate) mod funding;
pub(crate) mod funds;
pub(crate) mod gpu_cost;
pub(crate) mod key_hint;
pub(crate) mod leases;
pub(crate) mod pages;
pub(crate) mod pasts;
pub(crate) mod plan;
pub(crate) mod providers;
pub(crate) mod runway;
pub(crate) mod stop;
pub(crate) mod typed;
