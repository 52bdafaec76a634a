//! The file being checked, from being given to being asked for.

use std::sync::Arc;

use uuid::Uuid;

use super::{files, shelf::Coming};
use crate::{
    derive::{
        blocked::{blocked, decided_by_console, sets_aside},
        plan::plan,
        typed,
    },
    journal::{Given, SavedDraft},
    record::{
        LARGEST_SDL, LEAST, Problem, Record, Stop, clean_name,
        problem::{Input, Refusal},
    },
    samples,
    state::{core::Core, draft::DraftState},
    view::{DraftText, Rule},
};

impl Core {
    /// Reads the draft that an earlier run left, and what is kept.
    pub(crate) async fn restore_draft(self: &Arc<Self>) -> Result<(), Problem> {
        self.adopt_kept_files().await;
        self.list_recent().await;
        let Some(saved) = self.journal.draft().await? else {
            return Ok(());
        };
        let checked = self.check(saved.text.clone()).await?;
        let made = self
            .made_again(saved.given.clone(), saved.text.clone())
            .await;
        self.with(|state| {
            state.drafts = state.drafts.wrapping_add(1);
            state.draft = Some(DraftState {
                id: state.drafts,
                rev: 0,
                restored: true,
                original: (!saved.only_here).then(|| saved.text.clone()),
                saved,
                checked,
                made,
            });
        });
        self.screen_draft();
        Ok(())
    }

    pub(crate) async fn paste_text(self: &Arc<Self>, text: String) -> Result<(), Problem> {
        files::pasted(&text)?;
        let given = Given::pasted(&text);
        let coming = Coming::only_here("pasted".into(), "Pasted text".into(), text);
        self.take_given(coming, given).await
    }

    pub(crate) async fn open_sample(self: &Arc<Self>, id: &str) -> Result<(), Problem> {
        let (name, text) = samples::sample(id).ok_or(Input::NoSample)?;
        self.take(Coming::elsewhere(name.into(), "Sample".into(), text))
            .await
    }

    /// Puts a deployment's SDL on the check screen.
    pub(crate) async fn again(self: &Arc<Self>, id: Uuid) -> Result<(), Problem> {
        let record = self.record(id).await?;
        let text = self.journal.texts(id).await?.0;
        let text = text.ok_or(Refusal::NoFileKept)?;
        let source = format!("From “{}”", record.name);
        self.take(Coming::elsewhere(record.name, source, text))
            .await
    }

    pub(crate) fn draft_text(&self) -> Option<DraftText> {
        let state = self.state();
        state.draft.as_ref().map(|draft| DraftText {
            id: draft.id,
            rev: draft.rev,
            text: draft.saved.text.clone(),
        })
    }

    pub(crate) async fn edit_draft(self: &Arc<Self>, id: u32, text: String) -> Result<(), Problem> {
        if text.len() > LARGEST_SDL {
            return Err(Input::TextTooLarge.into());
        }
        let checked = self.check(text.clone()).await?;
        let made = self.state().draft.as_ref().and_then(|d| d.made.clone());
        let made = self.look_again(made, text.clone()).await;
        let drafting = self.drafting.lock().await;
        let saved = self.with(|state| {
            let draft = state.draft.as_mut().filter(|draft| draft.id == id)?;
            draft.rev = draft.rev.wrapping_add(1);
            draft.saved.only_here = draft.original.as_ref() != Some(&text);
            draft.saved.text.clone_from(&text);
            draft.checked = checked;
            draft.made = made;
            Some(draft.saved.clone())
        });
        let Some(saved) = saved else {
            drop(drafting);
            return self.late_edit(id, text).await;
        };
        self.screen_draft();
        self.save_draft(Some(saved)).await
    }

    pub(crate) async fn set_draft(
        &self,
        id: u32,
        name: Option<String>,
        deposit: Option<String>,
    ) -> Result<(), Problem> {
        let _drafting = self.drafting.lock().await;
        let saved = self.with(|state| {
            let draft = state.draft.as_mut().filter(|draft| draft.id == id)?;
            if let Some(name) = name {
                draft.saved.name = clean_name(&name);
            }
            if let Some(deposit) = deposit {
                draft.saved.deposit = deposit.chars().take(20).collect();
            }
            Some(draft.saved.clone())
        });
        self.save_draft(saved).await
    }

    /// Chooses how many hours it is to run; `None`: until somebody closes it.
    pub(crate) async fn set_draft_stop(&self, id: u32, hours: Option<u32>) -> Result<(), Problem> {
        if hours.is_some_and(|hours| !(1..=Stop::MOST_AT_ONCE).contains(&hours)) {
            return Err(Input::Hours.into());
        }
        let _drafting = self.drafting.lock().await;
        let saved = self.with(|state| {
            let draft = state.draft.as_mut().filter(|draft| draft.id == id)?;
            draft.saved.stop = hours;
            Some(draft.saved.clone())
        });
        self.save_draft(saved).await
    }

    async fn save_draft(&self, saved: Option<SavedDraft>) -> Result<(), Problem> {
        match saved {
            Some(saved) => Ok(self.journal.save_draft(Some(saved)).await?),
            None => Err(Refusal::DraftGone.into()),
        }
    }

    /// The draft becomes a deployment: its intent is on disk when this returns, and the create is on its way.
    pub(crate) async fn ask(
        self: &Arc<Self>,
        id: u32,
        rule: Option<Rule>,
    ) -> Result<Uuid, Problem> {
        let rule = rule.map(typed::rule).transpose()?;
        let session = self.session()?;
        let (draft, deposit) = {
            let state = self.state();
            let draft = state
                .draft
                .clone()
                .filter(|draft| draft.id == id)
                .ok_or(Refusal::DraftGone)?;
            if let Some(blocked) = blocked(&state, &draft) {
                return Err(Refusal::DraftBlocked(blocked).into());
            }
            let deposit = match sets_aside(&state, &draft) {
                Some(usd) => usd,
                None if decided_by_console(&state) => LEAST,
                None => typed::amount(&draft.saved.deposit)?,
            };
            (draft, deposit)
        };
        let Some(sdl) = &draft.checked.sdl else {
            return Err(Refusal::DraftHasProblems.into());
        };
        let name = Some(draft.saved.name.trim())
            .filter(|name| !name.is_empty())
            .unwrap_or("deployment")
            .to_owned();
        let now = self.now_of(&session);
        let mut record = Record::new(session.account.clone(), name, plan(sdl), deposit, now);
        record.rule = rule;
        record.stop = draft.saved.stop.map(Stop::asked);
        let id = record.id;
        self.create(session, record, draft.saved.text.clone(), Some(draft.id))
            .await?;
        Ok(id)
    }
}
