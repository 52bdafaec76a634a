//! `/lease/{dseq}/{gseq}/{oseq}/shell`: runs a command in a container.

use std::sync::Arc;

use bytes::{BufMut, Bytes, BytesMut};
use serde_json::json;
use tokio::sync::{mpsc, watch};
use tokio_tungstenite::tungstenite::Message;

use super::{
    fault::Fault,
    lease::{Lease, PodState},
    sh::{Machine, Process, STDERR, STDOUT, Sink, Source, Terminal},
    shared::Shared,
    socket::Out,
};

const RESULT: u8 = 102;
const FAILURE: u8 = 103;
const STDIN: u8 = 104;
const RESIZE: u8 = 105;
/// How many pieces of output wait for a slow client.
const QUEUE: usize = 16;
/// How many arguments a command may have.
const MAX_ARGUMENTS: usize = 1_000;

/// What a client asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ShellQuery {
    command: Vec<String>,
    service: String,
    pod: usize,
    tty: bool,
    stdin: bool,
}

impl ShellQuery {
    /// Reads the query; `None` if a parameter is missing or wrong.
    pub(crate) fn read(query: &[(String, String)]) -> Option<Self> {
        let find = |key: &str| {
            let found = query
                .iter()
                .find(|(name, _)| name == key)
                .map(|(_, value)| value.as_str());
            found.filter(|value| !value.is_empty())
        };
        let arguments = (0..MAX_ARGUMENTS).map_while(|index| find(&format!("cmd{index}")));
        let command: Vec<String> = arguments.map(str::to_owned).collect();
        let on = |key: &str| find(key).map(|value| value == "1");
        (!command.is_empty()).then_some(())?;
        Some(Self {
            command,
            service: find("service")?.to_owned(),
            pod: find("podIndex")?.parse().ok()?,
            tty: on("tty")?,
            stdin: on("stdin")?,
        })
    }
}

/// The ends of a stream that a shell uses.
pub(crate) struct Ends {
    /// What the client gets.
    pub(crate) out: mpsc::Sender<Out>,
    /// What the client sent.
    pub(crate) received: mpsc::Receiver<Bytes>,
}

/// Runs a command until it ends or the client is gone.
pub(crate) async fn run(
    shared: Arc<Shared>,
    lease: Option<Arc<Lease>>,
    query: ShellQuery,
    ends: Ends,
) {
    let Ends { out, received } = ends;
    let end = match container(&shared, lease, &query) {
        Err(result) => {
            // The client may be gone already.
            let _ = out.send(Out::Data(result)).await;
            Out::End
        }
        Ok(machine) => execute(&shared, machine, query, received, &out).await,
    };
    let _ = out.send(end).await;
}

/// The container to run in, or the frame that refuses it.
fn container(
    shared: &Shared,
    lease: Option<Arc<Lease>>,
    query: &ShellQuery,
) -> Result<Arc<Machine>, Message> {
    let forced = shared.faults.take(|fault| match fault {
        Fault::ShellResult { exit_code, message } => Some((*exit_code, message.clone())),
        _ => None,
    });
    if let Some((exit_code, message)) = forced {
        return Err(result(exit_code, &message));
    }
    if shared.faults.has(&Fault::ShellFailure) {
        return Err(frame(FAILURE, &[]));
    }
    let refused = |why: &str| Err(result(0, why));
    let failed = |why: &str| Err(result(0, &format!("remote command execute error: {why}")));
    let Some(lease) = lease else {
        return refused("kube: no service for that lease");
    };
    let Some(service) = lease.service(&query.service) else {
        return failed("no such service exists with that name");
    };
    if service.has_lost_shell() {
        return Err(result(0, ""));
    }
    let pods = lease.pods_of(&query.service);
    if pods.is_empty() || service.replicas == 0 {
        return refused("no active replicase for service");
    }
    let Some((state, machine)) = pods.get(query.pod) else {
        return failed(&format!(
            "pod index out of range: valid range is [0, {}]",
            pods.len() - 1
        ));
    };
    match state {
        PodState::Running => {}
        PodState::Waiting | PodState::Ended => {
            return failed("service with that name is not running: the service is not ready");
        }
        PodState::Failed | PodState::Gone => {
            return failed("service with that name is not running: the service has failed");
        }
    }
    let program = query
        .command
        .first()
        .map(|name| name.rsplit('/').next().unwrap_or(name))
        .unwrap_or_default();
    if !machine.has_command(program) || !Process::knows(program) {
        return failed("command could not be executed because it does not exist");
    }
    Ok(machine.clone())
}

