//! Asking for prices: a deployment is made, once.

use std::{sync::Arc, time::Duration};

use akash_console::Happened;
use uuid::Uuid;

use super::Closer;
use crate::{
    journal::TimelineEntry,
    present::errors::{self, Doing},
    present::summary,
    present::words,
    record::{Next, Phase, Record, What},
    state::{Core, DeploymentLock, Session},
    view::{AppError, Code, NoticeKind, Tone},
    workflow::draft,
    workflow::settings,
};

/// Stands for "a create is being written": one at a time, so that two clicks meet here.
const CREATE: Uuid = Uuid::nil();

/// The longest that a person waits for the list of what stands before a create.
const LIST: Duration = Duration::from_secs(10);

impl Core {
    /// Writes the intent of a create and sends it. `draft` goes away once the intent is on disk: the record holds its text then.
    pub(crate) async fn create(
        self: &Arc<Self>,
        session: Session,
        mut record: Record,
        sdl: String,
        draft: Option<u32>,
    ) -> Result<(), AppError> {
        let one = self
            .lock_deployment(CREATE)
            .ok_or_else(Self::locked_already)?;
        let busy = self
            .lock_deployment(record.id)
            .ok_or_else(Self::locked_already)?;
        // What stood before is part of the intent: only something new can be what a lost answer made.
        let first = session.client.clone().ahead_of_others();
        let listed = first
            .with_time_limit(LIST)
            .deployments()
            .await
            .map_err(|error| errors::say(&error, Doing::Create))?;
        if listed.iter().any(|one| one.id.owner != session.address) {
            return Err(AppError::new(
                Code::NotUnderstood,
                "The Console listed deployments of another account.",
            )
            .meaning("Nothing was sent.")
            .next("Disconnect in Settings, and connect again."));
        }
        let listed = listed.iter().map(|detail| detail.id.dseq.get()).collect();
        self.still(&session)?;
        if self.state().records.values().any(|other| {
            other.account == record.account && other.id != record.id && draft::creating(other)
        }) {
            return Err(AppError::not_now(
                "Another deployment is being created. Aloft creates one at a time, so that nothing is created twice.",
            ));
        }
        let now = self.now_of(&session);
        let deposit = record.deposit.unwrap_or(settings::LEAST);
        record.phase = Phase::Creating;
        record.since = now;
        record.intent = Some(self.sent(
            &session,
            What::Create {
                listed,
                absent: 0,
                seen: false,
            },
        ));
        record.problem = None;
        record.unseen = false;
        let id = record.id;
        record.account.clone_from(&session.account);
        let asked = draft::asked(now, deposit, record.rule.as_ref());
        self.begin(record, Some(sdl.clone()), vec![asked])
            .await
            .map_err(AppError::unsent)?;
        if let Some(draft) = draft {
            self.draft_asked(draft, &sdl).await;
        }
        drop(one);
        let core = Arc::clone(self);
        tokio::spawn(async move { core.send_create(session, busy, id, sdl, deposit).await });
        Ok(())
    }

