//! What a person decides: each is written down first, then sent, then settled by what came back.

mod check;
mod close;
mod convert;
mod create;
mod deploy_rule;
mod draft;
mod files;
mod funds;
mod gallery;
mod intents;
mod lease;
mod local;
mod names;
mod pasts;
mod providers;
mod recent;
mod session;
pub(crate) mod settings;
mod shelf;
mod stop;
