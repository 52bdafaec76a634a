//! A deployment whole: bids to choose from, steps to going live, money, providers, what is lost, the receipt.

use jiff::Timestamp;

use super::{
    bids, errors, gpus,
    lasting::lasting_problem,
    money::money,
    names,
    receipt::receipt,
    row, rule, screening, status,
    steps::{has_web, steps},
    summary, words,
};
use crate::{
    derive::{
        actions::can,
        bids::{lapses, no_bids},
    },
    record::{Phase, Record},
    state::State,
    view::{Eligibility, Fact, Open, OpenScreen, Past, ProviderCard, Running, Usd},
};

/// A deployment as its own screen shows it.
pub(crate) fn open(state: &State, record: &Record, now: Timestamp) -> Open {
    let row = row::row(state, record, now);
    Open {
        screen: screen(record),
        created: record.created.to_string(),
        steps: steps(record, now),
        groups: bids::groups(state, record, now),
        no_bids: no_bids(record, now),
        why: why(state, record).filter(|_| no_bids(record, now)),
        auto: rule::auto(state, record, now),
        raise: raise(record),
        lapses: lapses(state, record, now).map(|at| at.to_string()),
        services: services(record),
        money: money(state, record, now),
        providers: providers(state, record),
        losses: losses(state, record),
        facts: facts(state, record),
        receipt: receipt(state, record),
        problem: record
            .problem
            .as_ref()
            .map(errors::error)
            .or_else(|| lasting_problem(row.state.code, record)),
        can: can(state, record, now),
        row,
    }
}

/// The limit that would let in what *Deploy for me* refused.
fn raise(record: &Record) -> Option<Usd> {
    let waits = record.phase == Phase::Choosing && record.rule.is_none();
    let raised = record.raise.as_ref().filter(|_| waits);
    raised.map(|rule| rule.limit.clone())
}

/// Why nobody bids, for the groups that have no bid.
fn why(state: &State, record: &Record) -> Option<Eligibility> {
    let mut fit = screening::of_record(state, record)?;
    let without = |gseq: u32| record.bids.iter().all(|bid| bid.gseq != gseq);
    fit.groups.retain(|group| without(group.gseq));
    Some(fit)
}

fn screen(record: &Record) -> OpenScreen {
    match record.phase {
        Phase::Creating
        | Phase::Unclear
        | Phase::NotSent
        | Phase::Refused
        | Phase::Choosing
        | Phase::Lapsed => OpenScreen::Choose,
        Phase::Leasing => OpenScreen::GoLive,
        // It has arrived once all is ready and, where there is a web address, that answered.
        Phase::Up
            if record.ours
                && record.run.answered.is_none()
                && (record.run.ready.is_none() || has_web(record)) =>
        {
            OpenScreen::GoLive
        }
        Phase::Up | Phase::LeaseLost => OpenScreen::Detail,
        Phase::Closing if record.leases.is_empty() => OpenScreen::Choose,
        Phase::Closing => OpenScreen::Detail,
        Phase::Closed | Phase::OutOfFunds => OpenScreen::Receipt,
    }
}

fn services(record: &Record) -> Vec<Running> {
    let mut names: Vec<&str> = record
        .run
        .services
        .iter()
        .map(|s| s.name.as_str())
        .collect();
    names.extend(
        record
            .plan
            .iter()
            .flat_map(|plan| plan.services.iter().map(|s| s.name.as_str())),
    );
    names.sort_unstable();
    names.dedup();
    names
        .into_iter()
        .map(|name| {
            let seen = record.run.services.iter().find(|s| s.name == name);
            let plan = record
                .plan
                .iter()
                .flat_map(|plan| &plan.services)
                .find(|s| s.name == name);
            Running {
                name: name.to_owned(),
                image: plan.map(|s| s.image.clone()),
                ready: seen.map(|s| s.ready),
                total: seen.map(|s| s.total).or(plan.map(|s| s.replicas)),
                gpus: gpus::found(record, name),
                gpu_differs: gpus::differs(record, name),
                ports: plan
                    .map(|s| s.ports.iter().map(summary::port).collect())
                    .unwrap_or_default(),
            }
        })
        .collect()
}

fn providers(state: &State, record: &Record) -> Vec<ProviderCard> {
    record
        .leases
        .iter()
        .map(|lease| {
            let provider = state.providers.get(&lease.provider).map(AsRef::as_ref);
            ProviderCard {
                gseq: lease.gseq,
                name: names::name(provider, &lease.provider),
                host: provider.map(names::host).unwrap_or_default(),
                region: provider.and_then(names::region),
                uptime: provider.and_then(names::uptime),
                price: lease
                    .price
                    .as_ref()
                    .and_then(|price| words::price(price, &state.rates, record.gpu())),
            }
        })
        .collect()
}

fn losses(state: &State, record: &Record) -> Vec<String> {
    if record.running().next().is_none() {
        return Vec::new();
    }
    let who = record.running().next().map(|lease| {
        names::name(
            state.providers.get(&lease.provider).map(AsRef::as_ref),
            &lease.provider,
        )
    });
    let who = who.unwrap_or_else(|| "the provider".into());
    let mut losses = vec!["Its containers stop.".to_owned()];
    match &record.plan {
        Some(plan) => losses.extend(plan.volumes.iter().map(|volume| {
            format!(
                "Its volume “{}” ({}) is deleted. Only {who} has a copy.",
                volume.name,
                summary::size(&volume.size)
            )
        })),
        None => losses.push(format!("Any volume is deleted. Only {who} has a copy.")),
    }
    losses
}

fn facts(state: &State, record: &Record) -> Vec<Fact> {
    let fact = |label: &str, value: String| Fact {
        label: label.into(),
        value,
    };
    let mut facts = Vec::new();
    facts.extend(
        record
            .dseq
            .map(|dseq| fact("Deployment number (dseq)", dseq.to_string())),
    );
    facts.extend(
        state
            .session
            .as_ref()
            .map(|session| fact("Owner", session.address.clone())),
    );
    for lease in &record.leases {
        facts.push(fact("Provider", lease.provider.clone()));
        facts.push(fact(
            "Group and order (gseq/oseq)",
            format!("{}/{}", lease.gseq, lease.oseq),
        ));
        facts.extend(
            lease
                .price
                .as_ref()
                .map(|price| fact("Price", price.to_string())),
        );
        facts.extend(
            lease
                .reason
                .as_ref()
                .map(|reason| fact("Reason", reason.clone())),
        );
    }
    facts.extend(
        record
            .hash
            .as_ref()
            .map(|hash| fact("Version (hash of the manifest)", hash.clone())),
    );
    facts.extend(
        record
            .escrow
            .as_ref()
            .map(|escrow| fact("Settled at block", escrow.settled_at.to_string())),
    );
    facts
}

/// A record for the history.
pub(crate) fn past(state: &State, record: &Record, now: Timestamp) -> Past {
    Past {
        id: record.id.to_string(),
        name: record.name.clone(),
        state: status::how(state, record, now),
        provider: row::row(state, record, now).provider,
        receipt: receipt(state, record),
        again: record.plan.is_some(),
    }
}
