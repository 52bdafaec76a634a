//! What deployments are called, here and at the Console.

use std::sync::Arc;

use akash_console::Dseq;
use uuid::Uuid;

use crate::{
    record::{NAME, Problem, Record, clean_name, problem::Input},
    state::{Session, core::Core, funding::Funding},
};

impl Core {
    /// Gives a deployment another name. A Console that knows names is told; where it can't be asked now, it is told later.
    pub(crate) async fn rename(self: &Arc<Self>, id: Uuid, name: &str) -> Result<(), Problem> {
        let name: String = name
            .trim()
            .chars()
            .filter(|c| !c.is_control())
            .take(NAME)
            .collect();
        if name.is_empty() {
            return Err(Input::NoName.into());
        }
        self.change(id, |record, _| {
            record.name = name;
            Ok(())
        })
        .await?;
        if let Ok(session) = self.session_of(id).await {
            let core = Arc::clone(self);
            tokio::spawn(async move { core.tell_name(&session, id).await });
        }
        Ok(())
    }

    /// Tells the Console a name that it does not have yet. Nothing depends on it: what fails is tried again when the list is read next.
    pub(crate) async fn tell_name(&self, session: &Session, id: Uuid) {
        let knows = matches!(self.state().market.funding, Funding::Fixed(_));
        let record = self.state().records.get(&id).cloned();
        let differs = |record: &Record| {
            let told = record.console_name.as_deref().map(clean_name);
            record.acts_alone() && told.as_ref() != Some(&record.name)
        };
        let Some(record) = record.filter(differs).filter(|_| knows) else {
            return;
        };
        let Some(dseq) = record.dseq else {
            return;
        };
        match session.client.rename(Dseq::new(dseq), &record.name).await {
            Ok(_) => {
                let name = record.name;
                let told = self.change(id, |record, _| {
                    record.console_name = Some(name);
                    Ok(())
                });
                if let Err(error) = told.await {
                    tracing::warn!(%id, %error, "that the Console knows the name is not written down");
                }
            }
            Err(error) => tracing::warn!(%id, %error, "the Console does not know the name"),
        }
    }
}
