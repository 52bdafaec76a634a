//! Carrying the journal along: export and import, each with a native dialog.

use std::path::PathBuf;

use aloft_engine::{Engine, Result};
use tauri::{Runtime, State, WebviewWindow};
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder, FilePath};
use tokio::sync::oneshot;

use super::with;

/// `None` when no file was chosen.
#[tauri::command]
pub(crate) async fn export_journal<R: Runtime>(
    window: WebviewWindow<R>,
    engine: State<'_, Engine>,
) -> Result<Option<u32>> {
    let (send, chosen) = oneshot::channel();
    dialog(&window, "Export the journal")
        .set_file_name("aloft-journal.json")
        .save_file(move |file| drop(send.send(file)));
    let Some(path) = path(chosen).await else {
        return Ok(None);
    };
    with(&engine, |engine| async move {
        engine.export(path).await.map(Some)
    })
    .await
}

/// `None` when no file was chosen.
#[tauri::command]
pub(crate) async fn import_journal<R: Runtime>(
    window: WebviewWindow<R>,
    engine: State<'_, Engine>,
) -> Result<Option<u32>> {
    let (send, chosen) = oneshot::channel();
    dialog(&window, "Import a journal").pick_file(move |file| drop(send.send(file)));
    let Some(path) = path(chosen).await else {
        return Ok(None);
    };
    with(&engine, |engine| async move {
        engine.import(path).await.map(Some)
    })
    .await
}

fn dialog<R: Runtime>(window: &WebviewWindow<R>, title: &str) -> FileDialogBuilder<R> {
    let dialog = window.dialog().file().set_parent(window).set_title(title);
    dialog.add_filter("Journal of Aloft", &["json"])
}

async fn path(chosen: oneshot::Receiver<Option<FilePath>>) -> Option<PathBuf> {
    chosen.await.ok().flatten()?.into_path().ok()
}
