//! Logs and crash records in the data folder. Whatever is written, keys are masked first.

use std::{
    borrow::Cow,
    io::{self, Write},
    panic::PanicHookInfo,
    path::Path,
    sync::LazyLock,
};

use regex::Regex;
use tracing::{Level, level_filters::LevelFilter};
use tracing_appender::{
    non_blocking::{NonBlocking, WorkerGuard},
    rolling,
};
use tracing_subscriber::{filter::Targets, fmt::MakeWriter, prelude::*};

/// A file for each day, this many kept.
const DAYS: usize = 7;

/// A crash record past this many bytes is begun anew.
const MAX_CRASH_FILE: u64 = 256 * 1024;

/// Begins to log into `dir` and to record panics there. The tail of the log is written when the guard is dropped.
///
/// # Errors
/// The folder cannot be made or written to.
pub(crate) fn start(dir: &Path) -> Result<WorkerGuard, Box<dyn std::error::Error>> {
    crate::data::make_private(dir)?;
    let file = rolling::Builder::new()
        .rotation(rolling::Rotation::DAILY)
        .filename_prefix("aloft")
        .filename_suffix("log")
        .max_log_files(DAYS)
        .build(dir)?;
    let (writer, guard) = tracing_appender::non_blocking(file);
    // RUST_LOG is not heard: some libraries print headers, and so keys, at their finest levels.
    let levels = Targets::new()
        .with_default(LevelFilter::WARN)
        .with_target("aloft", Level::INFO)
        .with_target("akash", Level::INFO);
    let lines = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_writer(Masking(writer));
    tracing_subscriber::registry()
        .with(lines)
        .with(levels)
        .try_init()?;
    record_panics(dir);
    Ok(guard)
}

/// Replaces API keys and tokens in `text`.
pub(crate) fn mask(text: &str) -> Cow<'_, str> {
    // A Console key is `ac.sk.<environment>.<64 hex digits>`; a session token is a JWT. Half of one is one too.
    #[allow(
        clippy::expect_used,
        reason = "the pattern is constant, a test compiles it"
    )]
    static SECRET: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\bac\.sk\.[\w.-]+|\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?").expect("constant")
    });
    SECRET.replace_all(text, "[masked]")
}

/// Appends to `crash.log` what a panic says, then lets the usual message appear, masked.
fn record_panics(dir: &Path) {
    let file = dir.join("crash.log");
    std::panic::set_hook(Box::new(move |panic| {
        let text = describe(panic);
        let record = mask(&text);
        let too_long = file
            .metadata()
            .is_ok_and(|meta| meta.len() > MAX_CRASH_FILE);
        // Nothing can be done about a record that cannot be written, and a panic here would end the program.
        let _ = std::fs::OpenOptions::new()
            .create(true)
            .write(true)
            .append(!too_long)
            .truncate(too_long)
            .open(&file)
            .and_then(|mut file| file.write_all(record.as_bytes()));
        let _ = io::stderr().write_all(record.as_bytes());
    }));
}

fn describe(panic: &PanicHookInfo<'_>) -> String {
    format!(
        "{time} Aloft {version} ({os} {arch}), thread {thread:?}: {panic}\n{trace}\n",
        time = jiff::Timestamp::now(),
        version = env!("CARGO_PKG_VERSION"),
        os = std::env::consts::OS,
        arch = std::env::consts::ARCH,
        thread = std::thread::current().name().unwrap_or("unnamed"),
        trace = std::backtrace::Backtrace::force_capture(),
    )
}

/// Masks every line on its way to the file. The formatter hands over a whole event at a time, so no key is cut in two.
struct Masking(NonBlocking);

struct MaskingWriter(NonBlocking);

impl<'a> MakeWriter<'a> for Masking {
    type Writer = MaskingWriter;

    fn make_writer(&'a self) -> Self::Writer {
        MaskingWriter(self.0.clone())
    }
}

impl Write for MaskingWriter {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        self.0
            .write_all(mask(&String::from_utf8_lossy(event)).as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_tokens_are_masked_wherever_they_stand() {
        let key = format!("ac.sk.production.{}", "0a".repeat(32));
        let token = "eyJhbGciOiJFUzI1NksifQ.eyJpc3MiOiJha2FzaDEifQ.c2lnbmF0dXJl";
        let text = format!("x-api-key: {key}, \"{key}\"; Bearer {token}\n");
        let masked = mask(&text);
        assert_eq!(
            masked,
            "x-api-key: [masked], \"[masked]\"; Bearer [masked]\n"
        );
    }

    #[test]
    fn other_text_stays() {
        for text in [
            "deployment 27382912 answers",
            "ac.me/sk",
            "eyJ",
            "provider.example:8443",
        ] {
            assert_eq!(mask(text), text);
        }
    }

    #[test]
    fn an_event_is_written_masked() {
        let dir = tempfile::tempdir().unwrap();
        let file = rolling::never(dir.path(), "log");
        let (writer, guard) = tracing_appender::non_blocking(file);
        let layer = tracing_subscriber::fmt::layer()
            .with_ansi(false)
            .with_writer(Masking(writer));
        let key = format!("ac.sk.sandbox.{}", "1f".repeat(32));
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
            tracing::info!(%key, "refused");
        });
        drop(guard);
        let log = std::fs::read_to_string(dir.path().join("log")).unwrap();
        assert!(log.contains("refused") && log.contains("[masked]"), "{log}");
        assert!(!log.contains("1f1f"), "{log}");
    }
}
