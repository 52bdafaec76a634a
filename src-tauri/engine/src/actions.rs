//! What a person decides: each is written down first, then sent, then settled by what came back.

use std::sync::Arc;

use akash_console::{Dseq, Happened, Kind, LeaseTarget};
use uuid::Uuid;

use crate::{
    core::{Busy, Core, Session},
    draft,
    errors::{self, Doing},
    journal::Happening,
    life::{News, seconds},
    plan,
    record::{Intent, Phase, Record, Target, What},
    settings,
    view::{AppError, Choice, Code, NoticeKind, Tone},
    words,
};

/// The name of the deployment a command was given.
///
/// # Errors
/// When it is none of ours.
pub(crate) fn id(text: &str) -> Result<Uuid, AppError> {
    text.parse().map_err(|_| AppError::gone())
}

/// Stands for "a create is being written": one at a time, so that two clicks meet here.
const CREATE: Uuid = Uuid::nil();

impl Core {
    /// Refuses when the account was left or changed since `session` was taken: nothing may be spent on one that is not on the screen.
    fn still(&self, session: &Session) -> Result<(), AppError> {
        let state = self.state();
        let same = state.session.as_ref().is_some_and(|active| {
            active.account == session.account && active.visit == session.visit
        });
        if same {
            Ok(())
        } else {
            Err(AppError::not_now("The account changed meanwhile.").meaning("Nothing was sent."))
        }
    }

    fn occupied() -> AppError {
        AppError::not_now("Something is on its way for this deployment already.")
            .next("Wait until it is done.")
    }

    /// Seconds of the machine for which an intent has certainly been sent. The time of day may be set at any moment, so it counts only where
    /// another run sent it; and however wrong it is, such an intent is older than this run.
    pub(crate) fn age(&self, intent: &Intent) -> i64 {
        let clock = &self.options.clock;
        let run = |from| {
            let passed = clock.monotonic().saturating_duration_since(from);
            i64::try_from(passed.as_secs()).unwrap_or(i64::MAX)
        };
        match intent.here {
            Some(here) => run(here),
            None => seconds(intent.sent, clock.wall()).max(run(self.started)),
        }
    }

    fn sent(&self, what: What) -> Intent {
        Intent {
            sent: self.options.clock.wall(),
            here: Some(self.options.clock.monotonic()),
            what,
        }
    }

    /// Writes the intent of a create and sends it. `draft` goes away once the intent is on disk: the record holds its text then.
    pub(crate) async fn create(
        self: &Arc<Self>,
        session: Session,
        mut record: Record,
        sdl: String,
        draft: Option<u32>,
    ) -> Result<(), AppError> {
        let one = self.occupy(CREATE).ok_or_else(Self::occupied)?;
        let busy = self.occupy(record.id).ok_or_else(Self::occupied)?;
        // What stood before is part of the intent: only something new can be what a lost answer made.
        let listed = session
            .client
            .deployments()
            .await
            .map_err(|error| errors::say(&error, Doing::Create))?;
        let listed = listed.iter().map(|detail| detail.id.dseq.get()).collect();
        self.still(&session)?;
        if self.state().records.values().any(|other| {
            other.account == record.account && other.id != record.id && draft::creating(other)
        }) {
            return Err(AppError::not_now(
                "Another deployment is being made. One at a time, so that nothing is made twice.",
            ));
        }
        let now = self.now();
        let deposit = record.deposit.unwrap_or(settings::LEAST);
        record.phase = Phase::Creating;
        record.since = now;
        record.intent = Some(self.sent(What::Create {
            listed,
            absent: 0,
            seen: false,
        }));
        record.problem = None;
        let id = record.id;
        record.account.clone_from(&session.account);
        self.begin(record, Some(sdl.clone()), vec![draft::asked(now, deposit)])
            .await?;
        if let Some(draft) = draft {
            let ours = self.with(|state| state.draft.take_if(|held| held.id == draft).is_some());
            if ours {
                let _ = self.journal.save_draft(None).await;
            }
        }
        drop(one);
        let core = Arc::clone(self);
        tokio::spawn(async move { core.send_create(session, busy, id, sdl, deposit).await });
        Ok(())
    }

