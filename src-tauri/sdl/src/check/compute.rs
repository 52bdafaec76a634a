//! `profiles.compute`: what a service needs.

use super::Checker;
use super::node_ref::{Expected, NodeRef, shown};
use super::placement::{is_decimal, with_point};
use super::service::weight;
use crate::draft::{Draft, Span};
use crate::model::{Amount, Compute, Table, Text, Volume, VolumeAttributes};
use crate::quantity;
use crate::yaml::Kind;

const PERSISTENT_CLASSES: [&str; 4] = ["beta1", "beta2", "beta3", "default"];

impl Checker<'_> {
    pub(super) fn computes(&mut self, node_ref: &NodeRef<'_>) -> Option<Table<Compute>> {
        let map = self.mapping(node_ref)?;
        Some(
            map.iter()
                .map(|entry| self.compute(&node_ref.entry(entry), entry.key_span))
                .collect(),
        )
    }

    fn compute(&mut self, node_ref: &NodeRef<'_>, at: Span) -> Compute {
        let mut compute = Compute {
            name: node_ref.name.clone(),
            at,
            cpu: None,
            cpu_attributes: Vec::new(),
            memory: None,
            storage: None,
            storage_at: at,
            gpu: None,
            gpu_broken: false,
            weight: weight(node_ref),
        };
        if self.mapping(node_ref).is_none() {
            return compute;
        }
        let meant = self.unknown(node_ref, "compute", &["resources"]);
        let Some(resources) = node_ref.get("resources") else {
            let inside = node_ref.node.map().is_some_and(|map| {
                ["cpu", "memory", "storage", "gpu"]
                    .iter()
                    .any(|key| map.get(key).is_some())
            });
            if meant.is_empty() && !inside {
                self.missing(
                    node_ref,
                    "resources",
                    "resources:` and below it `cpu`, `memory` and `storage",
                    None,
                );
            }
            return compute;
        };
        if self.mapping(&resources).is_none() {
            return compute;
        }
        let meant = self.unknown(
            &resources,
            "resources",
            &["cpu", "memory", "storage", "gpu"],
        );
        match resources.get("cpu") {
            Some(cpu) => self.cpu(&cpu, &mut compute),
            None if meant.contains(&"cpu") => {}
            None => self.missing(&resources, "cpu", "cpu:` and below it `units: 0.5", None),
        }
        match resources.get("memory") {
            Some(memory) => compute.memory = self.memory(&memory),
            None if meant.contains(&"memory") => {}
            None => self.missing(
                &resources,
                "memory",
                "memory:` and below it `size: 512Mi",
                None,
            ),
        }
        match resources.get("storage") {
            Some(storage) => {
                compute.storage_at = storage.head(self.text);
                compute.storage = self.storage(&storage);
            }
            None if meant.contains(&"storage") => {}
            None => self.missing(
                &resources,
                "storage",
                "storage:` and below it `size: 512Mi",
                None,
            ),
        }
        if let Some(gpu) = resources.get("gpu") {
            compute.gpu = self.gpu(&gpu);
            compute.gpu_broken = compute.gpu.is_none();
        }
        compute
    }

    fn cpu(&mut self, node_ref: &NodeRef<'_>, compute: &mut Compute) {
        if node_ref.node.map().is_none() {
            let mut draft = self.type_draft(node_ref, Expected::Mapping);
            if let Kind::Num(_) | Kind::Str(_) = node_ref.node.kind {
                draft = draft.hint(format!(
                    "write `units: {}` below it, indented by two spaces",
                    shown(node_ref.span.slice(self.text))
                ));
            }
            self.report(draft);
            return;
        }
        let meant = self.unknown(node_ref, "cpu", &["units", "attributes"]);
        if let Some(attributes) = node_ref.get("attributes") {
            compute.cpu_attributes = self.attributes(&attributes);
        }
        match node_ref.get("units") {
            Some(units) => compute.cpu = self.cpu_units(&units),
            None if meant.contains(&"units") => {}
            None => self.missing(node_ref, "units", "units: 0.5", None),
        }
    }

    fn cpu_units(&mut self, node_ref: &NodeRef<'_>) -> Option<Amount> {
        let value = node_ref.node.js_string();
        let (draft, official) = match &node_ref.node.kind {
            Kind::Num(number) if *number > 0.0 && number.is_finite() => {
                return Some(self.amount_of(node_ref, value, false, quantity::cpu));
            }
            Kind::Str(text) if is_cpu(text) && !is_zero_cpu(text) => {
                return Some(self.amount_of(node_ref, value, true, quantity::cpu));
            }
            Kind::Num(_) => (
                format!("`units` must be more than 0, not `{value}`"),
                node_ref.official_rule("must NOT be valid."),
            ),
            Kind::Str(text) if is_zero_cpu(text) => (
                "`units` must be more than 0".to_owned(),
                node_ref.official_rule("must NOT be valid."),
            ),
            Kind::Str(text) => (
                format!("`{}` is not a number of CPU cores", shown(text)),
                node_ref.official_pattern("^[0-9]+(\\.[0-9]+)?[a-zA-Z]*$"),
            ),
            _ => {
                let draft = self.type_draft(node_ref, Expected::Number);
                let draft = draft
                    .hint("write a number of cores such as `0.5`, or thousandths such as `500m`")
                    .maybe_fix(None);
                self.report(draft);
                return None;
            }
        };
        let fix = cpu_meant(&value)
            .filter(|_| node_ref.is_written())
            .map(|clean| (format!("Write `{clean}`"), vec![(node_ref.span, clean)]));
        let draft = Draft::error("bad-cpu", node_ref.value_span(self.text), draft)
            .at(&node_ref.path)
            .official(official);
        self.report(draft.hint("write a number of cores such as `0.5` or `2`, or thousandths of a core such as `500m`").maybe_fix(fix));
        None
    }

    pub(super) fn amount_of(
        &self,
        node_ref: &NodeRef<'_>,
        value: String,
        is_text: bool,
        read: impl Fn(&str) -> Option<quantity::Quantity>,
    ) -> Amount {
        let quantity = read(&value);
        Amount {
            text: Text {
                value,
                span: node_ref.span,
            },
            path: node_ref.path.clone(),
            is_text,
            quantity,
        }
    }

    fn memory(&mut self, node_ref: &NodeRef<'_>) -> Option<Amount> {
        if node_ref.node.map().is_none() {
            let mut draft = self.type_draft(node_ref, Expected::Mapping);
            if let Kind::Num(_) | Kind::Str(_) = node_ref.node.kind {
                draft = draft.hint(format!(
                    "write `size: {}` below it, indented by two spaces",
                    shown(&node_ref.node.js_string())
                ));
            }
            self.report(draft);
            return None;
        }
        let meant = self.unknown(node_ref, "memory", &["size"]);
        match node_ref.get("size") {
            Some(size) => self.size(&size),
            None => {
                if !meant.contains(&"size") {
                    self.missing(node_ref, "size", "size: 512Mi", Some("size: 512Mi"));
                }
                None
            }
        }
    }

    fn size(&mut self, node_ref: &NodeRef<'_>) -> Option<Amount> {
        if let Kind::Num(number) = node_ref.node.kind {
            let raw = node_ref.span.slice(self.text);
            let unit = if number >= 1024.0 * 1024.0 { "" } else { "Mi" };
            let hint = if unit.is_empty() {
                "write the size with a unit: `Mi` (1024 · 1024 bytes) or `Gi`".to_owned()
            } else {
                format!("write the size with a unit, e.g. `{raw}Mi` or `{raw}Gi`")
            };
            let draft = self.type_draft(node_ref, Expected::Text).hint(hint);
            let fix = (!unit.is_empty() && is_decimal(raw)).then(|| {
                (
                    format!("Write `{raw}Mi`"),
                    vec![(node_ref.span, format!("{raw}Mi"))],
                )
            });
            self.report(draft.maybe_fix(fix.filter(|_| node_ref.is_written())));
            return None;
        }
        let text = self.text(node_ref)?;
        Some(self.amount_of(node_ref, text.value, true, quantity::size))
    }

    fn storage(&mut self, node_ref: &NodeRef<'_>) -> Option<Vec<Volume>> {
        match &node_ref.node.kind {
            Kind::Map(_) => self.volume(node_ref).map(|volume| vec![volume]),
            Kind::Seq(items) => {
                let volumes: Vec<_> = items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| self.volume(&node_ref.item(index, item)))
                    .collect();
                volumes.into_iter().collect()
            }
            _ => {
                let mut draft = self.type_draft(node_ref, Expected::Mapping);
                if let Kind::Num(_) | Kind::Str(_) = node_ref.node.kind {
                    draft = draft.hint(format!(
                        "write `size: {}` below it, indented by two spaces",
                        shown(&node_ref.node.js_string())
                    ));
                }
                self.report(draft);
                None
            }
        }
    }

    fn volume(&mut self, node_ref: &NodeRef<'_>) -> Option<Volume> {
        self.mapping(node_ref)?;
        let mut volume = Volume {
            at: node_ref.head(self.text),
            name: None,
            size: None,
            attributes: None,
        };
        let meant = self.unknown(node_ref, "volume", &["size", "name", "attributes"]);
        match node_ref.get("size") {
            Some(size) => volume.size = self.size(&size),
            None if meant.contains(&"size") => {}
            None => self.missing(node_ref, "size", "size: 1Gi", Some("size: 1Gi")),
        }
        if let Some(name) = node_ref.get("name") {
            volume.name = self.text(&name);
            // Without its name nothing can be said about references to it.
            volume.name.as_ref()?;
        }
        volume.attributes = node_ref
            .get("attributes")
            .and_then(|attributes| self.volume_attributes(&attributes));
        Some(volume)
    }

    fn volume_attributes(&mut self, node_ref: &NodeRef<'_>) -> Option<VolumeAttributes> {
        self.mapping(node_ref)?;
        let meant = self.unknown(node_ref, "volume attributes", &["class", "persistent"]);
        let class_ref = node_ref.get("class");
        let class = class_ref.as_ref().and_then(|class| self.text(class));
        let persistent_ref = node_ref.get("persistent");
        let persistent = match &persistent_ref {
            Some(value) => match &value.node.kind {
                Kind::Bool(_) | Kind::Str(_) => Some(value.node.js_string()),
                _ => {
                    self.wrong_type(value, Expected::YesNo);
                    None
                }
            },
            None => None,
        };
        let ram = class.as_ref().is_some_and(|class| class.value == "ram");
        if class_ref.is_none() && !meant.contains(&"class") {
            if persistent.as_deref() == Some("false") && persistent_ref.is_some() {
                let draft = Draft::error("missing-field", node_ref.head(self.text), "`class` is missing beside `persistent: false`")
                    .at(&node_ref.path)
                    .hint("delete `attributes` altogether: a volume without them is an ordinary one that does not persist")
                    .official(format!("Missing required field: \"class\" at \"{}\".", node_ref.path));
                self.report(draft);
            } else {
                self.missing(node_ref, "class", "class: beta3", Some("class: beta3"));
            }
        }
        if persistent_ref.is_none() && !meant.contains(&"persistent") {
            let value = if ram {
                "persistent: false"
            } else {
                "persistent: true"
            };
            self.missing(node_ref, "persistent", value, Some(value));
        }
        let (class, persistent) = (class?, persistent?);
        let is_true = persistent == "true";
        let place = node_ref
            .path
            .rsplit_once('/')
            .map_or("", |(parent, _)| parent);
        let value_span = persistent_ref
            .as_ref()
            .filter(|value| value.is_written())
            .map(|value| value.span);
        let offer = |value: &str| {
            value_span.map(|span| {
                (
                    format!("Write `persistent: {value}`"),
                    vec![(span, value.to_owned())],
                )
            })
        };
        if ram && is_true {
            let draft = Draft::error(
                "ram-persistent",
                node_ref.head(self.text),
                "a volume of class `ram` can't be persistent: it is lost at every restart",
            )
            .at(&node_ref.path)
            .hint("write `persistent: false`, or choose another class, e.g. `beta3` (NVMe)")
            .official(format!(
                "\"ram\" storage at \"{place}\" cannot be persistent"
            ))
            .related(class.span, "the class is set here");
            self.report(draft.maybe_fix(offer("false")));
            return None;
        }
        if PERSISTENT_CLASSES.contains(&class.value.as_str()) && !is_true {
            let draft = Draft::error(
                "class-not-persistent",
                node_ref.head(self.text),
                format!("a volume of class `{}` must be persistent", class.value),
            )
            .at(&node_ref.path)
            .hint("write `persistent: true`; for a volume that need not last, delete `attributes`")
            .official(format!(
                "\"attributes\" at \"{place}\" must match \"then\" schema."
            ))
            .related(class.span, "the class is set here");
            self.report(draft.maybe_fix(offer("true")));
            return None;
        }
        Some(VolumeAttributes { class, persistent })
    }
}

