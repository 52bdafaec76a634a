//! What a person does with Aloft, by pointer or by keyboard.

use crate::app::{App, Console, Hands, PATIENCE};
use crate::desktop::{SOON, wait_for};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// A file that asks for one small web server.
pub(crate) const HELLO: &str = "\
version: \"2.0\"
services:
  web:
    image: nginx:1.27.3
    expose:
      - port: 80
        as: 80
        to:
          - global: true
profiles:
  compute:
    web:
      resources:
        cpu:
          units: 0.5
        memory:
          size: 512Mi
        storage:
          - size: 1Gi
  placement:
    akash:
      pricing:
        web:
          denom: uact
          amount: 1000
deployment:
  web:
    akash:
      profile: web
      count: 1
";

impl App<'_> {
    /// Writes a file beside the data directory.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.data.parent().unwrap().join(name);
        fs::write(&path, content).unwrap();
        path
    }

    /// Uses a button or link, with whatever the person uses.
    #[track_caller]
    pub(crate) fn press(&self, role: &str, name: &str) {
        self.press_within(role, name, SOON);
    }

    /// The same, with more patience.
    #[track_caller]
    pub(crate) fn press_within(&self, role: &str, name: &str, limit: Duration) {
        match self.hands {
            Hands::Pointer => self.click_within(role, name, limit),
            Hands::Keyboard => {
                wait_for(&format!("the {role} {name:?}"), limit, || {
                    self.usable(role, name)
                });
                self.tab_to(role, name);
                self.desktop.press("Return");
            }
        }
    }

    /// Writes into an empty field.
    #[track_caller]
    pub(crate) fn write(&self, name: &str, text: &str) {
        match self.hands {
            Hands::Pointer => self.fill(name, text),
            Hands::Keyboard => {
                self.find("textbox", name, SOON);
                self.tab_to("textbox", name);
                self.desktop.press("ctrl+a");
                self.desktop.type_text(text);
            }
        }
    }

    /// Connects the account whose key the Console knows.
    #[track_caller]
    pub(crate) fn connect(&self, console: &Console) {
        self.write("API key", &console.key);
        self.press("button", "Connect");
        self.reads(PATIENCE, &["Nothing is deployed yet", "Credit $"]);
    }

    /// Drags files from another window onto this one.
    #[track_caller]
    pub(crate) fn drop_files(&self, files: &[&Path]) {
        let window = self.window();
        let (x, y, width, height) = self.desktop.geometry(&window);
        self.desktop
            .drag(files, (x + width / 2, y + height / 2), || {
                self.text().contains("Drop to check and deploy")
            });
    }

    /// Asks for prices for what is on the check screen, and waits for the first that can be taken.
    #[track_caller]
    pub(crate) fn ask(&self) {
        self.press("button", "Ask for prices*");
        let mut since = Instant::now();
        wait_for("an offer", PATIENCE, || {
            if self.usable("button", "Start at *").is_some() {
                return Some(());
            }
            // What comes in may move the button from under the pointer. Whoever misses it clicks again.
            let missed = since.elapsed() > Duration::from_secs(5);
            if missed && self.usable("button", "Ask for prices*").is_some() {
                since = Instant::now();
                self.press("button", "Ask for prices*");
            }
            None
        });
    }

    /// Takes the first offer and waits until the service answers.
    #[track_caller]
    pub(crate) fn start_and_wait(&self) {
        self.press("button", "Start at *");
        self.reads(PATIENCE, &["It is live"]);
    }

    /// Opens the address and returns what the browser was given.
    #[track_caller]
    pub(crate) fn open_address(&self) -> String {
        self.press("button", "Open");
        self.browser_got("http://127.0.0.1:")
    }

    /// Closes what is shown, through the question that is asked once, and waits for its receipt.
    #[track_caller]
    pub(crate) fn close(&self) {
        self.press("button", "Stop and delete…");
        self.find("button", "Keep running", SOON);
        let focused = self
            .session
            .active()
            .and_then(|element| self.session.role_and_name(&element));
        assert_eq!(
            focused,
            Some(("button".into(), "Keep running".into())),
            "of what has the focus in the question"
        );
        self.press("button", "Stop and delete");
        self.reads(
            PATIENCE,
            &["Receipt", "Returned to credit", "You stopped it"],
        );
        if self.hands == Hands::Keyboard {
            wait_for("the focus to be on the screen", SOON, || {
                let script =
                    "return document.querySelector('main').contains(document.activeElement)";
                self.session.script(script, &[]).as_bool()?.then_some(())
            });
        }
        wait_for("the receipt to be settled", PATIENCE, || {
            (!self.text().contains("being settled")).then_some(())
        });
    }

    /// Panics when the key is anywhere but in the keychain: in a file of the data directory, in what was logged, or in the page.
    #[track_caller]
    pub(crate) fn assert_key_nowhere(&self, key: &str) {
        let mut files = vec![self.log.clone(), self.opened.clone()];
        let mut folders = vec![self.data.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap().flatten() {
                let kind = entry.file_type().unwrap();
                if kind.is_dir() {
                    folders.push(entry.path());
                } else if kind.is_file() {
                    files.push(entry.path());
                }
            }
        }
        // A key that is cut, or written down in part, is a leak too.
        let part = &key[key.len() - 24..];
        for file in files.iter().filter(|file| file.exists()) {
            let bytes = fs::read(file).unwrap();
            assert!(
                !bytes
                    .windows(part.len())
                    .any(|window| window == part.as_bytes()),
                "the key is in {}",
                file.display()
            );
        }
        // While it is entered, a key stands in its own field.
        let held = self.session.script(
            "return [document.documentElement.outerHTML, ...[...document.querySelectorAll('input:not(#key), textarea')].map((field) => field.value),
                     JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), location.href].join('\\n')",
            &[],
        );
        assert!(
            !held.as_str().unwrap().contains(part),
            "the key is in the page"
        );
    }
}
