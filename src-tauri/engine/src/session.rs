//! Connecting an account and leaving it. The key goes from the window to the keychain and into the client, and nowhere else.

use std::{sync::Arc, time::Duration};

use akash_console::{Client, Kind};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::{
    KeyStoreError,
    core::{Core, Line, Session, State},
    errors::{self, Doing},
    journal::AccountNote,
    market::Market,
    record::account_id,
    settings, view,
    view::{Account, AccountKind, AppError, Code, Connected, ConnectionState, KeyKept, Link},
    watch,
};

/// An unlock prompt may stand open for a while.
const KEYCHAIN: Duration = Duration::from_secs(60);

/// What looks odd about a key, in words. A warning, never a refusal: the form may change.
pub(crate) fn key_hint(key: &str, console: &Url) -> Option<String> {
    let key = key.trim();
    if key.is_empty() {
        return None;
    }
    let mut parts = key.split('.');
    let (a, s, env, rest) = (parts.next(), parts.next(), parts.next(), parts.next());
    let hex = |text: &str| {
        text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    };
    let well_formed =
        a == Some("ac") && s == Some("sk") && rest.is_some_and(hex) && parts.next().is_none();
    if !well_formed {
        return Some("This does not look like a Console key: those begin with ac.sk. and have 64 letters and digits at the end. It is tried all the same.".into());
    }
    let official = console.host_str() == Some("console-api.akash.network");
    match env {
        Some(env) if official && env != "production" => Some(format!(
            "This key was made for the “{}” environment; the Console address in Settings is the official one.",
            clip(env)
        )),
        _ => None,
    }
}

