//! The search: who fits, and for each requirement by itself, who would fit without it. A bounded number of questions, two at once.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use akash_console::GpuPrice;
use akash_sdl::{EndpointKind, GpuModel, Group, Instead, Relaxation, Requirement, Sdl};
use futures_util::StreamExt as _;

use super::{
    edits::edits,
    gpus, price,
    request::request,
    steps::{halves, profile},
    subject::Subject,
};
use crate::{
    derive::check_context,
    state::{
        Session,
        core::Core,
        market::Outages,
        screening::{Change, GpuChoice, GroupScreening, OfferedChange, Verdict},
    },
    view::AccountKind,
};

/// Questions asked of the Console for one text.
const QUESTIONS: u32 = 60;
/// Questions under way at once.
const AT_ONCE: usize = 2;
/// With so many who fit, what keeps the others away is of no use to anybody.
const ENOUGH: usize = 10;
/// Requirements of a group that are tried.
const TRIED: usize = 24;
/// Changes that are offered for a group.
const OFFERED: usize = 6;
/// Classes that volumes which persist may have, the fastest first.
const CLASSES: [&str; 3] = ["beta3", "beta2", "beta1"];
/// The least that sizes are brought down to: thousandths of a core, bytes.
const LEAST_CPU: u64 = 100;
const LEAST_BYTES: u64 = 128 << 20;

/// Searches all groups of a text, and says after each what was found. Where the Console does not screen, nothing is said.
pub(super) async fn run(core: &Arc<Core>, session: &Session, of: Subject, sdl: &Sdl, text: &str) {
    let groups = sdl.groups();
    let search = Search {
        core,
        session,
        of,
        sdl,
        text,
        prices: prices(core, session, &groups).await,
        trial: session.kind == AccountKind::Trial,
        left: AtomicU32::new(QUESTIONS),
    };
    let mut found: Vec<GroupScreening> = Vec::new();
    for group in &groups {
        let Some(mut one) = search.group(group).await else {
            break;
        };
        one.name = (groups.len() > 1).then(|| group.name.clone());
        found.push(one);
    }
    // What is known so far is worth showing while the rest is found out.
    take_found(core, of, &found, true);
    for index in 0..found.len() {
        if let (Some(group), Some(one)) = (groups.get(index), found.get_mut(index)) {
            search.relax(group, one).await;
            take_found(core, of, &found, true);
        }
    }
    take_found(core, of, &found, false);
}

/// Takes in what was found about a text that is still the one.
fn take_found(core: &Core, of: Subject, groups: &[GroupScreening], busy: bool) {
    core.with(|state| {
        let fits = &mut state.market.screenings;
        let found = match of {
            Subject::Draft(id, rev) => fits.draft.as_mut().filter(|found| found.of == (id, rev)),
            Subject::Record(id) => fits.records.get_mut(&id),
        };
        if let Some(found) = found {
            found.groups = groups.to_vec();
            found.busy = busy;
        }
    });
}

/// What GPUs cost, read now where a file asks for some and it is not known yet.
async fn prices(core: &Core, session: &Session, groups: &[Group]) -> Vec<GpuPrice> {
    let known = core.state().market.gpu_prices.clone();
    let asks = groups
        .iter()
        .any(|group| group.resources.iter().any(|unit| unit.gpu.is_some()));
    if !known.is_empty() || !asks {
        return known;
    }
    let Some(read) = core.answer(session.client.gpu_prices().await) else {
        return known;
    };
    core.with(|state| state.market.gpu_prices.clone_from(&read.models));
    read.models
}

struct Search<'a> {
    core: &'a Arc<Core>,
    session: &'a Session,
    of: Subject,
    sdl: &'a Sdl,
    text: &'a str,
    prices: Vec<GpuPrice>,
    trial: bool,
    left: AtomicU32,
}

/// A relaxed text, and who fits it.
struct Tried {
    instead: Instead,
    text: String,
    fits: usize,
}

