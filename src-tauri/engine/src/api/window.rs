//! What is around the screens: notices, pages that help, reports.

use std::path::Path;

use url::Url;

use super::report;
use crate::{
    Engine,
    derive::pages,
    state::notices::Told,
    view::{About, AppError, Link},
};

impl Engine {
    /// Shows an error that no command waits for.
    pub fn tell(&self, error: &AppError) {
        self.core.notice(
            Told::Shell {
                title: error.title.clone(),
                next: error.next.clone(),
            },
            None,
        );
    }

    /// Says why files that came from outside the window could not be used. The window says it where files are dropped; it replaces what was
    /// said of the files before.
    pub fn refuse_files(&self, error: &AppError) {
        self.core.hush();
        self.core.notice(
            Told::ShellFiles {
                title: error.title.clone(),
                next: error.next.clone(),
            },
            None,
        );
    }

    /// The page of a [`Link`] for the active Console.
    #[must_use]
    pub fn link(&self, link: Link) -> Url {
        let page = pages::page(link, &self.core.console());
        Url::parse(&page).unwrap_or_else(|_| pages::official())
    }

    /// A report for people who help: versions, states, errors; no key, no SDL, no env.
    pub async fn report(&self) -> String {
        report::report(&self.core, &self.snapshots).await
    }

    /// Where everything is kept.
    #[must_use]
    pub fn data_dir(&self) -> &Path {
        &self.core.options.data_dir
    }

    /// What the program is and where it keeps things.
    #[must_use]
    pub fn about(&self) -> About {
        About {
            version: env!("CARGO_PKG_VERSION").into(),
            data_dir: self.core.options.data_dir.display().to_string(),
            licences: Vec::new(),
        }
    }

    /// Reads everything anew.
    pub fn refresh(&self) {
        self.core.poke.notify_one();
    }

    /// Puts a notice away.
    pub fn dismiss(&self, notice: u32) {
        self.core
            .with(|state| state.notices.retain(|held| held.id != notice));
    }
}
