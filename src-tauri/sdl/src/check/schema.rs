//! The file as a whole: its sections, endpoints, reclamation and deployment.

use std::rc::Rc;

use super::Checker;
use super::node_ref::{Expected, NodeRef, at, shown};
use super::words::is_invisible;
use crate::draft::{Draft, Span};
use crate::model::{Deployed, Model, Placed, Table, Text};
use crate::yaml::{Kind, Limits, Map, Node};

const SECTIONS: [&str; 7] = [
    "version",
    "services",
    "profiles",
    "deployment",
    "endpoints",
    "include",
    "reclamation",
];

impl Checker<'_> {
    /// Reads the whole file. `None` when there is nothing in it to check further.
    pub(super) fn file(&mut self, root: &Rc<Node>) -> Option<Model> {
        let node_ref = NodeRef::root(root);
        let Some(map) = root.map() else {
            self.not_an_sdl(root);
            return None;
        };
        if !SECTIONS.iter().any(|section| map.get(section).is_some()) && !map.is_empty() {
            self.foreign_file(map);
            return None;
        }
        let meant = self.unknown(&node_ref, "file", &SECTIONS);
        if self.is_bomb(map) {
            return None;
        }
        self.missing_sections(&node_ref, map, &meant);
        self.version(&node_ref);
        let mut model = Model {
            endpoints: Some(self.endpoints(&node_ref)),
            ..Model::default()
        };
        model.services = node_ref
            .get("services")
            .and_then(|node_ref| self.services(&node_ref));
        if let Some(profiles) = node_ref.get("profiles")
            && self.mapping(&profiles).is_some()
        {
            let meant = self.unknown(&profiles, "profiles", &["compute", "placement"]);
            for (field, example) in [
                (
                    "compute",
                    "compute:` with the resources of each profile below it, such as `web: …",
                ),
                (
                    "placement",
                    "placement:` with the demands on providers and the prices below it, such as `akash: …",
                ),
            ] {
                if profiles.get(field).is_none() && !meant.contains(&field) {
                    self.missing(&profiles, field, example, None);
                }
            }
            model.computes = profiles
                .get("compute")
                .and_then(|node_ref| self.computes(&node_ref));
            model.placements = profiles
                .get("placement")
                .and_then(|node_ref| self.placements(&node_ref));
        }
        model.deployments = node_ref
            .get("deployment")
            .and_then(|node_ref| self.deployments(&node_ref));
        if let Some(include) = node_ref.get("include") {
            self.texts(&include);
        }
        model.min_window = node_ref
            .get("reclamation")
            .and_then(|node_ref| self.reclamation(&node_ref));
        Some(model)
    }

    /// Whether aliases blow the file up beyond bounds; says so.
    fn is_bomb(&mut self, map: &Map) -> bool {
        let known = map
            .iter()
            .filter(|entry| SECTIONS.contains(&entry.key.as_str()));
        let bomb = known.into_iter().find(|entry| {
            entry.value.node.nodes > Limits::NODES || entry.value.node.bytes > Limits::BYTES
        });
        if let Some(entry) = bomb {
            let draft = Draft::error(
                "too-much-repetition",
                entry.key_span,
                format!(
                    "`{}` would grow beyond all bounds: its values refer to each other too often",
                    entry.key
                ),
            );
            self.report(
                draft
                    .at(format!("/{}", entry.key))
                    .hint("write values out instead of repeating them with aliases (`*name`)"),
            );
        }
        bomb.is_some()
    }

    fn not_an_sdl(&mut self, root: &Rc<Node>) {
        let (message, hint) = match &root.kind {
            Kind::Null => (
                "the file is empty".to_owned(),
                "write an SDL or start from a sample",
            ),
            Kind::Seq(_) => (
                "this is a list, not an SDL".to_owned(),
                "an SDL starts with `version: \"2.0\"` and has `services`, `profiles` and `deployment`",
            ),
            _ => (
                "this is plain text, not an SDL".to_owned(),
                "an SDL starts with `version: \"2.0\"` and has `services`, `profiles` and `deployment`",
            ),
        };
        self.report(
            Draft::error("not-an-sdl", root.span.first_line(self.text), message)
                .hint(hint)
                .official("\"\" should be object."),
        );
    }

    /// A file of another kind gets one finding, not one for each of its fields.
    fn foreign_file(&mut self, map: &Map) {
        let Some(first) = map.iter().next() else {
            return;
        };
        let message = if map.get("apiVersion").is_some() && map.get("kind").is_some() {
            "this is a Kubernetes file, not an SDL"
        } else if map.get("jobs").is_some() || map.get("on").is_some() {
            "this is a workflow file, not an SDL"
        } else {
            "this is not an SDL: it has none of an SDL's sections"
        };
        let draft = Draft::error("not-an-sdl", first.key_span, message)
            .hint("an SDL starts with `version: \"2.0\"` and has `services`, `profiles` and `deployment`")
            .official("Missing required field: \"version\".");
        self.report(draft);
    }

    fn missing_sections(&mut self, node_ref: &NodeRef<'_>, map: &Map, meant: &[&str]) {
        // What is indented too far stands among the services, and is reported there.
        let services = map.get("services").and_then(|entry| entry.value.node.map());
        let strayed = |name: &str| services.is_some_and(|services| services.get(name).is_some());
        let absent =
            |name: &&str| map.get(name).is_none() && !meant.contains(name) && !strayed(name);
        if absent(&"version") && !is_compose(map) {
            self.missing(
                node_ref,
                "version",
                "version: \"2.0\"",
                Some("version: \"2.0\""),
            );
        }
        let missing: Vec<&str> = ["services", "profiles", "deployment"]
            .into_iter()
            .filter(absent)
            .collect();
        let Some(first) = missing.first() else { return };
        let names = missing
            .iter()
            .map(|name| format!("`{name}`"))
            .collect::<Vec<_>>()
            .join(" and ");
        let compose = is_compose(map) && missing.len() == 2;
        let message = match (compose, missing.len()) {
            (true, _) => format!("{names} are missing: this looks like a docker-compose file"),
            (_, 1) => format!("{names} is missing"),
            _ => format!("{names} are missing"),
        };
        let hint = missing
            .iter()
            .map(|name| match *name {
                "services" => "`services` says which containers run",
                "profiles" => "`profiles` says what resources they need and what may be paid",
                _ => "`deployment` says which service uses which profile, and how often it runs",
            })
            .collect::<Vec<_>>()
            .join("; ");
        let head = if map.is_empty() {
            node_ref.span
        } else {
            node_ref.head(self.text)
        };
        self.report(
            Draft::error("missing-field", head, message)
                .hint(hint)
                .official(format!("Missing required field: \"{first}\".")),
        );
    }

    fn version(&mut self, root: &NodeRef<'_>) {
        // A docker-compose file has a version of its own; that it is no SDL is said already.
        let compose = root.node.map().is_some_and(is_compose);
        let Some(node_ref) = root.get("version").filter(|_| !compose) else {
            return;
        };
        let raw = node_ref.span.slice(self.text);
        let right = if node_ref.node.js_string().trim() == "2.1" {
            "\"2.1\""
        } else {
            "\"2.0\""
        };
        let fix = (
            format!("Write `{right}`"),
            vec![(node_ref.span, self.after_colon(&node_ref, right))],
        );
        let draft = match node_ref.node.str() {
            Some("2.0" | "2.1") => return,
            Some(text) if text.contains(['“', '”', '„', '‘', '’', '«', '»']) => {
                Draft::error(
                    "odd-character",
                    node_ref.value_span(self.text),
                    "these are typographic quotes, which YAML takes for part of the text",
                )
                .hint(format!("write straight ones: {right}"))
                .official(node_ref.official_type("one of: 2.0, 2.1"))
            }
            Some(text) => Draft::error(
                "bad-version",
                node_ref.value_span(self.text),
                format!("`{}` is not a version of the SDL", shown(text)),
            )
            .hint(format!(
                "write {right}: the version of the SDL format, not of your program"
            ))
            .official(node_ref.official_type("one of: 2.0, 2.1")),
            None if node_ref.node.is_null() => Draft::error(
                "bad-version",
                node_ref.value_span(self.text),
                "`version` is empty",
            )
            .hint(format!("write `version: {right}`"))
            .official(node_ref.official_type("string")),
            None => Draft::error(
                "wrong-type",
                node_ref.value_span(self.text),
                format!(
                    "`version` must be text, and `{}` without quotes is a number",
                    shown(raw)
                ),
            )
            .hint(format!("put it in quotes: {right}"))
            .official(node_ref.official_type("string")),
        };
        self.report(
            draft
                .at("/version")
                .maybe_fix(node_ref.is_written().then_some(fix)),
        );
    }

    fn endpoints(&mut self, root: &NodeRef<'_>) -> Table<Text> {
        let mut names = Vec::new();
        let Some(node_ref) = root.get("endpoints") else {
            return names.into_iter().collect();
        };
        for entry in self.mapping(&node_ref).into_iter().flat_map(Map::iter) {
            let endpoint = node_ref.entry(entry);
            if !is_endpoint_name(&entry.key) {
                let draft = Draft::error(
                    "bad-endpoint-name",
                    entry.key_span,
                    format!("`{}` can't be the name of an endpoint", shown(&entry.key)),
                );
                let draft = draft.at(&endpoint.path).hint("use two or more small letters, digits, `-` and `_`, starting with a letter, e.g. `my-ip`");
                self.report(draft.official(format!(
                    "Field \"{}\"{} doesn't satisfy any of the allowed patterns: ^[a-z]+[-_0-9a-z]+$.",
                    entry.key,
                    at(&node_ref.path)
                )));
            } else if self.mapping(&endpoint).is_some() {
                let meant = self.unknown(&endpoint, "endpoint", &["kind"]);
                match endpoint.get("kind") {
                    Some(kind) => drop(self.one_of(&kind, &["ip"], "bad-endpoint-kind")),
                    None if meant.is_empty() => {
                        self.missing(&endpoint, "kind", "kind: ip", Some("kind: ip"))
                    }
                    None => {}
                }
            }
            names.push(Text {
                value: entry.key.clone(),
                span: entry.key_span,
            });
        }
        names.into_iter().collect()
    }

    fn reclamation(&mut self, node_ref: &NodeRef<'_>) -> Option<String> {
        self.mapping(node_ref)?;
        let meant = self.unknown(node_ref, "reclamation", &["min_window"]);
        let Some(window) = node_ref.get("min_window") else {
            if meant.is_empty() {
                self.missing(
                    node_ref,
                    "min_window",
                    "min_window: 24h",
                    Some("min_window: 24h"),
                );
            }
            return None;
        };
        let text = self.text(&window)?;
        let digits = text.value.strip_suffix(['s', 'm', 'h']).unwrap_or_default();
        if digits.is_empty()
            || digits.starts_with('0')
            || !digits.bytes().all(|b| b.is_ascii_digit())
        {
            let message = format!("`min_window` can't be `{}`", shown(&text.value));
            let hint = match text
                .value
                .strip_suffix('d')
                .and_then(|days| days.parse::<u32>().ok())
            {
                Some(days) => format!("write days as hours: `{}h`", u64::from(days) * 24),
                None => {
                    "write one whole number and `s`, `m` or `h`, e.g. `90m` or `24h`".to_owned()
                }
            };
            let draft = Draft::error("bad-duration", window.value_span(self.text), message)
                .at(&window.path)
                .hint(hint);
            self.report(draft.official("Reclamation min_window must be a whole number followed by s, m, or h (e.g. \"24h\", \"30m\")."));
            return None;
        }
        Some(text.value)
    }

    fn deployments(&mut self, node_ref: &NodeRef<'_>) -> Option<Table<Deployed>> {
        let map = self.mapping(node_ref)?;
        let deployed = map.iter().map(|entry| {
            let service = node_ref.entry(entry);
            let placements = self.mapping(&service).map(|placements| {
                let placed = placements
                    .iter()
                    .map(|entry| self.placed(&service.entry(entry), entry.key_span));
                placed.collect()
            });
            Deployed {
                service: Text {
                    value: entry.key.clone(),
                    span: entry.key_span,
                },
                placements,
            }
        });
        Some(deployed.collect())
    }

    fn placed(&mut self, node_ref: &NodeRef<'_>, at: Span) -> Placed {
        let placement = Text {
            value: node_ref.name.clone(),
            span: at,
        };
        let mut placed = Placed {
            placement,
            profile: None,
            count: 1.0,
            count_at: at,
        };
        if node_ref.node.map().is_none() {
            // `web: akash: web` is a frequent slip: the profile's name right behind the placement.
            let mut draft = self.type_draft(node_ref, Expected::Mapping);
            if let Some(profile) = node_ref.node.str() {
                draft = draft.hint(format!(
                    "write `profile: {}` and `count: 1` below it, indented by two spaces",
                    shown(profile)
                ));
            }
            self.report(draft);
            return placed;
        }
        let meant = self.unknown(node_ref, "deployed", &["profile", "count"]);
        match node_ref.get("profile") {
            Some(profile) => placed.profile = self.text(&profile),
            None if meant.contains(&"profile") => {}
            None => self.missing(
                node_ref,
                "profile",
                "profile:` and the name of a compute profile, e.g. `profile: web",
                None,
            ),
        }
        match node_ref.get("count") {
            Some(count) => {
                placed.count_at = count.span;
                placed.count = self.whole(&count, 1.0, f64::INFINITY).unwrap_or(1.0);
            }
            None if meant.contains(&"count") => {}
            None => self.missing(node_ref, "count", "count: 1", Some("count: 1")),
        }
        placed
    }
}

/// Whether a file has services, but nothing else that an SDL must have.
fn is_compose(map: &Map) -> bool {
    map.get("services").is_some()
        && map.get("profiles").is_none()
        && map.get("deployment").is_none()
}

fn is_endpoint_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_ascii_lowercase())
        && name.len() > 1
        && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_'))
        && !name.chars().any(is_invisible)
}
