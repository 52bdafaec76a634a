//! The account as the window shows it.

use super::keychain;
use crate::{
    state::Session,
    view::{Account, ApiKey},
};

/// The account as the window shows it.
pub(crate) fn account(session: &Session) -> Account {
    let left = |usd: akash_console::Usd| usd.round_down(2);
    Account {
        kind: session.kind,
        name: session.name.clone(),
        address: session.address.clone(),
        console: if session.demo() {
            "Demo".into()
        } else {
            session.console.host_str().unwrap_or_default().to_owned()
        },
        credit: session.balances.map(|b| left(b.balance)),
        set_aside: session.balances.map(|b| left(b.deployments)),
        key: session.kept,
        key_why: session.kept_trouble.map(keychain::not_kept),
        auto_reload: session.auto_reload,
        deposit_ignored: session.note.deposit_ignored,
    }
}

/// An API key in the list, and whether it is the one in use.
pub(crate) fn api_key((key, mine): (akash_console::ApiKey, bool)) -> ApiKey {
    ApiKey {
        mine,
        name: key.name,
        shown: key.key_format,
        created: key.created_at.map(|at| at.to_string()),
        used: key.last_used_at.map(|at| at.to_string()),
        expires: key.expires_at.map(|at| at.to_string()),
    }
}
