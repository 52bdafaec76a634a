//! settings.json: what the person has set. Written whole, to the side and renamed, so that a crash leaves the old one.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
};

use super::core::Core;
use crate::{
    record::{
        Problem,
        problem::{Fault, ProblemKind},
    },
    view::Settings,
};

pub(crate) fn file(dir: &Path) -> PathBuf {
    dir.join("settings.json")
}

/// What is set; the defaults where there is no file or it can't be read. A damaged one is kept under another name.
pub(crate) fn load(dir: &Path) -> Settings {
    let path = file(dir);
    let Ok(text) = std::fs::read_to_string(&path) else {
        return Settings::default();
    };
    let mut settings: Settings = serde_json::from_str(&text).unwrap_or_else(|error| {
        tracing::warn!(%error, "settings.json can’t be read; starting from the defaults");
        let _ = std::fs::rename(&path, path.with_extension("json.damaged"));
        Settings::default()
    });
    // A limit belongs to the file it was typed for. Older versions kept it.
    settings.rule.limit.clear();
    settings
}

/// # Errors
/// When the disk refuses.
pub(crate) fn save(dir: &Path, settings: &Settings) -> std::io::Result<()> {
    let mut file_beside = tempfile::NamedTempFile::new_in(dir)?;
    serde_json::to_writer_pretty(&mut file_beside, settings)?;
    file_beside.write_all(b"\n")?;
    file_beside.as_file().sync_all()?;
    file_beside.persist(file(dir))?;
    Ok(())
}

impl Core {
    /// Changes settings, on disk before they count; one change after the other.
    ///
    /// # Errors
    /// When `change` refuses or the disk does.
    pub(crate) async fn set(
        &self,
        change: impl FnOnce(Settings) -> Result<Settings, Problem>,
    ) -> Result<(), Problem> {
        let _setting = self.setting.lock().await;
        let next = change(self.state().settings.clone())?;
        let (dir, written) = (self.options.data_dir.clone(), next.clone());
        let saved = tokio::task::spawn_blocking(move || save(&dir, &written)).await;
        match saved {
            Ok(Ok(())) => {
                self.with(|state| state.settings = next);
                Ok(())
            }
            Ok(Err(error)) => {
                Err(Problem::new(ProblemKind::SettingsNotSaved).details(error.to_string()))
            }
            Err(error) => Err(Problem::from(Fault::Settings).details(error.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_file_is_kept_aside() {
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::write(file(dir.path()), "{").expect("written");
        assert_eq!(load(dir.path()), Settings::default());
        assert!(dir.path().join("settings.json.damaged").exists());
    }
}
