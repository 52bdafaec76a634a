//! The logs of a lease: followed over cuts, without a line lost or doubled where that can be known.

mod align;
mod line;
mod names;
mod options;
mod pod;
mod stream;

pub use line::{Gap, LogLine, MAX_LINE};
pub use names::service_of;
pub use options::{LogOptions, LogUpdate, Tail};
pub use stream::LogStream;
