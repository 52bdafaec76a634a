//! The real program in a real window: WebKitGTK under an X server of our own, driven by WebDriver, a pointer and keys.
//!
//! Runs on Linux with the tools that tests/run.sh installs; without them every test is skipped, or fails with ALOFT_WINDOW=required.
//! Pictures and logs of the run are left in artefacts/window.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[cfg(target_os = "linux")]
mod app;
#[cfg(target_os = "linux")]
mod bids;
#[cfg(target_os = "linux")]
mod crash;
#[cfg(target_os = "linux")]
mod demo;
#[cfg(target_os = "linux")]
mod desktop;
#[cfg(target_os = "linux")]
mod driver;
#[cfg(target_os = "linux")]
mod figures;
#[cfg(target_os = "linux")]
mod files;
#[cfg(target_os = "linux")]
mod focus;
#[cfg(target_os = "linux")]
mod journey;
#[cfg(target_os = "linux")]
mod keyboard;
#[cfg(target_os = "linux")]
mod made;
#[cfg(target_os = "linux")]
mod money;
#[cfg(target_os = "linux")]
mod notices;
#[cfg(target_os = "linux")]
mod refusals;
#[cfg(target_os = "linux")]
mod screens;
#[cfg(target_os = "linux")]
mod steps;

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    use desktop::Desktop;
    use libtest_mimic::{Arguments, Failed, Trial};
    use std::sync::{Arc, OnceLock};

    type Test = fn(&Desktop);
    let tests: [(&str, Test); 34] = [
        ("journey_by_pointer", journey::by_pointer),
        ("journey_by_keyboard", journey::by_keyboard),
        ("file_dialog", journey::file_dialog),
        ("killed_in_every_step", crash::in_every_step),
        ("deploy_for_me", bids::deploy_for_me),
        ("deploy_for_me_stopped", bids::deploy_for_me_stopped),
        ("page_dies_while_deploying", bids::page_dies),
        ("two_groups", bids::two_groups),
        ("relax_before_paying", bids::relax_before),
        ("relax_after_a_minute", bids::relax_after),
        ("no_bids_and_close", bids::no_bids_and_close),
        ("rows_hold_still", bids::rows_hold_still),
        ("pictures_of_bids", bids::pictures),
        ("compose_file", made::compose),
        ("docker_run_by_keyboard", made::command),
        ("image_named", made::image),
        ("template_chosen", made::template),
        ("money_told", money::told),
        ("figures_of_drawing", figures::drawn),
        ("notices_cover_nothing", notices::cover_nothing),
        ("focus_after_a_dialog", focus::after_a_dialog),
        ("demo_there_and_back", demo::there_and_back),
        ("wrong_files_dropped", files::dropped),
        (
            "wrong_file_as_argument_and_second_start",
            files::as_argument,
        ),
        ("file_before_connecting", files::before_connecting),
        ("refused_key", refusals::refused_key),
        ("dead_server", refusals::dead_server),
        ("silent_server", refusals::silent_server),
        ("html_server", refusals::html_server),
        ("no_keychain", refusals::no_keychain),
        ("screens_light", screens::light),
        ("screens_dark", screens::dark),
        ("screens_light_large", screens::light_large),
        ("screens_dark_large", screens::dark_large),
    ];

    // The client that speaks WebDriver needs it, whatever it connects to.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut arguments = Arguments::from_args();
    // There is one pointer, one keyboard and one focus.
    arguments.test_threads = Some(1);

    let missing = Desktop::missing();
    let required = std::env::var_os("ALOFT_WINDOW").is_some_and(|value| value == "required");
    let desktop: Arc<OnceLock<Desktop>> = Arc::default();
    let trials = tests
        .into_iter()
        .map(|(name, test)| {
            let (desktop, missing) = (Arc::clone(&desktop), missing.clone());
            let ignored = !missing.is_empty() && !required;
            Trial::test(name, move || {
                if !missing.is_empty() {
                    return Err(Failed::from(format!(
                        "not installed: {}",
                        missing.join(", ")
                    )));
                }
                test(desktop.get_or_init(Desktop::start));
                Ok(())
            })
            .with_ignored_flag(ignored)
        })
        .collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// The recipe is Linux's: elsewhere no driver for the web view can be relied on.
#[cfg(not(target_os = "linux"))]
fn main() -> std::process::ExitCode {
    let trial = libtest_mimic::Trial::test("window", || Ok(())).with_ignored_flag(true);
    libtest_mimic::run(&libtest_mimic::Arguments::from_args(), vec![trial]).exit_code()
}
