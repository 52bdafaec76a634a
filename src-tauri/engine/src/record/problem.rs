//! What went wrong, as facts. `present::errors` words it; two problems are the same when their kinds are.

use akash_console::{Error, Usd};
use serde::{Deserialize, Serialize};

pub(crate) use super::failure::{Doing, Failure, Outcome};
use super::failure::{clip, details, failure};
use crate::{
    ports::KeyStoreError,
    view::{AppError, ConnectionState, Rule},
};

/// What went wrong, and what is known of it.
#[derive(Clone, Debug, PartialEq, Serialize, thiserror::Error)]
#[error("{kind:?}")]
pub(crate) struct Problem {
    pub(crate) kind: ProblemKind,
    /// Whether what was asked for took place.
    pub(crate) outcome: Outcome,
    /// What the server said, clipped.
    pub(crate) server_text: Option<String>,
    /// For people who search for it: the call, the status, the words of the other side.
    pub(crate) details: Option<String>,
    /// Whether doing the same again is safe.
    pub(crate) retry: bool,
}

/// Which problem.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum ProblemKind {
    /// One that version 0.1 stored in words.
    Said(Box<AppError>),
    /// A call to the Console failed.
    Call {
        doing: Doing,
        failure: Failure,
    },
    /// After a create without an answer: something new stands on the account that may be it.
    CreateUnclear {
        several: bool,
    },
    LeaseNotStarted,
    /// *Deploy for me* accepted nothing.
    RuleEnded(RuleEnd),
    /// The journal could not be written.
    Disk(OnDisk),
    /// The state does not allow it; what the person saw was older.
    Refused(Refusal),
    /// What was typed cannot be used.
    Input(Input),
    File(FileProblem),
    Keychain(KeychainProblem),
    /// The key is good, and the account has no wallet.
    NoWallet,
    NotConnected,
    /// Nobody is connected, and something ran when Aloft last looked.
    LeftRunning(LeftRunning),
    /// It is not known yet whose key it is.
    Unconfirmed(ConnectionState),
    /// A key that the Console refused looks odd.
    OddKey {
        hint: KeyHint,
        why: Box<Problem>,
    },
    DemoNotStarted {
        why: Box<Problem>,
    },
    /// What is to be replaced is not closed yet.
    OldNotClosed {
        why: Option<Box<Problem>>,
    },
    /// The old deployment is closed, and the new one could not be asked for.
    NotReplaced {
        name: String,
        why: Box<Problem>,
    },
    /// Another key could not take the place of the one in use, which works as before.
    KeyNotReplaced {
        why: Box<Problem>,
    },
    SettingsNotSaved,
    /// A fault of Aloft.
    Fault(Fault),
}

/// Why *Deploy for me* accepted nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum RuleEnd {
    /// The cheapest that matches costs more a month than the limit, USD as typed.
    AboveLimit {
        per_month: Usd,
        limit: String,
    },
    NoneMatches(Rule),
}

/// What the journal could not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum OnDisk {
    /// It is not said here whether anything was sent before.
    Change,
    /// An intent: nothing was sent.
    Intent,
    /// What was set aside is set aside.
    Added,
    /// What was switched is switched.
    Switched,
    /// The text of the check screen, which stays there.
    Draft,
}

/// Why something is not possible now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Refusal {
    NoRecord,
    OtherAccount,
    AccountChanged,
    /// The Console listed deployments of another account.
    OtherAccountListed,
    UnderWay,
    CreatingAnother,
    NothingToClose,
    BidsNotExpired,
    MaySpendMore,
    KeptLonger,
    NoFileKept,
    NoManifest,
    StillRuns,
    RuleStopped,
    AlreadyAccepted,
    NoLimitToRaise,
    NoLease,
    NothingToChoose,
    NoBidYet,
    BidNotOpen,
    NotOurs(Ours),
    Over,
    /// It is not known yet whether what was added before arrived.
    StillAdding(Usd),
    NeedsCredit(Usd),
    HoldsMoney,
    DemoHasNoKey,
    /// Something is still being sent with the key.
    KeyInUse,
    /// An earlier replacement is not ended.
    KeyBeingReplaced,
    KeyGone,
    KeyNotListed,
    KeyOfAnother,
    DraftGone,
    DraftBlocked(Blocker),
    DraftHasProblems,
    ChangeNotOffered,
    Connected,
}

/// What only a deployment made here can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Ours {
    Ceiling,
    Funding,
    Stop,
}

/// What stops asking for prices, in the order to clear it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Blocker {
    /// So many findings stop it.
    Findings(usize),
    /// So many images of what was made are no images that exist.
    NoImage(usize),
    NotConnected,
    Offline,
    Unconfirmed,
    Amount(Input),
    /// `less`: a smaller amount could be set aside.
    Credit {
        credit: Usd,
        needs: Usd,
        less: bool,
    },
    CreatingAnother,
}

/// What cannot be used of what was typed or given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Input {
    NoKey,
    NoName,
    NoProvider,
    TooManyFavourites,
    NoSample,
    NotInList,
    TextTooLarge,
    ChooseEveryPart,
    SpentAlready,
    /// Hours until it stops by itself.
    Hours,
    /// A port's number.
    Port,
    /// The name of an image.
    Image,
    /// What was asked about what was made.
    Answer,
    TextSize,
    /// An amount with a comma.
    Comma,
    /// An amount with parts of a cent.
    Cents,
    NoAmount(Amount),
    TooSmall(Amount),
    TooLarge(Amount),
    Address(AddressProblem),
}

/// What an amount is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Amount {
    SetAside,
    /// The most a month.
    Limit,
    /// The most in all.
    Ceiling,
}

