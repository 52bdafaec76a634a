//! The focus never falls off the screen.

use crate::bids::choosing_in_the_demo;
use crate::desktop::Desktop;

/// What a dialog is about goes while it is open, as a deployment does that is closed from another place: the focus comes back to the screen.
pub(crate) fn after_a_dialog(desktop: &Desktop) {
    let app = choosing_in_the_demo(desktop, "focus");
    let focus = app.session.script_later(
        "const [done] = arguments;
         import('/app/store.js').then(({ state, ask, take }) => {
           ask({ kind: 'funds', id: state.snapshot.rows[0].id });
           setTimeout(() => {
             const inside = document.activeElement.id;
             const next = structuredClone(state.snapshot);
             Object.assign(next, { rev: 1e9, rows: [], notices: [] });
             take(next);
             setTimeout(() => done([inside, document.activeElement.tagName]), 300);
           }, 300);
         })",
        &[],
    );
    assert_eq!(focus, serde_json::json!(["funds", "H1"]));
}
