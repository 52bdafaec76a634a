//! Ports and host names that providers refuse or ignore.

use std::collections::HashMap;

use crate::check::Checker;
use crate::check::spot::shown;
use crate::draft::{Draft, Span};
use crate::model::{Expose, Model, Service};

impl Checker<'_> {
    pub(super) fn expose_warnings<'m>(
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