    pub(super) async fn send_create(
        &self,
        session: Session,
        busy: DeploymentLock,
        id: Uuid,
        sdl: String,
        deposit: akash_market::Usd,
    ) {
        let answer = session.client.create(&sdl, deposit).await;
        let now = self.now_of(&session);
        let outcome = match answer {
            Ok(created) => {
                if let Some(manifest) = created.manifest
                    && let Err(error) = self.journal.keep_manifest(id, manifest).await
                {
                    tracing::error!(%error, "the manifest could not be kept");
                }
                self.change(id, |record, happened| {
                    record.dseq = Some(created.dseq.get());
                    record.intent = None;
                    record.problem = None;
                    record.asked = Some(now);
                    record.enter(Phase::Choosing, now);
                    happened.push(TimelineEntry::new(
                        now,
                        Tone::Good,
                        "Deployment created; asking providers for bids",
                    ));
                    Ok(())
                })
                .await
            }
            Err(error) => {
                let said = errors::say(&error, Doing::Create);
                let unknown = error.happened() != Happened::No;
                self.change(id, |record, happened| {
                    record.problem = Some(said.clone());
                    if unknown {
                        // It may have waited before it went out: what it may still do counts from the end of waiting for it.
                        record.intent = record
                            .intent
                            .take()
                            .map(|intent| self.sent(&session, intent.what));
                        record.enter(Phase::Unclear, now);
                        happened.push(TimelineEntry::new(
                            now,
                            Tone::Attention,
                            "No clear answer. Finding out whether it was created",
                        ));
                    } else {
                        record.intent = None;
                        record.enter(Phase::Refused, now);
                        happened.push(TimelineEntry::new(now, Tone::Bad, said.title.clone()));
                    }
                    Ok(())
                })
                .await
            }
        };
        if let Err(error) = outcome {
            self.lost(id, &error);
        }
        self.money_moved(&session);
        drop(busy);
    }

    /// Closes what holds money, then asks for prices with the same file.
    pub(crate) async fn ask_again(self: &Arc<Self>, old: Uuid) -> Result<Uuid, AppError> {
        let sdl =
            self.journal.texts(old).await?.0.ok_or_else(|| {
                AppError::not_now("Aloft does not have the file of this deployment.")
            })?;
        self.anew(old, sdl, None).await
    }

    /// The same with a requirement relaxed, as it was offered.
    pub(crate) async fn relax_again(
        self: &Arc<Self>,
        old: Uuid,
        relaxed: &str,
    ) -> Result<Uuid, AppError> {
        let (sdl, label) = self.relaxed(old, relaxed)?;
        self.anew(old, sdl, Some(label)).await
    }

    /// `changed`: what the text asks otherwise than the old one's, in words.
    async fn anew(
        self: &Arc<Self>,
        old: Uuid,
        sdl: String,
        changed: Option<String>,
    ) -> Result<Uuid, AppError> {
        let session = self.session_of(old).await?;
        let record = self.record(old).await?;
        let now = self.now_of(&session);
        let new = Uuid::now_v7();
        let mut returned = None;
        match record.phase {
            // Nothing was made: the same record asks once more.
            Phase::NotSent | Phase::Refused => {
                // What was to be taken by itself was said then, not now.
                let record = Record {
                    rule: None,
                    ..record
                };
                self.create(session, record, sdl, None).await?;
                return Ok(old);
            }
            Phase::Choosing | Phase::Lapsed | Phase::LeaseLost => {
                let busy = self.lock_deployment(old).ok_or_else(Self::locked_already)?;
                let next = Next {
                    id: new,
                    sdl: changed.is_some().then(|| sdl.clone()),
                };
                let began = self
                    .begin_close(&session, old, Closer::Person, Some(next))
                    .await;
                let dseq = began.map_err(AppError::unsent)?;
                self.send_close(&session, old, dseq).await?;
                drop(busy);
                let closed = self.record(old).await?;
                if !closed.phase.is_over() {
                    return Err(closed
                        .problem
                        .unwrap_or_else(|| {
                            AppError::not_now("The old deployment is not closed yet.")
                        })
                        .next(
                            "Aloft keeps closing it, and then puts its file on the check screen.",
                        ));
                }
                returned = closed.receipt.and_then(|receipt| receipt.returned);
            }
            Phase::Closed | Phase::OutOfFunds => {}
            _ => return Err(AppError::not_now("This deployment still runs.")),
        }
        let plan = akash_sdl::check(&sdl)
            .sdl
            .as_ref()
            .map(summary::plan)
            .or(record.plan)
            .unwrap_or_default();
        let decided = self.state().market.funding.deposit();
        let deposit = decided.or(record.deposit).unwrap_or(settings::LEAST);
        let mut next = Record::new(session.account.clone(), record.name, plan, deposit, now);
        next.id = new;
        next.ceiling = record.ceiling;
        let unfunded = record.auto_funding == Some(false);
        let id = new;
        let name = next.name.clone();
        let created = self.create(session.clone(), next, sdl.clone(), None).await;
        if let Err(mut error) = created {
            if record.phase.is_over() {
                return Err(error);
            }
            if self.left_over(&name, sdl).await {
                self.forget_next(old).await;
            }
            error.meaning = Some(format!(
                "“{name}” is closed. No new deployment was made. Its file is on the check screen."
            ));
            return Err(error);
        }
        self.forget_next(old).await;
        if let Some(changed) = changed {
            let text = format!("Asked again with a change: {changed}");
            // It is on its way already, whatever the disk says.
            if let Err(error) = self.happened(&session, id, Tone::Quiet, text).await {
                tracing::warn!(%id, error = %error.title, "the change is not in the timeline");
            }
        }
        if unfunded && self.state().market.funding.can_switch() {
            let title = format!("Automatic funding is on for the new request of “{name}”.");
            let body = "It was off for the old one. Switch it off before you start, if you want that again.".to_owned();
            self.notice(
                NoticeKind::Money,
                Tone::Attention,
                title,
                Some(body),
                Some(id),
                false,
            );
        }
        if let Some(returned) = returned {
            let title = format!(
                "${} returned to your credit. “{name}” is asking for prices again.",
                words::left(returned)
            );
            // Of no deployment: on the new one’s own screen it would be taken for shown already.
            self.notice(NoticeKind::App, Tone::Quiet, title, None, None, false);
        }
        Ok(id)
    }

