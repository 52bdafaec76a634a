//! What the chain and the providers refuse of resources and prices.

mod gpu;
mod price;
pub(super) mod size;

use std::collections::HashSet;

use super::Checker;
use super::node_ref::shown;
use crate::derive::{self, Derivation};
use crate::draft::{Draft, Span};
use crate::edit::escaped;
use crate::model::{Amount, Compute, Model};

const MIB: u64 = 1 << 20;
const TIB: u64 = 1 << 40;
/// Least and most of one replica that the chain takes.
pub(crate) const CPU: (u64, u64) = (10, 384_000);
pub(crate) const MEMORY: (u64, u64) = (MIB, 2 * TIB);
pub(crate) const VOLUME: (u64, u64) = (5 * MIB, 32 * TIB);
pub(crate) const GPUS: u64 = 24;
/// A group may ask for at most so many times the largest unit.
const UNITS: u64 = 50;
/// Most that the chain takes as a price, per block.
pub(crate) const PRICE: u32 = 10_000_000;
const CLASSES: [&str; 5] = ["beta1", "beta2", "beta3", "default", "ram"];

impl Checker<'_> {
    pub(super) fn limits(&mut self, model: &Model, used: &HashSet<&str>) {
        for compute in model.computes() {
            self.compute_limits(compute, used.contains(compute.name.as_str()));
        }
        let placed = model
            .deployments()
            .iter()
            .flat_map(|deployed| deployed.placements.iter().flatten());
        let priced: HashSet<(&str, &str)> = placed
            .filter_map(|placed| {
                let profile = placed.profile.as_ref()?.value.as_str();
                Some((placed.placement.value.as_str(), profile))
            })
            .collect();
        let prices = model
            .placements()
            .iter()
            .flat_map(|placement| placement.pricing.iter().flatten());
        let several = prices.take(2).count() > 1;
        for placement in model.placements() {
            self.placement_limits(model, placement, &priced, several);
        }
        self.totals(model);
        if let Some(window) = &model.min_window {
            self.window(window);
        }
    }

    fn compute_limits(&mut self, compute: &Compute, used: bool) {
        if let Some(cpu) = &compute.cpu {
            self.cpu_limits(cpu, used);
        }
        if let Some(memory) = &compute.memory {
            self.size_limits(memory, used, "memory", MEMORY);
        }
        for (key, _) in compute
            .cpu_attributes
            .iter()
            .filter(|(key, _)| key.value != "arch")
        {
            let message = format!("the attribute `{}` of a CPU is unknown", shown(&key.value));
            let draft = Draft::warning("unknown-cpu-attribute", key.span, message);
            self.report(
                draft.hint("providers only know `arch`, e.g. `arch: amd64`; no one may bid"),
            );
        }
        let volumes = compute.storage.as_deref().unwrap_or_default();
        let path = format!(
            "/profiles/compute/{}/resources/storage",
            escaped(&compute.name)
        );
        if compute.storage.is_some() && volumes.is_empty() {
            let draft = refused(
                used,
                "no-storage",
                compute.storage_at,
                "the list of volumes is empty, and the chain refuses that",
            )
            .at(&path);
            self.report(draft.hint("every service needs a volume for its files: write `storage:` and below it `size: 1Gi`"));
        }
        if let Some(fifth) = volumes.get(4) {
            let draft = Draft::warning(
                "too-many-volumes",
                fifth.at,
                format!(
                    "the profile `{}` has {} volumes, and no provider bids on more than 4",
                    shown(&compute.name),
                    volumes.len()
                ),
            )
            .at(&path);
            self.report(draft.hint("put several folders on one volume"));
        }
        let mut names = HashSet::new();
        for volume in volumes {
            if let Some(size) = &volume.size {
                self.size_limits(size, used, "a volume", VOLUME);
            }
            // A persistent volume without a name can't be mounted, and that is said there.
            let nameless = volume.name.is_none() && volume.persistent();
            if !nameless && !names.insert(volume.label()) {
                let span = volume.name.as_ref().map_or(volume.at, |name| name.span);
                let draft = Draft::warning(
                    "duplicate-volume",
                    span,
                    format!("two volumes are called `{}`", shown(volume.label())),
                )
                .at(&path);
                self.report(draft.hint("give each volume a `name` of its own; a volume without one is called `default`"));
            }
            let class = volume
                .attributes
                .as_ref()
                .map(|attributes| &attributes.class);
            if let Some(class) = class.filter(|class| !CLASSES.contains(&class.value.as_str())) {
                let near = self.nearest(&class.value, CLASSES);
                let hint = match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => {
                        "known are `beta1` (hard disk), `beta2` (SSD), `beta3` (NVMe) and `ram`"
                            .to_owned()
                    }
                };
                let draft = Draft::warning(
                    "unknown-storage-class",
                    class.span,
                    format!(
                        "no provider is known to have the storage class `{}`",
                        shown(&class.value)
                    ),
                );
                self.report(draft.hint(hint).maybe_fix(near.map(|near| {
                    (
                        format!("Write `{near}`"),
                        vec![(class.span, near.to_owned())],
                    )
                })));
            }
        }
        if let Some(gpu) = &compute.gpu {
            self.gpu_limits(gpu, used);
        }
    }

    fn limit(&mut self, amount: &Amount, used: bool, message: String, hint: String) {
        self.report(
            refused(used, "chain-limit", amount.text.span, message)
                .at(&amount.path)
                .hint(hint),
        );
    }

    fn unused_amount(&mut self, amount: &Amount, what: &str) {
        let message = format!(
            "`{}` is not {what}; it passes only because nothing uses this profile",
            shown(&amount.text.value)
        );
        self.report(
            Draft::warning("bad-amount-unused", amount.text.span, message)
                .at(&amount.path)
                .hint("correct it, or delete the profile"),
        );
    }

    /// What all replicas of a group ask for together.
    fn totals(&mut self, model: &Model) {
        for placing in derive::placings(model, Derivation::default()) {
            let mut sums = [0_u128; 4];
            let mut at = Span::default();
            for (_, placed, compute) in &placing.services {
                let count = placed.count as u128;
                at = placed.count_at;
                let volumes = compute
                    .storage
                    .iter()
                    .flatten()
                    .filter_map(|volume| volume.size.as_ref());
                let gpus = compute.gpu.as_ref().and_then(|gpu| gpu.units.as_ref());
                let values = [
                    compute.cpu.as_ref().map_or(0, Amount::value),
                    compute.memory.as_ref().map_or(0, Amount::value),
                    gpus.map_or(0, Amount::value),
                    volumes.map(Amount::value).max().unwrap_or_default(),
                ];
                for (sum, value) in sums.iter_mut().zip(values) {
                    *sum = sum.saturating_add(u128::from(value).saturating_mul(count));
                }
                if placed.count > f64::from(u32::MAX) {
                    let draft = Draft::refused(
                        "chain-limit",
                        placed.count_at,
                        "the chain can't count so many replicas",
                    );
                    self.report(draft.hint("write `count: 1`"));
                }
            }
            let most =
                [CPU.1, MEMORY.1, GPUS, VOLUME.1].map(|most| u128::from(most) * u128::from(UNITS));
            let what = ["CPU", "memory", "GPUs", "storage"];
            let over = sums
                .iter()
                .zip(most)
                .zip(what)
                .find(|((sum, most), _)| **sum > *most);
            if let Some((_, what)) = over {
                let message = format!(
                    "all replicas in the placement `{}` together ask for more {what} than the chain takes",
                    shown(placing.placement)
                );
                self.report(
                    Draft::refused("chain-limit", at, message)
                        .hint("lower `count`, or use several deployments"),
                );
            }
        }
    }

    fn window(&mut self, window: &str) {
        let (number, unit) = window.split_at(window.len().saturating_sub(1));
        let factor = match unit {
            "s" => 1,
            "m" => 60,
            _ => 3600,
        };
        let seconds = number
            .parse::<u64>()
            .unwrap_or(u64::MAX)
            .saturating_mul(factor);
        if !(3600..=720 * 3600).contains(&seconds) {
            let at = self.find("min_window");
            let draft = Draft::warning(
                "window-limit",
                at,
                format!(
                    "providers offer a reclamation window of 1 hour to 720 hours, so none may match `{}`",
                    shown(window)
                ),
            );
            self.report(draft.at("/reclamation/min_window").hint("write e.g. `24h`"));
        }
    }

    /// Where a word stands first in the text.
    fn find(&self, word: &str) -> Span {
        self.text
            .find(word)
            .map_or(Span::default(), |at| Span::new(at, at + word.len()))
    }
}

/// What the chain refuses. What nothing in the file uses never gets to the chain.
fn refused(used: bool, code: &'static str, span: Span, message: impl Into<String>) -> Draft {
    if used {
        Draft::refused(code, span, message)
    } else {
        Draft::warning(code, span, message)
    }
}
