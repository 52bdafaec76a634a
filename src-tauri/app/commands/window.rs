//! The window as a whole: what it draws, help, notices.

use std::sync::{Arc, Mutex, PoisonError};

use aloft_engine::{
    Engine, Result,
    view::{About, Link, Snapshot},
};
use tauri::{
    AppHandle, Manager, Runtime, State, WebviewWindow, async_runtime::JoinHandle, ipc::Channel,
};
use tokio::sync::watch;

use super::with;
use crate::Browser;

/// Who brings snapshots to the page. A page that was reloaded subscribes anew, and the one for the old page ends.
#[derive(Default)]
pub(crate) struct Listening(Mutex<Option<JoinHandle<()>>>);

impl Listening {
    fn begin(&self, snapshots: watch::Receiver<Arc<Snapshot>>, page: Channel<Snapshot>) {
        let task = tauri::async_runtime::spawn(bring(snapshots, page));
        let old = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .replace(task);
        if let Some(old) = old {
            old.abort();
        }
    }
}

async fn bring(mut snapshots: watch::Receiver<Arc<Snapshot>>, page: Channel<Snapshot>) {
    loop {
        let snapshot = snapshots.borrow_and_update().clone();
        if page.send((*snapshot).clone()).is_err() || snapshots.changed().await.is_err() {
            return;
        }
    }
}

#[tauri::command]
pub(crate) async fn subscribe(
    engine: State<'_, Engine>,
    listening: State<'_, Listening>,
    channel: Channel<Snapshot>,
) -> Result<()> {
    listening.begin(engine.snapshots(), channel);
    Ok(())
}

/// The first screen is drawn.
#[tauri::command]
pub(crate) async fn ready<R: Runtime>(window: WebviewWindow<R>) -> Result<()> {
    if let Err(error) = window.show() {
        tracing::warn!(%error, "the window cannot be shown");
    }
    Ok(())
}

#[tauri::command]
pub(crate) async fn open_link<R: Runtime>(
    app: AppHandle<R>,
    engine: State<'_, Engine>,
    link: Link,
) -> Result<()> {
    with(&engine, |engine| async move {
        app.state::<Browser>().open(&engine.link(link))
    })
    .await
}

/// Shows the data folder in the system's file manager.
#[tauri::command]
pub(crate) async fn open_data_dir<R: Runtime>(
    app: AppHandle<R>,
    engine: State<'_, Engine>,
) -> Result<()> {
    with(&engine, |engine| async move {
        app.state::<Browser>().open_folder(engine.data_dir())
    })
    .await
}

#[tauri::command]
pub(crate) async fn report(engine: State<'_, Engine>) -> Result<String> {
    with(&engine, |engine| async move { Ok(engine.report().await) }).await
}

#[tauri::command]
pub(crate) async fn about(engine: State<'_, Engine>) -> Result<About> {
    with(&engine, |engine| async move { Ok(engine.about()) }).await
}

#[tauri::command]
pub(crate) async fn refresh(engine: State<'_, Engine>) -> Result<()> {
    with(&engine, |engine| async move {
        engine.refresh();
        Ok(())
    })
    .await
}

#[tauri::command]
pub(crate) async fn dismiss(engine: State<'_, Engine>, notice: u32) -> Result<()> {
    with(&engine, |engine| async move {
        engine.dismiss(notice);
        Ok(())
    })
    .await
}