async fn execute(
    shared: &Arc<Shared>,
    machine: Arc<Machine>,
    query: ShellQuery,
    received: mpsc::Receiver<Bytes>,
    out: &mpsc::Sender<Out>,
) -> Out {
    let (output, produced) = mpsc::channel(QUEUE);
    let (input, stdin) = mpsc::channel(QUEUE);
    let (resized, size) = watch::channel((80, 24));
    let clock = shared.clone();
    let clock: super::options::TimeSource = Arc::new(move || clock.now());
    let (terminal, stdin, stdout, stderr) = if query.tty {
        let (terminal, cooked) = Terminal::new(stdin, output.clone(), size);
        let sink = Sink::Terminal(output.clone());
        (Some(terminal), Source::stream(cooked), sink.clone(), sink)
    } else {
        (
            None,
            Source::stream(stdin),
            Sink::Client(output.clone(), STDOUT),
            Sink::Client(output.clone(), STDERR),
        )
    };
    drop(output);
    let stdin = if query.stdin { stdin } else { Source::Empty };
    let mut process = Process::new(machine, clock, terminal.as_ref().map(Terminal::control));
    let program = async {
        let code = process.exec(&query.command, stdin, stdout, stderr).await;
        drop(process);
        code
    };
    let line = async {
        match terminal {
            Some(terminal) => terminal.run().await,
            None => std::future::pending().await,
        }
    };
    let demultiplex = demultiplex(shared, received, input, resized, query.tty);
    let forward = forward(shared, produced, out);
    tokio::pin!(demultiplex, forward);
    let mut ended = None;
    let work = async {
        tokio::select! {
            code = program => code,
            () = line => 129,
        }
    };
    tokio::pin!(work);
    loop {
        tokio::select! {
            code = &mut work, if ended.is_none() => ended = Some(code),
            way = &mut forward => {
                return match (way, ended) {
                    (Forwarded::All, Some(code)) => send_result(out, code).await,
                    (Forwarded::Truncated, _) => send_result(out, 0).await,
                    (Forwarded::Cut, _) => Out::Cut,
                    (Forwarded::All | Forwarded::Gone, _) => {
                        shared.counters.change(|counts| counts.abandoned_shells += u64::from(ended.is_none()));
                        Out::Cut
                    }
                };
            }
            () = &mut demultiplex, if ended.is_none() => {
                shared.counters.change(|counts| counts.abandoned_shells += 1);
                return Out::Cut;
            }
        }
    }
}

async fn send_result(out: &mpsc::Sender<Out>, code: i32) -> Out {
    let _ = out.send(Out::Data(result(code, ""))).await;
    Out::End
}

/// Divides what the client sends into standard input and sizes. It ends when the client is gone.
async fn demultiplex(
    shared: &Shared,
    mut received: mpsc::Receiver<Bytes>,
    input: mpsc::Sender<Bytes>,
    resized: watch::Sender<(u16, u16)>,
    tty: bool,
) {
    // After a code that it does not know the gateway reads no more input, but the process goes on.
    let mut listens = true;
    while let Some(mut bytes) = received.recv().await {
        if bytes.is_empty() || !listens {
            continue;
        }
        let payload = bytes.split_off(1);
        match bytes.first() {
            // A piece without a byte would look like the end of input.
            Some(&STDIN) if payload.is_empty() => {}
            Some(&STDIN) => {
                shared
                    .counters
                    .change(|counts| counts.stdin_bytes += payload.len() as u64);
                // The process may read no more.
                let _ = input.send(payload).await;
            }
            Some(&RESIZE) => {
                if let [a, b, c, d] = payload[..] {
                    let size = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
                    shared.counters.change(|counts| counts.resizes.push(size));
                    if tty {
                        resized.send_replace(size);
                    }
                }
            }
            _ => listens = false,
        }
    }
}

/// How forwarding ended.
enum Forwarded {
    /// The process has no more output.
    All,
    /// A fault swallowed the rest.
    Truncated,
    /// A fault cut the connection.
    Cut,
    /// The client is gone.
    Gone,
}

/// Sends the output of the process as frames.
async fn forward(
    shared: &Shared,
    mut produced: mpsc::Receiver<(u8, Bytes)>,
    out: &mpsc::Sender<Out>,
) -> Forwarded {
    let truncate = shared.faults.take(|fault| match fault {
        Fault::TruncateOutput { bytes } => Some(*bytes),
        _ => None,
    });
    let cut = shared.faults.take(|fault| match fault {
        Fault::CutOutput { bytes } => Some(*bytes),
        _ => None,
    });
    let piece_size = shared.faults.take(|fault| match fault {
        Fault::SmallFrames { bytes } => Some((*bytes).max(1)),
        _ => None,
    });
    let mut left = truncate.or(cut).unwrap_or(u64::MAX);
    loop {
        let next = tokio::select! {
            next = produced.recv() => next,
            () = out.closed() => return Forwarded::Gone,
        };
        let Some((code, mut bytes)) = next else {
            return Forwarded::All;
        };
        if code == STDOUT {
            bytes.truncate(usize::try_from(left).unwrap_or(usize::MAX));
            left -= (bytes.len() as u64).min(left);
        }
        while !bytes.is_empty() {
            let piece = bytes.split_to(bytes.len().min(piece_size.unwrap_or(usize::MAX)));
            if out.send(Out::Data(frame(code, &piece))).await.is_err() {
                return Forwarded::Gone;
            }
        }
        if left == 0 {
            return if truncate.is_some() {
                Forwarded::Truncated
            } else {
                Forwarded::Cut
            };
        }
    }
}

fn frame(code: u8, payload: &[u8]) -> Message {
    let mut bytes = BytesMut::with_capacity(payload.len() + 1);
    bytes.put_u8(code);
    bytes.put_slice(payload);
    Message::Binary(bytes.freeze())
}

fn result(exit_code: i32, message: &str) -> Message {
    let body = if message.is_empty() {
        json!({ "exit_code": exit_code })
    } else {
        json!({ "exit_code": exit_code, "message": message })
    };
    frame(RESULT, format!("{body}\n").as_bytes())
}
