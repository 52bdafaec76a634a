//! Killed without warning in every step: the next start goes on with the same deployment. A picture of each is kept.

use serde_json::json;

use crate::app::{App, Console, PATIENCE, Start};
use crate::desktop::{Desktop, SOON, wait_for};
use crate::steps::HELLO;

/// Kills it, starts it again, waits until this is to be read, and keeps a picture of it.
#[track_caller]
fn again<'a>(app: App<'a>, console: &Console, step: &str, words: &[&str]) -> App<'a> {
    let (desktop, data) = (app.desktop, app.data.clone());
    app.kill();
    let app = App::start(desktop, &data, Start::at(console));
    app.reads(PATIENCE, &["Credit $"]);
    app.reads(PATIENCE, words);
    app.picture(&format!("killed-while-{step}"));
    app
}

/// The one deployment there is on the chain, and how many leases it has.
#[track_caller]
fn leases(console: &Console) -> usize {
    let all = console.deployments();
    assert_eq!(all.len(), 1, "one was asked for: {all:?}");
    all[0]["leases"].as_array().map_or(0, Vec::len)
}

pub(crate) fn in_every_step(desktop: &Desktop) {
    let console = Console::start(desktop);
    let once = |endpoint: &str, fault: &str| {
        console.sim(
            "faults",
            &json!({ "endpoint": endpoint, "times": 1, "fault": fault }),
        );
    };
    let data = App::fresh_data(desktop, "crash");
    let app = App::start(desktop, &data, Start::at(&console));
    app.connect(&console);

    // What was being checked is still there, nothing was sent.
    let file = app.file(
        "survivor.yaml",
        HELLO.replace("nginx:1.27.3", "slow-start:1"),
    );
    app.drop_files(&[&file]);
    app.reads(SOON, &["survivor", "slow-start:1"]);
    let app = again(app, &console, "checking", &[]);
    app.click("link", "New*");
    app.reads(SOON, &["survivor", "slow-start:1"]);
    app.picture("killed-while-checking");
    assert_eq!(console.deployments().len(), 0);

    // It was made, and the answer never came.
    once("POST /v1/deployments", "apply-then-hang");
    app.press("button", "Ask for prices*");
    wait_for("it on the chain", PATIENCE, || {
        (console.deployments().len() == 1).then_some(())
    });
    app.reads(SOON, &["Creating the deployment"]);
    let app = again(app, &console, "creating", &["survivor", "Choose"]);
    assert_eq!(leases(&console), 0);

    // Bids still wait.
    app.click("link", "survivor");
    app.find("button", "Start at *", PATIENCE);
    let app = again(app, &console, "choosing", &["survivor", "Choose"]);

    // The lease was taken, and the answer never came; its provider has no manifest.
    console.sim(
        "change",
        &json!({ "change": "manifest-fails", "times": 1_000 }),
    );
    once("POST /v1/leases", "apply-then-hang");
    app.click("link", "survivor");
    app.press_within("button", "Start at *", PATIENCE);
    wait_for("the lease on the chain", PATIENCE, || {
        (leases(&console) == 1).then_some(())
    });
    let app = again(app, &console, "leasing", &["survivor", "Not delivered"]);

    // The manifest is sent again and again.
    let app = again(app, &console, "delivering", &["survivor", "Not delivered"]);
    console.sim("change", &json!({ "change": "manifest-fails", "times": 0 }));

    // Its containers take their time.
    app.reads(PATIENCE, &["0 of 1 service ready"]);
    let app = again(
        app,
        &console,
        "starting",
        &["survivor", "0 of 1 service ready"],
    );

    app.reads(PATIENCE, &["Answering"]);
    let app = again(app, &console, "live", &["survivor", "Answering"]);
    assert_eq!(leases(&console), 1);

    // The close does not get through.
    console.sim(
        "faults",
        &json!({ "endpoint": "DELETE /v1/deployments/{dseq}", "fault": "close" }),
    );
    app.click("link", "survivor");
    app.reads(SOON, &["Services", "Left of what was set aside"]);
    app.press("button", "Stop and delete…");
    app.press("button", "Stop and delete");
    app.reads(PATIENCE, &["Closing"]);
    let app = again(app, &console, "closing", &["survivor", "Closing"]);
    console.clear_faults();

    app.click_within("link", "1 closed deployment", PATIENCE);
    app.click("link", "survivor");
    app.reads(SOON, &["Receipt", "Returned to credit", "You stopped it"]);
    let app = again(app, &console, "closed", &["1 closed deployment"]);
    app.click("link", "1 closed deployment");
    app.reads(SOON, &["survivor"]);
    assert_eq!(console.deployments().len(), 0, "of what is still open");
}
