//! What stands on the check screen gives way to something else, and nothing that was typed is lost by it.

use std::{
    collections::{HashMap, VecDeque},
    path::{Path, PathBuf},
    sync::Arc,
};

use super::files::stem;
use crate::{
    journal::{Given, JournalError, Kept, SavedDraft},
    record::{
        Problem,
        problem::{OnDisk, Refusal},
    },
    state::{
        State,
        core::Core,
        draft::{DraftState, Made},
        notices::Told,
    },
    view::{Recent, RecentKind},
};

/// A text for the check screen.
pub(crate) struct Coming {
    pub(crate) name: String,
    /// Where it comes from, in words.
    pub(crate) source: String,
    pub(crate) text: String,
    /// The text can be had again from where it came.
    pub(crate) elsewhere: bool,
    /// What was to be set aside, where it stood on the check screen before; USD as typed.
    pub(crate) deposit: Option<String>,
    /// How many hours it was to run, where it stood on the check screen before.
    pub(crate) stop: Option<u32>,
    /// The kept text that it is.
    pub(crate) kept: Option<i64>,
    /// What it was made of, where that was no SDL, and how.
    pub(crate) made: Option<(Given, Made)>,
}

impl Coming {
    /// A text that can be had again from where it came.
    pub(crate) fn elsewhere(name: String, source: String, text: String) -> Self {
        Self {
            name,
            source,
            text,
            elsewhere: true,
            deposit: None,
            stop: None,
            kept: None,
            made: None,
        }
    }

    /// A text that is nowhere else.
    pub(crate) fn only_here(name: String, source: String, text: String) -> Self {
        Self {
            elsewhere: false,
            ..Self::elsewhere(name, source, text)
        }
    }
}

/// How many drafts that gave way are remembered, for what was typed at the very moment.
const GONE: usize = 4;

impl Core {
    /// Puts a text on the check screen. What stands there and is nowhere else is kept among the recent files.
    ///
    /// # Errors
    /// When that could not be kept: it stays on the check screen then.
    pub(crate) async fn take(self: &Arc<Self>, coming: Coming) -> Result<(), Problem> {
        let checked = self.check(coming.text.clone()).await?;
        let drafting = self.drafting.lock().await;
        let deposit = match coming.deposit {
            Some(deposit) => deposit,
            None => self.state().settings.deposit.clone(),
        };
        let saved = SavedDraft {
            name: coming.name,
            source: coming.source,
            text: coming.text,
            deposit,
            stop: coming.stop,
            given: coming.made.as_ref().map(|(given, _)| given.clone()),
            only_here: !coming.elsewhere,
        };
        let keep = self.unkept();
        let kept = self
            .give_way(Some(saved.clone()), keep.clone(), coming.kept)
            .await;
        match kept {
            Ok(()) => {}
            Err(error) if keep.is_some() => return Err(not_kept(error)),
            // A full disk must not keep a person from checking a file: it is held in memory then.
            Err(error) => tracing::warn!(%error, "the draft is kept in memory only"),
        }
        self.hush();
        let original = coming.elsewhere.then(|| saved.text.clone());
        self.with(|state| {
            gone(state);
            state.drafts = state.drafts.wrapping_add(1);
            state.draft = Some(DraftState {
                id: state.drafts,
                rev: 0,
                restored: false,
                original,
                saved,
                checked,
                made: coming.made.map(|(_, made)| made),
            });
        });
        drop(drafting);
        self.screen_draft();
        if let Some(keep) = keep {
            self.say_kept(&keep);
        }
        self.list_recent().await;
        Ok(())
    }

    /// Puts the draft away. What is nowhere else is kept among the recent files.
    ///
    /// # Errors
    /// When that could not be kept: it stays on the check screen then.
    pub(crate) async fn drop_draft(self: &Arc<Self>) -> Result<(), Problem> {
        let drafting = self.drafting.lock().await;
        let keep = self.unkept();
        match self.give_way(None, keep.clone(), None).await {
            Ok(()) => {}
            Err(error) if keep.is_some() => return Err(not_kept(error)),
            Err(error) => tracing::warn!(%error, "the draft comes back at the next start"),
        }
        self.with(|state| {
            gone(state);
            state.draft = None;
        });
        drop(drafting);
        self.screen_draft();
        if let Some(keep) = keep {
            self.say_kept(&keep);
        }
        self.list_recent().await;
        Ok(())
    }

