//! For development: scripts and styles come from a folder on disk, so that a change needs a reload of the window and no build.

use std::{
    borrow::Cow,
    path::{Component, Path, PathBuf},
    sync::{Arc, OnceLock},
};

use tauri::{
    Assets, Context, Runtime,
    utils::assets::{AssetKey, AssetsIter, CspHash},
};

/// Names the folder that `ui/` is read from. Only debug builds look at it; `src-tauri/run.sh --dev` sets it.
const FOLDER: &str = "ALOFT_UI";

/// Reads scripts and styles from the folder that `ALOFT_UI` names, where it is set.
pub(crate) fn serve_from_disk<R: Runtime>(context: &mut Context<R>) {
    let Some(folder) = std::env::var_os(FOLDER) else {
        return;
    };
    let compiled_in = Arc::new(OnceLock::new());
    let before = context.set_assets(Box::new(FromDisk {
        folder: folder.into(),
        compiled_in: Arc::clone(&compiled_in),
    }));
    let _ = compiled_in.set(before);
}

struct FromDisk<R: Runtime> {
    folder: PathBuf,
    /// What the build compiled in: the page itself, whose content policy holds a hash of it, and whatever is not on disk.
    compiled_in: Arc<OnceLock<Box<dyn Assets<R>>>>,
}

impl<R: Runtime> Assets<R> for FromDisk<R> {
    fn get(&self, key: &AssetKey) -> Option<Cow<'_, [u8]>> {
        on_disk(&self.folder, key.as_ref())
            .and_then(|path| std::fs::read(path).ok())
            .map(Cow::Owned)
            .or_else(|| self.compiled_in.get()?.get(key))
    }

    fn iter(&self) -> Box<AssetsIter<'_>> {
        match self.compiled_in.get() {
            Some(assets) => assets.iter(),
            None => Box::new(std::iter::empty()),
        }
    }

    fn csp_hashes(&self, html_path: &AssetKey) -> Box<dyn Iterator<Item = CspHash<'_>> + '_> {
        match self.compiled_in.get() {
            Some(assets) => assets.csp_hashes(html_path),
            None => Box::new(std::iter::empty()),
        }
    }
}

/// The file of a script or style in `folder`; `None` for every other kind, and for a path that leaves the folder.
fn on_disk(folder: &Path, key: &str) -> Option<PathBuf> {
    let path = Path::new(key.trim_start_matches('/'));
    let inside = path
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    let kind = path.extension()?.to_str()?;
    (inside && matches!(kind, "js" | "css")).then(|| folder.join(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_and_styles_of_the_folder_are_read_and_nothing_else() {
        let file = |key| on_disk(Path::new("ui"), key);
        assert_eq!(file("/main.js"), Some("ui/main.js".into()));
        assert_eq!(
            file("/styles/index.css"),
            Some("ui/styles/index.css".into())
        );
        assert_eq!(file("/index.html"), None);
        assert_eq!(file("/../secret.js"), None);
        assert_eq!(file("//etc/x.js"), Some("ui/etc/x.js".into()));
    }
}
