//! The screens of deployments: list, choose, go live, detail, receipt, history.

use aloft_engine::{
    Engine, Result,
    view::{Choice, DeploymentId, Event, Past, Quote, Usd, Weighed},
};
use tauri::{AppHandle, Manager, Runtime, State};

use super::with;
use crate::Browser;

#[tauri::command]
pub(crate) async fn look(engine: State<'_, Engine>, id: Option<DeploymentId>) -> Result<()> {
    with(&engine, |engine| async move { engine.look(id).await }).await
}

#[tauri::command]
pub(crate) async fn start(
    engine: State<'_, Engine>,
    id: DeploymentId,
    choices: Vec<Choice>,
) -> Result<()> {
    with(&engine, |engine| async move {
        engine.start_lease(&id, choices).await
    })
    .await
}

#[tauri::command]
pub(crate) async fn quote(
    engine: State<'_, Engine>,
    id: DeploymentId,
    choices: Vec<Choice>,
) -> Result<Quote> {
    with(
        &engine,
        |engine| async move { engine.quote(&id, choices).await },
    )
    .await
}

#[tauri::command]
pub(crate) async fn weigh_funds(
    engine: State<'_, Engine>,
    id: DeploymentId,
    typed: String,
) -> Result<Weighed> {
    with(&engine, |engine| async move {
        engine.weigh_funds(&id, &typed).await
    })
    .await
}

#[tauri::command]
pub(crate) async fn set_ceiling(
    engine: State<'_, Engine>,
    id: DeploymentId,
    usd: Option<Usd>,
) -> Result<()> {
    with(&engine, |engine| async move {
        engine.set_ceiling(&id, usd.as_deref()).await
    })
    .await
}

#[tauri::command]
pub(crate) async fn set_stop(
    engine: State<'_, Engine>,
    id: DeploymentId,
    more: Option<u32>,
) -> Result<()> {
    with(
        &engine,
        |engine| async move { engine.set_stop(&id, more).await },
    )
    .await
}

#[tauri::command]
pub(crate) async fn resend(engine: State<'_, Engine>, id: DeploymentId) -> Result<()> {
    with(&engine, |engine| async move { engine.resend(&id).await }).await
}

#[tauri::command]
pub(crate) async fn ask_again(engine: State<'_, Engine>, id: DeploymentId) -> Result<DeploymentId> {
    with(&engine, |engine| async move { engine.ask_again(&id).await }).await
}

#[tauri::command]
pub(crate) async fn relax_again(
    engine: State<'_, Engine>,
    id: DeploymentId,
    relaxed: String,
) -> Result<DeploymentId> {
    with(&engine, |engine| async move {
        engine.relax_again(&id, &relaxed).await
    })
    .await
}

#[tauri::command]
pub(crate) async fn stop_rule(engine: State<'_, Engine>, id: DeploymentId) -> Result<()> {
    with(&engine, |engine| async move { engine.stop_rule(&id).await }).await
}

#[tauri::command]
pub(crate) async fn raise_limit(engine: State<'_, Engine>, id: DeploymentId) -> Result<()> {
    with(
        &engine,
        |engine| async move { engine.raise_limit(&id).await },
    )
    .await
}

#[tauri::command]
pub(crate) async fn close(engine: State<'_, Engine>, id: DeploymentId) -> Result<()> {
    with(&engine, |engine| async move { engine.close(&id).await }).await
}

#[tauri::command]
pub(crate) async fn add_funds(engine: State<'_, Engine>, id: DeploymentId, usd: Usd) -> Result<()> {
    with(&engine, |engine| async move {
        engine.add_funds(&id, &usd).await
    })
    .await
}

#[tauri::command]
pub(crate) async fn set_auto_funding(
    engine: State<'_, Engine>,
    id: DeploymentId,
    on: bool,
) -> Result<()> {
    with(&engine, |engine| async move {
        engine.set_auto_funding(&id, on).await
    })
    .await
}

#[tauri::command]
pub(crate) async fn rename(
    engine: State<'_, Engine>,
    id: DeploymentId,
    name: String,
) -> Result<()> {
    with(
        &engine,
        |engine| async move { engine.rename(&id, &name).await },
    )
    .await
}

#[tauri::command]
pub(crate) async fn take_over(engine: State<'_, Engine>, id: DeploymentId) -> Result<()> {
    with(&engine, |engine| async move { engine.take_over(&id).await }).await
}

#[tauri::command]
pub(crate) async fn again(engine: State<'_, Engine>, id: DeploymentId) -> Result<()> {
    with(&engine, |engine| async move { engine.again(&id).await }).await
}

#[tauri::command]
pub(crate) async fn forget(engine: State<'_, Engine>, id: DeploymentId) -> Result<()> {
    with(&engine, |engine| async move { engine.forget(&id).await }).await
}

#[tauri::command]
pub(crate) async fn history(engine: State<'_, Engine>, skip: u32) -> Result<Vec<Past>> {
    with(&engine, |engine| async move { engine.history(skip).await }).await
}

#[tauri::command]
pub(crate) async fn timeline(engine: State<'_, Engine>, id: DeploymentId) -> Result<Vec<Event>> {
    with(&engine, |engine| async move { engine.timeline(&id).await }).await
}

#[tauri::command]
pub(crate) async fn sdl(engine: State<'_, Engine>, id: DeploymentId) -> Result<Option<String>> {
    with(&engine, |engine| async move { engine.sdl(&id).await }).await
}

#[tauri::command]
pub(crate) async fn open_address<R: Runtime>(
    app: AppHandle<R>,
    engine: State<'_, Engine>,
    id: DeploymentId,
    index: u32,
) -> Result<()> {
    with(&engine, |engine| async move {
        let address = engine.address(&id, index).await?;
        app.state::<Browser>().open(&address)
    })
    .await
}

#[tauri::command]
pub(crate) async fn open_web_console<R: Runtime>(
    app: AppHandle<R>,
    engine: State<'_, Engine>,
    id: DeploymentId,
) -> Result<()> {
    with(&engine, |engine| async move {
        let page = engine.web_page(&id).await?;
        app.state::<Browser>().open(&page)
    })
    .await
}