    async fn send_create(
        &self,
        session: Session,
        busy: Busy,
        id: Uuid,
        sdl: String,
        deposit: akash_market::Usd,
    ) {
        let answer = session.client.create(&sdl, deposit).await;
        let now = self.now();
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
                    happened.push(Happening::new(
                        now,
                        Tone::Good,
                        "The deployment stands; providers are asked for bids",
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
                        record.intent = record.intent.take().map(|intent| self.sent(intent.what));
                        record.enter(Phase::Unclear, now);
                        happened.push(Happening::new(
                            now,
                            Tone::Attention,
                            "No clear answer came; finding out whether it was made",
                        ));
                    } else {
                        record.intent = None;
                        record.enter(Phase::Refused, now);
                        happened.push(Happening::new(now, Tone::Bad, said.title.clone()));
                    }
                    Ok(())
                })
                .await
            }
        };
        if let Err(error) = outcome {
            self.lost(id, &error);
        }
        self.read_balances(&session).await;
        drop(busy);
    }

    /// A change that could not be written: said, and found again by the next look at the Console.
    fn lost(&self, id: Uuid, error: &AppError) {
        tracing::error!(%id, error = %error.title, "a change could not be written down");
        self.notice(
            NoticeKind::App,
            Tone::Bad,
            error.title.clone(),
            Some("What was sent before may have been done. Aloft reads it back as soon as the disk takes it.".into()),
            Some(id),
            true,
        );
    }

    /// Takes one bid for every group. A second click while it is on its way does nothing.
    pub(crate) async fn start_lease(
        self: &Arc<Self>,
        id: Uuid,
        choices: Vec<Choice>,
    ) -> Result<(), AppError> {
        let session = self.session_of(id).await?;
        let busy = self.occupy(id).ok_or_else(Self::occupied)?;
        let manifest = self.manifest(id).await?;
        let now = self.now();
        let (dseq, targets) = self
            .change(id, |record, happened| {
                let (dseq, targets) = targets(record, &choices)?;
                record.intent = Some(self.sent(What::Lease {
                    choices: targets.clone(),
                }));
                record.problem = None;
                record.run.chosen = Some(now);
                record.enter(Phase::Leasing, now);
                happened.push(Happening::new(
                    now,
                    Tone::Busy,
                    "Chose a provider; taking the lease",
                ));
                Ok((dseq, targets))
            })
            .await?;
        let core = Arc::clone(self);
        tokio::spawn(async move {
            core.send_lease(session, busy, id, dseq, targets, manifest)
                .await
        });
        Ok(())
    }

    /// Sends leases and manifest, or once the leases stand the manifest alone: the same call, safe to repeat.
    pub(crate) async fn send_lease(
        &self,
        session: Session,
        busy: Busy,
        id: Uuid,
        dseq: u64,
        targets: Vec<Target>,
        manifest: String,
    ) {
        let leases: Vec<LeaseTarget> = targets
            .iter()
            .map(|t| LeaseTarget {
                dseq: Dseq::new(dseq),
                gseq: t.gseq,
                oseq: t.oseq,
                provider: t.provider.clone(),
            })
            .collect();
        let answer = session.client.lease(&manifest, &leases).await;
        let outcome = match answer {
            Ok(detail) => {
                let moment = self.moment();
                let heard = self
                    .change(id, |record, happened| {
                        let mut heard = record.hear_detail(&detail, &moment);
                        if record.phase == Phase::Up && record.run.delivered.is_none() {
                            record.run.delivered = Some(moment.now);
                            record.run.refused = 0;
                            record.problem = None;
                            heard.happened.push(Happening::new(
                                moment.now,
                                Tone::Good,
                                "The provider has the manifest",
                            ));
                        }
                        happened.append(&mut heard.happened);
                        Ok(heard.news)
                    })
                    .await;
                heard.map(|news| self.tell(id, &news))
            }
            Err(error) => self.lease_failed(&session, id, dseq, &error).await,
        };
        if let Err(error) = outcome {
            self.lost(id, &error);
        }
        drop(busy);
    }

    /// A lease call failed: what stands on the chain decides what it means.
    async fn lease_failed(
        &self,
        session: &Session,
        id: Uuid,
        dseq: u64,
        error: &akash_console::Error,
    ) -> Result<(), AppError> {
        let said = errors::say(error, Doing::Lease);
        if error.happened() == Happened::No {
            let now = self.now();
            return self
                .change(id, |record, happened| {
                    let first = record
                        .problem
                        .as_ref()
                        .is_none_or(|problem| problem.title != said.title);
                    record.problem = Some(said.clone());
                    if record.phase == Phase::Leasing {
                        record.intent = None;
                        record.enter(Phase::Choosing, now);
                    } else {
                        record.run.refused = record.run.refused.saturating_add(1);
                    }
                    if !first {
                        return Ok(());
                    }
                    happened.push(Happening::new(now, Tone::Attention, said.title.clone()));
                    Ok(())
                })
                .await;
        }
        let read = session.client.deployment(Dseq::new(dseq)).await;
        let moment = self.moment();
        let news = self
            .change(id, |record, happened| {
                let mut news = Vec::new();
                if let Ok(detail) = &read {
                    let mut heard = record.hear_detail(detail, &moment);
                    happened.append(&mut heard.happened);
                    news = heard.news;
                }
                if record.phase == Phase::Up && record.run.delivered.is_none() {
                    record.run.refused = record.run.refused.saturating_add(1);
                    let mut said = said.clone();
                    said.meaning = Some("The lease stands and is charging; its provider does not have the manifest yet.".into());
                    record.problem = Some(said);
                    happened.push(Happening::new(moment.now, Tone::Attention, "The manifest did not arrive; sending it again by itself"));
                } else if record.phase == Phase::Leasing {
                    record.intent = record.intent.take().map(|intent| self.sent(intent.what));
                    record.problem = Some(said.clone());
                }
                Ok(news)
            })
            .await?;
        self.tell(id, &news);
        Ok(())
    }

    /// Sends the manifest again.
    pub(crate) async fn resend(self: &Arc<Self>, id: Uuid) -> Result<(), AppError> {
        let session = self.session_of(id).await?;
        let busy = self.occupy(id).ok_or_else(Self::occupied)?;
        let record = self.record(id).await?;
        let (Some(dseq), Phase::Up) = (record.dseq, record.phase) else {
            return Err(AppError::not_now(
                "No lease stands that a manifest could be sent to.",
            ));
        };
        let manifest = self.manifest(id).await?;
        let targets = standing(&record);
        let core = Arc::clone(self);
        tokio::spawn(async move {
            core.send_lease(session, busy, id, dseq, targets, manifest)
                .await
        });
        Ok(())
    }

    /// The manifest that belongs to a deployment.
    pub(crate) async fn manifest(&self, id: Uuid) -> Result<String, AppError> {
        let (sdl, manifest) = self.journal.texts(id).await?;
        if let Some(manifest) = manifest {
            return Ok(manifest);
        }
        // The Console gives the manifest with its answer; one adopted without that answer is derived from the SDL.
        let derived = sdl
            .and_then(|sdl| akash_sdl::check(&sdl).sdl)
            .map(|sdl| sdl.derive(akash_sdl::Derivation::Alpha40).manifest);
        derived.ok_or_else(|| {
            AppError::not_now(
                "Aloft does not have the file of this deployment, so it can’t start it.",
            )
            .next("Start it in the Console, or close it here.")
        })
    }

    /// Closes a deployment. Safe to repeat; until it is seen closed, Aloft keeps at it.
    pub(crate) async fn close(self: &Arc<Self>, id: Uuid, by_aloft: bool) -> Result<(), AppError> {
        let session = self.session_of(id).await?;
        let busy = self.occupy(id).ok_or_else(Self::occupied)?;
        let dseq = self.begin_close(id, by_aloft).await?;
        let core = Arc::clone(self);
        tokio::spawn(async move {
            if let Err(error) = core.send_close(&session, id, dseq).await {
                core.lost(id, &error);
            }
            drop(busy);
        });
        Ok(())
    }

    async fn begin_close(&self, id: Uuid, by_aloft: bool) -> Result<u64, AppError> {
        let now = self.now();
        let intent = self.sent(What::Close { by_aloft });
        self.change(id, |record, happened| {
            let Some(dseq) = record.dseq.filter(|_| !record.phase.is_over()) else {
                return Err(AppError::not_now("There is nothing to close."));
            };
            if by_aloft && record.phase != Phase::Lapsed {
                return Err(AppError::not_now("Its bids are not lapsed any more."));
            }
            if record.phase != Phase::Closing {
                record.intent = Some(intent);
                record.problem = None;
                record.enter(Phase::Closing, now);
                happened.push(Happening::new(
                    now,
                    Tone::Busy,
                    if by_aloft {
                        "Closing it: its bids had lapsed"
                    } else {
                        "Closing"
                    },
                ));
            }
            Ok(dseq)
        })
        .await
    }

    /// Reads what is held, closes, and reads what was spent.
    pub(crate) async fn send_close(
        &self,
        session: &Session,
        id: Uuid,
        dseq: u64,
    ) -> Result<(), AppError> {
        let dseq = Dseq::new(dseq);
        // What comes back is what was put in less what was spent: an addition a moment ago must count.
        if let Ok(detail) = session.client.deployment(dseq).await {
            let news = self.hear(id, &detail).await?;
            self.tell(id, &news);
        }
        if self.record(id).await?.phase.is_over() {
            return Ok(());
        }
        let answer = session.client.close(dseq).await;
        let gone = answer
            .as_ref()
            .is_err_and(|error| matches!(error.kind(), Kind::DeploymentClosed));
        if let Err(error) = &answer
            && !gone
        {
            let said = errors::say(error, Doing::Close);
            self.change(id, |record, _| {
                record.problem = Some(said);
                Ok(())
            })
            .await?;
        }
        let read = session.client.deployment(dseq).await;
        if let Ok(detail) = read {
            let news = self.hear(id, &detail).await?;
            self.tell(id, &news);
        }
        self.read_balances(session).await;
        Ok(())
    }

    async fn hear(
        &self,
        id: Uuid,
        detail: &akash_console::DeploymentDetail,
    ) -> Result<Vec<News>, AppError> {
        let moment = self.moment();
        self.change(id, |record, happened| {
            let mut heard = record.hear_detail(detail, &moment);
            happened.append(&mut heard.happened);
            Ok(heard.news)
        })
        .await
    }

    /// Closes what holds money, then asks for prices with the same file.
    pub(crate) async fn ask_again(self: &Arc<Self>, old: Uuid) -> Result<Uuid, AppError> {
        let session = self.session_of(old).await?;
        let record = self.record(old).await?;
        let sdl =
            self.journal.texts(old).await?.0.ok_or_else(|| {
                AppError::not_now("Aloft does not have the file of this deployment.")
            })?;
        let now = self.now();
        match record.phase {
            // Nothing was made: the same record asks once more.
            Phase::NotSent | Phase::Refused => {
                self.create(session, record, sdl, None).await?;
                return Ok(old);
            }
            Phase::Choosing | Phase::Lapsed | Phase::LeaseLost => {
                let busy = self.occupy(old).ok_or_else(Self::occupied)?;
                let dseq = self.begin_close(old, false).await?;
                self.send_close(&session, old, dseq).await?;
                drop(busy);
                let closed = self.record(old).await?;
                if !closed.phase.is_over() {
                    return Err(closed
                        .problem
                        .unwrap_or_else(|| {
                            AppError::not_now("The old deployment is not closed yet.")
                        })
                        .next("Ask again when it is."));
                }
            }
            Phase::Closed | Phase::OutOfFunds => {}
            _ => return Err(AppError::not_now("This deployment still runs.")),
        }
        let plan = akash_sdl::check(&sdl)
            .sdl
            .as_ref()
            .map(plan::plan)
            .or(record.plan)
            .unwrap_or_default();
        let deposit = record.deposit.unwrap_or(settings::LEAST);
        let next = Record::new(session.account.clone(), record.name, plan, deposit, now);
        let id = next.id;
        self.create(session, next, sdl, None).await?;
        Ok(id)
    }

    /// Sets more aside. Never sent twice; an unclear outcome is settled by reading the amount back.
    pub(crate) async fn add_funds(self: &Arc<Self>, id: Uuid, usd: &str) -> Result<(), AppError> {
        let amount = settings::amount(usd)?;
        let session = self.session_of(id).await?;
        let record = self.record(id).await?;
        let Some(dseq) = record.dseq.filter(|_| !record.phase.is_over()) else {
            return Err(AppError::not_now(
                "This deployment is over; nothing can be set aside for it.",
            ));
        };
        if let Some(credit) = session.balances.map(|b| b.balance)
            && credit < amount
        {
            return Err(AppError::new(
                Code::NeedsCredit,
                format!("You have ${} credit.", words::left(credit)),
            )
            .next("Set aside less, or add credit.")
            .link(crate::view::Link::AddCredit));
        }
        let busy = self.occupy(id).ok_or_else(Self::occupied)?;
        let now = self.now();
        let words = words::cost(amount);
        self.change(id, |_, happened| {
            happened.push(Happening::new(
                now,
                Tone::Busy,
                format!("Setting ${words} more aside"),
            ));
            Ok(())
        })
        .await?;
        let core = Arc::clone(self);
        let task = tokio::spawn(async move {
            let answer = session.client.deposit(Dseq::new(dseq), amount).await;
            let result = match answer {
                Ok(detail) => core
                    .added(id, &detail, amount)
                    .await
                    .map_err(|error| error.done("It was set aside")),
                Err(error) => {
                    // Whether this could be written down or not: what came of the money is what the person must hear.
                    let said = errors::say(&error, Doing::AddFunds);
                    let told = core.happened(id, Tone::Attention, said.title.clone());
                    if let Err(error) = told.await {
                        core.lost(id, &error);
                    }
                    if let Ok(detail) = session.client.deployment(Dseq::new(dseq)).await
                        && let Err(error) = core.hear(id, &detail).await
                    {
                        core.lost(id, &error);
                    }
                    Err(said)
                }
            };
            core.read_balances(&session).await;
            drop(busy);
            result
        });
        task.await
            .unwrap_or_else(|_| Err(AppError::new(Code::Internal, "Aloft could not do that.")))
    }

    async fn added(
        &self,
        id: Uuid,
        detail: &akash_console::DeploymentDetail,
        amount: akash_market::Usd,
    ) -> Result<(), AppError> {
        let news = self.hear(id, detail).await?;
        self.tell(id, &news);
        let text = format!("${} more set aside", words::cost(amount));
        self.happened(id, Tone::Good, text).await
    }

    async fn happened(&self, id: Uuid, tone: Tone, text: String) -> Result<(), AppError> {
        let now = self.now();
        self.change(id, |_, happened| {
            happened.push(Happening::new(now, tone, text));
            Ok(())
        })
        .await
    }

    pub(crate) async fn set_auto_funding(&self, id: Uuid, on: bool) -> Result<(), AppError> {
        let session = self.session_of(id).await?;
        let record = self.record(id).await?;
        let Some(dseq) = record
            .dseq
            .filter(|_| record.ours && !record.phase.is_over())
        else {
            return Err(
                AppError::not_now("Only deployments made here can be switched here.")
                    .next("Take it over first."),
            );
        };
        let set = session
            .client
            .set_auto_top_up(Dseq::new(dseq), on)
            .await
            .map_err(|error| errors::say(&error, Doing::Setting))?;
        let now = self.now();
        self.change(id, |record, happened| {
            record.auto_funding = Some(set.auto_top_up_enabled);
            happened.push(Happening::new(
                now,
                Tone::Quiet,
                if set.auto_top_up_enabled {
                    "Automatic funding switched on"
                } else {
                    "Automatic funding switched off"
                },
            ));
            Ok(())
        })
        .await
        .map_err(|error| error.done("It was switched"))
    }

    pub(crate) async fn rename(&self, id: Uuid, name: &str) -> Result<(), AppError> {
        let name: String = name
            .trim()
            .chars()
            .filter(|c| !c.is_control())
            .take(draft::NAME)
            .collect();
        if name.is_empty() {
            return Err(AppError::input("A deployment needs a name."));
        }
        self.change(id, |record, _| {
            record.name = name;
            Ok(())
        })
        .await
    }

    pub(crate) async fn take_over(&self, id: Uuid) -> Result<(), AppError> {
        let now = self.now();
        self.change(id, |record, happened| {
            record.ours = true;
            record.since = now;
            // Who runs it already needs no manifest from here; Aloft has none.
            if record.running().next().is_some() {
                record.run.delivered.get_or_insert(now);
            }
            happened.push(Happening::new(now, Tone::Quiet, "Taken over"));
            Ok(())
        })
        .await
    }

    /// Removes a record that holds no money.
    pub(crate) async fn forget(self: &Arc<Self>, id: Uuid) -> Result<(), AppError> {
        let record = self.record(id).await?;
        let _busy = self.occupy(id).ok_or_else(Self::occupied)?;
        let _writing = self.hold().await;
        if !(record.phase.is_over()
            || matches!(
                record.phase,
                Phase::NotSent | Phase::Refused | Phase::Unclear
            ))
        {
            return Err(AppError::not_now(
                "This deployment still holds money. Close it first.",
            ));
        }
        self.journal.forget(id).await?;
        let account = self
            .session()
            .map(|session| session.account)
            .unwrap_or_default();
        let past = self.journal.past_count(account).await?;
        self.with(|state| {
            state.records.remove(&id);
            state.past = past;
            if state.look == Some(id) {
                state.look = None;
                state.looked = None;
            }
        });
        Ok(())
    }
}

