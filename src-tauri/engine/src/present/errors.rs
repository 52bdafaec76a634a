//! From what went wrong to what a person is told: what happened, what it means for money and deployment, what to do next.

use super::{calls, files, keychain, refusals, rule, words};
use crate::{
    journal::{ImportError, JournalError},
    record::{
        Problem,
        problem::{Fault, KeyHint, KeychainProblem, LeftRunning, OnDisk, ProblemKind},
    },
    view::{AppError, Code, ConnectionState, Link},
};

impl From<Problem> for AppError {
    fn from(problem: Problem) -> Self {
        error(&problem)
    }
}

/// What a person is told of a problem.
pub(crate) fn error(problem: &Problem) -> AppError {
    let said = AppError {
        retry: problem.retry,
        details: problem.details.clone(),
        ..worded(problem)
    };
    match &problem.kind {
        // It stands for another one, whose details count.
        ProblemKind::Said(said) => AppError::clone(said),
        ProblemKind::OddKey { why, .. }
        | ProblemKind::OldNotClosed { why: Some(why) }
        | ProblemKind::KeyNotReplaced { why }
        | ProblemKind::NotReplaced { why, .. } => AppError {
            retry: why.retry,
            details: why.details.clone(),
            ..said
        },
        ProblemKind::DemoNotStarted { why } => {
            let why = error(why);
            said.details(why.details.unwrap_or(why.title))
        }
        _ => said,
    }
}

fn worded(problem: &Problem) -> AppError {
    match &problem.kind {
        ProblemKind::Said(said) => AppError::clone(said),
        ProblemKind::Call { doing, failure } => calls::call(problem, *doing, *failure),
        ProblemKind::CreateUnclear { several } => AppError::new(
            Code::Unclear,
            if *several {
                "New deployments appeared on the account, and Aloft can’t tell which is this one."
            } else {
                "A new deployment appeared on the account, and Aloft can’t tell whether it is this one."
            },
        )
        .meaning("It is in the list as created elsewhere, with what is set aside for it. Aloft created no second one.")
        .next("If it is this one and you don’t need it, close it there. Then remove this record and ask again."),
        ProblemKind::LeaseNotStarted => AppError::new(Code::BidGone, "The lease did not start.")
            .meaning("Nothing is charged.")
            .next("Choose again."),
        ProblemKind::RuleEnded(end) => AppError::not_now(format!("{}.", rule::ended(end)))
            .next("Choose one yourself, or cancel the request. Nothing is charged until then."),
        ProblemKind::Disk(what) => on_disk(*what),
        ProblemKind::Refused(refusal) => refusals::refused(refusal),
        ProblemKind::Input(input) => refusals::input(*input),
        ProblemKind::File(problem) => files::problem(problem),
        ProblemKind::Keychain(problem) => keychain_problem(*problem),
        ProblemKind::NoWallet => AppError::new(
            Code::NoWallet,
            "The key is good, but this account has no wallet yet.",
        )
        .meaning("Your key was not stored.")
        .next("Open the Console, start a trial or add credit, then connect here again.")
        .link(Link::AddCredit),
        ProblemKind::NotConnected => AppError::not_connected(),
        ProblemKind::LeftRunning(left) => {
            AppError::new(Code::NotConnected, left_running(*left))
                .meaning("They are charged whether or not Aloft is connected.")
                .next("Connect to see them and to stop them.")
        }
        ProblemKind::Unconfirmed(state) => unconfirmed(*state),
        ProblemKind::OddKey { hint, why } => {
            let said = error(why);
            let next = said.next.clone().unwrap_or_default();
            said.next(format!("{} {next}", key_hint(hint)))
        }
        ProblemKind::DemoNotStarted { .. } => {
            AppError::new(Code::Internal, "The demo could not be started.")
        }
        ProblemKind::OldNotClosed { why } => why
            .as_deref()
            .map_or_else(
                || AppError::not_now("The old deployment is not closed yet."),
                error,
            )
            .next("Aloft keeps closing it, and then puts its file on the check screen."),
        ProblemKind::NotReplaced { name, why } => error(why).meaning(format!(
            "“{name}” is closed. No new deployment was made. Its file is on the check screen."
        )),
        ProblemKind::KeyNotReplaced { why } => {
            error(why).meaning("The key that Aloft uses still works and is kept as before.")
        }
        ProblemKind::SettingsNotSaved => {
            AppError::new(Code::Disk, "The settings could not be saved.")
                .next("Free some disk space, then try again.")
        }
        ProblemKind::Fault(fault) => self::fault(*fault),
    }
}

/// What happened, one sentence: for a timeline.
pub(super) fn title(kind: &ProblemKind) -> String {
    worded(&Problem::new(kind.clone())).title
}

