//! The one window: how it is made, what it may show, what happens to it.

use std::{
    path::PathBuf,
    sync::atomic::{AtomicBool, AtomicU32, Ordering},
    time::Duration,
};

use aloft_engine::{
    Engine,
    view::{Settings, Theme},
};
use tauri::{
    AppHandle, CloseRequestApi, DragDropEvent, Emitter, Manager, Runtime, WebviewWindow,
    WebviewWindowBuilder, Window, WindowEvent, utils::config::Color, webview::NewWindowResponse,
};
use tauri_plugin_dialog::{DialogExt, MessageDialogButtons};
use url::Url;

use crate::data::Data;

/// Its label, as in tauri.conf.json.
pub(crate) const MAIN: &str = "main";

/// What the window is painted with until its page is drawn, so that it does not flash. As `--raw-ground` of
/// ui/styles/tokens.css.
const LIGHT: Color = Color(248, 250, 252, 255);
const DARK: Color = Color(17, 21, 27, 255);

/// A page that is not drawn by then is shown as it is: a window that never comes would be worse than a flash.
const SHOW_ANYWAY: Duration = Duration::from_secs(2);

/// The page is loaded anew this often in a run after its process died.
const MOST_LOSSES: u32 = 5;

/// Some systems say that a window is minimised only a moment after it lost the focus.
const AFTER_FOCUS: Duration = Duration::from_millis(500);

/// What the shell knows about its window.
#[derive(Default)]
pub(crate) struct Presence {
    focused: AtomicBool,
    hidden: AtomicBool,
    asking: AtomicBool,
    /// How often the page's process died in this run.
    losses: AtomicU32,
}

impl Presence {
    /// Whether the person is looking at the window.
    pub(crate) fn focused(&self) -> bool {
        self.focused.load(Ordering::Relaxed)
    }
}

/// Makes the window, hidden; the page shows it when it is drawn.
///
/// # Errors
/// The system gives none.
pub(crate) fn open<R: Runtime>(
    app: &AppHandle<R>,
    data: &Data,
    settings: &Settings,
) -> tauri::Result<()> {
    let config = app
        .config()
        .app
        .windows
        .iter()
        .find(|config| config.label == MAIN);
    let config = config.ok_or(tauri::Error::WindowNotFound)?;
    let builder = WebviewWindowBuilder::from_config(app, config)?
        .theme(native(settings.theme))
        .data_directory(data.dir.join("webview"))
        .on_navigation(own_page)
        .on_new_window(|_, _| NewWindowResponse::Deny);
    // macOS keeps web data by a name instead of a folder.
    #[cfg(target_os = "macos")]
    let builder = match data.hash {
        Some(hash) => builder.data_store_identifier(hash),
        None => builder,
    };
    let window = builder.build()?;
    #[cfg(target_os = "linux")]
    watch_page(&window)?;
    #[cfg(windows)]
    crate::windows::watch_page(&window)?;
    paint(&window, settings.theme);
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(SHOW_ANYWAY).await;
        let _ = window.show();
    });
    Ok(())
}

/// Notices a page whose process died, see [`page_died`]. `macos.rs` and `windows.rs` have their own ways.
#[cfg(target_os = "linux")]
fn watch_page<R: Runtime>(window: &WebviewWindow<R>) -> tauri::Result<()> {
    use webkit2gtk::WebViewExt as _;

    let app = window.app_handle().clone();
    window.with_webview(move |page| {
        page.inner()
            .connect_web_process_terminated(move |page, reason| {
                tracing::error!(?reason, "the page's process ended");
                if page_died(&app) {
                    page.reload();
                }
            });
    })
}

/// The page's process died, and the window shows its last picture for ever. Nothing goes on that could only be stopped there. Says whether the
/// page is to be loaded anew: one that dies each time it is loaded would do so without end.
pub(crate) fn page_died<R: Runtime>(app: &AppHandle<R>) -> bool {
    tracing::error!("the page died");
    let engine = app.state::<Engine>().inner().clone();
    tauri::async_runtime::spawn(async move { engine.stop_rules().await });
    app.state::<Presence>()
        .losses
        .fetch_add(1, Ordering::Relaxed)
        < MOST_LOSSES
}

/// Follows a change of the theme in the settings.
pub(crate) fn set_theme<R: Runtime>(app: &AppHandle<R>, theme: Theme) {
    app.set_theme(native(theme));
    if let Some(window) = app.get_webview_window(MAIN) {
        paint(&window, theme);
    }
}

