//! `expose` of a service: ports, targets and options of the http proxy.

use super::Checker;
use super::command::flow;
use super::node_ref::{Edits, Expected, NodeRef, shown};
use super::warn::expose::host_meant;
use crate::draft::{Draft, Span};
use crate::model::{Expose, HttpOptions, Text, To};
use crate::yaml::Kind;

const TARGET: [&str; 3] = ["global", "service", "ip"];
const EXPOSE_FIELDS: [&str; 6] = ["port", "as", "proto", "to", "accept", "http_options"];
const OPTIONS: [&str; 7] = [
    "max_body_size",
    "read_timeout",
    "send_timeout",
    "next_tries",
    "next_timeout",
    "next_cases",
    "proxy_buffer_size",
];
const CASES: [&str; 10] = [
    "error", "timeout", "500", "502", "503", "504", "403", "404", "429", "off",
];

impl Checker<'_> {
    pub(super) fn expose(&mut self, node_ref: &NodeRef<'_>) -> Option<Expose> {
        let at = node_ref.head(self.text);
        let mut expose = Expose {
            at,
            path: node_ref.path.clone(),
            port: None,
            external: None,
            proto: "TCP".to_owned(),
            hosts: Vec::new(),
            to: Vec::new(),
            to_broken: false,
            http: HttpOptions::default(),
        };
        if node_ref.node.map().is_none() {
            let mut draft = self.type_draft(node_ref, Expected::Mapping);
            if let Kind::Num(_) | Kind::Str(_) = node_ref.node.kind {
                draft = draft.hint(format!(
                    "write `- port: {}` and below it `to:` with `- global: true`",
                    shown(&node_ref.node.js_string())
                ));
            }
            self.report(draft);
            return None;
        }
        let meant = self.unknown(node_ref, "expose", &EXPOSE_FIELDS);
        match node_ref.get("port") {
            Some(port) => expose.port = self.port(&port, node_ref.get("as").is_none()),
            None if meant.contains(&"port") => {}
            None => self.missing(
                node_ref,
                "port",
                "port:` and the port that the container listens on, e.g. `port: 80",
                None,
            ),
        }
        expose.external = node_ref.get("as").and_then(|port| self.port(&port, false));
        if let Some(proto) = node_ref.get("proto") {
            let proto = self.one_of(&proto, &["TCP", "UDP", "tcp", "udp"], "bad-protocol");
            expose.proto = proto.map_or("TCP".to_owned(), |text| text.value.to_ascii_uppercase());
        }
        if let Some(accept) = node_ref.get("accept") {
            expose.hosts = self.hosts(&accept);
        }
        let beside = TARGET.iter().any(|name| node_ref.get(name).is_some());
        let to = node_ref.get("to");
        // An empty `to` with its targets beside it is one fault.
        if let Some(to) = to.filter(|to| !(beside && to.node.is_null())) {
            expose.to = self.targets(&to);
            let items = to.node.seq();
            let read = items.is_some_and(|items| items.len() == expose.to.len());
            expose.to_broken = !read && !to.node.is_null();
        }
        expose.to_broken |= beside || meant.contains(&"to");
        if let Some(options) = node_ref.get("http_options") {
            expose.http = self.http_options(&options);
        }
        Some(expose)
    }

    /// The list at `to`. The word `global` alone is a target that was meant.
    fn targets(&mut self, node_ref: &NodeRef<'_>) -> Vec<To> {
        if !matches!(
            node_ref.node.kind,
            Kind::Str(_) | Kind::Bool(_) | Kind::Num(_)
        ) {
            let items = self.list(node_ref).unwrap_or_default();
            return items
                .iter()
                .enumerate()
                .filter_map(|(index, item)| self.to(&node_ref.item(index, item)))
                .collect();
        }
        let draft = self.type_draft(node_ref, Expected::List);
        let is_global = node_ref
            .node
            .str()
            .is_some_and(|word| word.eq_ignore_ascii_case("global"));
        let draft = if is_global {
            let fix = node_ref.is_written().then(|| {
                (
                    "Write `- global: true`".to_owned(),
                    self.as_item_below(node_ref, "global: true"),
                )
            });
            draft
                .hint("write it below `to`, on a line of its own: `- global: true`")
                .maybe_fix(fix)
        } else {
            draft
                .hint("write below `to`, on a line of its own, `- global: true` for the internet, or `- service: NAME` for another service")
                .maybe_fix(None)
        };
        self.report(draft);
        Vec::new()
    }

    /// An item on a line of its own in place of a value; in brackets where the layout has no such line.
    fn as_item_below(&self, node_ref: &NodeRef<'_>, item: &str) -> Edits {
        let below = node_ref.key.and_then(|key| {
            let line = line_start(self.text, key.start);
            let head = self.text.get(line..key.start)?;
            let gap = self.text.get(key.end..node_ref.span.start)?;
            let usual = head.trim_matches([' ', '-']).is_empty() && gap.trim() == ":";
            let indent = " ".repeat(head.chars().count() + 2);
            // No blank stays behind the colon.
            let start = key.end + gap.trim_end().len();
            let span = Span::new(start, node_ref.span.end);
            (usual && !gap.contains(['\n', '\r']))
                .then(|| vec![(span, format!("\n{indent}- {item}"))])
        });
        below.unwrap_or_else(|| vec![(node_ref.span, format!("[{{{item}}}]"))])
    }

    /// Host names; several in one string are divided.
    fn hosts(&mut self, node_ref: &NodeRef<'_>) -> Vec<Text> {
        let Some(written) = node_ref.node.str() else {
            return self.texts(node_ref);
        };
        let names = host_names(written);
        let draft = self.type_draft(node_ref, Expected::List);
        // A text in a block has its mark before it, and no list can stand behind that.
        let is_block = self.block_header(node_ref).is_some();
        if !is_block && names.len() < 2 && names.first().is_none_or(|name| name == written) {
            self.report(draft);
            return Vec::new();
        }
        let list = flow(&names);
        let fix = (
            format!("Write `{}`", shown(&list)),
            vec![(node_ref.span, list)],
        );
        self.report(
            draft
                .hint("write each name on a line of its own with a dash: `- www.example.com`")
                .maybe_fix((node_ref.is_written() && !is_block).then_some(fix)),
        );
        Vec::new()
    }

    /// A port; `8080:80` of docker is explained.
    fn port(&mut self, node_ref: &NodeRef<'_>, may_add_as: bool) -> Option<u16> {
        let raw = node_ref.node.js_string();
        let Some((outside, inside)) = raw
            .split_once(':')
            .filter(|(a, b)| a.parse::<u16>().is_ok() && b.parse::<u16>().is_ok())
        else {
            return self.whole(node_ref, 1.0, 65535.0).map(|port| port as u16);
        };
        let draft = self.type_draft(node_ref, Expected::Whole).hint(format!(
            "`{outside}:{inside}` is docker's way; write `port: {inside}` (the container's) and `as: {outside}` (the one it is reached at)"
        ));
        let line_start = line_start(self.text, node_ref.key.unwrap_or(node_ref.span).start);
        let column = node_ref.key.map(|key| {
            self.text
                .get(line_start..key.start)
                .unwrap_or_default()
                .chars()
                .count()
        });
        let fix = column
            .filter(|_| may_add_as && node_ref.is_written())
            .map(|column| {
                let lines = format!("{inside}\n{}as: {outside}", " ".repeat(column));
                (
                    format!("Write `port: {inside}` and `as: {outside}`"),
                    vec![(node_ref.span, lines)],
                )
            });
        self.report(draft.maybe_fix(fix));
        None
    }

    fn to(&mut self, node_ref: &NodeRef<'_>) -> Option<To> {
        if node_ref.node.map().is_none() {
            let mut draft = self.type_draft(node_ref, Expected::Mapping);
            draft = match node_ref.node.str() {
                Some("global") => {
                    let draft = draft.hint("write `- global: true`");
                    if node_ref.is_written() { draft.fix("Write `global: true`", vec![(node_ref.span, "global: true".to_owned())]) } else { draft }
                }
                Some(name) => draft.hint(format!("write `- service: {}`", shown(name))),
                None => draft.hint("write `- global: true` to open the port to the internet, or `- service: NAME` for another service"),
            };
            self.report(draft);
            return None;
        }
        let meant = self.unknown(node_ref, "to", &TARGET);
        let global = node_ref.get("global");
        let is_global = global.as_ref().and_then(|value| self.yes_no(value));
        let named = node_ref.get("service");
        let service = named.as_ref().and_then(|service| self.text(service));
        let to = To {
            at: node_ref.head(self.text),
            global: is_global.unwrap_or_default(),
            broken: !meant.is_empty()
                || global.is_some() && is_global.is_none()
                || named.is_some() && service.is_none(),
            service,
            ip: node_ref.get("ip").and_then(|ip| self.long_text(&ip, 1)),
        };
        // A `global` of the wrong type is one fault, not two.
        if to.ip.is_some() && !to.global && (global.is_none() || is_global.is_some()) {
            let draft = Draft::error(
                "ip-not-global",
                to.at,
                "an IP address is always open to the internet, but `global: true` is missing here",
            )
            .at(&node_ref.path)
            .hint("write `global: true` beside `ip`")
            .official("If an IP is declared, the directive must be declared as global.");
            let edits = match &global {
                Some(value) => value
                    .is_written()
                    .then(|| vec![(value.span, "true".to_owned())]),
                None => self.insertion(node_ref, "global: true"),
            };
            self.report(
                draft.maybe_fix(edits.map(|edits| ("Write `global: true`".to_owned(), edits))),
            );
        }
        Some(to)
    }

    fn http_options(&mut self, node_ref: &NodeRef<'_>) -> HttpOptions {
        let mut options = HttpOptions::default();
        if self.mapping(node_ref).is_none() {
            return options;
        }
        self.unknown(node_ref, "http options", &OPTIONS);
        let mut number = |name: &str, most: f64| self.whole(&node_ref.get(name)?, 0.0, most);
        options.max_body_size = number("max_body_size", 104_857_600.0);
        options.next_tries = number("next_tries", f64::INFINITY);
        options.next_timeout = number("next_timeout", f64::INFINITY);
        options.proxy_buffer_size = number("proxy_buffer_size", 1_048_576.0);
        let mut timeout = |name: &str| self.timeout(&node_ref.get(name)?);
        options.read_timeout = timeout("read_timeout");
        options.send_timeout = timeout("send_timeout");
        if let Some(cases) = node_ref.get("next_cases") {
            options.next_cases_at = cases.head(self.text);
            options.next_cases = self.next_cases(&cases);
        }
        options
    }

    fn next_cases(&mut self, node_ref: &NodeRef<'_>) -> Option<Vec<String>> {
        let items = self.list(node_ref)?;
        let cases: Vec<_> = items
            .iter()
            .enumerate()
            .filter_map(|(index, item)| {
                self.one_of(&node_ref.item(index, item), &CASES, "bad-next-case")
            })
            .collect();
        if let Some(off) = cases
            .iter()
            .find(|case| case.value == "off")
            .filter(|_| items.len() > 1)
        {
            let draft = Draft::error(
                "off-with-others",
                off.span,
                "`off` can't stand beside other cases",
            )
            .at(&node_ref.path);
            self.report(
                draft
                    .hint("write `next_cases: [\"off\"]` alone, or leave `off` out")
                    .official(node_ref.official_rule("must NOT be valid.")),
            );
        }
        Some(cases.into_iter().map(|case| case.value).collect())
    }
}

/// The host names in a text, as they were meant.
pub(super) fn host_names(text: &str) -> Vec<String> {
    text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';'))
        .filter(|name| !name.is_empty())
        .map(|name| host_meant(name).unwrap_or_else(|| name.to_owned()))
        .collect()
}

/// Where the line that holds an offset begins.
fn line_start(text: &str, at: usize) -> usize {
    text.get(..at)
        .and_then(|before| before.rfind(['\n', '\r']))
        .map_or(0, |at| at + 1)
}
