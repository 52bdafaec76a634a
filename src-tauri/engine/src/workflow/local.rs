//! What changes on this computer alone.

use std::sync::Arc;

use uuid::Uuid;

use crate::{
    journal::TimelineEntry,
    record::Phase,
    state::Core,
    view::{AppError, Tone},
    workflow::draft,
};

impl Core {
    pub(crate) async fn rename(&self, id: Uuid, name: &str) -> Result<(), AppError> {
        let name: String = name
            .trim()
            .chars()
            .filter(|c| !c.is_control())
            .take(draft::NAME)
            .collect();
        if name.is_empty() {
            return Err(AppError::input("A deployment needs a name."));
        }
        self.change(id, |record, _| {
            record.name = name;
            Ok(())
        })
        .await
    }

    pub(crate) async fn take_over(&self, id: Uuid) -> Result<(), AppError> {
        let now = self.now();
        self.change(id, |record, happened| {
            record.ours = true;
            record.since = now;
            // Who runs it already needs no manifest from here; Aloft has none.
            if record.running().next().is_some() {
                record.run.delivered.get_or_insert(now);
            }
            happened.push(TimelineEntry::new(now, Tone::Quiet, "Taken over"));
            Ok(())
        })
        .await
    }

    /// Removes a record that holds no money.
    pub(crate) async fn forget(self: &Arc<Self>, id: Uuid) -> Result<(), AppError> {
        let record = self.record(id).await?;
        let _busy = self.lock_deployment(id).ok_or_else(Self::locked_already)?;
        let _writing = self.hold().await;
        if !(record.phase.is_over()
            || matches!(
                record.phase,
                Phase::NotSent | Phase::Refused | Phase::Unclear
            ))
        {
            return Err(AppError::not_now(
                "This deployment still holds money. Close it first.",
            ));
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
