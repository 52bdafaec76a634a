//! What happens to the containers of a lease, as Kubernetes tells it.

mod book;
mod cause;
mod stream;

pub use book::{Event, SeenEvent};
pub use cause::{Cause, Probe, Shortage};
pub use stream::{EventStream, EventUpdate};
