//! Who could run a file.

use serde::Serialize;

use super::{basics::Usd, edit::Fix};

/// Who could run a file, and what keeps the others away. Advice: who fits may still not bid.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Eligibility {
    /// More is being found out.
    pub busy: bool,
    /// What such a file usually costs a month; `null` where that is not known.
    pub usual: Option<Usd>,
    /// A limit a month for *Deploy for me* that usual prices keep; `null` where that is not known.
    pub limit: Option<Usd>,
    /// By group, in order of gseq.
    pub groups: Vec<GroupEligibility>,
}

/// Who could run one group.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct GroupEligibility {
    /// Group number.
    pub gseq: u32,
    /// Placement name, where the file has several.
    pub name: Option<String>,
    /// How many providers fit.
    pub fits: u32,
    /// `41 of 61 providers could run this`; `0 of 61 providers: none has an rtx4090 in us-west`.
    pub text: String,
    /// Where those that fit are: `us-west` and how many, most first.
    pub places: Vec<Place>,
    /// What keeps others away, what excludes most first, and what to ask instead.
    pub relaxed: Vec<Relaxed>,
    /// What else is to be known: the ceiling against what is usual, a trial's limits.
    pub notes: Vec<String>,
}

/// A region and how many fit there.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// The region's key, as files ask for it.
    pub area: String,
    /// Providers that fit.
    pub fits: u32,
}

/// A requirement, and what asking less of it would give.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Relaxed {
    /// What `relax_again` takes.
    pub id: String,
    /// What the file asks: `Region us-west`.
    pub asks: String,
    /// The change, for a button: `Any region`.
    pub label: String,
    /// How many providers fit then; `null` where that can't be counted (a price).
    pub fits: Option<u32>,
    /// A sentence where the count alone does not say it: what is usual, what is lost.
    pub about: Option<String>,
    /// The change of the file on the check screen; `null` for one that was asked already.
    pub fix: Option<Fix>,
}
