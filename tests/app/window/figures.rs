//! What drawing costs, in the artefacts. Milliseconds are for a person: a limit on them would fail on a busy machine. What is checked is a
//! ratio: an update against building a fifth as many plain rows anew, taken in turns with it on the same machine.

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
        100,
        "const bid = next.open.groups[0].bids[round * 20];
         bid.price = { ...bid.price, month: (1 + round / 100).toFixed(2) };",
    );
    app.session.script("location.hash = '#/'", &[]);
    wait_for("the list", SOON, || {
        app.text().contains("New deployment").then_some(())
    });
    let deployments = updates(
        &app,
        200,
        "if (next.rows.length < 1000) next.rows = Array.from({ length: 1000 }, (_, n) => ({ ...structuredClone(next.rows[0]), id: `fed-${n}`, name: `deployment ${n}` }));
         next.rows[round * 40].name = `changed ${round}`;",
    );
    let figures = json!({
        "what": "milliseconds of script and layout for one update, and its ratio to building a fifth as many plain rows anew",
        "bids_500": bids.shown(BIDS),
        "deployments_1000": deployments.shown(DEPLOYMENTS),
    });
    std::fs::write(artefacts().join("figures.json"), format!("{figures:#}\n")).unwrap();
    for (what, drawn, most) in [
        ("500 bids", bids, BIDS),
        ("1,000 deployments", deployments, DEPLOYMENTS),
    ] {
        let ratio = drawn.ratio();
        assert!(
            ratio <= most,
            "an update of {what} costs {ratio:.2} of a fifth as many plain rows, more than {most}"
        );
    }
}

/// The most that an update may cost, as a share of building a fifth as many plain rows anew.
const BIDS: f64 = 0.6;
const DEPLOYMENTS: f64 = 0.6;

/// Milliseconds, sorted.
struct Drawn {
    updates: Vec<f64>,
    yardsticks: Vec<f64>,
}

impl Drawn {
    fn ratio(&self) -> f64 {
        self.updates[12] / self.yardsticks[12]
    }

    fn shown(&self, most: f64) -> Value {
        let [p50, p95, max] = [12, 22, 23].map(|at| self.updates[at]);
        json!({ "p50": p50, "p95": p95, "max": max, "plain_rows_p50": self.yardsticks[12], "ratio": self.ratio(), "budget": most })
    }
}

/// Changes the snapshot 24 times by a script that has `next` and `round`, each time after building `rows` plain rows of eight cells.
fn updates(app: &App<'_>, rows: u32, change: &str) -> Drawn {
    let script = format!(
        "const [done] = arguments;
         const yardstick = () => {{
           const table = document.createElement('table');
           for (let row = 0; row < {rows}; row += 1) {{
             const line = table.insertRow();
             for (let cell = 0; cell < 8; cell += 1) line.insertCell().textContent = `row ${{row}} cell ${{cell}}`;
           }}
           document.body.append(table);
           table.getBoundingClientRect();
           table.remove();
         }};
         const timed = async (what) => {{
           const began = performance.now();
           what();
           await null;
           await null;
           document.body.getBoundingClientRect();
           return performance.now() - began;
         }};
         import('/app/store.js').then(async ({{ state, take }}) => {{
           const updates = [], yardsticks = [];
           for (let round = 0; round < 24; round += 1) {{
             const next = structuredClone(state.snapshot);
             next.rev += 1;
             {change}
             yardsticks.push(await timed(yardstick));
             updates.push(await timed(() => take(next)));
             await new Promise((go) => setTimeout(go, 20));
           }}
           done([updates, yardsticks]);
         }})"
    );
    let times = app.session.script_later(&script, &[]);
    let sorted = |list: &Value| {
        let list = list.as_array().unwrap();
        let mut times: Vec<f64> = list.iter().filter_map(Value::as_f64).collect();
        assert_eq!(times.len(), 24);
        times.sort_by(f64::total_cmp);
        times
    };
    Drawn {
        updates: sorted(&times[0]),
        yardsticks: sorted(&times[1]),
    }
}