impl Search<'_> {
    /// `None`: the Console did not answer.
    async fn group(&self, group: &Group) -> Option<GroupScreening> {
        let gseq = group.gseq;
        let mut fits = self.fitting(self.sdl, gseq).await?;
        let shut_out = self.shut_out(group);
        if shut_out {
            fits.clear();
        }
        let asks_gpu = group.resources.iter().any(|unit| unit.gpu.is_some());
        let mut found = GroupScreening {
            gseq,
            name: None,
            verdict: Verdict::Count {
                fits: fits.len(),
                providers: self.providers(),
                unanswered: matches!(self.of, Subject::Record(_)) && !fits.is_empty(),
            },
            fits,
            offered: Vec::new(),
            trial_hides_gpus: self.trial && !shut_out && asks_gpu,
            usual: None,
        };
        if let Some(usual) = price::usual(&self.session.client, &self.prices, group).await {
            found.usual = Some(usual.per_month());
            let (rates, funding) = {
                let state = self.core.state();
                (state.rates, state.market.funding)
            };
            let (sdl, group, text) = (self.sdl.clone(), group.clone(), self.text.to_owned());
            let raised = tokio::task::spawn_blocking(move || {
                price::raise(&sdl, &group, &text, &usual, funding, &rates)
            });
            found.offered.extend(raised.await.ok().flatten());
        }
        Some(found)
    }

    /// Tries each requirement of a group that few fit.
    async fn relax(&self, group: &Group, found: &mut GroupScreening) {
        let base = found.fits.len();
        if base >= ENOUGH {
            return;
        }
        let shut_out = self.shut_out(group);
        let listed: Vec<Relaxation> = self
            .sdl
            .relaxations()
            .into_iter()
            .filter(|one| {
                let gpus = matches!(one.what, Requirement::GpuModels { .. });
                let price = matches!(one.what, Requirement::Price { .. });
                one.gseq == group.gseq && !price && (gpus || !shut_out)
            })
            .take(TRIED)
            .collect();
        let tried = futures_util::stream::iter(listed).map(|one| async move {
            let tried = self.loosest(&one).await;
            (one, tried)
        });
        let tried: Vec<(Relaxation, Option<Tried>)> = tried.buffered(AT_ONCE).collect().await;
        let answered = tried.iter().all(|(_, tried)| tried.is_some());
        let mut helps: Vec<(Relaxation, Tried)> = tried
            .into_iter()
            .filter_map(|(one, tried)| Some((one, tried?)))
            .filter(|(_, tried)| tried.fits > base)
            .collect();
        // What excludes most stands first. Without a volume its size and class don't matter either, so that is the last thing to give up.
        helps.sort_by_key(|(one, tried)| {
            let last = matches!(one.what, Requirement::Persistent { .. });
            (last, std::cmp::Reverse(tried.fits))
        });
        if base == 0 {
            let providers = self.providers();
            found.verdict = match helps.first() {
                _ if shut_out => Verdict::NotOnTrial,
                Some((first, _)) => Verdict::Lacks {
                    providers,
                    what: first.what.clone(),
                },
                None if answered => Verdict::Together { providers },
                None => found.verdict.clone(),
            };
        }
        let mut relaxed: Vec<OfferedChange> = Vec::new();
        for (one, loosest) in helps {
            if relaxed.len() >= OFFERED {
                break;
            }
            for offer in self.offers(&one, loosest, base).await {
                if relaxed.iter().all(|other| other.text != offer.text) {
                    relaxed.push(offer);
                }
            }
        }
        // Where providers fit and don't bid, a low limit is the likely reason; else what excludes everybody comes first.
        let at = if base == 0 { 0 } else { found.offered.len() };
        found.offered.splice(at..at, relaxed);
    }

    /// On trial, and no GPU that the group names is included in one.
    fn shut_out(&self, group: &Group) -> bool {
        self.trial && gpus::asks_only(group, |model| !gpus::on_trial(model))
    }

    /// What shows whether a requirement matters: nothing of it at all. A trial's GPUs are none that it could have, and a volume has some class.
    async fn loosest(&self, one: &Relaxation) -> Option<Tried> {
        match &one.what {
            Requirement::GpuModels { .. } if self.trial => {
                let included = gpus::named(&self.prices, |price| gpus::on_trial(&price.model));
                self.try_out(one, Instead::Models(included)).await
            }
            Requirement::StorageClass { class, .. } => {
                let mut best: Option<Tried> = None;
                for other in CLASSES.iter().filter(|other| *other != class) {
                    let tried = self.try_out(one, Instead::Class((*other).to_owned())).await;
                    let fits = |tried: &Option<Tried>| tried.as_ref().map(|tried| tried.fits);
                    if fits(&tried) > fits(&best) {
                        best = tried;
                    }
                }
                best
            }
            _ => self.try_out(one, Instead::Drop).await,
        }
    }

    /// What to ask instead of a requirement that matters: as little less as helps.
    async fn offers(&self, one: &Relaxation, loosest: Tried, base: usize) -> Vec<OfferedChange> {
        // Where a group has several compute profiles, sizes are of one of them.
        let several = self.profiles(one.gseq) > 1;
        let offer = |tried: Tried, gpus: Option<GpuChoice>| OfferedChange {
            change: Change::Relax {
                what: one.what.clone(),
                instead: tried.instead,
                gpus,
            },
            profile: profile(&one.what).filter(|_| several).map(str::to_owned),
            fits: Some(tried.fits),
            edits: edits(self.text, &tried.text),
            text: tried.text,
        };
        let steps = match &one.what {
            Requirement::Cpu { milli, .. } => halves(*milli, LEAST_CPU, 1_000),
            Requirement::Memory { bytes, .. } | Requirement::Disk { bytes, .. } => {
                halves(*bytes, LEAST_BYTES, 1)
            }
            Requirement::GpuUnits { units, .. } => halves(*units, 1, 1),
            Requirement::Replicas { count, .. } => halves((*count).into(), 1, 1),
            Requirement::GpuModels { models, .. } => {
                return self.gpus(one, models, loosest, base, offer).await;
            }
            _ => return vec![offer(loosest, None)],
        };
        match self.largest(one, &steps, base).await {
            Some(tried) => vec![offer(tried, None)],
            None => Vec::new(),
        }
    }

    /// Compute profiles of a group.
    fn profiles(&self, gseq: u32) -> usize {
        let listed = self.sdl.relaxations();
        let of_group = listed.iter().filter(|one| one.gseq == gseq);
        let names: std::collections::BTreeSet<_> =
            of_group.filter_map(|one| profile(&one.what)).collect();
        names.len()
    }

    /// A GPU with as much memory, and any at all.
    async fn gpus(
        &self,
        one: &Relaxation,
        models: &[GpuModel],
        loosest: Tried,
        base: usize,
        offer: impl Fn(Tried, Option<GpuChoice>) -> OfferedChange,
    ) -> Vec<OfferedChange> {
        if self.trial {
            return vec![offer(loosest, Some(GpuChoice::OnTrial))];
        }
        let mut offers = Vec::new();
        let least = models
            .iter()
            .map(|model| gpus::ram(&self.prices, model))
            .min()
            .flatten();
        if let Some(least) = least {
            let enough = Instead::Models(gpus::with_memory(&self.prices, least));
            if let Some(tried) = self.try_out(one, enough).await
                && tried.fits > base
            {
                offers.push(offer(tried, Some(GpuChoice::Memory(least))));
            }
        }
        if offers
            .first()
            .is_none_or(|with| with.fits < Some(loosest.fits))
        {
            offers.push(offer(loosest, None));
        }
        offers
    }

    /// The largest amount with which more fit. Who has room for more has room for less, so the middle tells which half to look in.
    async fn largest(&self, one: &Relaxation, steps: &[u64], base: usize) -> Option<Tried> {
        let (mut low, mut high) = (0, steps.len());
        let mut best = None;
        while low < high {
            let middle = low + (high - low) / 2;
            let amount = *steps.get(middle)?;
            match self.try_out(one, Instead::Amount(amount)).await {
                Some(tried) if tried.fits > base => {
                    best = Some(tried);
                    high = middle;
                }
                Some(_) => low = middle + 1,
                None => break,
            }
        }
        best
    }

    /// `None`: it can't be changed like that, or there is no answer.
    async fn try_out(&self, one: &Relaxation, instead: Instead) -> Option<Tried> {
        let (one, text, asked) = (one.clone(), self.text.to_owned(), instead.clone());
        let gseq = one.gseq;
        let context = check_context::context(&self.core.state(), &text);
        let changed = tokio::task::spawn_blocking(move || {
            let changed = one.apply_with(&text, &asked, &context).ok()?;
            Some((akash_sdl::check_with(&changed, &context).sdl?, changed))
        });
        let (sdl, text) = changed.await.ok()??;
        let fits = self.fitting(&sdl, gseq).await?.len();
        Some(Tried {
            instead,
            text,
            fits,
        })
    }

    /// Addresses of who could run a group.
    async fn fitting(&self, sdl: &Sdl, gseq: u32) -> Option<Vec<String>> {
        let asked = sdl
            .requirements()
            .into_iter()
            .find(|one| one.gseq == gseq)?;
        let group = sdl.groups().into_iter().find(|one| one.gseq == gseq)?;
        self.left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(1)
            })
            .ok()?;
        let answer = self.session.client.bid_screening(&request(&asked)).await;
        // Advice that does not come says nothing about the line: nothing is kept from a person for it.
        let screened = answer
            .inspect_err(|error| tracing::debug!(%error, "no screening"))
            .ok()?
            .providers;
        // Screening does not look at endpoints: who leases IP addresses is known from the list.
        let wants_ip = group.resources.iter().any(|unit| {
            let mut kinds = unit.endpoints.iter().map(|endpoint| endpoint.kind);
            kinds.any(|kind| kind == EndpointKind::LeasedIp)
        });
        let now = self.core.now();
        let mut state = self.core.state();
        let mut fits = Vec::new();
        for one in screened {
            let known = state.providers.get(&one.owner);
            let has_ip = known.is_none_or(|provider| provider.leases_ips != Some(false));
            if !wants_ip || has_ip {
                fits.push(one.owner.clone());
            }
            let outages = Outages {
                read: now,
                incidents: one.incidents,
            };
            state.market.outages.insert(one.owner, outages);
        }
        Some(fits)
    }

    /// How many could be asked at all: audited ones that answer. `None` while the list is not here.
    fn providers(&self) -> Option<usize> {
        let state = self.core.state();
        let there = state
            .providers
            .values()
            .filter(|one| one.is_online == Some(true) && one.is_audited != Some(false));
        Some(there.count()).filter(|count| *count > 0)
    }
}
