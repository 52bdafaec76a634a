//! What people write for what the SDL calls otherwise.

/// The name nearest to `wrong`, if one is near enough to be meant. Each comparison takes one of the `guesses`, so that
/// a hostile file can't make them without end.
pub(super) fn nearest<'a>(
    wrong: &str,
    names: impl IntoIterator<Item = &'a str>,
    guesses: &mut usize,
) -> Option<&'a str> {
    let fold = |text: &str| -> Vec<char> {
        let visible = text
            .chars()
            .filter(|c| !is_invisible(*c) && !matches!(c, '-' | '_' | ' '));
        visible.flat_map(char::to_lowercase).take(40).collect()
    };
    let wrong = fold(wrong);
    let mut best: Option<(usize, &str)> = None;
    for name in names {
        let Some(left) = guesses.checked_sub(1) else {
            break;
        };
        *guesses = left;
        let folded = fold(name);
        let allowed = (folded.len().min(wrong.len()) / 3).clamp(1, 3);
        if folded.len().abs_diff(wrong.len()) > allowed {
            continue;
        }
        let distance = distance(&wrong, &folded);
        let near = distance <= allowed && distance < wrong.len();
        if near && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, name));
        }
    }
    best.map(|(_, name)| name)
}

/// How many characters must be added, removed, changed or swapped with their neighbour.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at =
                |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(&last, j) + usize::from(x != y))
                .min(at(&last, j + 1) + 1)
                .min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or_default()
}

/// Characters that can't be seen but make a name another one.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' | '\u{a0}'
    )
}

/// What to say of a field that belongs to something else.
pub(super) struct Foreign {
    /// Where it comes from or belongs, as the end of "`x` …".
    pub(super) message: &'static str,
    pub(super) hint: &'static str,
    /// The SDL's own name at the same place, where a rename is all that it takes.
    pub(super) rename: Option<&'static str>,
}

const fn foreign(message: &'static str, hint: &'static str) -> Foreign {
    Foreign {
        message,
        hint,
        rename: None,
    }
}

const fn renamed(message: &'static str, hint: &'static str, name: &'static str) -> Foreign {
    Foreign {
        message,
        hint,
        rename: Some(name),
    }
}

