//! A deployment whole: bids to choose from, steps to going live, money, providers, what is lost, the receipt.

use akash_market::Decimal;
use jiff::Timestamp;

use super::{bids, row};
use crate::{
    derive::funding::{self, Funding},
    present::words,
    record::transitions::{PATIENCE, lost, seconds},
    record::{At, BidSeen, Intent, Phase, Record, What, Why},
    state::State,
    view::{
        AccountKind, Can, Fact, Fit, Money, Open, OpenScreen, Past, Price, ProviderCard, Receipt,
        Running, StateCode, Step, StepState, Usd,
    },
};

pub(crate) fn open(state: &State, record: &Record, now: Timestamp) -> Open {
    let row = row::row(state, record, now);
    Open {
        screen: screen(record),
        created: record.created.to_string(),
        steps: steps(record, now),
        groups: bids::groups(state, record, now),
        no_bids: row::no_bids(record, now),
        why: why(state, record).filter(|_| row::no_bids(record, now)),
        auto: crate::workflow::auto(state, record, now),
        raise: raise(record),
        lapses: bids::lapses(state, record, now).map(|at| at.to_string()),
        services: services(record),
        money: money(state, record, now),
        providers: providers(state, record),
        losses: losses(state, record),
        facts: facts(state, record),
        receipt: receipt(state, record),
        problem: record
            .problem
            .clone()
            .or_else(|| lasting_problem(&row.state.code, record)),
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
fn why(state: &State, record: &Record) -> Option<Fit> {
    let mut fit = crate::screening::of_record(state, record)?;
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

fn has_web(record: &Record) -> bool {
    record
        .run
        .places
        .iter()
        .any(|place| matches!(place.at, At::Web(_)))
}

fn steps(record: &Record, now: Timestamp) -> Vec<Step> {
    if !matches!(record.phase, Phase::Leasing | Phase::Up) {
        return Vec::new();
    }
    let run = &record.run;
    let (ready, total) = row::ready_of(&run.services);
    let mut marks = vec![
        ("Lease taken", run.chosen, run.leased, None),
        (
            "Manifest delivered",
            run.leased,
            run.delivered,
            (run.refused > 0).then(|| {
                format!(
                    "Sent {} without success. Aloft sends it again on its own.",
                    words::times(usize::try_from(run.refused).unwrap_or(usize::MAX))
                )
            }),
        ),
        (
            "Containers ready",
            run.delivered,
            run.ready,
            (total > 0 && ready < total).then(|| format!("{ready} of {total}")),
        ),
    ];
    if has_web(record) || run.places.is_empty() && serves_web(record) {
        marks.push(("Answering", run.ready, run.answered, None));
    }
    let mut reached = true;
    marks
        .into_iter()
        .map(|(title, began, done, detail)| {
            let late = began.is_some_and(|began| done.is_none() && seconds(began, now) >= PATIENCE);
            let state = match (done, reached) {
                (Some(_), _) => StepState::Done,
                (None, true)
                    if late
                        || run.restarting.is_some()
                        || detail.is_some() && title == "Manifest delivered" =>
                {
                    StepState::Stuck
                }
                (None, true) => StepState::Doing,
                (None, false) => StepState::Todo,
            };
            reached = done.is_some();
            let took = began.zip(done).map(|(began, done)| {
                u32::try_from(seconds(began, done).max(0)).unwrap_or(u32::MAX)
            });
            Step {
                title: title.into(),
                state,
                detail: detail.filter(|_| done.is_none()),
                began: began.map(|at| at.to_string()),
                seconds: took,
            }
        })
        .collect()
}

/// Whether the plan has a port that the provider's ingress serves: then an address will come.
fn serves_web(record: &Record) -> bool {
    let plan = record.plan.iter().flat_map(|plan| &plan.services);
    plan.flat_map(|service| &service.ports)
        .any(|port| port.starts_with("port 80 ") && port.contains("internet"))
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
                ports: plan.map(|s| s.ports.clone()).unwrap_or_default(),
            }
        })
        .collect()
}

fn money(state: &State, record: &Record, now: Timestamp) -> Money {
    let escrow = row::escrow(state, record, now);
    let usd = |amount: Decimal| escrow.as_ref().and_then(|(_, usd)| usd(amount));
    Money {
        set_aside: usd(record.put_in).map(|usd| usd.round_down(2)),
        left: escrow
            .as_ref()
            .and_then(|(at, usd)| usd(at.left))
            .map(|usd| usd.round_down(2)),
        spent: escrow
            .as_ref()
            .and_then(|(at, usd)| usd(at.spent))
            .map(|usd| usd.round_up(2)),
        added: usd(record.added)
            .filter(|added| !added.is_zero())
            .map(|usd| usd.round_up(2)),
        ceiling: record.ceiling.map(|usd| usd.round_up(2)),
        ahead: funding::rule(state, record).filter(|_| !record.phase.is_over()),
        auto_funding: auto_funding(state, record),
        basis: basis(state),
    }
}

