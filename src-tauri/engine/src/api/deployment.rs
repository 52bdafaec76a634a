//! What a person decides about a deployment.

use url::Url;
use uuid::Uuid;

use crate::{
    Engine, Result,
    derive::pages,
    outside,
    present::{bids, funds, screening},
    record::{Problem, problem::Refusal, timeline::Closer},
    view::{AppError, Choice, DeploymentId, Quote, Weighed},
};

impl Engine {
    /// Which deployment the window is looking at: it is read more often, and stands in [`Snapshot::open`].
    ///
    /// # Errors
    /// When there is none of that name.
    pub async fn look(&self, id: Option<DeploymentId>) -> Result<()> {
        let found = match id {
            Some(id) => Some(self.core.record(id_of(&id)?).await?),
            None => None,
        };
        self.core.with(|state| {
            state.focused = found.as_ref().map(|record| record.id);
            state.focused_past = found.filter(|record| record.phase.is_over());
        });
        self.core.poke.notify_one();
        Ok(())
    }

    /// Takes one bid for every group and starts. Returns once the intent is on disk.
    ///
    /// # Errors
    /// When a group has no choice or a bid is gone; nothing was sent then.
    pub async fn start_lease(&self, id: &str, choices: Vec<Choice>) -> Result<()> {
        Ok(self.core.start_lease(id_of(id)?, choices).await?)
    }

    /// What bids cost together, and how long what is set aside then lasts.
    ///
    /// # Errors
    /// When there is no such deployment.
    pub async fn quote(&self, id: &str, choices: Vec<Choice>) -> Result<Quote> {
        let record = self.core.record(id_of(id)?).await?;
        Ok(bids::quote(&self.core.state(), &record, &choices))
    }

    /// What an amount, as typed, would do if it were set aside in addition. Nothing is sent.
    ///
    /// # Errors
    /// When there is no such deployment.
    pub async fn weigh_funds(&self, id: &str, typed: &str) -> Result<Weighed> {
        let record = self.core.record(id_of(id)?).await?;
        Ok(funds::weigh(&self.core.state(), &record, typed))
    }

    /// Has a deployment closed once it has spent so much in all, USD as typed; `None`: it runs on.
    ///
    /// # Errors
    /// In words, when it can't be used.
    pub async fn set_ceiling(&self, id: &str, usd: Option<&str>) -> Result<()> {
        Ok(self.core.set_ceiling(id_of(id)?, usd).await?)
    }

    /// Has a deployment stop by itself `more` hours, 1 to 48, after its end so far, or after now where it has none; `None`: it runs until
    /// somebody closes it.
    ///
    /// # Errors
    /// When the Console keeps its end and does not change it; when the outcome is unclear it says so, and it is read back.
    pub async fn set_stop(&self, id: &str, more: Option<u32>) -> Result<()> {
        Ok(self.core.set_stop(id_of(id)?, more).await?)
    }

    /// Ends *Deploy for me*: the person chooses.
    ///
    /// # Errors
    /// When the lease is on its way already.
    pub async fn stop_rule(&self, id: &str) -> Result<()> {
        Ok(self.core.stop_rule(id_of(id)?).await?)
    }

    /// Puts *Deploy for me* to work again, with the limit of [`Open::raise`].
    ///
    /// # Errors
    /// When there is none.
    pub async fn raise_limit(&self, id: &str) -> Result<()> {
        Ok(self.core.raise_limit(id_of(id)?).await?)
    }

    /// Ends every *Deploy for me*: the window is gone, and with it the way to stop one.
    pub async fn stop_rules(&self) {
        self.core.stop_rules().await;
    }

    /// Sends the manifest again.
    ///
    /// # Errors
    /// When no lease stands.
    pub async fn resend(&self, id: &str) -> Result<()> {
        Ok(self.core.resend(id_of(id)?).await?)
    }

