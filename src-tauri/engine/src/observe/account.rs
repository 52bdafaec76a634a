//! What stands on the account: deployments made elsewhere are found here.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use akash_console::DeploymentDetail;

use crate::{
    derive::created::listed_before,
    journal::JournalError,
    record::{Event, Record, TimelineEntry},
    state::{Session, core::Core},
    view::Tone,
};

/// All deployments of the account that stand. `None`: no answer, or one about another account.
pub(super) async fn standing_list(core: &Core, session: &Session) -> Option<Vec<DeploymentDetail>> {
    let list = core.answer(session.client.deployments().await)?;
    let own = list.iter().all(|one| one.id.owner == session.address);
    if !own {
        tracing::error!("the Console listed deployments of another account");
    }
    own.then_some(list)
}

/// Reads all deployments: finds those made elsewhere.
pub(super) async fn list(core: &Arc<Core>, session: &Session) {
    let Some(list) = standing_list(core, session).await else {
        return;
    };
    // While a create is open, what is new may be what it made; that is for `create` to say.
    let open: Vec<HashSet<u64>> = core
        .state()
        .living()
        .filter(|record| record.is_creating())
        .map(listed_before)
        .collect();
    let listed = |dseq: u64| open.iter().all(|before| before.contains(&dseq));
    let found: Vec<_> = list
        .iter()
        .filter(|detail| listed(detail.id.dseq.get()))
        .collect();
    if let Err(error) = add_found(core, session, &found).await {
        tracing::warn!(%error, "found deployments could not be written down");
    }
    hear_settings(core, session, &list).await;
}

/// Takes in what the list says of names, and of ends that the Console keeps. It says so for all deployments at once, so none is asked for
/// alone.
async fn hear_settings(core: &Arc<Core>, session: &Session, list: &[DeploymentDetail]) {
    let said: HashMap<u64, &DeploymentDetail> = list
        .iter()
        .map(|detail| (detail.id.dseq.get(), detail))
        .collect();
    let told: Vec<_> = core
        .state()
        .living()
        .filter_map(|record| Some((record.clone(), *said.get(&record.dseq?)?)))
        .collect();
    for (record, detail) in told {
        let id = record.id;
        if record.clone().hear_listed(detail) {
            let heard = core.change(id, |record, _| {
                record.hear_listed(detail);
                Ok(())
            });
            if let Err(error) = heard.await {
                tracing::warn!(%id, %error, "what the list says could not be written down");
            }
        } else if detail.name.is_some() && detail.name == record.console_name {
            core.tell_name(session, id).await;
        }
    }
}

/// The most deployments made elsewhere that are watched; more are a mistake or malice.
const FOUND: usize = 1_000;

pub(super) async fn add_found(
    core: &Arc<Core>,
    session: &Session,
    found: &[&DeploymentDetail],
) -> Result<(), JournalError> {
    let known: HashSet<u64> = core
        .journal
        .known_dseqs(session.account.clone())
        .await?
        .into_iter()
        .collect();
    let held = core.state().living().filter(|record| !record.ours).count();
    for detail in found
        .iter()
        .filter(|detail| !known.contains(&detail.id.dseq.get()))
        .take(FOUND.saturating_sub(held))
    {
        let moment = core.moment_of(session);
        let mut record = Record::found(session.account.clone(), detail.id.dseq.get(), moment.now);
        if let Some(made) = detail
            .id
            .dseq
            .created_unix_ms()
            .and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok())
        {
            record.created = made;
        }
        record.hear_listed(detail);
        let _ = record.hear_detail(detail, &moment);
        let happened = vec![TimelineEntry::new(
            moment.now,
            Tone::Quiet,
            Event::FoundOnAccount,
        )];
        if let Err(error) = core.begin(record, None, happened).await {
            tracing::warn!(%error, "a found deployment could not be written down");
        }
    }
    Ok(())
}