fn clip(text: &str) -> String {
    text.chars().take(20).collect()
}

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
        match self.keep(session.console.clone(), key).await {
            Ok(()) => session.kept = KeyKept::Keychain,
            Err(error) => {
                session.kept = KeyKept::Session;
                session.kept_why = Some(why_session(error));
            }
        }
        self.enter(session, None).await?;
        self.with(|state| state.parked = None);
        self.forget_demo().await;
        let snapshot = self.state().session.as_ref().map(account);
        snapshot
            .map(|account| Connected { account })
            .ok_or_else(AppError::not_connected)
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
            balances: Some(balances),
            auto_reload,
            ..self.known(account, note, client, kind)
        })
    }

    /// An account as the journal remembers it.
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
            kind,
            name: note.name.clone(),
            address: note.address.clone(),
            note,
            balances: None,
            kept: KeyKept::None,
            kept_why: None,
            auto_reload: None,
            block: None,
            pace: if kind == AccountKind::Demo {
                1
            } else {
                self.options.pace.max(1)
            },
            watch: None,
            visit: 0,
            credit_told: false,
        }
    }

    /// Makes `session` the active account and begins to watch it; `false` when, since `visit`, another was entered or left: what a person
    /// chose meanwhile stands.
    async fn enter(
        self: &Arc<Self>,
        session: Session,
        visit: Option<u64>,
    ) -> Result<bool, AppError> {
        let past = self.journal.past_count(session.account.clone()).await?;
        let fared = self.fared(&session.account).await;
        // A full disk must not keep a person from the account.
        if let Err(error) = self
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
            leave(state);
            let session = Session {
                visit: state.visits,
                watch: Some(tokio::spawn(watch::run(Arc::clone(self))).abort_handle()),
                ..session
            };
            state.session = Some(session);
            state.line.state = ConnectionState::Online;
            state.past = past;
            state.market.pasts = fared;
            true
        });
        self.recheck();
        Ok(entered)
    }

    /// Reads the key of the set Console at start; without network it stays and is tried again.
    pub(crate) async fn resume(self: &Arc<Self>) {
        let visit = self.state().visits;
        let console = self.console();
        let found = self.kept_key(console.clone()).await;
        let problem = match found {
            Ok(Some(key)) => self.come_back(console, key, visit).await.err(),
            Ok(None) => None,
            Err(error) => Some(
                AppError::new(
                    Code::NotConnected,
                    format!("{}, so your key could not be read.", why(error)),
                )
                .next("Unlock it and start Aloft again, or paste the key again."),
            ),
        };
        self.with(|state| {
            if state.visits == visit
                && state.session.is_none()
                && state.line.state != ConnectionState::Refused
            {
                state.line = Line {
                    state: ConnectionState::None,
                    failing: None,
                    since: None,
                    problem,
                };
            }
        });
    }

    /// Shows the account that was connected last at once, and asks the Console until it answers.
    async fn come_back(
        self: &Arc<Self>,
        console: Url,
        key: SecretString,
        visit: u64,
    ) -> Result<(), AppError> {
        let client = self.client(console.clone(), key).await?;
        let last = self
            .journal
            .last_account(console.origin().ascii_serialization())
            .await?;
        let known = last.is_some();
        if let Some((account, note)) = last {
            let kind = if note.trial {
                AccountKind::Trial
            } else {
                AccountKind::Paid
            };
            let session = Session {
                kept: KeyKept::Keychain,
                ..self.known(account, note, client.clone(), kind)
            };
            if !self.enter(session, Some(visit)).await? {
                return Ok(());
            }
            self.with(|state| state.line.state = ConnectionState::Connecting);
        }
        let visit = visit.wrapping_add(u64::from(known));
        let mut wait = Duration::from_secs(1);
        loop {
            let tried = self.sign_in(client.clone(), false, Doing::Read).await;
            if self.state().visits != visit || self.console() != console {
                return Ok(());
            }
            match tried {
                Ok(fresh) => {
                    return self
                        .recognise(
                            Session {
                                kept: KeyKept::Keychain,
                                ..fresh
                            },
                            visit,
                        )
                        .await;
                }
                Err(error) => {
                    let refused = matches!(error.code, Code::BadKey | Code::NoWallet);
                    self.with(|state| {
                        // With an account on the screen, its own reads say how the line is.
                        if refused || state.session.is_none() {
                            let to = if refused {
                                ConnectionState::Refused
                            } else {
                                ConnectionState::Connecting
                            };
                            state.line = Line {
                                state: to,
                                failing: None,
                                since: None,
                                problem: Some(error),
                            };
                        }
                    });
                    if refused {
                        return Ok(());
                    }
                }
            }
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(Duration::from_secs(10));
        }
    }

    /// The Console said whose key it is: the account on the screen, or another.
    async fn recognise(self: &Arc<Self>, fresh: Session, visit: u64) -> Result<(), AppError> {
        let same = self.with(|state| {
            let shown = state
                .session
                .as_mut()
                .filter(|shown| shown.account == fresh.account)?;
            let Session {
                kind,
                name,
                balances,
                auto_reload,
                note,
                ..
            } = fresh.clone();
            *shown = Session {
                kind,
                name,
                balances,
                auto_reload,
                note,
                ..shown.clone()
            };
            Some(shown.note.clone())
        });
        match same {
            Some(note) => Ok(self.journal.save_account(fresh.account, note).await?),
            None => self.enter(fresh, Some(visit)).await.map(drop),
        }
    }

    pub(crate) async fn disconnect(self: &Arc<Self>) -> Result<(), AppError> {
        let console = self
            .state()
            .session
            .as_ref()
            .filter(|session| !session.demo())
            .map(|session| session.console.clone());
        let keys = Arc::clone(&self.options.keys);
        let origin = console
            .unwrap_or_else(|| self.console())
            .origin()
            .ascii_serialization();
        let removed = blocking(move || keys.remove(&origin)).await;
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
        if remember && let Err(error) = self.set(|settings| settings.demo = true).await {
            tracing::warn!(error = %error.title, "the next start does not know of the demo");
        }
        Ok(())
    }

    pub(crate) async fn leave_demo(self: &Arc<Self>) -> Result<(), AppError> {
        let parked = self.with(|state| {
            if state.session.as_ref().is_some_and(Session::demo) {
                leave(state);
            }
            state.parked.take()
        });
        self.forget_demo().await;
        match parked {
            Some(session) => self.enter(session, None).await.map(drop),
            None => {
                self.recheck();
                let core = Arc::clone(self);
                tokio::spawn(async move { core.resume().await });
                Ok(())
            }
        }
    }

    async fn forget_demo(&self) {
        if self.state().settings.demo
            && let Err(error) = self.set(|settings| settings.demo = false).await
        {
            tracing::warn!(error = %error.title, "the next start opens the demo again");
        }
    }

    async fn kept_key(&self, console: Url) -> Result<Option<SecretString>, KeyStoreError> {
        let keys = Arc::clone(&self.options.keys);
        let origin = console.origin().ascii_serialization();
        match blocking(move || keys.read(&origin)).await {
            Err(KeyStoreError::Missing) => Ok(None),
            other => other,
        }
    }

    async fn keep(&self, console: Url, key: SecretString) -> Result<(), KeyStoreError> {
        let keys = Arc::clone(&self.options.keys);
        let origin = console.origin().ascii_serialization();
        blocking(move || keys.write(&origin, &key)).await
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

async fn blocking<T: Send + 'static>(
    call: impl FnOnce() -> Result<T, KeyStoreError> + Send + 'static,
) -> Result<T, KeyStoreError> {
    match tokio::time::timeout(KEYCHAIN, tokio::task::spawn_blocking(call)).await {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(KeyStoreError::Refused),
        Err(_) => Err(KeyStoreError::TimedOut),
    }
}