/// As it is set; before a lease it is on where nothing else was said.
fn auto_funding(state: &State, record: &Record) -> Option<bool> {
    let before = switchable(state, record) && record.running().next().is_none();
    crate::derive::funding::automatic(state, record).or(before.then_some(true))
}

/// Whether the Console's funding of a deployment can be switched, before its lease too.
fn switchable(state: &State, record: &Record) -> bool {
    let trial = state
        .session
        .as_ref()
        .is_some_and(|session| session.kind == AccountKind::Trial);
    let waits = matches!(record.phase, Phase::Choosing | Phase::Lapsed);
    record.ours && !trial && state.market.funding.can_switch() && waits
        || record.ours
            && record.running().next().is_some()
            && record.auto_funding.is_some()
            && !matches!(state.market.funding, Funding::Fixed(_))
}

fn basis(state: &State) -> String {
    let measured = state
        .market
        .block_seconds
        .filter(|s| *s != state.rates.block_seconds);
    let measured = measured.map(|s| format!(" Times assume the current {s} s a block."));
    format!(
        "Prices assume {} s a block and {} days a month, as the Console does, and are rounded up.{}",
        state.rates.block_seconds,
        akash_market::DAYS_PER_MONTH,
        measured.unwrap_or_default()
    )
}

fn providers(state: &State, record: &Record) -> Vec<ProviderCard> {
    record
        .leases
        .iter()
        .map(|lease| {
            let provider = state.providers.get(&lease.provider).map(AsRef::as_ref);
            ProviderCard {
                gseq: lease.gseq,
                name: row::name(provider, &lease.provider),
                host: provider.map(row::host).unwrap_or_default(),
                region: provider.and_then(row::region),
                uptime: provider.and_then(row::uptime),
                price: lease
                    .price
                    .as_ref()
                    .and_then(|price| words::price(price, &state.rates, record.gpu()))
                    as Option<Price>,
            }
        })
        .collect()
}

