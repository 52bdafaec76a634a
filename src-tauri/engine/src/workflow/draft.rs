//! The file being checked, from being given to being asked for.

mod shelf;

use std::sync::Arc;

use akash_market::Usd;
use akash_sdl::Checked;
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    derive::check_context,
    derive::funding,
    journal::{SavedDraft, TimelineEntry},
    present::summary,
    present::words,
    record::{Phase, Record, What},
    state::{Core, State},
    view::{
        AccountKind, AppError, Blocked, BlockedBy, ConnectionState, Draft, DraftMoney, DraftText,
        Link, Rule, Tone,
    },
    workflow::files,
    workflow::rule_words,
    workflow::settings,
};
pub(crate) use shelf::{Coming, Shelf};

/// The draft in memory: its text, and what was found in it.
#[derive(Clone)]
pub(crate) struct DraftState {
    pub(crate) id: u32,
    pub(crate) rev: u32,
    pub(crate) restored: bool,
    /// The text as it can be had again from where it came, where it can.
    pub(crate) original: Option<String>,
    pub(crate) saved: SavedDraft,
    pub(crate) checked: Arc<Checked>,
}

impl Core {
    /// Reads the draft that an earlier run left, and what is kept.
    pub(crate) async fn restore_draft(self: &Arc<Self>) -> Result<(), AppError> {
        self.adopt_kept_files().await;
        self.list_recent().await;
        let Some(saved) = self.journal.draft().await? else {
            return Ok(());
        };
        let checked = self.check(saved.text.clone()).await?;
        self.with(|state| {
            state.drafts = state.drafts.wrapping_add(1);
            state.draft = Some(DraftState {
                id: state.drafts,
                rev: 0,
                restored: true,
                original: (!saved.only_here).then(|| saved.text.clone()),
                saved,
                checked,
            });
        });
        self.screen_draft();
        Ok(())
    }

    pub(crate) async fn paste_text(self: &Arc<Self>, text: String) -> Result<(), AppError> {
        files::pasted(&text)?;
        self.take(Coming::only_here(
            "pasted".into(),
            "Pasted text".into(),
            text,
        ))
        .await
    }

    pub(crate) async fn open_sample(self: &Arc<Self>, id: &str) -> Result<(), AppError> {
        let (name, text) =
            files::sample(id).ok_or_else(|| AppError::input("There is no such sample."))?;
        self.take(Coming::elsewhere(name.into(), "Sample".into(), text))
            .await
    }

    /// Puts a deployment's SDL on the check screen.
    pub(crate) async fn again(self: &Arc<Self>, id: Uuid) -> Result<(), AppError> {
        let record = self.record(id).await?;
        let text = self.journal.texts(id).await?.0;
        let text = text
            .ok_or_else(|| AppError::not_now("Aloft does not have the file of this deployment."))?;
        let source = format!("From “{}”", record.name);
        self.take(Coming::elsewhere(record.name, source, text))
            .await
    }

    pub(crate) fn draft_text(&self) -> Option<DraftText> {
        let state = self.state();
        state.draft.as_ref().map(|draft| DraftText {
            id: draft.id,
            rev: draft.rev,
            text: draft.saved.text.clone(),
        })
    }

    pub(crate) async fn edit_draft(
        self: &Arc<Self>,
        id: u32,
        text: String,
    ) -> Result<(), AppError> {
        if text.len() > files::MOST {
            return Err(AppError::input(
                "The text is larger than 512 KiB; the Console takes no larger one.",
            ));
        }
        let checked = self.check(text.clone()).await?;
        let drafting = self.drafting.lock().await;
        let saved = self.with(|state| {
            let draft = state.draft.as_mut().filter(|draft| draft.id == id)?;
            draft.rev = draft.rev.wrapping_add(1);
            draft.saved.only_here = draft.original.as_ref() != Some(&text);
            draft.saved.text.clone_from(&text);
            draft.checked = checked;
            Some(draft.saved.clone())
        });
        let Some(saved) = saved else {
            drop(drafting);
            return self.late_edit(id, text).await;
        };
        self.screen_draft();
        self.save_draft(Some(saved)).await
    }

    pub(crate) async fn set_draft(
        &self,
        id: u32,
        name: Option<String>,
        deposit: Option<String>,
    ) -> Result<(), AppError> {
        let _drafting = self.drafting.lock().await;
        let saved = self.with(|state| {
            let draft = state.draft.as_mut().filter(|draft| draft.id == id)?;
            if let Some(name) = name {
                draft.saved.name = clean(&name);
            }
            if let Some(deposit) = deposit {
                draft.saved.deposit = deposit.chars().take(20).collect();
            }
            Some(draft.saved.clone())
        });
        self.save_draft(saved).await
    }

