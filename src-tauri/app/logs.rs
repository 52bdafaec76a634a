//! Logs and crash records in the data folder. Whatever is written, keys are masked first.

use std::{
    borrow::Cow,
    fs::{self, File},
    io::{self, Write},
    panic::PanicHookInfo,
    path::{Path, PathBuf},
    sync::LazyLock,
    time::SystemTime,
};

use regex::Regex;
use tracing::{Level, level_filters::LevelFilter};
use tracing_appender::non_blocking::{NonBlocking, WorkerGuard};
use tracing_subscriber::{filter::Targets, fmt::MakeWriter, prelude::*};

/// A log past this many bytes is put by, and a new one is begun.
const MAX_LOG_FILE: u64 = 2 << 20;

/// All logs together stay below this many bytes; the oldest go first.
const MAX_LOGS: u64 = 8 << 20;

/// A crash record past this many bytes is begun anew.
const MAX_CRASH_FILE: u64 = 256 * 1024;

/// Begins to log into `dir` and to record panics there. The tail of the log is written when the guard is dropped.
///
/// # Errors
/// The folder cannot be made or written to.
pub(crate) fn start(dir: &Path) -> Result<WorkerGuard, Box<dyn std::error::Error>> {
    crate::data::make_private(dir)?;
    let file = Bounded::open(dir, MAX_LOG_FILE, MAX_LOGS)?;
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

/// The log as a file that does not grow without end: a full one is renamed, and old ones are removed.
struct Bounded {
    dir: PathBuf,
    /// `None` where it could not be opened again; the next event tries.
    file: Option<File>,
    written: u64,
    /// The most bytes of one file, and of all.
    most: u64,
    all: u64,
}

impl Bounded {
    const NAME: &str = "aloft.log";

    fn open(dir: &Path, most: u64, all: u64) -> io::Result<Self> {
        let mut log = Self {
            dir: dir.to_owned(),
            file: None,
            written: 0,
            most,
            all,
        };
        log.reopen()?;
        log.prune();
        Ok(log)
    }

    fn reopen(&mut self) -> io::Result<()> {
        let path = self.dir.join(Self::NAME);
        let file = File::options().create(true).append(true).open(path)?;
        self.written = file.metadata()?.len();
        self.file = Some(file);
        Ok(())
    }

    /// Puts the full file by and begins another.
    fn turn(&mut self) -> io::Result<()> {
        // Windows renames no file that is open.
        self.file = None;
        let now = jiff::Timestamp::now().as_millisecond();
        let (from, to) = (
            self.dir.join(Self::NAME),
            self.dir.join(format!("aloft.{now}.log")),
        );
        if fs::rename(&from, to).is_err() {
            // Another program holds it: what is in it is given up rather than the limit.
            File::options().write(true).truncate(true).open(&from)?;
        }
        self.prune();
        self.reopen()
    }

    /// Removes the oldest logs until the others and a full new one fit in.
    fn prune(&self) {
        let Ok(entries) = fs::read_dir(&self.dir) else {
            return;
        };
        let mut old: Vec<(SystemTime, u64, PathBuf)> = entries
            .flatten()
            .filter(|entry| {
                let name = entry.file_name();
                let name = name.to_string_lossy();
                name.starts_with("aloft.") && name.ends_with(".log") && name != Self::NAME
            })
            .filter_map(|entry| {
                let meta = entry.metadata().ok()?;
                Some((meta.modified().ok()?, meta.len(), entry.path()))
            })
            .collect();
        old.sort();
        let mut total: u64 = old.iter().map(|(_, size, _)| size).sum();
        let room = self.all.saturating_sub(self.most);
        for (_, size, path) in old {
            if total <= room {
                break;
            }
            if fs::remove_file(path).is_ok() {
                total = total.saturating_sub(size);
            }
        }
    }
}

impl Write for Bounded {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let size = u64::try_from(event.len()).unwrap_or(u64::MAX);
        if self.file.is_none() {
            self.reopen()?;
        }
        if self.written > 0 && self.written.saturating_add(size) > self.most {
            self.turn()?;
        }
        // An event that is larger than a whole file is cut.
        let most = usize::try_from(self.most).unwrap_or(usize::MAX);
        if let Some(file) = &mut self.file {
            file.write_all(event.get(..most).unwrap_or(event))?;
            self.written = self.written.saturating_add(size);
        }
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), File::flush)
    }
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
        let file = File::create(dir.path().join("log")).unwrap();
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

    #[test]
    fn logs_stay_below_their_limit_and_the_newest_stays() {
        let dir = tempfile::tempdir().unwrap();
        let size = || -> u64 {
            let files = fs::read_dir(dir.path()).unwrap().flatten();
            files.map(|file| file.metadata().unwrap().len()).sum()
        };
        // Of an older Aloft, and somebody else's.
        fs::write(dir.path().join("aloft.2026-01-01.log"), [b'x'; 5_000]).unwrap();
        fs::write(dir.path().join("notes.log"), "mine").unwrap();
        let mut log = Bounded::open(dir.path(), 1_000, 3_000).unwrap();
        assert_eq!(size(), 4, "what is too large is gone at once");
        for n in 0..500 {
            log.write_all(format!("event {n:0>50}\n").as_bytes())
                .unwrap();
            assert!(size() <= 3_004, "{}", size());
        }
        let newest = fs::read_to_string(dir.path().join("aloft.log")).unwrap();
        assert!(newest.ends_with("499\n"), "{newest}");
        log.write_all(&[b'y'; 9_000]).unwrap();
        assert!(size() <= 3_004, "{}", size());
        drop(log);
        // Another start goes on in the same file.
        let mut log = Bounded::open(dir.path(), 1_000, 3_000).unwrap();
        log.write_all(b"again\n").unwrap();
        assert!(size() <= 3_004, "{}", size());
        assert!(dir.path().join("notes.log").exists());
    }
}
