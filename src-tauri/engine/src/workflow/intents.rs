//! What all changes share: an intent is written first, then sent, and what comes back is taken in.

use uuid::Uuid;

use crate::{
    record::{Event, Intent, News, Problem, TimelineEntry, What, problem::Refusal, seconds},
    state::{Session, core::Core, notices::Told},
    view::Tone,
};

impl Core {
    /// Refuses when the account was left or changed since `session` was taken: nothing may be spent on one that is not on the screen.
    pub(crate) fn still(&self, session: &Session) -> Result<(), Problem> {
        let state = self.state();
        let same = state.session.as_ref().is_some_and(|active| {
            active.account == session.account && active.session_epoch == session.session_epoch
        });
        if same {
            Ok(())
        } else {
            Err(Refusal::AccountChanged.into())
        }
    }

    /// Refuses what is asked of a deployment with a call on its way.
    pub(crate) fn locked_already() -> Problem {
        Refusal::UnderWay.into()
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

    pub(crate) fn sent(&self, session: &Session, what: What) -> Intent {
        Intent {
            sent: self.options.clock.wall(),
            here: Some(self.options.clock.monotonic()),
            at: Some(self.now_of(session)),
            what,
        }
    }

    /// A change that could not be written: said, and found again by the next look at the Console.
    pub(crate) fn lost(&self, id: Uuid, error: &Problem) {
        tracing::error!(%id, %error, "a change could not be written down");
        self.notice_on_desktop(Told::NotWritten(error.clone()), Some(id));
    }

    pub(crate) async fn hear(
        &self,
        session: &Session,
        id: Uuid,
        detail: &akash_console::DeploymentDetail,
    ) -> Result<Vec<News>, Problem> {
        let moment = self.moment_of(session);
        self.change(id, |record, happened| {
            let mut heard = record.hear_detail(detail, &moment);
            happened.append(&mut heard.happened);
            Ok(heard.news)
        })
        .await
    }

    pub(crate) async fn happened(
        &self,
        session: &Session,
        id: Uuid,
        tone: Tone,
        event: Event,
    ) -> Result<(), Problem> {
        let now = self.now_of(session);
        self.change(id, |_, happened| {
            happened.push(TimelineEntry::new(now, tone, event));
            Ok(())
        })
        .await
    }
}
