//! A deployment in a line: its state in words, who runs it, what it costs, how long that lasts.

use akash_console::Provider;
use akash_market::{Decimal, EscrowNow, Usd};
use jiff::{SignedDuration, Timestamp};
use url::Url;

use crate::{
    observe::probe,
    outside,
    present::words,
    record::transitions::{NO_BIDS, PATIENCE, seconds},
    record::{At, Phase, Place, Record, ServiceSeen, Why},
    state::State,
    view::{self, Action, Address, AddressKind, Lasts, Row, StateCode, Tone},
    workflow::rule_words,
};

pub(crate) fn row(state: &State, record: &Record, now: Timestamp) -> Row {
    let how = how(state, record, now);
    let code = how.code;
    let lasts = lasts(state, record, now);
    let low = lasts.as_ref().is_some_and(|lasts| lasts.low);
    let console = state.session.as_ref().map(|session| &session.console);
    Row {
        id: record.id.to_string(),
        name: record.name.clone(),
        ours: record.ours,
        state: how,
        provider: who(state, record),
        price: record
            .price()
            .and_then(|price| words::price(&price, &state.rates, record.gpu())),
        left: escrow(state, record, now)
            .and_then(|(now, usd)| usd(now.left))
            .map(|usd| usd.round_down(2)),
        lasts,
        addresses: record
            .run
            .places
            .iter()
            .map(|place| address(place, console))
            .collect(),
        action: action(record, code, low),
        closable: state
            .session
            .as_ref()
            .is_some_and(|session| session.confirmed)
            && record.dseq.is_some()
            && !record.phase.is_over()
            && record.phase != Phase::Closing
            && !state.busy.contains(&record.id),
    }
}

fn action(record: &Record, code: StateCode, low: bool) -> Option<Action> {
    Some(match code {
        StateCode::Choosing if record.rule.is_some() => Action::Stop,
        StateCode::Choosing
            if record.bids.iter().any(crate::record::BidSeen::open)
                && record.ours
                && record.rule.is_none() =>
        {
            Action::Choose
        }
        StateCode::Lapsed if record.ours => Action::AskAgain,
        StateCode::Lapsed | StateCode::LeaseLost => Action::Close,
        StateCode::Unclear
        | StateCode::Refused
        | StateCode::NotAnswering
        | StateCode::KeepsRestarting
        | StateCode::Dark => Action::Look,
        // Whether an imported one was created is not known: a second one could be made.
        StateCode::NotSent if record.imported => Action::Look,
        StateCode::NotSent => Action::AskAgain,
        _ if low => Action::AddFunds,
        _ => return None,
    })
}

/// The escrow at the block of `now`, and what turns its micro-units into dollars.
pub(crate) fn escrow<'a>(
    state: &'a State,
    record: &'a Record,
    now: Timestamp,
) -> Option<(EscrowNow, impl Fn(Decimal) -> Option<Usd> + 'a)> {
    let seen = record.escrow.as_ref()?;
    let height = state.height(now);
    // While something drains it, what was left at the last settlement is no answer.
    let height = match height {
        Some(height) => height,
        None if seen.rates.is_empty() => seen.settled_at,
        None => return None,
    };
    Some((seen.escrow().at(height), move |amount| {
        seen.amount(amount).usd(&state.rates)
    }))
}

/// With automatic funding: warn under this, seconds.
const LOW_FUNDED: i64 = 20 * 3_600;
/// Without: warn under this, seconds.
const LOW: i64 = 48 * 3_600;

/// Chain seconds that what is left pays for; `None` when nothing runs or it is not known.
pub(crate) fn seconds_left(state: &State, record: &Record, now: Timestamp) -> Option<i64> {
    record.running().next()?;
    let blocks = escrow(state, record, now)?.0.blocks_left?;
    i64::try_from(state.pace().seconds(blocks).trunc()).ok()
}

/// Chain seconds until a deployment has spent what it may spend in all; `None` without such a limit, or when that is not known.
fn seconds_allowed(state: &State, record: &Record, now: Timestamp) -> Option<i64> {
    let ceiling = record.ceiling?;
    let per_block = record.price()?.usd_per_block(&state.rates)?;
    let (escrow, usd) = escrow(state, record, now)?;
    let left = ceiling.saturating_sub(usd(escrow.spent)?).max(Usd::ZERO);
    let blocks = u64::try_from(left.ratio(per_block)?.trunc()).ok()?;
    i64::try_from(state.pace().seconds(blocks).trunc()).ok()
}

fn lasts(state: &State, record: &Record, now: Timestamp) -> Option<Lasts> {
    let left = seconds_left(state, record, now)?;
    let auto = crate::derive::funding::automatic(state, record);
    let (funded, alone) = (auto == Some(true), auto == Some(false));
    let goes_on = funded && crate::derive::funding::credit_pays(state);
    let limit = seconds_allowed(state, record, now).filter(|limit| goes_on || *limit <= left);
    if let Some(limit) = limit {
        let until = now.checked_add(SignedDuration::from_secs(limit)).ok();
        return Some(Lasts {
            until: until.map(|until| until.to_string()),
            text: format!("Closes at its limit in {}", words::duration(limit)),
            low: limit < LOW_FUNDED,
        });
    }
    let until = now.checked_add(SignedDuration::from_secs(left)).ok();
    Some(Lasts {
        until: until.filter(|_| !funded).map(|until| until.to_string()),
        text: if goes_on && left >= LOW_FUNDED {
            format!("Paid for {}, then from credit", words::duration(left))
        } else {
            format!("Paid for {}", words::duration(left))
        },
        low: left < if alone { LOW } else { LOW_FUNDED },
    })
}

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
            record.problem.as_ref().map(|problem| problem.title.clone()),
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
        Phase::Up => part(record, up(record, now, say)),
        Phase::LeaseLost => {
            let reason = record
                .leases
                .iter()
                .find_map(|lease| lease.reason.as_deref());
            say(
                StateCode::LeaseLost,
                Tone::Bad,
                "Lease lost",
                Some(crate::record::transitions::lost(reason).to_owned()),
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
        Some(rule) => format!("{detail}. Accepts {} on its own", rule_words(rule)),
        None => detail,
    };
    let (tone, word) = if open.is_empty() || record.rule.is_some() {
        (Tone::Busy, "Asking")
    } else {
        (Tone::Attention, "Choose")
    };
    say(StateCode::Choosing, tone, word, Some(detail))
}

