//! Connecting an account and leaving it. The key goes from the window to the keychain and into the client, and nowhere else.

mod key;
mod keychain;
mod keys;
mod page;
mod resume;

use std::sync::Arc;

use akash_console::Client;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::{
    KeyStoreError,
    core::{Core, Line, Session, State},
    errors::{self, Doing},
    journal::AccountNote,
    market::Market,
    record::{Phase, Record, account_id},
    settings, view,
    view::{
        Account, AccountKind, AppError, Code, Connected, ConnectionState, KeyKept, Link,
        NoticeKind, Tone,
    },
    watch,
};

pub(crate) use key::{key_hint, key_note, key_refused};
pub(crate) use keychain::Keychain;
pub(crate) use page::{deployment_page, official, page};

impl Core {
    /// The Console this run speaks to.
    pub(crate) fn console(&self) -> Url {
        let set = self.state().settings.console_url.clone();
        match &self.options.console_url {
            Some(url) => url.clone(),
            // A settings file edited by hand may hold anything.
            None => settings::console_url(&set).unwrap_or_else(|_| official()),
        }
    }

    pub(crate) async fn connect(
        self: &Arc<Self>,
        key: SecretString,
    ) -> Result<Connected, AppError> {
        let _turn = self.entering.lock().await;
        let key = SecretString::from(key.expose_secret().trim().to_owned());
        if key.expose_secret().is_empty() {
            return Err(AppError::input("Paste your API key first.").link(Link::ApiKeys));
        }
        let console = self.console();
        let hint = key_hint(key.expose_secret(), &console);
        let client = self.client(console, key.clone()).await?;
        let mut session =
            self.sign_in(client, false, Doing::Connect)
                .await
                .map_err(|mut error| {
                    if error.code == Code::BadKey
                        && let Some(hint) = hint
                    {
                        error.next = Some(format!("{hint} {}", error.next.unwrap_or_default()));
                    }
                    error
                })?;
        session.unkept = Some(key.clone());
        let kept = self.keep(session.console.clone(), key).await;
        session.settle_key(kept);
        self.enter(session.clone(), None).await?;
        self.with(|state| state.parked = None);
        self.tidy_keys(&session).await;
        self.forget_demo().await;
        let snapshot = self.state().session.as_ref().map(account);
        snapshot
            .map(|account| Connected { account })
            .ok_or_else(AppError::not_connected)
    }

    /// The connected account, where it is no demo.
    ///
    /// # Errors
    /// When there is none, it is the demo, or it is not known yet whose key it is.
    fn real_session(&self) -> Result<Session, AppError> {
        let session = self.session()?;
        if session.demo() {
            return Err(AppError::not_now("The demo has no API key."));
        }
        Ok(session)
    }

    /// Changes what is remembered of an account, on disk first.
    ///
    /// # Errors
    /// When the disk refuses; nothing is changed then.
    pub(crate) async fn change_note(
        &self,
        session: &Session,
        change: impl FnOnce(&mut AccountNote),
    ) -> Result<(), AppError> {
        let _turn = self.setting.lock().await;
        let mut note = {
            let state = self.state();
            let mut known = state.session.iter().chain(&state.parked);
            known
                .find(|known| known.account == session.account)
                .map_or_else(|| session.note.clone(), |known| known.note.clone())
        };
        change(&mut note);
        self.journal
            .save_account(session.account.clone(), note.clone())
            .await?;
        self.with(|state| {
            for known in state.session.iter_mut().chain(&mut state.parked) {
                if known.account == session.account {
                    known.note = note.clone();
                }
            }
        });
        Ok(())
    }

    async fn client(&self, console: Url, key: SecretString) -> Result<Client, AppError> {
        let options = akash_console::Options {
            base_url: console,
            api_key: Some(key),
            user_agent: self.options.user_agent.clone(),
        };
        match tokio::task::spawn_blocking(move || Client::new(options)).await {
            Ok(client) => client.map_err(|error| errors::say(&error, Doing::Connect)),
            Err(_) => Err(AppError::new(
                Code::Internal,
                "Aloft could not open a connection.",
            )),
        }
    }

    /// Asks the Console whose key this is, and for wallet and balance.
    async fn sign_in(&self, client: Client, demo: bool, doing: Doing) -> Result<Session, AppError> {
        let failed = |error| errors::say(&error, doing);
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
            return Err(AppError::new(
                Code::NoWallet,
                "The key is good, but this account has no wallet yet.",
            )
            .meaning("Your key was not stored.")
            .next("Open the Console, start a trial or add credit, then connect here again.")
            .link(Link::AddCredit)
            .retry());
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
    fn known(
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
            kept_why: None,
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
            watch: None,
            visit: 0,
            credit_told: false,
            moved: None,
        }
    }

