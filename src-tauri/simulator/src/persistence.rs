//! Loads and saves the file that keeps a world.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use crate::{
    app::App,
    world::{SCHEMA, World},
};

/// How long to wait for further changes before saving.
const DEBOUNCE: Duration = Duration::from_millis(400);
/// How often to save when nothing but chain time changes, so that a crash loses little of it.
const HEARTBEAT: Duration = Duration::from_secs(20);

/// Loads a world. `None` when there is no file yet.
///
/// # Errors
/// The file cannot be read or is not a world; the text says why.
pub(crate) fn load(path: &Path) -> Result<Option<World>, String> {
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.to_string()),
    };
    let value: serde_json::Value =
        serde_json::from_slice(&text).map_err(|error| error.to_string())?;
    if value["schema"] != SCHEMA {
        return Err(format!("its schema is {}, not {SCHEMA}", value["schema"]));
    }
    serde_json::from_value(value)
        .map(Some)
        .map_err(|error| error.to_string())
}

/// Saves a world: writes a new file beside the old one, then replaces it.
pub(crate) fn save(path: &Path, world: &World) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let file = tempfile::NamedTempFile::new_in(folder)?;
    let mut writer = io::BufWriter::new(&file);
    serde_json::to_writer(&mut writer, world)?;
    // Dropping the writer would lose the error of a full disk.
    io::Write::flush(&mut writer)?;
    drop(writer);
    file.as_file().sync_data()?;
    file.persist(path)?;
    Ok(())
}

/// Saves the world as it is now. A failure is logged.
pub(crate) async fn save_now(app: &Arc<App>, path: &Path) {
    let (world, path) = (app.read(World::clone), path.to_owned());
    let done =
        tokio::task::spawn_blocking(move || save(&path, &world).map_err(|error| (path, error)))
            .await;
    if let Ok(Err((path, error))) = done {
        tracing::warn!(path = %path.display(), %error, "the simulated world could not be saved");
    }
}

/// Saves the world after each change. Never returns.
pub(crate) async fn save_on_change(app: Arc<App>, path: PathBuf) {
    loop {
        tokio::select! {
            () = app.dirty.notified() => tokio::time::sleep(DEBOUNCE).await,
            () = tokio::time::sleep(HEARTBEAT) => {}
        }
        save_now(&app, &path).await;
    }
}
