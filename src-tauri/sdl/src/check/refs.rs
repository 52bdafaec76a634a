//! How the parts of a file fit together.

use std::collections::{HashMap, HashSet};

use super::Checker;
use super::limits::size::unit_meant;
use super::node_ref::shown;
use super::placement::{is_decimal, with_point};
use crate::draft::{Draft, Span};
use crate::edit::escaped;
use crate::model::{Amount, Compute, Model, Named, Placed, Service, Table, Text};
use crate::quantity::size_parts;
use crate::yaml::Limits;

impl Checker<'_> {
    /// Checks references between sections, and what the official code only notices when it derives the manifest.
    pub(super) fn refs(&mut self, model: &Model) {
        if self.is_exploded(model) {
            return;
        }
        self.undeployed_services(model);
        let mut reported = HashSet::new();
        let mut tees: HashMap<&str, &Text> = HashMap::new();
        for service in model.services() {
            for placed in placed(model, &service.name) {
                let Some(compute) = self.placed_refs(model, &service.name, placed) else {
                    continue;
                };
                self.quantities(compute, &mut reported);
                self.gpu_rules(compute, &mut reported);
                self.volumes(model, service, compute, &mut reported);
                self.tee(service, compute, placed, &mut tees, &mut reported);
            }
        }
        for deployed in model.deployments() {
            let name = &deployed.service;
            if model
                .services
                .as_ref()
                .is_some_and(|services| services.get(&name.value).is_none())
            {
                self.unknown_service(model, name);
                for placed in placed(model, &name.value) {
                    self.placed_refs(model, &name.value, placed);
                }
            }
        }
        self.endpoint_refs(model);
        self.interconnects(model);
    }

    /// Whether services in many placements, or hosts at many targets, blow the manifest up beyond bounds; says so.
    fn is_exploded(&mut self, model: &Model) -> bool {
        let mut weight = 0_u64;
        for deployed in model.deployments() {
            let service = model
                .service(&deployed.service.value)
                .map_or(0, |service| service.weight);
            for placed in deployed.placements.iter().flatten() {
                let profile = placed.profile.as_ref();
                let compute = profile.and_then(|profile| model.compute(&profile.value));
                weight =
                    weight.saturating_add(service + compute.map_or(0, |compute| compute.weight));
            }
            if weight > Limits::BYTES {
                let name = shown(&deployed.service.value);
                let draft = Draft::error(
                    "too-much-repetition",
                    deployed.service.span,
                    format!(
                        "with `{name}` in all these placements the deployment grows beyond all bounds"
                    ),
                );
                self.report(draft.hint("split it into several deployments"));
                return true;
            }
        }
        false
    }

    fn undeployed_services(&mut self, model: &Model) {
        let Some(deployments) = &model.deployments else {
            return;
        };
        for service in model.services() {
            let renamed = deployments
                .names()
                .filter(|name| model.service(name).is_none());
            if deployments.get(&service.name).is_some() {
                continue;
            }
            // A slip in the name is reported once, where `deployment` names a service that is not there.
            if self.nearest(&service.name, renamed).is_some() {
                continue;
            }
            let name = shown(&service.name);
            let make = if is_inherited(&service.name) {
                Draft::warning
            } else {
                Draft::error
            };
            let draft = make(
                "service-not-deployed",
                service.at,
                format!(
                    "the service `{name}` does not stand under `deployment`, so it would not run"
                ),
            )
            .at(format!("/services/{}", escaped(&service.name)))
            .hint(format!(
                "add `{name}:` under `deployment`, with a placement, its `profile` and `count: 1`"
            ))
            .official(format!(
                "Service \"{}\" is not defined at \"/deployment\" section.",
                service.name
            ));
            self.report(draft);
        }
    }

    fn unknown_service(&mut self, model: &Model, name: &Text) {
        let names = model.services.iter().flat_map(Table::names);
        let undeployed = names.filter(|name| model.deployed(name).is_none());
        let near = self.nearest(&name.value, undeployed);
        let hint = near.map_or_else(
            || "describe it under `services`, or delete it here".to_owned(),
            |near| format!("did you mean `{}`?", shown(near)),
        );
        let draft = Draft::error(
            "unknown-service",
            name.span,
            format!(
                "there is no service `{}` under `services`",
                shown(&name.value)
            ),
        )
        .at(format!("/deployment/{}", escaped(&name.value)))
        .hint(hint)
        .official("Cannot read properties of undefined (reading 'credentials')");
        self.report(draft.maybe_fix(near.map(|near| replace(name.span, near))));
    }

    /// Checks the placement, the profile and the price; returns the profile.
    fn placed_refs<'m>(
        &mut self,
        model: &'m Model,
        service: &str,
        placed: &Placed,
    ) -> Option<&'m Compute> {
        let path = format!(
            "/deployment/{}/{}",
            escaped(service),
            escaped(&placed.placement.value)
        );
        let placement = model.placement(&placed.placement.value);
        if placement.is_none() && model.placements.is_some() {
            let near = self.nearest(
                &placed.placement.value,
                model.placements.iter().flat_map(Table::names),
            );
            let name = shown(&placed.placement.value);
            let draft = Draft::error(
                "unknown-placement",
                placed.placement.span,
                format!("there is no placement `{name}` under `profiles: placement`"),
            )
            .at(&path)
            .hint(did_you_mean(
                near,
                model.placements(),
                "describe it under `profiles: placement`",
            ))
            .official(format!(
                "The placement \"{}\" is not defined in the \"placement\" section.",
                placed.placement.value
            ));
            self.report(draft.maybe_fix(near.map(|near| replace(placed.placement.span, near))));
        }
        let profile = placed.profile.as_ref()?;
        let compute = model.compute(&profile.value);
        let name = shown(&profile.value);
        let path = format!("{path}/profile");
        if compute.is_none() && model.computes.is_some() {
            let near = self.nearest(&profile.value, model.computes.iter().flat_map(Table::names));
            let draft = Draft::error("unknown-profile", profile.span, format!("there is no compute profile `{name}` under `profiles: compute`"))
                .at(path)
                .hint(did_you_mean(near, model.computes(), "describe it under `profiles: compute`"))
                .official(format!("The compute requirements for the \"{}\" profile are not defined in the \"compute\" section.", profile.value));
            self.report(draft.maybe_fix(near.map(|near| replace(profile.span, near))));
            // That it has no price either follows from the same slip.
            return None;
        }
        if let Some((placement, prices)) = placement
            .and_then(|placement| placement.pricing.as_ref().map(|prices| (placement, prices)))
            && !prices
                .iter()
                .any(|price| price.profile.value == profile.value)
        {
            let slip = prices
                .iter()
                .filter(|price| model.compute(&price.profile.value).is_none());
            let slip = slip.clone().find(|price| {
                self.nearest(&price.profile.value, [profile.value.as_str()])
                    .is_some()
            });
            let official = format!(
                "The pricing for the \"{}\" profile is not defined in the \"{}\" placement.",
                profile.value, placement.name
            );
            let place = format!("/profiles/placement/{}/pricing", escaped(&placement.name));
            let draft = match slip {
                Some(price) => Draft::error(
                    "unknown-profile",
                    price.profile.span,
                    format!(
                        "this price is for `{}`, but the profile is called `{name}`",
                        shown(&price.profile.value)
                    ),
                )
                .hint(format!("write `{name}`"))
                .maybe_fix(Some(replace(price.profile.span, &profile.value))),
                None => Draft::error(
                    "missing-price",
                    placement.pricing_at,
                    format!(
                        "there is no price for the profile `{name}` in the placement `{}`",
                        shown(&placement.name)
                    ),
                )
                .hint(format!(
                    "add `{name}:` under `pricing`, with `denom: uact` and `amount: 10000`"
                )),
            };
            self.report(
                draft
                    .at(place)
                    .official(official)
                    .related(profile.span, "the profile is used here"),
            );
        }
        compute
    }

    /// Quantities that the official code can't turn into numbers, in profiles that are used.
    fn quantities<'m>(
        &mut self,
        compute: &'m Compute,
        reported: &mut HashSet<(&'static str, &'m str, &'m str)>,
    ) {
        if !reported.insert(("quantities", &compute.name, "")) {
            return;
        }
        if let Some(cpu) = compute.cpu.as_ref().filter(|cpu| cpu.quantity.is_none()) {
            let draft = Draft::error(
                "bad-cpu",
                cpu.text.span,
                format!(
                    "`{}` can't be read as a number of CPU cores",
                    shown(&cpu.text.value)
                ),
            );
            let draft = draft.at(&cpu.path).hint("write it without an exponent, e.g. `0.5`, or as thousandths of a core, e.g. `500m`");
            self.report(draft.official(format!(
                "Invalid size string: {}",
                cpu.text.value.to_lowercase()
            )));
        }
        let volumes = compute
            .storage
            .iter()
            .flatten()
            .filter_map(|volume| volume.size.as_ref());
        for size in compute
            .memory
            .iter()
            .chain(volumes)
            .filter(|size| size.quantity.is_none())
        {
            let draft = bad_size(size);
            self.report(draft);
        }
        let units = compute.gpu.as_ref().and_then(|gpu| gpu.units.as_ref());
        if let Some(units) = units.filter(|units| units.quantity.is_none()) {
            let draft = Draft::error(
                "bad-gpu-units",
                units.text.span,
                format!(
                    "`units` must be a whole number of GPUs, not `{}`",
                    shown(&units.text.value)
                ),
            )
            .at(&units.path)
            .hint("write how many GPUs are needed, e.g. `1`")
            .official(format!("Cannot convert {} to a BigInt", units.text.value));
            self.report(draft);
        }
    }

    fn gpu_rules<'m>(
        &mut self,
        compute: &'m Compute,
        reported: &mut HashSet<(&'static str, &'m str, &'m str)>,
    ) {
        let Some(gpu) = compute.gpu.as_ref().filter(|gpu| gpu.asked()) else {
            return;
        };
        if !reported.insert(("gpu", &compute.name, "")) {
            return;
        }
        let path = format!("/profiles/compute/{}/resources/gpu", escaped(&compute.name));
        let hint = "write `vendor:` and below it `nvidia:`, each indented by two more spaces; `nvidia:` alone means any model";
        match (&gpu.attributes, &gpu.units) {
            (None, Some(units)) => {
                let draft = Draft::error("gpu-without-models", units.text.span, format!("`units: \"{}\"` asks for GPUs as far as the Console goes, but no models are named", shown(&units.text.value)))
                    .at(path)
                    .hint("without GPUs delete `gpu`, or write `units: 0` without quotes")
                    .official("GPU must have attributes if units is not 0.");
                self.report(draft.maybe_fix(Some((
                    "Write `0`".to_owned(),
                    vec![(units.text.span, "0".to_owned())],
                ))));
            }
            (Some(attributes), _) if !attributes.has_vendor => {
                let draft = Draft::error(
                    "no-gpu-vendor",
                    attributes.at,
                    "`attributes` do not say whose GPUs",
                )
                .at(format!("{path}/attributes"));
                self.report(
                    draft
                        .hint(hint)
                        .official("GPU must specify a vendor if units is not 0."),
                );
            }
            _ => {}
        }
    }

    fn tee<'m>(
        &mut self,
        service: &'m Service,
        compute: &'m Compute,
        placed: &'m Placed,
        tees: &mut HashMap<&'m str, &'m Text>,
        reported: &mut HashSet<(&'static str, &'m str, &'m str)>,
    ) {
        let Some(tee) = service
            .params
            .as_ref()
            .and_then(|params| params.tee.as_ref())
        else {
            return;
        };
        let path = format!("/services/{}/params/tee", escaped(&service.name));
        let has_gpu =
            compute.gpu_broken || compute.gpu.as_ref().is_some_and(crate::model::Gpu::asked);
        if tee.value == "cpu-gpu"
            && !has_gpu
            && reported.insert(("tee", &service.name, &compute.name))
        {
            let draft = Draft::error(
                "tee-without-gpu",
                tee.span,
                format!(
                    "`tee: cpu-gpu` needs a GPU, but the profile `{}` has none",
                    shown(&compute.name)
                ),
            )
            .at(&path)
            .hint("write `tee: cpu`, or add `gpu` to the profile")
            .related(compute.at, "the profile stands here")
            .official(format!(
                "Service \"{}\" tee type requires gpu resources.",
                service.name
            ));
            self.report(draft.fix("Write `cpu`", vec![(tee.span, "cpu".to_owned())]));
        }
        match tees.get(placed.placement.value.as_str()) {
            None => drop(tees.insert(&placed.placement.value, tee)),
            Some(first) if first.value != tee.value => {
                let name = &placed.placement.value;
                let draft = Draft::error("tee-conflict", tee.span, format!("the placement `{}` can have one kind of `tee` only, and another service in it asks for `{}`", shown(name), first.value))
                    .at(path)
                    .hint("write the same `tee` for both, or deploy them in two placements")
                    .related(first.span, "the other one")
                    .official(format!("conflicting tee types in placement group \"{name}\": \"{}\" and \"{}\"", first.value, tee.value));
                self.report(draft);
            }
            Some(_) => {}
        }
    }
}

