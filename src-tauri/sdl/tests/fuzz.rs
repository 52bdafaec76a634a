//! Runs the fuzz target for a minute, or for ten with `ALOFT_LONG`. Ignored, by name, where a nightly toolchain or cargo-fuzz is missing.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::process::{Command, Stdio};

use libtest_mimic::{Arguments, Failed, Trial};

fn cargo_fuzz() -> Command {
    let mut command = Command::new("cargo");
    command
        .args(["+nightly", "fuzz"])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")));
    // The toolchain that runs the tests is not the one to fuzz with.
    command
        .env_remove("RUSTUP_TOOLCHAIN")
        .env_remove("RUSTC")
        .env_remove("RUSTDOC");
    command
}

fn main() {
    let args = Arguments::from_args();
    let seconds = if std::env::var_os("ALOFT_LONG").is_some() {
        600
    } else {
        60
    };
    let installed = cargo_fuzz()
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    let trial =
        Trial::test("any bytes are answered", move || fuzz(seconds)).with_ignored_flag(!installed);
    libtest_mimic::run(&args, vec![trial]).exit();
}

fn fuzz(seconds: u32) -> Result<(), Failed> {
    let output = cargo_fuzz()
        .args([
            "run",
            "check",
            "--",
            &format!("-max_total_time={seconds}"),
            "-max_len=65536",
        ])
        .output()?;
    if output.status.success() {
        Ok(())
    } else {
        Err(Failed::from(
            String::from_utf8_lossy(&output.stderr).into_owned(),
        ))
    }
}