/// What a field means that is unknown in this kind of place (the place's name is that of [`super::schema`]).
pub(super) fn foreign_field(place: &str, field: &str) -> Option<Foreign> {
    let field = field.to_ascii_lowercase().replace('-', "_");
    Some(match (place, field.as_str()) {
        ("file", "networks" | "volumes" | "configs" | "secrets") => foreign(
            "is docker-compose; an SDL has no such section",
            "delete it: services of a deployment reach each other by name, and volumes are part of `profiles: compute`",
        ),
        ("file", "apiversion" | "kind" | "metadata" | "spec") => foreign(
            "is Kubernetes; an SDL has no such section",
            "delete it and describe the same with `services`, `profiles` and `deployment`",
        ),
        ("file", "compute" | "placement") => foreign(
            "belongs under `profiles`",
            "write `profiles:` and put it there, indented by two spaces",
        ),
        ("file", field) if field.starts_with("x_") => foreign(
            "is an extension field; an SDL has none",
            "delete it; to repeat values, put the anchor (`&name`) where the value is used first",
        ),
        ("profiles", "storage" | "cpu" | "memory" | "gpu" | "resources") => foreign(
            "stands too far to the left",
            "indent it like what it belongs to: `cpu`, `memory`, `storage` and `gpu` stand below `resources`",
        ),
        ("profiles", "services" | "deployment" | "version" | "endpoints") => foreign(
            "stands too far to the right",
            "start it in the first column, and move what is below it as far to the left",
        ),
        ("service", "depends_on") => renamed(
            "is docker-compose; in an SDL it is `dependencies`",
            "write `dependencies:` with one `- service: NAME` per line, or delete it: Akash starts all services at once",
            "dependencies",
        ),
        ("service", "environment") => renamed(
            "is docker-compose; in an SDL it is `env`",
            "write `env:` with one `- NAME=value` per line",
            "env",
        ),
        ("service", "ports") => foreign(
            "is docker-compose; in an SDL it is `expose`",
            "write `expose:` with `- port: 80` and below it `to:` with `- global: true`",
        ),
        ("service", "volumes" | "volume" | "mounts" | "tmpfs") => foreign(
            "is docker-compose; an SDL has no bind mounts",
            "declare the volume under `profiles: compute: … storage` and mount it with `params: storage: NAME: mount: /path`",
        ),
        ("service", "restart") => foreign(
            "is docker-compose; an SDL does not need it",
            "delete the line: Akash always restarts a service that stops",
        ),
        (
            "service",
            "links" | "networks" | "network_mode" | "hostname" | "container_name" | "extra_hosts"
            | "dns",
        ) => foreign(
            "is docker-compose; an SDL has no such field",
            "delete it: services of a deployment reach each other by their names",
        ),
        ("service", "build") => foreign(
            "is docker-compose; Akash can't build images",
            "build the image, push it to a registry (e.g. Docker Hub), and name it in `image`",
        ),
        ("service", "entrypoint") => renamed(
            "is docker-compose; in an SDL it is `command`",
            "write `command:` for the program and `args:` for what it is given",
            "command",
        ),
        ("service", "cmd") => renamed(
            "is a Dockerfile's; in an SDL it is `command` (the program) and `args` (what it is given)",
            "write `command:` with one `- part` per line",
            "command",
        ),
        (
            "service",
            "healthcheck" | "labels" | "logging" | "privileged" | "cap_add" | "user"
            | "working_dir" | "stdin_open" | "tty" | "ulimits" | "shm_size" | "security_opt"
            | "devices" | "runtime" | "env_file" | "platform" | "init" | "stop_signal"
            | "annotations" | "sysctls" | "pid" | "ipc",
        ) => foreign(
            "is docker-compose; Akash has nothing like it",
            "delete it; what it sets must be part of the image",
        ),
        (
            "service",
            "deploy" | "resources" | "cpu" | "memory" | "storage" | "gpu" | "mem_limit" | "cpus",
        ) => foreign(
            "does not belong to a service",
            "resources stand under `profiles: compute: NAME: resources`; `deployment` says which service uses them",
        ),
        ("service", "count" | "replicas" | "scale") => foreign(
            "does not belong to a service",
            "write `count` under `deployment: SERVICE: PLACEMENT`",
        ),
        ("service", "accept" | "http_options" | "hosts" | "domain" | "domains") => foreign(
            "belongs to a port, under `expose`",
            "put it there, beside `port`",
        ),
        ("service", "permissions" | "tee") => foreign(
            "belongs under `params`",
            "write `params:` and put it there, indented by two spaces",
        ),
        ("expose", "protocol") => renamed(
            "is called `proto` in an SDL",
            "write `proto: tcp` or `proto: udp`",
            "proto",
        ),
        (
            "expose",
            "target_port" | "targetport" | "containerport" | "container_port" | "target"
            | "internal",
        ) => renamed(
            "is called `port` in an SDL",
            "`port` is the one that the container listens on",
            "port",
        ),
        (
            "expose",
            "published" | "hostport" | "host_port" | "external_port" | "externalport" | "external",
        ) => renamed(
            "is called `as` in an SDL",
            "`as` is the port that it is reached at",
            "as",
        ),
        ("expose", "host" | "hosts" | "hostname" | "hostnames" | "domain" | "domains") => renamed(
            "is called `accept` in an SDL",
            "write `accept:` with one `- name` per line",
            "accept",
        ),
        ("expose", "global" | "service" | "ip") => foreign(
            "belongs under `to`",
            "write `to:` and below it a list, e.g. `- global: true`",
        ),
        ("to", "http_options" | "accept" | "as" | "port" | "proto") => foreign(
            "belongs to the port, not to `to`",
            "move it to the left, beside `port` and `to`",
        ),
        ("resources", "ram" | "mem") => renamed(
            "is called `memory` in an SDL",
            "write `memory:` and below it `size: 512Mi`",
            "memory",
        ),
        ("resources", "gpus") => renamed(
            "is called `gpu` in an SDL",
            "write `gpu:` and below it `units: 1`",
            "gpu",
        ),
        ("resources", "cpus") => renamed(
            "is called `cpu` in an SDL",
            "write `cpu:` and below it `units: 0.5`",
            "cpu",
        ),
        ("resources", "disk" | "ephemeral" | "ephemeral_storage" | "persistent" | "volumes") => {
            foreign(
                "is not a kind of resource",
                "put it under `storage`, as an item with a `size`",
            )
        }
        ("compute", "cpu" | "memory" | "storage" | "gpu") => foreign(
            "belongs under `resources`",
            "write `resources:` and put it there, indented by two spaces",
        ),
        ("cpu", "cores" | "count" | "value" | "size" | "cpus") => renamed(
            "is called `units` in an SDL",
            "write `units: 0.5`, or `units: 500m` for thousandths",
            "units",
        ),
        ("memory", "quantity" | "units" | "value" | "limit") => {
            renamed("is called `size` in an SDL", "write `size: 512Mi`", "size")
        }
        ("volume", "quantity" | "units" | "value") => {
            renamed("is called `size` in an SDL", "write `size: 1Gi`", "size")
        }
        ("volume", "class" | "persistent") => foreign(
            "belongs under `attributes`",
            "write `attributes:` and below it `persistent: true` and `class: beta3`",
        ),
        ("volume", "mount" | "mountpath" | "path" | "readonly" | "read_only") => foreign(
            "does not belong to the volume's size",
            "say where it is mounted in the service: `params: storage: NAME: mount: /path`",
        ),
        ("gpu", "count" | "value") => {
            renamed("is called `units` in an SDL", "write `units: 1`", "units")
        }
        ("gpu", "vendor" | "model") => foreign(
            "belongs under `attributes`",
            "write `attributes:`, `vendor:`, `nvidia:` and `- model: a100`, each indented by two more spaces",
        ),
        ("gpu attributes", "nvidia" | "model") => foreign(
            "belongs under `vendor`",
            "write `vendor:`, `nvidia:` and `- model: a100`, each indented by two more spaces",
        ),
        ("gpu vendor", "amd" | "intel") => foreign(
            "is not supported: Akash only knows NVIDIA cards",
            "write `nvidia:`",
        ),
        ("gpu model", "name") => renamed(
            "is called `model` in an SDL",
            "write `- model: a100`",
            "model",
        ),
        ("gpu model", "vram" | "memory") => {
            renamed("is called `ram` in an SDL", "write `ram: 80Gi`", "ram")
        }
        (
            "placement",
            "region" | "host" | "country" | "city" | "location" | "tier" | "organization",
        ) => foreign(
            "is an attribute",
            "put it under `attributes`, indented by two more spaces",
        ),
        ("placement", "signed_by" | "signedby") => renamed(
            "is written `signedBy` in an SDL",
            "write `signedBy:`",
            "signedBy",
        ),
        ("placement", "price" | "prices") => renamed(
            "is called `pricing` in an SDL",
            "write `pricing:` and below it the name of each compute profile",
            "pricing",
        ),
        ("signed by", "any_of" | "anyof") => {
            renamed("is written `anyOf` in an SDL", "write `anyOf:`", "anyOf")
        }
        ("signed by", "all_of" | "allof") => {
            renamed("is written `allOf` in an SDL", "write `allOf:`", "allOf")
        }
        ("price", "value" | "price" | "max" | "cost") => renamed(
            "is called `amount` in an SDL",
            "write `amount: 10000`",
            "amount",
        ),
        ("price", "currency" | "token") => renamed(
            "is called `denom` in an SDL",
            "write `denom: uact`",
            "denom",
        ),
        ("deployed", "replicas" | "scale" | "instances") => {
            renamed("is called `count` in an SDL", "write `count: 1`", "count")
        }
        ("mount", "path" | "mountpath" | "mount_path" | "target") => renamed(
            "is called `mount` in an SDL",
            "write `mount: /path`",
            "mount",
        ),
        ("mount", "readonly" | "read_only" | "ro") => renamed(
            "is written `readOnly` in an SDL",
            "write `readOnly: true`",
            "readOnly",
        ),
        ("mount", "size" | "class" | "persistent") => foreign(
            "does not belong to the mount",
            "it stands with the volume, under `profiles: compute: … storage`",
        ),
        ("params", "mount" | "volumes") => foreign(
            "belongs under `storage`",
            "write `storage:`, the name of the volume, and `mount: /path`, each indented by two more spaces",
        ),
        ("credentials", "user" | "login") => renamed(
            "is called `username` in an SDL",
            "write `username:`",
            "username",
        ),
        ("credentials", "pass" | "token" | "secret") => renamed(
            "is called `password` in an SDL",
            "write `password:`",
            "password",
        ),
        ("credentials", "registry" | "server" | "url") => renamed(
            "is called `host` in an SDL",
            "write `host: docker.io`",
            "host",
        ),
        ("http options", "websocket" | "websockets") => {
            foreign("does not exist; websockets always work", "delete the line")
        }
        _ => return None,
    })
}

/// Whether a field says nothing that a deployment on Akash would not have or do anyhow, so that it may go.
pub(super) fn is_needless(place: &str, field: &str) -> bool {
    let field = field.to_ascii_lowercase().replace('-', "_");
    match place {
        "service" => [
            "restart",
            "links",
            "networks",
            "container_name",
            "healthcheck",
            "labels",
            "logging",
            "stdin_open",
            "tty",
            "annotations",
        ]
        .contains(&field.as_str()),
        "file" => field == "networks",
        "http options" => ["websocket", "websockets"].contains(&field.as_str()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    fn nearest(wrong: &str, names: [&'static str; 5]) -> Option<&'static str> {
        super::nearest(wrong, names, &mut 100)
    }

    #[test]
    fn finds_what_was_meant() {
        let names = ["image", "env", "expose", "dependencies", "command"];
        assert_eq!(nearest("imgae", names), Some("image"));
        assert_eq!(nearest("Expose", names), Some("expose"));
        assert_eq!(nearest("image\u{200b}", names), Some("image"));
        assert_eq!(nearest("dependancies", names), Some("dependencies"));
        assert_eq!(nearest("e", names), None);
        assert_eq!(nearest("volumes", names), None);
    }
}
