//! A provider in place, beside its bid.

use aloft_engine::{
    Engine, Result,
    view::{ProviderDetail, ProviderPage},
};
use tauri::{AppHandle, Manager, Runtime, State};

use super::with;
use crate::Browser;

#[tauri::command]
pub(crate) async fn provider(
    engine: State<'_, Engine>,
    provider: String,
) -> Result<ProviderDetail> {
    with(
        &engine,
        |engine| async move { engine.provider(&provider).await },
    )
    .await
}

#[tauri::command]
pub(crate) async fn set_favourite(
    engine: State<'_, Engine>,
    provider: String,
    on: bool,
) -> Result<()> {
    with(&engine, |engine| async move {
        engine.set_favourite(&provider, on).await
    })
    .await
}

#[tauri::command]
pub(crate) async fn open_provider<R: Runtime>(
    app: AppHandle<R>,
    engine: State<'_, Engine>,
    provider: String,
    page: ProviderPage,
) -> Result<()> {
    with(&engine, |engine| async move {
        let address = engine.provider_page(&provider, page).await?;
        app.state::<Browser>().open(&address)
    })
    .await
}
