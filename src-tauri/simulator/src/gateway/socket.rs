//! A WebSocket of the gateway: pings, deadlines, and the ways it ends.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt, stream::SplitSink, stream::SplitStream};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::{
    io::AsyncWriteExt,
    sync::{mpsc, watch},
    time::{Instant, sleep, sleep_until},
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Message,
        protocol::{CloseFrame, Role, WebSocketConfig, frame::coding::CloseCode},
    },
};

use super::{fault::Fault, shared::Shared};

/// How large a message of the client may be.
const MAX_MESSAGE: usize = 16 << 20;
/// How many frames are written before they are flushed.
const BATCH: usize = 64;
/// How long an orderly end may take.
const END_TIMEOUT: Duration = Duration::from_secs(5);

type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// What a stream sends next.
#[derive(Debug)]
pub(crate) enum Out {
    /// A data frame.
    Data(Message),
    /// The end, with a close frame.
    Close {
        /// The code.
        code: u16,
        /// The reason.
        reason: String,
    },
    /// The end without a close frame: what the gateway does when all was sent.
    End,
    /// The end of the connection without the end of TLS.
    Cut,
}

/// What goes wrong with one stream.
struct Troubles {
    cut: Option<u64>,
    end: Option<u64>,
    silent: Option<u64>,
    pings: bool,
    each: Option<Duration>,
}

impl Troubles {
    fn of(shared: &Shared) -> Self {
        let faults = &shared.faults;
        Self {
            cut: faults.take(|fault| match fault {
                Fault::CutAfter { frames } => Some(*frames),
                _ => None,
            }),
            end: faults.take(|fault| match fault {
                Fault::EndAfter { frames } => Some(*frames),
                _ => None,
            }),
            silent: faults.take(|fault| match fault {
                Fault::SilentAfter { frames } => Some(*frames),
                _ => None,
            }),
            pings: !faults.has(&Fault::NoPings),
            each: faults.take(|fault| match fault {
                Fault::SendSlowly { each } => Some(*each),
                _ => None,
            }),
        }
    }
}

/// Sends what `out` brings and gives what the client sends to `input`, until one side ends. With `input: None` what the
/// client sends is ignored. With `reads: false` nothing is read at all: a shell without standard input.
pub(crate) async fn serve(
    shared: &Shared,
    upgraded: Upgraded,
    out: mpsc::Receiver<Out>,
    input: Option<mpsc::Sender<Bytes>>,
    reads: bool,
) {
    let config = WebSocketConfig::default()
        .max_message_size(Some(MAX_MESSAGE))
        .max_frame_size(Some(MAX_MESSAGE));
    let socket =
        WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, Some(config)).await;
    let (sink, stream) = socket.split();
    // When a pong or any other frame is due. Without a ping none is.
    let (due, deadline) = watch::channel(None);
    let mut stream = stream;
    let mut sink = sink;
    let ended = tokio::select! {
        ended = write(shared, &mut sink, out, &due) => ended,
        () = read(shared, &mut stream, input, deadline, &due), if reads => Out::Cut,
    };
    let end = async {
        match ended {
            Out::Close { code, reason } => {
                let frame = CloseFrame {
                    code: CloseCode::from(code),
                    reason: reason.into(),
                };
                // The client may be gone: then there is nobody to tell.
                let _ = sink.send(Message::Close(Some(frame))).await;
                finish(sink, stream).await;
            }
            Out::End => finish(sink, stream).await,
            Out::Data(_) | Out::Cut => {}
        }
    };
    let _ = tokio::time::timeout(END_TIMEOUT, end).await;
}

/// Ends TLS in order.
async fn finish(mut sink: SplitSink<Socket, Message>, stream: SplitStream<Socket>) {
    let _ = sink.flush().await;
    if let Ok(socket) = sink.reunite(stream) {
        let mut io = socket.into_inner();
        let _ = io.shutdown().await;
        // Data that the client still sends would otherwise make the system reset the connection, and lose what was sent.
        let mut rest = [0; 4096];
        let drain = async {
            while matches!(
                tokio::io::AsyncReadExt::read(&mut io, &mut rest).await,
                Ok(1..)
            ) {}
        };
        let _ = tokio::time::timeout(Duration::from_secs(1), drain).await;
    }
}

async fn write(
    shared: &Shared,
    sink: &mut SplitSink<Socket, Message>,
    mut out: mpsc::Receiver<Out>,
    due: &watch::Sender<Option<Instant>>,
) -> Out {
    let troubles = Troubles::of(shared);
    let mut sent = 0;
    let mut next_ping = Instant::now() + shared.options.ping;
    loop {
        if troubles.cut.is_some_and(|frames| sent >= frames) {
            let _ = sink.flush().await;
            return Out::Cut;
        }
        if troubles.end.is_some_and(|frames| sent >= frames) {
            return Out::End;
        }
        if troubles.silent.is_some_and(|frames| sent >= frames) {
            let _ = sink.flush().await;
            return std::future::pending().await;
        }
        let first = tokio::select! {
            first = out.recv() => first,
            () = sleep_until(next_ping), if troubles.pings => {
                if sink.send(Message::Ping(Bytes::new())).await.is_err() {
                    return Out::Cut;
                }
                // A later ping gives no more time for the answer to an earlier one.
                due.send_if_modified(|due| {
                    let first = due.is_none();
                    due.get_or_insert(Instant::now() + shared.options.read_deadline);
                    first
                });
                next_ping = Instant::now() + shared.options.ping;
                continue;
            }
        };
        let mut next = Some(first.unwrap_or(Out::End));
        let mut batch = 0;
        while let Some(one) = next.take() {
            let Out::Data(message) = one else {
                let _ = sink.flush().await;
                return one;
            };
            if let Some(each) = troubles.each {
                sleep(each).await;
            }
            if sink.feed(message).await.is_err() {
                return Out::Cut;
            }
            sent += 1;
            batch += 1;
            let limit = [troubles.cut, troubles.end, troubles.silent]
                .into_iter()
                .flatten()
                .min();
            if batch < BATCH && limit.is_none_or(|limit| sent < limit) {
                next = out.try_recv().ok();
            }
        }
        if sink.flush().await.is_err() {
            return Out::Cut;
        }
    }
}

async fn read(
    shared: &Shared,
    stream: &mut SplitStream<Socket>,
    mut input: Option<mpsc::Sender<Bytes>>,
    mut deadline: watch::Receiver<Option<Instant>>,
    due: &watch::Sender<Option<Instant>>,
) {
    let each = input.as_ref().and_then(|_| {
        shared.faults.take(|fault| match fault {
            Fault::ReadSlowly { each } => Some(*each),
            _ => None,
        })
    });
    loop {
        let until = *deadline.borrow_and_update();
        let expired = async {
            match until {
                Some(until) => sleep_until(until).await,
                None => std::future::pending().await,
            }
        };
        let message = tokio::select! {
            message = stream.next() => message,
            () = expired => return,
            // A ping was sent; the deadline is another now.
            _ = deadline.changed() => continue,
        };
        let Some(Ok(message)) = message else {
            return;
        };
        shared.counters.frame_received();
        due.send_if_modified(|due| due.take().is_some());
        match message {
            Message::Close(_) => return,
            Message::Binary(bytes) => {
                if let Some(each) = each {
                    sleep(each).await;
                }
                if let Some(to) = &input
                    && to.send(bytes).await.is_err()
                {
                    // The process reads no more, but the stream goes on until its result.
                    input = None;
                }
            }
            _ => {}
        }
    }
}
