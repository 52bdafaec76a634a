//! Keys in a real Secret Service: gnome-keyring on a bus of its own, with a home of its own.
//!
//! The address of the bus is a variable of the process, so every trial runs this program again as a child. Where a tool is missing or the
//! system has another keychain, the trials are ignored, by name; with `CI` set they fail instead.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, ExitCode, Stdio},
    time::{Duration, Instant},
};

use aloft::Keychain;
use aloft_engine::{KeyStore, KeyStoreError};
use libtest_mimic::{Arguments, Failed, Trial};
use secrecy::{ExposeSecret, SecretString};

/// Names the scenario that a child plays.
const SCENARIO: &str = "ALOFT_KEYCHAIN_SCENARIO";

/// How long the keyring may take to start, and a trial in all.
const START: Duration = Duration::from_secs(20);
const TRIAL: Duration = Duration::from_secs(60);

const ORIGIN: &str = "https://console-api.akash.network";

const SCENARIOS: [(&str, fn()); 6] = [
    ("a_key_is_kept_until_it_is_removed", kept),
    ("each_origin_and_each_data_folder_has_its_own_key", apart),
    ("a_locked_keychain_is_said_to_be_locked", locked),
    ("without_a_service_the_keychain_is_missing", absent),
    ("a_service_that_appears_later_is_used", later),
    ("without_a_bus_the_keychain_is_missing", no_bus),
];

