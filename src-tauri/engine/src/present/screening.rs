//! Who could run a file, in words: how many providers fit, what keeps the others away, what a button would ask instead.

use std::collections::HashMap;

use akash_market::{Decimal, Usd};
use akash_sdl::{GpuModel, Instead, Requirement};

use super::words;
use crate::{
    derive::providers,
    record::Record,
    state::{
        State,
        screening::{Change, GpuChoice, OfferedChange, Screening, Verdict},
    },
    view::{Eligibility, Fix, GroupEligibility, Place, Relaxed},
};

/// Of the draft, for the check screen.
pub(crate) fn of_draft(state: &State, id: u32, rev: u32) -> Option<Eligibility> {
    let found = state.market.screenings.draft.as_ref()?;
    let there = found.of == (id, rev) && !found.silent();
    there.then(|| shown(state, found, true))
}

/// Of a deployment that nobody bids on.
pub(crate) fn of_record(state: &State, record: &Record) -> Option<Eligibility> {
    let found = state.market.screenings.records.get(&record.id)?;
    (!found.silent()).then(|| shown(state, found, false))
}

/// With `fixes` for an editor, or to be asked for by name.
fn shown(state: &State, found: &Screening, fixes: bool) -> Eligibility {
    let groups = found.groups.iter().map(|group| GroupEligibility {
        gseq: group.gseq,
        name: group.name.clone(),
        fits: to_u32_saturating(group.fits.len()),
        text: verdict(&group.verdict),
        places: places(state, &group.fits),
        relaxed: group
            .offered
            .iter()
            .map(|one| Relaxed {
                id: one.id(group.gseq),
                asks: asks_of(one),
                label: label_of(one),
                fits: one.fits.map(to_u32_saturating),
                about: about_of(one),
                fix: fixes.then(|| Fix {
                    label: label_of(one),
                    edits: one.edits.clone(),
                }),
            })
            .collect(),
        notes: group
            .trial_hides_gpus
            .then(|| "On trial, bids with the largest GPUs are hidden.".to_owned())
            .into_iter()
            .collect(),
    });
    let groups: Vec<GroupEligibility> = groups.collect();
    let usual = usual(found);
    Eligibility {
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

/// Where those that fit are, most first.
fn places(state: &State, fits: &[String]) -> Vec<Place> {
    let mut counts: HashMap<String, u32> = HashMap::new();
    for owner in fits {
        let provider = state.providers.get(owner);
        if let Some(area) = provider.and_then(|provider| providers::area(provider)) {
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

/// How many fit of how many, or why nobody does.
fn verdict(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Count {
            fits,
            providers,
            unanswered,
        } => {
            let all =
                providers.map(|all| format!(" of {}", words::count(all.max(*fits), "provider")));
            let who = match all {
                Some(all) => format!("{fits}{all}"),
                None => words::count(*fits, "provider"),
            };
            if *unanswered {
                format!("{who} could run this, but none bid.")
            } else {
                format!("{who} could run this.")
            }
        }
        Verdict::NotOnTrial => "A trial includes none of the GPUs in this file.".into(),
        Verdict::Lacks { providers, what } => {
            format!("{}: {}.", nobody_of(*providers), lacks(what))
        }
        Verdict::Together { providers } => format!(
            "{}: several requirements together rule out every provider. No single change is enough.",
            nobody_of(*providers)
        ),
    }
}

/// `text (“web”)`, where the group has several compute profiles.
fn with_profile(one: &OfferedChange, text: String) -> String {
    match &one.profile {
        Some(profile) => format!("{text} (“{profile}”)"),
        None => text,
    }
}

/// What the file asks now.
fn asks_of(one: &OfferedChange) -> String {
    let text = match &one.change {
        Change::Relax { what, .. } => asks(what),
        Change::Raise { allowed, .. } => format!("At most ${} a month", words::cost(*allowed)),
    };
    with_profile(one, text)
}

/// The change, for a button.
pub(crate) fn label_of(one: &OfferedChange) -> String {
    let text = match &one.change {
        Change::Relax {
            gpus: Some(GpuChoice::OnTrial),
            ..
        } => "Any GPU that a trial includes".into(),
        Change::Relax {
            gpus: Some(GpuChoice::Memory(least)),
            ..
        } => format!("Any GPU with {least} GiB or more"),
        Change::Relax { what, instead, .. } => label(what, instead),
        Change::Raise { to, .. } => format!("Pay up to ${} a month", words::cost(*to)),
    };
    with_profile(one, text)
}

/// What is lost or usual, where the count alone does not say it.
fn about_of(one: &OfferedChange) -> Option<String> {
    match &one.change {
        Change::Relax { what, instead, .. } => about(what, instead),
        Change::Raise { usual, .. } => Some(format!(
            "Something like this usually costs about ${} a month. Providers bid below the limit; you choose.",
            words::cost(*usual)
        )),
    }
}

/// What the file asks, as a heading: `Region us-west`.
fn asks(what: &Requirement) -> String {
    match what {
        Requirement::Attribute { key, value } if key == "region" => format!("Region {value}"),
        Requirement::Attribute { key, value } => format!("`{key}` is {value}"),
        Requirement::SignedBy { .. } => "Auditors named in the file".into(),
        Requirement::Reclamation { window } => format!("{window} of notice"),
        Requirement::Tee { tee, .. } => format!("A trusted environment ({tee})"),
        Requirement::GpuModels { units, models, .. } => format!("{units} × {}", gpus(models)),
        Requirement::GpuUnits { units, .. } => format!("{units} GPUs in one container"),
        Requirement::Cpu { milli, .. } => words::cpu(*milli),
        Requirement::Memory { bytes, .. } => format!("{} memory", words::bytes(*bytes)),
        Requirement::Disk {
            volume,
            bytes,
            persistent,
            ..
        } => format!("{} {}", words::bytes(*bytes), disk(volume, *persistent)),
        Requirement::StorageClass { volume, class, .. } => {
            format!("Volume “{volume}” of class {class}")
        }
        Requirement::Persistent { volume, .. } => {
            format!("Volume “{volume}” survives restarts")
        }
        Requirement::Price { .. } => "The most it may cost".into(),
        Requirement::Replicas { service, count } => format!("{count} copies of “{service}”"),
        Requirement::LeasedIp { service, .. } => {
            format!("A leased IP address for “{service}”")
        }
    }
}

/// The change, for a button: `Any region`.
fn label(what: &Requirement, instead: &Instead) -> String {
    match (what, instead) {
        (Requirement::Attribute { key, .. }, _) if key == "region" => "Any region".into(),
        (Requirement::Attribute { key, .. }, _) => format!("Without `{key}`"),
        (Requirement::SignedBy { .. }, _) => "Any audited provider".into(),
        (Requirement::Reclamation { .. }, _) => "Without notice".into(),
        (Requirement::Tee { .. }, _) => "Without a trusted environment".into(),
        (Requirement::GpuModels { .. }, Instead::Models(models)) => {
            format!("Also {}", gpus(models))
        }
        (Requirement::GpuModels { .. }, _) => "Any GPU model".into(),
        (Requirement::GpuUnits { .. }, Instead::Amount(units)) => {
            words::count(*units as usize, "GPU")
        }
        (Requirement::GpuUnits { .. }, _) => "1 GPU".into(),
        (Requirement::Cpu { .. }, Instead::Amount(milli)) => words::cpu(*milli),
        (Requirement::Memory { .. }, Instead::Amount(bytes)) => {
            format!("{} memory", words::bytes(*bytes))
        }
        (
            Requirement::Disk {
                volume, persistent, ..
            },
            Instead::Amount(bytes),
        ) => format!("{} {}", words::bytes(*bytes), disk(volume, *persistent)),
        (Requirement::StorageClass { volume, .. }, Instead::Class(class)) => {
            format!("Volume “{volume}” of class {class}")
        }
        (Requirement::StorageClass { volume, .. } | Requirement::Persistent { volume, .. }, _) => {
            format!("“{volume}” as an ordinary folder")
        }
        (Requirement::Replicas { service, .. }, Instead::Amount(count)) => {
            format!("{} of “{service}”", copies(*count))
        }
        (Requirement::Replicas { service, .. }, _) => format!("1 copy of “{service}”"),
        (Requirement::LeasedIp { .. }, _) => "Without a leased IP address".into(),
        (Requirement::Cpu { .. }, _) => "Less CPU".into(),
        (Requirement::Memory { .. }, _) => "Less memory".into(),
        (Requirement::Disk { volume, .. }, _) => format!("A smaller “{volume}”"),
        (Requirement::Price { .. }, _) => "A higher limit".into(),
    }
}

/// What is lost by it, where the button does not say it.
fn about(what: &Requirement, instead: &Instead) -> Option<String> {
    match (what, instead) {
        (Requirement::Persistent { .. }, _) | (Requirement::StorageClass { .. }, Instead::Drop) => {
            Some("Its content is then lost at every restart.".into())
        }
        (Requirement::SignedBy { .. }, _) => {
            Some("Akash’s own auditor must still have signed it.".into())
        }
        (Requirement::LeasedIp { .. }, _) => {
            Some("The provider then chooses its port numbers.".into())
        }
        (Requirement::GpuModels { units, .. }, Instead::Drop) if *units > 0 => {
            Some("Prices differ widely between models.".into())
        }
        _ => None,
    }
}

fn nobody_of(providers: Option<usize>) -> String {
    match providers {
        Some(all) => format!("0 of {}", words::count(all, "provider")),
        None => "No provider fits".into(),
    }
}

fn lacks(what: &Requirement) -> String {
    let has = |what: String| format!("none that fits the rest has {what}");
    match what {
        Requirement::Attribute { key, value } if key == "region" => {
            format!("none in {value} fits the rest")
        }
        Requirement::Attribute { key, value } => {
            format!("none that fits the rest says that `{key}` is {value}")
        }
        Requirement::SignedBy { .. } => {
            "none that fits the rest is signed by the auditors that the file names".into()
        }
        Requirement::Reclamation { window } => {
            format!("none that fits the rest gives {window} of notice")
        }
        Requirement::Tee { .. } => has("such a trusted environment".into()),
        Requirement::GpuModels {
            units: 1, models, ..
        } => has(format!("a free {}", gpus(models))),
        Requirement::GpuModels { units, models, .. } => {
            has(format!("{units} free {}", gpus(models)))
        }
        Requirement::GpuUnits { units, .. } => has(format!("{units} such GPUs free")),
        Requirement::Cpu { milli, .. } => has(format!("{} free", words::cpu(*milli))),
        Requirement::Memory { bytes, .. } => has(format!("{} memory free", words::bytes(*bytes))),
        Requirement::Disk {
            bytes, persistent, ..
        } => {
            let kind = if *persistent { "for volumes" } else { "disk" };
            has(format!("{} {kind} free", words::bytes(*bytes)))
        }
        Requirement::StorageClass { class, .. } => has(format!("volumes of class {class}")),
        Requirement::Persistent { .. } => has("volumes that survive restarts".into()),
        Requirement::Price { .. } => "the limit is too low".into(),
        Requirement::Replicas { count, .. } => has(format!("room for {count} copies")),
        Requirement::LeasedIp { .. } => has("IP addresses to lease".into()),
    }
}

fn copies(count: u64) -> String {
    if count == 1 {
        "1 copy".into()
    } else {
        format!("{count} copies")
    }
}

fn disk(volume: &str, persistent: bool) -> String {
    match (volume, persistent) {
        ("default", false) => "disk".into(),
        (name, false) => format!("disk “{name}”"),
        (name, true) => format!("volume “{name}”"),
    }
}

/// `rtx4090 24 GiB or a100`.
fn gpus(models: &[GpuModel]) -> String {
    let mut names: Vec<String> = models
        .iter()
        .take(4)
        .map(|gpu| {
            let model = if gpu.model == "*" { "GPU" } else { &gpu.model };
            let ram = gpu.ram.as_deref().map(words::ram);
            let parts = [Some(model), ram.as_deref(), gpu.interface.as_deref()];
            parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
        })
        .collect();
    if models.len() > names.len() {
        names.push(format!("{} more", models.len() - names.len()));
    }
    names.join(" or ")
}