    async fn save_draft(&self, saved: Option<SavedDraft>) -> Result<(), AppError> {
        match saved {
            Some(saved) => Ok(self.journal.save_draft(Some(saved)).await?),
            None => Err(AppError::not_now("This file is no longer open.")),
        }
    }

    /// Checks a text with what is known now.
    pub(super) async fn check(&self, text: String) -> Result<Arc<Checked>, AppError> {
        let context = check_context::context(&self.state(), &text);
        let checked =
            tokio::task::spawn_blocking(move || akash_sdl::check_with(&text, &context)).await;
        checked.map(Arc::new).map_err(|_| {
            AppError::new(
                crate::view::Code::Internal,
                "This file could not be checked.",
            )
            .next("Copy a report from Help: this is a fault of Aloft.")
        })
    }

    /// Checks the draft again, since more is known than when it was checked.
    async fn read_again(self: &Arc<Self>) {
        let draft = self.state().draft.clone();
        let Some(draft) = draft else { return };
        let Ok(checked) = self.check(draft.saved.text).await else {
            return;
        };
        self.with(|state| {
            let same = state
                .draft
                .as_mut()
                .filter(|now| (now.id, now.rev) == (draft.id, draft.rev));
            if let Some(now) = same {
                now.checked = checked;
            }
        });
        self.screen_draft();
    }

    /// Draws the draft again: credit or account changed, and so may have who could run it.
    pub(crate) fn recheck(self: &Arc<Self>) {
        self.dirty.notify_one();
        self.screen_draft();
        let core = Arc::clone(self);
        tokio::spawn(async move { core.read_again().await });
    }

    /// The draft becomes a deployment: its intent is on disk when this returns, and the create is on its way.
    pub(crate) async fn ask(
        self: &Arc<Self>,
        id: u32,
        rule: Option<Rule>,
    ) -> Result<Uuid, AppError> {
        let rule = rule.map(settings::rule).transpose()?;
        let session = self.session()?;
        let (draft, deposit) = {
            let state = self.state();
            let draft = state
                .draft
                .clone()
                .filter(|draft| draft.id == id)
                .ok_or_else(|| AppError::not_now("This file is no longer open."))?;
            if let Some(blocked) = blocked(&state, &draft) {
                return Err(AppError::not_now(blocked.text));
            }
            let deposit = match sets_aside(&state, &draft) {
                Some(usd) => usd,
                None if decided_by_console(&state) => settings::LEAST,
                None => settings::amount(&draft.saved.deposit)?,
            };
            (draft, deposit)
        };
        let Some(sdl) = &draft.checked.sdl else {
            return Err(AppError::not_now("The file has problems that stop it."));
        };
        let name = Some(draft.saved.name.trim())
            .filter(|name| !name.is_empty())
            .unwrap_or("deployment")
            .to_owned();
        let now = self.now_of(&session);
        let mut record = Record::new(
            session.account.clone(),
            name,
            summary::plan(sdl),
            deposit,
            now,
        );
        record.rule = rule;
        let id = record.id;
        self.create(session, record, draft.saved.text.clone(), Some(draft.id))
            .await?;
        Ok(id)
    }
}

/// The longest name kept, characters.
pub(crate) const NAME: usize = 80;

fn stem(name: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    clean(stem)
}

/// A name without control characters, at most [`NAME`] characters long.
pub(crate) fn clean(name: &str) -> String {
    name.chars()
        .filter(|c| !c.is_control())
        .take(NAME)
        .collect()
}

/// The draft as the window shows it.
pub(crate) fn paint(state: &State, draft: &DraftState) -> Draft {
    let findings = summary::findings(&draft.checked);
    let amount = settings::amount(&draft.saved.deposit);
    let session = state.session.as_ref();
    let trial = session.filter(|session| session.kind == AccountKind::Trial);
    let decided = decided_by_console(state);
    let credit = session
        .and_then(|session| session.balances)
        .map(|b| b.balance);
    let hour =
        draft.checked.sdl.as_ref().and_then(|sdl| {
            crate::screening::gpus_an_hour(&state.market.gpu_prices, &sdl.groups())
        });
    let lasts = |usd| {
        summary::lasts(
            draft.checked.sdl.as_ref()?,
            usd,
            hour,
            state.market.funding,
            &state.rates,
        )
    };
    Draft {
        id: draft.id,
        rev: draft.rev,
        restored: draft.restored,
        name: draft.saved.name.clone(),
        source: draft.saved.source.clone(),
        errors: u32::try_from(findings.iter().filter(|finding| finding.error).count()).unwrap_or(u32::MAX),
        findings,
        summary: draft.checked.sdl.as_ref().map(|sdl| summary::summary(sdl, state.market.funding, &state.rates)),
        fit: crate::screening::of_draft(state, draft.id, draft.rev),
        money: DraftMoney {
            deposit: draft.saved.deposit.clone(),
            problem: amount.as_ref().err().map(|error| error.title.clone()),
            lasts: amount.as_ref().ok().copied().and_then(lasts),
            proposal: amount
                .ok()
                .zip(hour)
                .filter(|_| !decided)
                .and_then(|(usd, hour)| summary::propose(usd, hour, credit)),
            funding: session.filter(|session| session.kind != AccountKind::Trial).map(|_| {
                let said = funding::general(state.market.funding);
                let off = if state.market.funding.can_switch() { " You can switch that off before you start." } else { "" };
                format!("{said}{off}")
            }),
            credit: credit.map(|usd| usd.round_down(2)),
            decided_by_console: decided,
            sets_aside: sets_aside(state, draft).map(|usd| usd.round_up(2)),
            trial: trial.map(|_| "On trial, Akash stops a deployment 24 hours after its lease begins, and the largest GPUs are not included.".to_owned()),
        },
        blocked: blocked(state, draft),
    }
}

