//! A desktop of our own to test in: an X server, a window manager, a session bus and a keyring, all private to this run.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// How long what the desktop itself does may take.
pub(crate) const SOON: Duration = Duration::from_secs(20);

/// Tries until there is an answer; panics with `what` after `limit`.
#[track_caller]
pub(crate) fn wait_for<T>(what: &str, limit: Duration, mut probe: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + limit;
    loop {
        if let Some(found) = probe() {
            return found;
        }
        assert!(
            Instant::now() < end,
            "waited {} s in vain for {what}",
            limit.as_secs()
        );
        std::thread::sleep(Duration::from_millis(40));
    }
}

/// A process that ends with its owner.
pub(crate) struct Owned(pub(crate) Child);

impl Drop for Owned {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The desktop; its processes end with it.
pub(crate) struct Desktop {
    env: Vec<(&'static str, String)>,
    folder: tempfile::TempDir,
    _processes: Vec<Owned>,
}

/// What must be installed, as commands.
const TOOLS: [&str; 9] = [
    "WebKitWebDriver",
    "Xvfb",
    "openbox",
    "xdotool",
    "wmctrl",
    "dbus-daemon",
    "gnome-keyring-daemon",
    "secret-tool",
    "import",
];

impl Desktop {
    /// The tools that are not there.
    pub(crate) fn missing() -> Vec<String> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let has =
            |tool: &str| std::env::split_paths(&path).any(|folder| folder.join(tool).exists());
        let mut missing: Vec<String> = TOOLS
            .iter()
            .filter(|tool| !has(tool))
            .map(ToString::to_string)
            .collect();
        let gtk = Command::new("/usr/bin/python3")
            .args([
                "-c",
                "import gi; gi.require_version('Gtk', '3.0'); from gi.repository import Gtk",
            ])
            .output();
        if !gtk.is_ok_and(|output| output.status.success()) {
            missing.push("GTK 3 for /usr/bin/python3".into());
        }
        missing
    }

    pub(crate) fn start() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("aloft-desktop-")
            .tempdir()
            .unwrap();
        let place = |name: &str| {
            let path = folder.path().join(name);
            fs::create_dir(&path).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
            path.to_str().unwrap().to_owned()
        };
        let mut env = vec![
            ("HOME", place("home")),
            ("XDG_CONFIG_HOME", place("config")),
            ("XDG_DATA_HOME", place("data")),
            ("XDG_CACHE_HOME", place("cache")),
            ("XDG_STATE_HOME", place("state")),
            ("XDG_RUNTIME_DIR", place("runtime")),
            ("LANG", "C.UTF-8".into()),
            ("NO_AT_BRIDGE", "1".into()),
            ("GTK_A11Y", "none".into()),
            ("GDK_BACKEND", "x11".into()),
        ];
        let log = |name: &str| fs::File::create(folder.path().join(format!("{name}.log"))).unwrap();
        let spawn = |env: &[(&'static str, String)],
                     name: &str,
                     args: &[&str],
                     stdin: Stdio,
                     stdout: Stdio| {
            let mut command = clean(name, env);
            command
                .args(args)
                .stdin(stdin)
                .stdout(stdout)
                .stderr(log(name));
            Owned(
                command
                    .spawn()
                    .unwrap_or_else(|error| panic!("{name} does not start: {error}")),
            )
        };

        // Without -noreset the server begins anew when its last client goes, and takes a window manager that is just coming with it.
        let screen = [
            "-noreset",
            "-displayfd",
            "1",
            "-screen",
            "0",
            "1680x1050x24",
            "-nolisten",
            "tcp",
        ];
        let mut x = spawn(&env, "Xvfb", &screen, Stdio::null(), Stdio::piped());
        env.push(("DISPLAY", format!(":{}", first_line(&mut x.0))));

        let address = format!(
            "--address=unix:dir={}",
            folder.path().join("runtime").display()
        );
        let mut bus = spawn(
            &env,
            "dbus-daemon",
            &["--session", "--nofork", "--print-address=1", &address],
            Stdio::null(),
            Stdio::piped(),
        );
        env.push(("DBUS_SESSION_BUS_ADDRESS", first_line(&mut bus.0)));

        let mut keyring = spawn(
            &env,
            "gnome-keyring-daemon",
            &["--foreground", "--unlock", "--components=secrets"],
            Stdio::piped(),
            Stdio::null(),
        );
        keyring.0.stdin.take().unwrap().write_all(b"test").unwrap();

        let manager = spawn(
            &env,
            "openbox",
            &["--sm-disable"],
            Stdio::null(),
            Stdio::null(),
        );
        let desktop = Self {
            env,
            folder,
            _processes: vec![manager, keyring, bus, x],
        };
        wait_for("the window manager", SOON, || {
            desktop
                .command("wmctrl")
                .arg("-m")
                .output()
                .ok()
                .filter(|output| output.status.success())
        });
        wait_for("the keyring", SOON, || {
            let mut store = desktop.command("secret-tool");
            let mut store = store
                .args(["store", "--label=probe", "probe", "1"])
                .stdin(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .ok()?;
            store.stdin.take()?.write_all(b"x").ok()?;
            store.wait().ok()?.success().then_some(())
        });
        assert!(
            desktop
                .command("secret-tool")
                .args(["clear", "probe", "1"])
                .status()
                .unwrap()
                .success()
        );
        desktop
    }

    /// A command that runs on this desktop and knows of no other.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        clean(program, &self.env)
    }

    /// A folder for whatever a test wants to put somewhere.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn output(&self, program: &str, args: &[&str]) -> Output {
        self.command(program).args(args).output().unwrap()
    }

