//! The Tauri shell: everything of Aloft that needs a window or the system around it. What it shows is decided in the engine.

mod alert;
mod args;
mod browser;
mod commands;
mod data;
mod demo;
#[cfg(debug_assertions)]
mod dev;
mod follow;
mod instance;
mod keychain;
#[cfg(target_os = "linux")]
mod linux;
mod logs;
#[cfg(target_os = "macos")]
mod macos;
mod power;
mod window;
#[cfg(windows)]
mod windows;

use std::{io::Write, path::PathBuf, process::ExitCode, sync::Arc, time::Duration};

use aloft_engine::{Engine, Options, SystemClock};
use tauri::{
    AppHandle, Builder, Context, Manager, RunEvent, Runtime,
    async_runtime::{block_on, spawn},
    utils::config::AppDirectoriesOverride,
};
use tauri_plugin_window_state::StateFlags;

pub use browser::Browser;
pub use demo::Demo;
pub use keychain::Keychain;

use args::{Args, Command};
use data::Data;
use instance::Instance;

/// How long quitting waits for what is still to be written.
const ENDING: Duration = Duration::from_secs(3);

/// Runs the program with the arguments it was started with, until it quits.
pub fn run() -> ExitCode {
    let print = |text: &str| match std::io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    };
    match args::parse(std::env::args_os().skip(1)) {
        #[cfg(target_os = "linux")]
        Ok(Command::Run(_)) if !linux::has_display() => {
            eprintln!("aloft: there is no display to open a window on");
            ExitCode::FAILURE
        }
        Ok(Command::Run(args)) => start(args).unwrap_or_else(|error| {
            eprintln!("aloft: {error}");
            alert::show(&error.to_string());
            ExitCode::FAILURE
        }),
        Ok(Command::Help) => print(args::HELP),
        Ok(Command::Version) => print(concat!("aloft ", env!("CARGO_PKG_VERSION"), "\n")),
        Err(error) => {
            eprintln!("aloft: {error}\nTry `aloft --help`.");
            ExitCode::from(2)
        }
    }
}

/// The program's settings and pages, compiled in.
pub fn context<R: Runtime>() -> Context<R> {
    tauri::generate_context!()
}

/// Gives `builder` the commands and what they need beside the engine.
pub fn wire<R: Runtime>(builder: Builder<R>) -> Builder<R> {
    commands::register(builder)
}

fn start(args: Args) -> Result<ExitCode, Box<dyn std::error::Error>> {
    #[cfg(target_os = "linux")]
    linux::prepare();
    #[cfg(windows)]
    if let Some(code) = windows::without_webview() {
        return Ok(code);
    }
    // reqwest is built without a choice of its own. An error means that one is installed, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();

    let mut context = context();
    #[cfg(debug_assertions)]
    dev::serve_from_disk(&mut context);
    let data = Data::open(args.data_dir.as_deref(), &context.config().identifier)?;
    context.config_mut().app.app_directories_override =
        Some(AppDirectoriesOverride::Root(data.dir.clone()));

    let files = absolute(args.files)?;
    let (first, door) = match instance::claim(&data.dir, &files)? {
        Instance::First(first, door) => (first, door),
        Instance::Second => return Ok(ExitCode::SUCCESS),
    };
    // A full disk must not keep the person from their deployments.
    let _log = logs::start(&data.dir.join("logs"))
        .inspect_err(|error| eprintln!("aloft: no log is kept: {error}"));
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "started");

    let engine = block_on(Engine::start(Options {
        data_dir: data.dir.clone(),
        console_url: args.console_url,
        user_agent: concat!("Aloft/", env!("CARGO_PKG_VERSION")).to_owned()
            + &format!(" ({})", std::env::consts::OS),
        keys: Arc::new(Keychain::new(data.keychain_service.clone())),
        clock: Arc::new(SystemClock),
        pace: args.clock_rate.unwrap_or(1),
    }))?;

    let builder = wire(Builder::default());
    #[cfg(target_os = "macos")]
    let builder = macos::prepare(builder);
    let app = builder
        .manage(engine.clone())
        .manage(Demo::new(&data.dir))
        .manage(Browser::new(std::env::var_os("ALOFT_BROWSER")))
        .manage(window::Presence::default())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_notification::init())
        .plugin(remembered_window())
        .on_window_event(window::on_event)
        .setup(move |app| {
            let settings = engine.snapshots().borrow().settings.clone();
            window::open(app.handle(), &data, &settings)?;
            follow::start(app.handle());
            power::watch(engine.clone());
            if args.demo || settings.demo {
                open_demo(app.handle(), settings.demo);
            }
            if !files.is_empty() {
                window::give(app.handle(), files);
            }
            Ok(())
        })
        .build(context)?;

    let handle = app.handle().clone();
    let calls = spawn(async move {
        let served = door.serve(move |files| taken_over(&handle, files)).await;
        if let Err(error) = served {
            tracing::warn!(%error, "a second start cannot hand over its file");
        }
    });
    let code = app.run_return(move |app, event| match event {
        RunEvent::Exit => {
            // From here on no file is taken. A new start waits until everything is written and `first` is gone.
            calls.abort();
            block_on(end(app));
        }
        #[cfg(target_os = "macos")]
        RunEvent::Opened { urls } => {
            let files: Vec<_> = urls
                .iter()
                .filter_map(|url| url.to_file_path().ok())
                .collect();
            taken_over(app, files);
        }
        _ => {}
    });
    drop(first);
    Ok(u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from))
}

/// Paths as another process, with another working directory, understands them.
fn absolute(files: Vec<PathBuf>) -> std::io::Result<Vec<PathBuf>> {
    files.iter().map(std::path::absolute).collect()
}

/// The window's place and size are kept in the data folder, and corrected where no screen is any more.
fn remembered_window<R: Runtime>() -> tauri::plugin::TauriPlugin<R> {
    tauri_plugin_window_state::Builder::new()
        .with_filename("window.json")
        .with_state_flags(StateFlags::POSITION | StateFlags::SIZE | StateFlags::MAXIMIZED)
        .build()
}

fn open_demo<R: Runtime>(app: &AppHandle<R>, remember: bool) {
    let app = app.clone();
    spawn(async move {
        let engine = app.state::<Engine>();
        if let Err(error) = app.state::<Demo>().open(&engine, remember).await {
            engine.tell(&error);
        }
    });
}

/// Another start brought `files`, or nothing but the wish to see the window.
fn taken_over<R: Runtime>(app: &AppHandle<R>, files: Vec<PathBuf>) {
    window::to_front(app);
    if !files.is_empty() {
        window::give(app, files);
    }
}

async fn end<R: Runtime>(app: &AppHandle<R>) {
    let writing = async {
        app.state::<Engine>().stop().await;
        app.state::<Demo>().stop().await;
    };
    if tokio::time::timeout(ENDING, writing).await.is_err() {
        tracing::warn!("quit before everything was written; the next start finds out");
    }
    tracing::info!("quit");
}