/// A size that has no meaning, with what was probably meant.
fn bad_size(size: &Amount) -> Draft {
    let value = size.text.value.trim();
    let draft = Draft::error(
        "bad-size",
        size.text.span,
        format!("`{}` is not a size", shown(&size.text.value)),
    )
    .at(&size.path)
    .official(format!(
        "Invalid size string: {}",
        size.text.value.to_lowercase()
    ));
    let compact: String = value
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '_')
        .collect();
    let digits = !compact.is_empty() && compact.bytes().all(|b| b.is_ascii_digit());
    // A number so large is one of bytes.
    let bytes = compact.parse::<u64>().unwrap_or(u64::MAX) >= 1 << 20;
    let (hint, fixed) = if digits && bytes {
        (
            "write the size with a unit: `Mi` (1024 · 1024 bytes) or `Gi`".to_owned(),
            None,
        )
    } else if digits {
        (
            format!("write a unit behind it: `{compact}Mi` or `{compact}Gi`"),
            Some(format!("{compact}Mi")),
        )
    } else if value.starts_with('-') {
        (
            "a size can't be negative; write e.g. `512Mi`".to_owned(),
            None,
        )
    } else if let Some(right) = size_meant(&compact) {
        (format!("write `{right}`"), Some(right))
    } else {
        (
            "write digits and a unit, without spaces: `512Mi` (1024 · 1024 bytes), `2Gi`, `1.5Ti`"
                .to_owned(),
            None,
        )
    };
    let draft = draft.hint(hint);
    match fixed {
        Some(fixed) => draft.fix(format!("Write `{fixed}`"), vec![(size.text.span, fixed)]),
        None => draft,
    }
}

