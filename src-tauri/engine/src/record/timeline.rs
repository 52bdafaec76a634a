//! What happened to a deployment, as facts. `present::timeline` words it.

use akash_console::Usd;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    problem::{ProblemKind, RuleEnd},
    seen::Why,
};
use crate::view::{Rule, Tone};

/// A line of a deployment's timeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct TimelineEntry {
    /// Chain time.
    pub(crate) at: Timestamp,
    pub(crate) tone: Tone,
    /// Called `text` where version 0.1 wrote it.
    #[serde(alias = "text")]
    pub(crate) event: Event,
}

impl TimelineEntry {
    pub(crate) fn new(at: Timestamp, tone: Tone, event: Event) -> Self {
        Self { at, tone, event }
    }
}

/// Something that happened to a deployment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "camelCase")]
pub(crate) enum Event {
    /// A line that version 0.1 stored in words.
    Said(String),
    /// Prices were asked for; a rule accepts a bid without asking.
    Asked {
        deposit: Usd,
        rule: Option<Rule>,
    },
    /// Prices were asked for again, with a change as the button named it.
    AskedWithChange(String),
    Created,
    CreateUnclear,
    /// Aloft was ended while the create was on its way.
    QuitWhileCreating,
    /// A create without an answer did take place.
    CreateFound,
    /// It did not, or what it made was closed before anybody looked (`unseen`).
    NotCreated {
        unseen: bool,
    },
    FoundOnAccount,
    TakenOver,
    FirstBid,
    BidsExpired,
    /// *Deploy for me* waits anew after Aloft was away.
    RuleWaitsAnew,
    RuleEnded(RuleEnd),
    /// Stopped by the person.
    RuleStopped,
    /// Stopped because there was no window any more.
    RuleStoppedUnseen,
    LimitRaised(Rule),
    /// Bids were accepted, by hand or by a rule.
    Accepted {
        rule: Option<Rule>,
    },
    LeaseNotStarted,
    LeaseActive,
    /// One of several leases ended; the chain's word.
    PartEnded(Option<String>),
    /// The last lease ended; the chain's word.
    LeaseEnded(Option<String>),
    ManifestDelivered,
    ManifestNotDelivered,
    NoStatus,
    ContainersReady,
    ContainerStopped,
    KeepsRestarting,
    Answers,
    StoppedAnswering,
    /// More is being set aside.
    Adding(Usd),
    /// More was set aside, from here.
    Added(Usd),
    /// What was sent to be set aside did not arrive.
    NotAdded(Usd),
    /// More was set aside, not from here: by the Console where something `runs`.
    AddedElsewhere {
        usd: Usd,
        runs: bool,
    },
    /// The most it may spend in all; `None`: no such limit any more.
    CeilingSet(Option<Usd>),
    /// Its provider said that it takes the machine back.
    Reclaimed,
    /// It stops by itself so many hours after its first lease; `None`: it does not any more.
    StopSet(Option<u32>),
    /// The hours were to be changed and are as they were.
    StopNotSet,
    /// Automatic funding was to be switched; `on` is how it is.
    FundingSwitched {
        on: bool,
        arrived: bool,
    },
    Closing(Closer),
    Ended(Why),
    /// Something was refused or failed.
    Failed(ProblemKind),
}

/// Who decided to close.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Closer {
    /// The person, with a button.
    Person,
    /// Aloft, because its bids had lapsed.
    Lapsed,
    /// Aloft, because it had spent what it may spend in all.
    Ceiling,
    /// Aloft, because it ran as long as it should.
    Over,
}

impl Serialize for Event {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Event {
    /// A text that names no event is one that version 0.1 wrote.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error as _;
        let value = serde_json::Value::deserialize(deserializer)?;
        match (Self::deserialize(&value), value) {
            (Ok(event), _) => Ok(event),
            (Err(_), serde_json::Value::String(said)) => Ok(Self::Said(said)),
            (Err(error), _) => Err(D::Error::custom(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::record::problem::{Doing, Failure};

    #[test]
    fn a_line_is_stored_as_facts_and_one_of_version_0_1_in_its_words() {
        let call = ProblemKind::Call {
            doing: Doing::Lease,
            failure: Failure::ProviderUnreachable,
        };
        let events = [
            Event::Created,
            Event::Added(Usd::from_micro(2_500_000)),
            Event::NotCreated { unseen: true },
            Event::PartEnded(None),
            Event::Ended(Why::Aloft),
            Event::Failed(call),
            Event::Said("Closed".into()),
        ];
        for event in events {
            let text = serde_json::to_string(&event).unwrap();
            assert_eq!(
                serde_json::from_str::<Event>(&text).unwrap(),
                event,
                "{text}"
            );
        }
        let old = r#"{"at":"2026-11-23T12:00:00Z","tone":"good","text":"Stands"}"#;
        let entry: TimelineEntry = serde_json::from_str(old).unwrap();
        assert_eq!(entry.event, Event::Said("Stands".into()));
        assert!(serde_json::from_str::<Event>(r#"{"orbiting":1}"#).is_err());
    }
}
