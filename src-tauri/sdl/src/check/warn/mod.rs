//! What passes the Console and fails later or surprises.

mod env;
pub(super) mod expose;
mod image;

use std::collections::HashSet;

use self::expose::Hosts;
use super::Checker;
use super::node_ref::shown;
use crate::draft::{Draft, Span};
use crate::edit::escaped;
use crate::model::{Deployed, Model, Service, Table, Text};

/// Characters of an SDL that the Console stores.
const STORED: usize = 131_072;

impl Checker<'_> {
    /// Says what to know about a file that can be read.
    pub(super) fn warnings(&mut self, model: &Model, valid: bool) {
        self.encoding();
        let mut hosts = Hosts::of(model);
        let is_reached = model
            .services()
            .iter()
            .flat_map(|service| &service.exposes)
            .any(|expose| expose.to_broken || expose.to.iter().any(|to| to.global || to.broken));
        for service in model.services() {
            self.service_warnings(model, service, &mut hosts, is_reached);
        }
        let placed = model
            .deployments()
            .iter()
            .flat_map(|deployed| deployed.placements.iter().flatten());
        let used: HashSet<&str> = placed
            .filter_map(|placed| placed.profile.as_ref())
            .map(|profile| profile.value.as_str())
            .collect();
        self.limits(model, &used);
        // A deployment without any group is refused by the chain.
        let is_empty =
            |deployed: &Deployed| deployed.placements.as_ref().is_some_and(Vec::is_empty);
        let nothing = model.deployments().iter().all(is_empty);
        let make = if nothing {
            Draft::refused
        } else {
            Draft::warning
        };
        for deployed in model.deployments() {
            if is_empty(deployed) {
                let draft = make(
                    "nowhere",
                    deployed.service.span,
                    format!(
                        "the service `{}` has no placement, so it does not run",
                        shown(&deployed.service.value)
                    ),
                );
                self.report(
                    draft
                        .hint("write below it the name of a placement, with `profile` and `count`"),
                );
            }
        }
        self.no_global(model, valid);
    }

    fn encoding(&mut self) {
        if let Some(at) = self.text.find('\u{fffd}') {
            let draft = Draft::warning(
                "not-utf8",
                Span::new(at, at + '\u{fffd}'.len_utf8()),
                "a character here could not be read: the file is not saved as UTF-8",
            );
            self.report(
                draft.hint("write the character again, and save the file with the encoding UTF-8"),
            );
        }
        let count = if self.text.len() > STORED {
            self.text.chars().count()
        } else {
            0
        };
        if count > STORED {
            let first = Span::new(0, self.text.len()).first_line(self.text);
            let draft = Draft::warning(
                "too-large-to-store",
                first,
                format!(
                    "the file has {count} characters, and newer Consoles refuse to store more than {STORED}"
                ),
            );
            self.report(draft.hint(
                "put large data into the image, or let the service download it when it starts",
            ));
        }
    }

    /// A deployment that nobody can reach. In a file with errors that may be what could not be read, so it is said only
    /// where all ports could.
    fn no_global(&mut self, model: &Model, valid: bool) {
        let deployed = || {
            let services = model.services().iter();
            services.filter(|service| model.deployed(&service.name).is_some())
        };
        let exposes = || deployed().flat_map(|service| &service.exposes);
        let is_reached = exposes().flat_map(|expose| &expose.to).any(|to| to.global);
        // That port's own finding says it, with a fix.
        let is_said = exposes().any(|expose| expose.to.is_empty());
        if is_reached || is_said || !valid {
            return;
        }
        let Some(service) = model.services().first() else {
            return;
        };
        let draft = Draft::warning(
            "nothing-global",
            service.at,
            "no service can be reached from the internet, and providers refuse such a deployment",
        )
        .at(format!("/services/{}", escaped(&service.name)))
        .hint("give one service an `expose` with `- port: 80`, `to:` and `- global: true`");
        self.report(draft);
    }

    fn service_warnings<'m>(
        &mut self,
        model: &'m Model,
        service: &'m Service,
        hosts: &mut Hosts<'m>,
        is_reached: bool,
    ) {
        let path = format!("/services/{}", escaped(&service.name));
        if !is_service_name(&service.name) {
            let draft = Draft::warning(
                "bad-service-name",
                service.at,
                format!(
                    "providers refuse the name `{}` for a service",
                    shown(&service.name)
                ),
            );
            self.report(draft.at(&path).hint("use small letters, digits and `-`, starting with a letter and not ending with `-`, e.g. `my-app`"));
        }
        if let Some(image) = &service.image {
            self.image(image, &path);
        }
        self.registry(service, &path);
        self.env_warnings(service, &path);
        for text in service.command.iter().chain(&service.args) {
            self.placeholder(text, &text.value);
            self.separators(text);
        }
        for expose in &service.exposes {
            self.expose_warnings(model, expose, hosts, is_reached);
        }
        self.hosts_without_http(service);
        self.shared_ports(service);
        for dependency in &service.dependencies {
            self.service_reference(model, dependency, "unknown-dependency");
        }
        let params = service.params.as_ref();
        if params.is_some_and(|params| params.permissions.as_ref().is_some_and(Vec::is_empty)) {
            let at = params.map_or(service.at, |params| params.permissions_at);
            let draft = Draft::warning(
                "hash-trap",
                at,
                "empty `permissions` make the Console and the provider disagree about the manifest, and the provider refuses it",
            );
            self.report(
                draft
                    .at(format!("{path}/params/permissions"))
                    .hint("name a permission (`- logs`), or delete `permissions`"),
            );
        }
    }

    /// Whether a text still holds a placeholder; says so.
    fn placeholder(&mut self, text: &Text, value: &str) -> bool {
        let Some(found) = placeholder(value) else {
            return false;
        };
        let source = text.span.slice(self.text);
        let span = source
            .find(found)
            .map_or(text.span.first_line(self.text), |at| {
                Span::new(text.span.start + at, text.span.start + at + found.len())
            });
        let draft = Draft::warning(
            "placeholder",
            span,
            format!(
                "`{}` looks like a placeholder that was left in",
                shown(found)
            ),
        );
        self.report(draft.hint("write your own value"));
        true
    }

    /// Characters that Go and JavaScript write differently, so that provider and Console count different hashes.
    fn separators(&mut self, text: &Text) {
        if text.value.contains(['\u{2028}', '\u{2029}']) {
            let draft = Draft::warning(
                "hash-trap",
                text.span.first_line(self.text),
                "an invisible line separator (U+2028 or U+2029) makes the Console and the provider disagree about the manifest, and the provider refuses it",
            );
            self.report(draft.hint("delete the character, or write an ordinary line break"));
        }
    }

    fn service_reference(&mut self, model: &Model, name: &Text, code: &'static str) {
        let Some(services) = model
            .services
            .as_ref()
            .filter(|services| services.get(&name.value).is_none())
        else {
            return;
        };
        let near = self.nearest(&name.value, Table::names(services));
        let hint = near.map_or_else(
            || "write the name of a service of this file".to_owned(),
            |near| format!("did you mean `{}`?", shown(near)),
        );
        let fix = near.map(|near| {
            (
                format!("Write `{}`", shown(near)),
                vec![(name.span, near.to_owned())],
            )
        });
        let draft = Draft::warning(
            code,
            name.span,
            format!("there is no service `{}` in this file", shown(&name.value)),
        );
        self.report(draft.hint(hint).maybe_fix(fix));
    }
}

