//! `services`: containers, ports, mounts.

use super::Checker;
use super::command::ends_in_dash_c;
use super::node_ref::{Expected, NodeRef, shown};
use crate::draft::{Draft, Span};
use crate::model::{Credentials, Expose, Mount, Params, Service, Table, Text};
use crate::yaml::Map;

const FIELDS: [&str; 8] = [
    "image",
    "command",
    "args",
    "env",
    "expose",
    "dependencies",
    "credentials",
    "params",
];

impl Checker<'_> {
    pub(super) fn services(&mut self, node_ref: &NodeRef<'_>) -> Option<Table<Service>> {
        let map = self.mapping(node_ref)?;
        Some(
            map.iter()
                .map(|entry| self.service(&node_ref.entry(entry), entry.key_span))
                .collect(),
        )
    }

    fn service(&mut self, node_ref: &NodeRef<'_>, at: Span) -> Service {
        let mut service = Service {
            name: node_ref.name.clone(),
            at,
            image: None,
            command: Vec::new(),
            args: Vec::new(),
            env: Vec::new(),
            exposes: Vec::new(),
            credentials: None,
            params: None,
            mounts_broken: false,
            weight: weight(node_ref),
            dependencies: Vec::new(),
        };
        if node_ref.node.map().is_none() {
            let draft = self.type_draft(node_ref, Expected::Mapping);
            self.report(draft.hint("write `image: NAME` and what else belongs to the service below it, indented by two spaces"));
            return service;
        }
        let sections = ["profiles", "deployment", "endpoints", "version"];
        if sections.contains(&node_ref.name.as_str()) && node_ref.get("image").is_none() {
            let message = format!(
                "`{}` is indented too far: here it is a service of that name",
                node_ref.name
            );
            let draft =
                Draft::error("indentation", node_ref.head(self.text), message).at(&node_ref.path);
            let draft = draft.official(format!(
                "Missing required field: \"image\" at \"{}\".",
                node_ref.path
            ));
            self.report(draft.hint(format!(
                "start `{}:` in the first column, and move what is below it as far to the left",
                node_ref.name
            )));
            return service;
        }
        let meant = self.unknown(node_ref, "service", &FIELDS);
        match node_ref.get("image") {
            Some(image) => service.image = self.long_text(&image, 1),
            None if meant.contains(&"image") => {}
            None => self.missing(
                node_ref,
                "image",
                "image:` and the name of a container image, e.g. `image: nginx:1.27",
                None,
            ),
        }
        let command = node_ref.get("command");
        let after_dash_c = command.as_ref().is_some_and(ends_in_dash_c);
        service.command = command
            .map(|list| self.command_list(&list, after_dash_c))
            .unwrap_or_default();
        service.args = node_ref
            .get("args")
            .map(|list| self.command_list(&list, after_dash_c))
            .unwrap_or_default();
        service.env = node_ref
            .get("env")
            .map(|list| self.env(&list))
            .unwrap_or_default();
        if let Some(expose) = node_ref
            .get("expose")
            .filter(|expose| !expose.node.is_null())
        {
            let items = self.list(&expose).unwrap_or_default();
            service.exposes = items
                .iter()
                .enumerate()
                .filter_map(|(index, item)| self.expose(&expose.item(index, item)))
                .collect();
            let hosts = |expose: &Expose| {
                expose
                    .hosts
                    .iter()
                    .map(|host| host.value.len() as u64 + 8)
                    .sum::<u64>()
            };
            let targets =
                |expose: &Expose| (hosts(expose) + 300).saturating_mul(expose.to.len() as u64);
            service.weight = service
                .exposes
                .iter()
                .map(targets)
                .fold(service.weight, u64::saturating_add);
        }
        if let Some(dependencies) = node_ref.get("dependencies") {
            service.dependencies = self.dependencies(&dependencies);
        }
        service.credentials = node_ref
            .get("credentials")
            .and_then(|node_ref| self.credentials(&node_ref));
        if let Some(params) = node_ref.get("params") {
            service.params = self.params(&params);
            let readable = |storage: NodeRef<'_>| storage.node.map().is_some();
            service.mounts_broken =
                service.params.is_none() || !params.get("storage").is_none_or(readable);
        }
        service
    }

    fn dependencies(&mut self, node_ref: &NodeRef<'_>) -> Vec<Text> {
        let items = self.list(node_ref).unwrap_or_default();
        let mut names = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let item = node_ref.item(index, item);
            if let Some(name) = item.node.str() {
                let raw = item.span.slice(self.text).to_owned();
                let mut draft = self
                    .type_draft(&item, Expected::Mapping)
                    .hint(format!("write `- service: {}`", shown(name)));
                if item.is_written() {
                    draft = draft.fix(
                        format!("Write `service: {}`", shown(name)),
                        vec![(item.span, format!("service: {raw}"))],
                    );
                }
                self.report(draft);
                continue;
            }
            if self.mapping(&item).is_some() {
                self.unknown(&item, "dependency", &["service"]);
                names.extend(item.get("service").and_then(|service| self.text(&service)));
            }
        }
        names
    }

    fn credentials(&mut self, node_ref: &NodeRef<'_>) -> Option<Credentials> {
        self.mapping(node_ref)?;
        let meant = self.unknown(
            node_ref,
            "credentials",
            &["host", "username", "password", "email"],
        );
        let mut field = |name: &str, least: usize, example: &str| {
            match node_ref.get(name) {
                Some(value) => return self.long_text(&value, least),
                None if meant.contains(&name) || name == "email" => {}
                None => self.missing(node_ref, name, example, None),
            }
            None
        };
        let host = field("host", 1, "host:` and the registry, e.g. `host: docker.io");
        let username = field("username", 1, "username:` and your name at the registry");
        let password = field("password", 6, "password:` and a token of the registry");
        let email = field("email", 5, "");
        Some(Credentials {
            host: host?,
            username: username?.value,
            password: password?.value,
            email: email.map(|email| email.value).unwrap_or_default(),
        })
    }

    fn params(&mut self, node_ref: &NodeRef<'_>) -> Option<Params> {
        self.mapping(node_ref)?;
        self.unknown(node_ref, "params", &["storage", "permissions", "tee"]);
        let mut params = Params::default();
        if let Some(storage) = node_ref.get("storage") {
            for entry in self.mapping(&storage).into_iter().flat_map(Map::iter) {
                let volume = storage.entry(entry);
                let mut mount = Mount {
                    volume: Text {
                        value: entry.key.clone(),
                        span: entry.key_span,
                    },
                    mount: None,
                    read_only: false,
                    broken: true,
                };
                if let Some(path) = volume.node.str() {
                    let draft = self.type_draft(&volume, Expected::Mapping).hint(format!(
                        "write `mount: {}` below it, indented by two spaces",
                        shown(path)
                    ));
                    self.report(draft);
                } else if self.mapping(&volume).is_some() {
                    let meant = self.unknown(&volume, "mount", &["mount", "readOnly"]);
                    mount.mount = volume.get("mount").and_then(|path| self.mount_path(&path));
                    let given = volume.get("mount").is_some() || meant.contains(&"mount");
                    mount.broken = given && mount.mount.is_none();
                    mount.read_only = volume
                        .get("readOnly")
                        .and_then(|value| self.yes_no(&value))
                        .unwrap_or_default();
                }
                params.mounts.push(mount);
            }
        }
        if let Some(permissions) = node_ref.get("permissions") {
            params.permissions_at = permissions.head(self.text);
            if self.mapping(&permissions).is_some() {
                self.unknown(&permissions, "permissions", &["read"]);
                let mut read = Vec::new();
                if let Some(list) = permissions.get("read") {
                    for (index, item) in self.list(&list).unwrap_or_default().iter().enumerate() {
                        read.extend(self.one_of(
                            &list.item(index, item),
                            &["deployment", "logs", "events"],
                            "bad-permission",
                        ));
                    }
                }
                params.permissions = Some(read.into_iter().map(|text| text.value).collect());
            }
        }
        params.tee = node_ref
            .get("tee")
            .and_then(|tee| self.one_of(&tee, &["cpu", "cpu-gpu"], "bad-tee"));
        Some(params)
    }

    fn mount_path(&mut self, node_ref: &NodeRef<'_>) -> Option<Text> {
        let path = self.long_text(node_ref, 1)?;
        if path.value.starts_with('/') {
            return Some(path);
        }
        let absolute = format!("/{}", path.value.trim_start_matches("./"));
        let draft = Draft::error(
            "relative-mount",
            node_ref.value_span(self.text),
            format!("`{}` is not an absolute path", shown(&path.value)),
        )
        .at(&node_ref.path)
        .hint(format!(
            "start it with a slash, e.g. `{}`",
            shown(&absolute)
        ))
        .official(node_ref.official_pattern("^/"));
        let simple = absolute
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.'));
        let fix = (
            format!("Write `{}`", shown(&absolute)),
            vec![(node_ref.span, absolute)],
        );
        self.report(draft.maybe_fix((simple && node_ref.is_written()).then_some(fix)));
        None
    }
}

/// What a part adds to the manifest each time it stands in it, in bytes, roughly.
pub(super) fn weight(node_ref: &NodeRef<'_>) -> u64 {
    node_ref
        .node
        .bytes
        .saturating_add(node_ref.node.nodes.saturating_mul(64))
}
