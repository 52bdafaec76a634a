//! Opening pages in the person's browser.

use std::{borrow::Cow, ffi::OsString, path::Path};

use aloft_engine::view::{AppError, Code};
use url::Url;

/// Opens pages: in the system's browser, or with the program that `ALOFT_BROWSER` names.
pub struct Browser {
    program: Option<OsString>,
}

impl Browser {
    /// Opens pages with `program`, or the system's browser when `None`.
    pub fn new(program: Option<OsString>) -> Self {
        Self { program }
    }

    /// Opens a web page.
    ///
    /// # Errors
    /// The address is not one of the web (a provider could name any scheme), or no browser could be started.
    pub fn open(&self, url: &Url) -> aloft_engine::Result<()> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(cannot_open(url, format!("not opened: {}:", url.scheme())));
        }
        tauri_plugin_opener::open_url(url.as_str(), self.program())
            .map_err(|error| cannot_open(url, error.to_string()))
    }

    /// Opens a folder of Aloft's own: in the system's file manager, or with the program that `ALOFT_BROWSER` names.
    ///
    /// # Errors
    /// The system has nothing that opens folders.
    pub fn open_folder(&self, folder: &Path) -> aloft_engine::Result<()> {
        tauri_plugin_opener::open_path(folder, self.program()).map_err(|error| AppError {
            code: Code::Input,
            title: "The folder could not be opened.".into(),
            meaning: None,
            next: Some(format!("Open it yourself: {}", folder.display())),
            retry: true,
            link: None,
            details: Some(error.to_string()),
        })
    }

    fn program(&self) -> Option<Cow<'_, str>> {
        self.program
            .as_ref()
            .map(|program| program.to_string_lossy())
    }
}

fn cannot_open(url: &Url, details: String) -> AppError {
    AppError {
        code: Code::Input,
        title: "The page could not be opened.".into(),
        meaning: None,
        next: Some(format!("Open it yourself: {url}")),
        retry: true,
        link: None,
        details: Some(details),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_the_web_are_opened() {
        let browser = Browser::new(Some("false".into()));
        for address in [
            "file:///etc/passwd",
            "javascript:alert(1)",
            "smb://host/share",
            "data:,x",
        ] {
            assert!(
                browser.open(&address.parse().unwrap()).is_err(),
                "{address}"
            );
        }
    }
}
