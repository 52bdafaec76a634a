//! The steps from a lease to an answer.

use jiff::Timestamp;

use super::{status::ready_of, words};
use crate::{
    record::{At, Phase, PlanPort, Record, seconds, transitions::PATIENCE},
    view::{Step, StepState},
};

/// Which step.
#[derive(Clone, Copy, PartialEq, Eq)]
enum StepKind {
    Lease,
    Manifest,
    Containers,
    Answer,
}

impl StepKind {
    const fn title(self) -> &'static str {
        match self {
            Self::Lease => "Lease taken",
            Self::Manifest => "Manifest delivered",
            Self::Containers => "Containers ready",
            Self::Answer => "Answering",
        }
    }
}

/// Whether it has a web address.
pub(super) fn has_web(record: &Record) -> bool {
    record
        .run
        .places
        .iter()
        .any(|place| matches!(place.at, At::Web(_)))
}

/// The steps from lease to answering.
pub(super) fn steps(record: &Record, now: Timestamp) -> Vec<Step> {
    if !matches!(record.phase, Phase::Leasing | Phase::Up) {
        return Vec::new();
    }
    let run = &record.run;
    let (ready, total) = ready_of(&run.services);
    let mut marks = vec![
        (StepKind::Lease, run.chosen, run.leased, None),
        (
            StepKind::Manifest,
            run.leased,
            run.delivered,
            (run.refused > 0).then(|| {
                format!(
                    "Sent {} without success. Aloft sends it again on its own.",
                    words::times(usize::try_from(run.refused).unwrap_or(usize::MAX))
                )
            }),
        ),
        (
            StepKind::Containers,
            run.delivered,
            run.ready,
            (total > 0 && ready < total).then(|| format!("{ready} of {total}")),
        ),
    ];
    if has_web(record) || run.places.is_empty() && serves_web(record) {
        marks.push((StepKind::Answer, run.ready, run.answered, None));
    }
    let mut reached = true;
    marks
        .into_iter()
        .map(|(kind, began, done, detail)| {
            let late = began.is_some_and(|began| done.is_none() && seconds(began, now) >= PATIENCE);
            let state = match (done, reached) {
                (Some(_), _) => StepState::Done,
                (None, true)
                    if late
                        || run.restarting.is_some()
                        || detail.is_some() && kind == StepKind::Manifest =>
                {
                    StepState::Stuck
                }
                (None, true) => StepState::Doing,
                (None, false) => StepState::Todo,
            };
            reached = done.is_some();
            let took = began.zip(done).map(|(began, done)| {
                u32::try_from(seconds(began, done).max(0)).unwrap_or(u32::MAX)
            });
            Step {
                title: kind.title().into(),
                state,
                detail: detail.filter(|_| done.is_none()),
                began: began.map(|at| at.to_string()),
                seconds: took,
            }
        })
        .collect()
}

/// Whether the plan has a port that the provider's ingress serves: then an address will come.
fn serves_web(record: &Record) -> bool {
    let plan = record.plan.iter().flat_map(|plan| &plan.services);
    plan.flat_map(|service| &service.ports)
        .any(PlanPort::is_web)
}
