//! Environment variables that surprise.

use std::collections::HashMap;

use crate::check::Checker;
use crate::check::node_ref::shown;
use crate::draft::{Draft, Span};
use crate::explain::env_name;
use crate::model::Service;

impl Checker<'_> {
    pub(super) fn env_warnings(&mut self, service: &Service, path: &str) {
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
                self.reference(name, value, span, &path);
            } else if !self.placeholder(env, value)
                && is_secret(name)
                && !is_switch(value)
                && !self.context.made_secrets.iter().any(|made| made == value)
            {
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

    /// A value that Consoles since September 2026 read as a reference to a sealed secret, or refuse.
    fn reference(&mut self, name: &str, value: &str, span: Span, path: &str) {
        let name = shown(name);
        let secret = value.strip_prefix("ac-secret://");
        let draft = match secret.filter(|secret| is_secret_name(secret)) {
            Some(secret) if self.context.is_autumn() => Draft::warning(
                "secret-reference",
                span,
                format!("`{name}` gets the value of the secret `{}`, which must be given with the deployment", shown(secret)),
            )
            .hint("give the secret its value in the web Console, or write the value itself here"),
            Some(secret) => Draft::warning(
                "secret-reference",
                span,
                format!(
                    "`{name}` gets the value of the secret `{}` at Consoles since September 2026; older ones pass the text on as it stands",
                    shown(secret)
                ),
            )
            .hint("give the secret its value in the web Console, or write the value itself here"),
            None => {
                let make = if self.context.is_autumn() { Draft::error } else { Draft::warning };
                let draft = make(
                    "reserved-value",
                    span,
                    "values that start with `ac-` are reserved by newer Consoles, which refuse them".to_owned(),
                );
                let official = format!("\"{value}\" is not a recognized Console Reference and values beginning with \"ac-\" are reserved");
                let hint = if secret.is_some() || value.starts_with("ac-secret") {
                    "write a secret as `ac-secret://NAME`: letters, digits and `_`, at most 64, not starting with a digit"
                } else {
                    "choose another value"
                };
                draft.hint(hint).official(official)
            }
        };
        self.report(draft.at(path));
    }
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

/// `[A-Za-z_][A-Za-z0-9_]{0,63}`
fn is_secret_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.len() <= 64
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
