//! Deployments, their leases and what is set aside for them.

use std::collections::BTreeMap;

use akash_market::{Amount, Decimal, Denom, Escrow, PricePerBlock};
use serde::Serialize;
use serde_json::Value;

use super::{CloseReason, DeploymentId, DeploymentState, Dseq, EscrowState, LeaseId, LeaseState};
use crate::json::{Fields, Mismatch, Read};

/// What a create gives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Created {
    /// The new deployment.
    pub dseq: Dseq,
    /// The manifest the server derived; to be handed on with the lease, unchanged. `None` with
    /// servers before March 2025.
    pub manifest: Option<String>,
    /// The transaction, when told.
    pub tx_hash: Option<String>,
}

impl Read for Created {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        let tx = value.at("signTx");
        Ok(Self {
            dseq: value.must("dseq")?,
            manifest: value.text("manifest"),
            tx_hash: tx.text("transactionHash").or_else(|| tx.text("hash")),
        })
    }
}

/// A deployment itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Deployment {
    /// Whose, and which.
    pub id: DeploymentId,
    /// Whether it stands.
    pub state: DeploymentState,
    /// SHA-256 of the manifest, base64. `None` when the server answered from its index and does
    /// not know it.
    pub hash: Option<String>,
    /// The height it was made at.
    pub created_at: Option<u64>,
}

impl Read for Deployment {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        let hash = value.text("hash").or_else(|| value.text("version"));
        Ok(Self {
            id: value.must_any(&["id", "deployment_id"])?,
            state: value.must("state")?,
            hash: hash.filter(|hash| hash != "unknown_value"),
            created_at: value.opt("created_at"),
        })
    }
}

/// A deployment with its leases and its escrow account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeploymentDetail {
    /// Whose, and which.
    pub id: DeploymentId,
    /// Whether it stands.
    pub state: DeploymentState,
    /// SHA-256 of the manifest, base64, when known.
    pub hash: Option<String>,
    /// The height it was made at.
    pub created_at: Option<u64>,
    /// Its leases, also those that ended.
    pub leases: Vec<Lease>,
    /// What is set aside for it.
    pub escrow: EscrowAccount,
    /// Its groups, where the server tells them.
    pub groups: Option<Vec<Group>>,
}

impl Read for DeploymentDetail {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        let Deployment {
            id,
            state,
            hash,
            created_at,
        } = value.must("deployment")?;
        Ok(Self {
            id,
            state,
            hash,
            created_at,
            leases: value.list("leases")?,
            escrow: value.opt("escrow_account").unwrap_or_default(),
            groups: value.opt("groups"),
        })
    }
}

impl DeploymentDetail {
    /// The price of all leases that run. `None` when there is none, when a price is missing or
    /// when they are counted in different denoms.
    #[must_use]
    pub fn price(&self) -> Option<PricePerBlock> {
        let mut running = self.leases.iter().filter(|lease| lease.state.runs());
        let first = running.next()?.price.clone()?;
        running.try_fold(first, |sum, lease| sum.add(lease.price.as_ref()?).ok())
    }

    /// What is set aside, for counting forward to a height. `None` when the account's money is in
    /// a denom that the running leases are not paid in, or a price is missing.
    #[must_use]
    pub fn escrow(&self) -> Option<Escrow> {
        let running: Vec<&PricePerBlock> = self
            .leases
            .iter()
            .filter(|lease| lease.state.runs())
            .map(|lease| lease.price.as_ref())
            .collect::<Option<_>>()?;
        let account = &self.escrow;
        let denom = match running.first() {
            Some(price) => price.denom.clone(),
            None => account
                .funds
                .first()
                .or(account.transferred.first())?
                .denom
                .clone(),
        };
        if running.iter().any(|price| price.denom != denom) {
            return None;
        }
        Some(Escrow {
            funds: total(&account.funds, &denom)?,
            transferred: total(&account.transferred, &denom).unwrap_or_default(),
            settled_at: account.settled_at?,
            rates: running.iter().map(|price| price.amount).collect(),
            denom,
        })
    }
}

/// The sum of the entries in `denom`; `None` when there is none.
fn total(amounts: &[Amount], denom: &Denom) -> Option<Decimal> {
    let mut own = amounts
        .iter()
        .filter(|amount| amount.denom == *denom)
        .map(|a| a.amount);
    let first = own.next()?;
    Some(own.fold(first, Decimal::saturating_add))
}

