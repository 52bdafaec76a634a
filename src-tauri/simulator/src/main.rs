//! The simulator as a program of its own.

use std::{io::Write, process::ExitCode};

use akash_simulator::{Config, Derivation, Latency};
use lexopt::{Arg, ValueExt};

const HELP: &str = "\
A simulated Akash Console and provider. Nothing is really deployed and no money is real.

Usage: akash-simulator [OPTIONS]

Prints {\"url\", \"api_key\"} as its first line and serves until it is killed.

Options:
  --listen ADDR     loopback address and port; with port 0 a free port [127.0.0.1:0]
  --speed N         chain seconds per real second [1]
  --seed N          the seed of the world [1]
  --state FILE      save the world in this file; continue when it exists
  --trial           make the account a free trial
  --credit USD      the account's credit at the start, in whole USD [50]
  --start TIME      chain time at the start, e.g. 2026-08-21T00:00:00Z [now]
  --latency KIND    none, lively or real [lively]
  --as-of DATE      play the Console's API of that day [2026-08-22]
  --derivation KIND how manifests are derived: alpha39, alpha40 or next [alpha40]
  --help            print this

Faults and changes are made over HTTP at /_sim/; the README of the crate lists them.
";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error.to_string());
            ExitCode::from(2)
        }
    }
}

fn report(text: &str) {
    // When standard error cannot be written to, there is no other place to report it.
    let _ = writeln!(std::io::stderr(), "error: {text}");
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let Some(config) = parse_arguments()? else {
        std::io::stdout().write_all(HELP.as_bytes())?;
        return Ok(());
    };
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(serve(config))
}

async fn serve(config: Config) -> Result<(), Box<dyn std::error::Error>> {
    let simulator = akash_simulator::start(config).await.map_err(|error| {
        let cause = std::error::Error::source(&error)
            .map(|source| format!(": {source}"))
            .unwrap_or_default();
        format!("{error}{cause}")
    })?;
    let line = serde_json::json!({ "url": simulator.url(), "api_key": simulator.api_key() });
    {
        let mut out = std::io::stdout().lock();
        writeln!(out, "{line}")?;
        out.flush()?;
    }
    terminated().await?;
    simulator.stop().await;
    Ok(())
}

#[cfg(unix)]
async fn terminated() -> std::io::Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => Ok(()),
        done = tokio::signal::ctrl_c() => done,
    }
}

#[cfg(not(unix))]
async fn terminated() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}

/// Reads the command line. `None` when it asks for help.
fn parse_arguments() -> Result<Option<Config>, lexopt::Error> {
    let mut config = Config {
        controls: true,
        ..Config::default()
    };
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Long("listen") => config.listen = arguments.value()?.parse()?,
            Arg::Long("speed") => config.speed = arguments.value()?.parse()?,
            Arg::Long("seed") => config.seed = arguments.value()?.parse()?,
            Arg::Long("state") => config.state = Some(arguments.value()?.into()),
            Arg::Long("trial") => config.trial = true,
            Arg::Long("credit") => config.credit_usd = arguments.value()?.parse()?,
            Arg::Long("start") => config.start = Some(arguments.value()?.parse()?),
            Arg::Long("latency") => {
                config.latency = match arguments.value()?.string()?.as_str() {
                    "none" => Latency::none(),
                    "lively" => Latency::lively(),
                    "real" => Latency::real(),
                    other => {
                        return Err(
                            format!("--latency is none, lively or real, not {other}").into()
                        );
                    }
                }
            }
            Arg::Long("as-of") => config.api_version = arguments.value()?.parse()?,
            Arg::Long("derivation") => {
                config.derivation = match arguments.value()?.string()?.as_str() {
                    "alpha39" => Derivation::Alpha39,
                    "alpha40" => Derivation::Alpha40,
                    "next" => Derivation::Next,
                    other => {
                        let text = format!("--derivation is alpha39, alpha40 or next, not {other}");
                        return Err(text.into());
                    }
                }
            }
            Arg::Long("help") | Arg::Short('h') => return Ok(None),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Some(config))
}
