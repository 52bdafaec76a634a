//! Who could run a file, and what keeps the others away: asked of the Console before anything is paid, and again when nobody bids.
//!
//! A relaxed requirement is a change of the file's text, and what is counted is what the changed text asks for. All of it is advice: it is
//! silent about what can't be known, and nothing is spent by it.

mod edits;
mod gpus;
mod price;
mod request;
mod search;
mod steps;
mod subject;

use std::{sync::Arc, time::Duration};

use tokio::{sync::oneshot, time::Instant};
use uuid::Uuid;

use crate::{
    derive::check_context,
    record::{Problem, problem::Refusal},
    state::{
        Session,
        core::Core,
        screening::{GroupScreening, OfferedChange, Screening},
    },
};
use subject::Subject;

/// A person types on: what is asked waits for a pause, as the web Console's does (`SCREENING_DEBOUNCE_MS`).
const PAUSE: Duration = Duration::from_millis(400);
/// Deployments whose reasons are kept.
const RECORDS: usize = 20;

impl Core {
    /// Finds out who could run the draft, once the person pauses. What was found about an earlier text is forgotten.
    pub(crate) fn screen_draft(self: &Arc<Self>) {
        let (of, sdl, text, session) = {
            let mut state = self.state();
            let draft = state.draft.as_ref().and_then(|draft| {
                // What the chain refuses can't be sent, so that who could run it is no question.
                let sdl = draft
                    .checked
                    .sdl
                    .clone()
                    .filter(|_| !draft.checked.stops())?;
                Some(((draft.id, draft.rev), sdl, draft.saved.text.clone()))
            });
            let session = state.session.clone().filter(|session| session.confirmed);
            let (Some((of, sdl, text)), Some(session)) = (draft, session) else {
                state.market.screenings.draft = None;
                return;
            };
            let found = state.market.screenings.draft.as_ref();
            if found.is_some_and(|found| found.of == of && !found.again()) {
                return;
            }
            (of, sdl, text, session)
        };
        let core = Arc::clone(self);
        let task = tokio::spawn(async move {
            tokio::time::sleep(PAUSE).await;
            search::run(&core, &session, Subject::Draft(of.0, of.1), &sdl, &text).await;
        });
        self.with(|state| {
            // Numbers that are counted anew stay on the screen until then: nothing jumps while one types.
            let mut old = state.market.screenings.draft.take();
            let same = old.as_ref().is_some_and(|old| old.of.0 == of.0);
            let groups = old.as_mut().map(|old| std::mem::take(&mut old.groups));
            let stale = groups.filter(|_| same).unwrap_or_default();
            state.market.screenings.draft = Some(Screening {
                of,
                began: Instant::now(),
                busy: true,
                groups: stale.into_iter().map(without_changes).collect(),
                task: task.abort_handle(),
            });
        });
    }

    /// Finds out why nobody bids, once for each deployment.
    pub(crate) async fn screen_record(
        self: &Arc<Self>,
        session: &Session,
        id: Uuid,
    ) -> Result<(), Problem> {
        if let Some(found) = self.state().market.screenings.records.get(&id)
            && !found.again()
        {
            return Ok(());
        }
        let Some(text) = self.journal.texts(id).await?.0 else {
            return Ok(());
        };
        let context = check_context::context(&self.state(), &text);
        let checked = tokio::task::spawn_blocking(move || {
            let sdl = akash_sdl::check_with(&text, &context).sdl;
            sdl.map(|sdl| (sdl, text))
        });
        let Ok(Some((sdl, text))) = checked.await else {
            return Ok(());
        };
        let (core, session) = (Arc::clone(self), session.clone());
        // It has its place before it finds anything.
        let (go, placed) = oneshot::channel();
        let task = tokio::spawn(async move {
            let _ = placed.await;
            search::run(&core, &session, Subject::Record(id), &sdl, &text).await;
        });
        let found = Screening {
            of: (0, 0),
            began: Instant::now(),
            busy: true,
            groups: Vec::new(),
            task: task.abort_handle(),
        };
        self.with(|state| {
            let living = &state.records;
            let records = &mut state.market.screenings.records;
            records.retain(|id, _| living.contains_key(id));
            if records.len() >= RECORDS
                && let Some(oldest) = records.iter().min_by_key(|(_, found)| found.began)
            {
                let oldest = *oldest.0;
                records.remove(&oldest);
            }
            records.insert(id, found);
        });
        let _ = go.send(());
        Ok(())
    }

    /// A change that was offered for a deployment.
    ///
    /// # Errors
    /// When it is not offered any more.
    pub(crate) fn offered(&self, id: Uuid, change: &str) -> Result<OfferedChange, Problem> {
        let state = self.state();
        let found = state.market.screenings.records.get(&id);
        found
            .into_iter()
            .flat_map(|found| &found.groups)
            .flat_map(|group| group.offered.iter().map(move |one| (group.gseq, one)))
            .find(|(gseq, one)| one.id(*gseq) == change)
            .map(|(_, one)| one.clone())
            .ok_or_else(|| Refusal::ChangeNotOffered.into())
    }
}

/// What was found about an earlier text: its changes would undo what was typed since.
fn without_changes(group: GroupScreening) -> GroupScreening {
    GroupScreening {
        offered: Vec::new(),
        ..group
    }
}
