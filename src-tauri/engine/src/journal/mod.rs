//! What is on disk: every deployment ever made, its texts and timeline, the draft, recent files, accounts.
//!
//! SQLite in WAL mode with full sync: what was acknowledged survives a kill and a power cut. Calls run off the runtime's workers.

mod aside;
mod db;
mod error;
mod kept;
mod open;
mod records;
mod small;
#[cfg(test)]
mod tests;
mod transfer;

pub(crate) use db::Journal;
pub(crate) use error::JournalError;
pub(crate) use kept::Kept;
pub(crate) use small::{AccountNote, Given, Replacing, SavedDraft};
pub(crate) use transfer::ImportError;
