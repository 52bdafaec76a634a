//! Coming back: the account of the last run is shown at once, and the Console asked until it answers.

use std::{sync::Arc, time::Duration};

use secrecy::SecretString;
use url::Url;

use super::key::why;
use crate::{
    core::{Core, Line, Session},
    errors::Doing,
    view::{AccountKind, AppError, Code, ConnectionState, KeyKept},
};

impl Core {
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
}
