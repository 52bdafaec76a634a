//! What a state that lasts means, where no call failed.

use super::{summary, timeline::lease_ended};
use crate::{
    record::Record,
    view::{AppError, Code, StateCode},
};

/// What a state that lasts means, where no call failed.
pub(super) fn lasting_problem(code: StateCode, record: &Record) -> Option<AppError> {
    let inside = record
        .plan
        .as_ref()
        .and_then(|plan| plan.services.iter().find_map(|s| s.ports.first()));
    match code {
        StateCode::Answering | StateCode::Running if record.reclaimed().is_some() => Some(
            AppError::new(Code::Provider, "The provider takes its machine back soon.")
                .meaning("The deployment ends then, and what it stored there is lost. What is left of the money returns to your credit.")
                .next("Move it before then: deploy the same file with another provider, then stop this one."),
        ),
        StateCode::NotAnswering => Some(
            AppError::new(Code::Provider, "It is ready, but its web address does not answer.")
                .meaning("It runs and is charged.")
                .next(format!(
                    "Check that the program in the container listens on the port in the file{} and on 0.0.0.0, not only on localhost. A program that starts slowly may still answer.",
                    inside.map(|port| format!(" ({})", summary::port(port))).unwrap_or_default()
                )),
        ),
        StateCode::Starting if record.run.delivered.is_some() => None,
        StateCode::LeaseLost => Some(
            AppError::new(Code::Provider, lease_ended(record.end_reason().as_deref()))
                .meaning("Nothing is charged any more. What is left is still set aside.")
                .next("End the deployment to return what is left, or ask for prices again."),
        ),
        StateCode::KeepsRestarting => Some(
            AppError::new(Code::Provider, "Its containers start and stop again.")
                .meaning("The lease is still active and charged.")
                .next(
                    "Check the command and the env values in the file. Check the memory too: a container that uses more than the file allows is stopped. \
                     The logs in the Console show why it stops. Then stop this deployment and deploy the corrected file, or choose another provider.",
                ),
        ),
        StateCode::Dark => Some(
            AppError::new(Code::Provider, "The provider sends no status.")
                .meaning("The lease is still active and charged. Your service may be fine or down.")
                .next("Open its address to see. If this lasts, stop the deployment and choose another provider."),
        ),
        _ => None,
    }
}
