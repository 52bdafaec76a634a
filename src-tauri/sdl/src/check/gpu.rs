//! `gpu` of a compute profile.

use std::collections::HashMap;

use super::Checker;
use super::compute::is_zero;
use super::gpu_names;
use super::node_ref::{Edits, Expected, NodeRef, shown};
use crate::draft::Draft;
use crate::model::{Gpu, GpuAttributes, GpuWish, Name, Text};
use crate::quantity;
use crate::yaml::Kind;

/// From so many models on a list gets no fixes.
const MANY: usize = 100;
/// What to write where a number stands that could be several models.
const WHOLE_NAME: &str = "write the whole name that providers give it, e.g.";

impl Checker<'_> {
    pub(super) fn gpu(&mut self, node_ref: &NodeRef<'_>) -> Option<Gpu> {
        if node_ref.node.map().is_none() {
            let mut draft = self.type_draft(node_ref, Expected::Mapping);
            if let Kind::Num(_) | Kind::Str(_) = node_ref.node.kind {
                draft = draft.hint(format!("write `units: {}` below it, indented by two spaces, and `attributes` with the models", shown(&node_ref.node.js_string())));
            }
            self.report(draft);
            return None;
        }
        let mut gpu = Gpu {
            at: node_ref.head(self.text),
            ..Gpu::default()
        };
        let meant = self.unknown(node_ref, "gpu", &["units", "attributes"]);
        let units = node_ref.get("units");
        let mut broken = false;
        if let Some(units) = &units {
            match units.node.kind {
                Kind::Num(_) | Kind::Str(_) => {
                    let is_text = units.node.str().is_some();
                    gpu.units = Some(self.amount_of(
                        units,
                        units.node.js_string(),
                        is_text,
                        quantity::gpus,
                    ));
                }
                _ => {
                    let draft = self.type_draft(units, Expected::Whole).hint(
                        "write how many GPUs are needed, e.g. `1`; without GPUs delete `gpu`",
                    );
                    self.report(draft);
                    broken = true;
                }
            }
        }
        let attributes = node_ref.get("attributes");
        if let Some(attributes) = &attributes {
            gpu.attributes = self.gpu_attributes(attributes);
            broken |= gpu.attributes.is_none();
        }
        let positive = match units.as_ref().map(|units| &units.node.kind) {
            Some(Kind::Num(number)) => *number > 0.0,
            Some(Kind::Str(text)) => !is_zero(text),
            _ => false,
        };
        if broken {
            return None;
        }
        match (&units, &attributes) {
            (Some(_), None) if positive && !meant.contains(&"attributes") => {
                let draft = Draft::error("missing-field", node_ref.head(self.text), "`attributes` is missing in `gpu`: it says which models will do")
                    .at(&node_ref.path)
                    .hint("add `attributes:`, `vendor:` and `nvidia:` below `units`, each indented by two more spaces; `nvidia:` alone means any model")
                    .official(format!("Missing required field: \"attributes\" at \"{}\".", node_ref.path));
                let fix = self
                    .insertion(node_ref, "attributes: {vendor: {nvidia: }}")
                    .map(|edits| ("Ask for any NVIDIA model".to_owned(), edits));
                self.report(draft.maybe_fix(fix));
            }
            (None, Some(_)) if !meant.contains(&"units") => {
                self.missing(node_ref, "units", "units: 1", Some("units: 1"));
            }
            (Some(units), Some(_)) if !positive => {
                let draft = Draft::error("gpu-zero-with-models", units.value_span(self.text), "`units` is 0, but `attributes` name GPU models")
                    .at(&units.path)
                    .hint("write how many GPUs are needed, e.g. `1`; without GPUs delete `gpu` with all that is below it")
                    .official(units.official_rule("must be greater than 0."));
                self.report(
                    draft.maybe_fix(
                        units
                            .is_written()
                            .then(|| ("Write `1`".to_owned(), vec![(units.span, "1".to_owned())])),
                    ),
                );
            }
            _ => return Some(gpu),
        }
        None
    }

    fn gpu_attributes(&mut self, node_ref: &NodeRef<'_>) -> Option<GpuAttributes> {
        self.mapping(node_ref)?;
        self.unknown(node_ref, "gpu attributes", &["vendor", "interconnect"]);
        let mut attributes = GpuAttributes {
            at: node_ref.head(self.text),
            ..GpuAttributes::default()
        };
        if let Some(interconnect) = node_ref.get("interconnect") {
            self.interconnect(&interconnect, &mut attributes);
        }
        let Some(vendor) = node_ref.get("vendor") else {
            return Some(attributes);
        };
        attributes.has_vendor = true;
        let map = self.mapping(&vendor)?;
        if map.is_empty() {
            let draft = Draft::error(
                "no-gpu-vendor",
                vendor.head(self.text),
                "`vendor` names none",
            )
            .at(&vendor.path);
            let draft = draft
                .hint("write `nvidia:` below it; alone it means any model")
                .official(vendor.official_rule("must have at least 1 property."));
            let fix = (
                "Write `nvidia`".to_owned(),
                vec![(vendor.span, self.after_colon(&vendor, "{nvidia: }"))],
            );
            self.report(draft.maybe_fix(vendor.is_written().then_some(fix)));
            return None;
        }
        self.unknown(&vendor, "gpu vendor", &["nvidia"]);
        let nvidia = vendor.get("nvidia")?;
        let models = match &nvidia.node.kind {
            Kind::Null => None,
            Kind::Seq(items) => {
                let spots: Vec<NodeRef<'_>> = items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| nvidia.item(index, item))
                    .collect();
                // Nobody lists so many by hand, and each takes a look at all names.
                let few = spots.get(..spots.len().min(MANY)).unwrap_or_default();
                let keys: Vec<_> = few
                    .iter()
                    .map(|node_ref| self.wish_meant(node_ref))
                    .collect();
                let mut counts = HashMap::new();
                for key in &keys {
                    *counts.entry(key).or_insert(0_usize) += 1;
                }
                let alone = |index: usize| {
                    spots.len() <= MANY
                        && keys.get(index).and_then(|key| counts.get(key)) == Some(&1)
                };
                let models: Vec<GpuWish> = spots
                    .iter()
                    .enumerate()
                    .filter_map(|(index, node_ref)| self.gpu_model(node_ref, alone(index)))
                    .collect();
                attributes.models_broken = models.len() < items.len();
                Some(models)
            }
            Kind::Str(_) | Kind::Num(_) => {
                let written = nvidia.node.js_string();
                let name = self.model_meant(&written);
                if self.is_number(&nvidia, &name) {
                    let draft = self.type_draft(&nvidia, Expected::List);
                    self.report(
                        draft
                            .hint(format!("{WHOLE_NAME} `- model: rtx4090`"))
                            .maybe_fix(None),
                    );
                    return None;
                }
                let draft = self
                    .type_draft(&nvidia, Expected::List)
                    .hint(format!(
                        "write each model as a list item: `- model: {}`",
                        shown(&name)
                    ))
                    .maybe_fix(None);
                let fix = (
                    format!("Write `model: {}`", shown(&name)),
                    vec![(nvidia.span, format!("[{{model: {}}}]", word(&name)))],
                );
                self.report(draft.maybe_fix(nvidia.is_written().then_some(fix)));
                return None;
            }
            _ => {
                let draft = self
                    .type_draft(&nvidia, Expected::List)
                    .hint("write each model as a list item: `- model: a100`");
                self.report(draft);
                return None;
            }
        };
        attributes.vendors.push(("nvidia".to_owned(), models));
        Some(attributes)
    }

    /// The name that providers have for a model, or what is written where there is none.
    fn model_meant(&self, written: &str) -> String {
        gpu_names::meant(written, &self.context.gpu_models)
            .map_or_else(|| written.to_owned(), |meant| meant.model)
    }

    /// Whether a list has a number where the name of a model belongs, and nobody can tell which one was meant.
    fn is_number(&self, node_ref: &NodeRef<'_>, name: &str) -> bool {
        (matches!(node_ref.node.kind, Kind::Num(_)) && node_ref.node.js_string() == name
            || gpu_names::is_number(name))
            && !self.context.gpu_models.iter().any(|known| known == name)
    }

    /// The model, memory and interface that an item of the list will ask for once it is mended.
    fn wish_meant(&self, node_ref: &NodeRef<'_>) -> [String; 3] {
        let scalar = |node_ref: &NodeRef<'_>| match node_ref.node.kind {
            Kind::Str(_) | Kind::Num(_) => node_ref.node.js_string(),
            _ => String::new(),
        };
        let field = |name: &str| node_ref.get(name).as_ref().map(scalar);
        let written = field("model").unwrap_or_else(|| scalar(node_ref));
        let (model, memory) = match gpu_names::meant(&written, &self.context.gpu_models) {
            Some(meant) => (meant.model, meant.ram),
            None => (written, None),
        };
        let ram = field("ram").or(memory).unwrap_or_default();
        let interface = field("interface").unwrap_or_default();
        let connection = gpu_names::interface(&interface).map(str::to_owned);
        [
            model,
            gpu_names::ram(&ram).unwrap_or(ram),
            connection.unwrap_or(interface),
        ]
    }

    /// One item of the list of models. An item that another one asks for as well has no fix that would make two of them.
    fn gpu_model(&mut self, node_ref: &NodeRef<'_>, alone: bool) -> Option<GpuWish> {
        if let Kind::Str(_) | Kind::Num(_) = node_ref.node.kind {
            let name = self.model_meant(&node_ref.node.js_string());
            if self.is_number(node_ref, &name) {
                let draft = self.type_draft(node_ref, Expected::Mapping);
                self.report(draft.hint(format!("{WHOLE_NAME} `- model: rtx4090`")));
                return None;
            }
            let draft = self
                .type_draft(node_ref, Expected::Mapping)
                .hint(format!("write `- model: {}`", shown(&name)));
            let fix = (
                format!("Write `model: {}`", shown(&name)),
                vec![(node_ref.span, self.model_entry(node_ref, &name))],
            );
            self.report(draft.maybe_fix((alone && node_ref.is_written()).then_some(fix)));
            return None;
        }
        self.mapping(node_ref)?;
        self.unknown(node_ref, "gpu model", &["model", "ram", "interface"]);
        let model = match node_ref.get("model") {
            Some(value) => Some(self.model_name(node_ref, &value, alone)?),
            None => None,
        };
        let ram = match node_ref.get("ram") {
            Some(value) => Some(self.gpu_ram(&value)?),
            None => None,
        };
        let interface = node_ref
            .get("interface")
            .and_then(|value| self.gpu_interface(&value));
        Some(GpuWish {
            at: node_ref.head(self.text),
            model,
            ram,
            interface: interface.map(|text| text.value),
        })
    }

    /// `model: NAME`, in braces where it stands in a flow list.
    fn model_entry(&self, node_ref: &NodeRef<'_>, name: &str) -> String {
        let before = self
            .text
            .get(..node_ref.span.start)
            .unwrap_or_default()
            .trim_end();
        if before.ends_with(['[', ',']) {
            format!("{{model: {}}}", word(name))
        } else {
            format!("model: {}", word(name))
        }
    }

    /// The name of a model. A number such as `4090`, and a name that no provider declares, have the right one as their fix.
    fn model_name(
        &mut self,
        wish: &NodeRef<'_>,
        node_ref: &NodeRef<'_>,
        alone: bool,
    ) -> Option<Name> {
        let written = node_ref.node.js_string();
        let meant = gpu_names::meant(&written, &self.context.gpu_models);
        let fixable = meant.as_ref().filter(|_| alone && node_ref.is_written());
        let fix = fixable.map(|meant| {
            let mut edits: Edits = vec![(node_ref.span, word(&meant.model))];
            let ram = meant.ram.as_ref().filter(|_| wish.get("ram").is_none());
            if let Some(ram) = ram
                && let Some(more) = self.insertion(wish, &format!("ram: {ram}"))
            {
                edits.extend(more);
                edits.sort_by_key(|(span, _)| span.start);
                (
                    format!("Write `model: {}` and `ram: {ram}`", shown(&meant.model)),
                    edits,
                )
            } else {
                (format!("Write `{}`", shown(&meant.model)), edits)
            }
        });
        if let Kind::Num(_) = node_ref.node.kind {
            let mut draft = self.type_draft(node_ref, Expected::Text);
            if let Some(meant) = meant.as_ref().filter(|_| !alone) {
                let model = shown(&meant.model);
                draft = draft
                    .hint(format!("write `{model}` once, and delete the other entry"))
                    .maybe_fix(None);
            } else if let Some(meant) = &meant {
                draft = draft
                    .hint(format!(
                        "write the name that providers give it: `{}`",
                        shown(&meant.model)
                    ))
                    .maybe_fix(fix);
            } else if !self.context.gpu_models.contains(&written) {
                // In quotes it would be a model that no provider has.
                draft = draft
                    .hint(format!("{WHOLE_NAME} `rtx4090`"))
                    .maybe_fix(None);
            }
            self.report(draft);
            return None;
        }
        Some(Name {
            text: self.text(node_ref)?,
            path: node_ref.path.clone(),
            meant: meant.map(|meant| meant.model),
            fix,
        })
    }

    fn gpu_ram(&mut self, node_ref: &NodeRef<'_>) -> Option<Name> {
        let written = node_ref.node.js_string();
        let meant = gpu_names::ram(&written).filter(|_| !gpu_names::is_ram(&written));
        let fix = meant
            .as_ref()
            .filter(|_| node_ref.is_written())
            .map(|right| {
                (
                    format!("Write `{right}`"),
                    vec![(node_ref.span, right.clone())],
                )
            });
        if let (Kind::Num(_), Some(right)) = (&node_ref.node.kind, &meant) {
            let draft = self.type_draft(node_ref, Expected::Text);
            self.report(draft.hint(format!("write `{right}`")).maybe_fix(fix));
            return None;
        }
        Some(Name {
            text: self.text(node_ref)?,
            path: node_ref.path.clone(),
            meant,
            fix,
        })
    }

    fn gpu_interface(&mut self, node_ref: &NodeRef<'_>) -> Option<Text> {
        const KNOWN: [&str; 2] = ["pcie", "sxm"];
        let written = node_ref
            .node
            .str()
            .filter(|written| !KNOWN.contains(written));
        let Some((written, right)) =
            written.and_then(|written| Some((written, gpu_names::interface(written)?)))
        else {
            return self.one_of(node_ref, &KNOWN, "bad-gpu-interface");
        };
        let draft = Draft::error(
            "bad-gpu-interface",
            node_ref.value_span(self.text),
            format!(
                "`interface` can't be `{}`: it is `pcie` or `sxm`",
                shown(written)
            ),
        )
        .at(&node_ref.path)
        .hint(format!("write `{right}`"))
        .official(node_ref.official_type("one of: pcie, sxm"));
        let fix = (
            format!("Write `{right}`"),
            vec![(node_ref.span, right.to_owned())],
        );
        self.report(draft.maybe_fix(node_ref.is_written().then_some(fix)));
        None
    }

    /// `[]` joins all such profiles of a placement; `{group: NAME}` joins those of one name.
    fn interconnect(&mut self, node_ref: &NodeRef<'_>, attributes: &mut GpuAttributes) {
        let group = |value: &str| {
            Some(Text {
                value: value.to_owned(),
                span: node_ref.head(self.text),
            })
        };
        match &node_ref.node.kind {
            Kind::Seq(items) if items.is_empty() => {
                attributes.interconnect = group("auto");
                attributes.interconnect_implicit = true;
            }
            Kind::Map(_) => self.interconnect_group(node_ref, attributes),
            _ => {
                let draft = self.type_draft(node_ref, Expected::Mapping);
                self.report(
                    draft
                        .hint("write `interconnect: []`, or `group: NAME` below it")
                        .maybe_fix(None),
                );
            }
        }
    }

    fn interconnect_group(&mut self, node_ref: &NodeRef<'_>, attributes: &mut GpuAttributes) {
        let meant = self.unknown(node_ref, "interconnect", &["group"]);
        let Some(group) = node_ref.get("group") else {
            if meant.is_empty() {
                self.missing(
                    node_ref,
                    "group",
                    "group:` and a name, e.g. `group: workers",
                    None,
                );
            }
            return;
        };
        let Some(name) = self.long_text(&group, 1) else {
            return;
        };
        if name.value == "auto" {
            let draft = Draft::error(
                "reserved-name",
                group.value_span(self.text),
                "`auto` is reserved: it is the name behind `interconnect: []`",
            )
            .at(&group.path);
            self.report(draft.hint("choose another name, or write `interconnect: []`"));
            return;
        }
        attributes.interconnect = Some(name);
    }
}

/// A name as a scalar that YAML reads as text.
fn word(name: &str) -> String {
    let plain = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    if plain {
        name.to_owned()
    } else {
        serde_json::Value::from(name).to_string()
    }
}
