//! What an event means.

use super::Event;

/// What the cluster has too little of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Shortage {
    /// CPU.
    Cpu,
    /// Memory.
    Memory,
    /// Storage.
    Storage,
    /// GPUs, or this model.
    Gpu,
    /// Nodes that fit for another reason.
    Nodes,
}

/// Which question a container does not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Probe {
    /// Whether it still works; it is restarted if not.
    Liveness,
    /// Whether it may get requests.
    Readiness,
    /// Whether it has started.
    Startup,
}

/// What an event means. The words that Kubernetes uses differ between its versions, so it is looked for by parts of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A node was found.
    Scheduled,
    /// The image is being fetched.
    Pulling,
    /// The image is there.
    Pulled,
    /// The container was made.
    Created,
    /// The container started.
    Started,
    /// There is no such image, or no such version of it.
    ImageNotFound {
        /// The image, if it is named.
        image: Option<String>,
    },
    /// The image needs a login; registries also say so of images that do not exist.
    ImagePrivate {
        /// The image, if it is named.
        image: Option<String>,
    },
    /// The image's name is not one.
    ImageNameWrong,
    /// The registry asks to wait: too many fetched from it.
    ImageRateLimited,
    /// The image could not be fetched for another reason, or is being waited for after that.
    ImageFailed {
        /// The image, if it is named.
        image: Option<String>,
    },
    /// The image is made for another kind of processor.
    WrongArchitecture,
    /// The command of the container does not exist in its image, or cannot be run.
    CommandMissing,
    /// No node has room.
    NoRoom {
        /// What is too little, in order and each once.
        lacks: Vec<Shortage>,
    },
    /// The container ends again and again, and is started again after a wait.
    KeepsCrashing,
    /// It used more memory than it may.
    OutOfMemory,
    /// It does not answer.
    ProbeFailed {
        /// Which question.
        probe: Probe,
    },
    /// It is being stopped.
    Stopping,
    /// The node threw it out, mostly for using more storage than it may.
    Evicted,
    /// A volume is not there, or not yet.
    VolumeMissing,
    /// Something else.
    Other,
}

impl Cause {
    /// What an event means.
    pub fn of(event: &Event) -> Self {
        let note = event.note.to_ascii_lowercase();
        let has = |part: &str| note.contains(part);
        match event.reason.as_str() {
            "Scheduled" => Self::Scheduled,
            "Pulling" => Self::Pulling,
            "Pulled" => Self::Pulled,
            "Created" => Self::Created,
            "Started" => Self::Started,
            "Killing" | "Preempting" => Self::Stopping,
            "Evicted" => Self::Evicted,
            "OOMKilling" | "OOMKilled" | "SystemOOM" => Self::OutOfMemory,
            "FailedScheduling" => Self::NoRoom {
                lacks: shortages(&note),
            },
            "FailedMount" | "FailedAttachVolume" | "ProvisioningFailed" => Self::VolumeMissing,
            "InvalidImageName" | "InspectFailed" => Self::ImageNameWrong,
            "Unhealthy" if has("liveness") => Self::ProbeFailed {
                probe: Probe::Liveness,
            },
            "Unhealthy" if has("startup") => Self::ProbeFailed {
                probe: Probe::Startup,
            },
            "Unhealthy" => Self::ProbeFailed {
                probe: Probe::Readiness,
            },
            "BackOff" | "CrashLoopBackOff" if has("pulling image") => Self::ImageFailed {
                image: image(&event.note),
            },
            "BackOff" | "CrashLoopBackOff" => Self::KeepsCrashing,
            "Failed"
            | "FailedCreatePodSandBox"
            | "ErrImagePull"
            | "ErrImagePull:"
            | "FailedPostStartHook" => failed(&note, &event.note),
            _ if has("oomkilled") || has("out of memory") => Self::OutOfMemory,
            _ => Self::Other,
        }
    }

    /// Whether it keeps a container from running.
    pub fn is_obstacle(&self) -> bool {
        !matches!(
            self,
            Self::Scheduled
                | Self::Pulling
                | Self::Pulled
                | Self::Created
                | Self::Started
                | Self::Stopping
                | Self::Other
        )
    }
}

