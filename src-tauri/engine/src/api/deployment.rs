//! What a person decides about a deployment.

use url::Url;

use crate::{
    Engine, Result,
    derive::pages,
    outside, present,
    view::{AppError, Choice, Code, DeploymentId, Quote, Weighed},
    workflow::{self, Closer},
};

impl Engine {
    /// Which deployment the window is looking at: it is read more often, and stands in [`Snapshot::open`].
    ///
    /// # Errors
    /// When there is none of that name.
    pub async fn look(&self, id: Option<DeploymentId>) -> Result<()> {
        let found = match id {
            Some(id) => Some(self.core.record(workflow::id(&id)?).await?),
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
        self.core.start_lease(workflow::id(id)?, choices).await
    }

    /// What bids cost together, and how long what is set aside then lasts.
    ///
    /// # Errors
    /// When there is no such deployment.
    pub async fn quote(&self, id: &str, choices: Vec<Choice>) -> Result<Quote> {
        let record = self.core.record(workflow::id(id)?).await?;
        Ok(present::quote(&self.core.state(), &record, &choices))
    }

    /// What an amount, as typed, would do if it were set aside in addition. Nothing is sent.
    ///
    /// # Errors
    /// When there is no such deployment.
    pub async fn weigh_funds(&self, id: &str, typed: &str) -> Result<Weighed> {
        let record = self.core.record(workflow::id(id)?).await?;
        Ok(workflow::weigh(&self.core.state(), &record, typed))
    }

    /// Has a deployment closed once it has spent so much in all, USD as typed; `None`: it runs on.
    ///
    /// # Errors
    /// In words, when it can't be used.
    pub async fn set_ceiling(&self, id: &str, usd: Option<&str>) -> Result<()> {
        self.core.set_ceiling(workflow::id(id)?, usd).await
    }

    /// Ends *Deploy for me*: the person chooses.
    ///
    /// # Errors
    /// When the lease is on its way already.
    pub async fn stop_rule(&self, id: &str) -> Result<()> {
        self.core.stop_rule(workflow::id(id)?).await
    }

    /// Puts *Deploy for me* to work again, with the limit of [`Open::raise`].
    ///
    /// # Errors
    /// When there is none.
    pub async fn raise_limit(&self, id: &str) -> Result<()> {
        self.core.raise_limit(workflow::id(id)?).await
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
        self.core.resend(workflow::id(id)?).await
    }

    /// Closes what holds money and asks for prices with the same file.
    ///
    /// # Errors
    /// When the old one could not be closed; no new one is made then.
    pub async fn ask_again(&self, id: &str) -> Result<DeploymentId> {
        Ok(self.core.ask_again(workflow::id(id)?).await?.to_string())
    }

    /// The same with a requirement relaxed, one of [`Open::why`].
    ///
    /// # Errors
    /// When it is not offered any more, or the old one could not be closed; no new one is made then.
    pub async fn relax_again(&self, id: &str, relaxed: &str) -> Result<DeploymentId> {
        let id = self.core.relax_again(workflow::id(id)?, relaxed).await?;
        Ok(id.to_string())
    }

    /// Closes a deployment. Returns once the intent is on disk; Aloft keeps at it until it is seen closed.
    ///
    /// # Errors
    /// When there is nothing to close.
    pub async fn close(&self, id: &str) -> Result<()> {
        self.core.close(workflow::id(id)?, Closer::Person).await
    }

    /// Sets more aside, USD.
    ///
    /// # Errors
    /// In words; when the outcome is unclear it says so, and the amount is read back.
    pub async fn add_funds(&self, id: &str, usd: &str) -> Result<()> {
        self.core.add_funds(workflow::id(id)?, usd).await
    }

    /// Switches automatic funding of one of our deployments.
    ///
    /// # Errors
    /// In words.
    pub async fn set_auto_funding(&self, id: &str, on: bool) -> Result<()> {
        self.core.set_auto_funding(workflow::id(id)?, on).await
    }

    /// Gives a deployment another name.
    ///
    /// # Errors
    /// When the name is empty.
    pub async fn rename(&self, id: &str, name: &str) -> Result<()> {
        self.core.rename(workflow::id(id)?, name).await
    }

    /// Treats a deployment made elsewhere as made here.
    ///
    /// # Errors
    /// When there is none of that name.
    pub async fn take_over(&self, id: &str) -> Result<()> {
        self.core.take_over(workflow::id(id)?).await
    }

    /// Puts a deployment's SDL on the check screen.
    ///
    /// # Errors
    /// When its SDL is not known.
    pub async fn again(&self, id: &str) -> Result<()> {
        self.core.again(workflow::id(id)?).await
    }

    /// Removes a record that holds no money from this computer.
    ///
    /// # Errors
    /// When it still holds some.
    pub async fn forget(&self, id: &str) -> Result<()> {
        self.core.forget(workflow::id(id)?).await
    }

    /// The checked http(s) address to open, see [`Address`].
    ///
    /// # Errors
    /// When it is none a browser can open, or leads to this computer or its network.
    pub async fn address(&self, id: &str, index: u32) -> Result<Url> {
        let record = self.core.record(workflow::id(id)?).await?;
        let place = record.run.places.get(index as usize);
        let url = place.and_then(present::place_url).ok_or_else(|| {
            AppError::new(Code::Input, "This address can’t be opened in a browser.")
                .next("Copy it instead.")
        })?;
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
        let record = self.core.record(workflow::id(id)?).await?;
        let console = self.core.session()?.console;
        pages::deployment_page(&console, record.dseq)
            .ok_or_else(|| AppError::not_now("The web Console has no page for this deployment."))
    }
}
