//! What became of what was sent: the Console is asked, never guessed, and nothing that spends is sent again unprompted.

use std::sync::Arc;

use super::{bids, creates, leases, reading};
use crate::{
    record::{Phase, Record},
    state::{Session, core::Core},
};

/// Looks at one deployment and does what is due for it.
pub(crate) async fn deployment(core: &Arc<Core>, session: &Session, record: &Record) {
    let result = match record.phase {
        Phase::Creating | Phase::Unclear => creates::settle(core, session, record).await,
        Phase::Choosing | Phase::Lapsed => bids::look(core, session, record).await,
        Phase::Leasing => leases::settle(core, session, record).await,
        Phase::Up => leases::look(core, session, record).await,
        Phase::LeaseLost => reading::read(core, session, record).await.map(|_| ()),
        Phase::Closing => leases::close(core, session, record).await,
        Phase::NotSent | Phase::Refused | Phase::Closed | Phase::OutOfFunds => Ok(()),
    };
    if let Err(error) = result {
        tracing::warn!(id = %record.id, %error, "a deployment could not be settled");
    }
}