fn why_session(error: KeyStoreError) -> String {
    format!("{}, so the key is kept only until Aloft quits.", why(error))
}

fn why(error: KeyStoreError) -> &'static str {
    match error {
        KeyStoreError::Missing => "This system has no keychain that Aloft can use",
        KeyStoreError::Locked => "The system’s keychain is locked",
        KeyStoreError::TimedOut => "The system’s keychain did not answer",
        KeyStoreError::Refused => "The system’s keychain refused",
    }
}

/// The official Console.
#[allow(clippy::expect_used)]
pub(crate) fn official() -> Url {
    Url::parse("https://console-api.akash.network").expect("a constant")
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

/// Whether what failed says that the key is no good.
pub(crate) fn key_refused(error: &akash_console::Error) -> bool {
    error.kind() == Kind::BadKey
}

/// The page of a [`Link`]. The web Console of an API address is known for the official ones only.
pub(crate) fn page(link: view::Link, console: &Url) -> String {
    let sandbox = console
        .host_str()
        .is_some_and(|host| host.contains("sandbox"));
    let web = if sandbox {
        "https://console-sandbox.akash.network"
    } else {
        "https://console.akash.network"
    };
    match link {
        Link::SignUp | Link::Console => web.to_owned(),
        Link::AddCredit => format!("{web}/billing"),
        Link::ApiKeys => format!("{web}/user/api-keys"),
        Link::SdlDocs => {
            "https://akash.network/docs/getting-started/stack-definition-language/".to_owned()
        }
        Link::Discord => "https://discord.akash.network".to_owned(),
        Link::Issues => "https://github.com/akash-network/console/issues".to_owned(),
        Link::Support => "https://github.com/akash-network/support".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_odd_key_is_warned_of() {
        let good = format!("ac.sk.production.{}", "0af".repeat(21) + "9");
        let sandbox = good.replace("production", "staging");
        assert_eq!(key_hint(&good, &official()), None);
        assert_eq!(key_hint("  ", &official()), None);
        assert!(
            key_hint("akt_abc", &official())
                .is_some_and(|hint| hint.contains("does not look like"))
        );
        assert!(key_hint(&sandbox, &official()).is_some_and(|hint| hint.contains("staging")));
        assert!(key_hint(&good.to_uppercase(), &official()).is_some());
    }
}
