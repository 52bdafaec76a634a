//! What only Windows needs.

use tauri::{Manager, Runtime, WebviewWindow};
use webview2_com::{
    Microsoft::Web::WebView2::Win32::{
        COREWEBVIEW2_PROCESS_FAILED_KIND, COREWEBVIEW2_PROCESS_FAILED_KIND_BROWSER_PROCESS_EXITED,
        COREWEBVIEW2_PROCESS_FAILED_KIND_RENDER_PROCESS_EXITED,
    },
    ProcessFailedEventHandler,
};

use crate::window::page_died;

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
