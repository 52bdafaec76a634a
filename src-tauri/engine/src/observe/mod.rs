//! What is looked at again and again, and what follows from it.

mod account;
mod alerts;
mod bids;
mod creates;
mod leases;
pub(crate) mod poller;
mod probe;
mod reading;
mod reconcile;
