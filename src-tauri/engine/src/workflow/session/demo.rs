//! The pretend cloud as the account.

use std::sync::Arc;

use secrecy::SecretString;
use url::Url;

use super::sign_in::{leave, stop};
use crate::{
    record::{
        Keeper, Phase, Problem, Record,
        problem::{Doing, ProblemKind},
    },
    state::{Session, core::Core, notices::Told},
    view::Settings,
};

impl Core {
    pub(crate) async fn enter_demo(
        self: &Arc<Self>,
        url: Url,
        key: SecretString,
        pace: u32,
        remember: bool,
    ) -> Result<(), Problem> {
        let _turn = self.entering.lock().await;
        let signed_in = match self.client(url, key).await {
            Ok(client) => self.sign_in(client, true, Doing::Read).await,
            Err(error) => Err(error),
        };
        let mut session = signed_in.map_err(|error| {
            let why = Box::new(error);
            Problem::new(ProblemKind::DemoNotStarted { why })
        })?;
        session.pace = pace.max(1);
        self.with(|state| {
            if let Some(old) = state.session.as_mut().filter(|old| !old.demo()) {
                stop(old);
                state.suspended = Some(old.clone());
            }
        });
        self.enter(session, None).await?;
        self.say_unwatched();
        if remember && let Err(error) = self.open_demo_at_start(true).await {
            tracing::warn!(%error, "the next start does not know of the demo");
        }
        Ok(())
    }

    /// Says what of the account that waits behind the demo is not seen to meanwhile.
    fn say_unwatched(&self) {
        let names: Vec<String> = {
            let state = self.state();
            let Some(suspended) = &state.suspended else {
                return;
            };
            let acts = |record: &&Record| {
                record.account == suspended.account
                    && (record.rule.is_some()
                        || record.ceiling.is_some()
                        || record
                            .stop
                            .is_some_and(|stop| stop.keeper != Keeper::Console)
                        || record.phase == Phase::Closing)
            };
            let records = state.records.values().filter(acts);
            records.map(|record| record.name.clone()).take(5).collect()
        };
        if names.is_empty() {
            return;
        }
        self.notice(Told::Unwatched(names), None);
    }

    /// The demo's clock runs at another speed from now on.
    pub(crate) fn set_demo_pace(&self, pace: u32) {
        let clock = self.options.clock.as_ref();
        self.with(|state| {
            if let Some(demo) = state.session.as_mut().filter(|session| session.demo()) {
                demo.turn(pace, clock);
            }
        });
    }

    pub(crate) async fn leave_demo(self: &Arc<Self>) -> Result<(), Problem> {
        let _turn = self.entering.lock().await;
        let suspended = self.with(|state| {
            if state.session.as_ref().is_some_and(Session::demo) {
                leave(state);
            }
            state.suspended.take()
        });
        self.forget_demo().await;
        match suspended {
            Some(session) if session.confirmed => self.enter(session, None).await.map(drop),
            // Nobody was connected, or it was not known yet whose key it is.
            _ => {
                self.recheck();
                let core = Arc::clone(self);
                tokio::spawn(async move { core.resume().await });
                Ok(())
            }
        }
    }

    async fn open_demo_at_start(&self, demo: bool) -> Result<(), Problem> {
        self.set(|settings| Ok(Settings { demo, ..settings })).await
    }

    pub(super) async fn forget_demo(&self) {
        if self.state().settings.demo
            && let Err(error) = self.open_demo_at_start(false).await
        {
            tracing::warn!(%error, "the next start opens the demo again");
        }
    }
}
