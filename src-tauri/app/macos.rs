//! What only macOS needs.

use tauri::{
    AppHandle, Builder, Manager, Runtime,
    menu::{Menu, MenuItem},
};

use crate::window;

/// The menu's own *Quit*. The one that the system offers ends the program without asking anybody.
const QUIT: &str = "quit";

/// Gives `builder` the menu, and notices a page whose process died.
pub(crate) fn prepare<R: Runtime>(builder: Builder<R>) -> Builder<R> {
    builder
        .menu(menu)
        .on_menu_event(|app, event| {
            if event.id() == QUIT {
                quit(app);
            }
        })
        .on_web_content_process_terminate(|page| {
            if window::page_died(page.app_handle())
                && let Err(error) = page.reload()
            {
                tracing::error!(%error, "the page cannot be loaded anew");
            }
        })
}

/// The usual menu with a *Quit* that closes the window, which asks first where something goes on.
fn menu<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<Menu<R>> {
    let menu = Menu::default(app)?;
    let first = menu.items()?.into_iter().next();
    if let Some(program) = first.as_ref().and_then(|item| item.as_submenu()) {
        // The last item is the system's *Quit*.
        if let Some(last) = program.items()?.len().checked_sub(1) {
            program.remove_at(last)?;
        }
        let name = format!("Quit {}", app.package_info().name);
        program.append(&MenuItem::with_id(
            app,
            QUIT,
            name,
            true,
            Some("CmdOrCtrl+Q"),
        )?)?;
    }
    Ok(menu)
}

fn quit<R: Runtime>(app: &AppHandle<R>) {
    let closed = match app.get_webview_window(window::MAIN) {
        Some(window) => window.close(),
        None => Ok(app.exit(0)),
    };
    if let Err(error) = closed {
        tracing::warn!(%error, "the window does not close");
        app.exit(0);
    }
}
