//! `gpu` of a compute profile.

use super::Checker;
use super::compute::is_zero;
use super::spot::{Expected, Spot, shown};
use crate::draft::Draft;
use crate::model::{Gpu, GpuAttributes, GpuWish, Text};
use crate::quantity;
use crate::yaml::Kind;

impl Checker<'_> {
    pub(super) fn gpu(&mut self, spot: &Spot<'_>) -> Option<Gpu> {
        if spot.node.map().is_none() {
            let mut draft = self.type_draft(spot, Expected::Mapping);
            if let Kind::Num(_) | Kind::Str(_) = spot.node.kind {
                draft = draft.hint(format!("write `units: {}` below it, indented by two spaces, and `attributes` with the models", shown(&spot.node.js_string())));
            }
            self.report(draft);
            return None;
        }
        let mut gpu = Gpu {
            at: spot.head(self.text),
            ..Gpu::default()
        };
        let meant = self.unknown(spot, "gpu", &["units", "attributes"]);
        let units = spot.get("units");
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
        let attributes = spot.get("attributes");
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
                let draft = Draft::error("missing-field", spot.head(self.text), "`attributes` is missing in `gpu`: it says which models will do")
                    .at(&spot.path)
                    .hint("add `attributes:`, `vendor:` and `nvidia:` below `units`, each indented by two more spaces; `nvidia:` alone means any model")
                    .official(format!("Missing required field: \"attributes\" at \"{}\".", spot.path));
                let fix = self
                    .insertion(spot, "attributes: {vendor: {nvidia: }}")
                    .map(|edits| ("Ask for any NVIDIA model".to_owned(), edits));
                self.report(draft.maybe_fix(fix));
            }
            (None, Some(_)) if !meant.contains(&"units") => {
                self.missing(spot, "units", "units: 1", Some("units: 1"));
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

    fn gpu_attributes(&mut self, spot: &Spot<'_>) -> Option<GpuAttributes> {
        self.mapping(spot)?;
        self.unknown(spot, "gpu attributes", &["vendor", "interconnect"]);
        let mut attributes = GpuAttributes {
            at: spot.head(self.text),
            ..GpuAttributes::default()
        };
        if let Some(interconnect) = spot.get("interconnect") {
            self.interconnect(&interconnect, &mut attributes);
        }
        let Some(vendor) = spot.get("vendor") else {
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
                let models = items
                    .iter()
                    .enumerate()
                    .filter_map(|(index, item)| self.gpu_model(&nvidia.item(index, item)));
                Some(models.collect())
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

    fn gpu_model(&mut self, spot: &Spot<'_>) -> Option<GpuWish> {
        if let Some(name) = spot.node.str() {
            let raw = spot.span.slice(self.text).to_owned();
            let draft = self
                .type_draft(spot, Expected::Mapping)
                .hint(format!("write `- model: {}`", shown(name)));
            let fix = (
                format!("Write `model: {}`", shown(name)),
                vec![(spot.span, format!("model: {raw}"))],
            );
            self.report(draft.maybe_fix(spot.is_written().then_some(fix)));
            return None;
        }
        self.mapping(spot)?;
        self.unknown(spot, "gpu model", &["model", "ram", "interface"]);
        let mut text = |name: &str| {
            spot.get(name)
                .and_then(|value| self.text(&value))
                .map(|text| text.value)
        };
        let (model, ram) = (text("model"), text("ram"));
        let interface = spot
            .get("interface")
            .and_then(|value| self.one_of(&value, &["pcie", "sxm"], "bad-gpu-interface"));
        Some(GpuWish {
            at: spot.head(self.text),
            model,
            ram,
            interface: interface.map(|text| text.value),
        })
    }

    /// `[]` joins all such profiles of a placement; `{group: NAME}` joins those of one name.
    fn interconnect(&mut self, spot: &Spot<'_>, attributes: &mut GpuAttributes) {
        let group = |value: &str| {
            Some(Text {
                value: value.to_owned(),
                span: spot.head(self.text),
            })
        };
        match &spot.node.kind {
            Kind::Seq(items) if items.is_empty() => {
                attributes.interconnect = group("auto");
                attributes.interconnect_implicit = true;
            }
            Kind::Map(_) => self.interconnect_group(spot, attributes),
            _ => {
                let draft = self.type_draft(spot, Expected::Mapping);
                self.report(
                    draft
                        .hint("write `interconnect: []`, or `group: NAME` below it")
                        .maybe_fix(None),
                );
            }
        }
    }

    fn interconnect_group(&mut self, spot: &Spot<'_>, attributes: &mut GpuAttributes) {
        let meant = self.unknown(spot, "interconnect", &["group"]);
        let Some(group) = spot.get("group") else {
            if meant.is_empty() {
                self.missing(
                    spot,
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