/// A lease: a provider runs a group for a price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lease {
    /// Which.
    pub id: LeaseId,
    /// What became of it.
    pub state: LeaseState,
    /// What it costs; `None` when the answer did not say.
    pub price: Option<PricePerBlock>,
    /// The height it began at.
    pub created_at: Option<u64>,
    /// The height it ended at.
    pub closed_on: Option<u64>,
    /// Why it ended; `None` while it runs.
    pub reason: Option<CloseReason>,
    /// What the provider says of it. `None` means that nothing is known, not that it is down.
    pub status: Option<LeaseStatus>,
    /// When a provider that reclaims its machine will end it, in unix seconds.
    pub reclaim_deadline: Option<u64>,
}

impl Read for Lease {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        Ok(Self {
            id: value.must_any(&["id", "lease_id"])?,
            state: value.must("state")?,
            price: value.opt("price"),
            created_at: value.opt("created_at"),
            closed_on: value.opt("closed_on").filter(|height| *height > 0),
            reason: value
                .opt("reason")
                .filter(|reason| *reason != CloseReason::None),
            status: value.opt("status"),
            reclaim_deadline: value.at("reclamation").opt("deadline").filter(|at| *at > 0),
        })
    }
}

/// What a provider says of a lease.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LeaseStatus {
    /// By service name.
    pub services: BTreeMap<String, ServiceStatus>,
    /// By service name.
    pub forwarded_ports: BTreeMap<String, Vec<ForwardedPort>>,
    /// By service name.
    pub ips: BTreeMap<String, Vec<LeaseIp>>,
}

impl Read for LeaseStatus {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        if !value.is_object() {
            return Err(Mismatch::new("a lease's status", value));
        }
        Ok(Self {
            services: value.map("services"),
            forwarded_ports: value
                .map::<Lossy<_>>("forwarded_ports")
                .into_iter()
                .map(open)
                .collect(),
            ips: value.map::<Lossy<_>>("ips").into_iter().map(open).collect(),
        })
    }
}

/// A list without the entries that can't be read.
struct Lossy<T>(Vec<T>);

impl<T: Read> Read for Lossy<T> {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        let items = value
            .as_array()
            .ok_or_else(|| Mismatch::new("a list", value))?;
        Ok(Self(
            items.iter().filter_map(|item| T::read(item).ok()).collect(),
        ))
    }
}

fn open<T>((name, list): (String, Lossy<T>)) -> (String, Vec<T>) {
    (name, list.0)
}

impl LeaseStatus {
    /// Whether every service has all its replicas.
    #[must_use]
    pub fn ready(&self) -> bool {
        !self.services.is_empty() && self.services.values().all(ServiceStatus::ready)
    }
}

/// A service at a provider.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ServiceStatus {
    /// Replicas that are up.
    pub available: u32,
    /// Replicas asked for.
    pub total: u32,
    /// Replicas whose probes pass, where told.
    pub ready_replicas: Option<u32>,
    /// Host names it answers at, most often without a scheme.
    pub uris: Vec<String>,
}

impl ServiceStatus {
    /// Whether all its replicas are up.
    #[must_use]
    pub const fn ready(&self) -> bool {
        self.total > 0 && self.available >= self.total
    }
}

impl Read for ServiceStatus {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        if !value.is_object() {
            return Err(Mismatch::new("a service's status", value));
        }
        let either = |a, b| value.opt(a).or_else(|| value.opt(b)).unwrap_or(0);
        Ok(Self {
            available: either("available", "available_replicas"),
            total: either("total", "replicas"),
            ready_replicas: value.opt("ready_replicas"),
            uris: value.lossy("uris"),
        })
    }
}

/// A port that a provider forwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ForwardedPort {
    /// Where to reach it, when told.
    pub host: Option<String>,
    /// The port inside the container.
    pub port: u32,
    /// The port at `host`.
    pub external_port: u32,
    /// `TCP` or `UDP`, when told.
    pub proto: Option<String>,
}

impl Read for ForwardedPort {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        let external_port = value.must("externalPort")?;
        Ok(Self {
            host: value.text("host"),
            port: value.opt("port").unwrap_or(external_port),
            external_port,
            proto: value.text("proto"),
        })
    }
}

