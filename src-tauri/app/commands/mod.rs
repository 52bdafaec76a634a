//! What the window can ask for: one file for each screen, one function for each command, a few lines each.
//!
//! `permissions/app.toml` names the same commands and `ui/app/ipc.js` calls them; a test holds the three together. What Tauri itself refuses
//! (a wrong argument, an unknown command) is text, which `ui/app/ipc.js` puts into an error of the usual kind.

mod account;
mod deployment;
mod file;
mod journal;
mod provider;
mod window;

use std::future::Future;

use aloft_engine::{
    Engine, Result,
    view::{AppError, Code},
};
use tauri::{Builder, Runtime};

/// Registers every command, with what some of them remember.
pub(crate) fn register<R: Runtime>(builder: Builder<R>) -> Builder<R> {
    builder
        .manage(file::Folder::default())
        .manage(window::Listening::default())
        .invoke_handler(tauri::generate_handler![
            account::key_hint,
            account::connect,
            account::keep_key,
            account::api_keys,
            account::replace_key,
            account::disconnect,
            account::enter_demo,
            account::leave_demo,
            account::set_settings,
            file::choose_file,
            file::paste_text,
            file::samples,
            file::open_sample,
            file::open_recent,
            file::forget_recent,
            file::draft_text,
            file::edit_draft,
            file::set_draft,
            file::set_draft_stop,
            file::answer_made,
            file::start_image,
            file::templates,
            file::open_template,
            file::drop_draft,
            file::ask,
            deployment::look,
            deployment::start,
            deployment::resend,
            deployment::ask_again,
            deployment::relax_again,
            deployment::quote,
            deployment::weigh_funds,
            deployment::set_ceiling,
            deployment::set_stop,
            deployment::raise_limit,
            deployment::stop_rule,
            deployment::close,
            deployment::add_funds,
            deployment::set_auto_funding,
            deployment::rename,
            deployment::take_over,
            deployment::again,
            deployment::forget,
            deployment::history,
            deployment::timeline,
            deployment::sdl,
            deployment::open_address,
            deployment::open_web_console,
            provider::provider,
            provider::set_favourite,
            provider::open_provider,
            window::subscribe,
            window::ready,
            window::open_link,
            window::open_data_dir,
            window::report,
            journal::export_journal,
            journal::import_journal,
            window::about,
            window::refresh,
            window::dismiss,
        ])
}

/// Does `work` with the engine; see [`guarded`].
async fn with<T, F>(engine: &Engine, work: impl FnOnce(Engine) -> F) -> Result<T>
where
    T: Send + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    guarded(work(engine.clone())).await
}

/// Does `work` in a task of its own, so that a fault in it is an answer. In the command's own task it would leave the window waiting for ever.
async fn guarded<T: Send + 'static>(
    work: impl Future<Output = Result<T>> + Send + 'static,
) -> Result<T> {
    tokio::spawn(work).await.unwrap_or_else(|error| {
        tracing::error!(%error, "a command failed");
        Err(AppError {
            code: Code::Internal,
            title: "Aloft made a mistake.".into(),
            meaning: Some(
                "What you asked for may have happened or not. Nothing is repeated by itself."
                    .into(),
            ),
            next: Some("Look at Deployments, then copy a report from Help and send it in.".into()),
            retry: false,
            link: None,
            details: None,
        })
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_fault_is_an_answer() {
        let answer: Result<()> = guarded(async { panic!("a fault, on purpose") }).await;
        assert_eq!(answer.unwrap_err().code, Code::Internal);
    }
}
