//! Whether the computer runs on its battery: Aloft then asks the Console less often.

use std::{thread, time::Duration};

use aloft_engine::Engine;
use starship_battery::{Manager, State};

/// How often the system is asked.
const EVERY: Duration = Duration::from_secs(60);

/// Tells the engine until the program ends. A thread of its own, since a system may take its time to answer; it ends by itself where there is no
/// battery.
pub(crate) fn watch(engine: Engine) {
    let asks = move || {
        while let Some(on) = on_battery() {
            engine.set_on_battery(on);
            thread::sleep(EVERY);
        }
    };
    if let Err(error) = thread::Builder::new().name("power".into()).spawn(asks) {
        tracing::warn!(%error, "the battery is not looked at");
    }
}

/// `None`: there is no battery, or the system does not say.
fn on_battery() -> Option<bool> {
    let states: Vec<State> = Manager::new()
        .and_then(|manager| manager.batteries())
        .inspect_err(|error| tracing::debug!(%error, "no word of batteries"))
        .ok()?
        .filter_map(|battery| Some(battery.ok()?.state()))
        .collect();
    (!states.is_empty()).then(|| states.contains(&State::Discharging))
}