    /// Closes what holds money and asks for prices with the same file.
    ///
    /// # Errors
    /// When the old one could not be closed; no new one is made then.
    pub async fn ask_again(&self, id: &str) -> Result<DeploymentId> {
        Ok(self.core.ask_again(id_of(id)?).await?.to_string())
    }

    /// The same with a requirement relaxed, one of [`Open::why`].
    ///
    /// # Errors
    /// When it is not offered any more, or the old one could not be closed; no new one is made then.
    pub async fn relax_again(&self, id: &str, relaxed: &str) -> Result<DeploymentId> {
        let old = id_of(id)?;
        let change = self.core.offered(old, relaxed)?;
        let label = screening::label_of(&change);
        let new = self.core.relax_again(old, change.text, label).await?;
        Ok(new.to_string())
    }

    /// Closes a deployment. Returns once the intent is on disk; Aloft keeps at it until it is seen closed.
    ///
    /// # Errors
    /// When there is nothing to close.
    pub async fn close(&self, id: &str) -> Result<()> {
        Ok(self.core.close(id_of(id)?, Closer::Person).await?)
    }

    /// Sets more aside, USD.
    ///
    /// # Errors
    /// In words; when the outcome is unclear it says so, and the amount is read back.
    pub async fn add_funds(&self, id: &str, usd: &str) -> Result<()> {
        Ok(self.core.add_funds(id_of(id)?, usd).await?)
    }

    /// Switches automatic funding of one of our deployments.
    ///
    /// # Errors
    /// In words.
    pub async fn set_auto_funding(&self, id: &str, on: bool) -> Result<()> {
        Ok(self.core.set_auto_funding(id_of(id)?, on).await?)
    }

    /// Gives a deployment another name.
    ///
    /// # Errors
    /// When the name is empty.
    pub async fn rename(&self, id: &str, name: &str) -> Result<()> {
        Ok(self.core.rename(id_of(id)?, name).await?)
    }

    /// Treats a deployment made elsewhere as made here.
    ///
    /// # Errors
    /// When there is none of that name.
    pub async fn take_over(&self, id: &str) -> Result<()> {
        Ok(self.core.take_over(id_of(id)?).await?)
    }

    /// Puts a deployment's SDL on the check screen.
    ///
    /// # Errors
    /// When its SDL is not known.
    pub async fn again(&self, id: &str) -> Result<()> {
        Ok(self.core.again(id_of(id)?).await?)
    }

    /// Removes a record that holds no money from this computer.
    ///
    /// # Errors
    /// When it still holds some.
    pub async fn forget(&self, id: &str) -> Result<()> {
        Ok(self.core.forget(id_of(id)?).await?)
    }

    /// The checked http(s) address to open, see [`Address`].
    ///
    /// # Errors
    /// When it is none a browser can open, or leads to this computer or its network.
    pub async fn address(&self, id: &str, index: u32) -> Result<Url> {
        let record = self.core.record(id_of(id)?).await?;
        let place = record.run.places.get(index as usize);
        let url = place
            .and_then(outside::place_url)
            .ok_or_else(AppError::no_web_address)?;
        let console = self.core.session().ok().map(|session| session.console);
        if outside::of_local_console(&url, console.as_ref()) {
            return Ok(url);
        }
        if outside::leads_inside(&url).await || !outside::public(&url) {
            return Err(AppError::inside());
        }
        Ok(url)
    }

    /// The page of a deployment in the official web Console.
    ///
    /// # Errors
    /// When it has none: it is not made yet, or the Console is another one.
    pub async fn web_page(&self, id: &str) -> Result<Url> {
        let record = self.core.record(id_of(id)?).await?;
        let console = self.core.session()?.console;
        pages::deployment_page(&console, record.dseq).ok_or_else(AppError::no_console_page)
    }
}

/// The deployment that a command names.
///
/// # Errors
/// When it is none of ours.
pub(super) fn id_of(text: &str) -> Result<Uuid> {
    text.parse()
        .map_err(|_| Problem::from(Refusal::NoRecord).into())
}
