//! Files that were given, and the list of recent ones.

use std::{path::PathBuf, sync::Arc};

use akash_sdl::convert::{Kind, recognise};

use super::{
    files::{self, TOGETHER, stem},
    shelf::Coming,
};
use crate::{
    journal::{Given, SavedDraft},
    record::{
        Problem, clean_name,
        problem::{Fault, FileProblem, Input},
    },
    state::{core::Core, notices::Told},
};

impl Core {
    /// Puts the file of a list of given ones on the check screen; the others wait.
    pub(crate) async fn give_files(self: &Arc<Self>, paths: Vec<PathBuf>) -> Result<(), Problem> {
        let gathered = tokio::task::spawn_blocking(move || files::gather(&paths))
            .await
            .unwrap_or_else(|_| Err(Fault::Files.into()))?;
        let mut files = gathered.files;
        if files.is_empty() {
            return Err(FileProblem::None.into());
        }
        let first = files.remove(files::main_of(&files));
        let path = first.path.clone();
        let compose = recognise(&first.text) == Kind::Compose;
        let beside = tokio::task::spawn_blocking(move || compose.then(|| files::beside(&path)));
        let beside = beside.await.ok().flatten().unwrap_or_default();
        // An override that was given with its file is read with it, not after it.
        let over = beside.over.as_ref().map(|(name, _)| name);
        files.retain(|file| {
            !(Some(&file.name) == over && file.path.parent() == first.path.parent())
        });
        let others: Vec<PathBuf> = files.into_iter().map(|file| file.path).collect();
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
            while waiting.len() > TOGETHER {
                waiting.pop_front();
            }
        });
        let given = Given {
            files: [(first.name.clone(), first.text.clone())]
                .into_iter()
                .chain(beside.over)
                .collect(),
            env: beside.env,
            beside: beside.others,
        };
        let coming = Coming::elsewhere(stem(&first.name), first.name, first.text);
        self.take_given(coming, given).await?;
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
                let made = self.made_again(kept.given.clone(), kept.text.clone()).await;
                self.take(Coming {
                    deposit: Some(kept.deposit),
                    stop: kept.stop,
                    made: kept.given.zip(made),
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
                stop: None,
                given: None,
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

/// `blog-1764230000.yaml`, as an older Aloft named it, without its time.
fn named(file: &str) -> String {
    let stem = stem(file);
    let name = match stem.rsplit_once('-') {
        Some((name, time)) if time.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => &stem,
    };
    clean_name(name)
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
