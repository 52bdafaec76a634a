//! What drawing costs: figures for a person, in the artefacts. A limit in a test would fail on a busy machine.

use crate::app::App;
use crate::bids::{choosing_in_the_demo, feed};
use crate::desktop::{Desktop, SOON, artefacts, wait_for};
use serde_json::{Value, json};

/// Script and layout of one update of a table of 500 bids, and of a list of 1,000 deployments.
pub(crate) fn drawn(desktop: &Desktop) {
    let app = choosing_in_the_demo(desktop, "figures");
    feed(&app, 500, None);
    let bids = updates(
        &app,
        "const bid = next.open.groups[0].bids[round * 8];
         bid.price = { ...bid.price, month: (1 + round / 100).toFixed(2) };",
    );
    app.session.script("location.hash = '#/'", &[]);
    wait_for("the list", SOON, || {
        app.text().contains("New deployment").then_some(())
    });
    let deployments = updates(
        &app,
        "if (next.rows.length < 1000) next.rows = Array.from({ length: 1000 }, (_, n) => ({ ...structuredClone(next.rows[0]), id: `fed-${n}`, name: `deployment ${n}` }));
         next.rows[round * 16].name = `changed ${round}`;",
    );
    let figures = json!({
        "what": "milliseconds of script and layout for one update",
        "bids_500": { "times": bids, "budget_p95": 16 },
        "deployments_1000": { "times": deployments, "budget_p95": 100 },
    });
    std::fs::write(artefacts().join("figures.json"), format!("{figures:#}\n")).unwrap();
}

/// Changes the snapshot sixty times by a script that has `next` and `round`.
fn updates(app: &App<'_>, change: &str) -> Value {
    let script = format!(
        "const [done] = arguments;
         import('/app/store.js').then(async ({{ state, take }}) => {{
           const times = [];
           for (let round = 0; round < 60; round += 1) {{
             const next = structuredClone(state.snapshot);
             next.rev += 1;
             {change}
             const began = performance.now();
             take(next);
             await null;
             await null;
             document.body.getBoundingClientRect();
             times.push(performance.now() - began);
             await new Promise((go) => setTimeout(go, 20));
           }}
           done(times);
         }})"
    );
    let times = app.session.script_later(&script, &[]);
    let mut times: Vec<f64> = times
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_f64)
        .collect();
    assert_eq!(times.len(), 60);
    times.sort_by(f64::total_cmp);
    json!({ "p50": times[30], "p95": times[57], "max": times[59] })
}
