//! The check screen: from a file to asking for prices.

use std::path::PathBuf;

use crate::{
    Engine, Result,
    present::{samples, summary},
    view::{DeploymentId, DraftText, Edit, Rule, Sample, Template},
};

impl Engine {
    /// Reads what was given (dropped, chosen, handed over) and makes the first SDL file of it the draft; the others wait among the recent
    /// files. Of a folder the SDL files in it are taken. Where nobody waits for the answer, pass the error to [`Engine::refuse_files`].
    ///
    /// # Errors
    /// In words: none that can be one, too many, too large, not text, unreadable; or what stands on the check screen could not be kept.
    pub async fn give_files(&self, paths: Vec<PathBuf>) -> Result<()> {
        Ok(self.core.give_files(paths).await?)
    }

    /// Makes pasted text the draft.
    ///
    /// # Errors
    /// In words: empty, too large.
    pub async fn paste_text(&self, text: String) -> Result<()> {
        Ok(self.core.paste_text(text).await?)
    }

    /// Makes the draft of an image, by its name or the address of its page in a registry.
    ///
    /// # Errors
    /// In words: it is no such name.
    pub async fn start_image(&self, name: String) -> Result<()> {
        Ok(self.core.start_image(name).await?)
    }

    /// The Console's gallery of templates.
    ///
    /// # Errors
    /// When nobody is connected, or the Console can't be asked.
    pub async fn templates(&self) -> Result<Vec<Template>> {
        Ok(self.core.templates().await?.to_vec())
    }

    /// Makes a template of the gallery the draft.
    ///
    /// # Errors
    /// When it is not in the list, or the Console can't be asked.
    pub async fn open_template(&self, id: &str) -> Result<()> {
        Ok(self.core.open_template(id).await?)
    }

    /// Files that come with the program.
    #[must_use]
    pub fn samples(&self) -> Vec<Sample> {
        samples::samples()
    }

    /// Makes a sample the draft.
    ///
    /// # Errors
    /// When there is none of that name.
    pub async fn open_sample(&self, id: &str) -> Result<()> {
        Ok(self.core.open_sample(id).await?)
    }

    /// Makes a file given before the draft.
    ///
    /// # Errors
    /// As [`Engine::give_files`].
    pub async fn open_recent(&self, id: &str) -> Result<()> {
        Ok(self.core.open_recent(id).await?)
    }

    /// Takes a file from the list of recent ones, or removes a kept text for good.
    ///
    /// # Errors
    /// When the disk refuses.
    pub async fn forget_recent(&self, id: &str) -> Result<()> {
        Ok(self.core.forget_recent(id).await?)
    }

    /// Text of the draft.
    #[must_use]
    pub fn draft_text(&self) -> Option<DraftText> {
        self.core.draft_text()
    }

    /// Replaces the draft's text and checks it.
    ///
    /// # Errors
    /// When it is too large, or another file took its place.
    pub async fn edit_draft(&self, id: u32, text: String) -> Result<()> {
        Ok(self.core.edit_draft(id, text).await?)
    }

    /// Changes the draft's name or what will be set aside.
    ///
    /// # Errors
    /// When another file took its place.
    pub async fn set_draft(
        &self,
        id: u32,
        name: Option<String>,
        deposit: Option<String>,
    ) -> Result<()> {
        Ok(self.core.set_draft(id, name, deposit).await?)
    }

    /// Has what the draft becomes stop by itself so many hours after its lease, 1 to 48; `None`: it runs until somebody closes it.
    ///
    /// # Errors
    /// When another file took its place, or it is another number.
    pub async fn set_draft_stop(&self, id: u32, hours: Option<u32>) -> Result<()> {
        Ok(self.core.set_draft_stop(id, hours).await?)
    }

    /// The change of the draft's text that answers one of [`Made::questions`](crate::view::Made::questions); the editor applies it.
    ///
    /// # Errors
    /// When the answer can't be used, or the text does not ask for it any more.
    pub fn answer_made(&self, id: u32, index: u32, answer: &str) -> Result<Vec<Edit>> {
        let edits = self.core.answer_made(id, index as usize, answer)?;
        Ok(summary::edits(&edits))
    }

    /// Puts the draft away. A text that is nowhere else is kept among the recent files.
    ///
    /// # Errors
    /// When that could not be kept: the draft stays then.
    pub async fn drop_draft(&self) -> Result<()> {
        Ok(self.core.drop_draft().await?)
    }

    /// Makes the draft a deployment; with a rule, bids that satisfy it are taken without asking. Returns once its intent is on disk; what
    /// comes of it appears in snapshots.
    ///
    /// # Errors
    /// When something stops it; nothing was sent then.
    pub async fn ask(&self, draft: u32, rule: Option<Rule>) -> Result<DeploymentId> {
        Ok(self.core.ask(draft, rule).await?.to_string())
    }
}
