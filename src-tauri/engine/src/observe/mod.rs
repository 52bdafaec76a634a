//! What is looked at again and again, and what follows from it.

pub(crate) mod alerts;
pub(crate) mod poller;
pub(crate) mod probe;
pub(crate) mod reconcile;
