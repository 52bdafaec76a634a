//! Keys that are refused and Consoles that don't answer: words with a next step, and the key nowhere.

use crate::app::{App, Console, PATIENCE, Start};
use crate::desktop::{Desktop, SOON, wait_for};
use std::net::TcpListener;

const KEY: &str =
    "ac.sk.production.00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

pub(crate) fn refused_key(desktop: &Desktop) {
    let console = Console::start(desktop);
    let app = App::start(
        desktop,
        &App::fresh_data(desktop, "refused"),
        Start::at(&console),
    );
    refused(&app, &["revoked", "expired"]);
    // The right one works afterwards.
    app.connect(&console);
    app.assert_key_nowhere(KEY);
    app.assert_key_nowhere(&console.key);
}

pub(crate) fn dead_server(desktop: &Desktop) {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let start = Start::default()
        .arg("--console-url")
        .arg(format!("http://127.0.0.1:{port}"));
    let app = App::start(desktop, &App::fresh_data(desktop, "dead"), start);
    refused(&app, &[]);
}

pub(crate) fn silent_server(desktop: &Desktop) {
    // Connections are accepted by the system and never answered.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let start = Start::default()
        .arg("--console-url")
        .arg(format!("http://{}", silent.local_addr().unwrap()));
    let app = App::start(desktop, &App::fresh_data(desktop, "silent"), start);
    refused(&app, &[]);
}

pub(crate) fn html_server(desktop: &Desktop) {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in server.incoming().flatten() {
            use std::io::{Read, Write};
            let mut stream = stream;
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 20\r\nconnection: close\r\n\r\n<html>Hotel WiFi</p>");
        }
    });
    let app = App::start(
        desktop,
        &App::fresh_data(desktop, "html"),
        Start::default()
            .arg("--console-url")
            .arg(format!("http://{address}")),
    );
    refused(&app, &[]);
}

/// No keychain at all: the key is held for the session, and that is said.
pub(crate) fn no_keychain(desktop: &Desktop) {
    let console = Console::start(desktop);
    let start = Start::at(&console).env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
    let app = App::start(desktop, &App::fresh_data(desktop, "no-keychain"), start);
    // Before the key is entered, and right after.
    let why = "This system has no keychain that Aloft can use, so";
    app.reads(
        SOON,
        &[
            why,
            "a key that you enter now is kept only until Aloft quits",
        ],
    );
    app.write("API key", &console.key);
    app.press("button", "Connect");
    app.reads(
        PATIENCE,
        &[
            "Connected as",
            why,
            "the key is kept only until Aloft quits",
        ],
    );
    let left = app
        .session
        .script("return document.querySelector('#key').value", &[]);
    assert_eq!(left, "", "an accepted key stays in its field");
    app.picture("key-not-kept");
    app.press("button", "Try the keychain again");
    app.reads(SOON, &["The key is still kept only until Aloft quits."]);
    app.click("link", "Continue");
    app.click("link", "Settings");
    app.reads(SOON, &["In memory until Aloft quits"]);
    app.assert_key_nowhere(&console.key);
}

/// Tries a key that can't work and expects a problem beside the field, where the key can be corrected. It is hidden there.
#[track_caller]
fn refused(app: &App<'_>, words: &[&str]) {
    app.write("API key", KEY);
    app.press("button", "Connect");
    wait_for("a problem to be said", PATIENCE, || {
        (app.problem_lines() >= 2).then_some(())
    });
    app.reads(SOON, words);
    let field = "const field = document.querySelector('#key'); return [field.value, field.type]";
    let left = app.session.script(field, &[]);
    assert_eq!(left, serde_json::json!([KEY, "password"]));
    app.assert_key_nowhere(KEY);
}

impl App<'_> {
    /// How many sentences the problem on the screen has: what happened, what it means, what to do.
    fn problem_lines(&self) -> usize {
        self.session
            .try_script("return document.querySelectorAll('.problem p').length", &[])
            .and_then(|count| usize::try_from(count.as_u64()?).ok())
            .unwrap_or(0)
    }
}
