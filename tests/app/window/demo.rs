//! Without an account: from the welcome screen to an address, and out again.

use crate::app::{App, PATIENCE, Start};
use crate::desktop::{Desktop, SOON};

const MARK: &str = "Demo: nothing is deployed for real.";

pub(crate) fn there_and_back(desktop: &Desktop) {
    let data = App::fresh_data(desktop, "demo");
    let app = App::start(desktop, &data, Start::default());
    app.find("textbox", "API key", SOON);
    assert!(!app.text().contains(MARK));
    app.click("button", "Start the demo");
    app.reads(PATIENCE, &[MARK, "Nothing is deployed yet", "Credit $"]);
    app.click("button", "A hello page*");
    app.reads(SOON, &[MARK, "What will run"]);
    app.ask();
    app.start_and_wait();
    assert!(app.text().contains(MARK));
    let address = app.open_address();
    assert!(
        page(&address).contains("demo"),
        "{address} says nothing of the demo"
    );
    app.quit();

    // The demo's world is kept.
    let app = App::start(desktop, &data, Start::default());
    app.reads(PATIENCE, &[MARK, "Answering"]);
    app.click("button", "Leave the demo");
    app.find("textbox", "API key", SOON);
    assert!(!app.text().contains(MARK) && !app.text().contains("Answering"));
}

fn page(address: &str) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(SOON)
        .build()
        .unwrap();
    runtime
        .block_on(async {
            client
                .get(address)
                .send()
                .await
                .unwrap()
                .text()
                .await
                .unwrap()
        })
        .to_lowercase()
}
