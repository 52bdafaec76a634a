//! The check screen: where an SDL comes from, and what is done with it until prices are asked for.

use std::path::PathBuf;

use aloft_engine::{
    Engine, Result,
    view::{DeploymentId, DraftText, Edit, Rule, Sample, Template},
};
use tauri::{Runtime, State, WebviewWindow};
use tauri_plugin_dialog::DialogExt;
use tokio::sync::{Mutex, oneshot};

use super::with;

/// Where the last file was chosen, for the next time. Locked while the dialog is open.
#[derive(Default)]
pub(crate) struct Folder(Mutex<Option<PathBuf>>);

/// `false` when nothing was chosen.
#[tauri::command]
pub(crate) async fn choose_file<R: Runtime>(
    window: WebviewWindow<R>,
    engine: State<'_, Engine>,
    folder: State<'_, Folder>,
) -> Result<bool> {
    // A second dialog over the first one would be of no use.
    let Ok(mut folder) = folder.0.try_lock() else {
        return Ok(false);
    };
    let mut dialog = window
        .dialog()
        .file()
        .set_parent(&window)
        .set_title("Choose an SDL file");
    dialog = dialog
        .add_filter("SDL", &["yaml", "yml", "txt"])
        .add_filter("All files", &["*"]);
    if let Some(folder) = &*folder {
        dialog = dialog.set_directory(folder);
    }
    let (send, chosen) = oneshot::channel();
    dialog.pick_file(move |file| drop(send.send(file)));
    let file = chosen
        .await
        .ok()
        .flatten()
        .and_then(|file| file.into_path().ok());
    let Some(file) = file else { return Ok(false) };
    *folder = file.parent().map(PathBuf::from);
    with(&engine, |engine| async move {
        engine.give_files(vec![file]).await
    })
    .await?;
    Ok(true)
}

#[tauri::command]
pub(crate) async fn paste_text(engine: State<'_, Engine>, text: String) -> Result<()> {
    with(
        &engine,
        |engine| async move { engine.paste_text(text).await },
    )
    .await
}

#[tauri::command]
pub(crate) async fn samples(engine: State<'_, Engine>) -> Result<Vec<Sample>> {
    with(&engine, |engine| async move { Ok(engine.samples()) }).await
}

#[tauri::command]
pub(crate) async fn open_sample(engine: State<'_, Engine>, id: String) -> Result<()> {
    with(
        &engine,
        |engine| async move { engine.open_sample(&id).await },
    )
    .await
}

#[tauri::command]
pub(crate) async fn open_recent(engine: State<'_, Engine>, id: String) -> Result<()> {
    with(
        &engine,
        |engine| async move { engine.open_recent(&id).await },
    )
    .await
}

#[tauri::command]
pub(crate) async fn forget_recent(engine: State<'_, Engine>, id: String) -> Result<()> {
    with(
        &engine,
        |engine| async move { engine.forget_recent(&id).await },
    )
    .await
}

#[tauri::command]
pub(crate) async fn draft_text(engine: State<'_, Engine>) -> Result<Option<DraftText>> {
    with(&engine, |engine| async move { Ok(engine.draft_text()) }).await
}

#[tauri::command]
pub(crate) async fn edit_draft(engine: State<'_, Engine>, id: u32, text: String) -> Result<()> {
    with(&engine, |engine| async move {
        engine.edit_draft(id, text).await
    })
    .await
}

#[tauri::command]
pub(crate) async fn set_draft(
    engine: State<'_, Engine>,
    id: u32,
    name: Option<String>,
    deposit: Option<String>,
) -> Result<()> {
    with(&engine, |engine| async move {
        engine.set_draft(id, name, deposit).await
    })
    .await
}

#[tauri::command]
pub(crate) async fn set_draft_stop(
    engine: State<'_, Engine>,
    id: u32,
    hours: Option<u32>,
) -> Result<()> {
    with(&engine, |engine| async move {
        engine.set_draft_stop(id, hours).await
    })
    .await
}

#[tauri::command]
pub(crate) async fn templates(engine: State<'_, Engine>) -> Result<Vec<Template>> {
    with(&engine, |engine| async move { engine.templates().await }).await
}

#[tauri::command]
pub(crate) async fn open_template(engine: State<'_, Engine>, id: String) -> Result<()> {
    with(
        &engine,
        |engine| async move { engine.open_template(&id).await },
    )
    .await
}

#[tauri::command]
pub(crate) async fn start_image(engine: State<'_, Engine>, name: String) -> Result<()> {
    with(
        &engine,
        |engine| async move { engine.start_image(name).await },
    )
    .await
}

#[tauri::command]
pub(crate) async fn answer_made(
    engine: State<'_, Engine>,
    id: u32,
    index: u32,
    answer: String,
) -> Result<Vec<Edit>> {
    with(&engine, |engine| async move {
        engine.answer_made(id, index, &answer)
    })
    .await
}

#[tauri::command]
pub(crate) async fn drop_draft(engine: State<'_, Engine>) -> Result<()> {
    with(&engine, |engine| async move { engine.drop_draft().await }).await
}

#[tauri::command]
pub(crate) async fn ask(
    engine: State<'_, Engine>,
    draft: u32,
    rule: Option<Rule>,
) -> Result<DeploymentId> {
    with(
        &engine,
        |engine| async move { engine.ask(draft, rule).await },
    )
    .await
}