/// The number of cores that was meant, with no unit but `m`.
fn cpu_meant(value: &str) -> Option<String> {
    let clean: String = value.chars().filter(|c| !c.is_whitespace()).collect();
    let clean = with_point(&clean)?;
    let at = clean.find(|c: char| c.is_ascii_alphabetic());
    let (number, unit) = clean.split_at(at.unwrap_or(clean.len()));
    let unit = match unit.to_ascii_lowercase().as_str() {
        "" | "c" | "core" | "cores" | "cpu" | "cpus" | "vcpu" | "vcpus" => "",
        "mcpu" | "mcore" | "mcores" | "millicpu" | "millicpus" | "millicore" | "millicores" => "m",
        _ if unit == "m" => "m",
        _ => return None,
    };
    let zero = if number.starts_with('.') { "0" } else { "" };
    let right = format!("{zero}{}{unit}", number.trim_end_matches('.'));
    (is_cpu(&right) && !is_zero_cpu(&right)).then_some(right)
}

/// `^[0-9]+(\.[0-9]+)?[a-zA-Z]*$`
fn is_cpu(text: &str) -> bool {
    is_decimal(text.trim_end_matches(|c: char| c.is_ascii_alphabetic()))
}

/// `^0+(\.0+)?m?$`
fn is_zero_cpu(text: &str) -> bool {
    is_zero(text.strip_suffix('m').unwrap_or(text))
}

/// `^0+(\.0+)?$`
pub(super) fn is_zero(text: &str) -> bool {
    is_decimal(text) && text.bytes().all(|b| matches!(b, b'0' | b'.'))
}
