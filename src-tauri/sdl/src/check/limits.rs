//! What the chain and the providers refuse of resources and prices.

use std::collections::HashSet;

use super::Checker;
use super::spot::shown;
use crate::derive::{self, Derivation};
use crate::draft::{Draft, Span};
use crate::edit::escaped;
use crate::model::{Amount, Compute, Gpu, Model, Placement, Price};
use crate::quantity::{bytes_for_people, cores, size_parts};

const MIB: u64 = 1 << 20;
const TIB: u64 = 1 << 40;
/// Least and most of one replica that the chain takes.
pub(crate) const CPU: (u64, u64) = (10, 384_000);
pub(crate) const MEMORY: (u64, u64) = (MIB, 2 * TIB);
pub(crate) const VOLUME: (u64, u64) = (5 * MIB, 32 * TIB);
const GPUS: u64 = 24;
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
        for placement in model.placements() {
            self.placement_limits(model, placement);
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
            let draft = Draft::warning(
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
            if !names.insert(volume.label()) {
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
            self.gpu_limits(gpu);
        }
    }

    fn cpu_limits(&mut self, cpu: &Amount, used: bool) {
        let (text, span) = (shown(&cpu.text.value), cpu.text.span);
        if cpu.quantity.is_none() {
            if !used {
                self.unused_amount(cpu, "a number of CPU cores");
            }
            return;
        }
        let milli = cpu.value();
        let unit = cpu
            .text
            .value
            .trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        if cpu.is_text && !unit.is_empty() && unit != "m" {
            let number = cpu.text.value.strip_suffix(unit).unwrap_or_default();
            let (message, right) = if unit == "M" {
                (
                    format!("`{text}` is {milli} thousandths of a core"),
                    number.to_owned(),
                )
            } else {
                (
                    format!(
                        "`{unit}` is no unit of CPU and is ignored: `{text}` is {milli} thousandths of a core"
                    ),
                    number.to_owned(),
                )
            };
            let draft = Draft::warning("odd-cpu-unit", span, message).at(&cpu.path);
            let draft = draft.hint(format!(
                "write `{right}` for {right} cores, or `{milli}m` for thousandths of a core"
            ));
            self.report(draft.fix(
                format!("Write `{right}`"),
                vec![(span, format!("\"{right}\""))],
            ));
            return;
        }
        let cores = |milli: u64| format!("{} cores", cores(milli));
        if milli < CPU.0 {
            self.limit(
                cpu,
                format!(
                    "the chain refuses less than 0.01 cores: `{text}` is {}",
                    cores(milli)
                ),
                "write `0.1` or more".to_owned(),
            );
        } else if milli > CPU.1 {
            self.limit(
                cpu,
                format!(
                    "the chain refuses more than 384 cores: `{text}` is {}",
                    cores(milli)
                ),
                "ask for less in one replica, and for more replicas (`count`)".to_owned(),
            );
        } else if cpu
            .quantity
            .as_ref()
            .is_some_and(|quantity| quantity.exact != quantity.float)
            && unit == "m"
        {
            let draft = Draft::warning(
                "fractional-cpu",
                span,
                format!(
                    "`{text}` is no whole number of thousandths and is rounded up to `{milli}m`"
                ),
            )
            .at(&cpu.path);
            self.report(draft.hint(format!("write `{milli}m`")).fix(
                format!("Write `{milli}m`"),
                vec![(span, format!("{milli}m"))],
            ));
        }
    }

    fn limit(&mut self, amount: &Amount, message: String, hint: String) {
        self.report(
            Draft::warning("chain-limit", amount.text.span, message)
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

    fn size_limits(&mut self, size: &Amount, used: bool, what: &str, (least, most): (u64, u64)) {
        let (text, span) = (shown(&size.text.value), size.text.span);
        let Some(parts) = size_parts(&size.text.value).filter(|_| size.quantity.is_some()) else {
            if !used {
                self.unused_amount(size, "a size");
            }
            return;
        };
        let bytes = size.value();
        let exact = bytes_for_people(bytes);
        if bytes < least || bytes > most {
            let (word, bound) = if bytes < least {
                ("less", least)
            } else {
                ("more", most)
            };
            let hint = unit_meant(parts.unit).map_or_else(
                || format!("write `{}`", if bytes < least { "512Mi" } else { "1Gi" }),
                |unit| format!("did you mean `{}{unit}`?", parts.number),
            );
            self.limit(
                size,
                format!(
                    "the chain refuses {word} than {} for {what}: `{text}` is {exact}",
                    bytes_for_people(bound)
                ),
                hint,
            );
            return;
        }
        if parts.number.matches('.').count() > 1 {
            let draft = Draft::warning(
                "odd-number",
                span,
                format!("`{text}` has two points; what follows the second is ignored ({exact})"),
            )
            .at(&size.path);
            self.report(draft.hint("write one point at most"));
            return;
        }
        let Some(unit) = unit_meant(parts.unit) else {
            return;
        };
        let right = format!("{}{unit}", parts.number);
        let message = match parts.unit {
            "m" => format!("`{text}` is {exact} (millions of bytes)"),
            odd if odd.to_ascii_lowercase().ends_with('b') => format!(
                "`{text}` is {exact}: with `{odd}` the Console counts in thousands, not in 1024s"
            ),
            _ => format!(
                "`{text}` is {exact} for the Console, but other tools only know the unit as `{unit}`"
            ),
        };
        let draft = Draft::warning("odd-size-unit", span, message)
            .at(&size.path)
            .hint(format!("did you mean `{right}`?"));
        self.report(draft.fix(format!("Write `{right}`"), vec![(span, right)]));
    }

    fn gpu_limits(&mut self, gpu: &Gpu) {
        let units = gpu.units.as_ref().filter(|units| {
            units
                .quantity
                .as_ref()
                .is_some_and(|quantity| quantity.exact.starts_with('-'))
                || units.value() > GPUS
        });
        if let Some(units) = units {
            self.limit(
                units,
                format!(
                    "the chain takes at most {GPUS} GPUs for one replica, not `{}`",
                    shown(&units.text.value)
                ),
                "ask for fewer in one replica, and for more replicas (`count`)".to_owned(),
            );
        }
        let Some(attributes) = &gpu.attributes else {
            return;
        };
        for (vendor, models) in &attributes.vendors {
            let Some(models) = models else { continue };
            if models.is_empty() {
                let draft = Draft::warning(
                    "no-gpu-models",
                    attributes.at,
                    format!(
                        "the list of `{vendor}` models is empty, so that no demand is made at all"
                    ),
                );
                self.report(draft.hint(format!("name models (`- model: a100`), or write `{vendor}:` with nothing behind it for any")));
            }
            let mut keys = HashSet::new();
            for wish in models {
                let Some(model) = &wish.model else {
                    let draft = Draft::warning(
                        "gpu-without-model",
                        wish.at,
                        "a GPU without `model` is asked for as the model `undefined`, which no provider has",
                    );
                    self.report(draft.hint(
                        "write `model: a100`, or `nvidia:` with nothing behind it for any model",
                    ));
                    continue;
                };
                if !keys.insert((model, &wish.ram, &wish.interface)) {
                    let draft = Draft::warning(
                        "duplicate-gpu-model",
                        wish.at,
                        format!(
                            "the model `{}` is listed twice, and the chain refuses that",
                            shown(model)
                        ),
                    );
                    self.report(draft.hint("delete one of the two"));
                }
                if !is_attribute_key(model) {
                    let draft = Draft::warning(
                        "odd-gpu-model",
                        wish.at,
                        format!(
                            "`{}` can't be the name of a GPU model on the chain",
                            shown(model)
                        ),
                    );
                    self.report(draft.hint("write it as providers do: small letters and digits, e.g. `rtx4090`, `h100`, `a100`"));
                } else if model.chars().any(|c| c.is_ascii_uppercase()) {
                    let right = model.to_ascii_lowercase();
                    let draft = Draft::warning(
                        "odd-gpu-model",
                        wish.at,
                        format!(
                            "providers write GPU models in small letters, so none may match `{}`",
                            shown(model)
                        ),
                    );
                    self.report(draft.hint(format!("write `model: {right}`")));
                }
            }
        }
    }

    fn placement_limits(&mut self, model: &Model, placement: &Placement) {
        let path = format!("/profiles/placement/{}", escaped(&placement.name));
        for (key, value) in &placement.attributes {
            if value.contains("[object Object]") {
                let draft = Draft::warning(
                    "odd-attribute",
                    key.span,
                    format!(
                        "the attribute `{}` must be text; this becomes `[object Object]`, which no provider declares",
                        shown(&key.value)
                    ),
                );
                self.report(
                    draft
                        .at(format!("{path}/attributes/{}", escaped(&key.value)))
                        .hint("write `name: value` on one line"),
                );
            }
        }
        for price in placement.pricing.iter().flatten() {
            let path = format!("{path}/pricing/{}", escaped(&price.profile.value));
            let used = model.compute(&price.profile.value).is_some();
            self.price_limits(price, &path, used);
        }
    }

    fn price_limits(&mut self, price: &Price, path: &str, used: bool) {
        match &price.denom {
            None => {
                let draft = Draft::warning(
                    "no-denom",
                    price.profile.span,
                    "`denom` is missing; the Console takes it for `uact`, other tools refuse the file",
                );
                self.report(draft.at(path).hint("add `denom: uact`"));
            }
            Some(denom) if denom.value != "uact" => {
                let name = if denom.value.starts_with("ibc/") {
                    "an IBC token".to_owned()
                } else {
                    format!("`{}`", shown(&denom.value))
                };
                let message = format!(
                    "the Console counts this price in `uact` (a millionth of a US dollar), not in {name}"
                );
                let draft =
                    Draft::warning("other-denom", denom.span, message).at(format!("{path}/denom"));
                let draft = draft.hint("write `denom: uact`, and check the amount: it is the most you pay per block of about six seconds");
                self.report(draft.fix("Write `uact`", vec![(denom.span, "uact".to_owned())]));
            }
            Some(_) => {}
        }
        let Some(amount) = price.amount.as_ref().filter(|_| used) else {
            return;
        };
        let fraction = amount
            .value
            .split_once('.')
            .map_or(0, |(_, fraction)| fraction.len());
        let path = format!("{path}/amount");
        let draft = |code, message: String| Draft::warning(code, amount.span, message).at(&path);
        if amount.value.contains('e') {
            let draft = draft(
                "chain-limit",
                format!("the chain can't read the amount `{}`", shown(&amount.value)),
            );
            self.report(draft.hint("write it with digits only, at most 10000000"));
        } else if fraction > 18 {
            let draft = draft(
                "chain-limit",
                format!(
                    "the chain takes at most 18 digits behind the point, and this amount has {fraction}"
                ),
            );
            self.report(draft.hint("round it"));
        } else if price.decimal() > PRICE.into() {
            let draft = draft(
                "chain-limit",
                format!(
                    "the chain refuses more than {PRICE} per block, and `{}` is more",
                    shown(&amount.value)
                ),
            );
            self.report(draft.hint("this is the most you pay per block of about six seconds; 10000 is usual for small services, 1000000 for large GPUs"));
        } else if price.decimal().is_zero() {
            let draft = draft(
                "zero-price",
                "with an amount of 0 no provider will offer anything".to_owned(),
            );
            self.report(draft.hint(
                "write the most you are ready to pay per block of about six seconds, e.g. `10000`",
            ));
        }
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
                    let draft = Draft::warning(
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
                    Draft::warning("chain-limit", at, message)
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

/// The unit that was probably meant by one that the Console and other tools read differently.
fn unit_meant(unit: &str) -> Option<String> {
    let lower = unit.to_ascii_lowercase();
    let first = lower.chars().next()?;
    let known = "kmgtpe".contains(first);
    let capital = if first == 'k' && !lower.starts_with("ki") {
        'k'
    } else {
        first.to_ascii_uppercase()
    };
    match (known, lower.get(1..)?) {
        (true, "")
            if unit == "k" || unit.starts_with(|c: char| c.is_ascii_uppercase() && c != 'K') =>
        {
            None
        }
        (true, "") if unit == "K" => Some("k".to_owned()),
        (true, "") if unit == "m" => Some("Mi".to_owned()),
        (true, "") => Some(format!("{}i", first.to_ascii_uppercase())),
        (true, "i")
            if unit.starts_with(|c: char| c.is_ascii_uppercase()) && unit.ends_with('i') =>
        {
            None
        }
        (true, "i" | "b" | "ib") => Some(format!("{}i", first.to_ascii_uppercase())),
        (true, _) => Some(format!("{capital}i")),
        (false, _) => Some("Mi".to_owned()),
    }
}

/// What may stand in an attribute's key: `[a-zA-Z][\w/.\-]{1,126}[\w*]?`, of which a model is a part.
fn is_attribute_key(part: &str) -> bool {
    !part.is_empty()
        && part.len() < 100
        && part
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '/' | '.' | '-' | '*'))
}
