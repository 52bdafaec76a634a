//! What stands on the check screen gives way to something else, and nothing that was typed is lost by it.

use std::{
    collections::{HashMap, VecDeque},
    path::{Path, PathBuf},
    sync::Arc,
};

use super::files;
use crate::{
    journal::{JournalError, Kept, SavedDraft},
    record::{
        Problem, clean_name,
        problem::{Fault, FileProblem, Input, OnDisk, Refusal},
    },
    state::{State, core::Core, draft::DraftState, notices::Told},
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
    /// The kept text that it is.
    pub(crate) kept: Option<i64>,
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
            kept: None,
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

    /// Puts the file of a list of given ones on the check screen; the others wait.
    pub(crate) async fn give_files(self: &Arc<Self>, paths: Vec<PathBuf>) -> Result<(), Problem> {
        let gathered = tokio::task::spawn_blocking(move || files::gather(&paths))
            .await
            .unwrap_or_else(|_| Err(Fault::Files.into()))?;
        let mut files = gathered.files.into_iter();
        let Some(first) = files.next() else {
            return Err(FileProblem::None.into());
        };
        let others: Vec<PathBuf> = files.map(|file| file.path).collect();
        // The newest stands first in the list, and these are in the order given.
        for path in others.iter().rev().chain([&first.path]) {
            let at = self.options.clock.wall();
            if let Err(error) = self.journal.saw_file(path.clone(), at).await {
                tracing::warn!(%error, "a file is not among the recent ones");
            }
        }
        self.with(|state| {
            let waiting = &mut state.shelf.waiting;
            waiting.retain(|path| *path != first.path && !others.contains(path));
            waiting.extend(others);
            while waiting.len() > files::TOGETHER {
                waiting.pop_front();
            }
        });
        self.take(Coming::elsewhere(stem(&first.name), first.name, first.text))
            .await?;
        if let Some(note) = first.note {
            self.notice(Told::Encoding(note), None);
        }
        if let Some(refused) = gathered.refused {
            self.notice(Told::FileRefused(refused), None);
        }
        Ok(())
    }

    /// Puts a file given before, or a kept text, on the check screen.
    pub(crate) async fn open_recent(self: &Arc<Self>, id: &str) -> Result<(), Problem> {
        match row(id).ok_or(Input::NotInList)? {
            Row::File(id) => {
                let recent = self.journal.recent().await?;
                let found = recent.into_iter().find(|(row, _, _)| *row == id);
                let (_, path, _) = found.ok_or(Input::NotInList)?;
                self.give_files(vec![path]).await
            }
            Row::Kept(id) => {
                let kept = self.journal.kept_draft(id).await?.ok_or(Input::NotInList)?;
                self.take(Coming {
                    deposit: Some(kept.deposit),
                    kept: Some(id),
                    ..Coming::only_here(kept.name, kept.source, kept.text)
                })
                .await
            }
        }
    }

    /// Takes a file from the list, or removes a kept text for good.
    pub(crate) async fn forget_recent(&self, id: &str) -> Result<(), Problem> {
        match row(id) {
            Some(Row::File(id)) => {
                let recent = self.journal.recent().await?;
                let path = recent.into_iter().find(|(row, _, _)| *row == id);
                self.journal.forget_file(id).await?;
                self.with(|state| {
                    state
                        .shelf
                        .waiting
                        .retain(|waiting| path.as_ref().is_none_or(|(_, path, _)| path != waiting));
                });
            }
            Some(Row::Kept(id)) => self.journal.drop_kept(id).await?,
            None => {}
        }
        self.list_recent().await;
        Ok(())
    }

    /// Takes in what an older Aloft kept as files of its own in the data folder.
    pub(crate) async fn adopt_kept_files(&self) {
        let folder = self.options.data_dir.join("drafts");
        let at = folder.clone();
        let found = tokio::task::spawn_blocking(move || files::left_in(&at)).await;
        for file in found.unwrap_or_default() {
            let name = named(&file.name);
            let draft = SavedDraft {
                source: format!("{name}.yaml"),
                name,
                text: file.text,
                deposit: self.state().settings.deposit.clone(),
                only_here: true,
            };
            if let Err(error) = self.journal.keep(draft, file.at).await {
                tracing::warn!(%error, "a kept file stays where it was");
                return;
            }
            let path = file.path;
            let removed = tokio::task::spawn_blocking(move || std::fs::remove_file(path)).await;
            if !matches!(removed, Ok(Ok(()))) {
                tracing::warn!("a kept file could not be removed from its folder");
                return;
            }
        }
        if let Ok(recent) = self.journal.recent().await {
            for (id, path, _) in recent {
                if path.starts_with(&folder) && !path.exists() {
                    let _ = self.journal.forget_file(id).await;
                }
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

/// What stands behind an entry of the list.
enum Row {
    File(i64),
    Kept(i64),
}

fn row(id: &str) -> Option<Row> {
    let number = |text: &str| text.parse().ok();
    match id.split_at_checked(1)? {
        ("f", id) => number(id).map(Row::File),
        ("k", id) => number(id).map(Row::Kept),
        _ => None,
    }
}

/// A file's name without its ending.
fn stem(name: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    clean_name(stem)
}

/// `blog-1764230000.yaml`, as an older Aloft named it, without its time.
fn named(file: &str) -> String {
    let stem = stem(file);
    let name = match stem.rsplit_once('-') {
        Some((name, time)) if time.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => &stem,
    };
    clean_name(name)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_told_apart_and_nothing_else_is_one() {
        assert!(matches!(row("f12"), Some(Row::File(12))));
        assert!(matches!(row("k3"), Some(Row::Kept(3))));
        for bad in ["", "f", "x1", "12", "ü", "f-", "k1x"] {
            assert!(row(bad).is_none(), "{bad}");
        }
        assert_eq!(named("blog-1764230000.yaml"), "blog");
        assert_eq!(named("a-b.yaml"), "a-b");
    }
}
