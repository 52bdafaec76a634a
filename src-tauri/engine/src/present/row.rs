//! A deployment in a line: its state in words, who runs it, what it costs, how long that lasts.

use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::{names, status::how, words};
use crate::{
    derive::{
        funding,
        runway::{LOW, LOW_FUNDED, escrow, seconds_allowed, seconds_left},
        stop::seconds_until,
    },
    outside::{may_open, place_url},
    record::{At, BidSeen, Phase, Place, Record},
    state::State,
    view::{Action, Address, AddressKind, Lasts, Row, StateCode},
};

/// A deployment in a line.
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
            if record.bids.iter().any(BidSeen::open) && record.ours && record.rule.is_none() =>
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

fn lasts(state: &State, record: &Record, now: Timestamp) -> Option<Lasts> {
    let left = seconds_left(state, record, now)?;
    let auto = funding::automatic(state, record);
    let (funded, alone) = (auto == Some(true), auto == Some(false));
    let goes_on = funded && funding::credit_pays(state);
    let stops = seconds_until(record, now).unwrap_or(i64::MAX);
    let limit = seconds_allowed(state, record, now)
        .filter(|limit| (goes_on || *limit <= left) && *limit <= stops);
    if let Some(limit) = limit {
        let until = now.checked_add(SignedDuration::from_secs(limit)).ok();
        return Some(Lasts {
            until: until.map(|until| until.to_string()),
            text: format!("Closes at its limit in {}", words::duration(limit)),
            low: limit < LOW_FUNDED,
        });
    }
    if let Some(stops) = seconds_until(record, now).filter(|stops| goes_on || *stops <= left) {
        return Some(Lasts {
            until: record.stops().map(|at| at.to_string()),
            text: format!("Stops by itself in {}", words::duration(stops)),
            low: false,
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

/// `Europlots · Kyiv, UA`, of the first lease that stands (or stood).
fn who(state: &State, record: &Record) -> Option<String> {
    let lease = record.running().next().or(record.leases.first())?;
    let provider = state.providers.get(&lease.provider);
    let name = names::name(provider.map(AsRef::as_ref), &lease.provider);
    let more = record.leases.len().saturating_sub(1);
    let place = provider.and_then(|p| names::region(p));
    Some(match (place, more) {
        (_, more) if more > 0 => format!("{name} and {}", words::count(more, "other")),
        (Some(place), _) => format!("{name} · {place}"),
        _ => name,
    })
}

fn address(place: &Place, console: Option<&Url>) -> Address {
    let (kind, opens) = match &place.at {
        At::Web(_) => {
            let opens = place_url(place).is_some_and(|url| may_open(&url, console));
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