/// Whether a minute passed without any bid for one of the groups.
pub(crate) fn no_bids(record: &Record, now: Timestamp) -> bool {
    record.phase == Phase::Choosing
        && record.without_bids()
        && record
            .asked
            .is_some_and(|asked| seconds(asked, now) >= NO_BIDS)
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

/// `Europlots · Kyiv, UA`, of the first lease that stands (or stood).
fn who(state: &State, record: &Record) -> Option<String> {
    let lease = record.running().next().or(record.leases.first())?;
    let provider = state.providers.get(&lease.provider);
    let name = name(provider.map(AsRef::as_ref), &lease.provider);
    let more = record.leases.len().saturating_sub(1);
    let place = provider.and_then(|p| region(p));
    Some(match (place, more) {
        (_, more) if more > 0 => format!("{name} and {}", words::count(more, "other")),
        (Some(place), _) => format!("{name} · {place}"),
        _ => name,
    })
}

/// What a provider is called: its organization, else its host, else the start of its address.
pub(crate) fn name(provider: Option<&Provider>, address: &str) -> String {
    let known = provider.and_then(|p| {
        p.organization
            .clone()
            .or_else(|| p.name.clone())
            .or_else(|| Some(host(p)))
            .filter(|name| !name.is_empty())
    });
    known.unwrap_or_else(|| format!("{}…", address.chars().take(12).collect::<String>()))
}

pub(crate) fn host(provider: &Provider) -> String {
    Url::parse(&provider.host_uri)
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned))
        .unwrap_or_default()
}

/// `Kyiv, UA`.
pub(crate) fn region(provider: &Provider) -> Option<String> {
    let place = provider
        .city
        .as_ref()
        .or(provider.ip_region.as_ref())
        .or(provider.location_region.as_ref());
    let country = provider
        .ip_country_code
        .as_ref()
        .or(provider.country.as_ref())
        .or(provider.ip_country.as_ref());
    match (place, country) {
        (Some(place), Some(country)) => Some(format!("{place}, {country}")),
        (one, other) => one.or(other).cloned(),
    }
}

/// Percent over 7 days, 2 decimals, cut: 99.999 is not 100.
pub(crate) fn uptime(provider: &Provider) -> Option<String> {
    percent(provider.uptime_7d?)
}

/// A share as percent, 2 decimals, cut. `None` for one too large to be counted with.
fn percent(share: Decimal) -> Option<String> {
    let percent = share.checked_mul(Decimal::ONE_HUNDRED)?;
    // `{:.2}` of a decimal panics on long numbers; this writes every one.
    Some(Usd::new(percent).round_down(2))
}

fn address(place: &Place, console: Option<&Url>) -> Address {
    let (kind, opens) = match &place.at {
        At::Web(_) => {
            let opens = place_url(place).is_some_and(|url| outside::may_open(&url, console));
            (AddressKind::Web, opens)
        }
        At::Port { .. } => (AddressKind::Port, false),
        At::Ip { .. } => (AddressKind::Ip, false),
    };
    let (label, copy) = place_label(place);
    Address {
        kind,
        service: place.service.clone(),
        label,
        copy,
        opens,
        answers: place.answers,
    }
}

/// As shown, and as copied.
fn place_label(place: &Place) -> (String, String) {
    match &place.at {
        At::Web(host) => (
            host.trim_start_matches("http://")
                .trim_start_matches("https://")
                .to_owned(),
            place_url(place).map_or_else(|| host.clone(), |url| url.to_string()),
        ),
        At::Port {
            host,
            external,
            internal,
            proto,
        } => (
            format!("{host}:{external} → {internal}/{proto}"),
            format!("{host}:{external}"),
        ),
        At::Ip {
            ip,
            external,
            internal,
            proto,
        } => (
            format!("{ip}:{external} → {internal}/{proto}"),
            format!("{ip}:{external}"),
        ),
    }
}

/// The address of a place for a browser, as the provider gave it. Whether it may be opened, [`outside::may_open`] says.
pub(crate) fn place_url(place: &Place) -> Option<Url> {
    match &place.at {
        At::Web(host) => probe::url(host),
        At::Port { .. } | At::Ip { .. } => None,
    }
}

pub(crate) fn ready_of(services: &[ServiceSeen]) -> (usize, usize) {
    (
        services.iter().filter(|service| service.is_ready()).count(),
        services.len(),
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_long_number_is_written_and_not_a_panic() {
        let cases = [
            ("0.99999", "99.99"),
            ("1", "100.00"),
            (
                "792281625142643375935439503.35",
                "79228162514264337593543950335.00",
            ),
        ];
        for (share, shown) in cases {
            assert_eq!(percent(share.parse().unwrap()).unwrap(), shown);
        }
        assert_eq!(percent(Decimal::MAX), None);
    }
}
