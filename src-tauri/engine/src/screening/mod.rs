//! Who could run a file, and what keeps the others away: asked of the Console before anything is paid, and again when nobody bids.
//!
//! A relaxed requirement is a change of the file's text, and what is counted is what the changed text asks for. All of it is advice: it is
//! silent about what can't be known, and nothing is spent by it.

mod gpus;
mod price;
mod request;
mod search;

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    sync::Arc,
    time::Duration,
};

use akash_market::{Decimal, Usd};
use tokio::{sync::oneshot, task::AbortHandle, time::Instant};
use uuid::Uuid;

use crate::{
    derive::check_context,
    present,
    record::Record,
    state::{Core, Session, State},
    view::{AppError, Edit, Fit, Fix, GroupFit, Place, Relaxed},
};
pub(crate) use price::gpus_an_hour;

/// A person types on: what is asked waits for a pause, as the web Console's does (`SCREENING_DEBOUNCE_MS`).
const PAUSE: Duration = Duration::from_millis(400);
/// Where nothing could be found out, it is tried again after so long.
const AGAIN: Duration = Duration::from_secs(30);
/// Deployments whose reasons are kept.
const RECORDS: usize = 20;

/// What was found out, or is being found out.
#[derive(Default)]
pub(crate) struct Screenings {
    draft: Option<Screening>,
    records: HashMap<Uuid, Screening>,
}

/// Of one text.
struct Screening {
    /// The draft's `id` and `rev`.
    of: (u32, u32),
    began: Instant,
    busy: bool,
    groups: Vec<GroupScreening>,
    task: AbortHandle,
}

impl Screening {
    /// Nothing could be found out: the Console does not screen, or can't be reached.
    fn silent(&self) -> bool {
        !self.busy && self.groups.is_empty()
    }

    /// Whether to try once more.
    fn again(&self) -> bool {
        self.silent() && self.began.elapsed() >= AGAIN
    }
}

impl Drop for Screening {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Of one group.
#[derive(Clone, Debug, Default, PartialEq)]
struct GroupScreening {
    gseq: u32,
    name: Option<String>,
    /// Addresses of the providers that fit.
    fits: Vec<String>,
    text: String,
    relaxed: Vec<OfferedChange>,
    notes: Vec<String>,
    /// What it usually costs a month.
    usual: Option<Usd>,
}

/// A requirement, and the text that asks less.
#[derive(Clone, Debug, PartialEq)]
struct OfferedChange {
    asks: String,
    label: String,
    fits: Option<usize>,
    about: Option<String>,
    text: String,
    /// What leads from the text to `text`.
    edits: Vec<Edit>,
}

impl OfferedChange {
    /// What the person saw is what is done: two changes that read alike differ in their text.
    fn id(&self, gseq: u32) -> String {
        let mut text = DefaultHasher::new();
        self.text.hash(&mut text);
        format!("{gseq} {:x}", text.finish())
    }
}

/// What is searched for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Subject {
    Draft(u32, u32),
    Record(Uuid),
}

impl Core {
    /// Finds out who could run the draft, once the person pauses. What was found about an earlier text is forgotten.
    pub(crate) fn screen_draft(self: &Arc<Self>) {
        let (of, sdl, text, session) = {
            let mut state = self.state();
            let draft = state.draft.as_ref().and_then(|draft| {
                // What the chain refuses can't be sent, so that who could run it is no question.
                let sdl = draft
                    .checked
                    .sdl
                    .clone()
                    .filter(|_| !draft.checked.stops())?;
                Some(((draft.id, draft.rev), sdl, draft.saved.text.clone()))
            });
            let session = state.session.clone().filter(|session| session.confirmed);
            let (Some((of, sdl, text)), Some(session)) = (draft, session) else {
                state.market.screenings.draft = None;
                return;
            };
            let found = state.market.screenings.draft.as_ref();
            if found.is_some_and(|found| found.of == of && !found.again()) {
                return;
            }
            (of, sdl, text, session)
        };
        let core = Arc::clone(self);
        let task = tokio::spawn(async move {
            tokio::time::sleep(PAUSE).await;
            search::run(&core, &session, Subject::Draft(of.0, of.1), &sdl, &text).await;
        });
        self.with(|state| {
            // Numbers that are counted anew stay on the screen until then: nothing jumps while one types.
            let mut old = state.market.screenings.draft.take();
            let same = old.as_ref().is_some_and(|old| old.of.0 == of.0);
            let groups = old.as_mut().map(|old| std::mem::take(&mut old.groups));
            let stale = groups.filter(|_| same).unwrap_or_default();
            state.market.screenings.draft = Some(Screening {
                of,
                began: Instant::now(),
                busy: true,
                groups: stale
                    .into_iter()
                    .map(GroupScreening::without_changes)
                    .collect(),
                task: task.abort_handle(),
            });
        });
    }

