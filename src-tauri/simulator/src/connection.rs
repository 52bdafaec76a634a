//! TCP connections that the server can close at any time, as faults need it.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc, Mutex, Weak,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use axum::{
    extract::connect_info::Connected,
    http::StatusCode,
    response::{IntoResponse, Response},
    serve::{IncomingStream, Listener},
};
use futures_util::task::AtomicWaker;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
};

use crate::sync::lock;

pub(crate) type Connections = Arc<Mutex<Vec<Weak<CloseSignal>>>>;

/// Tells a connection to close.
#[derive(Default)]
pub(crate) struct CloseSignal {
    done: AtomicBool,
    reader: AtomicWaker,
}

impl CloseSignal {
    pub(crate) fn close(&self) {
        self.done.store(true, Ordering::Release);
        self.reader.wake();
    }

    fn check(&self, context: &Context<'_>) -> io::Result<()> {
        self.reader.register(context.waker());
        if self.done.load(Ordering::Acquire) {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        Ok(())
    }
}

/// The connection of a request.
#[derive(Clone)]
pub(crate) struct Connection(Arc<CloseSignal>);

impl Connection {
    /// Closes the connection. The returned response is never sent.
    pub(crate) fn close(&self) -> Response {
        self.0.close();
        StatusCode::SERVICE_UNAVAILABLE.into_response()
    }
}

impl Connected<IncomingStream<'_, ClosableListener>> for Connection {
    fn connect_info(stream: IncomingStream<'_, ClosableListener>) -> Self {
        Self(stream.io().signal.clone())
    }
}

/// A listener whose connections can be closed.
pub(crate) struct ClosableListener {
    pub(crate) listener: TcpListener,
    pub(crate) connections: Connections,
}

impl Listener for ClosableListener {
    type Io = ClosableStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (ClosableStream, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.listener).await;
        // Small answers are sent at once.
        let _ = stream.set_nodelay(true);
        let signal = Arc::new(CloseSignal::default());
        let mut connections = lock(&self.connections);
        connections.retain(|connection| connection.strong_count() > 0);
        connections.push(Arc::downgrade(&signal));
        (ClosableStream { stream, signal }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// A connection that can be closed.
pub(crate) struct ClosableStream {
    stream: TcpStream,
    signal: Arc<CloseSignal>,
}

impl AsyncRead for ClosableStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.signal.check(context)?;
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for ClosableStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.signal.check(context)?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.signal.check(context)?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
