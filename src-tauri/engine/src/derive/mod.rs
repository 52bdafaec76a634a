//! Questions about facts: nothing here changes, sends or words anything.

pub(crate) mod check_context;
pub(crate) mod funding;
pub(crate) mod pages;
