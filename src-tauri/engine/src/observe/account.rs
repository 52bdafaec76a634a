//! What stands on the account: deployments made elsewhere are found here.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use akash_console::{DeploymentDetail, Runtime};

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
    hear_settings(core, &list).await;
}

/// Takes in what the list says of ends that the Console keeps. It says so for all deployments at once, so none is asked for alone.
async fn hear_settings(core: &Arc<Core>, list: &[DeploymentDetail]) {
    let said: HashMap<u64, Runtime> = list
        .iter()
        .filter_map(|detail| Some((detail.id.dseq.get(), detail.runtime?)))
        .collect();
    let news = |record: &Record| {
        // A change that is under way is settled where its answer is waited for.
        let runtime = record.intent.is_none().then_some(record.dseq?)?;
        let runtime = *said.get(&runtime)?;
        record
            .clone()
            .hear_runtime(Some(runtime))
            .then_some((record.id, runtime))
    };
    let changed: Vec<_> = core.state().living().filter_map(news).collect();
    for (id, runtime) in changed {
        let heard = core.change(id, |record, _| {
            if record.intent.is_none() {
                record.hear_runtime(Some(runtime));
            }
            Ok(())
        });
        if let Err(error) = heard.await {
            tracing::warn!(%id, %error, "when it ends could not be written down");
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
