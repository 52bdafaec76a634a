//! What a person is told about money, where it is decided and where it is spent.

use crate::app::{App, Console, PATIENCE, Start};
use crate::desktop::{Desktop, SOON, wait_for};
use crate::steps::HELLO;

/// A GPU costs so much that the Console adds right after the lease.
fn gpu() -> String {
    HELLO
        .replace("          units: 0.5\n", "          units: 4\n")
        .replace(
            "        storage:\n          - size: 1Gi\n",
            "        storage:\n          - size: 20Gi\n        gpu:\n          units: 2\n          attributes:\n            vendor:\n              nvidia:\n",
        )
        .replace("amount: 1000", "amount: 100000")
}

/// A picture in both sizes; nothing sideways, no violation.
fn look(app: &App<'_>, name: &str) {
    for (width, height) in [(900, 640), (1440, 900)] {
        app.resize(width, height);
        let what = format!("money-{name}-{width}");
        app.picture(&what);
        app.assert_fits(&what);
        app.assert_accessible(&what);
    }
}

/// From the file to the close: what the Console adds, the most it may spend, and closing several at once.
pub(crate) fn told(desktop: &Desktop) {
    let console = Console::start(desktop);
    let app = App::start(
        desktop,
        &App::fresh_data(desktop, "money"),
        Start::at(&console),
    );
    app.connect(&console);
    app.drop_files(&[&app.file("model.yaml", gpu())]);
    app.reads(
        PATIENCE,
        &["model", "Once it runs, the Console adds from your credit"],
    );
    // A limit that can't be used is refused in words.
    app.fill("The most it may cost a month, in US dollars", "0.5030");
    app.reads(SOON, &["Enter whole cents"]);
    app.reads(PATIENCE, &["A file like this usually costs about $"]);
    app.fill("The most it may cost a month, in US dollars", "");
    app.click("button", "Use $*");
    app.find("button", "Deploy for me (up to $*", SOON);
    look(&app, "check");
    // And stays with its file.
    app.drop_files(&[&app.file("other.yaml", HELLO)]);
    app.reads(SOON, &["other"]);
    app.find("button", "Deploy for me", SOON);
    app.drop_files(&[&app.file("model.yaml", gpu())]);
    app.reads(SOON, &["model"]);
    app.ask();
    app.reads(PATIENCE, &["The Console adds about $"]);
    app.click("button", "No spending limit");
    app.fill("The most it may spend in all, in US dollars", "1,000");
    app.reads(SOON, &["Enter it without a comma"]);
    app.fill("The most it may spend in all, in US dollars", "30");
    app.click("button", "Set");
    app.reads(SOON, &["It stops once it has spent $30.00 in all"]);
    look(&app, "most");
    app.click("button", "Done");
    app.find("button", "At most $30.00 in all", SOON);
    look(&app, "choose");
    app.click_within("button", "Start at *", PATIENCE);
    // More than what is set aside is asked for.
    look(&app, "takes");
    app.click_within("button", "Start, taking about $*", PATIENCE);
    app.reads(PATIENCE, &["The Console added $"]);
    look(&app, "added");
    app.click_within("button", "Services, money and history", PATIENCE);
    app.reads(SOON, &["Total set aside"]);
    look(&app, "detail");
    app.click("button", "Set aside more…");
    app.fill("How much, in USD", "1000");
    app.reads(SOON, &["You have $"]);
    app.fill("How much, in USD", "2");
    app.reads(SOON, &["$2.00 buys"]);
    look(&app, "more");
    app.click("button", "Cancel");

    app.drop_files(&[&app.file("other.yaml", HELLO)]);
    app.reads(SOON, &["other"]);
    app.ask();
    app.click("button", "Start at *");
    app.reads(PATIENCE, &["It is live"]);
    app.click("link", "Deployments");
    app.reads(
        PATIENCE,
        &["All together $", "Your credit pays for all until"],
    );
    look(&app, "home");
    app.click("button", "Stop and delete several…");
    app.find("dialog", "Stop and delete several deployments", SOON);
    app.session.script(
        "document.querySelector('dialog input[type=checkbox]').click()",
        &[],
    );
    app.find("button", "Stop and delete 2 deployments", SOON);
    look(&app, "several");
    app.click("button", "Stop and delete 2 deployments");
    wait_for("both to be closed", PATIENCE, || {
        console.deployments().is_empty().then_some(())
    });
    app.click_within("link", "2 closed deployments*", PATIENCE);
    app.reads(PATIENCE, &["Closed deployments", "model", "other"]);
    look(&app, "receipts");
}