fn paint<R: Runtime>(window: &WebviewWindow<R>, theme: Theme) {
    let dark = match theme {
        Theme::System => matches!(window.theme(), Ok(tauri::Theme::Dark)),
        Theme::Light => false,
        Theme::Dark => true,
    };
    let _ = window.set_background_color(Some(if dark { DARK } else { LIGHT }));
}

fn native(theme: Theme) -> Option<tauri::Theme> {
    match theme {
        Theme::System => None,
        Theme::Light => Some(tauri::Theme::Light),
        Theme::Dark => Some(tauri::Theme::Dark),
    }
}

/// Whether the window may go there: only to its own pages. On Windows they stand under a host of their own.
fn own_page(url: &Url) -> bool {
    match url.scheme() {
        "tauri" => true,
        "http" | "https" => cfg!(windows) && url.host_str() == Some("tauri.localhost"),
        _ => false,
    }
}

/// Shows the window above others.
pub(crate) fn to_front<R: Runtime>(app: &AppHandle<R>) {
    if let Some(window) = app.get_webview_window(MAIN) {
        let _ = window.unminimize();
        let _ = window.show();
        let _ = window.set_focus();
    }
}

/// Shows a deployment, as a link of the page would: its place is in the address, see ui/app/route.js.
pub(crate) fn show_deployment<R: Runtime>(app: &AppHandle<R>, id: &str) {
    if let Some(window) = app.get_webview_window(MAIN)
        && let Ok(mut url) = window.url()
    {
        url.set_fragment(Some(&format!("/d/{id}")));
        if let Err(error) = window.navigate(url) {
            tracing::warn!(%error, "the deployment cannot be shown");
        }
    }
}

/// Gives the engine files that came from outside the window; what is wrong with them is shown there.
pub(crate) fn give<R: Runtime>(app: &AppHandle<R>, files: Vec<PathBuf>) {
    let engine = app.state::<Engine>().inner().clone();
    tauri::async_runtime::spawn(async move {
        if let Err(error) = engine.give_files(files).await {
            engine.refuse_files(&error);
        }
    });
}

/// What happens to the window.
pub(crate) fn on_event<R: Runtime>(window: &Window<R>, event: &WindowEvent) {
    match event {
        WindowEvent::DragDrop(event) => on_drag(window, event),
        WindowEvent::CloseRequested { api, .. } => on_close(window, api),
        WindowEvent::Resized(_) => note_hidden(window),
        WindowEvent::Focused(focused) => {
            window
                .state::<Presence>()
                .focused
                .store(*focused, Ordering::Relaxed);
            note_hidden(window);
            let window = window.clone();
            tauri::async_runtime::spawn(async move {
                tokio::time::sleep(AFTER_FOCUS).await;
                note_hidden(&window);
            });
        }
        _ => {}
    }
}

fn note_hidden<R: Runtime>(window: &Window<R>) {
    let hidden = window.is_minimized().unwrap_or(false) || !window.is_visible().unwrap_or(true);
    let before = &window.state::<Presence>().hidden;
    if before.swap(hidden, Ordering::Relaxed) != hidden {
        window.state::<Engine>().set_hidden(hidden);
    }
}

fn on_drag<R: Runtime>(window: &Window<R>, event: &DragDropEvent) {
    let over = match event {
        DragDropEvent::Enter { .. } => true,
        DragDropEvent::Drop { paths, .. } => {
            give(window.app_handle(), paths.clone());
            false
        }
        DragDropEvent::Leave => false,
        _ => return,
    };
    let _ = window.emit_to(MAIN, "drag", over);
}

/// Closing quits. Where something is at stake that was not said before, it is asked first.
fn on_close<R: Runtime>(window: &Window<R>, api: &CloseRequestApi) {
    let app = window.app_handle().clone();
    let engine = app.state::<Engine>().inner().clone();
    let Some(text) = engine.before_quitting() else {
        return;
    };
    api.prevent_close();
    if app.state::<Presence>().asking.swap(true, Ordering::Relaxed) {
        return;
    }
    let buttons = MessageDialogButtons::OkCancelCustom("Quit".into(), "Keep open".into());
    app.dialog()
        .message(text)
        .title("Quit Aloft?")
        .buttons(buttons)
        .parent(window)
        .show({
            let app = app.clone();
            move |quit| {
                app.state::<Presence>()
                    .asking
                    .store(false, Ordering::Relaxed);
                tauri::async_runtime::spawn(async move {
                    if let Err(error) = engine.said_quit().await {
                        tracing::warn!(%error, "it will be said again");
                    }
                    if quit {
                        app.exit(0);
                    }
                });
            }
        });
}
