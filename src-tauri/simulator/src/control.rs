//! Changes to the world and faults, for tests and demonstrations.

use std::sync::Arc;

use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::{Deserialize, Serialize};

use crate::{
    app::{App, lock},
    chain::LeaseState,
    faults::{Fault, Request},
    world::{World, providers::Stock},
};

/// Makes things happen in a running simulator; the same as over `/_sim/`. Works until it is stopped.
#[derive(Clone)]
pub struct Control {
    pub(crate) app: Arc<App>,
}

/// Something that happens to the world.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(
    tag = "change",
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case"
)]
pub enum Change {
    /// Chain time jumps ahead; all that is due on the way happens.
    Jump {
        /// How far, in seconds.
        seconds: u32,
    },
    /// A provider stops to answer, or answers again.
    ProviderDark {
        /// Its address.
        provider: String,
        /// Whether it is dark.
        dark: bool,
    },
    /// The provider of a lease ends it.
    CloseLease {
        /// The deployment.
        dseq: u64,
        /// The group; the first with a lease when missing.
        #[serde(default)]
        gseq: Option<u32>,
        /// The chain's word for why; `lease_closed_reason_unstable` when missing.
        #[serde(default)]
        reason: Option<String>,
    },
    /// What a deployment has set aside is spent; its provider finds out within 12 seconds of chain time.
    EscrowRunsOut {
        /// The deployment, with a lease.
        dseq: u64,
    },
    /// Providers have no more than this free, and no more of what is named; what is missing stays as it is.
    Scarce {
        /// Thousandths of a core.
        #[serde(default)]
        cpu: Option<u64>,
        /// Bytes.
        #[serde(default)]
        memory: Option<u64>,
        /// Bytes that go with the container.
        #[serde(default)]
        ephemeral: Option<u64>,
        /// Bytes that stay over restarts.
        #[serde(default)]
        persistent: Option<u64>,
        /// GPUs, of each kind.
        #[serde(default)]
        gpus: Option<u64>,
        /// Classes of storage that persists: others are gone.
        #[serde(default)]
        classes: Option<Vec<String>>,
        /// Whether those that lease IP addresses go on to.
        #[serde(default)]
        ip_leases: Option<bool>,
    },
    /// The chain's node goes down, or comes back.
    NodeDown {
        /// Whether it is down.
        down: bool,
    },
    /// The credit is this much now.
    Credit {
        /// In USD.
        usd: Decimal,
    },
    /// The account becomes a trial, or stops to be one.
    Trial {
        /// Whether it is one.
        on: bool,
    },
    /// Bids lapse, and those to come don't.
    ExpireBids {
        /// Of this deployment; of all when missing.
        #[serde(default)]
        dseq: Option<u64>,
    },
    /// A key stops to work.
    RevokeKey {
        /// Its id; all keys when missing.
        #[serde(default)]
        id: Option<String>,
    },
    /// The next deliveries of a manifest fail; a lease that was made stays active, and is paid.
    ManifestFails {
        /// How many.
        times: u32,
        /// With which status: 404 when missing.
        #[serde(default)]
        status: Option<u16>,
        /// In which words: `no lease for deployment` when missing.
        #[serde(default)]
        message: Option<String>,
    },
    /// The next creates and deposits find the wallet still being set up (409).
    WalletProvisioning {
        /// How many.
        times: u32,
    },
    /// The platform chooses what is set aside (0.5 USD) and ignores what was sent, or not any more.
    PlatformFunds {
        /// Whether it does.
        on: bool,
    },
}

/// Why something could not be made to happen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ControlError {
    /// No provider has this address.
    #[error("no provider has the address {0}")]
    NoProvider(String),
    /// There is no such deployment, or it has no active lease.
    #[error("deployment {0} does not exist or has no active lease")]
    NoLease(u64),
    /// An amount below zero or beyond all bounds.
    #[error("not an amount of credit: {0}")]
    Amount(Decimal),
    /// An endpoint is a method, a space and a path.
    #[error("not an endpoint: `{0}` (write it like `POST /v1/leases`)")]
    Endpoint(String),
    /// Too many faults wait already.
    #[error("too many faults wait already; clear some first")]
    TooMany,
}

impl Control {
    /// Adds a fault and gives its number.
    ///
    /// # Errors
    /// When its endpoint can't be one, or too many wait.
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

    /// Takes all faults away.
    pub fn clear_faults(&self) {
        lock(&self.app.faults).clear(None);
    }

    /// Takes one fault away, if it still waits.
    pub fn clear_fault(&self, number: u64) {
        lock(&self.app.faults).clear(Some(number));
    }

    /// The faults that wait, with their numbers.
    pub fn faults(&self) -> Vec<(u64, Fault)> {
        lock(&self.app.faults).waiting()
    }

    /// The last requests of the API (2,000 at most), oldest first.
    pub fn requests(&self) -> Vec<Request> {
        lock(&self.app.faults).requests()
    }

    /// Forgets the requests so far.
    pub fn forget_requests(&self) {
        lock(&self.app.faults).forget();
    }

    /// Makes something happen.
    ///
    /// # Errors
    /// When what it is about does not exist.
    pub fn change(&self, change: Change) -> Result<(), ControlError> {
        if let Change::Jump { seconds } = change {
            self.app.jump(seconds);
            return Ok(());
        }
        self.app.change(|world| apply(world, change))
    }

    /// The whole world as JSON, as it is kept in its file. For looking, not for relying on its shape.
    pub fn world(&self) -> serde_json::Value {
        self.app
            .read(|world| serde_json::to_value(world).unwrap_or_default())
    }
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
        Change::EscrowRunsOut { dseq } => {
            if !world.drain(dseq) {
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
        Change::NodeDown { down } => world.trouble.node_down = down,
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
            world.trouble.manifest_fails = times;
            world.trouble.manifest_error = match (status, message) {
                (None, None) => None,
                (status, message) => Some((
                    status.unwrap_or(404),
                    message.unwrap_or_else(|| "no lease for deployment".to_owned()),
                )),
            };
        }
        Change::WalletProvisioning { times } => world.trouble.provisioning = times,
        Change::PlatformFunds { on } => world.trouble.platform_funds = on,
    }
    Ok(())
}
