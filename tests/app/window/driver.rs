//! As much of a WebDriver client as the tests need.

use crate::desktop::{Desktop, Owned, SOON, wait_for};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

/// An element of the page, as WebDriver names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Element(String);

const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

impl Element {
    pub(crate) fn from(value: &Value) -> Option<Self> {
        Some(Self(value.get(ELEMENT)?.as_str()?.to_owned()))
    }

    /// As an argument of a script.
    pub(crate) fn argument(&self) -> Value {
        json!({ ELEMENT: self.0 })
    }
}

/// A WebDriver session; the program it started ends with it.
pub(crate) struct Session {
    http: Http,
    id: String,
    _driver: Owned,
}

impl Session {
    /// Starts a program under automation. What it writes to standard error goes to `log`.
    pub(crate) fn start(
        desktop: &Desktop,
        program: &Path,
        args: &[String],
        env: &[(String, String)],
        log: &Path,
    ) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(log)
            .unwrap();
        let mut command = desktop.command("WebKitWebDriver");
        command
            .arg(format!("--port={port}"))
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .envs(env.iter().map(|(name, value)| (name, value)));
        let driver = Owned(
            command
                .stdin(Stdio::null())
                .stdout(log.try_clone().unwrap())
                .stderr(log)
                .spawn()
                .unwrap(),
        );
        let http = Http::new(format!("http://127.0.0.1:{port}"));
        wait_for("WebKitWebDriver", SOON, || {
            http.call("GET", "/status", None).ok()
        });
        let options = json!({ "binary": program, "args": args });
        let wanted =
            json!({ "capabilities": { "alwaysMatch": { "webkitgtk:browserOptions": options } } });
        let created = http
            .call("POST", "/session", Some(&wanted))
            .unwrap_or_else(|error| panic!("{} does not start: {error}", program.display()));
        let id = created["sessionId"].as_str().unwrap().to_owned();
        let session = Self {
            http,
            id,
            _driver: driver,
        };
        session.ok("POST", "/timeouts", &json!({ "script": 60_000 }));
        session
    }

    fn call(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        self.http.call(
            method,
            &format!("/session/{}{path}", self.id),
            (method == "POST").then_some(body),
        )
    }

    #[track_caller]
    fn ok(&self, method: &str, path: &str, body: &Value) -> Value {
        self.call(method, path, body)
            .unwrap_or_else(|error| panic!("WebDriver {method} {path}: {error}"))
    }

    /// Runs the body of a function in the page.
    #[track_caller]
    pub(crate) fn script(&self, body: &str, args: &[Value]) -> Value {
        self.ok(
            "POST",
            "/execute/sync",
            &json!({ "script": body, "args": args }),
        )
    }

    /// The same where the page may be about to go.
    pub(crate) fn try_script(&self, body: &str, args: &[Value]) -> Option<Value> {
        self.call(
            "POST",
            "/execute/sync",
            &json!({ "script": body, "args": args }),
        )
        .ok()
    }

    /// Runs the body of a function whose last argument is called with its result.
    #[track_caller]
    pub(crate) fn script_later(&self, body: &str, args: &[Value]) -> Value {
        self.ok(
            "POST",
            "/execute/async",
            &json!({ "script": body, "args": args }),
        )
    }

    /// Role and name as a screen reader gets them; `None` when the element is gone.
    pub(crate) fn role_and_name(&self, element: &Element) -> Option<(String, String)> {
        let ask = |what: &str| {
            Some(
                self.call(
                    "GET",
                    &format!("/element/{}/{what}", element.0),
                    &Value::Null,
                )
                .ok()?
                .as_str()?
                .to_owned(),
            )
        };
        Some((ask("computedrole")?, ask("computedlabel")?))
    }

    /// The element that has the focus.
    pub(crate) fn active(&self) -> Option<Element> {
        Element::from(&self.call("GET", "/element/active", &Value::Null).ok()?)
    }

    /// Scrolls to an element and clicks where it is. `Err` when it is covered or gone.
    pub(crate) fn click(&self, element: &Element) -> Result<(), String> {
        self.call("POST", &format!("/element/{}/click", element.0), &json!({}))
            .map(drop)
    }

    /// Types into an element.
    pub(crate) fn type_into(&self, element: &Element, text: &str) -> Result<(), String> {
        self.call(
            "POST",
            &format!("/element/{}/value", element.0),
            &json!({ "text": text }),
        )
        .map(drop)
    }

    /// Empties a field.
    pub(crate) fn clear(&self, element: &Element) -> Result<(), String> {
        self.call("POST", &format!("/element/{}/clear", element.0), &json!({}))
            .map(drop)
    }

    /// Puts the window somewhere, in CSS pixels of the whole window.
    pub(crate) fn set_rect(&self, x: i32, y: i32, width: i32, height: i32) {
        self.ok(
            "POST",
            "/window/rect",
            &json!({ "x": x, "y": y, "width": width, "height": height }),
        );
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.call("DELETE", "", &Value::Null);
    }
}

/// JSON over HTTP to one place, one call at a time.
struct Http {
    base: String,
    runtime: tokio::runtime::Runtime,
    client: reqwest::Client,
}

impl Http {
    fn new(base: String) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let client = reqwest::Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(90))
            .build()
            .unwrap();
        Self {
            base,
            runtime,
            client,
        }
    }

    /// The answer's `value`, or the error in words.
    fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value, String> {
        let method =
            reqwest::Method::from_bytes(method.as_bytes()).map_err(|error| error.to_string())?;
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer: Value = self
            .runtime
            .block_on(async { request.send().await?.json().await })
            .map_err(|error: reqwest::Error| format!("{error:?}"))?;
        match answer["value"]["error"].as_str() {
            Some(error) => Err(format!(
                "{error}: {}",
                answer["value"]["message"].as_str().unwrap_or_default()
            )),
            None => Ok(answer["value"].clone()),
        }
    }
}
