//! When a deployment stops by itself, in words.

use super::words;
use crate::{
    record::{Keeper, Record},
    state::{State, funding::Funding},
    view::{DraftStop, Stop},
};

const CONSOLE: &str = "The Console stops it, also while Aloft is closed.";
const ALOFT: &str = "Aloft stops it and has to be open then. If it is closed, the deployment runs on and costs until the next start of Aloft.";

/// What the check screen says.
pub(super) fn of_draft(state: &State, hours: Option<u32>) -> DraftStop {
    let note = match (state.market.funding, &state.session) {
        (Funding::Fixed(_), _) => CONSOLE,
        (_, Some(_)) => ALOFT,
        (_, None) => "",
    };
    DraftStop {
        hours,
        note: note.to_owned(),
    }
}

/// What a deployment's own screen says.
pub(super) fn of(record: &Record) -> Option<Stop> {
    let stop = record.stop.filter(|_| !record.phase.is_over())?;
    let note = match stop.keeper {
        Keeper::Console => CONSOLE,
        Keeper::Aloft => ALOFT,
        Keeper::Unknown if record.run.leased.is_none() => "",
        Keeper::Unknown => "Aloft is asking the Console whether it does that.",
    };
    Some(Stop {
        text: after(stop.hours),
        at: record.stops().map(|at| at.to_string()),
        note: note.to_owned(),
    })
}

/// `24 hours after its lease starts`.
fn after(hours: u32) -> String {
    let hours = words::count(hours as usize, "hour");
    format!("{hours} after its lease starts")
}
