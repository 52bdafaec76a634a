//! What a file could ask less of, each as an edit of its text.
//!
//! A provider bids only when it satisfies every requirement of a group. [`Sdl::relaxations`](crate::Sdl::relaxations)
//! lists the requirements one by one, and [`Relaxation::apply`] writes the file with one of them relaxed. The new text is
//! checked as any other: its [`requirements`](crate::Sdl::requirements) are exactly what the edited file would ask for.
//!
//! ```
//! use akash_sdl::{Instead, Requirement, check};
//!
//! # let text = r#"
//! # version: "2.0"
//! # services: {web: {image: "nginx:1.27", expose: [{port: 80, to: [{global: true}]}]}}
//! # deployment: {web: {west: {profile: web, count: 1}}}
//! # profiles:
//! #   compute:
//! #     web: {resources: {cpu: {units: 4}, memory: {size: 1Gi}, storage: {size: 1Gi}}} # four
//! #   placement: {west: {attributes: {region: us-west}, pricing: {web: {denom: uact, amount: 1000}}}}
//! # "#;
//! let sdl = check(text).sdl.expect("a valid file");
//! let relaxations = sdl.relaxations();
//! let cpu = relaxations.iter().find(|one| matches!(one.what, Requirement::Cpu { milli: 4000, .. }));
//! let relaxed = cpu.expect("it asks for four cores").apply(text, &Instead::Amount(500))?;
//! assert_eq!(relaxed, text.replace("units: 4}", "units: 0.5}"));
//! assert_eq!(check(&relaxed).sdl.expect("still valid").requirements()[0].resources[0].cpu_milli, 500);
//! # Ok::<(), akash_sdl::edit::EditError>(())
//! ```

mod list;
mod place;

use std::collections::HashMap;

use rust_decimal::Decimal;
use serde::Serialize;

use crate::check_with;
use crate::context::Context;
use crate::edit::EditError;
use crate::finding::Finding;
use crate::group::GpuModel;

pub(crate) use list::relaxations;

/// One requirement of one group that could be relaxed.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct Relaxation {
    /// Number of the group.
    pub gseq: u32,
    /// Name of its placement.
    pub placement: String,
    /// The requirement, with what the file says now.
    pub what: Requirement,
}

/// What a group requires. What stands in a compute profile or a service is relaxed in every group that uses it.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Requirement {
    /// An attribute that a provider must declare, e.g. `region: us-west`.
    Attribute {
        /// Its name.
        key: String,
        /// Its value.
        value: String,
    },
    /// Auditors that must have signed the provider: those of `allOf`, then those of `anyOf`.
    SignedBy {
        /// Their addresses.
        auditors: Vec<String>,
    },
    /// A notice that the provider must give before it takes the resources back. It holds for the whole file.
    Reclamation {
        /// The least notice, e.g. `24h`.
        window: String,
    },
    /// A trusted execution environment. It stays required as long as one service asks for it, so all give it up together.
    Tee {
        /// The services of the group that ask for it.
        services: Vec<String>,
        /// `cpu` or `cpu-gpu`.
        tee: String,
    },
    /// GPUs of certain models.
    GpuModels {
        /// Compute profile.
        profile: String,
        /// How many GPUs.
        units: u64,
        /// The models that will do.
        models: Vec<GpuModel>,
    },
    /// Several GPUs in one replica.
    GpuUnits {
        /// Compute profile.
        profile: String,
        /// How many.
        units: u64,
    },
    /// CPU of one replica.
    Cpu {
        /// Compute profile.
        profile: String,
        /// Thousandths of a core.
        milli: u64,
    },
    /// Memory of one replica.
    Memory {
        /// Compute profile.
        profile: String,
        /// Bytes.
        bytes: u64,
    },
    /// Size of a volume.
    Disk {
        /// Compute profile.
        profile: String,
        /// Name of the volume; `default` where it has none.
        volume: String,
        /// Bytes.
        bytes: u64,
        /// Whether its contents survive a restart.
        persistent: bool,
    },
    /// Storage class of a volume.
    StorageClass {
        /// Compute profile.
        profile: String,
        /// Name of the volume.
        volume: String,
        /// Its class, e.g. `beta3`.
        class: String,
    },
    /// A volume whose contents survive a restart.
    Persistent {
        /// Compute profile.
        profile: String,
        /// Name of the volume.
        volume: String,
    },
    /// The most that one replica may cost.
    Price {
        /// Compute profile.
        profile: String,
        /// Amount per block.
        amount: Decimal,
        /// Denomination as the file says it.
        denom: String,
    },
    /// Several replicas of a service.
    Replicas {
        /// The service.
        service: String,
        /// How many.
        count: u32,
    },
    /// An IP address of its own.
    LeasedIp {
        /// The service.
        service: String,
        /// Name of the endpoint.
        endpoint: String,
    },
}

/// What to ask instead.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Instead {
    /// No requirement at all. Where there must be one, the weakest that the chain takes: the least CPU, memory or volume,
    /// one GPU, one replica, any model, the highest price. That shows whether a requirement matters; few files want it.
    ///
    /// A volume of class `ram` or one that persists becomes an ordinary one, without a mount: its path stays a folder of
    /// the container. A class of a persistent volume can't be dropped, since `default` is a class as any other.
    Drop,
    /// So much: thousandths of a core, bytes, GPUs, replicas, or for a price whole units of the denomination per block.
    Amount(u64),
    /// Another storage class.
    Class(String),
    /// One of these GPU models. Those that the file names already stay as they are written.
    Models(Vec<GpuModel>),
}

impl Relaxation {
    /// The text with this requirement relaxed; comments and layout stay. As [`Relaxation::apply_with`], knowing nothing
    /// beside the text.
    ///
    /// # Errors
    /// As [`Relaxation::apply_with`].
    pub fn apply(&self, text: &str, instead: &Instead) -> Result<String, EditError> {
        self.apply_with(text, instead, &Context::default())
    }

    /// The text with this requirement relaxed; comments and layout stay.
    ///
    /// The text means the same otherwise, and a check says nothing of it that it does not say of the old text.
    ///
    /// # Errors
    /// When the text is no longer what this was listed for, the requirement comes from an anchor, or it can't be relaxed
    /// in that way: also where the chain would refuse the new amount, and where the new text would have a finding that the
    /// old one does not have.
    pub fn apply_with(
        &self,
        text: &str,
        instead: &Instead,
        context: &Context,
    ) -> Result<String, EditError> {
        let checked = check_with(text, context);
        let listed = checked
            .sdl
            .as_ref()
            .filter(|sdl| sdl.relaxations().contains(self));
        let place = listed.and_then(|sdl| place::find(&sdl.model, self));
        let place = place.ok_or(EditError::Outdated)?;
        let relaxed = place.write(text, instead)?;
        let after = check_with(&relaxed, context);
        let before = counts(&checked.findings);
        let is_worse = after.sdl.is_none()
            || counts(&after.findings)
                .iter()
                .any(|(code, count)| *count > before.get(code).copied().unwrap_or_default());
        if is_worse {
            return Err(EditError::Unfit(place.path().to_owned()));
        }
        Ok(relaxed)
    }
}

/// How many findings of each kind there are.
fn counts(findings: &[Finding]) -> HashMap<&'static str, usize> {
    let mut counts = HashMap::new();
    for finding in findings {
        *counts.entry(finding.code).or_default() += 1;
    }
    counts
}
