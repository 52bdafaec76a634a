//! How a deployment is, in words.

use jiff::Timestamp;

use super::{errors, rule, timeline::lease_ended, words};
use crate::{
    derive::bids::no_bids,
    record::{At, Phase, Record, ServiceSeen, Why, seconds, transitions::PATIENCE},
    state::State,
    view::{self, StateCode, Tone},
};

/// How a deployment is, in words.
pub(crate) fn how(state: &State, record: &Record, now: Timestamp) -> view::State {
    let say = |code, tone, word: &str, detail: Option<String>| view::State {
        code,
        tone,
        word: word.into(),
        detail,
        since: Some(record.since.to_string()),
    };
    match record.phase {
        Phase::Creating => say(
            StateCode::Creating,
            Tone::Busy,
            "Asking",
            Some("Creating the deployment".into()),
        ),
        Phase::Unclear => say(
            StateCode::Unclear,
            Tone::Attention,
            "Unclear",
            Some("No clear answer. Finding out whether it was created.".into()),
        ),
        Phase::NotSent if record.imported => say(
            StateCode::NotSent,
            Tone::Attention,
            "Unknown",
            Some("The file did not say whether it was created. Look for it in this list.".into()),
        ),
        Phase::NotSent if record.unseen => say(
            StateCode::NotSent,
            Tone::Attention,
            "Not found",
            Some(
                "It was not created, or was closed before Aloft could look. Nothing is set aside for it any more."
                    .into(),
            ),
        ),
        Phase::NotSent => say(
            StateCode::NotSent,
            Tone::Attention,
            "Not created",
            Some("The Console did not create it. Nothing was set aside.".into()),
        ),
        Phase::Refused => say(
            StateCode::Refused,
            Tone::Bad,
            "Refused",
            record
                .problem
                .as_ref()
                .map(|problem| errors::error(problem).title),
        ),
        Phase::Choosing => choosing(state, record, now, say),
        Phase::Lapsed => say(
            StateCode::Lapsed,
            Tone::Attention,
            "Bids expired",
            Some("Nothing ran and nothing was charged.".into()),
        ),
        Phase::Leasing => say(
            StateCode::Leasing,
            Tone::Busy,
            "Starting",
            Some("Starting the lease".into()),
        ),
        Phase::Up => reclaimed(record, now, part(record, up(record, now, say))),
        Phase::LeaseLost => {
            let reason = record
                .leases
                .iter()
                .find_map(|lease| lease.reason.as_deref());
            say(
                StateCode::LeaseLost,
                Tone::Bad,
                "Lease lost",
                Some(lease_ended(reason).to_owned()),
            )
        }
        Phase::Closing => say(
            StateCode::Closing,
            Tone::Busy,
            "Closing",
            record.problem.as_ref().map(|_| "Trying again".into()),
        ),
        Phase::Closed
            if record
                .receipt
                .as_ref()
                .is_some_and(|receipt| receipt.why == Why::Unknown) =>
        {
            say(
                StateCode::Closed,
                Tone::Attention,
                "Closed",
                Some("No longer found in the Console".into()),
            )
        }
        Phase::Closed if record.leases.is_empty() => say(
            StateCode::Abandoned,
            Tone::Quiet,
            "Never ran",
            record
                .receipt
                .as_ref()
                .and_then(|receipt| receipt.returned)
                .map(|usd| format!("${} returned to credit", words::left(usd))),
        ),
        Phase::Closed => say(StateCode::Closed, Tone::Quiet, "Closed", None),
        Phase::OutOfFunds => say(
            StateCode::OutOfFunds,
            Tone::Bad,
            "Out of funds",
            Some("What was set aside is used up".into()),
        ),
    }
}

/// Says so when a part of what was leased has ended.
fn part(record: &Record, how: view::State) -> view::State {
    let ended = record.leases.iter().filter(|lease| !lease.runs).count();
    if ended == 0 {
        return how;
    }
    let said = format!(
        "{ended} of {} ended",
        words::count(record.leases.len(), "part")
    );
    let detail = how
        .detail
        .map_or(said.clone(), |detail| format!("{said}. {detail}"));
    view::State {
        tone: Tone::Attention,
        detail: Some(detail),
        ..how
    }
}

/// Says so when a provider takes its machine back.
fn reclaimed(record: &Record, now: Timestamp, how: view::State) -> view::State {
    let Some(at) = record.reclaimed() else {
        return how;
    };
    let left = words::duration(seconds(now, at).max(0));
    let said = format!("The provider takes its machine back in {left}");
    let detail = how
        .detail
        .map_or(said.clone(), |detail| format!("{said}. {detail}"));
    view::State {
        tone: match how.tone {
            Tone::Bad => Tone::Bad,
            _ => Tone::Attention,
        },
        detail: Some(detail),
        ..how
    }
}

