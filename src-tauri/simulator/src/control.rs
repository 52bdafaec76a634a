//! The controls for tests and demonstrations: faults, changes to the world and the log of requests.

use std::sync::Arc;

use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::{Deserialize, Serialize};

use crate::{
    app::App,
    chain::{Lease, LeaseState, Reclaim},
    faults::{Fault, Request},
    providers::Stock,
    sync::lock,
    time::later,
    world::World,
};

/// Controls a running simulator, as `/_sim/` does over HTTP. Works until the simulator is stopped.
#[derive(Clone)]
pub struct Control {
    pub(crate) app: Arc<App>,
}

/// A change to the world.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(
    tag = "change",
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case"
)]
pub enum Change {
    /// Chain time moves ahead. All events that are due in between take place.
    Jump {
        /// By how many seconds.
        seconds: u32,
    },
    /// A provider goes offline, or comes back.
    ProviderDark {
        /// Its address.
        provider: String,
        /// Whether it is offline.
        dark: bool,
    },
    /// A provider closes its lease.
    CloseLease {
        /// The deployment.
        dseq: u64,
        /// The group. `None`: the first with an active lease.
        #[serde(default)]
        gseq: Option<u32>,
        /// The chain's name for the reason. `None`: `lease_closed_reason_unstable`.
        #[serde(default)]
        reason: Option<String>,
    },
    /// A provider takes the machine of a lease back, and closes the lease then.
    Reclaim {
        /// The deployment, which has an active lease.
        dseq: u64,
        /// In how many seconds of chain time.
        seconds: u32,
    },
    /// Another GPU model is found in a deployment's lease than its provider offered.
    GpuFound {
        /// The deployment, which has an active lease.
        dseq: u64,
        /// The model as SDL files name it.
        model: String,
    },
    /// The escrow of a deployment is spent. Its provider notices within 12 seconds of chain time.
    EscrowRunsOut {
        /// The deployment, which has an active lease.
        dseq: u64,
    },
    /// No provider has more than this free. What is `None` is not changed.
    Scarce {
        /// CPU in thousandths of a core.
        #[serde(default)]
        cpu: Option<u64>,
        /// Memory in bytes.
        #[serde(default)]
        memory: Option<u64>,
        /// Ephemeral storage in bytes.
        #[serde(default)]
        ephemeral: Option<u64>,
        /// Persistent storage in bytes.
        #[serde(default)]
        persistent: Option<u64>,
        /// GPUs of each model.
        #[serde(default)]
        gpus: Option<u64>,
        /// The only classes of persistent storage.
        #[serde(default)]
        classes: Option<Vec<String>>,
        /// `false`: no provider leases IP addresses.
        #[serde(default)]
        ip_leases: Option<bool>,
    },
    /// The chain's node goes down, or comes back.
    NodeDown {
        /// Whether it is down.
        down: bool,
    },
    /// The account's credit is set.
    Credit {
        /// The new credit in USD.
        usd: Decimal,
    },
    /// The account becomes a trial account, or stops being one.
    Trial {
        /// Whether it is a trial account.
        on: bool,
    },
    /// Open bids close, and no further bids come.
    ExpireBids {
        /// The deployment. `None`: all deployments.
        #[serde(default)]
        dseq: Option<u64>,
    },
    /// An API key is revoked.
    RevokeKey {
        /// The key's id. `None`: all keys.
        #[serde(default)]
        id: Option<String>,
    },
    /// The next deliveries of a manifest fail. The lease stays active and costs money.
    ManifestFails {
        /// How many deliveries fail.
        times: u32,
        /// The status of the answer. `None`: 404.
        #[serde(default)]
        status: Option<u16>,
        /// The provider's text. `None`: `no lease for deployment`.
        #[serde(default)]
        message: Option<String>,
    },
    /// The next creates and deposits fail with 409 because the wallet is not provisioned.
    WalletProvisioning {
        /// How many fail.
        times: u32,
    },
    /// The platform chooses the deposit (0.5 USD) and ignores the client's, or stops doing so.
    PlatformFunds {
        /// Whether it does.
        on: bool,
    },
}

/// Why a fault or change was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ControlError {
    /// No provider has this address.
    #[error("no provider has the address {0}")]
    NoProvider(String),
    /// The deployment does not exist or has no active lease.
    #[error("deployment {0} does not exist or has no active lease")]
    NoLease(u64),
    /// The amount is negative or too large.
    #[error("not an amount of credit: {0}")]
    Amount(Decimal),
    /// The endpoint is not a method, a space and a path.
    #[error("not an endpoint: `{0}` (write it like `POST /v1/leases`)")]
    Endpoint(String),
    /// Too many faults are waiting.
    #[error("too many faults wait already; clear some first")]
    TooMany,
}

impl Control {
    /// Adds a fault and returns its number.
    ///
    /// # Errors
    /// The endpoint is malformed, or too many faults are waiting.
    pub fn fault(&self, fault: Fault) -> Result<u64, ControlError> {
        if !fault
            .endpoint
            .trim()
            .split_once(' ')
            .is_some_and(|(_, path)| path.trim().starts_with(['/', '*']))
        {
            return Err(ControlError::Endpoint(fault.endpoint));
        }
        lock(&self.app.faults)
            .add(fault)
            .ok_or(ControlError::TooMany)
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        lock(&self.app.faults).clear(None);
    }

