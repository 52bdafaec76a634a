//! The welcome screen and the settings.

use aloft_engine::{
    Engine, Result,
    view::{ApiKey, Connected, SettingsPatch},
};
use tauri::{AppHandle, Manager, Runtime, State};

use super::with;
use crate::Demo;

#[tauri::command]
pub(crate) async fn key_hint(engine: State<'_, Engine>, key: String) -> Result<Option<String>> {
    with(&engine, |engine| async move { Ok(engine.key_hint(&key)) }).await
}

#[tauri::command]
pub(crate) async fn connect(engine: State<'_, Engine>, key: String) -> Result<Connected> {
    with(
        &engine,
        |engine| async move { engine.connect(key.into()).await },
    )
    .await
}

#[tauri::command]
pub(crate) async fn keep_key(engine: State<'_, Engine>) -> Result<()> {
    with(&engine, |engine| async move { engine.keep_key().await }).await
}

#[tauri::command]
pub(crate) async fn api_keys(engine: State<'_, Engine>) -> Result<Vec<ApiKey>> {
    with(&engine, |engine| async move { engine.api_keys().await }).await
}

#[tauri::command]
pub(crate) async fn replace_key(engine: State<'_, Engine>) -> Result<()> {
    with(&engine, |engine| async move { engine.replace_key().await }).await
}

#[tauri::command]
pub(crate) async fn disconnect(engine: State<'_, Engine>) -> Result<()> {
    with(&engine, |engine| async move { engine.disconnect().await }).await
}

#[tauri::command]
pub(crate) async fn enter_demo<R: Runtime>(
    app: AppHandle<R>,
    engine: State<'_, Engine>,
) -> Result<()> {
    with(&engine, |engine| async move {
        app.state::<Demo>().open(&engine, true).await
    })
    .await
}

#[tauri::command]
pub(crate) async fn leave_demo<R: Runtime>(
    app: AppHandle<R>,
    engine: State<'_, Engine>,
) -> Result<()> {
    with(&engine, |engine| async move {
        app.state::<Demo>().leave(&engine).await
    })
    .await
}

#[tauri::command]
pub(crate) async fn set_settings(engine: State<'_, Engine>, patch: SettingsPatch) -> Result<()> {
    with(
        &engine,
        |engine| async move { engine.set_settings(patch).await },
    )
    .await
}
