//! What the Console answers, as types.
//!
//! Heights are block heights, not times. Amounts are micro-units with their denom; what the
//! Console gives in dollars is [`Usd`](akash_market::Usd). What an answer did not hold is `None`
//! or empty.

mod account;
mod bid;
mod deployment;
mod escrow;
mod ids;
mod lease;
mod network;
mod provider;
mod state;
mod template;

pub use account::{
    ApiKey, Balances, Certificate, DeploymentSettings, FundingConfig, NewApiKey, Runtime, User,
    Wallet, WalletSettings,
};
pub use bid::{Bid, ResourceOffer, StorageOffer};
pub use deployment::{Created, Deployment, DeploymentDetail, Group};
pub use escrow::{EscrowAccount, EscrowDeposit};
pub use ids::{BidId, DeploymentId, Dseq, LeaseId, LeaseTarget, ParseDseqError};
pub use lease::{
    DetectedGpu, DetectedGpus, ForwardedPort, Lease, LeaseIp, LeaseStatus, ServiceStatus,
};
pub use network::{
    Auditor, Block, GpuPrice, GpuPrices, MarketData, NetworkCapacity, PriceComparison, Region,
    ResourceStat, UsageDay, UsageStats,
};
pub use provider::{
    Attribute, Incident, Provider, ProviderStats, ScreenedProvider, Screening, UptimeCheck,
};
pub use state::{BidState, CloseReason, DeploymentState, EscrowState, LeaseState};
pub use template::{Template, TemplateCategory, TemplateSummary};
