//! A stream of a gateway: frames, silence and ends.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{
    SinkExt, StreamExt,
    stream::{SplitSink, SplitStream},
};
use tokio::{
    net::TcpStream,
    time::{Instant, timeout, timeout_at},
};
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{Message, Utf8Bytes, protocol::WebSocketConfig},
};

use crate::End;

pub(crate) type RawSocket = WebSocketStream<TlsStream<TcpStream>>;

/// The largest message that is taken. A provider's are smaller than 400 KiB: a line of 64 KiB, each byte of it escaped.
const MAX_MESSAGE: usize = 8 << 20;
/// A caller that did not ask for so long cannot know whether the stream was silent.
const DISTRACTED: Duration = Duration::from_secs(2);

/// How sockets are set up.
pub(crate) fn settings() -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(64 << 10)
        .write_buffer_size(128 << 10)
        .max_write_buffer_size(4 << 20)
        .max_message_size(Some(MAX_MESSAGE))
        .max_frame_size(Some(MAX_MESSAGE))
}

/// A frame with data.
#[derive(Debug)]
pub(crate) enum Frame {
    Text(Utf8Bytes),
    Binary(Bytes),
}

/// The half of a stream that gives frames. Pings are answered while it is asked.
pub(crate) struct Frames {
    stream: SplitStream<RawSocket>,
    silence: Duration,
    heard: Instant,
    asked: Instant,
}

/// The half of a stream that takes frames.
pub(crate) struct Outbox {
    sink: SplitSink<RawSocket, Message>,
    patience: Duration,
}

/// Divides a stream. Without any frame for the time `silence`, pings included, it counts as dead.
pub(crate) fn split(socket: RawSocket, silence: Duration) -> (Outbox, Frames) {
    let (sink, stream) = socket.split();
    let now = Instant::now();
    (
        Outbox {
            sink,
            patience: silence,
        },
        Frames {
            stream,
            silence,
            heard: now,
            asked: now,
        },
    )
}

impl Frames {
    /// The next frame with data. Nothing is lost when this is dropped before it is ready.
    ///
    /// # Errors
    /// The stream is over; the error says how it ended.
    pub(crate) async fn next(&mut self) -> Result<Frame, End> {
        if self.asked.elapsed() > DISTRACTED {
            self.heard = Instant::now();
        }
        loop {
            self.asked = Instant::now();
            let next = timeout_at(self.heard + self.silence, self.stream.next()).await;
            self.asked = Instant::now();
            let message = match next {
                Err(_) => return Err(End::Silent(self.silence)),
                Ok(None) => return Err(End::Finished),
                Ok(Some(Err(error))) => return Err(End::of_error(error)),
                Ok(Some(Ok(message))) => message,
            };
            self.heard = self.asked;
            match message {
                Message::Text(text) => return Ok(Frame::Text(text)),
                Message::Binary(bytes) => return Ok(Frame::Binary(bytes)),
                Message::Close(frame) => return Err(End::of_close(frame)),
                Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {}
            }
        }
    }
}

impl Outbox {
    /// Sends a frame at once.
    ///
    /// # Errors
    /// The stream is over, or takes nothing for too long.
    pub(crate) async fn send(&mut self, bytes: Bytes) -> Result<(), End> {
        self.within(true, bytes).await
    }

    /// Gives a frame to the send buffer, and waits while that is full.
    ///
    /// # Errors
    /// The stream is over, or takes nothing for too long.
    pub(crate) async fn feed(&mut self, bytes: Bytes) -> Result<(), End> {
        self.within(false, bytes).await
    }

    async fn within(&mut self, flush: bool, bytes: Bytes) -> Result<(), End> {
        let message = Message::Binary(bytes);
        let work = async {
            if flush {
                self.sink.send(message).await
            } else {
                self.sink.feed(message).await
            }
        };
        match timeout(self.patience, work).await {
            Ok(sent) => sent.map_err(End::of_error),
            Err(_) => Err(End::Silent(self.patience)),
        }
    }

    /// Says goodbye, for a short while. The provider does not depend on it.
    pub(crate) async fn close(&mut self) {
        let _ = timeout(Duration::from_secs(1), self.sink.close()).await;
    }
}
