//! What passes the Console and fails later or surprises.

use std::collections::{HashMap, HashSet};

use super::Checker;
use super::spot::shown;
use crate::draft::{Draft, Span};
use crate::edit::escaped;
use crate::explain::env_name;
use crate::model::{Expose, Model, Service, Table, Text};

/// Characters of an SDL that the Console stores.
const STORED: usize = 131_072;

impl Checker<'_> {
    /// Says what to know about a file that can be read.
    pub(super) fn warnings(&mut self, model: &Model, valid: bool) {
        self.encoding();
        let mut hosts = HashMap::new();
        for service in model.services() {
            self.service_warnings(model, service, &mut hosts);
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
        for deployed in model.deployments() {
            if deployed.placements.as_ref().is_some_and(Vec::is_empty) {
                let draft = Draft::warning(
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
        if valid {
            self.no_global(model);
        }
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

    fn no_global(&mut self, model: &Model) {
        let deployed = model
            .services()
            .iter()
            .filter(|service| model.deployed(&service.name).is_some());
        let mut targets = deployed
            .flat_map(|service| &service.exposes)
            .flat_map(|expose| &expose.to);
        if targets.any(|to| to.global) {
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
        hosts: &mut HashMap<&'m str, Span>,
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
        self.env_warnings(service, &path);
        for text in service.command.iter().chain(&service.args) {
            self.placeholder(text, &text.value);
            self.separators(text);
        }
        for expose in &service.exposes {
            self.expose_warnings(model, service, expose, hosts);
        }
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

    fn image(&mut self, image: &Text, path: &str) {
        let path = format!("{path}/image");
        let value = image.value.as_str();
        if self.placeholder(image, value) {
            return;
        }
        let warning = |code, message: String| {
            Draft::warning(code, image.span.first_line(self.text), message).at(&path)
        };
        let name = value.split('@').next().unwrap_or_default();
        let (repository, tag) = match name.rsplit_once(':') {
            Some((repository, tag)) if !tag.contains('/') => (repository, Some(tag)),
            _ => (name, None),
        };
        let odd = |c: char| {
            c.is_whitespace()
                || c.is_control()
                || !c.is_ascii()
                || matches!(c, '"' | '\'' | '$' | '{' | '}' | '<' | '>')
        };
        let draft = if value.trim().is_empty() {
            warning("bad-image", "this is no image name".to_owned())
                .hint("write the name of a container image, e.g. `nginx:1.27`")
        } else if value.contains("${") || value.starts_with('$') {
            warning(
                "bad-image",
                format!(
                    "`{}` is not replaced by anything: an SDL knows no variables",
                    shown(value)
                ),
            )
            .hint("write the image's name in full")
        } else if value.starts_with("http://") || value.starts_with("https://") {
            warning(
                "bad-image",
                "this is a web address, not an image name".to_owned(),
            )
            .hint("write it without `https://`, e.g. `ghcr.io/owner/name:1.0`")
        } else if value.chars().any(odd) {
            let hint = if value.trim() == value {
                "write it as `docker pull` takes it, e.g. `nginx:1.27`"
            } else {
                "delete the blanks and line breaks round the name"
            };
            warning(
                "bad-image",
                format!("no provider can pull `{}`", shown(value.trim())),
            )
            .hint(hint)
        } else if repository.chars().any(|c| c.is_ascii_uppercase()) {
            let lower = value.replacen(repository, &repository.to_ascii_lowercase(), 1);
            let draft = warning(
                "bad-image",
                format!(
                    "image names are written in small letters; no provider can pull `{}`",
                    shown(value)
                ),
            )
            .hint(format!("write `{}`", shown(&lower)));
            self.report(draft.fix(
                format!("Write `{}`", shown(&lower)),
                vec![(image.span, lower)],
            ));
            return;
        } else if value.contains('@') {
            return;
        } else if tag == Some("latest") {
            warning("image-latest", format!("`{}` means whatever is newest when a container starts", shown(value))).hint("name a version instead of `latest`, so that an update is your decision; providers may also keep an old `latest` in their caches")
        } else if tag.is_none() {
            warning(
                "image-latest",
                format!(
                    "`{}` has no tag, so whatever is newest when a container starts is run",
                    shown(value)
                ),
            )
            .hint(format!("add a version, e.g. `{}:1.0`", shown(value)))
        } else {
            return;
        };
        self.report(draft);
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

    fn env_warnings(&mut self, service: &Service, path: &str) {
        let path = format!("{path}/env");
        let mut seen: HashMap<&str, Span> = HashMap::new();
        let mut secrets: Vec<(&str, Span)> = Vec::new();
        for (index, env) in service.env.iter().enumerate() {
            let (name, span) = (env_name(&env.value), env.span.first_line(self.text));
            let value = env.value.split_once('=').map(|(_, value)| value);
            let path = format!("{path}/{index}");
            if !is_env_name(name) {
                let colon = value.is_none() && name.contains(':');
                let message = if name.is_empty() {
                    "an environment variable has no name".to_owned()
                } else {
                    format!(
                        "providers refuse `{}` as the name of an environment variable",
                        shown(name)
                    )
                };
                let hint = match name.split_once(':') {
                    Some((name, value)) if colon => format!(
                        "write an equals sign: `{}={}`",
                        shown(name.trim()),
                        shown(value.trim())
                    ),
                    _ if name.trim() != name => "leave out the blanks round the name".to_owned(),
                    _ => "use letters, digits, `_`, `-` and `.`, not starting with a digit"
                        .to_owned(),
                };
                self.report(
                    Draft::warning("bad-env-name", span, message)
                        .at(path)
                        .hint(hint),
                );
                continue;
            }
            if value.is_none() {
                let draft = Draft::warning(
                    "env-without-value",
                    span,
                    format!(
                        "`{}` gets no value: unlike docker, Akash does not take it from your computer",
                        shown(name)
                    ),
                );
                self.report(
                    draft
                        .at(&path)
                        .hint(format!("write `{}=value`", shown(name))),
                );
            }
            if let Some(first) = seen.insert(name, span) {
                let draft = Draft::warning(
                    "duplicate-env",
                    span,
                    format!("`{}` is set twice; the last one counts", shown(name)),
                );
                self.report(
                    draft
                        .at(&path)
                        .hint("delete one of the two")
                        .related(first, "set first here"),
                );
            }
            let value = value.unwrap_or_default();
            self.separators(env);
            if value.contains("${") {
                let draft = Draft::warning(
                    "variable",
                    span,
                    format!(
                        "`{}` is passed on as it stands: an SDL replaces no variables",
                        shown(value)
                    ),
                );
                self.report(
                    draft.at(&path).hint(
                        "write the value itself, unless the program in the image replaces it",
                    ),
                );
            } else if value.starts_with("ac-") {
                let draft = Draft::warning(
                    "reserved-value",
                    span,
                    "values that start with `ac-` are reserved by newer Consoles, which refuse them",
                );
                self.report(draft.at(&path).hint("choose another value"));
            } else if !self.placeholder(env, value) && is_secret(name) && !is_switch(value) {
                secrets.push((name, span));
            }
        }
        let Some(((name, span), others)) = secrets.split_first() else {
            return;
        };
        let name = shown(name);
        let message = match others.len() {
            0 => format!("`{name}` looks like a secret, and the provider can read it"),
            count => format!(
                "`{name}` and {count} more look like secrets, and the provider can read them"
            ),
        };
        let mut draft = Draft::warning("secret-in-env", *span, message)
            .at(path)
            .hint("use a password made for this deployment only, and change it when you leave the provider");
        for (_, span) in others.iter().take(10) {
            draft = draft.related(*span, "another one");
        }
        self.report(draft);
    }

    fn expose_warnings<'m>(
        &mut self,
        model: &'m Model,
        service: &'m Service,
        expose: &'m Expose,
        hosts: &mut HashMap<&'m str, Span>,
    ) {
        let path = &expose.path;
        if expose.to.is_empty() {
            let draft = Draft::warning(
                "expose-to-nobody",
                expose.at,
                format!(
                    "port {} is opened to nobody: `to` is missing",
                    expose.port.unwrap_or_default()
                ),
            );
            let hint = "add `to:` and below it `- global: true` for the internet, or `- service: NAME` for another service";
            self.report(draft.at(path).hint(hint));
        }
        for (index, to) in expose.to.iter().enumerate() {
            match &to.service {
                Some(target) => self.service_reference(model, target, "unknown-target"),
                None if !to.global => {
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
                self.report(draft.at(format!("{path}/accept")).hint(hint));
            }
            if let Some(first) = hosts.insert(&host.value, host.span) {
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
        let _ = service;
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

/// What Kubernetes takes as the name of an environment variable.
fn is_env_name(name: &str) -> bool {
    let rest = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    !name.is_empty()
        && name != "."
        && !name.starts_with("..")
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(rest)
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
    let markup =
        name.starts_with('/') || inner.get(close..).is_some_and(|rest| rest.contains("</"));
    (wordy && !markup).then(|| value.get(open..open + close + 2))?
}

/// A value that switches something, and nothing at all, are no secrets.
fn is_switch(value: &str) -> bool {
    ["", "0", "1", "true", "false", "yes", "no", "on", "off"]
        .contains(&value.trim_matches('"').to_ascii_lowercase().as_str())
}

/// Whether a variable's name says that its value is a secret.
fn is_secret(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    const PARTS: [&str; 13] = [
        "PASSWORD",
        "PASSWD",
        "PASSPHRASE",
        "SECRET",
        "TOKEN",
        "API_KEY",
        "APIKEY",
        "PRIVATE_KEY",
        "ACCESS_KEY",
        "MNEMONIC",
        "CREDENTIAL",
        "ENCRYPTION_KEY",
        "SEED_PHRASE",
    ];
    let found = PARTS.iter().any(|part| upper.contains(part))
        || upper.ends_with("_PASS")
        || upper == "PASS"
        || upper.ends_with("_KEY");
    // Names of files and switches are no secrets.
    found
        && ![
            "_FILE",
            "_PATH",
            "_ENABLED",
            "_TTL",
            "_EXPIRY",
            "_LENGTH",
            "_URL",
            "MAX_TOKENS",
            "_TOKENS",
        ]
        .iter()
        .any(|end| upper.ends_with(end))
}
