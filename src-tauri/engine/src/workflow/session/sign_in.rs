//! Whose key it is, and making that account the active one.

use std::sync::Arc;

use akash_console::Client;
use secrecy::SecretString;
use url::Url;

use crate::{
    derive::{pages, typed},
    journal::AccountNote,
    record::{
        Problem, account_id,
        problem::{Doing, Fault, ProblemKind},
    },
    state::{ConnectionHealth, Session, State, core::Core, market::Market},
    view::{AccountKind, ConnectionState, KeyKept},
};

impl Core {
    /// The Console this run speaks to.
    pub(crate) fn console(&self) -> Url {
        let set = self.state().settings.console_url.clone();
        match &self.options.console_url {
            Some(url) => url.clone(),
            // A settings file edited by hand may hold anything.
            None => typed::console_url(&set).unwrap_or_else(|_| pages::official()),
        }
    }

    pub(super) async fn client(&self, console: Url, key: SecretString) -> Result<Client, Problem> {
        let options = akash_console::Options {
            base_url: console,
            api_key: Some(key),
            user_agent: self.options.user_agent.clone(),
        };
        match tokio::task::spawn_blocking(move || Client::new(options)).await {
            Ok(client) => client.map_err(|error| Problem::call(&error, Doing::Connect)),
            Err(_) => Err(Fault::Client.into()),
        }
    }

    /// Asks the Console whose key this is, and for wallet and balance.
    pub(super) async fn sign_in(
        &self,
        client: Client,
        demo: bool,
        doing: Doing,
    ) -> Result<Session, Problem> {
        let failed = |error| Problem::call(&error, doing);
        let user = client.user().await.map_err(failed)?;
        let wallet = client
            .wallets(&user.id)
            .await
            .map_err(failed)?
            .into_iter()
            .next();
        let trial = wallet
            .as_ref()
            .and_then(|wallet| wallet.is_trialing)
            .or(user.trial)
            .unwrap_or(false);
        let Some(address) = wallet.and_then(|wallet| wallet.address) else {
            let mut problem = Problem::new(ProblemKind::NoWallet);
            problem.retry = true;
            return Err(problem);
        };
        let balances = client.balances().await.map_err(failed)?;
        let auto_reload = client
            .wallet_settings()
            .await
            .ok()
            .map(|set| set.is_some_and(|set| set.auto_reload_enabled));
        let origin = if demo {
            "demo".to_owned()
        } else {
            client.base_url().origin().ascii_serialization()
        };
        let account = account_id(&origin, &address);
        let note = AccountNote {
            origin,
            address,
            name: user
                .username
                .or(user.email)
                .unwrap_or_else(|| "Your account".into()),
            trial,
            connected: Some(self.options.clock.wall()),
            ..self.journal.account(account.clone()).await?
        };
        let kind = match (demo, trial) {
            (true, _) => AccountKind::Demo,
            (_, true) => AccountKind::Trial,
            _ => AccountKind::Paid,
        };
        Ok(Session {
            confirmed: true,
            balances: Some(balances),
            auto_reload,
            ..self.known(account, note, client, kind)
        })
    }

    /// An account as the journal remembers it: that `client` has its key is not known.
    pub(super) fn known(
        &self,
        account: String,
        note: AccountNote,
        client: Client,
        kind: AccountKind,
    ) -> Session {
        Session {
            account,
            console: client.base_url().clone(),
            client,
            confirmed: false,
            kind,
            name: note.name.clone(),
            address: note.address.clone(),
            note,
            balances: None,
            kept: KeyKept::None,
            kept_trouble: None,
            unkept: None,
            auto_reload: None,
            own_key: None,
            block: None,
            pace: if kind == AccountKind::Demo {
                1
            } else {
                self.options.pace.max(1)
            },
            turned: None,
            poller: None,
            session_epoch: 0,
            credit_told: false,
            moved: None,
        }
    }

    /// Makes `session` the active account and, where the key is known to be its own, begins to poll it; `false` when, since `session_epoch`,
    /// another was entered or left: what a person chose meanwhile stands.
    pub(super) async fn enter(
        self: &Arc<Self>,
        session: Session,
        session_epoch: Option<u64>,
    ) -> Result<bool, Problem> {
        let past = self.journal.past_count(session.account.clone()).await?;
        let fared = self.fared(&session.account).await;
        // A full disk must not keep a person from the account.
        if session.confirmed
            && let Err(error) = self
                .journal
                .save_account(session.account.clone(), session.note.clone())
                .await
        {
            tracing::warn!(%error, "the account is not remembered");
        }
        let entered = self.with(|state| {
            if session_epoch.is_some_and(|session_epoch| session_epoch != state.session_epoch) {
                return false;
            }
            // Whoever looks at a deployment of this account goes on looking at it.
            let same = state
                .session
                .as_ref()
                .is_some_and(|shown| shown.account == session.account);
            let looked = same.then(|| (state.focused, state.focused_past.clone()));
            leave(state);
            (state.focused, state.focused_past) = looked.unwrap_or_default();
            let confirmed = session.confirmed;
            let poller = confirmed.then(|| (self.poller)(Arc::clone(self)));
            state.session = Some(Session {
                session_epoch: state.session_epoch,
                poller,
                ..session
            });
            if confirmed {
                state.connection.state = ConnectionState::Online;
            } else {
                // How long the connection is down counts from here.
                state.connection.state = ConnectionState::Connecting;
                state.connection.failing = Some(self.options.clock.monotonic());
            }
            state.past = past;
            state.market.pasts_stale = fared.is_none();
            state.market.pasts = fared.unwrap_or_default();
            true
        });
        self.recheck();
        Ok(entered)
    }
}

/// Nobody is connected any more, and nothing of the account's world is known: another Console has other rates and providers.
pub(super) fn leave(state: &mut State) {
    if let Some(old) = state.session.take() {
        stop(&old);
    }
    state.session_epoch = state.session_epoch.wrapping_add(1);
    state.connection = ConnectionHealth {
        state: ConnectionState::None,
        failing: None,
        since: None,
        problem: None,
    };
    state.providers.clear();
    state.market = Market::default();
    state.rates = akash_market::Rates::default();
    state.past = 0;
    state.focused = None;
    state.focused_past = None;
}

pub(super) fn stop(session: &Session) {
    if let Some(poller) = &session.poller {
        poller.abort();
    }
}
