//! Deployments.

use akash_market::{Amount, Decimal, Denom, Escrow, PricePerBlock};
use serde::Serialize;
use serde_json::Value;

use super::{DeploymentId, DeploymentState, Dseq, EscrowAccount, Lease, Runtime};
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
    /// The name it has at the Console, where the server knows names.
    pub name: Option<String>,
    /// When the Console closes it by itself, where a list says so.
    pub runtime: Option<Runtime>,
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
            name: value
                .text("name")
                .or_else(|| value.at("settings").text("name")),
            runtime: Runtime::of(value.at("settings")),
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
