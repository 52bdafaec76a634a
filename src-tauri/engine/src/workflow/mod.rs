//! What a person decides: each is written down first, then sent, then settled by what came back.

mod close;
mod create;
mod deploy_rule;
pub(crate) mod draft;
pub(crate) mod files;
mod funds;
mod lease;
mod local;
pub(crate) mod session;
pub(crate) mod settings;

use uuid::Uuid;

use crate::{
    journal::TimelineEntry,
    record::transitions::{News, seconds},
    record::{Intent, What},
    state::{Core, Session},
    view::{AppError, NoticeKind, Tone},
};

pub(crate) use close::Closer;
pub(crate) use deploy_rule::{auto, words as rule_words};
pub(crate) use funds::{spent_all, weigh};
pub(crate) use lease::standing;

/// The name of the deployment a command was given.
///
/// # Errors
/// When it is none of ours.
pub(crate) fn id(text: &str) -> Result<Uuid, AppError> {
    text.parse().map_err(|_| AppError::gone())
}

impl Core {
    /// Refuses when the account was left or changed since `session` was taken: nothing may be spent on one that is not on the screen.
    pub(super) fn still(&self, session: &Session) -> Result<(), AppError> {
        let state = self.state();
        let same = state.session.as_ref().is_some_and(|active| {
            active.account == session.account && active.session_epoch == session.session_epoch
        });
        if same {
            Ok(())
        } else {
            Err(AppError::not_now("The account changed meanwhile.").meaning("Nothing was sent."))
        }
    }

    pub(super) fn locked_already() -> AppError {
        AppError::not_now("Something is on its way for this deployment already.")
            .next("Wait until it is done.")
    }

    /// Seconds for which an intent has certainly been sent. One of this run is counted by a clock that nobody sets. For one of an earlier run
    /// there are the time of day, which may have been set since, and chain time, which may pass faster than the machine's: the smaller of
    /// the two counts. However wrong both are, such an intent is older than this run.
    pub(crate) fn age(&self, session: &Session, intent: &Intent) -> i64 {
        let clock = &self.options.clock;
        let run = |from| {
            let passed = clock.monotonic().saturating_duration_since(from);
            i64::try_from(passed.as_secs()).unwrap_or(i64::MAX)
        };
        match intent.here {
            Some(here) => run(here),
            None => {
                let day = seconds(intent.sent, clock.wall());
                let chain = intent.at.map_or(0, |at| seconds(at, self.now_of(session)));
                day.min(chain).max(run(self.started))
            }
        }
    }

    pub(super) fn sent(&self, session: &Session, what: What) -> Intent {
        Intent {
            sent: self.options.clock.wall(),
            here: Some(self.options.clock.monotonic()),
            at: Some(self.now_of(session)),
            what,
        }
    }

    /// A change that could not be written: said, and found again by the next look at the Console.
    pub(super) fn lost(&self, id: Uuid, error: &AppError) {
        tracing::error!(%id, error = %error.title, "a change could not be written down");
        self.notice(
            NoticeKind::App,
            Tone::Bad,
            error.title.clone(),
            Some("What was sent before may have been done. Aloft reads it back as soon as the disk takes it.".into()),
            Some(id),
            true,
        );
    }

    pub(super) async fn hear(
        &self,
        session: &Session,
        id: Uuid,
        detail: &akash_console::DeploymentDetail,
    ) -> Result<Vec<News>, AppError> {
        let moment = self.moment_of(session);
        self.change(id, |record, happened| {
            let mut heard = record.hear_detail(detail, &moment);
            happened.append(&mut heard.happened);
            Ok(heard.news)
        })
        .await
    }

    pub(super) async fn happened(
        &self,
        session: &Session,
        id: Uuid,
        tone: Tone,
        text: String,
    ) -> Result<(), AppError> {
        let now = self.now_of(session);
        self.change(id, |_, happened| {
            happened.push(TimelineEntry::new(now, tone, text));
            Ok(())
        })
        .await
    }
}
