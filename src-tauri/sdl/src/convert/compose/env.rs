//! Variables of a service: `environment`, `env_file`, `secrets` and `configs`.

use super::Project;
use super::files::beside;
use crate::convert::interpolate::dotenv;
use crate::convert::merge::pairs;
use crate::convert::notes::{Losses, Note, short};
use crate::convert::plan::{Env, Service};
use crate::convert::types::{Asked, Certainty};
use crate::convert::value::{Map, Value};

/// Files of variables of one service.
const MOST_FILES: usize = 30;
/// Bytes of a file that may become a variable.
const MOST_BYTES: usize = 32 * 1024;

/// Parts of a variable's name that tell that nobody should read its value.
const SECRET: [&str; 12] = [
    "PASSWORD",
    "PASSWD",
    "SECRET",
    "TOKEN",
    "API_KEY",
    "APIKEY",
    "PRIVATE",
    "CREDENTIAL",
    "ACCESS_KEY",
    "_PASS",
    "PWD",
    "_KEY",
];

/// Whether a variable is likely to hold a password or the like.
pub(in crate::convert) fn is_secret(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    SECRET.iter().any(|part| upper.contains(part)) && !upper.ends_with("_FILE") && upper != "PWD"
}

/// A variable whose value a person has to give.
pub(in crate::convert) fn asked(name: &str, value: &str, from: String, why: String) -> Env {
    let asked = if is_secret(name) {
        Asked::Secret
    } else {
        Asked::EnvValue
    };
    let mut env = Env::new(name, value);
    env.notes
        .push(Note::guess(from, format!("{name}={}", short(value)), why).ask(asked, name, value));
    env
}

/// Reads `env_file` and `environment`.
pub(super) fn read(service: &mut Service, map: &Map, project: &Project<'_>, losses: &mut Losses) {
    let files = match map.get("env_file") {
        Some(Value::List(items)) => items.clone(),
        Some(Value::Null) | None => Vec::new(),
        Some(other) => vec![other.clone()],
    };
    for file in files.into_iter().take(MOST_FILES) {
        let path = file
            .map()
            .map_or_else(|| file.text(), |map| map.text("path"))
            .unwrap_or_default();
        let required = file
            .map()
            .is_none_or(|map| map.get("required").is_none_or(Value::is_true));
        let is_dotenv = path.trim_start_matches("./") == ".env";
        let text = beside(project.options, &path).map(|source| source.text.clone());
        match text {
            Some(text) => {
                for (name, value) in dotenv(&text) {
                    service.env.push(Env::new(name, value));
                }
            }
            // The `.env` beside the compose files was read for their variables already.
            None if is_dotenv && !project.vars.is_empty() => {
                for (name, value) in project.vars {
                    service.env.push(Env::new(name.clone(), value.clone()));
                }
            }
            None if required => losses.matters(
                Some(&service.key),
                format!("env_file: {path}"),
                "The file was not given, so its variables are missing.",
                "Give that file too, or add its variables under `env`.",
            ),
            None => losses.minor(
                Some(&service.key),
                format!("env_file: {path}"),
                "The file was not given, and compose does without it.",
                "Add its variables under `env` if they are needed.",
            ),
        }
    }
    let given = map.get("environment").and_then(pairs).unwrap_or_default();
    for (name, value) in &given.entries {
        let name = name.trim();
        let env = match value {
            Value::Null => match project.vars.get(name) {
                Some(value) => Env::new(name, value.clone()),
                None => asked(
                    name,
                    "",
                    format!("environment: {name}"),
                    format!(
                        "{} comes from the shell that starts it, so its value must be given here.",
                        short(name)
                    ),
                ),
            },
            value => {
                let text = value.text().unwrap_or_default();
                let unset = value.unset();
                if unset.is_empty() {
                    Env::new(name, text)
                } else {
                    let from = format!("environment: {name}: {}", as_written(unset));
                    let mut env = asked(name, &text, from, unset_why(unset));
                    // Nothing but the variable: one answer serves wherever it stands.
                    if let ([variable], true) = (unset, text.is_empty()) {
                        let questions = env
                            .notes
                            .iter_mut()
                            .filter_map(|note| note.question.as_mut());
                        questions.for_each(|question| question.variable = Some(short(variable)));
                    }
                    env
                }
            }
        };
        service.env.push(env);
    }
}

/// `${A}, ${B}`, or the command that a shell would run.
fn as_written(unset: &[String]) -> String {
    let one = |name: &String| {
        if name.starts_with('(') {
            format!("${name}")
        } else {
            format!("${{{name}}}")
        }
    };
    short(&unset.iter().map(one).collect::<Vec<_>>().join(", "))
}

