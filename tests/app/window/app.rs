//! Aloft as a person has it before them, and the Console it talks to.

use crate::desktop::{Desktop, Owned, SOON, artefacts, lines_of, wait_for};
use crate::driver::{Element, Session};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

/// How long what the Console or a provider does may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(90);

/// Chain seconds per second in these tests.
pub(crate) const PACE: &str = "6";

fn program(name: &str) -> PathBuf {
    let aloft = std::env::var_os("ALOFT_BIN").unwrap_or_else(|| env!("CARGO_BIN_EXE_aloft").into());
    if name == "aloft" {
        return aloft.into();
    }
    let path = Path::new(&aloft).with_file_name(name);
    assert!(
        path.exists(),
        "{} is not built: cargo build -p {name}",
        path.display()
    );
    path
}

/// A simulated Console in a process of its own.
pub(crate) struct Console {
    pub(crate) url: String,
    pub(crate) key: String,
    _process: Owned,
}

impl Console {
    pub(crate) fn start(desktop: &Desktop) -> Self {
        let mut command = desktop.command(program("akash-simulator"));
        command
            .args(["--listen", "127.0.0.1:0", "--speed", PACE, "--seed", "7"])
            .args(["--as-of", "2026-08-22"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut process = Owned(command.spawn().unwrap());
        let line = lines_of(process.0.stdout.take().unwrap())
            .recv_timeout(SOON)
            .expect("the simulator's first line");
        let said: Value = serde_json::from_str(&line).unwrap();
        let text = |name: &str| said[name].as_str().unwrap().to_owned();
        Self {
            url: text("url"),
            key: text("api_key"),
            _process: process,
        }
    }

    /// The deployments that are open.
    pub(crate) fn deployments(&self) -> Vec<Value> {
        let answer = self.send(|client, url| {
            client
                .get(format!("{url}/v1/deployments"))
                .header("x-api-key", &self.key)
        });
        let answer: Value = serde_json::from_str(&answer).unwrap();
        answer["data"]["deployments"].as_array().unwrap().clone()
    }

    /// How often something was asked of it.
    pub(crate) fn asked(&self, method: &str, path: &str) -> usize {
        let answer = self.send(|client, url| client.get(format!("{url}/_sim/requests")));
        let requests: Vec<Value> = serde_json::from_str(&answer).unwrap();
        let same = |one: &&Value| {
            let at = one["path"].as_str();
            one["method"] == method && at.is_some_and(|at| at.starts_with(path))
        };
        requests.iter().filter(same).count()
    }

    /// Makes something happen: `change`, or `faults`.
    pub(crate) fn sim(&self, what: &str, body: &Value) {
        self.send(|client, url| client.post(format!("{url}/_sim/{what}")).json(body));
    }

    /// Lets everything through again.
    pub(crate) fn clear_faults(&self) {
        self.send(|client, url| client.delete(format!("{url}/_sim/faults")));
    }

    /// Sends a request; its answer as text. Panics when it was refused.
    fn send(
        &self,
        request: impl FnOnce(&reqwest::Client, &str) -> reqwest::RequestBuilder,
    ) -> String {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let client = reqwest::Client::builder()
            .no_proxy()
            .timeout(SOON)
            .build()
            .unwrap();
        let request = request(&client, self.url.trim_end_matches('/'));
        runtime.block_on(async {
            let answer = request.send().await.unwrap().error_for_status().unwrap();
            answer.text().await.unwrap()
        })
    }
}

/// How Aloft is started.
#[derive(Clone, Default)]
pub(crate) struct Start {
    pub(crate) args: Vec<String>,
    pub(crate) env: Vec<(String, String)>,
}

impl Start {
    pub(crate) fn demo() -> Self {
        Self::default().arg("--demo")
    }

    pub(crate) fn at(console: &Console) -> Self {
        Self::default()
            .arg("--console-url")
            .arg(&console.url)
            .arg("--clock-rate")
            .arg(PACE)
    }

    pub(crate) fn arg(mut self, arg: impl Into<String>) -> Self {
        self.args.push(arg.into());
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl Into<String>) -> Self {
        self.env.push((name.into(), value.into()));
        self
    }
}

/// What the person uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hands {
    Pointer,
    Keyboard,
}

/// A running Aloft.
pub(crate) struct App<'a> {
    pub(crate) desktop: &'a Desktop,
    pub(crate) session: Session,
    /// Its data directory, kept when it ends.
    pub(crate) data: PathBuf,
    /// What it wrote to standard output and error.
    pub(crate) log: PathBuf,
    pub(crate) hands: Hands,
    /// Addresses it opened in the browser, one a line.
    pub(crate) opened: PathBuf,
}