    /// Makes `session` the active account and, where the key is known to be its own, begins to watch it; `false` when, since `visit`,
    /// another was entered or left: what a person chose meanwhile stands.
    async fn enter(
        self: &Arc<Self>,
        session: Session,
        visit: Option<u64>,
    ) -> Result<bool, AppError> {
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
            if visit.is_some_and(|visit| visit != state.visits) {
                return false;
            }
            // Whoever looks at a deployment of this account goes on looking at it.
            let same = state
                .session
                .as_ref()
                .is_some_and(|shown| shown.account == session.account);
            let looked = same.then(|| (state.look, state.looked.clone()));
            leave(state);
            (state.look, state.looked) = looked.unwrap_or_default();
            let confirmed = session.confirmed;
            let watch =
                confirmed.then(|| tokio::spawn(watch::run(Arc::clone(self))).abort_handle());
            state.session = Some(Session {
                visit: state.visits,
                watch,
                ..session
            });
            if confirmed {
                state.line.state = ConnectionState::Online;
            } else {
                // How long the line is down counts from here.
                state.line.state = ConnectionState::Connecting;
                state.line.failing = Some(self.options.clock.monotonic());
            }
            state.past = past;
            state.market.pasts_stale = fared.is_none();
            state.market.pasts = fared.unwrap_or_default();
            true
        });
        self.recheck();
        Ok(entered)
    }

    pub(crate) async fn disconnect(self: &Arc<Self>) -> Result<(), AppError> {
        let _turn = self.entering.lock().await;
        let console = self
            .state()
            .session
            .as_ref()
            .filter(|session| !session.demo())
            .map(|session| session.console.clone());
        let console = console.unwrap_or_else(|| self.console());
        let removed = self.forget_key(&console).await;
        self.with(leave);
        self.recheck();
        match removed {
            Ok(()) | Err(KeyStoreError::Missing) => Ok(()),
            Err(error) => Err(AppError::new(
                Code::Input,
                "Disconnected, but the key could not be removed from the keychain.",
            )
            .next("Delete the key in the Console; it can’t be used then.")
            .link(Link::ApiKeys)
            .details(error.to_string())),
        }
    }

    pub(crate) async fn enter_demo(
        self: &Arc<Self>,
        url: Url,
        key: SecretString,
        pace: u32,
        remember: bool,
    ) -> Result<(), AppError> {
        let _turn = self.entering.lock().await;
        let signed_in = match self.client(url, key).await {
            Ok(client) => self.sign_in(client, true, Doing::Read).await,
            Err(error) => Err(error),
        };
        let mut session = signed_in.map_err(|error| {
            AppError::new(Code::Internal, "The demo could not be started.")
                .details(error.details.unwrap_or(error.title))
        })?;
        session.pace = pace.max(1);
        self.with(|state| {
            if let Some(old) = state.session.as_mut().filter(|old| !old.demo()) {
                stop(old);
                state.parked = Some(old.clone());
            }
        });
        self.enter(session, None).await?;
        self.say_unwatched();
        if remember && let Err(error) = self.open_demo_at_start(true).await {
            tracing::warn!(error = %error.title, "the next start does not know of the demo");
        }
        Ok(())
    }

    /// Says what of the account that waits behind the demo is not seen to meanwhile.
    fn say_unwatched(&self) {
        let names: Vec<String> = {
            let state = self.state();
            let Some(parked) = &state.parked else { return };
            let acts = |record: &&Record| {
                record.account == parked.account
                    && (record.rule.is_some()
                        || record.ceiling.is_some()
                        || record.phase == Phase::Closing)
            };
            let records = state.records.values().filter(acts);
            records
                .map(|record| format!("“{}”", record.name))
                .take(5)
                .collect()
        };
        if names.is_empty() {
            return;
        }
        let body = format!(
            "Aloft accepts no bid, keeps no limit and repeats no close there until you leave the demo: {}.",
            names.join(", ")
        );
        let title = "Your own account is not watched while the demo is open.";
        self.notice(
            NoticeKind::App,
            Tone::Attention,
            title,
            Some(body),
            None,
            false,
        );
    }

    /// The demo's clock runs at another speed from now on.
    pub(crate) fn set_demo_pace(&self, pace: u32) {
        let clock = self.options.clock.as_ref();
        self.with(|state| {
            if let Some(demo) = state.session.as_mut().filter(|session| session.demo()) {
                demo.turn(pace, clock);
            }
        });
    }

    pub(crate) async fn leave_demo(self: &Arc<Self>) -> Result<(), AppError> {
        let _turn = self.entering.lock().await;
        let parked = self.with(|state| {
            if state.session.as_ref().is_some_and(Session::demo) {
                leave(state);
            }
            state.parked.take()
        });
        self.forget_demo().await;
        match parked {
            Some(session) if session.confirmed => self.enter(session, None).await.map(drop),
            // Nobody was connected, or it was not known yet whose key it is.
            _ => {
                self.recheck();
                let core = Arc::clone(self);
                tokio::spawn(async move { core.resume().await });
                Ok(())
            }
        }
    }

    async fn open_demo_at_start(&self, demo: bool) -> Result<(), AppError> {
        self.set(|settings| Ok(view::Settings { demo, ..settings }))
            .await
    }

    async fn forget_demo(&self) {
        if self.state().settings.demo
            && let Err(error) = self.open_demo_at_start(false).await
        {
            tracing::warn!(error = %error.title, "the next start opens the demo again");
        }
    }
}

/// Nobody is connected any more, and nothing of the account's world is known: another Console has other rates and providers.
fn leave(state: &mut State) {
    if let Some(old) = state.session.take() {
        stop(&old);
    }
    state.visits = state.visits.wrapping_add(1);
    state.line = Line {
        state: ConnectionState::None,
        failing: None,
        since: None,
        problem: None,
    };
    state.providers.clear();
    state.market = Market::default();
    state.rates = akash_market::Rates::default();
    state.past = 0;
    state.look = None;
    state.looked = None;
}

fn stop(session: &Session) {
    if let Some(watch) = &session.watch {
        watch.abort();
    }
}

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
        key_why: session.kept_why.clone(),
        auto_reload: session.auto_reload,
        deposit_ignored: session.note.deposit_ignored,
    }
}
