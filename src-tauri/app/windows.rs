//! What only Windows needs.

use std::process::ExitCode;

use tauri::{Manager, Runtime, WebviewWindow};
use tauri_plugin_dialog::MessageDialogButtons;
use tauri_plugin_opener::open_url;
use webview2_com::{
    Microsoft::Web::WebView2::Win32::{
        COREWEBVIEW2_PROCESS_FAILED_KIND, COREWEBVIEW2_PROCESS_FAILED_KIND_BROWSER_PROCESS_EXITED,
        COREWEBVIEW2_PROCESS_FAILED_KIND_RENDER_PROCESS_EXITED,
    },
    ProcessFailedEventHandler,
};

use crate::{alert, window::page_died};

/// Where Microsoft offers WebView2 to people.
const WEBVIEW2: &str = "https://developer.microsoft.com/microsoft-edge/webview2/consumer/";

/// Says so where Microsoft's WebView2 is missing, without which there is no window, and offers the page to get it from. `None` where it is there.
/// The installer brings it; somebody may have removed it, or copied the program alone.
pub(crate) fn without_webview() -> Option<ExitCode> {
    let error = tauri::webview_version().err()?;
    eprintln!("aloft: WebView2 is missing ({error}); get it from {WEBVIEW2}");
    let text = format!(
        "Aloft shows its window with Microsoft Edge WebView2, which this computer does not have. Nothing is lost: install WebView2 and start Aloft again.\n\n{WEBVIEW2}"
    );
    let buttons = MessageDialogButtons::OkCancelCustom("Open this page".into(), "Close".into());
    if alert::ask(&text, buttons)
        && let Err(error) = open_url(WEBVIEW2, None::<&str>)
    {
        eprintln!("aloft: the page cannot be opened: {error}");
    }
    Some(ExitCode::FAILURE)
}

/// Notices a page whose process died, and loads it anew.
#[allow(unsafe_code, reason = "WebView2 tells of it by COM only")]
pub(crate) fn watch_page<R: Runtime>(window: &WebviewWindow<R>) -> tauri::Result<()> {
    let app = window.app_handle().clone();
    window.with_webview(move |page| {
        let seen = ProcessFailedEventHandler::create(Box::new(move |page, args| {
            let mut kind = COREWEBVIEW2_PROCESS_FAILED_KIND::default();
            if let Some(args) = args {
                // SAFETY: a call of the interface that is given for it, on the thread that owns it; `kind` outlives it.
                unsafe { args.ProcessFailedKind(&mut kind) }?;
            }
            let died = [
                COREWEBVIEW2_PROCESS_FAILED_KIND_BROWSER_PROCESS_EXITED,
                COREWEBVIEW2_PROCESS_FAILED_KIND_RENDER_PROCESS_EXITED,
            ];
            // Helpers that die are started again by WebView2 itself.
            if died.contains(&kind)
                && page_died(&app)
                && let Some(page) = page
            {
                // SAFETY: as above.
                unsafe { page.Reload() }?;
            }
            Ok(())
        }));
        let mut token = 0;
        // SAFETY: `with_webview` runs this on the thread that owns the view; `token` outlives the call.
        let watched = unsafe {
            page.controller()
                .CoreWebView2()
                .and_then(|page| page.add_ProcessFailed(&seen, &mut token))
        };
        if let Err(error) = watched {
            tracing::warn!(%error, "a page that dies is not noticed");
        }
    })
}