/// Selectors of what may have a role; the browser then says what has.
const CANDIDATES: &[(&str, &str)] = &[
    (
        "button",
        "button, summary, [role=button], input[type=button], input[type=submit]",
    ),
    ("link", "a, [role=link]"),
    (
        "textbox",
        "input:not([type]), input[type=text], input[type=password], input[type=url], textarea, [role=textbox], [contenteditable=true]",
    ),
    ("heading", "h1, h2, h3, h4, [role=heading]"),
    ("dialog", "dialog, [role=dialog], [role=alertdialog]"),
];

impl<'a> App<'a> {
    /// Starts Aloft with a data directory and waits for its first screen.
    pub(crate) fn start(desktop: &'a Desktop, data: &Path, start: Start) -> Self {
        let opened = data.with_extension("opened");
        let browser = data.with_extension("browser");
        fs::write(
            &browser,
            format!(
                "#!/bin/sh\nprintf '%s\\n' \"$1\" >> '{}'\n",
                opened.display()
            ),
        )
        .unwrap();
        assert!(
            desktop
                .command("chmod")
                .arg("+x")
                .arg(&browser)
                .status()
                .unwrap()
                .success()
        );
        let mut args = vec!["--data-dir".to_owned(), data.to_str().unwrap().to_owned()];
        args.extend(start.args);
        let mut env = vec![(
            "ALOFT_BROWSER".to_owned(),
            browser.to_str().unwrap().to_owned(),
        )];
        env.extend(start.env);
        let log = data.with_extension("log");
        let session = Session::start(desktop, &program("aloft"), &args, &env, &log);
        let app = Self {
            desktop,
            session,
            data: data.to_owned(),
            log,
            hands: Hands::Pointer,
            opened,
        };
        wait_for("the first screen", SOON, || {
            app.session
                .try_script("return document.querySelector('h1') !== null", &[])?
                .as_bool()?
                .then_some(())
        });
        app
    }

    /// A data directory that is not there yet.
    pub(crate) fn fresh_data(desktop: &Desktop, name: &str) -> PathBuf {
        let folder = desktop.folder().join(name);
        fs::create_dir_all(&folder).unwrap();
        folder.join("aloft")
    }

    /// Starts Aloft a second time with the same data directory, in a folder; it hands its files over and ends.
    #[track_caller]
    pub(crate) fn start_again(&self, folder: &Path, files: &[&str]) {
        let mut second = self.desktop.command(program("aloft"));
        let mut second = Owned(
            second
                .current_dir(folder)
                .arg("--data-dir")
                .arg(&self.data)
                .args(files)
                .stdin(Stdio::null())
                .spawn()
                .unwrap(),
        );
        let status = wait_for("the second start to end", SOON, || {
            second.0.try_wait().unwrap()
        });
        assert!(status.success(), "the second start: {status}");
    }

    /// The process of the program, not of its web view.
    #[track_caller]
    pub(crate) fn pid(&self) -> u32 {
        wait_for("Aloft's process", SOON, || self.find_pid())
    }

    fn find_pid(&self) -> Option<u32> {
        let data = self.data.as_os_str().as_encoded_bytes();
        fs::read_dir("/proc").ok()?.flatten().find_map(|entry| {
            let pid = entry.file_name().to_str()?.parse().ok()?;
            let line = fs::read(entry.path().join("cmdline")).ok()?;
            let mut words = line.split(|byte| *byte == 0);
            (words.next()?.ends_with(b"/aloft") && words.any(|word| word == data)).then_some(pid)
        })
    }

    /// Ends it without warning, as a power cut would.
    pub(crate) fn kill(self) {
        let pid = self.pid().to_string();
        assert!(
            self.desktop
                .command("kill")
                .args(["-9", &pid])
                .status()
                .unwrap()
                .success()
        );
        wait_for("Aloft to be gone", SOON, || {
            (!Path::new("/proc").join(&pid).exists()).then_some(())
        });
    }