fn failed(note: &str, original: &str) -> Cause {
    let has = |part: &str| note.contains(part);
    if has("exec format error") || has("no match for platform") || has("no matching manifest") {
        Cause::WrongArchitecture
    } else if has("executable file not found")
        || has("no such file or directory")
        || has("permission denied: unknown")
    {
        Cause::CommandMissing
    } else if has("toomanyrequests") || has("rate limit") || has("429 too many") {
        Cause::ImageRateLimited
    } else if has("pull access denied")
        || has("authorization failed")
        || has("unauthorized")
        || has("authentication required")
        || has("403 forbidden")
        || has("denied:")
    {
        Cause::ImagePrivate {
            image: image(original),
        }
    } else if has("manifest unknown") || (has("pull") && has("not found")) {
        Cause::ImageNotFound {
            image: image(original),
        }
    } else if has("invalidimagename")
        || has("couldn't parse image")
        || has("invalid reference format")
    {
        Cause::ImageNameWrong
    } else if has("errimagepull") || has("imagepullbackoff") || has("failed to pull") {
        Cause::ImageFailed {
            image: image(original),
        }
    } else if has("oomkilled") {
        Cause::OutOfMemory
    } else {
        Cause::Other
    }
}

/// The image in quotation marks after the word.
fn image(note: &str) -> Option<String> {
    let (_, rest) = note.split_once("image \"")?;
    let (name, _) = rest.split_once('"')?;
    (!name.is_empty() && name.len() <= 512).then(|| name.to_owned())
}

fn shortages(note: &str) -> Vec<Shortage> {
    let mut lacks = Vec::new();
    for (part, shortage) in [
        ("insufficient cpu", Shortage::Cpu),
        ("insufficient memory", Shortage::Memory),
        ("insufficient ephemeral-storage", Shortage::Storage),
        ("free persistent volumes", Shortage::Storage),
        ("enough free storage", Shortage::Storage),
        ("insufficient nvidia.com", Shortage::Gpu),
        ("insufficient amd.com", Shortage::Gpu),
    ] {
        if note.contains(part) && !lacks.contains(&shortage) {
            lacks.push(shortage);
        }
    }
    if lacks.is_empty() {
        lacks.push(Shortage::Nodes);
    }
    lacks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cause(reason: &str, note: &str) -> Cause {
        Cause::of(&Event {
            is_warning: true,
            reason: reason.to_owned(),
            note: note.to_owned(),
            kind: "Pod".to_owned(),
            name: "web-0".to_owned(),
            service: "web".to_owned(),
        })
    }

    #[test]
    fn usual_events_are_understood() {
        let image = Some("ghcr.io/a/b:1".to_owned());
        for (reason, note, expected) in [
            ("Scheduled", "Successfully assigned", Cause::Scheduled),
            (
                "Failed",
                "Failed to pull image \"ghcr.io/a/b:1\": failed to resolve reference \"ghcr.io/a/b:1\": not found",
                Cause::ImageNotFound {
                    image: image.clone(),
                },
            ),
            (
                "Failed",
                "Failed to pull image \"ghcr.io/a/b:1\": pull access denied, repository does not exist or may require authorization",
                Cause::ImagePrivate {
                    image: image.clone(),
                },
            ),
            (
                "BackOff",
                "Back-off pulling image \"ghcr.io/a/b:1\"",
                Cause::ImageFailed { image },
            ),
            (
                "BackOff",
                "Back-off restarting failed container web in pod web-0",
                Cause::KeepsCrashing,
            ),
            (
                "Failed",
                "Error: ImagePullBackOff",
                Cause::ImageFailed { image: None },
            ),
            (
                "Failed",
                "exec /app: exec format error",
                Cause::WrongArchitecture,
            ),
            (
                "Failed",
                "Error: failed to create containerd task: exec: \"nope\": executable file not found in $PATH: unknown",
                Cause::CommandMissing,
            ),
            (
                "Failed",
                "You have reached your pull rate limit: toomanyrequests",
                Cause::ImageRateLimited,
            ),
            (
                "FailedScheduling",
                "0/12 nodes are available: 4 Insufficient cpu, 8 Insufficient memory, 1 Insufficient nvidia.com/gpu.",
                Cause::NoRoom {
                    lacks: vec![Shortage::Cpu, Shortage::Memory, Shortage::Gpu],
                },
            ),
            (
                "Unhealthy",
                "Liveness probe failed: 404",
                Cause::ProbeFailed {
                    probe: Probe::Liveness,
                },
            ),
            (
                "OOMKilling",
                "Memory cgroup out of memory",
                Cause::OutOfMemory,
            ),
            (
                "Evicted",
                "Pod ephemeral local storage usage exceeds",
                Cause::Evicted,
            ),
            ("Whatever", "new", Cause::Other),
        ] {
            assert_eq!(cause(reason, note), expected, "{reason}: {note}");
        }
    }
}
