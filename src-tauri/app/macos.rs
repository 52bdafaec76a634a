//! What only macOS needs.

use tauri::{
    AppHandle, Builder, Manager, Runtime,
    menu::{Menu, MenuItem, PredefinedMenuItem, Submenu},
};

use crate::window;

/// The menu's own *Quit*. The one that the system offers ends the program without asking anybody.
const QUIT: &str = "quit";

/// An item that does what a key does in the page, see ui/app/shortcuts.js: there is one place that knows when it may.
struct Key {
    id: &'static str,
    text: &'static str,
    accelerator: &'static str,
    /// What the page is told was pressed.
    key: &'static str,
    /// Whether ⌘ goes with it.
    command: bool,
}

const SETTINGS: Key = Key {
    id: "settings",
    text: "Settings…",
    accelerator: "CmdOrCtrl+,",
    key: ",",
    command: true,
};
const NEW: Key = Key {
    id: "new",
    text: "New Deployment",
    accelerator: "CmdOrCtrl+N",
    key: "n",
    command: true,
};
const OPEN: Key = Key {
    id: "open",
    text: "Open…",
    accelerator: "CmdOrCtrl+O",
    key: "o",
    command: true,
};
const REFRESH: Key = Key {
    id: "refresh",
    text: "Refresh",
    accelerator: "CmdOrCtrl+R",
    key: "r",
    command: true,
};
const HELP: Key = Key {
    id: "help",
    text: "Aloft Help",
    accelerator: "F1",
    key: "F1",
    command: false,
};
const KEYS: [&Key; 5] = [&SETTINGS, &NEW, &OPEN, &REFRESH, &HELP];

/// Gives `builder` the menu, and notices a page whose process died.
pub(crate) fn prepare<R: Runtime>(builder: Builder<R>) -> Builder<R> {
    builder
        .menu(menu)
        .on_menu_event(|app, event| {
            if event.id() == QUIT {
                quit(app);
            } else if let Some(key) = KEYS.into_iter().find(|key| event.id() == key.id) {
                press(app, key);
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

/// The usual menu, with what Aloft adds and a *Quit* that closes the window, which asks first where something goes on.
fn menu<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<Menu<R>> {
    let menu = Menu::default(app)?;
    let mut first = true;
    for item in menu.items()? {
        let Some(part) = item.as_submenu() else {
            continue;
        };
        if std::mem::take(&mut first) {
            program(app, part)?;
            continue;
        }
        match part.text()?.as_str() {
            "File" => part.prepend_items(&[
                &NEW.item(app)?,
                &OPEN.item(app)?,
                &PredefinedMenuItem::separator(app)?,
            ])?,
            "View" => {
                part.prepend_items(&[&REFRESH.item(app)?, &PredefinedMenuItem::separator(app)?])?
            }
            "Help" => part.append(&HELP.item(app)?)?,
            _ => {}
        }
    }
    Ok(menu)
}

/// The menu with the program's name: *Settings…* stands below *About*, and the last item is replaced by our own *Quit*.
fn program<R: Runtime>(app: &AppHandle<R>, part: &Submenu<R>) -> tauri::Result<()> {
    if let Some(last) = part.items()?.len().checked_sub(1) {
        part.remove_at(last)?;
    }
    part.insert_items(
        &[&PredefinedMenuItem::separator(app)?, &SETTINGS.item(app)?],
        1,
    )?;
    let name = format!("Quit {}", app.package_info().name);
    part.append(&MenuItem::with_id(
        app,
        QUIT,
        name,
        true,
        Some("CmdOrCtrl+Q"),
    )?)
}

impl Key {
    fn item<R: Runtime>(&self, app: &AppHandle<R>) -> tauri::Result<MenuItem<R>> {
        MenuItem::with_id(app, self.id, self.text, true, Some(self.accelerator))
    }
}

/// The menu takes its keys before the page sees them, so the page is told.
fn press<R: Runtime>(app: &AppHandle<R>, key: &Key) {
    window::to_front(app);
    let Some(page) = app.get_webview_window(window::MAIN) else {
        return;
    };
    let script = format!(
        "dispatchEvent(new KeyboardEvent('keydown', {{ key: '{}', metaKey: {}, cancelable: true }}))",
        key.key, key.command
    );
    if let Err(error) = page.eval(script) {
        tracing::warn!(%error, id = key.id, "the menu's item does nothing");
    }
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
