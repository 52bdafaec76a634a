//! A field under a foreign name, renamed. Where the SDL wants another form under its own name, the value is written in it.

use super::Checker;
use super::command::{ends_in_dash_c, flow, meant};
use super::expose::host_names;
use super::node_ref::{Edits, NodeRef, shown};
use crate::draft::Span;
use crate::yaml::{Entry, Kind, Via};

impl Checker<'_> {
    /// The fix that gives a field its right name; `None` where the value can't be told in the right form.
    pub(super) fn renamed(
        &mut self,
        field: &NodeRef<'_>,
        entry: &Entry,
        name: &str,
    ) -> Option<(String, Edits)> {
        let mut edits = vec![(entry.key_span, name.to_owned())];
        let (label, more) = match name {
            "dependencies" => (
                "Rename to `dependencies`".to_owned(),
                self.as_dependencies(field)?,
            ),
            "env" => self.as_env(field)?,
            "command" => self.as_command(field)?,
            "accept" => match field.node.str() {
                Some(host) => {
                    let list = flow(&host_names(host));
                    (
                        format!("Write `accept: {}`", shown(&list)),
                        vec![(field.span, list)],
                    )
                }
                None => ("Rename to `accept`".to_owned(), Vec::new()),
            },
            "memory" | "cpu" if matches!(field.node.kind, Kind::Num(_) | Kind::Str(_)) => {
                let part = if name == "cpu" { "units" } else { "size" };
                let inner = format!("{{{part}: {}}}", field.span.slice(self.text));
                (
                    format!("Write `{name}: {}`", shown(&inner)),
                    vec![(field.span, inner)],
                )
            }
            "gpu" if field.node.map().is_none() => return None,
            _ => (format!("Rename to `{name}`"), Vec::new()),
        };
        if !more.is_empty() && !field.is_written() {
            return None;
        }
        edits.extend(more);
        Some((label, edits))
    }

    /// `depends_on` lists names, or has a mapping of conditions; `dependencies` list `service: NAME`.
    fn as_dependencies(&self, field: &NodeRef<'_>) -> Option<Edits> {
        let raw = field.span.slice(self.text);
        match &field.node.kind {
            Kind::Seq(items) => {
                let names = items
                    .iter()
                    .filter(|item| item.via == Via::Written && item.node.str().is_some());
                let is_flow = raw.starts_with('[');
                let (open, close) = if is_flow {
                    ("{service: ", "}")
                } else {
                    ("service: ", "")
                };
                let mut edits = Vec::new();
                for item in names {
                    edits.push((Span::new(item.span.start, item.span.start), open.to_owned()));
                    if is_flow {
                        edits.push((Span::new(item.span.end, item.span.end), close.to_owned()));
                    }
                }
                Some(edits)
            }
            Kind::Map(map) => {
                let names: Vec<String> = map
                    .iter()
                    .map(|entry| {
                        format!(
                            "{{service: {}}}",
                            serde_json::Value::from(entry.key.as_str())
                        )
                    })
                    .collect();
                Some(vec![(
                    field.span,
                    self.after_colon(field, &format!("[{}]", names.join(", "))),
                )])
            }
            _ => None,
        }
    }

    /// `environment` may be a mapping; `env` is a list of `NAME=value`.
    fn as_env(&self, field: &NodeRef<'_>) -> Option<(String, Edits)> {
        match &field.node.kind {
            Kind::Map(map) => {
                let edits = self.env_lines(field, map)?;
                Some(("Write `env` with `- NAME=value` lines".to_owned(), edits))
            }
            Kind::Seq(_) => {
                let edits = self.env_items(field)?;
                let label = if edits.is_empty() {
                    "Rename to `env`"
                } else {
                    "Write `env` with `- NAME=value` lines"
                };
                Some((label.to_owned(), edits))
            }
            _ => None,
        }
    }

    /// `entrypoint` and `cmd` may be one string; `command` is a list of words.
    fn as_command(&self, field: &NodeRef<'_>) -> Option<(String, Edits)> {
        match &field.node.kind {
            Kind::Str(line) => {
                let words = meant(line, "command", ends_in_dash_c(field))?;
                let list = flow(&words);
                Some((
                    format!("Write `command: {}`", shown(&list)),
                    self.as_list(field, &words),
                ))
            }
            Kind::Seq(items) => {
                let texts = items.iter().all(|item| item.node.str().is_some());
                texts.then(|| ("Rename to `command`".to_owned(), Vec::new()))
            }
            _ => None,
        }
    }
}