    /// The draft became a deployment, whose record holds `text`. What was typed since then stays on the check screen.
    pub(crate) async fn draft_asked(self: &Arc<Self>, id: u32, text: &str) {
        let drafting = self.drafting.lock().await;
        let typed = self.with(|state| {
            let typed = state
                .draft
                .as_ref()
                .is_some_and(|held| held.id == id && held.saved.text != text);
            if !typed && state.draft.as_ref().is_some_and(|held| held.id == id) {
                gone(state);
                state.draft = None;
            }
            typed
        });
        let none = self.state().draft.is_none();
        if none && let Err(error) = self.journal.save_draft(None).await {
            tracing::warn!(%error, "the draft comes back at the next start");
        }
        drop(drafting);
        if typed {
            self.notice(Told::TypedAfterAsking, None);
        }
    }

    /// An edit that arrives after its draft gave way: it was typed at that very moment, and is kept.
    pub(crate) async fn late_edit(self: &Arc<Self>, id: u32, text: String) -> Result<(), Problem> {
        let saved = {
            let state = self.state();
            let (_, saved) = state
                .shelf
                .gone
                .iter()
                .find(|(gone, _)| *gone == id)
                .ok_or(Refusal::DraftGone)?;
            saved.clone()
        };
        if saved.text == text {
            return Ok(());
        }
        let saved = SavedDraft {
            text,
            only_here: true,
            ..saved
        };
        self.journal
            .keep(saved.clone(), self.options.clock.wall())
            .await
            .map_err(not_kept)?;
        self.with(|state| {
            for (gone, held) in &mut state.shelf.gone {
                if *gone == id {
                    held.clone_from(&saved);
                }
            }
        });
        self.say_kept(&saved);
        self.list_recent().await;
        Ok(())
    }

    /// What stands on the check screen and is nowhere else.
    fn unkept(&self) -> Option<SavedDraft> {
        let state = self.state();
        let draft = state.draft.as_ref()?;
        let worth = draft.saved.only_here && !draft.saved.text.trim().is_empty();
        worth.then(|| draft.saved.clone())
    }

    async fn give_way(
        &self,
        next: Option<SavedDraft>,
        keep: Option<SavedDraft>,
        taken: Option<i64>,
    ) -> Result<(), JournalError> {
        let at = self.options.clock.wall();
        self.journal.replace_draft(next, keep, taken, at).await
    }

    fn say_kept(&self, draft: &SavedDraft) {
        self.notice(Told::DraftKept(draft.source.clone()), None);
    }

    /// Reads the list of recent files and kept texts anew.
    pub(crate) async fn list_recent(&self) {
        let (files, kept) = (self.journal.recent().await, self.journal.kept().await);
        match (files, kept) {
            (Ok(files), Ok(kept)) => self.with(|state| {
                state.recent = shown(&state.shelf.waiting, files, kept);
            }),
            (Err(error), _) | (_, Err(error)) => {
                tracing::warn!(%error, "the recent files can’t be read");
            }
        }
    }
}

/// Remembers the draft, which is about to give way.
fn gone(state: &mut State) {
    if let Some(draft) = &state.draft {
        let gone = (draft.id, draft.saved.clone());
        state.shelf.gone.push_back(gone);
        while state.shelf.gone.len() > GONE {
            state.shelf.gone.pop_front();
        }
    }
}

fn not_kept(error: JournalError) -> Problem {
    Problem::from(error).on_disk(OnDisk::Draft)
}

fn shown(
    waiting: &VecDeque<PathBuf>,
    files: Vec<(i64, PathBuf, String)>,
    kept: Vec<Kept>,
) -> Vec<Recent> {
    let places: HashMap<&Path, usize> = waiting
        .iter()
        .enumerate()
        .map(|(place, path)| (path.as_path(), place))
        .collect();
    let (mut first, mut last) = (Vec::new(), Vec::new());
    for (id, path, at) in files {
        let place = places.get(path.as_path()).copied();
        let recent = Recent {
            id: format!("f{id}"),
            name: path.file_name().map_or_else(
                || path.display().to_string(),
                |name| name.to_string_lossy().into_owned(),
            ),
            at,
            kind: place.map_or(RecentKind::File, |_| RecentKind::Waiting),
        };
        match place {
            Some(place) => first.push((place, recent)),
            None => last.push(recent),
        }
    }
    first.sort_by_key(|(place, _)| *place);
    let kept = kept.into_iter().map(|kept| Recent {
        id: format!("k{}", kept.id),
        name: if stem(&kept.source) == kept.name {
            kept.source
        } else {
            format!("{} ({})", kept.name, kept.source)
        },
        at: kept.at,
        kind: RecentKind::Kept,
    });
    let first = first.into_iter().map(|(_, recent)| recent);
    first.chain(kept).chain(last).collect()
}
