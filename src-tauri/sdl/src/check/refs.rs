//! How the parts of a file fit together.

use std::collections::{HashMap, HashSet};

use super::Checker;
use super::spot::shown;
use crate::draft::{Draft, Span};
use crate::model::{Amount, Compute, Model, Named, Placed, Service, Table, Text};
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
                self.volumes(service, compute, &mut reported);
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

    fn volumes<'m>(
        &mut self,
        service: &'m Service,
        compute: &'m Compute,
        reported: &mut HashSet<(&'static str, &'m str, &'m str)>,
    ) {
        let Some(volumes) = &compute.storage else {
            return;
        };
        if !reported.insert(("volumes", &service.name, &compute.name)) {
            return;
        }
        let empty = Vec::new();
        let mounts = service
            .params
            .as_ref()
            .map_or(&empty, |params| &params.mounts);
        let path = format!("/services/{}/params/storage", escaped(&service.name));
        let named: HashSet<&str> = volumes
            .iter()
            .filter_map(|volume| volume.name.as_ref())
            .map(|name| name.value.as_str())
            .collect();
        let mounted: HashMap<&str, _> = mounts
            .iter()
            .map(|mount| (mount.volume.value.as_str(), mount))
            .collect();
        let mut slips = HashSet::new();
        let mut taken: HashMap<&str, &Text> = HashMap::new();
        for mount in mounts {
            let name = &mount.volume.value;
            if !named.contains(name.as_str()) {
                let names = volumes.iter().filter_map(|volume| volume.name.as_ref());
                let unmounted = names
                    .map(|name| name.value.as_str())
                    .filter(|name| !mounted.contains_key(name));
                let near = self.nearest(name, unmounted);
                slips.extend(near);
                let hint = match (near, volumes.as_slice()) {
                    (Some(near), _) => format!("did you mean `{}`?", shown(near)),
                    (None, [only]) if only.name.is_none() => format!(
                        "give the volume this name: `name: {}` beside its `size`",
                        shown(name)
                    ),
                    _ => format!(
                        "add a volume with `name: {}` and a `size` there, or delete this entry",
                        shown(name)
                    ),
                };
                let draft = Draft::error(
                    "unknown-volume",
                    mount.volume.span,
                    format!(
                        "the profile `{}` has no volume `{}`",
                        shown(&compute.name),
                        shown(name)
                    ),
                )
                .at(format!("{path}/{}", escaped(name)))
                .hint(hint)
                .related(compute.storage_at, "its volumes stand here")
                .official(format!(
                    "Service \"{}\" references non-existing compute volume \"{name}\".",
                    service.name
                ));
                self.report(draft.maybe_fix(near.map(|near| replace(mount.volume.span, near))));
                continue;
            }
            let place = mount
                .mount
                .as_ref()
                .map_or("", |mount| mount.value.as_str());
            if let Some(other) = taken.get(place) {
                let draft = match &mount.mount {
                    Some(mounted) => Draft::error("mount-taken", mounted.span, format!("`{}` is already where the volume `{}` is mounted", shown(place), shown(&other.value)))
                        .at(format!("{path}/{}/mount", escaped(name)))
                        .hint("mount each volume at a path of its own")
                        .official(format!("Mount \"{place}\" already in use by volume \"{}\".", other.value)),
                    None => Draft::error("several-roots", mount.volume.span, format!("neither `{}` nor `{}` says where it is mounted, and only one volume can be the root", shown(&other.value), shown(name)))
                        .at(format!("{path}/{}", escaped(name)))
                        .hint("write `mount: /path` below it")
                        .official("Multiple root ephemeral storages are not allowed."),
                };
                self.report(draft.related(other.span, "the other one"));
            }
            taken.insert(place, &mount.volume);
        }
        for volume in volumes.iter().filter(|volume| volume.persistent()) {
            let label = volume.label();
            // The official check looks for the name as written, and for "" where there is none.
            let written = volume.name.as_ref().map_or("", |name| name.value.as_str());
            let mount = mounted.get(written);
            let settled = mount.is_some_and(|mount| mount.mount.is_some() || mount.broken);
            if settled || service.mounts_broken || slips.contains(label) {
                continue;
            }
            let message = format!(
                "the persistent volume `{}` is not mounted in the service `{}`",
                shown(label),
                shown(&service.name)
            );
            let hint = if volume.name.is_none() {
                "give the volume a `name`, and mount it in the service: `params: storage: NAME: mount: /path`".to_owned()
            } else if mount.is_some() {
                "write `mount: /path` below it: the folder whose files are to last".to_owned()
            } else {
                format!(
                    "add to the service: `params:`, `storage:`, `{}:`, `mount: /path`, each on a line of its own and indented by two more spaces",
                    shown(label)
                )
            };
            let draft = Draft::error("volume-not-mounted", mount.map_or(service.at, |mount| mount.volume.span), message)
                .at(format!("{path}/{}", escaped(label)))
                .hint(hint)
                .related(volume.at, "the volume stands here")
                .official(format!("Persistent storage \"{label}\" requires a mount path in /services/{}/params/storage/{label}/mount.", service.name));
            self.report(draft);
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

    fn endpoint_refs(&mut self, model: &Model) {
        let mut used = HashSet::new();
        let mut slips = HashSet::new();
        let mut ports: HashMap<(String, u16, String), (&str, Span)> = HashMap::new();
        for service in model.services() {
            for expose in &service.exposes {
                for (index, to) in expose.to.iter().enumerate() {
                    let Some(ip) = &to.ip else { continue };
                    used.insert(ip.value.as_str());
                    let path = format!("{}/to/{index}/ip", expose.path);
                    if model
                        .endpoints
                        .as_ref()
                        .is_some_and(|endpoints| endpoints.get(&ip.value).is_none())
                    {
                        let near =
                            self.nearest(&ip.value, model.endpoints.iter().flat_map(Table::names));
                        slips.extend(near);
                        let name = shown(&ip.value);
                        let hint = near.map_or_else(
                            || format!("declare it at the end of the file: `endpoints:`, below it `{name}:`, below that `kind: ip`"),
                            |near| format!("did you mean `{}`?", shown(near)),
                        );
                        let draft = Draft::error("unknown-endpoint", ip.span, format!("there is no endpoint `{name}` under `endpoints`"))
                            .at(&path)
                            .hint(hint)
                            .official(format!("Unknown endpoint \"{}\" for service \"{}\". Add it to the \"endpoints\" section.", ip.value, service.name));
                        self.report(draft.maybe_fix(near.map(|near| replace(ip.span, near))));
                    }
                    if expose.port.is_none() {
                        continue;
                    }
                    let key = (ip.value.clone(), expose.outside(), expose.proto.clone());
                    if let Some((other, span)) = ports.get(&key) {
                        let draft = Draft::error("ip-port-taken", ip.span, format!("port {} ({}) of the endpoint `{}` is already taken by the service `{}`", key.1, key.2, shown(&ip.value), shown(other)))
                            .at(&path)
                            .hint("use another port (`as: …`) or another endpoint")
                            .related(*span, "taken here")
                            .official(format!("IP endpoint \"{}\" port {} protocol {} already in use by service \"{other}\".", key.0, key.1, key.2));
                        self.report(draft);
                    }
                    ports.insert(key, (&service.name, ip.span));
                }
            }
        }
        if model.services.is_none() {
            return;
        }
        for endpoint in model.endpoints() {
            if used.contains(endpoint.value.as_str()) || slips.contains(endpoint.value.as_str()) {
                continue;
            }
            let name = shown(&endpoint.value);
            let draft = Draft::error(
                "unused-endpoint",
                endpoint.span,
                format!("no service uses the endpoint `{name}`"),
            )
            .at(format!("/endpoints/{}", escaped(&endpoint.value)))
            .hint(format!(
                "write `ip: {name}` beside `global: true` in an `expose`, or delete the endpoint"
            ))
            .official(format!(
                "Endpoint \"{}\" declared but never used.",
                endpoint.value
            ));
            self.report(draft);
        }
    }

    /// A group of GPUs that talk to each other needs providers that can do so, and one way to name it per placement.
    fn interconnects(&mut self, model: &Model) {
        let mut forms: HashMap<&str, (Option<&Compute>, Option<&Compute>)> = HashMap::new();
        let mut capable = HashSet::new();
        for deployed in model.deployments() {
            for placed in deployed.placements.iter().flatten() {
                let compute = placed
                    .profile
                    .as_ref()
                    .and_then(|profile| model.compute(&profile.value));
                let Some((compute, attributes)) = compute.and_then(|compute| {
                    let gpu = compute.gpu.as_ref().filter(|gpu| gpu.asked())?;
                    Some((
                        compute,
                        gpu.attributes
                            .as_ref()
                            .filter(|attributes| attributes.interconnect.is_some())?,
                    ))
                }) else {
                    continue;
                };
                let name = placed.placement.value.as_str();
                let form = forms.entry(name).or_default();
                let slot = if attributes.interconnect_implicit {
                    &mut form.0
                } else {
                    &mut form.1
                };
                slot.get_or_insert(compute);
                let Some(placement) = model.placement(name) else {
                    continue;
                };
                let has = placement.attributes.iter().any(|(key, value)| {
                    key.value == "capabilities/gpu-interconnect" && value == "true"
                });
                if !has && capable.insert((name, compute.name.as_str())) {
                    let draft = Draft::error("interconnect-not-required", attributes.interconnect.as_ref().map_or(attributes.at, |group| group.span), format!("the profile `{}` connects GPUs with each other, but the placement `{}` does not ask for providers that can", shown(&compute.name), shown(name)))
                        .at(format!("/profiles/placement/{}/attributes", escaped(name)))
                        .hint("add `capabilities/gpu-interconnect: \"true\"` to the placement's `attributes`")
                        .related(placement.at, "the placement stands here")
                        .official(format!("Service \"{}\" uses interconnect profile \"{}\" under placement \"{name}\" but placement does not require capabilities/gpu-interconnect=true.", deployed.service.value, compute.name));
                    self.report(draft);
                }
            }
        }
        let mut mixed: Vec<_> = forms
            .into_iter()
            .filter_map(|(name, (a, b))| Some((name, a?, b?)))
            .collect();
        mixed.sort_by_key(|(name, ..)| *name);
        for (name, implicit, explicit) in mixed {
            let at = implicit.gpu.as_ref().map_or(implicit.at, |gpu| gpu.at);
            let draft = Draft::error("interconnect-mixed", at, format!("in the placement `{}` some profiles write `interconnect: []` and others name a group", shown(name)))
                .at(format!("/profiles/compute/{}/resources/gpu/attributes/interconnect", escaped(&implicit.name)))
                .hint("use one way for the whole placement")
                .related(explicit.at, "this profile names a group")
                .official(format!("Placement \"{name}\" mixes implicit \"interconnect: []\" (profile \"{}\") and explicit \"interconnect: {{ group: ... }}\" (profile \"{}\"); use one form across the placement.", implicit.name, explicit.name));
            self.report(draft);
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
    let compact = compact.replace(',', ".");
    let digits = !compact.is_empty() && compact.bytes().all(|b| b.is_ascii_digit());
    let (hint, fixed) = if digits {
        (
            format!("write a unit behind it: `{compact}Mi` or `{compact}Gi`"),
            Some(format!("{compact}Mi")),
        )
    } else if value.starts_with('-') {
        (
            "a size can't be negative; write e.g. `512Mi`".to_owned(),
            None,
        )
    } else if crate::quantity::size(&compact).is_some() {
        (format!("write `{compact}`"), Some(compact))
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

fn replace(span: Span, name: &str) -> (String, Vec<(Span, String)>) {
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

/// A name as a part of a JSON pointer.
pub(super) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