/// An address leased for a service alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeaseIp {
    /// The address.
    pub ip: String,
    /// The port inside the container.
    pub port: u32,
    /// The port at the address.
    pub external_port: u32,
    /// `TCP` or `UDP`, when told.
    pub protocol: Option<String>,
}

impl Read for LeaseIp {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        let port = value.opt("Port").or_else(|| value.opt("port")).unwrap_or(0);
        let external = value
            .opt("ExternalPort")
            .or_else(|| value.opt("externalPort"));
        Ok(Self {
            ip: value.must_any(&["IP", "ip"])?,
            port,
            external_port: external.unwrap_or(port),
            protocol: value.text("Protocol").or_else(|| value.text("protocol")),
        })
    }
}

/// A group of a deployment, where the server tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Group {
    /// Its number, from 1.
    pub gseq: u32,
    /// Its placement's name, when known.
    pub name: Option<String>,
    /// `open`, `paused`, `insufficient_funds` or `closed`, or a newer word.
    pub state: String,
}

impl Read for Group {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        let name = value.at("group_spec").text("name");
        Ok(Self {
            gseq: value.any(&["id", "group_id"]).must("gseq")?,
            name: name.filter(|name| name != "unknown_value"),
            state: value.opt("state").unwrap_or_default(),
        })
    }
}

/// The money set aside for a deployment, as of its last settlement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EscrowAccount {
    /// Whether it pays.
    pub state: EscrowState,
    /// What is left, an entry for each denom. Negative when overdrawn.
    pub funds: Vec<Amount>,
    /// What was paid out, an entry for each denom.
    pub transferred: Vec<Amount>,
    /// Where the money came from. Empty in older answers.
    pub deposits: Vec<EscrowDeposit>,
    /// The height of the last settlement.
    pub settled_at: Option<u64>,
}

impl Default for EscrowAccount {
    /// An account of which nothing is known.
    fn default() -> Self {
        Self {
            state: EscrowState::Other(String::new()),
            funds: Vec::new(),
            transferred: Vec::new(),
            deposits: Vec::new(),
            settled_at: None,
        }
    }
}

impl Read for EscrowAccount {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        let nested = value.at("state");
        if nested.is_object() {
            return Ok(Self {
                state: nested
                    .opt("state")
                    .unwrap_or(EscrowState::Other(String::new())),
                funds: nested.lossy("funds"),
                transferred: nested.lossy("transferred"),
                deposits: nested.lossy("deposits"),
                settled_at: nested.opt("settled_at"),
            });
        }
        // Before October 2025: flat, single coins, and the part that came of the grant in `funds`
        // beside the owner's own `balance`.
        if !value.is_object() {
            return Err(Mismatch::new("an escrow account", value));
        }
        let mut funds: Vec<Amount> = value.lossy("balance");
        for part in value.lossy::<Amount>("funds") {
            match funds.iter_mut().find(|known| known.denom == part.denom) {
                Some(known) => known.amount = known.amount.saturating_add(part.amount),
                None => funds.push(part),
            }
        }
        // A part that is empty would otherwise name a denom the account is not kept in.
        if funds.len() > 1 {
            funds.retain(|part| !part.amount.is_zero());
        }
        Ok(Self {
            state: value
                .opt("state")
                .unwrap_or(EscrowState::Other(String::new())),
            funds,
            transferred: value.lossy("transferred"),
            deposits: Vec::new(),
            settled_at: value.opt("settled_at"),
        })
    }
}

/// A part of what was set aside, and where it came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EscrowDeposit {
    /// Whose money it is: the platform's for a managed wallet.
    pub owner: String,
    /// The height it was made at.
    pub height: Option<u64>,
    /// `grant` or `balance`, or a newer word.
    pub source: String,
    /// What is left of it.
    pub balance: Amount,
}

impl Read for EscrowDeposit {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        Ok(Self {
            owner: value.opt("owner").unwrap_or_default(),
            height: value.opt("height"),
            source: value.opt("source").unwrap_or_default(),
            balance: value.must("balance")?,
        })
    }
}

impl Read for Amount {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        let denom: String = value.must("denom")?;
        Ok(Self::new(value.must("amount")?, denom.as_str().into()))
    }
}

impl Read for PricePerBlock {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        let Amount { amount, denom } = Amount::read(value)?;
        Ok(Self::new(amount, denom))
    }
}
