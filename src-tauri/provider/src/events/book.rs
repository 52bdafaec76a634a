//! The events that were seen: each once, the newest first.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use serde::Deserialize;

use super::Cause;
use crate::{error::tidy, logs::service_of};

/// How many events are kept.
const MAX_EVENTS: usize = 1_000;
/// How much of a note is kept, in characters.
const MAX_NOTE: usize = 2_000;
/// Kubernetes forgets an event an hour after it last happened, and the stream shows that like the event itself.
const FORGOTTEN: Duration = Duration::from_secs(50 * 60);

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Whether Kubernetes takes it for trouble.
    pub is_warning: bool,
    /// Kubernetes's word for it, such as `BackOff`.
    pub reason: String,
    /// Its words, shortened, in one line without control characters.
    pub note: String,
    /// What it happened to: `Pod`, `Deployment` and so on.
    pub kind: String,
    /// The name of that.
    pub name: String,
    /// The service, by that name.
    pub service: String,
}

/// An event and when it was seen. Providers do not say when it happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenEvent {
    /// The event.
    pub event: Event,
    /// What it means.
    pub cause: Cause,
    /// When it was first received.
    pub first: Timestamp,
    /// When it was last received.
    pub last: Timestamp,
    /// How often it was received, not counting what each new stream repeats.
    pub times: u32,
    /// Whether it was there already when the first stream began: it happened up to an hour earlier.
    pub is_old: bool,
}

#[derive(Deserialize)]
struct Raw {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    object: Object,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Object {
    kind: String,
    name: String,
}

/// The events that were seen.
#[derive(Debug, Default)]
pub(crate) struct Book {
    /// The newest first.
    seen: VecDeque<(SeenEvent, Instant)>,
}

/// Reads an event; `None` if it is none.
pub(crate) fn read(text: &str, services: &[String]) -> Option<Event> {
    let raw: Raw = serde_json::from_str(text).ok()?;
    if raw.reason.is_empty() && raw.note.is_empty() {
        return None;
    }
    let name = tidy(&raw.object.name, 253);
    Some(Event {
        is_warning: raw.kind == "Warning",
        reason: tidy(&raw.reason, 128),
        note: tidy(&raw.note, MAX_NOTE),
        kind: tidy(&raw.object.kind, 64),
        service: service_of(&name, services).to_owned(),
        name,
    })
}

impl Book {
    /// Takes an event in. `repeats` means that the stream has just begun and repeats what was there; `first` that it is the
    /// first stream. Gives whether the list changed.
    pub(crate) fn take(
        &mut self,
        event: Event,
        now: Timestamp,
        repeats: bool,
        first: bool,
    ) -> bool {
        let place = self.seen.iter().position(|(seen, _)| seen.event == event);
        if let Some(place) = place {
            let again = self
                .seen
                .get(place)
                .is_some_and(|(_, heard)| heard.elapsed() < FORGOTTEN);
            if repeats || !again {
                return false;
            }
            if let Some((mut seen, _)) = self.seen.remove(place) {
                seen.last = now;
                seen.times = seen.times.saturating_add(1);
                self.seen.push_front((seen, Instant::now()));
            }
            return true;
        }
        if self.seen.len() >= MAX_EVENTS {
            self.seen.pop_back();
        }
        let cause = Cause::of(&event);
        let seen = SeenEvent {
            event,
            cause,
            first: now,
            last: now,
            times: 1,
            is_old: repeats && first,
        };
        self.seen.push_front((seen, Instant::now()));
        true
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &SeenEvent> {
        self.seen.iter().map(|(seen, _)| seen)
    }
}