    /// Runs xdotool; panics when it fails.
    #[track_caller]
    pub(crate) fn xdo(&self, args: &[&str]) -> String {
        let output = self.output("xdotool", args);
        assert!(
            output.status.success(),
            "xdotool {args:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// Presses keys on whatever has the focus: `Tab`, `shift+Tab`, `ctrl+l`.
    pub(crate) fn press(&self, key: &str) {
        self.xdo(&["key", "--clearmodifiers", key]);
    }

    /// Types text into whatever has the focus.
    pub(crate) fn type_text(&self, text: &str) {
        self.xdo(&["type", "--delay", "4", "--", text]);
    }

    /// Windows of a process: id and title.
    pub(crate) fn windows(&self, pid: u32) -> Vec<(String, String)> {
        let list = String::from_utf8(self.output("wmctrl", &["-lp"]).stdout).unwrap();
        list.lines()
            .filter_map(|line| {
                let mut words = line.split_whitespace();
                let id = words.next()?;
                let owner = words.nth(1)?;
                let title = words.skip(1).collect::<Vec<_>>().join(" ");
                (owner == pid.to_string()).then(|| (id.to_owned(), title))
            })
            .collect()
    }

    /// Gives a window the focus.
    pub(crate) fn activate(&self, window: &str) {
        self.xdo(&["windowactivate", "--sync", window]);
    }

    /// The window that has the focus, named as [`Self::windows`] does.
    fn active(&self) -> Option<String> {
        let number = String::from_utf8(self.output("xdotool", &["getactivewindow"]).stdout).ok()?;
        Some(format!("0x{:08x}", number.trim().parse::<u32>().ok()?))
    }

    /// Where a window is: x, y, width, height of its inside.
    pub(crate) fn geometry(&self, window: &str) -> (i32, i32, i32, i32) {
        let text = self.xdo(&["getwindowgeometry", "--shell", window]);
        let value = |name: &str| {
            let line = text
                .lines()
                .find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
            line.unwrap().parse().unwrap()
        };
        (value("X"), value("Y"), value("WIDTH"), value("HEIGHT"))
    }

    /// Everything that is on the screen, as PNG.
    pub(crate) fn screenshot(&self, file: &Path) {
        let _ = self
            .command("import")
            .args(["-window", "root"])
            .arg(file)
            .output();
    }

    /// Drags files from a window of another program to a point of the screen. `hover` is asked, while the pointer moves there,
    /// whether the receiver has noticed; then the files are let go.
    #[track_caller]
    pub(crate) fn drag(&self, files: &[&Path], to: (i32, i32), hover: impl FnMut() -> bool) {
        self.drag_maybe_drop(files, to, hover, true);
    }

    /// Like [`Self::drag`], but takes the files back (Escape) instead of letting them go.
    #[track_caller]
    pub(crate) fn drag_and_cancel(
        &self,
        files: &[&Path],
        to: (i32, i32),
        hover: impl FnMut() -> bool,
    ) {
        self.drag_maybe_drop(files, to, hover, false);
    }

    #[track_caller]
    fn drag_maybe_drop(
        &self,
        files: &[&Path],
        to: (i32, i32),
        mut hover: impl FnMut() -> bool,
        drop: bool,
    ) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/app/window/drag_source.py");
        let mut command = self.command("/usr/bin/python3");
        command
            .arg(script)
            .args(files)
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        let mut source = Owned(command.spawn().unwrap());
        let lines = lines_of(source.0.stdout.take().unwrap());
        let says = |word: &str| {
            let line = lines
                .recv_timeout(SOON)
                .unwrap_or_else(|_| panic!("the drag source never said {word:?}"));
            assert_eq!(line, word, "of the drag source");
        };
        says("ready");
        let window = wait_for("the drag source's window", SOON, || {
            self.windows(source.0.id())
                .first()
                .map(|(id, _)| id.clone())
        });
        self.activate(&window);
        let (x, y, width, height) = self.geometry(&window);
        let at =
            |x: i32, y: i32| self.xdo(&["mousemove", "--sync", &x.to_string(), &y.to_string()]);
        let (x, y) = (x + width / 2, y + height / 2);
        at(x, y);
        self.xdo(&["mousedown", "1"]);
        // A drag begins after some pixels of moving.
        for step in 1..=12 {
            at(x - step * 3, y);
        }
        says("begin");
        let mut step = 0;
        wait_for("the window to notice the drag", SOON, || {
            step += 1;
            at(to.0 + step % 5, to.1 + step % 3);
            hover().then_some(())
        });
        if drop {
            self.xdo(&["mouseup", "1"]);
        } else {
            self.press("Escape");
            self.xdo(&["mouseup", "1"]);
        }
        says("end");
    }

    /// Answers the native file dialog of a process with a path, by keys; `None` cancels it.
    #[track_caller]
    pub(crate) fn file_dialog(&self, pid: u32, main: &str, path: Option<&Path>) {
        let dialog = wait_for("the file dialog", SOON, || {
            self.windows(pid)
                .into_iter()
                .map(|(id, _)| id)
                .find(|id| id != main)
        });
        self.activate(&dialog);
        let key = if let Some(path) = path {
            self.press("ctrl+l");
            self.type_text(path.to_str().unwrap());
            "Return"
        } else {
            "Escape"
        };
        // The first one may only end the completion of the path. Never to another window.
        let mut pressed: Option<Instant> = None;
        wait_for("the file dialog to go", SOON, || {
            if self.windows(pid).iter().all(|(id, _)| *id != dialog) {
                return Some(());
            }
            if pressed.is_none_or(|at| at.elapsed() > Duration::from_secs(1))
                && self.active().as_deref() == Some(&*dialog)
            {
                pressed = Some(Instant::now());
                self.press(key);
            }
            None
        });
    }
}

fn clean(program: impl AsRef<OsStr>, env: &[(&'static str, String)]) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("XDG_")
            || name.starts_with("GTK_")
            || name.starts_with("WEBKIT_")
            || ["DISPLAY", "WAYLAND_DISPLAY", "GDK_SCALE"].contains(&&*name)
        {
            command.env_remove(name);
        }
    }
    command.envs(env.iter().map(|(name, value)| (name, value)));
    command
}

fn first_line(child: &mut Child) -> String {
    lines_of(child.stdout.take().unwrap())
        .recv_timeout(SOON)
        .expect("a first line")
        .trim()
        .to_owned()
}

/// The lines a process writes, as they come; also keeps its pipe from filling up.
pub(crate) fn lines_of(stream: impl Read + Send + 'static) -> std::sync::mpsc::Receiver<String> {
    let (send, receive) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            let _ = send.send(line);
        }
    });
    receive
}

/// Where pictures and logs of the run go; not in git.
pub(crate) fn artefacts() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("artefacts/window");
    fs::create_dir_all(&folder).unwrap();
    folder
}
