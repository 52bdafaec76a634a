//! Leased IPs, and GPUs that are connected with each other.

use std::collections::{HashMap, HashSet};

use super::Checker;
use super::node_ref::shown;
use super::refs::replace;
use crate::draft::{Draft, Span};
use crate::edit::escaped;
use crate::model::{Compute, Model, Table};

impl Checker<'_> {
    pub(super) fn endpoint_refs(&mut self, model: &Model) {
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
    pub(super) fn interconnects(&mut self, model: &Model) {
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
