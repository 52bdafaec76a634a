//! Why a provider runs no command.

use serde::Deserialize;
use thiserror::Error;

use crate::error::tidy;

/// Why a provider runs no command. It says so with the exit code 0 and a message.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ShellRefusal {
    /// The lease has no such service.
    #[error("the lease has no such service")]
    NoSuchService,
    /// The container of this number is over; another may run.
    #[error("this container has ended")]
    ContainerEnded,
    /// The container does not run yet.
    #[error("the container is not ready yet")]
    NotReady,
    /// No container of the service runs.
    #[error("no container of the service runs")]
    NoneRuns,
    /// There are fewer containers.
    #[error("there is no container of this number")]
    NoSuchContainer,
    /// The image lacks the program.
    #[error("the container has no such program")]
    NoSuchProgram,
    /// The command could not be started.
    #[error("the command could not be started")]
    CannotStart,
    /// The exit code 0 at once without a word. Providers do this for services with a shared-memory volume
    /// (akash-network/support#295): their shell never works.
    #[error("the provider ended the command without a word")]
    WithoutAWord,
    /// The provider failed inside and does not say how.
    #[error("the provider failed")]
    ProviderFailed,
    /// Another reason, in the provider's words, shortened.
    #[error("the provider refused: {0}")]
    Other(String),
}

impl ShellRefusal {
    /// By the provider's words.
    pub(crate) fn of(message: &str) -> Self {
        let has = |part: &str| message.contains(part);
        if has("no such service exists") {
            Self::NoSuchService
        } else if has("has completed") || has("has failed") {
            Self::ContainerEnded
        } else if has("is not ready") {
            Self::NotReady
        } else if has("is not running")
            || has("no active replica")
            || has("no service for that lease")
        {
            Self::NoneRuns
        } else if has("pod index out of range") {
            Self::NoSuchContainer
        } else if has("does not exist") {
            Self::NoSuchProgram
        } else if has("command execution failed") {
            Self::CannotStart
        } else {
            Self::Other(tidy(message, 300))
        }
    }
}

/// The payload of a result.
#[derive(Deserialize)]
pub(super) struct RawResult {
    #[serde(default)]
    pub(super) exit_code: i32,
    #[serde(default)]
    pub(super) message: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_providers_are_known() {
        for (message, refusal) in [
            ("no active replicase for service", ShellRefusal::NoneRuns),
            (
                "remote command execute error: no such service exists with that name",
                ShellRefusal::NoSuchService,
            ),
            (
                "remote command execute error: service with that name is not running: the service has failed",
                ShellRefusal::ContainerEnded,
            ),
            (
                "remote command execute error: service with that name is not running: the service is not ready",
                ShellRefusal::NotReady,
            ),
            (
                "remote command execute error: service with that name is not running",
                ShellRefusal::NoneRuns,
            ),
            (
                "remote command execute error: command execution failed",
                ShellRefusal::CannotStart,
            ),
            (
                "remote command execute error: command could not be executed because it does not exist",
                ShellRefusal::NoSuchProgram,
            ),
            (
                "remote command execute error: pod index out of range: valid range is [0, 1]",
                ShellRefusal::NoSuchContainer,
            ),
            ("kube: no service for that lease", ShellRefusal::NoneRuns),
            (
                "something\nnew",
                ShellRefusal::Other("something new".to_owned()),
            ),
        ] {
            assert_eq!(ShellRefusal::of(message), refusal, "{message}");
        }
    }
}
