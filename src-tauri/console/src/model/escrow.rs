//! What is set aside for a deployment.

use akash_market::{Amount, PricePerBlock};
use serde::Serialize;
use serde_json::Value;

use super::EscrowState;
use crate::json::{Fields, Mismatch, Read};

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
