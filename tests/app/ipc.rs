//! The door between the window and Rust, with the real permissions and no display: what `ui/app/ipc.js` calls, what `app.toml` allows and what is
//! registered are the same commands, and nothing else gets through.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{collections::BTreeSet, path::Path, sync::Arc};

use aloft::{Browser, Demo};
use aloft_engine::{Engine, KeyStore, KeyStoreError, Options, SystemClock};
use secrecy::SecretString;
use serde_json::{Value, json};
use tauri::{
    WebviewWindow, WebviewWindowBuilder,
    ipc::{CallbackFn, InvokeBody},
    test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder},
    webview::InvokeRequest,
};

const IPC: &str = include_str!("../../ui/app/ipc.js");
const PERMISSIONS: &str = include_str!("../../src-tauri/app/permissions/app.toml");

/// Where the window's own pages come from.
const OWN: &str = if cfg!(windows) {
    "http://tauri.localhost"
} else {
    "tauri://localhost"
};

/// Each command that the window calls, with the names of its arguments.
fn called() -> Vec<(String, Vec<String>)> {
    let call = regex::Regex::new(r#"\bcall\("(\w+)"(?:, \{ ([^}]*) \})?\)"#).unwrap();
    let names = |list: &str| list.split(", ").map(str::to_owned).collect();
    let calls = call.captures_iter(IPC).map(|call| {
        (
            call[1].to_owned(),
            call.get(2)
                .map(|list| names(list.as_str()))
                .unwrap_or_default(),
        )
    });
    let calls: Vec<_> = calls.collect();
    assert_eq!(
        calls.len(),
        IPC.matches("call(\"").count(),
        "a call that this test cannot read"
    );
    calls
}

fn allowed() -> BTreeSet<String> {
    let file: toml::Table = PERMISSIONS.parse().unwrap();
    let sets = file["permission"].as_array().unwrap();
    let names = sets
        .iter()
        .flat_map(|set| set["commands"]["allow"].as_array().unwrap());
    names
        .map(|name| name.as_str().unwrap().to_owned())
        .collect()
}

struct App {
    _app: tauri::App<MockRuntime>,
    main: WebviewWindow<MockRuntime>,
    other: WebviewWindow<MockRuntime>,
}

fn build(builder: tauri::Builder<MockRuntime>) -> App {
    let app = aloft::wire(builder).build(aloft::context()).unwrap();
    let window = |label| {
        WebviewWindowBuilder::new(&app, label, Default::default())
            .build()
            .unwrap()
    };
    let (main, other) = (window("main"), window("other"));
    App {
        _app: app,
        main,
        other,
    }
}

/// The program without an engine: a command that gets through fails for want of one.
fn app() -> App {
    build(mock_builder())
}

/// A system without a keychain.
struct NoKeychain;

impl KeyStore for NoKeychain {
    fn read(&self, _: &str) -> Result<Option<SecretString>, KeyStoreError> {
        Err(KeyStoreError::Missing)
    }
    fn write(&self, _: &str, _: &SecretString) -> Result<(), KeyStoreError> {
        Err(KeyStoreError::Missing)
    }
    fn remove(&self, _: &str) -> Result<(), KeyStoreError> {
        Err(KeyStoreError::Missing)
    }
}

/// The program with its engine, a Console that nobody runs, and a browser that shows nothing.
fn whole_app(data_dir: &Path) -> App {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let options = Options {
        data_dir: data_dir.to_owned(),
        console_url: Some("http://127.0.0.1:1".parse().unwrap()),
        user_agent: "Aloft/test".into(),
        keys: Arc::new(NoKeychain),
        clock: Arc::new(SystemClock),
        pace: 1,
    };
    let engine = tauri::async_runtime::block_on(Engine::start(options)).unwrap();
    let browser = Browser::new(Some("true".into()));
    build(
        mock_builder()
            .manage(engine)
            .manage(Demo::new(data_dir))
            .manage(browser),
    )
}

/// Something that `command` could be given as `name`.
fn argument(command: &str, name: &str) -> Value {
    match (command, name) {
        ("edit_draft" | "set_draft" | "set_draft_stop" | "answer_made", "id") => json!(0),
        (_, "hours" | "more") => json!(4),
        (
            _,
            "id" | "key" | "text" | "answer" | "name" | "deposit" | "usd" | "provider" | "relaxed"
            | "typed",
        ) => {
            json!("text")
        }
        (_, "rule") => json!({ "way": "balanced", "region": null, "limit": "6.00" }),
        (_, "page") => json!("website"),
        (_, "draft" | "skip" | "index" | "notice") => json!(0),
        (_, "patch") => json!({}),
        (_, "choices") => json!([{ "gseq": 1, "provider": "akash1" }]),
        (_, "on") => json!(true),
        (_, "link") => json!("signUp"),
        (_, "channel") => json!("__CHANNEL__:1"),
        _ => panic!("what is `{name}` of `{command}`?"),
    }
}

fn invoke(
    window: &WebviewWindow<MockRuntime>,
    origin: &str,
    command: &str,
    args: Value,
) -> Result<Value, Value> {
    let request = InvokeRequest {
        cmd: command.into(),
        callback: CallbackFn(0),
        error: CallbackFn(1),
        url: origin.parse().unwrap(),
        body: InvokeBody::Json(args),
        headers: Default::default(),
        invoke_key: INVOKE_KEY.to_string(),
    };
    get_ipc_response(window, request).map(|body| body.deserialize().unwrap())
}

/// Whether the answer is Tauri's that nothing of ours was reached.
fn shut_out(answer: &Result<Value, Value>) -> bool {
    let text = match answer {
        Err(Value::String(text)) => text.to_lowercase(),
        _ => return false,
    };
    ["not allowed", "not found", "denied"]
        .iter()
        .any(|word| text.contains(word))
}

#[test]
fn what_is_called_is_what_is_allowed() {
    let called: BTreeSet<_> = called().into_iter().map(|(name, _)| name).collect();
    assert!(
        called.len() > 30,
        "the calls of ipc.js are not found any more"
    );
    assert_eq!(called, allowed());
}

#[test]
fn every_command_that_is_called_is_there() {
    let app = app();
    for (command, _) in called() {
        let answer = invoke(&app.main, OWN, &command, json!({}));
        assert!(!shut_out(&answer), "{command}: {answer:?}");
    }
}

/// Rust takes the arguments under the names that ipc.js gives them, and fails with the one error that the window can show.
#[test]
fn every_command_understands_what_it_is_given() {
    let data_dir = tempfile::tempdir().unwrap();
    let app = whole_app(data_dir.path());
    // The dialog needs a display: it is chosen from in the tests of the real window.
    for (command, names) in called().into_iter().filter(|(name, _)| {
        !matches!(
            name.as_str(),
            "choose_file" | "export_journal" | "import_journal"
        )
    }) {
        let args = names
            .iter()
            .map(|name| (name.clone(), argument(&command, name)))
            .collect();
        let answer = invoke(&app.main, OWN, &command, Value::Object(args));
        if let Err(error) = answer {
            assert!(error["title"].is_string(), "{command}: {error}");
            assert_ne!(error["code"], "internal", "{command}: {error}");
        }
    }
}

#[test]
fn nothing_else_is_registered() {
    let source = include_str!("../../src-tauri/app/commands/mod.rs");
    let command = regex::Regex::new(r"(?m)^ +\w+::(\w+),$").unwrap();
    let registered: BTreeSet<_> = command
        .captures_iter(source)
        .map(|it| it[1].to_owned())
        .collect();
    assert_eq!(registered, allowed());
}

#[test]
fn what_is_not_listed_is_denied() {
    let app = app();
    for command in [
        "no_such_command",
        "plugin:app|version",
        "plugin:window|set_title",
        "plugin:webview|create_webview_window",
        "plugin:dialog|open",
        "plugin:notification|notify",
        "plugin:window-state|save_window_state",
        "plugin:event|emit",
        "plugin:path|resolve_directory",
    ] {
        let answer = invoke(&app.main, OWN, command, json!({}));
        assert!(shut_out(&answer), "{command}: {answer:?}");
    }
}

#[test]
fn another_window_may_do_nothing() {
    let app = app();
    for command in allowed() {
        let answer = invoke(&app.other, OWN, &command, json!({}));
        assert!(shut_out(&answer), "{command}: {answer:?}");
    }
}

#[test]
fn a_page_from_elsewhere_may_do_nothing() {
    let app = app();
    for origin in [
        "https://console.akash.network",
        "http://localhost:3000",
        "http://127.0.0.1",
    ] {
        for command in allowed() {
            let answer = invoke(&app.main, origin, &command, json!({}));
            assert!(shut_out(&answer), "{command} from {origin}: {answer:?}");
        }
    }
}
