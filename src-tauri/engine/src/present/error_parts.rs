//! Putting an error for the window together.

use crate::view::{AppError, Code, Link};

impl AppError {
    pub(crate) fn new(code: Code, title: impl Into<String>) -> Self {
        Self {
            code,
            title: title.into(),
            meaning: None,
            next: None,
            retry: false,
            link: None,
            details: None,
        }
    }

    pub(crate) fn meaning(mut self, text: impl Into<String>) -> Self {
        self.meaning = Some(text.into());
        self
    }

    pub(crate) fn next(mut self, text: impl Into<String>) -> Self {
        self.next = Some(text.into());
        self
    }

    pub(crate) fn retry(mut self) -> Self {
        self.retry = true;
        self
    }

    pub(crate) fn link(mut self, link: Link) -> Self {
        self.link = Some(link);
        self
    }

    pub(crate) fn details(mut self, text: impl Into<String>) -> Self {
        self.details = Some(text.into());
        self
    }

    pub(crate) fn input(title: impl Into<String>) -> Self {
        Self::new(Code::Input, title)
    }

    /// The record is not there (any more).
    pub(crate) fn gone() -> Self {
        Self::new(Code::Gone, "Aloft has no record of this deployment.")
            .next("Go back to Deployments.")
    }

    /// A provider named an address on this computer or in its network.
    pub(crate) fn inside() -> Self {
        Self::input("This address leads into your own network, so Aloft does not open it.")
            .next("An address of a provider should lead to the provider. If you know better, copy it into your browser.")
    }

    /// A provider names no page, or none that may be opened.
    pub(crate) fn no_provider_page() -> Self {
        Self::input("This provider has no page that can be opened.")
    }

    /// An address that is no web page.
    pub(crate) fn no_web_address() -> Self {
        Self::input("This address can’t be opened in a browser.").next("Copy it instead.")
    }

    /// The official web Console has no page for a deployment.
    pub(crate) fn no_console_page() -> Self {
        Self::not_now("The web Console has no page for this deployment.")
    }

    /// The state does not allow it; what the person saw was older.
    pub(crate) fn not_now(title: impl Into<String>) -> Self {
        Self::new(Code::NotNow, title)
    }

    pub(crate) fn not_connected() -> Self {
        Self::new(Code::NotConnected, "No account is connected.")
            .next("Connect your Console account, or try the demo.")
    }
}
