//! Why there is no window, said in one of the system's own.

use tauri_plugin_dialog::{DialogExt, MessageDialogKind};

/// Shows `text` until the person has read it.
pub(crate) fn show(text: &str) {
    // The GTK dialog reads its text as a format.
    let text = if cfg!(target_os = "linux") {
        text.replace('%', "%%")
    } else {
        text.to_owned()
    };
    let app = tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .setup(move |app| {
            let handle = app.handle().clone();
            let dialog = app.dialog().message(text).title("Aloft cannot start");
            dialog
                .kind(MessageDialogKind::Error)
                .show(move |_| handle.exit(1));
            Ok(())
        })
        .build(crate::context());
    // What cannot be shown stands on stderr.
    if let Ok(app) = app {
        app.run_return(|_, _| {});
    }
}
