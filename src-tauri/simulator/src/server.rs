//! Starts and stops a simulator.

use std::{io, net::SocketAddr, path::PathBuf, sync::Arc};

use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use crate::{
    api,
    app::App,
    config::Config,
    connection::{ClosableListener, Connection, Connections},
    control::Control,
    gateway::{Gateway, GatewayError, Gateways},
    persistence,
    rng::SeededRng,
    sync::lock,
    world::{Rules, World},
};

/// A running simulator. It serves until it is stopped or dropped.
pub struct Simulator {
    app: Arc<App>,
    api_key: String,
    state: Option<PathBuf>,
    tasks: Vec<JoinHandle<()>>,
    connections: Connections,
    gateways: Option<Gateways>,
}

/// Why a simulator did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address is not a loopback address.
    #[error("the simulator listens on loopback addresses only, not on {0}")]
    NotLoopback(SocketAddr),
    /// The speed is 0.
    #[error("the speed must be at least 1")]
    Speed,
    /// The system refused the address.
    #[error("cannot listen on {address}")]
    Listen {
        /// The configured address.
        address: SocketAddr,
        /// The system's error.
        source: io::Error,
    },
    /// A provider's gateway did not start.
    #[error("cannot start the gateways of the providers")]
    Gateways(#[from] GatewayError),
    /// The world's file cannot be read, or has a form that this version does not know. The file is not changed.
    #[error("cannot load the world from {}: {reason}", path.display())]
    State {
        /// The file.
        path: PathBuf,
        /// Why it cannot be loaded.
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
        Some(path) => persistence::load(path).map_err(|reason| StartError::State {
            path: path.clone(),
            reason,
        })?,
        None => None,
    };
    let mut world = world.unwrap_or_else(|| World::new(&config));
    world.rules = Rules::of(&config);
    if config.random_key {
        let now = world.now;
        // A generator of its own, so that the new key's id does not change later events.
        let mut rng = SeededRng::new(world.seed, "renewed key");
        world.account.replace_first_key(now, &mut rng);
    }
    let failed = |source| StartError::Listen {
        address: config.listen,
        source,
    };
    let listener = TcpListener::bind(config.listen).await.map_err(failed)?;
    let authority = listener.local_addr().map_err(failed)?.to_string();
    let api_key = world.account.first_key.clone();
    let app = Arc::new(App::new(&config, world, authority));

    let gateways = match config.gateways {
        true => Some(Gateways::start(&app).await?),
        false => None,
    };

    let connections = Connections::default();
    let listener = ClosableListener {
        listener,
        connections: connections.clone(),
    };
    let service = api::router(app.clone(), config.controls)
        .into_make_service_with_connect_info::<Connection>();
    let mut tasks = vec![tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, service).await {
            tracing::error!(%error, "the simulator stopped serving");
        }
    })];
    if let Some(path) = config.state.clone() {
        persistence::save_now(&app, &path).await;
        tasks.push(tokio::spawn(persistence::save_on_change(app.clone(), path)));
    }
    Ok(Simulator {
        app,
        api_key,
        state: config.state,
        tasks,
        connections,
        gateways,
    })
}

impl Simulator {
    /// The base URL, such as `http://127.0.0.1:40123`, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.app.authority)
    }

    /// The first API key of its account.
    pub fn api_key(&self) -> String {
        self.api_key.clone()
    }

    /// How many chain seconds pass in one real second: the current value and each later change. It only changes with
    /// [`Config::real_time_while_choosing`].
    pub fn watch_speed(&self) -> watch::Receiver<u32> {
        self.app.speed.subscribe()
    }

    /// The current chain time, which all dates, heights and dseqs use.
    pub fn now(&self) -> jiff::Timestamp {
        self.app.read(|world| world.now)
    }

    /// The gateway of a provider, by its address; `None` without [`Config::gateways`] and for a provider that was offline
    /// at the start.
    pub fn gateway(&self, provider: &str) -> Option<&Gateway> {
        self.gateways.as_ref()?.of(provider)
    }

    /// The URL of the chain's REST node, which knows the certificates of the gateways; `None` without
    /// [`Config::gateways`].
    pub fn chain_url(&self) -> Option<String> {
        self.gateways.as_ref().map(Gateways::chain_url)
    }

    /// The controls: faults, changes and the log of requests.
    pub fn control(&self) -> Control {
        Control {
            app: self.app.clone(),
        }
    }

    /// Stops serving, closes every connection and saves the world.
    pub async fn stop(mut self) {
        self.close();
        for task in std::mem::take(&mut self.tasks) {
            // The task was aborted, so its result does not matter.
            let _ = task.await;
        }
        if let Some(path) = &self.state {
            persistence::save_now(&self.app, path).await;
        }
    }

    fn close(&self) {
        for task in &self.tasks {
            task.abort();
        }
        for connection in lock(&self.connections).drain(..) {
            if let Some(signal) = connection.upgrade() {
                signal.close();
            }
        }
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.close();
    }
}
