//! What stands on the command line.

use std::{ffi::OsString, path::PathBuf};

use url::{Host, Url};

/// What `--help` prints.
pub(crate) const HELP: &str = "\
Aloft puts containers on the Akash cloud.

Usage: aloft [OPTIONS] [FILE]

  FILE               an SDL file to check and deploy; a running Aloft takes it

Options:
  --demo             start in the demo: a pretend cloud, no account, no money
  --console-url URL  talk to this Console for this run (https; http on this computer only)
  --clock-rate N     chain seconds per second, for a Console on this computer
  --data-dir DIR     keep everything in DIR, apart from any other Aloft
  --help             print this
  --version          print the version

Environment:
  ALOFT_BROWSER      a program that opens links instead of the system's browser
";

/// The largest `--clock-rate`: a day in under a minute and a half.
const MAX_CLOCK_RATE: u32 = 1_000;

/// What to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Open the window.
    Run(Args),
    /// Print [`HELP`].
    Help,
    /// Print the version.
    Version,
}

/// How to start.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Args {
    /// Start in the demo for this run.
    pub(crate) demo: bool,
    /// A Console for this run.
    pub(crate) console_url: Option<Url>,
    /// Chain seconds per second; `None` is 1.
    pub(crate) clock_rate: Option<u32>,
    /// Where everything is kept, apart from any other Aloft.
    pub(crate) data_dir: Option<PathBuf>,
    /// Files to take, as typed. More than one is an error of the person's that the window explains.
    pub(crate) files: Vec<PathBuf>,
}

/// What is wrong with the command line, in one line.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ArgsError {
    #[error("{0}")]
    Syntax(#[from] lexopt::Error),
    #[error(
        "`--console-url {0}` is not an address; it should look like https://console-api.akash.network"
    )]
    NotAnAddress(String),
    #[error(
        "`--console-url {0}` is not safe for a key; use https, or http for a Console on this computer"
    )]
    Unsafe(Url),
    #[error(
        "`--console-url {0}` should be a plain address, without a user name, question mark or `#`"
    )]
    NotPlain(Url),
    #[error("`--clock-rate {0}` is not a whole number from 1 to {MAX_CLOCK_RATE}")]
    ClockRate(String),
    #[error(
        "`--clock-rate` works with a Console on this computer only; give its address with `--console-url`"
    )]
    ClockRateElsewhere,
}

/// Reads the command line without the program's name.
///
/// # Errors
/// The first thing that is wrong with it.
pub(crate) fn parse(line: impl IntoIterator<Item = OsString>) -> Result<Command, ArgsError> {
    use lexopt::prelude::*;

    let mut args = Args::default();
    let mut parser = lexopt::Parser::from_args(line);
    while let Some(arg) = parser.next()? {
        match arg {
            Long("demo") => args.demo = true,
            Long("console-url") => {
                args.console_url = Some(console_url(&parser.value()?.string()?)?)
            }
            Long("clock-rate") => args.clock_rate = Some(clock_rate(parser.value()?.string()?)?),
            Long("data-dir") => args.data_dir = Some(parser.value()?.into()),
            Short('h') | Long("help") => return Ok(Command::Help),
            Short('V') | Long("version") => return Ok(Command::Version),
            Value(file) => args.files.push(file.into()),
            other => return Err(other.unexpected().into()),
        }
    }
    if args.clock_rate.is_some() && !args.console_url.as_ref().is_some_and(on_this_computer) {
        return Err(ArgsError::ClockRateElsewhere);
    }
    Ok(Command::Run(args))
}

fn console_url(text: &str) -> Result<Url, ArgsError> {
    let url = Url::parse(text).map_err(|_| ArgsError::NotAnAddress(text.into()))?;
    match url.scheme() {
        "https" if url.has_host() => {}
        "http" if on_this_computer(&url) => {}
        "http" => return Err(ArgsError::Unsafe(url)),
        _ => return Err(ArgsError::NotAnAddress(text.into())),
    }
    let plain = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if plain {
        Ok(url)
    } else {
        Err(ArgsError::NotPlain(url))
    }
}

fn clock_rate(text: String) -> Result<u32, ArgsError> {
    match text.parse() {
        Ok(rate @ 1..=MAX_CLOCK_RATE) => Ok(rate),
        _ => Err(ArgsError::ClockRate(text)),
    }
}

fn on_this_computer(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;

    fn read(line: &[&str]) -> Result<Command, String> {
        parse(line.iter().map(OsString::from)).map_err(|error| error.to_string())
    }

    fn run(line: &[&str]) -> Args {
        match read(line) {
            Ok(Command::Run(args)) => args,
            other => panic!("{line:?} gave {other:?}"),
        }
    }

    #[test]
    fn nothing_is_a_plain_start() {
        assert_eq!(run(&[]), Args::default());
    }

    #[test]
    fn every_option_is_taken() {
        let args = run(&[
            "--demo",
            "--console-url=http://127.0.0.1:4000",
            "--clock-rate",
            "60",
            "--data-dir",
            "/tmp/a b",
            "blog.yaml",
        ]);
        assert!(args.demo);
        assert_eq!(args.console_url.unwrap().as_str(), "http://127.0.0.1:4000/");
        assert_eq!(args.clock_rate, Some(60));
        assert_eq!(args.data_dir, Some("/tmp/a b".into()));
        assert_eq!(args.files, [PathBuf::from("blog.yaml")]);
    }

    #[test]
    fn several_files_and_one_that_begins_with_a_dash_reach_the_window() {
        assert_eq!(run(&["a.yaml", "--", "-b.yaml"]).files.len(), 2);
    }

    #[test]
    fn help_and_version_win_over_what_follows() {
        assert_eq!(read(&["--help", "--nonsense"]), Ok(Command::Help));
        assert_eq!(read(&["-V"]), Ok(Command::Version));
    }

    #[test]
    fn a_key_is_never_sent_in_the_open() {
        assert!(read(&["--console-url", "http://console.example"]).is_err());
        assert!(read(&["--console-url", "http://localhost.example"]).is_err());
        assert!(read(&["--console-url", "ftp://127.0.0.1"]).is_err());
        assert!(read(&["--console-url", "https://me:word@console.example"]).is_err());
        assert!(read(&["--console-url", "https://console.example/?key=1"]).is_err());
        run(&["--console-url", "https://console.example/base"]);
        run(&["--console-url", "http://[::1]:80"]);
        run(&["--console-url", "http://localhost:80"]);
    }

    #[test]
    fn the_clock_is_turned_for_a_console_on_this_computer_only() {
        assert!(read(&["--clock-rate", "60"]).is_err());
        assert!(
            read(&[
                "--clock-rate",
                "60",
                "--console-url",
                "https://console.example"
            ])
            .is_err()
        );
        for rate in ["0", "1001", "1.5", "fast", "-1"] {
            let line = [
                format!("--clock-rate={rate}"),
                "--console-url=http://127.0.0.1:1".into(),
            ];
            assert!(
                parse(line.into_iter().map(OsString::from)).is_err(),
                "{rate}"
            );
        }
    }

    #[test]
    fn what_is_wrong_is_said_in_one_line() {
        for line in [
            &["--nonsense"][..],
            &["--console-url"],
            &["--console-url", "console"],
            &["--clock-rate", "x"],
            &["--demo=1"],
        ] {
            let message = read(line).unwrap_err();
            assert!(
                !message.is_empty() && !message.contains('\n'),
                "{line:?}: {message}"
            );
        }
    }
}
