//! Bids, and choosing among them.

use serde::{Deserialize, Serialize};

use super::{
    basics::{Moment, Usd},
    price::{Fact, Price},
};

/// What a person chooses by. The window sorts by it, and *Deploy for me* takes by it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum RankBy {
    /// The lowest price.
    #[default]
    Cheapest,
    /// The provider most likely to keep running.
    Reliable,
    /// Price and reliability, each for half.
    Balanced,
}

impl From<RankBy> for akash_market::RankBy {
    fn from(way: RankBy) -> Self {
        match way {
            RankBy::Cheapest => Self::Cheapest,
            RankBy::Reliable => Self::Reliable,
            RankBy::Balanced => Self::Balanced,
        }
    }
}

/// One group's bids.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Group {
    /// Group number.
    pub gseq: u32,
    /// Placement name; `null` where no SDL is known.
    pub name: Option<String>,
    /// Services in it.
    pub services: Vec<String>,
    /// Cheapest first; what can no longer be taken is last.
    pub bids: Vec<Bid>,
    /// That more providers may want to bid than are listed, a sentence; `null` where that is not so.
    pub full: Option<String>,
    /// What its GPUs usually cost, a sentence; `null` where none is asked or it is not known.
    pub market_rate: Option<String>,
}

/// A provider's offer.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Bid {
    /// The provider's address on the chain: what `start` and `provider` take.
    pub provider: String,
    /// Organization, or the host when it has no name.
    pub name: String,
    /// Host name.
    pub host: String,
    /// `Kyiv, UA`; `null` when unknown.
    pub region: Option<String>,
    /// The region's key, as files ask for it: `us-west`; `null` when unknown.
    pub area: Option<String>,
    /// `null` when the rate is unknown.
    pub price: Option<Price>,
    /// How long what is set aside lasts at this price, and what the Console adds, in words; `null` when not known.
    pub outlook: Option<String>,
    /// What the Console takes from the credit at the start beyond what is set aside, where that is more than is set aside: then it is asked for.
    pub takes: Option<Usd>,
    /// Share of the last 7 days it was up, percent with 2 decimals; `null` when unknown.
    pub uptime: Option<String>,
    /// The last 7 days, oldest first: percent of each that it was up, cut; `null` when unknown.
    pub week: Option<Vec<u32>>,
    /// GPU offered, `rtx4090`; `null` where none is asked.
    pub gpu: Option<String>,
    /// Its price per GPU against what is usual; `null` where it can't be told.
    pub market_rate: Option<MarketRate>,
    /// Whether it is audited; `null` when unknown.
    pub audited: Option<bool>,
    /// Whether it can be taken.
    pub open: bool,
    /// Why it cannot: `lapsed`, `taken`.
    pub why_not: Option<String>,
    /// When it is likely to lapse: an estimate from its own age; `null` when it can't be told.
    pub lapses: Option<Moment>,
    /// Its place by each way, from 0; those that can't be taken come after all others.
    pub rank: Rank,
    /// Why it stands there, one sentence without a full stop.
    pub why: String,
    /// What speaks for the provider's keeping running.
    pub points: ReliabilityScore,
    /// The person marked its provider.
    pub favourite: bool,
    /// The person's own leases with its provider, in words; `null` for none.
    pub past: Option<String>,
}

/// A bid's place in its group by each way, from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Rank {
    /// By price.
    pub cheapest: u32,
    /// By reliability.
    pub reliable: u32,
    /// By both.
    pub balanced: u32,
}

/// A price against what is usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum MarketRate {
    /// More than a tenth below the median.
    Cheap,
    /// Within a tenth of it.
    Usual,
    /// More than a tenth above it.
    Dear,
}

/// Points for reliability; what is not known gets a middling provider's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ReliabilityScore {
    /// All together, 0 to 100.
    pub total: u32,
    /// Up to 60, by how much of the time it answered.
    pub uptime: u32,
    /// Up to 20, by its age and the leases it runs.
    pub standing: u32,
    /// Up to 10, for audited attributes and notice before it takes its machine back.
    pub promises: u32,
    /// -30 to 10, by the person's own leases there.
    pub past: i32,
    /// -60 when it does not answer now.
    pub offline: i32,
}

/// A choice for one group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Choice {
    /// Group number.
    pub gseq: u32,
    /// The provider's address.
    pub provider: String,
}

/// What several bids cost together.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Quote {
    /// `null` when a rate is unknown.
    pub price: Option<Price>,
    /// As [`Bid::outlook`], for all of them.
    pub outlook: Option<String>,
    /// As [`Bid::takes`], for all of them.
    pub takes: Option<Usd>,
}

/// What an amount to be set aside in addition would do.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Weighed {
    /// The amount as it would be sent; `null` where it can't be.
    pub usd: Option<Usd>,
    /// Why it can't, a sentence.
    pub problem: Option<String>,
    /// `$5.00 buys 3 d 5 h`; `null` when no rate is known.
    pub buys: Option<String>,
}

/// *Deploy for me*: what to take without asking.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct Rule {
    /// What to choose by.
    pub way: RankBy,
    /// The region's key that it has to be in; `null` for any.
    pub region: Option<String>,
    /// The most that all parts together may cost a month, as typed; USD. Empty: not typed yet.
    pub limit: Usd,
}

/// *Deploy for me* at work: it takes a bid by itself unless stopped.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Auto {
    /// What it will take: `the cheapest in us-west, up to $6.00 a month`.
    pub text: String,
    /// When it takes what it found, if nothing better comes; `null` while nothing satisfies it.
    pub takes: Option<Moment>,
    /// What it waits to know of the bidders, a sentence; `null` when it knows.
    pub waits: Option<String>,
}

/// A provider in place: what is known of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ProviderDetail {
    /// Its address on the chain.
    pub provider: String,
    /// Organization, or the host when it has no name.
    pub name: String,
    /// Host name.
    pub host: String,
    /// `Kyiv, UA`; `null` when unknown.
    pub region: Option<String>,
    /// Whether it answered when the Console asked last; `null` when unknown.
    pub online: Option<bool>,
    /// Whether an auditor signed what it says of itself; `null` when unknown.
    pub audited: Option<bool>,
    /// Uptime over a day, a week, a month; age; leases: what is known, in words.
    pub standing: Vec<Fact>,
    /// Days with outages known, oldest first; empty where nothing is known.
    pub days: Vec<Day>,
    /// What it has: processor, memory, disks, network, what is free.
    pub hardware: Vec<Fact>,
    /// Its GPUs: `nvidia rtx4090 24Gi PCIe`.
    pub gpus: Vec<String>,
    /// Everything else it says of itself.
    pub attributes: Vec<Fact>,
    /// Pages of its own that `open_provider` can open.
    pub pages: Vec<ProviderPage>,
    /// Whom to write to.
    pub email: Option<String>,
    /// The person's own leases there, in words.
    pub past: Option<String>,
    /// The person marked it.
    pub favourite: bool,
}

/// One day of a provider.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Day {
    /// `2026-08-21`
    pub date: String,
    /// Percent of the day that it was up, cut.
    pub up: u32,
    /// `down 40 min, 2 outages`; `null` for a clean day.
    pub text: Option<String>,
}

/// A page of a provider's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum ProviderPage {
    /// Its site.
    Website,
    /// Where it tells of outages.
    StatusPage,
}
