//! What answers and failures say about the connection to the Console.

use std::time::Duration;

use akash_console::{Error, Kind};

use super::{ConnectionHealth, core::Core};
use crate::{
    record::{Problem, problem::Doing},
    view::ConnectionState,
};

/// How long a failing connection is taken for a glitch.
const GLITCH: Duration = Duration::from_secs(5);

impl Core {
    /// Takes an answer to a read, and what it says about the connection.
    pub(crate) fn answer<T>(&self, answer: Result<T, Error>) -> Option<T> {
        match answer {
            Ok(value) => {
                self.connection_answered();
                Some(value)
            }
            Err(error) => {
                let problem = Problem::call(&error, Doing::Read);
                if error.kind() == Kind::BadKey {
                    self.connection_failed(problem, true);
                } else if error.passing()
                    || matches!(
                        error.kind(),
                        Kind::Tls | Kind::NotUnderstood | Kind::Redirected
                    )
                {
                    self.connection_failed(problem, false);
                } else {
                    self.connection_answered();
                }
                tracing::debug!(%error, "a read failed");
                None
            }
        }
    }

    /// Notes that an answer came.
    pub(crate) fn connection_answered(&self) {
        let state = &mut *self.state();
        let connection = &mut state.connection;
        connection.failing = None;
        if !matches!(
            connection.state,
            ConnectionState::Online | ConnectionState::None
        ) {
            *connection = ConnectionHealth {
                state: ConnectionState::Online,
                failing: None,
                since: None,
                problem: None,
            };
            self.dirty.notify_one();
        }
    }

    /// Notes that none came. A glitch shorter than 5 s is not shown.
    pub(crate) fn connection_failed(&self, problem: Problem, refused: bool) {
        let now = self.options.clock.monotonic();
        let wall = self.now();
        let state = &mut *self.state();
        if state.session.is_none() {
            return;
        }
        let connection = &mut state.connection;
        let first = *connection.failing.get_or_insert(now);
        let to = if refused {
            ConnectionState::Refused
        } else {
            ConnectionState::Offline
        };
        let long = now.saturating_duration_since(first) >= GLITCH;
        if (refused || long) && connection.state != to {
            *connection = ConnectionHealth {
                state: to,
                failing: Some(first),
                since: Some(wall),
                problem: Some(problem),
            };
            self.dirty.notify_one();
        }
    }
}
