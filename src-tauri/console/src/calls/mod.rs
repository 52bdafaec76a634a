//! The endpoints, one room per concern.

mod account;
mod deployments;
mod market;
mod screening;

pub use account::TokenScope;
pub use deployments::CreateOptions;
pub use screening::ScreeningRequest;