/// The bids that were chosen, one open one for every group.
fn targets(record: &Record, choices: &[Choice]) -> Result<(u64, Vec<Target>), AppError> {
    let (Some(dseq), Phase::Choosing) = (record.dseq, record.phase) else {
        return Err(AppError::not_now("There is nothing to choose right now.")
            .next("Look at its state: something changed meanwhile."));
    };
    let mut targets = Vec::new();
    for gseq in record.gseqs() {
        let choice = choices
            .iter()
            .find(|choice| choice.gseq == gseq)
            .ok_or_else(|| AppError::input("Choose a provider for every part first."))?;
        let bid = record
            .bids
            .iter()
            .find(|bid| bid.gseq == gseq && bid.provider == choice.provider && bid.open());
        let bid = bid.ok_or_else(|| {
            AppError::new(Code::BidGone, "This bid is no longer open.")
                .meaning("No lease was taken; nothing is charged.")
                .next("Choose another one.")
        })?;
        targets.push(Target {
            gseq,
            oseq: bid.oseq,
            provider: bid.provider.clone(),
        });
    }
    if targets.is_empty() {
        return Err(AppError::not_now("No bid has arrived yet."));
    }
    Ok((dseq, targets))
}

/// The leases that stand, as targets of the call that sends the manifest again.
pub(crate) fn standing(record: &Record) -> Vec<Target> {
    record
        .running()
        .map(|lease| Target {
            gseq: lease.gseq,
            oseq: lease.oseq,
            provider: lease.provider.clone(),
        })
        .collect()
}
