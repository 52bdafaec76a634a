//! Why there is no window, said in one of the system's own.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use tauri_plugin_dialog::{DialogExt, MessageDialogButtons, MessageDialogKind};

/// Shows `text` until the person has read it.
pub(crate) fn show(text: &str) {
    ask(text, MessageDialogButtons::Ok);
}

/// Shows `text` above `buttons`, and says whether the person chose the first of them.
pub(crate) fn ask(text: &str, buttons: MessageDialogButtons) -> bool {
    // The GTK dialog reads its text as a format.
    let text = if cfg!(target_os = "linux") {
        text.replace('%', "%%")
    } else {
        text.to_owned()
    };
    let agreed = Arc::new(AtomicBool::new(false));
    let answer = agreed.clone();
    let app = tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .setup(move |app| {
            let handle = app.handle().clone();
            let dialog = app.dialog().message(text).title("Aloft cannot start");
            dialog
                .kind(MessageDialogKind::Error)
                .buttons(buttons)
                .show(move |yes| {
                    answer.store(yes, Ordering::Relaxed);
                    handle.exit(1);
                });
            Ok(())
        })
        .build(crate::context());
    // What cannot be shown stands on stderr.
    if let Ok(app) = app {
        app.run_return(|_, _| {});
    }
    agreed.load(Ordering::Relaxed)
}