/// `^[a-z]([-a-z0-9]*[a-z0-9])?$`
fn is_service_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && !name.ends_with('-')
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

/// A part of a text that somebody was meant to replace.
fn placeholder(value: &str) -> Option<&str> {
    const WORDS: [&str; 14] = [
        "CHANGE_ME",
        "CHANGEME",
        "CHANGE-ME",
        "REPLACE_ME",
        "REPLACEME",
        "REPLACE-ME",
        "REPLACE_WITH",
        "YOUR_",
        "YOUR-",
        "<YOUR",
        "TODO_",
        "INSERT_",
        "FILL_ME",
        "XXXXXX",
    ];
    let upper = value.to_ascii_uppercase();
    for word in WORDS {
        let Some(at) = upper.find(word) else { continue };
        let inside = upper
            .get(..at)
            .is_some_and(|before| before.ends_with(|c: char| c.is_ascii_alphanumeric()));
        if inside {
            continue;
        }
        let rest = value.get(at..)?;
        let len = rest
            .find(|c: char| {
                !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '<' | '>' | ' '))
            })
            .unwrap_or(rest.len());
        let word = rest.get(..len)?;
        return Some(word.split_inclusive('>').next().unwrap_or(word).trim_end());
    }
    // `<anything>` with letters in it, but no markup.
    let open = value.find('<')?;
    let inner = value.get(open + 1..)?;
    let close = inner.find('>')?;
    let name = inner.get(..close)?;
    let wordy = name.chars().any(|c| c.is_ascii_alphabetic())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | ':' | '/'));
    // `a<b and c>d` compares.
    let behind = inner.get(close + 1..).and_then(|rest| rest.chars().next());
    let compares = name.trim() != name
        || value
            .get(..open)
            .is_some_and(|before| before.ends_with(|c: char| c.is_ascii_alphanumeric()))
            && (name.contains(' ') || behind.is_some_and(|c| c.is_ascii_alphanumeric()));
    let markup =
        name.starts_with('/') || inner.get(close..).is_some_and(|rest| rest.contains("</"));
    (wordy && !markup && !compares).then(|| value.get(open..open + close + 2))?
}
