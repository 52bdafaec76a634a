//! Ports and host names that providers refuse or ignore.

use std::collections::{HashMap, HashSet};

use serde_json::json;

use crate::check::Checker;
use crate::check::node_ref::shown;
use crate::draft::{Draft, Span};
use crate::edit;
use crate::model::{Expose, Model, Service};

/// The host names of a file.
pub(super) struct Hosts<'m> {
    all: HashSet<&'m str>,
    /// Where each stands that was looked at.
    first: HashMap<&'m str, Span>,
}

impl<'m> Hosts<'m> {
    pub(super) fn of(model: &'m Model) -> Self {
        let exposes = model.services().iter().flat_map(|service| &service.exposes);
        let hosts = exposes.flat_map(|expose| &expose.hosts);
        Self {
            all: hosts.map(|host| host.value.as_str()).collect(),
            first: HashMap::new(),
        }
    }
}

impl Checker<'_> {
    pub(super) fn expose_warnings<'m>(
        &mut self,
        model: &'m Model,
        expose: &'m Expose,
        hosts: &mut Hosts<'m>,
        is_reached: bool,
    ) {
        let path = &expose.path;
        // What can't be read, or stands elsewhere, has a finding of its own.
        if expose.to.is_empty() && !expose.to_broken {
            self.opened_to_nobody(model, expose, is_reached);
        }
        for (index, to) in expose.to.iter().enumerate() {
            match &to.service {
                Some(target) => self.service_reference(model, target, "unknown-target"),
                None if !to.global && !to.broken => {
                    let draft =
                        Draft::warning("expose-to-nobody", to.at, "this target names nobody");
                    self.report(draft.at(format!("{path}/to/{index}")).hint("write `global: true` for the internet, or `service: NAME` for another service"));
                }
                None => {}
            }
        }
        for host in &expose.hosts {
            if !is_host(&host.value) {
                let hint = if host.value.contains("://") {
                    "write the name alone, without `https://` and path"
                } else if host.value.contains([':', '/']) {
                    "write the name alone, without port and path"
                } else if host.value.chars().any(|c| c.is_ascii_uppercase()) {
                    "write it in small letters"
                } else {
                    "write a host name such as `www.example.com`: small letters, digits, `-` and points"
                };
                let draft = Draft::warning(
                    "bad-host",
                    host.span,
                    format!("providers refuse the host name `{}`", shown(&host.value)),
                );
                let meant =
                    host_meant(&host.value).filter(|meant| !hosts.all.contains(meant.as_str()));
                let fix = meant.map(|meant| {
                    let edits = vec![(host.span, host_scalar(&meant))];
                    (format!("Write `{}`", shown(&meant)), edits)
                });
                self.report(draft.at(format!("{path}/accept")).hint(hint).maybe_fix(fix));
            }
            if let Some(first) = hosts.first.insert(&host.value, host.span) {
                let draft = Draft::warning(
                    "duplicate-host",
                    host.span,
                    format!(
                        "the host name `{}` is used twice, and providers refuse that",
                        shown(&host.value)
                    ),
                );
                self.report(
                    draft
                        .at(format!("{path}/accept"))
                        .hint("each host name can lead to one port only")
                        .related(first, "used first here"),
                );
            }
        }
        if let (Some(host), [_, second, ..]) = (expose.hosts.first(), expose.to.as_slice()) {
            let draft = Draft::warning(
                "host-with-targets",
                second.at,
                format!(
                    "with `accept` and several targets the host name `{}` is used twice, and providers refuse that",
                    shown(&host.value)
                ),
            );
            self.report(
                draft
                    .at(format!("{path}/to"))
                    .hint("split it into two entries of `expose`, one of them without `accept`"),
            );
        }
        if expose.http.next_cases.as_ref().is_some_and(Vec::is_empty) {
            let draft = Draft::warning(
                "hash-trap",
                expose.http.next_cases_at,
                "an empty `next_cases` makes the Console and the provider disagree about the manifest, and the provider refuses it",
            );
            self.report(
                draft
                    .at(format!("{path}/http_options/next_cases"))
                    .hint("write `[\"off\"]` to try no other container, or delete the line"),
            );
        }
    }

    /// A port without `to`. Where nothing else is open to the internet, that is what was forgotten.
    fn opened_to_nobody(&mut self, model: &Model, expose: &Expose, is_reached: bool) {
        let port = expose.port.unwrap_or_default();
        let message = if is_reached {
            format!("port {port} is opened to nobody: `to` is missing")
        } else {
            format!(
                "port {port} is opened to nobody: `to` is missing, and providers refuse a deployment that can't be reached"
            )
        };
        let hint = "add `to:` and below it `- global: true` for the internet, or `- service: NAME` for another service";
        let alone = matches!(model.services(), [only] if only.exposes.len() == 1);
        let path = format!("{}/to", expose.path);
        let fix = (alone && !is_reached && expose.port.is_some())
            .then(|| self.rewritten(|text| edit::set(text, &path, json!([{ "global": true }]))))
            .flatten()
            .map(|edits| (format!("Open port {port} to the internet"), edits));
        self.report(
            Draft::warning("expose-to-nobody", expose.at, message)
                .at(&expose.path)
                .hint(hint)
                .maybe_fix(fix),
        );
    }

    /// Host names at ports that no ingress serves: a provider looks at them only on TCP port 80 (`IsIngress` of its manifest).
    pub(super) fn hosts_without_http(&mut self, service: &Service) {
        let web_ports = service
            .exposes
            .iter()
            .filter(|expose| expose.outside() == 80)
            .count();
        for expose in &service.exposes {
            let (Some(host), false) = (expose.hosts.first(), expose.to.is_empty()) else {
                continue;
            };
            let is_global = expose.to.iter().any(|to| to.global);
            // A target that names nobody has a finding of its own.
            let is_known = is_global || expose.to.iter().all(|to| to.service.is_some());
            if expose.is_http() && is_global || expose.port.is_none() || !is_known {
                continue;
            }
            let name = shown(&host.value);
            let (message, hint) = if is_global {
                (
                    format!(
                        "`{name}` does nothing here: a provider serves host names on TCP port 80 only, and this is {} port {}",
                        expose.proto,
                        expose.outside()
                    ),
                    "write `as: 80` for a web server (the provider adds https by itself), or delete `accept`; two web servers need two services",
                )
            } else {
                (
                    format!("`{name}` does nothing here: the port is not open to the internet"),
                    "add `- global: true` below `to`, or delete `accept`",
                )
            };
            let others_serve = web_ports > usize::from(expose.outside() == 80);
            let is_web = expose.proto == "TCP"
                && expose.port.is_some_and(|port| WEB_PORTS.contains(&port))
                && is_global
                && !others_serve
                && expose.to.iter().all(|to| to.ip.is_none());
            let path = format!("{}/as", expose.path);
            let fix = is_web
                .then(|| self.rewritten(|text| edit::set(text, &path, 80)))
                .flatten()
                .map(|edits| ("Write `as: 80`".to_owned(), edits));
            self.report(
                Draft::warning("host-without-http", host.span, message)
                    .at(format!("{}/accept", expose.path))
                    .hint(hint)
                    .maybe_fix(fix),
            );
        }
    }

    /// Ports of one service that are reached at the same number: the provider keeps the first only.
    pub(super) fn shared_ports(&mut self, service: &Service) {
        let mut first: HashMap<(u16, &str), &Expose> = HashMap::new();
        for expose in &service.exposes {
            let Some(port) = expose.port else { continue };
            // A leased address has ports of its own.
            if expose.to.iter().any(|to| to.ip.is_some()) {
                continue;
            }
            let key = (expose.outside(), expose.proto.as_str());
            let Some(other) = first.get(&key) else {
                first.insert(key, expose);
                continue;
            };
            if other.port == Some(port) {
                continue;
            }
            let lost = match expose.hosts.first() {
                Some(host) => format!(
                    "`{}` leads to port {}",
                    shown(&host.value),
                    other.port.unwrap_or_default()
                ),
                None => format!("nothing leads to port {port}"),
            };
            let draft = Draft::warning(
                "port-taken",
                expose.at,
                format!(
                    "two ports of the service `{}` are reached as {}, and the provider keeps the first only: {lost}",
                    shown(&service.name),
                    key.0
                ),
            )
            .at(&expose.path)
            .related(other.at, "the first one");
            let hint = if key == (80, "TCP") {
                "make two services, each with one port `as: 80` and its own host names, or give this port another `as`"
            } else {
                "give this port another `as`"
            };
            self.report(draft.hint(hint));
        }
    }
}