/// Why a value is missing: of a variable, or of a command that a shell would run.
fn unset_why(unset: &[String]) -> String {
    let commands: Vec<&str> = unset
        .iter()
        .filter_map(|name| name.strip_prefix('(')?.strip_suffix(')'))
        .collect();
    match commands.first() {
        Some(command) => format!(
            "A shell would fill in what the command `{}` prints.",
            short(command)
        ),
        None => format!(
            "{} comes from a `.env` file or the shell, and has no value here.",
            short(&unset.join(", "))
        ),
    }
}

/// What is behind a secret or a configuration file.
enum Behind {
    Known(String),
    Unknown,
}

fn behind(entry: Option<&Map>, project: &Project<'_>) -> Behind {
    let Some(entry) = entry else {
        return Behind::Unknown;
    };
    let text = entry
        .text("content")
        .or_else(|| {
            entry
                .text("file")
                .and_then(|path| beside(project.options, &path))
                .map(|source| source.text.clone())
        })
        .or_else(|| {
            entry
                .text("environment")
                .and_then(|name| project.vars.get(&name).cloned())
        });
    match text {
        Some(text) if text.len() <= MOST_BYTES && !text.contains('\0') => Behind::Known(text),
        _ => Behind::Unknown,
    }
}

/// Reads `secrets` and `configs`: files that Docker puts into the container. Akash has no such files; they become
/// variables.
pub(super) fn secrets(
    service: &mut Service,
    map: &Map,
    project: &Project<'_>,
    losses: &mut Losses,
) {
    for (key, top, folder) in [
        ("secrets", &project.secrets, "/run/secrets/"),
        ("configs", &project.configs, "/"),
    ] {
        let is_secret = key == "secrets";
        for item in map.list(key) {
            let long = item.map();
            let source = long
                .map_or_else(
                    || item.text(),
                    |map| map.text("source").or_else(|| map.text("target")),
                )
                .unwrap_or_default();
            if source.is_empty() {
                continue;
            }
            let target = long
                .and_then(|map| map.text("target"))
                .unwrap_or_else(|| source.clone());
            let path = if target.starts_with('/') {
                target
            } else {
                format!("{folder}{target}")
            };
            let behind = behind(top.map(&source), project);
            // Many images read `NAME_FILE` where they would read `NAME`.
            let by_file = service
                .env
                .iter_mut()
                .find(|env| env.name.ends_with("_FILE") && env.value == path);
            if let Some(env) = by_file {
                let name = env.name.trim_end_matches("_FILE").to_owned();
                let from = format!("{key}: {source}");
                let why = format!(
                    "The file `{}` of the secret does not exist on Akash; the image also takes the value from {name}.",
                    short(&path)
                );
                *env =
                    match &behind {
                        Behind::Known(text) => {
                            let mut env =
                                Env::new(name.clone(), text.trim_end_matches(['\r', '\n']));
                            env.notes.push(Note::sure(from, format!("{name}=…"), why));
                            env
                        }
                        Behind::Unknown => {
                            let mut env = Env::new(name.clone(), "");
                            env.notes.push(
                                Note::guess(from, format!("{name}="), why + " Give its value.")
                                    .ask(Asked::Secret, name, ""),
                            );
                            env
                        }
                    };
                continue;
            }
            let name: String = source
                .chars()
                .map(|c| {
                    if c.is_ascii_alphanumeric() {
                        c.to_ascii_uppercase()
                    } else {
                        '_'
                    }
                })
                .collect();
            let name = if name.starts_with(|c: char| c.is_ascii_digit()) {
                format!("_{name}")
            } else {
                name
            };
            losses.matters(
                Some(&service.key),
                format!("{key}: {source} as {path}"),
                "Akash puts no files into a container.",
                format!("The value is in the variable {name} instead. Let the program read that, or write the file first: `sh -c 'printenv {name} > {} && exec program'`.", short(&path)),
            );
            if service.env.iter().any(|env| env.name == name) {
                continue;
            }
            let why = format!(
                "The file `{}` does not exist on Akash, so its content is in this variable.",
                short(&path)
            );
            let mut env = match behind {
                Behind::Known(text) => {
                    let mut env = Env::new(name.clone(), text);
                    env.notes.push(Note::new(
                        Certainty::Lost,
                        format!("{key}: {source}"),
                        format!("{name}=…"),
                        why,
                    ));
                    env
                }
                Behind::Unknown => {
                    let asked = if is_secret {
                        Asked::Secret
                    } else {
                        Asked::EnvValue
                    };
                    let mut env = Env::new(name.clone(), "");
                    env.notes.push(
                        Note::new(
                            Certainty::Lost,
                            format!("{key}: {source}"),
                            format!("{name}="),
                            why + " Its content was not given.",
                        )
                        .ask(asked, name.clone(), ""),
                    );
                    env
                }
            };
            env.name = name;
            service.env.push(env);
        }
    }
}
