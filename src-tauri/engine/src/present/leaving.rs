//! What is said before Aloft quits: what goes on and costs, and what does not go on.

use akash_market::Usd;

use super::{rule, total::total, words};
use crate::{
    record::{Keeper, Phase, Record},
    state::State,
};

/// What to ask before quitting; `None` when there is nothing to say, or it was said before and no more is at stake now. The demo costs
/// nothing and stands still.
pub(crate) fn question(state: &State) -> Option<String> {
    state.session.as_ref().filter(|session| !session.demo())?;
    let mut living: Vec<&Record> = state.living().collect();
    living.sort_unstable_by_key(|record| record.id);
    let runs = |record: &&&Record| record.running().next().is_some();
    let live = living.iter().filter(runs).count();
    let mut said: Vec<String> = living
        .iter()
        .filter(|record| record.rule.is_some())
        .map(|record| not_yet(record))
        .collect();
    // Its limit is watched only while Aloft is open.
    let limited = |record: &&&Record| watched(record);
    let told = state.settings.said_quit
        && !dearer(state)
        && living.iter().filter(runs).filter(limited).count() == 0;
    if said.is_empty() && (live == 0 || told) {
        return None;
    }
    let chooses =
        |record: &&&Record| record.ours && record.phase == Phase::Choosing && record.rule.is_none();
    let waiting = match living.iter().filter(chooses).count() {
        0 => None,
        1 => Some("One deployment waits for".to_owned()),
        n => Some(format!("{n} deployments wait for")),
    };
    said.extend(waiting.map(|waiting| {
        format!("{waiting} your choice. Bids expire within minutes, and the money stays set aside until you cancel the request.")
    }));
    if live > 0 {
        let (who, them) = match live {
            1 => ("Your deployment goes on".to_owned(), "it"),
            n => (format!("Your {n} deployments go on"), "them"),
        };
        let cost = match day(state) {
            Some(usd) => format!("costing ${} a day", words::cost(usd)),
            None => "costing".to_owned(),
        };
        said.push(format!(
            "{who} running and {cost} while Aloft is closed. Aloft tells you what happens to {them} only while it is open."
        ));
        if living
            .iter()
            .filter(runs)
            .any(|record| record.ceiling.is_some())
        {
            said.push(
                "The most that one may spend in all is watched only while Aloft is open: if it is reached meanwhile, the deployment is closed at the next start."
                    .into(),
            );
        }
        if living.iter().filter(runs).any(|record| timed(record)) {
            said.push(
                "One is to stop by itself, and only Aloft sees to that: if its time is over meanwhile, it is closed at the next start."
                    .into(),
            );
        }
    }
    Some(said.join("\n\n"))
}

/// It stops by itself, and the Console does not see to that.
fn timed(record: &Record) -> bool {
    record
        .stop
        .is_some_and(|stop| stop.keeper != Keeper::Console)
}

/// It has a limit that only Aloft watches.
fn watched(record: &Record) -> bool {
    record.ceiling.is_some() || timed(record)
}

fn not_yet(record: &Record) -> String {
    let rule = record.rule.as_ref().map(rule::wanted).unwrap_or_default();
    format!(
        "“{}” is not deployed yet. Aloft accepts {rule} only while it is open. It continues at the next start, but the bids may have expired by then.",
        record.name
    )
}

/// What all that runs costs a day, USD.
fn day(state: &State) -> Option<Usd> {
    let living: Vec<&Record> = state.living().collect();
    total(&living, state)?.day.parse().ok()
}

/// What a day costs, as it is kept once it was said.
pub(crate) fn told(state: &State) -> String {
    day(state).unwrap_or_default().round_up(2)
}

/// Whether a day costs more now than when it was said last.
fn dearer(state: &State) -> bool {
    let before = state.settings.quit_day.parse::<Usd>().unwrap_or_default();
    told(state).parse::<Usd>().is_ok_and(|usd| usd > before)
}
