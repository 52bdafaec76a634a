//! From a file to what is put on chain.

use rust_decimal::Decimal;

use super::{Group, GroupState, Model, OrderState, Resource, Spec, Volume};
use crate::{
    edition::Since,
    error::Error,
    world::{World, catalogue::GPUS, providers::CONSOLE_AUDITOR},
};

/// A file the Console took.
pub(crate) struct Order {
    /// The manifest made of it.
    pub(crate) manifest: String,
    /// SHA-256 of the manifest in base64.
    pub(crate) hash: String,
    /// What it asks for.
    pub(crate) groups: Vec<Group>,
}

impl World {
    /// Reads an SDL as the Console does: refuses it with its texts, or replaces every denomination and demands the auditor.
    pub(crate) fn order(&self, text: &str) -> Result<Order, Error> {
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
        let audited = self.has(Since::AuditedOnly);
        let groups: Vec<Group> = sdl.groups().iter().map(|one| group(one, audited)).collect();
        if self.account.trial && self.has(Since::TrialGpus) {
            self.fit_for_trial(&groups)?;
        }
        let derived = sdl.derive(self.rules.derivation);
        Ok(Order {
            manifest: derived.manifest,
            hash: derived.hash,
            groups,
        })
    }

    fn fit_for_trial(&self, groups: &[Group]) -> Result<(), Error> {
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

/// A group as the Console puts it on chain: amounts in its own denomination, its auditor demanded.
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

/// Whether two orders ask for the same: prices and placements are not compared, only what runs.
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