fn main() -> ExitCode {
    if let Ok(name) = std::env::var(SCENARIO) {
        let (_, scenario) = SCENARIOS.iter().find(|(known, _)| *known == name).unwrap();
        scenario();
        return ExitCode::SUCCESS;
    }
    let missing = missing();
    let in_ci = std::env::var_os("CI").is_some();
    let trials = SCENARIOS.iter().map(|(name, _)| {
        let trial = Trial::test(*name, || play(name));
        match &missing {
            Some(what) if !in_ci => trial.with_kind(what).with_ignored_flag(true),
            _ => trial,
        }
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit_code()
}

/// What this system lacks for the trials.
fn missing() -> Option<String> {
    if !cfg!(target_os = "linux") {
        return Some("not Linux".into());
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found =
        |tool: &&str| std::env::split_paths(&path).any(|folder| folder.join(tool).is_file());
    let tools = ["dbus-daemon", "gnome-keyring-daemon", "dbus-send"];
    tools
        .into_iter()
        .find(|tool| !found(tool))
        .map(|tool| format!("no {tool}"))
}

/// Ends a program that a trial started.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs a scenario as a child, with a bus that starts no service by itself.
fn play(name: &str) -> Result<(), Failed> {
    let home = tempfile::tempdir()?;
    let bus = (name != "without_a_bus_the_keychain_is_missing").then(|| bus(home.path()));
    let mut child = Command::new(std::env::current_exe()?);
    child
        .env(SCENARIO, name)
        .env("HOME", home.path())
        .env("XDG_DATA_HOME", home.path().join("data"))
        .env("XDG_RUNTIME_DIR", home.path())
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .env_remove("GNOME_KEYRING_CONTROL")
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if let Some((_, address)) = &bus {
        child.env("DBUS_SESSION_BUS_ADDRESS", address);
    }
    let mut child = Ended(child.spawn()?);
    let start = Instant::now();
    while child.0.try_wait()?.is_none() {
        if start.elapsed() > TRIAL {
            return Err(format!("not done after {TRIAL:?}").into());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let mut said = String::new();
    std::io::Read::read_to_string(child.0.stderr.as_mut().unwrap(), &mut said)?;
    let ok = child.0.wait()?.success();
    if ok { Ok(()) } else { Err(said.into()) }
}

fn bus(home: &Path) -> (Ended, String) {
    let config = home.join("bus.conf");
    let text = format!(
        r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:dir={}</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>"#,
        home.display()
    );
    std::fs::write(&config, text).unwrap();
    let mut bus = Command::new("dbus-daemon")
        .arg(format!("--config-file={}", config.display()))
        .args(["--nofork", "--print-address"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("dbus-daemon starts");
    let mut address = String::new();
    BufReader::new(bus.stdout.take().unwrap())
        .read_line(&mut address)
        .unwrap();
    (Ended(bus), address.trim().to_owned())
}

/// Starts gnome-keyring with an unlocked login keyring, and waits until it can be asked.
fn keyring() -> Ended {
    let mut daemon = Command::new("gnome-keyring-daemon")
        .args(["--foreground", "--unlock", "--components=secrets"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("gnome-keyring starts");
    daemon.stdin.take().unwrap().write_all(b"word").unwrap();
    let daemon = Ended(daemon);
    let start = Instant::now();
    while keychain("waiting").read(ORIGIN).is_err() {
        assert!(start.elapsed() < START, "gnome-keyring does not answer");
        std::thread::sleep(Duration::from_millis(20));
    }
    daemon
}

fn keychain(folder: &str) -> Keychain {
    Keychain::new(format!("dev.aloft.test.{folder}"))
}

fn key(text: &str) -> SecretString {
    text.into()
}

fn read(keychain: &Keychain, origin: &str) -> Option<String> {
    keychain
        .read(origin)
        .unwrap()
        .map(|key| key.expose_secret().to_owned())
}

fn kept() {
    let _keyring = keyring();
    let keychain = keychain("one");
    assert_eq!(read(&keychain, ORIGIN), None);
    keychain.write(ORIGIN, &key("first")).unwrap();
    assert_eq!(read(&keychain, ORIGIN).as_deref(), Some("first"));
    keychain.write(ORIGIN, &key("second")).unwrap();
    assert_eq!(read(&keychain, ORIGIN).as_deref(), Some("second"));
    keychain.remove(ORIGIN).unwrap();
    assert_eq!(read(&keychain, ORIGIN), None);
    keychain.remove(ORIGIN).unwrap();
}

fn apart() {
    let _keyring = keyring();
    let (one, two) = (keychain("one"), keychain("two"));
    let sandbox = "https://console-api-sandbox.akash.network";
    one.write(ORIGIN, &key("a")).unwrap();
    one.write(sandbox, &key("b")).unwrap();
    two.write(ORIGIN, &key("c")).unwrap();
    one.remove(ORIGIN).unwrap();
    assert_eq!(read(&one, ORIGIN), None);
    assert_eq!(read(&one, sandbox).as_deref(), Some("b"));
    assert_eq!(read(&two, ORIGIN).as_deref(), Some("c"));
}

fn locked() {
    let _keyring = keyring();
    let keychain = keychain("one");
    keychain.write(ORIGIN, &key("first")).unwrap();
    let lock = Command::new("dbus-send")
        .args([
            "--session",
            "--print-reply",
            "--dest=org.freedesktop.secrets",
        ])
        .args([
            "/org/freedesktop/secrets",
            "org.freedesktop.Secret.Service.Lock",
        ])
        .arg("array:objpath:/org/freedesktop/secrets/collection/login")
        .output()
        .unwrap();
    assert!(
        lock.status.success(),
        "{}",
        String::from_utf8_lossy(&lock.stderr)
    );
    assert_eq!(keychain.read(ORIGIN).err(), Some(KeyStoreError::Locked));
    assert_eq!(
        keychain.write(ORIGIN, &key("second")).err(),
        Some(KeyStoreError::Locked)
    );
    assert_eq!(keychain.remove(ORIGIN).err(), Some(KeyStoreError::Locked));
}

fn all_missing() {
    let keychain = keychain("one");
    assert_eq!(keychain.read(ORIGIN).err(), Some(KeyStoreError::Missing));
    assert_eq!(
        keychain.write(ORIGIN, &key("first")).err(),
        Some(KeyStoreError::Missing)
    );
    assert_eq!(keychain.remove(ORIGIN).err(), Some(KeyStoreError::Missing));
}

fn absent() {
    all_missing();
}

fn no_bus() {
    all_missing();
}

fn later() {
    all_missing();
    let _keyring = keyring();
    let keychain = keychain("one");
    keychain.write(ORIGIN, &key("first")).unwrap();
    assert_eq!(read(&keychain, ORIGIN).as_deref(), Some("first"));
}