fn losses(state: &State, record: &Record) -> Vec<String> {
    if record.running().next().is_none() {
        return Vec::new();
    }
    let who = record.running().next().map(|lease| {
        row::name(
            state.providers.get(&lease.provider).map(AsRef::as_ref),
            &lease.provider,
        )
    });
    let who = who.unwrap_or_else(|| "the provider".into());
    let mut losses = vec!["Its containers stop.".to_owned()];
    match &record.plan {
        Some(plan) => losses.extend(plan.volumes.iter().map(|(name, size)| {
            format!("Its volume “{name}” ({size}) is deleted. Only {who} has a copy.")
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

pub(crate) fn receipt(state: &State, record: &Record) -> Option<Receipt> {
    let seen = record.receipt.as_ref()?;
    let reason = record
        .leases
        .iter()
        .find_map(|lease| lease.reason.as_deref())
        .filter(|reason| *reason != "lease_closed_owner");
    Some(Receipt {
        ran: seen.ran.map(words::duration),
        spent: seen.spent.map(|usd| usd.round_up(2)),
        returned: seen.returned.map(|usd| usd.round_down(2)),
        about: seen.about,
        unknown: seen.why == Why::Unknown,
        closed: Some(record.since.to_string()),
        why: match (seen.why, reason) {
            (Why::Funds, _) if funding::automatic(state, record) == Some(true) => format!(
                "What was set aside was used up. The Console adds nothing once your credit is down to ${}.",
                words::cost(state.market.funding.headroom())
            ),
            (Why::Funds, _) => "What was set aside was used up.".into(),
            (Why::Unknown, _) => {
                "The Console no longer finds it, so Aloft cannot say how it ended. Your credit shows what was returned.".into()
            }
            (_, Some(reason)) => format!("{}. Then it was closed.", lost(Some(reason))),
            (Why::Here, _) if record.leases.is_empty() => {
                "You canceled it before a lease started. Nothing ran.".into()
            }
            (Why::Here, _) => "You stopped it.".into(),
            (Why::Ceiling, _) => "Aloft closed it because it had spent what you allowed in all.".into(),
            (Why::Aloft, _) => "Aloft canceled it because its bids had expired.".into(),
            (Why::Elsewhere, _) if record.leases.is_empty() => {
                "It was closed elsewhere before a lease started. Nothing ran.".into()
            }
            (Why::Elsewhere, _) => "It was closed elsewhere.".into(),
        },
    })
}

fn can(state: &State, record: &Record, now: Timestamp) -> Can {
    // Until it is known whose key it is, nothing can be asked of the Console.
    let confirmed = state
        .session
        .as_ref()
        .is_some_and(|session| session.confirmed);
    let asks = confirmed && !state.busy.contains(&record.id);
    // An addition whose outcome is not known is not made again.
    let adding = |intent: &Intent| matches!(intent.what, What::AddFunds { .. });
    let adds = !record.intent.as_ref().is_some_and(adding);
    let runs = record.running().next().is_some();
    let known = record.plan.is_some();
    let over = record.phase.is_over();
    let made = record.dseq.is_some() && !over;
    Can {
        start: record.phase == Phase::Choosing
            && known
            && asks
            && record.bids.iter().any(BidSeen::open),
        close: made && record.phase != Phase::Closing && asks,
        close_asks: runs,
        add_funds: made && runs && asks && adds,
        auto_funding: asks && made && switchable(state, record),
        ceiling: made && record.ours && record.phase != Phase::Closing,
        resend: record.phase == Phase::Up
            && record.ours
            && record.run.delivered.is_none()
            && (record.run.refused > 0 || record.imported)
            && asks,
        ask_again: known
            && asks
            && !(record.phase == Phase::NotSent && record.imported)
            && (row::no_bids(record, now)
                || matches!(
                    record.phase,
                    Phase::Lapsed | Phase::NotSent | Phase::LeaseLost
                )),
        relax: known && asks && row::no_bids(record, now),
        take_over: !record.ours && !over,
        again: known && (over || record.phase == Phase::Refused || record.run.restarting.is_some()),
        forget: over
            || matches!(record.phase, Phase::NotSent | Phase::Refused)
            // Until Aloft has to leave it to the person, the record is what finds the money again.
            || record.phase == Phase::Unclear
                && record.intent.as_ref().is_some_and(|intent| {
                    matches!(intent.what, What::Create { seen: true, .. })
                }),
        web_console: state.session.as_ref().is_some_and(|session| {
            crate::derive::pages::deployment_page(&session.console, record.dseq).is_some()
        }),
    }
}

/// What a state that lasts means, where no call failed.
fn lasting_problem(code: &StateCode, record: &Record) -> Option<crate::view::AppError> {
    use crate::view::{AppError, Code};
    let inside = record
        .plan
        .as_ref()
        .and_then(|plan| plan.services.iter().find_map(|s| s.ports.first().cloned()));
    match code {
        StateCode::NotAnswering => Some(
            AppError::new(Code::Provider, "It is ready, but its web address does not answer.")
                .meaning("It runs and is charged.")
                .next(format!(
                    "Check that the program in the container listens on the port in the file{} and on 0.0.0.0, not only on localhost. A program that starts slowly may still answer.",
                    inside.map(|port| format!(" ({port})")).unwrap_or_default()
                )),
        ),
        StateCode::Starting if record.run.delivered.is_some() => None,
        StateCode::LeaseLost => Some(
            AppError::new(Code::Provider, lost(record.leases.iter().find_map(|lease| lease.reason.as_deref())))
                .meaning("Nothing is charged any more. What is left is still set aside.")
                .next("End the deployment to return what is left, or ask for prices again."),
        ),
        StateCode::KeepsRestarting => Some(
            AppError::new(Code::Provider, "Its containers start and stop again.")
                .meaning("The lease is still active and charged.")
                .next(
                    "Check the command and the env values in the file. Check the memory too: a container that uses more than the file allows is stopped. \
                     The logs in the Console show why it stops. Then stop this deployment and deploy the corrected file, or choose another provider.",
                ),
        ),
        StateCode::Dark => Some(
            AppError::new(Code::Provider, "The provider sends no status.")
                .meaning("The lease is still active and charged. Your service may be fine or down.")
                .next("Open its address to see. If this lasts, stop the deployment and choose another provider."),
        ),
        _ => None,
    }
}

/// A record for the history.
pub(crate) fn past(state: &State, record: &Record, now: Timestamp) -> Past {
    Past {
        id: record.id.to_string(),
        name: record.name.clone(),
        state: row::how(state, record, now),
        provider: row::row(state, record, now).provider,
        receipt: receipt(state, record),
        again: record.plan.is_some(),
    }
}
