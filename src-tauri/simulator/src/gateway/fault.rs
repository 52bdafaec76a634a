//! Faults that can be set while a gateway runs.

use std::{sync::Mutex, time::Duration};

use crate::sync::lock;

/// Something that goes wrong. Setting a fault replaces an earlier one of the same kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A connection is closed as soon as it is there.
    RefuseConnections,
    /// A connection is taken, and TLS never begins.
    NeverHandshake,
    /// TLS works, and no request is answered.
    NeverAnswer,
    /// Each request gets this answer instead.
    Answer {
        /// The HTTP status.
        status: u16,
        /// The text.
        body: String,
    },
    /// Logs and events are closed with this frame as soon as they are open.
    Close {
        /// The close code: 4000, 4001, 4002 or 1000.
        code: u16,
        /// The reason.
        reason: String,
    },
    /// A stream loses its connection after some data frames: no close frame and no end of TLS.
    CutAfter {
        /// How many data frames come through.
        frames: u64,
    },
    /// A stream ends after some data frames: TLS ends in order, without a close frame.
    EndAfter {
        /// How many data frames come through.
        frames: u64,
    },
    /// A stream falls silent after some data frames: no data, no pings, no end.
    SilentAfter {
        /// How many data frames come through.
        frames: u64,
    },
    /// Streams send no pings.
    NoPings,
    /// Streams wait before each data frame that they send.
    SendSlowly {
        /// The wait, in real time.
        each: Duration,
    },
    /// A shell waits before each frame that it reads.
    ReadSlowly {
        /// The wait, in real time.
        each: Duration,
    },
    /// The lines that a log has at the start of a stream come, and then the last of them once more.
    RepeatLines {
        /// How many lines come twice.
        lines: u64,
    },
    /// Each event comes twice.
    RepeatEvents,
    /// A shell ends with this result at once. A message that is not empty means that it was refused.
    ShellResult {
        /// The exit code.
        exit_code: i32,
        /// The message; none is sent if it is empty.
        message: String,
    },
    /// A shell fails with a frame 103.
    ShellFailure,
    /// The standard output of a shell stops after some bytes, and the process ends with exit code 0: what Kubernetes does
    /// to fast output (kubernetes#124571).
    TruncateOutput {
        /// How many bytes come through.
        bytes: u64,
    },
    /// The connection of a shell is lost after some bytes of standard output.
    CutOutput {
        /// How many bytes come through.
        bytes: u64,
    },
    /// Standard output comes in frames of at most this size.
    SmallFrames {
        /// The size in bytes; 1 splits every character that has more than one byte.
        bytes: usize,
    },
}

/// The faults that are set.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Vec<Armed>>);

#[derive(Debug)]
struct Armed {
    fault: Fault,
    left: Option<u32>,
}

impl Faults {
    /// Sets a fault for the next `times` uses, or until it is cleared.
    pub(crate) fn set(&self, fault: Fault, times: Option<u32>) {
        let mut armed = lock(&self.0);
        armed
            .retain(|other| std::mem::discriminant(&other.fault) != std::mem::discriminant(&fault));
        if times != Some(0) {
            armed.push(Armed { fault, left: times });
        }
    }

    pub(crate) fn clear(&self) {
        lock(&self.0).clear();
    }

    /// Uses the fault that `pick` answers for, if it is set.
    pub(crate) fn take<T>(&self, pick: impl Fn(&Fault) -> Option<T>) -> Option<T> {
        let mut armed = lock(&self.0);
        let found = armed
            .iter()
            .position(|armed| pick(&armed.fault).is_some())?;
        let taken = pick(&armed.get(found)?.fault);
        if let Some(left) = armed.get_mut(found).and_then(|armed| armed.left.as_mut()) {
            *left -= 1;
            if *left == 0 {
                armed.remove(found);
            }
        }
        taken
    }

    /// Uses a fault that has no values.
    pub(crate) fn has(&self, fault: &Fault) -> bool {
        self.take(|set| (set == fault).then_some(())).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_used_as_often_as_it_was_set() {
        let faults = Faults::default();
        faults.set(Fault::NoPings, Some(2));
        assert!(faults.has(&Fault::NoPings));
        assert!(!faults.has(&Fault::ShellFailure));
        assert!(faults.has(&Fault::NoPings));
        assert!(!faults.has(&Fault::NoPings));
    }

    #[test]
    fn a_fault_replaces_one_of_its_kind() {
        let faults = Faults::default();
        faults.set(Fault::CutAfter { frames: 1 }, None);
        faults.set(Fault::CutAfter { frames: 2 }, None);
        let frames = |fault: &Fault| match fault {
            Fault::CutAfter { frames } => Some(*frames),
            _ => None,
        };
        assert_eq!(faults.take(frames), Some(2));
        faults.clear();
        assert_eq!(faults.take(frames), None);
    }
}
