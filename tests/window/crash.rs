//! Killed without warning: the next start shows the same.

use crate::app::{App, Console, PATIENCE, Start};
use crate::desktop::{Desktop, SOON};
use crate::steps::HELLO;

pub(crate) fn while_choosing_and_while_live(desktop: &Desktop) {
    let console = Console::start(desktop);
    let data = App::fresh_data(desktop, "crash");
    let app = App::start(desktop, &data, Start::at(&console));
    app.connect(&console);
    let file = app.file("survivor.yaml", HELLO);
    app.drop_files(&[&file]);
    app.reads(SOON, &["survivor", "nginx:1.27.3"]);
    app.kill();

    // What was being checked is still there, nothing was sent.
    let app = App::start(desktop, &data, Start::at(&console));
    app.reads(PATIENCE, &["Credit $"]);
    app.click("link", "New*");
    app.reads(SOON, &["survivor", "nginx:1.27.3"]);
    app.ask();
    app.kill();

    // Bids still wait, for the one deployment there is.
    let app = App::start(desktop, &data, Start::at(&console));
    app.reads(PATIENCE, &["survivor", "Choose"]);
    assert_eq!(console.deployments().len(), 1);
    app.click("link", "survivor");
    app.start_and_wait();
    app.kill();

    let app = App::start(desktop, &data, Start::at(&console));
    app.reads(PATIENCE, &["survivor", "Answering"]);
    assert_eq!(console.deployments().len(), 1);
    app.click("link", "survivor");
    app.reads(SOON, &["Services", "Left of what was set aside"]);
    app.close();
    app.kill();

    let app = App::start(desktop, &data, Start::at(&console));
    app.click_within("link", "1 closed deployment", PATIENCE);
    app.click("link", "survivor");
    app.reads(SOON, &["Receipt", "Returned to credit", "You closed it"]);
    assert_eq!(console.deployments().len(), 0, "of what is still open");
}
