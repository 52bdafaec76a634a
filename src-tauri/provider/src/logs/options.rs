//! What to read of logs, and what comes of it.

use std::time::Duration;

use super::line::LogLine;
use crate::{ConnectError, End};

/// How much of the past a stream begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tail {
    /// The last lines of each pod, at least 1.
    Lines(u32),
    /// All that the provider has: the log's current file, of about 10 MiB at most.
    All,
}

/// What to read.
#[derive(Clone, Debug)]
pub struct LogOptions {
    /// The names of all services of the lease: pods are assigned to them by name.
    pub services: Vec<String>,
    /// Only these services; all if it is empty.
    pub only: Vec<String>,
    /// How much of the past to begin with.
    pub tail: Tail,
    /// Whether to wait for new lines. Without, the stream ends with what there is.
    pub follow: bool,
    /// How often to look for pods that came later, which a stream does not show by itself.
    pub look_for_pods: Duration,
}

impl LogOptions {
    /// The last 1,000 lines of each pod of these services, and what follows.
    pub fn new(services: Vec<String>) -> Self {
        Self {
            services,
            only: Vec::new(),
            tail: Tail::Lines(1_000),
            follow: true,
            look_for_pods: Duration::from_secs(60),
        }
    }
}

/// What a stream of logs gives.
#[derive(Clone, Debug, PartialEq)]
pub enum LogUpdate {
    /// The stream is open.
    Open,
    /// Lines, each pod's in order. They come at most 50 ms after the first of them.
    Lines(Vec<LogLine>),
    /// The stream ended.
    Ended {
        /// How.
        end: End,
        /// When the next try is made; `None` if there is none.
        retry: Option<Duration>,
    },
    /// The stream could not be opened.
    Failed {
        /// Why.
        error: ConnectError,
        /// When the next try is made; `None` if there is none.
        retry: Option<Duration>,
    },
}
