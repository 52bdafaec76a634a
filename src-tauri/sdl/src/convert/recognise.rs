//! What a text is.

use super::types::Kind;
use super::value::{self, Map, Value};
use super::{docker, image, kube};

/// Keys of a service that only compose knows.
const COMPOSE_ONLY: [&str; 14] = [
    "ports",
    "environment",
    "volumes",
    "build",
    "depends_on",
    "restart",
    "networks",
    "container_name",
    "env_file",
    "links",
    "entrypoint",
    "deploy",
    "healthcheck",
    "labels",
];
/// Keys of a service that only an SDL knows.
const SDL_ONLY: [&str; 5] = ["env", "args", "params", "credentials", "dependencies"];

/// Tells what a text is. It never panics, and reads no more than a check does.
///
/// ```
/// use akash_sdl::convert::{Kind, recognise};
/// assert_eq!(recognise("services:\n  web:\n    image: nginx\n    ports: [\"80:80\"]\n"), Kind::Compose);
/// assert_eq!(recognise("$ docker run -d -p 80:80 nginx:1.27"), Kind::DockerRun);
/// assert_eq!(recognise("https://hub.docker.com/_/redis"), Kind::Image);
/// ```
pub fn recognise(text: &str) -> Kind {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() || text.len() > crate::yaml::Limits::TEXT {
        return Kind::Unknown;
    }
    let one_line = !text.trim().contains('\n');
    if one_line && image::reference(text).is_some() {
        return Kind::Image;
    }
    if kube::is_objects(text) {
        return Kind::Kubernetes;
    }
    let found = match value::load("", text) {
        Ok(Value::Map(map)) => mapping(&map),
        // Broken YAML still says what it was meant to be.
        Err(_) => by_lines(text),
        Ok(_) => Kind::Unknown,
    };
    match found {
        Kind::Unknown if docker::is_run(text) => Kind::DockerRun,
        found => found,
    }
}

fn mapping(map: &Map) -> Kind {
    if map.get("profiles").is_some() || map.get("deployment").is_some() {
        return Kind::Sdl;
    }
    let Some(services) = map.get("services").and_then(Value::map) else {
        // Version 1 of compose has its services at the top.
        let is_service = |value: &Value| {
            value
                .map()
                .is_some_and(|map| map.get("image").or_else(|| map.get("build")).is_some())
        };
        let all = !map.entries.is_empty()
            && map
                .entries
                .iter()
                .all(|(key, value)| key.starts_with("x-") || key == "version" || is_service(value));
        let known = map
            .keys()
            .any(|key| matches!(key, "services" | "include" | "networks" | "volumes"));
        return if all || known && map.get("version").is_some() || map.get("include").is_some() {
            Kind::Compose
        } else {
            Kind::Unknown
        };
    };
    let has = |keys: &[&str]| {
        services
            .entries
            .iter()
            .filter_map(|(_, value)| value.map())
            .any(|service| keys.iter().any(|key| service.get(key).is_some()))
    };
    if has(&COMPOSE_ONLY) {
        return Kind::Compose;
    }
    let exposes = services
        .entries
        .iter()
        .filter_map(|(_, value)| value.map())
        .any(|service| {
            service
                .list("expose")
                .iter()
                .any(|item| item.map().is_some())
        });
    if exposes || has(&SDL_ONLY) {
        Kind::Sdl
    } else {
        Kind::Compose
    }
}

fn by_lines(text: &str) -> Kind {
    let top = |key: &str| {
        text.lines().any(|line| {
            line.strip_prefix(key)
                .is_some_and(|rest| rest.trim_end().starts_with(':'))
        })
    };
    if top("profiles") || top("deployment") {
        return Kind::Sdl;
    }
    if !top("services") {
        return Kind::Unknown;
    }
    let inner = |keys: &[&str]| {
        text.lines().any(|line| {
            keys.iter().any(|key| {
                line.trim_start()
                    .strip_prefix(key)
                    .is_some_and(|rest| rest.starts_with(':'))
            })
        })
    };
    if inner(&COMPOSE_ONLY) || !inner(&SDL_ONLY) {
        Kind::Compose
    } else {
        Kind::Sdl
    }
}