    /// Closes its window, as a person would, and waits until it has ended.
    #[track_caller]
    pub(crate) fn quit(self) {
        let process = Path::new("/proc").join(self.pid().to_string());
        let mut close = self.desktop.command("wmctrl");
        assert!(
            close
                .args(["-i", "-c", &self.window()])
                .status()
                .unwrap()
                .success()
        );
        wait_for("Aloft to end", SOON, || (!process.exists()).then_some(()));
    }

    /// Its window.
    pub(crate) fn window(&self) -> String {
        let pid = self.pid();
        wait_for("Aloft's window", SOON, || {
            self.desktop.windows(pid).first().map(|(id, _)| id.clone())
        })
    }

    /// Gives the window a size, outside, in pixels.
    pub(crate) fn resize(&self, width: i32, height: i32) {
        self.session.set_rect(0, 0, width, height);
    }

    /// All visible text.
    pub(crate) fn text(&self) -> String {
        self.session
            .try_script("return document.body.innerText", &[])
            .and_then(|text| text.as_str().map(str::to_owned))
            .unwrap_or_default()
    }

    /// Waits until all of these are to be read somewhere in the window.
    #[track_caller]
    pub(crate) fn reads(&self, limit: Duration, words: &[&str]) {
        wait_for(
            &format!("{words:?} to be read in the window"),
            limit,
            || {
                let text = self.text();
                words.iter().all(|word| text.contains(word)).then_some(())
            },
        );
    }

    /// Visible elements that have this role and name; a name that ends with `*` may go on. While a dialog is open there are no others
    /// than its own.
    pub(crate) fn all(&self, role: &str, name: &str) -> Vec<Element> {
        let selector = CANDIDATES
            .iter()
            .find(|(known, _)| *known == role)
            .map_or_else(
                || role_selector(role),
                |(_, selector)| (*selector).to_owned(),
            );
        let found = self.session.try_script(
            "const place = [...document.querySelectorAll('dialog:modal')].at(-1) ?? document;
             return [place, ...place.querySelectorAll('*')].filter((element) => element.matches?.(arguments[0])).filter((element) => element.checkVisibility({ visibilityProperty: true }))",
            &[json!(selector)],
        );
        let elements = found
            .as_ref()
            .and_then(Value::as_array)
            .map(Vec::as_slice)
            .unwrap_or_default();
        elements
            .iter()
            .filter_map(Element::from)
            .filter(|element| {
                self.session
                    .role_and_name(element)
                    .is_some_and(|(is, named)| {
                        is.eq_ignore_ascii_case(role) && matches(name, &named)
                    })
            })
            .collect()
    }

    /// Waits for such an element.
    #[track_caller]
    pub(crate) fn find(&self, role: &str, name: &str, limit: Duration) -> Element {
        wait_for(&format!("the {role} {name:?}"), limit, || {
            self.all(role, name).into_iter().next()
        })
    }

    /// Waits for such an element and clicks it.
    #[track_caller]
    pub(crate) fn click(&self, role: &str, name: &str) {
        self.click_within(role, name, SOON);
    }

    /// The same, with more patience.
    #[track_caller]
    pub(crate) fn click_within(&self, role: &str, name: &str, limit: Duration) {
        wait_for(&format!("the {role} {name:?} to be clicked"), limit, || {
            let element = self.usable(role, name)?;
            // A radio button is hidden behind its label, which is what a person clicks, after scrolling to it.
            let script = "const { type, labels } = arguments[0];
                          const target = type === 'radio' && labels.length ? labels[0] : arguments[0];
                          target.scrollIntoView({ block: 'center', behavior: 'instant' });
                          return target";
            let target = self.session.try_script(script, &[element.argument()])?;
            self.session
                .click(&Element::from(&target)?)
                .inspect_err(|e| eprintln!("DBG {e}"))
                .ok()
        });
    }

    /// Such an element, once it can be used.
    pub(crate) fn usable(&self, role: &str, name: &str) -> Option<Element> {
        let element = self.all(role, name).into_iter().next()?;
        let script = "return !arguments[0].disabled && arguments[0].getAttribute('aria-disabled') !== 'true'";
        self.session
            .try_script(script, &[element.argument()])?
            .as_bool()?
            .then_some(element)
    }

