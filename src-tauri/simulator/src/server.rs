//! Starting, serving and stopping.

use std::{
    io,
    net::SocketAddr,
    path::PathBuf,
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
    sync::watch,
    task::JoinHandle,
};

use crate::{
    Config, Control, api,
    app::{App, lock},
    store,
    world::{Rules, World, luck::Luck},
};

/// A running simulator. It serves until it is stopped or dropped.
pub struct Simulator {
    app: Arc<App>,
    api_key: String,
    state: Option<PathBuf>,
    tasks: Vec<JoinHandle<()>>,
    connections: Connections,
}

/// Why a simulator did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address is not one that only this machine can reach.
    #[error("the simulator listens on loopback addresses only, not on {0}")]
    NotLoopback(SocketAddr),
    /// The speed is 0.
    #[error("the speed must be at least 1")]
    Speed,
    /// The address could not be taken.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The world's file could not be read, or says nothing this version understands. It is left as it is.
    #[error("cannot load the world from {}: {reason}", path.display())]
    State {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

/// Starts a simulator on the current tokio runtime.
///
/// # Errors
/// See [`StartError`].
pub async fn start(config: Config) -> Result<Simulator, StartError> {
    if !config.listen.ip().is_loopback() {
        return Err(StartError::NotLoopback(config.listen));
    }
    if config.speed == 0 {
        return Err(StartError::Speed);
    }
    let world = match &config.state {
        Some(path) => store::load(path)?,
        None => None,
    };
    let mut world = world.unwrap_or_else(|| World::new(&config));
    world.rules = Rules::of(&config);
    if config.random_key {
        let now = world.now;
        // Its id must not change what else happens in this world.
        let mut luck = Luck::new(world.seed, "renewed key");
        world.account.renew_first_key(now, &mut luck);
    }
    let failed = |source| StartError::Listen {
        address: config.listen,
        source,
    };
    let listener = TcpListener::bind(config.listen).await.map_err(failed)?;
    let authority = listener.local_addr().map_err(failed)?.to_string();
    let api_key = world.account.first_key.clone();
    let app = Arc::new(App::new(&config, world, authority));

    let connections = Connections::default();
    let door = Door {
        listener,
        connections: connections.clone(),
    };
    let service = api::router(app.clone(), config.controls)
        .into_make_service_with_connect_info::<Connection>();
    let mut tasks = vec![tokio::spawn(async move {
        if let Err(error) = axum::serve(door, service).await {
            tracing::error!(%error, "the simulator stopped serving");
        }
    })];
    if let Some(path) = config.state.clone() {
        store::write(&app, &path).await;
        tasks.push(tokio::spawn(store::keep(app.clone(), path)));
    }
    Ok(Simulator {
        app,
        api_key,
        state: config.state,
        tasks,
        connections,
    })
}

impl Simulator {
    /// Where it answers, e.g. `http://127.0.0.1:40123` (no slash at the end).
    pub fn url(&self) -> String {
        format!("http://{}", self.app.authority)
    }

    /// The API key that its account has from the start.
    pub fn api_key(&self) -> String {
        self.api_key.clone()
    }

    /// Chain seconds per real second, as they are now and whenever they change; see [`Config::unhurried`].
    pub fn pace(&self) -> watch::Receiver<u32> {
        self.app.pace.subscribe()
    }

    /// Chain time: what its dates, heights and dseqs are counted in.
    pub fn now(&self) -> jiff::Timestamp {
        self.app.read(|world| world.now)
    }

    /// Makes things happen.
    pub fn control(&self) -> Control {
        Control {
            app: self.app.clone(),
        }
    }

    /// Stops serving, closes every connection and writes the world down.
    pub async fn stop(mut self) {
        self.close();
        for task in std::mem::take(&mut self.tasks) {
            // It was aborted: that is the answer.
            let _ = task.await;
        }
        if let Some(path) = &self.state {
            store::write(&self.app, path).await;
        }
    }

    fn close(&self) {
        for task in &self.tasks {
            task.abort();
        }
        for connection in lock(&self.connections).drain(..) {
            if let Some(cut) = connection.upgrade() {
                cut.now();
            }
        }
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.close();
    }
}

type Connections = Arc<Mutex<Vec<Weak<Cut>>>>;

/// The end of a connection, wanted or not.
#[derive(Default)]
struct Cut {
    done: AtomicBool,
    reader: AtomicWaker,
}

impl Cut {
    fn now(&self) {
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

/// The connection that a request came on.
#[derive(Clone)]
pub(crate) struct Connection(Arc<Cut>);

impl Connection {
    /// Closes it. What is returned is never sent.
    pub(crate) fn cut(&self) -> Response {
        self.0.now();
        StatusCode::SERVICE_UNAVAILABLE.into_response()
    }
}

impl Connected<IncomingStream<'_, Door>> for Connection {
    fn connect_info(stream: IncomingStream<'_, Door>) -> Self {
        Self(stream.io().cut.clone())
    }
}

/// A listener whose connections can be cut.
struct Door {
    listener: TcpListener,
    connections: Connections,
}

impl Listener for Door {
    type Io = Wire;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Wire, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.listener).await;
        // Small answers should not wait for more.
        let _ = stream.set_nodelay(true);
        let cut = Arc::new(Cut::default());
        let mut connections = lock(&self.connections);
        connections.retain(|connection| connection.strong_count() > 0);
        connections.push(Arc::downgrade(&cut));
        (Wire { stream, cut }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// A connection that can be cut.
struct Wire {
    stream: TcpStream,
    cut: Arc<Cut>,
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.cut.check(context)?;
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.cut.check(context)?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.cut.check(context)?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
