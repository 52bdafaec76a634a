//! A process in a container, as the gateway starts it.

use std::sync::Arc;

use super::{
    commands,
    io::{Sink, Source},
    machine::Machine,
    run::{Io, Shell, code_of},
    table::is_program,
    terminal::{Control, interruptible},
};
use crate::gateway::options::TimeSource;

/// A process in a container.
pub(crate) struct Process(Shell);

impl Process {
    /// Whether there is such a command at all.
    pub(crate) fn knows(name: &str) -> bool {
        is_program(name)
    }

    pub(crate) fn new(machine: Arc<Machine>, clock: TimeSource, control: Option<Control>) -> Self {
        Self(Shell::new(machine, clock, control, commands::run))
    }

    /// Runs a command with its arguments and gives its exit code.
    pub(crate) async fn exec(
        &mut self,
        command: &[String],
        stdin: Source,
        stdout: Sink,
        stderr: Sink,
    ) -> i32 {
        let io = Io {
            stdin,
            stdout,
            stderr,
        };
        let control = self.0.control.clone();
        let run = self.0.execute(command.to_vec(), io);
        let ran = interruptible(control, 0, run).await;
        code_of(ran.unwrap_or(Ok(130)))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::time::Duration;

    use jiff::Timestamp;
    use proptest::prelude::*;
    use tokio::sync::mpsc;

    use super::*;
    use crate::gateway::spec::{LeaseId, Service};

    fn machine() -> Arc<Machine> {
        let service = Service::new("web", "alpine").with_volume("data", "/data", 1 << 20);
        let now = Timestamp::UNIX_EPOCH;
        Arc::new(Machine::new(
            "web-0",
            &LeaseId::new("o", 1),
            &service,
            now,
            None,
        ))
    }

    /// Runs a script with some input, for a tenth of a second at most.
    async fn run(script: &str) -> Option<(i32, Vec<u8>)> {
        let clock: TimeSource = Arc::new(|| Timestamp::UNIX_EPOCH);
        let mut process = Process::new(machine(), clock, None);
        let (sender, mut receiver) = mpsc::channel(16);
        let command = ["sh", "-c", script].map(str::to_owned);
        let sink = Sink::Client(sender, 100);
        let run = async move {
            let stdin = Source::memory("one two\nthree\n");
            process.exec(&command, stdin, sink.clone(), sink).await
        };
        let read = async {
            let mut all = Vec::new();
            while let Some((_, bytes)) = receiver.recv().await {
                if all.len() < 1 << 20 {
                    all.extend_from_slice(&bytes);
                }
            }
            all
        };
        let both = async { tokio::join!(run, read) };
        tokio::time::timeout(Duration::from_millis(100), both)
            .await
            .ok()
    }

    fn piece() -> impl Strategy<Value = &'static str> {
        prop::sample::select(
            &[
                "ls -la",
                "cat",
                "head -c 5",
                "tail -n +2",
                "/data",
                "/etc",
                "*",
                "$x",
                "\"$@\"",
                "x=3",
                "|",
                "&&",
                "||",
                ";",
                ">",
                "<",
                "2>&1",
                "if",
                "then",
                "fi",
                "for x in",
                "do",
                "done",
                "while",
                "read y",
                "tar cf -",
                "tar xf -",
                "-C",
                "find / -printf '%p %s'",
                "stat -c %n%s%F",
                "df -h",
                "wc",
                "sort -r",
                "uniq -c",
                "tr a-z A-Z",
                "cut -d' ' -f2",
                "printf '%05d %s'",
                "$((1+",
                "))",
                "$(",
                ")",
                "(",
                "{",
                "}",
                "test -f",
                "[ 1 -lt 2 ]",
                "dd bs=1 count=3",
                "of=/data/f",
                "rm -r",
                "mv",
                "cp -r",
                "ln -s",
                "/data/a",
                "/data/b/..",
                "mkdir -p",
                "touch",
                "sha256sum",
                "xargs -n 1",
                "seq 3 -1",
                "${x#",
                "${#x}",
                "${x:-",
                "case a in",
                "a)",
                ";;",
                "esac",
                "f()",
                "f",
                "shift",
                "set --",
                "exit",
                "eval",
                "grep -c e",
                "base64",
                "-d",
                "truncate -s 9M",
                "date +%Y%Q",
                "nvidia-smi",
                "ps",
                "free -m",
                "readlink -f",
                "basename",
                "du -s",
                "cd",
                "..",
                "-",
                "--",
                "\\",
                "'",
                "`",
                "!",
                "yes",
                "sleep 0",
                "cmp",
                "env",
                "exec",
                "break",
                "return",
                "kill",
                "cat /proc/mounts",
            ][..],
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]
        #[test]
        fn no_script_panics(pieces in prop::collection::vec(piece(), 1..12)) {
            let script = pieces.join(" ");
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
            // A script may run on; that it does not panic is what counts.
            let _ = runtime.block_on(run(&script));
        }
    }

    #[tokio::test]
    async fn lines_are_read_as_the_shell_divides_them() {
        let (code, text) = run("IFS= read -r a; read -r b c; echo \"<$a><$b><$c>\"")
            .await
            .unwrap();
        assert_eq!((code, &text[..]), (0, &b"<one two><three><>\n"[..]));
    }
}
