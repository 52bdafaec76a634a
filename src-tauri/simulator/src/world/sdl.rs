//! Turns an SDL file into the groups and the manifest of a deployment.

use rust_decimal::Decimal;

use super::World;
use crate::{
    api_version::ApiChange,
    catalogue::GPUS,
    chain::{Group, GroupState, Model, OrderState, Resource, Spec, Volume},
    error::Error,
    providers::CONSOLE_AUDITOR,
};

/// An SDL file that the Console accepts.
pub(crate) struct ParsedSdl {
    /// The manifest derived from it.
    pub(crate) manifest: String,
    /// The SHA-256 of the manifest in base64.
    pub(crate) hash: String,
    /// The groups it asks for.
    pub(crate) groups: Vec<Group>,
}

impl World {
    /// Reads an SDL file as the Console does: it replaces every denomination by its own and requires its auditor. Errors
    /// are 400 with the Console's texts.
    pub(crate) fn parse_sdl(&self, text: &str) -> Result<ParsedSdl, Error> {
        let checked = akash_sdl::check(text);
        let Some(sdl) = checked.sdl else {
            let errors = checked
                .findings
                .iter()
                .filter(|finding| finding.severity == akash_sdl::Severity::Error);
            let texts: Vec<String> = errors
                .map(|finding| {
                    finding
                        .official
                        .clone()
                        .unwrap_or_else(|| finding.message.clone())
                })
                .collect();
            return Err(Error::bad_request(&format!(
                "Invalid SDL: {}",
                texts.join(", ")
            )));
        };
        let audited = self.has(ApiChange::AuditedOnly);
        let groups: Vec<Group> = sdl.groups().iter().map(|one| group(one, audited)).collect();
        if self.account.trial && self.has(ApiChange::TrialGpus) {
            self.check_trial_gpus(&groups)?;
        }
        let derived = sdl.derive(self.rules.derivation);
        Ok(ParsedSdl {
            manifest: derived.manifest,
            hash: derived.hash,
            groups,
        })
    }

    fn check_trial_gpus(&self, groups: &[Group]) -> Result<(), Error> {
        let models = groups
            .iter()
            .flat_map(|group| &group.spec.resources)
            .flat_map(|resource| &resource.models);
        for model in models {
            if let Some(kind) = GPUS
                .iter()
                .find(|kind| kind.model == model.model && !kind.on_trial)
            {
                let text = format!(
                    "Invalid SDL: Nvidia {} not available on free trial: Add funds to unlock GPU access",
                    kind.display
                );
                return Err(Error::bad_request(&text));
            }
        }
        Ok(())
    }
}

/// A group as the Console puts it on chain: with amounts in its own denomination, and with its auditor.
fn group(group: &akash_sdl::Group, audited: bool) -> Group {
    let mut any_of = group.signed_by.any_of.clone();
    if audited && !any_of.iter().any(|auditor| auditor == CONSOLE_AUDITOR) {
        any_of.push(CONSOLE_AUDITOR.to_owned());
    }
    let spec = Spec {
        attributes: group.attributes.clone().into_iter().collect(),
        all_of: group.signed_by.all_of.clone(),
        any_of,
        resources: group.resources.iter().map(resource).collect(),
    };
    Group {
        gseq: group.gseq,
        name: group.name.clone(),
        state: GroupState::Open,
        order: OrderState::Open,
        spec,
    }
}

fn resource(unit: &akash_sdl::ResourceUnit) -> Resource {
    let volume = |volume: &akash_sdl::Volume| Volume {
        name: volume.name.clone(),
        bytes: volume.bytes,
        class: volume.class.clone(),
        persistent: volume.persistent,
    };
    let model = |model: &akash_sdl::GpuModel| Model {
        vendor: model.vendor.clone(),
        model: model.model.clone(),
        ram: model.ram.clone(),
        interface: model.interface.clone(),
    };
    let kind = |kind| match kind {
        akash_sdl::EndpointKind::SharedHttp => 0,
        akash_sdl::EndpointKind::RandomPort => 1,
        akash_sdl::EndpointKind::LeasedIp => 2,
    };
    Resource {
        id: unit.id,
        count: unit.count,
        cpu: unit.cpu_milli,
        memory: unit.memory_bytes,
        storage: unit.storage.iter().map(volume).collect(),
        gpus: unit.gpu.as_ref().map_or(0, |gpu| gpu.units),
        models: unit
            .gpu
            .iter()
            .flat_map(|gpu| &gpu.models)
            .map(model)
            .collect(),
        endpoints: unit
            .endpoints
            .iter()
            .map(|endpoint| (kind(endpoint.kind), endpoint.sequence_number))
            .collect(),
        price: unit.price.amount,
    }
}

/// Whether two lists of groups need the same resources. Prices, endpoints and placement requirements may differ.
pub(crate) fn same_resources(one: &[Group], other: &[Group]) -> bool {
    let bare = |group: &Group| {
        let mut resources = group.spec.resources.clone();
        for resource in &mut resources {
            resource.price = Decimal::ZERO;
            resource.endpoints.clear();
        }
        (group.gseq, group.name.clone(), resources)
    };
    one.iter().map(bare).eq(other.iter().map(bare))
}
