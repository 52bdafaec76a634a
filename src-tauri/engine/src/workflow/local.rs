//! What changes on this computer alone.

use std::sync::Arc;

use uuid::Uuid;

use crate::{
    record::{Event, Phase, Problem, TimelineEntry, problem::Refusal},
    state::core::Core,
    view::Tone,
};

impl Core {
    pub(crate) async fn take_over(&self, id: Uuid) -> Result<(), Problem> {
        let now = self.now();
        self.change(id, |record, happened| {
            record.ours = true;
            record.since = now;
            // Who runs it already needs no manifest from here; Aloft has none.
            if record.running().next().is_some() {
                record.run.delivered.get_or_insert(now);
            }
            happened.push(TimelineEntry::new(now, Tone::Quiet, Event::TakenOver));
            Ok(())
        })
        .await
    }

    /// Removes a record that holds no money.
    pub(crate) async fn forget(self: &Arc<Self>, id: Uuid) -> Result<(), Problem> {
        let record = self.record(id).await?;
        let _busy = self.lock_deployment(id).ok_or_else(Self::locked_already)?;
        let _writing = self.hold().await;
        if !(record.phase.is_over()
            || matches!(
                record.phase,
                Phase::NotSent | Phase::Refused | Phase::Unclear
            ))
        {
            return Err(Refusal::HoldsMoney.into());
        }
        self.journal.forget(id).await?;
        let past = self
            .journal
            .past_count(self.account().unwrap_or_default())
            .await?;
        self.with(|state| {
            state.records.remove(&id);
            state.past = past;
            if state.focused == Some(id) {
                state.focused = None;
                state.focused_past = None;
            }
        });
        Ok(())
    }
}