    /// Removes a fault, if it is still waiting.
    pub fn clear_fault(&self, number: u64) {
        lock(&self.app.faults).clear(Some(number));
    }

    /// The waiting faults with their numbers.
    pub fn faults(&self) -> Vec<(u64, Fault)> {
        lock(&self.app.faults).pending()
    }

    /// The last requests to the API, oldest first; at most 2,000.
    pub fn requests(&self) -> Vec<Request> {
        lock(&self.app.faults).requests()
    }

    /// Clears the log of requests.
    pub fn forget_requests(&self) {
        lock(&self.app.faults).clear_log();
    }

    /// Changes the world.
    ///
    /// # Errors
    /// The provider or lease does not exist, or the amount is invalid.
    pub fn change(&self, change: Change) -> Result<(), ControlError> {
        if let Change::Jump { seconds } = change {
            self.app.jump(seconds);
            return Ok(());
        }
        self.app.update(|world| apply(world, change))
    }

    /// The whole world as JSON, in the form of its file. It is for inspection; its form is not stable.
    pub fn world(&self) -> serde_json::Value {
        self.app
            .read(|world| serde_json::to_value(world).unwrap_or_default())
    }
}

fn active_lease(world: &mut World, dseq: u64) -> Result<&mut Lease, ControlError> {
    let deployment = world.deployments.get_mut(&dseq);
    let mut leases = deployment.into_iter().flat_map(|found| &mut found.leases);
    leases
        .find(|lease| lease.state == LeaseState::Active)
        .ok_or(ControlError::NoLease(dseq))
}

fn apply(world: &mut World, change: Change) -> Result<(), ControlError> {
    let height = world.height();
    match change {
        Change::Jump { .. } => {}
        Change::ProviderDark { provider, dark } => {
            let found = world
                .providers
                .iter_mut()
                .find(|found| found.owner == provider);
            found.ok_or(ControlError::NoProvider(provider))?.dark = dark;
        }
        Change::CloseLease { dseq, gseq, reason } => {
            let deployment = world
                .deployments
                .get_mut(&dseq)
                .ok_or(ControlError::NoLease(dseq))?;
            let lease = deployment.leases.iter().position(|lease| {
                lease.state == LeaseState::Active && gseq.is_none_or(|gseq| gseq == lease.gseq)
            });
            let reason = reason.as_deref().unwrap_or("lease_closed_reason_unstable");
            deployment.close_lease(lease.ok_or(ControlError::NoLease(dseq))?, height, reason);
        }
        Change::Reclaim { dseq, seconds } => {
            let started = world.now;
            active_lease(world, dseq)?.reclaim = Some(Reclaim {
                started,
                deadline: later(started, seconds.into()),
                reason: "maintenance".to_owned(),
            });
        }
        Change::GpuFound { dseq, model } => {
            active_lease(world, dseq)?.gpu_found = Some(model);
        }
        Change::EscrowRunsOut { dseq } => {
            if !world.deplete_escrow(dseq) {
                return Err(ControlError::NoLease(dseq));
            }
        }
        Change::Scarce {
            cpu,
            memory,
            ephemeral,
            persistent,
            gpus,
            classes,
            ip_leases,
        } => {
            let cap = |stock: &mut Stock, most: Option<u64>| {
                if let Some(most) = most {
                    stock.total = stock.total.min(stock.active.saturating_add(most));
                }
            };
            for provider in &mut world.providers {
                cap(&mut provider.cpu, cpu);
                cap(&mut provider.memory, memory);
                cap(&mut provider.ephemeral, ephemeral);
                cap(&mut provider.persistent, persistent);
                for gpu in &mut provider.gpus {
                    cap(&mut gpu.stock, gpus);
                }
                if let Some(classes) = &classes {
                    provider.classes.retain(|class| classes.contains(class));
                }
                provider.ip_leases &= ip_leases.unwrap_or(true);
            }
        }
        Change::NodeDown { down } => world.disruptions.node_down = down,
        Change::Credit { usd } => {
            let uact = usd
                .checked_mul(Decimal::from(1_000_000))
                .and_then(|uact| uact.trunc().to_u64());
            world.account.credit = uact.ok_or(ControlError::Amount(usd))?;
        }
        Change::Trial { on } => world.account.trial = on,
        Change::ExpireBids { dseq } => world.expire_bids(dseq),
        Change::RevokeKey { id } => {
            world
                .account
                .keys
                .retain(|key| id.as_ref().is_some_and(|id| *id != key.id));
        }
        Change::ManifestFails {
            times,
            status,
            message,
        } => {
            world.disruptions.manifest_fails = times;
            world.disruptions.manifest_error = match (status, message) {
                (None, None) => None,
                (status, message) => Some((
                    status.unwrap_or(404),
                    message.unwrap_or_else(|| "no lease for deployment".to_owned()),
                )),
            };
        }
        Change::WalletProvisioning { times } => world.disruptions.provisioning = times,
        Change::PlatformFunds { on } => world.disruptions.platform_funds = on,
    }
    Ok(())
}
