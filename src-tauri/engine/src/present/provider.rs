//! A provider in place: all that is known of it.

use std::collections::BTreeMap;

use akash_console::{Provider, ResourceStat};
use akash_market::{Decimal, Usd};
use jiff::{Timestamp, tz::TimeZone};

use super::{names, words};
use crate::{
    derive::providers,
    outside::outside_url,
    state::State,
    view::{Day, Fact, ProviderDetail, ProviderPage},
};

/// More attributes than these are a mistake or malice.
const ATTRIBUTES: usize = 200;
/// The longest text of a provider that is shown, characters.
const TEXT: usize = 300;

pub(crate) fn detail(state: &State, provider: &Provider, now: Timestamp) -> ProviderDetail {
    let facts = providers::of_provider(state, &provider.owner, state.height(now));
    let page = |page, said: &Option<String>| {
        let opens = said.as_deref().and_then(outside_url).is_some();
        opens.then_some(page)
    };
    ProviderDetail {
        provider: provider.owner.clone(),
        name: names::name(Some(provider), &provider.owner),
        host: names::host(provider),
        region: names::region(provider),
        online: provider.is_online,
        audited: provider.is_audited,
        standing: standing(state, provider, now),
        days: days(state, provider, now),
        hardware: hardware(provider),
        gpus: provider
            .gpu_models
            .iter()
            .take(ATTRIBUTES)
            .map(|gpu| {
                let parts = [
                    Some(gpu.vendor.as_str()),
                    Some(gpu.model.as_str()),
                    gpu.ram.as_deref(),
                    gpu.interface.as_deref(),
                ];
                clip(&parts.into_iter().flatten().collect::<Vec<_>>().join(" "))
            })
            .collect(),
        attributes: provider
            .attributes
            .iter()
            .take(ATTRIBUTES)
            .map(|attribute| fact(&clip(&attribute.key), clip(&attribute.value)))
            .collect(),
        pages: [
            page(ProviderPage::Website, &provider.website),
            page(ProviderPage::StatusPage, &provider.status_page),
        ]
        .into_iter()
        .flatten()
        .collect(),
        email: provider.email.as_deref().map(clip),
        past: names::past(facts.past),
        favourite: facts.favourite,
    }
}

fn fact(label: &str, value: String) -> Fact {
    Fact {
        label: label.into(),
        value,
    }
}

fn clip(text: &str) -> String {
    text.chars().take(TEXT).collect()
}

fn standing(state: &State, provider: &Provider, now: Timestamp) -> Vec<Fact> {
    // Cut: 99.999 is not 100.
    let percent = |share: Decimal| {
        let percent = Usd::new(share).checked_mul(Decimal::ONE_HUNDRED);
        format!("{}%", percent.unwrap_or_default().round_down(2))
    };
    let up = |label, share: Option<Decimal>| share.map(|share| fact(label, percent(share)));
    let age = providers::age_days(state, provider, state.height(now));
    [
        up("Uptime, last day", provider.uptime_1d),
        up("Uptime, last 7 days", provider.uptime_7d),
        up("Uptime, last 30 days", provider.uptime_30d),
        age.map(|days| {
            fact(
                "On the network for",
                words::duration(i64::from(days) * 86_400),
            )
        }),
        provider
            .lease_count
            .map(|leases| fact("Running leases", leases.to_string())),
        provider
            .akash_version
            .as_deref()
            .map(|version| fact("Software", clip(version))),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// By what screening told of outages, else by the single checks.
fn days(state: &State, provider: &Provider, now: Timestamp) -> Vec<Day> {
    if let Some(incidents) = providers::outages(state, &provider.owner, now) {
        let days = providers::last_days(now).into_iter().map(|date| {
            let on = || incidents.iter().filter(|incident| incident.date == date);
            let down: u64 = on()
                .map(|i| i.downtime_seconds)
                .fold(0, u64::saturating_add);
            let times: u32 = on().map(|i| i.count).fold(0, u32::saturating_add);
            let open = on().any(|incident| incident.open);
            let text = (down > 0 || times > 0).then(|| {
                let seconds = i64::try_from(down).unwrap_or(i64::MAX);
                let outages = words::count(times as usize, "outage");
                let open = if open { ", still down" } else { "" };
                format!("Down {}, {outages}{open}", words::duration(seconds))
            });
            Day {
                up: providers::up(down),
                text,
                date,
            }
        });
        return days.collect();
    }
    let mut checks: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    for check in &provider.uptime {
        let date = check.at.to_zoned_datetime(TimeZone::UTC).date();
        let (all, good) = checks.entry(date.to_string()).or_default();
        *all += 1;
        *good += u32::from(check.online);
    }
    checks
        .into_iter()
        .map(|(date, (all, good))| Day {
            date,
            up: good * 100 / all.max(1),
            text: (good < all).then(|| format!("{} of {} checks failed", all - good, all)),
        })
        .collect()
}

fn hardware(provider: &Provider) -> Vec<Fact> {
    let free = |stat: ResourceStat, words: fn(u64) -> String| {
        let whole = |amount: Option<Decimal>| u64::try_from(amount?.trunc()).ok();
        let (free, all) = (whole(stat.available)?, whole(stat.total)?);
        (all > 0).then(|| format!("{} of {}", words(free), words(all)))
    };
    let stats = provider.stats.clone().unwrap_or_default();
    let mbit = |speed: Option<Decimal>| {
        speed
            .filter(|speed| *speed > Decimal::ZERO)
            .map(|speed| format!("{} Mbit/s", speed.normalize()))
    };
    let text = |text: &Option<String>| text.as_deref().map(clip);
    let disks = provider.hardware_disk.iter().take(8).map(|disk| clip(disk));
    let disks = disks.collect::<Vec<_>>().join(", ");
    let yes = |on: Option<bool>| on.map(|on| if on { "yes" } else { "no" }.to_owned());
    [
        ("Processor", text(&provider.hardware_cpu)),
        ("Memory", text(&provider.hardware_memory)),
        ("Disks", Some(disks).filter(|disks| !disks.is_empty())),
        ("CPU free", free(stats.cpu, words::cpu)),
        ("Memory free", free(stats.memory, words::bytes)),
        ("Disk free", free(stats.ephemeral, words::bytes)),
        ("Volumes free", free(stats.persistent, words::bytes)),
        ("GPUs free", free(stats.gpu, |n| n.to_string())),
        ("Network down", mbit(provider.network_speed_down)),
        ("Network up", mbit(provider.network_speed_up)),
        ("Leases IP addresses", yes(provider.leases_ips)),
        ("Custom domains", yes(provider.custom_domains)),
    ]
    .into_iter()
    .filter_map(|(label, value)| Some(fact(label, value?)))
    .collect()
}
