//! Coming back: the account of the last run is shown at once, and the Console is asked whose key it is until it answers. Only then is
//! anything of the account looked at.

use std::{sync::Arc, time::Duration};

use secrecy::SecretString;
use url::Url;

use crate::{
    record::{
        Problem,
        problem::{Doing, KeychainProblem, LeftRunning, ProblemKind},
    },
    state::{ConnectionHealth, Session, core::Core},
    view::{AccountKind, ConnectionState, KeyKept},
};

/// The longest wait between two tries.
const LONGEST: Duration = Duration::from_secs(10);
/// The wait after the key was refused.
const REFUSED: Duration = Duration::from_secs(60);

impl Core {
    /// Reads the key of the set Console at start; without network it stays and is tried again.
    pub(crate) async fn resume(self: &Arc<Self>) {
        let session_epoch = self.state().session_epoch;
        let console = self.console();
        let found = self.kept_key(console.clone()).await;
        let problem = match found {
            Ok(Some(key)) => self.come_back(console, key, session_epoch).await.err(),
            Ok(None) => {
                let left = self.left_running(&console).await;
                left.map(|left| Problem::new(ProblemKind::LeftRunning(left)))
            }
            Err(error) => {
                let left = self.left_running(&console).await;
                Some(KeychainProblem::NotRead(error, left).into())
            }
        };
        self.with(|state| {
            if state.session_epoch == session_epoch
                && state.session.is_none()
                && state.connection.state != ConnectionState::Refused
            {
                state.connection = ConnectionHealth {
                    state: ConnectionState::None,
                    failing: None,
                    since: None,
                    problem,
                };
            }
        });
    }

    /// What ran at this Console when Aloft last looked, with what it costs; `None` where nothing did.
    async fn left_running(&self, console: &Url) -> Option<LeftRunning> {
        let origin = console.origin().ascii_serialization();
        let (account, _) = self.journal.last_account(origin).await.ok()??;
        let state = self.state();
        let running: Vec<_> = state
            .records
            .values()
            .filter(|record| record.account == account)
            .filter_map(|record| record.price()?.usd_per_day(&state.rates))
            .collect();
        (!running.is_empty()).then(|| LeftRunning {
            count: running.len(),
            day: running.iter().copied().sum(),
        })
    }

    /// Shows the account that was connected last at once, and asks the Console until it answers.
    async fn come_back(
        self: &Arc<Self>,
        console: Url,
        key: SecretString,
        session_epoch: u64,
    ) -> Result<(), Problem> {
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
            if !self.enter(session, Some(session_epoch)).await? {
                return Ok(());
            }
        }
        let session_epoch = session_epoch.wrapping_add(u64::from(known));
        let mut wait = Duration::from_secs(1);
        loop {
            let tried = self.sign_in(client.clone(), false, Doing::Read).await;
            if self.state().session_epoch != session_epoch || self.console() != console {
                // What woke this was meant for whoever came meanwhile.
                self.poke.notify_one();
                return Ok(());
            }
            match tried {
                // Whose key it is: the account's on the screen, or another's, which then takes its place.
                Ok(fresh) => {
                    let session = Session {
                        kept: KeyKept::Keychain,
                        ..fresh
                    };
                    if self.enter(session.clone(), Some(session_epoch)).await? {
                        self.tidy_keys(&session, true).await;
                    }
                    return Ok(());
                }
                Err(error) => {
                    let refused = error.is_bad_key() || error.kind == ProblemKind::NoWallet;
                    if known {
                        self.connection_failed(error, refused);
                    } else {
                        self.with(|state| {
                            let to = if refused {
                                ConnectionState::Refused
                            } else {
                                ConnectionState::Connecting
                            };
                            state.connection = ConnectionHealth {
                                state: to,
                                failing: None,
                                since: None,
                                problem: Some(error),
                            };
                        });
                        if refused {
                            return Ok(());
                        }
                    }
                    // A Console may refuse a good key while it has a fault of its own.
                    if refused {
                        wait = REFUSED;
                    }
                }
            }
            // *Try again* does not wait.
            let _ = tokio::time::timeout(wait, self.poke.notified()).await;
            wait = (wait * 2).min(LONGEST);
        }
    }
}
