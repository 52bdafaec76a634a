//! The manifest and its hash, as the official library makes them.

use serde::Serialize;

/// Which state of the official library (chain-sdk) to derive as. They differ in the hash of some files.
#[derive(Serialize, Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[serde(rename_all = "lowercase")]
pub enum Derivation {
    /// 1.0.0-alpha.39: GPU attributes in the order of the file, fractional values kept.
    Alpha39,
    /// 1.0.0-alpha.40: GPU attributes sorted, sizes rounded up exactly. What the live Console runs.
    #[default]
    Alpha40,
    /// The state after alpha.41: sorted by code unit, targets sorted before endpoints are numbered.
    Next,
}

impl Derivation {
    /// All of them, the likeliest first.
    pub const ALL: [Self; 3] = [Self::Alpha40, Self::Next, Self::Alpha39];
}

/// A derived manifest.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct Derived {
    /// The manifest: JSON with sorted keys, what a provider is sent.
    pub manifest: String,
    /// SHA-256 of the manifest in base64: the deployment's version on chain.
    pub hash: String,
}
