//! Accounts: connecting one, coming back to it, leaving it, and the demo.

mod connect;
mod demo;
mod key;
mod keys;
mod note;
mod resume;
mod sign_in;
