//! What the shell itself does when a snapshot changes: notices to the desktop, colours to the system's parts of the window.

use std::collections::HashSet;

use aloft_engine::{
    Engine,
    view::{Notice, Snapshot},
};
use tauri::{AppHandle, Manager, Runtime, UserAttentionType};
use tauri_plugin_notification::{ActionPerformed, NotificationExt};

use crate::window::{self, MAIN, Presence};

/// Where a notification keeps the id of the deployment it is about.
const DEPLOYMENT: &str = "deployment";

/// Follows the snapshots until the program ends.
pub(crate) fn start<R: Runtime>(app: &AppHandle<R>) {
    let handle = app.clone();
    if let Err(error) = app
        .notification()
        .on_action(move |action| clicked(&handle, action))
    {
        tracing::warn!(%error, "clicks on notifications lead nowhere");
    }
    let app = app.clone();
    let mut snapshots = app.state::<Engine>().snapshots();
    let mut theme = snapshots.borrow().settings.theme;
    let mut seen = HashSet::new();
    tauri::async_runtime::spawn(async move {
        loop {
            let snapshot = snapshots.borrow_and_update().clone();
            if snapshot.settings.theme != theme {
                theme = snapshot.settings.theme;
                window::set_theme(&app, theme);
            }
            for notice in fresh(&snapshot, &mut seen) {
                if notice.desktop && snapshot.settings.notify && !app.state::<Presence>().focused()
                {
                    show(&app, notice);
                }
            }
            if snapshots.changed().await.is_err() {
                return;
            }
        }
    });
}

/// The notices that were in no snapshot before. Those that came while the person was looking are not brought up later.
fn fresh<'a>(snapshot: &'a Snapshot, seen: &mut HashSet<u32>) -> Vec<&'a Notice> {
    seen.retain(|id| snapshot.notices.iter().any(|notice| notice.id == *id));
    snapshot
        .notices
        .iter()
        .filter(|notice| seen.insert(notice.id))
        .collect()
}

fn show<R: Runtime>(app: &AppHandle<R>, notice: &Notice) {
    let mut notification = app.notification().builder().title(&notice.title);
    if let Some(body) = &notice.body {
        notification = notification.body(plain(body));
    }
    if let Some(id) = &notice.deployment {
        notification = notification.extra(DEPLOYMENT, id);
    }
    if let Err(error) = notification.show() {
        tracing::warn!(%error, "no notification");
    }
    if let Some(window) = app.get_webview_window(MAIN) {
        let _ = window.request_user_attention(Some(UserAttentionType::Informational));
    }
}

/// Linux desktops read the text of a notification as markup.
fn plain(text: &str) -> String {
    if cfg!(target_os = "linux") {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
    } else {
        text.to_owned()
    }
}

/// A click leads to the deployment.
fn clicked<R: Runtime>(app: &AppHandle<R>, action: &ActionPerformed) {
    window::to_front(app);
    let id = action
        .notification()
        .and_then(|notification| notification.extra().get(DEPLOYMENT));
    if let Some(id) = id.and_then(|id| id.as_str()) {
        window::show_deployment(app, id);
    }
}