/// The size that was meant by one with a comma or an odd unit, so that no more need be said of it.
fn size_meant(compact: &str) -> Option<String> {
    let text = with_point(compact)?;
    let parts = size_parts(&text).filter(|parts| is_decimal(parts.number))?;
    let known = parts
        .unit
        .starts_with(|c: char| "kmgtpe".contains(c.to_ascii_lowercase()));
    let right = match unit_meant(parts.unit) {
        Some(unit) => format!("{}{unit}", parts.number),
        None => text.clone(),
    };
    known.then_some(right)
}

fn placed<'m>(model: &'m Model, service: &str) -> &'m [Placed] {
    model
        .deployed(service)
        .and_then(|deployed| deployed.placements.as_deref())
        .unwrap_or_default()
}

/// Names that every JavaScript object has, so that the Console takes a service of that name for deployed.
fn is_inherited(name: &str) -> bool {
    const NAMES: [&str; 12] = [
        "__defineGetter__",
        "__defineSetter__",
        "__lookupGetter__",
        "__lookupSetter__",
        "__proto__",
        "constructor",
        "hasOwnProperty",
        "isPrototypeOf",
        "propertyIsEnumerable",
        "toLocaleString",
        "toString",
        "valueOf",
    ];
    NAMES.contains(&name)
}

fn did_you_mean<T: Named>(near: Option<&str>, all: &[T], otherwise: &str) -> String {
    match (near, all) {
        (Some(near), _) => format!("did you mean `{}`?", shown(near)),
        (None, []) => otherwise.to_owned(),
        (None, all) => {
            let names: Vec<_> = all
                .iter()
                .take(5)
                .map(|item| format!("`{}`", shown(item.name())))
                .collect();
            let more = if all.len() > names.len() { ", …" } else { "" };
            format!("{otherwise}; there are: {}{more}", names.join(", "))
        }
    }
}

pub(super) fn replace(span: Span, name: &str) -> (String, Vec<(Span, String)>) {
    let plain = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    let reserved = ["true", "false", "null"].contains(&name.to_ascii_lowercase().as_str());
    let text = if plain && !reserved {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
    };
    (format!("Write `{}`", shown(name)), vec![(span, text)])
}
