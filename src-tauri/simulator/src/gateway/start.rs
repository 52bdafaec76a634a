//! How containers start and fail, by the name of their image. For demonstrations of what can go wrong.

use super::spec::Service;

/// How the containers of a service behave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// They run.
    Fine,
    /// Their image does not exist.
    NoImage,
    /// Their image needs a login.
    PrivateImage,
    /// No node has room for them.
    NoRoom,
    /// They end at once, because they are made for another processor.
    WrongArchitecture,
    /// They end after a while with an error.
    Crashes,
    /// They use more memory than they may.
    OutOfMemory,
    /// They run, and do not answer the probe.
    NeverReady,
}

impl Start {
    /// By the name of the image.
    pub(crate) fn of(service: &Service) -> Self {
        let has = |part: &str| service.image.contains(part);
        match () {
            () if has("no-such-image") => Self::NoImage,
            () if has("private-image") => Self::PrivateImage,
            () if has("no-room") => Self::NoRoom,
            () if has("wrong-architecture") => Self::WrongArchitecture,
            () if has("keeps-restarting") || has("crashes") => Self::Crashes,
            () if has("out-of-memory") => Self::OutOfMemory,
            () if has("never-ready") => Self::NeverReady,
            () => Self::Fine,
        }
    }

    /// Why containers never run, as events: type, reason and note. None if they do.
    pub(crate) fn obstacles(self, image: &str) -> Vec<(&'static str, &'static str, String)> {
        let failed = |why: &str| {
            let pull = format!(
                "Failed to pull image \"{image}\": failed to pull and unpack image \"{image}\": {why}"
            );
            vec![
                ("Warning", "Failed", pull),
                ("Warning", "Failed", "Error: ErrImagePull".to_owned()),
                (
                    "Normal",
                    "BackOff",
                    format!("Back-off pulling image \"{image}\""),
                ),
                ("Warning", "Failed", "Error: ImagePullBackOff".to_owned()),
            ]
        };
        match self {
            Self::NoImage => failed("not found"),
            Self::PrivateImage => failed(
                "pull access denied, repository does not exist or may require authorization: server message: \
                 insufficient_scope: authorization failed",
            ),
            Self::NoRoom => vec![(
                "Warning",
                "FailedScheduling",
                "0/12 nodes are available: 4 Insufficient cpu, 8 Insufficient memory. preemption: 0/12 nodes are \
                 available: 12 No preemption victims found for incoming pod."
                    .to_owned(),
            )],
            _ => Vec::new(),
        }
    }

    /// Chain seconds for which a container runs before it ends; `None` if it does not end.
    pub(crate) fn lives(self) -> Option<i64> {
        match self {
            Self::WrongArchitecture => Some(1),
            Self::Crashes => Some(60),
            Self::OutOfMemory => Some(90),
            _ => None,
        }
    }

    /// What a container says before it ends.
    pub(crate) fn last_words(self, service: &Service) -> Vec<String> {
        match self {
            Self::WrongArchitecture => {
                vec!["exec /usr/local/bin/app: exec format error".to_owned()]
            }
            Self::Crashes => [
                "Error: connect ECONNREFUSED 127.0.0.1:5432",
                "    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1637:16)",
                "Node.js v22.21.1",
            ]
            .map(str::to_owned)
            .to_vec(),
            Self::OutOfMemory => {
                let limit = service.memory >> 20;
                [70, 85, 99]
                    .iter()
                    .map(|percent| format!("cache grew to {} MiB", limit * percent / 100))
                    .collect()
            }
            _ => Vec::new(),
        }
    }
}