/// Why an address is no Console's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum AddressProblem {
    NoAddress,
    NoHttps,
    Extras,
}

/// Why a file cannot be used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum FileProblem {
    None,
    TooMany(usize),
    NoSdlInFolder(String),
    NoFile(String),
    NoText(String),
    TooLarge(String),
    OtherKind(String),
    NothingPasted,
    PastedTooLarge,
    Missing(String),
    NoPermission(String),
    Unreadable(String),
    /// It is no SDL, and none can be made of it; why, as a sentence.
    NotConverted(String),
}

/// What ran when Aloft last looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LeftRunning {
    pub(crate) count: usize,
    /// What it costs a day, USD.
    pub(crate) day: Usd,
}

/// What the keychain did not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum KeychainProblem {
    NotKept(KeyStoreError),
    /// With what may still run meanwhile.
    NotRead(KeyStoreError, Option<LeftRunning>),
    /// It did not remove the key.
    KeyStays,
    Unusable(KeyStoreError),
}

/// What looks odd about a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum KeyHint {
    /// It has not the form of one.
    Form,
    /// It was made for another environment than the official Console's.
    Environment(String),
}

/// Faults of Aloft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Fault {
    Check,
    Files,
    Client,
    Task,
    Settings,
}

impl Problem {
    pub(crate) fn new(kind: ProblemKind) -> Self {
        Self {
            kind,
            outcome: Outcome::No,
            server_text: None,
            details: None,
            retry: false,
        }
    }

    /// A call that failed.
    pub(crate) fn call(error: &Error, doing: Doing) -> Self {
        let failure = failure(error, doing);
        Self {
            kind: ProblemKind::Call { doing, failure },
            outcome: error.outcome().into(),
            server_text: error.server_message().map(|text| clip(text, 300)),
            details: Some(details(error)),
            retry: error.retry_safe() && failure != Failure::BadKey,
        }
    }

    pub(crate) fn details(mut self, text: impl Into<String>) -> Self {
        self.details = Some(text.into());
        self
    }

    /// The disk refused before anything was sent. Said only by who knows that: a record that fails after a call went out says nothing of the
    /// kind.
    pub(crate) fn unsent(self) -> Self {
        self.on_disk(OnDisk::Intent)
    }

    /// What was asked for is done, and only its record failed: doing it again would do it twice.
    pub(crate) fn done(self, what: OnDisk) -> Self {
        let mut done = self.on_disk(what);
        done.outcome = Outcome::Yes;
        done.retry = false;
        done
    }

    /// Says what the journal could not hold, where it is the journal that failed.
    pub(crate) fn on_disk(mut self, what: OnDisk) -> Self {
        if let ProblemKind::Disk(held) = &mut self.kind {
            *held = what;
        }
        self
    }

    /// Whether the Console refused the key.
    pub(crate) fn is_bad_key(&self) -> bool {
        let failure = match &self.kind {
            ProblemKind::Call { failure, .. } => *failure,
            ProblemKind::OddKey { .. } => return true,
            _ => return false,
        };
        failure == Failure::BadKey
    }
}

macro_rules! from {
    ($($what:ty => $kind:path),* $(,)?) => {$(
        impl From<$what> for Problem {
            fn from(what: $what) -> Self {
                Self::new($kind(what))
            }
        }
    )*};
}
from! {
    Refusal => ProblemKind::Refused,
    Input => ProblemKind::Input,
    FileProblem => ProblemKind::File,
    KeychainProblem => ProblemKind::Keychain,
    RuleEnd => ProblemKind::RuleEnded,
    Fault => ProblemKind::Fault,
}

/// As stored now, or as version 0.1 stored it: in words.
#[derive(Deserialize)]
#[serde(untagged)]
enum Stored {
    Facts {
        kind: ProblemKind,
        outcome: Outcome,
        server_text: Option<String>,
        details: Option<String>,
        retry: bool,
    },
    Said(AppError),
}

impl<'de> Deserialize<'de> for Problem {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Stored::deserialize(deserializer)? {
            Stored::Facts {
                kind,
                outcome,
                server_text,
                details,
                retry,
            } => Self {
                kind,
                outcome,
                server_text,
                details,
                retry,
            },
            Stored::Said(said) => Self {
                outcome: Outcome::Unknown,
                server_text: None,
                details: said.details.clone(),
                retry: said.retry,
                kind: ProblemKind::Said(Box::new(said)),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn a_problem_is_small_enough_to_be_returned_by_value() {
        assert!(size_of::<Problem>() < 128, "{}", size_of::<Problem>());
    }

    #[test]
    fn a_problem_is_stored_as_facts_and_one_of_version_0_1_in_its_words() {
        let mut problem = Problem::new(ProblemKind::NotReplaced {
            name: "blog".into(),
            why: Box::new(Refusal::UnderWay.into()),
        });
        problem.outcome = Outcome::Unknown;
        problem.server_text = Some("no such order".into());
        let text = serde_json::to_string(&problem).unwrap();
        assert_eq!(serde_json::from_str::<Problem>(&text).unwrap(), problem);
        let old = r#"{"code":"bidGone","title":"The lease did not start.","meaning":null,"next":"Choose again.","retry":true,"link":null,"details":"x"}"#;
        let read: Problem = serde_json::from_str(old).unwrap();
        let ProblemKind::Said(said) = &read.kind else {
            panic!("{read:?}");
        };
        assert_eq!(said.title, "The lease did not start.");
        assert!(read.retry);
        // It stays what it is when the record is written anew.
        let again = serde_json::to_string(&read).unwrap();
        assert_eq!(serde_json::from_str::<Problem>(&again).unwrap(), read);
    }
}