    /// Types into the text field of this name.
    #[track_caller]
    pub(crate) fn fill(&self, name: &str, text: &str) {
        let field = self.find("textbox", name, SOON);
        self.session.clear(&field).unwrap();
        // WebDriver does not type nothing.
        if text.is_empty() {
            return;
        }
        // A line's end is the key Return to WebDriver.
        self.session
            .type_into(&field, &text.replace('\n', "\u{e007}"))
            .unwrap();
    }

    /// Waits until what a person was led to open in the browser contains this; returns it.
    #[track_caller]
    pub(crate) fn browser_got(&self, part: &str) -> String {
        wait_for(
            &format!("an address with {part:?} to be opened"),
            SOON,
            || {
                fs::read_to_string(&self.opened)
                    .ok()?
                    .lines()
                    .find(|line| line.contains(part))
                    .map(str::to_owned)
            },
        )
    }

    /// Keeps a picture of what the window shows, once it shows what it should.
    pub(crate) fn picture(&self, name: &str) {
        self.session.script_later(
            "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()))",
            &[],
        );
        let file = artefacts().join(format!("{name}.png"));
        let _ = self
            .desktop
            .command("import")
            .args(["-window", &self.window()])
            .arg(file)
            .output();
    }

    /// Panics when something is wider than the window.
    #[track_caller]
    pub(crate) fn assert_fits(&self, what: &str) {
        let wide = self.session.script(
            "const root = document.documentElement;
             if (root.scrollWidth <= root.clientWidth) return null;
             const widest = [...document.querySelectorAll('body *')].reduce((a, b) => (b.getBoundingClientRect().right > a.getBoundingClientRect().right ? b : a));
             return `${root.scrollWidth} > ${root.clientWidth}, widest: ${widest.outerHTML.slice(0, 200)}`",
            &[],
        );
        assert!(wide.is_null(), "{what} scrolls sideways: {wide}");
    }

    /// Panics when axe-core finds something against WCAG 2.2 A or AA.
    #[track_caller]
    pub(crate) fn assert_accessible(&self, what: &str) {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("node_modules/axe-core/axe.min.js");
        let axe = fs::read_to_string(&file)
            .expect("axe-core is not in node_modules: npm ci --ignore-scripts");
        if self.session.script("return typeof window.axe", &[]) != "object" {
            self.session.script(&axe, &[]);
        }
        let found = self.session.script_later(
            "const done = arguments[0];
             // What is half below the bar that stays is too small a target only as far as it was scrolled.
             scrollTo(0, 0);
             const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
             axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] }).then(
               ({ violations }) => done(violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 200)} ${node.failureSummary}`))),
               (error) => done([`axe failed: ${error}`]));",
            &[],
        );
        let found: Vec<_> = found
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default()
            .iter()
            .filter_map(Value::as_str)
            .collect();
        assert!(
            found.is_empty(),
            "{what}: {} accessibility violations:\n{}",
            found.len(),
            found.join("\n")
        );
    }
}

impl Drop for App<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let name = self
                .data
                .parent()
                .and_then(Path::file_name)
                .unwrap_or_default()
                .to_string_lossy();
            let place = |ending: &str| artefacts().join(format!("FAILED-{name}.{ending}"));
            self.desktop.screenshot(&place("png"));
            let _ = fs::write(place("txt"), self.text());
            let _ = fs::copy(&self.log, place("log"));
        }
        // It would outlive its session when it has something to ask before it quits.
        if let Some(pid) = self.find_pid() {
            let _ = self
                .desktop
                .command("kill")
                .args(["-9", &pid.to_string()])
                .status();
        }
    }
}

fn role_selector(role: &str) -> String {
    match role {
        "checkbox" | "radio" => format!("input[type={role}], [role={role}]"),
        "combobox" => "select, [role=combobox]".into(),
        "switch" => "[role=switch]".into(),
        "row" => "tr, [role=row]".into(),
        other => format!("[role={other}]"),
    }
}

/// Whether a name is the wanted one, or begins as wanted where that ends with `*`.
pub(crate) fn matches(wanted: &str, name: &str) -> bool {
    let name = name.trim();
    wanted
        .strip_suffix('*')
        .map_or(name == wanted, |start| name.starts_with(start))
}
