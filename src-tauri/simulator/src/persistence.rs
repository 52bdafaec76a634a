//! The file that keeps a world.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use crate::{
    app::App,
    server::StartError,
    world::{SCHEMA, World},
};

/// How long changes are collected before they are written.
const COLLECT: Duration = Duration::from_millis(400);
/// How often chain time is written down when nothing else changes, so that a kill loses little of it.
const HEARTBEAT: Duration = Duration::from_secs(20);

/// Reads a world; `None` when there is no file yet.
pub(crate) fn load(path: &Path) -> Result<Option<World>, StartError> {
    let failed = |reason: String| StartError::State {
        path: path.to_owned(),
        reason,
    };
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error.to_string())),
    };
    let value: serde_json::Value =
        serde_json::from_slice(&text).map_err(|error| failed(error.to_string()))?;
    if value["schema"] != SCHEMA {
        return Err(failed(format!(
            "its schema is {}, not {SCHEMA}",
            value["schema"]
        )));
    }
    serde_json::from_value(value)
        .map(Some)
        .map_err(|error| failed(error.to_string()))
}

/// Writes a world: whole into a file beside, then renamed over the old one.
pub(crate) fn save(path: &Path, world: &World) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let file = tempfile::NamedTempFile::new_in(folder)?;
    serde_json::to_writer(io::BufWriter::new(&file), world)?;
    file.as_file().sync_data()?;
    file.persist(path)?;
    Ok(())
}

/// Writes the world down as it is now.
pub(crate) async fn write(app: &Arc<App>, path: &Path) {
    let (world, path) = (app.read(World::clone), path.to_owned());
    let done =
        tokio::task::spawn_blocking(move || save(&path, &world).map_err(|error| (path, error)))
            .await;
    if let Ok(Err((path, error))) = done {
        tracing::warn!(path = %path.display(), %error, "the simulated world could not be saved");
    }
}

/// Writes the world down whenever it has changed, for ever.
pub(crate) async fn keep(app: Arc<App>, path: PathBuf) {
    loop {
        tokio::select! {
            () = app.dirty.notified() => tokio::time::sleep(COLLECT).await,
            () = tokio::time::sleep(HEARTBEAT) => {}
        }
        write(&app, &path).await;
    }
}
