//! A process in a container, as frames.

use bytes::{BufMut, Bytes, BytesMut};

use super::{ShellRefusal, refusal::RawResult};
use crate::{
    ConnectError, End, Lease, Scope,
    connect::escape,
    socket::{Frame, Frames, Outbox},
};

const STDOUT: u8 = 100;
const STDERR: u8 = 101;
const RESULT: u8 = 102;
const FAILURE: u8 = 103;
const STDIN: u8 = 104;
const RESIZE: u8 = 105;

/// What to run.
#[derive(Clone, Debug)]
pub(crate) struct Request<'a> {
    pub(crate) service: &'a str,
    /// The number of the container, among the service's sorted by name.
    pub(crate) container: u32,
    /// Program and arguments, as bytes. The gateway takes an empty argument for the end of the list.
    pub(crate) command: &'a [Vec<u8>],
    pub(crate) tty: bool,
    pub(crate) stdin: bool,
}

/// What a process says.
#[derive(Debug)]
pub(crate) enum Event {
    Stdout(Bytes),
    Stderr(Bytes),
    Exited(i32),
    Refused(ShellRefusal),
    Lost(End),
}

/// A process that runs, or was refused.
pub(crate) struct Process {
    pub(crate) input: Input,
    pub(crate) output: Output,
}

/// The way in.
pub(crate) struct Input(Outbox);

/// The way out.
pub(crate) struct Output(Frames);

impl Process {
    pub(crate) async fn start(lease: &Lease, request: &Request<'_>) -> Result<Self, ConnectError> {
        let flag = |set: bool| u8::from(set);
        let mut rest = format!(
            "shell?stdin={}&tty={}&podIndex={}&service={}",
            flag(request.stdin),
            flag(request.tty),
            request.container,
            escape(request.service)
        );
        for (number, argument) in request.command.iter().enumerate() {
            if argument.is_empty() {
                return Err(ConnectError::Malformed(
                    "a command cannot have an empty argument".to_owned(),
                ));
            }
            let argument: String = url::form_urlencoded::byte_serialize(argument).collect();
            rest.push_str(&format!("&cmd{number}={argument}"));
        }
        let (outbox, frames) = lease.open(Scope::Shell, &rest).await?;
        Ok(Self {
            input: Input(outbox),
            output: Output(frames),
        })
    }
}

impl Input {
    /// Sends bytes to the process at once.
    pub(crate) async fn send(&mut self, bytes: &[u8]) -> Result<(), End> {
        if bytes.is_empty() {
            Ok(())
        } else {
            self.0.send(framed(STDIN, bytes)).await
        }
    }

    /// Sends bytes to the process soon: call `send` after the last.
    pub(crate) async fn feed(&mut self, bytes: &[u8]) -> Result<(), End> {
        if bytes.is_empty() {
            Ok(())
        } else {
            self.0.feed(framed(STDIN, bytes)).await
        }
    }

    pub(crate) async fn resize(&mut self, columns: u16, rows: u16) -> Result<(), End> {
        let [a, b] = columns.to_be_bytes();
        let [c, d] = rows.to_be_bytes();
        self.0.send(framed(RESIZE, &[a, b, c, d])).await
    }

    pub(crate) async fn close(&mut self) {
        self.0.close().await;
    }
}

fn framed(code: u8, payload: &[u8]) -> Bytes {
    let mut frame = BytesMut::with_capacity(payload.len() + 1);
    frame.put_u8(code);
    frame.put_slice(payload);
    frame.freeze()
}

impl Output {
    /// The next thing that the process says. Nothing is lost when this is dropped before it is ready. Nothing sensible comes
    /// after it exited, was refused or was lost.
    pub(crate) async fn next(&mut self) -> Event {
        loop {
            let mut bytes = match self.0.next().await {
                Ok(Frame::Binary(bytes)) => bytes,
                Ok(Frame::Text(_)) => continue,
                Err(end) => return Event::Lost(end),
            };
            let Some(code) = bytes.first().copied() else {
                continue;
            };
            let payload = bytes.split_off(1);
            match code {
                STDOUT => return Event::Stdout(payload),
                STDERR => return Event::Stderr(payload),
                FAILURE => return Event::Refused(ShellRefusal::ProviderFailed),
                RESULT => {
                    let Ok(result) = serde_json::from_slice::<RawResult>(&payload) else {
                        return Event::Lost(End::Malformed("the result cannot be read".to_owned()));
                    };
                    return if result.message.is_empty() || result.exit_code != 0 {
                        Event::Exited(result.exit_code)
                    } else {
                        Event::Refused(ShellRefusal::of(&result.message))
                    };
                }
                // A code of a later version.
                _ => {}
            }
        }
    }
}