fn on_disk(what: OnDisk) -> AppError {
    let said = AppError::new(Code::Disk, "Aloft could not write to its journal.");
    let done = |what: &str| format!("{what}. Only Aloft’s record of it is missing.");
    const DONE: &str = "Don’t repeat it. Free some disk space, and Aloft reads it back on its own.";
    const FREE: &str = "Free some disk space, then try again.";
    match what {
        OnDisk::Change => said.next(FREE),
        OnDisk::Intent => said
            .meaning("Nothing was sent. Aloft records each step before it takes it.")
            .next(FREE),
        OnDisk::Added => said.meaning(done("It was set aside")).next(DONE),
        OnDisk::Switched => said.meaning(done("It was switched")).next(DONE),
        OnDisk::Draft => said
            .meaning("The text on the check screen exists nowhere else and could not be saved, so it stays there.")
            .next("Free some disk space, then try again. To go on at once, copy the text first."),
    }
}

/// It is not known yet whose key it is, so nothing may be done with it.
fn unconfirmed(connection: ConnectionState) -> AppError {
    let (code, title) = match connection {
        ConnectionState::Refused => (
            Code::BadKey,
            "The Console does not accept the key of this account.",
        ),
        ConnectionState::Offline => (Code::Offline, "The Console cannot be reached."),
        _ => (
            Code::NotNow,
            "Aloft is still asking the Console whose key this is.",
        ),
    };
    AppError::new(code, title)
        .meaning("Nothing was sent.")
        .next(match connection {
            ConnectionState::Refused => "Connect again with a key that it accepts.",
            _ => "Try again when the connection is back.",
        })
}

fn keychain_problem(problem: KeychainProblem) -> AppError {
    match problem {
        KeychainProblem::NotKept(error) => {
            AppError::new(Code::NotNow, format!("{}.", keychain::why(error)))
                .meaning("The key is still kept only until Aloft quits.")
                .next(keychain::how(error))
        }
        KeychainProblem::NotRead(error, left) => AppError {
            meaning: left.map(left_running),
            ..AppError::new(
                Code::NotConnected,
                format!("{}, so your key could not be read.", keychain::why(error)),
            )
            .next("Unlock it and start Aloft again, or paste the key again.")
        },
        KeychainProblem::Unusable(error) => {
            AppError::new(Code::NotNow, format!("{}.", keychain::why(error)))
        }
        KeychainProblem::KeyStays => AppError::new(
            Code::Input,
            "Disconnected, but the key could not be removed from the keychain.",
        )
        .next("Delete the key in the Console; it can’t be used then.")
        .link(Link::ApiKeys),
    }
}

fn left_running(left: LeftRunning) -> String {
    let verb = if left.count == 1 { "was" } else { "were" };
    format!(
        "{} {verb} running when Aloft last looked, at about ${} a day.",
        words::count(left.count, "deployment"),
        words::cost(left.day)
    )
}

/// What looks odd about a key. A warning, never a refusal: the form may change.
pub(crate) fn key_hint(hint: &KeyHint) -> String {
    match hint {
        KeyHint::Form => "This does not look like a Console key: those begin with ac.sk. and have 64 letters and digits at the end.".into(),
        KeyHint::Environment(environment) => format!(
            "This key was made for the “{environment}” environment; the Console address in Settings is the official one."
        ),
    }
}

fn fault(fault: Fault) -> AppError {
    match fault {
        Fault::Check => AppError::new(Code::Internal, "This file could not be checked.")
            .next("Copy a report from Help: this is a fault of Aloft."),
        Fault::Files => AppError::new(Code::Internal, "The file could not be read."),
        Fault::Client => AppError::new(Code::Internal, "Aloft could not open a connection."),
        Fault::Task => AppError::new(Code::Internal, "Aloft could not do that."),
        Fault::Settings => AppError::new(Code::Internal, "The settings could not be saved."),
    }
}

/// Why the journal could not be written to a file.
pub(crate) fn not_exported(error: &JournalError) -> AppError {
    AppError::new(Code::Disk, "The journal could not be written there.")
        .next("Choose another folder, or free some disk space.")
        .retry()
        .details(error.to_string())
}

/// Why a journal from a file could not be taken in.
pub(crate) fn not_imported(error: &ImportError) -> AppError {
    AppError::new(Code::File, "This file could not be taken in.")
        .meaning("Nothing was changed.")
        .next(match error {
            ImportError::NotOurs => "It is not a journal that Aloft exported.",
            ImportError::Newer => "It was exported by a newer Aloft. Update this one first.",
            ImportError::TooLarge => "It is larger than 256 MiB.",
            ImportError::Journal(_) => "The disk refused.",
        })
        .details(error.to_string())
}
