//! What a shell can ask of the engine, a file for each screen: each calls one thing.

mod account;
mod deployment;
mod file;
mod history;
mod provider;
mod report;
mod window;