fn choosing(
    state: &State,
    record: &Record,
    now: Timestamp,
    say: impl Fn(StateCode, Tone, &str, Option<String>) -> view::State,
) -> view::State {
    let open: Vec<_> = record.bids.iter().filter(|bid| bid.open()).collect();
    let detail = if open.is_empty() {
        if no_bids(record, now) {
            "No bid yet. Still waiting.".to_owned()
        } else {
            "Waiting for bids".to_owned()
        }
    } else {
        let best = open
            .iter()
            .filter_map(|bid| {
                words::price(bid.price.as_ref()?, &state.rates, record.gpu())
                    .zip(bid.price.as_ref())
            })
            .min_by(|a, b| a.1.amount.cmp(&b.1.amount));
        let best = best.map(|(price, _)| {
            if price.by_hour {
                format!(", best ${} an hour", price.hour)
            } else {
                format!(", best ${} a month", price.month)
            }
        });
        format!(
            "{}{}",
            words::count(open.len(), "bid"),
            best.filter(|_| record.gseqs().len() == 1)
                .unwrap_or_default()
        )
    };
    let detail = match &record.rule {
        Some(rule) => format!("{detail}. Accepts {} on its own", rule::wanted(rule)),
        None => detail,
    };
    let (tone, word) = if open.is_empty() || record.rule.is_some() {
        (Tone::Busy, "Asking")
    } else {
        (Tone::Attention, "Choose")
    };
    say(StateCode::Choosing, tone, word, Some(detail))
}

fn up(
    record: &Record,
    now: Timestamp,
    say: impl Fn(StateCode, Tone, &str, Option<String>) -> view::State,
) -> view::State {
    let run = &record.run;
    let since =
        |code, tone, word: &str, detail: Option<String>, at: Option<Timestamp>| view::State {
            since: at.map(|at| at.to_string()),
            ..say(code, tone, word, detail)
        };
    if run.dark.is_some_and(|dark| seconds(dark, now) >= PATIENCE) {
        return since(
            StateCode::Dark,
            Tone::Attention,
            "No status",
            Some("The provider sends no status. The lease still runs and is charged.".into()),
            run.dark,
        );
    }
    if record.ours && run.delivered.is_none() {
        if run.refused > 0 {
            return since(
                StateCode::Undelivered,
                Tone::Attention,
                "Not delivered",
                Some("Sending the manifest again. Charges have started.".into()),
                run.leased,
            );
        }
        return since(
            StateCode::Leasing,
            Tone::Busy,
            "Starting",
            Some("Sending the manifest".into()),
            run.leased,
        );
    }
    if run.restarting.is_some() {
        let stops = match run.stopped.len() {
            0 => String::new(),
            n => format!("Stopped {} within ten minutes. ", words::times(n)),
        };
        return since(
            StateCode::KeepsRestarting,
            Tone::Bad,
            "Keeps restarting",
            Some(format!("{stops}It is still charged.")),
            run.restarting,
        );
    }
    let total = run.services.len();
    let ready = run
        .services
        .iter()
        .filter(|service| service.is_ready())
        .count();
    let Some(all_ready) = run.ready else {
        let detail = if total == 0 {
            "Waiting for the provider’s status".to_owned()
        } else {
            format!("{ready} of {} ready", words::count(total, "service"))
        };
        let late = run
            .delivered
            .or(run.leased)
            .is_some_and(|from| seconds(from, now) >= PATIENCE);
        let detail = if late {
            format!("{detail}. Charges have started.")
        } else {
            detail
        };
        return since(
            StateCode::Starting,
            if late { Tone::Attention } else { Tone::Busy },
            "Starting",
            Some(detail),
            run.delivered.or(run.leased),
        );
    };
    let web = run
        .places
        .iter()
        .any(|place| matches!(place.at, At::Web(_)));
    if web {
        if let Some(answered) = run.answered {
            return since(
                StateCode::Answering,
                Tone::Good,
                "Answering",
                None,
                Some(answered),
            );
        }
        if run
            .silent
            .is_some_and(|silent| seconds(silent, now) >= PATIENCE)
        {
            let detail = "Ready, but its web address does not answer. It is charged.".to_owned();
            return since(
                StateCode::NotAnswering,
                Tone::Attention,
                "Not answering",
                Some(detail),
                run.silent,
            );
        }
        return since(
            StateCode::Running,
            Tone::Busy,
            "Running",
            Some("Ready. Its web address does not answer yet.".into()),
            Some(all_ready),
        );
    }
    since(
        StateCode::Running,
        Tone::Good,
        "Running",
        Some(format!("{} ready", words::count(total, "service"))),
        Some(all_ready),
    )
}

/// How many services are ready, and how many there are.
pub(crate) fn ready_of(services: &[ServiceSeen]) -> (usize, usize) {
    (
        services.iter().filter(|service| service.is_ready()).count(),
        services.len(),
    )
}