    /// Finds out why nobody bids, once for each deployment.
    pub(crate) async fn screen_record(
        self: &Arc<Self>,
        session: &Session,
        id: Uuid,
    ) -> Result<(), AppError> {
        if let Some(found) = self.state().market.screenings.records.get(&id)
            && !found.again()
        {
            return Ok(());
        }
        let Some(text) = self.journal.texts(id).await?.0 else {
            return Ok(());
        };
        let context = check_context::context(&self.state(), &text);
        let checked = tokio::task::spawn_blocking(move || {
            let sdl = akash_sdl::check_with(&text, &context).sdl;
            sdl.map(|sdl| (sdl, text))
        });
        let Ok(Some((sdl, text))) = checked.await else {
            return Ok(());
        };
        let (core, session) = (Arc::clone(self), session.clone());
        // It has its place before it finds anything.
        let (go, placed) = oneshot::channel();
        let task = tokio::spawn(async move {
            let _ = placed.await;
            search::run(&core, &session, Subject::Record(id), &sdl, &text).await;
        });
        let found = Screening {
            of: (0, 0),
            began: Instant::now(),
            busy: true,
            groups: Vec::new(),
            task: task.abort_handle(),
        };
        self.with(|state| {
            let living = &state.records;
            let records = &mut state.market.screenings.records;
            records.retain(|id, _| living.contains_key(id));
            if records.len() >= RECORDS
                && let Some(oldest) = records.iter().min_by_key(|(_, found)| found.began)
            {
                let oldest = *oldest.0;
                records.remove(&oldest);
            }
            records.insert(id, found);
        });
        let _ = go.send(());
        Ok(())
    }

    /// Takes in what was found about a text that is still the one.
    fn found(&self, of: Subject, groups: &[GroupScreening], busy: bool) {
        self.with(|state| {
            let fits = &mut state.market.screenings;
            let found = match of {
                Subject::Draft(id, rev) => {
                    fits.draft.as_mut().filter(|found| found.of == (id, rev))
                }
                Subject::Record(id) => fits.records.get_mut(&id),
            };
            if let Some(found) = found {
                found.groups = groups.to_vec();
                found.busy = busy;
            }
        });
    }

    /// The text of a deployment with a requirement relaxed, as it was offered.
    ///
    /// # Errors
    /// When it is not offered any more.
    pub(crate) fn relaxed(&self, id: Uuid, relaxed: &str) -> Result<(String, String), AppError> {
        let state = self.state();
        let groups = state
            .market
            .fits
            .records
            .get(&id)
            .map(|found| &found.groups);
        groups
            .into_iter()
            .flatten()
            .flat_map(|group| group.relaxed.iter().map(move |one| (group.gseq, one)))
            .find(|(gseq, one)| one.id(*gseq) == relaxed)
            .map(|(_, one)| (one.text.clone(), one.label.clone()))
            .ok_or_else(|| AppError::not_now("This change is not offered any more."))
    }
}

impl GroupScreening {
    /// What was found about an earlier text: its changes would undo what was typed since.
    fn without_changes(self) -> Self {
        Self {
            relaxed: Vec::new(),
            ..self
        }
    }
}

/// Of the draft, for the check screen.
pub(crate) fn of_draft(state: &State, id: u32, rev: u32) -> Option<Fit> {
    let found = state.market.screenings.draft.as_ref()?;
    let there = found.of == (id, rev) && !found.silent();
    there.then(|| shown(state, found, true))
}

/// Of a deployment that nobody bids on.
pub(crate) fn of_record(state: &State, record: &Record) -> Option<Fit> {
    let found = state.market.screenings.records.get(&record.id)?;
    (!found.silent()).then(|| shown(state, found, false))
}

/// With `fixes` for an editor, or to be asked for by name.
fn shown(state: &State, found: &Screening, fixes: bool) -> Fit {
    let groups = found.groups.iter().map(|group| GroupFit {
        gseq: group.gseq,
        name: group.name.clone(),
        fits: to_u32_saturating(group.fits.len()),
        text: group.text.clone(),
        places: places(state, &group.fits),
        relaxed: group
            .relaxed
            .iter()
            .map(|one| Relaxed {
                id: one.id(group.gseq),
                asks: one.asks.clone(),
                label: one.label.clone(),
                fits: one.fits.map(to_u32_saturating),
                about: one.about.clone(),
                fix: fixes.then(|| Fix {
                    label: one.label.clone(),
                    edits: one.edits.clone(),
                }),
            })
            .collect(),
        notes: group.notes.clone(),
    });
    let groups: Vec<GroupFit> = groups.collect();
    let usual = usual(found);
    Fit {
        busy: found.busy,
        usual: usual.map(|usd| usd.round_up(2)),
        limit: usual.and_then(proposed),
        groups,
    }
}

/// What all groups usually cost a month together; `None` where one is not known.
fn usual(found: &Screening) -> Option<Usd> {
    let mut sum = Usd::ZERO;
    for group in &found.groups {
        sum = sum.saturating_add(group.usual?);
    }
    (!found.busy && !sum.is_zero()).then_some(sum)
}

/// A limit for *Deploy for me* that usual prices keep: half as much again, in whole dollars.
fn proposed(usual: Usd) -> Option<crate::view::Usd> {
    let most = usual.checked_mul(Decimal::from_parts(15, 0, 0, false, 1))?;
    Some(Usd::new(most.decimal().ceil()).round_up(2))
}

fn to_u32_saturating(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn edits(old: &str, new: &str) -> Vec<Edit> {
    akash_sdl::edit::difference(old, new)
        .into_iter()
        .map(|edit| Edit {
            from: edit.from,
            to: edit.to,
            insert: edit.insert,
        })
        .collect()
}

/// Where those that fit are, most first.
fn places(state: &State, fits: &[String]) -> Vec<Place> {
    let mut counts: HashMap<String, u32> = HashMap::new();
    for owner in fits {
        let provider = state.providers.get(owner);
        if let Some(area) = provider.and_then(|provider| present::area(provider)) {
            *counts.entry(area).or_default() += 1;
        }
    }
    let mut places: Vec<Place> = counts
        .into_iter()
        .map(|(area, fits)| Place { area, fits })
        .collect();
    places.sort_by(|a, b| b.fits.cmp(&a.fits).then_with(|| a.area.cmp(&b.area)));
    places
}