    /// What was to take the place of a deployment is on disk itself, or on the check screen.
    async fn forget_next(&self, old: Uuid) {
        let forgotten = self.change(old, |record, _| {
            record.next = None;
            Ok(())
        });
        if let Err(error) = forgotten.await {
            tracing::warn!(id = %old, error = %error.title, "what took its place is not noted");
        }
    }

    /// Sees to what was to take the place of a deployment that an earlier run, or a later look, closed: nothing is asked for unprompted, so
    /// its file waits on the check screen.
    pub(crate) async fn take_place(self: &Arc<Self>, old: Uuid) -> Result<(), AppError> {
        let record = self.record(old).await?;
        let Some(next) = record.next.filter(|_| record.phase.is_over()) else {
            return Ok(());
        };
        if self.journal.record(next.id).await?.is_none() {
            let text = match next.sdl {
                Some(text) => Some(text),
                None => self.journal.texts(old).await?.0,
            };
            // Where it can't be put there, the text stays with the record, and is tried again at another start.
            if let Some(text) = text
                && !self.left_over(&record.name, text).await
            {
                return Ok(());
            }
        }
        self.forget_next(old).await;
        Ok(())
    }

    /// The same for everything that an earlier run left so.
    pub(crate) async fn take_places(self: &Arc<Self>) -> Result<(), AppError> {
        for old in self.journal.replaced().await? {
            self.take_place(old).await?;
        }
        Ok(())
    }

    /// The old one is closed and the new one could not be asked for: the file, with what was changed in it, waits on the check screen.
    /// Whether it could be put there.
    async fn left_over(self: &Arc<Self>, name: &str, sdl: String) -> bool {
        let source = format!("From “{name}”");
        let coming = draft::Coming::only_here(name.to_owned(), source, sdl);
        let title = format!("“{name}” is closed, but asking for prices again failed.");
        let taken = self.take(coming).await;
        let kept = taken.is_ok();
        let body = match taken {
            Ok(()) => "Its file is on the check screen. Ask for prices there.".to_owned(),
            Err(error) => {
                tracing::error!(error = %error.title, "the changed file could not be kept");
                "Its file is in the history. Free some disk space, then deploy it again from there."
                    .to_owned()
            }
        };
        self.notice(
            NoticeKind::App,
            Tone::Attention,
            title,
            Some(body),
            None,
            false,
        );
        kept
    }
}
