//! The main job: a file, bids, a lease, its address, its receipt.

use crate::app::{App, Console, Hands, PATIENCE, Start};
use crate::desktop::{Desktop, SOON, wait_for};
use crate::steps::HELLO;

/// With a key and a file dropped from another window.
pub(crate) fn by_pointer(desktop: &Desktop) {
    let console = Console::start(desktop);
    let app = App::start(
        desktop,
        &App::fresh_data(desktop, "pointer"),
        Start::at(&console),
    );
    app.connect(&console);
    assert_eq!(
        secrets(desktop, &console),
        vec![console.key.clone()],
        "of what the keychain holds"
    );
    app.assert_key_nowhere(&console.key);

    app.drop_files(&[&app.file("hello.yaml", HELLO)]);
    app.reads(
        SOON,
        &[
            "hello",
            "nginx:1.27.3",
            "512 MiB",
            "port 80",
            "Known once providers answer",
        ],
    );
    app.ask();
    app.reads(SOON, &["Cheapest", "Expire in about"]);
    app.start_and_wait();
    let address = app.open_address();
    assert!(
        app.text()
            .contains(address.trim_start_matches("http://").trim_end_matches('/')),
        "{address} is not the one shown"
    );

    app.press("link", "Deployments");
    app.reads(SOON, &["Answering", "hello", "a month"]);
    app.press("link", "hello");
    app.reads(SOON, &["Services", "Left of what was set aside"]);
    app.close();
    app.press("link", "Deployments");
    app.press("link", "1 closed deployment");
    app.reads(SOON, &["Closed deployments", "hello"]);
    app.assert_key_nowhere(&console.key);

    app.press("link", "Settings");
    app.reads(SOON, &["API keys", "Used by Aloft"]);
    app.press("button", "Replace the key that Aloft uses…");
    for (width, height) in [(1440, 900), (900, 640)] {
        app.resize(width, height);
        app.picture(&format!("key-replace-{width}"));
    }
    app.press("button", "Replace key");
    let fresh = wait_for("another key in the keychain", PATIENCE, || {
        let kept = secrets(desktop, &console);
        kept.into_iter().find(|key| *key != console.key)
    });
    assert_eq!(secrets(desktop, &console), vec![fresh.clone()]);
    app.assert_key_nowhere(&fresh);
    app.reads(SOON, &["Aloft 20", "Used by Aloft"]);
    for (width, height) in [(1440, 900), (900, 640)] {
        app.resize(width, height);
        app.session.script(
            "document.getElementById('set-keys').scrollIntoView({ block: 'center' })",
            &[],
        );
        app.picture(&format!("keys-{width}"));
    }

    app.press("button", "Disconnect…");
    app.press("button", "Disconnect");
    app.find("textbox", "API key", SOON);
    assert_eq!(
        secrets(desktop, &console),
        Vec::<String>::new(),
        "of what the keychain holds after disconnecting"
    );
}

/// The same by keyboard alone, with a file from the native dialog.
pub(crate) fn by_keyboard(desktop: &Desktop) {
    let console = Console::start(desktop);
    let mut app = App::start(
        desktop,
        &App::fresh_data(desktop, "keyboard"),
        Start::at(&console),
    );
    app.hands = Hands::Keyboard;
    app.take_keyboard();
    app.connect(&console);
    let file = app.file("by-keyboard.yaml", HELLO);
    desktop.press("ctrl+o");
    desktop.file_dialog(app.pid(), &app.window(), Some(&file));
    app.take_keyboard();
    app.reads(SOON, &["by-keyboard", "nginx:1.27.3"]);
    app.ask();
    app.start_and_wait();
    app.open_address();
    app.close();
    app.press("link", "Deployments");
    app.press("link", "1 closed deployment");
    app.press("link", "by-keyboard");
    app.press("button", "Deploy again");
    app.find("button", "Ask for prices*", SOON);
}

/// The file dialog: cancelling changes nothing, a file is taken.
pub(crate) fn file_dialog(desktop: &Desktop) {
    let app = App::start(desktop, &App::fresh_data(desktop, "dialog"), Start::demo());
    let window = app.window();
    app.reads(PATIENCE, &["Nothing is deployed yet"]);
    app.click("button", "Choose file…");
    desktop.file_dialog(app.pid(), &window, None);
    app.reads(SOON, &["Nothing is deployed yet"]);
    assert!(app.all("button", "Ask for prices*").is_empty());
    app.click("button", "Choose file…");
    desktop.file_dialog(app.pid(), &window, Some(&app.file("chosen one.yml", HELLO)));
    app.reads(SOON, &["chosen one", "nginx:1.27.3"]);
    app.find("button", "Ask for prices*", SOON);
}

/// What the keychain holds for a Console, as the keychain's own tool shows it.
fn secrets(desktop: &Desktop, console: &Console) -> Vec<String> {
    let mut search = desktop.command("secret-tool");
    let output = search
        .args(["search", "--all", "--unlock", "username", &console.url])
        .output()
        .unwrap();
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .filter_map(|line| line.strip_prefix("secret = "))
        .map(str::to_owned)
        .collect()
}