/// Whether the Console sets aside what it thinks right: it says so, or was seen to.
fn decided_by_console(state: &State) -> bool {
    let session = state.session.as_ref();
    session.is_some_and(|session| session.note.deposit_ignored)
        || state.market.funding.deposit().is_some()
}

/// What asking for prices sets aside, USD; `None` where that is not known.
fn sets_aside(state: &State, draft: &DraftState) -> Option<Usd> {
    match state.market.funding.deposit() {
        Some(usd) => Some(usd),
        None if decided_by_console(state) => None,
        None => settings::amount(&draft.saved.deposit).ok(),
    }
}

fn blocked(state: &State, draft: &DraftState) -> Option<Blocked> {
    let by = |by, text: String, link| {
        Some(Blocked {
            by,
            text,
            link,
            instead: None,
        })
    };
    let errors = draft
        .checked
        .findings
        .iter()
        .filter(|f| f.severity.stops())
        .count();
    if errors > 0 {
        let stop = if errors == 1 { "stops" } else { "stop" };
        return by(
            BlockedBy::Findings,
            format!("{} {stop} this.", words::count(errors, "problem")),
            None,
        );
    }
    let Some(session) = &state.session else {
        return by(
            BlockedBy::NotConnected,
            "Connect your Console account to ask for prices, or try this in the demo.".into(),
            None,
        );
    };
    if matches!(
        state.connection.state,
        ConnectionState::Offline | ConnectionState::Refused
    ) {
        return by(
            BlockedBy::Offline,
            "The Console cannot be reached right now. The file stays here.".into(),
            None,
        );
    }
    if !session.confirmed {
        return by(
            BlockedBy::Offline,
            "Aloft is asking the Console whose key this is. The file stays here.".into(),
            None,
        );
    }
    let needs = match sets_aside(state, draft) {
        Some(usd) => usd,
        None if decided_by_console(state) => settings::LEAST,
        None => match settings::amount(&draft.saved.deposit) {
            Ok(amount) => amount,
            Err(error) => return by(BlockedBy::Amount, error.title, None),
        },
    };
    if let Some(credit) = session.balances.map(|b| b.balance)
        && credit < needs
    {
        let less = credit >= settings::LEAST && !decided_by_console(state);
        let text = if needs <= settings::LEAST || credit < settings::LEAST {
            format!("Needs about $0.50; you have ${}.", words::left(credit))
        } else {
            format!(
                "You have ${}: {}add credit.",
                words::left(credit),
                if less { "set aside less, or " } else { "" }
            )
        };
        return Some(Blocked {
            by: BlockedBy::Credit,
            text,
            link: Some(Link::AddCredit),
            instead: less.then(|| credit.round_down(2)),
        });
    }
    if state
        .living()
        .any(|record| matches!(record.phase, Phase::Creating | Phase::Unclear))
    {
        return by(
            BlockedBy::Busy,
            "Another deployment is being created. Aloft creates one at a time, so that nothing is created twice."
                .into(),
            None,
        );
    }
    None
}

/// The happening of asking.
pub(crate) fn asked(at: Timestamp, deposit: Usd, rule: Option<&Rule>) -> TimelineEntry {
    let rule = rule.map(|rule| format!(", to accept {} on its own", rule_words(rule)));
    let text = format!(
        "Asked for prices, setting aside up to ${}{}",
        words::cost(deposit),
        rule.unwrap_or_default()
    );
    TimelineEntry::new(at, Tone::Busy, text)
}

/// Whether a record waits for its create to be settled.
pub(crate) fn creating(record: &Record) -> bool {
    matches!(record.phase, Phase::Creating | Phase::Unclear)
        && matches!(
            record.intent.as_ref().map(|intent| &intent.what),
            Some(What::Create { .. })
        )
}