/// Ports that web servers usually listen on.
const WEB_PORTS: [u16; 26] = [
    80, 1337, 2368, 3000, 3001, 3002, 4000, 4200, 5000, 5001, 5173, 5678, 7860, 8000, 8001, 8008,
    8080, 8081, 8082, 8088, 8090, 8096, 8188, 8501, 8888, 9000,
];

/// The host name that was meant by a web address or by a name in capitals; `None` where what is written is right, or
/// can't be told.
pub(in crate::check) fn host_meant(written: &str) -> Option<String> {
    let host = written.trim();
    let host = host.split_once("://").map_or(host, |(_, host)| host);
    let host = host.split(['/', '?', '#']).next().unwrap_or_default();
    let (name, port) = host.split_once(':').unwrap_or((host, "80"));
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let is_port = port.bytes().all(|b| b.is_ascii_digit());
    (is_port && name != written && name.contains('.') && is_host(&name)).then_some(name)
}

/// A host name as YAML that is read as text.
fn host_scalar(host: &str) -> String {
    if host.starts_with(|c: char| c.is_ascii_alphabetic()) {
        host.to_owned()
    } else {
        serde_json::Value::from(host).to_string()
    }
}

/// A DNS name in small letters.
fn is_host(host: &str) -> bool {
    let label = |label: &str| {
        let inner = label
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        !label.is_empty()
            && label.len() <= 63
            && inner
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    host.len() <= 253 && host.split('.').all(label)
}
